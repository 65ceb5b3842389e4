"""What a person wrote of shots becomes examples that the tools for data sets read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from plugin_core import originals
from plugin_core.captioning.corrections import add, corrections
from plugin_core.captioning.marking import marks, with_texts
from plugin_core.captioning.quality.reading import read
from plugin_core.document import Cue, Document, Mark, Media
from plugin_core.engines.captioner import Caption
from plugin_core.errors import DocumentError
from tests.captioning.test_marking import BOTH, done

ONE, TWO = marks(done(BOTH, {"en": Caption("A red car", 0.9)}))
CUES = (Cue("c1", 1000, 2000, ("好",)),)
MADE = Document(Media("/films/Ferry.mov", 9000), ("zh",), CUES, (ONE, TWO), "Zimu")


def edited(*changed: Mark) -> Document:
    return replace(MADE, marks=changed)


def test_what_nobody_wrote_is_not_collected() -> None:
    assert corrections(MADE) == ()
    assert corrections(edited(replace(ONE, end=3000), TWO)) == ()  # only moved


def test_only_the_language_that_was_corrected_is_collected() -> None:
    (found,) = corrections(edited(with_texts(ONE, {"zh": "一个女人打开门", "en": "A man opens a door"}), TWO))
    assert (found.start, found.end, found.texts) == (0, 2000, {"zh": "一个女人打开门"})


def test_a_caption_of_a_person_s_own_is_collected_in_both() -> None:
    own = with_texts(Mark("mine", "caption", 4000, 6000, ""), {"zh": "雨", "en": "Rain"})
    (found,) = corrections(edited(ONE, TWO, own))
    assert found.texts == {"zh": "雨", "en": "Rain"}


def test_a_text_changed_elsewhere_is_told_by_the_machine_s_version() -> None:
    """In an editing program the name of the marker is changed, its confidence stays."""
    originals.keep(MADE)
    assert [one.texts for one in corrections(edited(replace(ONE, text="一位老人打开门"), TWO))] == [
        {"zh": "一位老人打开门"}
    ]


def test_without_a_film_there_is_nothing_to_learn_from() -> None:
    own = with_texts(Mark("mine", "caption", 0, 1000, ""), {"zh": "雨"})
    assert corrections(Document(marks=(own,))) == ()


def test_the_file_is_read_by_the_tools_for_data_sets(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    wrote = edited(with_texts(ONE, {"zh": "一个女人打开门"}), with_texts(TWO, {"en": "A blue car"}))
    assert add(path, corrections(wrote)) == 2
    assert add(path, corrections(wrote)) == 0
    told = read(path)
    assert [(one.video, one.language, one.text) for one in told.captions] == [
        ("Ferry.mov#t=0.000,2.000", "zh", "一个女人打开门"), ("Ferry.mov#t=2.000,4.000", "en", "A blue car"),
    ]  # fmt: skip


def test_a_newer_correction_stands_for_the_older(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    for text in ("雨", "大雨"):
        add(path, corrections(edited(with_texts(ONE, {"zh": text}), TWO)))
    (row,) = map(json.loads, path.read_text("utf-8").splitlines())
    assert row["captions"] == {"zh": ["大雨"]}
    assert row["file"] == "/films/Ferry.mov"


def test_another_file_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text('{"note": 1}\n')
    with pytest.raises(DocumentError):
        add(path, corrections(edited(with_texts(ONE, {"zh": "雨"}), TWO)))
    assert path.read_text() == '{"note": 1}\n'
