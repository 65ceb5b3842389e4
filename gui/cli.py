"""``zimu gui``: the desktop app. Qt is imported when it is started, so that other commands stay quick."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from plugin_core.errors import SettingsError

app = typer.Typer(
    help="The desktop app: open, correct and send subtitles.", invoke_without_command=True, no_args_is_help=False
)
Files = Annotated[
    list[Path] | None,
    typer.Argument(help="Films, sound, subtitles, timelines or Zimu documents to open.", show_default=False),
]
Host = Annotated[str, typer.Option("--host", help="The editing program to send to: resolve.")]


@app.callback()
def gui(files: Files = None, host: Host = "") -> None:
    """Open the window, with FILES if any are named."""
    if not _has_screen():  # Qt would end the process with a message for programmers
        raise SettingsError(
            "settings.no-screen",
            "There is no screen to show the desktop app on.",
            "Start it in a desktop session. On the command line `zimu run` makes subtitles.",
        )
    try:
        from gui.app import main
    except ImportError as error:
        raise SettingsError(
            "settings.no-gui",
            f"The desktop app is not installed ({error}).",
            "Install it with: pip install 'zimu[gui]'",
        ) from error
    raise typer.Exit(main(files or [], host))


def _has_screen() -> bool:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform in {"win32", "darwin"} or any(os.environ.get(name) for name in names)
