"""
What is heard in the sound itself: stretches of speech, music, singing and noise, and single sounds.

Times are ms of media time, as everywhere in the core.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plugin_core.errors import ZimuError

KINDS = ("speech", "music", "singing", "noise", "sound")


@dataclass(frozen=True, slots=True)
class Sound:
    """
    One thing heard from *start* to *end* (ms; ``start < end``).

    *kind* is one of ``KINDS``: the first four say of what sort a stretch of sound is, "sound" is an event that has a
    name of its own. *name* is a pack's word for it ("glass"; the same as *kind* for the first four), *audio_class*
    its AudioSet class ("Shatter"; "" if it has none). *confidence* is the calibrated probability that it is there.
    """

    start: int
    end: int
    name: str
    kind: str
    confidence: float
    audio_class: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        value: dict[str, Any] = {"start": self.start, "end": self.end, "kind": self.kind, "name": self.name}
        value["confidence"] = round(self.confidence, 4)
        if self.audio_class:
            value["audio_class"] = self.audio_class
        return value

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Sound:
        """The sound of :meth:`to_json`; ZimuError if it is none."""
        try:
            sound = Sound(
                int(value["start"]),
                int(value["end"]),
                str(value["name"]),
                str(value["kind"]),
                float(value["confidence"]),
                str(value.get("audio_class", "")),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ZimuError("sounds.value", f"This is no sound ({error}).", "Analyse the file again.") from error
        if sound.kind not in KINDS:
            raise ZimuError("sounds.value", f"There is no kind of sound {sound.kind!r}.", "Analyse the file again.")
        return sound


@dataclass(frozen=True, slots=True)
class Found:
    """What a stage reports while it listens: sounds that are over and will not change; in the order of their start
    within one kind and name, but a long one may be reported after shorter ones that began later."""

    sounds: tuple[Sound, ...]
