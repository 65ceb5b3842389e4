"""
Whether there is a newer Zimu: asked only when somebody wants to know, off unless a person turned it on.

The address answers with ``{"version": "1.2.3"}`` or as PyPI does (``{"info": {"version": ...}}``). The request is a
plain GET through the one door of ``download`` and says nothing of this machine; a bad answer is an error that
nobody has to act on.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any

from plugin_core import __version__, settings
from plugin_core.errors import SettingsError

PYPI = "https://pypi.org/pypi/zimu/json"
TIMEOUT = 5.0  # seconds for each part of the way
LARGEST = 4_000_000  # bytes; PyPI's answer names every file of every release
_VERSION = re.compile(r"(\d{1,9}(?:\.\d{1,9}){0,3})(?:\.?(a|b|rc|dev)\d*)?")
_CALM = "Nothing has to be done."


def address() -> str:
    """Where to ask: ``ZIMU_UPDATE_URL``, else PyPI."""
    return os.environ.get("ZIMU_UPDATE_URL") or PYPI


def newest(url: str = "", here: str = __version__) -> str:
    """
    The version at *url* (default: ``address()``) if it is newer than *here*, else "".

    SettingsError "update.*" if strict offline is on (no socket is opened then), or if there is no good answer.
    """
    if settings.offline():
        raise SettingsError(
            "update.offline", "Zimu is set to strict offline.", "Unset ZIMU_OFFLINE and HF_HUB_OFFLINE."
        )
    url = url or address()
    if not url.startswith(("https://", "http://")):
        raise SettingsError("update.address", f"{url!r} is not a server's address.", "Write it as https://HOST/PATH.")
    said = _version_of(_asked(url))
    return said if _key(said) > _key(here) else ""


def _asked(url: str) -> Any:
    from plugin_core.download import client, network_errors

    try:
        with client().stream("GET", url, timeout=TIMEOUT, follow_redirects=True) as answer:
            answer.raise_for_status()
            return json.loads(_limited(answer.iter_bytes()))
    except network_errors() as error:
        raise SettingsError("update.refused", f"The address did not answer: {_kind(error)}.", _CALM) from error
    except (ValueError, RecursionError) as error:
        raise SettingsError("update.answer", "The address answered something else than JSON.", _CALM) from error


def _kind(error: Exception) -> str:
    response = getattr(error, "response", None)
    return f"HTTP {response.status_code}" if response is not None else type(error).__name__


def _limited(parts: Any) -> bytes:
    got = bytearray()
    for part in parts:
        got += part
        if len(got) > LARGEST:
            raise ValueError("too long")
    return bytes(got)


def _version_of(answer: Any) -> str:
    info = answer.get("info", answer) if isinstance(answer, dict) else None
    said = info.get("version") if isinstance(info, dict) else None
    if not isinstance(said, str) or not _VERSION.fullmatch(said):
        raise SettingsError("update.answer", "The address answered without a version.", _CALM)
    return said


def _key(version: str) -> tuple[tuple[int, ...], bool]:
    """Versions in their order; one that is not finished comes before the one it becomes."""
    found = _VERSION.match(version)
    numbers = tuple(int(part) for part in found[1].split(".")) if found else ()
    while numbers and numbers[-1] == 0:
        numbers = numbers[:-1]
    return numbers, bool(found and not found[2])
