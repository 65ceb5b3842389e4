"""Sound lies where an editing program plays it, whatever the file does."""

from __future__ import annotations

import math
import os
import tracemalloc
from fractions import Fraction
from pathlib import Path

import av
import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core import audio, mixing, peaks, settings
from plugin_core.errors import MediaError
from tests.media_fixtures import TONE, AudioTrack, Recipe, VideoTrack, bursts, make, onsets

PLACES = [1.0, 2.0, 5.0]
SOUND = bursts(6, PLACES)
NOISY = bursts(6, [1.0, 2.0, 2.5, 5.0]) + np.random.default_rng(0).normal(0, 0.01, 6 * 48_000).astype(np.float32)
NEAR = 2.0  # ms


def _picture(suffix: str, frames: int) -> VideoTrack | None:
    """A transport stream says nothing of its codec's priming, so only a picture fixes its time."""
    return VideoTrack(frames) if suffix == "ts" else None


def heard(path: Path, **options: object) -> list[float]:
    return onsets(audio.read(path, **options))  # type: ignore[arg-type]


def at(*seconds: float) -> object:
    return pytest.approx([1000 * second for second in seconds], abs=NEAR)


# -- time --


@pytest.mark.parametrize(
    "kind",
    [("mkv", "pcm_s16le"), ("mp4", "aac"), ("mov", "pcm_s24le"), ("ts", "mp2"), ("mkv", "libopus")],
    ids="-".join,
)
@pytest.mark.parametrize(("begin", "frame", "shift"), [(0, 0, 0), (1.5, 0, 1.5), (0, 20, -0.8), (0.7, 40, -0.9)])
def test_sound_counts_from_the_first_picture(
    tmp_path: Path, kind: tuple[str, str], begin: float, frame: int, shift: float
) -> None:
    suffix, codec = kind
    recipe = Recipe([AudioTrack(SOUND, start=begin, codec=codec)], VideoTrack(200, start=frame))
    assert heard(make(tmp_path / f"offset.{suffix}", recipe)) == at(*(place + shift for place in PLACES))


def test_a_late_start_is_silence(tmp_path: Path) -> None:
    path = make(tmp_path / "late.mkv", Recipe([AudioTrack(SOUND, start=1.5)], VideoTrack(200)))
    sound = audio.read(path)
    assert not sound[: 1500 * 16].any()
    assert len(sound) == 7500 * 16


@pytest.mark.parametrize(("suffix", "codec"), [("mkv", "pcm_s16le"), ("mp4", "aac"), ("mkv", "libopus")])
def test_a_hole_is_silence_and_moves_nothing(tmp_path: Path, suffix: str, codec: str) -> None:
    track = AudioTrack(SOUND, codec=codec, holes=[(2.5, 3.0), (3.5, 4.5)])
    damage = audio.Damage()
    sound = np.concatenate(list(audio.blocks(make(tmp_path / f"h.{suffix}", Recipe([track])), damage=damage)))
    assert onsets(sound) == at(*PLACES)
    assert damage.silence == pytest.approx(1500, abs=60)


@pytest.mark.parametrize("rate", [8000, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000])
def test_every_rate_is_resampled_without_shift_or_drift(tmp_path: Path, rate: int) -> None:
    track = AudioTrack(bursts(11, [1.0, 10.0], rate), rate)
    sound = audio.read(make(tmp_path / "r.wav", Recipe([track])))
    assert onsets(sound) == at(1.0, 10.0)
    assert len(sound) == 11 * 16_000


@pytest.mark.parametrize(
    "codec", ["pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "pcm_mulaw"]
)
def test_every_sample_format_keeps_its_level(tmp_path: Path, codec: str) -> None:
    sound = audio.read(make(tmp_path / "f.wav", Recipe([AudioTrack(SOUND, codec=codec)])))
    assert onsets(sound) == at(*PLACES)
    assert np.abs(sound).max() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp3", "mp3"), ("a.m4a", "aac"), ("a.opus", "libopus"), ("a.flac", "flac")]
)
def test_a_codecs_priming_moves_nothing(tmp_path: Path, name: str, codec: str) -> None:
    assert heard(make(tmp_path / name, Recipe([AudioTrack(SOUND, codec=codec)]))) == at(*PLACES)


