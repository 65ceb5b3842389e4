"""Train the starter captioner on drawn films: a small network that looks, and the Transformer of ``students``.

    python -m models.captioner.starter --films FILMS/train --captions train.jsonl --dev-films FILMS/dev \\
      --dev-captions dev.jsonl --out RUN --minutes 45 --encoder RUN_OF_SCENES

FILMS is what ``models.scenes.prepare`` makes, the captions what ``models.captioner.films`` tells of it. A text begins
with the token of its language in the place of ``BEGIN``: one vocabulary holds the characters of Chinese and the words
of English. Each step takes some shots and several captions of each, so that a picture is looked at once for all.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from models.captioner import phrases
from models.captioner.captioner import Tensors
from models.captioner.examples import batches, filled
from models.captioner.films import LANGUAGES
from models.captioner.pictures import REGIONS, SIZE, Small, key_frames
from models.captioner.students.transformer import Transformer
from models.captioner.train import loss
from models.captioner.vocabulary import Vocabulary
from models.training.loop import WEIGHTS, LoopConfig, load_weights, train
from plugin_core.engines.captioner import FRAMES

CONFIG, TOKENS = "starter.json", "tokens.json"
MARKS = {language: f"<{language}>" for language in LANGUAGES}
MOST = 3  # pictures of a shot that are mostly looked at in a step: the fewer, the quicker
PARTS = {  # of the truth of a shot, and what each may be
    "doing": (*phrases.ZH_THERE, "view", *phrases.ZH_TITLES), "who": ("", *phrases.ZH_COUNTS),
    "place": ("", *phrases.ZH_PLACES), "time": ("", *phrases.ZH_TIMES), "weather": ("", *phrases.ZH_WEATHER),
    "coat": ("", *phrases.ZH_COATS), "camera": ("", *phrases.ZH_CAMERA),
}  # fmt: skip
TOGETHER = 128  # shots of the development films that are looked at


@dataclasses.dataclass(frozen=True)
class Shape:
    """Of the Transformer."""

    hidden: int = 128
    layers: int = 2
    heads: int = 4
    dropout: float = 0.1


@dataclasses.dataclass(frozen=True)
class Training:
    """*batch* shots a step with *each* captions of each language."""

    minutes: float = 45.0
    steps: int = 0  # ends after these and not by the clock
    batch: int = 16
    each: int = 1
    learning_rate: float = 2e-3
    smoothing: float = 0.05
    parts: float = 0.25  # weight of telling the parts of the truth apart
    average: float = 0.995
    threads: int = 1
    bf16: bool = True
    save_every: float = 5.0
    seed: int = 0


class Starter(Transformer):
    """
    Pictures -> tokens. A batch holds ``pictures`` [shots, frames, 3, height, width] from -1 to 1, ``mask`` [shots,
    frames] and, where several captions tell the same shot, ``which`` [captions], the shot of each.

    What is seen is one vector for each region of each frame and, before them, a gist of all. In training the gist also
    has to tell the parts of the truth apart (``guessed``): pictures are understood long before sentences are. How
    certain it is of them says more of whether a caption is right than the caption's own words do, which may vary.
    """

    def __init__(self, tokens: int, shape: Shape = Shape()) -> None:
        known = dataclasses.asdict(shape)
        super().__init__(tokens=tokens, features=SIZE, frames=1 + FRAMES * REGIONS, **known)
        self.eyes, self.gist = Small(), nn.Linear(2 * SIZE, SIZE)
        self.heads = nn.ModuleDict({name: nn.Linear(2 * SIZE, len(labels)) for name, labels in PARTS.items()})
        self.guessed: Tensors = {}

    def remember(self, batch: Tensors) -> Tensors:
        """The keys and values of the gist and of all regions of all frames in every layer."""
        seen = self.eyes(batch["pictures"], batch["mask"])
        there = batch["mask"][:, :, None, None]
        mean = (seen * there).sum((1, 2)) / (there.sum((1, 2)) * REGIONS).clamp(min=1)
        whole = torch.cat([mean, (seen - 1e3 * (1 - there)).amax((1, 2))], 1)
        self.guessed = {name: head(whole) for name, head in self.heads.items()}
        memory = super().remember({"frames": torch.cat([self.gist(whole)[:, None], seen.flatten(1, 2)], 1)})
        return {name: value[batch["which"]] for name, value in memory.items()} if "which" in batch else memory


class Told:
    """Shots of drawn films with their captions: the source of ``examples.batches``. Arrays stay on disk."""

    def __init__(self, films: Path, captions: Path, tokens: Vocabulary | None = None, *, each: int = 0) -> None:
        """*each* is how many captions of a language are drawn for a shot with changes to its pictures; 0: the first."""
        self.films, self.each = films, each
        rows = [json.loads(line) for line in captions.read_text("utf-8").splitlines()]
        self.rows = [row for row in rows if self.places(row).size and any(row.get(language) for language in LANGUAGES)]
        texts = [cut(text, language) for row in self.rows for language in LANGUAGES for text in row.get(language, ())]
        self.tokens = tokens or Vocabulary([*MARKS.values(), *Vocabulary.of(texts).tokens[4:]])

    def __len__(self) -> int:
        return len(self.rows)

    def batch(self, places: Sequence[int], chance: random.Random) -> Tensors:
        """Shots with some of their captions, for the one loop of all captioners."""
        shots = [self.pictures(place, chance if self.each else None) for place in places]
        which, begins, said = [], [], []
        for number, place in enumerate(places):
            for language in LANGUAGES:
                texts = self.rows[place].get(language, [])
                for text in chance.sample(texts, min(self.each, len(texts))) if self.each else texts[:1]:
                    which.append(number)
                    begins.append(self.tokens.numbers[MARKS[language]])
                    said.append(self.tokens.read(cut(text, language)))
        numbers = filled(said)
        numbers[:, 0] = torch.tensor(begins)
        pictures, mask = (np.stack(part) for part in zip(*shots, strict=True))
        kept = max(1, int(mask.sum(1).max()))
        return self.parts(places) | {
            "pictures": normalised(pictures[:, :kept]), "mask": torch.from_numpy(mask[:, :kept]),
            "which": torch.tensor(which), "tokens": numbers,
        }  # fmt: skip

    def parts(self, places: Sequence[int]) -> Tensors:
        """The number of each part of the truth of shots; -1 where nobody said."""
        numbers = {name: {label: number for number, label in enumerate(labels)} for name, labels in PARTS.items()}
        return {
            f"is_{name}": torch.tensor([known.get(self.rows[place].get(name), -1) for place in places])
            for name, known in numbers.items()
        }

    def places(self, row: Mapping[str, Any]) -> npt.NDArray[np.int64]:
        """Which of a film's pictures are of the shot."""
        first, last = np.searchsorted(_array(self.films / row["film"] / "indexes.npy"), [row["first"], row["last"] + 1])
        return np.arange(first, last)

    def pictures(self, place: int, chance: random.Random | None = None) -> tuple[npt.NDArray[np.uint8], Any]:
        """The key frames of a shot and which are there; by *chance* fewer, mirrored, brighter or darker."""
        row = self.rows[place]
        wanted = self.places(row)
        if chance and chance.random() < 0.9:
            count = min(len(wanted), chance.randint(1, MOST))
            wanted = np.array(sorted(chance.sample(wanted.tolist(), count)))
        found = np.asarray(_array(self.films / row["film"] / "pictures.npy")[wanted, 0])
        if chance and chance.random() < 0.5:
            found = found[:, :, ::-1]
        if chance:
            found = np.clip(found * chance.uniform(0.85, 1.15) + chance.uniform(-10, 10), 0, 255).astype(np.uint8)
        return key_frames(found)


