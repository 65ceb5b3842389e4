# ruff: noqa: UP006, UP035 - Resolve may run this file in Python 3.6: annotations need typing.Dict
"""
Zimu in DaVinci Resolve: Workspace > Scripts > Edit > Zimu. Written there by `zimu hosts install resolve`.

Standard library only, Python 3.6 or newer, because Resolve chooses the Python. It starts `zimu resolve menu` as a child
and serves Zimu's agent over the child's pipes, so that neither Studio nor external scripting is needed. Resolve runs
each script of its menu in a process of its own (fuscript): serving for hours never holds up Resolve's windows.
"""

import html
import importlib.util
import os
import subprocess
import tempfile
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Dict

COMMAND = ["zimu"]  # what starts Zimu; the install writes the whole path
AGENT = "agent.py"  # likewise: a menu script is told neither its own name nor its folder


def main() -> int:
    """Serve the panel until it is closed; the exit status."""
    resolve = find_resolve()
    if resolve is None:
        return show("Zimu did not find DaVinci Resolve. Start it in Resolve: Workspace > Scripts > Edit > Zimu.")
    try:
        agent = load_agent(AGENT)
    except Exception as error:  # whatever the file is: a broken install must be told, not traced
        return show(f"Zimu's part in Resolve is damaged ({error}). Run: zimu hosts install resolve")
    with tempfile.TemporaryFile() as log:
        try:
            child = start(log)
        except OSError as error:
            return show(f"Zimu could not be started ({error}). If it was moved, run: zimu hosts install resolve")
        status = serve(agent, resolve, child)
        return show(f"Zimu has stopped (exit status {status}).\n\n{last_words(log)}") if status else 0


def find_resolve() -> Any:
    """The running Resolve: versions differ in which of these a menu script is given."""
    given = globals()
    if given.get("resolve") is not None:
        return given["resolve"]
    for name in ("app", "fusion", "fu"):
        found = given[name].GetResolve() if given.get(name) is not None else None
        if found is not None:
            return found
    return given["bmd"].scriptapp("Resolve") if given.get("bmd") is not None else None


def load_agent(path: str) -> Any:
    """The module in the file *path*."""
    spec = importlib.util.spec_from_file_location("zimu_agent", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def start(log: IO[bytes]) -> Any:
    """Zimu as a child: it asks on its stdout and reads the answers on its stdin."""
    hidden = 0x08000000 if os.name == "nt" else 0  # CREATE_NO_WINDOW: no black console
    return subprocess.Popen(
        [*COMMAND, "resolve", "menu"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        env=environment(dict(os.environ)),
        cwd=str(Path.home()),
        creationflags=hidden,
    )


def environment(variables: Dict[str, str]) -> Dict[str, str]:
    """*variables* without what Resolve set for its own libraries and for its own Python: Zimu has others."""
    kept = {name: value for name, value in variables.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FRAMEWORK_PATH", "QT_PLUGIN_PATH"):
        parts = [part for part in kept.pop(name, "").split(os.pathsep) if part and "resolve" not in part.lower()]
        if parts:
            kept[name] = os.pathsep.join(parts)
    return kept


def serve(agent: Any, resolve: Any, child: Any) -> int:
    """Answer the child until it closes its end; its exit status."""

    def write(line: str) -> None:
        child.stdin.write(line.encode("utf-8"))
        child.stdin.flush()

    with suppress(OSError, ValueError):  # the child has gone in the middle of an answer: its exit status says why
        agent.serve(resolve, child.stdout.readline, write)
    for pipe in (child.stdin, child.stdout):
        with suppress(OSError):  # closing says again that it has gone
            pipe.close()
    return int(child.wait())


def last_words(log: IO[bytes]) -> str:
    """The last lines that the child wrote."""
    log.seek(0, os.SEEK_END)
    log.seek(max(0, log.tell() - 4000))
    return log.read().decode("utf-8", "replace").strip()


def show(text: str) -> int:
    """
    Say *text* in Resolve's console, and as a page in the browser, because the console is seldom open. Always 1.
    """
    print("Zimu: " + text)  # noqa: T201 - Resolve's console is where a script speaks
    page = "<!doctype html><meta charset=utf-8><title>Zimu</title><pre style='white-space:pre-wrap'>{}</pre>"
    with suppress(OSError, webbrowser.Error):  # it was printed; there is no other way
        handle, name = tempfile.mkstemp(prefix="zimu-", suffix=".html")
        with os.fdopen(handle, "wb") as file:
            file.write(page.format(html.escape(text)).encode("utf-8"))
        webbrowser.open(Path(name).as_uri())
    return 1


if __name__ == "__main__" or "resolve" in globals():
    main()
