"""Banks of single sounds to mix from: spoken sentences, music, singing, recorded and played events.

    python -m models.sounds.banks --corpus cmn_2023.txt --esc10 ESC-10 --out /somewhere/banks

A bank is ``NAME.npy`` (int16, 16 kHz, all clips behind one another) and ``NAME.json``, one row a clip: ``name`` (its
class), ``at`` and ``length`` (samples), ``fold`` (1 to 5 for ESC-10, 0 to train with, -1 for tests only), and ``heard``
where the clip is not heard all along: [start, end) samples of its active parts.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.sounds import music
from models.sounds.acoustics import RATE, Audio, Chance, choose, count, peak, power, wandering
from models.sounds.living import voiced
from models.speech.data import FLITE_HELD_OUT, HELD_OUT, MANDARIN, Sentence, corpus, read, sentences, trimmed
from models.speech.voices import Espeak, Flite, festival

ESC10 = (
    "dog", "rain", "sea", "baby", "clock", "sneeze", "helicopter", "chainsaw", "rooster", "fire",
)  # fmt: skip
JOINED = {"dog": 250, "baby": 400, "clock": 1100, "sneeze": 200, "rooster": 300}  # ms: shorter pauses belong to it
ORDER = 18  # of the linear prediction that makes speech sing
GM_EVENTS = {"birds": 123, "phone": 124, "helicopter": 125, "applause": 126, "gunshot": 127, "sea": 122, "whistle": 78,
             "bell": 14}  # fmt: skip  # General MIDI programs


@dataclass(frozen=True, slots=True)
class Row:
    """One clip of a bank."""

    name: str
    at: int
    length: int
    fold: int = 0
    heard: tuple[tuple[int, int], ...] = ()
    source: str = ""


class Bank:
    """A bank on disk, mapped into memory."""

    def __init__(self, folder: Path, name: str) -> None:
        self.samples = np.load(folder / f"{name}.npy", mmap_mode="r")
        rows = json.loads((folder / f"{name}.json").read_text("utf-8"))
        self.rows = [Row(**{**row, "heard": tuple(tuple(part) for part in row["heard"])}) for row in rows]

    def audio(self, row: Row) -> Audio:
        """The clip, full scale = 1."""
        return np.asarray(self.samples[row.at : row.at + row.length], np.float32) / 32768


def write(folder: Path, name: str, clips: Iterable[tuple[Audio, Row]]) -> int:
    """Write a bank; returns its seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    parts, rows, at = [], list[Row](), 0
    for audio, row in clips:
        parts.append(np.clip(audio * 32767, -32768, 32767).astype(np.int16))
        rows.append(Row(row.name, at, len(audio), row.fold, row.heard, row.source))
        at += len(audio)
    np.save(folder / f"{name}.npy", np.concatenate(parts))
    (folder / f"{name}.json").write_text(json.dumps([asdict(row) for row in rows]), "utf-8")
    return at // RATE


# -- speech and singing --


