"""The editing verbs: pure, stable ids, invariants kept after any sequence; words follow the text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core import edits
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Mark, Word
from plugin_core.errors import DocumentError
from plugin_core.realign import realign

ENGLISH = (
    Word(0, 400, "Hello", 0.9),
    Word(500, 900, " world,", 0.5),
    Word(1000, 1400, " how", 0.8),
    Word(1400, 1900, " are", 0.8),
    Word(1900, 2400, " you?", 0.7),
)
CHINESE = tuple(Word(n * 200, n * 200 + 200, text, 0.9) for n, text in enumerate("今天天气很好我们去公园"))
CUE = Cue("a", 0, 2500, ("Hello world, how are you?", "世界你好，你好吗？"), ENGLISH, "Anna", "narrator", ("i",))
LATER = Cue("b", 3000, 4000, ("Fine.", "很好。"))
DOCUMENT = Document(languages=("en", "zh"), cues=(CUE, LATER), marks=(Mark("m", "music", 100, 200, "piano"),))


def text_of(words: tuple[Word, ...]) -> str:
    return "".join(word.text for word in words).strip()


def bare(text: str) -> str:
    return "".join(text.split())


# -- texts and languages ---------------------------------------------------------------------------


def test_a_text_that_is_set_unchecked_gives_a_document_that_stands_every_check() -> None:
    made = edits.set_text(DOCUMENT, "b", "zh", "好的。")
    assert made == replace(DOCUMENT, cues=(CUE, replace(LATER, texts=("Fine.", "好的。"))))
    assert (made.column("zh"), made.marks, made.media) == (1, DOCUMENT.marks, DOCUMENT.media)
    assert edits.set_text(made, "b", "zh", "好的。") is made


def test_cues_and_marks_are_added_in_order_of_time() -> None:
    early, mark = Cue("c", 2600, 2700, ("Oh", "哦")), Mark("n", "note", 0, 10, "")
    assert [cue.id for cue in edits.add_cues(DOCUMENT, [early]).cues] == ["a", "c", "b"]
    assert [item.id for item in edits.add_marks(DOCUMENT, [mark]).marks] == ["n", "m"]


def test_a_cue_or_mark_is_deleted_by_its_id() -> None:
    assert edits.delete(DOCUMENT, ["a", "m"]) == Document(languages=("en", "zh"), cues=(LATER,))


def test_a_translation_is_set_without_touching_words_or_times() -> None:
    changed = edits.set_text(DOCUMENT, "a", "zh", "喂")
    assert changed.cues[0] == CUE.with_text(1, "喂")


def test_the_words_of_the_spoken_text_follow_it() -> None:
    cue = edits.set_text(DOCUMENT, "a", "en", "Hello world,\nwho are you?").cues[0]
    assert cue.texts == ("Hello world,\nwho are you?", CUE.texts[1])
    assert text_of(cue.words) == "Hello world, who are you?"
    assert cue.words[:2] == ENGLISH[:2]


def test_many_texts_are_set_at_once() -> None:
    changed = edits.set_texts(DOCUMENT, "zh", {"a": "一", "b": "二"})
    assert [cue.texts[1] for cue in changed.cues] == ["一", "二"]


def test_rows_that_somebody_knows_change_nothing_but_the_time_it_takes() -> None:
    texts = {"b": "二", "a": "一"}
    rows = {"a": 0, "b": 1, "m": 0}
    known = edits.set_texts(DOCUMENT, "zh", texts, lambda key: rows.get(key, -1))
    assert known == edits.set_texts(DOCUMENT, "zh", texts)
    for wrong in ("m", "nobody"):
        with pytest.raises(DocumentError):
            edits.set_texts(DOCUMENT, "zh", {wrong: "一"}, lambda key: rows.get(key, -1))


def test_cues_are_added_in_their_places_one_by_one_or_all_together() -> None:
    few = [Cue(f"n{number}", number * 311 % 4000, 5000, ("", "")) for number in range(edits.FEW)]
    many = [*few, Cue("last", 10, 20, ("", ""))]
    assert edits.add_cues(edits.add_cues(DOCUMENT, few), many[-1:]) == edits.add_cues(DOCUMENT, many)
    with pytest.raises(DocumentError):
        edits.add_cues(DOCUMENT, [CUE])


def test_a_language_is_added_filled_and_removed() -> None:
    more = edits.add_language(DOCUMENT, "fr", {"b": "Bien."})
    assert [cue.texts[2] for cue in more.cues] == ["", "Bien."]
    assert edits.remove_language(more, "fr") == DOCUMENT


def test_without_the_spoken_language_there_are_no_words() -> None:
    left = edits.remove_language(DOCUMENT, "en")
    assert left.languages == ("zh",)
    assert left.cues[0].texts == ("世界你好，你好吗？",)
    assert left.cues[0].words == ()


def test_find_and_replace_counts_and_keeps_words() -> None:
    changed, count = edits.replace_all(DOCUMENT, "WORLD", "earth", match_case=False)
    assert count == 1
    assert changed.cues[0].texts[0] == "Hello earth, how are you?"
    assert changed.cues[0].words[1] == Word(500, 900, " earth,", 1.0)


def test_find_and_replace_may_keep_to_one_language_and_use_patterns() -> None:
    changed, count = edits.replace_all(DOCUMENT, r"(你)好", r"\1们好", language="zh", regex=True)
    assert (changed.cues[0].texts[1], count) == ("世界你们好，你们好吗？", 2)
    assert edits.replace_all(DOCUMENT, "好", "x", language="en") == (DOCUMENT, 0)


def test_a_replacement_is_taken_literally_unless_it_is_a_pattern() -> None:
    assert edits.replace_all(DOCUMENT, "Fine.", r"\1\g<2>")[0].cues[1].texts[0] == r"\1\g<2>"


@pytest.mark.parametrize(("find", "new"), [("", "x"), ("(", "x"), ("x*", "y"), ("Fine", r"\9"), ("Fine", r"\g<a>")])
def test_a_pattern_that_cannot_be_used_is_a_sentence(find: str, new: str) -> None:
    with pytest.raises(DocumentError) as caught:
        edits.replace_all(DOCUMENT, find, new, regex=True)
    assert caught.value.code == "edit.find"


# -- time ------------------------------------------------------------------------------------------


def test_retiming_keeps_the_words_where_they_were_spoken_and_the_order() -> None:
    changed = edits.retime(DOCUMENT, "a", start=3500, end=5000)
    assert [(cue.id, cue.start, cue.end) for cue in changed.cues] == [("b", 3000, 4000), ("a", 3500, 5000)]
    assert changed.cues[1].words == ENGLISH


def test_shifting_moves_cues_words_and_marks() -> None:
    changed = edits.shift(DOCUMENT, 1000)
    assert (changed.cues[0].start, changed.cues[0].words[0].start, changed.marks[0].start) == (1000, 1000, 1100)
    assert edits.shift(changed, -1000) == DOCUMENT


def test_shifting_some_moves_only_those() -> None:
    changed = edits.shift(DOCUMENT, -1000, ["b"])
    assert [cue.start for cue in changed.cues] == [0, 2000]
    assert changed.marks == DOCUMENT.marks


def test_snapped_cues_begin_and_end_on_frames_and_none_vanishes() -> None:
    rate = FrameRate.parse("23.976")
    short = edits.add_cues(DOCUMENT, [Cue("s", 5001, 5003, ("", ""))])
    for cue in edits.snap(short, rate).cues:
        assert (rate.snap(cue.start), rate.snap(cue.end)) == (cue.start, cue.end)
        assert cue.end > cue.start


# -- split and join --------------------------------------------------------------------------------


def test_a_split_cuts_words_and_every_text() -> None:
    changed = edits.split(DOCUMENT, "a", 950, right_id="r")
    left, right = changed.cues[:2]
    assert (left.id, left.start, left.end, right.id, right.start, right.end) == ("a", 0, 950, "r", 950, 2500)
    assert left.texts == ("Hello world,", "世界你好，")
    assert right.texts == ("how are you?", "你好吗？")
    assert left.words + right.words == ENGLISH
    assert text_of(left.words) == left.texts[0]
    assert (right.speaker, right.role, right.tags) == (CUE.speaker, CUE.role, CUE.tags)


def test_a_cue_without_words_is_cut_by_share_of_time_at_a_boundary() -> None:
    cue = Cue("c", 0, 1000, ("one two three four", "一二三，四五六"))
    left, right = edits.split(Document(languages=("en", "zh"), cues=(cue,)), "c", 500).cues
    assert (left.texts, right.texts) == (("one two", "一二三，"), ("three four", "四五六"))


def test_a_split_at_the_cursor_takes_its_time_from_the_words() -> None:
    left, right = edits.split_text(DOCUMENT, "a", "en", 13).cues[:2]
    assert (left.texts, right.texts) == (("Hello world,", "世界你好，"), ("how are you?", "你好吗？"))
    assert left.end == right.start == 950
    assert len(left.words) == 2


def test_a_split_at_the_cursor_of_a_translation_cuts_just_there() -> None:
    left, right = edits.split_text(DOCUMENT, "a", "zh", 2).cues[:2]
    assert (left.texts[1], right.texts[1]) == ("世界", "你好，你好吗？")
    assert left.texts[0] == "Hello"
    assert left.words + right.words == ENGLISH


@pytest.mark.parametrize("at", [-5, 0, 2500, 9999])
def test_a_cue_is_cut_only_between_its_ends(at: int) -> None:
    with pytest.raises(DocumentError, match="can only be cut"):
        edits.split(DOCUMENT, "a", at)


def test_a_cue_of_no_duration_cannot_be_cut_at_the_cursor_either() -> None:
    flat = Document(languages=("en",), cues=(Cue("f", 5, 5, ("a b",)),))
    with pytest.raises(DocumentError, match="can only be cut"):
        edits.split_text(flat, "f", "en", 1)


def test_a_join_takes_the_first_id_and_both_texts_each_in_its_manner() -> None:
    whole = edits.join(DOCUMENT, ["b", "a"]).cues[0]
    assert (whole.id, whole.start, whole.end) == ("a", 0, 4000)
    assert whole.texts == ("Hello world, how are you? Fine.", "世界你好，你好吗？很好。")
    assert (whole.speaker, whole.role, whole.tags) == ("", "narrator", ("i",))


def test_a_word_that_the_cursor_cuts_is_cut_in_time_too() -> None:
    left, right = edits.split_text(DOCUMENT, "a", "en", 9).cues[:2]
    assert (left.texts[0], right.texts[0]) == ("Hello wor", "ld, how are you?")
    assert (left.words[-1], right.words[0]) == (Word(500, 700, " wor", 0.5), Word(700, 900, " ld,", 0.5))


def test_a_text_without_words_joined_to_one_with_words_is_spread_over_its_time() -> None:
    words = edits.join(DOCUMENT, ["a", "b"]).cues[0].words
    assert words == (*ENGLISH, Word(3000, 4000, " Fine.", 1.0))


def test_words_of_joined_cues_stay_apart_where_their_script_has_spaces() -> None:
    one = Cue("a", 0, 1, ("one",), (Word(0, 1, "one"),))
    two = Cue("b", 1, 2, ("two",), (Word(1, 2, "two"),))
    assert text_of(edits.join(Document(languages=("en",), cues=(one, two)), ["a", "b"]).cues[0].words) == "one two"
    one, two = (Cue(c.id, c.start, c.end, ("你",), (Word(c.start, c.end, "你"),)) for c in (one, two))
    assert text_of(edits.join(Document(languages=("zh",), cues=(one, two)), ["a", "b"]).cues[0].words) == "你你"


# -- marks and cues --------------------------------------------------------------------------------


def test_marks_become_subtitles_once() -> None:
    marks = (
        Mark("m", "music", 100, 200, "piano", (("mood", "sad"),)),
        Mark("n", "sound", 3500, 9000, "bang"),
        Mark("o", "shot", 0, 9000, "wide"),
    )
    document = Document(languages=("en", "zh"), cues=(CUE, LATER), marks=marks)
    changed = edits.marks_to_cues(document, ("music", "sound"), "zh", "[{kind}：{mood}{text}]")
    new = [cue for cue in changed.cues if cue.tags[:1] in {("mark:music",), ("mark:sound",)}]
    assert [(cue.start, cue.end, cue.texts) for cue in new] == [
        (100, 1100, ("", "[music：sadpiano]")),
        (3500, 9000, ("", "[sound：bang]")),
    ]
    assert changed.marks == marks
    reworded = edits.set_text(changed, new[0].id, "zh", "[琴声]")
    assert edits.marks_to_cues(reworded, ("music", "sound"), "zh") is reworded


@pytest.mark.parametrize("template", ["{text.__class__}", "{}", "{text!r}", "{0[1]}"])
def test_a_template_that_asks_for_more_than_a_mark_says_is_refused(template: str) -> None:
    with pytest.raises(DocumentError) as caught:
        edits.marks_to_cues(DOCUMENT, ("music",), "en", template)
    assert caught.value.code == "edit.template"


def test_subtitles_become_marks_once() -> None:
    document = edits.set_text(DOCUMENT, "b", "zh", " ")
    changed = edits.cues_to_marks(document, "zh", "note")
    (mark,) = [mark for mark in changed.marks if mark.id != "m"]
    assert (mark.kind, mark.start, mark.end, mark.text) == ("note", 0, 2500, "世界你好，你好吗？")
    assert mark.attributes == (("speaker", "Anna"),)
    assert changed.cues == document.cues
    assert edits.cues_to_marks(changed, "zh", "note") is changed
    two_lines = edits.set_text(DOCUMENT, "b", "en", "one\ntwo")
    assert edits.cues_to_marks(two_lines, "en").marks[-1].text == "one two"
    with pytest.raises(DocumentError):
        edits.cues_to_marks(document, "zh", "cue")


# -- realignment -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello world, how are you?", ENGLISH),
        ("hello World how are you", [(0, 400, "hello", 0.9), (500, 900, " World", 0.5), *ENGLISH[2:4], (" you",)]),
        (
            "Hello, dear world, how are you?",
            [(0, 400, "Hello,", 0.9), (420, 500, " dear", 1.0), *ENGLISH[1:]],
        ),
        ("Hello how are you?", [ENGLISH[0], *ENGLISH[2:]]),
        ("Hello wold, how are you?", [ENGLISH[0], (500, 900, " wold,", 0.5), *ENGLISH[2:]]),
        ("Hello world, howare you?", [*ENGLISH[:2], (1000, 1900, " howare", 0.8), ENGLISH[4]]),
    ],
)
def test_english_words_keep_their_times(text: str, expected: list[object]) -> None:
    want = [(1900, 2400, " you", 0.7) if word == (" you",) else word for word in expected]
    assert realign(ENGLISH, text) == tuple(word if isinstance(word, Word) else Word(*word) for word in want)  # type: ignore[misc]


def test_punctuation_added_to_chinese_joins_the_word_before_and_moves_nothing() -> None:
    words = realign(CHINESE, "今天天气很好，我们去公园。")
    assert [word.text for word in words] == ["今", "天", "天", "气", "很", "好，", "我", "们", "去", "公", "园。"]
    assert [(word.start, word.end, word.probability) for word in words] == [
        (word.start, word.end, word.probability) for word in CHINESE
    ]


def test_corrected_chinese_takes_the_span_of_what_it_replaces() -> None:
    words = realign(CHINESE, "今天天气很好我们去游泳馆")
    assert words[:-1] == CHINESE[:9]
    assert words[-1] == Word(1800, 2200, "游泳馆", 1.0)


words_of_speech = st.lists(
    st.tuples(
        st.integers(0, 500), st.integers(0, 900), st.sampled_from([" ", "", " "]), st.text("ab你好,。", min_size=1)
    ),
    max_size=6,
)
any_text = st.one_of(st.text("ab 你好，。\n<i>.", max_size=20), st.text(max_size=20))


def speech(rows: list[tuple[int, int, str, str]]) -> tuple[Word, ...]:
    clock, words = 0, []
    for pause, duration, lead, text in rows:
        words.append(Word(clock + pause, clock + pause + duration, lead + text, 0.5))
        clock += pause + duration
    return tuple(words)


@given(words_of_speech, any_text)
def test_realigned_words_always_give_the_text_in_order_of_time(
    rows: list[tuple[int, int, str, str]], text: str
) -> None:
    old = speech(rows)
    new = realign(old, text)
    if not old or not text.strip():
        assert new == ()
        return
    assert text_of(new) == " ".join(text.split())
    times = [time for word in new for time in (word.start, word.end)]
    assert times == sorted(times)
    assert old[0].start <= times[0]
    assert times[-1] <= old[-1].end


@given(st.lists(st.builds(Word, st.integers(), st.integers(), st.text(max_size=5)), max_size=5), st.text(max_size=20))
def test_no_words_however_wrong_make_realignment_fail(old: list[Word], text: str) -> None:
    for word in realign(old, text):
        assert word in old or word.end >= word.start


@given(words_of_speech)
def test_the_same_text_keeps_every_word(rows: list[tuple[int, int, str, str]]) -> None:
    old = tuple(word for word in speech([(p, d, " ", t) for p, d, _, t in rows]))
    latin = tuple(Word(w.start, w.end, w.text.replace("你", "c").replace("好", "d"), 0.5) for w in old)
    assert realign(latin, text_of(latin)) == latin


def test_a_text_too_long_to_align_is_spread_over_the_time_there_is() -> None:
    old = tuple(Word(n * 10, n * 10 + 10, f" {n:05}xxxxx", 0.5) for n in range(600))
    words = realign(old, "abc " * 1200)
    assert len(words) == 1200
    assert (words[0].start, words[600].start, words[-1].end) == (0, 3000, 6000)


# -- laws ------------------------------------------------------------------------------------------

UNKNOWN: list[Callable[[Document], object]] = [
    lambda d: edits.delete(d, ["x"]),
    lambda d: edits.set_text(d, "x", "en", ""),
    lambda d: edits.split(d, "x", 5),
    lambda d: edits.split_text(d, "x", "en", 5),
    lambda d: edits.join(d, ["a", "x"]),
    lambda d: edits.retime(d, "x", 5),
    lambda d: edits.shift(d, 5, ["x"]),
    lambda d: edits.snap(d, FrameRate.parse("25"), ["x"]),
    lambda d: edits.set_text(d, "a", "fr", ""),
    lambda d: edits.remove_language(d, "fr"),
    lambda d: edits.replace_all(d, "a", "b", language="fr"),
    lambda d: edits.retime(d, "a", 5, 4),
    lambda d: edits.retime(d, "a", -1),
    lambda d: edits.shift(d, -1),
    lambda d: edits.add_cues(d, [CUE]),
    lambda d: edits.marks_to_cues(d, ("music",), "fr"),
    lambda d: edits.cues_to_marks(d, "fr"),
]


@pytest.mark.parametrize("verb", UNKNOWN)
def test_what_cannot_be_done_is_a_sentence(verb: Callable[[Document], object]) -> None:
    with pytest.raises(DocumentError):
        verb(DOCUMENT)


NOTHING: list[Callable[[Document], Document]] = [
    lambda d: edits.add_cues(d, []),
    lambda d: edits.add_marks(d, []),
    lambda d: edits.delete(d, []),
    lambda d: edits.set_text(d, "a", "zh", CUE.texts[1]),
    lambda d: edits.set_text(d, "a", "en", CUE.texts[0]),
    lambda d: edits.set_texts(d, "en", {}),
    lambda d: edits.add_language(d, "zh"),
    lambda d: edits.join(d, ["a"]),
    lambda d: edits.join(d, []),
    lambda d: edits.retime(d, "a"),
    lambda d: edits.retime(d, "a", 0, 2500),
    lambda d: edits.shift(d, 0),
    lambda d: edits.shift(d, 500, []),
    lambda d: edits.snap(d, FrameRate.parse("50")),
    lambda d: edits.replace_all(d, "nowhere", "x")[0],
    lambda d: edits.replace_all(d, "Hello", "Hello")[0],
    lambda d: edits.marks_to_cues(d, ("title",), "en"),
]


@pytest.mark.parametrize("verb", NOTHING)
def test_a_verb_that_changes_nothing_returns_the_very_document(verb: Callable[[Document], Document]) -> None:
    assert verb(DOCUMENT) is DOCUMENT


@settings(max_examples=50)
@given(st.integers(1, 2499), st.sampled_from(["en", "zh"]))
def test_joining_undoes_splitting(at: int, spoken: str) -> None:
    words = ENGLISH if spoken == "en" else CHINESE
    text = CUE.texts[0] if spoken == "en" else "今天天气很好我们去公园"
    document = Document(languages=(spoken, "zh"), cues=(Cue("a", 0, 2500, (text, CUE.texts[1]), words),))
    parts = edits.split(document, "a", at, right_id="r")
    assert len(parts.cues) == 2
    assert all(cue.texts[0] and cue.texts[1] for cue in parts.cues)
    assert edits.join(parts, ["a", "r"]) == document


@settings(max_examples=50)
@given(words_of_speech, any_text, any_text, st.integers(1, 4999))
def test_joining_undoes_splitting_but_for_white_space_whatever_the_text(
    rows: list[tuple[int, int, str, str]], one: str, two: str, at: int
) -> None:
    old = realign(speech(rows), one)
    document = Document(languages=("en", "zh"), cues=(Cue("a", 0, 5000, (one, two), old),))
    whole = edits.join(edits.split(document, "a", at, right_id="r"), ["a", "r"])
    assert [bare(text) for text in whole.cues[0].texts] == [bare(one), bare(two)]
    assert (whole.cues[0].start, whole.cues[0].end) == (0, 5000)
    new = whole.cues[0].words
    assert bare(text_of(new)) == bare(text_of(old))
    times = [time for word in new for time in (word.start, word.end)]
    assert times == sorted(times)
    assert not old or (old[0].start <= times[0] and times[-1] <= old[-1].end)


picks = st.tuples(st.sampled_from(range(9)), st.integers(0, 9), st.integers(-500, 5000), any_text)


def step(document: Document, pick: tuple[int, int, int, str]) -> Document:
    verb, place, number, text = pick
    ids = [cue.id for cue in document.cues]
    one, other = (ids[place % len(ids)], ids[number % len(ids)]) if ids else ("", "")
    language = document.languages[place % len(document.languages)]
    verbs: list[Callable[[], Document]] = [
        lambda: edits.set_text(document, one, language, text),
        lambda: edits.split(document, one, number),
        lambda: edits.split_text(document, one, language, number),
        lambda: edits.join(document, [one, other]),
        lambda: edits.retime(document, one, number, number + place * 100),
        lambda: edits.shift(document, number, [one]),
        lambda: edits.snap(document, FrameRate.parse("29.97")),
        lambda: edits.replace_all(document, text[:1] or "a", text[1:])[0],
        lambda: edits.delete(document, [one]),
    ]
    return verbs[verb]()


@settings(max_examples=100)
@given(st.lists(picks, max_size=12))
def test_any_sequence_of_edits_keeps_the_document_whole(sequence: list[tuple[int, int, int, str]]) -> None:
    document = DOCUMENT
    for pick in sequence:
        try:
            document = step(document, pick)
        except DocumentError as error:
            if not error.code.startswith("edit."):  # refused with a reason; an invariant broken would be "document."
                raise
    spoken = [(cue.texts[0], cue.words) for cue in document.cues if cue.words]
    assert all(bare(text_of(words)) == bare(text) for text, words in spoken)


def test_edits_leave_the_old_document_as_it_was() -> None:
    before = repr(DOCUMENT)
    edits.join(edits.split(edits.shift(DOCUMENT, 5), "a", 900), ["a", "b"])
    assert repr(DOCUMENT) == before
