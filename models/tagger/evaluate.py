"""
Measure a tagging pack through the program's own tagger: on generated text and on the hand-written set.

``python -m models.tagger.evaluate --corpus cmn.txt --pack models/starter/tagger-zh-en --float32 work/float32``

The generated test draws half of its words from those held out of every list, sentences of the corpus's test part, and
layouts that training never has. Strict: an item counts if kind and span are exactly right. Of the hand-written set only
sums are printed, so that nobody tunes to its lines. ``--part dev`` measures on the development part, which has words of
its own too, and looks at neither set. Labels in plain words are measured by evaluate_labels.py.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import ctranslate2

from models.tagger import hand
from models.tagger.card import table
from models.tagger.data import Sampler
from models.tagger.drafts import Draft
from models.tagger.score import Counts, Row, reliability, score
from models.training.card import fill, machine
from plugin_core import modelstore
from plugin_core.engines.tagging import open_tagging
from plugin_core.tagging import tagger
from plugin_core.tagging.ontology import HAN
from plugin_core.tagging.tags import KINDS, Item, Tags

SEED = 77
PARTS = ("speaker", "state", "direction", "manner")
Tagger = Callable[[Sequence[str]], list[Tags]]


def generated(corpus: Path, count: int, seed: int = SEED, part: str = "test") -> list[tuple[str, Draft]]:
    """Documents of a part with the names of their layouts."""
    sampler = Sampler(corpus, part, seed)
    return [sampler.draft() for _ in range(count)]


def items_of(draft: Draft) -> list[Item]:
    """The items of a draft, without attributes."""
    found = [span for span in draft.spans if span.label in KINDS]
    return [
        Item(span.label, draft.text[span.start : span.end], (span.start, span.end))
        for span in sorted(found, key=lambda span: span.start)
    ]


def places(tags: Tags) -> Counter[tuple[str, int, int]]:
    """Where speakers, states, directions and manners stand, each place once."""
    found = set()
    for item in tags.items:
        found |= {(name, *detail.span) for name, detail in item.details.items() if name in PARTS and detail.span}
    return Counter(found)


def on_generated(texts: Sequence[tuple[str, Draft]], run: Tagger) -> dict[str, Any]:
    """Strict scores over all, by kind, by layout, by language; and of the parts beside and inside items."""
    tagged = run([draft.text for _, draft in texts])
    rows = [Row(draft.text, items_of(draft), tags.items) for (_, draft), tags in zip(texts, tagged, strict=True)]
    named = [name for name, _ in texts]
    parts: dict[str, Counts] = {name: Counts() for name in PARTS}
    for (_, draft), tags in zip(texts, tagged, strict=True):
        wanted = Counter({(s.label, s.start, s.end) for s in draft.spans if s.label in PARTS})
        for name, counts in parts.items():
            counts.add(*(Counter(one for one in side if one[0] == name) for side in (wanted, places(tags))))
    return sums(rows) | {
        "reliability": reliability(rows),
        "layouts": grouped(rows, named),
        "languages": grouped(rows, [language(row.text) for row in rows]),
        "parts": {name: counts.to_json() for name, counts in parts.items()},
    }


def language(text: str) -> str:
    """zh if a tenth of the letters are Chinese."""
    letters = [one for one in text if one.isalpha()]
    return "zh" if len(HAN.findall(text)) * 10 > len(letters) else "en"


def sums(rows: Sequence[Row]) -> dict[str, Any]:
    """The figures of some rows."""
    result = score(rows)
    return {
        "texts": len(rows),
        "items": result.items.to_json(),
        "kinds": {kind: counts.to_json() for kind, counts in result.kinds.items()},
        "verbatim": result.verbatim.to_json(),
        "inputs": result.inputs.to_json(),
    }


def grouped(rows: Sequence[Row], names: Iterable[str]) -> dict[str, float]:
    """F1 of the items by some name of the rows."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row, name in zip(rows, names, strict=True):
        groups[name].append(row)
    return {name: round(score(group).items.f1, 4) for name, group in sorted(groups.items())}


