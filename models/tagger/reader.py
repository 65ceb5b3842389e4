"""
Train the reader of labels in plain words, for a tagging pack.

    python -m models.tagger.reader --corpus cmn.txt --out work --minutes 30 --pack models/starter/tagger-zh-en

The reader has two sides that meet in a product (the idea of GLiNER's bi-encoder, Zaratiana et al. 2023): a text becomes
a vector per character (hashed n-grams and words, then three dilated convolutions), a label becomes one vector for
beginnings and one for insides. So every text teaches all labels at once, and in use it is read once however many labels
are asked. Data: labels.py. Run again with the same ``--out`` to resume. Exported as int8 and float16 matrices.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import shutil
import time
import tomllib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.tagger import labels
from plugin_core.engines.labelling import DILATIONS, NAME
from plugin_core.modelstore import write_pack_toml
from plugin_core.tagging import anchors, decoding
from plugin_core.tagging.characters import fold
from plugin_core.tagging.features import LETTERS, ROWS, features

GAP = "\0" * 8  # between texts read as one: no feature looks across


@dataclasses.dataclass(frozen=True)
class Config:
    """Sizes and the course of training."""

    table: int = 64  # width of a row of the tables
    width: int = 96
    batch: int = 40  # texts
    rate: float = 0.003
    dropped: float = 0.12  # share of a character's n-grams and words that are hidden in training
    dropout: float = 0.1
    minutes: float = 30.0  # of processor time
    seed: int = 0


class Reader(nn.Module):
    """Vectors of characters, vectors of labels, and their products: scores of beginning and inside."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.grams = nn.Parameter(torch.randn(ROWS, config.table) * 0.1)
        self.letters = nn.Parameter(torch.randn(LETTERS, config.table) * 0.1)
        self.first = nn.Linear(config.table, config.width)
        self.norms = nn.ModuleList(nn.LayerNorm(config.width) for _ in DILATIONS)
        self.looks = nn.ModuleList(nn.Linear(3 * config.width, config.width) for _ in DILATIONS)
        self.mixes = nn.ModuleList(nn.Linear(config.width, config.width) for _ in DILATIONS)
        self.last = nn.LayerNorm(config.width)
        self.label_first = nn.Linear(config.table, 2 * config.width)
        self.label_last = nn.Linear(2 * config.width, 2 * (config.width + 1))

    def table(self, rows: Tensor, letters: Tensor) -> Tensor:
        """The sum of a character's rows [characters, table]."""
        if self.training:
            kept = (torch.rand(rows.shape) > self.config.dropped).float()
            found = (functional.embedding(rows, self.grams) * kept[..., None]).sum(1)
        else:
            found = functional.embedding(rows, self.grams).sum(1)
        return found + functional.embedding(letters, self.letters)

    def read(self, rows: Tensor, letters: Tensor) -> Tensor:
        """A vector per character of texts put one behind the other [characters, width]."""
        x = self.first(self.table(rows, letters))
        for dilation, norm, look, mix in zip(DILATIONS, self.norms, self.looks, self.mixes, strict=True):
            y = norm(x)
            wide = functional.pad(y, (0, 0, dilation, dilation))
            around = torch.cat((wide[: len(y)], y, wide[2 * dilation :]), 1)
            x = x + mix(functional.dropout(functional.relu(look(around)), self.config.dropout, self.training))
        return self.last(x)

    def name(self, rows: Tensor, letters: Tensor, owners: Tensor, count: int) -> Tensor:
        """Vectors of *count* labels whose characters are put one behind the other [labels, 2, width + 1]."""
        table = self.table(rows, letters)
        mean = torch.zeros(count, table.shape[1]).index_add_(0, owners, table)
        mean = mean / torch.bincount(owners, minlength=count)[:, None].sqrt()
        inner = functional.relu(self.label_first(mean))
        return self.label_last(functional.dropout(inner, self.config.dropout, self.training)).view(count, 2, -1)

    def scores(self, vectors: Tensor, named: Tensor) -> Tensor:
        """Scores of O, B, I [characters, labels, 3]."""
        found = torch.einsum("cw,lkw->clk", vectors, named[..., :-1]) * vectors.shape[1] ** -0.5 + named[..., -1]
        return torch.cat((torch.zeros_like(found[..., :1]), found), -1)


