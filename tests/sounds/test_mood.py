"""The mood of music."""

import numpy as np
import pytest

from plugin_core.sounds import mood
from plugin_core.sounds.mood import FEATURES, Moods, heard, judge, summary

RATE = 16_000
C_MAJOR, C_MINOR = (60, 64, 67, 72), (60, 63, 67, 72)


def note(key: int, seconds: float, decay: float = 3.0, partials: int = 5) -> np.ndarray:
    t = np.arange(int(seconds * RATE)) / RATE
    hertz = 440 * 2 ** ((key - 69) / 12)
    return np.exp(-decay * t) * sum(np.sin(2 * np.pi * hertz * k * t) / k for k in range(1, partials + 1))


def music(keys: tuple[int, ...], each: float, seconds: float = 8.0, together: bool = False) -> np.ndarray:
    """Notes one after another (or as chords), *each* seconds apart, over a faint noise."""
    sound = 1e-4 * np.random.default_rng(0).normal(size=int(seconds * RATE))
    for number, begin in enumerate(np.arange(0, seconds - each, each)):
        chord = keys if together else (keys[number % len(keys)],)
        for key in chord:
            tone = note(key, each)
            place = int(begin * RATE)
            sound[place : place + len(tone)] += tone
    return (0.2 * sound).astype(np.float32)


def value(sound: np.ndarray, name: str) -> float:
    window = heard(sound)
    assert window is not None
    return float(summary([window])[FEATURES.index(name)])


def test_major_is_told_from_minor() -> None:
    major, minor = (music(keys, 0.5, together=True) for keys in (C_MAJOR, C_MINOR))
    assert value(major, "mode") > 0.05
    assert value(minor, "mode") < -0.05


def test_the_key_does_not_matter_to_the_mode() -> None:
    found = [value(music(tuple(key + shift for key in C_MAJOR), 0.5, together=True), "mode") for shift in (0, 3, 7)]
    assert max(found) - min(found) < 0.15
    assert min(found) > 0


def test_what_the_features_are_called_is_what_they_measure() -> None:
    slow, fast = music(C_MAJOR, 1.0), music(C_MAJOR, 0.25)
    low, high = music((36, 40, 43), 0.5), music((72, 76, 79), 0.5)
    assert value(fast, "onsets") > 2 * value(slow, "onsets")
    assert value(high, "register") > value(low, "register") + 1
    assert value(high, "brightness") > value(low, "brightness")
    assert value(low, "bass") > value(high, "bass")
    assert value(music((60, 61, 62), 1.0, together=True), "roughness") > value(
        music((60, 72), 1.0, together=True), "roughness"
    )


def test_the_level_does_not_matter() -> None:
    sound = music(C_MINOR, 0.4)
    soft, loud = (summary([window]) for window in (heard(sound * 0.02), heard(sound)) if window is not None)
    assert soft == pytest.approx(loud, abs=1e-3)


@pytest.mark.parametrize("sound", [np.zeros(8 * RATE, np.float32), np.zeros(0, np.float32), music(C_MAJOR, 0.2, 1.0)])
def test_silence_and_snippets_have_no_mood(sound: np.ndarray) -> None:
    assert heard(sound) is None


def test_probabilities_sum_to_one_and_the_unsure_is_not_named() -> None:
    window = heard(music(C_MAJOR, 0.3))
    assert window is not None
    found = judge([window])
    assert sum(found.scores.values()) == pytest.approx(1, abs=1e-3)
    assert set(found.scores) == {"calm", "tense", "cheerful", "sad"}
    assert found.confidence == pytest.approx(max(found.scores.values()), abs=1e-3)
    assert (found.name == "") == (found.confidence < mood.UNSURE)


def test_moods_are_ids_of_the_ontology() -> None:
    from plugin_core.tagging import ontology

    assert all(ontology.name_of("moods", name, "zh") for name in mood._table()["moods"])


def test_a_stream_is_asked_for_stretches() -> None:
    moods = Moods(start=10_000)
    sound = np.concatenate([music(C_MAJOR, 0.3), np.zeros(8 * RATE, np.float32), music(C_MINOR, 0.9)])
    for at in range(0, len(sound), 30_011):
        moods.push(sound[at : at + 30_011])
    moods.finish()
    first, last = moods.of(10_000, 18_000), moods.of(26_000, 34_000)
    assert first is not None
    assert last is not None
    assert first.scores["cheerful"] > last.scores["cheerful"]
    assert moods.of(18_000, 26_000) is None
    assert moods.of(40_000, 50_000) is None


def test_the_table_fits_the_features() -> None:
    layers = mood._table()["layers"]
    assert mood._table()["features"] == list(FEATURES)
    assert layers["inner"].shape[0] == len(layers["mean"]) == len(FEATURES)
    assert layers["outer"].shape == (layers["inner"].shape[1], 4)
