"""The self-test tells of every check, whatever becomes of it, and touches nothing of the user."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plugin_core import self_test
from plugin_core.cli import app
from plugin_core.errors import SettingsError
from plugin_core.self_checks import CHECKS, LIBRARIES
from tests.conftest import ROOT

FAKES = """
import os, sys
from pathlib import Path
from plugin_core.self_test import Absent, Failed

def well(folder):
    print("a library prints this", end="")
    return f"empty: {not list(folder.iterdir())}, home: {Path(os.environ['ZIMU_HOME']).parent == folder}"

def ill(folder): raise Failed("It does not fit.")
def away(folder): raise Absent("It is not installed.")
def bug(folder): return {}["there is no such key"]
def crash(folder): os.abort()
"""


@pytest.fixture
def fakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed distribution that adds checks, here and in the processes that are started."""
    names = re.findall(r"def (\w+)", FAKES)
    (tmp_path / "fake_checks.py").write_text(FAKES, "utf-8")
    info = tmp_path / "fakes-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: fakes\nVersion: 1\n", "utf-8")
    entries = "".join(f"fake-{name} = fake_checks:{name}\n" for name in names)
    (info / "entry_points.txt").write_text(f"[{self_test.GROUP}]\n{entries}", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(ROOT)]))


@pytest.mark.usefixtures("fakes")
def test_every_check_tells_how_it_ended_and_the_next_one_is_done() -> None:
    names = [f"fake-{name}" for name in ("away", "bug", "crash", "ill", "well")]
    done = {outcome.name: outcome for outcome in self_test.outcomes(names)}
    assert list(done) == names
    assert {name: outcome.state for name, outcome in done.items()} == {
        "fake-away": "absent", "fake-bug": "failed", "fake-crash": "failed", "fake-ill": "failed", "fake-well": "ok",
    }  # fmt: skip
    assert done["fake-well"].said == "empty: True, home: True"
    assert done["fake-ill"].said == "It does not fit."
    assert "KeyError" in done["fake-bug"].said
    assert "status" in done["fake-crash"].said


@pytest.mark.usefixtures("fakes")
def test_the_command_ends_with_a_status_that_tells() -> None:
    good = CliRunner().invoke(app, ["self-test", "--only", "fake-well,fake-away"])
    bad = CliRunner().invoke(app, ["self-test", "--only", "fake-ill", "--json"])
    assert (good.exit_code, bad.exit_code) == (0, 1)
    assert "This installation works." in good.stdout
    told = json.loads(bad.stdout)
    assert told["ok"] is False
    assert told["checks"][0]["said"] == "It does not fit."


def test_a_check_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SettingsError, match="no check weather"):
        list(self_test.outcomes(["weather"]))


def test_a_check_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "PATIENCE", 0.01)
    (outcome,) = self_test.outcomes(["packs"])
    assert outcome.state == "failed"
    assert "not ended" in outcome.said


def test_every_dependency_is_loaded_by_the_check() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    other = {"opencc_python_reimplemented": "opencc", "opencv_python_headless": "cv2"}
    needed = {re.split(r"[<>=]", line)[0].replace("-", "_").lower() for line in table["project"]["dependencies"]}
    assert {other.get(name, name) for name in needed} <= set(LIBRARIES)


def test_the_window_timelines_and_packs_of_this_installation_work() -> None:
    done = list(self_test.outcomes(["packs", "timelines", "window"]))
    assert [(outcome.name, outcome.state) for outcome in done] == [
        ("packs", "ok"), ("timelines", "ok"), ("window", "ok"),
    ], [outcome.said for outcome in done]  # fmt: skip
    assert set(self_test.names()) > set(CHECKS)
