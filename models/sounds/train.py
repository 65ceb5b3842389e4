"""Train the listener on a pool of scenes (models.sounds.data), in stages that keep five-fold accuracy honest.

    python -m models.sounds.train --pool POOL --run RUN/base --stage base --minutes 15
    python -m models.sounds.train --pool POOL --run RUN/fold1 --stage 1 --start RUN/base --minutes 5
    python -m models.sounds.train --pool POOL --run RUN/all --stage all --start RUN/base --minutes 10

``base`` never hears a recording of ESC-10. Stage ``1`` to ``5`` goes on from it with the recordings of the four other
folds: its accuracy is measured on the fold it left out. ``all`` hears the five folds and is what the pack ships.

Every batch is changed in the mel domain: scenes are laid over each other, louder, softer, through random equalisers,
with bands and moments missing. Where the teacher has seen an unmixed scene, the features also learn to tell what it
saw.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.sounds.banks import ESC10
from models.sounds.data import PATCH, PATCH_STEP, ROWS, STEP
from models.sounds.mixtures import CLASSES
from models.sounds.model import Listener, Size, parameters, pooled
from models.training.loop import WEIGHTS, Batch, LoopConfig, load_weights, train

LENGTH = 336  # rows of a training item: 3.36 s of the 6
FIRST = CLASSES.index(ESC10[0])
DEV = 80  # shards from here on are not trained on
# Items of a batch: recordings, scenes with them, scenes without.
SHARES = {"base": (0, 0, 32), "fold": (24, 3, 5), "all": (18, 6, 12)}


@dataclasses.dataclass
class Pool:
    """Every shard in memory."""

    mel: npt.NDArray[np.float16]
    heard: npt.NDArray[np.uint8]
    known: npt.NDArray[np.uint8]
    fold: npt.NDArray[np.int8]
    clip: npt.NDArray[np.int8]
    view: npt.NDArray[np.float16]
    place: npt.NDArray[np.int64]  # row of view, or -1

    @staticmethod
    def load(paths: Sequence[Path]) -> Pool:
        """Read the shards."""
        parts: list[dict[str, Any]] = [dict(np.load(path)) for path in paths]
        places, views, at = [], [], 0
        for part in parts:
            viewed = part["viewed"]
            places.append(np.where(viewed, at + np.cumsum(viewed) - 1, -1))
            if viewed.any():
                views.append(part["view"][viewed])
                at += int(viewed.sum())
        joined = {
            name: np.concatenate([part[name] for part in parts]) for name in ("mel", "heard", "known", "fold", "clip")
        }
        view = np.concatenate(views) if views else np.zeros((1, 1, 1), np.float16)
        return Pool(**joined, view=view, place=np.concatenate(places))

    def truth(self, items: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """heard and known of some items, [items, rows, classes]."""
        return tuple(
            np.unpackbits(table[items], axis=-1, count=len(CLASSES)).astype(np.bool_)
            for table in (self.heard, self.known)
        )  # type: ignore[return-value]


class Batches:
    """An endless stream of augmented batches of one stage."""

    def __init__(self, pool: Pool, stage: str, seed: int) -> None:
        self.pool, self.chance = pool, np.random.default_rng(seed)
        left_out = int(stage) if stage.isdigit() else -1
        usable = pool.fold != left_out
        self.groups = [
            np.flatnonzero(usable & chosen)
            for chosen in (pool.clip >= 0, (pool.clip < 0) & (pool.fold > 0), pool.fold == 0)
        ]
        self.shares = SHARES["fold" if stage.isdigit() else stage]

    def __iter__(self) -> Iterator[Batch]:
        while True:
            yield self.batch()

    def batch(self) -> Batch:
        """One batch of tensors."""
        chance, pool = self.chance, self.pool
        items = np.concatenate(
            [chance.choice(group, share) for group, share in zip(self.groups, self.shares, strict=True) if share]
        )
        truth = pool.truth(items)
        begin = self._begins(truth[0], pool.clip[items])
        rows = begin[:, None] + np.arange(LENGTH)
        labels = rows[:, ::STEP, None] // STEP
        power = np.exp(4 * pool.mel[items[:, None], rows].astype(np.float32)) - 1
        heard, known = (np.take_along_axis(table, labels, 1) for table in truth)
        power = _gained(chance, power)
        clip = np.zeros((len(items), len(ESC10)), np.float32)
        single = pool.clip[items] >= 0
        clip[np.flatnonzero(single), pool.clip[items][single]] = 1
        mixed = chance.random(len(items)) < np.where(single, 0.5, 0.35)
        partner = np.concatenate(
            [part[chance.permutation(len(part))] for part in _split(np.arange(len(items)), single)]
        )
        order = np.empty(len(items), np.int64)
        order[np.concatenate(_split(np.arange(len(items)), single))] = partner
        power, heard, known, clip = _overlaid(chance, (power, heard, known, clip), order, mixed)
        mel = np.log(_masked(chance, power) + 1) / 4
        place = np.where(mixed, -1, pool.place[items])
        patches = begin[:, None] // PATCH_STEP + np.arange((LENGTH - PATCH) // PATCH_STEP + 1)
        view = np.sqrt(pool.view[np.maximum(place, 0)[:, None], patches].astype(np.float32))
        arrays = {"mel": mel.astype(np.float32), "heard": heard, "known": known, "clip": clip, "view": view}
        return {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in arrays.items()} | {
            "viewed": torch.from_numpy(place >= 0)
        }

    def _begins(self, heard: npt.NDArray[np.bool_], clip: npt.NDArray[np.int8]) -> npt.NDArray[np.int64]:
        """The first row of every item: anywhere, but of a recording where much of its sound is."""
        places = PATCH_STEP * np.arange((ROWS - LENGTH) // PATCH_STEP + 1)
        chosen = self.chance.choice(places, len(clip))
        for index in np.flatnonzero(clip >= 0):
            rows = heard[index, :, FIRST + clip[index]]
            found = np.array([rows[at // STEP : (at + LENGTH) // STEP].sum() for at in places])
            chosen[index] = self.chance.choice(places[found >= 0.6 * found.max()])
        return chosen


def _split(places: npt.NDArray[np.int64], single: npt.NDArray[np.bool_]) -> list[npt.NDArray[np.int64]]:
    return [places[single], places[~single]]


def _gained(chance: np.random.Generator, power: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Another loudness and colour for every item."""
    count, _, bands = power.shape
    points = chance.normal(0, 2.5, (count, 6)) * (chance.random((count, 1)) < 0.6)
    grid = np.linspace(0, 5, bands)
    curve = np.stack([np.interp(grid, np.arange(6), row) for row in points])
    decibel = curve + chance.uniform(-10, 10, (count, 1))
    return power * (10 ** (decibel / 10)).astype(np.float32)[:, None]


