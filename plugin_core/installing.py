"""
Zimu into the editing programs and out of them again: what each host's part can say and do. See ``cli_hosts``.

A host joins by an entry point of the group ``zimu.install``, which names a function that takes nothing and gives a
:class:`HostPart`. A plan is shown before it is carried out; it is empty where nothing has to be done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from plugin_core.errors import SettingsError

GROUP = "zimu.install"
Verb = Literal["install", "remove"]
State = Literal["absent", "current", "other", "changed", "blocked", "unsuited"]
"""
Of our part in the host: not there; of this version and as it was written; of another version; changed by somebody;
there, but the host is set not to load it; the host is not made for this system.
"""


@dataclass(frozen=True, slots=True)
class Status:
    """
    What there is of a host and of our part in it. *programs* are the copies of the host that were found, each a name
    with version and edition as far as they can be seen; *running* is None if the system does not say.
    """

    state: State
    version: str = ""
    places: tuple[Path, ...] = ()
    programs: tuple[str, ...] = ()
    running: bool | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        places, programs = [str(place) for place in self.places], list(self.programs)
        return {
            "state": self.state, "version": self.version, "places": places, "programs": programs,
            "running": self.running,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """
    *changes* are the sentences to show, in their order, each with the command it runs, if any, on a line below it;
    *carry_out* does them; *then* says what to do next.
    """

    changes: tuple[str, ...]
    carry_out: Callable[[], None] = field(repr=False)
    then: str = ""


class HostPart(Protocol):
    """One host's part: *id* as it is typed, *title* as people call the program."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...

    def status(self, *, everyone: bool = False) -> Status:
        """How it is now, for this user or for all of them. Changes nothing; HostError if it cannot be told."""

    def plan(self, verb: Verb, *, everyone: bool = False) -> Plan:
        """What *verb* would do. Changes nothing; HostError if it cannot be done here."""


def parts() -> tuple[HostPart, ...]:
    """Every host's part, in the order of their names."""
    from importlib.metadata import entry_points

    found = sorted(entry_points(group=GROUP), key=lambda entry: entry.name)
    return tuple(entry.load()() for entry in found)


def part(name: str) -> HostPart:
    """The part of that id; SettingsError says which there are."""
    known = parts()
    for one in known:
        if one.id == name:
            return one
    raise SettingsError(
        "settings.host",
        f"There is no way to put Zimu into {name!r}.",
        f"Choose one of: {', '.join(one.id for one in known)}.",
    )
