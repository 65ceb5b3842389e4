"""Train the starter shots pack.

    python -m models.shots.train --clips build/clips --out build/run --minutes 50

Every batch is cut from films that the editor has just made. Three losses: which frame a change is told by, which frames
belong to it, and, inside it, of which kind it is.
"""

from __future__ import annotations

import argparse
import json
import queue
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.shots.changes import KINDS, Change
from models.shots.clips import Clip, library
from models.shots.films import Editor, Film
from models.shots.model import WINDOW, Shots, Size
from models.training.loop import LoopConfig, train

SHOWN = 60  # frames of a film that are thrown away before its first window, at most
HOP = 80  # frames between two windows of a film
WINDOWS = 4  # of a film
WEIGHT = 4.0  # of the frames that a change is told by
EDGE = 12  # frames at both ends of a window that count half: half of what they depend on is not seen


def targets(changes: Sequence[Change], frames: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``single`` and ``many`` (frames,), 0 or 1, and ``kind`` (frames,), an index into KINDS or -1."""
    single, many = np.zeros(frames, np.float32), np.zeros(frames, np.float32)
    kind = np.full(frames, -1, np.int64)
    for change in changes:
        middle, wide = (change.first + change.last) / 2, (change.last - change.first) / 16
        low, high = int(np.ceil(middle - wide - 0.5)), int(np.floor(middle + wide + 0.5))
        if change.kind == "cut":
            low = high = change.first
        single[max(0, low) : max(0, high + 1)] = 1
        many[max(0, change.first) : change.last + 1] = 1
        kind[max(0, change.first) : change.last + 1] = KINDS.index(change.kind)
    return single, many, kind


def windows(film: Film, start: int) -> Iterator[dict[str, np.ndarray]]:
    """Windows of a film, from *start*."""
    single, many, kind = targets(film.changes, len(film.pixels))
    for first in range(start, len(film.pixels) - WINDOW + 1, HOP):
        span = slice(first, first + WINDOW)
        yield {"pixels": film.pixels[span], "single": single[span], "many": many[span], "kind": kind[span]}


class Windows:
    """Batches of windows from a store that is always being renewed. Not thread-safe."""

    def __init__(self, clips: Sequence[Clip], seed: int, size: int, kept: int = 48) -> None:
        self.editor, self.chance, self.size, self.kept = Editor(clips, seed), np.random.default_rng(seed), size, kept
        self.store: list[dict[str, np.ndarray]] = []

    def batch(self) -> dict[str, Tensor]:
        """pixels uint8 (n, 100, 27, 48, 3); single, many (n, 100); kind (n, 100), -1 where nothing changes."""
        while len(self.store) < self.kept:
            start = int(self.chance.integers(0, SHOWN))
            self.store += windows(self.editor.film(start + (WINDOWS - 1) * HOP + WINDOW), start)
        rows = [self.store.pop(int(self.chance.integers(len(self.store)))) for _ in range(self.size)]
        rows = [self.edge(row) for row in rows]
        return {name: torch.from_numpy(np.stack([row[name] for row in rows])) for name in rows[0]}

    def edge(self, row: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """One time in twenty the film begins or ends inside the window: what is outside repeats the end."""
        if self.chance.random() > 0.05:
            return row
        count = int(self.chance.integers(10, 51))
        row = {name: value.copy() for name, value in row.items()}
        begins = self.chance.random() < 0.5
        inside, at = (slice(0, count), count) if begins else (slice(WINDOW - count, WINDOW), WINDOW - count - 1)
        if row["many"][at]:
            return row
        row["pixels"][inside] = row["pixels"][at]
        row["single"][inside] = row["many"][inside] = 0
        row["kind"][inside] = -1
        return row


def batches(clips: Sequence[Clip], seed: int, size: int, ahead: int = 3) -> Iterator[dict[str, Tensor]]:
    """Endless batches, made by a thread while the last one is trained on."""
    made: queue.Queue[dict[str, Tensor]] = queue.Queue(ahead)

    def work() -> None:
        cv2.setNumThreads(1)
        maker = Windows(clips, seed, size)
        while True:
            made.put(maker.batch())

    threading.Thread(target=work, daemon=True).start()
    while True:
        yield made.get()


def losses(model: nn.Module, batch: dict[str, Tensor]) -> tuple[Tensor, dict[str, float]]:
    """The sum of the three, and what there is to log."""
    single, many, kind = (value.float() for value in model(batch["pixels"]))
    single, many = single.squeeze(2), many.squeeze(2)
    worth = torch.ones(WINDOW)
    worth[:EDGE] = worth[-EDGE:] = 0.5
    told = F.binary_cross_entropy_with_logits(
        single, batch["single"], pos_weight=torch.tensor(WEIGHT), reduction="none"
    )
    all_of_it = F.binary_cross_entropy_with_logits(many, batch["many"], reduction="none")
    names = F.cross_entropy(kind.transpose(1, 2), batch["kind"], ignore_index=-1)
    one, more = (told * worth).mean(), (all_of_it * worth).mean()
    with torch.no_grad():
        inside = batch["kind"] >= 0
        right = float((kind.argmax(2) == batch["kind"])[inside].float().mean()) if inside.any() else 0.0
        cuts = batch["kind"] == 0
        found = float((single > 0)[cuts].float().mean()) if cuts.any() else 0.0
        false = float(((single > 0) & ~inside).float().mean())
        extent = float(((many > 0) & inside).sum() / ((many > 0) | inside).sum().clamp(min=1))
    numbers = {"one": float(one.detach()), "more": float(more.detach()), "names": float(names.detach())}
    return 4 * one + 2 * more + 0.3 * names, numbers | {"kinds": right, "cuts": found, "false": false, "iou": extent}


def run(clips: Sequence[Clip], out: Path, loop: LoopConfig, size: Size, batch: int) -> Path:
    """Train until the time is over; the path of the averaged weights."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "size.json").write_text(json.dumps(size.as_dict()))
    torch.manual_seed(loop.seed)
    return train(Shots(size), batches(clips, loop.seed, batch), losses, loop, out)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path, required=True, help="what models.shots.clips wrote")
    parser.add_argument("--out", type=Path, required=True, help="checkpoints, log and weights; a run there is resumed")
    parser.add_argument("--minutes", type=float, default=50.0)
    parser.add_argument("--learning-rate", type=float, default=3e-3)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--bf16", action="store_true", help="where the processor is faster with it")
    options = parser.parse_args(arguments)
    loop = LoopConfig(
        minutes=options.minutes, learning_rate=options.learning_rate, threads=options.threads, weight_decay=0.01,
        betas=(0.9, 0.98), average=0.997, save_every=4.0, seed=options.seed, bf16=options.bf16,
    )  # fmt: skip
    clips = library(options.clips)
    print(f"{len(clips)} clips")
    run(clips, options.out, loop, Size(), options.batch)


if __name__ == "__main__":
    main()
