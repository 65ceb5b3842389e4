"""
What a person wrote or corrected of shots, as examples for the next training of a captioner.

A caption counts if a person wrote it, which has no probability (``marking.with_texts``), or if its text was changed
elsewhere. The records are those that ``captioning.quality`` checks and ``models/captioner`` reads: JSON lines in a file
of the user's own. Nothing is collected unless it is asked for, and nothing leaves the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from plugin_core import originals, records
from plugin_core.captioning.marking import KIND, sure_of, texts_of
from plugin_core.document import Document, Mark
from plugin_core.tagging.marking import is_ours


@dataclass(frozen=True, slots=True)
class Correction:
    """From *start* to *end* (ms) of the film at *path* these *texts*, by language, say what is to be seen."""

    path: str
    start: int
    end: int
    texts: Mapping[str, str]

    def record(self) -> dict[str, Any]:
        """As a record: *video* names the stretch of the film as a media fragment (W3C Media Fragments URI 1.0)."""
        film = PurePath(self.path.replace("\\", "/"))
        times = f"{self.start / 1000:.3f},{self.end / 1000:.3f}"
        return {
            "id": f"{film.stem}_{self.start:08d}_{self.end:08d}", "video": f"{film.name}#t={times}", "file": self.path,
            "start": self.start / 1000, "end": self.end / 1000,
            "captions": {language: [text] for language, text in self.texts.items()},
        }  # fmt: skip


def corrections(document: Document) -> tuple[Correction, ...]:
    """What a person wrote in *document*, in order of time; nothing if it does not say of which film."""
    if not document.media.path:
        return ()
    made = originals.find(document)
    before = {mark.id: mark for mark in made.marks} if made else {}
    theirs = [mark for mark in document.marks if mark.kind == KIND and mark.end > mark.start and not is_ours(mark)]
    told = ((mark, _theirs(mark, before.get(mark.id))) for mark in theirs)
    return tuple(Correction(document.media.path, mark.start, mark.end, texts) for mark, texts in told if texts)


def _theirs(mark: Mark, before: Mark | None) -> dict[str, str]:
    """The texts of *mark* that a machine did not say."""
    sure, old = sure_of(mark), texts_of(before) if before else {}
    return {
        language: text
        for language, text in texts_of(mark).items()
        if language not in sure or (old and text != old.get(language))
    }


def add(path: Path, found: Iterable[Correction]) -> int:
    """
    Add to the records of *path* (JSON lines; made if it is not there) and tell how many are new.

    A newer correction of the same shot stands for the older one. DocumentError if *path* holds something else.
    """
    return records.add(path, (one.record() for one in found), "id")
