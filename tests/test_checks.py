from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core import checks, profiles
from plugin_core.checks import Problem, check
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Word

NETFLIX = profiles.find("netflix")


def cue(text: str = "Good morning.", start: int = 0, end: int = 2000, *, target: str = "", **more: object) -> Cue:
    texts = (text, target) if target else (text,)
    return Cue(str(more.pop("id", f"c{start}")), start, end, texts, **more)  # type: ignore[arg-type]


def document(*cues: Cue, languages: tuple[str, ...] = ("en",)) -> Document:
    return Document(languages=languages, cues=cues)


def codes(*cues: Cue, languages: tuple[str, ...] = ("en",), **options: object) -> list[str]:
    return [problem.code for problem in check(document(*cues, languages=languages), NETFLIX, **options)]  # type: ignore[arg-type]


def only(*cues: Cue, languages: tuple[str, ...] = ("en",), **options: object) -> Problem:
    (problem,) = check(document(*cues, languages=languages), NETFLIX, **options)  # type: ignore[arg-type]
    return problem


def test_a_good_cue_has_no_problem() -> None:
    assert codes(cue(), cue("Did you sleep well?", 2084, 4000)) == []
    assert codes(cue("早上好。"), languages=("zh",)) == []
    assert codes(cue("早上好。", target="Good morning."), languages=("zh", "en")) == []


def test_reading_speed_is_judged_in_the_language_of_the_text() -> None:
    problem = only(cue("x" * 41))
    assert (problem.code, problem.value, problem.limit, problem.language) == ("reading-speed", 20.5, 20, "en")
    assert problem.message == "Must be read at 20.5 characters a second; the limit is 20."
    assert codes(cue("一二三四五六七八九"), languages=("zh",)) == []
    assert codes(cue("一二三四五六七八九十", 0, 1000), languages=("zh",)) == ["reading-speed"]


def test_lines_are_measured_and_counted() -> None:
    wide = only(cue("x" * 43, 0, 5000))
    assert (wide.code, wide.value, wide.limit) == ("line-length", 43, 42)
    assert codes(cue("one\ntwo\nthree")) == ["lines"]
    half_width = only(cue("12345678901234567890123456789012一", 0, 5000), languages=("zh",))
    assert (half_width.code, half_width.value) == ("line-length", 17)


def test_markup_is_not_counted() -> None:
    assert codes(cue("<i>" + "x" * 42 + "</i>", 0, 5000)) == []


def test_durations_are_judged_in_frames_where_there_are_frames() -> None:
    at_24, at_30 = FrameRate(Fraction(24)), FrameRate(Fraction(30000, 1001))
    assert codes(cue("Yes.", 0, 833)) == []
    assert codes(cue("Yes.", 0, 832)) == ["too-short"]
    assert codes(cue("Yes.", 0, at_24.ms_at(20)), frame_rate=at_24) == []
    assert codes(cue("Yes.", 0, at_24.ms_at(19)), frame_rate=at_24) == ["too-short"]
    assert codes(cue("Yes.", 0, at_30.ms_at(25)), frame_rate=at_30) == []
    assert codes(cue("Yes.", 0, 7000)) == []
    problem = only(cue("Yes.", 0, 7001))
    assert (problem.code, problem.value, problem.limit) == ("too-long", 7001, 7000)


def test_gaps_and_overlaps_are_found_at_the_later_cue() -> None:
    first = cue("One.", 0, 2000)
    assert codes(first, cue("Two.", 2083, 4000)) == []
    gap, overlap = only(first, cue("Two.", 2040, 4000)), only(first, cue("Two.", 1900, 4000))
    assert (gap.cue_id, gap.code, gap.value, gap.limit) == ("c2040", "gap", 40, 83)
    assert (overlap.cue_id, overlap.code, overlap.value) == ("c1900", "overlap", 100)
    assert codes(first, cue("Two.", 2080, 4000), frame_rate=FrameRate(Fraction(25))) == []  # two frames at 25


@pytest.mark.parametrize(
    ("start", "end", "spoken", "crosses"),
    [
        (1000, 3000, 2900, False),  # a second either side
        (1000, 2300, 2300, True),  # ends 300 ms after the cut
        (1800, 4000, 4000, True),  # begins 200 ms before it
        (1000, 3000, 1900, True),  # stays although the speech is over
        (2000, 4000, 4000, False),  # begins on the cut
        (500, 1917, 1900, False),  # ends two frames before it
    ],
)
def test_a_cue_crosses_a_cut_only_with_its_speech(start: int, end: int, spoken: int, crosses: bool) -> None:
    words = (Word(start, spoken, "Hello."),)
    assert codes(cue("Hello.", start, end, words=words), cuts=[2000]) == ["crosses-cut"] * crosses


def test_a_profile_without_zones_does_not_look_at_cuts() -> None:
    assert check(document(cue("Hello.", 1000, 3000)), profiles.find("ted"), cuts=[2000]) == ()


def test_an_empty_cue_is_only_that() -> None:
    assert codes(cue("  \n")) == ["empty"]