def test_rounded_time_stamps_do_not_add_up(tmp_path: Path) -> None:
    rate = 44_100  # 1024 samples are 23.22 ms, which Matroska stores as 23 or 24
    path = make(tmp_path / "long.mkv", Recipe([AudioTrack(bursts(60, [1, 30, 59], rate), rate, "aac")]))
    damage = audio.Damage()
    sound = np.concatenate(list(audio.blocks(path, damage=damage)))
    assert onsets(sound) == at(1, 30, 59)
    assert damage.silence == 0


def test_a_slow_clock_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "slow.mkv"  # stamps run 0.2 % faster than the samples: after 60 s they are 120 ms ahead
    rate, sound = 48_000, bursts(60, [1, 58])
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=rate, layout="mono")
        for begin in range(0, len(sound), 960):
            frame = av.AudioFrame.from_ndarray(
                (sound[None, begin : begin + 960] * 32767).astype(np.int16), "s16", "mono"
            )
            frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), round(begin * 1.002)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    assert heard(path) == pytest.approx([1002, 58_116], abs=45)


def test_stamps_that_fall_back_to_zero_lose_nothing(tmp_path: Path) -> None:
    one = make(tmp_path / "one.ts", Recipe([AudioTrack(bursts(15, [1.0]), codec="mp2")]))
    path = tmp_path / "two.ts"  # joined on the command line: the second part begins at 0 again
    path.write_bytes(one.read_bytes() * 2)
    found = heard(path)
    assert len(found) == 2
    assert found[1] == pytest.approx(16_000, abs=100)


@hypothesis.settings(max_examples=40)
@given(start=st.integers(0, 6500), length=st.integers(0, 3000), seconds=st.sampled_from([0.01, 0.5, 1.0, 30.0]))
def test_a_part_is_the_same_part_of_the_whole(start: int, length: int, seconds: float) -> None:
    whole = audio.read(_sixteen())
    part = list(audio.blocks(_sixteen(), start=start, end=start + length, seconds=seconds))
    expected = whole[start * 16 : (start + length) * 16]
    found = np.concatenate(part) if part else np.zeros(0, np.float32)
    assert np.array_equal(found, expected)
    assert all(len(block) == round(seconds * 16_000) for block in part[:-1])


def _sixteen() -> Path:
    path = Path(os.environ["ZIMU_HOME"]) / "sixteen.wav"
    return path if path.exists() else make(path, Recipe([AudioTrack(bursts(6, PLACES, 16_000), 16_000)]))


@pytest.mark.parametrize(
    ("suffix", "codec"), [("mp4", "aac"), ("mkv", "libopus"), ("mp3", "mp3"), ("ts", "mp2"), ("flac", "flac")]
)
def test_reading_from_the_middle_keeps_the_time(tmp_path: Path, suffix: str, codec: str) -> None:
    places = [1.0, 10.0, 20.0, 28.0]
    path = make(tmp_path / f"m.{suffix}", Recipe([AudioTrack(bursts(30, places), codec=codec)], _picture(suffix, 750)))
    assert heard(path, start=15_000) == at(5.0, 13.0)
    assert heard(path, start=19_500, end=21_000) == at(0.5)
    assert len(audio.read(path, start=90_000)) == 0


def test_the_middle_of_late_sound_is_silence(tmp_path: Path) -> None:
    path = make(tmp_path / "late.mkv", Recipe([AudioTrack(SOUND, start=20)], VideoTrack(600)))
    sound = audio.read(path, start=10_000, end=21_500)
    assert onsets(sound) == at(11.0)
    assert len(sound) == 11_500 * 16


# -- channels and streams --


@pytest.mark.parametrize(
    ("layout", "alive"),
    [("mono", [0]), ("stereo", [0, 1]), ("stereo", [0]), ("stereo", [1]), ("5.1", [2]), ("5.1", [0, 1]), ("7.1", [2]),
     ("7.1", [0, 1, 2]), ("7.1", [3]), ("7.1", [6]), ("7.1", list(range(8)))],
)  # fmt: skip
def test_the_level_of_speech_does_not_depend_on_the_channels_that_carry_it(
    tmp_path: Path, layout: str, alive: list[int]
) -> None:
    channels = np.stack([SOUND * (i in alive) for i in range(av.AudioLayout(layout).nb_channels)])
    sound = audio.read(make(tmp_path / "c.wav", Recipe([AudioTrack(channels, layout=layout)])))
    assert onsets(sound) == at(*PLACES)
    assert np.abs(sound).max() == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("codec", ["aac", "flac", "libopus"])
