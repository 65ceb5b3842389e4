"""
The packages for Linux, of a finished build: a tarball with an install script for one user, and a Debian package.

    python installer/linux/packages.py build/zimu build/icons build/packages

Both hold the same programs. Their files belong to root and have the time of SOURCE_DATE_EPOCH, else 0: the same build
gives the same tarball.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}  # as Debian calls them
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
NEEDS = (
    "libegl1", "libgl1", "libxkbcommon0", "libxkbcommon-x11-0", "libxcb-cursor0", "libdbus-1-3",
    "libfontconfig1",
)  # fmt: skip
"""What of the system Qt needs, by the names of Debian 12 and Ubuntu 22.04 or later; to it comes the builder's libc."""
RECOMMENDS = ("fonts-noto-cjk", "libpulse0")
CONTROL = """\
Package: zimu
Version: {version}
Section: video
Priority: optional
Architecture: {machine}
Installed-Size: {size}
Depends: {needs}
Recommends: {recommends}
Maintainer: The Zimu founders
Description: bilingual subtitles for video editors, made on their own machine
 Zimu (字幕) hears films, makes subtitles in two languages, finds shots, scenes
 and sounds, and puts them on timelines. Nothing leaves the machine.
"""


def version() -> str:
    """Zimu's version, from the one place where it stands."""
    found = re.search(r'^__version__ = "(.+)"$', (ROOT / "plugin_core" / "__init__.py").read_text("utf-8"), re.M)
    if found is None:
        raise SystemExit("plugin_core/__init__.py has no __version__.")
    return found[1]


def time_of_files() -> int:
    """Seconds since 1970 that every file gets."""
    return int(os.environ.get("SOURCE_DATE_EPOCH", "0"))


def debian_version(text: str) -> str:
    """*text* as Debian orders versions: 1.0rc1 comes before 1.0."""
    return re.sub(r"\.?(a|b|rc|dev)(\d+)", r"~\1\2", text)


def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """A file of the archive, as it would be made by anybody."""
    info.uid = info.gid = 0
    info.uname = info.gname = "root"
    info.mtime = time_of_files()
    info.mode = 0o755 if info.mode & 0o100 or info.isdir() else 0o644
    return info


@contextmanager
def laid_out() -> Iterator[Path]:
    """An empty folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="zimu-package-") as folder:
        yield Path(folder)


def tarball(build: Path, icons: Path, out: Path) -> Path:
    """``zimu-VERSION-linux-MACHINE.tar.gz``: the programs, the install script, what desktops want to know."""
    name = f"zimu-{version()}-linux-{platform.machine()}"
    target = out / f"{name}.tar.gz"
    with laid_out() as folder:
        share = folder / "share"
        (share / "icons").mkdir(parents=True)
        for file in ("zimu.desktop", "zimu.xml"):
            shutil.copy(HERE / file, share)
        shutil.copy(ROOT / "gui" / "zimu.svg", share / "icons")
        for size in ICON_SIZES:
            shutil.copy(icons / f"zimu-{size}.png", share / "icons")
        with _gzip(target) as stream, tarfile.open(fileobj=stream, mode="w") as archive:
            archive.add(share, f"{name}/share", filter=plain)
            archive.add(HERE / "install.sh", f"{name}/install.sh", filter=plain)
            archive.add(ROOT / "LICENSE", f"{name}/LICENSE", filter=plain)
            archive.add(build, f"{name}/zimu", filter=plain)
    return target


@contextmanager
def _gzip(target: Path) -> Iterator[gzip.GzipFile]:
    """*target*, compressed; neither its name nor the time of day is in it."""
    with target.open("wb") as file, gzip.GzipFile("", "wb", 6, file, time_of_files()) as stream:
        yield stream


def debian(build: Path, icons: Path, out: Path) -> Path:
    """``zimu_VERSION_MACHINE.deb``: the programs in /opt/zimu, for everybody on the machine."""
    machine = MACHINES.get(platform.machine(), platform.machine())
    target = out / f"zimu_{debian_version(version())}_{machine}.deb"
    with laid_out() as folder:
        root = folder / "zimu"
        shutil.copytree(build, root / "opt" / "zimu", symlinks=True)
        _desktop_files(root / "usr" / "share", icons)
        (root / "usr" / "bin").mkdir(parents=True)
        for program in ("zimu", "zimu-desktop"):
            (root / "usr" / "bin" / program).symlink_to(f"/opt/zimu/{program}")
        size = sum(path.lstat().st_size for path in root.rglob("*") if path.is_file()) // 1024
        (root / "DEBIAN").mkdir()
        needs = ", ".join((f"libc6 (>= {platform.libc_ver()[1]})", *NEEDS))
        control = CONTROL.format(
            version=debian_version(version()), machine=machine, size=size, needs=needs, recommends=", ".join(RECOMMENDS)
        )
        (root / "DEBIAN" / "control").write_text(control, "utf-8")
        for path in (root, *root.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        command = ["dpkg-deb", "--build", "--root-owner-group", "-Zxz", "-z1", str(root), str(target)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "SOURCE_DATE_EPOCH": str(time_of_files())})  # fmt: skip
    return target


def _desktop_files(share: Path, icons: Path) -> None:
    """The entry in the menu, the kind of file, the icons and the licence, where desktops and Debian look for them."""
    places = {
        HERE / "zimu.desktop": "applications/zimu.desktop",
        HERE / "zimu.xml": "mime/packages/zimu.xml",
        ROOT / "gui" / "zimu.svg": "icons/hicolor/scalable/apps/zimu.svg",
        ROOT / "LICENSE": "doc/zimu/copyright",
        **{icons / f"zimu-{size}.png": f"icons/hicolor/{size}x{size}/apps/zimu.png" for size in ICON_SIZES},
    }
    for source, place in places.items():
        (share / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, share / place)


def main(build: Path, icons: Path, out: Path) -> None:
    """Write the packages into *out*, and their checksums."""
    out.mkdir(parents=True, exist_ok=True)
    made = [tarball(build, icons, out)]
    if shutil.which("dpkg-deb"):
        made.append(debian(build, icons, out))
    else:
        print("There is no dpkg-deb here: no Debian package was made.")
    sums = []
    for file in made:
        with file.open("rb") as stream:
            sums.append(f"{hashlib.file_digest(stream, 'sha256').hexdigest()}  {file.name}\n")
        print(f"{file.name}: {file.stat().st_size / 1e6:.0f} MB")
    (out / "SHA256SUMS").write_text("".join(sums), "utf-8")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
