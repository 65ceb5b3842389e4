"""Films as files: an mp4 with sound, subtitles beside it, and the truth.

    python -m models.scenes.films.files OUT.mp4 --seed 3 --pool test --seconds 60
    python -m models.scenes.films.files OUT.mp4 --seconds 600 --width 1920 --height 1080 --drawn 540 --hold 2

``OUT.mp4``, ``OUT.en.srt`` (or ``zh``; left out where nothing is said) and ``OUT.json``: frame-exact shots and
transitions, scenes with their labels, cues, turns of speech, effects and music. espeak-ng, fluidsynth and
fluid-soundfont-gm must be installed for the sound.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from models.scenes.films.board import Picture
from models.scenes.films.plan import Film, Shot
from models.scenes.films.render import Renderer
from models.scenes.films.script import write
from models.scenes.films.sound import Bank, sound_of
from models.sounds.acoustics import RATE
from plugin_core import formats
from plugin_core.document import Cue, Document, Media
from plugin_core.formats.layout import Layout


@dataclass(frozen=True)
class Format:
    """
    How a film is encoded. *drawn* is the height it is drawn at before it is scaled up (0: its own); with *hold* 2 every
    picture is drawn for two frames, as animators do, but never across a change. *quality* is x264's constant rate.
    """

    width: int = 640
    height: int = 360
    drawn: int = 0
    hold: int = 1
    quality: int = 23


def truth(film: Film) -> dict[str, Any]:
    """Everything that is known, times in ms, frames counted from 0."""
    return {
        "name": film.name, "pool": film.pool_name, "seed": film.seed, "fps": film.fps, "frames": film.frames,
        "duration": film.ms(film.frames), "sound": film.sound, "language": film.language,
        "shots": [_shot(film, shot) for shot in film.shots],
        "scenes": [
            {"start": film.ms(scene.first), "end": film.ms(scene.last + 1), "first": scene.first, "last": scene.last,
             "labels": asdict(scene.labels), "set": f"{scene.setting} {scene.number}", "look": asdict(scene.look)}
            for scene in film.scenes
        ],
        "cues": [asdict(cue) | {"start": round(1000 * cue.start), "end": round(1000 * cue.end)} for cue in film.cues],
        "turns": [
            {"start": round(1000 * turn.start), "end": round(1000 * turn.end), "text": turn.text,
             "heard": turn.voice >= 0}
            for scene in film.scenes for turn in scene.turns
        ],
    }  # fmt: skip


def _shot(film: Film, shot: Shot) -> dict[str, Any]:
    return {
        "first": shot.first, "last": shot.last, "start": film.ms(shot.first), "end": film.ms(shot.last + 1),
        "scene": shot.scene, "setup": shot.setup, "transition": asdict(shot.transition) if shot.transition else None,
    }  # fmt: skip


def document(film: Film) -> Document:
    """The subtitles; lines of the script are not among them."""
    spoken = [cue for cue in film.cues if cue.kind == "subtitle"]
    cues = tuple(
        Cue(start=round(1000 * cue.start), end=round(1000 * cue.end), texts=(cue.text,), id=f"{number:012d}")
        for number, cue in enumerate(spoken)
    )
    return Document(Media(), (film.language,), cues)


def pictures(film: Film, form: Format) -> Iterator[Picture]:
    """The frames in order, at the size they are drawn."""
    renderer = Renderer(film)
    height = form.drawn or form.height
    width = round(form.width * height / form.height / 2) * 2
    changes = {frame for change in film.transitions for frame in range(change.first, change.last + 2)}
    kept, since = None, 0
    for index in range(film.frames):
        if kept is None or index in changes or index - since >= form.hold:
            kept, since = renderer.frame(index, width, height), index
        yield kept


def save(film: Film, path: Path, bank: Bank | None, form: Format = Format()) -> dict[str, Any]:
    """The film at *path* with its subtitles and truth beside it; the truth is returned. No *bank*: no sound."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sound = sound_of(film, bank) if bank and film.sound else None
    _encode(film, path, sound, form)
    known = truth(film) | {"sound": sound is not None, "file": path.name}
    path.with_suffix(".json").write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    subtitles = document(film)
    if subtitles.cues:
        text = formats.to_text(subtitles, "srt", Layout())
        path.with_suffix(f".{film.language}.srt").write_text(text, encoding="utf-8")
    return known


def _encode(film: Film, path: Path, sound: np.ndarray[Any, np.dtype[np.float32]] | None, form: Format) -> None:
    """H.264 (MPEG-4 where libx264 is absent) and AAC, the index in front."""
    import av

    good = "libx264" in av.codecs_available
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as out:
        video = out.add_stream("libx264" if good else "mpeg4", rate=film.fps)
        video.width, video.height, video.pix_fmt = form.width, form.height, "yuv420p"
        video.options = {"crf": str(form.quality), "preset": "veryfast"} if good else {"qscale": "4"}
        audio = out.add_stream("aac", rate=RATE, layout="mono") if sound is not None else None
        for index, picture in enumerate(pictures(film, form)):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            out.mux(video.encode(frame.reformat(form.width, form.height, "yuv420p")))
            if audio is not None and sound is not None:
                begin, end = (round(n * RATE / film.fps) for n in (index, index + 1))
                part = av.AudioFrame.from_ndarray(sound[None, begin:end].copy(), format="fltp", layout="mono")
                part.sample_rate, part.time_base, part.pts = RATE, Fraction(1, RATE), begin
                out.mux(audio.encode(part))
        for stream in (video, audio):
            if stream is not None:
                out.mux(stream.encode(None))


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pool", choices=("train", "dev", "test"), default="test")
    parser.add_argument("--scenes", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=0.0, help="about how long, instead of --scenes")
    parser.add_argument("--fps", type=int, default=0)
    parser.add_argument("--width", type=int, default=640)
    parser.add_argument("--height", type=int, default=360)
    parser.add_argument("--drawn", type=int, default=0)
    parser.add_argument("--hold", type=int, default=1)
    parser.add_argument("--bank", type=Path, help="where composed music is kept")
    parser.add_argument("--silent", action="store_true")
    options = parser.parse_args(arguments)
    film = write(options.seed, options.pool, scenes=options.scenes, seconds=options.seconds, fps=options.fps)
    form = Format(options.width, options.height, options.drawn, options.hold)
    with Bank(options.bank) as bank:
        known = save(film, options.out, None if options.silent else bank, form)
    print(f"{options.out}: {known['duration'] / 1000:.2f} s, {len(film.shots)} shots, {len(film.scenes)} scenes")


if __name__ == "__main__":
    main()
