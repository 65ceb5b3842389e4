"""
The sequence model that finds typing errors in Chinese captions (figure 7 of the paper), and its training.

    python -m models.captioner.typing_errors CORPUS --font FONT --run build/typing
    python -m models.captioner.typing_export --run build/typing --pack models/starter/typing

A typing error is taken for an anomaly of the sentence: a small bidirectional network reads the characters and their
sounds and gives for each the vector of the character that it expects there; the mean square error trains it, and the
cosine to the vector of what was typed says how well that fits. The vectors are fixed and random (signs), so that they
cannot fall together, and a cosine reads like a probability: the output that makes the error least is the mean of the
vectors of what may stand there. It learns by mending sentences in which characters were exchanged for what sounds or
looks like them. CORPUS is the Tatoeba export (CC BY 2.0 FR), one sentence a line or several columns; half of what is
read are words of jieba's dictionary (MIT), because a sentence knows few of them.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from models.captioner.typing_confusions import KINDS, Confusions, characters, confusions, dictionary
from models.training.corpus import read_pairs, split
from models.training.loop import Batch, LoopConfig, train

CODE = 128  # signs of a character's vector
LONGEST = 30  # characters of a sentence in training
UNKNOWN = 0  # then the characters
CHANCES = (0.7, 0.15, 0.15)  # of the kinds of confusion
ABOUT = "typing.json"


@dataclass(frozen=True)
class Size:
    """Of the network."""

    tokens: int
    sounds: int
    embedding: int = 96
    sound: int = 32
    hidden: int = 160


class Reader:
    """Characters to numbers and sounds, and the table of what is typed for what."""

    def __init__(self, table: Confusions, others: str) -> None:
        """*others*: punctuation and letters to know beside the characters of *table*."""
        self.table = table
        self.tokens = "".join([*table.of, *others])
        self.sounds = ["", *sorted(set(table.sounds.values()))]
        place = {sound: number for number, sound in enumerate(self.sounds)}
        self.numbers = {token: number for number, token in enumerate(self.tokens, 1)}
        self.sound_of = np.array([0, *(place[table.sounds.get(token, "")] for token in self.tokens)])

    def read(self, text: str) -> list[int]:
        """The numbers of the characters."""
        return [self.numbers.get(character, UNKNOWN) for character in text]

    def codes(self, seed: int = 1) -> np.ndarray[Any, np.dtype[np.float32]]:
        """The fixed vectors, of length 1: (tokens + 1, CODE)."""
        signs = np.random.default_rng(seed).integers(0, 2, (len(self.tokens) + 1, CODE))
        return ((2 * signs - 1) / np.sqrt(CODE)).astype(np.float32)


class Typist(nn.Module):
    """What is expected at each character: numbers and sounds (n, characters) to vectors (n, characters, CODE)."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.token = nn.Embedding(size.tokens, size.embedding)
        self.sound = nn.Embedding(size.sounds, size.sound)
        width = size.embedding + size.sound
        self.reading = nn.GRU(width, size.hidden, batch_first=True, bidirectional=True)
        self.meant = nn.Linear(2 * size.hidden + width, CODE)

    def forward(self, numbers: Tensor, sounds: Tensor) -> Tensor:
        """Sentences of one length."""
        read = torch.cat([self.token(numbers), self.sound(sounds)], 2)
        found: Tensor = self.meant(torch.cat([self.reading(read)[0], read], 2))
        return found


class Planter:
    """Exchanges characters for what is typed for them."""

    def __init__(self, table: Confusions, seed: int) -> None:
        self.table, self.chance = table, random.Random(seed)

    def plant(self, text: str, errors: int) -> str:
        """*text* with so many errors, or as many as its characters allow."""
        typed = list(text)
        places = [at for at, character in enumerate(text) if self.table.all_of(character)]
        for at in self.chance.sample(places, min(errors, len(places))):
            typed[at] = self.other(text[at])
        return "".join(typed)

    def other(self, character: str) -> str:
        """Something typed for *character*: of a kind by CHANCES, frequent characters more often."""
        kinds = self.table.of[character]
        weights = [chance if kinds[kind] else 0 for kind, chance in zip(KINDS, CHANCES, strict=True)]
        group = kinds[self.chance.choices(KINDS, weights)[0]]
        return self.chance.choices(group, [1 / (rank + 2) for rank in range(len(group))])[0]


