"""Calibration and thresholds from scenes whose recordings the judged network never heard.

    python -m models.sounds.tuning --pool POOL --runs RUN --out tuning.json

The network of fold k says what it hears in the pool's scenes with recordings of fold k, and in those kept aside. From
all five together come, for every class, the two numbers that turn a logit into a probability (Platt's) and the
thresholds between which a sound begins and ends. The pack, trained on all folds, takes them over.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from models.sounds.export import NAMES, load
from models.sounds.mixtures import CLASSES, STRETCHES
from models.sounds.train import Pool

Array = npt.NDArray[np.float64]
LEAST, MOST = 0.5, 0.7  # thresholds are searched between these: what is less than likely is not reported
GAP = 0.2  # from the threshold where a sound begins to that where it ends
BRIEF = 120  # ms: the shortest event
PAUSE = {"clock": 1300, "footsteps": 900, "heartbeat": 1200, "phone": 2200, "alarm": 1100, "knock": 600, "birds": 1000,
         "keyboard": 700, "applause": 600, "laughter": 500, "rain": 1500, "sea": 1500, "helicopter": 1500, "fire": 1500,
         "chainsaw": 1000, "wind": 1500, "water": 1000, "bell": 1200, "dog": 400, "baby": 700, "siren": 1000,
         "gunshot": 300, "thunder": 800}  # fmt: skip  # ms


def logits(run: Path, pool: Pool, items: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    """[items, rows, classes] of a run's network."""
    model, _ = load(run)
    with torch.no_grad():
        parts = [
            model(torch.from_numpy(pool.mel[part].astype(np.float32)))[0]
            for part in np.array_split(items, -(-len(items) // 16))
        ]
    return torch.cat(parts).numpy()


def calibrated(values: Array, truth: npt.NDArray[np.bool_], pull: float = 20.0) -> tuple[float, float]:
    """Platt's scale and shift by Newton's method, pulled towards (1, 0) as if by *pull* rows."""
    if truth.sum() < 30:
        return 1.0, 0.0
    values = np.clip(values, -12, 12)
    rows, point, prior = np.stack([values, np.ones(len(values))], 1), np.array([1.0, 0.0]), np.array([1.0, 0.0])
    for _ in range(20):
        said = 1 / (1 + np.exp(-rows @ point))
        slope = rows.T @ (said - truth) + pull * (point - prior)
        bend = (rows * (said * (1 - said))[:, None]).T @ rows + pull * np.eye(2)
        step = np.linalg.solve(bend, slope)
        point = point - step
        if np.abs(step).max() < 1e-6:
            break
    return float(np.clip(point[0], 0.3, 2.0)), float(np.clip(point[1], -3, 3))


def threshold(said: Array, truth: npt.NDArray[np.bool_]) -> float:
    """Where the F1 of rows is best."""
    grid = np.arange(LEAST, MOST + 0.01, 0.05)
    scores = [2 * np.sum(truth & (said > t)) / max(1, np.sum(truth) + np.sum(said > t)) for t in grid]
    return float(grid[int(np.argmax(scores))]) if truth.sum() >= 30 else 0.5


def tune(values: npt.NDArray[np.float32], heard: npt.NDArray[np.bool_], known: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """The pack's tables: ``calibration`` and ``rules``."""
    calibration, rules = [], dict[str, dict[str, float]]()
    for place, name in enumerate(CLASSES):
        sure = known[..., place]
        column, truth = values[..., place][sure].astype(np.float64), heard[..., place][sure]
        scale, shift = calibrated(column, truth)
        calibration.append([round(scale, 4), round(shift, 4)])
        on = threshold(1 / (1 + np.exp(-np.clip(column * scale + shift, -30, 30))), truth)
        rule: dict[str, float] = {"on": round(on, 2), "off": round(max(0.15, on - GAP), 2)}
        rule |= {} if name in STRETCHES else {"shortest": BRIEF}
        rule |= {"pause": PAUSE[name]} if name in PAUSE else {}
        rules[NAMES[name][0]] = rule
    return {"calibration": calibration, "rules": rules}


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pool", type=Path, required=True)
    parser.add_argument("--runs", type=Path, required=True, help="folder with fold1 to fold5")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    pool = Pool.load([path for path in sorted(options.pool.glob("*.npz")) if int(path.stem) % 5 == 4])
    values, heard, known = [], [], []
    for fold in range(1, 6):
        items = np.flatnonzero(pool.fold == fold)
        values.append(logits(options.runs / f"fold{fold}", pool, items))
        truth = pool.truth(items)
        heard.append(truth[0])
        known.append(truth[1])
    made = tune(np.concatenate(values), np.concatenate(heard), np.concatenate(known))
    options.out.write_text(json.dumps(made, indent=1), encoding="utf-8")
    print(options.out)


if __name__ == "__main__":
    main()
