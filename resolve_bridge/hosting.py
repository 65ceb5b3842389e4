"""DaVinci Resolve as ``zimu hosts`` sees it: our entry in its menu of scripts, for this user or for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from plugin_core import __version__
from plugin_core.installing import Plan, State, Status, Verb
from resolve_bridge.install import MENU_ENTRY, carry_out, installed_version, ownership, plan_install, plan_remove, said
from resolve_bridge.places import Surroundings, installs, running, script_folders

_THEN = "In Resolve: Workspace ▸ Scripts ▸ Edit ▸ Zimu."
_RESTART = "Restart DaVinci Resolve: it is running, and reads its menu when it starts."


@dataclass(frozen=True, slots=True)
class ResolvePart:
    """The menu entry, in the folders of *here*; *command* starts Zimu (default: this one)."""

    here: Surroundings = field(default_factory=Surroundings)
    command: Sequence[str] = ()
    id: str = "resolve"
    title: str = "DaVinci Resolve"

    def status(self, *, everyone: bool = False) -> Status:
        """See ``HostPart``: one of several entries that is not as it should be decides."""
        entries = [folder / MENU_ENTRY for folder in script_folders(self.here, everyone=everyone)]
        there = [entry for entry in entries if ownership(entry) in {"ours", "changed"}]
        states = {self._state(entry) for entry in there} or {"absent"}
        version = next((version for entry in there if (version := installed_version(entry))), "")
        found = tuple(f"{one.product}: {one.app}" for one in installs(self.here))
        worst: State = next(state for state in ("changed", "other", "current", "absent") if state in states)
        return Status(worst, version, tuple(there), found, running(self.here))

    def _state(self, entry: Path) -> State:
        if ownership(entry) == "changed":
            return "changed"
        return "current" if installed_version(entry) == __version__ else "other"

    def plan(self, verb: Verb, *, everyone: bool = False) -> Plan:
        """See ``HostPart``."""
        if verb == "remove":
            steps = plan_remove(self.here, everyone=everyone)
        else:
            steps = plan_install(self.here, everyone=everyone, command=self.command)
        then = [_RESTART] if steps and running(self.here) else []
        if verb == "install":
            then.append(_THEN)
        return Plan(tuple(said(step) for step in steps), lambda: carry_out(steps), " ".join(then))


def part() -> ResolvePart:
    """Resolve on this machine."""
    return ResolvePart()
