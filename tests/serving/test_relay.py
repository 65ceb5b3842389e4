"""One server for both programs: a process lends it the way to its host."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from plugin_core.errors import HostError
from plugin_core.server import Address
from plugin_core.serving.relay import relay
from tests.hosts.premiere_engine import FakePremiere
from tests.hosts.resolve_channel import open_fake
from tests.serving.clients import PATIENCE, Panel
from tests.serving.conftest import served
from tests.serving.test_premiere import relayed


@contextmanager
def lent(address: Address, **quirks: object) -> Iterator[threading.Thread]:
    """A process that lends its way to Resolve; the thread ends with the server."""
    there = threading.Event()
    channel = open_fake(**quirks)[0].channel
    thread = threading.Thread(target=relay, args=(address, "resolve", channel, there.set), daemon=True)
    thread.start()
    assert there.wait(PATIENCE)
    yield thread


@pytest.fixture
def address(tmp_path: Path, folder: Path) -> Iterator[Address]:
    with served(home=tmp_path, folders=[folder]) as found:
        yield found


def test_one_server_serves_both_programs_at_once(address: Address, path: Path) -> None:
    fake = FakePremiere(frames=500)
    with (
        lent(address),
        Panel(address, host="resolve", panel="a") as browser,
        Panel(address, host="premiere", panel="b") as premiere,
    ):
        assert (browser.result("timeline")["host"], browser.result("timeline")["name"]) == ("resolve", "Cut 3")
        premiere.send(id=7, do="timeline")
        assert relayed(premiere, fake, answer=7)["result"]["host"] == "premiere"
        report = browser.follow("push", path=str(path))["report"]
        assert [track["captions"] for track in report["put"]["tracks"]] == [5, 5, 5]
        assert browser.follow("push", path=str(path))["report"]["nothing_to_do"]
        assert fake.state["markers"] == []


def test_a_host_that_nobody_lends_is_not_there(address: Address) -> None:
    with Panel(address, host="resolve") as browser:
        assert browser.error("timeline")["code"] == "host.none"


def test_what_the_host_refuses_is_said_and_of_two_ways_to_it_the_last_is_taken(address: Address) -> None:
    with lent(address), lent(address, timeline=False), Panel(address, host="resolve") as browser:
        error = browser.error("timeline")
        assert (error["code"], error["type"]) == ("host.no-timeline", "HostError")
        assert browser.error("goto", ms=5)["code"] == "host.no-timeline"


def test_the_way_ends_with_the_server(tmp_path: Path) -> None:
    with served(home=tmp_path) as address, lent(address) as thread:
        assert thread.is_alive()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    with pytest.raises(HostError) as caught:
        relay(address, "resolve", open_fake()[0].channel, lambda: None)
    assert caught.value.code == "host.server-busy"


def test_a_server_that_does_not_let_us_in_is_said(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(HostError) as caught:
        relay(replace(address, token="wrong"), "resolve", open_fake()[0].channel, lambda: None)
    assert caught.value.code == "host.server-busy"
    monkeypatch.setattr("plugin_core.serving.relay.VERSION", 999)
    with pytest.raises(HostError, match="different versions"):
        relay(address, "resolve", open_fake()[0].channel, lambda: None)
