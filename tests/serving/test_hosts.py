"""Timelines: over a panel that answers for its host, and over a bridge on the server's side."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plugin_core import storage
from plugin_core.bridge import AudioTrack, Bridge, Channel, Sound
from plugin_core.clock import FrameRate
from plugin_core.document import Document, Mark
from plugin_core.errors import HostError
from plugin_core.host import PREMIERE, RESOLVE, HostTraits, Operation, Present, TimelineInfo
from plugin_core.plan.pushed import Where
from plugin_core.server import Address
from tests.hosts.model_bridge import ModelBridge
from tests.hosts.model_host import ModelHost
from tests.serving.clients import PATIENCE, Panel, post
from tests.serving.conftest import served

SLOW = 5  # ms of a place that no answer is waited for long


class PanelBridge(ModelBridge):
    """A bridge that asks the script behind a panel where it is and moves its playhead; the rest is the model's."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(ModelHost(PREMIERE), TimelineInfo(FrameRate.parse("25"), "Sequence", duration=250))
        self.channel = channel

    @property
    def traits(self) -> HostTraits:
        return PREMIERE

    def where(self) -> Where:
        return Where("premiere", "p", str(self.channel.call("where", 5.0, deep=["中", 1])["id"]))

    def goto(self, ms: int) -> None:
        self.channel.call("goto", 0.3 if ms == SLOW else PATIENCE, ms=ms)

    def present(self) -> Present:
        self.channel.call("present", 5.0)
        return super().present()


def make(name: str, channel: Channel) -> Bridge:
    assert name == "premiere"
    return PanelBridge(channel)


@pytest.fixture(scope="module")
def resolve() -> ModelBridge:
    info = TimelineInfo(FrameRate.parse("29.97 DF"), "Cut 3", start=107_892, duration=900, mark_in=30, mark_out=300)
    return ModelBridge(
        ModelHost(RESOLVE), info, Sound((AudioTrack(1, "Dialogue"), AudioTrack(2, "音乐", enabled=False)))
    )


@pytest.fixture(scope="module")
def address(home: Path, folder: Path, resolve: ModelBridge) -> Iterator[Address]:
    with served(folders=[folder], bridges={"resolve": resolve}, make=make) as found:
        yield found


def answering(panel: Panel, number: int, **answers: Any) -> None:
    """Answer *number* host calls as a script would."""
    for _ in range(number):
        call = panel.call()
        panel.send(answer=call["call"], **answers.get(call["do"], {"result": None}))


def played(panel: Panel, job: str, **answers: Any) -> dict[str, Any]:
    """Answer the host calls of *job* as a script would; its last event."""
    while True:
        while panel.calls:
            call = panel.calls.pop(0)
            panel.send(answer=call["call"], **answers.get(call["do"], {"result": None}))
        for event in panel.events:
            if event.get("job") == job and event["event"] in {"reported", "failed"}:
                return event
        panel.receive()


def test_the_timeline_is_told_in_ms_and_labels(address: Address) -> None:
    code, shown, _ = post(address, "timeline")
    assert code == 200
    assert shown == {
        "host": "model", "id": "t", "name": "Cut 3", "rate": "29.97 DF", "start": "01:00:00;00", "duration_ms": 30_030,
        "mark_in_ms": 1001, "mark_out_ms": 10_010, "document": "", "offset_ms": 0,
        "audio_tracks": [{"index": 1, "name": "Dialogue", "enabled": True},
                         {"index": 2, "name": "音乐", "enabled": False}],
    }  # fmt: skip


@pytest.fixture
def second(resolve: ModelBridge) -> Iterator[str]:
    """The id of another timeline of the project; afterwards the first is open again."""
    resolve.project["t2"] = ModelHost(RESOLVE), TimelineInfo(FrameRate.parse("25"), "第二集", duration=100)
    yield "t2"
    resolve.held.clear()
    resolve.open_timeline("t")
    del resolve.project["t2"]


