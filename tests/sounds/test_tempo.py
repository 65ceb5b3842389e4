"""Tempo and beats."""

import numpy as np
import pytest

from plugin_core.errors import SettingsError
from plugin_core.sounds import tempo
from plugin_core.sounds.tempo import Tempo, find

RATE = 16_000
Hit = tuple[float, str]  # beats after the beat, what is hit
CLICK: list[list[Hit]] = [[(0, "click")]]
DRUMS: list[list[Hit]] = [
    [(0, "kick"), (0, "hat"), (0.5, "hat")],
    [(0, "snare"), (0, "hat"), (0.5, "hat")],
    [(0, "kick"), (0, "hat"), (0.5, "kick")],
    [(0, "snare"), (0, "hat"), (0.5, "hat")],
]


def hit(kind: str, chance: np.random.Generator) -> np.ndarray:
    t = np.arange(RATE // 4) / RATE
    if kind == "click":
        return np.sin(2 * np.pi * 1000 * t) * np.exp(-80 * t)
    if kind == "kick":
        return np.sin(2 * np.pi * (50 * t - 1.33 * np.exp(-30 * t))) * np.exp(-18 * t)
    if kind == "snare":
        return 0.5 * chance.normal(size=len(t)) * np.exp(-25 * t)
    return 0.2 * np.diff(chance.normal(size=len(t) + 1)) * np.exp(-90 * t)


def played(
    times: np.ndarray, seconds: float, pattern: list[list[Hit]], beat: float = 0.5, level: float = 0.5
) -> np.ndarray:
    """A pattern at *times* (s), over a faint noise."""
    chance = np.random.default_rng(3)
    sound = 0.001 * chance.normal(size=int(seconds * RATE))
    for number, time in enumerate(times):
        for later, kind in pattern[number % len(pattern)]:
            place = round((time + later * beat) * RATE)
            sound[place : place + RATE // 4] += hit(kind, chance)[: max(0, len(sound) - place)]
    return (level * sound).astype(np.float32)


def steady(
    bpm: float, pattern: list[list[Hit]], seconds: float = 24, begin: float = 0.37
) -> tuple[np.ndarray, np.ndarray]:
    """The sound and the times of its beats (s)."""
    times = np.arange(begin, seconds - 0.3, 60 / bpm)
    return played(times, seconds, pattern, 60 / bpm), times


def distance(found: Tempo, times: np.ndarray) -> float:
    """Median ms from a true beat to the nearest one found."""
    beats = np.array(found.beats)
    return float(np.median([np.abs(beats - 1000 * time).min() for time in times]))


@pytest.mark.parametrize("bpm", [60, 71.5, 90, 107, 120, 133.3, 150, 180])
def test_clicks_have_their_tempo_and_their_times(bpm: float) -> None:
    sound, times = steady(bpm, CLICK)
    (found,) = find([sound])
    assert found.bpm == pytest.approx(bpm, rel=0.01)
    assert distance(found, times) < 20
    assert abs(len(found.beats) - len(times)) <= 1
    assert found.confidence > 0.8


@pytest.mark.parametrize("bpm", [84, 100, 120, 132, 144])
def test_drums_have_their_tempo_and_their_times(bpm: float) -> None:
    sound, times = steady(bpm, DRUMS)
    (found,) = find([sound])
    assert found.bpm == pytest.approx(bpm, rel=0.01)
    assert distance(found, times) < 20


@pytest.mark.parametrize(("bpm", "between"), [(60, (50, 99)), (70, (50, 99)), (160, (101, 200)), (180, (101, 200))])
def test_a_range_settles_the_octave(bpm: float, between: tuple[float, float]) -> None:
    sound, times = steady(bpm, DRUMS)
    (found,) = find([sound], between=between)
    assert found.bpm == pytest.approx(bpm, rel=0.01)
    assert distance(found, times) < 20


def test_beats_lie_where_the_media_says() -> None:
    sound, times = steady(100, CLICK, seconds=12)
    (found,) = find([sound], start=90_000)
    assert distance(found, times + 90) < 20
    assert found.start >= 90_000


def test_a_change_of_tempo_begins_a_new_stretch() -> None:
    one, other = np.arange(0.3, 30, 60 / 96), np.arange(30, 59.5, 60 / 132)
    sound = played(np.concatenate([one, other]), 60, CLICK)
    first, second = find([sound])
    assert first.bpm == pytest.approx(96, rel=0.01)
    assert second.bpm == pytest.approx(132, rel=0.01)
    assert abs(first.end - 30_000) < 2000
    assert first.end <= second.start


def test_blocks_and_level_change_nothing() -> None:
    sound, _ = steady(110, DRUMS)
    (whole,) = find([sound])
    (pieces,) = find([0.01 * sound[at : at + 7777] for at in range(0, len(sound), 7777)])
    assert pieces.bpm == pytest.approx(whole.bpm, rel=1e-3)
    assert np.abs(np.array(pieces.beats) - np.array(whole.beats)).max() <= 2


def test_bars_are_among_the_beats_and_evenly_apart() -> None:
    (found,) = find([steady(120, DRUMS)[0]])
    assert found.bars
    assert set(found.bars) <= set(found.beats)
    places = [found.beats.index(bar) for bar in found.bars]
    assert set(np.diff(places)) <= {3, 4}


@pytest.mark.parametrize("seed", range(4))
def test_what_has_no_beat_gets_none(seed: int) -> None:
    gaps = np.random.default_rng(seed).uniform(0.25, 1.3, 40)
    assert list(find([played(np.cumsum(gaps)[np.cumsum(gaps) < 23], 24, CLICK)])) == []


@pytest.mark.parametrize("seconds", [0, 0.01, 1, 10])
def test_silence_and_next_to_nothing_have_no_tempo(seconds: float) -> None:
    assert list(find([np.zeros(int(seconds * RATE), np.float32)])) == []
    assert list(find([])) == []


def test_a_broken_sample_is_no_reason_to_stop() -> None:
    sound, _ = steady(120, CLICK, seconds=12)
    sound[50_000] = np.nan
    (found,) = find([sound])
    assert found.bpm == pytest.approx(120, rel=0.01)


def test_memory_does_not_grow_with_the_sound() -> None:
    tracker = tempo.Tracker()
    for _ in range(8):
        tracker.push(np.zeros(30 * RATE, np.float32))
    assert sum(len(rows) for rows in tracker._rows) * tempo.FRAME_MS < tempo.WINDOW_MS


@pytest.mark.parametrize("between", [(0, 100), (120, 60), (100, 500)])
def test_a_senseless_range_is_refused(between: tuple[float, float]) -> None:
    with pytest.raises(SettingsError):
        list(find([], between=between))
