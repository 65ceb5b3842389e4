"""
``zimu premiere``: the commands of the open sequence, through the panel in Premiere; the panel into Premiere and out of
it, what is wrong with it, ready to give to others.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plugin_core.cli_host import add_commands
from plugin_core.errors import SettingsError

if TYPE_CHECKING:
    from premiere_cep.host import PremiereBridge
    from premiere_cep.install import Step

app = typer.Typer(no_args_is_help=True, help="Adobe Premiere Pro: its open sequence, the panel, install, doctor.")
AllUsers = Annotated[bool, typer.Option("--all-users", help="For every user of this machine; needs an administrator.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]


def _connected() -> PremiereBridge:
    from premiere_cep.connect import connect

    return connect()


add_commands(app, _connected, reads_captions=False)


@app.command()
def install(all_users: AllUsers = False, yes: Yes = False, dry_run: Dry = False) -> None:
    """Put the panel where Premiere looks for it, and let it load. Says first what it will do."""
    from premiere_cep.install import to_install
    from premiere_cep.places import Machine

    machine = Machine()
    steps = to_install(machine, "all" if all_users else "user")
    if _agreed(steps, "The panel is installed already.", yes=yes, dry_run=dry_run):
        _do(steps)
        _say("Done. Start Premiere Pro again, then: Window > Extensions > Zimu 字幕.")


@app.command()
def remove(all_users: AllUsers = False, yes: Yes = False, dry_run: Dry = False) -> None:
    """Take the panel away and put back what the install changed. Documents and packs stay."""
    from premiere_cep.install import to_remove
    from premiere_cep.places import Machine

    steps = to_remove(Machine(), "all" if all_users else "user")
    if _agreed(steps, "The panel is not installed.", yes=yes, dry_run=dry_run):
        _do(steps)
        _say("Done.")


@app.command()
def doctor() -> None:
    """What keeps the panel from working, and what to do about it."""
    from plugin_core.doctor_findings import language_here, lines, problems
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


def _agreed(steps: Sequence[Step], nothing: str, *, yes: bool, dry_run: bool) -> bool:
    """Say what will be done; whether to do it."""
    if not steps:
        _say(nothing)
        return False
    for step in steps:
        _say(f"  {step.why}")
        if step.command:
            _say(f"      {' '.join(step.command)}")
    if dry_run or yes:
        return not dry_run
    if not sys.stdin.isatty():
        raise SettingsError("premiere.ask", "Nobody can be asked whether to do this.", "Say --yes, or --dry-run.")
    return typer.confirm("Do this?")


def _do(steps: Sequence[Step]) -> None:
    from premiere_cep.install import do
    from premiere_cep.places import Machine

    do(steps, Machine())


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
