"""Where Zimu keeps its things: whether it may write there, whether there is room, whether the packs are whole."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from plugin_core import settings
from plugin_core.doctor.findings import Finding, found

LITTLE, FULL = 5e9, 5e8  # bytes that are free


def look(*, thorough: bool) -> Iterator[Finding]:
    """Findings on folders, disk, settings and packs; only a *thorough* look reads the packs' files."""
    yield from folders()
    yield from disk()
    yield from app_settings()
    yield from packs(thorough=thorough)


def folders() -> Iterator[Finding]:
    """Whether Zimu may write where it has to."""
    kept = (
        (settings.home(), "settings, packs and documents", "设置、模型包和文稿"),
        (settings.cache(), "what can be made again", "可重新生成的缓存"),
        (Path(tempfile.gettempdir()), "what a job needs while it runs", "任务运行时的临时文件"),
    )
    refused = [(path, what, zh, why) for path, what, zh in kept if (why := refusal(path))]
    for path, what, zh, why in refused:
        yield found("folders.refused", path=path, what=what, what_zh=zh, reason=why)
    if not refused:
        yield found("folders.writable", home=settings.home())


def refusal(folder: Path) -> str:
    """Why nothing can be written in *folder*, or in the nearest one there is on the way to it; "" if it can."""
    there = next((way for way in (folder, *folder.parents) if way.exists()), folder)
    try:
        with tempfile.TemporaryFile(dir=there):
            return ""
    except OSError as error:
        return error.strerror or type(error).__name__


def disk() -> Iterator[Finding]:
    """How much room there is for packs and results."""
    home = settings.home()
    there = next((way for way in (home, *home.parents) if way.exists()), home)
    try:
        free = shutil.disk_usage(there).free
    except OSError:
        return
    name = "disk.full" if free < FULL else "disk.little" if free < LITTLE else "disk.room"
    yield found(name, path=home, free=f"{free / 1e9:.1f} GB")


def app_settings() -> Iterator[Finding]:
    """Whether the desktop app's settings can be read."""
    try:
        table = json.loads((settings.home() / "preferences.json").read_text("utf-8"))
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        yield found("settings.damaged", reason=type(error).__name__)
        return
    if not isinstance(table, dict):
        yield found("settings.damaged", reason="no table")


def packs(*, thorough: bool) -> Iterator[Finding]:
    """What is installed, whether it is whole, and what is missing."""
    from plugin_core import modelstore
    from plugin_core.errors import ModelError

    here = modelstore.installed()
    damaged = modelstore.broken()
    for pack in here:
        try:
            (modelstore.verify if thorough else modelstore.weigh)(pack)
        except ModelError as error:
            damaged.append(error)
    for damage in damaged:
        yield found("packs.damaged", error=damage.message)
    if here and not damaged:
        how, zh = ("has its checksum", "每个文件的校验和正确") if thorough else ("has its size", "每个文件大小正确")
        size = f"{sum(pack.size for pack in here) / 1e6:,.0f} MB"
        yield found("packs.whole", count=len(here), size=size, how=how, how_zh=zh)
    for kind in ("speech", "translation"):
        if not any(pack.kind == kind and pack.tier == "production" for pack in here):
            yield found(f"packs.{kind}")
