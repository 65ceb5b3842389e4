"""Captions of files: one pass, kept in the journal; short, black and soundless ones."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from plugin_core import frames
from plugin_core.captioning import stage
from plugin_core.captioning.stage import Described, Describing, Request, described_in
from plugin_core.errors import MediaError, ModelError
from plugin_core.protocol import Note, Progress
from plugin_core.shots import stage as shots_stage
from plugin_core.shots.values import Curve, Shot, ShotOptions, Shots
from tests.captioning.fakes import WORDS, BenchByHand, ByHand, film_of, pack_of
from tests.media_fixtures import AudioTrack, Recipe, VideoTrack, bursts, make

ALONE = shots_stage.Request("none")
USUAL = Request(shots=ALONE)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Dark, bright, dark: three shots of two seconds."""
    return film_of(tmp_path / "film.mp4", [30, 230, 30])


@pytest.fixture
def engine() -> ByHand:
    return ByHand(pack_of())


def told(source: Path, request: Request, engine: ByHand | None, **more: object) -> tuple[Described, list[object]]:
    events: list[object] = []
    with BenchByHand(engine) as bench:
        steps = described_in(source, request, bench, **more)  # type: ignore[arg-type]
        while True:
            try:
                events.append(next(steps))
            except StopIteration as stop:
                return stop.value, events


def notes(events: list[object]) -> str:
    return " ".join(event.message for event in events if isinstance(event, Note))


def test_every_shot_is_described_in_every_language(film: Path, engine: ByHand) -> None:
    done, _ = told(film, USUAL, engine)
    assert [[one.text for one in shot.values()] for shot in done.captions] == [
        [WORDS["zh"][level], WORDS["en"][level]] for level in (0, 2, 0)
    ]
    assert done.languages == ("zh", "en")
    assert (done.unsure, done.blank) == (0, 0)
    assert set(engine.seen) == {(10, 64, 112, 3)}


def test_every_frame_is_decoded_once(film: Path, engine: ByHand, decoded: list[int]) -> None:
    class Other:
        seen = 0

        def see(self, frame: frames.Frame) -> None:
            self.seen += 1

    other = Other()
    told(film, USUAL, engine, watchers=(other,))
    assert len(decoded) == other.seen == 150


def test_a_second_run_neither_looks_nor_describes(film: Path, engine: ByHand, decoded: list[int]) -> None:
    first, _ = told(film, USUAL, engine)
    decoded.clear()
    engine.seen.clear()
    again, events = told(film, USUAL, engine)
    assert not decoded
    assert not engine.seen
    assert again.captions == first.captions
    assert "described before" in notes(events)


def test_another_language_is_added_to_what_is_known(film: Path, engine: ByHand) -> None:
    told(film, Request(languages=("zh",), shots=ALONE), engine)
    engine.seen.clear()
    done, _ = told(film, USUAL, engine)
    assert [list(one) for one in done.captions] == [["zh", "en"]] * 3
    assert len(engine.seen) == 3  # what is known in Chinese is not described again


def test_fresh_describes_again(film: Path, engine: ByHand, decoded: list[int]) -> None:
    told(film, USUAL, engine)
    told(film, Request(shots=shots_stage.Request("none", fresh=True), fresh=True), engine)
    assert len(decoded) == 300
    assert len(engine.seen) == 12


def test_known_shots_do_not_hide_the_film(film: Path, engine: ByHand, decoded: list[int]) -> None:
    with BenchByHand(engine) as bench:
        for _ in shots_stage.found_in(film, ALONE, bench):
            pass
    shots = Shots(tuple(Shot(25 * n, 25 * n + 24, 1000 * n, 1000 * n + 1000) for n in range(6)), (), Curve.empty())
    with BenchByHand(engine) as bench:
        for event in Describing(film, USUAL, bench).of(shots, 6000):
            assert isinstance(event, Progress | Note)
    assert len(decoded) == 300
    assert len(engine.seen) == 12


def test_another_threshold_describes_only_what_is_new(film: Path, engine: ByHand) -> None:
    told(film, USUAL, engine)
    engine.seen.clear()
    done, _ = told(film, Request(shots=shots_stage.Request("none", ShotOptions(threshold=1.0))), engine)
    assert len(done.captions) == 1
    assert engine.seen == [(10, 64, 112, 3)] * 2  # sought, evenly, in the one new shot; once for each language


