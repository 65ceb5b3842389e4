from __future__ import annotations

import pytest

from plugin_core.tagging.anchors import read
from plugin_core.tagging.assembly import Assembler, Found
from plugin_core.tagging.decoding import Run
from plugin_core.tagging.edges import settled, trimmed
from plugin_core.tagging.ontology import Guess

KINDS = ("speaker", "state", "speech", "music", "sound", "action", "title")
INNER = ("direction", "manner", "item")


def found(text, *spans, inner=()):
    """Items of *text* from (kind, words) pairs, each looked for after the one before."""
    at, made = 0, list[Found]()
    for kind, words in spans:
        start = text.index(words, at)
        at = start + len(words)
        parts = []
        for name, part in inner:
            if (where := text.find(part, start, at)) >= 0:
                parts.append(Run(INNER.index(name), where, where + len(part), -0.1))
        made.append(Found(Run(KINDS.index(kind), start, at, -0.1), tuple(parts), Guess()))
    assembler = Assembler(read(text))
    return [*assembler.items(made, len(text)), *assembler.rest()]


def said(items):
    return [(item.text, item.speaker, item.state) for item in items if item.kind == "speech"]


def test_speech_has_the_speaker_and_state_before_it():
    text = "小美（画外音）：走吧。"
    (item,) = found(text, ("speaker", "小美"), ("state", "画外音"), ("speech", "走吧。"))
    assert (item.speaker, item.state, item.text) == ("小美", "画外音", "走吧。")
    assert item.details["state"].span == (3, 6)


@pytest.mark.parametrize(
    ("text", "state"), [("女主(对白,颤抖):门", "对白,颤抖"), ("女主(对白)(颤抖):门", "对白，颤抖")]
)
def test_several_states_are_given_as_they_stand_together(text, state):
    spans = ("speaker", "女主"), ("state", "对白"), ("state", "颤抖"), ("speech", "门")
    assert said(found(text, *spans)) == [("门", "女主", state)]


def test_the_speaker_goes_on_behind_a_sound_in_the_line():
    text = "NARRATOR: He ran [door slams] and hid."
    spans = ("speaker", "NARRATOR"), ("speech", "He ran "), ("sound", "door slams"), ("speech", " and hid.")
    assert said(found(text, *spans)) == [("He ran", "NARRATOR", ""), ("and hid.", "NARRATOR", "")]


def test_the_speaker_does_not_go_on_to_the_next_line():
    text = "A: one\ntwo"
    assert said(found(text, ("speaker", "A"), ("speech", "one"), ("speech", "two"))) == [
        ("one", "A", ""),
        ("two", "", ""),
    ]


def test_a_name_on_its_own_line_speaks_up_to_an_empty_line():
    text = "MARY (V.O.)\none\n[rain]\ntwo\n\nthree"
    spans = (
        ("speaker", "MARY"),
        ("state", "V.O."),
        ("speech", "one"),
        ("sound", "rain"),
        ("speech", "two"),
        ("speech", "three"),
    )
    assert said(found(text, *spans)) == [("one", "MARY", "V.O."), ("two", "MARY", "V.O."), ("three", "", "")]


def test_a_new_cue_ends_the_turn():
    text = "1\n00:00:01,000 --> 00:00:02,000\nA: one\n\n2\n00:00:03,000 --> 00:00:04,000\ntwo"
    items = found(text, ("speaker", "A"), ("speech", "one"), ("speech", "two"))
    assert [(item.speaker, item.time) for item in items] == [("A", 1000), ("", 3000)]


def test_a_state_inside_a_turn_keeps_the_speaker():
    text = "A (OS): one (whispering) two"
    spans = ("speaker", "A"), ("state", "OS"), ("speech", "one"), ("state", "whispering"), ("speech", "two")
    assert said(found(text, *spans)) == [("one", "A", "OS"), ("two", "A", "whispering")]


def test_two_states_of_one_speech_are_both_given():
    text = "A（OS）（低声）：走"
    assert said(found(text, ("speaker", "A"), ("state", "OS"), ("state", "低声"), ("speech", "走"))) == [
        ("走", "A", "OS，低声")
    ]


