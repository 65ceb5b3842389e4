"""What captions are made of for a network: words or characters, and their numbers.

Chinese words are jieba's, as everywhere in the product; English words are cut at spaces. Every vocabulary begins with
the four marks ``PAD``, ``BEGIN``, ``END`` and ``UNKNOWN``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from plugin_core.typography import chinese_words

PAD, BEGIN, END, UNKNOWN = range(4)
MARKS = ("<pad>", "<begin>", "<end>", "<unknown>")


def words(text: str, language: str) -> list[str]:
    """The words of a caption: jieba's where *language* is Chinese, else what stands between spaces, in lower case."""
    if language.startswith("zh"):
        return [word for word in chinese_words(text) if word.strip()]
    return text.lower().split()


def characters(text: str) -> list[str]:
    """The characters of a caption without spaces."""
    return [character for character in text if not character.isspace()]


class Vocabulary:
    """Tokens and their numbers, in both directions."""

    def __init__(self, tokens: Sequence[str]) -> None:
        """*tokens* without the marks, in the order of their numbers."""
        self.tokens = (*MARKS, *tokens)
        self.numbers = {token: number for number, token in enumerate(self.tokens)}
        if len(self.numbers) != len(self.tokens):
            raise ValueError("a token stands twice in the vocabulary")

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]], least: int = 1) -> Vocabulary:
        """Every token that occurs *least* times, the most frequent first."""
        counts = Counter(token for text in texts for token in text)
        return cls(
            [token for token, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if count >= least]
        )

    def __len__(self) -> int:
        return len(self.tokens)

    def read(self, tokens: Iterable[str]) -> list[int]:
        """Their numbers, without marks."""
        return [self.numbers.get(token, UNKNOWN) for token in tokens]

    def said(self, numbers: Iterable[int]) -> list[str]:
        """The tokens up to the first ``END``, without marks."""
        result = []
        for number in numbers:
            if number == END:
                break
            if number >= len(MARKS):
                result.append(self.tokens[number])
        return result

    def save(self, path: Path) -> None:
        """One JSON list."""
        path.write_text(json.dumps(self.tokens[len(MARKS) :], ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        """What ``save`` wrote."""
        return cls(json.loads(path.read_text(encoding="utf-8")))
