"""The recipe of the tagger packs: speech, music, sounds, actions and titles in annotated subtitle text."""
