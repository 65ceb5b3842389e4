"""Every frame of a film is seen once, at its place, upright, whatever the file does."""

from __future__ import annotations

import tracemalloc
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from plugin_core import frames, media
from plugin_core.errors import MediaError
from tests.films import Picture, encode, spoilt
from tests.media_fixtures import AudioTrack, Recipe, bursts, make

SIZE = (96, 64)


def numbered(count: int, size: tuple[int, int] = SIZE) -> list[Picture]:
    """Pictures that carry their number as eight black or white stripes."""
    made = []
    for number in range(count):
        bits = [(number >> place) & 1 for place in range(8)]
        row = np.repeat(np.array(bits, np.uint8) * 255, size[0] // 8)
        made.append(np.repeat(np.tile(row, (size[1], 1))[..., None], 3, axis=2))
    return made


def read(picture: Picture) -> int:
    """The number of a picture of ``numbered``."""
    row = picture[picture.shape[0] // 2].mean(axis=1).reshape(8, -1).mean(axis=1)
    return sum(int(level > 127) << place for place, level in enumerate(row))


def seen(path: Path, damage: frames.Damage | None = None) -> list[tuple[int, Fraction, int]]:
    return [(frame.index, frame.time, read(frame.rgb(48, 27))) for frame in frames.look(path, damage=damage)]


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60)], ids=str)
def test_every_frame_once_at_its_exact_time(tmp_path: Path, rate: Fraction) -> None:
    path = encode(tmp_path / "film.mp4", numbered(120), rate=rate)
    assert seen(path) == [(number, number / rate, number) for number in range(120)]


