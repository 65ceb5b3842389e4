"""Programmes and random re-edits of them, with the truth worked out frame by frame, unlike ``conform`` does."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Mark, Word
from plugin_core.host import TimelineInfo
from plugin_core.timeline import Programme

RATES = [FrameRate.parse(text) for text in ("23.976", "24", "25", "29.97 DF", "29.97", "30", "50", "59.94 DF", "60")]
PACES = [Fraction(1, 2), Fraction(4, 5), Fraction(5, 4), Fraction(2)]


@dataclass(frozen=True)
class Shot:
    """*frames* of the timeline that play *media* from *start* (seconds after its first moment); "" is a gap."""

    media: str
    start: Fraction
    frames: int
    speed: Fraction = Fraction(1)


@dataclass(frozen=True)
class Footage:
    """A media: its rate, and the frame number its timecode begins with."""

    rate: FrameRate
    first: int = 0


def gap(frames: int) -> Shot:
    return Shot("", Fraction(0), frames)


def track(shots: Iterable[Shot], rate: FrameRate, footage: dict[str, Footage], kind: str, name: str = "") -> Any:
    from opentimelineio import opentime, schema

    made = schema.Track(name=name, kind=kind)
    for shot in shots:
        length = opentime.RationalTime(shot.frames, float(rate.fps))
        if not shot.media:
            made.append(schema.Gap(duration=length))
            continue
        own = footage.get(shot.media, Footage(rate))
        origin = opentime.RationalTime(own.first, float(own.rate.fps))
        begin = opentime.RationalTime(own.first + float(shot.start * own.rate.fps), float(own.rate.fps))
        whole = opentime.TimeRange(origin, opentime.RationalTime(10**6, float(own.rate.fps)))
        clip = schema.Clip(
            name=shot.media,
            media_reference=schema.ExternalReference(target_url=f"/footage/{shot.media}", available_range=whole),
            source_range=opentime.TimeRange(begin, length),
        )
        if shot.speed != 1:
            clip.effects.append(schema.LinearTimeWarp(time_scalar=float(shot.speed)))
        made.append(clip)
    return made


def programme(
    shots: Sequence[Shot],
    rate: FrameRate,
    *,
    sound: Sequence[Shot] | None = None,
    footage: dict[str, Footage] | None = None,
    stereo: bool = False,
    order: Sequence[int] = (),
) -> Programme:
    """Picture on V1 and the same, or *sound*, on A1 (and, in *stereo*, A2), stacked in *order*."""
    from opentimelineio import schema

    heard = shots if sound is None else sound
    tracks = [track(shots, rate, footage or {}, "Video", "V")]
    tracks += [track(heard, rate, footage or {}, "Audio", f"A{n}") for n in range(1 + stereo)]
    timeline = schema.Timeline()
    timeline.tracks.extend([tracks[index] for index in order or range(len(tracks))])
    length = sum(shot.frames for shot in shots)
    return Programme(Document(), TimelineInfo(rate, "cut", 3600, length), timeline)


def original(chance: random.Random, rate: FrameRate, *, media: int = 3, shots: int = 12) -> list[Shot]:
    """A first cut in which no moment of any media is seen twice."""
    used = {f"{chr(97 + n)}.mov": 0 for n in range(media)}
    made = []
    for _ in range(shots):
        name = chance.choice(sorted(used))
        start = used[name] + chance.randrange(40)
        frames = chance.randint(20, 90)
        used[name] = start + frames
        made.append(Shot(name, start / rate.fps, frames))
        if chance.random() < 0.15:
            made.append(gap(chance.randint(3, 30)))
    return made


def recut(chance: random.Random, shots: Sequence[Shot], rate: FrameRate, *, changes: int = 8, keep: bool = False,
          paces: Sequence[Fraction] = ()) -> list[Shot]:  # fmt: skip
    """*shots* after *changes* random edits; with *keep* nothing of the media is taken out."""
    made = list(shots)
    edits = [_razor, _razor, _swap, _lay_in] + ([] if keep else [_delete, _trim, _double])
    for _ in range(changes):
        place = chance.randrange(len(made))
        if paces and chance.random() < 0.3 and made[place].media:
            made[place] = _paced(made[place], chance.choice(paces))
        else:
            chance.choice(edits)(chance, made, place, rate)
    return made


def _razor(chance: random.Random, shots: list[Shot], place: int, rate: FrameRate) -> None:
    shot = shots[place]
    if shot.frames > 1:
        left = chance.randrange(1, shot.frames)
        later = shot.start + shot.speed * left / rate.fps if shot.media else shot.start
        right = replace(shot, start=later, frames=shot.frames - left)
        shots[place : place + 1] = [replace(shot, frames=left), right]


def _swap(chance: random.Random, shots: list[Shot], place: int, rate: FrameRate) -> None:
    shots.insert(chance.randrange(len(shots)), shots.pop(place))


def _lay_in(chance: random.Random, shots: list[Shot], place: int, rate: FrameRate) -> None:
    strange = Shot("new.mov", Fraction(chance.randrange(1000)) / rate.fps, chance.randint(1, 50))
    shots.insert(place, chance.choice([gap(chance.randint(1, 50)), strange]))


def _delete(chance: random.Random, shots: list[Shot], place: int, rate: FrameRate) -> None:
    if len(shots) > 2:
        del shots[place]


def _trim(chance: random.Random, shots: list[Shot], place: int, rate: FrameRate) -> None:
    shot = shots[place]
    off, end = chance.randrange(shot.frames), chance.randrange(shot.frames)
    if off + end < shot.frames and shot.media:
        later = shot.start + shot.speed * off / rate.fps
        shots[place] = replace(shot, start=later, frames=shot.frames - off - end)


def _double(chance: random.Random, shots: list[Shot], place: int, rate: FrameRate) -> None:
    shots.insert(chance.randrange(len(shots)), shots[place])


def _paced(shot: Shot, pace: Fraction) -> Shot:
    """The same source at another speed, as near as whole frames allow."""
    frames = max(1, round(shot.frames * shot.speed / pace))
    return replace(shot, frames=frames, speed=pace)


def positions(shots: Sequence[Shot]) -> list[tuple[int, Shot]]:
    made, at = [], 0
    for shot in shots:
        made.append((at, shot))
        at += shot.frames
    return made


def by_frame(shots: Sequence[Shot], rate: FrameRate) -> list[tuple[str, Fraction]]:
    """What each frame of a cut shows: (media, moment); ("", 0) in a gap."""
    return [
        (shot.media, shot.start + shot.speed * n / rate.fps if shot.media else Fraction(0))
        for shot in shots
        for n in range(shot.frames)
    ]


def document_over(chance: random.Random, shots: Sequence[Shot], info: TimelineInfo, count: int = 40, *,
                  spoken: bool = False) -> Document:  # fmt: skip
    """Cues on whole frames all over a cut, with marks; *spoken*: with texts and words, else mute."""
    total = sum(shot.frames for shot in shots)
    cues, marks = [], []
    for number in range(count):
        first = chance.randrange(total - 2)
        span = (info.ms(first), info.ms(min(total, first + chance.randint(2, 60))))
        name = f"{number:04x}"
        cues.append(said(name, *span) if spoken else Cue(name, *span, ("", "")))
        marks.append(Mark(f"m{name}", chance.choice(("shot", "sound", "title")), *span, "thing"))
    cues.sort(key=lambda cue: (cue.start, cue.end, cue.id))
    marks.sort(key=lambda mark: (mark.start, mark.end, mark.id))
    return Document(languages=("en", "zh"), cues=tuple(cues), marks=tuple(marks))


def said(name: str, start: int, end: int, count: int = 6) -> Cue:
    """A cue of *count* words that share its time."""
    texts = [f" w{name}x{n}" for n in range(count)]
    ends = [start + (end - start) * n // count for n in range(count + 1)]
    words = tuple(Word(ends[n], ends[n + 1], text if n else text.strip(), 0.9) for n, text in enumerate(texts))
    return Cue(name, start, end, ("".join(texts).strip(), "一二三四五六七八九十"), words)
