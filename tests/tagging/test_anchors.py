from __future__ import annotations

import pytest
from hypothesis import given

from plugin_core.tagging.anchors import KINDS, kinds, read, tokenize
from tests.tagging.texts import texts

PAINT = ".TB(nM♪HS?>:sbhq"  # a letter for every kind


def painted(text: str) -> str:
    return "".join(PAINT[kind] for kind in kinds(text))


@given(texts)
def test_the_tokens_joined_are_the_text(text):
    tokens = tokenize(text)
    assert "".join(text[token.start : token.end] for token in tokens) == text
    assert all(token.start < token.end for token in tokens)


@given(texts)
def test_every_character_has_a_kind_below_sixteen(text):
    found = kinds(text)
    assert len(found) == len(text)
    assert all(0 <= kind < len(KINDS) == 16 for kind in found)


@given(texts)
def test_brackets_pair_one_to_one_and_nest(text):
    anchors = read(text)
    assert all(anchors.mates[mate] == mark for mark, mate in anchors.mates.items())
    stack = list[int]()
    for mark in sorted(anchors.mates):
        if anchors.mates[mark] > mark:
            stack.append(mark)
        else:
            assert stack.pop() == anchors.mates[mark]


@given(texts)
def test_the_depth_of_a_token_counts_the_brackets_around_it(text):
    mates = read(text).mates
    for token in tokenize(text)[:40]:
        around = sum(mark < token.start and mate >= token.end for mark, mate in mates.items())
        assert token.depth == around


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[00:05] [雨声]", "TTTTTTT.B((B"),
        ("小美（画外音）：走", "nnBsssB:."),
        ("女主(对白，颤抖):门", "nnBsssssB:."),
        ("JOHN (V.O.): Hi", "nnnn.BssssB:..."),
        (">> JOHN: Hi", ">>.nnnn:..."),
        ("[JOHN]: Hi", "BnnnnB:..."),
        ("【旁白】：好", "BnnB:."),
        ("[雨声+雷声]", "B((S((B"),
        ("- Hi. - Yo.", ">.....>...."),
        ("a\\N-b", ".MM>."),
        ("a<br/>- b", ".MMMMM>.."),
        ("{1}{2}a|-b|c", "TTTTTT.M>.M."),
        ("a|-b", "...."),
        ("well - no - yes", "..............."),
        ("♪ la ♪", "♪....♪"),
        ("# la #", "♪....♪"),
        ("#topic", "......"),
        ("C# is", "....."),
        ("<i>Go</i>", "MMM..MMMM"),
        ("{\\an8}Go", "MMMMMM.."),
        ("a&nbsp;b", ".MMMMMM."),
        ("<v Mary>Hi", "MMMnnnnM.."),
        ("*sighs* no", "B(((((B..."),
        ("a*b 2 * 3", "........."),
        ("[a (b] c)", "B((B(B..B"),
        ("1\n00:01,000 --> 00:02,000\nHi", "Hb" + "H" * 23 + "b.."),
        ("INT. KITCHEN - DAY\n第3场 夜 内", "h" * 18 + "b" + "h" * 7),
        ("CUT TO:", "h" * 7),
        ("△ 他推开门", ">....."),
        ("他说：“走。”", "nn:q..q"),
        ("http://a.b", ".........."),
        ("MARY (V.O.)\nHello", "nnnn.BssssBb....."),
        ("{1}{1}25\n", "h" * 8 + "b"),
        ("张总 10:05\n好", "nn.TTTTTb."),
        ("大家10:30到", "........"),
    ],
)
def test_characters_are_painted_by_their_shape(text, expected):
    assert painted(text) == expected


def test_the_fields_of_an_ass_dialogue_are_no_words_but_its_name_may_speak():
    text = "Dialogue: 0,0:00:01.00,0:00:03.50,Default,Bob,0,0,0,,{\\i1}Hi\\Nyou"
    assert painted(text) == "H" * 42 + "nnn" + "H" * 8 + "M" * 5 + ".." + "MM" + "..."


def test_what_stands_before_the_events_of_an_ass_file_is_no_content():
    text = "[Script Info]\nTitle: x\n[V4+ Styles]\nStyle: a,b\n\n[Events]\nFormat: a, b, c, d, e\n"
    assert set(painted(text)) == {"h", "b"}


def test_notes_and_styles_of_webvtt_are_no_content():
    text = "WEBVTT - x\n\nNOTE hidden\nwords\n\nSTYLE\n::cue {}\n\nid\n00:01.000 --> 00:02.000\n<00:01.500>Hi"
    assert painted(text).strip("hbH") == "M" * 11 + ".."


def test_a_bracket_reaches_over_one_line_break_but_not_over_a_cue():
    assert read("[soft music\nplaying]").mates
    assert not read("[soft music\n\nplaying]").mates
    assert not read("[a\nb\nc]").mates


def test_widths_of_one_bracket_match_each_other():
    assert read("（a) [b］").mates == {0: 2, 2: 0, 4: 6, 6: 4}


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000 + ")" * 100_000,
        "-" * 200_000,
        ":" * 100_000,
        "<a " * 60_000,
        "{\\a" * 60_000,
        "# " * 60_000,
        "\n" * 200_000,
    ],
    ids=lambda text: repr(text[:3]),
)
def test_hostile_lines_take_linear_time_and_no_recursion(text):
    assert len(read(text).kinds) == len(text)
