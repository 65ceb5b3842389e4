"""Burned-in subtitles: the picture changes on a cue's frames and on no other."""

from __future__ import annotations

import io
import itertools
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from plugin_core import burning
from plugin_core.burning import burn
from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError, MediaError, SettingsError
from plugin_core.formats import Layout
from plugin_core.media import origin, probe
from plugin_core.protocol import Progress
from tests.media_fixtures import AudioTrack, Recipe, VideoTrack, bursts, make

DRAWS = pytest.mark.skipif(not burning.engines(), reason="neither PyAV nor an ffmpeg program has libass here")
RATES = {"25": Fraction(25), "29.97": Fraction(30_000, 1001), "23.976": Fraction(24_000, 1001)}


def _film(folder: Path, rate: Fraction = Fraction(25), start: int = 0, frames: int = 60) -> Path:
    sound = AudioTrack(bursts(2, [1]), codec="aac")
    return make(folder / "film.mp4", Recipe([sound], VideoTrack(frames, rate, start=start, size=(320, 180))))


def _document(rate: Fraction, spans: list[tuple[int, int]]) -> Document:
    times = [[round(frame / rate * 1000) for frame in span] for span in spans]
    cues = tuple(Cue(f"c{n}", start, end, ("字幕在这里", "Here it is")) for n, (start, end) in enumerate(times))
    return Document(languages=("zh", "en"), cues=cues)


def _lit(path: Path) -> list[int]:
    """The frames with something drawn in the lower half, by their place in media time."""
    zero, found = origin(path), []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        for frame in container.decode(stream):
            picture = frame.to_ndarray(format="gray")
            lower = picture[picture.shape[0] // 2 :].astype(int)
            if (abs(lower - np.median(lower)) > 40).sum() > 20:
                found.append(round((frame.pts * stream.time_base - zero) * stream.average_rate))
    return found


@DRAWS
@pytest.mark.parametrize("rate", RATES.values(), ids=RATES)
@pytest.mark.parametrize("start", [0, 5])
def test_the_picture_changes_on_the_cues_frames_only(tmp_path: Path, rate: Fraction, start: int) -> None:
    film, out = _film(tmp_path, rate, start), tmp_path / "out.mp4"
    spans = [(3, 14), (17, 20), (31, 53)]
    events = list(burn(film, _document(rate, spans), out, height=180))
    assert _lit(out) == [frame for first, end in spans for frame in range(first, end)]
    done = [event.done for event in events if isinstance(event, Progress)]
    assert done == sorted(done)
    assert done[-1] == events[-1].total  # type: ignore[union-attr]
    made, sent = probe(out), probe(film)
    assert (made.frame_rate, made.height, len(made.audio)) == (sent.frame_rate, 180, 1)
    assert abs(made.duration - sent.duration) <= 60
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@DRAWS
def test_the_preview_is_as_high_as_asked_and_never_higher_than_the_film(tmp_path: Path) -> None:
    film = _film(tmp_path)
    document = _document(Fraction(25), [(3, 14)])
    list(burn(film, document, tmp_path / "small.mp4", height=90))
    list(burn(film, document, tmp_path / "large.mkv", height=720, layout=Layout("single", ("en",))))
    assert (probe(tmp_path / "small.mp4").width, probe(tmp_path / "small.mp4").height) == (160, 90)
    assert probe(tmp_path / "large.mkv").height == 180


@DRAWS
def test_leaving_the_loop_leaves_nothing(tmp_path: Path) -> None:
    film = _film(tmp_path, frames=500)
    before = set(tmp_path.iterdir())
    running = burn(film, _document(Fraction(25), [(3, 14)]), tmp_path / "out.mp4", height=180)
    next(running)
    running.close()
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("start", [0, 5])
def test_pyavs_graph_draws_in_media_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: int) -> None:
    """With a filter of the same kind in libass's place, which PyAV's wheels do not have."""
    box = "x=0:y=100:w=320:h=60:color=white:t=fill:enable='between(t,0.39,0.79)'"
    monkeypatch.setattr(burning, "_drawing", lambda _: ("drawbox", box))
    monkeypatch.setattr(burning, "_pyav_has_libass", lambda: True)
    film, out = _film(tmp_path, start=start), tmp_path / "out.mp4"
    events = list(burn(film, _document(Fraction(25), [(10, 20)]), out, height=180, engine="pyav"))
    assert _lit(out) == list(range(10, 20))
    assert isinstance(events[-1], Progress)
    assert len(probe(out).audio) == 1


