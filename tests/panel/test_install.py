"""The panel into Adobe's folder and out of it, on machines that are made up."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core import __version__
from plugin_core.errors import HostError, SettingsError
from premiere_cep import install, package
from premiere_cep.places import BUNDLE, CSXS, Machine, Scope

SYSTEMS = ("darwin", "win32")


class Preferences:
    """What `defaults` and `reg` do to the switches; every command that changes something is kept."""

    def __init__(self, **values: str) -> None:
        self.values = dict(values)
        self.commands: list[tuple[str, ...]] = []

    def __call__(self, command: Sequence[str]) -> tuple[int, str]:
        words = tuple(command)
        if words[0] in {"ps", "tasklist"}:
            return 0, ""
        found = re.search(r"CSXS\.(\d+)", " ".join(words))
        key = found[1] if found else ""
        if words[1] in {"read", "query"}:
            if key not in self.values:
                return 1, "does not exist"
            value = self.values[key]
            return 0, f"{value}\n" if words[0] == "defaults" else f"    PlayerDebugMode    REG_SZ    {value}\n"
        self.commands.append(words)
        if words[0] == "killall":
            return 1, "No matching processes"
        if words[1] == "delete":
            self.values.pop(key, None)
        else:
            self.values[key] = words[-1] if words[0] == "defaults" else words[words.index("/d") + 1]
        return 0, ""


def machine(tmp_path: Path, system: str = "darwin", **values: str) -> tuple[Machine, Preferences]:
    preferences = Preferences(**values)
    environ = {
        "USER": "x",
        "APPDATA": str(tmp_path / "Roaming"),
        "CommonProgramFiles(x86)": str(tmp_path / "Common Files"),
        "ProgramFiles": str(tmp_path / "Program Files"),
    }
    return Machine(system, tmp_path / "home", environ, tmp_path / "root", preferences), preferences


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def folders(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_dir()}


def put_there(here: Machine, scope: Scope = "user") -> Path:
    """The panel's folder, after an install."""
    install.do(install.to_install(here, scope), here)
    return here.extensions(scope) / BUNDLE


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("scope", ["user", "all"])
def test_install_then_remove_leaves_everything_as_it_was(tmp_path: Path, system: str, scope: Scope) -> None:
    here, preferences = machine(tmp_path, system, **{"9": "1", "11": "0"})
    before = (tree(tmp_path), folders(tmp_path))
    install.do(install.to_install(here, scope), here)
    folder = here.extensions(scope) / BUNDLE
    assert tree(folder) == install.contents()
    assert preferences.values == {str(number): "1" for number in CSXS}

    install.do(install.to_remove(here, scope), here)
    assert preferences.values == {"9": "1", "11": "0"}
    assert (tree(tmp_path), folders(tmp_path)) == before
    assert not install.record_file().exists()


@pytest.mark.parametrize("system", SYSTEMS)
def test_installing_twice_does_nothing_the_second_time(tmp_path: Path, system: str) -> None:
    here, _ = machine(tmp_path, system)
    install.do(install.to_install(here), here)
    assert install.to_install(here) == ()
    install.do(install.to_remove(here), here)
    assert install.to_remove(here) == ()


def test_a_second_install_does_not_forget_how_it_was_before_the_first(tmp_path: Path) -> None:
    here, preferences = machine(tmp_path)
    install.do(install.to_install(here), here)
    preferences.values["12"] = "0"  # an update of Premiere
    install.do(install.to_install(here), here)
    install.do(install.to_remove(here), here)
    assert preferences.values == {}


def test_a_plan_changes_nothing(tmp_path: Path) -> None:
    here, preferences = machine(tmp_path)
    steps = install.to_install(here)
    assert len(steps) == 1 + len(CSXS) + 1  # the panel, the switches, and that macOS reads them again
    assert (tree(tmp_path), preferences.commands) == ({}, [])


