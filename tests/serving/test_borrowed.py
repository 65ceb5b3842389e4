"""Premiere from outside its panel: another process of the user works through the server of the panel."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.testing import CliRunner

from plugin_core import pushing, settings, storage
from plugin_core.bridge import alone
from plugin_core.document import Mark
from plugin_core.errors import HostError
from plugin_core.plan.pushed import path_of
from plugin_core.pushing import Report
from plugin_core.server import Address
from plugin_core.serving.models import HostVerb
from plugin_core.serving.relay import Borrowed
from premiere_cep.cli import app
from premiere_cep.connect import connect
from premiere_cep.host import PremiereBridge
from tests.hosts.premiere_engine import SCRIPT, FakePremiere
from tests.serving.clients import PATIENCE, Panel, post, premiere_panel
from tests.serving.conftest import QUICK, served


@pytest.fixture(scope="module")
def address(home: Path, folder: Path) -> Iterator[Address]:
    """A server that lets a panel ask little at once: a push is no flood all the same."""
    with served(folders=[folder], limits=replace(QUICK, burst=30, rate=20)) as found:
        yield found


@pytest.fixture
def bridge(address: Address) -> Iterator[PremiereBridge]:
    """As ``zimu premiere`` and the desktop app make it."""
    with closing(connect()) as found:
        yield found


@pytest.fixture
def marked(path: Path) -> Path:
    """The document at *path* with fifty marks."""
    marks = tuple(Mark(f"m{at}", "note", at * 300, at * 300 + 100, f"Mark {at}") for at in range(50))
    storage.save(replace(storage.load(path), marks=marks), path)
    return path


def push(path: Path, bridge: PremiereBridge) -> Report:
    steps = pushing.push(path, bridge)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            report: Report = end.value
            return report


def test_a_push_through_the_panel_is_whole_and_a_second_one_has_nothing_to_do(
    address: Address, bridge: PremiereBridge, marked: Path
) -> None:
    with premiere_panel(address, frames=900):
        report = push(marked, bridge)
        assert report.good, report.summary
        assert len(report.shown.markers) == 50
        assert push(marked, bridge).plan.operations == ()


def test_the_commands_are_those_of_every_host(address: Address, path: Path) -> None:
    def said(*words: str) -> str:
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, result.output
        return result.stdout

    with premiere_panel(address, frames=900):
        assert said("timelines").startswith("* ")
        assert "Track “Zimu zh” made with 5 captions." in said("push", str(path), "--tracks", "zh")
        assert "nothing to do" in said("status", str(path), "--tracks", "zh")
        said("pull", str(path))
    assert CliRunner().invoke(app, ["translate"]).exit_code == 2  # no script can read Premiere's captions


def test_without_a_server_it_is_said_where_to_open_the_panel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZIMU_HOME", str(tmp_path))
    with pytest.raises(HostError, match="Window > Extensions > Zimu") as caught:
        connect()
    assert caught.value.code == "host.panel"


def test_without_a_panel_it_is_said(bridge: PremiereBridge) -> None:
    with pytest.raises(HostError, match="No panel of Zimu is open in Premiere") as caught:
        bridge.timeline()
    assert caught.value.code == "host.none"


def test_another_version_of_the_server_is_said(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("premiere_cep.connect.__version__", "99.0")
    with pytest.raises(HostError, match=r"this is 99\.0") as caught:
        connect()
    assert caught.value.code == "host.version"
    assert str(address.pid) in caught.value.hint


def test_a_push_whose_panel_closes_in_the_middle_is_finished_by_the_next(
    address: Address, bridge: PremiereBridge, marked: Path
) -> None:
    put, opened = 0, threading.Semaphore(0)

    def before(verb: str) -> None:
        nonlocal put
        put += verb == "put_marker"
        if verb == "put_marker" and put == 20:
            raise EOFError

    with premiere_panel(address, before=before, opened=opened.release, frames=900):
        assert opened.acquire(timeout=PATIENCE)
        with pytest.raises(HostError, match="panel") as caught:
            push(marked, bridge)
        assert caught.value.code == "host.gone"
        assert path_of(marked).exists()
        assert opened.acquire(timeout=PATIENCE)
        report = push(marked, bridge)
        assert report.good, report.summary
        assert (len(report.shown.markers), put) == (50, 51)
        assert push(marked, bridge).plan.operations == ()


def test_while_another_program_pushes_the_panel_waits_and_is_told(
    address: Address, bridge: PremiereBridge, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugin_core.serving.hosts._HELD", 0.1)
    with premiere_panel(address, frames=900), Panel(address, host="premiere", answers=False) as panel:
        with alone(bridge):
            assert bridge.timeline().duration == 900
            assert panel.error("timeline")["code"] == "host.busy"
            assert panel.follow("push", path=str(path))["error"]["code"] == "host.busy"
        assert panel.result("timeline")["name"]


def test_while_the_panel_pushes_another_program_waits_and_is_told(
    address: Address, bridge: PremiereBridge, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugin_core.serving.service.LOOK", 0.1)
    gate, begun = threading.Event(), threading.Event()

    def before(verb: str) -> None:
        begun.set()
        assert gate.wait(PATIENCE)

    with premiere_panel(address, before=before, frames=900), Panel(address, host="premiere", answers=False) as panel:
        job = panel.result("push", path=str(path))["job"]
        assert begun.wait(PATIENCE)
        with pytest.raises(HostError) as caught:
            push(path, bridge)
        assert caught.value.code == "host.busy"
        with pytest.raises(HostError) as caught:
            bridge.timeline()
        assert caught.value.code == "host.busy"
        gate.set()
        assert panel.ended(job)["event"] == "reported"
        assert push(path, bridge).plan.operations == ()


def test_a_program_that_is_killed_in_its_turn_leaves_the_host_to_others(address: Address) -> None:
    with premiere_panel(address), Panel(address, host="premiere", answers=False) as panel:
        with ExitStack() as left:
            killed = left.enter_context(Panel(address, host="premiere", answers=False))
            killed.result("hold")
        assert panel.result("timeline")["host"] == "premiere"


def test_the_way_ends_with_the_server(tmp_path: Path) -> None:
    with served(home=tmp_path) as address:
        bridge = PremiereBridge(Borrowed(address, "premiere"))
    with pytest.raises(HostError) as caught:
        bridge.timeline()
    assert caught.value.code == "host.gone"
    bridge.close()


# -- nothing but what there is ---------------------------------------------------------------------


def test_the_verbs_are_those_of_the_script() -> None:
    fake = FakePremiere()
    for verb in get_args(HostVerb):
        assert "There is no request" not in fake.send(f'{{"do": "{verb}", "arguments": {{}}}}'), verb
    verbs = re.findall(r"^ {8}'?(\w+)'?: function \(", SCRIPT.read_text("utf-8"), re.M)
    assert sorted(verbs) == sorted(get_args(HostVerb))


@pytest.mark.parametrize(
    "asked",
    [
        {"verb": "eval", "arguments": {}},
        {"verb": "constructor", "arguments": {}},
        {"verb": "where", "arguments": {}, "code": "app.quit()"},
        {"verb": "where", "arguments": []},
        {"verb": ["where"]},
        {"verb": "where", "timeout": 0},
        {},
    ],
)
def test_what_is_no_verb_of_the_script_reaches_no_panel(address: Address, asked: dict[str, Any]) -> None:
    with premiere_panel(address) as calls, Panel(address, host="premiere", answers=False) as other:
        assert other.error("call", **asked)["code"] == "server.arguments"
        assert calls == []


@pytest.mark.parametrize(
    ("verb", "path", "code"),  # of what lies in {home}, Zimu's, and {folder}, the user's
    [
        ("put_captions", "{home}/server.json", "folder.outside"),
        ("put_captions", "{home}/premiere/../server.srt", "folder.path"),
        ("put_captions", "/etc/passwd", "folder.outside"),
        ("put_captions", "{folder}/film.zimu", "folder.suffix"),
        ("export_audio", "{folder}/film.zimu", "folder.suffix"),
        ("export_audio", "{home}/sound.wav", "folder.outside"),
        ("export_audio", 5, "folder.path"),
    ],
)
def test_files_lie_where_zimu_may_work(address: Address, folder: Path, verb: str, path: Any, code: str) -> None:
    named = path.format(home=settings.home().resolve(), folder=folder) if isinstance(path, str) else path
    with premiere_panel(address) as calls, Panel(address, host="premiere", answers=False) as other:
        assert other.error("call", verb=verb, arguments={"path": named})["code"] == code
        assert calls == []


def test_a_preset_is_a_preset(address: Address, folder: Path) -> None:
    with Panel(address, host="premiere", answers=False) as other:
        values = {"path": str(folder / "sound.wav"), "preset": str(folder / "film.zimu")}
        assert other.error("call", verb="export_audio", arguments=values)["code"] == "folder.suffix"


@pytest.mark.parametrize("verb", ["call", "hold", "release"])
def test_over_http_there_is_no_way_to_the_script(address: Address, verb: str) -> None:
    assert post(address, verb, {"verb": "where"})[0] == 404


def test_only_premiere_is_reached_so(tmp_path: Path) -> None:
    with (
        served(home=tmp_path) as address,
        Panel(address, host="resolve", answers=True),
        Panel(address, host="resolve", answers=False) as other,
    ):
        assert other.error("call", verb="where")["code"] == "host.none"
