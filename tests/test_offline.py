"""Strict offline is strict: nothing that Zimu does opens a socket to another machine, and nobody is told anything."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.silence import asked, guarded

PARTS = ("plugin_core", "resolve_bridge", "premiere_cep", "gui")


def run(folder: Path, *words: object, **more: str) -> subprocess.CompletedProcess[str]:
    environment = guarded(folder, ZIMU_OFFLINE="1", QT_QPA_PLATFORM="offscreen", **more)
    command = [sys.executable, "-X", "utf8", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, check=False)


def zimu(folder: Path, *words: object, **more: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "-m", "plugin_core.cli", *words, **more)


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('192.0.2.1', 80), 1)",
        "import urllib.request; urllib.request.urlopen('http://zimu.example/')",
        "import asyncio; asyncio.run(asyncio.open_connection('192.0.2.1', 80))",
        "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    ],
)
def test_the_guard_sees_every_way_out(tmp_path: Path, code: str) -> None:
    assert run(tmp_path, "-c", code).returncode != 0
    assert len(asked(tmp_path)) == 1


def test_the_guard_sees_what_a_process_starts(tmp_path: Path) -> None:
    inner = "import socket; socket.getaddrinfo('zimu.example', 80)"
    run(tmp_path, "-c", f"import subprocess, sys; subprocess.call([sys.executable, '-c', {inner!r}])")
    assert asked(tmp_path) == ["socket.getaddrinfo zimu.example"]


def test_the_guard_lets_this_machine_talk_to_itself(tmp_path: Path) -> None:
    code = (
        "import socket; s = socket.create_server(('127.0.0.1', 0)); "
        "socket.create_connection(('localhost', s.getsockname()[1])).close()"
    )
    done = run(tmp_path, "-c", code)
    assert (done.returncode, asked(tmp_path)) == (0, []), done.stderr


@pytest.mark.slow
def test_the_main_job_opens_no_socket_to_another_machine(tmp_path: Path, starter: Path) -> None:
    film, sample = tmp_path / "film.mp4", starter / "sample" / "sample.mp4"
    cut = ["ffmpeg", "-v", "error", "-i", str(sample), "-t", "4", "-c", "copy", str(film)]
    subprocess.run(cut, check=True)
    done = zimu(
        tmp_path, "run", film, "--pack", "starter", "--to", "zh,en", "--formats", "srt", "--out", tmp_path / "out"
    )
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "out").glob("*.srt"))
    assert asked(tmp_path) == []


@pytest.mark.parametrize(
    "words",
    [
        ("doctor", "--thorough"),
        ("hosts", "status"),
        ("hosts", "install", "resolve", "--dry-run"),
        ("models", "list", "--all"),
        ("models", "verify"),
    ],
)
def test_what_looks_and_lists_opens_no_socket_to_another_machine(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = zimu(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    assert asked(tmp_path) == []


@pytest.mark.parametrize("words", [("models", "pull", "whisper-small", "--yes"), ("doctor", "--updates")])
def test_what_would_use_the_network_says_so_instead(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = zimu(tmp_path, *words, LC_ALL="en_US.UTF-8")
    assert "strict offline" in done.stdout + done.stderr
    assert asked(tmp_path) == []


def test_the_desktop_app_starts_without_a_socket_to_another_machine(tmp_path: Path, home: Path) -> None:
    pytest.importorskip("PySide6")
    (home / "preferences.json").write_text('{"updates": true}')  # offline is stronger
    code = (
        "import sys\n"
        "from PySide6.QtCore import QTimer\n"
        "from gui import app\n"
        "made = app.application()\n"
        "QTimer.singleShot(1500, made.quit)\n"
        "sys.exit(app.main())\n"
    )
    done = run(tmp_path, "-c", code)
    assert (done.returncode, asked(tmp_path)) == (0, []), done.stderr


# -- nobody is told anything -----------------------------------------------------------------------

KNOWN = {  # every other machine that the code names, and what for
    "huggingface.co": "packs, when the user pulls one",
    "modelscope.cn": "packs, when the user chooses it",
    "pypi.org": "a newer version, when the user asks",
    "ffmpeg.org": "where a person can get FFmpeg: a sentence, not a request",
    "timestamp.digicert.com": "the time in a signature of the panel, made by Adobe's tool for who packages it",
}
NAMES_ONLY = re.compile(r"(^|\.)(example|invalid|w3\.org|ns\.adobe\.com)$|^(localhost|127\.0\.0\.1|host)?$")
"""Reserved names, and names of XML's vocabularies: no address of a machine."""


def hosts_in(text: str) -> set[str]:
    return {found.lower().rstrip(".") for found in re.findall(r"""(?:https?|wss?)://([A-Za-z0-9.-]*)""", text)}


def test_no_machine_is_named_that_is_not_known() -> None:
    found: dict[str, set[str]] = {}
    for part in PARTS:
        for path in (ROOT / part).rglob("*"):
            if path.suffix in {".py", ".js", ".jsx", ".toml", ".html", ".lua"} and "__pycache__" not in path.parts:
                for host in hosts_in(path.read_text("utf-8")):
                    found.setdefault(host, set()).add(path.relative_to(ROOT).as_posix())
    strange = {host: files for host, files in found.items() if not NAMES_ONLY.search(host) and host not in KNOWN}
    assert strange == {}


def test_no_library_that_reports_about_its_user_is_asked_for() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8").lower()
    for name in ("sentry", "posthog", "analytics", "telemetry", "segment", "mixpanel", "bugsnag", "amplitude"):
        assert f'"{name}' not in project


def test_the_hubs_client_is_told_to_report_nothing() -> None:
    from huggingface_hub import constants

    from plugin_core import download

    constants.HF_HUB_DISABLE_TELEMETRY = False
    download._quiet()
    assert constants.HF_HUB_DISABLE_TELEMETRY is True
