"""The kinds of runs a tagging pack labels, by their numbers: what items are made of, and what stands inside them."""

from __future__ import annotations

OUTER = ("speaker", "state", "speech", "music", "sound", "action", "title")
INNER = ("direction", "manner", "item")
SPEAKER, STATE, SPEECH, MUSIC, SOUND, ACTION, TITLE = range(7)
DIRECTION, MANNER, PART = range(3)
HEARD = frozenset((MUSIC, SOUND, ACTION))
