"""A file is heard by its microphones where it has them, else by voice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from plugin_core.engines.voices import VoicesEngine, open_voices
from plugin_core.errors import MediaError
from plugin_core.modelstore import read_pack
from plugin_core.protocol import Note
from plugin_core.speakers import SpeakerOptions, Turns, hear
from plugin_core.speakers.values import Voice
from plugin_core.speakers.voiceprints import Prints
from tests.speakers.test_channels import LEFT, RIGHT, write
from tests.speakers.test_diarising import WITHIN, talk
from tests.voice_packs import make_voices_pack


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VoicesEngine]:
    folder = make_voices_pack(tmp_path_factory.mktemp("pack"), voices={"same": 0.9})
    with open_voices(read_pack(folder)) as opened:
        yield opened


def notes(events: list[object]) -> str:
    return " ".join(event.message for event in events if isinstance(event, Note))


def test_an_interview_with_one_person_a_side_is_told_apart_by_microphone(tmp_path: Path, engine: VoicesEngine) -> None:
    path = write(tmp_path / "interview.wav", np.stack([LEFT, RIGHT]))
    events = list(hear(path, engine))
    assert "microphones" in notes(events)
    assert isinstance(events[-1], Turns)
    assert events[-1].pack == "channels"


def test_more_people_than_microphones_are_told_apart_by_voice(tmp_path: Path, engine: VoicesEngine) -> None:
    path = write(tmp_path / "interview.wav", np.stack([LEFT, RIGHT]))
    assert "Random voices" in notes(list(hear(path, engine, SpeakerOptions(count=3, within=((500, 3000),)))))


def test_a_channel_that_is_asked_for_is_heard_by_voice(tmp_path: Path, engine: VoicesEngine) -> None:
    path = write(tmp_path / "interview.wav", np.stack([LEFT, RIGHT]))
    events = list(hear(path, engine, SpeakerOptions(within=((500, 3000),)), channel=0))
    assert "Random voices" in notes(events)


def test_voices_the_project_knows_get_their_names_back(tmp_path: Path, engine: VoicesEngine) -> None:
    path = write(tmp_path / "talk.wav", talk()[None])
    options = SpeakerOptions(within=WITHIN)
    *_, first = hear(path, engine, options)
    assert isinstance(first, Turns)
    known = Prints(first.pack, (Voice("小美", first.voices[1].vector, 1000),))
    *_, again = hear(path, engine, options, known=known)
    assert isinstance(again, Turns)
    assert {voice.name for voice in again.voices} == {"Speaker 1", "小美"}


def test_what_is_no_media_is_an_error_in_words(tmp_path: Path, engine: VoicesEngine) -> None:
    path = tmp_path / "broken.wav"
    path.write_bytes(b"RIFF nothing")
    with pytest.raises(MediaError):
        list(hear(path, engine))
