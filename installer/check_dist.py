"""
Whether wheel and sdist install into an empty environment, work there, and go away without a trace; pipx likewise.

    python installer/check_dist.py build/dist

Every environment lies in a folder with spaces and 中文 in its name and is gone afterwards. Libraries have the versions
of locks/installer.txt. It takes minutes and some gigabytes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from check import awkward_place, check, surroundings

LOCK = Path(__file__).with_name("locks") / "installer.txt"
PACKAGES = ("plugin_core", "gui", "models", "resolve_bridge", "premiere_cep")
SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"
ENDING = ".exe" if sys.platform == "win32" else ""


def versions(place: Path) -> Path:
    """The locked versions as constraints; hashes would ask for one of what is tested."""
    lines = re.findall(r"^(\S+==[^\\\n]+)", LOCK.read_text("utf-8"), re.M)  # with the markers of systems
    (place / "versions.txt").write_text("\n".join(lines), "utf-8")
    return place / "versions.txt"


def run(*command: str | Path, **environment: str) -> str:
    """What *command* prints; what it complains about ends the check."""
    done = subprocess.run(
        [str(part) for part in command], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} ended with status {done.returncode}:\n{done.stderr[-3000:]}")
    return done.stdout


def environment(place: Path, name: str) -> Path:
    """An empty virtual environment in *place*."""
    run(sys.executable, "-m", "venv", place / name)
    return place / name


def leftovers(folder: Path) -> Iterator[str]:
    """What is ours in the environment *folder*, by its place."""
    for path in folder.rglob("*"):
        in_packages = path.parent.name == "site-packages" and path.name in PACKAGES
        if in_packages or path.name.lower().startswith(("zimu", "__editable__")):
            yield path.relative_to(folder).as_posix()


def installed(file: Path, place: Path) -> dict[str, Any]:
    """Install *file* with the desktop app, check it, remove it; what was seen."""
    folder = environment(place, f"env {file.suffix}")
    pip = (folder / SCRIPTS / f"python{ENDING}", "-m", "pip", "--disable-pip-version-check")
    run(*pip, "install", "--quiet", "-c", versions(place), f"{file.resolve()}[gui]")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    print(f"{file.name} with what it needs: {size / 1e6:.0f} MB", flush=True)
    (place / file.suffix).mkdir()
    found = check(folder / SCRIPTS / f"zimu{ENDING}", place / file.suffix)
    run(*pip, "uninstall", "--quiet", "--yes", "zimu")
    left = sorted(leftovers(folder))
    return {"file": file.name, "megabytes": round(size / 1e6), "checks": found, "left": left}


def by_pipx(file: Path, place: Path) -> dict[str, Any]:
    """Install *file* with pipx, start it, remove it; what was seen."""
    tools = environment(place, "tools")
    run(tools / SCRIPTS / f"python{ENDING}", "-m", "pip", "install", "--quiet", "pipx")
    home = {"PIPX_HOME": str(place / "pipx"), "PIPX_BIN_DIR": str(place / "bin"), "PIPX_MAN_DIR": str(place / "man")}
    pipx = tools / SCRIPTS / f"pipx{ENDING}"
    # pipx splits the arguments for pip like a shell; the file with the versions has spaces in its place
    run(pipx, "install", f"{file.resolve()}[gui]", **home, PIP_CONSTRAINT=versions(place).as_uri())
    zimu = place / "bin" / f"zimu{ENDING}"
    said = subprocess.run(
        [zimu, "self-test", "--only", "libraries,timelines,window", "--json"],
        env=surroundings(place, {}), capture_output=True, check=False,
    )  # fmt: skip
    run(pipx, "uninstall", "zimu", **home)
    left = sorted(str(path.name) for path in (place / "bin").glob("zimu*"))
    print(f"pipx: {'works' if said.returncode == 0 else said.stdout.decode()}")
    return {
        "file": f"{file.name} (pipx)",
        "checks": [{"ok": said.returncode == 0, "status": said.returncode}],
        "left": left,
    }


def main() -> int:
    """Check each of them, print, and write the report; the exit status."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path, help="the folder with wheel and sdist")
    options.add_argument("--report", type=Path)
    given = options.parse_args()
    files = sorted(path for path in given.folder.iterdir() if path.name.endswith((".whl", ".tar.gz")))
    rows = []
    for file in files:
        with awkward_place() as place:
            rows.append(installed(file, place))
    for file in files:
        if file.suffix == ".whl":
            with awkward_place() as place:
                rows.append(by_pipx(file, place))
    bad = [row for row in rows if row["left"] or any(one["status"] or not one["ok"] for one in row["checks"])]
    for row in rows:
        print(f"{'!' if row in bad else '+'} {row['file']}; left behind: {', '.join(row['left']) or 'nothing'}")
    if given.report:
        given.report.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
