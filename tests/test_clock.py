"""Time: exact rates, nearest frames, SMPTE labels; compared with OpenTimelineIO."""

from __future__ import annotations

import pickle
from fractions import Fraction

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.clock import FrameRate, format_time, parse_time
from plugin_core.errors import DocumentError, SettingsError

NAMES = (
    "23.976", "24", "25", "29.97 DF", "29.97", "30", "47.952", "48", "50", "59.94 DF", "59.94", "60", "119.88 DF",
    "119.88", "120",
)  # fmt: skip
RATES = [FrameRate.parse(name) for name in NAMES]
OTIO_RATES = [rate for rate in RATES if rate.nominal <= 60]  # OpenTimelineIO has no labels above 60
DAY = 24 * 3600 * 1000
rates = st.sampled_from(RATES)
days = st.integers(0, 24 * 3600 * 120)


@given(rates, days)
def test_a_frame_turned_into_time_and_back_is_the_same_frame(rate: FrameRate, frame: int) -> None:
    assert rate.frame_at(rate.ms_at(frame)) == frame
    assert rate.frame_at(rate.ms_at(-frame)) == -frame


@given(st.fractions(Fraction(1, 10), 1000), days)
def test_the_law_holds_at_any_rate_up_to_a_thousand(fps: Fraction, frame: int) -> None:
    rate = FrameRate(fps)
    assert rate.frame_at(rate.ms_at(frame)) == frame


@given(rates, st.lists(st.integers(-DAY, DAY)))
def test_many_times_give_the_frames_that_each_alone_gives(rate: FrameRate, times: list[int]) -> None:
    assert rate.frames_at(times) == [rate.frame_at(ms) for ms in times]


@given(rates, st.integers(0, DAY))
def test_no_frame_is_nearer_than_the_one_found(rate: FrameRate, ms: int) -> None:
    frame = rate.frame_at(ms)
    distance = {n: abs(Fraction(n) / rate.fps * 1000 - ms) for n in (frame - 1, frame, frame + 1)}
    assert min(distance.values()) == distance[frame]


@given(rates, st.integers(-DAY, DAY))
def test_snapping_is_idempotent_and_moves_at_most_half_a_frame(rate: FrameRate, ms: int) -> None:
    snapped = rate.snap(ms)
    assert rate.snap(snapped) == snapped
    assert abs(snapped - ms) <= 500 / rate.fps + Fraction(1, 2)


@given(rates, days)
def test_a_frame_turned_into_timecode_and_back_is_the_same_frame(rate: FrameRate, frame: int) -> None:
    frame %= rate.frame_of("23:59:59:" + str(rate.nominal - 1)) + 1
    assert rate.frame_of(rate.timecode(frame)) == frame
    assert rate.frame_of(rate.timecode(frame, separator=".")) == frame


@given(st.sampled_from(OTIO_RATES), days)
def test_timecode_agrees_with_opentimelineio(rate: FrameRate, frame: int) -> None:
    frame %= int(24 * 3600 * rate.fps)  # at 29.97 NDF it begins anew after 24 hours of time, not of labels
    theirs = otio.opentime.RationalTime(frame, float(rate.fps))
    assert rate.timecode(frame) == otio.opentime.to_timecode(theirs, float(rate.fps), drop_frame=rate.drop)


@given(st.sampled_from(OTIO_RATES), days)
def test_reading_timecode_agrees_with_opentimelineio(rate: FrameRate, frame: int) -> None:
    text = rate.timecode(frame)
    assert rate.frame_of(text) == otio.opentime.from_timecode(text, float(rate.fps)).to_frames()


@given(rates)
def test_timecode_begins_again_after_a_day(rate: FrameRate) -> None:
    last = rate.frame_of("23:59:59:" + str(rate.nominal - 1))
    assert rate.frame_of(rate.timecode(last + 1)) == 0
    assert rate.frame_of(rate.timecode(-1)) == last


@pytest.mark.parametrize(
    ("name", "frame", "label"),
    [
        ("29.97 DF", 1799, "00:00:59;29"),
        ("29.97 DF", 1800, "00:01:00;02"),
        ("29.97 DF", 17981, "00:09:59;29"),
        ("29.97 DF", 17982, "00:10:00;00"),
        ("29.97 DF", 107892, "01:00:00;00"),
        ("29.97", 107892, "00:59:56:12"),
        ("59.94 DF", 3600, "00:01:00;04"),
        ("59.94 DF", 35964, "00:10:00;00"),
        ("119.88 DF", 7200, "00:01:00;008"),
        ("120", 119, "00:00:00:119"),
        ("23.976", 86400, "01:00:00:00"),
        ("25", 90000, "01:00:00:00"),
    ],
)
def test_known_labels(name: str, frame: int, label: str) -> None:
    rate = FrameRate.parse(name)
    assert rate.timecode(frame) == label
    assert rate.frame_of(label) == frame


