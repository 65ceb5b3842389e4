"""The agent inside Resolve: its lines, and each verb against each quirk of the program."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from plugin_core.errors import HostError
from resolve_bridge import agent
from resolve_bridge.agent import Agent, answer, serve
from tests.hosts.fake_resolve import FakeResolve, Quirks
from tests.hosts.fake_timeline import Track
from tests.hosts.resolve_channel import FakeChannel

ROOT = Path(__file__).parents[2]


def opened(**quirks: Any) -> tuple[FakeChannel, FakeResolve]:
    resolve = FakeResolve(Quirks(**quirks))
    return FakeChannel(resolve), resolve


def refused(channel: FakeChannel, verb: str, **arguments: Any) -> HostError:
    with pytest.raises(HostError) as caught:
        channel.call(verb, **arguments)
    assert caught.value.message.endswith(".")
    assert caught.value.hint.endswith(".")
    return caught.value


# -- lines -----------------------------------------------------------------------------------------


def said(resolve: object, *lines: Any) -> list[Any]:
    waiting = [*lines, ""]
    out: list[str] = []
    serve(resolve, lambda: waiting.pop(0), out.append)
    return [json.loads(line) for line in out]


def test_the_agent_says_hello_and_answers_each_line() -> None:
    lines = said(FakeResolve(), '{"id":7,"do":"where"}\n', b'{"id":8,"do":"where","arguments":{}}\n', "\n")
    assert lines[0]["protocol"] == agent.PROTOCOL
    assert [line["id"] for line in lines[1:]] == [7, 8]
    assert lines[1]["result"] == lines[2]["result"] == ["00000001-0000", "00000002-0000"]


def test_quit_ends_the_agent() -> None:
    assert len(said(FakeResolve(), '{"id":1,"do":"quit"}\n', '{"id":2,"do":"where"}\n')) == 1


@pytest.mark.parametrize("line", ["{", "[]", "7", '{"do":"where"}', '{"id":1}', "\ufffd", b"\xff\xfe{", "null"])
def test_a_line_that_is_no_request_is_answered_as_such(line: Any) -> None:
    _, bad, good = said(FakeResolve(), line, '{"id":2,"do":"where"}')
    assert bad["error"]["code"] in {"host.request", "host.failed"}
    assert good["id"] == 2


def test_an_unknown_verb_is_named() -> None:
    assert "dance" in answer(Agent(FakeResolve()), '{"id":1,"do":"dance"}')["error"]["message"]
    assert answer(Agent(FakeResolve()), '{"id":1,"do":"__init__"}')["error"]["code"] == "host.request"


def test_whatever_resolve_raises_becomes_an_answer() -> None:
    class Broken:
        def GetProjectManager(self) -> None:
            raise SystemError("remote object is gone")

    error = answer(Agent(Broken()), '{"id":1,"do":"where"}')["error"]
    assert error["code"] == "host.failed"
    assert "SystemError: remote object is gone" in error["message"]


# -- what is there ---------------------------------------------------------------------------------


def test_hello_tells_edition_version_page_and_what_there_is() -> None:
    channel, _ = opened(version="19.1.3", marks=False)
    hello = channel.call("hello")
    assert (hello["product"], hello["studio"], hello["version"]) == ("DaVinci Resolve Studio", True, "19.1.3")
    assert (hello["page"], hello["database"], hello["project"], hello["timeline"]) == ("edit", True, "Film", "Cut 3")
    assert "AddTrack" in hello["functions"]["Timeline"]
    assert "GetMarkInOut" not in hello["functions"]["Timeline"]


def test_hello_knows_the_free_edition_before_it_asks_anything_else() -> None:
    channel, resolve = opened(studio=False)
    assert channel.call("hello")["studio"] is False
    assert resolve.world_.calls[0] == "GetProductName"


def test_without_a_database_nothing_more_is_asked_because_it_may_hang() -> None:
    channel, resolve = opened(wedged=True)
    hello = channel.call("hello")
    assert hello["database"] is False
    assert "GetCurrentProject" not in resolve.world_.calls
    assert refused(channel, "timeline").code == "host.no-database"


@pytest.mark.parametrize(("quirk", "code"), [("project", "host.no-project"), ("timeline", "host.no-timeline")])
def test_what_is_not_open_is_named(quirk: str, code: str) -> None:
    channel, _ = opened(**{quirk: False})
    assert channel.call("hello")[quirk] == ""
    assert refused(channel, "present").code == code


def test_versions_without_ids_are_known_by_names() -> None:
    assert opened(ids=False)[0].call("where") == ["Film", "Cut 3"]


def test_marks_are_not_told_before_resolve_20() -> None:
    assert opened(marks=False)[0].call("timeline")["marks"] is None


@pytest.mark.parametrize("quirks", [{}, {"tables": True}, {"phantoms": True}, {"tables": True, "phantoms": True}])
def test_captions_are_read_in_parts_whatever_lists_look_like(quirks: dict[str, Any]) -> None:
    channel, resolve = opened(**quirks)
    resolve.timeline_.subtitles_("Subtitle 1", (0, 24, "one"), (48, 72, "two\nlines"), (96, 99, "three"))
    assert channel.call("present")["tracks"][0]["count"] == 3
    assert channel.call("captions", track=1) == [
        [86400, 86424, "one"],
        [86448, 86472, "two\nlines"],
        [86496, 86499, "three"],
    ]
    assert channel.call("captions", track=1, first=1, count=1) == [[86448, 86472, "two\nlines"]]
    assert channel.call("captions", track=9) == []


# -- markers ---------------------------------------------------------------------------------------

MARKER: dict[str, Any] = {
    "frame": 24,
    "colour": "Purple",
    "name": "Song",
    "note": "music [zimu:a]",
    "frames": 48,
    "custom": "zimu:a",
}
SHOWN = {"colour": "Purple", "name": "Song", "note": "music [zimu:a]", "frames": 48}


def test_a_marker_stands_at_its_frame_from_the_start() -> None:
    channel, resolve = opened()
    channel.call("put_marker", **MARKER)
    assert list(resolve.timeline_.markers_) == [24.0]
    assert channel.call("present")["markers"] == [MARKER]


@pytest.mark.parametrize("custom", ["no", "raises"])
def test_builds_that_refuse_custom_data_get_the_marker_without(custom: str) -> None:
    channel, resolve = opened(custom_data=custom)
    channel.call("put_marker", **MARKER)
    assert resolve.timeline_.markers_[24.0]["note"] == "music [zimu:a]"
    assert resolve.timeline_.markers_[24.0]["customData"] == ""


def test_an_occupied_frame_is_refused_and_left_alone() -> None:
    channel, resolve = opened()
    resolve.timeline_.AddMarker(24, "Red", "mine", "", 1)
    assert "mine" in refused(channel, "put_marker", **MARKER).message
    assert resolve.timeline_.markers_[24.0]["name"] == "mine"


def test_a_marker_that_is_there_already_is_no_error() -> None:
    channel, _ = opened()
    channel.call("put_marker", **MARKER)
    channel.call("put_marker", **MARKER)


def test_a_timeline_that_somebody_else_holds_refuses() -> None:
    channel, _ = opened(collaborator=True)
    error = refused(channel, "put_marker", **MARKER)
    assert error.code == "host.marker-refused"
    assert "locked" in error.hint


def test_a_dialog_that_is_up_makes_everything_fail_and_is_hinted_at() -> None:
    channel, resolve = opened(studio=False)
    channel.call("put_marker", **MARKER)
    assert not resolve.timeline_.CreateSubtitlesFromAudio()  # somebody else's script
    assert "dialog" in refused(channel, "put_marker", **{**MARKER, "frame": 30}).hint
    assert "dialog" in refused(channel, "drop_marker", frame=24, shown=SHOWN).hint


def test_a_marker_is_removed_only_as_it_was_shown() -> None:
    channel, resolve = opened()
    channel.call("put_marker", **MARKER)
    resolve.timeline_.AddMarker(25, "Red", "mine", "", 1)
    assert refused(channel, "drop_marker", frame=24, shown={**SHOWN, "name": "Other"}).code == "host.changed"
    assert refused(channel, "drop_marker", frame=23, shown=SHOWN).code == "host.changed"
    channel.call("drop_marker", frame=24, shown=SHOWN)
    assert list(resolve.timeline_.markers_) == [25.0]


# -- captions --------------------------------------------------------------------------------------

SRT = "1\n00:00:01,000 --> 00:00:02,000\n你好\n\n2\n00:00:03,000 --> 00:00:04,000\ntwo\nlines\n"
SPANS = [(86424, 86448, "你好"), (86472, 86496, "two\nlines")]


@pytest.fixture
def srt(tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "Zimu zh 1.srt"
    path.write_text(SRT, "utf-8")
    tries = [[str(path), "01:00:00:00"], [str(path), "01:00:01:00"]]
    return {"tries": tries, "name": "Zimu zh", "spans": [[86424, 86448], [86472, 86496]]}


def state(resolve: FakeResolve) -> Any:
    """All that is not to change."""
    timeline = resolve.timeline_
    tracks = [(one.name, one.enabled, one.locked, spans(one)) for one in timeline.tracks_["subtitle"]]
    pool = resolve.project_.pool_
    return tracks, resolve.world_.page, timeline.timecode_, timeline.marks_, pool.current_


def spans(track: Track) -> list[Any]:
    return [item.span_ for item in track.read()]


def with_users_tracks(resolve: FakeResolve) -> None:
    timeline = resolve.timeline_
    timeline.subtitles_("Mine", (0, 20, "mine"), enabled=False)
    timeline.subtitles_("Locked", (24, 48, "locked"), enabled=False, locked=True)
    timeline.subtitles_("Shown", (24, 60, "shown"))
    timeline.SetMarkInOut(10, 99)
    timeline.SetCurrentTimecode("01:00:07:12")


QUIRKS: list[dict[str, Any]] = [
    {},
    {"appended": "none-list"},
    {"appended": "items"},
    {"tables": True},
    {"phantoms": True},
    {"slow": 5},
    {"rounding": "floor"},
    {"first_at_playhead": True},
    {"ids": False},
    {"marks": False},
    {"studio": False},
    {"closed_by": "lock"},
    {"closed_by": "off", "one_shows": False},
    {"page": "deliver"},
    {"page": "color"},
    {"page": None},
]


@pytest.mark.parametrize("quirks", QUIRKS, ids=str)
def test_captions_come_to_a_new_track_and_everything_else_is_as_before(quirks: dict[str, Any], srt: Any) -> None:
    channel, resolve = opened(**quirks)
    with_users_tracks(resolve)
    before = state(resolve)
    value = channel.call("put_captions", **srt)
    late = int("first_at_playhead" in quirks)
    assert value == {"track": 4, "captions": 2, "used": srt["tries"][late], "left": []}
    ours = resolve.timeline_.tracks_["subtitle"].pop()
    assert (ours.name, ours.locked, spans(ours)) == ("Zimu zh", False, SPANS)
    if quirks.get("page", "edit") is None:
        resolve.world_.page = None  # a page that Resolve does not tell cannot be opened again
    assert state(resolve) == before


def test_the_file_lies_in_a_folder_of_ours_that_is_made_once(srt: Any) -> None:
    channel, resolve = opened()
    channel.call("put_captions", **srt)
    channel.call("put_captions", **srt)
    folder, *others = resolve.project_.pool_.root_.folders_
    assert not others
    assert folder.GetName() == agent.BIN
    assert [clip.GetName() for clip in folder.clips_] == ["Zimu zh 1.srt"]


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"refuses_captions": True}, "did not put the captions"),
    ({"ignores_locks": True}, "did not put the captions"),
    ({"collaborator": True}, "did not make a subtitle track"),
    ({"cannot_close": True, "one_shows": False}, "did not lock"),
]


@pytest.mark.parametrize(("quirks", "message"), REFUSALS, ids=lambda value: str(value)[:30])
def test_a_refusal_leaves_no_trace_on_the_timeline(quirks: dict[str, Any], message: str, srt: Any) -> None:
    channel, resolve = opened(**quirks)
    with_users_tracks(resolve)
    before = state(resolve)
    error = refused(channel, "put_captions", **srt)
    assert error.code == "host.captions-refused"
    assert message in error.message
    assert state(resolve) == before


def test_a_track_that_cannot_be_shown_again_is_told(srt: Any) -> None:
    channel, resolve = opened(deaf=("SetTrackEnable",))
    with_users_tracks(resolve)
    assert channel.call("put_captions", **srt)["left"] == ["the subtitle track “Shown” (on, lock)"]


def test_the_hint_of_a_refusal_gives_both_ways_by_hand(srt: Any) -> None:
    channel, _ = opened(refuses_captions=True)
    hint = refused(channel, "put_captions", **srt).hint
    assert "Insert Selected Subtitles to Timeline Using Timecode" in hint
    assert "File ▸ Import ▸ Subtitle" in hint
    assert srt["tries"][0][0] in hint


def test_captions_at_other_times_are_taken_away_again(srt: Any) -> None:
    channel, resolve = opened()
    error = refused(channel, "put_captions", **{**srt, "spans": [[90000, 90024], [90100, 90124]]})
    assert "at other times" in error.message
    assert not resolve.timeline_.tracks_["subtitle"]


def test_a_file_that_is_not_there_is_not_imported(srt: Any) -> None:
    channel, resolve = opened()
    error = refused(channel, "put_captions", **{**srt, "tries": [["/nowhere/x.srt", "01:00:00:00"]]})
    assert "/nowhere/x.srt" in error.message
    assert not resolve.timeline_.tracks_["subtitle"]


def test_an_agent_killed_anywhere_leaves_tracks_that_can_be_put_back(srt: Any) -> None:
    channel, resolve = opened()
    with_users_tracks(resolve)
    look = channel.call("tracks")
    state_before = state(resolve)[:4]
    before_calls = len(resolve.world_.calls)
    channel.call("put_captions", **srt)
    whole = len(resolve.world_.calls) - before_calls
    for at in range(1, whole, 3):
        channel, resolve = opened()
        with_users_tracks(resolve)
        resolve.world_.kill_at = len(resolve.world_.calls) + at
        with pytest.raises(HostError, match="killed"):
            channel.call("put_captions", **srt)
        assert channel.call("put_back", before=look) == []
        tracks = resolve.timeline_.tracks_["subtitle"]
        if len(tracks) == 4:
            assert spans(tracks[3]) == SPANS  # it had come already
            tracks.pop()
        assert state(resolve)[:4] == state_before


def test_a_track_is_removed_by_index_and_name_and_its_successor_is_shown(srt: Any) -> None:
    channel, resolve = opened()
    resolve.timeline_.subtitles_("Zimu zh", (0, 24, "old"), locked=True)
    resolve.timeline_.subtitles_("Zimu zh", (0, 24, "new"), enabled=False)
    assert refused(channel, "drop_captions", track=1, name="Other").code == "host.changed"
    assert refused(channel, "drop_captions", track=3, name="Zimu zh").code == "host.changed"
    channel.call("drop_captions", track=1, name="Zimu zh")
    (track,) = resolve.timeline_.tracks_["subtitle"]
    assert (spans(track)[0][2], track.enabled) == ("new", True)


def test_removing_a_hidden_track_shows_nothing_else() -> None:
    channel, resolve = opened()
    resolve.timeline_.subtitles_("Zimu zh", (0, 24, "a"), enabled=False)
    resolve.timeline_.subtitles_("Zimu zh", (0, 24, "b"), enabled=False)
    channel.call("drop_captions", track=1, name="Zimu zh")
    assert not resolve.timeline_.tracks_["subtitle"][0].enabled


def test_a_track_that_resolve_keeps_is_told() -> None:
    channel, resolve = opened(collaborator=True)
    resolve.timeline_.subtitles_("Zimu zh", (0, 24, "a"))
    assert refused(channel, "drop_captions", track=1, name="Zimu zh").code == "host.captions-kept"


# -- the rest --------------------------------------------------------------------------------------


def test_the_playhead_moves_or_the_user_is_told() -> None:
    channel, resolve = opened()
    channel.call("goto", timecode="01:00:05:00")
    assert resolve.timeline_.timecode_ == "01:00:05:00"
    assert refused(channel, "goto", timecode="00:00:05:00").code == "host.goto"


def test_timecodes_are_given_with_colons_where_semicolons_are_refused() -> None:
    channel, resolve = opened(rate="29.97 DF", colons=True)
    channel.call("goto", timecode="01:00:05;00")
    assert resolve.timeline_.timecode_ == "01:00:05:00"


def test_an_agent_that_is_left_in_a_render_puts_back_what_it_changed(tmp_path: Path) -> None:
    resolve = FakeResolve(Quirks(render="stuck"))
    start = {"folder": str(tmp_path), "name": "zimu-1", "tracks": [3]}
    lines = said(resolve, json.dumps({"id": 1, "do": "render_start", "arguments": start}))
    assert "result" in lines[1]
    assert [track.enabled for track in resolve.timeline_.tracks_["audio"]] == [True, True, False]
    assert (resolve.world_.page, resolve.project_.deliver_.running) == ("edit", "")
    assert list(resolve.project_.deliver_.jobs) == ["user-job"]


TITLES: dict[str, Any] = {
    "template": "My Text",
    "name": "Zimu zh",
    "rate": "24",
    "captions": [[86424, 24, "你好"], [86472, 24, "two"]],
}


def template(resolve: FakeResolve, name: str = "My Text", rate: str = "24") -> None:
    from tests.hosts.fake_resolve import FakeFolder, FakeMediaPoolItem

    folder = FakeFolder(resolve.world_, "Titles")
    folder.clips_.append(FakeMediaPoolItem(resolve.world_, name, {"FPS": rate}))
    resolve.project_.pool_.root_.folders_.append(folder)


def test_titles_are_copies_of_a_template_on_a_track_of_their_own() -> None:
    channel, resolve = opened(page="color")
    template(resolve)
    assert channel.call("text_plus", **TITLES) == {"track": 2, "titles": 2}
    assert channel.call("text_plus", **{**TITLES, "captions": [[86600, 10, "last"]]}, track=2)["titles"] == 1
    _, track = resolve.timeline_.tracks_["video"]
    assert [item.span_[:2] for item in track.items] == [(86424, 86448), (86472, 86496), (86600, 86610)]
    texts = [item.comp_.tools_[0].inputs_ for item in track.items if item.comp_]
    assert texts == [{"StyledText": "你好"}, {"StyledText": "two"}, {"StyledText": "last"}]
    assert resolve.world_.page == "color"


def test_templates_that_would_show_nothing_or_last_wrongly_are_refused() -> None:
    channel, resolve = opened()
    assert "no “My Text”" in refused(channel, "text_plus", **TITLES).message
    template(resolve, rate="25")
    assert "another frame rate" in refused(channel, "text_plus", **TITLES).message
    template(resolve, name="Plain")
    assert refused(channel, "text_plus", **{**TITLES, "template": "Plain"}).code == "host.text-refused"
    assert len(resolve.timeline_.tracks_["video"]) == 1
    resolve.world_.quirks.collaborator = True
    assert refused(channel, "text_plus", **{**TITLES, "template": "Plain"}).code == "host.text-refused"


# -- as a process ----------------------------------------------------------------------------------

LIBRARY = """
import os, sys
sys.path.insert(0, {root!r})
print("a library that prints")
os.system("echo and its child")
def scriptapp(name):
    assert name == "Resolve"
    from tests.hosts.fake_resolve import FakeResolve
    return {what}
