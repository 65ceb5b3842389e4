"""``zimu self-test``: whether this installation works. See ``cli`` for the exit statuses."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from plugin_core.cli_timeline import listed

EXIT_FAILED = 1


def self_test(
    only: Annotated[str, typer.Option("--only", help="Names of checks; several with commas. Default: all.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Whether this installation works: starts, hears, translates, serves and opens its window. Needs no network."""
    from plugin_core import __version__
    from plugin_core.self_test import SIGNS, Outcome, outcomes

    done: list[Outcome] = []
    for outcome in outcomes(listed(only)):
        done.append(outcome)
        if not as_json:
            sys.stdout.write(f"{SIGNS[outcome.state]} {outcome.name:<11} {outcome.seconds:6.1f} s  {outcome.said}\n")
            sys.stdout.flush()
    failed = [outcome.name for outcome in done if outcome.state == "failed"]
    if as_json:
        from plugin_core.protocol import to_line

        rows = [outcome.to_json() for outcome in done]
        sys.stdout.write(to_line({"zimu": __version__, "ok": not failed, "checks": rows}))
    else:
        what = f"These checks failed: {', '.join(failed)}." if failed else "This installation works."
        sys.stdout.write(f"Zimu {__version__}. {what}\n")
    raise typer.Exit(EXIT_FAILED if failed else 0)


COMMANDS = {"self-test": self_test}
