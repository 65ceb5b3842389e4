"""Drawn films as a corpus for the harness: teacher, students and distillation on pictures that are really seen.

    python -m models.captioner.drawn --run RUN --films FILMS --captions CAPTIONS --out CORPUS --every 3
    python -m models.captioner.harness --msvd CORPUS --english CORPUS --features CORPUS/features.npz ...

Every shot is a video. Its features are what the eyes of a starter make of its key frames (``frames``, the means over
the regions, and ``grid``); the captions are those of ``models.captioner.films``, in the files MSVD's come in. The eyes
were trained on the training films, by their captions among other things; of test films they have seen nothing.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from models.captioner.pictures import REGIONS, SIZE
from models.captioner.starter import Starter, Told, load, normalised
from plugin_core.engines.captioner import FRAMES

PARTS = {"train": "train", "dev": "val", "test": "test"}  # of the films, as MSVD's files call them
AT_ONCE = 16


@torch.no_grad()
def features(model: Starter, told: Told, places: Sequence[int]) -> npt.NDArray[np.float16]:
    """[shots, frames, regions, size] of the shots at *places*; zeros where there is no frame."""
    found = np.zeros((len(places), FRAMES, REGIONS, SIZE), np.float16)
    for first in range(0, len(places), AT_ONCE):
        shots = [told.pictures(place) for place in places[first : first + AT_ONCE]]
        pictures, mask = (np.stack(part) for part in zip(*shots, strict=True))
        kept = max(1, int(mask.sum(1).max()))
        seen = model.eyes(normalised(pictures[:, :kept]), torch.from_numpy(mask[:, :kept]))
        found[first : first + len(shots), :kept] = seen.numpy()
    return found


def write(run: Path, films: Path, captions: Path, out: Path, every: int = 1) -> dict[str, int]:
    """The corpus in *out*; every so many of the training shots. How many videos of each part."""
    out.mkdir(parents=True, exist_ok=True)
    model, tokens = load(run)
    names: list[str] = []
    grids, counts = [], {}
    with (out / "captions.csv").open("w", encoding="utf-8", newline="") as stream:
        rows: Any = csv.writer(stream)
        rows.writerow(["video_id", "sentence"])
        for pool, part in PARTS.items():
            told = Told(films / pool, captions / f"{pool}.jsonl", tokens)
            places = range(0, len(told), every if pool == "train" else 1)
            videos = [f"{told.rows[place]['film']}_{told.rows[place]['shot']}" for place in places]
            lines = []
            for video, place in zip(videos, places, strict=True):
                rows.writerows([video, text] for text in told.rows[place]["zh"])
                lines += [f"{video}\t{text}\n" for text in told.rows[place]["en"]]
            (out / f"sents_{part}_lc_nopunc.txt").write_text("".join(lines), encoding="utf-8")
            names, counts = names + videos, counts | {pool: len(videos)}
            grids.append(features(model, told, places))
    grid = np.concatenate(grids)
    frames = grid.astype(np.float32).mean(2).astype(np.float16)
    np.savez(out / "features.npz", videos=np.array(names), frames=frames, grid=grid)
    return counts


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--run", "--films", "--captions", "--out"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="of the training shots one in so many")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    print(write(options.run, options.films, options.captions, options.out, options.every))


if __name__ == "__main__":
    main()
