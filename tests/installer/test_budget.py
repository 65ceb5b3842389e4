"""Nothing gets into the build unseen, and nothing is lost from it unseen."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from plugin_core import processes
from tests.installer.scripts import INSTALLER, load, toy_build

budget = load("budget")


def of(**more: object) -> object:
    values = {"total_mb": 2.0, "libraries_mb": {}, "modules": frozenset({"av"}), "elsewhere": frozenset({"winreg2"}),
              "refused": frozenset({"torch"})}  # fmt: skip
    return budget.Budget(**{**values, **more})


def test_what_fits_is_told_nothing_about(tmp_path: Path) -> None:
    build = toy_build(tmp_path)
    assert list(budget.misfits(of(), build, frozenset({"av", "winreg2"}))) == []
    assert budget.packs_in(build) == 3_000_000


@pytest.mark.parametrize(
    ("changed", "modules", "said"),
    [
        ({}, {"av", "leftpad"}, "leftpad is inside and not in the budget"),
        ({}, {"av", "torch"}, "torch must not be inside"),
        ({}, set(), "av is in the budget and not inside"),
        ({"total_mb": 0.5}, {"av"}, "1 MB without packs; the budget is 0 MB"),
        ({"libraries_mb": {"_internal": 0.5}}, {"av"}, "_internal has 4 MB"),
    ],
)
def test_what_does_not_fit_is_one_sentence(
    tmp_path: Path, changed: dict[str, object], modules: set[str], said: str
) -> None:
    (found,) = budget.misfits(of(**changed), toy_build(tmp_path), frozenset(modules))
    assert said in found


def test_the_committed_budget_is_whole() -> None:
    read = budget.Budget.read()
    assert read.total_mb <= 600
    assert "torch" in read.refused
    assert not read.modules & read.refused
    assert {"plugin_core", "gui", "resolve_bridge", "premiere_cep", "PySide6", "ctranslate2"} <= read.modules


def test_the_spec_refuses_what_the_budget_refuses_and_builds_the_program_that_is_looked_for() -> None:
    text = (INSTALLER / "zimu.spec").read_text("utf-8")
    tree = ast.parse(text)
    refused = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "REFUSED"
    )
    assert set(refused) == budget.Budget.read().refused
    assert f'program("{processes.CONSOLE}", ' in text
    assert "processes.PARTS" in text