def test_a_variable_rate_keeps_its_times(tmp_path: Path) -> None:
    times = [number + number // 7 for number in range(90)]
    path = encode(tmp_path / "film.mkv", numbered(90), rate=Fraction(25), times=times)
    assert seen(path) == [(number, Fraction(time, 25), number) for number, time in enumerate(times)]


def test_a_delayed_start_counts_from_the_first_picture(tmp_path: Path) -> None:
    path = encode(tmp_path / "film.mkv", numbered(30), start=40)
    assert media.origin(path) == Fraction(40, 25)
    assert seen(path) == [(number, Fraction(number, 25), number) for number in range(30)]


@pytest.mark.parametrize(
    "codec", [("prores_ks", "yuv422p10le", "mov"), ("mpeg4", "yuv420p", "avi"), ("ffv1", "bgr0", "mkv")]
)
def test_ten_bits_and_old_containers(tmp_path: Path, codec: tuple[str, str, str]) -> None:
    name, pixels, suffix = codec
    path = encode(tmp_path / f"film.{suffix}", numbered(20), codec=name, pixels=pixels)
    assert [(index, number) for index, _, number in seen(path)] == [(number, number) for number in range(20)]


def test_interlaced_frames_are_whole_frames(tmp_path: Path) -> None:
    options = {"flags": "+ildct+ilme", "top": "1"}
    path = encode(tmp_path / "film.mpg", numbered(30), codec="mpeg2video", options=options)
    assert [number for _, _, number in seen(path)] == list(range(30))


def _turned(path: Path, degrees: int) -> Path:
    """Write the matrix of a turn (clockwise) into the track header of an MP4."""
    one, minus = (1 << 16).to_bytes(4, "big"), (-(1 << 16)).to_bytes(4, "big", signed=True)
    none, last = bytes(4), (1 << 30).to_bytes(4, "big")
    rows = {
        90: (none, one, none, minus, none, none),
        180: (minus, none, none, none, minus, none),
        270: (none, minus, none, one, none, none),
    }[degrees]
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    data[at : at + 36] = b"".join((*rows, none, none, last))
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(("degrees", "corner"), [(90, (0, -1)), (180, (-1, -1)), (270, (-1, 0))])
def test_a_turned_film_is_shown_upright(tmp_path: Path, degrees: int, corner: tuple[int, int]) -> None:
    """What lies in the upper left of the stored picture is found where the turn takes it."""
    picture = np.zeros((64, 96, 3), np.uint8)
    picture[:20, :20] = 255
    path = _turned(encode(tmp_path / "film.mp4", [picture] * 5), degrees)
    first = next(iter(frames.look(path)))
    assert (first.width, first.height) == ((64, 96) if degrees != 180 else (96, 64))
    shown = first.rgb(first.width // 4, first.height // 4)
    assert shown.shape == (first.height // 4, first.width // 4, 3)
    assert shown[corner].min() > 200
    assert sum(int(shown[row, column].min() > 200) for row in (0, -1) for column in (0, -1)) == 1


def test_stretched_pixels_are_shown_square(tmp_path: Path) -> None:
    path = encode(tmp_path / "film.mp4", numbered(3, (720, 576)), aspect=Fraction(64, 45))
    first = next(iter(frames.look(path)))
    assert (first.width, first.height) == (1024, 576)
    assert first.fitting(256) == (256, 144)
    assert first.small.shape == (144, 256, 3)


def test_a_damaged_frame_is_skipped_and_counted(tmp_path: Path) -> None:
    broken = spoilt(encode(tmp_path / "film.avi", numbered(40), codec="mjpeg", pixels="yuvj420p"), 17, 18)
    damage = frames.Damage()
    found = seen(broken, damage)
    assert [number for _, _, number in found] == [*range(17), *range(19, 40)]
    assert [time for _, time, _ in found] == [Fraction(number, 25) for number in (*range(17), *range(19, 40))]
    assert [index for index, _, _ in found] == list(range(38))
    assert damage.frames == 2


def test_a_cut_off_file_gives_what_it_holds(tmp_path: Path) -> None:
    whole = encode(tmp_path / "film.mkv", numbered(100))
    part = tmp_path / "part.mkv"
    part.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    found = [number for _, _, number in seen(part)]
    assert 10 < len(found) < 100
    assert found == list(range(len(found)))


def test_one_frame_and_a_still(tmp_path: Path) -> None:
    assert seen(encode(tmp_path / "one.mp4", numbered(1))) == [(0, Fraction(0), 0)]
    still = encode(tmp_path / "still.png", numbered(6)[5:], codec="png", pixels="rgb24")
    assert [(index, time, number) for index, time, number in seen(still)] == [(0, Fraction(0), 5)]


def test_cover_art_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    cover = encode(tmp_path / "cover.png", numbered(1), codec="png", pixels="rgb24")
    with av.open(str(path), "w") as out, av.open(str(cover)) as art:
        sound = out.add_stream("mp3", rate=44_100)
        drawn = out.add_stream_from_template(art.streams.video[0])
        drawn.disposition = av.stream.Disposition.attached_pic
        for packet in art.demux(video=0):
            if packet.dts is not None:
                packet.stream = drawn
                out.mux(packet)
        samples = np.zeros((1, 44_100), np.float32)
        frame = av.AudioFrame.from_ndarray(samples, "fltp", "mono")
        frame.sample_rate = 44_100
        out.mux(sound.encode(frame))
        out.mux(sound.encode(None))
    with pytest.raises(MediaError) as raised:
        next(iter(frames.look(path)))
    assert raised.value.code == "media.no-picture"


def test_sound_alone_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = make(tmp_path / "sound.wav", Recipe([AudioTrack(bursts(1, [0.5]))]))
    with pytest.raises(MediaError, match="no picture"):
        list(frames.look(path))


def test_a_size_looks_the_same_whatever_was_asked_before(tmp_path: Path) -> None:
    pictures = [np.random.default_rng(1).integers(0, 255, (360, 640, 3), np.uint8)]
    path = encode(tmp_path / "film.mkv", pictures, codec="ffv1", pixels="bgr0")
    first, again = next(iter(frames.look(path))), next(iter(frames.look(path)))
    again.rgb(320, 180)
    again.rgb(112, 64)
    np.testing.assert_array_equal(first.rgb(48, 27), again.rgb(48, 27))
    assert first.rgb(48, 27) is first.rgb(48, 27)


def test_leaving_the_loop_closes_the_file(tmp_path: Path) -> None:
    path = encode(tmp_path / "film.mp4", numbered(60))
    loop = frames.look(path)
    kept = next(loop)
    loop.close()
    path.unlink()
    assert read(kept.rgb(48, 27)) == 0


def test_a_long_film_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = encode(tmp_path / f"{count}.mp4", (numbered(1)[0] for _ in range(count)))
        tracemalloc.start()
        for frame in frames.look(path):
            frame.rgb(48, 27)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(20)
    assert peak(1500) < 2 * peak(100) + 100_000


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts", "avi"])
def test_a_frame_is_found_by_its_time(tmp_path: Path, suffix: str) -> None:
    codec = "mpeg4" if suffix == "avi" else "libx264"
    path = encode(tmp_path / f"film.{suffix}", numbered(200), rate=Fraction(30000, 1001), codec=codec)
    asked = [0, 5000, 1001, 1034, 1035, 6640, 9_000_000, 33]
    shown = [read(frame.rgb(48, 27)) for frame in frames.at(path, asked)]
    assert shown == [0, 149, 30, 31, 31, 199, 199, 1]
