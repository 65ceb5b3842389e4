"""The way to the Premiere Pro that runs on this machine: through its panel, which is connected to Zimu's server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plugin_core import __version__
from plugin_core.errors import HostError

if TYPE_CHECKING:
    from premiere_cep.host import PremiereBridge


def connect() -> PremiereBridge:
    """
    The open sequence of the Premiere whose panel is open; HostError says what is missing. Whether a panel is connected
    is seen with the first call ("host.none").
    """
    from plugin_core.server import running
    from plugin_core.serving.relay import Borrowed
    from premiere_cep.host import PremiereBridge

    address = running()
    if address is None:
        raise HostError(
            "host.panel",
            "Premiere Pro is reached through Zimu's panel in it, and the panel is not open.",
            "Open it in Premiere: Window > Extensions > Zimu 字幕. If it is not there: zimu hosts install premiere.",
        )
    if address.zimu != __version__:
        raise HostError(
            "host.version",
            f"The server of Zimu's panel is version {address.zimu}, and this is {__version__}.",
            f"Close Zimu's panels and end the server, process {address.pid}; then open the panel again.",
        )
    return PremiereBridge(Borrowed(address, "premiere"))
