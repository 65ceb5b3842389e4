"""The process: one for each user, found through its file, gone with its parent, nothing lost when it is killed."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from plugin_core import server, settings, storage
from plugin_core.document import Document
from tests.serving.clients import PATIENCE, Panel, post, workers
from tests.serving.conftest import served

SERVE = [sys.executable, "-X", "utf8", "-m", "plugin_core.cli", "serve"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One for each test here: the servers are processes of their own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("ZIMU_HOME", str(folder))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return folder


class Process:
    """``zimu serve``, started."""

    def __init__(self, *options: str, wait: bool = True) -> None:
        self.popen = subprocess.Popen(
            [*SERVE, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        )
        self.line = self.popen.stdout.readline() if wait and self.popen.stdout else ""

    @property
    def address(self) -> server.Address:
        found = server.running()
        assert found is not None
        return found

    def ended(self) -> tuple[int, str, str]:
        out, err = self.popen.communicate(timeout=PATIENCE)
        return self.popen.returncode, out, err

    def kill(self) -> None:
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.communicate(timeout=PATIENCE)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Process]]:
    """What a test started, killed at its end."""
    processes: list[Process] = []
    yield processes
    for process in processes:
        process.kill()


def test_only_the_user_may_read_where_the_server_is_from_its_first_byte(home: Path) -> None:
    modes = []
    replace = Path.replace

    def spy(path: Path, target: Path) -> Path:
        modes.append((stat.S_IMODE(path.stat().st_mode), path.read_text(encoding="utf-8")))
        return replace(path, target)

    before = os.umask(0)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Path, "replace", spy)
            with served() as address:
                path = home / "server.json"
                assert stat.S_IMODE(path.stat().st_mode) == 0o600
                table = json.loads(path.read_text(encoding="utf-8"))
                assert table == {"port": address.port, "token": address.token, "pid": os.getpid(), "zimu": "0.1.0"}
    finally:
        os.umask(before)
    assert [mode for mode, content in modes if address.token in content] == [0o600]
    assert not path.exists()
    assert not list(home.glob(".server.json*"))


def test_the_token_is_long_and_another_one_each_time_and_never_shown(tmp_path: Path) -> None:
    tokens = []
    for _ in range(2):
        with served() as address:
            tokens.append(address.token)
            assert address.token not in repr(address) + str(address)
    assert tokens[0] != tokens[1]
    assert min(map(len, tokens)) >= 43  # 32 bytes


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_with_its_worker(sign: signal.Signals, started: list[Process], tmp_path: Path) -> None:
    process = Process("--folder", str(tmp_path))
    started.append(process)
    source = tmp_path / "in.srt"
    source.write_text("1\n00:00:01,000 --> 00:00:02,000\nHi\n", encoding="utf-8")
    with Panel(process.address) as panel:
        panel.follow("start", options={"source": str(source), "languages": ["en"], "spoken": "en"})
        children = psutil.Process(process.popen.pid).children(recursive=True)
        assert children
        process.popen.send_signal(sign)
        code, out, err = process.ended()
    assert (code, out, err) == (0, "", "")
    assert not server.discovery_file().exists()
    assert psutil.wait_procs(children, timeout=PATIENCE)[1] == []


def test_a_second_one_says_where_the_first_is(started: list[Process]) -> None:
    first = Process()
    started.append(first)
    address = first.address
    assert address.pid == first.popen.pid
    second = Process(wait=False)
    started.append(second)
    code, out, err = second.ended()
    assert (code, err) == (0, "")
    assert f"http://127.0.0.1:{address.port}" in out
    assert str(address.pid) in out
    assert server.running() == address


def test_two_started_at_the_same_time_make_one(started: list[Process]) -> None:
    started += [Process(wait=False) for _ in range(4)]
    alive = [process for process in started if not _ends(process)]
    assert len(alive) == 1
    assert alive[0].address.pid == alive[0].popen.pid


def _ends(process: Process) -> bool:
    """Whether it ends by itself: the one that serves says so on its first line and stays."""
    assert process.popen.stdout is not None
    return "already running" in process.popen.stdout.readline()


def test_what_a_killed_one_left_behind_is_known_and_does_not_stop_the_next(started: list[Process]) -> None:
    first = Process()
    started.append(first)
    before = first.address
    first.popen.send_signal(signal.SIGKILL)
    first.ended()
    assert server.discovery_file().exists()
    assert server.running() is None
    second = Process()
    started.append(second)
    assert second.address.token != before.token


def test_a_file_whose_process_is_another_program_is_not_believed(home: Path) -> None:
    home.mkdir()
    table = {"port": 1, "token": "t", "pid": os.getpid(), "zimu": "0.1.0"}
    for content in (json.dumps(table), json.dumps({**table, "pid": -1}), "{", "[]", "", '{"port":"x"}'):
        (home / "server.json").write_text(content, encoding="utf-8")
        assert server.running() is None
    with served() as address:
        assert server.running() == address


def test_it_ends_with_its_parent_and_with_any_process_it_was_told_of(started: list[Process], tmp_path: Path) -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = Process("--parent", str(sleeper.pid))
    started.append(process)
    assert process.popen.poll() is None
    sleeper.communicate(timeout=PATIENCE)
    assert process.ended()[0] == 0
    assert not server.discovery_file().exists()


def test_it_ends_when_its_own_parent_is_killed(started: list[Process], tmp_path: Path) -> None:
    script = (
        "import os, subprocess, sys\n"
        f"child = subprocess.Popen({SERVE!r} + ['--parent', str(os.getpid())], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\nprint(child.pid, flush=True)\ninput()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate(timeout=PATIENCE)
    assert psutil.wait_procs([child], timeout=PATIENCE)[1] == []
    assert not server.discovery_file().exists()


def test_it_ends_when_nobody_wants_anything_for_a_while_and_not_before(started: list[Process]) -> None:
    process = Process("--idle", "2")
    started.append(process)
    with Panel(process.address) as panel:
        for _ in range(25):
            time.sleep(0.1)
            assert panel.result("jobs") == []
    assert process.ended()[0] == 0


def test_edits_that_were_answered_survive_a_kill(started: list[Process], tmp_path: Path, document: Document) -> None:
    path = tmp_path / "film.zimu"
    storage.save(document, path)
    process = Process("--folder", str(tmp_path))
    started.append(process)
    with Panel(process.address) as panel:
        revision = panel.result("open", path=str(path))["revision"]
        for place in range(5):
            edit = {"verb": "set_text", "cue": f"c{place}", "language": "en", "text": f"Edited {place}"}
            revision = panel.result("edit", path=str(path), revision=revision, edit=edit)["revision"]
        panel.send(id=99, do="edit", path=str(path), revision=revision, edit={"verb": "delete", "cues": ["c4"]})
        process.popen.kill()  # while that one is perhaps at work
        process.ended()
    kept = storage.load(path)
    assert [cue.texts[0] for cue in kept.cues][:4] == [f"Edited {place}" for place in range(4)]
    again = Process("--folder", str(tmp_path))
    started.append(again)
    with Panel(again.address) as panel:
        error = panel.error("edit", path=str(path), revision=revision, edit={"verb": "delete", "cues": ["c0"]})
        if len(kept.cues) == 5:  # the kill came first: all is as the panel knows it
            return
        assert error["code"] == "document.conflict"
        assert len(panel.result("open", path=str(path))["cues"]) == 4


def test_a_job_whose_worker_is_killed_fails_and_the_same_job_again_succeeds(tmp_path: Path) -> None:
    source = tmp_path / "in.srt"
    source.write_text("1\n00:00:01,000 --> 00:00:02,000\nHi\n", encoding="utf-8")
    options = {"source": str(source), "languages": ["en"], "spoken": "en", "formats": ["vtt"]}
    with served(folders=[tmp_path]) as address, Panel(address) as panel:
        assert panel.follow("start", options=options)["event"] == "finished"
        (worker,) = workers()
        worker.kill()
        answers = [panel.follow("start", options=options)["event"] for _ in range(2)]
        assert answers[-1] == "finished"
    assert psutil.wait_procs([worker], timeout=PATIENCE)[1] == []


def test_a_server_killed_in_the_middle_of_a_job_leaves_no_process_and_the_job_can_be_done_again(
    started: list[Process], tmp_path: Path
) -> None:
    source = tmp_path / "in.srt"
    rows = (
        f"{n}\n00:{n // 60:02}:{n % 60:02},000 --> 00:{n // 60:02}:{n % 60:02},900\nLine {n}\n" for n in range(1, 2000)
    )
    source.write_text("\n".join(rows), encoding="utf-8")
    options = {"source": str(source), "languages": ["en"], "spoken": "en", "formats": ["vtt"]}
    process = Process("--folder", str(tmp_path))
    started.append(process)
    with Panel(process.address) as panel:
        panel.result("start", options=options)
        panel.until("note", "progress")
        children = psutil.Process(process.popen.pid).children(recursive=True)
        assert children
        process.popen.kill()
        process.ended()
    assert psutil.wait_procs(children, timeout=PATIENCE)[1] == []
    again = Process("--folder", str(tmp_path))
    started.append(again)
    with Panel(again.address) as panel:
        end = panel.follow("start", options=options)
        assert len(panel.result("open", path=end["path"])["cues"]) == 1999


def test_nothing_secret_is_in_what_it_prints(started: list[Process], tmp_path: Path) -> None:
    process = Process("--folder", str(tmp_path))
    started.append(process)
    address = process.address
    with Panel(address) as panel:
        panel.socket.send("{")
        panel.receive()
        panel.error("open", path="/etc/passwd")
    post(address, "open", b"{")
    post(address, "jobs", token=address.token[:-1] + "?")
    process.popen.send_signal(signal.SIGTERM)
    _, out, err = process.ended()
    said = process.line + out + err
    assert address.url in said
    assert address.token[:12] not in said
    assert "passwd" not in said


def test_it_listens_on_this_machine_only(home: Path) -> None:
    with served() as address:
        mine = [one for one in psutil.Process().net_connections("inet") if one.laddr.port == address.port]
        listening = {one.laddr.ip for one in mine if one.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}


def test_the_command_line_starts_without_the_servers_libraries() -> None:
    script = "import sys, plugin_core.cli; print([m for m in ('fastapi', 'uvicorn', 'pydantic') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_page_that_leads_to_the_panel_is_the_users_alone_and_goes_with_the_server(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    with served() as address:
        server.open_panel(address, host="resolve", document="/a&b/片.zimu")
        page = home / "panel.html"
        assert stat.S_IMODE(page.stat().st_mode) == 0o600
        target = f"{address.url}/panel/#token={address.token}&amp;host=resolve&amp;document=%2Fa%26b%2F%E7%89%87.zimu"
        assert f'content="0; url={target}"' in page.read_text(encoding="utf-8")
        assert opened == [page.resolve().as_uri()]
    assert not page.exists()


def test_who_starts_while_another_one_ends_waits_for_it(home: Path) -> None:
    from filelock import FileLock

    home.mkdir()
    other = FileLock(str(home / "server.lock"), thread_local=False)  # released by the timer
    other.acquire()
    timer = threading.Timer(0.5, other.release)
    timer.start()
    with served() as address:
        assert server.running() == address
    timer.join()


def test_the_home_is_made_if_there_is_none(home: Path) -> None:
    assert not home.exists()
    with served() as address:
        assert address.port > 0
    assert settings.home() == home


def test_the_panels_files_are_where_an_entry_point_says(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib.metadata import EntryPoint, EntryPoints

    from plugin_core.cli_serve import panel_folder

    for value, found in (("plugin_core:tagging", "tagging"), ("plugin_core.tagging", "tagging"), ("plugin_core:x", "")):
        entries = EntryPoints([EntryPoint("premiere", value, "zimu.panel")])
        monkeypatch.setattr(
            "importlib.metadata.entry_points", lambda entries=entries, **wanted: entries.select(**wanted)
        )
        folder = panel_folder()
        assert (folder.name if folder else "") == found
