"""Voices are remembered for a project, beside it and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin_core.errors import DocumentError
from plugin_core.speakers import voiceprints
from plugin_core.speakers.values import Turn, Turns, Voice
from plugin_core.speakers.voiceprints import Prints

ANNA, BEN = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)


def heard(*voices: Voice, pack: str = "pack") -> Turns:
    turns = tuple(Turn(1000 * n, 1000 * n + 900, voice.name) for n, voice in enumerate(voices))
    return Turns(turns, voices, pack)


def test_what_is_saved_is_loaded_and_always_the_same_bytes(tmp_path: Path) -> None:
    path = voiceprints.path_for(tmp_path / "film.zimu")
    one = Prints("pack", (Voice("Anna", ANNA, 5000), Voice("小美", BEN, 700)))
    voiceprints.save(one, path)
    first = path.read_bytes()
    assert voiceprints.load(path) == one
    voiceprints.save(Prints("pack", one.voices[::-1]), path)
    assert path.read_bytes() == first
    assert path.parent == tmp_path
    assert path.name.startswith(".")


def test_nobody_known_leaves_no_file(tmp_path: Path) -> None:
    path = voiceprints.path_for(tmp_path / "film.zimu")
    assert voiceprints.load(path) == Prints()
    voiceprints.save(Prints("pack", (Voice("Anna", ANNA, 5000),)), path)
    voiceprints.save(Prints("pack"), path)
    assert not path.exists()


def test_a_known_voice_gets_its_name_back() -> None:
    known = Prints("pack", (Voice("Anna", ANNA, 5000), Voice("Ben", BEN, 5000)))
    found = voiceprints.recognise(
        heard(Voice("Speaker 1", (0.1, 0.98, 0.1), 900), Voice("Speaker 2", (0.0, 0.1, 0.99), 900)), known, same=0.5
    )
    assert [turn.speaker for turn in found.turns] == ["Ben", "Speaker 2"]


def test_vectors_of_another_pack_are_never_compared() -> None:
    known = Prints("another", (Voice("Anna", ANNA, 5000),))
    found = heard(Voice("Speaker 1", ANNA, 900))
    assert voiceprints.recognise(found, known, same=0.5) == found
    assert voiceprints.remember(heard(Voice("Ben", BEN, 900)), known).voices == (Voice("Ben", BEN, 900),)


def test_only_people_with_a_name_are_remembered() -> None:
    some = heard(Voice("Speaker 1", ANNA, 900), Voice("说话人 2", BEN, 900), Voice("Anna", ANNA, 900))
    assert [voice.name for voice in voiceprints.remember(some, Prints()).voices] == ["Anna"]


def test_a_voice_heard_again_moves_towards_what_is_heard_now() -> None:
    known = voiceprints.remember(heard(Voice("Anna", ANNA, 1000)), Prints())
    again = voiceprints.remember(heard(Voice("Anna", (0.0, 1.0, 0.0), 1000)), known)
    (voice,) = again.voices
    assert voice.vector == pytest.approx((0.7071, 0.7071, 0.0), abs=1e-3)
    assert voice.spoken == 2000


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"schema": 9}', '{"schema": 1, "pack": "p", "voices": [3]}'])
def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / ".film.zimu.voices"
    path.write_text(content)
    with pytest.raises(DocumentError) as caught:
        voiceprints.load(path)
    assert caught.value.code == "speakers.voiceprints"
    assert path.read_text() == content
