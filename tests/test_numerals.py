from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.numerals import canonical, dates, numerals, written


@pytest.mark.parametrize(
    ("text", "source", "target", "wanted"),
    [
        ("3 million people", "en", "zh", "300万"),
        ("1.5 billion", "en", "zh", "15亿"),
        ("2,500 thousand", "en", "zh", "250万"),
        ("3百人", "zh", "en", "300"),
        ("2万亿", "zh", "en", "2,000 billion"),
        ("$7.25", "en", "zh", "$7.25"),
        ("30 ℃", "zh", "en", "30 ℃"),
        ("9" * 400 + " million", "en", "zh", "9" * 400),
    ],
)
def test_numbers_are_written_as_the_other_language_does(text: str, source: str, target: str, wanted: str) -> None:
    assert [number.target for number in numerals(text, source, target)] == [wanted]


@pytest.mark.parametrize(
    ("digits", "target", "said"),
    [("2", "zh", "两"), ("12", "zh", "十二"), ("40", "zh", "四十"), ("21", "en", "twenty-one"), ("3", "en", "third")],
)
def test_small_numbers_may_be_said_in_words(digits: str, target: str, said: str) -> None:
    (number,) = numerals(digits, "en", target)
    assert said in number.accepted


@pytest.mark.parametrize("text", ["on the 3rd", "at 5 o'clock", "10am", "the 1990s", "3月", "5点", "8日"])
def test_dates_times_and_ordinals_are_not_plain(text: str) -> None:
    assert not any(number.plain for number in numerals(text, "zh", "en"))


@pytest.mark.parametrize(
    ("text", "source", "target", "wanted"),
    [
        ("今天是2024年3月5日。", "zh", "en", "March 5, 2024"),
        ("12月25号见", "zh", "en", "December 25"),
        ("2024年的电影", "zh", "en", "2024"),
        ("on March 5th, 2024.", "en", "zh", "2024年3月5日"),
        ("on the 5th of March", "en", "zh", "3月5日"),
    ],
)
def test_a_date_is_one_thing_and_is_written_as_the_other_language_does(
    text: str, source: str, target: str, wanted: str
) -> None:
    assert [date.target for date in dates(text, source, target)] == [wanted]


@pytest.mark.parametrize("text", ["2000年前", "3年", "1990年代", "99月99日", "May I?"])
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert list(dates(text, "zh" if "年" in text or "月" in text else "en", "en")) == []


@given(st.integers(0, 10**12))
def test_grouping_and_width_do_not_make_another_number(value: int) -> None:
    wide = str(value).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert canonical(f"{value:,}") == canonical(str(value)) == canonical(wide) == str(value)
    assert written(f"有{wide}个") == [str(value)]


@given(st.text(max_size=40), st.sampled_from(["en", "zh"]))
def test_places_are_places_in_the_text(text: str, source: str) -> None:
    for number in numerals(text, source, "zh" if source == "en" else "en"):
        assert 0 <= number.start < number.end <= len(text)
        assert any(character.isdigit() for character in text[number.start : number.end])
