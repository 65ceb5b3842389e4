"""Names from the text go to voices."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.document import Cue, Document
from plugin_core.speakers.naming import Hint, assignment, attach, hints_of
from plugin_core.speakers.values import Turn, Turns, Voice


def turns(*rows: tuple[int, int, str]) -> Turns:
    voices = tuple(Voice(name, (1.0, 0.0), 1000) for name in dict.fromkeys(row[2] for row in rows))
    return Turns(tuple(Turn(*row) for row in rows), voices, "pack")


TALK = turns((0, 2000, "Speaker 1"), (2000, 4000, "Speaker 2"), (4000, 6000, "Speaker 1"), (8000, 9000, "Speaker 2"))


def speakers(found: Turns) -> list[str]:
    return [turn.speaker for turn in found.turns]


def test_one_name_in_the_text_names_the_voice_for_the_whole_film() -> None:
    named = attach(TALK, [Hint(200, 1800, "小美")])
    assert speakers(named.turns) == ["小美", "Speaker 2", "小美", "Speaker 2"]
    assert {voice.name for voice in named.turns.voices} == {"小美", "Speaker 2"}
    assert not named.contradictions


def test_names_go_where_they_fit_best_together() -> None:
    """Each alone would take the first voice; together they share."""
    named = attach(TALK, [Hint(0, 2400, "Anna"), Hint(1500, 4000, "Ben")])
    assert speakers(named.turns)[:2] == ["Anna", "Ben"]


def test_a_name_the_voices_deny_is_listed() -> None:
    named = attach(TALK, [Hint(0, 2000, "Anna", "a"), Hint(2000, 4000, "Ben", "b"), Hint(4000, 6000, "Ben", "c")])
    assert speakers(named.turns) == ["Anna", "Ben", "Anna", "Ben"]
    (one,) = named.contradictions
    assert (one.cue, one.named, one.heard) == ("c", "Ben", "Anna")


def test_two_voices_with_one_name_are_one_person() -> None:
    named = attach(TALK, [Hint(0, 2000, "Anna"), Hint(2000, 4000, "Anna"), Hint(8000, 9000, "Anna")])
    assert set(speakers(named.turns)) == {"Anna"}
    assert [voice.name for voice in named.turns.voices] == ["Anna"]


def test_a_touch_of_a_cue_names_nobody() -> None:
    assert speakers(attach(TALK, [Hint(1900, 2100, "Anna")]).turns) == speakers(TALK)


def test_no_hints_change_nothing() -> None:
    assert attach(TALK, []).turns == TALK
    assert attach(Turns(), [Hint(0, 1000, "Anna")]).turns == Turns()


def test_a_typed_name_that_looks_like_ours_does_not_join_two_voices() -> None:
    """The user calls voice 2 "Speaker 1": voice 1 moves out of the way."""
    named = attach(TALK, [Hint(2000, 4000, "Speaker 1"), Hint(8000, 9000, "Speaker 1")])
    assert speakers(named.turns)[1] == "Speaker 1"
    assert speakers(named.turns)[0] != "Speaker 1"


def test_only_typed_names_are_hints() -> None:
    cues = (
        Cue("a", 0, 1000, ("",), speaker="Anna"),
        Cue("b", 1000, 2000, ("",), speaker="Anna", tags=("voice:Anna",)),
        Cue("c", 2000, 3000, ("",), speaker="Ben", tags=("voice:Anna",)),
        Cue("d", 3000, 4000, ("",)),
    )
    assert [hint.cue for hint in hints_of(Document(languages=("en",), cues=cues))] == ["a", "c"]


@given(
    st.integers(1, 5).flatmap(
        lambda rows: st.integers(1, 5).flatmap(
            lambda columns: st.lists(
                st.lists(st.integers(0, 50), min_size=columns, max_size=columns), min_size=rows, max_size=rows
            )
        )
    )
)
def test_the_assignment_is_the_best_there_is(rows: list[list[int]]) -> None:
    table = np.array(rows, float)
    pairs = assignment(table)
    assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs) == min(table.shape)
    tall = table if table.shape[0] <= table.shape[1] else table.T
    best = max(sum(tall[n, p] for n, p in enumerate(some)) for some in permutations(range(tall.shape[1]), len(tall)))
    assert sum(table[a, b] for a, b in pairs) == best