def joined(texts: Sequence[str]) -> tuple[str, bytes, list[int]]:
    """Texts put one behind the other, folded, with their kinds, and where each begins."""
    folded, kinds, starts = [""], [b""], []
    at = len(GAP)
    for text in texts:
        one = fold(text)
        starts.append(at)
        folded.append(one)
        kinds.append(bytes(anchors.kinds(text)))
        at += len(one) + len(GAP)
    return GAP.join((*folded, "")), bytes(len(GAP)).join((*kinds, b"")), starts


def wanted(
    batch: Sequence[labels.Marked], starts: Sequence[int], length: int, names: Sequence[str]
) -> NDArray[np.int8]:
    """What is right for every character and kind [characters, kinds]: 0, 1, 2, or -1 where nobody knows."""
    found = np.full((length, len(names)), -1, np.int8)
    place = {name: index for index, name in enumerate(names)}
    for text, start in zip(batch, starts, strict=True):
        end = start + len(text.text)
        found[start:end] = 0
        for name in text.unsure:
            for asked, index in place.items():
                if labels.is_a(name, asked) is not False:
                    found[start:end, index] = -1
        for first, last, name in text.spans:
            for asked, index in place.items():
                answer = labels.is_a(name, asked)
                if answer is False or (found[start, index] == -1 and answer is not None):
                    continue
                found[start + first : start + last, index] = -1 if answer is None else 2
                if answer:
                    found[start + first, index] = 1
    return found


def phrased(names: Sequence[str], chance: random.Random) -> list[str]:
    """A phrasing for every kind, of those that are trained."""
    known = labels.kinds()
    found = [chance.choice(known[name].labels[chance.choice(labels.LANGUAGES)]["train"]) for name in names]
    return [chance.choice((one.upper(), one.title(), one)) if one.isascii() else one for one in found]


def tensors(texts: Sequence[str], kinds: bytes | None = None) -> tuple[Tensor, Tensor, Tensor]:
    """Rows, letters and owners of labels put one behind the other."""
    folded = [fold(text) for text in texts]
    rows, letters = features(GAP.join(folded), kinds or bytes(sum(map(len, folded)) + len(GAP) * (len(folded) - 1)))
    kept = np.concatenate([np.full(len(one) + len(GAP), index) for index, one in enumerate(folded)])[: len(rows)]
    inside = np.concatenate([np.r_[np.ones(len(one), bool), np.zeros(len(GAP), bool)] for one in folded])[: len(rows)]
    return torch.as_tensor(rows[inside]), torch.as_tensor(letters[inside]), torch.as_tensor(kept[inside])


def loss_of(reader: Reader, batch: Sequence[labels.Marked], names: Sequence[str], phrases: Sequence[str]) -> Tensor:
    """Cross entropy of every character for every kind, a character of an answer."""
    folded, kinds, starts = joined([text.text for text in batch])
    rows, letters = features(folded, kinds)
    right = torch.as_tensor(wanted(batch, starts, len(folded), names).astype(np.int64))
    vectors = reader.read(torch.as_tensor(rows), torch.as_tensor(letters))
    scores = reader.scores(vectors, reader.name(*tensors(phrases), len(names)))
    flat, target = scores.flatten(0, 1), right.flatten()
    every = functional.cross_entropy(flat, target.clamp_min(0), reduction="none")
    return (every * (target >= 0)).sum() / max(1, int((target > 0).sum()))


def batches(corpus: Path | None, split: str, config: Config) -> Iterator[list[labels.Marked]]:
    source = labels.texts(config.seed + int(time.time()) % 9999 * (split == "train"), split, corpus)
    while True:
        yield [text for text in islice(source, config.batch) if text.text]


def check(reader: Reader, corpus: Path | None, count: int = 400) -> dict[str, float]:
    """Strict F1 of single questions of the dev part, and of unseen kinds."""
    reader.eval()
    found = {}
    with torch.no_grad():
        for split in ("dev", "unseen"):
            right = said = there = 0
            for row in islice(labels.rows(3, split, corpus), count):
                got = set(answers(reader, row.text, row.label))
                right += len(got & set(row.spans))
                said, there = said + len(got), there + len(row.spans)
            found[split] = round(2 * right / max(1, said + there), 4)
    reader.train()
    return found


def answers(reader: Reader, text: str, label: str) -> list[tuple[int, int]]:
    folded, kinds, _ = joined([text])
    rows, letters = features(folded, kinds)
    scores = reader.scores(
        reader.read(torch.as_tensor(rows), torch.as_tensor(letters)), reader.name(*tensors([label]), 1)
    )[:, 0].numpy()
    scores = decoding.allow(scores, *decoding.shape(folded, kinds))
    tags = decoding.decode(scores, (0,))
    return [(run.start - len(GAP), run.end - len(GAP)) for run in decoding.runs(tags, decoding.chances(scores, tags))]


