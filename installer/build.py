"""
The frozen build of this system, looked at from every side, and its packages.

    build/env/bin/python installer/build.py          with the Python of an environment that holds Zimu's wheel with the
                                                     extras gui and service, the group installer, and nothing else

Icons, PyInstaller (zimu.spec), licences and bill of materials, the budget, the self-test of the result, packages: what
comes first stops what comes after. Everything lies in build/, which may be deleted.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
BUILD = HERE.parent / "build"
ENDING = ".exe" if sys.platform == "win32" else ""
VERSION_INFO = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0, OS=0x40004, fileType=0x1),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("CompanyName", "The Zimu founders"), StringStruct("FileDescription", "Zimu"),
      StringStruct("FileVersion", "{version}"), StringStruct("ProductName", "Zimu"),
      StringStruct("ProductVersion", "{version}"), StringStruct("LegalCopyright", "Apache License 2.0")])]),
    VarFileInfo([VarStruct("Translation", [1033, 1200])])
  ]
)
"""


def version_info(version: str) -> str:
    """What Windows shows about the programs; *version* starts with up to four numbers."""
    import re

    numbers = [int(part) for part in re.findall(r"\d+", re.match(r"[\d.]*", version)[0])]  # type: ignore[index]
    return VERSION_INFO.format(version=version, numbers=tuple((numbers + [0] * 4)[:4]))


def step(what: str, *command: str | Path) -> None:
    """Say *what* is done, and do it; a failure ends the build with its status."""
    print(f"-- {what}", flush=True)
    done = subprocess.run([str(part) for part in command], check=False, cwd=HERE.parent)
    if done.returncode:
        raise SystemExit(done.returncode)


def frozen() -> Path:
    """The folder with the programs after PyInstaller."""
    return BUILD / "Zimu.app" / "Contents" / "MacOS" if sys.platform == "darwin" else BUILD / "zimu"


def main() -> None:
    """Build, look, pack."""
    import plugin_core

    version = plugin_core.__version__
    BUILD.mkdir(exist_ok=True)
    (BUILD / "version.txt").write_text(version_info(version), "utf-8")
    python = sys.executable
    step("icons", python, HERE / "icons.py", BUILD / "icons")
    arguments = ("--noconfirm", "--log-level", "WARN", "--distpath", BUILD, "--workpath", BUILD / "work")
    step("PyInstaller", python, "-m", "PyInstaller", *arguments, HERE / "zimu.spec")
    if sys.platform == "linux":
        step("stripping", python, HERE / "linux" / "stripping.py", BUILD / "zimu")
    step("licences and bill of materials", python, HERE / "licences.py", BUILD / "zimu", BUILD / "contents.json")
    step("budget", python, HERE / "budget.py", BUILD / "zimu", BUILD / "contents.json")
    step("self-test", frozen() / f"zimu{ENDING}", "--self-test")
    pack(version)


def pack(version: str) -> None:
    """The packages of this system, with what it has for that."""
    out = BUILD / "packages"
    if sys.platform == "linux":
        step("packages", sys.executable, HERE / "linux" / "packages.py", BUILD / "zimu", BUILD / "icons", out)
    elif sys.platform == "darwin":
        shutil.copy(BUILD / "zimu" / "THIRD-PARTY-LICENSES.txt", BUILD / "Zimu.app" / "Contents" / "Resources")
        shutil.copy(BUILD / "zimu" / "sbom.cdx.json", BUILD / "Zimu.app" / "Contents" / "Resources")
        step("image", HERE / "macos" / "package.sh", BUILD / "Zimu.app", out, version)
    elif shutil.which("iscc"):
        step("installer", "iscc", f"/DVersion={version}", f"/DBuild={BUILD / 'zimu'}",
             f"/DIcon={BUILD / 'icons' / 'zimu.ico'}", HERE / "windows" / "zimu.iss")  # fmt: skip
    else:
        print("Inno Setup's iscc is not on PATH: no installer was made.")


if __name__ == "__main__":
    main()
