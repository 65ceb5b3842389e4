"""One microphone a channel: energy says who speaks; ordinary stereo is left alone."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plugin_core.errors import MediaError
from plugin_core.speakers import channels
from plugin_core.speakers.values import Turns

RATE = 16_000


def bursts(seed: int, spans: list[tuple[float, float]], seconds: float = 12.0) -> np.ndarray:
    """Something with the rhythm of speech: noise that swells four times a second, within *spans* (s)."""
    random = np.random.default_rng(seed)
    at = np.arange(int(seconds * RATE)) / RATE
    sound = random.standard_normal(len(at)) * 0.1 * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * at))
    mask = np.zeros(len(at), bool)
    for start, end in spans:
        mask |= (at >= start) & (at < end)
    floor = random.standard_normal(len(at)) * 0.0005
    return (sound * mask + floor).astype(np.float32)


LEFT, RIGHT = bursts(1, [(0.5, 3), (6, 9)]), bursts(2, [(3.2, 5.8), (9.2, 11.5)])


def test_one_person_a_side_is_separate_and_a_little_bleed_does_not_hide_it() -> None:
    assert channels.separate([np.stack([LEFT, RIGHT])])
    assert channels.separate([np.stack([LEFT + 0.2 * RIGHT, RIGHT + 0.2 * LEFT])])


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("the same in both", np.stack([LEFT, LEFT])),
        ("a quieter copy", np.stack([LEFT, 0.3 * LEFT])),
        ("turned round", np.stack([LEFT, -LEFT])),
        ("a spaced pair", np.stack([LEFT + RIGHT, np.roll(LEFT + RIGHT, 9)])),
        ("a silent side", np.stack([LEFT, np.zeros_like(LEFT)])),
        ("a side of hiss", np.stack([LEFT, bursts(3, [])])),
        ("silence", np.zeros((2, RATE * 5), np.float32)),
        ("all in both at nearly the same level", np.stack([LEFT + 0.8 * RIGHT, 0.8 * LEFT + RIGHT])),
        ("too short", np.zeros((2, 100), np.float32)),
    ],
)
def test_ordinary_stereo_is_not_separate(name: str, sound: np.ndarray) -> None:
    assert not channels.separate([sound]), name


def test_no_sound_is_not_separate() -> None:
    assert not channels.separate([])


def test_levels_are_decibels_of_each_channel() -> None:
    tone = np.sin(np.arange(RATE) * 0.3).astype(np.float32)
    levels = channels.frame_levels(np.stack([tone, 0.1 * tone]))
    assert levels.shape == (2, RATE // 512)
    assert np.allclose(levels[0], -3, atol=0.3)
    assert np.allclose(levels[0] - levels[1], 20, atol=0.1)


@pytest.fixture
def talking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Voice activity that calls everything loud speech: bursts of noise are none to the real one."""
    from plugin_core.engines import voice

    class Loud:
        def __init__(self) -> None:
            self._rest = np.zeros(0, np.float32)

        def feed(self, block: np.ndarray) -> np.ndarray:
            sound = np.concatenate([self._rest, block])
            count = len(sound) // 512 * 512
            self._rest = sound[count:]
            return (np.abs(sound[:count].reshape(-1, 512)).mean(axis=1) > 0.005).astype(np.float32)

    monkeypatch.setattr(voice, "VoiceActivity", Loud)


def run(sounds: list[np.ndarray], size: int = 5000, **options: Any) -> Turns:
    blocks = [[sound[at : at + size] for at in range(0, len(sound), size)] for sound in sounds]
    return list(channels.diarise(blocks, duration_ms=len(sounds[0]) // 16, **options))[-1]  # type: ignore[return-value]


@pytest.mark.usefixtures("talking")
def test_the_louder_microphone_says_who_speaks_and_when() -> None:
    found = run([LEFT + 0.2 * RIGHT, RIGHT + 0.2 * LEFT])
    rows = [(turn.start, turn.end, turn.speaker) for turn in found.turns]
    wanted = [(500, 3000, 1), (3200, 5800, 2), (6000, 9000, 1), (9200, 11500, 2)]
    assert len(rows) == len(wanted)
    for (start, end, name), (first, last, number) in zip(rows, wanted, strict=True):
        assert name == f"Speaker {number}"
        assert abs(start - first) <= 130
        assert abs(end - last) <= 130
    assert not any(turn.overlapped for turn in found.turns)
    assert all(0 <= turn.confidence <= 1 for turn in found.turns)


@pytest.mark.usefixtures("talking")
def test_both_at_once_is_marked_in_both() -> None:
    found = run([bursts(1, [(1, 4)]), bursts(2, [(3, 6)])])
    over = [turn for turn in found.turns if turn.overlapped]
    assert {turn.speaker for turn in over} == {"Speaker 1", "Speaker 2"}
    assert all(abs(turn.start - 3000) < 300 and abs(turn.end - 4000) < 300 for turn in over)


@pytest.mark.usefixtures("talking")
def test_blocks_of_any_size_give_the_same_turns() -> None:
    assert run([LEFT, RIGHT], size=777) == run([LEFT, RIGHT], size=50_000)


@pytest.mark.usefixtures("talking")
def test_tracks_that_are_named_name_the_people() -> None:
    assert {turn.speaker for turn in run([LEFT, RIGHT], titles=["Anna", "Ben"]).turns} == {"Anna", "Ben"}
    assert {turn.speaker for turn in run([LEFT, RIGHT], titles=["Mic", "Mic"]).turns} == {"Speaker 1", "Speaker 2"}


@pytest.mark.usefixtures("talking")
def test_a_microphone_that_ends_early_and_silence_are_no_trouble() -> None:
    assert {turn.speaker for turn in run([LEFT, RIGHT[: RATE * 4]]).turns} == {"Speaker 1", "Speaker 2"}
    assert run([np.zeros(RATE, np.float32)] * 2).turns == ()


def write(path: Path, sound: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(sound))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(sound.T, -1, 1) * 32767).astype(np.int16).tobytes())
    return path


def test_the_microphones_of_a_file_are_found(tmp_path: Path) -> None:
    found = channels.microphones(write(tmp_path / "interview.wav", np.stack([LEFT, RIGHT])))
    assert [(one.stream, one.channel) for one in found] == [(0, 0), (0, 1)]
    assert channels.microphones(write(tmp_path / "stereo.wav", np.stack([LEFT, LEFT]))) == ()
    assert channels.microphones(write(tmp_path / "mono.wav", LEFT[None])) == ()


def test_a_file_without_sound_is_an_error_in_words(tmp_path: Path) -> None:
    path = tmp_path / "nothing.wav"
    path.write_bytes(b"")
    with pytest.raises(MediaError):
        channels.microphones(path)


@pytest.mark.shared
def test_the_interview_with_one_person_a_side_is_told_apart(shared: Path) -> None:
    path = shared / "speech" / "en" / "fw_stereo_diarization.wav"
    some = channels.microphones(path)
    assert len(some) == 2
    events = list(channels.diarise(channels.read(path, some), duration_ms=5000))
    assert isinstance(events[-1], Turns)
    assert {turn.speaker for turn in events[-1].turns} == {"Speaker 1", "Speaker 2"}
