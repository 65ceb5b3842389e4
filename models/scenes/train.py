"""Train a recogniser of scenes.

    python -m models.scenes.train --films FILMS --out RUN --minutes 30
    python -m models.scenes.train --films FILMS --out RUN --gpus 4 --batch_size 128 --epochs 50

The second form is the reference's: 50 times through all shots in batches of 128 shots, shared by four processes (one
for each GPU; without GPUs, on the processor). Started by ``torchrun`` on several machines it does the same on all of
them. A run in RUN goes on where it was, also after a kill.

``--stage all`` trains everything at once. ``--stage fusion --encoders RUN`` keeps the encoders of another run as they
are, looks at every film once, and trains another fusion on their vectors: minutes, so all three can be compared.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from models.scenes import losses, rows, vectors
from models.scenes.config import FUSIONS, STARTER, STARTER_TRAINING, Config, Training
from models.scenes.model import Recogniser
from models.training.loop import WEIGHTS, LoopConfig, load_weights, train

CONFIG = "config.json"
LOOP = LoopConfig(  # the reference's, but for the clock
    learning_rate=1e-4,
    weight_decay=0.01,
    warmup=0.05,
    schedule="cosine",
    betas=(0.9, 0.999),
    average=0.998,
    log_every=20,
    save_every=2.0,
    tensorboard=True,
)


def load(run: Path) -> Recogniser:
    """The network of a run with its averaged weights, at rest."""
    model = Recogniser(Config.load(run / CONFIG))
    load_weights(model, run / WEIGHTS)
    return model.eval()


def run(
    known: Sequence[rows.Film],
    config: Config,
    training: Training,
    loop: LoopConfig,
    folder: Path,
    *,
    start: Path | None = None,
    frozen: bool = False,
    teacher: Recogniser | None = None,
    model: Recogniser | None = None,
    check: Callable[[nn.Module], dict[str, float]] | None = None,
) -> Path:
    """
    Train until the time or the steps are over; the path of the averaged weights.

    *start* is a run whose encoders are begun from; *frozen*: they stay as they are. A *teacher* is imitated beside the
    truth. *model* is one to go on with.
    """  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    config.save(folder / CONFIG)
    torch.manual_seed(loop.seed)
    model = model or Recogniser(config)
    if start is not None:
        model.branches.load_state_dict(load(start).branches.state_dict())
    weights = losses.Weights(rows.class_weights(known, config), training.begins_weight)
    if frozen:
        for value in model.branches.parameters():
            value.requires_grad_(False)
        model.branches.eval()
        known = vectors.all_seen(known, model, start or folder)

    def source(first: int) -> Iterator[dict[str, Tensor]]:
        place, processes = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
        return rows.batches(known, training, loop.seed, first=first, process=place, processes=processes)

    def loss_of(module: nn.Module, batch: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, float]]:
        device = next(module.parameters()).device
        placed = {name: value.to(device) for name, value in batch.items()}
        said = module(placed)
        total, numbers = losses.loss(said, placed, config, weights)
        if teacher is None:
            return total, numbers
        with torch.no_grad():
            taught = teacher.to(device)(placed)
        imitated = losses.distilled(said, taught, placed, config)
        return losses.KEPT * total + (1 - losses.KEPT) * imitated, numbers | {"imitated": float(imitated.detach())}

    return train(model, source, loss_of, loop, folder, check=check)


def steps_of(epochs: float, known: Sequence[rows.Film], training: Training) -> int:
    """How many batches it takes to go *epochs* times through all shots."""
    shots = sum(len(film.shots) for film in known)
    return max(1, math.ceil(epochs * shots / (training.batch * training.row)))


def spread_over(gpus: int, arguments: Sequence[str]) -> int:
    """Start this command once for each of *gpus*, joined by torchrun; its exit status."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={gpus}"]
    return subprocess.run([*command, "-m", "models.scenes.train", *arguments], check=False).returncode


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line. No option may begin like one of torchrun, which would take it for its own (--run, --start)."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=Path, required=True, help="what models.scenes.prepare wrote, to train on")
    parser.add_argument("--out", type=Path, required=True, help="checkpoints, log and weights: the run")
    parser.add_argument("--stage", choices=("all", "fusion"), default="all")
    parser.add_argument("--encoders", type=Path, help="a run whose encoders are begun from")
    parser.add_argument("--config", type=Path, help="a configuration; else the starter's")
    parser.add_argument("--fusion", choices=FUSIONS, help="instead of the configuration's")
    parser.add_argument("--dropout", type=float, help="instead of the configuration's")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--epochs", type=float, help="end after these and not by the clock")
    parser.add_argument("--steps", type=int, default=0, help="likewise")
    parser.add_argument("--gpus", type=int, default=1, help="processes on this machine")
    parser.add_argument("--batch-size", "--batch_size", type=int, help="shots, over all processes")
    parser.add_argument("--row", type=int, default=STARTER_TRAINING.row, help="shots of a sample")
    parser.add_argument("--instants", type=int, default=STARTER_TRAINING.instants, help="looked at in a shot")
    parser.add_argument("--seconds", type=int, default=STARTER_TRAINING.seconds, help="listened to in a shot")
    parser.add_argument("--learning-rate", "--learning_rate", type=float, default=LOOP.learning_rate)
    parser.add_argument("--weight-decay", "--weight_decay", type=float, default=LOOP.weight_decay)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--float32", action="store_true", help="no mixed precision")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    options = parsed(arguments)
    if options.gpus > 1 and "RANK" not in os.environ:
        raise SystemExit(spread_over(options.gpus, sys.argv[1:] if arguments is None else arguments))
    config = Config.load(options.config) if options.config else STARTER
    config = config.fused_by(options.fusion) if options.fusion else config
    if options.dropout is not None:
        config = dataclasses.replace(config, fusion=dataclasses.replace(config.fusion, dropout=options.dropout))
    taken = {"row": options.row, "instants": options.instants, "seconds": options.seconds}
    training = dataclasses.replace(STARTER_TRAINING, **taken)
    if options.batch_size:
        training = dataclasses.replace(training, batch=max(1, options.batch_size // options.row))
    known = rows.films(options.films, config)
    steps = steps_of(options.epochs, known, training) if options.epochs else options.steps
    loop = dataclasses.replace(
        LOOP, minutes=options.minutes, steps=steps, learning_rate=options.learning_rate, threads=options.threads,
        weight_decay=options.weight_decay, seed=options.seed, bf16=not options.float32,
    )  # fmt: skip
    run(known, config, training, loop, options.out, start=options.encoders, frozen=options.stage == "fusion")


if __name__ == "__main__":
    main()
