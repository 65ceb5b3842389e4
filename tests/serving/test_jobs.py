"""Jobs: one after the other, found again by a panel that comes back, cancelled promptly, told to every watcher."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plugin_core.errors import MediaError, SettingsError
from plugin_core.server import Address
from plugin_core.serving.jobs import EVENTS, KEPT, Job, Jobs, Lane, Steps
from tests.serving.clients import PATIENCE, Panel, post, workers
from tests.serving.conftest import served

SRT = "1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n\n2\n00:00:04,000 --> 00:00:06,000\nHow are you?\n"
OPTIONS = {"languages": ["en"], "spoken": "en", "formats": ["vtt"]}
DONE = {"event": "finished", "path": "", "files": []}


class Watcher:
    """Stands for a panel."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []

    def send(self, message: dict[str, Any]) -> None:
        self.got.append(message)


def work(*events: dict[str, Any]) -> Steps:
    yield from events


def job(*events: dict[str, Any]) -> Job:
    return Job("start", "film", lambda _: work(*events))


def progress(done: int, stage: str = "listen") -> dict[str, Any]:
    return {"event": "progress", "stage": stage, "done": done, "total": 100, "remaining": None}


@pytest.fixture
def lane() -> Iterator[Lane]:
    found = Lane("test")
    yield found
    found.close(PATIENCE)


def test_events_are_numbered_and_of_progress_only_the_last_is_kept() -> None:
    one = job(
        *(progress(n) for n in range(50)), {"event": "note", "stage": "cue", "message": "Hm."}, progress(1, "cue"), DONE
    )
    watcher: Any = Watcher()
    one.follow(watcher, 0)
    one.run()
    assert [event["seq"] for event in watcher.got] == list(range(1, 54))
    assert [(event["seq"], event["event"]) for event in one.events(0)] == [
        (50, "progress"), (51, "note"), (52, "progress"), (53, "finished"),
    ]  # fmt: skip
    assert [event["seq"] for event in one.events(51)] == [52, 53]
    assert one.info() == {"job": one.id, "verb": "start", "state": "finished", "title": "film", "seq": 53}


def test_who_watches_again_is_not_told_twice() -> None:
    one = job({"event": "note", "stage": "x", "message": "1"}, DONE)
    watcher: Any = Watcher()
    one.follow(watcher, 0)
    one.run()
    one.follow(watcher, 0)
    assert [event["seq"] for event in watcher.got] == [1, 2]
    late: Any = Watcher()
    one.follow(late, 1)
    assert [event["seq"] for event in late.got] == [2]


def test_a_job_of_a_day_keeps_its_last_events() -> None:
    notes = ({"event": "note", "stage": "x", "message": str(n)} for n in range(EVENTS + 100))
    one = job(*notes, DONE)
    one.run()
    assert len(one.events(0)) == EVENTS
    assert one.events(0)[-1]["event"] == "finished"


@pytest.mark.parametrize(
    ("error", "code"), [(MediaError("media.x", "No.", ""), "media.x"), (KeyError("x"), "server.bug")]
)
def test_whatever_goes_wrong_becomes_an_event(error: Exception, code: str, capfd: pytest.CaptureFixture[str]) -> None:
    def bad(_: Job) -> Steps:
        yield progress(1)
        raise error

    one = Job("start", "film", bad)
    one.run()
    assert one.info()["state"] == "failed"
    assert one.events(0)[-1]["error"]["code"] == code
    assert ("Traceback" in capfd.readouterr().err) == (code == "server.bug")


def test_one_at_a_time_in_order(lane: Lane) -> None:
    order: list[str] = []
    gate = threading.Event()

    def slow(name: str) -> Job:
        def steps(_: Job) -> Steps:
            order.append(f"{name} begins")
            gate.wait(PATIENCE)
            order.append(f"{name} ends")
            yield DONE

        return Job("start", name, steps)

    jobs = Jobs()
    three = [jobs.add(slow(name), lane) for name in "abc"]
    assert jobs.busy
    gate.set()
    assert all(one.ended.wait(PATIENCE) for one in three)
    assert order == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]
    assert not jobs.busy


def test_one_that_waits_is_cancelled_at_once_and_never_begins(lane: Lane) -> None:
    gate, begun = threading.Event(), threading.Event()

    def first(_: Job) -> Steps:
        gate.wait(PATIENCE)
        yield DONE

    def second(_: Job) -> Steps:
        begun.set()
        yield DONE

    jobs = Jobs()
    one, two = (jobs.add(Job("start", "x", steps), lane) for steps in (first, second))
    two.cancel()
    assert two.ended.is_set()
    assert (two.info()["state"], two.events(0)[-1]["error"]["type"]) == ("cancelled", "Cancelled")
    gate.set()
    assert one.ended.wait(PATIENCE)
    third = jobs.add(job(DONE), lane)
    assert third.ended.wait(PATIENCE)
    assert not begun.is_set()


