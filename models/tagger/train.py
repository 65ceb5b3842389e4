"""
Train the tagger: ``python -m models.tagger.train --corpus cmn.txt --out work --minutes 40``.

Run again with the same ``--out`` to resume. Users fine-tune on documents they have corrected with the same recipe:
``python -m models.tagger.train --documents FOLDER --start-from RUN --out mine --minutes 10`` (see documents.py).
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import itertools
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from models.tagger import packs
from models.tagger.data import (
    HEADS,
    DataConfig,
    Row,
    Sampler,
    batches,
    collate,
    count,
    cut_batches,
    encode,
    fix_tables,
    read_vocabulary,
    rows,
)
from models.tagger.documents import read_folder
from models.tagger.drafts import Draft
from models.tagger.model import ModelConfig, Tagger, loss_of
from models.tagger.optimizer import build
from models.training.loop import WEIGHTS, LoopConfig, load_weights, train

VOCABULARY = "vocabulary.json"
CLASSES = "classes.json"


def settings(arguments: argparse.Namespace) -> tuple[DataConfig, ModelConfig, LoopConfig]:
    """Configurations from the command line; what is not on it keeps its default."""

    def made(kind: type) -> Any:
        names = {field.name for field in dataclasses.fields(kind)}
        return kind(**{name: value for name, value in vars(arguments).items() if name in names and value is not None})

    return made(DataConfig), made(ModelConfig), made(LoopConfig)


def prepare(
    out: Path,
    corpus: Path | None,
    start_from: Path | None,
    data: DataConfig,
    own: Sequence[Draft],
    *,
    grow: bool = False,
) -> dict[str, int]:
    """The vocabulary of the run: that of *start_from*, behind it what is new if it shall *grow*; or counted anew."""
    out.mkdir(parents=True, exist_ok=True)
    if start_from is not None and not (out / CLASSES).exists():
        if packs.is_pack(start_from):
            (out / CLASSES).write_text(json.dumps(packs.classes(start_from)), encoding="utf-8")
        elif (start_from / CLASSES).exists():
            shutil.copy(start_from / CLASSES, out / CLASSES)
    fix_tables(out / CLASSES)
    if not (out / VOCABULARY).exists():
        tokens = list(read_vocabulary(start_from / VOCABULARY)) if start_from is not None else []
        if grow or not tokens:
            tokens = list(dict.fromkeys((*tokens, *count(corpus, data, own))))
        (out / VOCABULARY).write_text(json.dumps(tokens, ensure_ascii=False), encoding="utf-8")
    return read_vocabulary(out / VOCABULARY)


def accuracy(network: Tagger, batch: dict[str, Any]) -> dict[str, float]:
    """Share of right labels per character of each head."""
    hidden = network(*(torch.as_tensor(batch[name]) for name in ("ids", "kinds", "lengths")))
    found = {}
    for name in HEADS:
        wanted = torch.as_tensor(batch[name]) >= 0
        if bool(wanted.any()):
            right = network.characters[name](hidden[wanted]).argmax(-1) == torch.as_tensor(batch[name])[wanted]
            found[f"{name}_right"] = float(right.float().mean())
    return found


def develop(corpus: Path | None, known: dict[str, int], data: DataConfig, size: int = 240) -> list[dict[str, Any]]:
    """Batches of the part that is neither trained nor tested on."""
    sampler = Sampler(corpus, "dev", data.seed)
    made: list[Row] = [encode(sampler.one(data), known) for _ in range(size)]
    return [collate(batch) for batch in cut_batches(sorted(made, key=lambda row: len(row.ids)), data.tokens)]


def weights(model: ModelConfig) -> dict[str, float]:
    """The fields that weigh losses: they may change when a run begins with another's weights."""
    return {name: getattr(model, name) for name in ("smoothing", "inner", "asked", "rare", "spans", "guess")}


