"""Train a teacher or a student: one loop, the same for both.

The three phases of the paper: the teacher is trained; then it is frozen and guides the student; then its word weighs
less and less, until the student learns alone (``distillation.Schedule``).

A run in its folder goes on where it was, also after a kill, and ends with the same weights as if nothing had happened
(on the processor, with the same number of threads). Started by ``torchrun`` on several machines, every process takes
its share of each batch. ``models.captioner.harness`` is the command.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from models.captioner import distillation, students
from models.captioner.captioner import Captioner, Tensors, cross_entropy
from models.captioner.decoding import greedy
from models.captioner.distillation import Schedule
from models.captioner.examples import LONGEST, English, Soft, Source, Video, batches, filled
from models.captioner.teacher import Config, Teacher
from models.captioner.trees import Tree
from models.captioner.vocabulary import PAD, UNKNOWN, Vocabulary
from models.training.loop import WEIGHTS, LoopConfig, load_weights, train

CONFIG, TOKENS, WORDS, RELATIONS = "captioner.json", "tokens.json", "words.json", "relations.json"


@dataclasses.dataclass(frozen=True)
class Training:
    """How a captioner is trained. The paper states none of it."""

    epochs: float = 12.0
    batch: int = 64
    learning_rate: float = 1e-3
    weight_decay: float = 0.01
    smoothing: float = 0.1
    average: float = 0.995
    warmup: float = 0.05
    seed: int = 0
    threads: int = 1
    bf16: bool = False
    save_steps: int = 100

    def steps(self, source: Source) -> int:
        """How many batches it takes."""
        return max(1, round(self.epochs * len(source) / self.batch))

    def loop(self, steps: int) -> LoopConfig:
        """The loop's own settings."""
        return LoopConfig(
            steps=steps, learning_rate=self.learning_rate, warmup=self.warmup, schedule="cosine", betas=(0.9, 0.98),
            weight_decay=self.weight_decay, average=self.average, threads=self.threads, bf16=self.bf16, log_every=20,
            save_every=1e9, save_steps=self.save_steps, seed=self.seed, clip=5.0,
        )  # fmt: skip


def run(
    model: Captioner,
    source: English | Video,
    training: Training,
    folder: Path,
    *,
    schedule: Schedule | None = None,
    check: Callable[[nn.Module], dict[str, float]] | None = None,
) -> Path:
    """
    Train until the epochs are over; the path of the averaged weights.

    With a *schedule* the source's batches hold what the teacher said (``examples.Soft``).
    """  # fmt: skip
    steps = training.steps(source)
    place, processes = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    size = max(1, training.batch // processes)
    lengths = [len(caption.tokens) for caption in source.said]

    def feed(first: int) -> Iterator[Tensors]:
        return batches(
            source, size, training.seed, first=first, process=place, processes=processes, steps=steps,
            schedule=schedule, lengths=lengths,
        )  # fmt: skip

    def loss_of(module: nn.Module, batch: Tensors) -> tuple[Tensor, dict[str, float]]:
        device = next(module.parameters()).device
        placed = {name: value.to(device) for name, value in batch.items()}
        return loss(module(placed), placed, training.smoothing, schedule.temperature if schedule else 1.0)

    weights = train(model, feed, loss_of, training.loop(steps), folder, check=check)
    if processes > 1:
        torch.distributed.barrier()  # the first process may still be writing them
    return weights


def loss(scores: Tensor, batch: Tensors, smoothing: float, temperature: float) -> tuple[Tensor, dict[str, float]]:
    """
    Equation 17 for a batch that holds the teacher's word, else equation 11; and both parts' values.

    UNKNOWN is read but never learned to be said: where it stands, a search that may not say it would be lost.
    """  # fmt: skip
    wanted = batch["tokens"][:, 1:]
    wanted = wanted.masked_fill(wanted == UNKNOWN, PAD)
    hard = cross_entropy(scores, wanted, smoothing)
    if "numbers" not in batch or not float(batch["guidance"]):
        return hard, {"hard": float(hard.detach())}
    soft = distillation.distilled(scores, batch["numbers"], batch["shares"], wanted != PAD, temperature)
    total = distillation.joint(hard, soft, batch["guidance"])
    return total, {"hard": float(hard.detach()), "soft": float(soft.detach())}


def keep(folder: Path, config: Config | students.Config, tokens: Vocabulary) -> None:
    """Write beside the weights what ``load`` builds the network from."""
    folder.mkdir(parents=True, exist_ok=True)
    kind = "teacher" if isinstance(config, Config) else "student"
    shape = {"kind": kind, "config": dataclasses.asdict(config)}
    (folder / CONFIG).write_text(json.dumps(shape, indent=1) + "\n", encoding="utf-8")
    tokens.save(folder / TOKENS)


def load(folder: Path) -> tuple[Captioner, Vocabulary]:
    """The captioner of a run with its averaged weights, at rest, and its tokens."""
    shape = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    model: Captioner
    if shape["kind"] == "teacher":
        model = Teacher(Config(**shape["config"]))
    else:
        model = students.student(students.Config(**shape["config"]))
    load_weights(model, folder / WEIGHTS)
    return model.eval(), Vocabulary.load(folder / TOKENS)


def described(
    model: Captioner, tokens: Vocabulary, parts: Sequence[Tensors], search: Callable[..., list[object]] = greedy
) -> list[list[str]]:
    """The tokens that the captioner says of each row of each batch."""
    model.eval()
    return [tokens.said(said.tokens) for part in parts for said in search(model, part)]


@torch.no_grad()
def teach(
    teacher: Teacher, source: English, temperature: float, *, each: int = 4, seed: int = 0, size: int = 64
) -> Soft:
    """
    What the frozen teacher thinks before each token of each caption: the mean over *each* English captions drawn.

    The paper draws one at every step; a mean is the same teacher, asked once for all steps and less noisy.
    """  # fmt: skip
    teacher.eval()
    count = len(source)
    shape = (count, LONGEST + 1, min(distillation.KEPT, teacher.output.out_features))
    numbers, shares = np.zeros(shape, np.int32), np.zeros(shape, np.float16)
    chance = random.Random(seed)
    for start in range(0, count, size):
        taken = source.said[start : start + size]
        tokens = filled([caption.tokens for caption in taken])
        total = torch.zeros(())
        for _ in range(each):
            trees: list[Tree] = [chance.choice(source.trees[caption.video]) for caption in taken]
            scores = teacher(source.of(trees) | {"tokens": tokens})
            total = total + distillation.softened(scores, temperature)
        which, share = distillation.kept(total / each)
        numbers[start : start + len(taken), : which.shape[1]] = which.numpy()
        share = share * (tokens[:, 1:, None] != PAD)
        shares[start : start + len(taken), : which.shape[1]] = share.numpy()
    return Soft(numbers, shares, temperature)
