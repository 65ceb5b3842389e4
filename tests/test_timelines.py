"""The place of a timeline: known by id, kept when it is renamed, and the sound that is heard lies there."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

from plugin_core.bridge import AudioRequest
from plugin_core.clock import FrameRate
from plugin_core.host import RESOLVE, TimelineInfo
from plugin_core.plan import pushed
from plugin_core.plan.pushed import Where
from plugin_core.timelines import Place, listen, place_of
from tests.hosts.model_bridge import ModelBridge
from tests.hosts.model_host import ModelHost


def heard(host: ModelBridge, request: AudioRequest) -> tuple[Place, Path]:
    def steps() -> Generator[Any, None, None]:
        found.append((yield from listen(host, request, "render")))

    found: list[tuple[Place, Path]] = []
    list(steps())
    return found[0]


def test_a_renamed_timeline_keeps_its_place_and_another_of_that_name_gets_its_own(home: Path) -> None:
    host = ModelBridge(ModelHost(RESOLVE), TimelineInfo(name="片子: 3/4", duration=50))
    place, sound = heard(host, AudioRequest())
    assert sound.parent == place.folder
    assert place.folder.is_relative_to(home / "timelines")
    assert (sound.stem, place.document.stem) == (place.name, place.name)
    host.info = replace(host.info, name="Final")
    assert place_of(host).folder == place.folder
    host.place = Where("model", "p", "another")
    assert place_of(host).folder != place.folder


def test_where_the_sound_begins_is_kept_for_the_push() -> None:
    host = ModelBridge(ModelHost(RESOLVE), TimelineInfo(FrameRate.parse("50"), "Cut", duration=500))
    place, _ = heard(host, AudioRequest(100, 200))
    record = pushed.load(pushed.path_of(place.document), host.place)
    assert record is not None
    assert record.offset == 2000
    heard(host, AudioRequest())
    assert pushed.load(pushed.path_of(place.document), host.place) == pushed.Pushed()
