"""The recipe of the tagger pack: what a text says is heard, seen and shown."""
