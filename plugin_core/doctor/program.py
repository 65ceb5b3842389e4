"""The program itself: its version, how it runs, whether its parts are there."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from importlib.util import find_spec

from plugin_core import __version__
from plugin_core.doctor.findings import Finding, found

PARTS = {  # as they are imported, and as they are installed
    "av": "av",
    "ctranslate2": "ctranslate2",
    "faster_whisper": "faster-whisper",
    "numpy": "numpy",
    "onnxruntime": "onnxruntime",
    "opentimelineio": "OpenTimelineIO",
    "pysubs2": "pysubs2",
    "sentencepiece": "sentencepiece",
    "tokenizers": "tokenizers",
}


def how() -> tuple[str, str]:
    """What runs this program, a frozen build or a Python, in English and in Chinese."""
    python = f"Python {platform.python_version()}"
    if getattr(sys, "frozen", False):
        return f"as a build of its own ({python})", f"独立程序（{python}）"
    return f"with {python}", python


def versions() -> dict[str, str]:
    """The versions of the libraries that matter, by the names they are installed by; "?" where it is not told."""
    from importlib.metadata import PackageNotFoundError, version

    told = {}
    for name in PARTS.values():
        try:
            told[name] = version(name)
        except PackageNotFoundError:  # a frozen build may hold the library without its papers
            told[name] = "?"
    return told


def look() -> Iterator[Finding]:
    """Findings on the program; the libraries are found, not imported."""
    system = platform.platform(terse=True)
    yield found("program.version", version=__version__, how=how()[0], how_zh=how()[1], system=system)
    if missing := [name for module, name in PARTS.items() if find_spec(module) is None]:
        yield found("program.parts", names=", ".join(missing))
    if find_spec("PySide6") is None:
        yield found("program.desktop")
    encoding = sys.getfilesystemencoding()
    try:
        "字幕".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        yield found("program.encoding", encoding=encoding)