def test_one_at_work_stops_before_its_next_event_and_cleans_up(lane: Lane) -> None:
    cleaned, started = threading.Event(), threading.Event()

    def endless(_: Job) -> Steps:
        try:
            while True:
                started.set()
                yield progress(1)
        finally:
            cleaned.set()

    one = Jobs().add(Job("start", "x", endless), lane)
    assert started.wait(PATIENCE)
    one.cancel()
    assert one.ended.wait(PATIENCE)
    assert cleaned.is_set()
    assert one.info()["state"] == "cancelled"


def test_a_cancel_that_comes_after_the_result_does_not_take_it_away() -> None:
    def late(this: Job) -> Steps:
        this.cancelled.set()
        yield DONE

    one = Job("start", "x", late)
    one.run()
    assert one.info()["state"] == "finished"


def test_those_that_ended_stay_findable_up_to_a_number(lane: Lane) -> None:
    jobs = Jobs()
    made = []
    for _ in range(KEPT + 20):
        made.append(jobs.add(job(DONE), lane))
        assert made[-1].ended.wait(PATIENCE)
    assert jobs.find(made[-1].id) is made[-1]
    assert jobs.find(made[-KEPT].id) is made[-KEPT]
    assert len(jobs.all) == KEPT
    with pytest.raises(SettingsError, match="no job"):
        jobs.find(made[0].id)


def test_a_panel_that_comes_back_finds_its_job_again(address: Address, folder: Path) -> None:
    source = folder / "早上 morning.srt"
    source.write_text(SRT, encoding="utf-8")
    with Panel(address, panel="mine") as panel:
        job = panel.result("start", options={"source": str(source), **OPTIONS})["job"]
        first = panel.until("progress", "note")
    with Panel(address, panel="mine") as panel, Panel(address, panel="other") as other:
        assert job in [one["job"] for one in panel.result("jobs")]
        panel.result("watch", job=job, after=first["seq"])
        other.result("watch", job=job)
        end = panel.until("finished")
        assert other.until("finished") == end
        assert all(event["seq"] > first["seq"] for event in panel.events)
        assert Path(end["path"]).suffix == ".zimu"
        assert "document" not in end
        assert panel.result("open", path=end["path"])["languages"] == ["en"]
        assert Path(end["path"]).with_suffix("").name in {Path(file).name.split(".")[0] for file in end["files"]}
    code, followed, _ = post(address, "watch", {"job": job, "after": first["seq"]})
    assert (code, followed["state"], followed["events"][-1]) == (200, "finished", end)


def test_a_job_that_cannot_be_done_says_why(address: Address, folder: Path) -> None:
    (folder / "noise.mp4").write_bytes(b"no film")
    with Panel(address) as panel:
        assert panel.error("start", options={"source": str(folder / "none.mp4")})["code"] == "media.missing"
        end = panel.follow("start", options={"source": str(folder / "noise.mp4")})
        assert end["event"] == "failed"
        assert end["error"]["type"] in {"MediaError", "ModelError"}
        assert panel.error("start", options={"source": "x", "nonsense": 1})["code"] == "server.arguments"
        assert panel.error("watch", job="none")["code"] == "job.unknown"
        assert panel.error("cancel", job="none")["code"] == "job.unknown"


def test_a_cancelled_job_ends_cancelled_and_the_next_one_works(
    address: Address, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is stopped in its tracks (SIGSTOP), as by a native call that does not come back."""
    import signal

    source = folder / "hung.srt"
    source.write_text(SRT, encoding="utf-8")
    with Panel(address) as panel:
        panel.follow("start", options={"source": str(source), **OPTIONS})
        (worker,) = workers()
        worker.send_signal(signal.SIGSTOP)
        job = panel.result("start", options={"source": str(source), **OPTIONS})["job"]
        while {one["job"]: one["state"] for one in panel.result("jobs")}[job] == "waiting":
            pass
        panel.result("cancel", job=job)
        end = panel.ended(job)
        assert end["error"]["type"] == "Cancelled"
        assert {one["job"]: one["state"] for one in panel.result("jobs")}[job] == "cancelled"
        assert panel.follow("start", options={"source": str(source), **OPTIONS})["event"] == "finished"
        assert not worker.is_running()


def test_shutting_down_ends_what_is_at_work(tmp_path: Path) -> None:
    source = tmp_path / "in.srt"
    source.write_text(SRT, encoding="utf-8")
    with served(home=tmp_path / "home", folders=[tmp_path]) as address, Panel(address) as panel:
        for _ in range(5):
            panel.result("start", options={"source": str(source), **OPTIONS})
