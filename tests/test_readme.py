"""The README is true: every command in it runs, in both languages, and both list the same commands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

READMES = ("README.md", "README.zh.md")


def commands(name: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_both_readmes_list_the_same_commands() -> None:
    assert commands("README.md") == commands("README.zh.md")


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    made = [command.split()[1] for command in commands("README.md") if command.startswith("make ")]
    assert made[:2] == ["demo", "test"]
    assert all(f"\n{target}:" in makefile for target in made)


@pytest.mark.slow
def test_every_zimu_command_runs(tmp_path: Path, home: Path) -> None:
    sample = Path("models") / "starter"
    shutil.copytree(ROOT / sample, tmp_path / sample)
    zimu = f'"{sys.executable}" -m plugin_core.cli'
    run = [c.replace(".venv/bin/zimu", zimu) for c in commands("README.md") if c.startswith(".venv/bin/zimu")]
    assert len(run) >= 6
    for command in run:
        place = {"cwd": tmp_path, "env": os.environ | {"ZIMU_HOME": str(home)}}
        done = subprocess.run(command, shell=True, check=False, capture_output=True, text=True, **place)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def test_the_figures_are_those_that_were_measured() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.figures", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
