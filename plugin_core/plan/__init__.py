"""
The plan: the fewest operations that make a timeline show a document. Pure; a bridge does them, one host call each.

Three versions are compared: what was last pushed (the record, ``pushed``), what the host shows now, what the document
says now.

* What only the document changed is put. What only the host changed is kept there and offered to the document
  (``Plan.pulled``, ``pull``). What both changed is a conflict: unless an option or an answer says who is right, the
  host keeps its version. This holds for each of a marker's place, name, note and colour, and for each caption's times
  and text, so that a new colour here and a new name there are no conflict.
* What was deleted in the host is not put back, unless ``PlanOptions.restore`` asks for it.
* Without a record (the first push to this timeline) whatever carries our keys is made as the document says.
* Markers and tracks without our key are the user's: never touched, and never in the way. Where a host holds one marker
  a frame, ours take the next free frame; the rule is in ``marker_order``.
* Colours are compared as the host can show them, notes by what they say, so that nothing is put twice because a host
  has fewer colours or trims texts.
* The order of the operations is safe to interrupt: a new caption track is put before the old one is dropped, a moved
  marker before the old one where both have room. After a push that was killed, the record that was kept with
  ``pushed.begun`` tells its leftovers from edits of the user.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from plugin_core import edits
from plugin_core.collecting import uncollected
from plugin_core.document import Cue, Document
from plugin_core.host import (
    CaptionTrack,
    DropCaptions,
    DropMarker,
    HostEdit,
    Plan,
    PlanOptions,
    Present,
    PutCaptions,
    PutMarker,
    TimelineInfo,
    track_name,
)
from plugin_core.markers import key_of, markers_of, without_id
from plugin_core.plan.captions import plan_captions
from plugin_core.plan.layout import CaptionLayout, track_keys
from plugin_core.plan.markers import plan_markers
from plugin_core.plan.pushed import Pushed

if TYPE_CHECKING:
    from plugin_core.timeline import Programme


def plan_of(
    document: Document, info: TimelineInfo, present: Present, last: Pushed | None, options: PlanOptions
) -> Plan:
    """See ``host.plan``."""
    with uncollected():
        markers = plan_markers(document, info, present.markers, last, options)
        captions = plan_captions(document, info, present.tracks, last, options)
    changes = {**captions.pulled, **{change.id: change for change in markers.pulled}}
    return Plan(
        operations=(*captions.operations, *markers.operations),
        pulled=tuple(changes[key] for key in sorted(changes)),
        conflicts=tuple(sorted((*markers.conflicts, *captions.conflicts), key=lambda conflict: conflict.key)),
        outside=tuple(sorted((*markers.outside, *captions.outside))),
        own=(markers.own, captions.own),
        notes=tuple(dict.fromkeys((*markers.notes, *captions.notes))),
        after=Pushed(
            tuple(markers.after[key] for key in sorted(markers.after)),
            tuple(captions.after[key] for key in sorted(captions.after)),
        ),
    )


def pull(document: Document, plan: Plan) -> Document:
    """The *document* that *plan* was made of with the edits that were made in the host."""
    changes = {change.id: change for change in plan.pulled}
    marks = {mark.id for mark in document.marks}
    gone = [change.id for change in plan.pulled if change.id in marks and change.mark is None]
    new = [change.mark for change in plan.pulled if change.mark]
    kept = tuple(mark for mark in document.marks if mark.id not in changes)
    if gone or new:
        document = edits.add_marks(replace(document, marks=kept), new)
    return _with_cues(document, changes)


def _with_cues(document: Document, changes: Mapping[str, HostEdit]) -> Document:
    ids = {cue.id for cue in document.cues}
    for language in document.languages:
        texts = {
            key: told[language] for key in changes if key in ids and language in (told := dict(changes[key].texts))
        }
        document = edits.set_texts(document, language, texts)
    cues = (_retimed(cue, changes.get(cue.id)) for cue in document.cues)
    left = [cue for cue in cues if not (_is_gone(changes.get(cue.id)) and not any(map(str.strip, cue.texts)))]
    new = [change.cue for change in changes.values() if change.cue and change.id not in ids]
    ordered = tuple(sorted((*left, *new), key=lambda cue: (cue.start, cue.end, cue.id)))
    return document if ordered == document.cues else replace(document, cues=ordered)


def _retimed(cue: Cue, change: HostEdit | None) -> Cue:
    if change is None or change.start is None or change.end is None:
        return cue
    return replace(cue, start=change.start, end=change.end)


def _is_gone(change: HostEdit | None) -> bool:
    return change is not None and "deleted" in change.what


def present_of(programme: Programme, document: Document | None = None, options: PlanOptions | None = None) -> Present:
    """
    What a file holds, read as *programme*, as if it were a timeline: to plan against it.

    Files say nothing of whose a marker is. One is ours if *document* has its id or if its note speaks of a kind that is
    not "note"; of a cue's language a track is ours unless the language is not known.
    """
    options = options or PlanOptions()
    ours = {mark.id for mark in document.marks} if document else set()
    kinds = {mark.id: mark.kind for mark in programme.document.marks}
    markers = markers_of(programme.document, programme.info)
    layout = CaptionLayout(programme.document, programme.info, 1)
    keys = [key for key in track_keys(programme.document) if options.tracks is None or key in options.tracks]
    tracks = []
    for key in keys:
        known = key if key != "und" else ""
        rows = layout.rows(key)
        if rows:
            tracks.append(CaptionTrack(known, track_name(key), tuple(row.caption for row in rows)))
    return Present(
        tuple(one if one.key in ours or kinds[one.key] != "note" else replace(one, key="", note=without_id(one.note))
              for one in markers),
        tuple(tracks),
    )  # fmt: skip


def summary_of(plan: Plan) -> tuple[str, ...]:
    """A plan in sentences."""
    changed = {key_of(item.marker) for item in plan.operations if isinstance(item, DropMarker)}
    puts = [item for item in plan.operations if isinstance(item, PutMarker)]
    replaced = sum(item.replaces is not None or item.marker.key in changed for item in puts)
    drops = len(changed - {item.marker.key for item in puts})
    tracks = [item.track for item in plan.operations if isinstance(item, PutCaptions)]
    put_keys = {track.key for track in tracks}
    gone = {item.key for item in plan.operations if isinstance(item, DropCaptions)} - put_keys
    sentences = [
        _counted(len(puts) - replaced, "marker", "to be put"),
        _counted(replaced, "marker", "to be changed"),
        _counted(drops, "marker", "to be removed"),
        *(f"The track “{track.name}” is to be made, with {_many(len(track.captions), 'caption')}." for track in tracks),
        *(f"The track “{track_name(key)}” is to be removed." for key in sorted(gone)),
        _counted(len(plan.pulled), "edit", "made in the host and kept there; the document can take it over",
                 "made in the host and kept there; the document can take them over"),
        _counted(len(plan.conflicts), "item", "changed in the host and in the document: choose a version"),
        _counted(len(plan.outside), "mark or cue", "not on the timeline", "not on the timeline", "marks and cues"),
    ]  # fmt: skip
    said = [sentence for sentence in sentences if sentence]
    if not plan.operations:
        said.insert(0, "There is nothing to do.")
    return (*said, *plan.notes)


def _counted(count: int, thing: str, rest: str, rest_of_many: str = "", things: str = "") -> str:
    if not count:
        return ""
    many = rest_of_many or rest
    return f"1 {thing} is {rest}." if count == 1 else f"{count} {things or thing + 's'} are {many}."


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}{'s' * (count != 1)}"
