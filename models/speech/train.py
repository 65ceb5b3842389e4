"""Train the starter recogniser.

    python -m models.speech.train --shards shards --corpus corpora/cmn_2023.txt --out run --minutes 80

Three losses: the token after each token; the phone of each encoder frame; and, for the guided heads, attention spread
evenly over the frames in which the wanted token is spoken. The last two use what the synthesiser knows, and make the
first learn in minutes: with it alone nothing aligns in 50,000 clips. ``torchrun --nproc-per-node 2`` trains one process
on each core, which on a busy machine is far faster than two threads that wait for each other at every product.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.speech import tokenizer as vocabulary
from models.speech.data import corpus, sentences
from models.speech.library import IGNORE, Library, phone_table
from models.speech.model import Size, Whisper
from models.speech.windows import Share, batches
from models.training.loop import LoopConfig, train


@dataclass(frozen=True)
class Weights:
    """How much each loss counts."""

    phones: float = 1.0
    guide: float = 1.0
    smoothing: float = 0.05


def losses(model: nn.Module, batch: dict[str, Tensor], weights: Weights) -> tuple[Tensor, dict[str, float]]:
    """The sum, and its parts with the share of right tokens and phones."""
    padding = batch["padding"] if batch["padding"].shape[1] else None
    logits, watched, phones = model(batch["mel"], batch["tokens"], batch["positions"], padding, batch["bias"])
    targets, wanted = batch["targets"], batch["targets"] != IGNORE
    chosen = logits[wanted].float()
    text = F.cross_entropy(chosen, targets[wanted], label_smoothing=weights.smoothing)
    named = phones[:, : batch["phones"].shape[1]].float().flatten(0, 1)
    labels = batch["phones"].flatten()
    frame = F.cross_entropy(named, labels, ignore_index=IGNORE)
    guide = guided(watched, batch["spans"])
    with torch.no_grad():
        right = float((chosen.argmax(-1) == targets[wanted]).float().mean())
        spoken = labels > 0
        heard = float((named[spoken].argmax(-1) == labels[spoken]).float().mean()) if bool(spoken.any()) else 0.0
    total = text + weights.phones * frame + weights.guide * guide
    return total, {
        "text": float(text.detach()),
        "phone": float(frame.detach()),
        "guide": float(guide.detach()),
        "right": right,
        "heard": heard,
    }


def guided(watched: Tensor, spans: Tensor) -> Tensor:
    """Cross-entropy of attention (batch, heads, L, S) against an even spread over spans (batch, L, 2) of frames."""
    frames = torch.arange(watched.shape[-1])
    inside = (frames >= spans[..., :1]) & (frames < spans[..., 1:])
    size = inside.sum(-1, keepdim=True)
    target = inside / size.clamp(min=1)
    known = (size > 0).squeeze(-1).float()
    each = -(watched.float().log_softmax(-1) * target[:, None]).sum(-1) * known[:, None]
    return each.sum() / (known.sum() * watched.shape[1]).clamp(min=1)


def prepare(out: Path, shards: Path, pairs: str) -> None:
    """Write the vocabulary and the phone table once."""
    out.mkdir(parents=True, exist_ok=True)
    if not (out / "tokenizer.json").exists():
        known = sentences(corpus(pairs).train)
        texts = [f" {one.text}".replace('"', "") if one.language == "en" else one.text for one in known]
        vocabulary.train(texts).save(str(out / "tokenizer.json"))
    if not (out / "phones.json").exists():
        (out / "phones.json").write_text(json.dumps(phone_table(shards), ensure_ascii=False))


def build(out: Path, size: Size) -> tuple[Whisper, Any, list[str]]:
    """The model for a prepared folder, its tokenizer and its phones."""
    tokenizer = vocabulary.load(out / "tokenizer.json")
    phones: list[str] = json.loads((out / "phones.json").read_text())
    full = {**asdict(size), "vocabulary": tokenizer.get_vocab_size(), "phones": len(phones) + 1}
    (out / "size.json").write_text(json.dumps(full))
    return Whisper(Size(**full)), tokenizer, phones


def run(shards: Path, pairs: str, out: Path, size: Size, loop: LoopConfig) -> Path:
    """Prepare, train until the time is over, and return the path of the averaged weights."""
    prepare(out, shards, pairs)
    torch.manual_seed(loop.seed)
    model, tokenizer, phones = build(out, size)
    share = Share()
    rank = int(os.environ.get("RANK", "0"))
    feed = batches(Library(shards, tokenizer, phones), share, seed=int.from_bytes(os.urandom(3), "big") * 8 + rank)

    def loss_of(module: nn.Module, batch: dict[str, Tensor]) -> tuple[Tensor, dict[str, float]]:
        return losses(module, batch, Weights())

    def passed(value: float) -> None:
        share.value = value

    return train(model, feed, loss_of, loop, out, progress=passed)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=Path, required=True, help="what models.speech.data wrote")
    parser.add_argument("--corpus", required=True, help="the Tatoeba pairs the shards were made from")
    parser.add_argument("--out", type=Path, required=True, help="checkpoints, log and weights; a run there is resumed")
    parser.add_argument("--minutes", type=float, default=80.0)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--encoder-layers", type=int, default=4)
    parser.add_argument("--decoder-layers", type=int, default=2)
    options = parser.parse_args(arguments)
    loop = LoopConfig(
        minutes=options.minutes,
        learning_rate=options.learning_rate,
        threads=options.threads,
        warmup=0.03,
        save_every=4.0,
    )
    size = Size(encoder_layers=options.encoder_layers, decoder_layers=options.decoder_layers)
    run(options.shards, options.corpus, options.out, size, loop)


if __name__ == "__main__":
    main()