def beginning(known: Mapping[str, int], model: ModelConfig, start_from: Path | None, seed: int) -> Tagger:
    """A new network, or one with the weights of a run or a pack."""
    torch.manual_seed(seed)
    if start_from is None:
        return Tagger(dataclasses.replace(model, vocabulary=len(known)), known)
    if packs.is_pack(start_from):
        network = packs.network(start_from)
    else:
        config = ModelConfig(**json.loads((start_from / "config.json").read_text(encoding="utf-8"))["model"])
        network = Tagger(config, dict(itertools.islice(known.items(), config.vocabulary)))
        load_weights(network, start_from / WEIGHTS)
    return grown(network, known) if len(known) > network.settings.vocabulary else network


@torch.no_grad()
def grown(network: Tagger, known: Mapping[str, int]) -> Tagger:
    """*network* with vectors, still untaught, for the tokens of *known* behind those it has."""
    larger = Tagger(dataclasses.replace(network.settings, vocabulary=len(known)), known)
    table = larger.encoder.tokens.weight.clone()
    table[: network.settings.vocabulary] = network.encoder.tokens.weight
    larger.load_state_dict(network.state_dict() | {"encoder.tokens.weight": table})
    return larger


def run(
    out: Path,
    configs: tuple[DataConfig, ModelConfig, LoopConfig],
    corpus: Path | None = None,
    documents: Path | None = None,
    start_from: Path | None = None,
    *,
    only: str = "",
    grow: bool = False,
) -> Path:
    """
    Train and return the path of the averaged weights. *only* names the parameters that learn, the others stay; with
    *grow* the run it begins from learns new characters.
    """
    data, model, loop = configs
    own = read_folder(documents) if documents else []
    known = prepare(out, corpus, start_from, data, own, grow=grow)
    network = beginning(known, model, start_from, loop.seed)
    for name, value in network.named_parameters():
        value.requires_grad_(only in name)
    model = dataclasses.replace(network.settings, **weights(model))
    kept = {"data": dataclasses.asdict(data), "model": dataclasses.asdict(model), "loop": dataclasses.asdict(loop)}
    (out / "config.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")
    dev = develop(corpus, known, data)
    print(f"{len(known)} tokens, {sum(p.numel() for p in network.parameters()) / 1e6:.1f} M parameters", flush=True)

    def check(current: nn.Module) -> dict[str, float]:
        numbers = [loss_of(current, batch, model)[1] | accuracy(current, batch) for batch in dev]  # type: ignore[arg-type]
        names = sorted({name for one in numbers for name in one})
        return {f"dev_{name}": float(np.mean([one[name] for one in numbers if name in one])) for name in names}

    source = rows(Sampler(corpus, "train", data.seed, own), known, data)
    return train(
        network,
        batches(source, data, known),
        functools.partial(loss_of, config=model),
        loop,
        out,
        check=check,
        optimizer=functools.partial(build, config=loop),
    )


def main() -> None:
    """Command line: one option for each field of the three configurations."""
    parser = argparse.ArgumentParser(description="Train the tagger of sounds, music, speech, deeds and titles.")
    parser.add_argument("--corpus", type=Path, help="Tatoeba export: English, Chinese, attribution, by tabs")
    parser.add_argument("--out", type=Path, required=True, help="folder for vocabulary, checkpoints and log")
    parser.add_argument("--documents", type=Path, help="folder of corrected texts to train on (see documents.py)")
    parser.add_argument("--start-from", type=Path, help="a pack, or the --out folder of an earlier run")
    taken = {"seed"}
    parser.add_argument(
        "--only", default="", help="learn only parameters with this in their names, as characters.outer"
    )
    parser.add_argument("--grow", action="store_true", help="add new characters to the vocabulary of --start-from")
    parser.add_argument("--seed", type=int)
    for kind in (DataConfig, ModelConfig, LoopConfig):
        group = parser.add_argument_group(kind.__name__)
        for field in dataclasses.fields(kind):
            if field.name in taken or not isinstance(field.default, (int, float)) or isinstance(field.default, bool):
                continue
            taken.add(field.name)
            group.add_argument(f"--{field.name}", type=type(field.default), help=f"default {field.default}")
    arguments = parser.parse_args()
    configs = settings(arguments)
    begun = (arguments.corpus, arguments.documents, arguments.start_from)
    print(run(arguments.out, configs, *begun, only=arguments.only, grow=arguments.grow))


if __name__ == "__main__":
    main()
