"""Into Resolve's menu and out again, on the three systems; what was somebody else's stays."""

from __future__ import annotations

import ast
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from plugin_core import __version__
from plugin_core.errors import HostError
from resolve_bridge import install
from resolve_bridge.install import carry_out, ownership, plan_install, plan_remove, said
from resolve_bridge.places import Surroundings, System, script_folders

COMMAND = ("/opt/zimu/bin/zimu",)
SYSTEMS: tuple[System, ...] = ("linux", "darwin", "windows")


def machine(root: Path, system: System = "linux") -> Surroundings:
    """An empty machine of its own."""
    home = root / "home/user"
    home.mkdir(parents=True, exist_ok=True)
    environ = {"APPDATA": str(home / "AppData/Roaming"), "PROGRAMDATA": str(root / "ProgramData")}
    return Surroundings(system, home, root, environ if system == "windows" else {})


def tree(root: Path) -> dict[str, bytes | None]:
    """Every file with its content, and every folder."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(root.rglob("*"))
    }


def entry(here: Surroundings, *, everyone: bool = False) -> Path:
    return script_folders(here, everyone=everyone)[0] / install.MENU_ENTRY


@pytest.mark.parametrize("everyone", [False, True])
@pytest.mark.parametrize("system", SYSTEMS)
def test_installing_and_removing_leaves_the_machine_as_it_was(tmp_path: Path, system: System, everyone: bool) -> None:
    here = machine(tmp_path, system)
    before = tree(tmp_path)
    carry_out(plan_install(here, everyone=everyone, command=COMMAND))
    assert entry(here, everyone=everyone).is_file()
    carry_out(plan_remove(here, everyone=everyone))
    assert tree(tmp_path) == before


FOREIGN = st.sampled_from(["Edit/Other.py", "Edit/Zimu.txt", "Utility/a.lua", "Edit/", "../Zimu/theirs.txt", "../x/"])


@given(st.sets(FOREIGN), st.sampled_from(SYSTEMS), st.booleans())
def test_whatever_was_there_before_is_there_after_install_and_remove(
    there: set[str], system: System, everyone: bool
) -> None:
    with TemporaryDirectory() as folder:
        here = machine(Path(folder), system)
        scripts = script_folders(here, everyone=everyone)[0]
        for name in there:
            place = scripts / name
            (place if name.endswith("/") else place.parent).mkdir(parents=True, exist_ok=True)
            if not name.endswith("/"):
                place.write_text(name)
        before = tree(Path(folder))
        carry_out(plan_install(here, everyone=everyone, command=COMMAND))
        carry_out(plan_remove(here, everyone=everyone))
        assert tree(Path(folder)) == before


HOST = "Blackmagic Design/DaVinci Resolve"


@pytest.mark.parametrize(
    ("system", "everyone", "folder"),
    [
        ("linux", False, "home/user/.local/share/DaVinciResolve"),
        ("linux", True, "opt/resolve"),
        ("darwin", False, f"home/user/Library/Application Support/{HOST}"),
        ("darwin", True, f"Library/Application Support/{HOST}"),
        ("windows", False, f"home/user/AppData/Roaming/{HOST}/Support"),
        ("windows", True, f"ProgramData/{HOST}"),
    ],
)
def test_the_entry_lies_where_the_readme_says(tmp_path: Path, system: System, everyone: bool, folder: str) -> None:
    here = machine(tmp_path, system)
    carry_out(plan_install(here, everyone=everyone, command=COMMAND))
    assert (tmp_path / folder / "Fusion/Scripts/Edit/Zimu.py").is_file()


def test_only_menu_entries_lie_where_resolve_lists_scripts(tmp_path: Path) -> None:
    here = machine(tmp_path)
    carry_out(plan_install(here, command=COMMAND))
    scripts = script_folders(here, everyone=False)[0]
    assert sorted(path.name for path in scripts.rglob("*.*")) == ["Zimu (Lua).lua", "Zimu.py"]


def test_both_places_of_a_linux_installation_are_served(tmp_path: Path) -> None:
    for name in ("opt", "home"):
        (tmp_path / name / "resolve").mkdir(parents=True)
    here = machine(tmp_path)
    carry_out(plan_install(here, everyone=True, command=COMMAND))
    assert all((folder / install.MENU_ENTRY).is_file() for folder in script_folders(here, everyone=True))
    assert len(script_folders(here, everyone=True)) == 2


def test_a_plan_changes_nothing(tmp_path: Path) -> None:
    here = machine(tmp_path)
    before = tree(tmp_path)
    steps = plan_install(here, command=COMMAND)
    assert tree(tmp_path) == before
    assert any(said(step).startswith("write ") and "Zimu.py" in said(step) for step in steps)


def test_the_menu_entry_is_written_after_what_it_starts(tmp_path: Path) -> None:
    writes = [step.path.name for step in plan_install(machine(tmp_path), command=COMMAND) if step.do == "write"]
    assert writes[-1] == "Zimu.py"
    assert set(writes) >= {"agent.py", "help.html", "Zimu (Lua).lua"}


def test_installing_twice_does_nothing_the_second_time(tmp_path: Path) -> None:
    here = machine(tmp_path)
    carry_out(plan_install(here, command=COMMAND))
    assert plan_install(here, command=COMMAND) == ()


def test_a_newer_version_replaces_an_older_one_without_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = machine(tmp_path)
    monkeypatch.setattr(install, "__version__", "0.0.1")
    carry_out(plan_install(here, command=COMMAND))
    assert install.installed_version(entry(here)) == "0.0.1"
    monkeypatch.undo()
    steps = plan_install(here, command=COMMAND)
    assert {step.do for step in steps} == {"write"}
    carry_out(steps)
    assert install.installed_version(entry(here)) == __version__


def test_folders_made_by_an_earlier_version_are_still_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = machine(tmp_path)
    before = tree(tmp_path)
    monkeypatch.setattr(install, "__version__", "0.0.1")
    carry_out(plan_install(here, command=COMMAND))
    monkeypatch.undo()
    carry_out(plan_install(here, command=COMMAND))
    carry_out(plan_remove(here))
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    "change", [lambda data: data + b"print('mine')\n", lambda data: data.replace(b"Zimu", b"Mine")]
)
def test_a_file_that_was_changed_is_kept_as_a_numbered_copy(tmp_path: Path, change: object) -> None:
    here = machine(tmp_path)
    carry_out(plan_install(here, command=COMMAND))
    mine = change(entry(here).read_bytes())  # type: ignore[operator]
    for number in (1, 2):
        entry(here).write_bytes(mine)
        assert ownership(entry(here)) == "changed"
        carry_out(plan_install(here, command=COMMAND))
        assert ownership(entry(here)) == "ours"
        assert entry(here).with_name(f"Zimu.py.{number}").read_bytes() == mine
    entry(here).write_bytes(mine)
    carry_out(plan_remove(here))
    assert not entry(here).exists()
    assert entry(here).with_name("Zimu.py.3").read_bytes() == mine


def test_a_file_of_somebody_else_is_kept_by_the_install_and_left_by_the_removal(tmp_path: Path) -> None:
    here = machine(tmp_path)
    entry(here).parent.mkdir(parents=True)
    entry(here).write_text("print('not yours')\n")
    assert plan_remove(here) == ()
    carry_out(plan_install(here, command=COMMAND))
    carry_out(plan_remove(here))
    assert [path.name for path in entry(here).parent.iterdir()] == ["Zimu.py.1"]
    assert entry(here).with_name("Zimu.py.1").read_text() == "print('not yours')\n"


def test_folders_with_something_of_somebody_else_stay(tmp_path: Path) -> None:
    here = machine(tmp_path)
    carry_out(plan_install(here, command=COMMAND))
    other = entry(here).with_name("Other.py")
    other.write_text("1\n")
    carry_out(plan_remove(here))
    assert [path.name for path in other.parent.iterdir()] == ["Other.py"]
    assert not (script_folders(here, everyone=False)[0].parent / "Zimu").exists()


def test_a_list_of_folders_that_was_tampered_with_takes_no_other_folder_away(tmp_path: Path) -> None:
    here = machine(tmp_path)
    (tmp_path / "precious").mkdir()
    carry_out(plan_install(here, command=COMMAND))
    listing = script_folders(here, everyone=False)[0].parent / "Zimu" / "installed.json"
    listing.write_text(f'{{"made": ["{tmp_path / "precious"}", 3]}}')
    carry_out(plan_remove(here))
    assert (tmp_path / "precious").is_dir()


def test_what_a_killed_install_left_behind_is_removed(tmp_path: Path) -> None:
    here = machine(tmp_path)
    carry_out(plan_install(here, command=COMMAND))
    part = entry(here).with_name(".Zimu.py.x1y2.part")
    part.write_text("half")
    carry_out(plan_install(here, command=COMMAND))
    assert not part.exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from plugin_core import storage
from resolve_bridge import install
from resolve_bridge.places import Surroundings
root, stop = Path(sys.argv[1]), int(sys.argv[2])
count = 0
def counted(function):
    def call(*values, **named):
        global count
        count += 1
        if count == stop:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*values, **named)
    return call
os.fsync = counted(os.fsync)
Path.replace = counted(Path.replace)
Path.mkdir = counted(Path.mkdir)
here = Surroundings("linux", root / "home/user", root, {})
install.__version__ = "9.9.9"
install.carry_out(install.plan_install(here, command=["/new/zimu"]))
"""


