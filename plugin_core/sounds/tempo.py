"""
Tempo and beats of music, for cutting on: from blocks of sound to stretches of one tempo, in NumPy alone.

How (``rhythm``): the onset strength is the rise of a log mel spectrum against its neighbourhood a moment before; the
period is the best lag of its autocorrelation under a log-normal prior; the beats are the path through the onsets that
keeps this period. All of it runs on the last
``WINDOW_MS``, so hours of sound take the memory of half a minute, and a change of tempo begins a new stretch. Where the
onsets have no period (rubato, ambience, speech) there are no beats.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from plugin_core.errors import SettingsError
from plugin_core.sounds import rhythm
from plugin_core.sounds.rhythm import FASTEST, FRAME_MS, HOP, SIZE, SLOWEST, Curve, Samples

WINDOW_MS, KEEP_MS = 24_000, 6_000  # what is looked at together; what is looked at again with what follows
SHORTEST_MS = 4_000  # a stretch below is not music with a tempo
PULSE = 0.27  # autocorrelation at the period below which there is no beat
SAME = 0.04  # relative difference below which two tempos are one
LAG_MS = 15.0  # from an onset to the end of the frame that shows its rise; measured on clicks


@dataclass(frozen=True, slots=True)
class Tempo:
    """
    A stretch of music with one tempo, ms of media time.

    *bpm* are beats a minute; half or double of what a musician would say is the usual mistake. *beats* are the times of
    the beats, *bars* those of them that begin a bar, as far as it can be guessed (else empty). *confidence* is how
    periodic the onsets are, 0 to 1.
    """

    start: int
    end: int
    bpm: float
    confidence: float
    beats: tuple[int, ...] = ()
    bars: tuple[int, ...] = ()


def find(
    blocks: Iterable[Samples], start: int = 0, *, between: tuple[float, float] = (SLOWEST, FASTEST)
) -> Iterator[Tempo]:
    """
    The stretches of steady tempo in 16 kHz *blocks*, whose first sample is at *start* (ms), each when it is over.

    *between* is the range of beats a minute that are looked for: where a beat is heard at half or double of what is
    wanted, a range of one octave settles it. SettingsError if it is not within ``SLOWEST`` and ``FASTEST``.
    """
    tracker = Tracker(start, between)
    for block in blocks:
        yield from tracker.push(block)
    yield from tracker.finish()


class Tracker:
    """The tempo of a stream: push the blocks, then finish; both return the stretches that are over."""

    def __init__(self, start: int = 0, between: tuple[float, float] = (SLOWEST, FASTEST)) -> None:
        if not SLOWEST <= between[0] < between[1] <= FASTEST:
            raise SettingsError(
                "sounds.tempo",
                f"There are no tempos from {between[0]:g} to {between[1]:g} beats a minute.",
                f"Give two numbers from {SLOWEST:g} to {FASTEST:g}, the smaller one first.",
            )
        self._start = start
        self._between = between
        self._rest = np.zeros(SIZE - HOP, np.float32)  # silence before: frame k ends at hop k + 1
        self._rows: list[npt.NDArray[np.float32]] = []
        self._held = 0  # frames in _rows
        self._gone = 0  # frames before them
        self._last: int | None = None  # the last beat, in frames of the stream
        self._period: float | None = None  # of the music so far, in frames
        self._open: Tempo | None = None

    def push(self, block: Samples) -> list[Tempo]:
        """Hear *block*."""
        audio = np.concatenate([self._rest, np.nan_to_num(np.asarray(block, np.float32))])
        count = max(0, (len(audio) - SIZE) // HOP + 1)
        self._rest = audio[count * HOP :]
        if count:
            windows = np.lib.stride_tricks.sliding_window_view(audio, SIZE)[: count * HOP : HOP]
            self._rows.append(rhythm.spectrum(windows))
            self._held += count
        over: list[Tempo] = []
        while self._held * FRAME_MS >= WINDOW_MS:
            over += self._look(WINDOW_MS // FRAME_MS, (WINDOW_MS - KEEP_MS) // FRAME_MS)
        return over

    def finish(self) -> list[Tempo]:
        """The end of the sound."""
        over = self.push(np.zeros(SIZE, np.float32))
        if self._held:
            over += self._look(self._held, self._held)
        last, self._open = self._open, None
        return [*over, last] if last is not None else over

    def _look(self, size: int, step: int) -> list[Tempo]:
        """Find the beats of the next *size* frames, keep those of the first *step* and forget these."""
        rows = np.concatenate(self._rows)
        over = [tempo for piece in self._pieces(rows[:size], step) for tempo in self._joined(piece)]
        self._rows, self._held = [rows[step:]], len(rows) - step
        self._gone += step
        if self._last is not None and self._last < self._gone - KEEP_MS // FRAME_MS:
            self._last = None
        return over

    def _pieces(self, rows: npt.NDArray[np.float32], step: int) -> list[Tempo | None]:
        """What the first *step* frames are: one tempo, the tempo so far and then another one, or none."""
        if len(rows) * FRAME_MS < SHORTEST_MS:
            return [self._tail(rows)]
        curve, low = rhythm.onsets(rows)
        before, first = self._period, None if self._last is None else self._last - self._gone
        period, pulse = rhythm.beat_period((curve, low), before, self._between)
        if pulse < PULSE:
            self._last = self._period = None
            return [None]
        self._period = period
        places = rhythm.beat_frames(curve, period, first)
        if before is None or first is None or abs(np.log(period / before)) <= SAME:
            return [self._piece(places, rows, (curve, low), step, pulse)]
        old, new = rhythm.beat_frames(curve, before, first), rhythm.beat_frames(curve, period)
        split = _split(curve, old, new)
        ended = self._piece(old[old < split], rows, (curve, low), min(step, split), pulse)
        if split >= step:
            self._period = before
            return [ended]
        self._last = None
        begun = self._piece(new[new >= split], rows, (curve, low), step, pulse)
        return [ended, begun] if ended is not None else [begun]

    def _piece(
        self, places: npt.NDArray[np.int64], rows: npt.NDArray[np.float32], curves: tuple[Curve, Curve], step: int,
        pulse: float,
    ) -> Tempo | None:  # fmt: skip
        """The stretch that these beats make up to frame *step*."""
        kept = places[places < step]
        if len(kept) < 2:
            return None
        going_on = self._last is not None
        self._last = self._gone + int(kept[-1])
        bars = rhythm.bar_frames(places, rows, curves[1])
        exact = _exact(places, curves[0])
        times = {int(place): self._time(frame) for place, frame in zip(places, exact, strict=True)}
        return Tempo(
            self._time(0) if going_on else times[int(kept[0])],
            self._time(min(step, len(rows))),
            60_000 / (FRAME_MS * _fit(exact)),
            round(_confidence(pulse), 3),
            tuple(times[int(place)] for place in kept),
            tuple(times[int(place)] for place in kept if int(place) in bars),
        )

    def _tail(self, rows: npt.NDArray[np.float32]) -> Tempo | None:
        """What is too short to look at goes on as it began."""
        if self._open is None or self._last is None:
            return None
        curve, _ = rhythm.onsets(rows)
        places = rhythm.beat_frames(curve, 60_000 / self._open.bpm / FRAME_MS, self._last - self._gone)
        times = tuple(self._time(frame) for frame in _exact(places, curve))
        return replace(self._open, start=self._time(0), end=self._time(len(rows)), beats=times, bars=())

    def _time(self, frame: float) -> int:
        """Ms of the onset that *frame* of the window shows: ``LAG_MS`` before the end of its spectrum."""
        return self._start + max(0, round((self._gone + frame + 1) * FRAME_MS - LAG_MS))

    def _joined(self, piece: Tempo | None) -> list[Tempo]:
        """Add *piece* to the open stretch, or close this and open another; what is over."""
        before, self._open = self._open, piece
        if piece is None or before is None:
            return [before] if before is not None else []
        if abs(np.log(piece.bpm / before.bpm)) > SAME or piece.start > before.end + 2000:
            return [replace(before, end=min(before.end, piece.start))]
        share = (before.end - before.start) / max(1, piece.end - before.start)
        self._open = Tempo(
            before.start,
            piece.end,
            before.bpm * share + piece.bpm * (1 - share),
            round(before.confidence * share + piece.confidence * (1 - share), 3),
            (*before.beats, *(time for time in piece.beats if not before.beats or time > before.beats[-1])),
            (*before.bars, *(time for time in piece.bars if not before.beats or time > before.beats[-1])),
        )
        return []


def _split(curve: Curve, old: npt.NDArray[np.int64], new: npt.NDArray[np.int64]) -> int:
    """The frame where the beats of one tempo stop explaining the onsets and those of another begin to."""
    wide = np.maximum(curve, np.maximum(np.roll(curve, 1), np.roll(curve, -1))) - float(curve.mean())
    gains = [np.zeros(len(curve) + 1), np.zeros(len(curve) + 1)]
    for gain, places in zip(gains, (old, new), strict=True):
        np.add.at(gain, places + 1, wide[places])
    total = np.cumsum(gains[0]) + gains[1].sum() - np.cumsum(gains[1])
    return int(np.argmax(total))


def _exact(places: npt.NDArray[np.int64], curve: Curve) -> Curve:
    """Frames of the onsets nearest to the beats, to a fraction of a frame; beats without an onset stay."""
    exact = places.astype(np.float64)
    for number, place in enumerate(places):
        begin = max(1, place - 3)
        near = curve[begin : min(len(curve) - 1, place + 4)]
        if len(near) and near.max() > 0.5:
            top = begin + int(np.argmax(near))
            left, middle, right = curve[top - 1 : top + 2]
            bend = left - 2 * middle + right
            exact[number] = top + (float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend < 0 else 0.0)
    return exact


def _fit(frames: Curve) -> float:
    """The period that explains the beats best (least squares); robust to single beats, not to a missing one."""
    if len(frames) < 3:
        return float(frames[-1] - frames[0]) or 1.0
    numbers = np.arange(len(frames))
    return float(np.polyfit(numbers, frames, 1)[0])


def _confidence(pulse: float) -> float:
    return float(np.clip((pulse - 0.1) / 0.6, 0.0, 1.0))