def test_a_missing_translation_is_named_with_its_language() -> None:
    problem = only(Cue("a", 0, 2000, ("早上好。", "")), languages=("zh", "en"))
    assert (problem.code, problem.language) == ("untranslated", "en")


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        ("We will meet again.", "We will meet again!", ["untranslated"]),
        ("OK", "OK", []),
        ("Michael Jordan", "Michael Jordan", []),
        ("1984", "1984", []),
        ("We will meet again.", "Nos volveremos a ver.", []),
    ],
)
def test_a_translation_that_is_its_source_is_found(source: str, target: str, found: list[str]) -> None:
    assert codes(cue(source, target=target), languages=("en", "es")) == found


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("we will see each other", "zh", ["wrong-script"]),
        ("NBA", "zh", []),
        ("我们用iPhone拍", "zh", []),
        ("我们后天晚上再见 ok", "en", ["wrong-script"]),
        ("Say 你好 to them", "en", []),
    ],
)
def test_the_script_must_fit_the_language(text: str, language: str, found: list[str]) -> None:
    assert codes(cue(text, 0, 5000), languages=(language,)) == found


def test_a_cue_in_another_language_than_its_column_is_judged_by_its_tag() -> None:
    tagged = cue("we will see each other again", tags=("lang:en",))
    assert codes(tagged, languages=("zh",)) == []
    assert codes(cue("we will see each other again"), languages=("zh",)) == ["wrong-script"]


@dataclass(frozen=True)
class Term:
    source: str
    target: str


class Glossary:
    def missing(self, source_text: str, target_text: str, source_language: str, target_language: str) -> list[Term]:
        assert (source_language, target_language) == ("zh", "en")
        return [Term("达芬奇", "DaVinci")] if "达芬奇" in source_text and "DaVinci" not in target_text else []


def test_missing_terms_of_the_glossary_are_named() -> None:
    good, bad = cue("打开达芬奇。", target="Open DaVinci."), cue("打开达芬奇。", target="Open it.")
    assert codes(good, languages=("zh", "en"), glossary=Glossary()) == []
    problem = only(bad, languages=("zh", "en"), glossary=Glossary())
    assert problem.code == "glossary"
    assert problem.message == "The translation lacks 1 term of the glossary: 达芬奇 = DaVinci."


def test_unsure_words_are_named() -> None:
    words = (Word(0, 500, "Good", 0.9), Word(500, 1200, " mourning.", 0.31))
    problem = only(cue("Good mourning.", words=words))
    assert (problem.code, problem.value, problem.limit) == ("low-confidence", 0.31, 0.5)
    assert problem.message == "The recogniser was not sure of 1 of 2 words: mourning. (31%)."


def test_a_text_said_again_and_again_is_found() -> None:
    found = check(document(*(cue("Thank you.", 3000 * n, 3000 * n + 2000) for n in range(3))), NETFLIX)
    assert [(problem.code, problem.value) for problem in found] == [("repeated", 2), ("repeated", 3)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thanks for watching!", "en"),
        ("Subtitles by the Amara.org community", "en"),
        ("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", "zh"),
        ("字幕由志愿者提供", "zh"),
        ("no no no no no no", "en"),
        ("我们走我们走我们走我们走", "zh"),
    ],
)
def test_what_recognisers_invent_is_suspected(text: str, language: str) -> None:
    heard = cue(text, 0, 6000, words=(Word(0, 6000, text),))
    assert "hallucination" in codes(heard, languages=(language,))
    assert "hallucination" not in codes(cue(text, 0, 6000), languages=(language,))  # a person wrote this


def test_speech_faster_than_anyone_speaks_is_suspected() -> None:
    heard = cue("This sentence was never spoken.", 0, 3000, words=(Word(0, 200, "This sentence was never spoken."),))
    assert codes(heard) == ["hallucination"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("(laughs", 1),
        ("<i>Hello", 1),
        ("“Yes", 1),
        ('"Yes', 1),
        ("《West", 1),
        ("<b>(a</b>", 1),
        ("<v Tom>Hi (a)", 0),
        ("a < b", 0),
    ],
)
def test_brackets_quotes_and_tags_need_partners(text: str, count: int) -> None:
    assert codes(cue(text)) == ["brackets"] * count


def test_chinese_stops_at_line_ends_matter_only_to_profiles_that_leave_them_out() -> None:
    texts = document(cue("我来了，\n你也来吧。"), languages=("zh",))
    assert [p.code for p in check(texts, profiles.find("netflix", punctuation="spaces"))] == ["punctuation"]
    assert check(texts, NETFLIX) == ()


TEXTS = st.text("abc 我了，。…“”（)<i>/'\n1", max_size=60)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 9000), TEXTS, TEXTS, st.floats(0, 1)), max_size=8),
    st.lists(st.integers(0, 9000), max_size=4),
)
def test_any_document_can_be_checked_and_every_message_is_a_sentence(
    rows: Sequence[tuple[int, int, str, str, float]], cuts: list[int]
) -> None:
    cues = [
        Cue(str(n), start, start + length, (a, b), (Word(start, start + length, a, sure),))
        for n, (start, length, a, b, sure) in enumerate(rows)
    ]
    ordered = tuple(sorted(cues, key=lambda cue: (cue.start, cue.end, cue.id)))
    made = Document(languages=("en", "zh"), cues=ordered)
    for problem in check(made, NETFLIX, cuts=cuts, frame_rate=FrameRate(Fraction(25))):
        assert re.fullmatch(r"[A-Z“][^\x00]*[.]", problem.message, re.DOTALL)
        assert problem.code in str(checks.__doc__)
        assert problem.cue_id in {cue.id for cue in cues}
