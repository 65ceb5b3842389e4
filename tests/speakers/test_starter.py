"""The shipped voices pack on the shipped film: a woman and a man, each in two languages, with music and effects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plugin_core import audio
from plugin_core.document import Cue, Document
from plugin_core.engines import open_voices
from plugin_core.modelstore import read_pack
from plugin_core.speakers import SpeakerOptions, Turns, assign, diarise


@pytest.fixture(scope="module")
def found() -> tuple[Turns, list[dict[str, object]]]:
    starter = Path(__file__).parents[2] / "models" / "starter"
    if not (starter / "voices" / "model.onnx").is_file() or not (starter / "sample" / "sample.mp4").is_file():
        pytest.skip("the starter packs are not in this checkout")
    rows = json.loads((starter / "sample" / "truth.json").read_text("utf-8"))["sentences"]
    with open_voices(read_pack(starter / "voices")) as engine:
        *_, turns = diarise(
            audio.blocks(starter / "sample" / "sample.mp4"), engine, SpeakerOptions(), duration_ms=58_360
        )
    assert isinstance(turns, Turns)
    return turns, rows


def test_the_two_people_of_the_sample_film_are_found(found: tuple[Turns, list[dict[str, object]]]) -> None:
    turns, _ = found
    assert {voice.name for voice in turns.voices} == {"Speaker 1", "Speaker 2"}


def test_most_sentences_are_given_to_whoever_says_them(found: tuple[Turns, list[dict[str, object]]]) -> None:
    turns, rows = found
    cues = tuple(Cue(f"{n:02}", int(r["start"]), int(r["end"]), (str(r["text"]),)) for n, r in enumerate(rows))  # type: ignore[call-overload]
    speakers = [cue.speaker for cue in assign(Document(languages=("en",), cues=cues), turns).cues]
    people = [str(row["voice"]).partition("+")[2] for row in rows]
    first = people[0]
    right = sum((speaker == speakers[0]) == (person == first) for speaker, person in zip(speakers, people, strict=True))
    assert right >= 0.85 * len(rows)


def test_names_typed_in_two_cues_reach_the_whole_film(found: tuple[Turns, list[dict[str, object]]]) -> None:
    turns, rows = found
    people = [str(row["voice"]).partition("+")[2] for row in rows]
    names = {people[0]: "Ann", next(p for p in people if p != people[0]): "Tom"}
    typed = {people.index(person) for person in names}
    cues = tuple(
        Cue(
            f"{n:02}", int(r["start"]), int(r["end"]), (str(r["text"]),), speaker=names[people[n]] if n in typed else ""
        )  # type: ignore[call-overload]
        for n, r in enumerate(rows)
    )
    done = assign(Document(languages=("en",), cues=cues), turns)
    assert {cue.speaker for cue in done.cues} == {"Ann", "Tom"}
    right = sum(cue.speaker == names[person] for cue, person in zip(done.cues, people, strict=True))
    assert right >= 0.85 * len(rows)
