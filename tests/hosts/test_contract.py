"""What every host promises, each in its own fake: the model, Resolve, Premiere from its panel and from outside it."""

from __future__ import annotations

import wave
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plugin_core import pushing, storage
from plugin_core.bridge import AudioRequest, Bridge
from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import HostError
from plugin_core.host import (
    RESOLVE,
    Caption,
    CaptionTrack,
    DropMarker,
    Marker,
    Operation,
    PlanOptions,
    Present,
    PutCaptions,
    PutMarker,
    TimelineInfo,
)
from plugin_core.markers import key_of
from plugin_core.plan.pushed import path_of
from plugin_core.pushing import Report
from plugin_core.server import Address
from plugin_core.serving.relay import Borrowed
from premiere_cep.host import PremiereBridge
from tests.hosts.model_bridge import ModelBridge
from tests.hosts.model_host import ModelHost
from tests.hosts.premiere_engine import open_fake as open_premiere
from tests.hosts.resolve_channel import open_fake as open_resolve
from tests.serving.clients import premiere_panel
from tests.serving.conftest import served

DOCUMENT = Document(
    languages=("zh", "en"),
    cues=(Cue("c1", 1000, 2000, ("你好。", "Hello.")), Cue("c2", 3000, 4000, ("再见。\n走了。", "Bye."))),
    marks=(
        Mark("m1", "sound", 1000, 1400, "bang", (("action", "close"),), 0.75),
        Mark("m2", "music", 1000, 3400, "strings"),
        Mark("m3", "note", 5000, 5000, "小美: “嗨” & <b>"),
    ),
)
MINE = Marker("", 7, 3, "my marker", "keep; this: too", "Red")


def model() -> Bridge:
    return ModelBridge(ModelHost(RESOLVE), TimelineInfo(duration=2500))


HOSTS: dict[str, Callable[[], Bridge]] = {
    "model": model,
    "resolve": lambda: open_resolve()[0],
    "premiere": lambda: open_premiere()[0],
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """The server of Premiere's panel."""
    home = tmp_path_factory.mktemp("server")
    with served(home=home, folders=[tmp_path_factory.getbasetemp()]) as found:
        yield found


@pytest.fixture(params=[*HOSTS, "premiere-outside"])
def opened(request: pytest.FixtureRequest) -> Iterator[Callable[[], Bridge]]:
    """Opens a fresh host with a marker of the user's on its timeline."""
    left = ExitStack()

    def outside() -> Bridge:
        address = request.getfixturevalue("address")
        left.enter_context(premiere_panel(address))
        bridge = PremiereBridge(Borrowed(address, "premiere"), pause=lambda _: None)
        left.callback(bridge.close)
        return bridge

    def fresh() -> Bridge:
        bridge = HOSTS.get(request.param, outside)()
        bridge.apply(PutMarker(MINE))
        return bridge

    with left:
        yield fresh


@pytest.fixture
def path(tmp_path: Path) -> Path:
    storage.save(DOCUMENT, tmp_path / "film.zimu")
    return tmp_path / "film.zimu"


def result(steps: Generator[Any, None, Any]) -> Any:
    def told() -> Generator[Any, None, None]:
        results.append((yield from steps))

    results: list[Any] = []
    list(told())
    return results[0]


def push(path: Path, bridge: Bridge) -> Report:
    report: Report = result(pushing.push(path, bridge))
    return report


def looks(present: Present) -> tuple[list[str], list[str]]:
    """What is there, without guids and the order in which it was made."""
    markers = sorted(f"{key_of(one)} {one.frame} {one.frames} {one.name} {one.colour}" for one in present.markers)
    return markers, sorted(f"{track.key} {track.name} {track.captions}" for track in present.tracks)


class Dying:
    """A bridge whose process is killed before its *after*-th operation."""

    def __init__(self, bridge: Bridge, after: int) -> None:
        self._bridge, self._left = bridge, after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bridge, name)

    def apply(self, operation: Operation) -> None:
        self._left -= 1
        if self._left < 0:
            raise HostError("host.gone", "Killed.")
        self._bridge.apply(operation)


def test_the_open_timeline_is_told(opened: Callable[[], Bridge]) -> None:
    bridge = opened()
    info, where = bridge.timeline(), bridge.where()
    assert (info.offset, info.duration > 0, bool(where.timeline)) == (0, True, True)
    assert info.start_timecode == info.rate.timecode(info.start)
    assert bridge.where() == where


def test_a_push_is_seen_and_a_second_one_has_nothing_to_do(opened: Callable[[], Bridge], path: Path) -> None:
    bridge = opened()
    report = push(path, bridge)
    assert report.good, report.summary
    info = bridge.timeline()
    shown = {key_of(marker): marker for marker in bridge.present().markers}
    assert shown["m3"].frame == info.rate.frame_at(5000)
    assert (shown["m1"].name, shown["m3"].name) == ("bang", "小美: “嗨” & <b>")
    before = looks(bridge.present())
    again = push(path, bridge)
    assert (again.plan.operations, again.plan.pulled, again.plan.conflicts) == ((), (), ())
    assert looks(bridge.present()) == before


