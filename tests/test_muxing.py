"""Soft subtitles: the media is copied bit for bit, and the tracks say what the document says, when it says it."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import av
import pytest

from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError, MediaError, SettingsError
from plugin_core.formats import Layout
from plugin_core.media import embedded_subtitles, origin, probe
from plugin_core.muxing import mux
from plugin_core.protocol import Progress
from tests.media_fixtures import AudioTrack, Recipe, SubtitleTrack, VideoTrack, bursts, make

CUES = (
    Cue("a", 40, 900, ("你好。", "Hello.")),
    Cue("b", 900, 1700, ("第二行\n下面", "Second\nrow <b> & {x}")),
    Cue("c", 2001, 2999, ("三", "")),
)
DOCUMENT = Document(languages=("zh", "en"), cues=CUES)


def _film(folder: Path, name: str = "film.mp4", start: int = 0, subtitles: tuple[SubtitleTrack, ...] = ()) -> Path:
    sound = AudioTrack(bursts(4, [1]), codec="aac", language="eng")
    return make(folder / name, Recipe([sound], VideoTrack(frames=100, start=start, timecode="01:00:00:00"), subtitles))


def _digests(path: Path) -> dict[tuple[str, int], list[tuple[int, int, str]]]:
    found: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
    zero = origin(path)
    with av.open(str(path)) as container:
        for packet in container.demux([s for s in container.streams if s.type in {"video", "audio"}]):
            if packet.size and packet.pts is not None:
                time = round((packet.pts * packet.time_base - zero) * 1000)
                key = (packet.stream.type, packet.stream.index)
                found.setdefault(key, []).append((time, packet.size, hashlib.sha256(bytes(packet)).hexdigest()))
    return found


def _run(film: Path, out: Path, **options: object) -> list[Progress]:
    return [event for event in mux(film, DOCUMENT, out, **options) if isinstance(event, Progress)]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["out.mp4", "out.mkv", "out.mov"])
@pytest.mark.parametrize("start", [0, 7])
def test_sound_and_picture_are_copied_and_the_tracks_say_what_the_document_says(
    tmp_path: Path, name: str, start: int
) -> None:
    film, out = _film(tmp_path, start=start), tmp_path / name
    events = _run(film, out)
    assert events[-1].done == events[-1].total
    assert _digests(out) == _digests(film)
    streams = probe(out).subtitles
    chinese = "chi" if not name.endswith("mp4") else "zho"
    assert [stream.language for stream in streams] == [chinese, "eng", chinese]
    assert [stream.title for stream in streams] == ["中文", "English", "中文 + English"]
    shown = [embedded_subtitles(out, stream.index) for stream in streams]
    assert shown[0] == [(40, 900, "你好。"), (900, 1700, "第二行\n下面"), (2001, 2999, "三")]
    assert [(a, b) for a, b, _ in shown[1]] == [(40, 900), (900, 1700)]
    assert shown[1][0][2] == "Hello."
    assert shown[2][0][2] == "你好。\nHello."
    assert probe(out).start_timecode == "01:00:00:00"
    assert not list(tmp_path.glob(".*.part"))


def test_a_sample_of_timed_text_holds_the_text_as_it_is(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    _run(_film(tmp_path), out)
    with av.open(str(out)) as container:
        stream = container.streams.subtitles[1]
        bodies = [bytes(packet)[2:].decode() for packet in container.demux(stream) if packet.size > 2]
        assert stream.codec_context.name == "mov_text"
    assert bodies == ["Hello.", "Second\nrow <b> & {x}"]


def test_matroska_takes_our_styles(tmp_path: Path) -> None:
    out = tmp_path / "out.mkv"
    _run(_film(tmp_path), out, codec="ass", layouts=[Layout()])
    with av.open(str(out)) as container:
        stream = container.streams.subtitles[0]
        assert stream.codec_context.codec.canonical_name == "ass"
        assert b"Zimu-zh" in bytes(stream.codec_context.extradata)
        zero = round(origin(out) * 1000)  # Matroska has no negative times: the sound's priming moves everything
        times = [(p.pts - zero, p.duration, bytes(p).split(b",", 8)[-1]) for p in container.demux(stream) if p.size]
    assert [(start, length) for start, length, _ in times] == [(40, 860), (900, 800), (2001, 998)]
    assert times[0][2].decode() == "你好。\\N{\\rZimu-en}Hello."


@pytest.mark.parametrize("name", ["out.mp4", "out.mkv"])
def test_one_track_is_shown_unasked(tmp_path: Path, name: str) -> None:
    film = _film(tmp_path)
    always = name == "out.mp4"
    wanted = {None: [True, False, False], "zh-en": [False, False, True], "": [always, False, False]}
    for default, expected in wanted.items():
        _run(film, tmp_path / name, default=default)
        with av.open(str(tmp_path / name)) as container:
            flags = [bool(s.disposition & av.stream.Disposition.default) for s in container.streams.subtitles]
        assert flags == expected
    with pytest.raises(SettingsError, match="fr"):
        _run(film, tmp_path / name, default="fr")


def test_cues_that_overlap_share_a_sample_in_mp4_and_keep_their_own_in_matroska(tmp_path: Path) -> None:
    document = Document(languages=("en",), cues=(Cue("a", 500, 2500, ("one",)), Cue("b", 1000, 1500, ("two",))))
    film = _film(tmp_path)
    for _ in mux(film, document, tmp_path / "o.mp4"):
        pass
    for _ in mux(film, document, tmp_path / "o.mkv"):
        pass
    index = probe(tmp_path / "o.mp4").subtitles[0].index
    assert embedded_subtitles(tmp_path / "o.mp4", index) == [
        (500, 1000, "one"), (1000, 1500, "one\ntwo"), (1500, 2500, "one"),
    ]  # fmt: skip
    index = probe(tmp_path / "o.mkv").subtitles[0].index
    assert embedded_subtitles(tmp_path / "o.mkv", index) == [(500, 2500, "one"), (1000, 1500, "two")]


def test_subtitles_that_are_there_stay_where_the_container_takes_them(tmp_path: Path) -> None:
    film = _film(tmp_path, subtitles=(SubtitleTrack([(100, 200, "old")], language="fra"),))
    _run(film, tmp_path / "o.mp4", layouts=[Layout("single", ("en",))])
    assert sorted(stream.language for stream in probe(tmp_path / "o.mp4").subtitles) == ["eng", "fra"]
    notes = [event for event in mux(film, DOCUMENT, tmp_path / "o.mkv") if not isinstance(event, Progress)]
    assert [note.message for note in notes] == ["The subtitles in stream 2 (mov_text) cannot lie in matroska."]


def test_leaving_the_loop_leaves_nothing(tmp_path: Path) -> None:
    film = _film(tmp_path)
    before = set(tmp_path.iterdir())
    running = mux(film, DOCUMENT, tmp_path / "out.mp4")
    next(running)
    running.close()
    assert set(tmp_path.iterdir()) == before


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    out.write_bytes(b"old")
    film = make(tmp_path / "film.avi", Recipe([AudioTrack(bursts(1, []), codec="adpcm_ms")], VideoTrack(frames=25)))
    with pytest.raises(MediaError) as caught:
        list(mux(film, DOCUMENT, out))
    assert caught.value.code == "media.cannot-mux"
    assert out.read_bytes() == b"old"
    assert not list(tmp_path.glob(".*.part"))


def test_wrong_wishes_are_refused(tmp_path: Path) -> None:
    film = _film(tmp_path)
    with pytest.raises(SettingsError, match=r"out\.avi"):
        list(mux(film, DOCUMENT, tmp_path / "out.avi"))
    with pytest.raises(SettingsError, match="srt"):
        list(mux(film, DOCUMENT, tmp_path / "out.mp4", codec="srt"))
    with pytest.raises(SettingsError, match="itself"):
        list(mux(film, DOCUMENT, film))
    with pytest.raises(DocumentError):
        list(mux(film, Document(languages=("en",)), tmp_path / "out.mp4"))
    with pytest.raises(MediaError):
        list(mux(tmp_path / "none.mp4", DOCUMENT, tmp_path / "out.mp4"))


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="ffprobe is not on this machine")
@pytest.mark.parametrize("name", ["out.mp4", "out.mkv"])
def test_ffprobe_sees_the_same(tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    _run(_film(tmp_path), out)
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-select_streams", "s", out]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["streams"]
    assert [stream["tags"]["language"] for stream in found][1] == "eng"
    assert [stream["disposition"]["default"] for stream in found] == [1, 0, 0]
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_packets", "-select_streams", "s:0", out]
    packets = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["packets"]
    times = [float(packet["pts_time"]) - float(origin(out)) for packet in packets if int(packet["size"]) > 2]
    assert times == pytest.approx([0.04, 0.9, 2.001], abs=1e-6)
