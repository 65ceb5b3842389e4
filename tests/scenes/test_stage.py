"""Scenes of files: one pass, kept in the journal, with and without sound, picture and text."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from plugin_core import frames
from plugin_core.document import Cue
from plugin_core.engines.bench import Bench
from plugin_core.errors import MediaError, ModelError
from plugin_core.protocol import Note
from plugin_core.scenes import recognising
from plugin_core.scenes.grouping import GroupOptions
from plugin_core.scenes.stage import Recognised, Request, recognised_in
from plugin_core.shots import stage as shots_stage
from plugin_core.shots.values import ShotOptions
from tests.media_fixtures import AudioTrack, Recipe, VideoTrack, bursts, make
from tests.scenes.films import film_of
from tests.scenes.packs import make_scenes_pack

ALONE = shots_stage.Request("none")


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_scenes_pack(tmp_path_factory.mktemp("pack"))


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Dark, bright, dark: three shots of two seconds; the middle one is loud."""
    return film_of(tmp_path / "film.mp4", [20, 230, 20], loud=[1])


def told(source: Path, request: Request, **more: object) -> tuple[Recognised, list[Note]]:
    with Bench() as bench:
        steps = recognised_in(source, request, bench, **more)  # type: ignore[arg-type]
        notes = []
        while True:
            try:
                event = next(steps)
            except StopIteration as stop:
                return stop.value, notes
            if isinstance(event, Note):
                notes.append(event)


def test_shots_labels_and_scenes_of_a_film(film: Path, pack: Path) -> None:
    done, _ = told(film, Request(str(pack), ALONE))
    assert [(shot.first, shot.last) for shot in done.shots.shots] == [(0, 49), (50, 99), (100, 149)]
    assert [one.best("place")[0] for one in done.labels] == ["indoor", "outdoor", "indoor"]
    assert [one.from_ for one in done.labels] == [("pictures", "sounds")] * 3
    assert done.scenes[-1].end == done.shots.shots[-1].end
    assert done.pack.id == "scenes-by-hand"


def test_every_frame_is_decoded_once(film: Path, pack: Path, decoded: list[int]) -> None:
    class Other:
        seen = 0

        def see(self, frame: frames.Frame) -> None:
            self.seen += 1

    other = Other()
    told(film, Request(str(pack), ALONE), watchers=(other,))
    assert len(decoded) == other.seen == 150


def test_a_second_run_neither_looks_nor_hears(
    film: Path, pack: Path, decoded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = told(film, Request(str(pack), ALONE))
    decoded.clear()
    monkeypatch.setattr(recognising.Watcher, "hear", lambda *_: pytest.fail("it was heard again"))
    again, notes = told(film, Request(str(pack), ALONE, options=GroupOptions(threshold=0.2)))
    assert not decoded
    assert any("recognised before" in note.message for note in notes)
    for one, other in zip(first.labels, again.labels, strict=True):
        assert one.probabilities == other.probabilities
        assert np.array_equal(one.embedding, other.embedding)


def test_fresh_looks_again(film: Path, pack: Path, decoded: list[int]) -> None:
    told(film, Request(str(pack), ALONE))
    told(film, Request(str(pack), shots_stage.Request("none", fresh=True), fresh=True))
    assert len(decoded) == 300


def test_known_shots_do_not_hide_the_film_from_the_recogniser(film: Path, pack: Path, decoded: list[int]) -> None:
    with Bench() as bench:
        for _ in shots_stage.found_in(film, ALONE, bench):
            pass
    done, _ = told(film, Request(str(pack), ALONE))
    assert len(decoded) == 300
    assert [one.from_ for one in done.labels] == [("pictures", "sounds")] * 3


def test_another_threshold_of_shots_needs_no_second_look(film: Path, pack: Path, decoded: list[int]) -> None:
    told(film, Request(str(pack), ALONE))
    whole = shots_stage.Request("none", ShotOptions(threshold=1.0))
    done, _ = told(film, Request(str(pack), whole))
    assert len(decoded) == 150
    assert [one.best("place")[0] for one in done.labels] == ["outdoor"]  # of all its pictures the brightest counts


def test_what_is_said_counts(film: Path, pack: Path) -> None:
    said = (Cue("c", 2100, 3900, ("你好", "Hello")),)
    done, _ = told(film, Request(str(pack), ALONE), cues=said, column=1)
    assert [one.from_[-1] for one in done.labels] == ["sounds", "texts", "sounds"]


def test_a_silent_film_is_fine(tmp_path: Path, pack: Path) -> None:
    done, notes = told(film_of(tmp_path / "mute.mp4", [20, 230]), Request(str(pack), ALONE))
    assert [one.from_ for one in done.labels] == [("pictures",)] * 2
    assert not notes


def test_sound_without_picture_is_said_plainly(tmp_path: Path, pack: Path) -> None:
    path = make(tmp_path / "talk.wav", Recipe(audio=[AudioTrack(bursts(2, [0.5]))]))
    with pytest.raises(MediaError) as error:
        told(path, Request(str(pack), ALONE))
    assert error.value.code == "media.no-picture"


def test_one_frame_is_one_scene(tmp_path: Path, pack: Path) -> None:
    path = make(tmp_path / "one.mkv", Recipe(video=VideoTrack(frames=1, rate=Fraction(25))))
    done, _ = told(path, Request(str(pack), ALONE))
    assert len(done.scenes) == len(done.shots.shots) == 1


def test_a_spoilt_journal_is_forgotten(film: Path, pack: Path, home: Path) -> None:
    told(film, Request(str(pack), ALONE))
    path = next(home.rglob("scenes-*.jsonl"))
    path.write_text('{"schema": 1, "indexes": {"shape": [3], "data": "eA=="}}\n{"done": true}\n')
    done, notes = told(film, Request(str(pack), ALONE))
    assert [one.best("place")[0] for one in done.labels] == ["indoor", "outdoor", "indoor"]
    assert not any("before" in note.message for note in notes if note.stage == "scenes")


def test_another_kind_of_pack_is_refused(film: Path, starter: Path) -> None:
    with pytest.raises(ModelError):
        told(film, Request(str(starter / "sounds"), ALONE))