def on_hand(run: Tagger) -> dict[str, Any]:
    """The hand-written set: sums only."""
    entries = hand.load()
    rows = [
        Row(entry.text, entry.items, tags.items)
        for entry, tags in zip(entries, run([e.text for e in entries]), strict=True)
    ]
    found = score(rows).to_json()
    found["reliability"] = reliability(rows)
    found["languages"] = grouped(rows, [entry.language for entry in entries])
    found["lines"] = grouped(rows, ["one" if "\n" not in entry.text.strip() else "several" for entry in entries])
    found["confusions"] = confusions(rows)
    return found | {"texts": len(rows)}


def confusions(rows: Sequence[Row]) -> dict[str, int]:
    """How often right spans had another kind, and how items went wrong otherwise: numbers, no texts."""
    seen: Counter[str] = Counter()
    for row in rows:
        found = {item.span: item.kind for item in row.found}
        right = {(item.kind, item.span) for item in row.found}
        for item in row.expected:
            if (item.kind, item.span) in right:
                continue
            touching = sorted(
                {kind for span, kind in found.items() if span[0] < item.span[1] and item.span[0] < span[1]}
            )
            other = found.get(item.span) or ("border, " + "+".join(touching) if touching else "missed")
            seen[f"{item.kind} -> {other}"] += 1
        spans = [item.span for item in row.expected]
        for span, kind in found.items():
            if not any(span[0] < end and start < span[1] for start, end in spans):
                seen[f"nothing -> {kind}"] += 1
    return dict(seen.most_common())


def speed(run: Tagger, corpus: Path) -> dict[str, float]:
    """Texts of about 150 characters a second, of wall clock and of processor time."""
    texts = [draft.text for _, draft in generated(corpus, 600, SEED + 1) if 110 <= len(draft.text) <= 190]
    run(texts[:20])
    began, spent = time.perf_counter(), time.process_time()
    run(texts)
    wall, processor = time.perf_counter() - began, time.process_time() - spent
    return {
        "texts": len(texts),
        "per_second": round(len(texts) / wall, 1),
        "per_processor_second": round(len(texts) / processor, 1),
    }


def measure(pack: Path, corpus: Path, arguments: argparse.Namespace, compute: str) -> dict[str, Any]:
    """Every figure of one pack; of the development part only those on generated texts."""
    texts = generated(corpus, arguments.texts, part=arguments.part)
    with open_tagging(modelstore.read_pack(pack), device="cpu", compute=compute, threads=arguments.threads) as engine:

        def run(some: Sequence[str]) -> list[Tags]:
            return tagger.tag_many(some, engine)

        found: dict[str, Any] = {"generated": on_generated(texts, run)}
        if arguments.part != "test":
            return found
        found["hand"] = on_hand(run)
        if compute != "float32":
            found["speed"] = speed(run, corpus)
        return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Measure a tagging pack.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--float32", type=Path, help="the unquantised pack of the same weights")
    parser.add_argument("--results", type=Path, default=Path(__file__).with_name("results.json"))
    parser.add_argument("--card", type=Path, help="write the figures into this README.md")
    parser.add_argument("--texts", type=int, default=1500, help="generated documents")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--part", choices=("test", "dev"), default="test", help="dev: to look while you work; prints")
    parser.add_argument("--dry", action="store_true", help="print, write nothing")
    arguments = parser.parse_args()
    if arguments.part != "test":
        json.dump(
            measure(arguments.pack, arguments.corpus, arguments, "int8"), sys.stdout, ensure_ascii=False, indent=1
        )
        return
    found: dict[str, Any] = {"date": dt.date.today().isoformat(), "machine": machine(), "threads": arguments.threads}
    found["ctranslate2"] = ctranslate2.__version__
    found |= measure(arguments.pack, arguments.corpus, arguments, "int8")
    if arguments.float32:
        full = measure(arguments.float32, arguments.corpus, arguments, "float32")
        found["float32"] = {name: full[name]["items"] for name in ("generated", "hand")}
        found["retention"] = {
            name: round(found[name]["items"]["f1"] / full[name]["items"]["f1"], 4) for name in ("generated", "hand")
        }
    found["quality"] = {
        "f1_generated": found["generated"]["items"]["f1"],
        "f1_hand": found["hand"]["items"]["f1"],
    }
    json.dump(found, sys.stdout, ensure_ascii=False, indent=1)
    if not arguments.dry:
        arguments.results.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        if arguments.card:
            fill(arguments.card, table(found))


if __name__ == "__main__":
    main()
