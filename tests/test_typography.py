from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core import phrases, profiles, typography

TEXTS = st.text(
    st.sampled_from(
        "我们今天来谈谈字幕abc XYZ 123 ，。！？、：；“”（）《》—…·-'’.,!?()<>{}\\\n\tあいゃー한é🎬\u0301\u200b"
    )
)
NEVER_FIRST = set("，。、；：？！…）》”’」』】")
NEVER_LAST = set("（《“‘「『【")


@pytest.mark.parametrize(
    ("text", "language", "width"),
    [
        ("字幕", "zh", 2),
        ("iPhone手机", "zh", 5),  # six half-width letters count three
        ("我们，走。", "zh", 5),
        ("“好”……", "zh", 5),  # quotes and ellipses fill a cell in Chinese fonts
        ("A B", "zh-Hans", 1.5),
        ("Hello, world!", "en", 13),
        ("<i>Hello</i>", "en", 5),
        ("{\\an8}字幕", "zh", 2),
        ("cafe\u0301", "en", 4),  # an accent of its own is no character
        ("a\u200bb", "en", 2),
        ("字幕", "en", 2),
        ("", "en", 0),
    ],
)
def test_width_counts_as_a_style_guide_does(text: str, language: str, width: float) -> None:
    assert typography.width(text, language) == width


def test_reading_speed_is_width_a_second() -> None:
    assert typography.speed("一二三四五六七八九", "zh", 1000) == 9
    assert typography.speed("ten chars.", "en", 500) == 20
    assert typography.speed("x", "en", 0) == 1000


@settings(deadline=None)
@given(TEXTS)
def test_atoms_joined_are_the_text(text: str) -> None:
    assert "".join(typography.atoms(text)) == text


@settings(deadline=None)
@given(TEXTS)
def test_no_atom_starts_with_closing_or_ends_with_opening_punctuation(text: str) -> None:
    atoms = typography.atoms(text)
    assert not [atom for atom in atoms[1:] if atom[0] in NEVER_FIRST]
    assert not [atom for atom in atoms[:-1] if atom.rstrip()[-1:] in NEVER_LAST]


@pytest.mark.parametrize(
    ("text", "atoms"),
    [
        ("Hello, world! It’s fine", "Hello, |world! |It’s |fine"),
        ("a “quoted text” here—and on…", "a |“quoted |text” |here—|and |on…"),
        ("我们今天来谈谈字幕", "我们|今天|来|谈谈|字幕"),
        ("看《西游记》，好吗？", "看|《西游记》，|好|吗？"),
        ("用iPhone 15拍", "用|iPhone |15|拍"),
        ("乔治·华盛顿来了", "乔治·华盛顿|来|了"),
        ("<i>你好</i>，朋友", "<i>你好</i>，|朋友"),
        ("他说：“不知道……”然后走", "他|说：|“不|知道……”|然后|走"),
        ("“hi”.", "“hi”."),
        ("5 < 6 {maybe}", "5 |< |6 |{maybe}"),
        ("", ""),
    ],
)
def test_atoms_are_words_with_their_punctuation(text: str, atoms: str) -> None:
    assert "|".join(typography.atoms(text)) == atoms


@settings(deadline=None)
@given(TEXTS, st.sampled_from(["en", "zh", "es"]), st.sampled_from(profiles.names()))
def test_lines_keep_every_character_and_never_number_more_than_allowed(text: str, language: str, name: str) -> None:
    atoms = typography.atoms(text.replace("\n", " "))
    limits = profiles.find(name).limits(language)
    laid_out = typography.lines(atoms, phrases.costs(atoms, language), language, limits)
    assert "".join(laid_out.split()) == "".join(text.split())
    assert laid_out.count("\n") < limits.lines


@settings(deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=14))
def test_a_text_that_can_fit_in_its_lines_does(lengths: list[int]) -> None:
    atoms = ["x" * length + " " for length in lengths]
    limits = profiles.find("vertical").limits("en")
    rows = typography.lines(atoms, phrases.costs(atoms, "en"), "en", limits).split("\n")
    possible = any(
        sum(lengths[:k]) + k - 1 <= limits.characters and sum(lengths[k:]) + len(lengths) - k - 1 <= limits.characters
        for k in range(1, len(lengths) + 1)
    )
    assert (max(map(len, rows)) <= limits.characters) == possible


def test_netflix_punctuation_takes_chinese_stops_out() -> None:
    assert typography.spaced("我来了，我看见了。\n你呢？好……3,5") == "我来了 我看见了\n你呢？好⋯3,5"
    assert typography.spaced("e.g. this, that.") == "e.g. this, that."


def test_joining_lines_puts_no_space_between_chinese_characters() -> None:
    assert typography.joined("我们\n走吧，\n好 吗") == "我们走吧，好 吗"
    assert typography.joined("one\n two \nthree") == "one two three"
    assert typography.joined("用\niPhone") == "用 iPhone"