def test_the_name_field_of_an_ass_line_speaks():
    text = "Dialogue: 0,0:00:01.00,0:00:03.50,Default,Bob,0,0,0,,Hi"
    (item,) = found(text, ("speaker", "Bob"), ("speech", "Hi"))
    assert (item.speaker, item.time, item.timecode) == ("Bob", 1000, "0:00:01.00")


def test_what_is_joined_by_plus_is_taken_apart():
    text = "[玻璃爆裂声+警笛由远及近]"
    items = found(text, ("sound", "玻璃爆裂声+警笛由远及近"), inner=[("direction", "由远及近")])
    assert [(item.text, item.direction) for item in items] == [("玻璃爆裂声", ""), ("警笛由远及近", "由远及近")]


def test_the_first_manner_counts_and_says_where_it_stands():
    text = "[急促沉重的脚步声]"
    (item,) = found(text, ("sound", "急促沉重的脚步声"), inner=[("manner", "急促"), ("manner", "沉重")])
    assert item.manner == "急促"
    assert item.details["manner"].span == (1, 3)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("字幕弹出:【薛定谔方程】|【贝尔不等式】", ("薛定谔方程", "贝尔不等式")),
        ("ON SCREEN: THREE YEARS LATER", ("THREE YEARS LATER",)),
        ('SUPER: "PARIS"', ("PARIS",)),
        ("三年后", ("三年后",)),
    ],
)
def test_a_title_has_its_parts_even_if_the_pack_names_none(text, parts):
    (item,) = found(text, ("title", text))
    assert (item.text, item.items) == (text, parts)


def test_the_parts_a_pack_names_count():
    text = "字幕：甲、乙"
    (item,) = found(text, ("title", text), inner=[("item", "甲"), ("item", "乙")])
    assert item.items == ("甲", "乙")


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("[门铃响]", "sound", "门铃响"),
        ("♪ la la ♪", "music", "la la"),
        ("♪♪", "music", "♪♪"),
        ("“走。”", "speech", "走。"),
        ("“走。”“好。”", "speech", "“走。”“好。”"),
        ("他说“走”。", "speech", "他说“走”。"),
        ("<i>Go</i>", "speech", "Go"),
        ("a <i>Go</i> b", "speech", "a <i>Go</i> b"),
        ("去（北京）", "speech", "去（北京）"),
        ("[a] b [c]", "speech", "[a] b [c]"),
        (" \u200b雨声 \u3000", "sound", "雨声"),
        ("I ❤️", "speech", "I ❤️"),
        ("hm)", "speech", "hm"),
        ("……", "speech", None),
        ("[]", "sound", None),
        ("+雨声、", "sound", "雨声"),
        ("[+雨声、]", "sound", "雨声"),
    ],
)
def test_edges_are_trimmed(text, kind, expected):
    span = trimmed(read(text), 0, len(text), KINDS.index(kind))
    assert (text[slice(*span)] if span else None) == expected


def test_lines_of_one_cue_are_one_speech():
    text = "1\n00:00:01,000 --> 00:00:02,000\n<i>MARTHA: Leave it.\nGo.</i>\n\n2"
    (item,) = found(text, ("speaker", "MARTHA"), ("speech", "Leave it."), ("speech", "Go."))
    assert (item.text, item.speaker) == ("Leave it.\nGo.", "MARTHA")


def test_lines_of_one_cue_with_dashes_are_two_speeches():
    text = "1\n00:00:01,000 --> 00:00:02,000\n- Hi.\n- Go."
    assert [item.text for item in found(text, ("speech", "Hi."), ("speech", "Go."))] == ["Hi.", "Go."]


def test_lines_without_a_cue_are_speeches_of_their_own():
    assert [item.text for item in found("one\ntwo", ("speech", "one\ntwo"))] == ["one", "two"]


def test_lines_under_a_name_are_one_speech():
    (item,) = found("MARY\none\ntwo", ("speaker", "MARY"), ("speech", "one"), ("speech", "two"))
    assert item.text == "one\ntwo"


