"""What probe says of awkward media, and the sentence it says when there is nothing to say."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from plugin_core import media
from plugin_core.clock import FrameRate
from plugin_core.errors import MediaError
from tests.media_fixtures import AudioTrack, Recipe, SubtitleTrack, VideoTrack, bursts, make

TONE = bursts(3, [1.0])


@pytest.mark.parametrize(
    "fps", ["24000/1001", "24", "25", "30000/1001", "30", "48000/1001", "48", "50", "60000/1001", "60", "120"]
)
@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_rates_are_exact(tmp_path: Path, fps: str, suffix: str) -> None:
    path = make(tmp_path / f"rate.{suffix}", Recipe(video=VideoTrack(rate=Fraction(fps), size=(32, 32))))
    found = media.probe(path)
    assert found.frame_rate == FrameRate(Fraction(fps))
    assert not found.variable_rate


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
@pytest.mark.parametrize("frames", [60, 300])
def test_a_variable_rate_is_called_variable(tmp_path: Path, suffix: str, frames: int) -> None:
    kept = [number for number in range(frames) if number % 7 not in (2, 3)]
    found = media.probe(make(tmp_path / f"vfr.{suffix}", Recipe(video=VideoTrack(times=kept))))
    assert found.variable_rate
    assert found.frame_rate == FrameRate(Fraction(25))


def test_a_timecode_track_gives_the_start_and_the_drop_flag(tmp_path: Path) -> None:
    video = VideoTrack(rate=Fraction(30000, 1001), timecode="01:00:00;02")
    found = media.probe(make(tmp_path / "tc.mov", Recipe(video=video)))
    assert found.start_timecode == "01:00:00;02"
    assert found.frame_rate == FrameRate(Fraction(30000, 1001), drop=True)


def test_a_timecode_with_a_colon_does_not_drop(tmp_path: Path) -> None:
    video = VideoTrack(rate=Fraction(30000, 1001), timecode="10:00:00:00")
    found = media.probe(make(tmp_path / "tc.mov", Recipe(video=video)))
    assert found.start_timecode == "10:00:00:00"
    assert found.frame_rate == FrameRate(Fraction(30000, 1001))


@pytest.mark.parametrize("kind", [("mkv", "pcm_s16le"), ("mp4", "aac"), ("ts", "mp2")], ids="-".join)
@pytest.mark.parametrize(("audio", "video", "start"), [(1.5, 0, 1500), (0, 20, -800), (0, 0, 0)])
def test_the_start_of_the_sound_counts_from_the_first_picture(
    tmp_path: Path, kind: tuple[str, str], audio: float, video: int, start: int
) -> None:
    suffix, codec = kind
    recipe = Recipe([AudioTrack(TONE, start=audio, codec=codec)], VideoTrack(125, start=video))
    found = media.probe(make(tmp_path / f"offset.{suffix}", recipe))
    assert found.audio[0].start == pytest.approx(start, abs=25)  # a codec's priming: at most one frame of 21 to 24 ms
    assert found.duration == pytest.approx(5000, abs=1)


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp3", "mp3"), ("a.m4a", "aac"), ("a.opus", "libopus"), ("a.wav", "pcm_s16le")]
)
def test_priming_does_not_delay_a_file_that_is_only_sound(tmp_path: Path, name: str, codec: str) -> None:
    found = media.probe(make(tmp_path / name, Recipe([AudioTrack(TONE, codec=codec)])))
    assert found.audio[0].start == 0
    assert found.duration == pytest.approx(3000, abs=60)
    assert found.frame_rate is None
    assert (found.width, found.height) == (0, 0)


def test_streams_keep_their_index_language_and_title(tmp_path: Path) -> None:
    recipe = Recipe(
        [
            AudioTrack(TONE, codec="aac", language="eng", title="Interview", default=False),
            AudioTrack(bursts(3, [1.0], 44_100), 44_100, codec="aac", language="chi", default=True),
        ],
        VideoTrack(75, size=(320, 240)),
        [SubtitleTrack([(500, 1500, "Hi")], "subrip", "por")],
    )
    found = media.probe(make(tmp_path / "many.mkv", recipe))
    assert [(s.index, s.codec, s.sample_rate, s.channels, s.language, s.title, s.default) for s in found.audio] == [
        (1, "aac", 48_000, 1, "eng", "Interview", False),
        (2, "aac", 44_100, 1, "chi", "", True),
    ]
    assert [(s.index, s.codec, s.language) for s in found.subtitles] == [(3, "subrip", "por")]
    assert (found.width, found.height) == (320, 240)


@pytest.mark.parametrize(("suffix", "codec"), [("mp4", "mov_text"), ("mkv", "subrip"), ("mkv", "ass")])
def test_embedded_subtitles_come_out_as_plain_text(tmp_path: Path, suffix: str, codec: str) -> None:
    cues = [(500, 1500, "Hello\nyou"), (2000, 3000, "你好，世界")]
    recipe = Recipe([AudioTrack(TONE, codec="aac")], VideoTrack(100), [SubtitleTrack(cues, codec)])
    path = make(tmp_path / f"subs.{suffix}", recipe)
    assert media.embedded_subtitles(path, media.probe(path).subtitles[0].index) == cues


def test_embedded_subtitles_count_from_the_first_picture(tmp_path: Path) -> None:
    recipe = Recipe([AudioTrack(TONE)], VideoTrack(100, start=25), [SubtitleTrack([(2000, 3000, "x")], "subrip")])
    path = make(tmp_path / "subs.mkv", recipe)
    assert media.embedded_subtitles(path, 2) == [(1000, 2000, "x")]


def test_override_tags_and_hard_spaces_go() -> None:
    assert media.plain_text(r"0,0,Default,,0,0,0,,{\i1}It's, well,\hhere{\i0}\Nnow") == "It's, well, here\nnow"


def test_a_missing_subtitle_stream_names_those_there_are(tmp_path: Path) -> None:
    path = make(tmp_path / "s.mkv", Recipe(video=VideoTrack(), subtitles=[SubtitleTrack([(0, 900, "x")], "subrip")]))
    with pytest.raises(MediaError, match=r"has no subtitle stream 7.*It has: 1"):
        media.embedded_subtitles(path, 7)


@pytest.mark.parametrize("name", ["a b.mkv", "片段 一.mkv", "🎬 final (2).mkv", "100%d.mkv", "http:x.mkv", "-i.mkv"])
def test_any_file_name_opens(tmp_path: Path, name: str) -> None:
    made = make(tmp_path / "plain.mkv", Recipe([AudioTrack(TONE)]))
    assert media.probe(made.rename(tmp_path / name)).duration == 3000


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = make(tmp_path / "x.mkv", Recipe([AudioTrack(TONE)], VideoTrack(50)))
    assert media.probe(path).audio[0].start == 0
    make(path, Recipe([AudioTrack(TONE, start=2.0)], VideoTrack(50)))
    assert media.probe(path).audio[0].start == 2000


# -- bad input: a code, a cause and what to do --


def _code(path: Path) -> str:
    with pytest.raises(MediaError) as caught:
        media.probe(path)
    assert caught.value.message.endswith(".")
    assert caught.value.hint.endswith(".")
    return caught.value.code


def test_missing_empty_and_folder_say_so(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    assert _code(tmp_path / "nowhere.mp4") == "media.missing"
    assert _code(tmp_path / "empty.mp4") == "media.empty"
    assert _code(tmp_path) == "media.is-folder"
    assert _code(Path("nul\0.mp4")) == "media.cannot-open"


@pytest.mark.parametrize(
    "content",
    [b"To be, or not to be\n" * 50, bytes(5000), np.random.default_rng(1).bytes(9000), b"PK\x03\x04" + bytes(900)],
    ids=["text", "zeros", "noise", "zip"],
)
@pytest.mark.parametrize("suffix", ["mp4", "txt", "bin", "mp3", "wav"])
def test_what_is_not_media_says_so(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"thing.{suffix}"
    path.write_bytes(content)
    assert _code(path) == "media.not-media"


def test_subtitles_are_sent_to_translate(tmp_path: Path) -> None:
    path = tmp_path / "film.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n")
    with pytest.raises(MediaError, match="zimu translate"):
        media.probe(path)


def test_a_playlist_cannot_reach_the_network_or_other_files(tmp_path: Path) -> None:
    other = make(tmp_path / "other.ts", Recipe([AudioTrack(TONE, codec="mp2")]))
    for name, content in {
        "net.m3u8": "#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
        "list.ffconcat": f"ffconcat version 1.0\nfile '{other}'\n",
    }.items():
        (tmp_path / name).write_text(content)
        assert _code(tmp_path / name) == "media.not-media"


def test_a_recording_that_was_never_finished_says_so(tmp_path: Path) -> None:
    whole = make(tmp_path / "whole.mp4", Recipe([AudioTrack(TONE, codec="aac")], VideoTrack(75))).read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole[: whole.index(b"moov") - 100])
    assert _code(path) == "media.unfinished"


def test_protected_media_say_so(tmp_path: Path) -> None:
    key = {"encryption_scheme": "cenc-aes-ctr", "encryption_key": "00" * 16, "encryption_kid": "11" * 16}
    path = make(tmp_path / "cenc.mp4", Recipe([AudioTrack(TONE, codec="aac")], VideoTrack(75), options=key))
    assert _code(path) == "media.encrypted"
    plain = make(tmp_path / "plain.m4a", Recipe([AudioTrack(TONE, codec="aac")], format="mp4"))
    for tag in (b"drms", b"enca", b"aavd"):
        path.write_bytes(plain.read_bytes().replace(b"mp4a", tag))
        assert _code(path) == "media.encrypted"


# -- real files --


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "duration", "rate", "start"),
    [
        ("video_speech/auto-editor_example.mp4", 42_400, "30", 0),
        ("video_speech/auto-editor_webvtt.mkv", 2000, "20", -23),
        ("video_scenes/pyscenedetect/delayed_start.mp4", 960, "25", None),
        ("video_scenes/pyscenedetect/goldeneye-vfr-drop3.mp4", 9968, "24000/1001 variable", None),
        ("video_scenes/pyscenedetect/testvideo.mp4", 24_023, "30000/1001", None),
        ("video_scenes/pyscenedetect/issue-236-split-copy.mkv", 2017, "24000/1001", 12),
        ("video_scenes/tears-of-steel-battle-clip.webm", 70_542, "24", 3),
        ("speech/en/jfk.mp3", 11_000, None, 0),
        ("speech/vad_silero/test.opus", 8070, None, 0),
    ],
)
def test_real_files(shared: Path, name: str, duration: int, rate: str | None, start: int | None) -> None:
    found = media.probe(shared / name)
    assert found.duration == duration
    assert found.variable_rate == bool(rate and "variable" in rate)
    assert found.frame_rate == (FrameRate(Fraction(rate.split()[0])) if rate else None)
    assert (found.audio[0].start if found.audio else None) == start


@pytest.mark.shared
@pytest.mark.parametrize("name", ["auto-editor_mov_text.mp4", "auto-editor_webvtt.mkv"])
def test_real_embedded_subtitles(shared: Path, name: str) -> None:
    path = shared / "video_speech" / name
    assert media.embedded_subtitles(path, 2) == [(523, 1016, "oop"), (1523, 1916, "boop")]
