"""
What it takes from nothing to the first subtitles: python -m benchmarks.fresh_clone

The last commit is cloned, every package of the lock is downloaded once and measured, and `make demo` is run in the
clone from those packages, so that its time does not depend on a network. Results: benchmarks/results/fresh_clone.json.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.spoken import machine, save, table

ROOT = Path(__file__).parent.parent
BUILDERS = ("setuptools>=77", "wheel")  # what pip fetches to build Zimu and jieba


def seconds(*command: str, cwd: Path, **environment: str) -> tuple[float, float]:
    """By the clock, and of the processors, which does not depend on what else is running."""
    began, before = time.perf_counter(), os.times()
    subprocess.run(command, cwd=cwd, env=os.environ | environment, check=True, stdout=subprocess.DEVNULL)
    spent, after = time.perf_counter() - began, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return round(spent, 1), round(used, 1)


def megabytes(folder: Path) -> float:
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6, 1)


def measured(work: Path) -> dict[str, float | tuple[float, float]]:
    clone, packages = work / "zimu", work / "packages"
    seconds("git", "clone", "--quiet", "--depth", "1", ROOT.as_uri(), str(clone), cwd=work)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--dest", str(packages))
    seconds(*pip, "--no-deps", "--require-hashes", "-r", "installer/locks/run.txt", cwd=clone)
    downloaded = megabytes(packages)
    largest = sorted(packages.iterdir(), key=lambda path: -path.stat().st_size)[:5]
    seconds(*pip, *BUILDERS, cwd=clone)
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(packages), "PIP_NO_CACHE_DIR": "1", "PYTHON": sys.executable}
    home = {"ZIMU_HOME": str(work / "home")}
    return {
        "clone_mb": megabytes(clone / ".git"),
        "packages_mb": downloaded,
        **{f"package_mb {path.name.split('-')[0]}": round(path.stat().st_size / 1e6, 1) for path in largest},
        "set_up_s": seconds("make", ".venv/run.ready", cwd=clone, **offline, **home),
        "installed_mb": megabytes(clone / ".venv"),
        "demo_s": seconds("make", "demo", cwd=clone, **home),
        "again_s": seconds("make", "demo", cwd=clone, **home),
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        figures = measured(Path(folder))
    save("fresh_clone", {"figures": figures, "python": sys.version.split()[0], **machine()})
    print(table(("what", "measured"), [[name, value] for name, value in figures.items()]))


if __name__ == "__main__":
    main()
