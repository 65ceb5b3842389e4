"""
From decoded frames to 16 kHz mono at its place in media time.

Presentation times decide: what starts late follows silence, holes are silence, what overlaps or lies before media
time 0 is dropped. Between two holes samples are counted, not timed, so neither rounded time stamps (Matroska's are
whole ms) nor the resampler add up to a drift. A stamp is believed when it is more than 40 ms off the count, 10 ms
after damage, or 5 ms for ten seconds on end. (Vorbis in WebM wavers by 20 ms for a second at a time where its windows
change length, and is not late.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from plugin_core import mixing

if TYPE_CHECKING:
    from av import AudioFrame

Samples = npt.NDArray[np.float32]

RATE = 16_000
HOLE = Fraction(40, 1000)  # s between a time stamp and the count of samples that is believed at once
AFTER_DAMAGE = Fraction(10, 1000)  # the same when packets were lost
DRIFT = Fraction(5, 1000)  # s off that is believed when it lasts for
LASTING = 10  # s
JUMP = 10  # s; a time stamp that falls back further, or leaps beyond the file's length, is a fault, not a hole


@dataclass
class Damage:
    """What a reading had to work around; handed in by a caller who wants to know."""

    packets: int = 0  # could not be decoded
    silence: int = 0  # ms of holes filled with silence, after the first sound
    jumps: int = 0  # time stamps that made no sense and were ignored


def channels(frame: AudioFrame) -> Samples:
    """(channels, samples), full scale = 1; not-a-number becomes silence."""
    if frame.format.is_planar and frame.layout.nb_channels >= 8:
        frame = _packed(frame)
    data: npt.NDArray[Any] = frame.to_ndarray()
    if not frame.format.is_planar:
        data = data.reshape(-1, frame.layout.nb_channels).T
    if data.dtype == np.uint8:
        return (data.astype(np.float32) - np.float32(128)) / np.float32(128)
    if data.dtype.kind == "i":
        return data.astype(np.float32) / np.float32(2 ** (8 * data.dtype.itemsize - 1))
    floats = data.astype(np.float32)
    return floats if np.isfinite(floats.sum()) else np.nan_to_num(floats, posinf=0.0, neginf=0.0)


def _packed(frame: AudioFrame) -> AudioFrame:
    """The same samples interleaved: PyAV 18 counts the planes of a frame with 8 of them or more past their end."""
    import av

    packer = av.AudioResampler(format="flt", layout=frame.layout, rate=frame.sample_rate)
    return packer.resample(frame)[0]


class Placer:
    """Turns frames into mono 16 kHz pieces at absolute sample positions of media time."""

    def __init__(self, weights: Sequence[float], zero: Fraction, length: Fraction, damage: Damage) -> None:
        self.weights = np.array(weights, np.float32)
        self.zero = zero
        self.latest = length + JUMP if length else None
        self.damage = damage
        self.rate = 0  # of the run; 0 before the first
        self.begin = Fraction(0)  # media time of the run's first sample, s
        self.count = 0  # source samples of the run so far
        self.at = 0  # where the run's next output sample belongs
        self.since = 0  # the count when this look at the drift began, and how far off stamps were since
        self.least = self.most = Fraction(0)
        self.held: list[Samples] = []
        self.holding = 0
        self.broken = 0  # damaged packets when the last frame came

    def place(self, frames: Iterable[AudioFrame]) -> Iterator[tuple[int, Samples]]:
        for frame in frames:
            time = self._time(frame)
            if frame.sample_rate != self.rate or self._leaves(time - self._expected()):
                yield from self._flush(last=True)
                self.damage.silence += max(0, round((time - self._expected()) * 1000)) if self.rate else 0
                self._start(time, frame.sample_rate)
            self.held.append(self._mono(channels(frame), frame))
            self.count += frame.samples
            self.holding += frame.samples
            if self.holding >= self.rate:
                yield from self._flush(last=False)
        yield from self._flush(last=True)

    def _expected(self) -> Fraction:
        return self.begin + Fraction(self.count, self.rate or 1)

    def _time(self, frame: AudioFrame) -> Fraction:
        if frame.pts is None or not frame.time_base:
            return self._expected()
        time = frame.pts * frame.time_base - self.zero
        if self.rate:
            leap = time - self._expected()
            if leap < -JUMP or (leap > JUMP and self.latest is not None and time > self.latest):
                self.damage.jumps += 1
                self.zero += leap
                return self._expected()
        return time

    def _leaves(self, off: Fraction) -> bool:
        """Whether a frame *off* seconds from where the count puts it begins a new run."""
        allowed = HOLE if self.damage.packets == self.broken else AFTER_DAMAGE
        self.broken = self.damage.packets
        self.least, self.most = min(self.least, off), max(self.most, off)
        lasts = False
        if self.count - self.since > LASTING * self.rate:
            lasts = self.least > DRIFT or self.most < -DRIFT
            self.since, self.least, self.most = self.count, off, off
        return abs(off) > allowed or lasts

    def _start(self, time: Fraction, rate: int) -> None:
        import av

        self.rate, self.begin, self.count, self.at = rate, time, 0, round(time * RATE)
        self.since, self.least, self.most = 0, Fraction(0), Fraction(0)
        self.resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)

    def _mono(self, sound: Samples, frame: AudioFrame) -> Samples:
        if len(sound) != len(self.weights):  # the layout changed within the stream
            self.weights = mixing.weights([sound], [place.name for place in frame.layout.channels][: len(sound)])
        return np.asarray(self.weights @ sound, dtype=np.float32)

    def _flush(self, *, last: bool) -> Iterator[tuple[int, Samples]]:
        import av

        made = []
        if self.held:
            frame = av.AudioFrame.from_ndarray(np.concatenate(self.held)[None], format="flt", layout="mono")
            frame.sample_rate = self.rate
            self.held, self.holding = [], 0
            made += self.resampler.resample(frame)
        if last and self.count:
            made += self.resampler.resample(None)
        for out in made:
            sound = np.array(out.to_ndarray()[0], dtype=np.float32)
            yield self.at, sound
            self.at += len(sound)


def assemble(pieces: Iterable[tuple[int, Samples]], first: int, last: int | None, size: int) -> Iterator[Samples]:
    """Blocks of *size* samples from position *first* to *last*: gaps become zeros, overlaps and early sound are cut."""
    held: list[Samples] = []
    count = 0
    for sound in _in_order(pieces, first, last):
        rest = sound
        while len(rest):
            held.append(rest[: size - count])
            rest = rest[size - count :]
            count += len(held[-1])
            if count == size:
                yield np.concatenate(held)
                held, count = [], 0
    if held:
        yield np.concatenate(held)


def _in_order(pieces: Iterable[tuple[int, Samples]], first: int, last: int | None) -> Iterator[Samples]:
    at = first
    for place, sound in pieces:
        while at < place and (last is None or at < last):
            silence = min(place if last is None else min(place, last), at + 30 * RATE) - at
            yield np.zeros(silence, np.float32)
            at += silence
        kept = sound[max(0, at - place) : None if last is None else max(0, last - place)]
        yield kept
        at += len(kept)
        if last is not None and at >= last:
            return