def test_a_killed_job_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "AT_ONCE", 1)
    film = film_of(tmp_path / "film.mp4", [30, 230, 30, 230, 30])
    first, second = ByHand(pack_of()), ByHand(pack_of())
    with BenchByHand(first) as bench:
        for _ in described_in(film, USUAL, bench):
            if len(first.seen) == 4:
                break  # two shots in two languages
    done, _ = told(film, USUAL, second)
    assert len(second.seen) == 6
    assert all(one for one in done.captions)


def test_what_is_not_sure_is_left_out_and_counted(film: Path) -> None:
    done, events = told(film, USUAL, ByHand(pack_of(), sure=0.5))
    assert [bool(one) for one in done.captions] == [False, True, False]
    assert (done.unsure, done.blank) == (2, 0)
    assert "2 of 3 shots have no caption" in notes(events)
    done, _ = told(film, Request(shots=ALONE, sure=0.0), ByHand(pack_of(), sure=0.5))
    assert all(done.captions)  # the one who asks knows better, and nothing is described again


def test_a_black_film_has_nothing_to_describe(tmp_path: Path, engine: ByHand) -> None:
    done, events = told(film_of(tmp_path / "black.mp4", [16], stripes=0), USUAL, engine)
    assert done.captions == ({},)
    assert (done.unsure, done.blank) == (0, 1)
    assert "nothing is to be seen" in notes(events)
    assert not engine.seen


def test_one_frame_is_one_shot(tmp_path: Path, engine: ByHand) -> None:
    path = make(tmp_path / "one.mkv", Recipe(video=VideoTrack(frames=1, rate=Fraction(25))))
    done, _ = told(path, USUAL, engine)
    assert len(done.captions) == 1
    assert {shape[0] for shape in engine.seen} <= {1}


def test_shots_between_kept_frames_are_sought(film: Path, engine: ByHand) -> None:
    short = Shots(tuple(Shot(n, n, 40 * n, 40 * n + 40) for n in range(50, 56)), (), Curve.empty())
    with BenchByHand(engine) as bench:
        steps = Describing(film, Request(languages=("en",), shots=ALONE), bench).of(short, 6000)
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                done = stop.value
                break
    assert [one["en"].text for one in done.captions] == [WORDS["en"][2]] * 6


def test_sound_without_picture_is_said_plainly(tmp_path: Path, engine: ByHand) -> None:
    path = make(tmp_path / "talk.wav", Recipe(audio=[AudioTrack(bursts(2, [0.5]))]))
    with pytest.raises(MediaError) as error:
        told(path, USUAL, engine)
    assert error.value.code == "media.no-picture"


def test_a_pack_of_one_language_gives_that_one_and_says_so(film: Path) -> None:
    done, events = told(film, USUAL, ByHand(pack_of(("en",))))
    assert [list(one) for one in done.captions] == [["en"]] * 3
    assert "does not write zh" in notes(events)


def test_a_pack_of_none_of_the_languages_is_refused(film: Path) -> None:
    with pytest.raises(ModelError) as error:
        told(film, Request(languages=("zh",), shots=ALONE), ByHand(pack_of(("en",))))
    assert error.value.code == "captions.languages"
    assert "writes en, not zh" in error.value.message


def test_without_a_pack_it_says_where_to_look(film: Path) -> None:
    with pytest.raises(ModelError) as error:
        told(film, USUAL, None)
    assert "zimu models list" in error.value.hint


def test_the_starter_says_what_it_knows(film: Path) -> None:
    _, events = told(film, USUAL, ByHand(pack_of(tier="starter")))
    assert "drawn films" in notes(events)


def test_a_damaged_journal_is_begun_anew(film: Path, engine: ByHand) -> None:
    first, _ = told(film, USUAL, engine)
    with BenchByHand(engine) as bench:
        journal = Describing(film, USUAL, bench)._journal
    journal.append({"captions": [["x"]]})
    again, _ = told(film, USUAL, engine)
    assert [one["en"].text for one in again.captions] == [one["en"].text for one in first.captions]
