"""
Tempo and beats of music, for cutting on: from blocks of sound to stretches of one tempo, in NumPy alone.

How: the onset strength is the rise of a log mel spectrum against its neighbourhood a moment before (Böck and Widmer
2013); the period is the best lag of its autocorrelation under a log-normal prior; the beats are the path through the
onsets that keeps this period (Ellis 2007, "Beat Tracking by Dynamic Programming"). All of it runs on the last
``WINDOW_MS``, so hours of sound take the memory of half a minute, and a change of tempo begins a new stretch. Where the
onsets have no period (rubato, ambience, speech) there are no beats.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from plugin_core.document import Mark, new_id
from plugin_core.sounds.fbank import triangles

Samples = npt.NDArray[np.float32]  # (samples,) at 16 kHz
Curve = npt.NDArray[np.float64]  # one value a frame

RATE = 16_000
HOP = 160  # samples: a frame is 10 ms
FRAME_MS = 10
SIZE = 512  # samples of a spectrum
BANDS = 40
LOW_BANDS = 5  # below about 250 Hz: where kick drums and basses mark the bar
SLOWEST, FASTEST = 40.0, 240.0  # beats a minute that are looked for
PREFERRED, SPREAD = 115.0, 0.9  # of the prior: beats a minute, octaves
WINDOW_MS, KEEP_MS = 24_000, 6_000  # what is looked at together; what is looked at again with what follows
SHORTEST_MS = 4_000  # a stretch below is not music with a tempo
PULSE = 0.22  # autocorrelation at the period below which there is no beat
TIGHTNESS = 100.0  # how dearly a beat pays for leaving the period (Ellis: 100 to 680)
SAME = 0.04  # relative difference below which two tempos are one
EVEN = 0.8  # share of a period's autocorrelation at its half above which every half is a beat
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


def find(blocks: Iterable[Samples], start: int = 0) -> Iterator[Tempo]:
    """The stretches of steady tempo in 16 kHz *blocks*, whose first sample is at *start* (ms), each when it is over."""
    tracker = Tracker(start)
    for block in blocks:
        yield from tracker.push(block)
    yield from tracker.finish()


def marks(found: Sequence[Tempo], beats: str = "none") -> list[Mark]:
    """
    A music mark per stretch, with its tempo; with *beats* "bar" or "beat" a note mark at each of those, too.

    Where the bars are not known, "bar" gives none.
    """
    made = []
    for tempo in found:
        attributes = (("bpm", f"{tempo.bpm:.1f}"),)
        text = f"{tempo.bpm:.0f} BPM"
        made.append(Mark(new_id(), "music", tempo.start, tempo.end, text, attributes, tempo.confidence))
        times = {"none": (), "bar": tempo.bars, "beat": tempo.beats}[beats]
        for time in times:
            name = "bar" if time in tempo.bars else "beat"
            made.append(Mark(new_id(), "note", time, time, name, (("beat", name),), tempo.confidence))
    return made


class Tracker:
    """The tempo of a stream: push the blocks, then finish; both return the stretches that are over."""

    def __init__(self, start: int = 0) -> None:
        self._start = start
        self._rest = np.zeros(SIZE - HOP, np.float32)  # silence before: frame k ends at hop k + 1
        self._rows: list[npt.NDArray[np.float32]] = []
        self._held = 0  # frames in _rows
        self._gone = 0  # frames before them
        self._last: int | None = None  # the last beat, in frames of the stream
        self._period: float | None = None  # of the music so far, in frames
        self._open: Tempo | None = None

    def push(self, block: Samples) -> list[Tempo]:
        """Hear *block*."""
        audio = np.concatenate([self._rest, block])
        count = max(0, (len(audio) - SIZE) // HOP + 1)
        self._rest = audio[count * HOP :]
        if count:
            windows = np.lib.stride_tricks.sliding_window_view(audio, SIZE)[: count * HOP : HOP]
            self._rows.append(_spectrum(windows))
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
        piece = self._piece(rows[:size], step)
        self._rows, self._held = [rows[step:]], len(rows) - step
        self._gone += step
        if self._last is not None and self._last < self._gone - KEEP_MS // FRAME_MS:
            self._last = None
        return self._joined(piece)

    def _piece(self, rows: npt.NDArray[np.float32], step: int) -> Tempo | None:
        if len(rows) * FRAME_MS < SHORTEST_MS:
            return self._tail(rows)
        curve, low = onsets(rows)
        period, pulse = beat_period((curve, low), self._period)
        if pulse < PULSE:
            self._last = self._period = None
            return None
        self._period = period
        first = None if self._last is None else self._last - self._gone
        places = beat_frames(curve, period, first)
        kept = places[places < step]
        if not len(kept):
            return None
        self._last = self._gone + int(kept[-1])
        bars = bar_frames(places, rows, low)
        exact = _exact(places, curve)
        times = {int(place): self._time(frame) for place, frame in zip(places, exact, strict=True)}
        return Tempo(
            self._time(0) if first is not None else times[int(kept[0])],
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
        curve, _ = onsets(rows)
        places = beat_frames(curve, 60_000 / self._open.bpm / FRAME_MS, self._last - self._gone)
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


# -- the parts --


def onsets(rows: npt.NDArray[np.float32]) -> tuple[Curve, Curve]:
    """
    Onset strength of spectra (frames, bands): of all bands, and of the lowest, each with a mean square of 1.

    The level does not matter: the spectrum is put on its own scale before the logarithm.
    """
    loud = float(np.quantile(rows.max(axis=1), 0.95))
    logs = np.log1p(rows * np.float32(100.0 / max(loud, 1e-9)))
    wide = np.maximum(logs, np.maximum(_shift(logs, 1), _shift(logs, -1)))  # a gliding tone is no onset
    rise = np.maximum(0.0, logs[2:] - wide[:-2])
    rise = np.concatenate([np.zeros((2, rows.shape[1]), np.float32), rise])
    return _levelled(rise.sum(axis=1)), _levelled(rise[:, :LOW_BANDS].sum(axis=1))


def beat_period(curves: Sequence[Curve], before: float | None = None) -> tuple[float, float]:
    """
    The period (frames) of onset curves heard together, and their mean autocorrelation there (1 = they repeat exactly).

    *before* is the period of the music so far: it is kept if it explains nearly as much as the best.
    """
    longest = min(len(curves[0]) - 1, round(60_000 / SLOWEST / FRAME_MS) * 4)
    heard = [curve for curve in curves if curve.any()]
    correlation = np.mean([_autocorrelation(curve, longest) for curve in heard or curves[:1]], axis=0)
    lags = np.arange(round(60_000 / FASTEST / FRAME_MS), round(60_000 / SLOWEST / FRAME_MS) + 1)
    lags = lags[lags < longest // 2]
    smooth = np.maximum(correlation, np.maximum(np.roll(correlation, 1), np.roll(correlation, -1)))
    support = smooth[lags] + 0.5 * smooth[np.minimum(2 * lags, longest)]
    support *= np.exp(-0.5 * np.square(np.log2(60_000 / FRAME_MS / lags / PREFERRED) / SPREAD))
    best = int(lags[int(np.argmax(support))])
    half = best // 2
    near = slice(max(0, half - 1), half + 3)
    if half >= lags[0] and correlation[near].max() > EVEN * smooth[best]:
        best = near.start + int(np.argmax(correlation[near]))
    if before is not None and lags[0] <= round(before) <= lags[-1]:
        known = round(before) - lags[0]
        if support[known] > 0.8 * support[best - lags[0]]:
            best = round(before)
    return _refined(correlation, best), float(smooth[best])


def beat_frames(curve: Curve, period: float, first: int | None = None) -> npt.NDArray[np.int64]:
    """
    The frames of the beats: the path of the most onset strength at about *period* (frames; Ellis 2007).

    With *first*, the frame of a beat before (may be negative), the path goes on from there.
    """
    strength = _smoothed(curve, period)
    back = np.full(len(curve), -1)
    score = strength.copy()
    steps = np.arange(round(period / 2), round(period * 2) + 1)
    price = -TIGHTNESS * np.square(np.log(steps / period))
    begins = 0 if first is None else max(0, first + round(period / 2))
    for frame in range(len(curve)):
        if first is not None and frame < begins:
            score[frame] = -np.inf
            continue
        sources = frame - steps
        inside = sources >= 0
        found = score[sources[inside]] + price[inside]
        choice = int(np.argmax(found)) if len(found) else -1
        if choice >= 0 and np.isfinite(found[choice]) and found[choice] > (0.0 if first is None else -np.inf):
            score[frame] += found[choice]
            back[frame] = sources[inside][choice]
        elif first is not None:
            apart = frame - first
            score[frame] -= TIGHTNESS * float(np.square(np.log(max(1, apart) / period)))
    return _path(score, back, period)


def bar_frames(places: npt.NDArray[np.int64], rows: npt.NDArray[np.float32], low: Curve) -> set[int]:
    """Which of the beats begin a bar of 3 or 4: those with the bass and the change of harmony; empty if unclear."""
    if len(places) < 16:
        return set()
    logs = np.log1p(rows / max(1e-9, float(rows.mean())))
    spans = [logs[a:b].mean(axis=0) for a, b in pairwise(places)]
    change = np.array([0.0, *(float(np.abs(b - a).sum()) for a, b in pairwise(spans)), 0.0])
    bass = np.array([low[max(0, place - 3) : place + 4].max() for place in places])
    accent = _standard(change) + _standard(bass)
    best, sure = (4, 0), 0.0
    for meter in (4, 3):
        for phase in range(meter):
            on = np.arange(len(places)) % meter == phase
            spread = float(np.sqrt(accent[on].var() / on.sum() + accent[~on].var() / (~on).sum())) + 1e-9
            gap = float(accent[on].mean() - accent[~on].mean()) / spread
            if gap > sure:
                best, sure = (meter, phase), gap
    meter, phase = best
    return {int(place) for place in places[phase::meter]} if sure > 4.0 else set()


def _spectrum(windows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    shape = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(SIZE) / SIZE)).astype(np.float32)
    spectrum = np.abs(np.fft.rfft(windows * shape))
    weights = triangles(BANDS, 40.0, 7600.0, np.arange(SIZE // 2 + 1) * RATE / SIZE)
    return np.asarray(spectrum @ weights.T, np.float32)


def _shift(rows: npt.NDArray[np.float32], by: int) -> npt.NDArray[np.float32]:
    moved = np.roll(rows, by, axis=1)
    moved[:, 0 if by > 0 else -1] = rows[:, 0 if by > 0 else -1]
    return moved


def _levelled(curve: npt.NDArray[np.floating]) -> Curve:
    """Without its local mean, rectified, with a mean square of 1."""
    reach = 40  # frames to each side
    padded = np.pad(curve.astype(np.float64), reach, mode="edge")
    total = np.concatenate([[0.0], np.cumsum(padded)])
    mean = (total[2 * reach + 1 :] - total[: -2 * reach - 1]) / (2 * reach + 1)
    level = np.maximum(0.0, curve - mean)
    return np.asarray(level / (np.sqrt(np.mean(np.square(level))) + 1e-9))


def _autocorrelation(curve: Curve, longest: int) -> Curve:
    """Normalised, unbiased, of the curve blurred a little (players are not exact to 10 ms)."""
    blurred = np.convolve(curve, [0.25, 0.5, 0.25], mode="same")
    blurred -= blurred.mean()
    size = 1 << (2 * len(blurred) - 1).bit_length()
    power = np.square(np.abs(np.fft.rfft(blurred, size)))
    raw = np.fft.irfft(power)[: longest + 1] / np.arange(len(blurred), len(blurred) - longest - 1, -1)
    return np.asarray(raw / max(float(raw[0]), 1e-9))


def _refined(correlation: Curve, lag: int) -> float:
    """The period to a fraction of a frame, from the peaks at its multiples: they lie as many times more exactly."""
    period = float(lag)
    for times in (1, 2, 4, 8):
        centre, reach = round(period * times), max(1, round(0.02 * period * times))
        begin, end = max(1, centre - reach), min(len(correlation) - 1, centre + reach + 1)
        if end - begin < 2:
            break
        place = begin + int(np.argmax(correlation[begin:end]))
        if not 0 < place < len(correlation) - 1 or correlation[place] < 0.3 * correlation[round(period)]:
            break
        left, top, right = correlation[place - 1 : place + 2]
        bend = left - 2 * top + right
        offset = 0.5 * (left - right) / bend if bend < 0 else 0.0
        period = (place + float(np.clip(offset, -0.5, 0.5))) / times
    return period


def _smoothed(curve: Curve, period: float) -> Curve:
    reach = max(1, round(period / 8))
    shape = np.exp(-0.5 * np.square(np.arange(-reach, reach + 1) * 32.0 / period))
    return np.convolve(curve, shape, mode="same")


def _path(score: Curve, back: npt.NDArray[np.int64], period: float) -> npt.NDArray[np.int64]:
    """From the best place within the last period, back to the first."""
    tail = max(0, len(score) - round(period))
    place = tail + int(np.argmax(score[tail:]))
    places = []
    while place >= 0 and np.isfinite(score[place]):
        places.append(place)
        place = int(back[place])
    return np.array(places[::-1], np.int64)


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


def _standard(values: Curve) -> Curve:
    return np.asarray((values - values.mean()) / (values.std() + 1e-9))