def test_captions_that_can_be_read_are_those_of_the_document(opened: Callable[[], Bridge], path: Path) -> None:
    bridge = opened()
    push(path, bridge)
    rate = bridge.timeline().rate
    for track in bridge.present().tracks:
        if track.key == "zh" and bridge.traits.reads_captions:
            real = [caption for caption in track.captions if caption.text]
            spans = [(rate.frame_at(cue.start), rate.frame_at(cue.end)) for cue in DOCUMENT.cues]
            assert real == [
                Caption(start, end - start, cue.texts[0])
                for (start, end), cue in zip(spans, DOCUMENT.cues, strict=True)
            ]


def test_items_of_the_user_stay_as_they_are(opened: Callable[[], Bridge], path: Path) -> None:
    bridge = opened()
    before = [marker for marker in bridge.present().markers if not key_of(marker)]
    push(path, bridge)
    assert [marker for marker in bridge.present().markers if not key_of(marker)] == before
    if bridge.traits.drops_captions:
        result(pushing.unpush(path, bridge))
        assert list(bridge.present().markers) == before


def test_after_all_was_taken_away_a_push_puts_it_again(opened: Callable[[], Bridge], path: Path) -> None:
    bridge = opened()
    first = push(path, bridge)
    result(pushing.unpush(path, bridge))
    again = push(path, bridge)
    assert again.plan.operations == first.plan.operations
    assert again.good


@pytest.mark.parametrize("opened", ["model", "resolve"], indirect=True)  # Premiere lets no captions be read
def test_a_subtitle_track_of_the_user_stays_and_is_read(opened: Callable[[], Bridge], path: Path) -> None:
    bridge = opened()
    bridge.apply(PutCaptions(CaptionTrack("", "My subtitles", (Caption(10, 30, "mine"),))))
    push(path, bridge)
    result(pushing.unpush(path, bridge))
    (track,) = bridge.present().tracks
    assert (track.key, track.name) == ("", "My subtitles")
    assert Caption(10, 30, "mine") in track.captions


def test_a_push_killed_after_any_operation_is_finished_by_the_next(opened: Callable[[], Bridge], path: Path) -> None:
    reference = opened()
    count = len(push(path, reference).plan.operations)
    for after in range(count):
        path_of(path).unlink(missing_ok=True)
        bridge = opened()
        with pytest.raises(HostError):
            push(path, Dying(bridge, after))
        assert push(path, bridge).good
        assert push(path, bridge).plan.operations == ()
        if bridge.traits.drops_captions:
            assert looks(bridge.present()) == looks(reference.present())


def test_an_edit_in_the_host_is_kept_and_comes_into_the_document(opened: Callable[[], Bridge], path: Path) -> None:
    bridge = opened()
    push(path, bridge)
    marker = next(one for one in bridge.present().markers if key_of(one) == "m3")
    edited = replace(marker, name="door", frame=marker.frame + 4)
    bridge.apply(DropMarker(marker))
    bridge.apply(PutMarker(edited))
    assert push(path, bridge).plan.operations == ()
    result(pushing.pull(path, bridge))
    (mark,) = (mark for mark in storage.load(path).marks if mark.id == "m3")
    assert mark.text == "door"
    assert abs(mark.start - bridge.timeline().rate.ms_at(edited.frame)) <= 20


def test_a_changed_document_changes_only_what_it_must(opened: Callable[[], Bridge], path: Path) -> None:
    bridge = opened()
    push(path, bridge)
    marks = tuple(replace(mark, text="slam") if mark.id == "m1" else mark for mark in DOCUMENT.marks[:2])
    storage.save(replace(DOCUMENT, marks=marks), path)
    report = push(path, bridge)
    assert {key_of(one.marker) for one in report.plan.operations if isinstance(one, PutMarker | DropMarker)} == {
        "m1",
        "m3",
    }
    assert not any(isinstance(one, PutCaptions) for one in report.plan.operations)
    names = sorted(marker.name for marker in bridge.present().markers)
    assert names == ["my marker", "slam", "strings"]


def test_sound_comes_out_and_nothing_has_changed(opened: Callable[[], Bridge], tmp_path: Path) -> None:
    bridge = opened()
    before = (bridge.timeline(), bridge.sound(), looks(bridge.present()))
    (tmp_path / "out").mkdir()
    sound = result(bridge.render_audio(AudioRequest(0, 50), tmp_path / "out"))
    assert sound.parent == tmp_path / "out"
    with wave.open(str(sound)) as file:
        assert file.getnframes() > 0
    assert (bridge.timeline(), bridge.sound(), looks(bridge.present())) == before


def test_a_render_that_is_left_in_the_middle_changes_nothing(opened: Callable[[], Bridge], tmp_path: Path) -> None:
    bridge = opened()
    before = (bridge.timeline(), bridge.sound())
    steps = bridge.render_audio(AudioRequest(0, 50, (1,)), tmp_path)
    next(steps)
    steps.close()
    assert (bridge.timeline(), bridge.sound()) == before


def test_the_playhead_goes_where_it_is_sent(opened: Callable[[], Bridge]) -> None:
    opened().goto(1500)


def test_only_some_tracks_and_kinds(opened: Callable[[], Bridge], path: Path) -> None:
    bridge = opened()
    result(pushing.push(path, bridge, PlanOptions(tracks=("en",), kinds=("music",))))
    assert {key_of(marker) for marker in bridge.present().markers} == {"", "m2"}
