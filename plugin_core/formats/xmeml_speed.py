"""
How xmeml tells the speed of a clip, read and written.

``in`` and ``out`` count frames of the retimed clip: at 200 percent its hundredth frame is the media's two hundredth. A
constant speed is a number and a straight curve, a freeze frame a flat curve of "variable" speed, as in Premiere's own
files. The key that we put at the cut is exact where ``in`` had to be rounded.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element

from plugin_core.clock import FrameRate
from plugin_core.formats.placed import Placed, seconds, source_start, speed_of, to_frame
from plugin_core.formats.xmeml_values import REMAP, TICKS, fraction, number, ticks


@dataclass(frozen=True, slots=True)
class Retimed:
    """Seconds from the media's start, and the speed: constant, or by the curve *keys* entered at frame *into*."""

    start: Fraction
    speed: Fraction = Fraction(1)
    keys: tuple[tuple[int, int], ...] = ()
    into: int = 0

    def put_on(self, item: Any, notes: Counter[str]) -> None:
        """Give *item* the effect. A changing speed has no schema in OTIO: it is a plain time effect with its curve."""
        from opentimelineio import schema

        if self.keys:
            notes["{} clips change their speed, which is kept but not followed."] += 1
            metadata = {"xmeml": {"keys": [list(key) for key in self.keys], "in": self.into}}
            item.effects.append(schema.TimeEffect("Time Remap", REMAP, metadata))
        elif self.speed == 0:
            item.effects.append(schema.FreezeFrame())
        elif self.speed != 1:
            item.effects.append(schema.LinearTimeWarp(time_scalar=float(self.speed)))


def retimed(element: Element, shown: tuple[int, int], rate: FrameRate, own: FrameRate) -> Retimed:
    """
    Where the item's media begins, and how fast it goes.

    In and out count frames of the retimed clip. For a clip that plays backwards it is the earliest frame that it shows.
    """
    hidden, length = shown[0] / rate.fps, shown[1] / rate.fps
    first = (number(element, "in") or Fraction(0)) / own.fps + hidden
    filters = (
        each for each in element.iterfind("filter") if (each.findtext("enabled") or "TRUE").strip().upper() != "FALSE"
    )
    remap = next((each.find("effect") for each in filters if each.findtext("effect/effectid") == REMAP), None)
    if remap is None:
        return Retimed(_ticked(element, first, hidden, own))
    values = {(p.findtext("parameterid") or "").strip(): p for p in remap.iterfind("parameter")}
    curve = _curve(values.get("graphdict"))
    if curve and _truth(values.get("variablespeed")):
        return _along(curve, first * own.fps, length * own.fps, own)
    speed = fraction(values["speed"].findtext("value") or "") if "speed" in values else None
    speed = Fraction(100) if speed is None or abs(speed) > 100_000 else speed
    factor = abs(speed) / 100 if abs(speed) >= 1 or speed == 0 else abs(speed)  # Hiero writes 0.25 for 25 percent
    if factor == 0:
        return Retimed(first, Fraction(0))
    forward = speed > 0 and not _truth(values.get("reverse"))
    if curve:
        start = _at(curve, (first if forward else first + length) * own.fps) / own.fps
        return Retimed(start, factor if forward else -factor)
    whole = (number(element, "duration") or Fraction(0)) / own.fps
    return Retimed(first * factor, factor) if forward else Retimed((whole - first - length) * factor, -factor)


def _ticked(element: Element, first: Fraction, hidden: Fraction, own: FrameRate) -> Fraction:
    """*first* as exactly as Premiere's ticks say it, if they say the same frame."""
    into = ticks(element, "pproTicksIn")
    if into is None:
        return first
    exact = into + hidden
    return exact if abs(exact - first) <= 1 / own.fps else first


def _truth(parameter: Element | None) -> bool:
    value = (parameter.findtext("value") or "").strip().upper() if parameter is not None else ""
    return value in {"TRUE", "1"}


def _curve(parameter: Element | None) -> list[tuple[Fraction, Fraction]]:
    found = []
    for key in parameter.iterfind("keyframe") if parameter is not None else ():
        when, value = number(key, "when"), number(key, "value")
        if when is not None and value is not None:
            found.append((when, value))
    return sorted(found) if len(found) > 1 else []


def _along(curve: list[tuple[Fraction, Fraction]], first: Fraction, frames: Fraction, own: FrameRate) -> Retimed:
    """The speed between two points of a speed curve (frames of the retimed clip to frames of media)."""
    begin, end = _at(curve, first), _at(curve, first + frames)
    speed = ((end - begin) / frames).limit_denominator(10_000)
    inner = [(when, value) for when, value in curve if first < when < first + frames]
    steady = all(abs(value - begin - (when - first) * speed) <= 1 for when, value in inner)
    keys = () if steady else tuple((round(when), round(value)) for when, value in curve)
    return Retimed(min(begin, end) / own.fps, speed, keys, round(first))


