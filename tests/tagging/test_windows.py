from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from plugin_core.tagging.anchors import read
from plugin_core.tagging.windows import cut
from tests.tagging.texts import texts

CUES = "".join(f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\nHello number {n}\nline two\n\n" for n in range(1, 50))


@given(texts.map(lambda text: text * 5), st.integers(32, 120))
def test_the_kept_ranges_tile_the_text_and_no_window_is_too_long(text, size):
    windows = list(cut(read(text), size, 8))
    assert "".join(text[one.keep : one.stop] for one in windows) == text
    assert all(one.start <= one.keep < one.stop <= one.end <= one.start + size for one in windows)
    assert all(before.stop == after.keep for before, after in itertools.pairwise(windows))


@given(texts.map(lambda text: text * 5), st.integers(32, 120))
def test_a_cut_inside_a_line_gives_both_windows_some_of_the_other_side(text, size):
    for before, after in itertools.pairwise(cut(read(text), size, 8)):
        clean = before.end == before.stop and after.start == after.keep
        shared = before.end == min(before.stop + 8, len(text)) and after.start == max(after.keep - 8, 0)
        assert clean or shared


def test_a_text_that_fits_is_one_window():
    assert [(w.start, w.end) for w in cut(read("x" * 384))] == [(0, 384)]
    assert list(cut(read(""))) == []


def test_windows_smaller_than_what_they_share_still_move_on():
    assert [one.stop for one in cut(read("x" * 100), 16)][-1] == 100


def test_cues_stay_whole():
    assert all(CUES[one.keep :].split("\n")[0].isdecimal() for one in cut(read(CUES)))


def test_a_stream_on_one_line_is_cut_before_its_time_codes():
    text = "[00:00:01] 他说好。 " * 100
    assert {text[one.keep : one.keep + 10] for one in cut(read(text))} == {"[00:00:01]"}


def test_a_long_line_is_cut_after_a_sentence():
    text = "他走过来说今天真好。" * 100
    assert {text[one.stop - 1] for one in cut(read(text))} == {"。"}
