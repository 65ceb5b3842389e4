"""
What keeps the panel from working in Premiere Pro: the failures that users report, each looked at by name.

Sources: the issues of auto-subs (571, 753, 830), premiere-pro-mcp (2, 5, 8, 269), CEP-Resources and Adobe's notes on
the end of CEP. Nothing here changes anything.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from plugin_core import settings
from plugin_core.doctor.findings import Finding, State
from plugin_core.errors import HostError
from premiere_cep.install import CONFIG, LIST, bundle_of, contents, installed, version
from premiere_cep.places import BUNDLE, CSXS, Machine, Scope, is_on

INSTALL = "Run: zimu hosts install premiere."
_INSTALL_ZH = "请运行：zimu hosts install premiere"
FIRST_YEAR = 2020  # CEP 9, of which the manifest asks
LAST_YEAR = 2026  # the last whose CEP we know of; Adobe's plan for it ends in September 2026
_OLD_LIBRARY = "CSInterface.js"


def overview(thorough: bool, machine: Machine | None = None) -> Iterator[Finding]:  # noqa: ARG001
    """For ``zimu doctor``: as ``findings``; where there is no Premiere, what keeps it from working is a note."""
    machine = machine or Machine()
    calm = not machine.programs()
    for one in findings(machine):
        yield replace(one, state="note") if calm and one.state == "problem" else one


def findings(machine: Machine | None = None) -> Iterator[Finding]:
    """What there is to say about Premiere on *machine*, this one if not given."""
    machine = machine or Machine()
    if not machine.has_premiere:
        yield _say("system", "ok", "Premiere Pro is not made for this system.", zh="Premiere Pro 不支持这个系统。")
        return
    yield from _programs(machine)
    folders = {scope: machine.extensions(scope) / BUNDLE for scope in get_args(Scope)}
    there = [folder for folder in folders.values() if folder.exists()]
    yield from _path(folders["user"])
    yield from _panel(there)
    for folder in there[:1]:
        yield from _inside(folder)
    yield from _switches(machine)


def _say(name: str, state: State, message: str, fix: str = "", *, zh: str = "", fix_zh: str = "") -> Finding:
    return Finding(f"premiere.{name}", state, message, fix, zh, fix_zh)


def _programs(machine: Machine) -> Iterator[Finding]:
    programs = machine.programs()
    if not programs:
        yield _say(
            "program", "note", "No Premiere Pro was found where Adobe installs it.",
            "If it is elsewhere, nothing has to be done; else install it with Creative Cloud.",
            zh="在 Adobe 的默认位置没有找到 Premiere Pro。",
            fix_zh="如果装在别处，则无需处理；否则请用 Creative Cloud 安装。",
        )  # fmt: skip
    for name, year in programs:
        if year and year < FIRST_YEAR:
            yield _say(
                "program", "problem", f"{name} is too old for the panel.", f"Use Premiere Pro {FIRST_YEAR} or newer.",
                zh=f"{name} 太旧，不能使用这个面板。",
            fix_zh=f"请使用 Premiere Pro {FIRST_YEAR} 或更新的版本。",
            )  # fmt: skip
        elif year > LAST_YEAR:
            yield _say(
                "cep", "problem", f"{name} may not load CEP panels any more: Adobe ended them in September 2026.",
                "If Zimu is not in Window > Extensions, use the UXP plugin: zimu premiere package FOLDER writes it.",
                zh=f"{name} 可能不再加载 CEP 面板：Adobe 已于 2026 年 9 月停止支持。",
                fix_zh="如果“窗口 > 扩展”中没有 Zimu，请使用 UXP 插件：zimu premiere package 文件夹 会生成它。",
            )  # fmt: skip
        else:
            yield _say("program", "ok", f"{name} loads the panel.", zh=f"{name} 可以加载这个面板。")


def _path(folder: Path) -> Iterator[Finding]:
    if "#" in str(folder):
        yield _say(
            "path", "problem", f"{folder.parent} has a # in its name; Adobe's programs load no panel from there.",
            "Run: zimu hosts install premiere --all-users.",
            zh=f"{folder.parent} 的路径中有 #，Adobe 的程序不会从那里加载面板。",
            fix_zh="请运行：zimu hosts install premiere --all-users",
        )  # fmt: skip


def _panel(there: list[Path]) -> Iterator[Finding]:
    """Whether the panel is there, once, and is ours; else Window > Extensions does not list it."""
    if not there:
        yield _say(
            "panel", "problem", "The panel is not installed, so Window > Extensions does not list Zimu.", INSTALL,
            zh="面板没有安装，所以“窗口 > 扩展”中没有 Zimu。",
            fix_zh=_INSTALL_ZH,
        )  # fmt: skip
    if len(there) > 1:
        places = ", ".join(str(folder) for folder in there)
        yield _say(
            "two-installs", "problem", f"The panel is installed twice ({places}); Premiere may load the older one.",
            "Run: zimu hosts remove premiere --all-users.",
            zh=f"面板安装了两份（{places}），Premiere 可能会加载旧的那一份。",
            fix_zh="请运行：zimu hosts remove premiere --all-users",
        )  # fmt: skip


def _inside(folder: Path) -> Iterator[Finding]:
    if bundle_of(folder) != BUNDLE:
        yield _say(
            "manifest", "problem", f"{folder} is not Zimu's panel, or its manifest is damaged.",
            f"Move it away. {INSTALL}",
            zh=f"{folder} 不是 Zimu 的面板，或其清单已损坏。",
            fix_zh=f"请把它移走。{_INSTALL_ZH}",
        )  # fmt: skip
        return
    try:
        files = installed(folder)
    except OSError as error:
        yield _say(
            "panel", "note", f"{folder} cannot be read: {error.strerror}.", INSTALL,
            zh=f"无法读取 {folder}：{error.strerror}。",
            fix_zh=_INSTALL_ZH,
        )  # fmt: skip
        return
    yield from _files(files)
    yield from _config(files.get(CONFIG))


def _files(files: dict[str, bytes]) -> Iterator[Finding]:
    """Whether what is there is what we put there."""
    wanted = contents()
    if any(name.endswith(_OLD_LIBRARY) for name in files):
        yield _say(
            "csinterface", "problem",
            f"The panel holds a {_OLD_LIBRARY}; old ones answer nothing in Premiere 2025 and later.", INSTALL,
            zh=f"面板中有 {_OLD_LIBRARY}，旧版本在 Premiere 2025 及以后没有任何响应。",
            fix_zh=_INSTALL_ZH,
        )  # fmt: skip
    if missing := [name for name in wanted if name.startswith("presets/") and name not in files]:
        yield _say(
            "preset", "problem", f"The preset {missing[0]} is missing, so the sound cannot be rendered.", INSTALL,
            zh=f"缺少预设 {missing[0]}，无法渲染声音。",
            fix_zh=_INSTALL_ZH,
        )  # fmt: skip
    strange = [name for name in {*wanted, *files} if name not in {CONFIG, LIST} and wanted.get(name) != files.get(name)]
    if strange:
        yield _say(
            "panel", "problem", f"The panel is of another version, or damaged ({len(strange)} files differ).", INSTALL,
            zh=f"面板是另一个版本，或已损坏（{len(strange)} 个文件不同）。",
            fix_zh=_INSTALL_ZH,
        )  # fmt: skip
    else:
        yield _say("panel", "ok", f"The panel {version()} is installed.", zh=f"已安装面板 {version()}。")


def _config(data: bytes | None) -> Iterator[Finding]:
    """Whether the panel can find and start this Zimu."""
    try:
        value: dict[str, Any] = json.loads(data or b"")
        command, home = str(value["zimu"][0]), str(value["home"])
    except (ValueError, KeyError, TypeError, IndexError):
        yield _say(
            "command", "problem", "The panel does not know how to start Zimu.", INSTALL,
            zh="面板不知道如何启动 Zimu。",
            fix_zh=_INSTALL_ZH,
        )  # fmt: skip
        return
    if shutil.which(command) is None:
        yield _say(
            "command", "problem", f"The panel would start Zimu with {command}, which is not there any more.", INSTALL,
            zh=f"面板会用 {command} 启动 Zimu，但它已不存在。",
            fix_zh=_INSTALL_ZH,
        )  # fmt: skip
    if home != str(settings.home()):
        yield _say(
            "home", "problem", f"The panel looks for Zimu in {home}, but it is in {settings.home()}.", INSTALL,
            zh=f"面板在 {home} 寻找 Zimu，但它在 {settings.home()}。",
            fix_zh=_INSTALL_ZH,
        )  # fmt: skip


def _switches(machine: Machine) -> Iterator[Finding]:
    off = [str(number) for number in CSXS if not is_on(machine.switch(number))]
    if off:
        yield _say(
            "debug-mode", "problem",
            f"Adobe's programs do not load panels that are not signed (PlayerDebugMode of CSXS {', '.join(off)}).",
            f"{INSTALL} Then start Premiere again.",
            zh=f"Adobe 的程序不加载未签名的面板（CSXS {', '.join(off)} 的 PlayerDebugMode）。",
            fix_zh=f"{_INSTALL_ZH}，然后重新启动 Premiere。",
        )  # fmt: skip
    else:
        yield _say("debug-mode", "ok", "Panels that are not signed are loaded.", zh="未签名的面板可以加载。")


def check(machine: Machine | None = None) -> tuple[Finding, ...]:
    """The findings; a machine that cannot be looked at is one, too."""
    try:
        return tuple(findings(machine))
    except HostError as error:
        return (_say("system", "note", error.message, error.hint),)
