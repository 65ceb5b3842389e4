"""
What a bridge to an editing program is: a few verbs over a timeline, and the channel to the script inside the program.

The script side (an agent beside Resolve, ``host.jsx`` in Premiere) answers verbs with plain JSON values and decides
nothing. A bridge turns them into the values of ``host``; ``pushing`` decides with ``host.plan`` and uses the bridge.
A host is found by its name among the entry points ``zimu.hosts``, so that the core knows none of them.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from plugin_core.errors import HostError, SettingsError

if TYPE_CHECKING:
    from plugin_core.clock import FrameRate
    from plugin_core.host import HostTraits, Operation, Present, TimelineInfo
    from plugin_core.plan.pushed import Where
    from plugin_core.protocol import Note, Progress


class Channel(Protocol):
    """The way to a script inside a host."""

    def call(self, verb: str, timeout: float = 30.0, **arguments: Any) -> Any:
        """
        What the script answers to *verb*, in plain JSON values. HostError: "host.timeout" after *timeout* seconds,
        "host.gone" if the program or the way to it has ended, else what the script itself said.
        """


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """A sound track of a timeline: its *index* as the host counts (from 1), name, whether it is heard."""

    index: int
    name: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class SourceClip:
    """
    A piece of a media file on a timeline: frames [*start*, *end*) counted from the timeline's first, of audio track
    *track*, playing *path* from *source_start* ms of its media time. *speed* is 1.0 unless it is retimed.
    """

    path: str
    track: int
    start: int
    end: int
    source_start: float
    speed: float = 1.0
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Sound:
    """What is heard on a timeline. *notes* say what the host does not tell (a compound clip, a generator)."""

    tracks: tuple[AudioTrack, ...] = ()
    clips: tuple[SourceClip, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """
    A timeline of the open project: *id* is that of ``Where.timeline``, names may come twice. *rate* is None where the
    host gives one that none has, *duration* is in frames, *open* is true of the one that is open.
    """

    id: str
    name: str
    rate: FrameRate | None = None
    duration: int = 0
    open: bool = False


@dataclass(frozen=True, slots=True)
class AudioRequest:
    """Frames [*start*, *end*) from the timeline's first (None: all of it) of *tracks* (empty: those that are heard)."""

    start: int | None = None
    end: int | None = None
    tracks: tuple[int, ...] = ()


class Bridge(Protocol):
    """
    The open timeline of an editing program. Every method may raise HostError. Calls come one at a time.

    ``apply`` does one operation and nothing else: the user's own items are never touched. Whether it took effect is
    seen by ``present`` alone, because the answers of hosts cannot be trusted.
    """

    @property
    def traits(self) -> HostTraits: ...

    def where(self) -> Where:
        """Which timeline is open, by ids that survive renaming. HostError "host.no-timeline" if none is."""

    def timelines(self) -> tuple[Listed, ...]:
        """
        Every timeline of the open project, as the host orders them; none of them is opened. Where none is marked as
        open, none is, or one of another project. HostError "host.no-project" if no project is open.
        """

    def open_timeline(self, timeline: str) -> None:
        """
        Open the timeline of this id and see that it is open; nothing is done if it is. HostError
        "host.unknown-timeline" if the project has none of this id (any more), "host.timeline-refused" if the host goes
        on showing another one, as it does when somebody else holds it.
        """

    def timeline(self) -> TimelineInfo:
        """Rate, start, length, in/out range of the open timeline; media time 0 is its first frame."""

    def present(self) -> Present:
        """Its markers and subtitle tracks now, the user's and ours."""

    def sound(self) -> Sound:
        """Its audio tracks and what plays on them."""

    def apply(self, operation: Operation) -> None: ...

    def unverified(self, operation: Operation) -> str:
        """A sentence on what the host does not let us see of *operation* after it was done; "" if all is seen."""

    def forget(self, key: str) -> None:
        """List our subtitle track *key* no more: the user deletes it by hand, because no script can."""

    def render_audio(self, request: AudioRequest, folder: Path) -> Generator[Progress | Note, None, Path]:
        """
        Let the host write what is asked for as a new sound file in *folder*; its time 0 is the first frame asked for.

        Whatever it has to change in the program (tracks, marks, page, queue) is as before at the end, also after an
        error or when the loop is left.
        """

    def goto(self, ms: int) -> None:
        """Move the playhead to *ms* from the timeline's first frame."""

    def close(self) -> None:
        """Leave the program; nothing of it is changed."""


class BridgeFactory(Protocol):
    """What an entry point of ``zimu.hosts`` names."""

    def __call__(self, channel: Channel) -> Bridge: ...


def alone(way: Bridge | Channel) -> AbstractContextManager[None]:
    """
    The host for the block alone, where its bridge or channel has a ``turn`` because others reach the host too.
    HostError "host.busy" if one of them is at work in it.
    """
    turn: AbstractContextManager[None] = getattr(way, "turn", nullcontext)()
    return turn


def bridge_of(name: str, channel: Channel) -> Bridge:
    """The bridge to the host called *name* ("resolve", "premiere") over *channel*; SettingsError if there is none."""
    from importlib.metadata import entry_points

    found = entry_points(group="zimu.hosts", name=name)
    if not found:
        raise SettingsError("settings.host", f"There is no host {name!r}.", "Use: resolve or premiere.")
    factory: BridgeFactory = next(iter(found)).load()
    return factory(channel)


def expect(where: Where, timeline: str) -> None:
    """HostError "host.other-timeline" if *where* is not the *timeline* that was meant ("" means any)."""
    if timeline and where.timeline != timeline:
        raise HostError(
            "host.other-timeline",
            "Another timeline is open in the editing program than the one that was meant. Nothing was changed.",
            "Look which one is open, choose the one you mean, and try again.",
        )


def answer_of(value: Any) -> Any:
    """
    The result in what a script sent: ``{"result": ...}``, or ``{"error": {"code", "message", "hint"}}`` as HostError.
    """
    if isinstance(value, dict) and "result" in value:
        return value["result"]
    error = value.get("error") if isinstance(value, dict) else None
    if not isinstance(error, dict):
        raise HostError("host.answer", "The editing program sent something unknown.", "Update Zimu's part in it.")
    parts = (str(error.get(name) or "") for name in ("code", "message", "hint"))
    code, message, hint = parts
    raise HostError(code or "host.failed", message or "The editing program failed.", hint)