def test_another_version_is_replaced_whole(tmp_path: Path) -> None:
    here, _ = machine(tmp_path)
    install.do(install.to_install(here), here)
    folder = here.extensions("user") / BUNDLE
    listed = json.loads((folder / install.LIST).read_text())
    for name in ("panel/old.js", "host.jsx"):  # as an older Zimu wrote them
        (folder / name).write_text("old")
        listed["files"][name] = hashlib.sha256(b"old").hexdigest()
    (folder / install.LIST).write_text(json.dumps({**listed, "zimu": "0.0.1"}))
    assert install.installed_version(folder) == "0.0.1"
    assert [step.do for step in install.to_install(here)] == ["put"]
    install.do(install.to_install(here), here)
    assert tree(folder) == install.contents()
    assert install.installed_version(folder) == __version__
    assert sorted(path.name for path in folder.parent.parent.iterdir()) == ["extensions"]  # nothing is left lying about


@pytest.mark.parametrize("verb", [install.to_install, install.to_remove])
def test_what_somebody_changed_or_added_in_the_panel_is_kept(
    tmp_path: Path, home: Path, verb: Callable[[Machine], tuple[install.Step, ...]]
) -> None:
    here, _ = machine(tmp_path)
    folder = put_there(here)
    (folder / "host.jsx").write_text("mine")
    (folder / "panel/my.js").write_text("my own")
    (folder / "META-INF").mkdir()
    (folder / "META-INF/signatures.xml").write_text("of Adobe's tool")
    steps = verb(here)
    assert [step.do for step in steps[:2]] == ["keep", "keep"]
    assert "was not left as Zimu wrote it" in steps[0].why
    install.do(steps, here)
    assert tree(home / "kept/premiere-1") == {"host.jsx": b"mine", "panel/my.js": b"my own"}
    (put_there(here) / "host.jsx").write_text("mine again")
    install.do(verb(here), here)
    assert tree(home / "kept/premiere-2") == {"host.jsx": b"mine again"}


def test_a_panel_without_a_list_keeps_only_what_no_zimu_writes(tmp_path: Path, home: Path) -> None:
    here, _ = machine(tmp_path)
    folder = put_there(here)
    (folder / install.LIST).unlink()
    (folder / "host.jsx").write_text("of an older Zimu")
    (folder / "notes.txt").write_text("mine")
    install.do(install.to_install(here), here)
    assert tree(home / "kept") == {"premiere-1/notes.txt": b"mine"}


def test_the_switches_stay_as_long_as_another_panel_of_ours_needs_them(tmp_path: Path) -> None:
    here, preferences = machine(tmp_path)
    before = (tree(tmp_path), folders(tmp_path))
    for scope in get_args(Scope):
        put_there(here, scope)
    install.do(install.to_remove(here, "user"), here)
    assert set(preferences.values.values()) == {"1"}
    install.do(install.to_remove(here, "all"), here)
    assert preferences.values == {}
    assert (tree(tmp_path), folders(tmp_path)) == before


def test_what_a_killed_install_left_behind_is_removed(tmp_path: Path) -> None:
    here, _ = machine(tmp_path)
    folder = put_there(here)
    left = folder.parent.parent / ".zimu-abc/new"
    left.mkdir(parents=True)
    assert [step.do for step in install.to_install(here)] == ["drop"]
    install.do(install.to_install(here), here)
    assert not left.parent.exists()
    assert tree(folder) == install.contents()


NAMES = st.sampled_from(["Adobe/CEP/extensions/other/manifest.xml", "Adobe/CEP/extensions/", "Adobe/x", "Adobe/CEP/y"])


@given(st.sets(NAMES), st.sampled_from(SYSTEMS), st.sampled_from(get_args(Scope)), st.dictionaries(
    st.sampled_from([str(number) for number in CSXS]), st.sampled_from(["0", "1"])
))  # fmt: skip
def test_whatever_was_there_before_is_there_after_install_and_remove(
    there: set[str], system: str, scope: Scope, switches: dict[str, str]
) -> None:
    with TemporaryDirectory() as folder:
        here, preferences = machine(Path(folder), system, **switches)
        base = here.extensions(scope).parents[2]
        for name in there:
            place = base / name
            (place if name.endswith("/") else place.parent).mkdir(parents=True, exist_ok=True)
            if not name.endswith("/"):
                place.write_text(name)
        before = (tree(Path(folder)), folders(Path(folder)), dict(preferences.values))
        put_there(here, scope)
        install.do(install.to_remove(here, scope), here)
        assert (tree(Path(folder)), folders(Path(folder)), preferences.values) == before


