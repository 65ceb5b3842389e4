"""``zimu hosts ...``: Zimu into the editing programs of this machine and out of them again. See ``cli``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from plugin_core.errors import HostError, SettingsError, ZimuError

if TYPE_CHECKING:
    from plugin_core.installing import HostPart, Plan, Status, Verb

app = typer.Typer(no_args_is_help=True, help="Zimu in DaVinci Resolve and Premiere Pro: install, remove, status.")

Names = Annotated[
    list[str] | None, typer.Argument(help="resolve, premiere; default: those that are there.", show_default=False)
]
AllUsers = Annotated[bool, typer.Option("--all-users", help="For everybody on this machine; needs an administrator.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]

STATES = {
    "absent": "not installed",
    "current": "installed",
    "other": "installed, of another version",
    "changed": "installed, and changed by somebody",
    "blocked": "installed, but the program is set not to load it",
    "unsuited": "not made for this system",
}


@app.command()
def status(all_users: AllUsers = False, as_json: Json = False) -> None:
    """Which editing programs are here, whether they run, and whether Zimu is in them. Nothing is changed."""
    from plugin_core.installing import parts

    for part in parts():
        found = part.status(everyone=all_users)
        if as_json:
            _say_json({"host": part.id, **found.to_json()})
        else:
            sys.stdout.write("".join(f"{line}\n" for line in _lines(part, found)))


def _lines(part: HostPart, found: Status) -> list[str]:
    """What the status of one host says, for people."""
    version = f", version {found.version}" if found.version else ""
    running = {True: "running now", False: "not running", None: "it cannot be seen whether it runs"}[found.running]
    if found.state == "unsuited":
        return [f"{part.id}  {part.title} is {STATES['unsuited']}."]
    programs = found.programs or (f"{part.title} was not found where it is usually installed",)
    return [
        f"{part.id}  {STATES[found.state]}{version}; {running}",
        *(f"  {program}" for program in programs),
        *(f"  Zimu: {place}" for place in found.places),
    ]


@app.command()
def install(names: Names = None, all_users: AllUsers = False, dry_run: DryRun = False, yes: Yes = False) -> None:
    """
    Put Zimu into Resolve's menu of scripts and its panel into Premiere. Shows first what it will do.

    What somebody has changed in an earlier install is kept aside. What is there already and of this version is left.
    """
    _do("install", names, all_users=all_users, dry_run=dry_run, yes=yes)


@app.command()
def remove(names: Names = None, all_users: AllUsers = False, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Take Zimu out again and put back what the install changed. What Zimu put on timelines stays: see unpush."""
    _do("remove", names, all_users=all_users, dry_run=dry_run, yes=yes)


def _do(verb: Verb, names: list[str] | None, *, all_users: bool, dry_run: bool, yes: bool) -> None:
    plans = [(part, part.plan(verb, everyone=all_users)) for part in _chosen(verb, names, everyone=all_users)]
    for part, plan in plans:
        _show(part, plan, verb)
    todo = [(part, plan) for part, plan in plans if plan.changes]
    if dry_run or not todo:
        return
    if not yes and not (sys.stdin.isatty() and typer.confirm("Do this?", err=True)):
        raise SettingsError("settings.not-confirmed", "Nothing was changed.", "Say --yes to do it.")
    if failed := [error for part, plan in todo if (error := _carried_out(part, plan))]:
        raise typer.Exit(failed[0].exit_code)


def _chosen(verb: Verb, names: list[str] | None, *, everyone: bool) -> list[HostPart]:
    """The parts of *names*; without names those whose program is here, or those that are installed."""
    from plugin_core.installing import part, parts

    if names:
        return [part(name) for name in dict.fromkeys(names)]
    known = [(one, one.status(everyone=everyone)) for one in parts()]
    if verb == "install":
        found = [one for one, state in known if state.programs and state.state != "unsuited"]
        if not found:
            raise HostError(
                "host.none",
                "No editing program was found where it is usually installed.",
                "If it is elsewhere, name it: `zimu hosts install resolve`, `zimu hosts install premiere`.",
            )
        return found
    found = [one for one, state in known if state.state not in {"absent", "unsuited"}]
    if not found:
        sys.stdout.write("Zimu is in no editing program.\n")
    return found


def _show(part: HostPart, plan: Plan, verb: Verb) -> None:
    if not plan.changes:
        already = "Zimu is there already." if verb == "install" else "Zimu is not there."
        sys.stdout.write(f"{part.title}: {already}\n")
        return
    sys.stdout.write(f"{part.title}:\n" + "".join(f"  {change}\n" for change in plan.changes))


def _carried_out(part: HostPart, plan: Plan) -> ZimuError | None:
    """Do it, and say what comes next; the error if it did not work, which was shown then."""
    from plugin_core import console

    try:
        plan.carry_out()
    except ZimuError as error:
        console.show_error(error, as_json=False)
        return error
    sys.stdout.write(f"{part.title}: done. {plan.then}".rstrip() + "\n")
    return None


def _say_json(value: dict[str, object]) -> None:
    from plugin_core.protocol import to_line

    sys.stdout.write(to_line(value))
