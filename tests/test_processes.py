"""The program starts its parts in other processes: from source with -m, from a frozen build through its console."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from plugin_core import __version__, processes
from tests.conftest import ROOT


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A frozen build whose windowed program is at work; its folder."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "Zimu App.exe"))
    return tmp_path


def test_from_source_python_runs_the_module() -> None:
    assert processes.command("plugin_core.worker") == (sys.executable, "-X", "utf8", "-m", "plugin_core.worker")


def test_a_frozen_build_asks_the_console_program_beside_it(frozen: Path) -> None:
    (frozen / "zimu.exe").touch()
    assert processes.command("gui.wave_process") == (str(frozen / "zimu.exe"), "--run", "gui.wave_process")


def test_a_frozen_build_without_a_console_program_asks_itself(frozen: Path) -> None:
    assert processes.command("gui.wave_process")[0] == sys.executable


def test_the_program_runs_the_part_it_is_asked_for_with_its_arguments(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["zimu", "--run", "gui.wave_process", "there-is-no-such-file.wav"])
    with pytest.raises(SystemExit) as ended:
        processes.handed_over()
    assert ended.value.code == 3
    assert "there-is-no-such-file.wav" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--run"], ["--run", "os"], ["run", "film.mp4"], []])
def test_nothing_else_is_run(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["zimu", *arguments])
    assert not processes.handed_over()
    assert sys.argv == ["zimu", *arguments]


def test_every_part_is_there() -> None:
    from importlib.util import find_spec

    assert all(find_spec(part) for part in processes.PARTS)


def test_the_command_of_this_zimu_starts_it_from_anywhere(tmp_path: Path) -> None:
    command = processes.zimu_command()
    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == f"zimu {__version__}\n"
    assert Path(command[0]).is_absolute()


def test_a_frozen_build_is_started_by_its_console_program_else_by_itself(
    frozen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert processes.zimu_command() == (sys.executable, "--run", "plugin_core.cli")
    (frozen / "zimu.exe").touch()
    assert processes.zimu_command() == (str(frozen / "zimu.exe"),)


def test_every_part_that_is_started_is_one_that_a_frozen_build_holds() -> None:
    asked = {
        name
        for folder in ("plugin_core", "gui", "resolve_bridge", "premiere_cep")
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(r'processes\.command\("([\w.]+)"\)', path.read_text("utf-8"))
    }
    assert asked == set(processes.PARTS)
    assert all(find_spec(name) for name in asked)
