"""The menu entries really run, as Resolve runs them: with its globals, in a process of their own."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from resolve_bridge import install
from resolve_bridge.places import Surroundings, script_folders
from tests.hosts.resolve_machine import FAKE, ROOT, Menu, gone, machine, program, waited

SCRIPT = ROOT / "resolve_bridge/menu/Zimu.py"
LUA = shutil.which("lua5.1")
OLD = sorted(Path.home().glob(".pyenv/versions/3.6.*/bin/python"))


def toy(root: Path, code: str) -> list[str]:
    """A Zimu that asks with ``ask(verb, ...)`` and writes what it learns."""
    path = root / "zimu.py"
    path.write_text(
        "import json, os, sys\n"
        "assert sys.argv[1:] == ['resolve', 'menu'], sys.argv\n"
        "hello = json.loads(sys.stdin.readline())\n"
        "def ask(do, **arguments):\n"
        "    print(json.dumps({'id': 1, 'do': do, 'arguments': arguments}), flush=True)\n"
        "    return json.loads(sys.stdin.readline())\n"
        f"out = open({str(root / 'learnt.json')!r}, 'w')\n"
        f"{code}\n"
    )
    return [sys.executable, str(path)]


def learnt(root: Path) -> Any:
    return json.loads((root / "learnt.json").read_text())


# -- Python ----------------------------------------------------------------------------------------


def test_the_script_is_python_3_6_and_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 6))
    modules = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    assert modules <= sys.stdlib_module_names


@pytest.mark.parametrize("python", [sys.executable, *map(str, OLD)])
def test_the_script_serves_the_timeline_that_is_open_in_resolve(tmp_path: Path, python: str) -> None:
    given = FAKE
    if python != sys.executable:  # the fake needs a newer Python than the script: a smaller one does
        given = (
            "Thing = type('Thing', (), {'GetProductName': lambda s: 'DaVinci Resolve', 'GetVersionString': "
            "lambda s: '18.0', 'GetProjectManager': lambda s: None, 'GetCurrentPage': lambda s: 'edit'})\n"
            "given['resolve'] = Thing()"
        )
    menu = Menu(tmp_path, toy(tmp_path, "json.dump([hello, ask('where'), ask('nonsense')], out)"))
    assert menu.run(given, python) == ""
    hello, where, nonsense = learnt(tmp_path)
    assert (hello["protocol"], hello["studio"]) == (1, False)
    assert ("result" in where) == (python == sys.executable)
    assert nonsense["error"]["code"] == "host.request"
    assert menu.shown() == ""


GIVEN = "{fake}; found = given.pop('resolve'); given['{name}'] = type('Given', (), {{'{verb}': {how}: found}})()"


@pytest.mark.parametrize(
    ("name", "verb", "how"),
    [
        ("app", "GetResolve", "lambda self"),
        ("fu", "GetResolve", "lambda self"),
        ("bmd", "scriptapp", "lambda self, name"),
    ],
)
def test_resolve_is_found_by_whatever_this_version_gives(tmp_path: Path, name: str, verb: str, how: str) -> None:
    menu = Menu(tmp_path, toy(tmp_path, "json.dump(hello['version'], out)"))
    assert menu.run(GIVEN.format(fake=FAKE, name=name, verb=verb, how=how)) == ""
    assert learnt(tmp_path) == "21.0.4"


def test_without_a_resolve_it_says_where_to_start_it(tmp_path: Path) -> None:
    menu = Menu(tmp_path, toy(tmp_path, ""))
    for text in (menu.run(""), menu.shown()):
        assert "Workspace" in text
    assert not (tmp_path / "learnt.json").exists()


def test_a_zimu_that_was_moved_is_said_with_what_to_do(tmp_path: Path) -> None:
    menu = Menu(tmp_path, ["/no/such/zimu"])
    for text in (menu.run(), menu.shown()):
        assert "/no/such/zimu" in text
        assert "zimu hosts install resolve" in text


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_text("def\n")])
def test_a_damaged_install_is_said_with_what_to_do(tmp_path: Path, damage: Callable[[Path], Any]) -> None:
    menu = Menu(tmp_path, toy(tmp_path, ""))
    damage(menu.scripts.parent / "Zimu/agent.py")
    for text in (menu.run(), menu.shown()):
        assert "damaged" in text
        assert "zimu hosts install resolve" in text


def test_a_zimu_that_fails_is_shown_with_what_it_said_last(tmp_path: Path) -> None:
    menu = Menu(tmp_path, toy(tmp_path, "sys.exit('no <b>pack</b> is installed')"))
    assert "no <b>pack</b> is installed" in menu.run()
    assert "no &lt;b&gt;pack&lt;/b&gt; is installed" in menu.shown()
    assert "exit status 1" in menu.shown()


def test_a_zimu_that_dies_in_the_middle_of_an_answer_leaves_no_trace_back(tmp_path: Path) -> None:
    code = "print(json.dumps({'id': 1, 'do': 'hello'}), flush=True); os.kill(os.getpid(), 9)"
    said = Menu(tmp_path, toy(tmp_path, code)).run()
    assert "exit status -9" in said
    assert "Traceback" not in said


def test_zimu_gets_none_of_resolves_own_settings(tmp_path: Path) -> None:
    menu = Menu(tmp_path, toy(tmp_path, "json.dump(dict(os.environ), out)"))
    menu.run(LD_LIBRARY_PATH="/opt/resolve/libs:/usr/local/cuda", QT_PLUGIN_PATH="/opt/resolve/libs/plugins")
    seen = learnt(tmp_path)
    assert seen["LD_LIBRARY_PATH"] == "/usr/local/cuda"
    assert not {"PYTHONHOME", "PYTHONPATH", "QT_PLUGIN_PATH"} & set(seen)


def test_the_child_ends_when_resolve_quits(tmp_path: Path) -> None:
    menu = Menu(tmp_path, toy(tmp_path, "json.dump(os.getpid(), out); out.close(); sys.stdin.read()"))
    started = menu.start()
    waited(lambda: (tmp_path / "learnt.json").exists() and (tmp_path / "learnt.json").read_text() != "")
    started.kill()
    started.communicate()
    waited(lambda: gone(learnt(tmp_path)))


# -- Lua -------------------------------------------------------------------------------------------

needs_lua = pytest.mark.skipif(LUA is None, reason="needs lua5.1, the Lua of Resolve (a system package)")
RESOLVE = """
resolve = {{ GetProductName = function() return "{name}" end, GetVersion = function() return {{ {version} }} end }}
bmd = {{ openurl = function(url) print("URL " .. url) end }}
"""
SANDBOX = "os = nil; io = nil; package = nil; require = nil; bmd = nil; ffi = nil; debug = nil; loadfile = nil\n"


def lua(root: Path, prelude: str, command: list[str] | None = None) -> tuple[str, Surroundings]:
    here = machine(root)
    install.carry_out(install.plan_install(here, command=command or ["/no/zimu"]))
    script = script_folders(here, everyone=False)[0] / "Edit/Zimu (Lua).lua"
    (root / "prelude.lua").write_text(prelude, "utf-8")
    done = subprocess.run(
        [str(LUA), "-l", "prelude", str(script)], cwd=root, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    return done.stdout, here


@needs_lua
@pytest.mark.parametrize("sandbox", ["", SANDBOX, "print = nil\n"])
@pytest.mark.parametrize(
    ("version", "word", "page"),
    [
        ('21, 1, 0, 14, ""', "zimu export FILE --bundle resolve", "files"),
        ("22", "zimu export FILE --bundle resolve", "files"),
        ("", "zimu export FILE --bundle resolve", "files"),
        ('21, 0, 4, 5, ""', "python.org", "python"),
        ('19, 1, 3, 7, ""', "python.org", "python"),
    ],
)
def test_lua_in_the_free_edition_says_what_to_do_instead(
    tmp_path: Path, version: str, word: str, page: str, sandbox: str
) -> None:
    said, here = lua(tmp_path, RESOLVE.format(name="DaVinci Resolve", version=version) + sandbox)
    if sandbox.startswith("print"):
        assert said == ""
        return
    assert word in said
    assert any("\u4e00" <= character <= "\u9fff" for character in said)
    if not sandbox:
        address = (script_folders(here, everyone=False)[0].parent / "Zimu/help.html").as_uri()
        assert f"URL {address}#{page}" in said
        assert f'id="{page}"' in (script_folders(here, everyone=False)[0].parent / "Zimu/help.html").read_text("utf-8")


@needs_lua
def test_lua_asks_in_a_window_where_no_page_can_be_opened(tmp_path: Path) -> None:
    window = (
        "bmd = nil\ncomp = { AskUser = function(_, title, rows) print('WINDOW ' .. title .. rows[1].Default) end }\n"
    )
    said, _ = lua(tmp_path, RESOLVE.format(name="DaVinci Resolve", version="21, 1") + window)
    assert "WINDOW ZimuZimu: The free edition" in said


@needs_lua
def test_lua_without_anything_of_resolve_still_says_something(tmp_path: Path) -> None:
    said, _ = lua(tmp_path, SANDBOX)
    assert "zimu export" in said


@needs_lua
@pytest.mark.parametrize("name", ["zimu", "zi mu's $(touch harm) `touch harm` \"字幕\\"])
def test_lua_in_studio_starts_the_panel_and_does_not_wait_for_it(tmp_path: Path, name: str) -> None:
    there = machine(tmp_path)
    zimu = program(there, name, f'printf "%s|" "$0" "$@" > {tmp_path}/started.part; mv {tmp_path}/started.part '
                   f'{tmp_path}/started; sleep 3')  # fmt: skip
    said, _ = lua(tmp_path, RESOLVE.format(name="DaVinci Resolve Studio", version="21, 0, 4, 5"), [str(zimu)])
    assert said == ""
    waited((tmp_path / "started").exists)
    assert (tmp_path / "started").read_text() == f"{zimu}|resolve|panel|--show|"
    assert not (tmp_path / "harm").exists()


@needs_lua
def test_lua_in_studio_without_a_zimu_says_so(tmp_path: Path) -> None:
    said, _ = lua(tmp_path, RESOLVE.format(name="DaVinci Resolve Studio", version="21, 0"))
    assert "zimu hosts install resolve" in said
    assert "#command" in said
