"""All the way: from Resolve's menu, or from outside, over zimu and its server to the timeline that is open."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from plugin_core.errors import HostError
from plugin_core.processes import zimu_command
from resolve_bridge.panel import shown
from tests.hosts.resolve_machine import Menu, gone, library, waited

pytest.importorskip("uvicorn")


class Panel:
    """The panel that *started* has opened in the browser."""

    def __init__(self, menu: Menu, home: Path, started: subprocess.Popen[str]) -> None:
        self.started = started
        waited(lambda: (menu.pages / "urls").exists() or started.poll() is not None)
        assert started.poll() is None, menu.shown()
        self.url = (menu.pages / "urls").read_text().split()[0]
        self.server = json.loads((home / "server.json").read_text())
        assert self.server["token"] not in self.url  # it stands in the browser's command line
        page = Path(urllib.parse.unquote(urllib.parse.urlsplit(self.url).path)).read_text("utf-8")
        assert f"http://127.0.0.1:{self.server['port']}/panel/#token={self.server['token']}" in page

    def ask(self, verb: str, **arguments: Any) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.server['port']}/api/{verb}",
            json.dumps(arguments).encode(),
            {"Authorization": f"Bearer {self.server['token']}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.loads(error.read())

    def stop(self) -> str:
        """End the server as its user would; what the program that was started says."""
        os.kill(self.server["pid"], signal.SIGTERM)
        said, _ = self.started.communicate(timeout=60)
        assert gone(self.server["pid"])
        return said


@pytest.fixture
def menu(tmp_path: Path) -> Menu:
    return Menu(tmp_path, list(zimu_command()))


@pytest.fixture
def running() -> Iterator[list[subprocess.Popen[str]]]:
    """What a test starts is ended, also if it fails."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        if process.stdout and not process.stdout.closed:
            process.communicate()


def test_the_menu_entry_opens_the_panel_on_the_open_timeline(
    menu: Menu, home: Path, running: list[subprocess.Popen[str]]
) -> None:
    running.append(menu.start())
    opened = Panel(menu, home, running[0])
    assert opened.ask("timeline")["start"] == "01:00:00:00"

    assert menu.run() == ""  # a second click opens the same panel again
    assert (menu.pages / "urls").read_text().split() == [opened.url] * 2
    assert opened.ask("timeline")["start"] == "01:00:00:00"

    assert opened.stop() == ""
    assert running[0].returncode == 0


def test_a_server_of_another_program_is_lent_the_way_to_resolve_and_then_replaced(
    menu: Menu, home: Path, running: list[subprocess.Popen[str]]
) -> None:
    other = subprocess.Popen(
        [*zimu_command(), "serve"],
        env=menu.environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    running.append(other)
    waited((home / "server.json").exists)
    running.append(menu.start())
    opened = Panel(menu, home, running[1])
    assert opened.server["pid"] != running[1].pid
    assert opened.ask("timeline")["start"] == "01:00:00:00"

    os.kill(opened.server["pid"], signal.SIGTERM)
    other.communicate(timeout=60)
    waited(lambda: len((menu.pages / "urls").read_text().split()) == 2)  # it serves Resolve by itself now
    again = Panel(menu, home, running[1])
    assert again.server["pid"] != opened.server["pid"]
    assert again.ask("timeline")["start"] == "01:00:00:00"
    assert again.stop() == ""


def test_the_panel_ends_with_resolve(menu: Menu, home: Path, running: list[subprocess.Popen[str]]) -> None:
    running.append(menu.start())
    opened = Panel(menu, home, running[0])
    running[0].kill()
    waited(lambda: gone(opened.server["pid"]))
    assert not (home / "server.json").exists()


def test_from_outside_an_agent_that_dies_is_replaced_and_none_is_left(
    menu: Menu, home: Path, running: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    fake = library(tmp_path / "fusionscript.py")
    running.append(outside(menu, RESOLVE_SCRIPT_LIB=str(fake)))
    opened = Panel(menu, home, running[0])
    assert opened.ask("timeline")["start"] == "01:00:00:00"

    server = psutil.Process(opened.server["pid"])
    (agent,) = server.children(recursive=True)
    agent.kill()
    waited(lambda: not agent.is_running() or agent.status() == psutil.STATUS_ZOMBIE)
    assert opened.ask("timeline")["start"] == "01:00:00:00"

    (agent,) = server.children(recursive=True)
    opened.stop()
    assert not agent.is_running()


def test_an_error_is_shown_as_a_page_where_no_terminal_shows_it(menu: Menu, tmp_path: Path) -> None:
    fake = library(tmp_path / "fusionscript.py", found="None")
    done = outside(menu, "--show", RESOLVE_SCRIPT_LIB=str(fake))
    said, _ = done.communicate(timeout=60)
    assert done.returncode == HostError.exit_code
    for text in (said, menu.shown()):
        assert "DaVinci Resolve is not running." in " ".join(text.split())
    assert "没有运行" in menu.shown()


def outside(menu: Menu, *options: str, **more: str) -> subprocess.Popen[str]:
    """``zimu resolve panel`` in a terminal."""
    return subprocess.Popen(
        [*zimu_command(), "resolve", "panel", *options],
        env=menu.environ(**more), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def test_a_part_in_resolve_of_another_version_is_said(menu: Menu) -> None:
    agent = menu.scripts.parent / "Zimu/agent.py"
    agent.write_text(agent.read_text("utf-8").replace("PROTOCOL = 1", "PROTOCOL = 0"), "utf-8")
    menu.run()
    assert "protocol 0, not 1" in menu.shown()
    assert "zimu hosts install resolve" in menu.shown()


def test_an_error_in_a_terminal_opens_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[str] = []
    monkeypatch.setattr("webbrowser.open", pages.append)
    for in_browser in (False, True):
        with pytest.raises(HostError), shown(in_browser=in_browser):
            raise HostError("host.x", "No.", "Yes.")
        assert len(pages) == in_browser
