"""What the checks of captions say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plugin_core.captioning.quality.consistency import Values
from plugin_core.captioning.quality.reading import Caption, Collection, Place

CHECKS = ("length", "script", "verb", "name", "typing", "consistency")


@dataclass(frozen=True, slots=True)
class Finding:
    """
    What a check says of a caption.

    *check*: one of CHECKS. *detail*: what it is about: a number of characters, the characters, words or names, a score.
    *mended*: the caption as it should be, where that is known; without it the caption has to go, or to a person.
    """

    caption: Caption
    check: str
    detail: str
    mended: str = ""


@dataclass(frozen=True)
class Checked:
    """
    A collection after its checks.

    *scores*: equation (19) of every caption, nan where there is none. *done*: the checks that ran; *notes* say why
    others did not, in English and Chinese.
    """

    collection: Collection
    findings: tuple[Finding, ...]
    scores: Values
    done: tuple[str, ...]
    notes: tuple[tuple[str, str], ...] = ()

    def of(self, check: str) -> Iterator[Finding]:
        """The findings of one check."""
        return (finding for finding in self.findings if finding.check == check)

    @property
    def captions(self) -> int:
        """How many captions have a finding."""
        return len({finding.caption.place for finding in self.findings})

    def mended(self, *, typing: bool = False) -> dict[Place, str | None]:
        """
        For each caption with findings its text as it should be; None if no check knows one for what it found.

        *typing*: mend typing errors too. Where few captions have one, many that are found are none: somebody has to
        look at them first, and without it they stay as they are.
        """
        texts: dict[Place, str | None] = {}
        for finding in self.findings:  # a later check has read what an earlier one mended
            if finding.check == "typing" and not typing:
                continue
            before = texts.get(finding.caption.place, "")
            texts[finding.caption.place] = None if before is None else finding.mended or None
        return texts