def test_the_timelines_of_the_project_are_told_and_one_is_opened(
    address: Address, resolve: ModelBridge, second: str
) -> None:
    with Panel(address, host="resolve") as panel:
        assert panel.result("timelines") == [
            {"id": "t", "name": "Cut 3", "rate": "29.97 DF", "duration_ms": 30_030, "open": True},
            {"id": "t2", "name": "第二集", "rate": "25", "duration_ms": 4000, "open": False},
        ]
        shown = panel.result("open_timeline", timeline=second)
        assert (shown["id"], shown["name"], shown["duration_ms"]) == ("t2", "第二集", 4000)
        assert resolve.where().timeline == "t2"
        assert [one["open"] for one in panel.result("timelines")] == [False, True]
    code, said, _ = post(address, "open_timeline", {"timeline": "gone"})
    assert (code, said["error"]["code"]) == (404, "host.unknown-timeline")
    resolve.held.add("t")
    code, said, _ = post(address, "open_timeline", {"timeline": "t"})
    assert (code, said["error"]["code"]) == (409, "host.timeline-refused")
    assert resolve.where().timeline == "t2"


@pytest.mark.parametrize("verb", ["push", "pull", "unpush", "status"])
def test_nothing_is_done_on_another_timeline_than_the_one_that_is_meant(
    address: Address, path: Path, resolve: ModelBridge, second: str, verb: str
) -> None:
    before = path.read_bytes()
    with Panel(address) as panel:
        panel.result("open_timeline", timeline=second)
        end = panel.follow(verb, path=str(path), timeline="t")
        assert end["error"]["code"] == "host.other-timeline"
        assert "Nothing was changed" in end["error"]["message"]
        assert [host.present().markers for host, _ in resolve.project.values()] == [(), ()]
        assert path.read_bytes() == before
        assert panel.follow(verb, path=str(path), timeline=second)["event"] == "reported"
        panel.follow("unpush", path=str(path), discard=True)


def test_another_timeline_than_the_one_that_is_meant_is_not_listened_to(address: Address, second: str) -> None:
    with Panel(address) as panel:
        end = panel.follow("run", timeline=second)
        assert end["error"]["code"] == "host.other-timeline"


def test_a_timeline_that_is_opened_by_hand_in_the_middle_stops_the_push(
    address: Address, path: Path, resolve: ModelBridge, second: str
) -> None:
    storage.save(replace(storage.load(path), marks=(Mark("m", "note", 1000, 2000, "Old"),)), path)
    resolve.before = lambda _: resolve.open_timeline(second)
    try:
        with Panel(address) as panel:
            end = panel.follow("push", path=str(path), timeline="t")
            assert end["error"]["code"] == "host.other-timeline"
            resolve.before = lambda _: None
            resolve.open_timeline("t")
            assert panel.follow("push", path=str(path), timeline="t")["event"] == "reported"
            panel.follow("unpush", path=str(path), discard=True)
    finally:
        resolve.before = lambda _: None


