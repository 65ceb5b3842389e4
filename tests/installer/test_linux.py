"""The install of one user on Linux: whole, repeatable, reversible, and only in its own places."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.installer.scripts import INSTALLER, load, toy_build

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the install script is for Linux")
packages = load("linux/packages")
LINUX = INSTALLER / "linux"


@pytest.fixture
def user(tmp_path: Path) -> Path:
    """A home with a space and Chinese letters in its name, with packs and settings in it."""
    home = tmp_path / "家 of $user"
    kept = home / ".local" / "share" / "zimu"
    (kept / "packs" / "mine").mkdir(parents=True)
    (kept / "packs" / "mine" / "pack.toml").write_text("mine", "utf-8")
    (kept / "preferences.json").write_text("{}", "utf-8")
    (home / "film.zimu").write_text("{}", "utf-8")
    return home


@pytest.fixture
def icons(tmp_path: Path) -> Path:
    folder = tmp_path / "icons"
    folder.mkdir()
    for size in packages.ICON_SIZES:
        (folder / f"zimu-{size}.png").write_bytes(b"picture")
    return folder


def unpacked(tmp_path: Path, icons: Path, version: str) -> Path:
    """A tarball of *version*, unpacked."""
    build = toy_build(tmp_path / f"build-{version}", version)
    target = tmp_path / version
    target.mkdir()
    file = packages.tarball(build, icons, target)
    with tarfile.open(file) as archive:
        archive.extractall(target, filter="data")
    return target / file.name.removesuffix(".tar.gz")


def install(folder: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {"HOME": str(home), "PATH": os.environ["PATH"]}
    return subprocess.run(
        [str(folder / "install.sh"), *arguments], env=environ, capture_output=True, text=True, check=False
    )


def files(home: Path) -> set[str]:
    return {str(path.relative_to(home)) for path in home.rglob("*") if not path.is_dir() or path.is_symlink()}


def mine(home: Path) -> dict[str, bytes]:
    return {
        name: (home / name).read_bytes()
        for name in ("film.zimu", ".local/share/zimu/preferences.json", ".local/share/zimu/packs/mine/pack.toml")
    }


def test_an_upgrade_replaces_the_programs_and_keeps_what_is_the_users(tmp_path: Path, icons: Path, user: Path) -> None:
    before = mine(user)
    for version in ("1.0.0", "1.1.0"):
        done = install(unpacked(tmp_path, icons, version), user)
        assert done.returncode == 0, done.stderr
        assert f"Zimu {version} is in" in done.stdout
    programs = user / ".local" / "lib" / "zimu"
    assert (programs / "_internal" / "only-in-1.1.0").is_file()
    assert not (programs / "_internal" / "only-in-1.0.0").exists()
    assert not programs.with_name("zimu.new").exists()
    said = subprocess.run([user / ".local" / "bin" / "zimu"], capture_output=True, text=True, check=True).stdout
    assert said == "zimu 1.1.0\n"
    assert mine(user) == before


def test_the_removal_leaves_only_what_is_the_users(tmp_path: Path, icons: Path, user: Path) -> None:
    before = files(user)
    assert install(unpacked(tmp_path, icons, "1.0.0"), user).returncode == 0
    installed = user / ".local" / "lib" / "zimu"  # the archive may be gone: its script is with the programs
    assert install(installed, user, "--remove").returncode == 0
    made_by_the_system = {name for name in files(user) if "/mime/" in name or name.endswith("mimeinfo.cache")}
    assert files(user) - made_by_the_system == before


def test_what_is_not_ours_is_left_alone(tmp_path: Path, icons: Path, user: Path) -> None:
    folder = unpacked(tmp_path, icons, "1.0.0")
    (user / ".local" / "bin").mkdir()
    (user / ".local" / "bin" / "zimu").write_text("another zimu", "utf-8")
    assert install(folder, user).returncode == 0
    assert install(folder, user, "--remove").returncode == 0
    assert (user / ".local" / "bin" / "zimu").read_text("utf-8") == "another zimu"
    theirs = user / ".local" / "lib" / "zimu"
    theirs.mkdir()
    (theirs / "file").touch()
    done = install(folder, user)
    assert done.returncode == 1
    assert "left alone" in done.stderr
    assert (theirs / "file").is_file()


def test_a_full_disk_leaves_the_version_that_was_there(tmp_path: Path, icons: Path, user: Path) -> None:
    assert install(unpacked(tmp_path, icons, "1.0.0"), user).returncode == 0
    broken = unpacked(tmp_path, icons, "1.1.0")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "cp").write_text("#!/bin/sh\nexit 1\n", "utf-8")
    (tools / "cp").chmod(0o755)
    done = subprocess.run(
        [broken / "install.sh"], env={"HOME": str(user), "PATH": f"{tools}:{os.environ['PATH']}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "nothing was changed" in done.stderr
    said = subprocess.run([user / ".local" / "bin" / "zimu"], capture_output=True, text=True, check=True).stdout
    assert said == "zimu 1.0.0\n"


def test_the_entry_starts_the_program_wherever_the_home_is(tmp_path: Path, icons: Path, user: Path) -> None:
    assert install(unpacked(tmp_path, icons, "1.0.0"), user).returncode == 0
    entry = (user / ".local" / "share" / "applications" / "zimu.desktop").read_text("utf-8")
    command = next(line.removeprefix("Exec=") for line in entry.splitlines() if line.startswith("Exec="))
    assert command == f'"{user}/.local/lib/zimu/zimu-desktop" %F'.replace("$", "\\\\$")


def test_the_kind_of_file_is_known_to_the_system(tmp_path: Path, icons: Path, user: Path) -> None:
    if not shutil.which("update-mime-database"):
        pytest.skip("the tools of freedesktop.org are not here")
    assert install(unpacked(tmp_path, icons, "1.0.0"), user).returncode == 0
    share = user / ".local" / "share"
    environ = {"HOME": str(user), "PATH": os.environ["PATH"], "XDG_DATA_HOME": str(share)}
    asked = ["gio", "info", "--attributes=standard::content-type", str(user / "film.zimu")]
    known = (share / "mime" / "globs2").read_text("utf-8")
    assert "application/x-zimu:*.zimu" in known
    if shutil.which("gio"):
        said = subprocess.run(asked, env=environ, capture_output=True, text=True, check=True).stdout
        assert said.strip().endswith("standard::content-type: application/x-zimu")


def test_the_entry_of_the_menu_is_valid() -> None:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(LINUX / "zimu.desktop", "utf-8")
    entry = parser["Desktop Entry"]
    assert entry["Type"] == "Application"
    assert entry["Exec"].split() == ["zimu-desktop", "%F"]
    assert all(entry[key].endswith(";") for key in ("Categories", "Keywords", "MimeType"))
    kinds = ET.parse(LINUX / "zimu.xml").getroot()
    ours = {kind.get("type") for kind in kinds}
    assert ours <= set(entry["MimeType"].split(";"))
    if tool := shutil.which("desktop-file-validate"):
        done = subprocess.run([tool, LINUX / "zimu.desktop"], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "")


def test_the_same_build_gives_the_same_tarball(tmp_path: Path, icons: Path) -> None:
    build = toy_build(tmp_path / "build")
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made.append(packages.tarball(build, icons, tmp_path / name).read_bytes())
        for path in build.rglob("*"):
            os.utime(path, (1_700_000_000, 1_700_000_000))
    assert made[0] == made[1]


def test_the_debian_package_holds_programs_commands_and_entry(tmp_path: Path, icons: Path) -> None:
    if not shutil.which("dpkg-deb"):
        pytest.skip("dpkg-deb is not here")
    package = packages.debian(toy_build(tmp_path / "build"), icons, tmp_path)
    listed = subprocess.run(["dpkg-deb", "-c", package], capture_output=True, text=True, check=True).stdout
    for place in (
        "./opt/zimu/zimu\n",
        "./usr/bin/zimu -> /opt/zimu/zimu",
        "applications/zimu.desktop",
        "packages/zimu.xml",
    ):
        assert place in listed
    assert all(line.split()[1] == "root/root" for line in listed.splitlines())
    field = subprocess.run(["dpkg-deb", "-f", package, "Version"], capture_output=True, text=True, check=True).stdout
    assert field.strip() == packages.debian_version(packages.version())


@pytest.mark.parametrize(
    ("version", "debian"), [("1.2.3", "1.2.3"), ("1.0rc1", "1.0~rc1"), ("0.2.dev3", "0.2~dev3"), ("1.0a2", "1.0~a2")]
)
def test_debian_sorts_what_comes_before_a_release_before_it(version: str, debian: str) -> None:
    assert packages.debian_version(version) == debian
