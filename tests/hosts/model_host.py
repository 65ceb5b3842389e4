"""A small model of an editing program: it does operations as real hosts do, and refuses what they refuse."""

from __future__ import annotations

from dataclasses import replace

from plugin_core import colours
from plugin_core.document import Document
from plugin_core.host import (
    Caption,
    CaptionTrack,
    DropCaptions,
    DropMarker,
    HostTraits,
    Marker,
    Operation,
    Plan,
    PlanOptions,
    Present,
    PutCaptions,
    PutMarker,
    TimelineInfo,
    plan,
)
from plugin_core.plan.pushed import Pushed, begun, finished


class Refused(Exception):
    """The host would have said False, or raised."""


class ModelHost:
    """
    A timeline in a host with *traits*. Quirks: it shows the nearest colour of its palette, trims names, leaves out
    captions shorter than *shortest* frames, leaves an empty caption behind on every track it makes.
    """

    def __init__(self, traits: HostTraits, *, shortest: int = 2, markers: tuple[Marker, ...] = ()) -> None:
        self.traits, self.shortest = traits, shortest
        self.markers: list[Marker] = list(markers)
        self.tracks: list[CaptionTrack] = []
        self.calls = 0

    def present(self) -> Present:
        tracks = (
            track if self.traits.reads_captions or not track.key else replace(track, captions=())
            for track in self.tracks
        )
        return Present(tuple(self.markers), tuple(tracks))

    def apply(self, operation: Operation) -> None:
        self.calls += 1
        if isinstance(operation, PutMarker):
            self._put(operation)
        elif isinstance(operation, DropMarker):
            self.markers.remove(self._find(operation.marker))
        elif isinstance(operation, PutCaptions):
            self._put_track(operation.track)
        else:
            self._drop_track(operation)

    def _put(self, operation: PutMarker) -> None:
        if operation.replaces:
            if not self.traits.moves_markers:
                raise Refused("markers cannot be changed")
            self.markers.remove(self._find(operation.replaces))
        marker = operation.marker
        if self.traits.one_per_frame and any(other.frame == marker.frame for other in self.markers):
            raise Refused("one marker a frame")
        if marker.frame < 0 or marker.frames < 1:
            raise Refused("no such place")
        palette = self.traits.palette
        colour = colours.from_host(colours.to_host(marker.colour, palette), palette)
        key = marker.key if self.traits.has_keys else ""
        self.markers.append(replace(marker, key=key, colour=colour, name=marker.name.strip()))
        if self.traits.most_markers and len(self.markers) > self.traits.most_markers:
            raise Refused("too many")

    def _find(self, wanted: Marker) -> Marker:
        """A bridge makes sure that nobody changed the marker since it was shown."""
        if wanted not in self.markers:
            raise Refused(f"there is no {wanted}")
        return wanted

    def _put_track(self, track: CaptionTrack) -> None:
        if not track.captions:
            raise Refused("an empty file")
        kept = tuple(caption for caption in track.captions if caption.frames >= self.shortest)
        self.tracks.append(replace(track, captions=(*kept, Caption(0, 1, ""))))

    def _drop_track(self, operation: DropCaptions) -> None:
        if not self.traits.drops_captions:
            raise Refused("tracks cannot be removed")
        del self.tracks[[at for at, track in enumerate(self.tracks) if track.key == operation.key][operation.place]]

    def push(
        self,
        document: Document,
        info: TimelineInfo,
        last: Pushed | None = None,
        options: PlanOptions | None = None,
        *,
        killed_after: int | None = None,
    ) -> tuple[Plan, Pushed]:
        """Do a whole push, or as much of it as a process does that is killed; the record that is on disk then."""
        made = plan(document, info, self.present(), last=last, options=options or PlanOptions(self.traits))
        record = begun(last, made)
        for operation in made.operations[:killed_after]:
            self.apply(operation)
        if killed_after is not None and killed_after < len(made.operations):
            return made, record
        return made, finished(made, self.present(), self.traits)
