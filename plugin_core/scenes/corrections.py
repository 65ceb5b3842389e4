"""
What a person corrected in the labels of shots and scenes, as examples for the next training.

A correction is a label that a person set, which has no probability (``marking.corrected``), or one that differs from
what the machine said in the version that it made (``originals``), wherever it was changed.
The records are annotations as ``models/scenes/data`` reads them: JSON lines in a file of the user's own. Nothing is
collected unless it is asked for, and nothing leaves the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from plugin_core import originals, records
from plugin_core.document import Document, Mark
from plugin_core.scenes.labels import groups
from plugin_core.scenes.marking import labels_of, sure_of
from plugin_core.tagging.marking import is_ours

KEY_FRAME = 1000  # ms between two numbers of key frames
FIELDS = {"emotion": "audio_emotion"}  # the name that a group has in a record


@dataclass(frozen=True, slots=True)
class Correction:
    """In *film*, from the key frame *first* to *last* (one a second), these *labels* are right; *text* is said."""

    film: str
    first: int
    last: int
    labels: Mapping[str, tuple[str, ...]]
    text: str = ""

    def record(self) -> dict[str, Any]:
        """As a record of annotations."""
        row: dict[str, Any] = {"frame_id": f"{self.film}_{self.first:04d}"}
        for group, labels in self.labels.items():
            many = groups()[group].many
            row[FIELDS.get(group, group)] = list(labels) if many else labels[0]
        if self.text:
            row["text_description"] = self.text
        return row | ({"last": self.last} if self.last > self.first else {})


def corrections(document: Document) -> tuple[Correction, ...]:
    """The corrections in *document*, in order of time."""
    made = originals.find(document)
    before = {mark.id: mark for mark in made.marks} if made else {}
    theirs = [mark for mark in document.marks if mark.kind in {"shot", "scene"} and not is_ours(mark)]
    changed = ((mark, _changed(mark, before.get(mark.id))) for mark in theirs)
    found = [_correction(mark, labels, document) for mark, labels in changed if labels]
    return tuple(one for one in found if one is not None)


def _changed(mark: Mark, before: Mark | None) -> dict[str, tuple[str, ...]]:
    """What is said of *mark* that the machine had not said; only labels the program knows can be learned."""
    known, sure = groups(), sure_of(mark)
    old = labels_of(before) if before and is_ours(before) else {}
    return {
        group: labels
        for group, labels in labels_of(mark).items()
        if group in known and set(labels) <= set(known[group].labels)
        if group not in sure or (old and labels != old.get(group))
    }


def _correction(mark: Mark, labels: Mapping[str, tuple[str, ...]], document: Document) -> Correction | None:
    """None for a mark in which no key frame lies."""
    first, last = -(-mark.start // KEY_FRAME), max(mark.start, mark.end - 1) // KEY_FRAME
    if first > last:
        first = last = mark.start // KEY_FRAME
    said = [cue.texts[0] for cue in document.cues if cue.texts and cue.start < mark.end and cue.end > mark.start]
    film = PurePath(document.media.path.replace("\\", "/")).stem
    return Correction(film, first, last, labels, " ".join(" ".join(said).split())) if film else None


def add(path: Path, found: Iterable[Correction]) -> int:
    """
    Add to the records of *path* (JSON lines; made if it is not there) and tell how many are new.

    A newer correction of the same place stands for the older one. DocumentError if *path* holds something else.
    """
    return records.add(path, (one.record() for one in found), "frame_id")
