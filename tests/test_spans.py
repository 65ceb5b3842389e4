from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.spans import BRIDGE_MS, PAUSE_MS, PER_MS, ClipMap, Merger, Span, SpanFinder, Tape, length, pieces

FRAME = 32
probabilities = st.lists(st.sampled_from([0.0, 0.2, 0.4, 0.6, 1.0]), max_size=300)


def find(values: list[float], longest: int = 30_000) -> list[Span]:
    finder = SpanFinder(FRAME, longest)
    return [*finder.feed(values), *finder.finish()]


def test_a_span_ends_where_the_pause_begins() -> None:
    pause = [0.0] * (PAUSE_MS // FRAME + 1)
    assert [(s.start, s.end) for s in find([0.0] * 10 + [1.0] * 20 + pause + [1.0] * 10)] == [
        (320, 960),
        (960 + 32 * len(pause), 960 + 32 * len(pause) + 320),
    ]


def test_a_short_dip_ends_nothing_and_a_click_is_no_span() -> None:
    assert len(find([1.0] * 10 + [0.0] * 5 + [1.0] * 10)) == 1
    assert find([0.0] * 5 + [1.0] * 2 + [0.0] * 30) == []


@given(probabilities, st.integers(1, 40))
def test_spans_do_not_depend_on_how_the_frames_arrive(values: list[float], size: int) -> None:
    finder = SpanFinder(FRAME, 2000)
    found = [span for at in range(0, len(values), size) for span in finder.feed(values[at : at + size])]
    assert [*found, *finder.finish()] == find(values, 2000)


@given(probabilities)
def test_spans_are_ordered_bounded_and_their_pads_never_overlap(values: list[float]) -> None:
    found = find(values, 2000)
    assert all(0 < span.duration <= 2000 for span in found)
    for a, b in pairwise(found):
        assert a.end + a.after <= b.start - b.before


def test_running_speech_is_cut_where_it_is_least_certain_and_without_pads_there() -> None:
    first, second = find([1.0] * 40 + [0.5] + [1.0] * 30, longest=2000)
    assert first.end == second.start == 40 * FRAME
    assert (first.after, second.before) == (0, 0)


gaps = st.lists(st.tuples(st.integers(PAUSE_MS, 5000), st.integers(96, 9000), st.sampled_from("ze")), max_size=30)


def lay(rows: list[tuple[int, int, str]]) -> list[Span]:
    now, found = 0, []
    for gap, duration, language in rows:
        found.append(Span(now + gap, now + gap + duration, language))
        now += gap + duration
    return found


@given(gaps)
def test_merging_keeps_every_span_once_in_order_in_one_language_and_in_bounds(rows: list[tuple[int, int, str]]) -> None:
    merger, spans = Merger(10_000), lay(rows)
    groups = [*(group for span in spans for group in merger.feed(span)), *merger.finish()]
    assert [span for group in groups for span in group] == spans
    for group in groups:
        assert len({span.language for span in group}) == 1
        assert len(group) == 1 or length(group) <= 10_000


def test_groups_are_cut_at_the_longest_pause_near_the_limit() -> None:
    merger = Merger(10_000)
    spans = [Span(0, 4000), Span(4300, 8000), Span(8600, 9500), Span(9800, 12_000)]
    assert [group for span in spans for group in merger.feed(span)] == [tuple(spans[:2])]


@given(gaps.filter(bool))
def test_pieces_hold_all_speech_and_little_else(rows: list[tuple[int, int, str]]) -> None:
    spans = lay(rows)
    parts = pieces(spans)
    assert all(any(a <= span.start and span.end <= b for a, b in parts) for span in spans)
    assert all(a[1] < b[0] for a, b in pairwise(parts))
    assert length(spans) <= sum(span.duration for span in spans) + BRIDGE_MS * len(spans)


@given(gaps.filter(bool), st.data())
def test_clip_times_lead_back_to_media_times(rows: list[tuple[int, int, str]], data: st.DataObject) -> None:
    parts = pieces(lay(rows))
    first, last = data.draw(st.sampled_from(parts))
    offset = sum(b - a for a, b in parts if b <= first)
    a = data.draw(st.integers(first, last - 2))
    b = data.draw(st.integers(a + 1, last - 1))
    assert ClipMap(parts).word(a - first + offset, b - first + offset) == (a, b)


def test_a_word_across_a_cut_lies_in_the_piece_of_its_middle() -> None:
    where = ClipMap([(1000, 2000), (5000, 6000)])
    assert where.word(700, 1100) == (1700, 2000)
    assert where.word(950, 1300) == (5000, 5300)
    assert where.word(1900, 2500) == (5900, 6000)


@given(st.lists(st.integers(0, 3000), max_size=10), st.integers(0, 800), st.integers(0, 800), st.integers(0, 800))
def test_a_tape_gives_what_was_recorded_and_silence_elsewhere(sizes: list[int], a: int, b: int, before: int) -> None:
    tape, whole = Tape(), np.arange(1, sum(sizes) + 1, dtype=np.float32)
    at = 0
    for size in sizes:
        tape.append(whole[at : at + size])
        at += size
    tape.forget(min(a, before))
    wanted = np.pad(whole, (0, 1000 * PER_MS))[a * PER_MS : max(a, b) * PER_MS]
    assert np.array_equal(tape.cut(a, b), wanted)
    assert tape.end == len(whole) // PER_MS


@pytest.mark.parametrize("before", [0, 100, 10_000])
def test_a_tape_forgets_only_whole_blocks_before_a_time(before: int) -> None:
    tape = Tape()
    for _ in range(5):
        tape.append(np.ones(1600, np.float32))
    tape.forget(before)
    assert tape.end == 500
    assert tape.cut(0, 500).sum() == 1600 * (5 - min(5, before // 100))
