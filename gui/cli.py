"""``zimu gui``: the desktop app. Qt is imported when it is started, so that other commands stay quick."""

from __future__ import annotations

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
    try:
        from gui.app import main
    except ImportError as error:
        raise SettingsError(
            "settings.no-gui",
            f"The desktop app is not installed ({error}).",
            "Install it with: pip install 'zimu[gui]'",
        ) from error
    raise typer.Exit(main(files or [], host))