@pytest.mark.parametrize("text", ["00:01:00;00", "00:01:00;01", "00:09:00:01", "23:59:00.00"])
def test_a_dropped_label_is_refused_and_the_reason_said(text: str) -> None:
    with pytest.raises(DocumentError, match="skips this label"):
        FrameRate.parse("29.97df").frame_of(text)


@pytest.mark.parametrize(
    "text",
    ["", "1", "00:00:00", "00:00:00:30", "24:00:00:00", "00:60:00:00", "00:00:60:00", "٠٠:00:00:00", "-1:00:00:00"],
)
def test_what_is_no_timecode_is_refused(text: str) -> None:
    with pytest.raises(DocumentError, match="not a timecode"):
        FrameRate.parse("29.97df").frame_of(text)


def test_a_drop_frame_label_is_refused_by_a_rate_without_drop_frame() -> None:
    with pytest.raises(DocumentError, match="without drop-frame"):
        FrameRate.parse("29.97").frame_of("01:00:00;00")


def test_timecode_with_semicolons_throughout_is_read() -> None:
    assert FrameRate.parse("29.97 DF").frame_of("01;00;00;00") == 107892


@pytest.mark.parametrize(
    ("text", "fps", "drop"),
    [
        ("23.976", Fraction(24000, 1001), False),
        ("23.98", Fraction(24000, 1001), False),
        ("23.976023976", Fraction(24000, 1001), False),
        ("24000/1001", Fraction(24000, 1001), False),
        ("29.97df", Fraction(30000, 1001), True),
        ("29.97 DF", Fraction(30000, 1001), True),
        ("29.97 NDF", Fraction(30000, 1001), False),
        ("30000/1001 df", Fraction(30000, 1001), True),
        ("2997/100", Fraction(30000, 1001), False),
        (" 25 fps ", Fraction(25), False),
        ("50p", Fraction(50), False),
        ("24.0", Fraction(24), False),
        ("12.5", Fraction(25, 2), False),
        ("59.94", Fraction(60000, 1001), False),
        ("119.88", Fraction(120000, 1001), False),
    ],
)
def test_names_of_rates_are_read_exactly(text: str, fps: Fraction, drop: bool) -> None:
    assert FrameRate.parse(text) == FrameRate(fps, drop)


@pytest.mark.parametrize(
    "text", ["", "0", "0/0", "25/0", "-25", "fast", "30 DF", "25df", "23.976df", "1001", "1e3", "nan"]
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(SettingsError):
        FrameRate.parse(text)


@pytest.mark.parametrize("fps", [0.0, -1.0, float("nan"), float("inf")])
def test_a_measured_rate_that_is_no_rate_is_refused(fps: float) -> None:
    with pytest.raises(SettingsError):
        FrameRate.nearest(fps)


@given(rates)
def test_the_label_names_the_rate(rate: FrameRate) -> None:
    assert FrameRate.parse(str(rate)) == rate
    assert FrameRate.nearest(float(rate.fps), rate.drop) == rate


@given(st.sampled_from([rate.fps for rate in RATES]), st.floats(-1e-4, 1e-4))
def test_an_approximate_rate_is_the_nearest_standard_one(fps: Fraction, error: float) -> None:
    assert FrameRate.nearest(float(fps) * (1 + error)).fps == fps


def test_an_unusual_measured_rate_is_kept() -> None:
    assert FrameRate.nearest(18.37).fps == Fraction(1837, 100)


def test_a_rate_survives_pickle_and_is_a_value() -> None:
    rate = FrameRate.parse("29.97 DF")
    assert pickle.loads(pickle.dumps(rate)) == rate
    assert len({rate, FrameRate(Fraction(30000, 1001), drop=True)}) == 1


@given(st.integers(-DAY * 10, DAY * 10), st.sampled_from(".,"))
def test_a_time_written_and_read_is_the_same_time(ms: int, decimal: str) -> None:
    assert parse_time(format_time(ms, decimal)) == ms


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("1:02:03.5", 3_723_500),
        ("02:03,500", 123_500),
        ("90:00", 5_400_000),
        ("12.5", 12_500),
        ("12.5s", 12_500),
        ("250ms", 250),
        ("-1.5", -1500),
        ("+2", 2000),
        ("0.0004999", 0),
        ("0.0005", 1),
        ("100:00:00.000", 360_000_000),
    ],
)
def test_clock_times_are_read(text: str, ms: int) -> None:
    assert parse_time(text) == ms


@pytest.mark.parametrize("text", ["", ":", "1:2:3:4", "0:60", "1:60:00", "1:00ms", "--1", "１", "1.", "9" * 5000])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(DocumentError, match="not a time"):
        parse_time(text)
