"""Train the starter recogniser.

    python -m models.speech.train --shards shards --corpus corpora/cmn_2023.txt --out run --minutes 80

Four losses: the token after each token; the phone of each encoder frame; the token spoken in a frame, read from the
encoder alone; and, for the guided heads, attention spread evenly over the frames in which the wanted token is spoken.
At first the guided heads are mostly told where to look. All but the first loss use what the synthesiser knows: with the
first alone nothing aligns in 50,000 clips.

``torchrun --nproc-per-node 2`` trains one process on each core, which on a busy machine is far faster than two threads
that wait for each other at every product.
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
    spots: float = 1.0
    smoothing: float = 0.05


def forcing(share: float) -> float:
    """Share of the windows whose guided heads are told where to look: most at first, none once they find it."""
    return 0.6 * min(1.0, max(0.0, (0.6 - share) / 0.3))


def losses(
    model: nn.Module, batch: dict[str, Tensor], weights: Weights, forced: float = 0.0
) -> tuple[Tensor, dict[str, float]]:
    """The sum, and its parts with the share of right tokens, phones and spots."""
    targets, wanted = batch["targets"], batch["targets"] != IGNORE
    told = even(batch["spans"], batch["bias"].shape[-1])
    chosen = torch.rand(len(targets), 1, 1) < forced
    rows, columns = torch.nonzero(batch["words"] & (batch["spans"].sum(-1) > 0), as_tuple=True)
    first, past = batch["spans"][rows, columns].unbind(-1)
    frames = (first + torch.rand(len(first)) * (past - first)).long().clamp(max=batch["phones"].shape[1] - 1)
    logits, watched, phones, read = model(batch, told * chosen if forced else None, (rows, frames))
    kept = logits[wanted].float()
    text = F.cross_entropy(kept, targets[wanted], label_smoothing=weights.smoothing)
    named = phones[:, : batch["phones"].shape[1]].float().flatten(0, 1)
    labels = batch["phones"].flatten()
    frame = F.cross_entropy(named, labels, ignore_index=IGNORE)
    guide, spotted = guided(watched, told), targets[rows, columns]
    spot = F.cross_entropy(read.float(), spotted, ignore_index=IGNORE)
    with torch.no_grad():
        spoken = labels > 0
        parts = {"text": text, "phone": frame, "guide": guide, "spot": spot}
        shares = {"right": kept.argmax(-1) == targets[wanted], "found": read.argmax(-1) == spotted}
        shares["heard"] = named[spoken].argmax(-1) == labels[spoken]
        numbers = {name: float(value.detach()) for name, value in parts.items()}
        numbers |= {name: float(value.float().mean()) if len(value) else 0.0 for name, value in shares.items()}
    return text + weights.phones * frame + weights.guide * guide + weights.spots * spot, numbers


def even(spans: Tensor, frames: int) -> Tensor:
    """Spans (B, L, 2) as weights (B, L, frames) that are even inside and sum to one, or are all zero for no span."""
    at = torch.arange(frames)
    inside = (at >= spans[..., :1]) & (at < spans[..., 1:])
    return inside / inside.sum(-1, keepdim=True).clamp(min=1)


def guided(watched: Tensor, told: Tensor) -> Tensor:
    """Cross-entropy of attention logits (B, heads, L, S) against where to look (B, L, S)."""
    known = told.sum(-1)
    each = -(watched.float().log_softmax(-1) * told[:, None]).sum(-1)
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
        return losses(module, batch, Weights(), forcing(share.value))

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
        average=0.998,
    )
    size = Size(encoder_layers=options.encoder_layers, decoder_layers=options.decoder_layers)
    run(options.shards, options.corpus, options.out, size, loop)


if __name__ == "__main__":
    main()
