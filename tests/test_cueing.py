from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core import cueing, profiles, typography
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Word
from plugin_core.profiles import Limits
from plugin_core.protocol import Chunk

NETFLIX = profiles.find("netflix")


def spoken(text: str, language: str, *, start: int = 0, pause: int = 0) -> list[Word]:
    """*text* said evenly at 15 characters (English) or 5 (Chinese) a second, with *pause* ms at sentence ends."""
    pieces = re.findall(r"[A-Za-z0-9]+[，。！？]?|\S[，。！？、：；”》]*", text) if language == "zh" else text.split()
    words: list[Word] = []
    for piece in pieces:
        lead = " " if words and language != "zh" else ""
        end = start + round(typography.width(lead + piece, language) * (200 if language == "zh" else 67))
        words.append(Word(start, end, lead + piece))
        start = end + (pause if piece[-1] in ".!?。！？" else 0)
    return words


def shown(cues: Sequence[Cue], column: int = 0) -> str:
    return "\n".join(cue.texts[column].replace("\n", " / ") for cue in cues)


def table(text: str) -> list[str]:
    return [row for row in dedent(text).strip().split("\n") if row]


ENGLISH_LINES = table("""
    I think we should leave now / before it gets too dark outside.
    She told me that the new doctor / was not going to be there on Monday.
    He walked into the room / and sat down next to the old woman.
    The president of the United States / will visit New York next week.
    If you don't tell me what happened, / I can't help you at all.
    I've never seen anything like this / in my entire life, believe me.
    My brother-in-law bought / a very expensive car for his second wife.
    Because of the heavy rain, / the match was called off by the referee.
    You know that I would have done / exactly the same thing for you.
    Dr. Emily Watson and her team / have been working on it for ten years.
    What are you going to do / with all the money that you have saved?
    They didn't want to give up, / but they had no other choice in the end.
    It is one of the most beautiful places / I have ever visited.
    "We have to go back," he whispered, / "or we will lose everything."
    I was wondering whether you could / look after the children tonight.
    We were told to wait outside / until somebody came to pick us up.
    Could you please turn down the music? / I'm trying to sleep over here.
    Nobody knows exactly how many species live / at the bottom of the ocean.
    The company announced that it would close / three of its five factories.
    Are you sure?
    That was the first time / I had ever spoken to him in French.
    In 1969, Neil Armstrong became / the first man to walk on the Moon.
    I don't know who you are or what you want, / but I will find you.
    The old man who lives next door / is a retired fighter pilot.
    """)
CHINESE_LINES = table("""
    如果你不告诉我发生了什么事， / 我就帮不了你。
    因为昨天晚上下了一场大雨， / 所以比赛被取消了。
    他从来没有想过 / 自己会成为一名医生。
    中国的首都北京 / 是一座有着三千多年历史的城市。
    这本书的作者 / 是一位来自南京的年轻老师。
    她打开窗户， / 看见外面站着三个不认识的人。
    我从小就喜欢看 / 《西游记》里孙悟空的故事。
    虽然我们都很累， / 但是没有一个人想要放弃。
    他问我： / “你什么时候才能把钱还给我？”
    科学家们正在研究 / 如何让人类在火星上生活。
    请在下午五点三十分之前 / 把报告发到我的邮箱。
    她在上海工作了十五年以后 / 决定回到家乡。
    这个问题比我们想象的要复杂得多。
    苹果公司在2007年发布了 / 第一代iPhone手机。
    我们不但要学会说话， / 而且要学会倾听别人。
    老师让学生们 / 把课本翻到第二十三页。
    关于这件事情， / 我没有什么可以告诉你的。
    他把所有的时间都花在了 / 照顾病人和写作上。
    你知道这附近有没有 / 便宜一点的餐馆吗？
    乔治·华盛顿 / 是美国历史上的第一位总统。
    没关系。
    只要大家一起努力， / 就没有什么做不到的事情。
    由于天气原因，飞往广州的航班 / 将推迟两个小时起飞。
    我妈妈做的红烧肉 / 是世界上最好吃的菜。
    """)


