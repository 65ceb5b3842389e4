"""``zimu resolve ...``: what is wrong, the panel, and the timeline's commands. Into its menu: ``zimu hosts``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from plugin_core.cli_host import At, File, Timeline, add_commands
from plugin_core.errors import HostError

if TYPE_CHECKING:
    from resolve_bridge.host import ResolveBridge

app = typer.Typer(no_args_is_help=True, help="DaVinci Resolve: its open timeline, the panel, doctor.")

Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]
Show = Annotated[bool, typer.Option("--show", help="Show an error as a page in the browser.")]


def _connected() -> ResolveBridge:
    from resolve_bridge.connect import connect

    return connect()


add_commands(app, _connected)


@app.command()
def titles(
    template: Annotated[str, typer.Option("--template", help="Name of a Text+ title in the Media Pool to copy.")],
    track: Annotated[str, typer.Option("--track", help="Which subtitles: zh, en, zh-en.")],
    file: File = None,
    timeline: Timeline = "",
    at: At = "",
) -> None:
    """Put subtitles as Text+ titles on a new video track. They are then yours: a push does not follow them."""
    from contextlib import closing

    from plugin_core import pushing
    from plugin_core.cli_host import at_ms, made_of, watched
    from plugin_core.timelines import on_timeline, place_of
    from resolve_bridge.connect import connect

    with closing(connect()) as bridge, on_timeline(bridge, timeline, stay=True):
        path = file or made_of(place_of(bridge).document)
        begin = at_ms(at, bridge) if at else None
        captions = watched(pushing.captions(path, bridge, track, at=begin), str(path))
        index = bridge.put_text(captions, template)
    sys.stdout.write(f"{len(captions.captions)} titles on video track {index}.\n")


@app.command()
def doctor(as_json: Json = False) -> None:
    """Why Resolve cannot be reached, if it cannot, and what to change. Nothing is changed."""
    from plugin_core.doctor.findings import language_here, lines, problems
    from plugin_core.protocol import to_line
    from resolve_bridge.doctor import findings

    found = findings()
    if as_json:
        sys.stdout.write(to_line({"findings": [finding.to_json() for finding in found]}))
    else:
        sys.stdout.write("".join(f"{line}\n" for line in lines(found, language_here())))
    if problems(found):
        raise typer.Exit(HostError.exit_code)


@app.command()
def panel(show: Show = False) -> None:
    """Open the panel for Resolve in the browser. Studio only; elsewhere start it from Resolve's menu."""
    from resolve_bridge.panel import serve_panel, shown

    with shown(in_browser=show):
        serve_panel(_connected())


@app.command(hidden=True)
def menu() -> None:
    """What the entry in Resolve's menu starts: the panel, over the pipes that the menu script serves."""
    from resolve_bridge.panel import piped, serve_panel, shown

    with shown(in_browser=True):
        serve_panel(piped())
