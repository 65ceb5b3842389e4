from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.tagging.characters import HIDDEN, SPECIAL, fold, tokens


@given(st.text())
def test_there_is_one_token_for_every_character(text):
    assert len(fold(text)) == len(tokens(text)) == len(tokens(text, set())) == len(text)


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(codec="utf-8")))
def test_every_unknown_character_has_a_token_of_the_vocabulary(text):
    assert set(tokens(text, {"a", "b"})) <= {*SPECIAL, "a", "b"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（ＯＳ）：", list("(OS):")),
        ("聲音", list("声音")),
        ("NAME name", list("NAME name")),
        ("a\u3000\tb", ["a", " ", " ", "b"]),
        ("a\r\nb\rc\u2028d", ["a", " ", "\n", "b", "\n", "c", "\n", "d"]),
        ("x\u200b\u202e\ufe0f\x00y", ["x", HIDDEN, HIDDEN, HIDDEN, HIDDEN, "y"]),
        ("12", ["1", "2"]),
    ],
)
def test_spellings_that_mean_the_same_have_the_same_tokens(text, expected):
    assert tokens(text) == expected


def test_two_unknown_characters_mostly_differ():
    found = tokens("龘靐齉爩", {"a"})
    assert len(set(found)) > 1
    assert all(token.startswith("[U") for token in found)


def test_half_a_surrogate_pair_is_a_character_like_others():
    assert tokens("a\ud800b")[1].startswith("[U")
