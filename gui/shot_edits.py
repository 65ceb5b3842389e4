"""
Corrections of shots and scenes, as new documents. What a person changes is theirs: its id is no digest of it any more
(``tagging.marking``), so finding or recognising again leaves it alone.

Times are ms. DocumentError, in a sentence, where something cannot be done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from gui.shot_rows import KINDS, Row, rows
from plugin_core.document import Document, Mark, new_id
from plugin_core.errors import DocumentError
from plugin_core.tagging.marking import SOURCE, digest, is_ours

if TYPE_CHECKING:
    from plugin_core.shots.values import Shots

_SAY = {  # why something cannot be done, and what can
    "split-shot": ("The playhead is not inside this shot.", "Put it where the new shot begins."),
    "split-scene": ("The playhead is not inside this scene.", "Put it where the new scene begins."),
    "boundary-shot": ("The playhead is beyond this shot and the one before it.", "Put it near the beginning."),
    "boundary-scene": ("The playhead is beyond this scene and the one before it.", "Put it near the beginning."),
    "none-shot": ("No shot is chosen.", "Choose one in the gallery."),
    "none-scene": ("This shot is in no scene.", "Let a scene begin here first."),
    "first-shot": ("This is the first shot: none is before it.", "Choose a later one."),
    "first-scene": ("This is the first scene: none is before it.", "Choose a later one."),
    "begun-scene": ("A scene begins with this shot already.", "Choose a later shot of it."),
}
OF_SHOTS = (SOURCE, "number", "transition", "transition_frames")  # attributes that are no labels


def applied(document: Document, shots: Shots) -> Document:
    """
    *document* with the shots found at another threshold. What a person corrected stays, and none is found inside it;
    a shot that is as it was keeps its labels.
    """
    from plugin_core.shots.listing import marks

    ours = {(mark.start, mark.end): mark for mark in document.marks if mark.kind == "shot" and is_ours(mark)}
    return _put(document, [_labelled(mark, ours.get((mark.start, mark.end))) for mark in marks(shots)], ("shot",))


def recognised(document: Document, found: Document) -> Document:
    """*document* with the shots and scenes of *found*; what a person corrected stays, and none is found inside it."""
    return _put(document, [mark for mark in found.marks if mark.kind in KINDS], KINDS)


def merged(document: Document, mark_id: str) -> Document:
    """The shot of *mark_id* goes on from the one before it: the change between them was none."""
    before, shot = _pair(document, "shot", mark_id)
    return _replaced(document, {before.mark.id: replace(before.mark, end=shot.end), shot.mark.id: None})


def split(document: Document, mark_id: str, ms: int, *, kind: str = "shot") -> Document:
    """The shot (or scene) of *mark_id* ends at *ms*, where a new one begins, by a cut, with the same labels."""
    row = _row(document, kind, mark_id)
    if not row.start < ms < row.end:
        raise _refusal(f"split-{kind}")
    labels = tuple((key, value) for key, value in row.mark.attributes if key not in OF_SHOTS)
    change = (("transition", "cut"), ("transition_frames", "0")) if kind == "shot" else ()
    new = Mark(new_id(), kind, ms, row.end, row.mark.text, (*change, *labels))
    return _with(_replaced(document, {mark_id: replace(row.mark, end=ms)}), [*_others(document, {mark_id}),
                 replace(row.mark, end=ms), new])  # fmt: skip


def begun_at(document: Document, mark_id: str, ms: int, *, kind: str = "shot") -> Document:
    """The shot (or scene) of *mark_id* begins at *ms*, and the one before it ends there."""
    row = _row(document, kind, mark_id)
    place = _place(document, kind, mark_id)
    shown = _of(document, kind)
    before = shown[place - 1] if place else None
    low = before.start + 1 if before else 0
    if not low <= ms < row.end:
        raise _refusal(f"boundary-{kind}")
    changes: dict[str, Mark | None] = {mark_id: replace(row.mark, start=ms, end=row.end)}
    if before is not None and before.end == row.start:
        changes[before.mark.id] = replace(before.mark, end=ms)
    return _replaced(document, changes)


def scene_begun(document: Document, shot_id: str) -> Document:
    """A scene begins with the shot of *shot_id*: the one it is in ends there. Without any scenes it is the first."""
    shot = _row(document, "shot", shot_id)
    scenes = _of(document, "scene")
    around = next((row for row in scenes if row.start <= shot.start < row.end), None)
    if around is not None and around.start == shot.start:
        raise _refusal("begun-scene")
    if around is not None:
        return split(document, around.mark.id, shot.start, kind="scene")
    end = min((row.start for row in scenes if row.start > shot.start), default=_of(document, "shot")[-1].end)
    return _with(document, [*document.marks, Mark(new_id(), "scene", shot.start, max(end, shot.end), "")])


def scene_joined(document: Document, mark_id: str) -> Document:
    """The scene of *mark_id* (of the scene, or of a shot in it) goes on from the one before it."""
    scene = scene_of(document, mark_id)
    if scene is None:
        raise _refusal("none-scene")
    before, later = _pair(document, "scene", scene.mark.id)
    return _replaced(document, {before.mark.id: replace(before.mark, end=later.end), later.mark.id: None})


def scene_of(document: Document, mark_id: str) -> Row | None:
    """The scene of that id, or that the shot of that id lies in."""
    found = rows(document)
    row = next((row for row in found if row.mark.id == mark_id), None)
    if row is None or row.scene:
        return row
    return next((scene for scene in found if scene.scene and scene.start <= row.start < scene.end), None)


def before(document: Document, shot_id: str) -> tuple[Row, ...]:
    """The shot before that of *shot_id*, if there is one."""
    found = _of(document, "shot")
    return tuple(one for one, later in pairwise(found) if later.mark.id == shot_id)


def with_marks(document: Document, changed: Iterable[Mark]) -> Document:
    """*document* with the marks *changed*, which are found by their ids."""
    return _replaced(document, {mark.id: mark for mark in changed})


# -- inside --


def _refusal(what: str) -> DocumentError:
    return DocumentError(f"shots.{what}", *_SAY[what])


def _put(document: Document, made: Sequence[Mark], kinds: Sequence[str]) -> Document:
    """*document* with the marks *made* in place of those of *kinds* that nobody changed."""
    kept = [mark for mark in document.marks if mark.kind not in kinds or not is_ours(mark)]
    there = {mark.id for mark in kept}
    parts = [part for mark in made for part in _beside(mark, [one for one in kept if one.kind == mark.kind])]
    return _with(document, [*kept, *(part for part in parts if part.id not in there)])


def _labelled(mark: Mark, before: Mark | None) -> Mark:
    """*mark* with the labels of the one that was there *before*."""
    if before is None:
        return mark
    own = {key for key, _ in mark.attributes}
    labels = tuple(one for one in before.attributes if one[0] not in own)
    return _named(replace(mark, attributes=(*mark.attributes, *labels)))


def _beside(mark: Mark, theirs: Sequence[Mark]) -> list[Mark]:
    """The parts of *mark* that lie in none of *theirs*; all of it keeps its id."""
    free = [(mark.start, mark.end)]
    for one in theirs:
        free = [part for a, b in free for part in ((a, min(b, one.start)), (max(a, one.end), b)) if part[0] < part[1]]
        if one.start == one.end == mark.start:  # a cut that was set by hand
            return []
    if free == [(mark.start, mark.end)] or mark.start == mark.end:
        return [mark]
    return [_named(replace(mark, start=start, end=end)) for start, end in free]


def _named(mark: Mark) -> Mark:
    return replace(mark, id=digest(mark))


def _of(document: Document, kind: str) -> tuple[Row, ...]:
    return tuple(row for row in rows(document) if row.mark.kind == kind)


def _place(document: Document, kind: str, mark_id: str) -> int:
    place = next((place for place, row in enumerate(_of(document, kind)) if row.mark.id == mark_id), -1)
    if place < 0:
        raise _refusal(f"none-{kind}")
    return place


def _row(document: Document, kind: str, mark_id: str) -> Row:
    return _of(document, kind)[_place(document, kind, mark_id)]


def _pair(document: Document, kind: str, mark_id: str) -> tuple[Row, Row]:
    """What comes before the one of *mark_id*, and that one."""
    found, place = _of(document, kind), _place(document, kind, mark_id)
    if not place:
        raise _refusal(f"first-{kind}")
    return found[place - 1], found[place]


def _others(document: Document, without: set[str]) -> list[Mark]:
    return [mark for mark in document.marks if mark.id not in without]


def _replaced(document: Document, changes: dict[str, Mark | None]) -> Document:
    """*document* with other marks for the ids of *changes*, or none."""
    left = [changes.get(mark.id, mark) for mark in document.marks]
    return _with(document, [mark for mark in left if mark is not None])


def _with(document: Document, marks: Iterable[Mark]) -> Document:
    ordered = tuple(sorted(marks, key=lambda mark: (mark.start, mark.end, mark.id)))
    return document if ordered == document.marks else replace(document, marks=ordered)
