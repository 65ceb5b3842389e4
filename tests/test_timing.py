from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plugin_core import profiles
from plugin_core.clock import FrameRate
from plugin_core.timing import Grid, Rules, Speech, place

RATES = (
    None,
    *(FrameRate(Fraction(*rate)) for rate in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (50, 1), (60, 1))),
)
AT_24 = FrameRate(Fraction(24))
CUTS = st.lists(st.integers(0, 60_000), max_size=12)
SPEECHES = st.lists(
    st.builds(
        lambda start, spoken, reading: Speech(start, start + spoken, reading),
        st.integers(0, 60_000), st.integers(0, 8_000), st.integers(0, 9_000),
    ),
    max_size=12,
).map(lambda speeches: sorted(speeches, key=lambda speech: speech.start))  # fmt: skip


def rules(*cuts: int, profile: str = "netflix", rate: FrameRate | None = AT_24) -> Rules:
    return Rules.of(profiles.find(profile), rate, cuts)


def frames(*times: int) -> list[int]:
    """Frames at 24 a second as ms."""
    return [AT_24.ms_at(time) for time in times]


@settings(deadline=None)
@given(SPEECHES, CUTS, st.sampled_from(RATES), st.sampled_from(profiles.names()))
def test_cues_are_sorted_never_overlap_and_keep_the_gap(
    speeches: list[Speech], cuts: list[int], rate: FrameRate | None, name: str
) -> None:
    made = rules(*cuts, profile=name, rate=rate)
    times = place(speeches, made)
    assert len(times) == len(speeches)
    assert all(start < end for start, end in times)
    tick = made.grid.tick
    assert all(tick(following[0]) - tick(cue[1]) >= made.gap for cue, following in pairwise(times))
    assert all(tick(end) - tick(start) <= made.longest for start, end in times)


@settings(deadline=None)
@given(SPEECHES, CUTS, st.sampled_from(RATES[1:]))
def test_with_a_frame_rate_every_time_is_a_frame(speeches: list[Speech], cuts: list[int], rate: FrameRate) -> None:
    assert all(rate.snap(time) == time for pair in place(speeches, rules(*cuts, rate=rate)) for time in pair)


@settings(deadline=None)
@given(st.integers(0, 1500), st.lists(st.integers(1, 1500), max_size=20), st.sampled_from(RATES))
@example(2, [1, 2], None)
def test_snapping_twice_is_snapping_once(frame: int, cuts: list[int], rate: FrameRate | None) -> None:
    made = rules(*frames(*cuts), rate=rate)
    tick = made.grid.tick(AT_24.ms_at(frame))
    start, end = made.snapped_in(tick), made.snapped_out(tick)
    assert made.snapped_in(start) == start
    assert made.snapped_out(end) == end


@pytest.mark.parametrize(
    ("spoken", "snapped"),
    [(100, 100), (101, 100), (111, 100), (112, 112), (99, 100), (92, 100), (91, 88), (89, 88), (88, 88), (87, 87)],
)
def test_in_times_follow_the_published_zones(spoken: int, snapped: int) -> None:
    assert rules(*frames(100)).snapped_in(spoken) == snapped


@pytest.mark.parametrize(
    ("spoken", "snapped"),
    [(100, 98), (99, 98), (98, 98), (89, 98), (88, 88), (101, 98), (107, 98), (108, 112), (111, 112), (112, 112)],
)
def test_out_times_follow_the_published_zones(spoken: int, snapped: int) -> None:
    assert rules(*frames(100)).snapped_out(spoken) == snapped


def test_zones_grow_with_the_frame_rate_but_the_gap_stays_two_frames() -> None:
    made = rules(rate=FrameRate(Fraction(50)))
    assert (made.clear, made.in_snap, made.chain, made.gap) == (25, 17, 25, 2)


@pytest.mark.parametrize(("gap", "closed"), [(2, 2), (3, 2), (11, 2), (12, 12), (40, 40)])
def test_gaps_of_three_to_eleven_frames_are_closed_to_two(gap: int, closed: int) -> None:
    start, end, following = 0, 48, 48 + gap
    speeches = [Speech(*frames(start, end), 0), Speech(*frames(following, following + 48), 0)]
    first, second = place(speeches, rules())
    assert AT_24.frame_at(second[0]) - AT_24.frame_at(first[1]) == closed


def test_a_cue_stays_up_to_half_a_second_longer_to_be_read() -> None:
    def shown(reading: int) -> int:
        return place([Speech(1000, 2000, reading)], rules(rate=None))[0][1]

    assert (shown(900), shown(1300), shown(4000)) == (2000, 2300, 2500)


def test_a_short_cue_is_shown_for_the_shortest_time_if_there_is_room() -> None:
    alone, crowded = [Speech(1000, 1200, 0)], [Speech(1000, 1200, 0), Speech(1400, 2600, 0)]
    assert place(alone, rules(rate=None)) == [(1000, 1833)]
    assert place(crowded, rules(rate=None)) == [(1000, 1442), (1525, 2600)]  # gives way by three frames, no more


def test_reading_time_does_not_carry_a_cue_over_a_cut_but_speech_does() -> None:
    cut = 2600
    assert place([Speech(1000, 2300, 3000)], rules(cut, rate=None)) == [(1000, cut - 83)]
    assert place([Speech(1000, 4000, 0)], rules(cut, rate=None)) == [(1000, 4000)]


def test_a_cue_that_starts_on_a_cut_sends_the_one_before_off_in_time() -> None:
    first, second = place([Speech(0, 2050, 0), Speech(2100, 4000, 0)], rules(2000, rate=None))
    assert (first[1], second[0]) == (2000 - 83, 2000)


def test_nothing_is_longer_than_the_profile_allows() -> None:
    assert place([Speech(0, 9000, 0)], rules(rate=None)) == [(0, 7000)]


@given(st.integers(1, 10_000), st.sampled_from(RATES))
def test_a_grid_counts_at_least_and_at_most_exactly(ms: int, rate: FrameRate | None) -> None:
    grid = Grid(rate)
    fps = rate.fps if rate else Fraction(1000)
    least, most = grid.at_least(ms), grid.at_most(ms)
    assert Fraction(least * 1000) / fps >= ms > Fraction((least - 1) * 1000) / fps
    assert Fraction(most * 1000) / fps <= ms < Fraction((most + 1) * 1000) / fps