def test_without_libass_there_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(burning, "_pyav_has_libass", lambda: False)
    with pytest.raises(MediaError) as caught:
        list(burn(_film(tmp_path), _document(Fraction(25), [(3, 14)]), tmp_path / "out.mp4"))
    assert caught.value.code == "media.no-libass"
    assert "Install FFmpeg" in caught.value.hint


def test_a_missing_font_is_noted_only_where_it_is_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    document = _document(Fraction(25), [(3, 14)])
    monkeypatch.setattr(burning, "_font_folders", lambda: iter([tmp_path]))
    assert "fonts-noto-cjk" in burning.font_note(document)
    assert burning.font_note(document, Layout("single", ("en",))) == ""
    (tmp_path / "NotoSansCJK-Regular.ttc").touch()
    assert burning.font_note(document) == ""


@DRAWS
def test_what_cannot_be_drawn_on_is_refused(tmp_path: Path) -> None:
    sound = make(tmp_path / "sound.wav", Recipe([AudioTrack(bursts(1, []))]))
    document = _document(Fraction(25), [(3, 14)])
    with pytest.raises(MediaError, match="no picture"):
        list(burn(sound, document, tmp_path / "out.mp4"))
    film = _film(tmp_path)
    with pytest.raises(DocumentError):
        list(burn(film, Document(languages=("en",)), tmp_path / "out.mp4"))
    for wrong in ({"height": 1}, {"quality": 99}):
        with pytest.raises(SettingsError):
            list(burn(film, document, tmp_path / "out.mp4", **wrong))
    with pytest.raises(SettingsError):
        list(burn(film, document, tmp_path / "out.gif"))
    with pytest.raises(SettingsError):
        list(burn(film, document, film))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4", "sound.wav"]


def _png(path: Path, frame: int) -> bytes:
    with av.open(str(path)) as container:
        picture = next(itertools.islice(container.decode(video=0), frame, None))
    encoder = av.CodecContext.create("png", "w")
    encoder.width, encoder.height, encoder.pix_fmt = picture.width, picture.height, "rgb24"
    encoder.time_base = Fraction(1, 1000)
    picture = picture.reformat(format="rgb24")
    picture.pts = 0
    return b"".join(bytes(packet) for packet in (*encoder.encode(picture), *encoder.encode(None)))


def _pixels(png: bytes) -> np.ndarray:
    with av.open(io.BytesIO(png), format="png_pipe") as container:
        return next(container.decode(video=0)).to_ndarray(format="gray").astype(int)


@DRAWS
def test_a_still_is_the_frame_with_what_is_shown_then(tmp_path: Path) -> None:
    film = _film(tmp_path)
    document = replace(_document(Fraction(25), [(10, 20)]), media=probe(film))
    picture = _png(film, 12)
    drawn = burning.still(picture, 480, document)
    changed = np.abs(_pixels(drawn) - _pixels(picture)) > 40
    assert changed[90:].sum() > 100
    assert changed[:60].sum() == 0
    assert _pixels(drawn).shape == (180, 320)


@DRAWS
@pytest.mark.parametrize("frame", [9, 20])
def test_a_still_of_a_frame_without_a_cue_is_that_frame(tmp_path: Path, frame: int) -> None:
    film = _film(tmp_path)
    document = replace(_document(Fraction(25), [(10, 20)]), media=probe(film))
    picture = _png(film, frame)
    assert burning.still(picture, frame * 40, document) == picture


def test_pyav_draws_a_still_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(burning, "engines", lambda: ("pyav",))
    monkeypatch.setattr(burning, "_drawing", lambda _: ("drawbox", "x=0:y=ih/2:w=iw:h=ih/2:color=white:t=fill"))
    film = _film(tmp_path)
    document = replace(_document(Fraction(25), [(10, 20)]), media=probe(film))
    drawn = _pixels(burning.still(_png(film, 12), 480, document))
    assert drawn.shape == (180, 320)
    assert drawn[100:].min() > 230
