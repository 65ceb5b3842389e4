"""
Make the demo's sample film and its truth.

    python -m models.sample.make OUT.mp4

espeak-ng must be installed. ``truth.json`` is written beside OUT.mp4: who says which sentence from when to when, the
cuts, the sounds and the music, in ms. The made files are committed under ``models/starter/sample``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from models.sample import sounds
from models.sample.scenes import HEIGHT, SCENES, WIDTH, Moment
from models.sample.script import SHOTS, Line, Shot
from models.sample.sounds import RATE, Sound

FPS = 25
FRAME = 1000 // FPS  # ms
PEAK = 10 ** (-1.5 / 20)


@dataclass
class Film:
    """The laid-out film: mono voices per speaker (for the mouths), everything else in stereo, and the truth."""

    voices: dict[str, list[tuple[int, Sound]]] = field(default_factory=lambda: {"woman": [], "man": []})
    effects: list[tuple[int, Callable[[], Sound]]] = field(default_factory=list)
    shots: list[dict[str, Any]] = field(default_factory=list)
    sentences: list[dict[str, Any]] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)
    end: int = 0  # ms


def lay_out() -> Film:
    """Place every sentence and noise after the one before it, and every cut on a frame."""
    film, speaker = Film(), sounds.Speaker()
    for shot in SHOTS:
        begin = now = film.end
        for item in shot.sounds:
            now = _say(film, speaker, item, now + item.pause) if isinstance(item, Line) else _ring(film, item, now)
        film.end = -(-(now + shot.tail) // FRAME) * FRAME
        film.shots.append({"picture": shot.picture, "start": begin, "end": film.end})
        _surround(film, shot, begin)
    return film


def _say(film: Film, speaker: sounds.Speaker, line: Line, start: int) -> int:
    clip = speaker.read(line.text, line.language, line.voice, line.rate)
    shift = start - clip.phones[0][1]
    film.voices[line.speaker].append((shift, clip.audio))
    end = shift + clip.phones[-1][2]
    film.sentences.append(
        {
            "text": line.text,
            "translation": line.translation,
            "language": line.language,
            "start": start,
            "end": end,
            "voice": line.voice,
            "words": [[line.text[first:past], shift + a, shift + b] for first, past, a, b in clip.words],
        }
    )
    return end


def _ring(film: Film, noise: Any, now: int) -> int:
    sound = {"doorbell": sounds.doorbell, "glass": sounds.glass}[noise.kind]()
    start = now + noise.pause
    end = start + round(len(sound) * 1000 / RATE)
    film.effects.append((start, lambda: sound))
    film.marks.append({"kind": "sound", "name": noise.kind, "text": noise.text, "start": start, "end": end})
    return end


def _surround(film: Film, shot: Shot, begin: int) -> None:
    seconds = (film.end - begin) / 1000
    if shot.picture in {"train", "sea"}:
        film.effects.append((begin, partial(getattr(sounds, shot.picture), seconds)))
    if shot.music:
        film.effects.append((begin, partial(sounds.music, seconds)))
        film.marks.append(
            {"kind": "music", "name": "piano", "text": "Soft piano music", "start": begin, "end": film.end}
        )


def mix(film: Film) -> Sound:
    """(2, samples): everything at its place over a breath of room noise, peaks under -1.5 dBFS."""
    length = film.end * RATE // 1000
    sound = np.random.default_rng(1).normal(0, 10 ** (-75 / 20), (2, length)).astype(np.float32)
    effects = [(start, make()) for start, make in film.effects]
    for start, part in (*film.voices["woman"], *film.voices["man"], *effects):
        at = max(0, start * RATE // 1000)
        sound[:, at : at + part.shape[-1]] += part[..., : length - at]
    return sound * min(1.0, PEAK / float(np.abs(sound).max()))


def mouths(film: Film, speaker: str) -> Sound:
    """How open the speaker's mouth is in every frame, 0 to 1."""
    step = RATE // FPS
    sound = np.zeros(film.end * RATE // 1000, np.float32)
    for start, part in film.voices[speaker]:
        at = max(0, start * RATE // 1000)
        sound[at : at + len(part)] += part[: len(sound) - at]
    level = np.sqrt(np.mean(sound.reshape(-1, step) ** 2, axis=1))
    return np.clip(level / 0.12, 0, 1)


def film_truth(film: Film) -> dict[str, Any]:
    """What a perfect subtitler would find, in ms."""
    return {
        "duration": film.end,
        "frame_rate": f"{FPS}/1",
        "cuts": [shot["start"] for shot in film.shots[1:]],
        "shots": film.shots,
        "sentences": film.sentences,
        "marks": sorted(film.marks, key=lambda mark: int(mark["start"])),
    }


def as_text(truth: dict[str, Any]) -> str:
    """JSON with one entry of a list in a row."""
    rows = []
    for key, value in truth.items():
        listed = isinstance(value, list) and value and isinstance(value[0], dict)
        parts = [json.dumps(item, ensure_ascii=False) for item in value] if listed else []
        rows.append(f'"{key}": ' + ("[\n  " + ",\n  ".join(parts) + "\n ]" if listed else json.dumps(value)))
    return "{\n " + ",\n ".join(rows) + "\n}\n"


def encode(film: Film, path: Path) -> None:
    """H.264 (MPEG-4 where libx264 is absent) and AAC, the index in front."""
    import av

    woman, man, sound = mouths(film, "woman"), mouths(film, "man"), mix(film)
    good = "libx264" in av.codecs_available
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as out:
        video = out.add_stream("libx264" if good else "mpeg4", rate=FPS)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.options = {"crf": "27", "preset": "slow", "tune": "animation"} if good else {"b": "220000"}
        audio = out.add_stream("aac", rate=RATE, layout="stereo")
        audio.bit_rate = 96_000
        for number in range(film.end // FRAME):
            shot = next(shot for shot in reversed(film.shots) if number * FRAME >= shot["start"])
            time = (number * FRAME - shot["start"]) / 1000
            progress = 1000 * time / (shot["end"] - shot["start"])
            picture = SCENES[shot["picture"]](Moment(time, progress, float(woman[number]), float(man[number])))
            out.mux(video.encode(av.VideoFrame.from_ndarray(picture.bytes(), format="rgb24")))
            part = np.ascontiguousarray(sound[:, number * RATE // FPS : (number + 1) * RATE // FPS])
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="stereo")
            frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), number * RATE // FPS
            out.mux(audio.encode(frame))
        out.mux(video.encode(None))
        out.mux(audio.encode(None))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0].strip())
    parser.add_argument("out", type=Path, help="the film; truth.json is written beside it")
    out = parser.parse_args().out
    film = lay_out()
    out.parent.mkdir(parents=True, exist_ok=True)
    encode(film, out)
    (out.parent / "truth.json").write_text(as_text(film_truth(film)), encoding="utf-8")
    print(f"{out}: {film.end / 1000:.2f} s, {out.stat().st_size / 1e6:.2f} MB, {len(film.sentences)} sentences")


if __name__ == "__main__":
    main()
