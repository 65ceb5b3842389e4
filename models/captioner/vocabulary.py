"""Tokens (the words or the characters that ``metrics`` cuts a caption into) and their numbers for a network.

Every vocabulary begins with the four marks ``PAD``, ``BEGIN``, ``END`` and ``UNKNOWN``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

PAD, BEGIN, END, UNKNOWN = range(4)
MARKS = ("<pad>", "<begin>", "<end>", "<unknown>")


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