def _overlaid(
    chance: np.random.Generator,
    arrays: tuple[npt.NDArray[Any], ...],
    order: npt.NDArray[np.int64],
    mixed: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[Any], ...]:
    """Lay item ``order[i]`` over item i where *mixed*; what one buries of the other becomes unknown."""
    power, heard, known, clip = arrays
    rows = power.reshape(len(power), -1, STEP * power.shape[2]).mean(2) + 1e-3
    level = rows.mean(1)
    wanted = level / np.maximum(level[order], 1e-3) * 10 ** (chance.uniform(-8, 8, len(power)) / 10)
    factor = np.where(mixed, wanted, 0).astype(np.float32)
    other = rows[order] * factor[:, None] + 1e-6
    over, under = 10 * np.log10(other / rows) > 18, 10 * np.log10(rows / other) > 18
    first, second = heard & mixed[:, None, None], heard[order] & mixed[:, None, None]
    lost = (first & over[..., None] & ~second) | (second & under[..., None] & ~first)
    union = np.where(mixed[:, None, None], heard | heard[order], heard)
    both = np.where(mixed[:, None, None], (known & known[order]) | union, known) & ~lost
    share = (1 / (1 + factor * level[order] / level))[:, None] ** 0.5
    share = np.where(mixed[:, None], share / (share + np.sqrt(1 - share**2) + 1e-6), 1).astype(np.float32)
    total = power + factor[:, None, None] * power[order]
    return total, union, both, share * clip + (1 - share) * clip[order]


