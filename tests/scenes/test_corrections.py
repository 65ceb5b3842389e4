"""What a person corrected becomes examples that the recipe reads."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from models.scenes.data import annotations
from plugin_core import originals
from plugin_core.document import Cue, Document, Mark, Media
from plugin_core.errors import DocumentError
from plugin_core.scenes.corrections import add, corrections
from plugin_core.scenes.marking import corrected
from plugin_core.tagging.marking import digest


def scene(start: int, end: int, **labels: str) -> Mark:
    sure = " ".join(f"{group}=0.80" for group in labels)
    bare = Mark("", "scene", start, end, "", (("source", "scenes"), *labels.items(), ("sure", sure)), 0.8)
    return replace(bare, id=digest(bare))


ONE, TWO = scene(0, 4500, time="day", emotion="calm", mood="sad"), scene(4500, 9000, time="night")
CUES = (Cue("c1", 1000, 2000, ("It is\ngetting dark.",)),)
MADE = Document(Media("/films/Ferry.mov", 9000), ("en",), CUES, (ONE, TWO), "Zimu")


def edited(*marks: Mark) -> Document:
    return replace(MADE, marks=marks)


def test_what_nobody_corrected_is_not_collected() -> None:
    assert corrections(MADE) == ()


def test_only_corrected_labels_are_collected() -> None:
    (found,) = corrections(edited(corrected(ONE, "time", ["dusk"]), TWO))
    assert found.labels == {"time": ("dusk",)}
    assert (found.film, found.first, found.last, found.text) == ("Ferry", 0, 4, "It is getting dark.")


def test_a_mark_that_was_only_moved_teaches_nothing() -> None:
    assert corrections(edited(replace(ONE, end=4000), TWO)) == ()


def test_a_label_changed_elsewhere_is_told_by_the_machine_s_version() -> None:
    """In an editing program the attribute is changed, its probability stays."""
    originals.keep(MADE)
    changed = replace(ONE, attributes=tuple((k, "night" if k == "time" else v) for k, v in ONE.attributes))
    assert [one.labels for one in corrections(edited(changed, TWO))] == [{"time": ("night",)}]


def test_labels_that_the_program_does_not_know_are_left_out() -> None:
    told = dict(corrected(ONE, "time", []).attributes)
    strange = replace(ONE, attributes=(*told.items(), ("time", "noon"), ("kitchen", "yes")))
    assert corrections(edited(strange, TWO)) == ()


def test_the_recipe_reads_what_was_collected(tmp_path: Path) -> None:
    marks = (corrected(corrected(ONE, "emotion", ["tense"]), "mood", ["tense", "energetic"]), TWO)
    path = tmp_path / "mine.jsonl"
    assert add(path, corrections(edited(*marks))) == 1
    (read,) = annotations.read(path)
    assert (read.film, read.number, read.last) == ("Ferry", 0, 4)
    assert read.labels == {"emotion": "tense", "mood": ("tense", "energetic")}
    assert read.text == "It is getting dark."


def test_a_file_is_added_to_and_corrected(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    first = corrections(edited(corrected(ONE, "time", ["dusk"]), TWO))
    assert add(path, first) == 1
    assert add(path, first) == 0
    assert add(path, corrections(edited(corrected(ONE, "time", ["night"]), corrected(TWO, "place", ["outdoor"])))) == 2
    assert [one.labels for one in annotations.read(path)] == [{"time": "night"}, {"place": "outdoor"}]


@pytest.mark.parametrize("text", ["no json\n", '{"frame": 1}\n', "[1]\n"])
def test_a_file_of_something_else_is_not_touched(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(text)
    with pytest.raises(DocumentError):
        add(path, corrections(edited(corrected(ONE, "time", ["dusk"]), TWO)))
    assert path.read_text() == text


def test_a_record_is_a_line_of_json(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    add(path, corrections(edited(corrected(ONE, "time", ["dusk"]), TWO)))
    (line,) = path.read_text("utf-8").splitlines()
    assert json.loads(line)["frame_id"] == "Ferry_0000"
