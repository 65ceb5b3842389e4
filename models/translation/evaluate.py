"""Measure a translation pack on the held-out pairs, through CTranslate2, both ways.

``python -m models.translation.evaluate --corpus cmn.txt --pack models/starter/translation-zh-en --float32 work/ct2``

Besides BLEU and chrF it measures what the program needs of the pack: that placeholders come out again, that sentences
joined or without their last stop still work, and that attention finds the source word (against IBM model 1 links).
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import sacrebleu
import sentencepiece
from numpy.typing import NDArray

from models.training.card import fill, machine
from models.training.corpus import Pair, read_pairs, split
from models.translation.augment import mask_all, without_stop
from models.translation.data import PLACEHOLDERS, link, load_tokenizer, token_links

DIRECTIONS = ("zh-en", "en-zh")
SURE = 0.5  # a link this strong by both directions of IBM model 1 counts as known


class Translator:
    """A pack opened directly, without the program's own engine."""

    def __init__(self, folder: Path, compute_type: str = "int8", threads: int = 1) -> None:
        self.meta = tomllib.loads((folder / "pack.toml").read_text(encoding="utf-8"))["translation"]
        self.pieces: sentencepiece.SentencePieceProcessor = load_tokenizer(folder / self.meta["source_spm"])
        self.engine = ctranslate2.Translator(
            str(folder), compute_type=compute_type, inter_threads=1, intra_threads=threads
        )

    def cut(self, texts: Sequence[str], direction: str) -> list[list[str]]:
        """Source tokens as the model wants them."""
        prefix = self.meta["pairs"][direction]["source_prefix"]
        return [[*prefix, *pieces] for pieces in self.pieces.encode(list(texts), out_type=str)]

    def translate(self, texts: Sequence[str], direction: str, batch_tokens: int = 1024, **options: Any) -> list[str]:
        """Translations in order; options go to ``translate_batch``."""
        options = {"beam_size": self.meta["beam_size"], "length_penalty": self.meta["length_penalty"]} | options
        done = self.engine.translate_batch(
            self.cut(texts, direction),
            max_batch_size=batch_tokens,
            batch_type="tokens",
            max_decoding_length=200,
            **options,
        )
        return [self.pieces.decode_pieces(one.hypotheses[0]) for one in done]

    def attention(self, source: str, target: str, direction: str) -> NDArray[np.float32]:
        """Attention of the alignment head with a given target, [target pieces, source pieces]."""
        pieces = self.pieces.encode(target, out_type=str)
        done = self.engine.translate_batch(
            self.cut([source], direction),
            target_prefix=[pieces],
            return_attention=True,
            beam_size=1,
            max_decoding_length=200,
        )
        return np.asarray(done[0].attention[0], np.float32)[: len(pieces), 1:]  # the tag is no word


def sides(pairs: Sequence[Pair], direction: str) -> tuple[list[str], list[str]]:
    """Sources and references."""
    en, zh = [pair.en for pair in pairs], [pair.zh for pair in pairs]
    return (zh, en) if direction == "zh-en" else (en, zh)


def score(outputs: Sequence[str], references: Sequence[str], direction: str) -> dict[str, float]:
    """BLEU (tokenizer zh or 13a) and chrF2 of a corpus, in per cent."""
    tokenize = "zh" if direction.endswith("zh") else "13a"
    bleu = sacrebleu.corpus_bleu(list(outputs), [list(references)], tokenize=tokenize).score
    return {"bleu": round(bleu, 2), "chrf": round(sacrebleu.corpus_chrf(list(outputs), [list(references)]).score, 2)}


def copied(translator: Translator, pairs: Sequence[Pair], direction: str) -> dict[str, float]:
    """Share of sentences with masked names and numbers whose placeholders all come out exactly once, and no others."""
    chance = random.Random(1)
    masked = [pair for pair in (mask_all(one, chance) for one in pairs) if pair is not None]
    sources, references = sides(masked, direction)
    outputs = translator.translate(sources, direction)
    right = [
        all(out.count(mark) == ref.count(mark) for mark in PLACEHOLDERS)
        for out, ref in zip(outputs, references, strict=True)
    ]
    return {"sentences": len(masked), "kept": round(float(np.mean(right)), 4), **score(outputs, references, direction)}


def joined(pairs: Sequence[Pair]) -> list[Pair]:
    """Neighbours as one unit of two sentences."""
    return [Pair(f"{a.en} {b.en}", a.zh + b.zh) for a, b in zip(pairs[::2], pairs[1::2], strict=False)]


def alignment(translator: Translator, train: Sequence[Pair], test: Sequence[Pair], direction: str) -> dict[str, float]:
    """How often the strongest attention of a target piece lies on a source piece it is surely linked to.

    The links are a silver standard: IBM model 1 trained on all pairs. ``diagonal`` is the figure for taking the piece
    at the proportional position instead of attention.
    """
    linked = link([*train, *test], translator.pieces)[len(train) :]
    hits, straight, total = 0, 0, 0
    for pair in linked:
        en, zh = (translator.pieces.encode(text, out_type=str) for text in (pair.en, pair.zh))
        gold = token_links(pair, en, zh)
        source, target, gold = (pair.zh, pair.en, gold) if direction == "zh-en" else (pair.en, pair.zh, gold.T)
        found = translator.attention(source, target, direction)[:, : gold.shape[1]]
        for row in np.flatnonzero(gold.max(1) > SURE):
            total += 1
            hits += gold[row, found[row].argmax()] > SURE
            straight += gold[row, int((row + 0.5) * gold.shape[1] / gold.shape[0])] > SURE
    return {"pieces": total, "attention": round(hits / total, 4), "diagonal": round(straight / total, 4)}


