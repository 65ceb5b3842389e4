"""Sentence pairs from a Tatoeba export, and a split of them that does not leak.

The file is the tab-separated export that manythings.org makes from Tatoeba (``cmn-eng``): English, Chinese,
attribution. The sentences are CC BY 2.0 FR; the third column names the two contributors of every pair and has to travel
with the text.

The recipes of speech and translation share this split: a sentence that one is measured on was never seen by the other.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
ZH_PUNCTUATION = str.maketrans({",": "，", "?": "？", "!": "！", ";": "；", ":": "：", "(": "（", ")": "）", "｡": "。"})
LARGEST_HELD_OUT_CLUSTER = 8  # pairs; larger families of one sentence ("I love you") stay in train


class Pair(NamedTuple):
    """One sentence in both languages, with the credit its licence asks for."""

    en: str
    zh: str
    credit: str = ""


class Split(NamedTuple):
    """Three disjoint lists: no normalised sentence of dev or test stands on the same side of another part."""

    train: list[Pair]
    dev: list[Pair]
    test: list[Pair]


def clean_en(text: str) -> str:
    """Straight quotes, single spaces, NFC."""
    text = unicodedata.normalize("NFC", text).translate(str.maketrans("‘’“”", "''\"\"")).replace("…", "...")
    return re.sub(r"\s+", " ", text).strip()


def clean_zh(text: str) -> str:
    """Full-width punctuation beside Chinese characters, no spaces between them; NFC (the script is left as it is)."""
    text = re.sub(r"[\u200b\ufeff]", "", unicodedata.normalize("NFC", text))
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(rf"(?<=[{HAN}])\s+|\s+(?=[{HAN}])", "", text)
    text = re.sub(rf"(?<=[{HAN}”』」])\.(?!\.)", "。", text)
    text = re.sub(r"\.{2,}|…+", "……", text).translate(str.maketrans("「」『』", "“”‘’"))
    text = re.sub(rf"(?<=[{HAN}”’])[,?!;:]|[,?!;:](?=[{HAN}])", lambda found: found[0].translate(ZH_PUNCTUATION), text)
    return re.sub(r"(?<=[，。？！；：])\s+|\s+(?=[，。？！；：])", "", text)


def read_pairs(path: str | Path) -> list[Pair]:
    """Every pair of the export, cleaned, in Simplified Chinese, without exact duplicates, in file order."""
    from opencc import OpenCC  # only recipes need it at this point, and loading it takes half a second

    simplified = OpenCC("t2s")
    pairs: dict[tuple[str, str], Pair] = {}
    for line in Path(path).read_text(encoding="utf-8-sig").splitlines():
        columns = line.split("\t")
        if len(columns) < 2:
            continue
        en, zh = clean_en(columns[0]), clean_zh(simplified.convert(columns[1]))
        if en and zh:
            pairs.setdefault((en, zh), Pair(en, zh, columns[2].strip() if len(columns) > 2 else ""))
    return list(pairs.values())


def key(text: str) -> str:
    """What two sentences share when a model would take them for one: letters and digits, folded."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum()) or folded


def clusters(pairs: Sequence[Pair]) -> list[list[int]]:
    """Indices of pairs connected by a shared sentence on either side, directly or through others."""
    parent = list(range(len(pairs)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    first: dict[tuple[str, str], int] = {}
    for index, pair in enumerate(pairs):
        for side, text in (("en", pair.en), ("zh", pair.zh)):
            other = first.setdefault((side, key(text)), index)
            parent[root(index)] = root(other)
    groups: dict[int, list[int]] = {}
    for index in range(len(pairs)):
        groups.setdefault(root(index), []).append(index)
    return list(groups.values())


def split(pairs: Sequence[Pair], held_out: int = 1000, seed: int = 0, dev: int | None = None) -> Split:
    """Whole clusters go to one part, so no sentence of dev or test is seen in training on the same side.

    ``held_out`` is the exact number of test pairs, ``dev`` that of development pairs (half of it unless given). What is
    left over of the last cluster taken is dropped, not trained on.
    """
    wanted = [held_out, held_out // 2 if dev is None else dev]
    groups = clusters(pairs)
    random.Random(seed).shuffle(groups)
    parts: list[list[Pair]] = [[], []]
    train: list[int] = []
    for group in groups:
        open_part = next((part for part, size in zip(parts, wanted, strict=True) if len(part) < size), None)
        if open_part is None or len(group) > LARGEST_HELD_OUT_CLUSTER:
            train.extend(group)
        else:
            open_part.extend(pairs[index] for index in group)
    test, development = (part[:size] for part, size in zip(parts, wanted, strict=True))
    return Split([pairs[index] for index in sorted(train)], development, test)


def credits_of(pairs: Iterable[Pair]) -> list[str]:
    """The distinct attributions of some pairs, sorted: what a redistribution of their text has to show."""
    return sorted({pair.credit for pair in pairs if pair.credit})