@pytest.mark.parametrize("stop", [1, 2, 3, 4, 5, 6, 7, 8, 9, 12])
def test_a_kill_in_the_middle_leaves_each_file_old_or_new_and_the_next_install_whole(tmp_path: Path, stop: int) -> None:
    here = machine(tmp_path)
    carry_out(plan_install(here, command=COMMAND))
    scripts = script_folders(here, everyone=False)[0]
    old = install.contents(scripts, COMMAND, here)
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(stop)], check=False)
    assert done.returncode in {-signal.SIGKILL, 0}
    for path, data in old.items():
        now = path.read_bytes()
        assert now == data or b"version=9.9.9" in now
        assert ownership(path) == "ours"
    carry_out(plan_install(here, command=COMMAND))
    assert all(path.read_bytes() == data for path, data in old.items())
    carry_out(plan_remove(here))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


NASTY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NASTY)
@example("AGENT = x\nAGENT = y")
@example("'\"\\")
@example("\U0001f3ac字幕\u2028")
def test_no_path_of_zimu_means_anything_in_the_menu_script(tmp_path: Path, name: str) -> None:
    here = machine(tmp_path)
    scripts = script_folders(here, everyone=False)[0]
    written = install.contents(scripts, ["/" + name, "-m", name], here)
    code = ast.parse(written[scripts / install.MENU_ENTRY].decode(), feature_version=(3, 6))
    values = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in code.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    assert values["COMMAND"] == ["/" + name, "-m", name]
    assert values["AGENT"] == str(scripts.parent / "Zimu/agent.py")
    lua = written[scripts / "Edit/Zimu (Lua).lua"].decode()
    assert lua.count("\n") == install.contents(scripts, COMMAND, here)[scripts / "Edit/Zimu (Lua).lua"].count(b"\n")


def test_a_folder_that_may_not_be_written_is_said_with_what_to_do(tmp_path: Path) -> None:
    here = machine(tmp_path)
    (tmp_path / "opt").write_text("a file where a folder belongs")
    with pytest.raises(HostError) as caught:
        carry_out(plan_install(here, everyone=True, command=COMMAND))
    assert caught.value.code == "host.install"
    assert "--all-users" in caught.value.hint
