"""Premiere's times: no frame of error at any rate, from any start, however Premiere rounds."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.clock import FrameRate
from plugin_core.errors import HostError
from premiere_cep.ticks import TICKS, frame_at, ms_of, range_of, rate_of, seconds_of, ticks_of

FORMATS = {  # videoDisplayFormat of each rate, ppro-scripting.docsforadobe.dev/sequence/sequence
    "23.976": 110, "24": 100, "25": 101, "29.97 DF": 102, "29.97": 103, "30": 104, "48": 113, "50": 105,
    "59.94 DF": 106, "59.94": 107, "60": 108, "119.88": 107, "120": 108, "15": 104, "12.5": 101,
}  # fmt: skip
RATES = [FrameRate.parse(name) for name in FORMATS]
LONGEST = 24 * 3600


def base_of(rate: FrameRate) -> int:
    ticks = TICKS / rate.fps
    assert ticks.denominator == 1
    return int(ticks)


rates = st.sampled_from(RATES)


@pytest.mark.parametrize("name", FORMATS)
def test_ticks_and_format_give_the_exact_rate(name: str) -> None:
    rate = FrameRate.parse(name)
    assert rate_of(base_of(rate), FORMATS[name]) == rate


def test_a_format_that_does_not_fit_the_rate_drops_nothing() -> None:
    assert rate_of(TICKS // 25, 102) == FrameRate(Fraction(25))
    assert rate_of(TICKS // 30, 106) == FrameRate(Fraction(30))
    assert rate_of(base_of(FrameRate.parse("23.976")), 102) == FrameRate.parse("23.976")


@pytest.mark.parametrize("timebase", [0, -1, 1, TICKS // 1001, TICKS + 1])
def test_ticks_that_are_no_rate_are_refused(timebase: int) -> None:
    with pytest.raises(HostError, match="ticks for a frame"):
        rate_of(timebase, 101)


@pytest.mark.parametrize("value", [None, 5, 5.0, "", "5.0", "NaN", "1e5", "٣", "99999999999999999999"])
def test_what_is_not_ticks_is_refused(value: object) -> None:
    with pytest.raises(HostError, match="for a time"):
        ticks_of(value)


@given(rates, st.integers(0, LONGEST * 120), st.sampled_from([0, 1, 10]))
def test_a_frame_is_found_again_from_its_ticks_beyond_what_doubles_hold(
    rate: FrameRate, frame: int, hours: int
) -> None:
    base = base_of(rate)
    start = rate.frame_of(f"{hours:02}:00:00:00")
    assert frame_at(start * base, base) == start
    assert frame_at((start + frame) * base, base) - start == frame
    assert rate.timecode(frame_at(start * base, base)).startswith(f"{hours:02}:00:00")


@given(rates, st.integers(0, LONGEST * 120))
def test_seconds_fall_into_their_frame_however_they_are_made_ticks(rate: FrameRate, frame: int) -> None:
    base, frame = base_of(rate), frame % int(LONGEST * rate.fps)
    seconds = seconds_of(frame, base)
    product = seconds * TICKS  # in doubles, as the host does it
    for ticks in (int(product), round(product), int(product) - 2, int(product) + 2, round(Fraction(seconds) * TICKS)):
        assert ticks // base == frame  # cut to a frame
        assert frame_at(ticks, base) == frame  # or rounded to one


@given(rates, st.integers(0, LONGEST * 120))
def test_milliseconds_fall_into_their_frame_cut_or_rounded(rate: FrameRate, frame: int) -> None:
    ms = ms_of(frame, base_of(rate))
    assert int(ms * rate.fps / 1000) == frame
    assert rate.frame_at(ms) == frame


@given(st.integers(0, 24 * 3600 * TICKS), st.integers(0, 10**16), st.integers(1, 10**16))
def test_a_range_within_the_sequence_is_told_exactly(zero: int, start: int, length: int) -> None:
    assert range_of(zero + start, zero + start + length, zero) == (start, start + length)


def test_a_range_includes_the_start_timecode() -> None:
    hour = 3600 * TICKS
    assert range_of(hour + 5, hour + 9, hour) == (5, 9)
    assert range_of(0, 9, 0) == (0, 9)


def test_a_point_that_nobody_set_is_none() -> None:
    unset = -400_000 * TICKS
    assert range_of(unset, unset, 0) == (None, None)
    assert range_of(5, unset, 0) == (5, None)
    assert range_of(unset, 7 + 3600 * TICKS, 3600 * TICKS) == (None, 7)
    assert range_of(unset, unset, 3600 * TICKS) == (None, None)


def test_a_range_that_would_end_before_the_start_does_not_include_it() -> None:
    assert range_of(5, 9, 3600 * TICKS) == (5, 9)
