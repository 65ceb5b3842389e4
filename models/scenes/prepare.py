"""Draw films and keep what the recogniser is given of them, by the code of the product.

    python -m models.scenes.prepare --out FILMS/train --pool train --films 150 --bank BANK --corpus cmn.txt

Film number n of a pool is the same in every run; what is there already is kept. A share of the films is silent or has
no text, as footage is.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.scenes.config import STARTER
from models.scenes.films.plan import GROUPS, Film
from models.scenes.films.render import Renderer
from models.scenes.films.script import write
from models.scenes.films.sound import Bank, sound_of
from plugin_core.scenes.features import Instants, Picture, Seconds
from plugin_core.sounds.features import RATE


@dataclass(frozen=True)
class Drawn:
    """A frame of a film that does not exist: drawn in the size that is asked for."""

    renderer: Renderer
    index: int
    time: Fraction

    @property
    def ms(self) -> int:
        """Milliseconds from the film's start."""
        return round(self.time * 1000)

    def rgb(self, width: int, height: int) -> Picture:
        return self.renderer.frame(self.index, width, height)


def frames(film: Film) -> Iterator[Drawn]:
    """All of them."""
    renderer, rate = Renderer(film), Fraction(film.fps).limit_denominator(1001)
    for index in range(film.frames):
        yield Drawn(renderer, index, index / rate)


def prepared(film: Film, bank: Bank | None, *, clip: int, sound: str = "mel") -> dict[str, npt.NDArray[Any]]:
    """The arrays of ``rows``."""
    watching, hearing = Instants(clip), Seconds(sound)
    seen = [done for frame in frames(film) if (done := watching.see(frame))]
    last = watching.finish()
    seen += [last] if last else []
    audio = sound_of(film, bank) if film.sound and bank else np.zeros(0, np.float32)
    seconds = [hearing.hear(audio[at : at + 10 * RATE]) for at in range(0, len(audio), 10 * RATE)]
    return {
        "pictures": np.stack([one.pictures for one in seen]),
        "measures": np.stack([one.measures for one in seen]),
        "indexes": np.array([one.index for one in seen], np.int64),
        "sounds": np.concatenate([*seconds, hearing.finish()]).astype(np.float16),
    }


def shots(film: Film) -> list[dict[str, Any]]:
    """What is true of every shot, as ``rows.Shot``."""
    return [
        {
            "first": shot.first, "last": shot.last, "start": round(shot.first / film.fps * 1000),
            "end": round((shot.last + 1) / film.fps * 1000), "scene": shot.scene,
            "labels": labels_of(film.scenes[shot.scene].labels), "text": text_of(film, shot.first, shot.last + 1),
        }
        for shot in film.shots
    ]  # fmt: skip


def labels_of(labels: Any) -> Mapping[str, Any]:
    """The labels of a scene, group by group."""
    return {name: list(labels.mood) if name == "mood" else getattr(labels, name) for name in GROUPS}


def text_of(film: Film, first: int, end: int) -> str:
    """The text of all cues that are on between two frames."""
    on = [cue for cue in film.cues if cue.start < end / film.fps and cue.end > first / film.fps]
    return " ".join(cue.text for cue in on)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    from models.scenes import rows  # it needs torch; drawing does not

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pool", choices=("train", "dev", "test"), required=True)
    parser.add_argument("--films", type=int, required=True)
    parser.add_argument("--first", type=int, default=0, help="number of the first film")
    parser.add_argument("--scenes", type=int, default=8, help="of a film")
    parser.add_argument("--bank", type=Path, required=True, help="keeps composed music between runs")
    parser.add_argument("--corpus", default="", help="sentence pairs of Tatoeba (cmn-eng), for what is said")
    parser.add_argument("--clip", type=int, default=STARTER.shapes.clip, help="pictures of an instant")
    parser.add_argument("--sound", choices=("mel", "wave"), default="mel")
    options = parser.parse_args(arguments)
    with Bank(options.bank) as bank:
        for number in range(options.first, options.first + options.films):
            folder = options.out / f"{options.pool}-{number:04d}"
            if (folder / "film.json").exists():
                continue
            film = write(number, options.pool, scenes=options.scenes, corpus=options.corpus)
            rows.write(folder, folder.name, shots(film), prepared(film, bank, clip=options.clip, sound=options.sound))
            print(folder.name, len(film.shots), "shots", flush=True)


if __name__ == "__main__":
    main()