def speech(corpus_file: Path, clips: int, seed: int) -> Iterator[tuple[Audio, Row]]:
    """Sentences of the training part in training voices (fold 0), of the test part in held-out voices (fold -1)."""
    chance, espeak, flite = random.Random(seed), Espeak(), Flite()
    parts = corpus(str(corpus_file))
    known = sentences(parts.train)
    for sentence in chance.sample(known, clips):
        clip = read(sentence, espeak, flite, chance)
        clip = trimmed(clip) if clip else None
        if clip is not None:
            yield peak(clip.audio), Row("speech", 0, 0, 0, source=clip.voice)
    english = [sentence.text for sentence in chance.sample(known, clips // 5) if sentence.language == "en"]
    for number, voice in enumerate(("kal_diphone", "ked_diphone")):
        for clip in festival(english[number::2][:60], voice):
            yield peak(clip.audio), Row("speech", 0, 0, 0, source=voice)
    yield from _held_out_speech(sentences(parts.test), clips // 6, espeak, flite, chance)


def _held_out_speech(
    known: Sequence[Sentence], clips: int, espeak: Espeak, flite: Flite, chance: random.Random
) -> Iterator[tuple[Audio, Row]]:
    for sentence in chance.sample(known, clips):
        voices = [voice for voice in HELD_OUT if voice.startswith(MANDARIN) == (sentence.language == "zh")]
        if sentence.language == "en" and chance.random() < 0.4:
            clip = flite.say(sentence.text, FLITE_HELD_OUT, chance.uniform(0.9, 1.2))
        else:
            clip = espeak.say(sentence.text, sentence.language, chance.choice(voices), rate=chance.randint(130, 200))
        clip = trimmed(clip) if clip else None
        if clip is not None:
            yield peak(clip.audio), Row("speech", 0, 0, -1, source=clip.voice)


def sung(chance: Chance, spoken: Audio) -> Audio:
    """
    Speech made to sing: the spectral envelope of linear prediction, stretched in time, over a melody's pitch.

    Voiced frames are driven by harmonics with vibrato, hissing ones by noise, as a vocoder does.
    """
    size, hop, frame = 512, 128, 400
    windows = np.lib.stride_tricks.sliding_window_view(spoken, frame)[::hop] * np.hanning(frame).astype(np.float32)
    envelope = _envelopes(windows, size)
    hissing = _hissing(windows)
    stretch = chance.uniform(1.5, 3.2)
    places = np.arange(0, len(envelope) - 1, 1 / stretch)
    seconds = len(places) * hop / RATE
    pitch = _melody(chance, seconds)
    drive = np.zeros(len(pitch) + size, np.float32)
    drive[: len(pitch)] = _pulses(pitch)
    drive += 0.02 * chance.standard_normal(len(drive)).astype(np.float32)
    hiss = chance.standard_normal(len(drive)).astype(np.float32) * 0.3
    sound = np.zeros(len(drive) + size, np.float32)
    window = np.hanning(2 * hop + 1)[:-1].astype(np.float32)
    for number, place in enumerate(places):
        row, at = round(place), number * hop
        source = hiss if hissing[row] else drive
        piece = np.fft.irfft(np.fft.rfft(source[at : at + 2 * hop] * window, size) * envelope[row], size)
        sound[at : at + size] += piece.astype(np.float32)
    return peak(sound[: count(seconds)])


def _envelopes(windows: npt.NDArray[np.float32], size: int) -> npt.NDArray[np.float64]:
    """The gain and all-pole response of every frame (Levinson's recursion for all frames at once)."""
    spectrum = np.abs(np.fft.rfft(windows, 1024)) ** 2
    lags = np.fft.irfft(spectrum)[:, : ORDER + 1]
    lags[:, 0] = lags[:, 0] * 1.0001 + 1e-9
    filters, error = np.zeros((len(windows), ORDER + 1)), lags[:, 0].copy()
    filters[:, 0] = 1
    for order in range(1, ORDER + 1):
        reflection = -np.sum(filters[:, :order] * lags[:, order:0:-1], 1) / error
        before = filters[:, : order + 1].copy()
        filters[:, : order + 1] += reflection[:, None] * before[:, ::-1]
        error *= 1 - reflection**2
    response = 1 / np.maximum(np.abs(np.fft.rfft(filters, size)), 1e-3)
    return np.asarray(np.sqrt(np.maximum(error, 0))[:, None] * response)


def _hissing(windows: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Frames with most of their power above 3 kHz."""
    spectrum = np.abs(np.fft.rfft(windows, 512)) ** 2
    return np.asarray(spectrum[:, 96:].sum(1) > spectrum[:, :96].sum(1))


def _melody(chance: Chance, seconds: float) -> npt.NDArray[np.float64]:
    """A pitch that holds notes of a scale, slides between them and trembles."""
    base, length = choose(chance, 110, 330), chance.uniform(0.2, 0.8)
    scale = np.array([0, 2, 4, 5, 7, 9, 11, 12] if chance.random() < 0.6 else [0, 2, 3, 5, 7, 8, 10, 12])
    walk = np.clip(np.cumsum(chance.choice([-2, -1, 0, 1, 1, 2, -1], int(seconds / length) + 2)) + 3, 0, 7)
    notes = np.repeat(base * 2 ** (scale[walk] / 12), count(length))[: count(seconds)]
    smooth = np.ones(count(0.04)) / count(0.04)
    slid = np.convolve(np.pad(notes, count(0.02), "edge"), smooth, "valid")[: len(notes)]
    slid = np.pad(slid, (0, len(notes) - len(slid)), "edge")
    at = np.arange(len(notes)) / RATE
    depth = chance.uniform(0.003, 0.025)
    drift = 0.004 * wandering(chance, seconds, 3)[: len(notes)]
    return np.asarray(slid * (1 + depth * np.sin(2 * np.pi * chance.uniform(4.5, 6.5) * at) + drift))


def _pulses(pitch: npt.NDArray[np.float64]) -> Audio:
    """One pulse a period, placed between the samples."""
    phase = np.cumsum(pitch) / RATE
    turns = np.flatnonzero(np.diff(np.floor(phase)) > 0)
    sound = np.zeros(len(pitch), np.float32)
    part = ((phase[turns + 1] - np.floor(phase[turns + 1])) / (pitch[turns + 1] / RATE)).astype(np.float32)
    height = np.sqrt(RATE / pitch[turns]).astype(np.float32)
    sound[turns + 1] += (1 - part) * height
    sound[turns] += part * height
    return sound


def singing(folder: Path, clips: int, seed: int) -> Iterator[tuple[Audio, Row]]:
    """Two thirds vocoded sentences, a third vowels; held-out ones from held-out voices."""
    chance, spoken = np.random.default_rng(seed), Bank(folder, "speech")
    for fold, number in ((0, clips), (-1, clips // 6)):
        rows = [row for row in spoken.rows if row.fold == fold and row.length > RATE]
        for _ in range(number):
            if chance.random() < 0.7:
                sound = sung(chance, spoken.audio(rows[int(chance.integers(len(rows)))]))
            else:
                pitch, seconds = _melody(chance, 4.0), chance.uniform(0.3, 1.0)
                pieces = [pitch[at : at + count(seconds)] for at in range(0, len(pitch), count(seconds))]
                vowels = [str(vowel) for vowel in chance.choice(list("aeiou"), len(pieces))]
                stretch = chance.uniform(0.9, 1.2)
                parts = [
                    voiced(chance, track, vowel, stretch, 0.05) for track, vowel in zip(pieces, vowels, strict=True)
                ]
                sound = peak(np.concatenate(parts))
            yield sound[: 8 * RATE], Row("singing", 0, 0, fold)


# -- music and played events --


def played(pieces: int, seconds: float, seed: int) -> Iterator[tuple[Audio, Row]]:
    """Pieces in every mood; a sixth more, by held-out instruments, for tests."""
    chance = random.Random(seed)
    with music.Player() as player:
        for fold, number in ((0, pieces), (-1, pieces // 6)):
            for index in range(number):
                piece = music.compose(chance, seconds, mood=music.MOODS[index % 4], held_out=fold < 0)
                sound = player.play(piece)
                if power(sound) > 1e-5:
                    yield sound, Row("music", 0, 0, fold, source=f"{piece.mood} {piece.tempo:g}")


def general_midi(clips: int, seed: int) -> Iterator[tuple[Audio, Row]]:
    """The effect programs of General MIDI, as events."""
    chance = random.Random(seed)
    with music.Player() as player:
        for name, program in GM_EVENTS.items():
            for _ in range(clips):
                seconds = chance.uniform(1.0, 4.0)
                piece = music.Piece(seconds + 0.5, 100, 0, "major", "calm", 4, programs={0: program})
                keys = [chance.randint(48, 76)]
                if name == "whistle":
                    keys = [chance.randint(72, 92) for _ in range(chance.randint(2, 8))]
                elif name in {"gunshot", "bell"}:
                    keys = [chance.randint(45, 80)] * chance.randint(1, 3)
                step = seconds / len(keys)
                for number, key in enumerate(keys):
                    piece.notes.append(
                        music.Note(number * step, (number + 0.95) * step, key, chance.randint(60, 127), 0)
                    )
                sound = player.play(piece)
                if power(sound) > 1e-6:
                    yield sound, Row(name, 0, 0, 0, active(sound, 400), source=f"General MIDI {program}")


# -- recordings --


def active(sound: Audio, joined: int, depth: float = 26.0) -> tuple[tuple[int, int], ...]:
    """
    The parts of a clip where it is heard: 10 ms rows within *depth* dB of its loud rows and over its own background.

    Pauses shorter than *joined* ms belong to it; parts under 20 ms do not count.
    """
    rows = len(sound) // 160
    level = 10 * np.log10(np.mean(np.square(sound[: rows * 160].reshape(rows, 160)), 1) + 1e-10)
    loud, floor = np.percentile(level, 98), np.percentile(level, 10)
    threshold = max(loud - depth, floor + 0.35 * (loud - floor) if loud - floor > 12 else -200.0, -75.0)
    found: list[list[int]] = []
    for row in np.flatnonzero(level > threshold):
        if found and row - found[-1][1] <= joined // 10:
            found[-1][1] = int(row) + 1
        else:
            found.append([int(row), int(row) + 1])
    return tuple((160 * a, 160 * b) for a, b in found if b - a >= 2)


def esc10(folder: Path) -> Iterator[tuple[Audio, Row]]:
    """The 400 recordings, 5 s each (CC BY 3.0), with their folds and active parts."""
    for path in sorted(folder.glob("0*/*.ogg")):
        name = ESC10[int(path.parent.name[:3]) - 1]
        command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "s16le", "-ac", "1", "-ar", str(RATE), "-"]
        raw = np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.int16)
        sound = raw.astype(np.float32) / 32768
        heard = active(sound, JOINED.get(name, 2000), 26.0 if name in JOINED else 60.0)
        yield sound, Row(name, 0, 0, int(path.name[0]), heard, path.name)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="Tatoeba export of models.training.corpus")
    parser.add_argument("--esc10", type=Path, required=True, help="folder of ESC-10")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--speech", type=int, default=1500, help="sentences")
    parser.add_argument("--music", type=int, default=180, help="pieces of 20 s")
    parser.add_argument("--singing", type=int, default=260, help="clips")
    options = parser.parse_args(arguments)
    print("recordings", write(options.out, "esc10", esc10(options.esc10)), "s", flush=True)
    print("played events", write(options.out, "midi", general_midi(24, 1)), "s", flush=True)
    print("speech", write(options.out, "speech", speech(options.corpus, options.speech, 2)), "s", flush=True)
    print("singing", write(options.out, "singing", singing(options.out, options.singing, 3)), "s", flush=True)
    print("music", write(options.out, "music", played(options.music, 20.0, 4)), "s", flush=True)


if __name__ == "__main__":
    main()
