"""The record of what was pushed: whole or refused, the same bytes for the same content, one for each timeline."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import DocumentError
from plugin_core.host import RESOLVE, Caption, Marker, PlanOptions, TimelineInfo
from plugin_core.plan.matching import matched
from plugin_core.plan.pushed import (
    Pushed,
    PushedCaption,
    PushedMarker,
    PushedTrack,
    Where,
    begun,
    load,
    path_of,
    save,
)
from tests.hosts.model_host import ModelHost

HERE = Where("resolve", "Project 1", "9b2c")
THERE = Where("premiere", "片子", "")
MARKER = Marker("m1", 25, 10, "bang", "sound", "Cyan")
CAPTION = Caption(25, 25, "你好\nhello")
RECORD = Pushed(
    (
        PushedMarker(MARKER, replace(MARKER, frame=26)),
        PushedMarker(replace(MARKER, key="m2"), replace(MARKER, key="m2")),
    ),
    (
        PushedTrack(
            "zh-en",
            (
                PushedCaption(("c1", "c2"), CAPTION, CAPTION),
                PushedCaption(("c3",), CAPTION, None),
                PushedCaption((), CAPTION, replace(CAPTION, frames=3)),
            ),
            "abc",
            "def",
        ),
    ),
    ("m2", "track:zh-en"),
    (PushedMarker(replace(MARKER, key="m2", name="x"), replace(MARKER, key="m2", name="x")),),
    (PushedTrack("zh-en"),),
    -1500,
)
INFO = TimelineInfo(duration=4000)
DOCUMENT = Document(
    languages=("en",),
    cues=(Cue("c1", 1000, 2000, ("Hello.",)),),
    marks=(Mark("m1", "sound", 1000, 1400, "bang"), Mark("m2", "sound", 3000, 3400, "crash")),
)


def test_a_record_comes_back_as_it_was_and_does_not_disturb_the_others(tmp_path: Path) -> None:
    path = path_of(tmp_path / "film.zimu")
    assert path.name == "film.zimu.pushed"
    assert load(path, HERE) is None
    save(path, HERE, RECORD)
    save(path, THERE, Pushed())
    assert load(path, HERE) == RECORD
    assert load(path, THERE) == Pushed()
    assert load(path, Where("resolve", "Project 1", "other")) is None


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for path, order in ((one, (HERE, THERE)), (other, (THERE, HERE))):
        for where in order:
            save(path, where, RECORD)
    assert one.read_bytes() == other.read_bytes()


def test_a_text_that_no_file_can_hold_comes_back(tmp_path: Path) -> None:
    record = Pushed((PushedMarker(replace(MARKER, name="\ud800\u2028"), MARKER),))
    save(tmp_path / "r", HERE, record)
    assert load(tmp_path / "r", HERE) == record


def good(tmp_path: Path) -> dict[str, object]:
    save(tmp_path / "good", HERE, RECORD)
    content = json.loads((tmp_path / "good").read_text("utf-8"))
    assert isinstance(content, dict)
    return content


def test_a_record_of_the_first_version_is_read(tmp_path: Path) -> None:
    content = good(tmp_path)
    content["pushed"] = 1
    for record in content["records"]:  # type: ignore[attr-defined]
        del record["offset"]
    (tmp_path / "old").write_text(json.dumps(content), "utf-8")
    assert load(tmp_path / "old", HERE) == replace(RECORD, offset=0)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"[]", b"{}", b"[" * 100_000, b'{"pushed":true,"records":[]}', b'{"pushed":1}',
        b'{"pushed":1,"records":[3]}', b'{"pushed":1,"records":[{}]}', b'{"pushed":1,"pushed":1,"records":[]}',
        b'{"pushed":NaN,"records":[]}', b'{"pushed":1,"records":{"a":"b"}}', b'{"pushed":0,"records":[]}',
    ],
)  # fmt: skip
def test_a_damaged_record_is_refused_not_overwritten(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "film.zimu.pushed"
    path.write_bytes(content)
    for act in (lambda: load(path, HERE), lambda: save(path, HERE, RECORD)):
        with pytest.raises(DocumentError) as caught:
            act()
        assert caught.value.code == "pushed.damaged"
    assert path.read_bytes() == content


@pytest.mark.parametrize("key", ["markers", "tracks", "touched", "begun_markers", "begun_tracks", "host"])
@pytest.mark.parametrize("value", [None, 3, "x", [3], [[]], [["a"]], [["a", [1, 2, 3]]], [["a", "b", "c", [[[], []]]]]])
def test_an_entry_of_another_form_is_refused(tmp_path: Path, key: str, value: object) -> None:
    content = good(tmp_path)
    records = content["records"]
    assert isinstance(records, list)
    records[0][key] = [["y"]] if key == "host" and value == "x" else value
    path = tmp_path / "bad"
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(DocumentError):
        load(path, HERE)


def test_a_record_of_a_newer_zimu_is_not_guessed_at(tmp_path: Path) -> None:
    path = tmp_path / "r"
    path.write_text('{"pushed":99,"records":"of another kind"}', "utf-8")
    with pytest.raises(DocumentError, match="newer"):
        load(path, HERE)


def test_a_record_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read"):
        load(tmp_path, HERE)


def test_a_push_that_has_begun_keeps_what_was_and_what_is_to_be() -> None:
    host = ModelHost(RESOLVE)
    made, first = host.push(DOCUMENT, INFO, killed_after=0)
    assert first.markers == ()
    assert {item.marker.key for item in first.begun_markers} == {"m1", "m2"}
    assert first.touched == ("m1", "m2", "track:en")
    _, done = host.push(DOCUMENT, INFO, first)
    assert (done.touched, done.begun_markers, done.begun_tracks) == ((), (), ())
    changed = replace(DOCUMENT, marks=DOCUMENT.marks[:1])
    made, second = host.push(changed, INFO, done, killed_after=0)
    assert second.touched == ("m2",)
    assert {item.marker.key for item in second.markers} == {"m1", "m2"}
    assert begun(second, made) == second


def test_what_a_host_writes_differently_is_recorded_as_it_shows_it() -> None:
    host = ModelHost(RESOLVE)
    loud = Document(marks=(Mark("m1", "sound", 1000, 1400, "  bang ", (("colour", "White"),)),))
    _, record = host.push(loud, INFO)
    (item,) = record.markers
    assert (item.marker.name, item.marker.colour) == ("  bang ", "White")
    assert (item.shown.name, item.shown.colour) == ("bang", "Cream")


def test_what_a_host_refused_is_put_again() -> None:
    host = ModelHost(RESOLVE)
    host._put_track = lambda track: None  # type: ignore[method-assign]
    _, record = host.push(DOCUMENT, INFO)
    assert record.tracks == ()
    again, _ = host.push(DOCUMENT, INFO, record, PlanOptions())
    assert len(again.operations) == 1


captions = st.builds(Caption, st.integers(0, 30), st.integers(1, 9), st.sampled_from(["a", "b", "c"]))
lists = st.lists(captions, max_size=8).map(lambda found: sorted(found, key=lambda c: (c.frame, c.frames, c.text)))


@given(lists, lists)
def test_every_caption_is_matched_once_or_gone_or_new(before: list[Caption], now: list[Caption]) -> None:
    pairs, gone, new = matched(before, now)
    assert sorted([*(ours for ours, _ in pairs), *gone]) == list(range(len(before)))
    assert sorted([*(theirs for _, theirs in pairs), *new]) == list(range(len(now)))


@given(lists)
def test_the_same_captions_are_all_matched(found: list[Caption]) -> None:
    pairs, gone, new = matched(found, found)
    assert [(found[one], found[one]) for one, _ in pairs] == [(found[one], found[other]) for one, other in pairs]
    assert not gone
    assert not new
