"""The panel for Resolve: the local server in this process, with the bridge on its side, and a page in the browser."""

from __future__ import annotations

import html
import json
import os
import signal
import sys
import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from plugin_core import settings
from plugin_core.errors import HostError, ZimuError
from plugin_core.storage import write_atomic
from resolve_bridge.channels import PipeChannel

if TYPE_CHECKING:
    from plugin_core.server import Address
    from resolve_bridge.host import ResolveBridge

IDLE = 1800.0  # seconds without a page or a job after which the server ends: the tab was closed
_NOTE = "resolve-panel.json"  # which process serves Resolve
_PAGE = (
    "<!doctype html><meta charset=utf-8><title>Zimu</title>"
    "<body style='font:16px/1.6 system-ui;max-width:40em;margin:2em auto'>"
)


def serve_panel(bridge: ResolveBridge, idle: float = IDLE) -> None:
    """
    Serve the panel over *bridge* until it is closed, and open it in the browser.

    There is one server for each user. If one runs already that serves Resolve, its panel is opened instead; one that
    does not (Premiere's panel has started it) is lent our way to Resolve, and once it has ended, we serve.
    """
    from plugin_core.cli_serve import panel_folder
    from plugin_core.server import AlreadyRunning, serve
    from plugin_core.serving.relay import relay

    def ready(address: Address) -> None:
        write_atomic(_note(), json.dumps({"pid": address.pid}).encode())
        _open(address)

    with closing(bridge):
        while True:
            try:
                serve(bridges={"resolve": bridge}, panel=panel_folder(), idle=idle, ready=ready)
                return
            except AlreadyRunning as error:
                address = error.address
            if address is None:
                message = "Another panel of Zimu is open that does not answer."
                raise HostError("host.server-busy", message, "Close it, then start Zimu in Resolve again.")
            if _serving() == address.pid:
                _open(address)
                return
            relay(address, "resolve", bridge.channel, partial(_open, address))


def _note() -> Path:
    return settings.home() / _NOTE


def _serving() -> int:
    """The process that last served Resolve."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        return int(json.loads(_note().read_text("utf-8"))["pid"])
    return 0


def _open(address: Address) -> None:
    """The page that the server shows, told that Resolve is meant."""
    from plugin_core.server import open_panel

    open_panel(address, host="resolve")


def piped() -> ResolveBridge:
    """
    The bridge over this process's own stdin and stdout, at whose other ends the menu script serves.

    Descriptor 1 becomes stderr, so that nothing printed here is taken for a request. When Resolve quits, so do we.
    """
    from resolve_bridge.host import ResolveBridge

    answers, requests = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdout.flush()
    os.dup2(2, 1)
    channel = PipeChannel(requests, answers, on_end=lambda: signal.raise_signal(signal.SIGTERM))
    channel.greet()
    return ResolveBridge(channel)


@contextmanager
def shown(*, in_browser: bool) -> Iterator[None]:
    """Errors of the block as a page *in_browser* too, where no terminal shows them."""
    try:
        yield
    except ZimuError as error:
        if in_browser:
            _show(error)
        raise


def _show(error: ZimuError) -> None:
    from resolve_bridge.failures import chinese

    said = [part for pair in ((error.message, error.hint), chinese(error)) for part in pair if part]
    body = "".join(f"<p>{html.escape(part)}</p>" for part in said)
    with suppress(OSError, webbrowser.Error):
        handle, name = tempfile.mkstemp(prefix="zimu-", suffix=".html")
        with os.fdopen(handle, "wb") as file:
            file.write((_PAGE + body).encode())
        webbrowser.open(Path(name).as_uri())
