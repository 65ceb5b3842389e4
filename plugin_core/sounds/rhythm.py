"""
The parts of beat tracking, on frames of 10 ms: onset strength, its period, the beats along it, the bars they make.

Sources: Böck and Widmer 2013 ("Maximum Filter Vibrato Suppression for Onset Detection"), Ellis 2007 ("Beat Tracking by
Dynamic Programming").
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

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
PREFERRED, SPREAD = 125.0, 1.0  # of the prior: beats a minute, octaves; chosen on composed music
TIGHTNESS = 100.0  # how dearly a beat pays for leaving the period (Ellis: 100 to 680)
EVEN = 0.97  # share of a period's autocorrelation at its half above which every half is a beat


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


def beat_period(
    curves: Sequence[Curve], before: float | None = None, between: tuple[float, float] = (SLOWEST, FASTEST)
) -> tuple[float, float]:
    """
    The period (frames) of onset curves heard together, and their mean autocorrelation there (1 = they repeat exactly).

    *before* is the period of the music so far: it is kept if it explains nearly as much as the best.
    """
    longest = min(len(curves[0]) - 1, round(60_000 / SLOWEST / FRAME_MS) * 4)
    lags = np.arange(round(60_000 / between[1] / FRAME_MS), round(60_000 / between[0] / FRAME_MS) + 1)
    heard = [curve for curve in curves if curve.any()]
    correlation = np.mean([_autocorrelation(curve, longest) for curve in heard or curves[:1]], axis=0)
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


def spectrum(windows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Mel magnitudes (frames, bands) of windows (frames, 512), what ``onsets`` takes."""
    shape = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(SIZE) / SIZE)).astype(np.float32)
    bins = np.abs(np.fft.rfft(windows * shape))
    weights = triangles(BANDS, 40.0, 7600.0, np.arange(SIZE // 2 + 1) * RATE / SIZE)
    return np.asarray(bins @ weights.T, np.float32)


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


def _standard(values: Curve) -> Curve:
    return np.asarray((values - values.mean()) / (values.std() + 1e-9))
