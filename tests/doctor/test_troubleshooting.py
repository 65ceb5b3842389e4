"""The page on troubleshooting has a section for every finding that may be a problem, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin_core.doctor.findings import table
from resolve_bridge.failures import FAILURES
from tests.conftest import ROOT

PAGES = ("troubleshooting.md", "troubleshooting.zh.md")
FIRST = {"_ok": "resolve.", "problem": "resolve.", "_say": "premiere.", "Finding": ""}
"""The functions that make a finding, and what they put before the name they are given."""


def named(path: Path) -> Iterator[str]:
    """The findings that the code in *path* makes by name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=maker), args=[ast.Constant(value=str(name)), *_]) if maker in FIRST:
                yield FIRST[maker] + name


def known() -> set[str]:
    """Every finding there is."""
    hosts = [ROOT / "resolve_bridge" / "doctor.py", ROOT / "premiere_cep" / "doctor.py"]
    looks = {"program.look", "resolve.doctor", "premiere.doctor"}  # a look that failed
    return {
        *table(),
        *(f"resolve.{name}" for name in FAILURES),
        *(name for path in hosts for name in named(path)),
        *looks,
    }


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_every_finding_has_a_section_or_is_in_order(name: str) -> None:
    sections = set(re.findall(r"^### `([\w.-]+)`$", page(name), re.MULTILINE))
    in_order = set(re.findall(r"`([\w.-]+)`", page(name).rpartition("\n## ")[2]))
    assert sections | in_order == known()
    assert sections & in_order == set()
    assert {found for found, row in table().items() if row["state"] == "ok"} <= in_order


@pytest.mark.parametrize("name", PAGES)
def test_every_section_says_something(name: str) -> None:
    for body in re.split(r"(?m)^#{2,3} .*\n(?:### .*\n)*", page(name))[1:]:
        assert len(body.strip()) > 10 or not body.strip()
    assert not re.search(r"(?m)^### .*\n\n", page(name))


def test_both_pages_have_the_same_sections_in_the_same_order() -> None:
    first, second = (re.findall(r"^### (.*)$", page(name), re.MULTILINE) for name in PAGES)
    assert first == second


def test_both_pages_name_the_same_commands_and_these_are_there() -> None:
    from typer.testing import CliRunner

    from plugin_core.cli import app

    first, second = (
        set(re.findall(r"zimu ((?:doctor|hosts|models|resolve|premiere) ?[a-z]*)", page(name))) for name in PAGES
    )
    assert first == second
    for command in first:
        assert CliRunner().invoke(app, [*command.split(), "--help"]).exit_code == 0, command
