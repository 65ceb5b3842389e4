"""Captions as marks: what they say, how sure it is, whose they are, to which shot they belong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from plugin_core import storage
from plugin_core.captioning.marking import (
    by_shot,
    caption_of,
    languages_in,
    marks,
    redescribed,
    sure_of,
    texts_of,
    with_captions,
    with_texts,
    written,
)
from plugin_core.captioning.stage import Described
from plugin_core.document import Document, Mark
from plugin_core.engines.captioner import Caption
from plugin_core.markers import note_of, parse_note
from plugin_core.shots.listing import with_shots
from plugin_core.shots.values import Curve, Shot, Shots
from plugin_core.tagging.marking import is_ours
from tests.captioning.fakes import pack_of

BOTH = {"zh": Caption("一个人打开门", 0.8), "en": Caption("A man opens a door", 0.6)}
ENGLISH = {"en": Caption("A red car", 0.9)}


def done(*told: dict[str, Caption]) -> Described:
    shots = tuple(Shot(50 * n, 50 * n + 49, 2000 * n, 2000 * n + 2000) for n in range(len(told)))
    return Described(Shots(shots, (), Curve.empty()), told, ("zh", "en"), pack_of())


def of(document: Document, kind: str = "caption") -> list[Mark]:
    return [mark for mark in document.marks if mark.kind == kind]


def test_a_mark_says_both_languages_and_how_sure_each_is() -> None:
    (mark,) = marks(done(BOTH))
    assert mark.text == "一个人打开门"
    assert mark.confidence == 0.8
    assert texts_of(mark) == {"zh": "一个人打开门", "en": "A man opens a door"}
    assert sure_of(mark) == {"zh": 0.8, "en": 0.6}
    assert dict(mark.attributes)["shot"] == "1"
    assert is_ours(mark)


def test_a_shot_without_a_caption_has_no_mark() -> None:
    assert [mark.start for mark in marks(done(BOTH, {}, ENGLISH))] == [0, 4000]
    assert texts_of(marks(done({}, ENGLISH))[0]) == {"en": "A red car"}


def test_a_second_run_changes_nothing() -> None:
    first = with_captions(Document(), done(BOTH, ENGLISH))
    assert with_captions(first, done(BOTH, ENGLISH)) is first


def test_a_later_run_stands_in_place_of_the_earlier() -> None:
    later = with_captions(with_captions(Document(), done(BOTH, ENGLISH)), done(ENGLISH))
    assert [mark.text for mark in of(later)] == ["A red car"]


def test_a_document_without_shots_gets_them_with_the_captions() -> None:
    found = with_captions(with_shots(Document(), done(BOTH, ENGLISH).shots), done(BOTH, ENGLISH)).marks
    assert redescribed(Document(), found).marks == found
    corrected = Document(marks=(Mark("mine", "shot", 0, 4000, ""),))
    assert of(redescribed(corrected, found), "shot") == list(corrected.marks)


def test_what_a_person_wrote_stays_and_is_not_made_a_second_time() -> None:
    document = with_shots(Document(), done(BOTH, ENGLISH).shots)
    document = with_captions(document, done(BOTH, ENGLISH))
    shot = of(document, "shot")[0]
    document = written(document, shot, {"zh": "一位女士打开门", "en": "A man opens a door"})
    again = with_captions(document, done({"zh": Caption("别的话", 0.9)}, BOTH))
    assert [mark.text for mark in of(again)] == ["一位女士打开门", "一个人打开门"]


def test_a_text_a_person_wrote_has_no_probability() -> None:
    (mark,) = marks(done(BOTH))
    both = with_texts(mark, {"zh": "一位女士打开门", "en": "A man opens a door"})
    assert sure_of(both) == {"en": 0.6}
    assert both.confidence == 1.0
    assert both.id == mark.id
    assert not is_ours(both)
    assert sure_of(with_texts(mark, {"zh": mark.text, "en": "She leaves"})) == {"zh": 0.8}


def test_the_language_of_a_mark_stays_its_own_in_whatever_order_it_is_written() -> None:
    (mark,) = marks(done(BOTH))
    after = with_texts(mark, {"en": "A man opens a gate", "zh": mark.text})
    assert (after.text, list(texts_of(after))) == (mark.text, ["zh", "en"])


def test_saying_the_same_changes_nothing() -> None:
    (mark,) = marks(done(BOTH))
    assert with_texts(mark, texts_of(mark)) is mark
    assert with_texts(mark, {**texts_of(mark), "fr": " "}) is mark


def test_without_its_own_text_the_other_language_is_the_caption() -> None:
    (mark,) = marks(done(BOTH))
    left = with_texts(mark, {"zh": "", "en": "A man opens a door"})
    assert left.text == "A man opens a door"
    assert texts_of(left) == {"en": "A man opens a door"}
    assert sure_of(left) == {"en": 0.6}


def test_emptied_it_goes() -> None:
    document = with_shots(with_captions(Document(), done(BOTH)), done(BOTH).shots)
    shot = of(document, "shot")[0]
    assert of(written(document, shot, {"zh": "", "en": " "})) == []
    assert of(written(document, shot, {})) == []


def test_a_shot_without_a_caption_gets_one() -> None:
    document = with_shots(Document(), done({}).shots)
    shot = of(document, "shot")[0]
    assert written(document, shot, {"zh": ""}) is document
    mark = caption_of(written(document, shot, {"en": "A bird\n flies"}), shot)
    assert mark is not None
    assert (mark.start, mark.end) == (shot.start, shot.end)
    assert texts_of(mark) == {"en": "A bird flies"}


def test_of_a_caption_that_names_no_language_it_is_guessed() -> None:
    assert texts_of(Mark("a", "caption", 0, 1, "一部 iPhone 在桌上")) == {"zh": "一部 iPhone 在桌上"}
    assert texts_of(Mark("a", "caption", 0, 1, "A phone")) == {"en": "A phone"}
    assert texts_of(Mark("a", "caption", 0, 1, "")) == {}


def test_attributes_that_are_no_language_are_no_text() -> None:
    (mark,) = marks(done(BOTH))
    more = replace(mark, attributes=(*mark.attributes, ("tag", "loud"), ("speaker", "Li"), ("fr", "Un homme")))
    assert texts_of(more) == {**texts_of(mark), "fr": "Un homme"}
    assert languages_in(Document(marks=(more,))) == ("zh", "en", "fr")


def test_a_caption_belongs_to_the_shot_whose_middle_it_holds() -> None:
    shots = [Mark(f"s{n}", "shot", 1000 * n, 1000 * n + 1000, "") for n in range(4)]
    close = Mark("close", "caption", 1000, 2000, "x")
    long = Mark("long", "caption", 900, 3100, "y")
    assert {shot: mark.id for shot, mark in by_shot([long, close], shots).items()} == {"s1": "close", "s2": "long"}
    ours = with_captions(Document(), done({}, ENGLISH)).marks  # 2000 to 4000
    found = by_shot([*ours, close], shots)
    assert found["s1"] is close
    assert found["s2"] is found["s3"] is ours[0]


def test_a_shot_of_no_length_has_the_caption_that_holds_it() -> None:
    shot = Mark("s", "shot", 1500, 1500, "")
    assert by_shot([Mark("c", "caption", 1000, 2000, "x")], [shot])["s"].id == "c"
    assert by_shot([Mark("c", "caption", 1500, 1500, "x")], [shot])["s"].id == "c"


TEXTS = st.dictionaries(st.sampled_from(["zh", "en"]), st.text(st.characters(codec="utf-8"), max_size=12), max_size=2)


@given(TEXTS, TEXTS)
def test_what_is_written_is_what_is_read(first: dict[str, str], second: dict[str, str]) -> None:
    mark = with_texts(with_texts(Mark("a", "caption", 0, 1000, ""), first), second)
    assert texts_of(mark) == {code: " ".join(text.split()) for code, text in second.items() if text.split()}


def test_a_caption_survives_the_file_and_the_note_of_a_marker(tmp_path: Path) -> None:
    document, path = with_captions(Document(), done(BOTH, ENGLISH)), tmp_path / "a.zimu"
    storage.save(document, path)
    assert storage.load(path).marks == document.marks
    for mark in document.marks:
        ident, kind, attributes, confidence = parse_note(note_of(mark))
        assert (ident, kind, attributes, confidence) == (mark.id, "caption", mark.attributes, mark.confidence)
