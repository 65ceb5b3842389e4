"""
What is wrong between Zimu and DaVinci Resolve, by the names of ``failures``: what files and processes tell first, then
what Resolve itself says. Nothing is changed, and nothing is asked of Resolve but what it is and what is open.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from plugin_core import __version__
from plugin_core.doctor.findings import Finding, State
from plugin_core.errors import HostError
from resolve_bridge.connect import channel_to
from resolve_bridge.failures import problem, problem_of
from resolve_bridge.install import MENU_ENTRY, installed_version, ownership
from resolve_bridge.places import Install, Surroundings, installs, running, script_folders, scripting_mode
from resolve_bridge.versions import Product, Version, edition_of

_INSTALL = ("Run `zimu hosts install resolve`.", "请运行 `zimu hosts install resolve`。")
_PATIENCE = 20.0  # seconds for the agent to come up: the doctor is waited for


_CALM = ("not-installed", "not-running", "scripting-off", "free-no-python", "no-project", "no-timeline")
"""What is a problem of who wants to work in Resolve now, and a note on a page about Zimu."""


def overview(thorough: bool, here: Surroundings | None = None) -> Iterator[Finding]:
    """For ``zimu doctor``: as ``findings``, calmer, without titles, and not asking Resolve unless *thorough*."""
    here = here or Surroundings()
    if not installs(here):  # it may lie elsewhere, and have our entry all the same
        yield from map(_entry, _entries(here))
    for one in findings(here, ask=thorough):
        name = one.name.removeprefix("resolve.")
        if name in {"no-project", "no-timeline"} and one.state == "ok":  # it says the title
            what, word = ("project", "项目") if name == "no-project" else ("timeline", "时间线")
            yield _ok(name, f"A {what} is open.", f"已打开{word}。")
        else:
            yield replace(one, state="note") if name in _CALM and one.state == "problem" else one


def findings(
    here: Surroundings | None = None, start_timeout: float = _PATIENCE, *, ask: bool = True
) -> tuple[Finding, ...]:
    """
    What there is to say about Resolve on this machine; a problem that two looks show is said once.

    Without *ask* only files and processes are looked at, which takes no time.
    """
    here = here or Surroundings()
    found = installs(here)
    if not found:
        return (problem("not-installed"),)
    said: dict[str, Finding] = {}
    looks = _all(here, found, start_timeout) if ask else _unasked(here, found)
    for one in looks:
        if one.name not in said or one.state == "problem":
            said[one.name] = one
    return tuple(said.values())


def _all(here: Surroundings, found: tuple[Install, ...], start_timeout: float) -> Iterator[Finding]:
    yield from _installed(found)
    yield from _preferences(here)
    try:
        with channel_to(here, found, start_timeout) as channel:
            hello = channel.open()
    except HostError as error:
        yield from _silent(found[0], error)
        product = found[0].product
    else:
        product = Product(Version.of(hello.get("version")), edition_of(hello.get("product")))
        yield from _reached(found[0], product, hello)
    yield from _in_the_menu(here, product)


def _unasked(here: Surroundings, found: tuple[Install, ...]) -> Iterator[Finding]:
    yield from _installed(found)
    yield from _preferences(here)
    yield from _in_the_menu(here, found[0].product)


def _installed(found: tuple[Install, ...]) -> Iterator[Finding]:
    first = found[0]
    yield _ok("not-installed", f"{first.product} is at {first.app}.", f"{first.product} 位于 {first.app}。")
    if first.store:
        yield problem("app-store")
    if len(found) > 1:
        others = ", ".join(str(one.library) for one in found[1:])
        yield Finding(
            "resolve.several", "ok",
            f"There are {len(found)} copies of DaVinci Resolve; Zimu uses {first.library}.",
            f"If another one runs, set RESOLVE_SCRIPT_LIB to its library: {others}.",
            f"这台电脑上有 {len(found)} 个 DaVinci Resolve；Zimu 使用 {first.library}。",
            f"如果运行的是另一个，请把 RESOLVE_SCRIPT_LIB 设为它的库：{others}。",
        )  # fmt: skip


def _preferences(here: Surroundings) -> Iterator[Finding]:
    runs = running(here)
    if runs is False:
        yield problem("not-running")
    elif runs:
        yield _ok("not-running", "DaVinci Resolve is running.", "DaVinci Resolve 正在运行。")
    mode = scripting_mode(here)
    if mode == 0:
        yield problem("scripting-off")
    elif mode is None:
        yield Finding(
            "resolve.scripting-off", "note",
            "Resolve's preferences do not say whether External scripting is on.",
            "Look in Resolve: Preferences ▸ System ▸ General ▸ External scripting using: Local.",
            "Resolve 的偏好设置没有写明外部脚本是否打开。",
            "请在 Resolve 中查看：偏好设置 ▸ 系统 ▸ 常规 ▸ 外部脚本使用：本地。",
        )  # fmt: skip
    else:
        where = ("Local", "本地") if mode == 1 else ("Network", "网络")
        yield _ok("scripting-off", f"External scripting is set to {where[0]}.", f"外部脚本设为“{where[1]}”。")


def _silent(first: Install, error: HostError) -> Iterator[Finding]:
    """Whatever else is wrong: a library that says that nobody is there has loaded."""
    if error.code in {f"host.{name}" for name in ("not-running", "scripting-off", "unreachable", "free-edition")}:
        yield _loads(first)
    yield problem_of(error)


def _reached(first: Install, product: Product, hello: dict[str, Any]) -> Iterator[Finding]:
    yield _loads(first)
    yield _ok("free-edition", f"{product} lets Zimu in.", f"{product} 允许 Zimu 连接。")
    yield from _version(product)
    if not hello.get("database", True):
        yield problem("no-database")
        return
    for name, what, word in (("no-project", "project", "项目"), ("no-timeline", "timeline", "时间线")):
        title = hello.get(what)
        if not title:
            yield problem(name)
            return
        yield _ok(name, f"The {what} “{title}” is open.", f"已打开{word}“{title}”。")


_LACKS = (  # what an older Resolve does not do, and how the user meets it
    ("custom_data", "its markers carry no id of ours, so that a second push cannot know them again",
     "它的标记不能带我们的编号，再次推送时无法认出它们"),
    ("mark_in_out", "a script cannot read the in and out points", "脚本读不到入点和出点"),
    ("otio_export", "a script cannot export OTIO", "脚本不能导出 OTIO"),
)  # fmt: skip


def _version(product: Product) -> Iterator[Finding]:
    """What the version lacks of what Zimu uses; the push asks the program itself and does without."""
    lacks = [(what, word) for name, what, word in _LACKS if not getattr(product, name)]
    if lacks:
        yield Finding(
            "resolve.version", "ok", f"In {product} " + "; ".join(what for what, _ in lacks) + ".",
            "If you need that, update Resolve to 20 or later.",
            f"在 {product} 中" + "；".join(word for _, word in lacks) + "。",
            "如果需要，请把 Resolve 升级到 20 或更高版本。",
        )  # fmt: skip


def _loads(first: Install) -> Finding:
    return _ok("library", f"The scripting library {first.library} loads.", f"脚本库 {first.library} 可以载入。")


def _in_the_menu(here: Surroundings, product: Product) -> Iterator[Finding]:
    """Whether Workspace ▸ Scripts has Zimu, of this version, and whether Resolve can run it."""
    if not product.menu_python:
        yield problem("free-no-python")
        return
    entries = _entries(here)
    if not entries:
        state: State = "problem" if product.edition == "free" else "ok"  # Studio can do without it
        message, message_zh = "Zimu is not in Resolve's menu.", "Zimu 不在 Resolve 的菜单里。"
        yield Finding("resolve.menu", state, message, _INSTALL[0], message_zh, _INSTALL[1])
        return
    for path in entries:
        yield _entry(path)
    yield from _menu_python(here)


def _entries(here: Surroundings) -> list[Path]:
    folders = (*script_folders(here, everyone=False), *script_folders(here, everyone=True))
    return [path for folder in folders if (path := folder / MENU_ENTRY).is_file()]


def _entry(path: Path) -> Finding:
    state, version = ownership(path), installed_version(path)
    if state == "ours" and version == __version__:
        return _ok("menu", f"Zimu is in Resolve's menu ({path}).", f"Zimu 已在 Resolve 的菜单里（{path}）。")
    what, word = "not as Zimu wrote it", "被改过的"
    if state == "ours":
        what, word = f"of version {version}", f"版本 {version} 的"
    return Finding(
        "resolve.menu", "problem", f"The menu entry {path} is {what}.", _INSTALL[0],
        f"菜单项 {path} 是{word}。", _INSTALL[1],
    )  # fmt: skip


def _menu_python(here: Surroundings) -> Iterator[Finding]:
    """Without a Python that it finds, Resolve leaves every .py out of its menu, and says nothing."""
    if here.environ.get("PYTHON3HOME"):
        return
    if here.system == "darwin":  # fusionscript tries this one path; Homebrew on Apple silicon and pyenv lie elsewhere
        there = (here.root / "usr/local/bin/python3").exists()
    else:
        there = any(shutil.which(name, path=here.environ.get("PATH")) for name in ("python3", "python", "py"))
    if there:
        yield _ok("menu-python", "Resolve finds a Python for its menu.", "Resolve 能找到菜单脚本用的 Python。")
    else:
        yield Finding(
            "resolve.menu-python", "problem",
            "Resolve finds no Python 3, and so leaves Zimu out of its menu.",
            "Install 64-bit Python 3 from python.org, or set PYTHON3HOME to one, and restart Resolve.",
            "Resolve 找不到 Python 3，因此菜单里不会出现 Zimu。",
            "请从 python.org 安装 64 位 Python 3，或用 PYTHON3HOME 指定一个，然后重新启动 Resolve。",
        )  # fmt: skip


def _ok(name: str, message: str, message_zh: str) -> Finding:
    return Finding(f"resolve.{name}", "ok", message, "", message_zh)
