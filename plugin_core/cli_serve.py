"""The command of the local server. See ``cli`` for the exit statuses."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from plugin_core.server import Address


def serve_command(
    folder: Annotated[
        list[Path] | None, typer.Option("--folder", help="Also let clients use this folder; may be repeated.")
    ] = None,
    parent: Annotated[int, typer.Option("--parent", min=0, help="End when the process of this number has ended.")] = 0,
    idle: Annotated[
        float, typer.Option("--idle", min=0, help="End after so many seconds without a client or a job; 0: never.")
    ] = 0,
    browser: Annotated[bool, typer.Option("--open", help="Open the panel in the browser.")] = False,
) -> None:
    """The local server for the panel in Premiere, a panel in the browser, and scripts. Loopback only."""
    from plugin_core.server import AlreadyRunning, discovery_file, open_panel, serve

    def ready(address: Address) -> None:
        sys.stdout.write(f"Zimu listens at {address.url} (process {address.pid}); see {discovery_file()}.\n")
        sys.stdout.flush()
        if browser:
            open_panel(address)

    try:
        serve(panel=panel_folder(), folders=tuple(folder or ()), parent=parent, idle=idle, ready=ready)
    except AlreadyRunning as error:
        sys.stdout.write(f"{error.message}\n")
        if browser and error.address is not None:
            open_panel(error.address)


def panel_folder() -> Path | None:
    """The folder of the panel's files: the package that the entry point ``zimu.panel`` names; None without one."""
    from importlib import resources
    from importlib.metadata import entry_points

    for entry in entry_points(group="zimu.panel"):
        folder = resources.files(entry.module).joinpath(entry.attr or ".")
        if isinstance(folder, Path) and folder.is_dir():
            return folder
    return None


COMMANDS = {"serve": serve_command}
