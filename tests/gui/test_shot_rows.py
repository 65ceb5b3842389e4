"""Shots and scenes as rows, and which of them a filter lets through."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gui.shot_rows import Row, Wanted, Words, labels_of, passing, rows
from plugin_core.document import Document, Mark
from tests.gui.shot_films import film_document

DOCUMENT = film_document()


def shown(wanted: Wanted, document: Document = DOCUMENT) -> list[str]:
    """What is let through: S1 for the first scene, 1 for the first shot."""
    found = rows(document)
    return [f"{'S' if row.scene else ''}{row.number}" for row in passing(found, wanted, Words(document, found))]


def test_a_scene_stands_before_its_shots() -> None:
    assert shown(Wanted()) == ["S1", "1", "2", "3", "4", "5", "6", "S2", "7", "8", "9", "10", "11", "12"]


def test_a_kind_of_change_keeps_the_shots_it_leads_into_and_their_scenes() -> None:
    assert shown(Wanted(transitions=frozenset({"dissolve"}))) == ["S1", "4", "S2", "10"]
    assert shown(Wanted(transitions=frozenset({"wipe"}))) == ["S2", "7"]
    assert shown(Wanted(transitions=frozenset({""}))) == ["S1", "1"]


def test_labels_of_one_group_are_alternatives_those_of_several_all_hold() -> None:
    indoor, outdoor, sad = ("place", "indoor"), ("place", "outdoor"), ("mood", "sad")
    assert len(shown(Wanted(labels=frozenset({indoor, outdoor})))) == 14
    assert shown(Wanted(labels=frozenset({indoor, sad}))) == ["S1", "1", "4"]


def test_a_shot_is_what_its_scene_is_where_it_says_nothing_itself() -> None:
    assert shown(Wanted(labels=frozenset({("time", "night")}))) == ["S2", "7", "8", "9", "10", "11", "12"]


def test_words_are_looked_for_in_labels_of_both_languages_cues_and_captions() -> None:
    caption = Mark("told", "caption", 4100, 4200, "A red car")
    document = replace(DOCUMENT, marks=(*DOCUMENT.marks, caption))
    assert shown(Wanted(text="RED car"), document) == ["S1", "3"]
    assert shown(Wanted(text="第8句"), document) == ["S2", "9"]
    assert shown(Wanted(text="室外 紧张"), document) == ["S2", "7", "10"]
    assert shown(Wanted(text="outdoors tense line"), document) == ["S2", "7"]
    assert shown(Wanted(text="nowhere"), document) == []


def test_several_answers_of_a_group_are_several_labels_and_probabilities_are_none() -> None:
    mark = Mark("m", "shot", 0, 1, "", (("mood", "tense, sad"), ("sure", "mood=0.61 weather=0.9"), ("weather", "rain")))
    assert labels_of(mark) == (("mood", "tense"), ("mood", "sad"), ("weather", "rain"))


def test_a_shot_without_a_length_ends_where_the_next_begins_and_the_last_with_the_film() -> None:
    marks = (Mark("a", "shot", 0, 0, ""), Mark("b", "shot", 900, 900, ""))
    found = rows(replace(DOCUMENT, marks=marks))
    assert [(row.start, row.end) for row in found] == [(0, 900), (900, DOCUMENT.media.duration)]


@given(st.integers(0, 13), st.sampled_from(("delete", "label")))
def test_rows_led_on_are_those_made_anew_and_what_did_not_change_is_the_same_object(place: int, how: str) -> None:
    before = rows(DOCUMENT)
    mark = DOCUMENT.marks[place]
    other = [] if how == "delete" else [replace(mark, attributes=(*mark.attributes, ("motion", "fast")))]
    after = replace(DOCUMENT, marks=(*DOCUMENT.marks[:place], *other, *DOCUMENT.marks[place + 1 :]))
    found = rows(after, before)
    assert [(row, row.labels) for row in found] == [(row, row.labels) for row in rows(after)]
    kept = {id(row) for row in before}
    changed = [row for row in found if id(row) not in kept]
    assert all(_differs(row, before) for row in changed)


def _differs(row: Row, before: tuple[Row, ...]) -> bool:
    return all(row != one or row.mark is not one.mark for one in before)