class Batches:
    """Endless batches of what is typed and what is meant; the rows of one are of one length."""

    def __init__(self, texts: Sequence[str], reader: Reader, *, words: float, size: int, seed: int) -> None:
        """*words*: the share of rows made of words of the dictionary."""
        self.reader, self.size, self.share = reader, size, words
        self.by_length: dict[int, list[str]] = {}
        for text in texts:
            self.by_length.setdefault(len(text), []).append(text)
        self.lengths = [len(text) for text in texts]
        self.chance, self.planter = random.Random(seed), Planter(reader.table, seed + 1)
        rows = [(word, number) for word, number in dictionary() if 2 <= len(word) <= 6 and number > 2] if words else []
        self.words = [word for word, _ in rows]
        self.weights = np.cumsum([number**0.5 for _, number in rows])

    def __iter__(self) -> Iterator[Batch]:
        while True:
            length = self.chance.choice(self.lengths)
            some = self.chance.choices(self.by_length[length], k=self.size)
            rows = [self._words(length) if self.chance.random() < self.share else row for row in some]
            yield batch(self.reader, [self._typed(row) for row in rows], rows)

    def _words(self, length: int) -> str:
        text = ""
        while len(text) < length:
            text += self.words[int(np.searchsorted(self.weights, self.chance.random() * self.weights[-1]))]
        return text[:length]

    def _typed(self, text: str) -> str:
        if self.chance.random() < 0.25:
            return text
        return self.planter.plant(text, 1 + sum(self.chance.random() < 0.06 for _ in text))


def batch(reader: Reader, typed: Sequence[str], meant: Sequence[str]) -> Batch:
    """Numbers, sounds and the numbers that are wanted, (n, characters) each."""
    numbers, wanted = (torch.tensor([reader.read(text) for text in texts]) for texts in (typed, meant))
    return {"numbers": numbers, "sounds": torch.from_numpy(reader.sound_of)[numbers], "wanted": wanted}


class Mending:
    """The loss: the square error to the vectors of what was meant; characters that are not known do not count."""

    def __init__(self, codes: np.ndarray[Any, np.dtype[np.float32]], weight: float = 4.0) -> None:
        """*weight* of a mistyped character, of which there are few."""
        self.codes, self.weight = torch.from_numpy(codes), weight

    def __call__(self, model: nn.Module, batch: Batch) -> tuple[Tensor, dict[str, float]]:
        """For ``loop.train``."""
        wanted, wrong = batch["wanted"], batch["wanted"] != batch["numbers"]
        error = ((model(batch["numbers"], batch["sounds"]).float() - self.codes[wanted]) ** 2).sum(2)
        weights = (wanted > UNKNOWN) * (1 + (self.weight - 1) * wrong)
        mistyped = error[wrong].mean() if wrong.any() else torch.zeros(())
        return (error * weights).sum() / weights.sum(), {"mistyped": float(mistyped.detach())}


def sentences(corpus: Path) -> tuple[list[str], list[str], list[str]]:
    """Chinese sentences to train, to tune and to measure with; none stands in two."""
    parts = split(read_pairs(corpus), held_out=1000, dev=1000)
    train_, dev, test = ([*dict.fromkeys(pair.zh[:LONGEST] for pair in part)] for part in parts)
    held = {*dev, *test}
    return [text for text in train_ if text not in held], dev, test


def reader_of(texts: Sequence[str], font: Path) -> Reader:
    """The table for what stands in *texts*."""
    table = confusions(characters(texts), font)
    rest = Counter("".join(texts))
    return Reader(table, "".join(sorted(one for one, count in rest.items() if one not in table.of and count >= 5)))


def run(texts: Sequence[str], font: Path, folder: Path, *, words: float, config: LoopConfig, batch_size: int) -> Path:
    """Train on *texts*; *folder* gets the table and the weights."""
    reader = reader_of(texts, font)
    size = Size(len(reader.tokens) + 1, len(reader.sounds))
    folder.mkdir(parents=True, exist_ok=True)
    about = {"tokens": reader.tokens, "of": reader.table.of, "sounds": reader.table.sounds, "size": asdict(size)}
    (folder / ABOUT).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    batches = iter(Batches(texts, reader, words=words, size=batch_size, seed=config.seed))
    return train(Typist(size), batches, Mending(reader.codes()), config, folder)


def opened(folder: Path) -> tuple[Reader, Size]:
    """What ``run`` kept beside the weights."""
    about = json.loads((folder / ABOUT).read_text("utf-8"))
    table = Confusions(about["of"], about["sounds"])
    return Reader(table, about["tokens"][len(table.of) :]), Size(**about["size"])


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--captions", action="store_true", help="CORPUS is a file of captions: its training part")
    parser.add_argument("--font", type=Path, required=True, help="a font with Chinese characters, to see what is alike")
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--words", type=float, default=0.5, help="share of the dictionary")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    if options.captions:
        from models.captioner.data import msvd_cn

        texts = [*dict.fromkeys(one.text for one in msvd_cn(options.corpus).part("train").captions)]
    else:
        texts = sentences(options.corpus)[0]
    config = LoopConfig(
        minutes=options.minutes, learning_rate=3e-3, threads=options.threads, bf16=False, log_every=200,
        average=0.998, save_every=2.0,
    )  # fmt: skip
    print(run(texts, options.font, options.run, words=options.words, config=config, batch_size=options.batch))


if __name__ == "__main__":
    main()
