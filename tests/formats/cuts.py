"""Cuts made in tests, and what a track shows of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import opentimelineio as otio

from plugin_core.clock import FrameRate
from plugin_core.document import Document, Mark
from plugin_core.formats.placed import placed, source_start, speed_of, to_frame, url_of
from plugin_core.host import TimelineInfo
from plugin_core.timeline import Programme, rational

RATES = [FrameRate.parse(text) for text in ("23.976", "24", "25", "29.97 DF", "29.97", "30", "50", "59.94 DF", "60")]


def span(start: int, length: int, rate: FrameRate) -> Any:
    return otio.opentime.TimeRange(rational(start, rate), rational(length, rate))


def clip(path: str, start: int, length: int, rate: FrameRate, speed: float | None = None) -> Any:
    item = otio.schema.Clip(Path(path).stem, otio.schema.ExternalReference(path), span(start, length, rate))
    if speed == 0:
        item.effects.append(otio.schema.FreezeFrame())
    elif speed is not None:
        item.effects.append(otio.schema.LinearTimeWarp(time_scalar=speed))
    return item


def gap(length: int, rate: FrameRate) -> Any:
    return otio.schema.Gap(duration=rational(length, rate))


def fade(before: int, after: int, rate: FrameRate, name: str = "Cross Dissolve") -> Any:
    kind = "SMPTE_Dissolve" if name == "Cross Dissolve" else "Custom_Transition"
    return otio.schema.Transition(
        name, transition_type=kind, in_offset=rational(before, rate), out_offset=rational(after, rate)
    )


def cut(items: list[Any], rate: FrameRate, start: str = "01:00:00:00", marks: tuple[Mark, ...] = ()) -> Programme:
    media = otio.schema.Timeline("Cut 1", global_start_time=rational(rate.frame_of(start), rate))
    media.tracks.append(otio.schema.Track("Video 1", items, kind="Video"))
    length = round(media.tracks[0].duration().rescaled_to(float(rate.fps)).value)
    info = TimelineInfo(rate, "Cut 1", rate.frame_of(start), length)
    return Programme(Document(marks=marks), info, media)


def shown(programme: Programme, track: int = 0) -> list[tuple[Any, ...]]:
    """What a track shows: name, media, record span, first source frame, speed."""
    rate = programme.info.rate
    return [
        (shot.item.name, url_of(shot.item), shot.start, shot.end, to_frame(source_start(shot.item), rate),
         round(speed_of(shot.item), 3))
        for shot in placed(programme.media.tracks[track], rate) if not shot.is_gap
    ]  # fmt: skip
