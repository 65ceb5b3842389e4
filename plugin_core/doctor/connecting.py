"""The network, which Zimu leaves alone, and the local server, without which no panel reaches it."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator

from plugin_core import __version__, settings
from plugin_core.doctor.findings import Finding, found


def look() -> Iterator[Finding]:
    """Findings on connections; a server that runs is asked whether it lives."""
    yield found("network.offline" if settings.offline() else "network.quiet")
    yield from server()


def server() -> Iterator[Finding]:
    """Whether panels can reach Zimu."""
    from plugin_core.server import discovery_file, no_port, running

    file, address = discovery_file(), running()
    if address is not None:
        yield found("server.running", port=address.port, pid=address.pid)
        if address.zimu != __version__:
            yield found("server.version", found=address.zimu, version=__version__, pid=address.pid)
    elif file.exists():
        yield found("server.left-behind", path=file)
    elif why := no_port():
        yield found("server.port", reason=why)
    else:
        yield found("server.idle")
    if sys.platform != "win32" and file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield found("server.token", path=file)
