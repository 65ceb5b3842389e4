"""
How well a pack answers labels in plain words, and how far it understands labels it was never trained on.

    python -m models.tagger.evaluate_labels --corpus cmn.txt --pack models/starter/tagger-zh-en

Four questions, answered in labels.results.json: words and sentences held out, with labels as trained ("known") and in
phrasings that were not ("rephrased"); ten kinds whose labels were never trained at all ("unseen"); in these three the
list of what is known by heart lacks the words, phrasings and kinds that are held out. And texts written by hand
("hand", labels_hand.jsonl) with the list as it is shipped: by the author of the lexicons, so that many of their words
are listed; they were looked at once, when addresses of sites and accounts were given their standard spellings. Strict:
a span counts only if both its ends are right. "answered_absent" is the share of labels naming nothing in the text that
were answered.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import shutil
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import ctranslate2

from models.tagger import labels
from models.tagger.known import write
from models.tagger.score import Counts, Share
from plugin_core import modelstore
from plugin_core.storage import write_atomic
from plugin_core.tagging.asking import ask, open_asking
from plugin_core.tagging.known import NAME

SEED = 7
HAND = Path(__file__).with_name("labels_hand.jsonl")
Span = tuple[int, int]


class Question(NamedTuple):
    """A text, one label, and what is right: each of *things* is the spans that would do for it."""

    text: str
    label: str
    things: tuple[frozenset[Span], ...]
    kind: str = ""


def generated(corpus: Path, split: str, new: bool, count: int) -> list[Question]:
    """*count* rows of a part of labels.py, in phrasings that are *new* or not."""
    made = (row for row in labels.rows(SEED, split, corpus) if row.new == new)
    things = ((row, tuple(frozenset((span,)) for span in row.spans)) for row in made)
    return [Question(row.text, row.label, spans, row.kind) for row, spans in islice(things, count)]


def written() -> Iterator[Question]:
    """The questions of the texts written by hand; strings that overlap in the text are readings of one thing."""
    for line in HAND.read_text("utf-8").splitlines():
        row = json.loads(line)
        for label, strings in row["answers"].items():
            yield Question(row["text"], label, _things(row["text"], strings), label)


def _things(text: str, strings: Iterable[str]) -> tuple[frozenset[Span], ...]:
    spans = sorted({(at, at + len(one)) for one in strings for at in range(len(text)) if text.startswith(one, at)})
    groups: list[set[Span]] = []
    for span in spans:
        if groups and any(span[0] < end for _, end in groups[-1]):
            groups[-1].add(span)
        else:
            groups.append({span})
    return tuple(frozenset(group) for group in groups)


def measure(questions: Iterable[Question], engine: Any) -> dict[str, Any]:
    """Strict and overlapping F1, and how often a label that names nothing was answered."""
    strict, loose, absent = Counts(), Counts(), Share()
    kinds: dict[str, Counts] = defaultdict(Counts)
    asked = 0
    for question in questions:
        asked += 1
        found = [one.span for one in ask(question.text, [question.label], engine)]
        if not question.things:
            absent.add(bool(found))
        right = sum(any(span in thing for thing in question.things) for span in found)
        touched = sum(any(_meet(span, one) for one in thing for span in found) for thing in question.things)
        strict.add(*_counters(right, len(question.things), len(found)))
        loose.add(*_counters(min(touched, len(found)), len(question.things), len(found)))
        kinds[question.kind].add(*_counters(right, len(question.things), len(found)))
    worst = sorted((round(counts.f1, 3), name) for name, counts in kinds.items() if counts.expected)
    return {
        "questions": asked,
        "strict": strict.to_json(),
        "overlapping_f1": round(loose.f1, 4),
        "answered_absent": round(absent.value, 4) if absent.total else None,
        "kinds": {name: f1 for f1, name in worst},
    }


def _counters(right: int, expected: int, found: int) -> tuple[Counter[Any], Counter[Any]]:
    """Counters that agree in *right* entries."""
    right = min(right, expected)
    same = Counter({("right", 0, 0): right})
    return same + Counter({("missed", 0, 0): expected - right}), same + Counter({("wrong", 0, 0): found - right})


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


@contextmanager
def held_out(pack: modelstore.Pack) -> Iterator[modelstore.Pack]:
    """*pack* with a list of what it knows by heart that lacks all that is measured with."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(shutil.copytree(pack.folder, Path(name) / "pack"))
        if (folder / NAME).is_file():
            write(folder, held_out=True)
        yield modelstore.read_pack(folder)


def speed(corpus: Path, engine: Any) -> dict[str, float]:
    """Labels a second over texts of about 150 characters, six labels each."""
    texts = [row.text for row in islice(labels.rows(SEED + 1, "test", corpus), 3000) if 120 <= len(row.text) <= 180][
        :60
    ]
    wanted = ["品牌名", "价格", "location", "prop", "人物", "date"]
    ask(texts[0], wanted, engine)
    began = time.perf_counter()
    for text in texts:
        ask(text, wanted, engine)
    spent = time.perf_counter() - began
    return {"texts": len(texts), "labels": len(wanted), "ms_a_text": round(1000 * spent / len(texts), 1)}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Measure how a pack answers labels in plain words.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--results", type=Path, default=Path(__file__).with_name("labels.results.json"))
    parser.add_argument("--questions", type=int, default=1500)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dry", action="store_true", help="print, write nothing")
    options = parser.parse_args()
    pack = modelstore.read_pack(options.pack)
    found: dict[str, Any] = {
        "date": dt.date.today().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} CPUs",
        "threads": options.threads,
        "ctranslate2": ctranslate2.__version__,
        "pack": pack.key,
    }
    with held_out(pack) as fair, open_asking(fair, device="cpu", threads=options.threads) as engine:
        for name, split, new in (("known", "test", False), ("rephrased", "test", True), ("unseen", "unseen", True)):
            found[name] = measure(generated(options.corpus, split, new, options.questions), engine)
    with open_asking(pack, device="cpu", threads=options.threads) as engine:
        found["hand"] = measure(written(), engine)
        found["speed"] = speed(options.corpus, engine)
    text = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    print(text)
    if not options.dry:
        write_atomic(options.results, text.encode())


if __name__ == "__main__":
    main()