def test_eight_planes_are_read_whole(tmp_path: Path, codec: str) -> None:
    channels = np.stack([SOUND * (i == 2) for i in range(8)])
    path = make(tmp_path / "eight.mka", Recipe([AudioTrack(channels, layout="7.1", codec=codec)]))
    assert heard(path) == at(*PLACES)
    assert np.abs(audio.read(path, channel=2)).max() == pytest.approx(0.5, abs=0.03)
    assert np.abs(audio.read(path, channel=0)).max() < 0.01


def test_an_inverted_pair_does_not_cancel(tmp_path: Path) -> None:
    path = make(tmp_path / "inv.wav", Recipe([AudioTrack(np.stack([SOUND, -SOUND]), layout="stereo")]))
    assert np.abs(audio.read(path)).max() == pytest.approx(0.5, abs=0.02)


def test_a_channel_that_opens_late_is_heard(tmp_path: Path) -> None:
    late = bursts(40, [25.0])
    pair = np.stack([bursts(40, [1.0, 39.0]), late])
    assert heard(make(tmp_path / "late.wav", Recipe([AudioTrack(pair, layout="stereo")]))) == at(1, 25, 39)


def test_bass_alone_is_left_out() -> None:
    time = np.arange(48_000) / 48_000
    rumble = np.sin(2 * np.pi * 50 * time)
    voice = np.sin(2 * np.pi * 700 * time)
    window = np.array([voice, voice, voice, rumble, 0 * time, 0 * time], np.float32)
    found = mixing.weights([window], ["FL", "FR", "FC", "LFE", "SL", "SR"])
    assert found[3] == 0
    assert found[:3].sum() == pytest.approx(1)


def test_one_channel_can_be_picked(tmp_path: Path) -> None:
    pair = np.stack([bursts(4, [1.0]), bursts(4, [2.0])])
    path = make(tmp_path / "two.wav", Recipe([AudioTrack(pair, layout="stereo")]))
    assert heard(path) == at(1, 2)
    assert heard(path, channel=0) == at(1)
    assert heard(path, channel=1) == at(2)
    with pytest.raises(MediaError, match="no audio channel 2"):
        audio.blocks(path, channel=2)


def _streams(folder: Path, *tracks: AudioTrack) -> Path:
    return make(folder / "streams.mkv", Recipe(tracks))


def test_the_stream_is_the_language_then_the_default_then_the_first(tmp_path: Path) -> None:
    path = _streams(
        tmp_path,
        AudioTrack(bursts(4, [1.0]), language="fre", default=False),
        AudioTrack(bursts(4, [2.0]), language="chi", default=False),
        AudioTrack(bursts(4, [3.0]), language="eng", default=True),
    )
    assert heard(path) == at(3)
    assert heard(path, language="zh") == at(2)
    assert heard(path, language="en") == at(3)
    assert heard(path, language="de") == at(3)
    assert heard(path, stream=0) == at(1)
    with pytest.raises(MediaError, match=r"no audio stream 5.*0, 1, 2"):
        audio.blocks(path, stream=5)


def test_a_silent_stream_is_passed_over(tmp_path: Path) -> None:
    path = _streams(tmp_path, AudioTrack(0 * SOUND), AudioTrack(0 * SOUND), AudioTrack(SOUND))
    assert audio.track(path).index == 2
    assert audio.track(path, stream=0).index == 0


def test_all_silence_is_silence(tmp_path: Path) -> None:
    path = _streams(tmp_path, AudioTrack(0 * SOUND), AudioTrack(0 * SOUND))
    sound = audio.read(path)
    assert len(sound) == 6 * 16_000
    assert not sound.any()


# -- damage --