@pytest.mark.parametrize(
    ("row", "language"), [*((row, "en") for row in ENGLISH_LINES), *((row, "zh") for row in CHINESE_LINES)]
)
def test_lines_break_where_a_subtitler_breaks_them(row: str, language: str) -> None:
    whole = row.replace(" / ", " " if language == "en" else "")
    assert cueing.break_lines(whole, language, NETFLIX).replace("\n", " / ") == row


@pytest.mark.parametrize(
    ("row", "language"), [*((row, "en") for row in ENGLISH_LINES), *((row, "zh") for row in CHINESE_LINES)]
)
def test_breaking_lines_again_changes_nothing(row: str, language: str) -> None:
    assert cueing.break_lines(row.replace(" / ", "\n"), language, NETFLIX).replace("\n", " / ") == row


def test_a_dialogue_keeps_its_lines() -> None:
    assert cueing.break_lines("-Are you sure?\n-I am.", "en", NETFLIX) == "-Are you sure?\n-I am."


def test_empty_text_stays_empty() -> None:
    assert cueing.break_lines(" \n ", "en", NETFLIX) == ""


def test_a_text_too_long_for_any_cue_keeps_all_its_words_in_the_allowed_lines() -> None:
    text = "a very long translation " * 6
    rows = cueing.break_lines(text, "en", NETFLIX).split("\n")
    assert len(rows) == 2
    assert " ".join(rows).split() == text.split()


def test_three_lines_are_used_only_where_two_do_not_do() -> None:
    three = replace(NETFLIX, languages={"default": Limits(25, 3, 20, 17)})
    short, long = "We were told to wait outside.", "It is one of the most beautiful places I have ever visited."
    assert cueing.break_lines(short, "en", three) == "We were told\nto wait outside."
    assert cueing.break_lines(long, "en", three) == "It is one of the most\nbeautiful places\nI have ever visited."


def test_netflix_punctuation_is_an_option() -> None:
    spaces = profiles.find("netflix", punctuation="spaces")
    text = "我已经来了，你也来吧。他说今天不来……"
    assert cueing.break_lines(text, "zh", NETFLIX) == "我已经来了，你也来吧。\n他说今天不来……"
    assert cueing.break_lines(text, "zh", spaces) == "我已经来了 你也来吧\n他说今天不来⋯"
    assert cueing.break_lines("我 来了", "zh", spaces) == "我 来了"
    assert cueing.break_lines("我来了，你也来吧。他说不来……", "zh", spaces) == "我来了 你也来吧 他说不来⋯"
    assert cueing.break_lines("Yes, I do.", "en", spaces) == "Yes, I do."


def test_restyling_a_document_lays_out_every_column() -> None:
    texts = ("我已经来了，你也来吧。他说今天不来……", "I have come, now you come too. He says not today.")
    document = Document(languages=("zh", "en"), cues=(Cue("a", 0, 4000, texts),))
    styled = cueing.restyle(document, profiles.find("netflix", punctuation="spaces"))
    assert styled.cues[0].texts == (
        "我已经来了 你也来吧\n他说今天不来⋯",
        "I have come, now you come too.\nHe says not today.",
    )
    assert cueing.restyle(styled, profiles.find("netflix", punctuation="spaces")) == styled


# --- words to cues ------------------------------------------------------------------------------------------

