"""
What a frozen build leaves out of what PyInstaller found: plugins that Zimu never loads, and every library that nothing
else needs once they are gone. Works on PyInstaller's lists of (place in the build, source, kind).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatch
from pathlib import PurePath

Entry = tuple[str, str, str]

PLUGINS = (
    "*/plugins/platformthemes/*qgtk3*",  # would bring the build system's GTK
    "*/plugins/imageformats/*qpdf*",
    "*/plugins/platforminputcontexts/*virtualkeyboard*",  # with it go Qt Quick and QML
    "*/plugins/multimedia/*ffmpegmedia*",  # Zimu decodes with PyAV; what plays its sound needs no plugin
    "*/plugins/egldeviceintegrations/*",
    "*/plugins/generic/*",
    "*/plugins/networkinformation/*",
    "*/plugins/qmltooling/*",
    "*/plugins/platforms/*eglfs*",
    "*/plugins/platforms/*linuxfb*",
    "*/plugins/platforms/*vkkhrdisplay*",
    "*/plugins/platforms/*vnc*",
    "*/plugins/platforms/*minimal*",
)
DATA = (
    "jieba/lac_small/*",  # a model for PaddlePaddle, which is not inside
    "jieba/analyse/*",
    "*/PySide6/Qt/translations/*",  # but for those below
    "PySide6/Qt/translations/*",
)
KEPT = ("*/translations/qtbase_en*", "*/translations/qtbase_zh*")


def left_out(place: str, patterns: Iterable[str]) -> bool:
    """Whether the file at *place* (of the build) is one of *patterns*."""
    path = PurePath(place).as_posix()
    return any(fnmatch(path, pattern) for pattern in patterns) and not any(fnmatch(path, kept) for kept in KEPT)


def without_data(datas: Iterable[Entry]) -> list[Entry]:
    """*datas* without ``DATA``."""
    return [entry for entry in datas if not left_out(entry[0], DATA)]


def without_plugins(binaries: Iterable[Entry], needs: Callable[[str], Iterable[str]]) -> list[Entry]:
    """
    *binaries* without ``PLUGINS`` and the libraries that only they needed. *needs* gives the names of the libraries
    that a file (by its source) asks the system for.
    """
    entries = list(binaries)
    wanted_by = {entry[1]: frozenset(_name(name) for name in needs(entry[1])) for entry in entries if _is_file(entry)}
    gone = {entry[0] for entry in entries if left_out(entry[0], PLUGINS)}
    candidates = _reached(
        {name for entry in entries if entry[0] in gone for name in wanted_by[entry[1]]}, entries, wanted_by
    )
    while True:
        kept = [entry for entry in entries if entry[0] not in gone and _is_file(entry)]
        wanted = {name for entry in kept for name in wanted_by[entry[1]]}
        idle = {entry[0] for entry in kept if _name(entry[0]) in candidates - wanted and entry[2] == "BINARY"}
        if not idle:
            break
        gone |= idle
    names = {_name(place) for place in gone}
    return [entry for entry in entries if entry[0] not in gone and (_is_file(entry) or _name(entry[0]) not in names)]


def _reached(names: set[str], entries: list[Entry], wanted_by: dict[str, frozenset[str]]) -> set[str]:
    """*names* and all that libraries of these names need in turn."""
    by_name = {_name(entry[0]): entry[1] for entry in entries if _is_file(entry)}
    found, left = set(names), list(names)
    while left:
        for name in wanted_by.get(by_name.get(left.pop(), ""), ()):
            if name not in found:
                found.add(name)
                left.append(name)
    return found


def _is_file(entry: Entry) -> bool:
    return entry[2] in {"BINARY", "EXTENSION"}


def _name(place: str) -> str:
    return PurePath(place).name.lower()