def test_damaged_packets_become_silence_of_their_length(tmp_path: Path) -> None:
    path = make(tmp_path / "x.mp4", Recipe([AudioTrack(NOISY, codec="aac")]))
    data = bytearray(path.read_bytes())
    begin = data.index(b"mdat") + len(data) * 6 // 10  # before the last burst
    data[begin : begin + 900] = b"\xff" * 900
    path.write_bytes(data)
    damage = audio.Damage()
    sound = np.concatenate(list(audio.blocks(path, damage=damage)))
    assert damage.packets > 0
    assert damage.silence > 0
    assert {1000.0, 2000.0, 2500.0, 5000.0} <= {round(place, -1) for place in onsets(sound)}
    assert len(sound) == pytest.approx(6 * 16_000, abs=40 * 16)


@pytest.mark.parametrize(
    ("suffix", "codec"), [("mkv", "aac"), ("wav", "pcm_s16le"), ("ts", "mp2"), ("mp3", "mp3"), ("flac", "flac")]
)
def test_a_truncated_file_gives_what_it_has(tmp_path: Path, suffix: str, codec: str) -> None:
    path = make(tmp_path / f"t.{suffix}", Recipe([AudioTrack(NOISY, codec=codec)], _picture(suffix, 150)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    assert heard(path)[:3] == at(1, 2, 2.5)


def test_sound_that_cannot_be_decoded_at_all_says_so(tmp_path: Path) -> None:
    path = make(tmp_path / "x.mp4", Recipe([AudioTrack(SOUND, codec="aac")]))
    data = bytearray(path.read_bytes())
    begin = data.index(b"mdat") + 4
    end = data.index(b"moov") - 4
    data[begin:end] = b"\xff" * (end - begin)
    path.write_bytes(data)
    with pytest.raises(MediaError) as caught:
        audio.read(path)
    assert caught.value.code == "media.cannot-decode"


def test_no_sound_says_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        audio.blocks(make(tmp_path / "silent.mp4", Recipe(video=VideoTrack())))
    assert caught.value.code == "media.no-audio"


def test_not_a_number_becomes_silence(tmp_path: Path) -> None:
    path = make(tmp_path / "nan.wav", Recipe([AudioTrack(SOUND, codec="pcm_f32le")]))
    data = bytearray(path.read_bytes())
    data[-400_000:-399_000] = np.full(250, np.nan, np.float32).tobytes()
    path.write_bytes(data)
    assert np.isfinite(audio.read(path)).all()


def test_memory_does_not_grow_with_the_length(tmp_path: Path) -> None:
    def peak(minutes: int) -> int:
        sound = np.zeros(minutes * 60 * 8000, np.float32)
        path = make(tmp_path / f"{minutes}.wav", Recipe([AudioTrack(sound, 8000, "pcm_u8")]))
        audio.track(path)
        del sound
        tracemalloc.start()
        total = sum(len(block) for block in audio.blocks(path, seconds=5))
        high = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert total == minutes * 60 * 16_000
        return high

    assert peak(3) < peak(1) * 1.2 < 10_000_000


# -- peaks --


def test_peaks_show_the_bursts(tmp_path: Path) -> None:
    found = audio.peaks(make(tmp_path / "p.wav", Recipe([AudioTrack(bursts(6, PLACES, length=0.09))])))
    assert found.duration == 6000
    columns = found.columns(0, 6000, 60)
    loud = [i for i in range(60) if columns[i, 1] > 4000]
    assert loud == [10, 20, 50]
    assert columns[10].tolist() == pytest.approx([-16384, 16384], rel=0.02)


def test_peaks_come_from_the_cache_until_the_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path / "p.wav", Recipe([AudioTrack(SOUND)]))
    first = audio.peaks(path)
    files = list((settings.cache() / "peaks").iterdir())
    assert [file.suffix for file in files] == [".npz"]
    with monkeypatch.context() as patch:
        patch.setattr(audio, "blocks", None)
        second = audio.peaks(path)
    assert all(np.array_equal(a, b) for a, b in zip(first.levels, second.levels, strict=True))
    make(path, Recipe([AudioTrack(bursts(6, [3.0]))]))
    assert audio.peaks(path).columns(3000, 3100, 1)[0, 1] > 1000


@pytest.mark.parametrize("content", [b"", b"junk", b"PK\x03\x04junk"])
def test_a_damaged_peak_file_is_made_again(tmp_path: Path, content: bytes) -> None:
    path = make(tmp_path / "p.wav", Recipe([AudioTrack(SOUND)]))
    audio.peaks(path)
    file = next((settings.cache() / "peaks").iterdir())
    file.write_bytes(content)
    assert audio.peaks(path).duration == 6000
    assert peaks.load(file) is not None


def test_peaks_without_a_cache_folder_still_come(tmp_path: Path) -> None:
    settings.cache().parent.mkdir(exist_ok=True)
    settings.cache().write_text("a file where the folder should be")
    assert audio.peaks(make(tmp_path / "p.wav", Recipe([AudioTrack(SOUND)]))).duration == 6000


@given(
    length=st.integers(0, 40_000), start=st.integers(-500, 3000), span=st.integers(1, 4000), width=st.integers(1, 300)
)
def test_columns_cover_the_extremes_of_their_span(length: int, start: int, span: int, width: int) -> None:
    sound = np.random.default_rng(length).uniform(-1, 1, length).astype(np.float32)
    made = peaks.build([sound])
    columns = made.columns(start, start + span, width)
    assert columns.shape == (width, 2)
    inside = sound[max(0, start * 16) : max(0, (start + span) * 16)]
    if len(inside):
        assert columns[:, 0].min() <= math.floor(inside.min() * 32767) + 1
        assert columns[:, 1].max() >= math.ceil(inside.max() * 32767) - 1
    edges = start + np.arange(width + 1) * span / width
    outside = (edges[1:] <= 0) | (edges[:-1] >= made.duration)
    assert not columns[outside].any()


# -- fingerprint --


def test_a_fingerprint_is_of_the_content_not_the_name(tmp_path: Path) -> None:
    path = make(tmp_path / "a.wav", Recipe([AudioTrack(SOUND)]))
    other = tmp_path / "🎬 乙.wav"
    other.write_bytes(path.read_bytes())
    assert audio.fingerprint(path) == audio.fingerprint(other)
    other.write_bytes(path.read_bytes()[:-1] + b"\x07")
    assert audio.fingerprint(path) != audio.fingerprint(other)


@pytest.mark.parametrize("place", [0, 3 << 20, 12 << 20, -1])
def test_a_large_fingerprint_sees_head_tail_length_and_middle(tmp_path: Path, place: int) -> None:
    data = bytearray(12 << 20)
    path = tmp_path / "large.bin"
    path.write_bytes(data)
    before = audio.fingerprint(path)
    if place == len(data):
        data.append(0)
    else:
        data[place : place + 400_000 if place > 0 else place + 1 or None] = b"\x01" * (400_000 if place > 0 else 1)
    path.write_bytes(data)
    assert audio.fingerprint(path) != before


def test_the_tone_of_the_fixtures_survives(tmp_path: Path) -> None:
    sound = audio.read(make(tmp_path / "a.wav", Recipe([AudioTrack(SOUND)])), start=1000, end=1100)
    assert np.abs(np.fft.rfft(sound)).argmax() * 10 == TONE


# -- real files --


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "ms"),
    [
        ("speech/en/jfk.mp3", 11_000),
        ("speech/en/jfk.flac", 11_000),
        ("speech/vad_silero/test.opus", 8064),
        ("video_speech/auto-editor_example.mp4", 42_400),
        ("video_scenes/big_buck_bunny_0_30.webm", 30_000),
        ("video_scenes/tears-of-steel-battle-clip.webm", 70_542),
    ],
)
def test_real_sound_is_as_long_as_it_says(shared: Path, name: str, ms: int) -> None:
    damage = audio.Damage()
    total = sum(len(block) for block in audio.blocks(shared / name, damage=damage))
    assert total / 16 == pytest.approx(ms, abs=30)
    assert damage.packets == damage.jumps == 0


@pytest.mark.shared
def test_two_encodings_of_one_speech_lie_at_the_same_time(shared: Path) -> None:
    one, two = (audio.read(shared / "speech" / "en" / name)[: 10 * 16_000] for name in ("jfk.flac", "jfk.mp3"))
    spectrum = np.fft.rfft(one, 1 << 19) * np.conj(np.fft.rfft(two, 1 << 19))
    lag = int(np.argmax(np.fft.irfft(spectrum)))
    assert min(lag, (1 << 19) - lag) <= 16 * NEAR
