from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from plugin_core.document import Word
from plugin_core.guards import collapse_loops, drop_leaks, drop_outside, is_silence, key, repair_times


def said(text: str, probability: float = 0.9) -> list[Word]:
    return [Word(100 * n, 100 * n + 90, f" {part}", probability) for n, part in enumerate(text.split())]


def text(words: list[Word]) -> str:
    return "".join(word.text for word in words).strip()


words = st.lists(
    st.builds(
        Word,
        st.integers(-5_000, 60_000),
        st.integers(-5_000, 60_000),
        st.sampled_from([" a", " b", " no", "你", "好", " Resolve,", "。"]),
        st.floats(0, 1),
    ),
    max_size=40,
)


def test_a_loop_is_kept_once_and_counted() -> None:
    kept, dropped = collapse_loops(said("so " + "thank you for watching " * 9 + "bye"))
    assert text(kept) == "so thank you for watching bye"
    assert dropped == 8 * 4


def test_what_people_do_repeat_is_not_a_loop() -> None:
    for sentence in ("no no no no", "bye bye bye", "very very very very good", "哈 哈 哈 哈 哈 哈"):
        assert collapse_loops(said(sentence)) == (said(sentence), 0)


def test_a_loop_is_found_whatever_its_case_and_punctuation() -> None:
    assert text(collapse_loops(said("Yes. yes, YES! yes yes yes"))[0]) == "Yes."


@given(words)
def test_collapsing_again_changes_nothing(found: list[Word]) -> None:
    once, dropped = collapse_loops(found)
    assert len(once) + dropped == len(found)
    assert collapse_loops(once, most=len(found) + 1) == (once, 0)


def test_silence_needs_both_no_speech_and_doubt() -> None:
    assert is_silence(0.9, -1.5)
    assert not is_silence(0.9, -0.3)
    assert not is_silence(0.1, -1.5)


def test_improbable_words_outside_speech_are_dropped() -> None:
    spoken, ghost, sure = Word(1000, 1200, " yes", 0.2), Word(5000, 5300, " Thanks.", 0.2), Word(5000, 5300, " ok", 0.8)
    assert drop_outside([spoken, ghost, sure], [(900, 1300)]) == [spoken, sure]


@given(words)
def test_without_speech_only_probable_words_stay(found: list[Word]) -> None:
    assert all(word.probability >= 0.5 for word in drop_outside(found, []))


TERMS = ("DaVinci Resolve", "proxy media", "字幕")


def test_a_chunk_that_only_lists_the_hotwords_is_a_leak() -> None:
    assert drop_leaks(said("DaVinci Resolve, proxy media,", 0.2), TERMS) == ([], 4)


def test_a_chunk_that_copies_a_piece_of_the_prompt_is_a_leak() -> None:
    copied = [Word(n * 100, n * 100 + 90, c, 0.3) for n, c in enumerate("普通话的句子。")]
    assert drop_leaks(copied, (), "以下是普通话的句子。") == ([], 7)


def test_two_terms_in_a_row_leak_from_a_longer_chunk_and_the_rest_stays() -> None:
    found = said("open it") + said("DaVinci Resolve proxy media", 0.2)
    assert text(drop_leaks(found, TERMS)[0]) == "open it"


def test_a_term_that_was_really_said_stays() -> None:
    unsure = said("we cut in", 0.9) + said("DaVinci Resolve", 0.3) + said("every day", 0.9)
    sure = said("DaVinci Resolve proxy media", 0.9)
    assert drop_leaks(unsure, TERMS) == (unsure, 0)
    assert drop_leaks(sure, TERMS) == (sure, 0)


@given(words)
def test_without_terms_nothing_leaks(found: list[Word]) -> None:
    assert drop_leaks(found, ()) == (found, 0)


@given(words, st.integers(0, 30_000), st.integers(0, 30_000))
def test_repaired_times_are_possible(found: list[Word], start: int, room: int) -> None:
    end = start + room
    fixed = repair_times(found, start, end)
    assert [(w.text, w.probability) for w in fixed] == [(w.text, w.probability) for w in found]
    edges = [time for word in fixed for time in (word.start, word.end)]
    assert edges == sorted(edges)
    assert all(start <= edge <= end for edge in edges)
    if room >= 20 * len(found):
        assert all(word.end - word.start >= 20 for word in fixed)


@given(words, st.integers(0, 30_000), st.integers(0, 30_000))
def test_possible_times_are_left_alone(found: list[Word], start: int, room: int) -> None:
    fixed = repair_times(found, start, start + room)
    if room >= 20 * len(found):
        assert repair_times(fixed, start, start + room) == fixed


def test_a_word_of_no_length_gets_twenty_milliseconds() -> None:
    assert repair_times([Word(500, 500, " a")], 0, 1000) == [Word(500, 520, " a")]


def test_an_inverted_word_starts_where_it_started() -> None:
    assert repair_times([Word(500, 300, " a")], 0, 1000)[0].start == 500


@given(st.text())
def test_keys_ignore_case_width_and_punctuation(value: str) -> None:
    assert key(key(value)) == key(value)
    assert key("Ｒｅｓｏｌｖｅ，") == key("resolve")


def test_guards_change_no_word_they_keep() -> None:
    word = Word(10, 20, " x", 0.123456)
    assert repair_times([replace(word, end=40)], 0, 100) == [replace(word, end=40)]
