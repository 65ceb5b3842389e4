"""
The shots and scenes of a document as rows: what the gallery shows of each, and which of them a filter lets through.

Rows follow the marks of kind ``shot`` and ``scene``; a row whose mark, number and end are as before is the same object.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from gui.wave_math import CueIndex
from plugin_core.captioning.marking import by_shot, texts_of
from plugin_core.document import Document, Mark
from plugin_core.scenes.labels import LANGUAGES, groups, name

KINDS = ("shot", "scene")
TOLD = ("caption", "title", "action")  # kinds of marks whose texts say what is to be seen
SURE = "sure"  # the attribute with how probable the label of each group is: ``place=0.97 time=0.62``
Label = tuple[str, str]  # the group, the label
_PARTED = re.compile(r"\s*[|,;]\s*")


@dataclass(frozen=True, slots=True)
class Row:
    """
    A shot or scene: its *mark*, its *number* among its kind (from 1), where it ends (ms), what it is labelled, and the
    mark of its *caption*, if it has one.
    """

    mark: Mark
    number: int
    end: int
    labels: tuple[Label, ...] = field(default=(), compare=False)
    caption: Mark | None = None

    @property
    def scene(self) -> bool:
        """Whether it is a scene, and no shot."""
        return self.mark.kind == "scene"

    @property
    def start(self) -> int:
        return self.mark.start

    @property
    def middle(self) -> int:
        """The time (ms) of its picture."""
        return (self.mark.start + self.end) // 2

    @property
    def texts(self) -> dict[str, str]:
        """What its caption says, by language."""
        return texts_of(self.caption) if self.caption else {}

    @property
    def transition(self) -> str:
        """What leads into it: cut, dissolve, fade, wipe, or ""."""
        return next((value for key, value in self.mark.attributes if key == "transition"), "")


def rows(document: Document, known: Iterable[Row] = ()) -> tuple[Row, ...]:
    """The scenes of *document*, each before its shots; rows of *known* that still hold are taken again."""
    marks = sorted(
        (mark for mark in document.marks if mark.kind in KINDS),
        key=lambda mark: (mark.start, mark.kind != "scene", mark.end, mark.id),
    )
    old = {row.mark.id: row for row in known}
    starts = {kind: [mark.start for mark in marks if mark.kind == kind] for kind in KINDS}
    captions = by_shot(document.marks, [mark for mark in marks if mark.kind == "shot"])
    numbers = dict.fromkeys(KINDS, 0)
    found = []
    for mark in marks:
        numbers[mark.kind] += 1
        end = mark.end if mark.end > mark.start else _next(starts[mark.kind], mark.start, document)
        fresh, before = Row(mark, numbers[mark.kind], end, labels_of(mark), captions.get(mark.id)), old.get(mark.id)
        same = before is not None and before.mark is mark and before.caption is fresh.caption
        found.append(before if before is not None and same and before == fresh else fresh)
    return tuple(found)


def _next(starts: Sequence[int], start: int, document: Document) -> int:
    """Where a mark without a length ends: at the next of its kind, else with the film."""
    place = bisect_right(starts, start)
    return starts[place] if place < len(starts) else max(start, document.media.duration)


def labels_of(mark: Mark) -> tuple[Label, ...]:
    """
    What *mark* is labelled, in the order of the groups: those of the program, then others that have a probability.
    """
    attributes = dict(mark.attributes)
    own = [part.partition("=")[0] for part in attributes.get(SURE, "").split()]
    known = dict.fromkeys((*groups(), *own))
    return tuple((group, label) for group in known for label in _PARTED.split(attributes.get(group, "")) if label)


def scene_at(shown: Sequence[Row], ms: int) -> Row | None:
    """The scene that *ms* lies in."""
    return next((row for row in reversed(shown) if row.scene and row.start <= ms < max(row.end, row.start + 1)), None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What a shot must be to be shown: led in by one of *transitions*, labelled with one of the *labels* of every group
    that is asked for, and all words of *text* in its labels, cues and captions. What is empty asks for nothing.
    """

    transitions: frozenset[str] = frozenset()
    labels: frozenset[Label] = frozenset()
    text: str = ""
    among: frozenset[int] | None = None  # middles of shots (ms) that were found otherwise; None asks for nothing

    def __bool__(self) -> bool:
        return bool(self.transitions or self.labels or self.text.strip() or self.among is not None)


def passing(found: Sequence[Row], wanted: Wanted, words: Callable[[Row], str]) -> tuple[Row, ...]:
    """Those of *found* that are *wanted*, and the scenes they are in; *words* gives what can be searched of a shot."""
    if not wanted:
        return tuple(found)
    asked = wanted.text.casefold().split()
    groups_asked = {group for group, _ in wanted.labels}
    kept: list[Row] = []
    scene: Row | None = None
    waiting = False
    for row in found:
        if row.scene:
            scene, waiting = row, True
            continue
        if scene is not None and row.start >= scene.end:
            scene, waiting = None, False
        if not _fits(row, scene, wanted, groups_asked) or (asked and not _holds(words(row), asked)):
            continue
        if scene is not None and waiting:
            kept.append(scene)
            waiting = False
        kept.append(row)
    return tuple(kept)


def effective(row: Row, scene: Row | None) -> tuple[Label, ...]:
    """The labels of a shot, and those of its *scene* for the groups it says nothing of."""
    own = {group for group, _ in row.labels}
    return row.labels + tuple(label for label in (scene.labels if scene else ()) if label[0] not in own)


def _fits(row: Row, scene: Row | None, wanted: Wanted, asked: set[str]) -> bool:
    if wanted.among is not None and row.middle not in wanted.among:
        return False
    if wanted.transitions and row.transition not in wanted.transitions:
        return False
    return not asked or asked <= {label[0] for label in effective(row, scene) if label in wanted.labels}


def _holds(text: str, asked: Sequence[str]) -> bool:
    return all(word in text for word in asked)


class Words:
    """What can be searched of every shot: its labels in both languages, what is said in it and told of it."""

    def __init__(self, document: Document, found: Sequence[Row]) -> None:
        self._index = CueIndex(document.cues)
        self._told = sorted((mark for mark in document.marks if mark.kind in TOLD and mark.text), key=_start)
        self._starts = [mark.start for mark in self._told]
        self._scenes = [row for row in found if row.scene]
        self._begins = [row.start for row in self._scenes]

    def __call__(self, row: Row) -> str:
        """The words of *row* in one text, without capitals."""
        scene = self._scene(row.start)
        parts = [row.mark.text, scene.mark.text if scene else ""]
        for group, label in effective(row, scene):
            parts += [label, *(name(group, label, language) for language in LANGUAGES)]
        for cue in self._index.between(row.start, row.end):
            parts += [*cue.texts, cue.speaker]
        first = bisect_left(self._starts, row.start - 60_000)  # what began before may last until now
        last = bisect_left(self._starts, row.end)
        for mark in self._told[first:last]:
            if mark.end > row.start or mark.start >= row.start:
                parts += texts_of(mark).values() if mark.kind == "caption" else [mark.text]
        return "\n".join(parts).casefold()

    def _scene(self, ms: int) -> Row | None:
        place = bisect_right(self._begins, ms) - 1
        return self._scenes[place] if place >= 0 and ms < self._scenes[place].end else None


def _start(mark: Mark) -> int:
    return mark.start