def _masked(chance: np.random.Generator, power: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """A few bands and moments missing."""
    for item in power:
        for _ in range(int(chance.integers(3))):
            width, at = int(chance.integers(1, 9)), int(chance.integers(power.shape[2]))
            item[:, at : at + width] = 0
        if chance.random() < 0.4:
            width, at = int(chance.integers(4, 24)), int(chance.integers(power.shape[1]))
            item[at : at + width] = 0
    return power


def loss_of(model: nn.Module, batch: Batch) -> tuple[Tensor, dict[str, float]]:
    """Rows, clips and the teacher's view."""
    listener: Listener = model.module if hasattr(model, "module") else model  # type: ignore[assignment]
    features = listener.features(batch["mel"])
    logits, attention = (x.float() for x in listener.heads(features))
    heard, known = batch["heard"].float(), batch["known"].float()
    rows = F.binary_cross_entropy_with_logits(logits, heard, reduction="none") * known
    row_loss = (rows.sum((0, 1)) / known.sum((0, 1)).clamp(min=1)).sum()
    whole = pooled(logits, attention)
    present = (heard * known).sum(1) >= 2
    absent = heard.sum(1) == 0
    told = (present | absent).float()
    clip_rows = F.binary_cross_entropy_with_logits(whole, present.float(), reduction="none") * told
    loss = row_loss + 0.3 * clip_rows.mean(0).sum()
    numbers = {"rows": float(row_loss.detach())}
    single = batch["clip"].sum(1) > 0.5
    if single.any():
        ten = whole[single][:, FIRST : FIRST + len(ESC10)]
        clip_loss = -(batch["clip"][single] * torch.log_softmax(ten, 1)).sum(1).mean()
        loss = loss + clip_loss
        numbers["clip"] = float(clip_loss.detach())
    if batch["viewed"].any():
        seen = features[batch["viewed"]].float()
        view = listener.view(F.avg_pool1d(seen, PATCH // STEP, PATCH_STEP // STEP).transpose(1, 2)).float()
        target = batch["view"][batch["viewed"]]
        view_loss = F.mse_loss(view, target) / target.var().clamp(min=1e-4)
        loss = loss + 1.5 * view_loss
        numbers["view"] = float(view_loss.detach())
    return loss, numbers


def checker(pool: Pool) -> Any:
    """Mean over classes of the best threshold-free number that is cheap: F1 of rows at 0.5, on scenes kept aside."""
    items = np.flatnonzero(pool.clip < 0)[:160]

    def check(model: nn.Module) -> dict[str, float]:
        heard, known = pool.truth(items)
        with torch.no_grad():
            logits = torch.cat(
                [model(torch.from_numpy(pool.mel[part].astype(np.float32)))[0] for part in np.array_split(items, 10)]
            )
        said = (logits.float().numpy() > 0) & known
        both, one, other = ((a & known).sum((0, 1)) for a in (said & heard, said, heard))
        f1 = 2 * both / np.maximum(one + other, 1)
        present = other > 20
        names = {f"f1_{name}": float(f1[place]) for place, name in enumerate(CLASSES[:4])}
        return names | {"f1_events": float(f1[4:][present[4:]].mean())}

    return check


def run(pool: Path, folder: Path, stage: str, start: Path | None, config: LoopConfig) -> Path:
    """One stage; returns the path of its weights."""
    paths = sorted(pool.glob("*.npz"))
    kept = Pool.load([path for path in paths if int(path.stem) >= DEV and int(path.stem) % 5 in {2, 3}][:1])
    data = Pool.load([path for path in paths if int(path.stem) < DEV])
    torch.manual_seed(config.seed)
    size = Size(len(CLASSES))
    model = Listener(size)
    if start is not None:
        load_weights(model, start / WEIGHTS)
    folder.mkdir(parents=True, exist_ok=True)
    about = {"names": list(CLASSES), "stage": stage, "parameters": parameters(model), "scenes": len(data.fold)}
    (folder / "about.json").write_text(json.dumps(about | dataclasses.asdict(size)), encoding="utf-8")
    return train(model, iter(Batches(data, stage, config.seed)), loss_of, config, folder, check=checker(kept))


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pool", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--stage", choices=("base", "1", "2", "3", "4", "5", "all"), required=True)
    parser.add_argument("--start", type=Path, help="run to go on from")
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    seed = sum(map(ord, options.stage))
    config = LoopConfig(
        minutes=options.minutes, learning_rate=options.rate, weight_decay=0.02, threads=options.threads,
        save_every=3.0, log_every=100, seed=seed, average=0.995,
    )  # fmt: skip
    print(run(options.pool, options.run, options.stage, options.start, config))


if __name__ == "__main__":
    main()
