"""``zimu premiere`` as a user types it: what it says and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from plugin_core.doctor.findings import Finding
from premiere_cep.cli import app


@pytest.mark.parametrize(("level", "status"), [("problem", 1), ("ok", 0)])
def test_the_doctor_fails_if_there_is_a_problem(monkeypatch: pytest.MonkeyPatch, level: str, status: int) -> None:
    found = (Finding("premiere.x", level, "It is so.", "Do so.", "就是这样。", "请这样做。"),)  # type: ignore[arg-type]
    monkeypatch.setattr("premiere_cep.doctor.check", lambda: found)
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == status
    assert "It is so." in result.stdout or "就是这样。" in result.stdout


def test_the_package_says_what_it_wrote_where(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["package", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    first, second = result.stdout.splitlines()
    assert "not signed" in first
    assert Path(first.split(": the panel")[0]).is_dir()
    assert Path(second.split(": the plugin")[0]).is_dir()
