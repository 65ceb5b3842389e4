"""
``host.jsx`` in a real engine of ECMAScript 3's class: what each verb does, each way it can go wrong.

Every rule runs twice: by itself, and together with all others in a script with a counter in every branch, so that a
branch no rule takes is found.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.errors import HostError
from tests.hosts.premiere_engine import SCRIPT, TICKS, FakePremiere, code_of
from tests.js.node import node_output

Make = Callable[..., FakePremiere]
RULES: list[Callable[[Make], None]] = []
MARKER = {"start": 1.0, "end": 2.0, "name": "a", "comments": "b", "colour": 3}
CAPTIONS = {"path": "/c/Zimu zh.0.1.srt", "bin": "Zimu", "name": "Zimu zh", "start": 0.0}
SOUND = {"path": "/c/sound.wav", "preset": str(SCRIPT), "range": 0, "heard": None}


def rule(check: Callable[[Make], None]) -> Callable[[Make], None]:
    """A rule of the script; the tests are at the end."""
    RULES.append(check)
    return check


def error_of(fake: FakePremiere, text: str) -> str:
    """The code of the error that *text*, sent as it is, is answered with."""
    answer = json.loads(fake.send(text))
    assert list(answer) == ["error"], answer
    return str(answer["error"]["code"])


# -- what is sent and answered ---------------------------------------------------------------------


@rule
def what_is_not_json_is_refused(make: Make) -> None:
    fake = make()
    for text in [
        "", " ", "{", "[", "nope", '{"do"}', '{"do":}', '{"do" "goto"}', '{do:"goto"}', '{"do":"goto",}', "[1,]",
        "[1 2]", '{"do":"goto"} x', '"\\x"', '"\\u12g4"', '"open', '"', "01e", "1.", "-", "tru", "nan", "{1:2}",
        '{"__proto__":{}}', "[" * 40 + "]" * 40, "]", "}", ",", '{"a":1]', "[1}", "undefined", "alert(1)",
        '"a\\\nb"', "\u00a0{}", "[\v]", '"a\\',
    ]:  # fmt: skip
        assert error_of(fake, text) == "host.request", text


@rule
def what_is_no_request_is_refused(make: Make) -> None:
    fake = make()
    for value in [None, 1, "hello", [], {}, {"do": 5}, {"do": "constructor"}, {"do": "hasOwnProperty"}, {"do": "eval"}]:
        assert error_of(fake, json.dumps(value)) == "host.request", value
    for text in ['{"do": "goto"}', '{"do":"goto","arguments":null}', '{"do":"goto","arguments":{"ticks":5}}']:
        assert error_of(fake, text) == "host.request"
    assert code_of(fake, "change_marker", seen=None) == "host.request"


@rule
def any_text_survives_both_ways(make: Make) -> None:
    fake = make()
    for name in [
        "小美",
        "“a”\\b/",
        'quote " it',
        "tab\tline\nreturn\r\b\f",
        "\u2028\u2029",
        "😀",
        "\x00\x7f",
        "</script>",
        "",
    ]:
        look = fake.call("put_marker", **{**MARKER, "name": name, "comments": name})
        assert (look["name"], look["comments"]) == (name, name)
    plain = json.dumps({"do": "put_marker", "arguments": {**MARKER, "name": "小\u2028美/\t"}}, ensure_ascii=False)
    assert json.loads(fake.send(plain.replace("\\t", " \\/ ")))["result"]["name"] == "小\u2028美/ / "


@rule
def values_of_every_kind_are_read(make: Make) -> None:
    fake = make()
    text = ' { "do" : "put_marker" , "arguments" : { "start" : -0.0e0, "end":1e1 ,"name":"n","comments":"","colour":0, '
    text += '"more" : [ true , false , null , [ ] , { } , -1.5E+2 ] } } '
    assert json.loads(fake.send(text))["result"]["end"] == str(10 * TICKS)


@rule
def what_premiere_throws_becomes_an_error_with_a_hint(make: Make) -> None:
    fake = make()
    assert code_of(fake, "goto", ticks="1.5") == "host.script"
    assert code_of(make(captions="textual"), "put_captions", **CAPTIONS) == "host.script"
    fake.evaluate("app = null")
    assert code_of(fake, "where") == "host.script"
    fake.evaluate("app = { get project() { throw null; } }; 0")
    assert code_of(fake, "where") == "host.script"


@rule
def other_panels_may_extend_every_object(make: Make) -> None:
    fake = make()
    fake.evaluate("Object.prototype.theirs = 5; 0")
    assert set(fake.call("where")) == {"sequence", "project"}
    assert error_of(fake, '{"do": "theirs"}') == "host.request"


# -- what is open ----------------------------------------------------------------------------------


@rule
def the_program_is_told_even_where_nothing_is_open(make: Make) -> None:
    said = make(locale="zh_CN").call("hello")
    assert (said["version"], said["locale"], said["sequence"], said["captions"]) == ("25.1.0", "zh_CN", True, True)
    assert make(noProject=True).call("hello")["sequence"] is False
    assert make(closed=True).call("hello")["captions"] is False
    assert make(noCaptions=True).call("hello")["captions"] is False


@rule
def without_a_sequence_every_verb_says_so(make: Make) -> None:
    for fake in (make(noProject=True), make(closed=True)):
        for verb in ("where", "timeline", "present", "put_marker", "put_captions", "sound", "export_audio", "goto"):
            assert code_of(fake, verb) == "host.no-timeline"


@rule
def a_verb_for_another_sequence_changes_nothing(make: Make) -> None:
    fake = make()
    here = fake.call("where")["sequence"]
    fake.call("put_marker", sequence=here, **MARKER)
    assert code_of(fake, "put_marker", sequence="another", **MARKER) == "host.other-timeline"
    assert len(fake.state["markers"]) == 1


@rule
def the_sequences_of_the_project_are_told_and_which_is_open(make: Make) -> None:
    fake = make()
    fake.add_sequence("s2", "第二场", frames=50)
    said = fake.call("timelines")
    assert said["open"] == "f3ab14b7-12da-4aed-826b-98c82dd2feb5"
    assert [(one["sequence"], one["name"]) for one in said["timelines"]] == [
        (said["open"], "Sequence 01"), ("s2", "第二场"),
    ]  # fmt: skip
    assert said["timelines"][1]["end"] == str(50 * TICKS // 25)
    assert make(closed=True).call("timelines")["open"] == ""
    assert code_of(make(noProject=True), "timelines") == "host.no-project"


@rule
def what_is_open_of_a_project_before_is_not_open(make: Make) -> None:
    assert make(stale=True).call("timelines") == {"open": "", "timelines": []}
    assert code_of(make(stale=True), "where") == "host.no-timeline"


@rule
def a_sequence_is_opened_by_its_id(make: Make) -> None:
    fake = make()
    fake.add_sequence("s2", "第二场")
    assert fake.call("open_timeline", timeline="s2") == {"name": "第二场"}
    assert fake.call("where")["sequence"] == "s2"
    fake.drop_sequence("s2")
    assert code_of(fake, "open_timeline", timeline="s2") == "host.unknown-timeline"
    assert code_of(make(opens="throws"), "open_timeline", timeline=fake.call("timelines")["timelines"][0]["sequence"])
    assert code_of(make(noProject=True), "open_timeline", timeline="s2") == "host.unknown-timeline"


@rule
def the_place_is_told_by_ids(make: Make) -> None:
    assert make().call("where") == {
        "sequence": "f3ab14b7-12da-4aed-826b-98c82dd2feb5", "project": "9f049ab7-d48f-43e9-a8ca-4d7f21233625",
    }  # fmt: skip
    assert make(noDocument=True).call("where")["project"] == "/films/Film.prproj"


@rule
def times_leave_as_text_and_exactly(make: Make) -> None:
    beyond = 2**53 + 1
    said = make(zero=beyond, first=str(beyond + 2), last=str(beyond + 4), end=str(beyond)).call("timeline")
    assert [said[name] for name in ("zero", "first", "last", "end")] == [
        str(beyond + more) for more in (0, 2, 4, 0)
    ]  # fmt: skip
    assert (said["display"], said["width"], said["height"], said["name"]) == (101, 1920, 1080, "Sequence 01")


@rule
def a_time_that_is_missing_is_empty(make: Make) -> None:
    fake = make()
    fake.evaluate("fakePremiere.open.getInPointAsTime = function () { return null; }; fakePremiere.open.name = null;")
    assert [fake.call("timeline")[name] for name in ("first", "name")] == ["", ""]


# -- markers ---------------------------------------------------------------------------------------


@rule
def a_marker_is_put_in_seconds_and_read_in_ticks(make: Make) -> None:
    fake = make()
    look = fake.call("put_marker", **MARKER)
    assert look == {
        "guid": "guid-1", "name": "a", "comments": "b", "type": "Comment", "start": str(TICKS), "end": str(2 * TICKS),
        "colour": 3,
    }  # fmt: skip
    assert fake.call("present", bin="Zimu") == {"count": 1, "markers": [look], "clips": []}


@rule
def a_marker_without_its_values_is_refused(make: Make) -> None:
    for name in MARKER:
        assert code_of(make(), "put_marker", **{**MARKER, name: None}) == "host.request", name


@rule
def a_locked_sequence_gives_no_marker(make: Make) -> None:
    assert code_of(make(locked=True), "put_marker", **MARKER) == "host.no-marker"


@rule
def older_versions_have_no_colours(make: Make) -> None:
    assert make(noColours=True).call("put_marker", **MARKER)["colour"] is None


@rule
def markers_are_listed_by_time_also_those_that_begin_together(make: Make) -> None:
    for quirks in ({}, {"skips": True}):
        fake = make(**quirks)
        for start in (3.0, 1.0, 1.0, 2.0):
            fake.call("put_marker", **{**MARKER, "start": start, "end": 9.0})
        said = fake.call("present", bin="Zimu")
        assert [look["guid"] for look in said["markers"]] == ["guid-2", "guid-3", "guid-4", "guid-1"]
        assert said["count"] == 4


@rule
def a_list_that_never_ends_is_left(make: Make) -> None:
    fake = make(loops=True)
    fake.call("put_marker", **MARKER)
    assert len(fake.call("present", bin="Zimu")["markers"]) == 1


@rule
def a_marker_is_changed_in_place(make: Make) -> None:
    for start, end in ((5.0, 6.0), (0.25, 0.5), (1.5, 3.0)):
        for quirks in ({}, {"startsBeforeEnd": True}, {"keepsLength": True}):
            fake = make(**quirks)
            seen = fake.call("put_marker", **MARKER)
            other = fake.call("put_marker", **{**MARKER, "start": 1.2})
            values = {"start": start, "end": end, "name": "x", "comments": "y", "colour": 1}
            look = fake.call("change_marker", seen=seen, **values)
            ticks = (str(int(start * TICKS)), str(int(end * TICKS)))
            assert (look["guid"], look["start"], look["end"]) == (seen["guid"], *ticks)
            assert (look["name"], look["comments"], look["colour"]) == ("x", "y", 1)
            assert other in fake.call("present", bin="Zimu")["markers"]


@rule
def a_marker_that_no_script_can_move_is_told_as_it_is(make: Make) -> None:
    for way in ("throws", "ignores"):
        fake = make(fixedStart=way)
        seen = fake.call("put_marker", **MARKER)
        assert fake.call("change_marker", seen=seen, **{**MARKER, "start": 5.0, "end": 6.0})["start"] == str(TICKS)


@rule
def a_marker_is_dropped_if_it_is_still_what_was_seen(make: Make) -> None:
    fake = make()
    seen, other = fake.call("put_marker", **MARKER), fake.call("put_marker", **{**MARKER, "start": 4.0})
    assert fake.call("drop_marker", seen=seen) == {"left": 1}
    assert code_of(fake, "drop_marker", seen=seen) == "host.marker-gone"
    for name, value in (("start", "5"), ("name", "another"), ("comments", "another")):
        assert code_of(fake, "drop_marker", seen={**other, name: value}) == "host.marker-changed"
        assert code_of(fake, "change_marker", seen={**other, name: value}, **MARKER) == "host.marker-changed"
    assert [one["guid"] for one in fake.state["markers"]] == [other["guid"]]


# -- captions --------------------------------------------------------------------------------------


@rule
def captions_are_imported_into_our_bin_and_made_a_track(make: Make) -> None:
    for quirks, form in (({}, 3), ({"noFormat": True}, 2), ({"strictFormat": True}, 2)):
        fake = make(**quirks)
        assert fake.call("put_captions", **CAPTIONS)["said"] == "true"
        state = fake.state
        assert state["captions"] == [{"path": CAPTIONS["path"], "start": 0, "form": form}]
        assert (state["root"], state["bins"]) == (["Zimu"], {"Zimu": ["Zimu zh"]})
        assert [clip["path"] for clip in fake.call("present", bin="Zimu")["clips"]] == [CAPTIONS["path"]]


@rule
def the_bin_is_found_again_and_nothing_in_it_is_touched(make: Make) -> None:
    fake = make()
    fake.evaluate("fakePremiere.add(fakePremiere.root, new fakePremiere.Item('Zimu', 1, '/mine.mov'))")
    fake.evaluate("fakePremiere.add(fakePremiere.root, new fakePremiere.Item('a title', 1)), 0")  # it has no media
    fake.evaluate("fakePremiere.add(fakePremiere.root, new fakePremiere.Item('other', 2, ''))")
    for path in ("/c/one.srt", "/c/two.srt"):
        fake.call("put_captions", **{**CAPTIONS, "path": path})
    state = fake.state
    assert state["root"] == ["Zimu", "a title", "other", "Zimu"]
    assert state["bins"] == {"other": [], "Zimu": ["Zimu zh", "Zimu zh"]}
    assert [one["path"] for one in state["captions"]] == ["/c/one.srt", "/c/two.srt"]


@rule
def a_clip_that_was_imported_elsewhere_is_moved_into_our_bin(make: Make) -> None:
    fake = make(imports="elsewhere")
    fake.call("put_captions", **CAPTIONS)
    assert (fake.state["root"], fake.state["bins"]) == (["Zimu"], {"Zimu": ["Zimu zh"]})


@rule
def what_cannot_be_imported_is_told(make: Make) -> None:
    assert code_of(make(imports="nothing"), "put_captions", **CAPTIONS) == "host.not-imported"
    assert code_of(make(noBins=True), "put_captions", **CAPTIONS) == "host.bin"
    assert code_of(make(noCaptions=True), "put_captions", **CAPTIONS) == "host.no-captions"


@rule
def a_clip_without_a_track_does_not_stay(make: Make) -> None:
    for way, code in (("refuses", "host.captions"), ("throws", "host.script")):
        fake = make(captions=way)
        assert code_of(fake, "put_captions", **CAPTIONS) == code
        assert (fake.state["captions"], fake.state["bins"]) == ([], {"Zimu": []})


@rule
def no_bin_of_the_user_is_deleted_with_it(make: Make) -> None:
    fake = make(captions="refuses")
    fake.evaluate("(function (f) { f.ours = f.add(f.root, new f.Item('Zimu', 2, '')); }(fakePremiere))")
    fake.evaluate("(function (f) { f.theirs = f.add(f.ours, new f.Item('unused', 2, '')); }(fakePremiere))")
    fake.evaluate("(function (f) { f.add(f.theirs, new f.Item('mine', 1, '/mine.mov')); }(fakePremiere))")
    assert code_of(fake, "put_captions", **CAPTIONS) == "host.captions"
    assert fake.state["bins"] == {"Zimu": ["unused"], "unused": ["mine"]}


@rule
def a_clip_that_cannot_be_removed_is_called_unused(make: Make) -> None:
    fake = make(captions="refuses", noMove=True)
    assert code_of(fake, "put_captions", **CAPTIONS) == "host.captions"
    assert fake.call("present", bin="Zimu")["clips"] == [
        {
            "node": fake.evaluate("fakePremiere.root.children[0].children[0].nodeId"),
            "name": "unused",
            "path": CAPTIONS["path"],
        }
    ]


@rule
def a_clip_of_ours_can_be_dropped(make: Make) -> None:
    fake = make()
    nodes = [fake.call("put_captions", **{**CAPTIONS, "path": path})["node"] for path in ("/c/1.srt", "/c/2.srt")]
    assert fake.call("drop_clip", bin="Zimu", node=nodes[0]) == {"dropped": True}
    assert fake.call("drop_clip", bin="Zimu", node=nodes[0]) == {"dropped": False}
    assert [clip["path"] for clip in fake.call("present", bin="Zimu")["clips"]] == ["/c/2.srt"]


@rule
def an_answer_that_says_nothing_is_no_refusal(make: Make) -> None:
    fake = make(captions="silent")
    assert fake.call("put_captions", **CAPTIONS)["said"] == ""
    assert len(fake.state["captions"]) == 1


# -- sound -----------------------------------------------------------------------------------------


@rule
def clips_are_told_with_all_that_bears_on_their_sound(make: Make) -> None:
    fake = make()
    fake.add_track("A1")
    fake.add_track("A2", muted=True)
    fake.add_clip(0, "/m.mov", 5, 2**53 + 1, 7, speed=0.5, backwards=True, disabled=True)
    fake.add_clip(1, None, 0, 1)
    fake.add_clip(1, "", 1, 2)
    said = fake.call("sound")
    assert said["tracks"] == [{"name": "A1", "muted": False}, {"name": "A2", "muted": True}]
    assert said["clips"][0] == {
        "track": 0, "name": "clip", "path": "/m.mov", "nested": False, "start": "5", "end": str(2**53 + 1),
        "source": "7", "speed": 0.5, "backwards": True, "disabled": True,
    }  # fmt: skip
    assert [(clip["path"], clip["nested"]) for clip in said["clips"][1:]] == [("", False), ("", True)]
    fake.evaluate("fakePremiere.open.audioTracks[0].clips[0].projectItem.isSequence = undefined")
    assert fake.call("sound")["clips"][0]["nested"] is False


@rule
def tracks_are_muted_for_a_render_and_then_as_before(make: Make) -> None:
    for throws in (False, True):
        fake = make(exportThrows=throws)
        fake.export = lambda path: "No Error"
        for name, muted in (("A1", False), ("A2", True), ("A3", False)):
            fake.add_track(name, muted)
        if throws:
            assert code_of(fake, "export_audio", **{**SOUND, "heard": [False, True, True]}) == "host.script"
        else:
            said = fake.call("export_audio", **{**SOUND, "heard": [False, True, True]})
            assert (said["said"], said["before"]) == ("No Error", said["after"])
        assert fake.state["log"][0]["heard"] == [False, True, True]
        assert fake.state["muted"] == [False, True, False]


@rule
def without_a_choice_no_track_is_touched(make: Make) -> None:
    fake = make(muteStuck=True)
    fake.export = lambda path: "No Error"
    fake.add_track("A1")
    fake.add_track("A2", muted=True)
    fake.call("export_audio", **SOUND)
    assert fake.state["log"][0] == {
        "path": SOUND["path"],
        "preset": SOUND["preset"],
        "range": 0,
        "heard": [True, False],
    }


@rule
def a_track_that_cannot_be_muted_stops_the_render(make: Make) -> None:
    fake = make(muteStuck=True)
    fake.add_track("A1")
    assert code_of(fake, "export_audio", **{**SOUND, "heard": [False]}) == "host.mute"
    assert fake.state["log"] == []


@rule
def the_playhead_goes_to_ticks(make: Make) -> None:
    fake = make()
    assert fake.call("goto", ticks=str(2**53 + 1)) == {}
    assert fake.state["position"] == str(2**53 + 1)


# -- the tests -------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", RULES, ids=lambda check: check.__name__)
def test_rule(check: Callable[[Make], None]) -> None:
    check(FakePremiere)


def test_no_branch_of_the_script_is_left_out() -> None:
    script = node_output("instrument.cjs", str(SCRIPT))
    taken: dict[str, dict[str, Any]] = {"b": {}, "s": {}, "f": {}}

    def make(**quirks: Any) -> FakePremiere:
        fake = FakePremiere(script=script, **quirks)
        opened.append(fake)
        return fake

    opened: list[FakePremiere] = []
    where: dict[str, Any] = {}
    for check in RULES:
        check(make)
        for fake in opened:
            for counted in fake.evaluate("this.zimuCoverage || {}").values():
                where = counted["branchMap"]
                _add(taken, counted)
        opened.clear()
    missed = [f"{kind}{key} {counts}" for kind, table in taken.items() for key, counts in table.items() if 0 in counts]
    lines = [where[name.split()[0][1:]]["loc"]["start"]["line"] for name in missed if name.startswith("b")]
    assert not missed, f"never taken: {missed}, branches in lines {lines}"
    assert sum(map(len, taken["b"].values())) > 150  # it was really counted


def _add(taken: dict[str, dict[str, Any]], counted: dict[str, Any]) -> None:
    for kind, table in taken.items():
        for key, counts in counted[kind].items():
            many = counts if isinstance(counts, list) else [counts]
            before = table.get(key, [0] * len(many))
            table[key] = [one + other for one, other in zip(before, many, strict=True)]


@given(st.text(), st.text())
def test_any_name_and_comments_come_back_as_they_were(name: str, comments: str) -> None:
    look = FAKE.call("put_marker", **{**MARKER, "name": name, "comments": comments})
    FAKE.call("drop_marker", seen=look)
    assert (look["name"], look["comments"]) == (name, comments)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_any_json_is_read_and_any_other_text_is_an_error_not_a_crash(value: Any) -> None:
    assert error_of(FAKE, json.dumps(value)) == "host.request"
    assert error_of(FAKE, json.dumps(value, ensure_ascii=False)[:-1]) == "host.request"


@pytest.mark.parametrize(
    "newer",
    [
        "JSON",
        "[].map",
        "''.trim",
        "Object.keys",
        "Date.now",
        "(function () {}).bind",
        "[].indexOf",
        "this.Map",
        "this.Promise",
        "''.includes",
        "Array.isArray",
        "Object.defineProperty",
        "Number.isInteger",
        "Math.trunc",
    ],
)
def test_the_engine_is_as_old_as_extendscript(newer: str) -> None:
    assert (
        FAKE.evaluate(
            f"(function () {{ try {{ return typeof ({newer}); }} catch (gone) {{ return 'undefined'; }} }}).call(this)"
        )
        == "undefined"
    )


def test_a_script_error_is_a_host_error_in_python() -> None:
    with pytest.raises(HostError, match="no request no-such-verb"):
        FAKE.call("no-such-verb")


FAKE = FakePremiere()
