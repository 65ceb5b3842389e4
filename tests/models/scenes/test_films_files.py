"""Films as files: what the program decodes is what was drawn, frame by frame; and the truth about real footage."""

from __future__ import annotations

import ctypes
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("cv2")
pytest.importorskip("PIL")

from models.scenes.data import annotations, real
from models.scenes.films.files import Format, document, main, pictures, save, truth
from models.scenes.films.plan import Cue, Film
from models.scenes.films.render import Renderer
from models.scenes.films.script import write
from models.scenes.films.sound import Bank, sound_of
from models.sounds.acoustics import RATE
from models.sounds.music import SOUND_FONT
from plugin_core import audio, formats, frames


def _heard() -> bool:
    try:
        for name in ("libespeak-ng.so.1", "libfluidsynth.so.3"):
            ctypes.CDLL(name)
    except OSError:
        return False
    return SOUND_FONT.exists()


sounding = pytest.mark.skipif(not _heard(), reason="espeak-ng, fluidsynth and their voices are not on this machine")


def _short(seed: int = 1, *kinds: str) -> Film:
    return write(seed, "test", kinds=kinds or ("dialogue_indoor", "titles"), fps=24)


def test_a_file_has_the_frames_that_were_drawn(tmp_path: Path) -> None:
    film = _short(1, "titles", "landscape")
    known = save(film, tmp_path / "film.mp4", None, Format(96, 54, quality=12))
    renderer = Renderer(film)
    seen = [(frame.index, frame.ms, frame.rgb(96, 54)) for frame in frames.look(tmp_path / "film.mp4")]
    assert len(seen) == film.frames == known["frames"]
    assert [ms for _, ms, _ in seen] == [film.ms(n) for n in range(film.frames)]
    for shot in film.shots:
        for index in (shot.first, shot.last):
            drawn = renderer.frame(index, 96, 54).astype(int)
            assert np.abs(drawn - seen[index][2]).mean() < 12, (shot, index)
    assert json.loads((tmp_path / "film.json").read_text("utf-8")) == json.loads(json.dumps(known))


def test_the_truth_covers_the_film_in_ms() -> None:
    film = _short(2)
    known = truth(film)
    for name in ("shots", "scenes"):
        spans = [(row["start"], row["end"]) for row in known[name]]
        assert spans[0][0] == 0
        assert spans[-1][1] == known["duration"]
        assert all(a[1] == b[0] for a, b in pairwise(spans))
    assert {row["scene"] for row in known["shots"]} == {0, 1}


def test_subtitles_are_those_that_are_spoken_not_the_script_s() -> None:
    film = next(f for f in (_short(n) for n in range(30)) if {c.kind for c in f.cues} == {"subtitle", "script"})
    lines = [cue.text for cue in film.cues if cue.kind == "subtitle"]
    assert [cue.texts[0] for cue in document(film).cues] == lines
    again = formats.read_text(formats.to_text(document(film), "srt"), "srt")
    assert [cue.texts[0] for cue in again.cues] == lines


def test_a_held_picture_never_crosses_a_change() -> None:
    film = _short(1, "landscape", "titles")
    drawn = list(pictures(film, Format(32, 18, hold=3)))
    assert len(drawn) == film.frames
    renderer = Renderer(film)
    for change in film.transitions:
        for index in range(change.first, change.last + 2):
            assert np.array_equal(drawn[index], renderer.frame(index, 32, 18))
    held = sum(a is b for a, b in pairwise(drawn))
    assert held > film.frames // 2


@sounding
def test_a_film_sounds_when_somebody_speaks_and_is_as_long_as_its_picture(tmp_path: Path) -> None:
    film = next(f for f in (_short(n) for n in range(20)) if f.sound and any(t.voice >= 0 for t in f.scenes[0].turns))
    with Bank() as bank:
        whole = sound_of(film, bank)
        save(film, tmp_path / "film.mp4", bank, Format(64, 36, hold=4))
    assert len(whole) == round(film.seconds * RATE)
    assert np.abs(whole).max() <= 1
    turn = film.scenes[0].turns[0]
    spoken = whole[round(turn.start * RATE) : round(turn.end * RATE)]
    assert np.sqrt((spoken**2).mean()) > 0.02
    decoded = audio.read(tmp_path / "film.mp4")
    assert abs(len(decoded) - len(whole)) < 0.1 * RATE


@sounding
def test_places_and_music_are_the_same_from_a_kept_bank(tmp_path: Path) -> None:
    film = _short(5, "titles")
    film = replace(film, sound=True, scenes=(replace(film.scenes[0], music="sad", ambience="water"),))
    found = []
    for _ in range(2):
        with Bank(tmp_path) as bank:
            found.append(sound_of(film, bank))
    assert float(np.abs(found[0]).max()) > 0.01
    assert np.abs(found[0] - found[1]).max() < 1e-6


@sounding
def test_pools_do_not_hear_each_other_s_music(tmp_path: Path) -> None:
    with Bank(tmp_path) as bank:
        train, test = bank.music("train", "sad", 7), bank.music("test", "sad", 7)
    assert len(train) == len(test)
    assert abs(float(np.corrcoef(train, test)[0, 1])) < 0.2


def test_a_silent_film_is_made_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out" / "film.mp4"
    main([str(out), "--scenes", "1", "--width", "32", "--height", "18", "--hold", "6", "--silent", "--pool", "dev"])
    known = json.loads(out.with_suffix(".json").read_text("utf-8"))
    assert not known["sound"]
    assert f"{len(known['shots'])} shots, 1 scenes" in capsys.readouterr().out


def test_cues_lie_in_the_film() -> None:
    for seed in range(10):
        film = write(seed, scenes=6)
        assert all(isinstance(cue, Cue) and 0 <= cue.start < cue.end <= film.seconds + 1e-6 for cue in film.cues)


# -- real footage --


def test_what_is_said_of_real_films_is_well_formed() -> None:
    found = real.truth()
    assert {one.film for one in found} == set(real.FILES)
    assert len({one.frame_id for one in found}) == len(found)
    assert all(one.labels for one in found)


@pytest.mark.shared
def test_every_annotated_second_of_a_real_film_exists(shared: Path) -> None:
    from models.scenes.data.extract import extract

    short = ("chaplin",)
    sizes = {film: len(extract(shared / "video_scenes" / real.FILES[film], size=(16, 9))) for film in short}
    annotations.check_frames([one for one in real.truth() if one.film in short], sizes)