@pytest.mark.parametrize(
    ("text", "kind", "part", "expected"),
    [
        ("他走了。[雨]", "speech", "他走了", "他走了。"),
        ("[轻柔的音乐…]", "music", "轻柔的音乐", "轻柔的音乐…"),
        ("[掌声👏]", "sound", "掌声", "掌声👏"),
        ("[掌声♪]", "sound", "掌声", "掌声"),
        ("[音效：雷声]", "sound", "雷声", "雷声"),
        ('MUSIC: "Yellow" by Coldplay', "music", 'Yellow" by Coldplay', '"Yellow" by Coldplay'),
        ("他说“走。”", "speech", "他说“走。", "他说“走。”"),
        ("“走。”", "speech", "走。", "走。"),
        ("【小王子】这个词", "speech", "小王子】这个词", "【小王子】这个词"),
        ("[Rome] [1945]", "title", "Rome] [1945", "Rome"),
        ("[笑声，掌声]", "sound", "掌声", "掌声"),
        ("字幕:【甲】", "title", "字幕:【甲", "字幕:【甲】"),
        ("【字幕:甲】", "title", "字幕:甲", "字幕:甲"),
        ("[字幕:三年后] 走", "title", "字幕", "字幕:三年后"),
        ("墓碑：【甲】|【乙】\n走", "title", "墓碑", "墓碑：【甲】|【乙】"),
        ("TITLE: Rome 00:00:01.000 x", "title", "TITLE:", "TITLE: Rome"),
        ('"Go home."', "speech", '"Go home.', "Go home."),
        ('"Yellow" plays', "music", '"Yellow', '"Yellow"'),
        ("♪ so it goes (oh yes) ♪", "music", "so it goes (oh yes", "so it goes (oh yes)"),
    ],
)
def test_what_belongs_to_an_item_comes_back_to_it(text, kind, part, expected):
    start = text.index(part)
    span = settled(read(text), start, start + len(part), KINDS.index(kind), (0, len(text)))
    assert text[slice(*span)] == expected


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It is (in cm) 12 long.", ("It is ", " 12 long.")),
        ("“走。”“好。”", ("走。", "好。")),
        ("这个很好。那个也好。", ("这个很好。", "那个也好。")),
    ],
)
def test_parts_of_a_speech_with_nothing_between_that_is_an_item_are_one(text, parts):
    (item,) = found(text, *(("speech", part) for part in parts))
    assert item.text == text


def test_a_label_and_a_title_in_one_bracket_are_one_title():
    (item,) = found("[On screen: JULY 20]", ("title", "On screen"), ("title", "JULY 20"))
    assert (item.text, item.items) == ("On screen: JULY 20", ("JULY 20",))


def test_a_full_stop_belongs_to_what_it_ends():
    items = found("远处传来汽笛声。阿强离开。", ("sound", "远处传来汽笛声"), ("action", "。阿强离开。"))
    assert [item.text for item in items] == ["远处传来汽笛声。", "阿强离开。"]


def test_an_event_does_not_reach_out_of_its_bracket():
    assert [item.text for item in found("【蓝月】出现", ("sound", "蓝月】出现"))] == ["蓝月"]


def test_a_title_of_several_brackets_begins_with_the_first():
    (item,) = found("【甲】|【乙】", ("title", "甲】|【乙"))
    assert (item.text, item.items) == ("【甲】|【乙】", ("甲", "乙"))


def test_two_cards_in_brackets_of_their_own_are_two_titles():
    items = found("[Rome] [1945]", ("title", "Rome"), ("title", "1945"))
    assert [item.text for item in items] == ["Rome", "1945"]


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        ("mellow", "tense piano", 1),
        ("squidgy", "tense piano", 1),
        ("jazz", "tense piano", 2),
        ("soft music", "sad singing", 2),
        ("mellow", "applause", 2),
    ],
)
def test_a_mood_before_a_comma_belongs_to_the_music_behind_it(first, second, count):
    for end in ("", ","):
        assert len(found(f"[{first}, {second}]", ("music", first + end), ("music", second))) == count


def test_words_between_notes_that_speak_of_no_music_are_sung():
    sung, described = found("♪ 我爱你 ♪ [轻快钢琴曲]", ("music", "我爱你"), ("music", "轻快钢琴曲"))
    assert (sung.music_type, sung.unknown, described.music_type) == ("人声演唱", False, "器乐独奏")
