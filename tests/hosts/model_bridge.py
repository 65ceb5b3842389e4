"""The model host as a bridge: what every bridge promises, without a program's quirks of talking."""

from __future__ import annotations

import wave
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path

from plugin_core.bridge import AudioRequest, Listed, Sound
from plugin_core.errors import HostError
from plugin_core.host import DropMarker, HostTraits, Operation, Present, TimelineInfo
from plugin_core.plan.pushed import Where
from plugin_core.protocol import Note, Progress
from tests.hosts.model_host import ModelHost, Refused

HERE = Where("model", "p", "t")


@dataclass
class ModelBridge:
    """
    *before* is called before each operation: a test kills, refuses or opens another timeline there. *project* holds
    all timelines by id, in which the open one is put itself; those in *held* do not open.
    """

    host: ModelHost
    info: TimelineInfo
    heard: Sound = field(default_factory=Sound)
    place: Where = HERE
    before: Callable[[Operation], None] = lambda operation: None
    playhead: int = 0
    unseen: str = ""
    project: dict[str, tuple[ModelHost, TimelineInfo]] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.project[self.place.timeline] = (self.host, self.info)

    @property
    def traits(self) -> HostTraits:
        return self.host.traits

    def where(self) -> Where:
        return self.place

    def timelines(self) -> tuple[Listed, ...]:
        here = self.where().timeline
        return tuple(
            Listed(key, info.name, info.rate, info.duration, key == here) for key, (_, info) in self.project.items()
        )

    def open_timeline(self, timeline: str) -> None:
        if timeline == self.where().timeline:
            return
        if timeline not in self.project:
            raise HostError("host.unknown-timeline", "There is no such timeline.", "Choose another one.")
        if timeline in self.held:
            raise HostError("host.timeline-refused", "Somebody else has this timeline.", "Wait until it is free.")
        self.host, self.info = self.project[timeline]
        self.place = self.place._replace(timeline=timeline)

    def timeline(self) -> TimelineInfo:
        return self.info

    def present(self) -> Present:
        return self.host.present()

    def sound(self) -> Sound:
        return self.heard

    def apply(self, operation: Operation) -> None:
        self.before(operation)
        try:
            self.host.apply(operation)
        except Refused as error:
            raise HostError("host.refused", f"The model said no: {error}.") from error

    def unverified(self, operation: Operation) -> str:
        return "" if isinstance(operation, DropMarker) else self.unseen

    def forget(self, key: str) -> None:
        self.host.tracks = [track for track in self.host.tracks if track.key != key]

    def render_audio(self, request: AudioRequest, folder: Path) -> Generator[Progress | Note, None, Path]:
        yield Progress("render", 0, 1)
        path = folder / "sound.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes(b"\0\0" * 16_000)
        return path

    def goto(self, ms: int) -> None:
        self.playhead = ms

    def close(self) -> None: ...