def tune(translator: Translator, dev: Sequence[Pair]) -> dict[str, dict[str, float]]:
    """BLEU on the development pairs for length penalties and beam sizes."""
    found: dict[str, dict[str, float]] = {}
    for beam in (1, 4, 5):
        for penalty in (0.6, 1.0, 1.4) if beam > 1 else (1.0,):
            row: dict[str, float] = {}
            for direction in DIRECTIONS:
                sources, references = sides(dev, direction)
                outputs = translator.translate(sources, direction, beam_size=beam, length_penalty=penalty)
                row[direction] = score(outputs, references, direction)["bleu"]
            found[f"beam {beam}, length penalty {penalty}"] = row
    return found


def measure(translator: Translator, float32: Translator | None, parts: tuple[list[Pair], list[Pair]]) -> dict[str, Any]:
    """Every figure of one pack; ``parts`` are train (for the links) and test."""
    train, test = parts
    found: dict[str, Any] = {"quality": {}, "samples": {}}
    for direction in DIRECTIONS:
        sources, references = sides(test, direction)
        began = time.perf_counter()
        outputs = translator.translate(sources, direction)
        seconds = time.perf_counter() - began
        int8 = score(outputs, references, direction)
        name = direction.replace("-", "_")
        found["quality"] |= {f"{metric}_{name}": value for metric, value in int8.items()}
        found[direction] = {"int8": int8, "int8_seconds": round(seconds, 2)}
        if float32 is not None:
            full = score(float32.translate(sources, direction), references, direction)
            found[direction] |= {"float32": full, "retention": {key: round(int8[key] / full[key], 4) for key in full}}
        found[direction] |= {"placeholders": copied(translator, test, direction)}
        for label, pairs in (
            ("two_joined", joined(test)),
            ("no_last_stop", [without_stop(pair, direction) for pair in test]),
        ):
            rough, wanted = sides(pairs, direction)
            found[direction][label] = score(translator.translate(rough, direction), wanted, direction)
        found[direction]["alignment"] = alignment(translator, train, test, direction)
        found["samples"][direction] = [
            list(row) for row in zip(sources[:12], outputs[:12], references[:12], strict=True)
        ]
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Measure a translation pack on held-out pairs.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--float32", type=Path, help="the unquantised CTranslate2 model of the same weights")
    parser.add_argument("--results", type=Path, default=Path(__file__).with_name("results.json"))
    parser.add_argument("--card", type=Path, help="write the figures into this README.md")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--held-out", type=int, default=1000)
    parser.add_argument(
        "--tune", action="store_true", help="only try beam sizes and length penalties on the development pairs"
    )
    arguments = parser.parse_args()
    parts = split(read_pairs(arguments.corpus), arguments.held_out)
    translator = Translator(arguments.pack, "int8", arguments.threads)
    if arguments.tune:
        print(json.dumps(tune(translator, parts.dev), indent=1))
        return
    float32 = Translator(arguments.float32, "float32", arguments.threads) if arguments.float32 else None
    found = {
        "date": dt.date.today().isoformat(),
        "machine": machine(),
        "threads": arguments.threads,
        "ctranslate2": ctranslate2.__version__,
        "sacrebleu": sacrebleu.__version__,
        "pairs": {"train": len(parts.train), "dev": len(parts.dev), "test": len(parts.test)},
        "decoding": {key: translator.meta[key] for key in ("beam_size", "length_penalty")},
    } | measure(translator, float32, (parts.train, parts.test))
    arguments.results.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if arguments.card:
        fill(arguments.card, card(found))
    print(json.dumps({key: value for key, value in found.items() if key != "samples"}, ensure_ascii=False, indent=1))


def card(found: dict[str, Any]) -> str:
    """The table of figures for the card."""
    rows = [
        ("BLEU (tokenizer 13a for en, zh for zh)", lambda one: f"{one['int8']['bleu']:.1f}"),
        ("chrF2", lambda one: f"{one['int8']['chrf']:.1f}"),
        ("BLEU of INT8 over float32", lambda one: f"{one['retention']['bleu']:.1%}" if "retention" in one else "-"),
        ("BLEU, two sentences joined", lambda one: f"{one['two_joined']['bleu']:.1f}"),
        ("BLEU, last stop missing", lambda one: f"{one['no_last_stop']['bleu']:.1f}"),
        ("Placeholders kept", lambda one: f"{one['placeholders']['kept']:.1%}"),
        ("Attention on the right piece", lambda one: "{attention:.1%} ({diagonal:.1%})".format(**one["alignment"])),
    ]
    lines = ["| 1,000 held-out pairs | zh → en | en → zh |", "|---|---:|---:|"]
    lines += [f"| {label} | {' | '.join(show(found[direction]) for direction in DIRECTIONS)} |" for label, show in rows]
    decoding = "beam {beam_size}, length penalty {length_penalty}".format(**found["decoding"])
    versions = f"CTranslate2 {found['ctranslate2']}, sacreBLEU {found['sacrebleu']}"
    return "\n".join(
        [*lines, "", f"{versions}; {decoding}; {found['machine']}, {found['threads']} thread; {found['date']}."]
    )


if __name__ == "__main__":
    main()
