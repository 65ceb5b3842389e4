"""
How readily Chinese words open and close a clause: the recipe of ``plugin_core/clauses.toml``.

    python -m models.clauses cmn_2023.txt pairs.tsv plugin_core/clauses.toml

The inputs are tables of sentence pairs with Chinese in the second column: Tatoeba's export and the documentation of
Python. Where people put punctuation, a clause ended; a word's count at clause starts and ends, against what chance
would give, is its propensity. Cueing needs it where a recogniser gives no punctuation at all.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from plugin_core.typography import HAN, chinese_words

PRIOR = 20  # clauses a word is taken to have been seen in before counting
SEEN = 15  # words seen more rarely are left out
TELLING = 0.7  # as are words that tell nothing

_BREAKS = re.compile(r"[，。！？；：,.!?;:“”‘’\"'（）()]+")
_ROLES = re.compile(r"``[^`]*``|:[\w:]+:`[^`]*`|[*`|_]")
_HEADER = """\
# How readily a Chinese word opens and closes a clause, as the logarithm of how much more often than by chance.
# Made by models/clauses.py from the punctuation of Tatoeba (tatoeba.org, CC BY 2.0 FR) and of Python's documentation
# (Python Software Foundation, CC0 and PSF licence); no sentence of either is contained.
"""


def clauses(rows: Iterable[str]) -> Iterator[list[str]]:
    """The words of every clause of the Chinese column of *rows*."""
    from opencc import OpenCC

    simplify = OpenCC("t2s").convert
    for row in rows:
        chinese = row.split("\t")[1] if "\t" in row else ""
        for clause in _BREAKS.split(_ROLES.sub("", simplify(chinese))):
            words = chinese_words(re.sub(r"\s", "", clause))
            if re.search(f"[{HAN}]", clause):
                yield words


def propensities(parts: Iterable[list[str]]) -> dict[str, tuple[float, float]]:
    """Each telling word's propensity to open and to close a clause, natural logarithms."""
    opens, closes, seen = Counter[str](), Counter[str](), Counter[str]()
    count = 0
    for words in parts:
        count += 1
        opens[words[0]] += 1
        closes[words[-1]] += 1
        seen.update(words)
    chance = count / max(1, seen.total())

    def propensity(times: int, word: str) -> float:
        return round(math.log((times + PRIOR * chance) / (seen[word] + PRIOR) / chance), 1)

    table = {word: (propensity(opens[word], word), propensity(closes[word], word)) for word in seen}
    return {
        word: pair
        for word, pair in sorted(table.items())
        if seen[word] >= SEEN and max(map(abs, pair)) >= TELLING and re.fullmatch(f"[{HAN}]+", word)
    }


def main(*paths: str) -> None:
    *sources, target = map(Path, paths)
    rows = (row for source in sources for row in source.read_text("utf-8-sig").split("\n"))
    table = propensities(clauses(rows))
    lines = [f"{word} = [{a}, {b}]" for word, (a, b) in ((f'"{word}"', pair) for word, pair in table.items())]
    target.write_text(_HEADER + "\n".join(lines) + "\n", "utf-8")
    print(f"{len(table)} words, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
