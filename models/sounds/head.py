"""
Teach a production pack a user's own sounds, from folders of clips; and what that is worth on ESC-10.

    python -m models.sounds.head teach PACK CLIPS        CLIPS/slate/*.wav, CLIPS/boom-whoosh/*.wav, CLIPS/_other/*.wav
    python -m models.sounds.head evaluate PACK ESC10 --results models/sounds/yamnet.results.json

The pack's embeddings stay as they are; on top of them every class gets a logistic regression of its own (one against
the others, NumPy alone), so that a sound that is none of them is called nothing. A handful of clips a class is enough
to begin with. ``_other`` may hold sounds that must not be taken for any class. The pack keeps the result as
``head.json``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from plugin_core import audio, modelstore
from plugin_core.errors import MediaError
from plugin_core.modelstore import Pack
from plugin_core.sounds import packs

Array = npt.NDArray[np.float32]

OTHER = "_other"
DECAY = 1e-2  # of the weights, per class
STEPS, RATE = 300, 0.02  # of Adam, on all rows at once
QUIET = 10 ** (-50 / 20)  # of a clip's loudest patch: below, a patch is padding
CLIPS = {".wav", ".ogg", ".mp3", ".flac", ".m4a", ".aac", ".mp4", ".mov", ".mkv", ".opus", ".aif", ".aiff"}
# ESC-10's folders in the words of AudioSet: a clip's class "by name" is the one whose best name scores best.
NAMES = {
    "Dog bark": ("Dog", "Bark"),
    "Rain": ("Rain", "Raindrop", "Rain on surface"),
    "Sea waves": ("Ocean", "Waves, surf"),
    "Baby cry": ("Baby cry, infant cry", "Crying, sobbing"),
    "Clock tick": ("Clock", "Tick", "Tick-tock"),
    "Person sneeze": ("Sneeze",),
    "Helicopter": ("Helicopter",),
    "Chainsaw": ("Chainsaw",),
    "Rooster": ("Chicken, rooster", "Crowing, cock-a-doodle-doo"),
    "Fire crackling": ("Fire", "Crackle"),
}


@dataclass(frozen=True)
class Clip:
    """A clip's rows (patches, values), without those that are only padding."""

    label: str
    fold: int
    rows: Array


# -- hearing --


def hear(path: Path, stream: packs.Stream) -> tuple[Array, Array]:
    """What *stream* says of a clip (patches, values), and which patches are loud enough to mean something."""
    sound = audio.read(path)
    rows = np.concatenate([stream.push(sound), stream.finish()])
    levels = np.array([_level(sound[k * packs.WAVE_HOP : k * packs.WAVE_HOP + packs.WAVE]) for k in range(len(rows))])
    return rows, levels > QUIET * max(float(levels.max(initial=0.0)), 1e-9)


def _level(sound: Array) -> float:
    return float(np.sqrt(np.mean(np.square(sound)))) if len(sound) else 0.0


def folder_clips(folder: Path, streams: Callable[[], packs.Stream]) -> list[Clip]:
    """The clips of every folder in *folder*, labelled with its name; MediaError if there are none."""
    clips = []
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        for path in sorted(place.iterdir()):
            if path.suffix.lower() in CLIPS:
                rows, loud = hear(path, streams())
                clips.append(Clip(place.name, 0, rows[loud]))
    if len({clip.label for clip in clips} - {OTHER}) < 1:
        raise MediaError(
            "media.no-clips",
            f"There are no clips in the folders of {folder}.",
            "Make one folder a class, with its clips.",
        )
    return clips


def esc10_clips(folder: Path, streams: Callable[[], packs.Stream]) -> list[Clip]:
    """ESC-10: folders ``001_-_Dog_bark``, the fold is the first number of a file's name."""
    clips = []
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        for path in sorted(place.glob("*.ogg")):
            rows, loud = hear(path, streams())
            clips.append(Clip(place.name[6:].replace("_", " "), int(path.name[0]), rows[loud]))
    return clips


# -- fitting --


def fit(clips: Sequence[Clip], names: Sequence[str], *, decay: float = DECAY) -> dict[str, Any]:
    """
    The table of ``head.json``: one logistic regression a class, every class weighing as much as all it is told from.

    Every clip weighs the same, however long it is.
    """
    rows = np.concatenate([clip.rows for clip in clips]).astype(np.float64)
    owners = np.repeat(np.arange(len(clips)), [len(clip.rows) for clip in clips])
    share = 1.0 / np.array([max(1, len(clip.rows)) for clip in clips])[owners]
    labels = np.array([clip.label for clip in clips])[owners]
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 0.05
    wanted = np.stack([labels == name for name in names], axis=1).astype(np.float64)
    heavy = share[:, None] * wanted
    light = share[:, None] * (1 - wanted)
    weight = heavy / np.maximum(heavy.sum(axis=0), 1e-9) + light / np.maximum(light.sum(axis=0), 1e-9)
    weights, bias = _logistic((rows - mean) / scale, wanted, weight / 2, decay)
    numbers = {"mean": mean, "scale": scale, "weights": weights, "bias": bias}
    return {"names": list(names), **{name: np.round(value, 6).tolist() for name, value in numbers.items()}}


