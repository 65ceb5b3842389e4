"""Whether there is a newer Zimu, as a finding. Asked only when somebody wants to know."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from plugin_core.doctor.findings import Finding, found
from plugin_core.errors import ZimuError

_WHY = {
    "update.offline": "已设为严格离线。",
    "update.address": "设置中的不是服务器地址。",
    "update.refused": "该地址没有回应。",
    "update.answer": "该地址的回答无法理解。",
}


def look() -> Iterator[Finding]:
    """Ask the address of the settings."""
    from plugin_core.updates import address, newest

    try:
        version = newest()
    except ZimuError as error:
        yield found("update.unknown", reason=error.message, reason_zh=_WHY.get(error.code, error.message))
        return
    if version:
        yield found("update.newer", newest=version)
    else:
        yield found("update.current", address=urlsplit(address()).hostname)
