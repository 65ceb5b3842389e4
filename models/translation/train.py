"""Train the translator: ``python -m models.translation.train --corpus cmn.txt --out work --minutes 60``.

Run again with the same ``--out`` to resume. The folder then holds the tokenizer, the settings and the weights that
``models.translation.export`` turns into a pack.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import json
from pathlib import Path

import torch
from torch import nn

from models.training.corpus import read_pairs, split
from models.training.loop import LoopConfig, train
from models.translation.data import (
    DataConfig,
    Samples,
    batches,
    collate,
    cut_batches,
    link,
    load_tokenizer,
    train_tokenizer,
)
from models.translation.model import ModelConfig, build, loss_of


def settings(arguments: argparse.Namespace) -> tuple[DataConfig, ModelConfig, LoopConfig]:
    """Configurations from the command line; what is not on it keeps its default."""

    def made(kind: type) -> object:
        names = {field.name for field in dataclasses.fields(kind)}
        return kind(**{name: value for name, value in vars(arguments).items() if name in names and value is not None})

    return made(DataConfig), made(ModelConfig), made(LoopConfig)  # type: ignore[return-value]


def run(corpus: Path, out: Path, configs: tuple[DataConfig, ModelConfig, LoopConfig], held_out: int = 1000) -> Path:
    """Train from a corpus file and return the path of the averaged weights."""
    data, model, loop = configs
    parts = split(read_pairs(corpus), held_out)
    tokenizer_path = out / "shared.spm"
    if not tokenizer_path.exists():
        train_tokenizer(parts.train, data, tokenizer_path)
    tokenizer = load_tokenizer(tokenizer_path)
    (out / "config.json").write_text(
        json.dumps(
            {"data": dataclasses.asdict(data), "model": dataclasses.asdict(model), "loop": dataclasses.asdict(loop)},
            indent=1,
        )
    )
    samples = Samples(link(parts.train, tokenizer), tokenizer, data)
    plain = Samples(link(parts.dev, tokenizer), tokenizer, data)
    dev = [plain.encode(pair, to, sample=False) for pair in plain.pairs for to in ("en", "zh")]
    dev_batches = [collate(batch) for batch in cut_batches(dev, data.tokens)]
    torch.manual_seed(loop.seed)
    network = build(model)
    print(
        f"{len(parts.train)} pairs, {sum(p.numel() for p in network.parameters()) / 1e6:.1f} M parameters", flush=True
    )

    def check(current: nn.Module) -> dict[str, float]:
        numbers = [loss_of(current, batch, model)[1] for batch in dev_batches]
        return {f"dev_{name}": sum(one[name] for one in numbers) / len(numbers) for name in numbers[0]}

    return train(network, batches(samples, data), functools.partial(loss_of, config=model), loop, out, check=check)


def main() -> None:
    """Command line: one option for each field of the three configurations."""
    parser = argparse.ArgumentParser(description="Train the Chinese and English translator.")
    parser.add_argument(
        "--corpus", type=Path, required=True, help="Tatoeba export: English, Chinese, attribution, by tabs"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for tokenizer, checkpoints and log")
    parser.add_argument("--held-out", type=int, default=1000, help="pairs kept for the test")
    for kind in (DataConfig, ModelConfig, LoopConfig):
        group = parser.add_argument_group(kind.__name__)
        for field in dataclasses.fields(kind):
            value = field.default
            if (
                isinstance(value, (int, float))
                and not isinstance(value, bool)
                and f"--{field.name}" not in parser._option_string_actions
            ):
                group.add_argument(f"--{field.name}", type=type(value), help=f"default {value}")
    arguments = parser.parse_args()
    print(run(arguments.corpus, arguments.out, settings(arguments), held_out=arguments.held_out))


if __name__ == "__main__":
    main()