def test_when_the_new_panel_cannot_be_put_the_old_one_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, _ = machine(tmp_path)
    install.do(install.to_install(here), here)
    folder = here.extensions("user") / BUNDLE
    (folder / "host.jsx").write_text("old")
    before, rename = tree(folder), Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(HostError) as error:
        install.do(install.to_install(here), here)
    assert (error.value.code, tree(folder)) == ("premiere.folder", before)


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    here, _ = machine(tmp_path)
    folder = here.extensions("user") / BUNDLE
    folder.mkdir(parents=True)
    (folder / "theirs.txt").write_text("theirs")
    for plan in (install.to_install, install.to_remove):
        with pytest.raises(HostError, match="is not Zimu's panel"):
            plan(here)
    assert tree(folder) == {"theirs.txt": b"theirs"}


def test_a_folder_with_a_hash_is_refused_because_cep_loads_nothing_from_it(tmp_path: Path) -> None:
    here, _ = machine(tmp_path / "a#b")
    with pytest.raises(HostError) as error:
        install.to_install(here)
    assert error.value.code == "premiere.path"


def test_where_premiere_does_not_run_there_is_no_place(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="does not run on this system"):
        install.to_install(machine(tmp_path, "linux")[0])


def test_a_switch_that_cannot_be_set_is_said(tmp_path: Path) -> None:
    here, _ = machine(tmp_path)
    broken = Machine(here.system, here.home, here.environ, here.root, lambda command: (1, "not permitted"))
    with pytest.raises(HostError, match="not permitted"):
        install.do(install.to_install(broken), broken)


def test_the_panel_knows_how_to_start_this_zimu(tmp_path: Path, home: Path) -> None:
    here, _ = machine(tmp_path)
    install.do(install.to_install(here), here)
    config = json.loads((here.extensions("user") / BUNDLE / install.CONFIG).read_text())
    assert Path(config["zimu"][0]).is_file()
    assert config["app"] == [*config["zimu"], "gui"]  # for “Open in Zimu”
    assert (config["home"], config["environment"]) == (str(home), {"ZIMU_HOME": str(home)})


# -- packages --------------------------------------------------------------------------------------


def test_a_package_holds_nothing_of_this_machine(tmp_path: Path, home: Path) -> None:
    cep, uxp = package.package(tmp_path / "out")
    assert {"CSXS/manifest.xml", "host.jsx", "panel/index.html"} <= set(tree(cep))
    assert not {install.CONFIG, ".debug"} & set(tree(cep))
    assert "manifest.json" in tree(uxp)
    everything = b"".join([*tree(cep).values(), *tree(uxp).values()])
    assert str(home).encode() not in everything
    assert package.package(tmp_path / "out") == (cep, uxp)


def test_a_package_replaces_no_folder_that_is_something_else(tmp_path: Path) -> None:
    (tmp_path / BUNDLE).mkdir()
    (tmp_path / BUNDLE / "mine.txt").write_text("mine")
    with pytest.raises(SettingsError):
        package.package(tmp_path)
    assert (tmp_path / BUNDLE / "mine.txt").read_text() == "mine"


def test_signing_makes_a_certificate_signs_and_verifies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(package.PASSWORD, "secret")
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    said: list[Sequence[str]] = []
    here = Machine(run=lambda command: (said.append(command), (0, ""))[1])  # type: ignore[func-returns-value]
    out = package.sign(tmp_path / BUNDLE, tmp_path / "c.p12", here)
    assert [command[1] for command in said] == ["-selfSignedCert", "-sign", "-verify"]
    assert said[1][2:6] == (str(tmp_path / BUNDLE), str(out), str(tmp_path / "c.p12"), "secret")
    broken = Machine(run=lambda command: (1, "bad secret"))
    with pytest.raises(HostError) as error:
        package.sign(tmp_path / BUNDLE, tmp_path / "c.p12", broken)
    assert "secret" not in error.value.message


def test_signing_without_password_or_signer_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(package.PASSWORD, raising=False)
    with pytest.raises(SettingsError, match=package.PASSWORD):
        package.sign(tmp_path, tmp_path / "c.p12")
    monkeypatch.setenv(package.PASSWORD, "secret")
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(HostError, match="ZXPSignCmd"):
        package.sign(tmp_path, tmp_path / "c.p12")
