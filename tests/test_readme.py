"""The README is true: every command in it runs, in both languages, and both list the same commands."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.documents import blocks, run

READMES = ("README.md", "README.zh.md")


def commands(name: str) -> list[str]:
    return [command for block in blocks(ROOT / name) for command in block.commands]


def test_both_readmes_list_the_same_commands() -> None:
    assert commands("README.md") == commands("README.zh.md")


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    made = [command.split()[1] for command in commands("README.md") if command.startswith("make ")]
    assert made[:2] == ["demo", "test"]
    assert all(f"\n{target}:" in makefile for target in made)


@pytest.mark.slow
@pytest.mark.timeout(900)  # many commands, and the machine may be busy
def test_every_zimu_command_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = Path("models") / "starter"
    shutil.copytree(ROOT / sample, tmp_path / sample)
    zimu = [command for command in commands("README.md") if command.startswith(".venv/bin/zimu")]
    assert len(zimu) >= 6
    for command in zimu:
        run(command.removeprefix(".venv/bin/"), tmp_path, monkeypatch)


def test_the_figures_are_those_that_were_measured() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.figures", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
