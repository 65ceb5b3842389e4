"""What each host's part says of itself, on machines of the three systems, and that its plan does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plugin_core import __version__
from plugin_core.errors import HostError
from plugin_core.installing import Plan
from premiere_cep import install as panel
from premiere_cep.hosting import PremierePart
from premiere_cep.places import BUNDLE
from resolve_bridge import install
from resolve_bridge.hosting import ResolvePart
from resolve_bridge.places import System
from tests.hosts.resolve_machine import machine as resolve_machine
from tests.hosts.resolve_machine import on_linux, on_mac, runs
from tests.panel.test_install import Preferences
from tests.panel.test_install import machine as adobe_machine

SYSTEMS: tuple[System, ...] = ("linux", "darwin", "windows")


def resolve(root: Path, system: System = "linux") -> ResolvePart:
    return ResolvePart(resolve_machine(root, system), ("/zimu",))


def premiere(root: Path, system: str = "darwin") -> PremierePart:
    return PremierePart(adobe_machine(root, system)[0])


def done(plan: Plan) -> str:
    plan.carry_out()
    return plan.then


@pytest.mark.parametrize("everyone", [False, True])
@pytest.mark.parametrize("system", SYSTEMS)
def test_resolve_is_installed_and_removed_on_every_system(tmp_path: Path, system: System, everyone: bool) -> None:
    part = resolve(tmp_path, system)
    assert part.status(everyone=everyone).state == "absent"
    assert "Workspace ▸ Scripts" in done(part.plan("install", everyone=everyone))
    found = part.status(everyone=everyone)
    assert (found.state, found.version) == ("current", __version__)
    assert part.status(everyone=not everyone).state == "absent"
    assert part.plan("install", everyone=everyone).changes == ()
    done(part.plan("remove", everyone=everyone))
    assert part.status(everyone=everyone).state == "absent"
    assert part.plan("remove", everyone=everyone).changes == ()


def test_an_entry_of_another_version_or_changed_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = resolve(tmp_path)
    monkeypatch.setattr(install, "__version__", "0.0.1")
    done(part.plan("install"))
    monkeypatch.undo()
    assert (part.status().state, part.status().version) == ("other", "0.0.1")
    (entry,) = part.status().places
    entry.write_bytes(entry.read_bytes() + b"#\n")
    assert part.status().state == "changed"
    plan = part.plan("install")
    assert any(change.startswith("keep ") and "Zimu.py.1" in change for change in plan.changes)


def test_every_copy_of_resolve_is_named_and_whether_it_runs(tmp_path: Path) -> None:
    part = resolve(tmp_path, "darwin")
    on_mac(part.here, "DaVinci Resolve/DaVinci Resolve.app")
    on_mac(part.here, "DaVinci Resolve Studio.app", store=True)
    assert len(part.status().programs) == 2
    here = resolve(tmp_path / "linux")
    on_linux(here.here)
    runs(here.here, resolve=False)
    assert here.status().running is False
    assert "Restart" not in here.plan("install").then
    runs(here.here)
    assert here.status().running is True
    assert here.plan("install").then.startswith("Restart DaVinci Resolve")


@pytest.mark.parametrize("everyone", [False, True])
@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_premiere_is_installed_and_removed_on_every_system(tmp_path: Path, system: str, everyone: bool) -> None:
    part = premiere(tmp_path, system)
    assert part.status(everyone=everyone).state == "absent"
    assert "Window > Extensions" in done(part.plan("install", everyone=everyone))
    found = part.status(everyone=everyone)
    assert (found.state, found.version) == ("current", __version__)
    assert found.places[0].name == BUNDLE
    assert part.plan("install", everyone=everyone).changes == ()
    done(part.plan("remove", everyone=everyone))
    assert part.status(everyone=everyone).state == "absent"


def test_a_panel_of_another_version_changed_or_not_allowed_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = premiere(tmp_path)
    monkeypatch.setattr(panel, "__version__", "0.0.1")
    done(part.plan("install"))
    monkeypatch.undo()
    assert (part.status().state, part.status().version) == ("other", "0.0.1")
    done(part.plan("install"))
    assert isinstance(part.machine.run, Preferences)
    part.machine.run.values["12"] = "0"
    assert part.status().state == "blocked"
    assert [change for change in part.plan("install").changes if "CSXS 12" in change]
    (part.status().places[0] / "host.jsx").write_text("mine")
    assert part.status().state == "changed"


def test_a_plan_names_every_command_it_would_run(tmp_path: Path) -> None:
    changes = "\n".join(premiere(tmp_path).plan("install").changes)
    assert len(re.findall(r"defaults write com\.adobe\.CSXS\.\d+ PlayerDebugMode -string 1", changes)) == 9
    assert "reg add" in "\n".join(premiere(tmp_path / "w", "win32").plan("install").changes)


def test_every_premiere_is_named_and_whether_one_runs(tmp_path: Path) -> None:
    answers = {"ps": "/sbin/launchd\n/Applications/Adobe Premiere Pro 2025/Adobe Premiere Pro 2025\n", "tasklist": ""}
    for system, runs_now in (("darwin", True), ("win32", False)):
        here, preferences = adobe_machine(tmp_path / system, system)

        def run(command: tuple[str, ...], ask: Preferences = preferences) -> tuple[int, str]:
            return (0, answers[command[0]]) if command[0] in answers else ask(command)

        made = type(here)(here.system, here.home, here.environ, here.root, run)  # type: ignore[arg-type]
        folder = made.root / "Applications" if system == "darwin" else Path(here.environ["ProgramFiles"]) / "Adobe"
        for year in (2024, 2025):
            (folder / f"Adobe Premiere Pro {year}").mkdir(parents=True)
        found = PremierePart(made).status()
        assert found.programs == ("Adobe Premiere Pro 2024", "Adobe Premiere Pro 2025")
        assert found.running is runs_now
        assert PremierePart(made).plan("install").then.startswith("Restart Premiere Pro") is runs_now


def test_where_premiere_does_not_run_it_is_said_and_refused(tmp_path: Path) -> None:
    part = premiere(tmp_path, "linux")
    assert (part.status().state, part.status().running) == ("unsuited", False)
    with pytest.raises(HostError, match="does not run on this system"):
        part.plan("install")
