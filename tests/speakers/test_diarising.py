"""From sound to turns, with a pack that knows nobody but hears colours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plugin_core.engines.voices import VoicesEngine, open_voices
from plugin_core.errors import SettingsError
from plugin_core.modelstore import read_pack
from plugin_core.protocol import Note, Progress
from plugin_core.speakers import SpeakerOptions, Turns, diarise
from plugin_core.speakers.diarising import Collector, speaker_count
from plugin_core.speakers.features import Audio
from tests.voice_packs import make_voices_pack

RATE = 16_000


def coloured(voice: int, seconds: float, seed: int = 0) -> Audio:
    """Noise of which a part of the spectrum swells like syllables: which part, is the "voice"."""
    random = np.random.default_rng(seed)
    count = int(seconds * RATE)
    hertz = np.linspace(0, RATE / 2, count // 2 + 1)
    low, high = ((100, 700), (1500, 3000), (4000, 8000))[voice]
    moving, still = (np.fft.rfft(random.standard_normal(count)) for _ in range(2))
    part = (hertz > low) & (hertz < high)
    swell = np.exp(2.5 * np.sin(2 * np.pi * 4 * np.arange(count) / RATE + seed))
    sound = np.fft.irfft(moving * part, count) * swell + np.fft.irfft(still * ~part, count)
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


TALK = ((500, 4000, 0), (4500, 8000, 1), (8500, 11_500, 0), (12_000, 15_000, 1))


def talk(rows: tuple[tuple[int, int, int], ...] = TALK) -> Audio:
    audio = np.random.default_rng(9).standard_normal(rows[-1][1] * 16 + RATE).astype(np.float32) * 1e-4
    for number, (start, end, colour) in enumerate(rows):
        audio[start * 16 : end * 16] += coloured(colour, (end - start) / 1000, number)
    return audio


WITHIN = tuple((start, end) for start, end, _ in TALK)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VoicesEngine]:
    folder = make_voices_pack(tmp_path_factory.mktemp("pack"), voices={"same": 0.9})
    with open_voices(read_pack(folder)) as opened:
        yield opened


def run(audio: Audio, engine: VoicesEngine, size: int = 48_000, **options: Any) -> Turns:
    blocks = [audio[at : at + size] for at in range(0, len(audio), size)]
    events = list(diarise(blocks, engine, SpeakerOptions(**options), duration_ms=len(audio) // 16))
    assert isinstance(events[-1], Turns)
    return events[-1]


def test_two_colours_are_two_speakers_named_in_the_order_of_appearance(engine: VoicesEngine) -> None:
    found = run(talk(), engine, within=WITHIN)
    assert [turn.speaker for turn in found.turns] == ["Speaker 1", "Speaker 2", "Speaker 1", "Speaker 2"]
    assert [(turn.start, turn.end) for turn in found.turns] == list(WITHIN)
    assert [voice.name for voice in found.voices] == ["Speaker 1", "Speaker 2"]
    assert found.voices[0].spoken == 6500
    assert found.pack == engine.pack.key


def test_names_are_in_the_language_asked_for(engine: VoicesEngine) -> None:
    assert {turn.speaker for turn in run(talk(), engine, within=WITHIN, language="zh").turns} == {
        "说话人 1",
        "说话人 2",
    }


def test_the_number_of_speakers_can_be_given(engine: VoicesEngine) -> None:
    assert len(run(talk(), engine, within=WITHIN, count=1).voices) == 1
    assert len({turn.speaker for turn in run(talk(), engine, within=WITHIN, count=2).turns}) == 2


def test_blocks_of_any_size_give_the_same_turns(engine: VoicesEngine) -> None:
    whole = run(talk(), engine, within=WITHIN, size=10**9)
    for size in (1000, 30_011):
        assert run(talk(), engine, within=WITHIN, size=size) == whole


def test_a_change_of_speaker_without_a_pause_is_found(engine: VoicesEngine) -> None:
    audio = talk(((0, 6000, 0), (6000, 12_000, 1)))
    found = run(audio, engine, within=((0, 12_000),))
    borders = [turn.end for turn in found.turns if turn.speaker == "Speaker 1"]
    assert abs(max(borders) - 6000) <= 500


@pytest.mark.parametrize("seconds", [0.0, 0.01, 3.0])
def test_silence_gives_no_turns_and_says_so(engine: VoicesEngine, seconds: float) -> None:
    silence = np.zeros(int(seconds * RATE), np.float32)
    events = list(diarise([silence], engine, duration_ms=len(silence) // 16))
    assert events[-1] == Turns((), (), engine.pack.key)
    assert any(isinstance(event, Note) and "No speech" in event.message for event in events)


def test_one_short_word_is_one_speaker(engine: VoicesEngine) -> None:
    (turn,) = run(talk(((1000, 1300, 0),)), engine, within=((1000, 1300),)).turns
    assert (turn.start, turn.end, turn.speaker) == (1000, 1300, "Speaker 1")


def test_clipped_sound_noise_and_what_is_no_number_are_no_trouble(engine: VoicesEngine) -> None:
    loud = np.clip(talk() * 50, -1, 1)
    loud[::1000] = np.nan
    assert len(run(loud, engine, within=WITHIN).turns) >= 1


def test_cues_beyond_the_sound_are_cut_and_overlapping_ones_heard_once(engine: VoicesEngine) -> None:
    found = run(talk(), engine, within=((500, 4000), (3000, 4000), (14_000, 99_000), (200_000, 300_000)))
    assert max(turn.end for turn in found.turns) <= len(talk()) // 16
    assert sum(turn.duration for turn in found.turns) <= 3500 + 3100


def test_progress_reaches_the_end_and_never_goes_back(engine: VoicesEngine) -> None:
    audio = talk()
    events = list(diarise([audio[:99_000], audio[99_000:]], engine, duration_ms=len(audio) // 16))
    done = [event.done for event in events if isinstance(event, Progress)]
    assert done == sorted(done)
    assert done[-1] == len(audio) // 16


def test_leaving_the_loop_stops_the_work(engine: VoicesEngine) -> None:
    given = 0

    def blocks() -> Iterator[Audio]:
        nonlocal given
        for _ in range(1000):
            given += 1
            yield np.zeros(RATE, np.float32)

    events = diarise(blocks(), engine, duration_ms=1_000_000)
    for event in events:
        if isinstance(event, Progress) and event.done >= 5000:
            break
    events.close()  # type: ignore[attr-defined]
    assert given <= 6


def test_the_sound_itself_is_forgotten(engine: VoicesEngine) -> None:
    collector = Collector(engine, SpeakerOptions())
    for _ in range(120):
        collector.feed(np.zeros(RATE, np.float32))
    assert sum(len(block) for block in collector.tape._blocks) <= 5 * RATE


@pytest.mark.parametrize(
    "options",
    [{"count": -1}, {"count": 11}, {"most": 0}, {"vad_threshold": 1.0}, {"within": ((5, 5),)}, {"within": ((-1, 5),)}],
)
def test_impossible_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        SpeakerOptions(**options)


def test_options_travel_as_json_and_unknown_ones_are_refused() -> None:
    assert SpeakerOptions.from_json({"count": 2, "within": [[0, 5]]}) == SpeakerOptions(count=2, within=((0, 5),))
    with pytest.raises(SettingsError):
        SpeakerOptions.from_json({"speakers": 2})


@pytest.mark.parametrize(("text", "count"), [("auto", 0), (" AUTO ", 0), ("1", 1), ("10", 10)])
def test_speakers_are_a_number_or_auto(text: str, count: int) -> None:
    assert speaker_count(text) == count


@pytest.mark.parametrize("text", ["", "0", "11", "two", "-1", "1.5"])
def test_other_numbers_of_speakers_are_refused(text: str) -> None:
    with pytest.raises(SettingsError):
        speaker_count(text)


def test_turns_survive_json(engine: VoicesEngine) -> None:
    found = run(talk(), engine, within=WITHIN)
    again = Turns.from_json(found.to_json())
    assert [(t.start, t.end, t.speaker, t.overlapped) for t in again.turns] == [
        (t.start, t.end, t.speaker, t.overlapped) for t in found.turns
    ]
    assert again.voices[0].vector == pytest.approx(found.voices[0].vector, abs=1e-4)


@pytest.mark.parametrize(
    "value", [{}, {"turns": [[1]], "voices": [], "pack": ""}, {"turns": 5, "voices": 1, "pack": ""}]
)
def test_what_is_no_turns_is_refused(value: dict[str, Any]) -> None:
    from plugin_core.errors import ZimuError

    with pytest.raises(ZimuError) as caught:
        Turns.from_json(value)
    assert caught.value.code == "speakers.value"


def test_renaming_two_voices_alike_makes_them_one(engine: VoicesEngine) -> None:
    found = run(talk(), engine, within=WITHIN).renamed({"Speaker 1": "Anna", "Speaker 2": "Anna"})
    (voice,) = found.voices
    assert voice.spoken == 13_000
    assert np.linalg.norm(voice.vector) == pytest.approx(1, abs=1e-4)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["vad_silero/aepyx_8k.wav", "en/jfk.flac", "zh/firered_IT0011W0001.wav"])
def test_recordings_of_people_have_speakers(engine: VoicesEngine, shared: Path, name: str) -> None:
    from plugin_core import audio

    blocks = audio.blocks(shared / "speech" / name, end=20_000)
    *_, last = diarise(blocks, engine, SpeakerOptions(count=1), duration_ms=20_000)
    assert isinstance(last, Turns)
    assert {turn.speaker for turn in last.turns} == {"Speaker 1"}
