"""From sentence pairs to batches: tokenizer, augmentation, word links, batches of about equal size.

One model serves both directions: the first source token names the target language. Text on both sides is cut by one
SentencePiece unigram model with byte fallback, sampled anew every time a sentence is seen (Kudo 2018).
"""

from __future__ import annotations

import dataclasses
import io
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import sentencepiece
from numpy.typing import NDArray

from models.training.corpus import Pair
from models.translation.align import align
from models.translation.augment import Linked, augment, join

BOS, PAD, EOS, UNK = 0, 1, 2, 3  # the order of fairseq, which M2M100's position encodings assume
TAGS = {"en": "<2en>", "zh": "<2zh>"}
PLACEHOLDERS = tuple(f"⟦{index}⟧" for index in range(10))


@dataclasses.dataclass(frozen=True)
class DataConfig:
    """How text becomes batches. Shares are probabilities per sentence."""

    vocabulary: int = 6000
    coverage: float = 0.9995  # of characters; the rest are spelled in bytes
    sampling: float = 0.3  # SentencePiece's alpha; smaller cuts more wildly, 0 always takes the best cut
    sampled: float = 0.7  # share of sentences cut by sampling
    joined: float = 0.15  # share of samples made of two or three sentences
    tokens: int = 2500  # padded source and target tokens in a batch
    pool: int = 6000  # samples sorted by length together
    max_tokens: int = 120
    seed: int = 0


class Encoded(NamedTuple):
    """One sample: ids with tag and end, and the share of each source token in each target token."""

    source: list[int]
    target: list[int]
    links: NDArray[np.float32]  # [len(target), len(source)]; rows sum to 1, or to 0 where nothing is known


