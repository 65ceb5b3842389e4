"""Push, pull, unpush, status: what is said to be done was seen to be done, and nothing of the user is lost."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plugin_core import pushing, storage
from plugin_core.bridge import Sound, SourceClip
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Mark, Media
from plugin_core.errors import HostError
from plugin_core.host import PREMIERE, RESOLVE, HostTraits, Marker, Operation, PlanOptions, TimelineInfo
from plugin_core.plan import pushed
from plugin_core.plan.pushed import Where
from plugin_core.protocol import Note, Progress
from plugin_core.pushing import Report
from tests.hosts.model_bridge import ModelBridge
from tests.hosts.model_host import ModelHost

INFO = TimelineInfo(FrameRate.parse("25"), "Cut 3", start=90_000, duration=5000)
USER = Marker("", 7, 1, "mine", "", "Red")
DOCUMENT = Document(
    Media("/media/film.mov", 60_000),
    ("zh", "en"),
    (Cue("c1", 1000, 2000, ("你好。", "Hello.")), Cue("c2", 3000, 4000, ("再见。", "Bye."))),
    (Mark("m1", "sound", 1000, 1400, "bang"), Mark("m2", "music", 2000, 3400, "strings")),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    storage.save(DOCUMENT, tmp_path / "film.zimu")
    return tmp_path / "film.zimu"


def bridge(traits: HostTraits = RESOLVE, **options: Any) -> ModelBridge:
    return ModelBridge(ModelHost(traits, markers=(USER,)), INFO, **options)


def done(steps: Generator[Progress | Note, None, Report]) -> Report:
    def told() -> Generator[Any, None, None]:
        reports.append((yield from steps))

    reports: list[Report] = []
    list(told())
    return reports[0]


def test_a_push_shows_the_document_and_a_second_one_has_nothing_to_do(path: Path) -> None:
    host = bridge()
    report = done(pushing.push(path, host))
    table = report.to_json()
    assert (report.good, table["put"]["markers"], table["changed"], table["removed"]) == (True, 2, 0, 0)
    assert [(one["key"], one["captions"]) for one in table["put"]["tracks"]] == [("zh", 2), ("en", 2), ("zh-en", 2)]
    calls = host.host.calls
    again = done(pushing.push(path, host))
    assert (again.to_json()["nothing_to_do"], host.host.calls) == (True, calls)
    assert USER in host.host.markers


def test_status_and_pull_leave_the_timeline_alone(path: Path) -> None:
    host = bridge()
    assert not done(pushing.status(path, host)).to_json()["nothing_to_do"]
    done(pushing.pull(path, host))
    assert (host.host.markers, host.host.tracks, host.host.calls) == ([USER], [], 0)
    assert not pushed.path_of(path).exists()


def test_what_was_edited_in_the_host_comes_into_the_document_and_is_settled_then(path: Path) -> None:
    host = bridge()
    done(pushing.push(path, host))
    at = next(n for n, marker in enumerate(host.host.markers) if marker.key == "m1")
    host.host.markers[at] = replace(host.host.markers[at], name="a loud bang", frame=30)
    assert len(done(pushing.status(path, host)).plan.pulled) == 1
    report = done(pushing.pull(path, host))
    assert report.summary[0] == "1 edit taken over into the document."
    mark = next(mark for mark in storage.load(path).marks if mark.id == "m1")
    assert (mark.text, mark.start) == ("a loud bang", 1200)
    settled = done(pushing.push(path, host))
    assert (settled.plan.operations, settled.plan.pulled, settled.plan.conflicts) == ((), (), ())


def test_unpush_takes_away_all_of_ours_and_nothing_else(path: Path) -> None:
    host = bridge()
    done(pushing.push(path, host))
    report = done(pushing.unpush(path, host))
    assert (host.host.markers, host.host.tracks, report.good) == ([USER], [], True)
    assert storage.load(path) == DOCUMENT
    assert done(pushing.unpush(path, host)).summary == ("Nothing of Zimu's is there.",)
    done(pushing.push(path, host))
    assert len(host.host.tracks) == 3


def test_unpush_does_not_throw_away_an_edit_unless_told_to(path: Path) -> None:
    host = bridge()
    done(pushing.push(path, host))
    host.host.markers = [replace(one, name="renamed") if one.key == "m1" else one for one in host.host.markers]
    with pytest.raises(HostError) as caught:
        done(pushing.unpush(path, host))
    assert caught.value.code == "host.edited"
    assert len(host.host.markers) == 3
    done(pushing.unpush(path, host, discard=True))
    assert host.host.markers == [USER]


def test_what_the_host_refuses_is_told_and_tried_again_by_the_next_push(path: Path) -> None:
    refusing = True

    def refuse(operation: Operation) -> None:
        if refusing and getattr(getattr(operation, "marker", None), "key", "") == "m2":
            raise HostError("host.refused", "No.")

    host = bridge(before=refuse)
    report = done(pushing.push(path, host))
    assert not report.good
    (failed,) = report.to_json()["failed"]
    assert (failed["what"], failed["why"]) == ("put the marker “strings” at 01:00:02:00", "No.")
    assert failed["error"]["message"] == "No."
    assert report.to_json()["put"]["markers"] == 1
    refusing = False
    assert done(pushing.push(path, host)).to_json()["put"]["markers"] == 1


def test_what_the_host_says_it_did_and_did_not_is_told(path: Path) -> None:
    host = bridge()
    real = host.host.apply
    host.host.apply = lambda operation: None if "m1" in str(operation) else real(operation)  # type: ignore[method-assign]
    report = done(pushing.push(path, host))
    assert report.to_json()["left"] == ["put the marker “bang” at 01:00:01:00"]
    assert any("Not seen on the timeline" in sentence for sentence in report.summary)


def test_nothing_is_put_into_another_timeline_that_is_opened_meanwhile(path: Path) -> None:
    host = bridge()

    def switch(operation: Operation) -> None:
        host.place = Where("model", "p", "another")

    host.before = switch
    with pytest.raises(HostError) as caught:
        done(pushing.push(path, host))
    assert (caught.value.code, host.host.calls) == ("host.other-timeline", 1)
    host.place, host.before = Where("model", "p", "t"), lambda operation: None
    assert done(pushing.push(path, host)).good
    assert len(host.host.tracks) == 3


@pytest.mark.parametrize("traits", [RESOLVE, PREMIERE], ids=lambda traits: traits.name)
def test_a_push_killed_after_any_operation_is_finished_by_the_next(path: Path, traits: HostTraits) -> None:
    reference = bridge(traits)
    count = len(done(pushing.push(path, reference)).plan.operations)
    for at in range(count):
        pushed.path_of(path).unlink()
        host = bridge(traits)
        seen: list[Operation] = []

        def die(operation: Operation, seen: list[Operation] = seen, at: int = at) -> None:
            seen.append(operation)
            if len(seen) > at:
                raise HostError("host.gone", "The program has ended.")

        host.before = die
        with pytest.raises(HostError):
            done(pushing.push(path, host))
        host.before = lambda operation: None
        done(pushing.push(path, host))
        assert sorted(host.host.markers, key=str) == sorted(reference.host.markers, key=str)
        assert done(pushing.push(path, host)).plan.operations == ()


def test_the_media_s_place_on_the_timeline_is_found_and_kept(path: Path) -> None:
    clip = SourceClip("D:\\rushes\\film.mov", 1, 250, 750, 2000.0)
    host = bridge(heard=Sound(clips=(clip,)))
    done(pushing.push(path, host))
    assert next(one.frame for one in host.host.markers if one.key == "m1") == 250 + 25 - 50
    host.heard = Sound()  # the clip was taken off: what was pushed stays where it was
    assert done(pushing.push(path, host)).plan.operations == ()
    assert done(pushing.push(path, host, at=0)).info.offset == 0


def test_media_in_pieces_is_said_to_be_so(path: Path) -> None:
    clips = (SourceClip("film.mov", 1, 0, 50, 0.0), SourceClip("film.mov", 1, 50, 90, 9000.0))
    report = done(pushing.status(path, bridge(heard=Sound(clips=clips))))
    assert "cut into pieces" in report.notes[0]


def test_what_a_host_does_not_let_us_see_is_said(path: Path) -> None:
    host = bridge(PREMIERE, unseen="Not seen.")
    report = done(pushing.push(path, host))
    assert report.unverified == ("Not seen.",)
    assert "Not seen." in report.summary


def test_only_what_is_wanted_is_pushed(path: Path) -> None:
    host = bridge()
    done(pushing.push(path, host, PlanOptions(tracks=("en",), kinds=("music",))))
    assert [track.key for track in host.host.tracks] == ["en"]
    assert [marker.key for marker in host.host.markers] == ["", "m2"]
