"""The stage: from blocks to sounds."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest

from plugin_core import sounds
from plugin_core.errors import MediaError, SettingsError, ZimuError
from plugin_core.protocol import Note, Progress
from plugin_core.sounds import Found, Options, Sound, tag
from plugin_core.sounds.features import LogMel
from plugin_core.sounds.listener import Listening
from tests.sounds import scripted
from tests.sounds.scripted import DOG, GLASS, MUSIC, NOISE, SPEECH, engine

SECOND = np.zeros(16_000, np.float32)


def found(events: Iterator[object]) -> list[Sound]:
    return [sound for event in events if isinstance(event, Found) for sound in event.sounds]


def column(spans: list[tuple[int, int]], length: int = 100, level: float = 0.9) -> np.ndarray:
    rows = np.zeros((length, 1), np.float32)
    for first, past in spans:
        rows[first:past] = level
    return rows


def test_times_are_those_of_the_media() -> None:
    (sound,) = found(tag([SECOND] * 4, engine([SPEECH], column([(25, 50)])), start=5000))
    assert (sound.start, sound.end, sound.name, sound.kind, sound.audio_class) == (
        6000,
        7000,
        "speech",
        "speech",
        "Speech",
    )
    assert abs(sound.confidence - 0.9) < 1e-6


def test_nothing_ends_after_the_sound_does() -> None:
    short = np.zeros(16_000 + 100, np.float32)
    (sound,) = found(tag([short], engine([SPEECH], column([(10, 99)]))))
    assert sound.end == 1007


def test_a_sound_is_told_before_the_stream_ends() -> None:
    events = list(tag([SECOND] * 4, engine([SPEECH], column([(2, 10)])), total=4000))
    first = next(place for place, event in enumerate(events) if isinstance(event, Found))
    assert isinstance(events[first + 1], Progress)
    assert events[first + 1] == Progress("sounds", 1000, 4000)


def test_noise_under_speech_or_music_is_not_a_stretch_of_noise() -> None:
    rows = np.concatenate([column([(0, 50)]), column([(50, 80)]), column([(0, 100)])], axis=1)
    loud = [0.1 * np.random.default_rng(0).standard_normal(64_000).astype(np.float32)]
    (noise,) = [one for one in found(tag(loud, engine([SPEECH, MUSIC, NOISE], rows))) if one.kind == "noise"]
    assert (noise.start, noise.end) == (3200, 4000)


def test_what_is_all_but_silent_is_not_noise() -> None:
    chance = np.random.default_rng(0)
    sound = 0.1 * chance.standard_normal(64_000).astype(np.float32)
    sound[32_000:] *= 0.01
    (noise,) = found(tag([sound], engine([NOISE], column([(0, 100)]))))
    assert noise.start == 0
    assert abs(noise.end - 2000) <= 40


def test_a_sound_begins_where_it_rises() -> None:
    sound = np.zeros(32_000, np.float32)
    sound[16 * 1010 :] = 0.2 * np.random.default_rng(0).standard_normal(32_000 - 16 * 1010)
    (glass,) = found(tag([sound], engine([GLASS], column([(26, 40)]))))
    assert abs(glass.start - 1010) <= 15


def test_how_the_sound_is_cut_changes_nothing() -> None:
    sound = np.random.default_rng(3).standard_normal(64_000).astype(np.float32)
    sound[:20_000] *= 0.01
    rows = np.concatenate([column([(30, 45), (60, 70)]), column([(10, 90)])], axis=1)
    whole = found(tag([sound], engine([GLASS, MUSIC], rows)))
    pieces = found(tag(np.split(sound, [1000, 1001, 33_000, 50_000]), engine([GLASS, MUSIC], rows)))
    assert sorted(map(str, whole)) == sorted(map(str, pieces))
    assert len(whole) == 3


def test_only_the_kinds_and_names_that_are_asked_for() -> None:
    rows = np.concatenate([column([(10, 30)])] * 3, axis=1)
    made = engine([SPEECH, GLASS, DOG], rows)
    assert {one.name for one in found(tag([SECOND] * 4, made, Options(kinds=("sound",))))} == {
        "glass-shatter",
        "dog-bark",
    }
    assert {one.name for one in found(tag([SECOND] * 4, made, Options(names=("dog-bark",))))} == {"dog-bark"}


def test_a_higher_sensitivity_finds_what_a_lower_one_misses() -> None:
    made = engine([SPEECH], column([(10, 30)], level=0.4))
    assert found(tag([SECOND] * 4, made)) == []
    assert len(found(tag([SECOND] * 4, made, Options(sensitivity=0.8)))) == 1


def test_the_least_confidence_is_kept() -> None:
    made = engine([SPEECH], column([(10, 30)], level=0.7))
    assert found(tag([SECOND] * 4, made, Options(confidence=0.8))) == []


@pytest.mark.parametrize(
    "options",
    [Options(kinds=("sounds",)), Options(names=("unicorn",)), Options(sensitivity=2.0), Options(confidence=-1.0)],
)
def test_senseless_options_are_refused_before_anything_is_heard(options: Options) -> None:
    with pytest.raises(SettingsError):
        tag([], engine([SPEECH], column([])), options)


@pytest.mark.parametrize("block", [np.zeros((2, 100), np.float32), np.array(["a"]), np.zeros(10, complex)])
def test_what_is_no_mono_sound_is_refused(block: np.ndarray) -> None:
    with pytest.raises(MediaError):
        list(tag([block], engine([SPEECH], column([]))))


@pytest.mark.parametrize("blocks", [[], [np.zeros(0, np.float32)], [SECOND]])
def test_nothing_and_silence_find_nothing(blocks: list[np.ndarray]) -> None:
    assert found(tag(blocks, engine([SPEECH], column([])))) == []


def test_what_is_no_number_is_silence() -> None:
    bad = np.array([np.nan, np.inf, -np.inf, 1e30] * 4000, np.float32)
    assert len(found(tag([bad, SECOND], engine([GLASS], column([(10, 30)]))))) == 1


def test_integer_samples_are_scaled() -> None:
    loud = (np.random.default_rng(0).standard_normal(32_000) * 8000).astype(np.int16)
    assert len(found(tag([loud], engine([GLASS], column([(10, 30)]))))) == 1


def test_clipped_sound_is_said_to_be_clipped() -> None:
    clipped = np.sign(np.random.default_rng(0).standard_normal(16_000)).astype(np.float32)
    notes = [event for event in tag([clipped], engine([SPEECH], column([]))) if isinstance(event, Note)]
    assert [note.level for note in notes] == ["warning"]


def test_an_hour_takes_no_more_memory_than_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour through our own network's stream; features and network stand in, all that keeps state is real."""
    monkeypatch.setattr(LogMel, "push", lambda self, samples: np.zeros((len(samples) // 160, 64), np.float32))
    monkeypatch.setattr(LogMel, "finish", lambda self: np.zeros((0, 64), np.float32))
    made = engine([GLASS, MUSIC], np.zeros((1, 2), np.float32))
    scale, shift = np.ones(2, np.float32), np.zeros(2, np.float32)

    def run(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        logits = np.full((-(-len(rows) // 4), 2), -3, np.float32)
        logits[::50, 0], logits[:, 1] = 3, 3  # a sound every two seconds over endless music
        return logits, logits

    monkeypatch.setattr(type(made), "stream", lambda self: Listening(run, 268, scale, shift))
    block, peaks = np.zeros(480_000, np.float32), []
    tracemalloc.start()
    count = 0
    for event in tag((block for _ in range(120)), made):
        if isinstance(event, Found):
            count += len(event.sounds)
        elif isinstance(event, Progress) and event.done % 600_000 == 0:
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.reset_peak()
    tracemalloc.stop()
    assert count > 1500
    assert len(peaks) >= 5
    assert max(peaks[1:]) < 1.2 * peaks[0] + 200_000


def test_a_sound_survives_json() -> None:
    sound = Sound(10, 250, "glass-shatter", "sound", 0.75, "Shatter")
    assert Sound.from_json(sound.to_json()) == sound


@pytest.mark.parametrize(
    "value", [{}, {"start": 0, "end": 1, "name": "a", "kind": "smell", "confidence": 1}, {"start": "x"}]
)
def test_what_is_no_sound_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(ZimuError):
        Sound.from_json(value)


def test_the_package_offers_the_stage() -> None:
    assert sounds.tag is tag
    assert scripted.HOP == 40
