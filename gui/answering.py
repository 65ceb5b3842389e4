"""
What comes of the answers to what both sides changed: the document and the options of the push. Values only, no widgets.

"document" puts the document's version on the timeline. "host" takes the timeline's version into the document, so that
the two agree. "both" keeps both: of a caption the timeline's text above the document's, of a marker the timeline's and,
beside it, a new mark with the document's version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from plugin_core import edits
from plugin_core import plan as planning
from plugin_core.document import Document, new_id
from plugin_core.host import Caption, Conflict, Marker, Plan, PlanOptions, Present, TimelineInfo, plan
from plugin_core.plan.layout import CaptionLayout
from plugin_core.plan.pushed import Pushed

LEAVE, THEIRS, OURS, BOTH = "ask", "host", "document", "both"


@dataclass(frozen=True, slots=True)
class Ground:
    """What was planned from: *document* on the timeline *info* that shows *present*; *last* is the push before."""

    document: Document
    info: TimelineInfo
    present: Present
    last: Pushed | None
    options: PlanOptions


@dataclass(frozen=True, slots=True)
class Answered:
    """The *document* with what the answers took over, the *options* to push it with, and the *plan* of that push."""

    document: Document
    options: PlanOptions
    plan: Plan


def takes_both(conflict: Conflict) -> bool:
    """Whether both versions can be kept: there are two, and they do not differ in time or colour alone."""
    if conflict.host is None or conflict.document is None:
        return False
    return bool({"reworded", "renamed", "noted", "changed"} & set(conflict.what))


def answered(ground: Ground, conflicts: Mapping[str, Conflict], answers: Mapping[str, str]) -> Answered:
    """What a push is to do once *conflicts* have *answers*, both by ``Conflict.key``; what has none stays open."""
    document = ground.document
    sides: dict[str, str] = {}
    for key, answer in answers.items():
        conflict = conflicts.get(key)
        if conflict is None or answer == LEAVE:
            continue
        marker = isinstance(conflict.document, Marker)
        if answer == BOTH and takes_both(conflict):
            document = _copied(document, key) if marker else _stacked(ground, document, conflict)
            sides[key] = THEIRS if marker else OURS
        else:
            sides[key] = OURS if answer == OURS else THEIRS
    options = replace(ground.options, answers=tuple(sorted(sides.items())))
    document = _agreed(ground, document, options, {_subject(key) for key in sides if sides[key] == THEIRS})
    made = plan(document, ground.info, ground.present, last=ground.last, options=options)
    return Answered(document, options, made)


def _subject(key: str) -> str:
    """The mark or cue that a conflict is about."""
    return key.rsplit(":", 1)[-1]


def _agreed(ground: Ground, document: Document, options: PlanOptions, taken: set[str]) -> Document:
    """*document* with the timeline's version of the marks and cues of *taken*."""
    if not taken:
        return document
    found = plan(document, ground.info, ground.present, last=ground.last, options=options)
    return planning.pull(document, replace(found, pulled=tuple(edit for edit in found.pulled if edit.id in taken)))


def _copied(document: Document, mark_id: str) -> Document:
    """*document* with a second mark like that of *mark_id*, which is about to become the timeline's."""
    mark = next(mark for mark in document.marks if mark.id == mark_id)
    return edits.add_marks(document, [replace(mark, id=new_id())])


def _stacked(ground: Ground, document: Document, conflict: Conflict) -> Document:
    """*document* with the timeline's text above its own, in every language of the caption's track."""
    track, cue_id = conflict.key.rsplit(":", 1)
    theirs = conflict.host.text if isinstance(conflict.host, Caption) else ""
    cue = next((cue for cue in document.cues if cue.id == cue_id), None)
    parts = CaptionLayout(ground.document, ground.info, ground.options.min_frames).parted(track, cue_id, theirs)
    for language, text in (parts or {}).items():
        ours = cue.texts[document.column(language)] if cue else ""
        if cue is not None and text and text not in ours.split("\n"):
            document = edits.set_text(document, cue_id, language, f"{text}\n{ours}".strip())
    return document