def test_while_a_push_is_at_work_no_other_timeline_is_opened(
    address: Address, path: Path, resolve: ModelBridge, second: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, begun = threading.Event(), threading.Event()

    def before(_: Operation) -> None:
        begun.set()
        gate.wait(PATIENCE)

    monkeypatch.setattr(resolve, "before", before)
    monkeypatch.setattr("plugin_core.serving.service.LOOK", 0.1)
    with Panel(address) as panel:
        job = panel.result("push", path=str(path))["job"]
        assert begun.wait(PATIENCE)
        assert panel.error("open_timeline", timeline=second)["code"] == "host.busy"
        gate.set()
        assert panel.ended(job)["event"] == "reported"
        assert resolve.where().timeline == "t"
        panel.follow("unpush", path=str(path), discard=True)


def test_the_playhead_goes_where_it_is_sent(address: Address, resolve: ModelBridge) -> None:
    with Panel(address, host="resolve") as panel:
        panel.result("goto", ms=1234)
    assert resolve.playhead == 1234


def test_push_twice_pull_and_unpush_over_a_panel_in_the_browser(
    address: Address, path: Path, resolve: ModelBridge
) -> None:
    with Panel(address) as panel:
        report = panel.follow("push", path=str(path), tracks=["zh", "en"])["report"]
        assert [one["captions"] for one in report["put"]["tracks"]] == [5, 5]
        assert panel.follow("push", path=str(path), tracks=["zh", "en"])["report"]["nothing_to_do"]
        assert panel.follow("status", path=str(path))["event"] == "reported"
        assert panel.follow("pull", path=str(path))["report"]["verb"] == "pull"
        panel.follow("unpush", path=str(path), discard=True)
        assert resolve.host.tracks == []
        assert {one["verb"] for one in panel.result("jobs")} >= {"push", "pull", "unpush", "status"}


def test_what_a_pull_takes_over_is_told_to_the_panels_that_show_the_document(
    address: Address, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from plugin_core import pushing

    def pull(path: Path, bridge: Bridge, *_: Any, **__: Any) -> Any:
        document = storage.load(path)
        storage.save(Document(languages=document.languages, cues=document.cues[1:]), path)
        return (yield from pushing.status(path, bridge))

    monkeypatch.setattr("plugin_core.pushing.pull", pull)
    with Panel(address) as panel, Panel(address) as other:
        other.result("open", path=str(path))
        assert panel.follow("pull", path=str(path))["event"] == "reported"
        assert other.until("document")["gone"] == ["c0"]


def test_an_edit_while_a_pull_is_at_work_is_not_lost_nor_is_what_was_pulled(
    address: Address, folder: Path, document: Document, resolve: ModelBridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "pulled.zimu"
    storage.save(replace(document, marks=(Mark("m", "note", 1000, 2000, "Old"),)), path)
    gate, begun, present = threading.Event(), threading.Event(), resolve.present

    def slow() -> Present:
        begun.set()
        gate.wait(PATIENCE)
        return present()

    edit = {"verb": "set_text", "cue": "c0", "language": "zh", "text": "面板里改的"}
    with Panel(address) as panel:
        panel.follow("push", path=str(path))
        resolve.host.markers = [replace(one, name=one.name.replace("Old", "New")) for one in resolve.host.markers]
        revision = panel.result("open", path=str(path))["revision"]
        monkeypatch.setattr(resolve, "present", slow)
        panel.result("pull", path=str(path))
        assert begun.wait(PATIENCE)
        panel.send(id=99, do="edit", path=str(path), revision=revision, edit=edit)
        assert panel.result("jobs")
        gate.set()
        while (answer := panel.receive()).get("id") != 99:
            pass
        assert answer["error"]["code"] == "document.conflict"
        panel.result("edit", path=str(path), revision=answer["error"]["revision"], edit=edit)
        monkeypatch.undo()
        panel.follow("unpush", path=str(path), discard=True)
    kept = storage.load(path)
    assert kept.cues[0].texts[1] == "面板里改的"
    assert "New" in kept.marks[0].text


def test_the_sound_of_a_timeline_becomes_a_document_in_its_place(address: Address, home: Path) -> None:
    with Panel(address) as panel:
        end = panel.follow("run", range="in-out", tracks=[1], options={"languages": ["en"], "spoken": "en",
                           "speech_pack": "starter", "events": []})  # fmt: skip
        assert end["event"] == "finished", end
        assert Path(end["path"]).is_relative_to(home.resolve() / "timelines")
        shown = panel.result("timeline")
        assert (shown["document"], shown["offset_ms"]) == (end["path"], 1001)
        assert panel.result("open", path=end["path"])["cues"] == []
        panel.events.clear()
        assert "render" in {event.get("stage") for event in rerun(panel)}


def rerun(panel: Panel) -> list[dict[str, Any]]:
    panel.follow("run", options={"languages": ["en"], "spoken": "en", "speech_pack": "starter", "events": []})
    return panel.events


def test_a_timeline_without_marks_has_no_range(address: Address, resolve: ModelBridge) -> None:
    before, resolve.info = resolve.info, replace(resolve.info, mark_in=None, mark_out=None)
    try:
        with Panel(address) as panel:
            end = panel.follow("run", range="in-out")
            assert end["error"]["code"] == "host.no-range"
    finally:
        resolve.info = before


# -- hosts behind panels ---------------------------------------------------------------------------


def test_a_host_call_goes_to_the_callers_own_panel_and_its_answer_back(address: Address) -> None:
    with Panel(address, host="premiere", panel="a") as one, Panel(address, host="premiere", panel="b") as other:
        one.send(id=1, do="timeline")
        call = one.call()
        assert (call["do"], call["arguments"]) == ("where", {"deep": ["中", 1]})
        one.send(answer=call["call"], result={"id": "seq 1"})
        while (answer := one.receive()).get("id") != 1:
            pass
        assert (answer["result"]["host"], answer["result"]["name"]) == ("premiere", "Sequence")
        assert other.calls == []


def test_an_error_of_the_script_is_the_callers_error(address: Address) -> None:
    error = {"code": "host.no-timeline", "message": "No sequence is open.", "hint": "Open one."}
    with Panel(address, host="premiere", panel="a") as panel:
        panel.send(id=1, do="timeline")
        panel.send(answer=panel.call()["call"], error=error)
        assert panel.receive()["error"] == {"type": "HostError", **error}


@pytest.mark.parametrize("answer", [{}, {"error": 1}, {"error": None}, {"other": 1}])
def test_an_answer_that_is_none_is_an_error(address: Address, answer: dict[str, Any]) -> None:
    with Panel(address, host="premiere", panel="a") as panel:
        panel.send(id=1, do="timeline")
        panel.send(answer=panel.call()["call"], **answer)
        assert panel.receive()["error"]["code"] == "host.answer"


def test_a_host_that_does_not_answer_is_given_up_and_a_late_answer_dropped(address: Address) -> None:
    with Panel(address, host="premiere", panel="a") as panel:
        panel.send(id=1, do="goto", ms=SLOW)
        call = panel.call()
        assert panel.receive()["error"]["code"] == "host.timeout"
        panel.send(answer=call["call"], result=None)
        panel.send(id=2, do="goto", ms=6)
        panel.send(answer=panel.call()["call"], result=None)
        assert panel.receive() == {"id": 2, "result": {}}


def test_a_panel_that_leaves_fails_its_open_calls(address: Address, path: Path) -> None:
    with Panel(address, panel="b") as other:
        with Panel(address, host="premiere", panel="a") as panel:
            job = panel.result("push", path=str(path))["job"]
            panel.call()
        other.result("watch", job=job)
        assert other.until("failed")["error"]["code"] == "host.gone"


def test_a_panel_that_reconnects_takes_over_the_host_of_its_running_job(address: Address, path: Path) -> None:
    where = {"result": {"id": "seq 7"}}
    with Panel(address, host="premiere", panel="a") as first:
        job = first.result("push", path=str(path))["job"]
        answering(first, 1, where=where)
        call = first.call()  # the second one stays open until the new connection is there
        with Panel(address, host="premiere", panel="a") as second:
            second.result("watch", job=job)
            end = second.until("failed", "reported")
            assert end["error"]["code"] == "host.gone"  # what was open is lost with the connection
            del call
            job = second.result("push", path=str(path))["job"]
            assert played(second, job, where=where)["report"]["put"]["tracks"]


def test_between_two_calls_a_panel_may_come_back(address: Address) -> None:
    from plugin_core.serving.panels import Hub, PanelChannel
    from plugin_core.serving.panels import Panel as Connected

    del address
    hub, channel_done = Hub(), threading.Event()
    channel = PanelChannel(hub, "a", grace=PATIENCE)
    result: list[Any] = []

    class Fake(Connected):
        def send(self, message: dict[str, Any]) -> None:
            self.answer({"answer": message["call"], "result": "here"})

    def call() -> None:
        result.append(channel.call("where"))
        channel_done.set()

    threading.Thread(target=call, daemon=True).start()
    panel: Any = Fake.__new__(Fake)
    Connected.__init__(panel, "a", "premiere", None, None)  # type: ignore[arg-type]  # it sends nothing
    hub.join(panel)
    assert channel_done.wait(PATIENCE)
    assert result == ["here"]
    hub.leave(panel)
    with pytest.raises(HostError, match="closed"):
        PanelChannel(hub, "a", grace=0).call("where")


def test_a_new_connection_of_a_panel_ends_the_old_one(address: Address) -> None:
    from tests.serving.test_attacks import closed

    with Panel(address, host="premiere", panel="a") as old, Panel(address, host="premiere", panel="a") as new:
        assert closed(old.socket) == 4409
        assert isinstance(new.result("jobs"), list)


def test_without_a_host_or_with_two_it_is_said(address: Address, tmp_path: Path) -> None:
    with Panel(address, host="premiere", panel="a"):
        assert post(address, "timeline")[1]["error"]["code"] == "host.none"
    with served(home=tmp_path, make=make) as alone, Panel(alone, host="resolve") as panel:
        assert panel.error("timeline")["code"] == "host.none"
        assert post(alone, "timeline")[0] == 409


def test_while_a_push_is_at_work_a_question_waits_its_turn(address: Address, path: Path, resolve: ModelBridge) -> None:
    gate, begun = threading.Event(), threading.Event()

    def before(_: Operation) -> None:
        begun.set()
        gate.wait(PATIENCE)

    resolve.before = before
    try:
        with Panel(address) as panel:
            job = panel.result("push", path=str(path))["job"]
            assert begun.wait(PATIENCE)
            panel.send(id=77, do="timeline")
            assert {one["job"]: one["state"] for one in panel.result("jobs")}[job] == "running"
            gate.set()
            while panel.receive().get("id") != 77:
                pass
            panel.until("reported")
    finally:
        resolve.before = lambda _: None
