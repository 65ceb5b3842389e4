"""The review asks about open problems once, forgets nothing, and asks again when what was accepted has changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugin_core import edits, review, storage
from plugin_core.checks import Problem, check
from plugin_core.document import Cue, Document, Word
from plugin_core.profiles import find

UNSURE = (Word(0, 900, "Good", 0.3), Word(900, 1800, " morning", 0.9))
DOCUMENT = Document(
    languages=("en", "zh"),
    cues=(
        Cue("a", 0, 2000, ("Good morning", "早上好"), UNSURE),
        Cue("b", 3000, 5000, ("How are you today?", "")),
        Cue("c", 6000, 8000, ("Fine.", "很好")),
        Cue("d", 9000, 9900, ("This is a sentence that nobody at all can read in such a time.", "这")),
    ),
)


def problems(document: Document) -> tuple[Problem, ...]:
    return check(document, find("netflix"))


def ids(document: Document, **options: bool) -> list[str]:
    return [look.cue_id for look in review.queue(document, problems(document), **options)]


def test_cues_with_an_open_problem_come_in_the_order_of_time() -> None:
    assert ids(DOCUMENT) == ["a", "b", "d"]


def test_the_worst_come_first_if_asked_for() -> None:
    assert ids(DOCUMENT, worst_first=True) == ["b", "a", "d"]


def test_only_the_kinds_asked_for_are_in_the_queue() -> None:
    looks = review.queue(DOCUMENT, problems(DOCUMENT), ("untranslated",))
    assert [(look.cue_id, look.codes) for look in looks] == [("b", ("untranslated",))]


def test_what_was_accepted_is_asked_about_no_more_even_after_saving() -> None:
    looks = review.queue(DOCUMENT, problems(DOCUMENT))
    after = review.accept(DOCUMENT, looks[0].problems)
    again = storage.from_json(storage.to_json(after))
    assert ids(again) == ["b", "d"]
    assert review.accepted(again, problems(again)) == ("a",)


@pytest.mark.parametrize("changed", [lambda d: edits.set_text(d, "a", "zh", "早安"), lambda d: edits.shift(d, 40)])
def test_a_cue_that_changed_after_it_was_accepted_comes_up_again(changed) -> None:  # type: ignore[no-untyped-def]
    after = review.accept(DOCUMENT, review.queue(DOCUMENT, problems(DOCUMENT))[0].problems)
    assert "a" in ids(changed(after))


def test_accepting_one_problem_leaves_the_others_of_the_cue_open() -> None:
    both = replace(DOCUMENT, cues=(replace(DOCUMENT.cues[0], texts=("Good morning", "")),))
    first, second = review.queue(both, problems(both))[0].problems
    after = review.accept(both, (first,))
    assert [look.problems for look in review.queue(after, problems(after))] == [(second,)]


def test_accepting_twice_changes_nothing_and_leaves_one_tag() -> None:
    look = review.queue(DOCUMENT, problems(DOCUMENT))[0]
    once = review.accept(DOCUMENT, look.problems)
    assert review.accept(once, look.problems) is once
    moved = edits.shift(once, 40)
    again = review.accept(moved, review.queue(moved, problems(moved))[0].problems)
    assert sum(tag.startswith(review.ACCEPTED_TAG) for tag in again.cues[0].tags) == 1


def test_other_tags_of_the_cue_stay() -> None:
    tagged = replace(DOCUMENT, cues=(replace(DOCUMENT.cues[0], tags=("lang:en", "an8")), *DOCUMENT.cues[1:]))
    after = review.accept(tagged, review.queue(tagged, problems(tagged))[0].problems)
    assert after.cues[0].tags[:2] == ("lang:en", "an8")
    assert review.reopen(after, ["a"]).cues == tagged.cues


def test_reopening_brings_a_cue_back() -> None:
    after = review.accept(DOCUMENT, review.queue(DOCUMENT, problems(DOCUMENT))[0].problems)
    assert ids(review.reopen(after, ["a"])) == ["a", "b", "d"]
    assert review.reopen(DOCUMENT, ["a"]) is DOCUMENT


def test_the_next_cue_is_the_one_after_even_if_the_current_one_has_just_left_the_queue() -> None:
    looks = review.queue(DOCUMENT, problems(DOCUMENT))
    assert review.following(looks, DOCUMENT, "a") == "b"
    assert review.following(looks, DOCUMENT, "c") == "d"
    assert review.following(looks, DOCUMENT, "d") == "a"
    assert review.following(looks, DOCUMENT, "", ()) == "a"
    assert review.following((), DOCUMENT, "a") == ""


def test_skipped_cues_come_again_only_when_nothing_else_is_left() -> None:
    looks = review.queue(DOCUMENT, problems(DOCUMENT))
    assert review.following(looks, DOCUMENT, "a", {"b"}) == "d"
    assert review.following(looks, DOCUMENT, "a", {"a", "b", "d"}) == "b"
