"""
Why DaVinci Resolve cannot be reached, by name: what is so and exactly what to change, in English and 简体中文.

The names are those of the most reported failures of programs that connect to Resolve. Each becomes a HostError with the
code ``host.NAME`` and a finding of the doctor called ``resolve.NAME``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from plugin_core.doctor.findings import Finding
from plugin_core.errors import HostError, ZimuError

_BUNDLE = "zimu export FILE --bundle resolve"


class Failure(NamedTuple):
    """Sentences with places for facts: ``{library}``, ``{version}``, ``{seconds}``, ``{how}``, ``{verb}``."""

    message: str
    fix: str
    message_zh: str
    fix_zh: str


FAILURES: dict[str, Failure] = {
    "not-installed": Failure(
        "DaVinci Resolve was not found on this machine.",
        "Install it from blackmagicdesign.com, or set RESOLVE_SCRIPT_LIB to its fusionscript library. "
        f"Without it, use files: `{_BUNDLE}`.",
        "在这台电脑上没有找到 DaVinci Resolve。",
        "请从 blackmagicdesign.com 安装，或把 RESOLVE_SCRIPT_LIB 设为 fusionscript 库的路径。"
        f"没有它时可用文件：`{_BUNDLE}`。",
    ),
    "not-running": Failure(
        "DaVinci Resolve is not running.",
        "Start it, open a project and a timeline, then try again.",
        "DaVinci Resolve 没有运行。",
        "请启动它，打开一个项目和一条时间线，然后重试。",
    ),
    "scripting-off": Failure(
        "DaVinci Resolve does not let other programs in.",
        "In Resolve: Preferences ▸ System ▸ General ▸ External scripting using: Local. Save, and restart Resolve. "
        "Without such a setting it is the free edition: start Zimu from Workspace ▸ Scripts ▸ Edit ▸ Zimu.",
        "DaVinci Resolve 没有允许外部脚本。",
        "在 Resolve 中：偏好设置 ▸ 系统 ▸ 常规 ▸ 外部脚本使用：本地。保存后重新启动 Resolve。"
        "如果没有这个设置，就是免费版：请从“工作区 ▸ 脚本 ▸ Edit ▸ Zimu”启动。",
    ),
    "unreachable": Failure(
        "DaVinci Resolve is running and does not answer to scripts.",
        "Restart Resolve: a changed External scripting takes effect only then. Run Resolve and Zimu as the same user. "
        "If About DaVinci Resolve does not say Studio, start Zimu from Workspace ▸ Scripts ▸ Edit ▸ Zimu (up to 21.0) "
        f"or use files: `{_BUNDLE}`.",
        "DaVinci Resolve 正在运行，但不回应脚本。",
        "请重新启动 Resolve：更改外部脚本设置后要重启才生效。Resolve 和 Zimu 要以同一个用户运行。"
        "如果“关于”里没有写 Studio，请从“工作区 ▸ 脚本 ▸ Edit ▸ Zimu”启动（21.0 及以前），"
        f"或使用文件：`{_BUNDLE}`。",
    ),
    "free-edition": Failure(
        "This is the free edition of DaVinci Resolve: only Studio lets programs outside of it in.",
        "Run `zimu hosts install resolve` once, then start Zimu inside Resolve: Workspace ▸ Scripts ▸ Edit ▸ Zimu. "
        f"Or use files: `{_BUNDLE}`.",
        "这是免费版 DaVinci Resolve：只有 Studio 允许外部程序连接。",
        "请先运行一次 `zimu hosts install resolve`，然后在 Resolve 里启动：工作区 ▸ 脚本 ▸ Edit ▸ Zimu。"
        f"也可以用文件：`{_BUNDLE}`。",
    ),
    "free-no-python": Failure(
        "The free edition of DaVinci Resolve runs no Python scripts since 21.1.",
        f"Use files: `{_BUNDLE}` writes subtitles, markers and a page that shows how to import them. "
        "Resolve Studio, or the free 21.0, would let Zimu work inside.",
        "从 21.1 起，免费版 DaVinci Resolve 不再运行 Python 脚本。",
        f"请用文件：`{_BUNDLE}` 会写出字幕、标记和一页导入说明。Resolve Studio 或免费版 21.0 可以让 Zimu 在里面工作。",
    ),
    "app-store": Failure(
        "This DaVinci Resolve is from the Mac App Store, whose sandbox keeps scripts of other programs out.",
        "Install Resolve from blackmagicdesign.com; a Studio licence key works there, one bought in the App Store does "
        f"not. Until then, use files: `{_BUNDLE}`.",
        "这个 DaVinci Resolve 来自 Mac App Store，它的沙盒不让其他程序的脚本进入。",
        "请从 blackmagicdesign.com 安装 Resolve；那里可以用 Studio 的许可密钥，在 App Store 购买的不行。"
        f"在此之前请用文件：`{_BUNDLE}`。",
    ),
    "library": Failure(
        "Resolve's scripting library {library} does not load ({how}).",
        "It has to fit Python in kind of processor and in version. Set ZIMU_RESOLVE_PYTHON to another 64-bit Python "
        "(3.10 or 3.11 suit every Resolve since 18), made for the same processor as Resolve.",
        "无法载入 Resolve 的脚本库 {library}（{how}）。",
        "它要与 Python 的处理器类型和版本相配。请把 ZIMU_RESOLVE_PYTHON 设为另一个 64 位 Python"
        "（3.10 或 3.11 适合 18 以后的所有 Resolve），并且与 Resolve 是同一种处理器。",
    ),
    "no-project": Failure(
        "No project is open in DaVinci Resolve.",
        "Open a project in Resolve's project manager, then try again.",
        "DaVinci Resolve 中没有打开项目。",
        "请在 Resolve 的项目管理器中打开一个项目，然后重试。",
    ),
    "no-timeline": Failure(
        "No timeline is open in DaVinci Resolve.",
        "Double-click a timeline in the media pool so that it shows on the Edit page, then try again.",
        "DaVinci Resolve 中没有打开时间线。",
        "请在媒体池中双击一条时间线，让它显示在剪辑页面，然后重试。",
    ),
    "no-database": Failure(
        "DaVinci Resolve came up without its project library: it answers, but can neither open nor save projects.",
        "Quit Resolve and start it again; nothing else repairs this.",
        "DaVinci Resolve 启动时没有连上项目库：它会回应，但不能打开或保存项目。",
        "请退出并重新启动 Resolve；没有别的办法。",
    ),
    "timeout": Failure(
        "DaVinci Resolve did not answer to {verb} in {seconds} seconds.",
        "Look at Resolve: close every dialog that is open there and let running renders end, then try again.",
        "DaVinci Resolve 在 {seconds} 秒内没有回应 {verb}。",
        "请看一下 Resolve：关闭所有打开的对话框，等渲染结束，然后重试。",
    ),
    "several": Failure(
        "There are {count} copies of DaVinci Resolve on this machine; {library} found none that answers.",
        "Set RESOLVE_SCRIPT_LIB to the fusionscript library of the one that runs: {libraries}.",
        "这台电脑上有 {count} 个 DaVinci Resolve；{library} 没有连上任何一个。",
        "请把 RESOLVE_SCRIPT_LIB 设为正在运行的那一个的 fusionscript 库：{libraries}。",
    ),
    "agent": Failure(
        "Zimu's part beside DaVinci Resolve is of another version ({how}).",
        "Run `zimu hosts install resolve` again, and start Zimu anew from the menu.",
        "Zimu 在 DaVinci Resolve 里的部分是另一个版本（{how}）。",
        "请再运行一次 `zimu hosts install resolve`，然后从菜单重新启动 Zimu。",
    ),
    "crashed": Failure(
        "The connection to DaVinci Resolve broke down ({how}).",
        "Nothing of your project is lost: try again. If it happens every time, restart Resolve and run "
        "`zimu resolve doctor`.",
        "与 DaVinci Resolve 的连接中断（{how}）。",
        "您的项目没有丢失：请重试。如果每次都这样，请重新启动 Resolve 并运行 `zimu resolve doctor`。",
    ),
    "gone": Failure(
        "DaVinci Resolve has closed the connection.",
        "Start Zimu again from Workspace ▸ Scripts ▸ Edit ▸ Zimu.",
        "DaVinci Resolve 关闭了连接。",
        "请再次从“工作区 ▸ 脚本 ▸ Edit ▸ Zimu”启动 Zimu。",
    ),
}  # fmt: skip


def failure(name: str, **facts: object) -> HostError:
    """The failure called *name* as an error."""
    text = FAILURES[name]
    return HostError(f"host.{name}", text.message.format(**facts), text.fix.format(**facts))


def problem(name: str, **facts: object) -> Finding:
    """The failure called *name* as what the doctor found."""
    return Finding(f"resolve.{name}", "problem", *(sentence.format(**facts) for sentence in FAILURES[name]))


def chinese(error: ZimuError) -> tuple[str, str]:
    """Message and fix of *error* in Chinese; empty if it is not one of these failures."""
    text = FAILURES.get(error.code.removeprefix("host."))
    if text is None:
        return "", ""
    said = (_facts(text.message, error.message), _facts(text.fix, error.hint))
    if None in said and "{" in text.message_zh + text.fix_zh:
        return "", ""
    facts = {name: value for table in said if table for name, value in table.items()}
    return text.message_zh.format(**facts), text.fix_zh.format(**facts)


def _facts(pattern: str, said: str) -> dict[str, str] | None:
    """What stands in the places of *pattern* in what was said; None if that is another sentence."""
    parts = re.split(r"\{(\w+)\}", pattern)
    form = "".join(f"(?P<{part}>.*)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
    found = re.fullmatch(form, said, re.DOTALL)
    return found.groupdict() if found else None


def problem_of(error: ZimuError) -> Finding:
    """*error* as what the doctor found."""
    name = error.code.removeprefix("host.")
    return Finding(f"resolve.{name}", "problem", error.message, error.hint, *chinese(error))
