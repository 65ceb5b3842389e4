"""Premiere Pro as ``zimu hosts`` sees it: our panel in Adobe's folder, and the switches that let it load."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from plugin_core.errors import HostError
from plugin_core.installing import Plan, State, Status, Verb
from premiere_cep.install import (
    bundle_of,
    contents,
    do,
    installed,
    installed_version,
    strange,
    to_install,
    to_remove,
)
from premiere_cep.places import BUNDLE, CSXS, Machine, Scope, is_on

_THEN = "In Premiere Pro: Window > Extensions > Zimu 字幕."
_RESTART = "Restart Premiere Pro: it is running, and finds panels when it starts."


@dataclass(frozen=True, slots=True)
class PremierePart:
    """The panel, in the folders of *machine*."""

    machine: Machine = field(default_factory=Machine)
    id: str = "premiere"
    title: str = "Premiere Pro"

    def status(self, *, everyone: bool = False) -> Status:
        """See ``HostPart``."""
        if not self.machine.has_premiere:
            return Status("unsuited", running=False)
        folder = self.machine.extensions(_scope(everyone)) / BUNDLE
        programs = tuple(name for name, _ in self.machine.programs())
        if bundle_of(folder) != BUNDLE:
            return Status("absent", "", (), programs, self.machine.running())
        state = self._state(everyone=everyone)
        return Status(state, installed_version(folder), (folder,), programs, self.machine.running())

    def _state(self, *, everyone: bool) -> State:
        try:
            files = installed(self.machine.extensions(_scope(everyone)) / BUNDLE)
        except OSError as error:
            raise HostError("premiere.folder", f"The panel cannot be read: {error}.", "") from error
        if strange(files):
            return "changed"
        if files != contents():
            return "other"
        return "current" if all(is_on(self.machine.switch(number)) for number in CSXS) else "blocked"

    def plan(self, verb: Verb, *, everyone: bool = False) -> Plan:
        """See ``HostPart``."""
        make = to_install if verb == "install" else to_remove
        steps = make(self.machine, _scope(everyone))
        changes = tuple("\n    ".join(filter(None, (step.why, " ".join(step.command)))) for step in steps)
        return Plan(changes, lambda: do(steps, self.machine), " ".join(self._then(verb, bool(steps))))

    def _then(self, verb: Verb, changed: bool) -> Iterator[str]:
        if changed and self.machine.running():
            yield _RESTART
        if verb == "install":
            yield _THEN


def _scope(everyone: bool) -> Scope:
    return "all" if everyone else "user"


def part() -> PremierePart:
    """Premiere on this machine."""
    return PremierePart()