"""


def run(tmp_path: Path, what: str, lines: str) -> tuple[int, list[Any]]:
    library = tmp_path / "fusionscript.py"
    library.write_text(LIBRARY.format(root=str(ROOT), what=what), "utf-8")
    done = subprocess.run(
        [sys.executable, agent.__file__, "--lib", str(library)], input=lines, capture_output=True, encoding="utf-8",
        check=False,
    )  # fmt: skip
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_as_a_process_it_serves_on_pipes_that_no_library_can_write_to(tmp_path: Path) -> None:
    code, lines = run(tmp_path, "FakeResolve()", '{"id":1,"do":"where"}\n{"id":2,"do":"quit"}\n')
    assert code == 0
    assert lines[0]["product"] == "DaVinci Resolve Studio"
    assert lines[1] == {"id": 1, "result": ["00000001-0000", "00000002-0000"]}


def test_a_resolve_that_lets_nobody_in_is_an_error_before_hello(tmp_path: Path) -> None:
    code, lines = run(tmp_path, "None", "")
    assert code == 1
    assert lines[0]["error"]["code"] == "host.unreachable"


def test_a_library_that_does_not_load_is_an_error_before_hello(tmp_path: Path) -> None:
    library = tmp_path / "fusionscript.so"
    library.write_bytes(b"no library")
    done = subprocess.run([sys.executable, agent.__file__, "--lib", str(library)], capture_output=True, check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "host.library"
