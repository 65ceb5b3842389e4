"""The doctor answers the most reported failures by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plugin_core.doctor.findings import Finding, problems
from resolve_bridge import connect, doctor, install
from resolve_bridge.cli import app
from resolve_bridge.failures import FAILURES
from resolve_bridge.places import Surroundings
from tests.hosts.resolve_machine import (
    library,
    machine,
    on_linux,
    on_mac,
    on_windows,
    program,
    runs,
    scripting,
)

WELL = "FakeResolve(Quirks())"


def linux(root: Path, found: str = "None", before: str = "") -> Surroundings:
    """A machine with everything as it should be, but for what the library has *found*."""
    fake = library(root / "fake/fusionscript.py", found, before)
    here = machine(root, RESOLVE_SCRIPT_LIB=str(fake))
    runs(here)
    scripting(here, 1)
    program(here, "python3", "exit 0")
    install.carry_out(install.plan_install(here, command=["/zimu"]))
    return here


def looked(here: Surroundings, start_timeout: float = 20.0) -> dict[str, Finding]:
    found = doctor.findings(here, start_timeout)
    assert len({one.name for one in found}) == len(found)
    for one in found:
        assert one.message_zh
        assert one.state == "ok" or (one.fix and one.fix_zh)
    return {one.name.removeprefix("resolve."): one for one in found}


def ill(here: Surroundings, start_timeout: float = 20.0) -> set[str]:
    return {name for name, one in looked(here, start_timeout).items() if one.state == "problem"}


def test_a_resolve_that_answers_has_no_problem(tmp_path: Path) -> None:
    found = looked(linux(tmp_path, WELL))
    assert {one.state for one in found.values()} == {"ok"}
    assert set(found) == {
        "not-installed", "not-running", "scripting-off", "library", "free-edition", "no-project", "no-timeline", "menu",
        "menu-python",
    }  # fmt: skip
    assert "Studio 21.0.4" in found["free-edition"].message
    assert "“Film”" in found["no-project"].message


@pytest.mark.parametrize(("version", "count"), [("16.2.0", 3), ("19.1.3", 2), ("20.0.0", 0)])
def test_what_an_older_version_lacks_is_said_and_is_no_problem(tmp_path: Path, version: str, count: int) -> None:
    here = linux(tmp_path, f"FakeResolve(Quirks(version='{version}'))")
    found = looked(here)
    assert ill(here) == set()
    assert ("version" in found) == (count > 0)
    if count:
        assert found["version"].message.count(";") == found["version"].message_zh.count("；") == count - 1


def test_no_resolve_is_the_only_thing_said(tmp_path: Path) -> None:
    assert list(looked(machine(tmp_path))) == ["not-installed"]


def test_a_resolve_that_does_not_run(tmp_path: Path) -> None:
    here = linux(tmp_path)
    (tmp_path / "proc/77/cmdline").unlink()
    found = looked(here)
    assert ill(here) == {"not-running"}
    assert found["library"].state == "ok"  # it says that nobody is there, so it has loaded


def test_external_scripting_that_is_off(tmp_path: Path) -> None:
    here = linux(tmp_path)
    scripting(here, 0)
    assert ill(here) == {"scripting-off"}


def test_a_resolve_that_is_silent_for_another_reason(tmp_path: Path) -> None:
    assert ill(linux(tmp_path)) == {"unreachable"}


def test_several_copies_are_a_problem_only_where_none_answers(tmp_path: Path) -> None:
    here = linux(tmp_path, WELL)
    on_linux(here)
    assert looked(here)["several"].state == "ok"
    silent = linux(tmp_path / "silent")
    on_linux(silent)
    assert ill(silent) == {"several"}


@pytest.mark.parametrize(
    ("version", "names"),
    [
        ("21.0.4.5", {"not-running", "menu"}),
        ("21.1.0.14", {"not-running", "free-no-python"}),
    ],
)
def test_the_free_edition_is_told_by_the_programs_properties(tmp_path: Path, version: str, names: set[str]) -> None:
    here = machine(tmp_path, "windows")
    on_windows(here, "DaVinci Resolve", version)
    scripting(here, 1)
    runs(here, resolve=False)
    assert ill(here) - {"library"} == names  # an empty file does not load as a library here


def test_the_free_edition_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that loads, for Windows: the one in Python takes its place."""
    here = machine(tmp_path, "windows")
    on_windows(here, "DaVinci Resolve", "21.0.4.5").unlink()
    fake = library(tmp_path / "Program Files/Blackmagic Design/DaVinci Resolve/fusionscript.dll", "None")
    fake.rename(fake.with_suffix(".py"))
    monkeypatch.setattr("resolve_bridge.places._LIBRARY_WINDOWS", "fusionscript.py")
    runs(here)
    assert ill(here) == {"free-edition", "menu"}


def test_the_app_stores_build(tmp_path: Path) -> None:
    here = machine(tmp_path, "darwin")
    on_mac(here, "DaVinci Resolve.app", store=True)
    runs(here)
    found = looked(here)
    assert found["app-store"].state == "problem"
    assert found["scripting-off"].state == "note"


@pytest.mark.parametrize(
    "before", ["raise ImportError('wrong architecture')\n", "import os, signal; os.kill(os.getpid(), signal.SIGABRT)\n"]
)
def test_a_library_that_does_not_load(tmp_path: Path, before: str) -> None:
    assert ill(linux(tmp_path, before=before)) == {"library"}


@pytest.mark.parametrize(
    ("quirks", "name"),
    [("wedged=True", "no-database"), ("project=False", "no-project"), ("timeline=False", "no-timeline")],
)
def test_a_resolve_with_nothing_open(tmp_path: Path, quirks: str, name: str) -> None:
    assert ill(linux(tmp_path, f"FakeResolve(Quirks({quirks}))")) == {name}


