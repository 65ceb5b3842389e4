"""Documents and media that the FCPXML tests write and read."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from opentimelineio import opentime, schema

from plugin_core.clock import FrameRate
from plugin_core.document import MARK_KINDS, AudioStream, Cue, Document, Mark, Media
from plugin_core.host import TimelineInfo
from plugin_core.timeline import Programme, programme_of, rational

RATES = [FrameRate.parse(text) for text in ("23.976", "24", "25", "29.97 DF", "29.97", "30", "50", "59.94 DF", "60")]
STARTS = ["00:00:00:00", "01:00:00:00", "10:00:00:00"]


def bilingual(rate: FrameRate, cues: int = 12) -> Document:
    """Cues that overlap, miss a text, have two lines and speakers; marks of every kind; all on frames of *rate*."""
    media = Media(
        "/shots/day 1/电影.mov",
        rate.ms_at(2000),
        rate,
        width=1920,
        height=1080,
        audio=(AudioStream(1, "aac", 48000, 2),),
    )
    return Document(
        media,
        ("zh", "en"),
        tuple(
            Cue(
                f"c{n:03}",
                rate.ms_at(n * 50),
                rate.ms_at(n * 50 + 60),
                (f"你好 <b>&\"'{n}\n第二行", f"Hello {n}\nworld" if n % 3 else ""),
                speaker=f"Anna; {n}" if n % 2 else "",
                role="narrator" if n == 4 else "",
                tags=("lang:en", "x: y") if n == 5 else (),
            )
            for n in range(cues)
        ),
        tuple(
            Mark(
                f"m{n:03}",
                MARK_KINDS[n % len(MARK_KINDS)],
                rate.ms_at(n * 31),
                rate.ms_at(n * 31 + 1 + n % 9),
                f'mark "{n}"\nline two & <three>',
                (("mood", "a;b: [c]\\"), ("colour", "Lemon"))[: n % 3],
                1.0 if n % 2 else 0.5,
            )
            for n in range(16)
        ),
    )


def programme(rate: FrameRate, start: str = "00:00:00:00") -> Programme:
    document = bilingual(rate)
    return programme_of(document, TimelineInfo.of(document, rate=rate, start=start))


def clip(
    url: str, start: int, frames: int, rate: FrameRate, *, speed: float = 1, whole: tuple[int, int] = (0, 5000)
) -> schema.Clip:
    """A clip of *url* from frame *start* of its own time on."""
    span = opentime.TimeRange(rational(whole[0], rate), rational(whole[1], rate))
    made = schema.Clip(
        name=url.rsplit("/", 1)[-1],
        media_reference=schema.ExternalReference(target_url=url, available_range=span),
        source_range=opentime.TimeRange(rational(start, rate), rational(frames, rate)),
    )
    if speed != 1:
        made.effects.append(schema.LinearTimeWarp(time_scalar=speed) if speed else schema.FreezeFrame())
    return made


def gap(frames: int, rate: FrameRate) -> schema.Gap:
    return schema.Gap(duration=rational(frames, rate))


def track(kind: str, *children: Any) -> schema.Track:
    made = schema.Track(kind=kind)
    made.extend(list(children))
    return made


def cut_together(rate: FrameRate, *tracks: schema.Track, document: Document | None = None, start: int = 0) -> Programme:
    """The programme of *tracks*."""
    timeline = schema.Timeline(name="cut", global_start_time=rational(start, rate))
    timeline.tracks.extend(list(tracks))
    length = max((int(seconds_of(made.duration()) * rate.fps) for made in tracks if len(made)), default=1)
    return Programme(document or Document(), TimelineInfo(rate, "cut", start, length), timeline)


def seconds_of(time: Any) -> Fraction:
    return Fraction(time.value) / FrameRate.nearest(time.rate).fps


def shown(programme: Programme) -> list[tuple[Any, ...]]:
    """What is seen and heard where: (kind, first frame, end frame, address, source second, speed, enabled)."""
    rate, found = programme.info.rate, []
    for made in programme.media.tracks:
        at = Fraction(0)
        for child in made:
            if isinstance(child, schema.Transition):
                continue
            length = seconds_of(child.duration())
            if isinstance(child, schema.Clip):
                speed = 1.0
                for effect in child.effects:
                    speed *= effect.time_scalar
                url = getattr(child.media_reference, "target_url", "") or child.media_reference.name
                source = seconds_of(child.source_range.start_time)
                span = round(at * rate.fps), round((at + length) * rate.fps)
                found.append((made.kind, *span, url, source, round(speed, 9), child.enabled))
            at += length
    return sorted(found)
