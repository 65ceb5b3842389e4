"""Corrections against the machine's version: every change is found, named, shown, undone, and counted as errors."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core import comparing, edits
from plugin_core.comparing import Piece, Rate
from plugin_core.document import Cue, Document, Word

MACHINE = Document(
    languages=("en", "zh"),
    cues=(
        Cue("a", 0, 2000, ("Good mourning", "早上好"), (Word(0, 900, "Good"), Word(900, 1800, " mourning", 0.4))),
        Cue("b", 3000, 5000, ("How are you?", "你好吗？")),
        Cue("c", 6000, 8000, ("Fine thank you.", "很好谢谢。")),
    ),
)


def one(after: Document) -> comparing.Change:
    (change,) = comparing.changes(MACHINE, after)
    return change


def test_no_edit_is_no_change_and_no_error() -> None:
    assert comparing.changes(MACHINE, MACHINE) == ()
    assert comparing.error_rate(MACHINE, MACHINE, "en") == Rate(0, 8)


def test_a_new_text_names_its_language_and_counts_its_words() -> None:
    after = edits.set_text(MACHINE, "a", "en", "Good morning")
    assert (one(after).kinds, one(after).languages) == (("text",), ("en",))
    assert comparing.error_rate(MACHINE, after, "en") == Rate(1, 8)
    assert comparing.error_rate(MACHINE, after, "zh") == Rate(0, 10)


def test_case_punctuation_and_line_breaks_are_no_errors() -> None:
    after = edits.set_texts(MACHINE, "en", {"a": "good\nmourning!", "b": "HOW are <i>you</i>"})
    assert comparing.error_rate(MACHINE, after, "en").errors == 0


def test_a_line_break_alone_is_no_change() -> None:
    assert comparing.changes(MACHINE, edits.set_text(MACHINE, "a", "en", "Good\nmourning")) == ()


@pytest.mark.parametrize(
    ("after", "kinds"),
    [
        (edits.retime(MACHINE, "b", end=5400), ("times",)),
        (edits.set_speaker(MACHINE, ["b"], "Li"), ("speaker",)),
        (edits.split(MACHINE, "c", 7000, right_id="d"), ("split",)),
        (edits.join(MACHINE, ["a", "b"]), ("joined",)),
        (edits.delete(MACHINE, ["b"]), ("deleted",)),
        (edits.add_cues(MACHINE, [Cue("n", 9000, 9500, ("Bye.", ""))]), ("added",)),
    ],
)
def test_every_edit_is_one_change_of_its_kind_and_can_be_undone(after: Document, kinds: tuple[str, ...]) -> None:
    change = one(after)
    assert change.kinds == kinds
    assert comparing.restored(after, change, MACHINE.languages) == MACHINE


def test_restoring_a_text_leaves_other_corrections_of_the_cue() -> None:
    after = edits.set_speaker(edits.set_text(MACHINE, "a", "en", "Good morning"), ["a"], "Li")
    change = replace(one(after), kinds=("text",))
    cue = comparing.restored(after, change, MACHINE.languages).cues[0]
    assert (cue.texts[0], cue.speaker, cue.words) == ("Good mourning", "Li", MACHINE.cues[0].words)


def test_a_language_added_since_is_neither_a_change_nor_lost_by_restoring() -> None:
    after = edits.add_language(edits.delete(MACHINE, ["b"]), "fr", {"a": "Bonjour"})
    change = one(after)
    back = comparing.restored(after, change, MACHINE.languages)
    assert [cue.texts for cue in back.cues[:2]] == [
        ("Good mourning", "早上好", "Bonjour"),
        ("How are you?", "你好吗？", ""),
    ]


def test_a_split_and_a_join_are_no_errors_of_the_recogniser() -> None:
    after = edits.join(edits.split(MACHINE, "c", 7000, right_id="d"), ["a", "b"])
    assert comparing.error_rate(MACHINE, after, "en").errors == 0


def test_an_invented_cue_counts_all_its_words_and_a_missed_one_too() -> None:
    after = edits.add_cues(edits.delete(MACHINE, ["b"]), [Cue("n", 9000, 9500, ("Bye now.", ""))])
    assert comparing.error_rate(MACHINE, after, "en") == Rate(5, 7)


def test_a_translation_is_outdated_if_only_its_source_was_corrected() -> None:
    after = edits.set_texts(MACHINE, "en", {"a": "Good morning", "b": "How are\nyou?", "c": "Fine, and you?"})
    after = edits.set_text(after, "c", "zh", "很好，你呢？")
    assert comparing.outdated(MACHINE, after) == ("a",)
    assert comparing.outdated(MACHINE, MACHINE) == ()


def test_pieces_show_what_went_and_what_came() -> None:
    assert comparing.pieces("Good mourning to you", "Good morning to you") == (
        Piece("same", "Good "),
        Piece("gone", "mourning"),
        Piece("new", "morning"),
        Piece("same", " to you"),
    )
    assert comparing.pieces("我爱你们", "我很爱你") == (
        Piece("same", "我"),
        Piece("new", "很"),
        Piece("same", "爱你"),
        Piece("gone", "们"),
    )


@given(st.text(alphabet="ab 我你\n.", max_size=20), st.text(alphabet="ab 我你\n.", max_size=20))
def test_pieces_hold_both_texts_whole(before: str, after: str) -> None:
    found = comparing.pieces(before, after)
    assert "".join(p.text for p in found if p.kind != "new") == comparing.joined(before)
    assert "".join(p.text for p in found if p.kind != "gone") == comparing.joined(after)


def test_the_rate_of_nothing_is_nothing() -> None:
    assert Rate(0, 0).share == 0.0
    assert Rate(3, 0).share == 1.0
    assert comparing.error_rate(MACHINE, MACHINE, "fr") == Rate(0, 0)
