"""A film is looked at once; what was found is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from plugin_core.engines.bench import Bench
from plugin_core.errors import ModelError
from plugin_core.protocol import Note, Progress
from plugin_core.shots import stage
from plugin_core.shots.stage import Request, found_in
from plugin_core.shots.values import Found, ShotOptions
from tests.films import Change, Film, encode, shot


@pytest.fixture
def film(tmp_path: Path) -> Path:
    drawn = Film((shot(1, pan=0.2), shot(2, pan=0.2)), (30, 30), (Change(),))
    return encode(tmp_path / "film.mp4", drawn.pictures())


def run(path: Path, request: Request) -> tuple[list[Progress | Note], Found]:
    with Bench() as bench:
        events: list[Progress | Note] = []
        stepping = found_in(path, request, bench)
        while True:
            try:
                events.append(next(stepping))
            except StopIteration as end:
                return events, end.value


def test_a_second_run_does_not_look_again(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, first = run(film, Request("none"))
    assert [one.start for one in first.shots.shots] == [0, 1200]

    def looked(*_: Any) -> None:
        raise AssertionError("looked again")

    monkeypatch.setattr(stage, "find", looked)
    events, again = run(film, Request("none"))
    assert again == first
    assert any(isinstance(event, Note) and "before" in event.message for event in events)
    _, strict = run(film, Request("none", ShotOptions(threshold=0.99)))
    assert len(strict.shots.shots) == 1
    with pytest.raises(AssertionError, match="looked again"):
        run(film, Request("none", fresh=True))


def test_leaving_keeps_nothing_half_done(film: Path) -> None:
    with Bench() as bench:
        stepping = found_in(film, Request("none"), bench)
        next(stepping)
        stepping.close()
    _, found = run(film, Request("none"))
    assert len(found.shots.shots) == 2


def test_a_pack_that_is_asked_for_must_be_there(film: Path) -> None:
    with pytest.raises(ModelError, match="absent"):
        run(film, Request("absent"))


def test_without_a_pack_the_detectors_are_named(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugin_core.modelstore.embedded", lambda: None)
    events, found = run(film, Request())
    assert any(isinstance(event, Note) and "No pack of shots" in event.message for event in events)
    assert len(found.shots.shots) == 2