@cache
def _array(path: Path) -> npt.NDArray[Any]:
    found: npt.NDArray[Any] = np.load(path, mmap_mode="r")
    return found


def cut(text: str, language: str) -> list[str]:
    """The characters of Chinese, the words of English."""
    return list(text) if language == "zh" else text.split()


def normalised(pictures: npt.NDArray[np.uint8]) -> Tensor:
    """[..., height, width, 3] to [..., 3, height, width] from -1 to 1."""
    return torch.from_numpy(pictures).movedim(-1, -3).float() / 127.5 - 1.0


def run(
    source: Told,
    dev: Told,
    shape: Shape,
    training: Training,
    folder: Path,
    *,
    encoder: Path | None = None,
    before: Path | None = None,
) -> Path:
    """Train, or go on training, in *folder*; the path of the averaged weights."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(training.seed)
    model = Starter(len(source.tokens), shape)
    if encoder is not None:
        model.eyes.begin_from(encoder)
    if before is not None:
        _begin_from(model, source.tokens, before)
    source.tokens.save(folder / TOKENS)
    (folder / CONFIG).write_text(json.dumps(dataclasses.asdict(shape)) + "\n", encoding="utf-8")
    loop = LoopConfig(
        minutes=training.minutes, steps=training.steps, learning_rate=training.learning_rate, schedule="cosine",
        average=training.average, threads=training.threads, bf16=training.bf16, log_every=20,
        save_every=training.save_every, seed=training.seed,
    )  # fmt: skip

    def feed(first: int) -> Iterator[Tensors]:
        return batches(source, training.batch, training.seed, first=first)

    def loss_of(module: nn.Module, batch: Tensors) -> tuple[Tensor, dict[str, float]]:
        said, numbers = loss(module(batch), batch, training.smoothing, 1.0)
        apart = told_apart(getattr(module, "module", module).guessed, batch)
        return said + training.parts * apart, numbers | {"parts": float(apart.detach())}

    return train(model, feed, loss_of, loop, folder, check=checked(dev))


def told_apart(guessed: Tensors, batch: Tensors) -> Tensor:
    """The sum of the cross-entropies of all parts of the truth, each over the shots of which it is known."""
    total = torch.zeros(())
    for name, scores in guessed.items():
        known = batch[f"is_{name}"] >= 0
        if known.any():
            total = total + functional.cross_entropy(scores[known], batch[f"is_{name}"][known])
    return total


def _begin_from(model: Starter, tokens: Vocabulary, run: Path) -> None:
    """The weights of an earlier run that fit, and what it knew of the tokens both have."""
    own, known, before = model.state_dict(), load_file(run / WEIGHTS), Vocabulary.load(run / TOKENS)
    both = [token for token in tokens.tokens if token in before.numbers]
    here, there = ([vocabulary.numbers[token] for token in both] for vocabulary in (tokens, before))
    for name, value in known.items():
        if name.startswith(("embedding.", "output.")):
            own[name][here] = value[there]
        elif name in own and own[name].shape == value.shape:
            own[name] = value
    model.load_state_dict(own)


def checked(dev: Told) -> Callable[[nn.Module], dict[str, float]]:
    """The loss on development films, without smoothing."""
    places = list(range(0, len(dev), max(1, len(dev) // TOGETHER)))

    def check(model: nn.Module) -> dict[str, float]:
        found = []
        for first in range(0, len(places), 16):
            batch = dev.batch(places[first : first + 16], random.Random(0))
            found.append(float(loss(model(batch), batch, 0.0, 1.0)[0]))
        return {"dev": sum(found) / len(found)}

    return check


def load(folder: Path) -> tuple[Starter, Vocabulary]:
    """The captioner of a run, at rest, and its tokens."""
    tokens = Vocabulary.load(folder / TOKENS)
    model = Starter(len(tokens), Shape(**json.loads((folder / CONFIG).read_text("utf-8"))))
    load_weights(model, folder / WEIGHTS)
    return model.eval(), tokens


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--films", "--captions", "--dev-films", "--dev-captions", "--out"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--encoder", type=Path, help="a run of models.scenes, whose eyes it begins with")
    parser.add_argument("--before", type=Path, help="an earlier run, whose weights it begins with where they fit")
    parser.add_argument("--minutes", type=float, default=Training.minutes)
    parser.add_argument("--batch", type=int, default=Training.batch)
    parser.add_argument("--threads", type=int, default=Training.threads)
    parser.add_argument("--learning-rate", type=float, default=Training.learning_rate)
    parser.add_argument("--float32", action="store_true", help="no bfloat16")
    options = parser.parse_args(arguments)
    training = Training(
        minutes=options.minutes, batch=options.batch, threads=options.threads, bf16=not options.float32,
        learning_rate=options.learning_rate,
    )  # fmt: skip
    source = Told(options.films, options.captions, each=training.each)
    dev = Told(options.dev_films, options.dev_captions, source.tokens)
    print(len(source), "shots,", len(source.tokens), "tokens", flush=True)
    run(source, dev, Shape(), training, options.out, encoder=options.encoder, before=options.before)


if __name__ == "__main__":
    main()