def _at(curve: list[tuple[Fraction, Fraction]], when: Fraction) -> Fraction:
    """The curve at *when*, straight between its keys and on beyond them."""
    at = next((n for n in range(1, len(curve) - 1) if when <= curve[n][0]), len(curve) - 1)
    (t0, v0), (t1, v1) = curve[at - 1], curve[at]
    return v0 if t1 == t0 else v0 + (v1 - v0) * (when - t0) / (t1 - t0)


@dataclass(frozen=True, slots=True)
class Points:
    """In, out and length of an item, in frames of the retimed clip at the sequence's rate."""

    first: int
    last: int
    duration: int
    ticks: str = ""
    remap: str = ""


def points(where: Placed, rate: FrameRate, media: tuple[Fraction, Fraction] | None) -> Points:
    """
    The points of an item with what transitions show of it beyond its ends; *media* is where its file's own time begins
    and how long it is, in seconds.
    """
    item = where.item
    first = where.before.start if where.before else where.start
    last = where.after.end if where.after else where.end
    begin = source_start(item) - (media[0] if media else 0)
    length = media[1] if media else begin + seconds(item.duration())
    speed, frames = speed_of(item), last - first
    if (changing := _changing(item)) is not None:
        keys, entered = changing
        into = entered + first - where.start
        end = max(1, into + frames, keys[-1][0])
        return Points(into, into + frames, end, remap=_remap(Fraction(0), keys))
    if speed == 1:
        at = begin + Fraction(first - where.start) / rate.fps
        ticks = "".join(
            f"<pproTicks{name}>{round(time * TICKS)}</pproTicks{name}>"
            for name, time in (("In", at), ("Out", at + Fraction(frames) / rate.fps))
        )
        into = to_frame(at, rate)
        return Points(into, into + frames, max(to_frame(length, rate), 1), ticks)
    if speed == 0:
        still = to_frame(begin, rate)
        into = still + first - where.start
        remap = _remap(speed, [(into, still), (into + frames, still)])
        return Points(into, into + frames, max(to_frame(length, rate), into + frames), remap=remap)
    factor, length_shown = abs(speed), Fraction(where.end - where.start) / rate.fps * abs(speed)
    shown = begin if speed > 0 else length - begin - length_shown
    cut = to_frame(shown / factor, rate)
    into = cut + first - where.start
    whole, last = max(1, to_frame(length / factor, rate)), to_frame(length, rate)
    curve = {0: 0, whole: last} if speed > 0 else {0: last, whole: 0}
    curve[cut if speed > 0 else cut + where.end - where.start] = to_frame(
        begin, rate
    )  # in and out round, this does not
    return Points(into, into + frames, whole, remap=_remap(speed, sorted(curve.items())))


def _changing(item: Any) -> tuple[list[tuple[int, int]], int] | None:
    """The curve of a changing speed that ``xmeml_cut`` read, and the frame at which the item enters it."""
    for effect in item.effects:
        own = effect.metadata.get("xmeml", {}) if effect.effect_name == REMAP else {}
        keys = [(int(when), int(value)) for when, value in own.get("keys", ())]
        if len(keys) > 1:
            return keys, int(own.get("in", 0))
    return None


def _remap(speed: Fraction, curve: list[tuple[int, int]]) -> str:
    """The filter for a constant speed in percent, or for a freeze frame: a flat curve of variable speed."""
    keys = "".join(
        f"<keyframe><when>{when}</when><value>{value}</value><speedvirtualkf>TRUE</speedvirtualkf></keyframe>"
        for when, value in curve
    )
    return (
        f"<filter><effect><name>Time Remap</name><effectid>{REMAP}</effectid><effectcategory>motion</effectcategory>"
        "<effecttype>motion</effecttype><mediatype>video</mediatype>"
        + _parameter("variablespeed", "1" if speed == 0 else "0")
        + _parameter("speed", f"{float(abs(speed) * 100):.10g}" if speed else "100")
        + _parameter("reverse", "TRUE" if speed < 0 else "FALSE")
        + _parameter("frameblending", "FALSE")
        + f"<parameter><parameterid>graphdict</parameterid><name>graphdict</name><value>0</value>{keys}"
        "<interpolation><name>FCPCurve</name></interpolation></parameter></effect></filter>"
    )


def _parameter(name: str, value: str) -> str:
    return f"<parameter><parameterid>{name}</parameterid><name>{name}</name><value>{value}</value></parameter>"
