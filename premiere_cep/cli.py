"""
``zimu premiere``: the commands of the open sequence, through the panel in Premiere; what is wrong with the panel; the
panel ready to give to others. Into Premiere: ``zimu hosts``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plugin_core.cli_host import add_commands

if TYPE_CHECKING:
    from premiere_cep.host import PremiereBridge

app = typer.Typer(no_args_is_help=True, help="Adobe Premiere Pro: its open sequence, doctor, packages.")


def _connected() -> PremiereBridge:
    from premiere_cep.connect import connect

    return connect()


add_commands(app, _connected, reads_captions=False)


@app.command()
def doctor() -> None:
    """What keeps the panel from working, and what to do about it."""
    from plugin_core.doctor.findings import language_here, lines, problems
    from premiere_cep.doctor import check

    found = check()
    for line in lines(found, language_here()):
        _say(line)
    if problems(found):
        raise typer.Exit(1)


@app.command()
def package(
    out: Annotated[Path, typer.Argument(help="The folder to write to.")],
    certificate: Annotated[
        Path | None,
        typer.Option("--sign", help="Sign with this .p12 (made if it is not there); password: ZIMU_ZXP_PASSWORD."),
    ] = None,
    timestamp: Annotated[str | None, typer.Option(help="The service that attests the time; empty for none.")] = None,
) -> None:
    """Write the CEP panel and the UXP plugin as folders to give to others; with --sign also a .zxp."""
    from premiere_cep.package import TIMESTAMP, sign
    from premiere_cep.package import package as write

    cep, uxp = write(out)
    _say(f"{cep}: the panel, not signed.")
    _say(f"{uxp}: the plugin for UXP; pack it into a .ccx with Adobe's UXP Developer Tool.")
    if certificate is not None:
        _say(f"{sign(cep, certificate, timestamp=TIMESTAMP if timestamp is None else timestamp)}: signed.")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
