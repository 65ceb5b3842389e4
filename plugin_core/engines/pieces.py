"""Text to SentencePiece pieces and back, with the character range of every piece."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plugin_core.errors import ModelError

Span = tuple[int, int]
_BYTE = re.compile(r"<0x[0-9A-F]{2}>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]")
_END = re.compile(r"[.!?。！？…]")
_CLAUSE = re.compile(r"[,;:，；：、]")


@dataclass(frozen=True, slots=True)
class Encoded:
    """Pieces of a text and their character ranges in it; blanks belong to the piece after them."""

    pieces: tuple[str, ...]
    spans: tuple[Span, ...]


class Tokenizer:
    """A SentencePiece model. Placeholders are literal vocabulary tokens, never cut."""

    def __init__(self, processor: Any) -> None:
        self._processor = processor

    @staticmethod
    def open(path: Path, pack_id: str) -> Tokenizer:
        """Load *path*; ModelError if it is missing or no SentencePiece model."""
        import sentencepiece

        if not path.is_file():
            raise ModelError(
                "model.missing-file", f"The pack {pack_id} has no {path.name}.", "Pull or import it again."
            )
        processor = sentencepiece.SentencePieceProcessor()
        try:
            processor.LoadFromSerializedProto(path.read_bytes())
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(
                "model.tokenizer", f"{path.name} of {pack_id} is no SentencePiece model.", "Run `zimu models verify`."
            ) from error
        return Tokenizer(processor)

    def knows(self, piece: str) -> bool:
        """Whether *piece* is in the vocabulary."""
        return bool(self._processor.piece_to_id(piece) != self._processor.unk_id())

    def encode(self, text: str, placeholders: Sequence[str] = ()) -> Encoded:
        """Cut *text*. A placeholder the model does not know itself is cut out before and put back as one token."""
        foreign = [token for token in placeholders if token in text and not self.knows(token)]
        if not foreign:
            return self._encode(text, 0)
        pieces: list[str] = []
        spans: list[Span] = []
        position = 0
        for part in re.split(f"({'|'.join(map(re.escape, foreign))})", text):
            if part in foreign:
                pieces.append(part)
                spans.append((position, position + len(part)))
            elif part.strip():
                encoded = self._encode(part, position)
                pieces += encoded.pieces
                spans += encoded.spans
            position += len(part)
        return Encoded(tuple(pieces), tuple(spans))

    def _encode(self, text: str, shift: int) -> Encoded:
        pieces = self._processor.encode(text, return_type="proto").pieces
        spans: list[Span] = []
        position = 0
        for piece in pieces:
            found = text.find(piece.surface, position)
            start = found if found >= 0 else position
            position = min(start + len(piece.surface), len(text))
            spans.append((start + shift, position + shift))
        return Encoded(tuple(piece.piece for piece in pieces), tuple(spans))

    @staticmethod
    def decode(
        pieces: Sequence[str], placeholders: Sequence[str] = (), silent: Collection[str] = ()
    ) -> tuple[str, tuple[Span, ...]]:
        """The text of *pieces* and their ranges in it; *silent* ones and control characters have no text."""
        text, spans, pending = "", list[Span](), bytearray()
        for piece in pieces:
            start = len(text)
            if _BYTE.fullmatch(piece):
                pending.append(int(piece[3:5], 16))
                text, pending = _flush(text, pending, end=False)
            else:
                text, pending = _flush(text, pending, end=True)
                text += piece if piece in placeholders else "" if piece in silent else piece.replace("▁", " ")
            spans.append((start, len(text)))
        text, _ = _flush(text, pending, end=True)
        if spans:
            spans[-1] = (spans[-1][0], len(text))
        return _stripped(text, spans)


def _flush(text: str, pending: bytearray, *, end: bool) -> tuple[str, bytearray]:
    """Add byte pieces as soon as they make whole characters; at the *end* of a run drop what does not."""
    if pending:
        try:
            return text + _CONTROL.sub("", pending.decode("utf-8")), bytearray()
        except UnicodeDecodeError:
            decoded = _CONTROL.sub("", pending.decode("utf-8", "ignore"))
            return (text + decoded, bytearray()) if end else (text, pending)
    return text, pending


def _stripped(text: str, spans: Sequence[Span]) -> tuple[str, tuple[Span, ...]]:
    left = len(text) - len(text.lstrip())
    core = text.strip()
    size = len(core)
    return core, tuple((min(max(a - left, 0), size), min(max(b - left, 0), size)) for a, b in spans)


def cut_to_fit(encoded: Encoded, limit: int) -> list[Encoded]:
    """Pieces in runs of at most *limit*, cut after the last sentence end, else clause end, else word that fits."""
    runs: list[Encoded] = []
    start, total = 0, len(encoded.pieces)
    while total - start > limit:
        end = _best_cut(encoded.pieces, start, start + limit)
        runs.append(Encoded(encoded.pieces[start:end], encoded.spans[start:end]))
        start = end
    if start < total or not runs:
        runs.append(Encoded(encoded.pieces[start:], encoded.spans[start:]))
    return [run for run in runs if run.pieces]


def _best_cut(pieces: Sequence[str], start: int, stop: int) -> int:
    for wanted in (_END, _CLAUSE):
        for end in range(stop, start + (stop - start) // 3, -1):
            if wanted.search(pieces[end - 1]):
                return end
    for end in range(stop, start + (stop - start) // 3, -1):
        if pieces[end].startswith("▁"):
            return end
    return stop