def _logistic(
    rows: npt.NDArray[np.float64], wanted: npt.NDArray[np.float64], weight: npt.NDArray[np.float64], decay: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Adam on the weighted cross-entropy of independent classes, with a ridge."""
    weights = np.zeros((rows.shape[1] + 1, wanted.shape[1]))
    padded = np.concatenate([rows, np.ones((len(rows), 1))], axis=1)
    ridge = np.full((rows.shape[1] + 1, 1), decay)
    ridge[-1] = 0
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        found = 1 / (1 + np.exp(-np.clip(padded @ weights, -30, 30)))
        slope = padded.T @ (weight * (found - wanted)) + ridge * weights
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * np.square(slope)
        rate = RATE * (1 - step / STEPS) + 1e-4
        weights -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights[:-1], weights[-1]


def verdict(head: packs.Head, clip: Clip) -> str:
    """The class of a clip: the best mean of the logits."""
    found = np.clip(head(clip.rows), 1e-6, 1 - 1e-6)
    return head.classes[int(np.argmax(np.log(found / (1 - found)).mean(axis=0)))].name


def teach(pack: Pack, folder: Path) -> Pack:
    """Fit a head on *folder* and put it into the pack, in place of one it had."""
    clips = folder_clips(folder, packs.open_embedder(pack))
    names = sorted({clip.label for clip in clips} - {OTHER})
    target = pack.folder / "head.json"
    target.write_text(json.dumps(fit(clips, names), ensure_ascii=False), encoding="utf-8")
    return _described(pack, {"head": "head.json"})


def _described(pack: Pack, options: dict[str, Any]) -> Pack:
    kept = ("id", "kind", "tier", "name", "languages", "licence", "attribution", "source", "revision", "limits")
    table: dict[str, Any] = {name: getattr(pack, name) for name in kept}
    table |= {"memory_mb": pack.memory_mb, "compute_types": pack.compute_types, "quality": dict(pack.quality)}
    table = {name: list(value) if isinstance(value, tuple) else value for name, value in table.items()}
    return modelstore.write_pack_toml(pack.folder, {**table, pack.kind: {**pack.options, **options}})


# -- measuring --


def by_name(clips: Sequence[Clip], classes: Sequence[packs.SoundClass]) -> float:
    """The share of clips whose class a pack finds among the ten by name alone: mean scores, best name of a class."""
    places = {item.audio_class: column for column, item in enumerate(classes)}
    right = 0
    for clip in clips:
        scores = clip.rows.mean(axis=0)
        best = max(NAMES, key=lambda name: max(float(scores[places[label]]) for label in NAMES[name]))
        right += best == clip.label
    return right / len(clips)


def five_folds(clips: Sequence[Clip]) -> dict[str, Any]:
    """The accuracy of heads taught on four folds and asked of the fifth."""
    names = sorted({clip.label for clip in clips})
    right, wrong = [], []
    for fold in sorted({clip.fold for clip in clips}):
        head = packs.Head(fit([clip for clip in clips if clip.fold != fold], names))
        asked = [clip for clip in clips if clip.fold == fold]
        said = [(clip.label, verdict(head, clip)) for clip in asked]
        right.append(sum(a == b for a, b in said) / len(said))
        wrong += [f"{a} > {b}" for a, b in said if a != b]
    return {
        "accuracy": round(float(np.mean(right)), 4),
        "folds": [round(x, 4) for x in right],
        "mistakes": sorted(wrong),
    }


def few(clips: Sequence[Clip], each: int) -> float:
    """The mean accuracy of heads taught on *each* clips a class of one fold, asked of the other four."""
    names = sorted({clip.label for clip in clips})
    found = []
    for fold in sorted({clip.fold for clip in clips}):
        taught = [[c for c in clips if c.label == name and c.fold == fold][:each] for name in names]
        head = packs.Head(fit([clip for group in taught for clip in group], names))
        asked = [clip for clip in clips if clip.fold != fold]
        found.append(float(np.mean([verdict(head, clip) == clip.label for clip in asked])))
    return round(float(np.mean(found)), 4)


def evaluate(pack: Pack, folder: Path, threads: int = 1) -> dict[str, Any]:
    """Everything ``yamnet.results.json`` holds."""
    network = packs.open_network(pack, threads=threads)
    scored = esc10_clips(folder, network.stream)
    embedded = esc10_clips(folder, packs.open_embedder(pack, threads=threads))
    return {
        "pack": pack.id,
        "data": "ESC-10 (400 clips, 10 classes, its own 5 folds)",
        "by_name": round(by_name(scored, network.classes), 4),
        "head": five_folds(embedded),
        "head_few": {str(each): few(embedded, each) for each in (1, 3, 5)},
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "threads": threads,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", choices=("teach", "evaluate"))
    parser.add_argument("pack", help="an installed pack's id, or its folder")
    parser.add_argument("clips", type=Path)
    parser.add_argument("--results", type=Path)
    options = parser.parse_args(arguments)
    pack = modelstore.find(options.pack)
    if options.work == "teach":
        pack = teach(pack, options.clips)
        print(f"{pack.id} now knows {', '.join(json.loads((pack.folder / 'head.json').read_text('utf-8'))['names'])}")
        return
    text = json.dumps(evaluate(pack, options.clips), indent=1, ensure_ascii=False)
    if options.results:
        options.results.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
