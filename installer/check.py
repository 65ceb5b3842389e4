"""
Whether an installed Zimu works where programs usually fail, and how fast a frozen one starts.

    python installer/check.py build/zimu                the frozen folder, or
    python installer/check.py --command ENV/bin/zimu    the program of a virtual environment

Its self-test is run as a user who may write nowhere but in a home folder, without a network, with a locale that does
not exist, from a folder (frozen) and in a home with spaces and 中文 in the name. Taking rights and network away needs
root on Linux; elsewhere that part is left out, and said to be. ``--report FILE`` keeps the result as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NOBODY = 65534
START_BAR = 2.0  # seconds of processor time that starting may take
STARTS = 5
LOCALES = ({"LANG": "xx_YY.UTF-8", "LC_ALL": "C"}, {"LANG": "xx_YY"})
_UP = "import fcntl, socket, struct; fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh', b'lo', 0x41))"
_ALONE = f"""set -e
"$1" -c "{_UP}"
shift
mount --bind "$HOME" "$HOME"
mount -o remount,bind,ro /
exec "$@" """


def can_cut_off() -> bool:
    """Whether rights and network can be taken away from a process here."""
    tools = shutil.which("unshare") and shutil.which("setpriv")
    return sys.platform == "linux" and os.geteuid() == 0 and bool(tools)


def user_for(program: Path) -> int:
    """Nobody; or this user, whom ``cut_off`` leaves no rights either, if *program* lies where nobody may look."""
    tried = subprocess.run([*_rights(NOBODY), str(program), "--version"], check=False, capture_output=True)
    return NOBODY if tried.returncode == 0 else os.geteuid()


def cut_off(command: Sequence[str], user: int) -> list[str]:
    """*command* as *user* without any privilege: all but $HOME can only be read, the network is this machine alone."""
    return ["unshare", "--net", "--mount", "sh", "-c", _ALONE, "sh", sys.executable, *_rights(user), *command]


def _rights(user: int) -> list[str]:
    none = ["--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"]
    return ["setpriv", f"--reuid={user}", f"--regid={user}", *none]


@contextmanager
def awkward_place() -> Iterator[Path]:
    """A folder whose name has spaces and Chinese letters, which everybody may look into."""
    with tempfile.TemporaryDirectory(prefix="Zimu 安装 检查 ") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def surroundings(home: Path, locale: dict[str, str]) -> dict[str, str]:
    """All that a program finds in its environment: little, and partly wrong."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "WINDIR") if name in os.environ}
    names = {name: str(home) for name in ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP")}
    return {**kept, "PATH": os.defpath, **names, **locale}


def self_test(program: Path, home: Path, locale: dict[str, str]) -> dict[str, Any]:
    """What the self-test of *program* tells, as plain values; without rights and network, where that can be."""
    command = [str(program), "self-test", "--json"]
    if can_cut_off():
        user = user_for(program)
        os.chown(home, user, user)
        command = cut_off(command, user)
    done = subprocess.run(command, env=surroundings(home, locale), capture_output=True, check=False, cwd=home)
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        said = done.stderr.decode("utf-8", "replace").strip()[-2000:]
        raise SystemExit(f"The self-test told nothing (status {done.returncode}): {said}") from None
    return {**told, "status": done.returncode, "locale": locale, "alone": can_cut_off()}


def starting(command: Sequence[str], environment: dict[str, str]) -> dict[str, float]:
    """Seconds on the clock and of the processor that *command* takes, medians of several starts after a first one."""
    walls, used = [], []
    for _ in range(STARTS + 1):
        before, begun = os.times(), time.monotonic()
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        walls.append(time.monotonic() - begun)
        after = os.times()
        used.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return {"clock": round(statistics.median(walls[1:]), 2), "processor": round(statistics.median(used[1:]), 2)}


def starts(zimu: Path, home: Path) -> dict[str, dict[str, float]]:
    """How fast it starts: until the version is told, and until the desktop app's window was drawn in both languages."""
    environment = {**surroundings(home, {"LANG": "C.UTF-8"}), "QT_QPA_PLATFORM": "offscreen"}
    window = [str(zimu), "--run", "plugin_core.self_test", "window", str(home)]
    return {
        "zimu --version": starting([str(zimu), "--version"], environment),
        "the window, drawn twice": starting(window, environment),
    }


def lines(told: dict[str, Any]) -> Iterator[str]:
    """What the self-test told, one check a line."""
    yield f"With {told['locale']}{', without rights and network' if told['alone'] else ''}:"
    for row in told["checks"]:
        yield f"  {row['state']:<7} {row['name']:<11} {row['seconds']:6.1f} s  {row['said']}"


def check(program: Path, place: Path) -> list[dict[str, Any]]:
    """The self-test of *program* in each of ``LOCALES``, with a home of its own in *place*."""
    found = []
    for number, locale in enumerate(LOCALES):
        home = place / f"家 home {number}"
        home.mkdir()
        found.append(self_test(program, home, locale))
        print(*lines(found[-1]), sep="\n", flush=True)
    return found


def main() -> int:
    """Check, print, and write the report; the exit status."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", nargs="?", type=Path, help="the frozen folder")
    options.add_argument("--command", type=Path, help="the program of a virtual environment")
    options.add_argument("--report", type=Path)
    given = options.parse_args()
    report: dict[str, Any] = {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }
    if not can_cut_off():
        print("Without root on Linux, rights and network cannot be taken away: that part is left out.")
    with awkward_place() as place:
        if given.command:
            report["checks"] = check(given.command.absolute(), place)
        else:
            shutil.copytree(given.folder, place / "Zimu 程序", symlinks=True)
            zimu = place / "Zimu 程序" / ("zimu.exe" if sys.platform == "win32" else "zimu")
            report["checks"] = check(zimu, place)
            report["starts"] = starts(zimu, place)
            for name, seconds in report["starts"].items():
                print(f"{name}: {seconds['clock']} s, {seconds['processor']} s of the processor")
    if given.report:
        given.report.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    bad = [one for one in report["checks"] if one["status"] or not one["ok"]]
    slow = [name for name, seconds in report.get("starts", {}).items() if seconds["processor"] > START_BAR]
    for name in slow:
        print(f"! {name} takes more than {START_BAR} s to start.")
    return 1 if bad or slow else 0


if __name__ == "__main__":
    sys.exit(main())
