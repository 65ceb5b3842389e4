"""The failures that users report, each made here and found by its name."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from plugin_core.doctor.findings import Finding
from premiere_cep import doctor, install
from premiere_cep.places import BUNDLE, Machine
from tests.panel.test_install import Preferences, machine


@pytest.fixture
def healthy(tmp_path: Path) -> Machine:
    """A Mac with Premiere 2025 and the panel installed."""
    here, _ = machine(tmp_path)
    (here.root / "Applications/Adobe Premiere Pro 2025").mkdir(parents=True)
    install.do(install.to_install(here), here)
    return here


def problems(here: Machine) -> dict[str, Finding]:
    return {found.name: found for found in doctor.findings(here) if found.state == "problem"}


def test_where_all_is_well_nothing_is_a_problem(healthy: Machine) -> None:
    found = {finding.name: finding.state for finding in doctor.findings(healthy)}
    assert found == {f"premiere.{name}": "ok" for name in ("program", "panel", "debug-mode")}


def _switch_off(here: Machine) -> None:
    assert isinstance(here.run, Preferences)
    here.run.values["13"] = "0"


def _config(**values: object) -> Callable[[Machine], None]:
    def damage(here: Machine) -> None:
        file = here.extensions("user") / BUNDLE / install.CONFIG
        file.write_text(json.dumps({**json.loads(file.read_text()), **values}))

    return damage


def _file(name: str, text: str) -> Callable[[Machine], None]:
    def damage(here: Machine) -> None:
        (here.extensions("user") / BUNDLE / name).write_text(text)

    return damage


def _no_preset(here: Machine) -> None:
    shutil.rmtree(here.extensions("user") / BUNDLE / "presets")


def _twice(here: Machine) -> None:
    shutil.copytree(here.extensions("user") / BUNDLE, here.extensions("all") / BUNDLE)


def _program(name: str) -> Callable[[Machine], None]:
    return lambda here: (here.root / "Applications" / name).mkdir()


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("debug-mode", _switch_off),
        ("csinterface", _file("panel/CSInterface.js", "old")),
        ("panel", _file("host.jsx", "damaged")),
        ("preset", _no_preset),
        ("two-installs", _twice),
        ("cep", _program("Adobe Premiere Pro 2027")),
        ("program", _program("Adobe Premiere Pro CC 2019")),
        ("command", _config(zimu=["/no/such/zimu"])),
        ("command", _file(install.CONFIG, "{")),
        ("home", _config(home="/elsewhere")),
        ("manifest", _file(install.MANIFEST, "<x/>")),
    ],
)
def test_each_reported_failure_is_found_by_its_name(
    healthy: Machine, name: str, damage: Callable[[Machine], None]
) -> None:
    damage(healthy)
    found = problems(healthy)
    assert f"premiere.{name}" in found
    finding = found[f"premiere.{name}"]
    assert all((finding.message, finding.fix, finding.message_zh, finding.fix_zh))
    assert re.search("[一-鿿]", finding.message_zh)


def test_a_panel_that_is_not_listed_is_not_installed(tmp_path: Path) -> None:
    found = problems(machine(tmp_path)[0])
    assert set(found) == {"premiere.panel", "premiere.debug-mode"}


def test_a_hash_in_the_path_is_found(tmp_path: Path) -> None:
    assert "premiere.path" in problems(machine(tmp_path / "a#b")[0])


def test_a_premiere_that_is_not_found_is_no_problem(tmp_path: Path) -> None:
    here, _ = machine(tmp_path, "win32")
    states = {found.name: found.state for found in doctor.findings(here)}
    assert states["premiere.program"] == "note"


def test_on_a_system_without_premiere_there_is_nothing_to_do(tmp_path: Path) -> None:
    assert [found.state for found in doctor.findings(machine(tmp_path, "linux")[0])] == ["ok"]


def test_on_the_page_about_zimu_a_machine_without_premiere_has_no_problem(tmp_path: Path, healthy: Machine) -> None:
    here, _ = machine(tmp_path / "bare")
    told = {found.name: found for found in doctor.overview(False, here)}
    assert {one.state for one in told.values()} == {"note"}
    assert told["premiere.panel"].command == "hosts install premiere"
    _switch_off(healthy)
    assert [found.state for found in doctor.overview(False, healthy) if found.name == "premiere.debug-mode"] == [
        "problem"
    ]