def test_a_resolve_that_hangs_behind_a_dialog(tmp_path: Path) -> None:
    here = linux(tmp_path, before="import time; time.sleep(600)\n")
    assert ill(here, start_timeout=0.5) == {"timeout"}


def test_an_agent_of_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "old.py"
    old.write_text("print('{\"protocol\": 0}', flush=True)\n")
    monkeypatch.setattr("resolve_bridge.channels.agent_path", lambda: old)
    found = looked(linux(tmp_path))["agent"]
    assert "protocol 0" in found.message
    assert "protocol 0" in found.message_zh


def test_a_menu_entry_that_is_missing_matters_only_to_the_free_edition(tmp_path: Path) -> None:
    for studio, state in ((True, "ok"), (False, "problem")):
        here = linux(tmp_path / str(studio), f"FakeResolve(Quirks(studio={studio}))")
        install.carry_out(install.plan_remove(here))
        found = looked(here)["menu"]
        assert found.state == state
        assert "zimu hosts install resolve" in found.fix


def test_a_menu_entry_of_another_version_or_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = linux(tmp_path, WELL)
    monkeypatch.setattr(install, "__version__", "0.0.1")
    install.carry_out(install.plan_install(here, command=["/zimu"]))
    monkeypatch.undo()
    assert "version 0.0.1" in looked(here)["menu"].message
    entry = next(tmp_path.rglob("Zimu.py"))
    entry.write_bytes(entry.read_bytes() + b"#\n")
    assert "not as Zimu wrote it" in looked(here)["menu"].message


def test_no_python_for_the_menu(tmp_path: Path) -> None:
    here = linux(tmp_path, WELL)
    (tmp_path / "bin/python3").unlink()
    assert ill(here) == {"menu-python"}
    given = machine(tmp_path, RESOLVE_SCRIPT_LIB=here.environ["RESOLVE_SCRIPT_LIB"], PYTHON3HOME="/python")
    assert ill(given) == set()


def test_on_a_mac_the_menu_takes_one_python_only(tmp_path: Path) -> None:
    here = machine(tmp_path, "darwin")
    on_mac(here, "DaVinci Resolve/DaVinci Resolve.app")
    install.carry_out(install.plan_install(here, command=["/zimu"]))
    program(here, "python3", "exit 0")
    assert looked(here)["menu-python"].state == "problem"
    (tmp_path / "usr/local/bin").mkdir(parents=True)
    (tmp_path / "usr/local/bin/python3").touch()
    assert looked(here)["menu-python"].state == "ok"


def test_every_failure_of_connecting_has_a_test_here_or_among_the_channels() -> None:
    folder = Path(__file__).parent
    tests = (folder / "test_resolve_doctor.py").read_text("utf-8") + (folder / "test_resolve_connect.py").read_text(
        "utf-8"
    )
    assert [name for name in FAILURES if f'"{name}"' not in tests and f'"host.{name}"' not in tests] == []


def test_on_the_page_about_zimu_no_title_is_told_and_who_is_not_in_resolve_has_no_problem(tmp_path: Path) -> None:
    told = {one.name: one for one in doctor.overview(True, linux(tmp_path / "well", WELL))}
    assert told["resolve.no-project"].message == "A project is open."
    assert "Film" not in str([one.to_json() for one in told.values()])
    (only,) = doctor.overview(True, machine(tmp_path / "bare"))
    assert (only.name, only.state) == ("resolve.not-installed", "note")


def test_an_entry_is_told_also_where_resolve_lies_elsewhere(tmp_path: Path) -> None:
    here = machine(tmp_path)
    install.carry_out(install.plan_install(here, command=["/zimu"]))
    assert [one.name for one in doctor.overview(False, here)] == ["resolve.menu", "resolve.not-installed"]


def test_a_quick_look_does_not_ask_resolve(tmp_path: Path) -> None:
    here = linux(tmp_path, before="raise SystemExit('asked')\n")
    names = {one.name.removeprefix("resolve.") for one in doctor.overview(False, here)}
    assert names == {"not-installed", "not-running", "scripting-off", "menu", "menu-python"}


# -- the command -----------------------------------------------------------------------------------


@pytest.fixture
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    """The command on a machine without Resolve."""
    here = machine(tmp_path)
    for module in (connect, doctor):
        monkeypatch.setattr(module, "Surroundings", lambda: here)
    monkeypatch.setattr("resolve_bridge.places.Surroundings", lambda: here)
    return here


@pytest.mark.parametrize(("language", "word"), [("en_US.UTF-8", "Install it from"), ("zh_CN.UTF-8", "请从")])
def test_the_command_says_it_in_the_users_language_and_fails(
    nothing: Surroundings, monkeypatch: pytest.MonkeyPatch, language: str, word: str
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 6
    assert done.stdout.startswith("! resolve.not-installed")
    assert word in done.stdout


def test_the_command_says_it_as_json(nothing: Surroundings) -> None:
    done = CliRunner().invoke(app, ["doctor", "--json"])
    (found,) = json.loads(done.stdout)["findings"]
    assert found["name"] == "resolve.not-installed"
    assert found["state"] == "problem"
    assert found["fix_zh"]


def test_a_healthy_resolve_ends_the_command_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = linux(tmp_path, WELL)
    monkeypatch.setattr(doctor, "Surroundings", lambda: here)
    assert CliRunner().invoke(app, ["doctor"]).exit_code == 0
    assert problems(doctor.findings()) == ()


def test_the_timelines_commands_are_there() -> None:
    said = CliRunner().invoke(app, ["--help"]).stdout
    for name in ("push", "pull", "unpush", "status", "run", "doctor", "panel"):
        assert f" {name} " in said
