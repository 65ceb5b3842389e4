"""
The way to the Resolve that runs on this machine: which library to load, and why Resolve is silent if it is.

:func:`connect` is what commands use; :class:`AgentChannel` and :class:`PipeChannel` are the two ways underneath.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plugin_core.errors import HostError
from resolve_bridge.channels import PROTOCOL, START_TIMEOUT, AgentChannel, PipeChannel, agent_path
from resolve_bridge.failures import failure
from resolve_bridge.places import Install, Surroundings, installs, running, scripting_mode

if TYPE_CHECKING:
    from resolve_bridge.host import ResolveBridge

__all__ = ["PROTOCOL", "AgentChannel", "PipeChannel", "agent_path", "connect", "open_channel", "silent"]

_SILENT = "host.unreachable"  # the library loaded and found no Resolve


def connect(here: Surroundings | None = None) -> ResolveBridge:
    """The open timeline of the Resolve on this machine, by external scripting; HostError says what to change."""
    from resolve_bridge.host import ResolveBridge

    return ResolveBridge(open_channel(here))


def open_channel(here: Surroundings | None = None) -> AgentChannel:
    """A channel whose agent has started and found Resolve; HostError by the names of ``failures``."""
    here = here or Surroundings()
    found = installs(here)
    if not found:
        raise failure("not-installed")
    channel = channel_to(here, found)
    try:
        channel.open()
    except HostError:
        channel.close()
        raise
    return channel


def channel_to(here: Surroundings, found: tuple[Install, ...], start_timeout: float = START_TIMEOUT) -> AgentChannel:
    """A channel to the first of *found*, not yet started, whose errors say why Resolve is silent."""

    def explain(error: HostError) -> HostError:
        if error.code == "host.library" and found[0].store:
            return failure("app-store")
        return silent(here, found) if error.code == _SILENT else error

    return AgentChannel(found[0].library, environ=here.environ, start_timeout=start_timeout, explain=explain)


def silent(here: Surroundings, found: tuple[Install, ...]) -> HostError:
    """
    Why the library of the first of *found* loads and finds no Resolve. It says the same None for every reason, so the
    reason is looked for in files and processes.
    """
    first, product = found[0], found[0].product
    if running(here) is False:
        return failure("not-running")
    if first.store:
        return failure("app-store")
    if not product.external:
        return failure("free-edition" if product.menu_python else "free-no-python")
    if scripting_mode(here) == 0:
        return failure("scripting-off")
    if len(found) > 1:
        others = " or ".join(str(one.library) for one in found[1:])
        return failure("several", count=len(found), library=first.library, libraries=others)
    return failure("unreachable")
