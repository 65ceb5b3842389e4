"""The real bridge to Premiere over the real server: its script answers behind a panel, in a JavaScript engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plugin_core.server import Address
from tests.hosts.premiere_engine import FakePremiere
from tests.serving.clients import Panel
from tests.serving.conftest import served


@pytest.fixture(scope="module")
def address(home: Path, folder: Path) -> Iterator[Address]:
    with served(folders=[folder]) as found:
        yield found


def relayed(panel: Panel, fake: FakePremiere, job: str = "", answer: int = 0) -> dict[str, Any]:
    """Be the panel's relay to the script until *job* has ended, or the request *answer* is answered."""
    while True:
        while panel.calls:
            call = panel.calls.pop(0)
            said = json.loads(fake.send(json.dumps({"do": call["do"], "arguments": call["arguments"]})))
            panel.send(answer=call["call"], **said)
        for event in panel.events:
            if job and event.get("job") == job and event["event"] in {"finished", "reported", "failed"}:
                return event
        message = panel.receive()
        if answer and message.get("id") == answer:
            return message


def test_the_sequence_is_told(address: Address) -> None:
    fake = FakePremiere(frames=500)
    fake.add_track("Dialogue")
    with Panel(address, host="premiere", panel="p") as panel:
        panel.send(id=7, do="timeline")
        shown = relayed(panel, fake, answer=7)["result"]
        assert (shown["host"], shown["rate"], shown["duration_ms"]) == ("premiere", "25", 20_000)
        assert [track["name"] for track in shown["audio_tracks"]] == ["Dialogue"]


def test_another_sequence_is_opened_and_what_is_meant_for_the_first_is_refused(address: Address, path: Path) -> None:
    fake = FakePremiere(frames=500)
    fake.add_sequence("s2", "第二集", frames=50)
    with Panel(address, host="premiere", panel="p") as panel:
        panel.send(id=7, do="timelines")
        first, second = relayed(panel, fake, answer=7)["result"]
        assert (first["open"], second["open"], second["name"], second["duration_ms"]) == (True, False, "第二集", 2000)
        panel.send(id=8, do="open_timeline", timeline="s2")
        assert relayed(panel, fake, answer=8)["result"]["id"] == "s2"
        job = panel.result("push", path=str(path), tracks=["zh"], timeline=first["id"])["job"]
        assert relayed(panel, fake, job)["error"]["code"] == "host.other-timeline"
        assert fake.state["markers"] == []


def test_a_document_is_pushed_and_a_second_push_has_nothing_to_do(address: Address, path: Path) -> None:
    fake = FakePremiere(frames=600)
    with Panel(address, host="premiere", panel="p") as panel:
        for place in range(2):
            job = panel.result("push", path=str(path), tracks=["zh"])["job"]
            end = relayed(panel, fake, job)
            assert end["event"] == "reported", end
            report = end["report"]
            assert report["nothing_to_do"] == bool(place)
            if not place:
                assert [one["captions"] for one in report["put"]["tracks"]] == [5]
                assert report["unverified"]  # a caption track cannot be seen by a script


def test_a_document_is_pushed_on_by_the_panel_that_came_back(address: Address, path: Path) -> None:
    """The first connection is lost in the middle of a push; what it began is finished by the next one."""
    fake = FakePremiere(frames=600)
    with Panel(address, host="premiere", panel="p") as panel:
        job = panel.result("push", path=str(path))["job"]
        for _ in range(6):
            call = panel.call()
            said = json.loads(fake.send(json.dumps({"do": call["do"], "arguments": call["arguments"]})))
            panel.send(answer=call["call"], **said)
        panel.call()
    with Panel(address, host="premiere", panel="p") as panel:
        panel.result("watch", job=job)
        assert panel.until("failed", "reported")["error"]["code"] == "host.gone"
        end = relayed(panel, fake, panel.result("push", path=str(path))["job"])
        assert end["report"]["good"]
        again = relayed(panel, fake, panel.result("push", path=str(path))["job"])
        assert again["report"]["nothing_to_do"]