SPEECHES = [
    (
        "en",
        """
        We are committed to the notion
        that everyone should have an opportunity / to participate in higher education.
        It does not matter where you come from / or how much money your parents have.
        """,
    ),
    (
        "en",
        """
        Yesterday, the mayor of London announced
        that the city would build two new bridges / over the river by the end of 2030.
        Not everybody is happy about that.
        """,
    ),
    (
        "en",
        """
        Where were you last night?
        I waited for more than an hour / in front of the cinema.
        """,
    ),
    (
        "zh",
        """
        我们一直坚信， / 每个人都应该有机会获得高等教育。
        不管你来自哪里， / 也不管你的父母有多少钱。
        """,
    ),
    (
        "zh",
        """
        昨天，市长宣布这座城市 / 将在2030年之前修建两座新的大桥。
        不过，并不是每个人 / 都为此感到高兴。
        """,
    ),
    (
        "zh",
        """
        你昨天晚上去哪里了？
        我在电影院门口等了你一个多小时。
        """,
    ),
]


@pytest.mark.parametrize(("language", "expected"), SPEECHES)
def test_speech_is_cut_where_a_subtitler_cuts_it(language: str, expected: str) -> None:
    rows = table(expected)
    glue = " " if language == "en" else ""
    whole = glue.join(row.replace(" / ", glue) for row in rows)
    cues = cueing.build(spoken(whole, language, pause=300), language, NETFLIX)
    assert shown(cues) == "\n".join(rows)


WORDS = st.lists(
    st.builds(
        Word,
        st.integers(-1000, 100_000),
        st.integers(-1000, 100_000),
        st.text("我的了们三个abc ABC12.,，。！？“”《》'-\n", max_size=9) | st.just("x" * 60) | st.just("字" * 40),
        st.floats(0, 1),
    ),
    max_size=30,
)


@settings(deadline=None)
@given(WORDS, st.sampled_from(["en", "zh", "es"]), st.sampled_from(profiles.names()), st.lists(st.integers(0, 99_000)))
def test_every_word_is_in_exactly_one_cue_in_order(
    words: list[Word], language: str, name: str, cuts: list[int]
) -> None:
    cues = cueing.build(words, language, profiles.find(name), cuts=cuts, frame_rate=FrameRate(Fraction(25)))
    kept = [word for cue in cues for word in cue.words]
    assert kept == words
    said, written = "".join(word.text for word in words), "".join(cue.texts[0] for cue in cues)
    assert "".join(written.split()) == "".join(said.split())


@settings(deadline=None)
@given(WORDS, st.sampled_from(["en", "zh"]))
def test_cues_of_any_words_make_a_document(words: list[Word], language: str) -> None:
    cues = cueing.build(words, language, NETFLIX, column=1, n_columns=2)
    document = Document(languages=("xx", language), cues=cues)
    assert all(cue.texts[0] == "" for cue in document.cues)
    assert all(following.start - cue.end >= 83 for cue, following in pairwise(document.cues))


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["we", "all", "know", "that", "the", "red", "house", "is", "old", "."]), min_size=1, max_size=60
    ),
    st.data(),
)
def test_ordinary_speech_keeps_the_limits_of_lines_and_duration(tokens: list[str], data: st.DataObject) -> None:
    words, now = [], 0
    for token in tokens:
        now += data.draw(st.sampled_from([0, 0, 0, 120, 900, 3000]))
        words.append(Word(now, now + 60 * len(token) + 100, " " + token))
        now = words[-1].end
    limits = NETFLIX.limits("en")
    for cue in cueing.build(words, "en", NETFLIX):
        rows = cue.texts[0].split("\n")
        assert len(rows) <= limits.lines
        assert max(map(len, rows)) <= limits.characters
        assert cue.duration <= NETFLIX.max_duration


def test_no_words_make_no_cues() -> None:
    assert cueing.build([], "en", NETFLIX) == ()
    assert cueing.build_chunks([], NETFLIX, main_language="en") == ()


def test_a_long_pause_ends_a_cue_even_in_mid_phrase() -> None:
    words = [Word(0, 300, "in"), Word(300, 500, " the"), Word(2600, 3000, " end")]
    assert shown(cueing.build(words, "en", NETFLIX)) == "in the\nend"


