"""What all objects of the fake Resolve share: its quirks, its state, and how it answers to any name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from plugin_core.clock import FrameRate

CHANGES = ("Set", "Add", "Delete", "Append", "Import", "Load", "Save", "Start", "Open", "Update", "Clear")


class Killed(BaseException):
    """The agent's process was ended here."""


@dataclass
class Quirks:
    """What this Resolve is like."""

    studio: bool = True
    version: str = "21.0.4"
    rate: str = "24"
    start: str = "01:00:00:00"
    length: int = 24_000  # frames
    hides_drop: bool = False  # "29.97" for a drop-frame timeline
    marks: bool = True  # GetMarkInOut came with Resolve 20
    ids: bool = True
    lacks: tuple[str, ...] = ()  # functions that came later
    custom_data: str = "yes"  # "no": refused, "raises": an argument too many
    appended: str = "none"  # what AppendToTimeline answers: "none", "none-list", "items"
    rounding: str = "nearest"  # how SRT times become frames: "floor"
    labelled: bool = False  # SRT times are read as timecode labels
    first_at_playhead: bool = False  # captions come so that the first is at the playhead
    shortest: int = 2  # captions of fewer frames are left out
    slow: int = 0  # times that a track is read before appended captions show
    refuses_captions: bool = False
    closed_by: str = "both"  # what keeps captions off a subtitle track: "lock", "off"
    ignores_locks: bool = False  # captions go to the first subtitle track, whatever is locked
    deaf: tuple[str, ...] = ()  # functions that do nothing
    colons: bool = False  # timecodes are taken with ":" alone
    one_shows: bool = True  # one subtitle track at a time
    cannot_close: bool = False  # subtitle tracks can be neither locked nor turned off
    tables: bool = False  # lists are tables that count from 1
    phantoms: bool = False  # lists have empty entries
    collaborator: bool = False  # somebody else holds the lock of the timeline
    wedged: bool = False  # no project database: looks healthy, is not
    project: bool = True
    timeline: bool = True
    opens: str = "yes"  # how a timeline is opened: "no", "silent" (says None, does it), "lies", "late" (shows later)
    page: str | None = "edit"
    language: str = "en"
    audio_preset: str = "Audio Only"
    codecs: tuple[str, ...] = ("ProRes422",)
    queue: bool = True  # takes render jobs
    render: str = "done"  # "fails", "no-file", "two-files", "stuck", "silent": ends at once without percents


@dataclass
class World:
    """What all objects of one Resolve share."""

    quirks: Quirks
    rate: FrameRate
    page: str | None
    modal: bool = False
    calls: list[str] = field(default_factory=list)
    kill_at: int = 0  # the number of the call in which the agent is ended
    ids: int = 0
    gone: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        marks = () if self.quirks.marks else ("GetMarkInOut", "SetMarkInOut", "ClearMarkInOut")
        ids = () if self.quirks.ids else ("GetUniqueId",)
        self.gone = frozenset((*marks, *ids, *self.quirks.lacks))

    def new_id(self) -> str:
        self.ids += 1
        return f"{self.ids:08x}-0000" if self.quirks.ids else ""

    def called(self, name: str) -> bool:
        """Count a call; whether Resolve does it at all."""
        self.calls.append(name)
        if self.kill_at and len(self.calls) >= self.kill_at:
            raise Killed(name)
        if not (self.modal or self.quirks.collaborator or self.quirks.deaf):
            return True
        if name in self.quirks.deaf:
            return False
        changes = name.startswith(CHANGES)
        held = self.quirks.collaborator and name not in {"OpenPage", "SetCurrentFolder", "ImportMedia", "AddSubFolder"}
        return not (changes and (self.modal or held))


class Remote:
    """An object on the other side: any name seems to be there, only ``dir`` tells."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __getattribute__(self, name: str) -> Any:
        value = object.__getattribute__(self, name)
        if not name[0].isupper():
            return value
        world: World = object.__getattribute__(self, "_world")
        if name in world.gone:
            raise AttributeError(name)
        return value if world.called(name) else lambda *_, **__: False

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *_: None

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if name not in self._world.gone]

    def _list(self, values: list[Any]) -> Any:
        quirks = self._world.quirks
        values = [*values, None] if quirks.phantoms else list(values)
        return dict(enumerate(values, 1)) if quirks.tables else values
