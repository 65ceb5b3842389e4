"""
Shots and programmes: a film cut up at its shots for an editing program, and the shots of a timeline that is cut.
"""

from __future__ import annotations

import re
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
    from plugin_core.formats.placed import Fade

TO_PLAIN = re.compile(r"\bdip\b|\bfade (in|out|to|from|through)\b|\b(black|white)\b", re.I)  # names of fades


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
    same media without a break are one shot. A transition on a track is a dissolve, a fade (to or from nothing, or by
    its name) or else a wipe. DocumentError as ``conform.cuts.pieces``.
    """
    from plugin_core.conform.cuts import VIDEO, pieces

    seen = [piece for piece in pieces(found) if piece.kind == VIDEO]
    info = found.info
    length = max((_frame(piece.end, info.rate.fps) for piece in seen), default=0)
    starts = np.asarray([info.ms(frame) for frame in range(length)], np.int32)
    slow = dict(_slow(found, seen, length))
    places = (_frame(place, info.rate.fps) for place in _breaks(seen))
    cuts = (slow.get(frame) or Transition("cut", frame, frame, info.ms(frame), info.ms(frame)) for frame in places)
    changes = tuple(one for one in cuts if one.kind != "cut" or 0 < one.first < length)
    return at(Curve(starts, np.zeros(length, np.uint8), changes, info.ms(length)), shortest=0)


def _slow(found: Programme, seen: Sequence[Piece], length: int) -> Iterator[tuple[int, Transition]]:
    """The changes that take time and lie in sight, each with the frame of its cut; none goes beyond *length* frames."""
    from plugin_core.conform.cuts import VIDEO
    from plugin_core.formats.placed import placed

    info = found.info
    tracks = (track for track in found.media.tracks if track.kind.lower() == VIDEO)
    for number, track in enumerate(tracks):
        items = placed(track, info.rate)
        for one, other in pairwise([None, *items, None]):
            fade = other.before if other else one.after if one else None
            if fade is None or _covered(fade, seen, number, info.rate.fps):
                continue
            first, last = max(0, fade.start), min(fade.end, length) - 1
            if first < last:
                alone = one is None or other is None or one.is_gap or other.is_gap
                kind = "fade" if alone else _kind(fade)
                yield fade.cut, Transition(kind, first, last, info.ms(first), info.ms(last + 1))


def _covered(fade: Fade, seen: Sequence[Piece], track: int, fps: Fraction) -> bool:
    over = (piece for piece in seen if piece.track > track)
    return any(piece.start * fps < fade.end and fade.start < piece.end * fps for piece in over)


def _kind(fade: Fade) -> str:
    if TO_PLAIN.search(fade.name):
        return "fade"
    return "dissolve" if fade.kind == "SMPTE_Dissolve" or "dissolve" in fade.name.lower() else "wipe"


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
