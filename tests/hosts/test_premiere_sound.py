"""Pieces of what Premiere renders: exact to the sample, in the WAV files that programs really write."""

from __future__ import annotations

import struct
import wave
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.errors import HostError
from premiere_cep import wave_cut
from premiere_cep.wave_cut import cut


def write(
    path: Path, *, frames: int = 48_000, extra: bytes = b"", large: bool = False, extensible: bool = False
) -> None:
    """48 kHz stereo whose samples count up, after the chunks *extra*."""
    samples = np.repeat((np.arange(frames) % 30_000).astype("<i2"), 2).tobytes()
    form = struct.pack("<HHIIHH", 0xFFFE if extensible else 1, 2, 48_000, 192_000, 4, 16)
    form += struct.pack("<HHI16s", 22, 16, 3, b"\1" + b"\0" * 15) if extensible else b""
    chunks = extra + struct.pack("<4sI", b"fmt ", len(form)) + form
    if large:
        chunks = struct.pack("<4sIQQQI", b"ds64", 28, len(samples) + 100, len(samples), frames, 0) + chunks
    size = 0xFFFFFFFF if large else len(samples)
    head = struct.pack("<4sI4s", b"RF64" if large else b"RIFF", size if large else size + len(chunks) + 12, b"WAVE")
    path.write_bytes(head + chunks + struct.pack("<4sI", b"data", size) + samples)


def read(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 48_000, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")[::2]


@given(start=st.integers(0, 1100), length=st.integers(0, 1100))
def test_a_piece_begins_and_ends_at_its_samples(
    tmp_path_factory: pytest.TempPathFactory, start: int, length: int
) -> None:
    path = tmp_path_factory.mktemp("cut") / "sound.wav"
    write(path)
    cut(path, Fraction(start, 1001), Fraction(start + length, 1001))
    first, last = (min(48_000, round(Fraction(at * 48_000, 1001))) for at in (start, start + length))
    assert read(path).tolist() == [value % 30_000 for value in range(first, last)]
    assert [one.name for one in path.parent.iterdir()] == ["sound.wav"]


@pytest.mark.parametrize("large", [False, True])
def test_other_chunks_and_large_files_are_read(tmp_path: Path, large: bool) -> None:
    path = tmp_path / "sound.wav"
    write(path, extra=struct.pack("<4sI", b"bext", 5) + b"12345\0", large=large)
    cut(path, Fraction(1, 10), Fraction(2, 10))
    assert read(path).tolist() == list(range(4800, 9600))


def test_a_file_that_would_be_too_large_for_riff_is_written_as_rf64(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sound.wav"
    write(path)
    monkeypatch.setattr(wave_cut, "_LIMIT", 1000)
    cut(path, Fraction(0), Fraction(1, 2))
    assert path.read_bytes()[:4] == b"RF64"
    cut(path, Fraction(1, 4), Fraction(1, 2))  # it reads what it writes
    assert path.read_bytes()[-2:] == struct.pack("<h", 23_999)


def test_the_format_stays_what_it_was(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    write(path, extensible=True)
    form = path.read_bytes()[12:60]
    cut(path, Fraction(0), Fraction(1, 2))
    assert path.read_bytes()[12:60] == form


def test_a_file_that_ends_early_gives_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    write(path)
    path.write_bytes(path.read_bytes()[:-96_000])
    cut(path, Fraction(1, 4), Fraction(1))
    assert len(read(path)) == 12_000


@pytest.mark.parametrize(
    "content",
    [b"", b"RIFF", b"RIFX\0\0\0\0WAVE", b"RIFF\0\0\0\0AVI ", b"RIFF\0\0\0\0WAVEdata\4\0\0\0abcd", b"RIFF\0\0\0\0",
     b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + b"\0" * 16 + b"data\4\0\0\0abcd"],
)  # fmt: skip
def test_what_is_no_wav_file_is_refused_and_stays(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sound.wav"
    path.write_bytes(content)
    with pytest.raises(HostError, match="no WAV file"):
        cut(path, Fraction(0), Fraction(1))
    assert path.read_bytes() == content
    assert len(list(tmp_path.iterdir())) == 1
