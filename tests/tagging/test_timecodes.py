from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.clock import FrameRate
from plugin_core.tagging.timecodes import find, notes
from tests.tagging.texts import texts

SPELLINGS = [
    ("[00:05:22] x", "00:05:22", 322_000),
    ("[5:22] x", "5:22", 322_000),
    ("(1:02:03) x", "1:02:03", 3_723_000),
    ("【00：05：22】门", "00：05：22", 322_000),
    ("<00:05:22> x", "00:05:22", 322_000),
    ("00:05:22,500 x", "00:05:22,500", 322_500),
    ("00:05:22.5", "00:05:22.5", 322_500),
    ("00:05:22:12 x", "00:05:22:12", 322_480),
    ("[00:12.34]la", "00:12.34", 12_340),
    ("5分22秒", "5分22秒", 322_000),
    ("1小时2分3秒 门响", "1小时2分3秒", 3_723_000),
    ("[322.5秒] x", "322.5秒", 322_500),
    ("5'22\" x", "5'22\"", 322_000),
    ("322s", "322s", 322_000),
    ("@12.5s x", "12.5s", 12_500),
    ("01h02m03s", "01h02m03s", 3_723_000),
    ("张总 10:05\n大家好", "10:05", 605_000),
    ("Speaker 1 00:05\nhi", "00:05", 5_000),
    ("Speaker 1 (00:05): hi", "00:05", 5_000),
    ("<SYNC Start=1234><P>", "1234", 1234),
    ("He came. 00:05:28 [滴答声]", "00:05:28", 328_000),
    ("00:05:22李佳琦：好", "00:05:22", 322_000),
    ("- 00:05 x", "00:05", 5_000),
    ("多读点书00:05:22,500 好", "00:05:22,500", 322_500),
    ("I see 00:05:22.500 (sighs)", "00:05:22.500", 322_500),
    ("走了00:05:22:12", "00:05:22:12", 322_480),
    ("Sunrise00:05:22.500 [rain]", "00:05:22.500", 322_500),
]
RANGES = [
    ("1\n00:00:01,000 --> 00:00:03,500 align:start\nx", "00:00:01,000", 1000, 3500),
    ("00:01.000 --> 00:03.500\nx", "00:01.000", 1000, 3500),
    ("Dialogue: 0,0:00:01.00,0:00:03.50,Default,,0,0,0,,x", "0:00:01.00", 1000, 3500),
    ("0:00:01.000,0:00:03.500\nx", "0:00:01.000", 1000, 3500),
    ('<p begin="00:00:01.000" end="3.5s">x</p>', "00:00:01.000", 1000, 3500),
    ("[100][120]x", "100", 10_000, 12_000),
    ("00:05:22-00:05:28 x", "00:05:22", 322_000, 328_000),
    ("[00:05:22 - 00:05:28] x", "00:05:22", 322_000, 328_000),
    ("00:01 ~ 00:04 x", "00:01", 1000, 4000),
    ("{1}{1}25\n{100}{200}x", "100", 4000, 8000),
]
SPOKEN = [
    "我们10:30见", "see you at 5:30, then", "John 3:16 says", "3:2",
    "Meet at 10:30 PM", "10:30 pm is late", "5分22秒后他来了", "See you at 10:30",
    "it lasted 12s or so", "他跑了5分22秒", "version 1.2:30", "ratio 16:9",
    "12345:67", "MATT 5:3", "他00:05:22走了", "at 00:05:22 sharp",
]  # fmt: skip


@pytest.mark.parametrize(("text", "spelling", "ms"), SPELLINGS)
def test_a_time_is_read_in_every_spelling(text, spelling, ms):
    (code,) = find(text)
    assert (text[code.start : code.end], code.ms) == (spelling, ms)


@pytest.mark.parametrize(("text", "spelling", "start", "end"), RANGES)
def test_of_a_range_the_start_counts_and_the_end_is_kept(text, spelling, start, end):
    (code,) = find(text)
    assert (text[code.start : code.end], code.ms, code.until) == (spelling, start, end)


@pytest.mark.parametrize("text", SPOKEN)
def test_a_time_that_is_spoken_is_no_time_code(text):
    assert find(text) == []


def test_brackets_belong_to_the_code_but_not_to_its_spelling():
    (code,) = find("x\n【00:05:22】门")
    assert (code.outer, (code.start, code.end)) == ((2, 12), (3, 11))


def test_frames_are_counted_at_the_rate_that_is_given():
    text = "00:05:22:12"
    assert find(text, FrameRate(Fraction(50)))[0].ms == 322_240
    assert find(text, FrameRate.parse("23.976"))[0].ms == 322_823
    assert notes(find(text), None)
    assert notes(find(text, FrameRate(Fraction(50))), FrameRate(Fraction(50))) == ()


def test_a_semicolon_means_drop_frame():
    assert find("00;05;22;12")[0].ms == FrameRate.parse("29.97 DF").ms_at(
        FrameRate.parse("29.97 DF").frame_of("00:05:22:12")
    )


def test_a_frame_number_of_28_says_that_there_are_30_a_second():
    first, second = find("00:00:01:15\n00:00:02:28")
    assert (first.ms, second.ms) == (1500, 2933)


def test_frames_from_the_beginning_have_no_time_without_a_rate():
    text = "{123}{456}x"
    assert find(text)[0].ms is None
    assert find(text, FrameRate(Fraction(25)))[0].ms == 4920
    assert any("frame rate" in note for note in notes(find(text)))


def test_times_that_jump_back_are_noted_and_left_in_their_order():
    codes = find("[00:03] a\n[00:02] b")
    assert [code.ms for code in codes] == [3000, 2000]
    assert notes(codes) == ("The times are not in order: 00:00:02 stands after 00:00:03.",)


@given(texts)
def test_codes_stand_in_order_and_never_overlap(text):
    end = 0
    for code in find(text):
        assert end <= code.outer[0] <= code.start < code.end <= code.outer[1] <= len(text)
        end = code.outer[1]


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999), st.sampled_from(".,"))
def test_every_srt_time_reads_as_itself(hours, minutes, seconds, ms, mark):
    text = f"{hours:02}:{minutes:02}:{seconds:02}{mark}{ms:03}"
    (code,) = find(f"{text} --> {text}\n")
    assert code.ms == code.until == ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms


def test_an_hour_long_line_of_clocks_takes_linear_time():
    assert find("12:30 " * 50_000) != []
