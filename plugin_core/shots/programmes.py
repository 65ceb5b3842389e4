"""
Shots and programmes: a film cut up at its shots for an editing program, and the shots of a timeline that is cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from plugin_core.document import Document, Media
from plugin_core.host import TimelineInfo
from plugin_core.shots.values import Curve, Shots, Transition, at
from plugin_core.timeline import Programme, programme_of, rational

if TYPE_CHECKING:
    from plugin_core.clock import FrameRate
    from plugin_core.conform.cuts import Piece


def programme(shots: Shots, media: Media) -> Programme:
    """
    *media* on a timeline, cut at every shot, frame by frame: what EDL, OTIO and the other exchange formats write.

    The timeline counts as the media does: its rate, its start timecode, drop-frame as there.
    """
    whole = programme_of(Document(media=media), TimelineInfo.of(Document(media=media)))
    frames = sorted({whole.info.frame(shot.start) for shot in shots.shots[1:]})
    for track in whole.media.tracks:
        clip = track[-1]
        length = round(clip.source_range.duration.value)
        edges = [0, *(frame for frame in frames if 0 < frame < length), length]
        track.pop()
        track.extend(_part(clip, first, after, whole.info.rate) for first, after in pairwise(edges))
    return whole


def _part(clip: Any, first: int, after: int, rate: FrameRate) -> Any:
    from opentimelineio import opentime

    part = clip.deepcopy()
    begin = round(clip.source_range.start_time.value) + first
    part.source_range = opentime.TimeRange(rational(begin, rate), rational(after - first, rate))
    return part


def of_programme(found: Programme) -> Shots:
    """
    The shots of a timeline as it is cut, without looking at a picture: what is seen is the topmost video track.

    Frames are those of the timeline from its first, ms are of the document's media time. Two pieces that go on in the
    same media without a break are one shot. DocumentError as ``conform.cuts.pieces``.
    """
    from plugin_core.conform.cuts import VIDEO, pieces

    seen = [piece for piece in pieces(found) if piece.kind == VIDEO]
    rate = found.info.rate
    length = max((_frame(piece.end, rate.fps) for piece in seen), default=0)
    starts = np.asarray([found.info.ms(frame) for frame in range(length)], np.int32)
    places = [_frame(place, rate.fps) for place in _breaks(seen)]
    cuts = (Transition("cut", frame, frame, found.info.ms(frame), found.info.ms(frame)) for frame in places)
    curve = Curve(
        starts, np.zeros(length, np.uint8), tuple(one for one in cuts if 0 < one.first < length), found.info.ms(length)
    )
    return at(curve, shortest=0)


def _frame(seconds: Fraction, fps: Fraction) -> int:
    return round(seconds * fps)


def _breaks(pieces: Sequence[Piece]) -> Iterator[Fraction]:
    """Where another picture begins, in seconds: every edge of what is on top that does not go on in its own media."""
    edges = sorted({edge for piece in pieces for edge in (piece.start, piece.end)})
    last: Piece | None = None
    for place in edges:
        now = max(
            (piece for piece in pieces if piece.start <= place < piece.end), key=lambda piece: piece.track, default=None
        )
        one_shot = last and now and (last is now or _goes_on(last, now))
        if (last or now) and not one_shot:
            yield place
        last = now


def _goes_on(last: Piece, now: Piece) -> bool:
    same = last.media == now.media != "" and last.speed == now.speed and not last.held and not now.held
    return same and now.source_start - (now.start - last.end) * now.speed == last.source_end
