"""
The commands of the documents, and how they are tried.

A block of ``sh`` is run line by line, by the same code as the console script, in a folder that holds ``film.mp4`` and
what ``zimu run`` makes of it. A block that begins with ``# needs REASON`` (中文: ``# 需要 REASON``) is not run, and the
reader sees why; its commands must still exist, with their options.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from plugin_core import cli
from tests.conftest import ROOT

DOCS = ROOT / "docs"
REASONS = {
    "DaVinci Resolve": "DaVinci Resolve",
    "Premiere Pro": "Premiere Pro",
    "a fresh clone": "刚克隆的仓库",
    "a release": "发布的安装包",
    "a screen": "屏幕",
    "the network": "网络",
    "a cluster": "集群",
    "clips of your own": "你自己的片段",
    "containers": "容器",
    "torch": "torch",
    "an editing program": "剪辑软件",
    "logs of the service": "服务的日志",
}
OTHER_PROGRAMS = {"cd", "curl", "docker", "git", "kubectl", "pip", "pipx", "ray", "sh", "tar"}
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
_NEEDS = re.compile(r"# (?:needs|需要) (.+)")


@dataclass(frozen=True, slots=True)
class Block:
    """The *commands* of a block, without comments, and what they *need* that a test has not, if anything."""

    commands: tuple[str, ...]
    need: str = ""


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of commands in *page*."""
    for body in _BLOCK.findall(page.read_text("utf-8")):
        lines = body.splitlines()
        need = _NEEDS.fullmatch(lines[0])
        commands = (re.sub(r"(^|\s+)#.*", "", line).strip() for line in lines)
        yield Block(tuple(filter(None, commands)), need[1] if need else "")


def run(line: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a line that calls ``zimu`` in *place*; it may set variables before, write to a file, and forgive problems."""
    words = shlex.split(line)
    forgiven = words[-2:] == ["||", "true"]
    words = words[:-2] if forgiven else words
    target = words.pop() if words[-2:-1] == [">"] else None
    words = words[:-1] if target else words
    with monkeypatch.context() as patched:
        while "=" in words[0]:
            patched.setenv(*words.pop(0).split("=", 1))
        assert words[0] == "zimu", f"only zimu is run here, so say what this needs: {line}"
        patched.setattr(sys, "argv", words)
        patched.chdir(place)
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                cli.main()
            except SystemExit as end:
                status = end.code or 0
            else:
                status = 0
    assert status == 0 or (forgiven and status == cli.EXIT_PROBLEMS), f"{line}\n{said.getvalue()}"
    if target:
        (place / target).write_text(said.getvalue(), "utf-8")


def exists(line: str) -> None:
    """Fail unless what *line* calls exists, with the options it names."""
    words = shlex.split(line)
    match words[:3]:
        case ["zimu", *_]:
            _known(words[1:])
        case ["make", target, *_]:
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE), line
        case ["python", "-m", module, *_]:
            assert importlib.util.find_spec(module), line
        case [program, *_]:
            assert program in OTHER_PROGRAMS or program.endswith("/install.sh"), line


@cache
def _commands() -> Any:
    return get_command(cli.app)


def _known(words: list[str]) -> None:
    command = _commands()
    rest = list(words)
    while rest and rest[0] in getattr(command, "commands", {}):
        command = command.commands[rest.pop(0)]
    assert len(rest) < len(words), f"no such command: zimu {' '.join(words)}"
    names = {"--help"}
    for one in (command, *getattr(command, "commands", {}).values()):
        names.update(name for parameter in one.params for name in (*parameter.opts, *parameter.secondary_opts))
    for word in rest:
        if word.startswith("-"):
            assert word.split("=")[0] in names, f"no option {word}: zimu {' '.join(words)}"