def train(corpus: Path | None, out: Path, config: Config) -> Reader:
    """Train for ``minutes`` (more, if there is a checkpoint in *out*) and return the averaged reader."""
    torch.manual_seed(config.seed)
    out.mkdir(parents=True, exist_ok=True)
    reader, step, spent = Reader(config), 0, 0.0
    average = {name: value.clone() for name, value in reader.state_dict().items()}
    optimizer = torch.optim.AdamW(reader.parameters(), lr=config.rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    if (out / "reader.pt").is_file():
        kept = torch.load(out / "reader.pt", weights_only=True)
        reader.load_state_dict(kept["model"])
        optimizer.load_state_dict(kept["optimizer"])
        average, step, spent = kept["average"], kept["step"], kept["spent"]
    names = [kind.name for kind in labels.kinds().values() if not kind.unseen]
    chance, last = random.Random(step), spent
    losses: list[float] = []
    source = batches(corpus, "train", config)
    next(source)  # reads the corpus
    began = time.process_time()
    for batch in source:
        minutes = spent + (time.process_time() - began) / 60
        if minutes >= config.minutes:
            break
        left = max(0.02, 1 - minutes / config.minutes)
        for group in optimizer.param_groups:
            group["lr"] = config.rate * min(1.0, (step + 1) / 200) * left
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(reader, batch, names, phrased(names, chance))
        loss.backward()
        optimizer.step()
        step += 1
        losses.append(loss.item())
        if step % 10 == 0:
            keep = min(0.95, step / (step + 20))
            for name, value in reader.state_dict().items():
                average[name].lerp_(value, 1 - keep)
        if step % 100 == 0:
            line = {"step": step, "minutes": round(minutes, 2), "loss": round(float(np.mean(losses[-100:])), 4)}
            print(json.dumps(line), flush=True)
        if minutes - last > config.minutes / 10:
            last = minutes
            state = {"model": reader.state_dict(), "optimizer": optimizer.state_dict(), "average": average}
            torch.save(state | {"step": step, "spent": minutes}, out / "reader.pt")
    reader.load_state_dict(average)
    return reader.eval()


def tables(reader: Reader) -> dict[str, NDArray[Any]]:
    """What NumPy needs, by name: the tables as int8 with a scale per row, the rest as float16."""
    found: dict[str, NDArray[Any]] = {}
    for name, value in reader.state_dict().items():
        array = value.numpy().astype(np.float32)
        if name in {"grams", "letters"}:
            scale = np.maximum(np.abs(array).max(1, keepdims=True), 1e-8) / 127
            found[name] = np.round(array / scale).astype(np.int8)
            found[f"{name}.scale"] = scale[:, 0].astype(np.float16)
        else:
            found[name] = array.astype(np.float16)
    return found


def write(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """A safetensors file."""
    kinds = {np.dtype(np.int8): "I8", np.dtype(np.float16): "F16"}
    header: dict[str, Any] = {}
    body = b""
    for name, array in arrays.items():
        data = np.ascontiguousarray(array).tobytes()
        place = [len(body), len(body) + len(data)]
        header[name] = {"dtype": kinds[array.dtype], "shape": list(array.shape), "data_offsets": place}
        body += data
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)


def add(pack: Path, file: Path) -> None:
    """Put the reader in *file* into the pack in the folder *pack*, and list it in its pack.toml."""
    table = tomllib.loads((pack / "pack.toml").read_text("utf-8"))
    for name in ("schema", "files"):
        table.pop(name)
    if file.resolve() != (pack / file.name).resolve():
        shutil.copyfile(file, pack / file.name)
    write_pack_toml(pack, table)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Train the reader of labels in plain words.")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pack", type=Path, help="put the reader into this pack")
    for field in dataclasses.fields(Config):
        parser.add_argument(f"--{field.name}", type=type(field.default), default=field.default)
    options = vars(parser.parse_args())
    corpus, out, pack = options.pop("corpus"), options.pop("out"), options.pop("pack")
    torch.set_num_threads(1)
    reader = train(corpus, out, Config(**options))
    write(out / NAME, tables(reader))
    if pack is not None:
        add(pack, out / NAME)
    print(json.dumps(check(reader, corpus, 1500)))


if __name__ == "__main__":
    main()
