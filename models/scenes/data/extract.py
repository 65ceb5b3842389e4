"""
What a film gives the recogniser, for every key frame: picture, sound and text, aligned by the film's own time.

    python -m models.scenes.data.extract FILM.mp4 --subtitles FILM.srt --out KEYFRAMES/film

Pictures come from ``plugin_core.frames``, sound from ``plugin_core.audio``, text from any subtitle file that
``plugin_core.formats`` reads. Key frame n is the picture shown at n / rate seconds; its sound and its text are those of
the time until the next. What a film does not have is missing, not empty: ``sound`` and ``texts`` are then None.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from plugin_core import audio, formats
from plugin_core.document import Document
from plugin_core.errors import DocumentError, MediaError

SIZE = (112, 64)
RATE = 1.0


@dataclass(frozen=True)
class KeyFrames:
    """
    A film by its key frames. *pictures* [N, height, width, 3] uint8 RGB; *times* [N] ms; *sound* [N, samples a key
    frame] float32 at 16 kHz or None; *texts* a text each or None; *damaged* frames could not be decoded.
    """

    film: str
    pictures: npt.NDArray[np.uint8]
    times: npt.NDArray[np.int64]
    sound: npt.NDArray[np.float32] | None
    texts: tuple[str, ...] | None
    rate: float = RATE
    damaged: int = 0

    def __len__(self) -> int:
        return len(self.pictures)


def extract(
    path: Path, *, subtitles: Path | None = None, rate: float = RATE, size: tuple[int, int] = SIZE
) -> KeyFrames:
    """MediaError if there is no picture; DocumentError if the subtitles cannot be read."""
    from plugin_core import frames

    document = formats.read(subtitles) if subtitles else None
    damage, exact = frames.Damage(), Fraction(rate).limit_denominator(1000)
    pictures: list[npt.NDArray[np.uint8]] = []
    times: list[int] = []
    latest: frames.Frame | None = None
    for frame in frames.look(path, damage=damage):
        while latest is not None and len(pictures) / exact < frame.time:  # it is shown until now
            pictures.append(latest.rgb(*size))
            times.append(latest.ms)
        latest = frame
    while latest is not None and len(pictures) / exact <= latest.time:
        pictures.append(latest.rgb(*size))
        times.append(latest.ms)
    count = len(pictures)
    heard = _sound(path, count, rate)
    texts = None if document is None else tuple(text_between(document, n / rate, (n + 1) / rate) for n in range(count))
    return KeyFrames(path.stem, np.stack(pictures), np.array(times, np.int64), heard, texts, rate, damage.frames)


def _sound(path: Path, count: int, rate: float) -> npt.NDArray[np.float32] | None:
    try:
        whole = audio.read(path, end=round(count / rate * 1000))
    except MediaError as error:
        if error.code == "media.no-audio":
            return None
        raise
    size = round(audio.RATE / rate)
    wanted = count * size
    return np.pad(whole, (0, max(0, wanted - len(whole))))[:wanted].reshape(count, size)


def text_between(document: Document, start: float, end: float) -> str:
    """The first column's text of all cues that are on between two times (s)."""
    on = [cue.texts[0] for cue in document.cues if cue.start < end * 1000 and cue.end > start * 1000]
    return " ".join(text.replace("\n", " ") for text in on)


def save(found: KeyFrames, folder: Path) -> None:
    """``keyframes.npz`` and ``keyframes.json``; the JSON comes last, so that a folder without it is not complete."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, npt.NDArray[np.generic]] = {"pictures": found.pictures, "times": found.times}
    if found.sound is not None:
        arrays["sound"] = np.round(found.sound * 32767).astype(np.int16)
    np.savez(folder / "keyframes.npz", allow_pickle=False, **arrays)
    table = {"film": found.film, "rate": found.rate, "texts": found.texts, "damaged": found.damaged}
    (folder / "keyframes.json").write_text(json.dumps(table, ensure_ascii=False) + "\n", encoding="utf-8")


def load(folder: Path) -> KeyFrames:
    """What ``save`` wrote; DocumentError if it is not there or not complete."""
    try:
        table = json.loads((folder / "keyframes.json").read_text("utf-8"))
        with np.load(folder / "keyframes.npz", allow_pickle=False) as file:
            sound = file["sound"].astype(np.float32) / 32767 if "sound" in file else None
            texts = None if table["texts"] is None else tuple(table["texts"])
            return KeyFrames(
                table["film"], file["pictures"], file["times"], sound, texts, table["rate"], table["damaged"]
            )
    except (OSError, KeyError, ValueError) as error:
        hint = "Extract the film again."
        raise DocumentError("keyframes.broken", f"{folder.name} has no key frames that can be read.", hint) from error


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("film", type=Path)
    parser.add_argument("--subtitles", type=Path)
    parser.add_argument("--rate", type=float, default=RATE, help="key frames a second")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    found = extract(options.film, subtitles=options.subtitles, rate=options.rate)
    save(found, options.out)
    parts = [f"{len(found)} key frames", "sound" if found.sound is not None else "no sound"]
    parts += ["text" if found.texts is not None else "no text", f"{found.damaged} frames damaged"]
    print(", ".join(parts))


if __name__ == "__main__":
    main()