def train_tokenizer(pairs: Sequence[Pair], config: DataConfig, path: Path) -> sentencepiece.SentencePieceProcessor:
    """Train the shared SentencePiece model on both sides and write it to ``path``."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([text for pair in pairs for text in (pair.en, pair.zh)]),
        model_writer=model,
        model_type="unigram",
        vocab_size=config.vocabulary,
        character_coverage=config.coverage,
        byte_fallback=True,
        split_digits=True,
        normalization_rule_name="identity",  # the default would turn Chinese punctuation into ASCII
        user_defined_symbols=[*TAGS.values(), *PLACEHOLDERS],
        bos_id=BOS,
        pad_id=PAD,
        eos_id=EOS,
        unk_id=UNK,
        minloglevel=2,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.getvalue())
    return load_tokenizer(path)


def load_tokenizer(path: Path) -> sentencepiece.SentencePieceProcessor:
    """Open a SentencePiece model."""
    return sentencepiece.SentencePieceProcessor(model_file=str(path))


def link(pairs: Sequence[Pair], tokenizer: sentencepiece.SentencePieceProcessor) -> list[Linked]:
    """Align the pairs over their best cuts, and remember for each character which unit it lies in."""
    sides = [tokenizer.encode([pair[side] for pair in pairs], out_type=str) for side in (0, 1)]
    numbers: dict[str, int] = {}
    ids = [
        [[numbers.setdefault(piece.lstrip("▁") or piece, len(numbers)) for piece in text] for text in side]
        for side in sides
    ]
    matrices = align(*ids)
    made = []
    for pair, en, zh, matrix in zip(pairs, sides[0], sides[1], matrices, strict=True):
        made.append(Linked(pair.en, pair.zh, owners(en, len(pair.en)), owners(zh, len(pair.zh)), matrix))
    return made


def spans(pieces: Sequence[str]) -> list[tuple[int, int]]:
    """Character range of each piece in the text it was cut from (bytes of one character share its range)."""
    found, position = [], -1  # the first piece begins with the blank that SentencePiece puts before the text
    for piece in pieces:
        if len(piece) == 6 and piece.startswith("<0x"):
            lead = int(piece[3:5], 16) & 0xC0 != 0x80
            position += lead
            found.append((position - 1, position))
        else:
            found.append((position, position + len(piece)))
            position += len(piece)
    return found


def owners(pieces: Sequence[str], length: int) -> NDArray[np.int16]:
    """For each character of the text the index of the piece it lies in, [length]."""
    owner = np.zeros(length, np.int16)
    for index, (start, end) in enumerate(spans(pieces)):
        owner[max(start, 0) : max(end, 0)] = index
    return owner


def shares(pieces: Sequence[str], owner: NDArray[np.int16], units: int) -> NDArray[np.float32]:
    """How much of each piece lies in each unit, [len(pieces), units]; characters without a unit (-1) count for none."""
    weights = np.zeros((len(pieces), units), np.float32)
    for index, (start, end) in enumerate(spans(pieces)):
        for unit in owner[max(start, 0) : max(end, 0)]:
            if unit >= 0:
                weights[index, unit] += 1
    return weights / np.maximum(weights.sum(1, keepdims=True), 1)


def token_links(pair: Linked, en: Sequence[str], zh: Sequence[str]) -> NDArray[np.float32]:
    """The links of a pair over any cut of its two texts, [len(en), len(zh)]."""
    rows, columns = pair.links.shape
    return shares(en, pair.en_units, rows) @ pair.links @ shares(zh, pair.zh_units, columns).T


class Samples:
    """Endless samples in both directions, drawn anew in every epoch."""

    def __init__(
        self, pairs: Sequence[Linked], tokenizer: sentencepiece.SentencePieceProcessor, config: DataConfig
    ) -> None:
        self.pairs, self.tokenizer, self.config = pairs, tokenizer, config
        self.random = random.Random(config.seed)
        self.tags = {language: tokenizer.piece_to_id(tag) for language, tag in TAGS.items()}

    def cut(self, text: str, sample: bool = True) -> list[str]:
        """Pieces of a text, sampled or best."""
        if sample and self.config.sampling and self.random.random() < self.config.sampled:
            pieces = self.tokenizer.encode(
                text, out_type=str, enable_sampling=True, alpha=self.config.sampling, nbest_size=-1
            )
        else:
            pieces = self.tokenizer.encode(text, out_type=str)
        return list(pieces)

    def encode(self, pair: Linked, to: str, sample: bool = True) -> Encoded:
        """Ids and token links of one pair towards language ``to``."""
        en, zh = self.cut(pair.en, sample), self.cut(pair.zh, sample)
        matrix = token_links(pair, en, zh)
        source, target, matrix = (en, zh, matrix.T) if to == "zh" else (zh, en, matrix)
        links = np.zeros((len(target) + 1, len(source) + 2), np.float32)
        links[:-1, 1:-1] = matrix
        links[-1, -1] = 1
        total = links.sum(1, keepdims=True)
        links = np.where(total > 0.2, links / np.maximum(total, 1e-6), 0)
        ids = self.tokenizer.piece_to_id
        return Encoded([self.tags[to], *map(ids, source), EOS], [*map(ids, target), EOS], links)

    def __iter__(self) -> Iterator[Encoded]:
        while True:
            order = [(index, to) for index in range(len(self.pairs)) for to in TAGS]
            self.random.shuffle(order)
            for index, to in order:
                pair = self.pairs[index]
                if self.random.random() < self.config.joined:
                    pair = join([pair, *self.random.choices(self.pairs, k=self.random.choice((1, 1, 2)))], self.random)
                encoded = self.encode(augment(pair, to, self.random), to)
                if max(len(encoded.source), len(encoded.target)) <= self.config.max_tokens:
                    yield encoded


def batches(samples: Iterable[Encoded], config: DataConfig) -> Iterator[dict[str, Any]]:
    """Token-balanced batches of numpy arrays: a pool is sorted by length, cut, and the batches shuffled."""
    shuffle = random.Random(config.seed)
    pool: list[Encoded] = []
    for sample in samples:
        pool.append(sample)
        if len(pool) == config.pool:
            made = list(cut_batches(pool, config.tokens))
            shuffle.shuffle(made)
            yield from map(collate, made)
            pool = []
    yield from map(collate, cut_batches(pool, config.tokens))


def cut_batches(samples: Sequence[Encoded], tokens: int) -> Iterator[list[Encoded]]:
    """Neighbours in length, at most ``tokens`` padded tokens together."""
    batch: list[Encoded] = []
    widest = 0
    for sample in sorted(samples, key=lambda one: (len(one.target) + len(one.source), len(one.target))):
        width = max(widest, len(sample.source) + len(sample.target))
        if batch and width * (len(batch) + 1) > tokens:
            yield batch
            batch, width = [], len(sample.source) + len(sample.target)
        batch, widest = [*batch, sample], width
    if batch:
        yield batch


def collate(batch: Sequence[Encoded]) -> dict[str, Any]:
    """Pad: source [b, s], target [b, t], decoder input [b, t] (shifted right), links [b, t, s]."""
    s, t = max(len(one.source) for one in batch), max(len(one.target) for one in batch)
    source, target = np.full((len(batch), s), PAD), np.full((len(batch), t), PAD)
    links = np.zeros((len(batch), t, s), np.float32)
    for row, one in enumerate(batch):
        source[row, : len(one.source)] = one.source
        target[row, : len(one.target)] = one.target
        links[row, : one.links.shape[0], : one.links.shape[1]] = one.links
    shifted = np.concatenate([np.full((len(batch), 1), BOS), target[:, :-1]], axis=1)
    return {"source": source, "target": target, "shifted": shifted, "links": links}