def test_a_word_wider_than_a_cue_stands_alone_and_whole() -> None:
    words = [Word(0, 500, "so"), Word(500, 4000, " " + "x" * 100), Word(4000, 4500, " what")]
    texts = [cue.texts[0] for cue in cueing.build(words, "en", NETFLIX)]
    assert "x" * 100 in texts


def test_chinese_words_are_never_split_between_cues() -> None:
    text = (
        "可获得性需要所有高等教育相关人士的积极参与技术供应商等等"
        "如果所有人都能把自己的部分做好我们就可以给所有人提供一个平等参与的机会"
    )
    ends = set()
    for word in typography.chinese_words(text):
        ends.add(len(word) + max(ends, default=0))
    at = 0
    for cue in cueing.build(spoken(text, "zh"), "zh", NETFLIX):
        for row in cue.texts[0].split("\n"):
            at += len(row)
            assert at in ends


def test_a_cue_never_spans_a_change_of_language() -> None:
    chinese, english = spoken("大家好，", "zh"), spoken("welcome back.", "en", start=850)
    chunks = [Chunk(850, 2000, "en", tuple(english)), Chunk(0, 800, "zh", tuple(chinese))]
    cues = cueing.build_chunks(chunks, NETFLIX, languages=("zh", "en"))
    assert [cue.texts for cue in cues] == [("大家好，", ""), ("", "welcome back.")]
    assert [cue.tags for cue in cues] == [(), ("lang:en",)]


def test_a_language_the_document_lacks_stands_first_with_a_tag() -> None:
    chinese, english = spoken("大家好", "zh"), spoken("hello", "en", start=900)
    chunks = [Chunk(0, 800, "zh", tuple(chinese)), Chunk(900, 2000, "en", tuple(english))]
    cues = cueing.build_chunks(chunks, NETFLIX, main_language="zh")
    assert [(cue.texts, cue.tags) for cue in cues] == [(("大家好",), ()), (("hello",), ("lang:en",))]


def test_chunks_that_meet_in_mid_sentence_are_cued_as_one() -> None:
    words = spoken("We want to make sure that we can help you.", "en")
    chunks = [Chunk(0, 1, "en", tuple(words[:4])), Chunk(1, 2, "en", tuple(words[4:]))]
    assert shown(cueing.build_chunks(chunks, NETFLIX)) == shown(cueing.build(words, "en", NETFLIX))


def test_chunks_whose_words_lost_their_space_are_still_apart() -> None:
    chunks = [Chunk(0, 500, "en", (Word(0, 500, "Good"),)), Chunk(500, 900, "en", (Word(500, 900, "morning."),))]
    assert shown(cueing.build_chunks(chunks, NETFLIX)) == "Good morning."


def test_a_shot_cut_in_a_pause_ends_a_cue() -> None:
    later = [Word(2300, 2500, " and"), Word(2500, 3400, " tell me what you see.")]
    words = [*spoken("Look at the house over there", "en"), *later]
    assert len(cueing.build(words, "en", NETFLIX)) == 1
    first, second = cueing.build(words, "en", NETFLIX, cuts=[2200])
    assert (first.end, second.start) == (2200 - 83, 2200)


def test_children_get_fewer_words_at_a_time_where_there_is_time() -> None:
    words = spoken("The dog ran home. The cat sat down. The bird flew away.", "en", pause=700)
    children = cueing.build(words, "en", profiles.find("netflix", children=True))
    assert len(children) >= len(cueing.build(words, "en", NETFLIX))


def test_time_is_linear_in_the_number_of_words() -> None:
    """The number of layouts looked at for each word does not grow with the speech."""
    calls = 0
    layout = typography.Run.layout

    def counted(self: typography.Run, *args: int) -> object:
        nonlocal calls
        calls += 1
        return layout(self, *args)

    looks = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typography.Run, "layout", counted)
        for times in (20, 80):
            calls = 0
            words = spoken("we all know that the red house is old and grey " * times, "en")
            cueing.build(words, "en", NETFLIX)
            looks.append(calls / len(words))
    assert looks[1] < looks[0] * 1.1
