"""The terms a job must keep to: read from a table, found in texts, and checked in translations."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from plugin_core.errors import SettingsError
from plugin_core.typography import has_han

COLUMNS = ("source", "target", "source_language", "target_language", "note")
_HEADS = {
    "source": "source", "term": "source", "原文": "source", "源": "source", "术语": "source",
    "target": "target", "translation": "target", "译文": "target", "翻译": "target",
    "source_language": "source_language", "source language": "source_language", "源语言": "source_language",
    "target_language": "target_language", "target language": "target_language", "目标语言": "target_language",
    "note": "note", "notes": "note", "comment": "note", "备注": "note",
}  # fmt: skip
_ENGLISH_ENDINGS = r"(?:'s|’s|s|es)?"


@dataclass(frozen=True, slots=True)
class Term:
    """*source* in one language is *target* in the other; variants are parted by ``|``, the first one is preferred."""

    source: str
    target: str
    source_language: str
    target_language: str
    note: str = ""

    @property
    def preferred(self) -> str:
        return _variants(self.target)[0]

    def reversed(self) -> Term:
        return Term(self.target, self.source, self.target_language, self.source_language, self.note)


@dataclass(frozen=True, slots=True)
class Match:
    """A *term* at ``text[start:end]``."""

    term: Term
    start: int
    end: int


class Glossary:
    """Terms in reading order. A term holds in both directions."""

    def __init__(self, terms: Iterable[Term] = ()) -> None:
        self.terms = tuple(dict.fromkeys(terms))

    @staticmethod
    def load(path: Path) -> Glossary:
        """
        Read a CSV, TSV or semicolon table with ``COLUMNS``; a header is optional.

        Missing languages are told from the script. SettingsError if the file is missing or a row lacks one side.
        """
        rows = _rows(_text(path))
        order = heading(rows[0]) if rows else None
        terms = []
        for number, row in enumerate(rows, 1):
            if number == 1 and order is not None:
                continue
            terms.append(_term(row, order or COLUMNS, path, number))
        return Glossary(terms)

    @cached_property
    def digest(self) -> str:
        """Changes with any term: part of the key of what was translated with this glossary."""
        text = "\n".join("\t".join((t.source, t.target, t.source_language, t.target_language)) for t in self.terms)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def matches(self, text: str, source: str, target: str) -> list[Match]:
        """Where terms of *source* stand in *text*, in order; of overlapping ones the longest."""
        found = [
            Match(term, *match.span())
            for term in self._towards(source, target)
            for variant in _variants(term.source)
            for match in _pattern(variant).finditer(text)
        ]
        chosen: list[Match] = []
        for match in sorted(found, key=lambda match: (match.start - match.end, match.start)):
            if all(match.end <= other.start or match.start >= other.end for other in chosen):
                chosen.append(match)
        return sorted(chosen, key=lambda match: match.start)

    def terms_in(self, text: str, source: str, target: str) -> list[Term]:
        """The terms of *source* that stand in *text*, once each."""
        return list(dict.fromkeys(match.term for match in self.matches(text, source, target)))

    def missing(self, source_text: str, target_text: str, source_language: str, target_language: str) -> list[Term]:
        """The terms in *source_text* of which no translation stands in *target_text*."""
        return [
            term
            for term in self.terms_in(source_text, source_language, target_language)
            if not any(_pattern(variant).search(target_text) for variant in _variants(term.target))
        ]

    def hotwords(self, language: str) -> tuple[str, ...]:
        """Every form of every term in *language*, for the recogniser."""
        words: list[str] = []
        for term in self.terms:
            for text, code in ((term.source, term.source_language), (term.target, term.target_language)):
                if _base(code) == _base(language):
                    words += _variants(text)
        return tuple(dict.fromkeys(words))

    def _towards(self, source: str, target: str) -> list[Term]:
        wanted = (_base(source), _base(target))
        both = [t for term in self.terms for t in (term, term.reversed())]
        return [term for term in both if (_base(term.source_language), _base(term.target_language)) == wanted]


def _base(language: str) -> str:
    return language.replace("_", "-").split("-", maxsplit=1)[0].lower()


def _variants(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()] or [text]


def _pattern(term: str) -> re.Pattern[str]:
    """A term as a pattern: whole words in Latin script, with plural and possessive; anywhere in Chinese."""
    core = re.escape(term).replace(r"\ ", r"\s+")
    if has_han(term):
        return re.compile(core, re.IGNORECASE)
    before = r"(?<![^\W\u3400-\u9fff])" if term[0].isalnum() else ""
    after = rf"{_ENGLISH_ENDINGS}(?![^\W\u3400-\u9fff])" if term[-1].isalpha() else ""
    return re.compile(before + core + after, re.IGNORECASE)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            "glossary.missing", f"The glossary {path} cannot be read: {error.strerror or error}.", "Check the path."
        ) from error
    for encoding in ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "gb18030"):
        try:
            return unicodedata.normalize("NFC", data.decode(encoding))
        except UnicodeDecodeError:
            continue
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise SettingsError(
            "glossary.encoding", f"The glossary {path} is in no known text encoding.", "Save it as CSV in UTF-8."
        )
    return unicodedata.normalize("NFC", str(best))


def _rows(text: str) -> list[list[str]]:
    lines = [line for line in text.replace("\x00", "").splitlines() if line.strip() and not line.startswith("#")]
    sample = "\n".join(lines[:20])
    delimiter = max("\t,;", key=lambda mark: (sample.count(mark) >= len(lines[:20]), mark == "\t", sample.count(mark)))
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
    except csv.Error as error:
        raise SettingsError(
            "glossary.table", f"The glossary is no table: {error}.", "Save it as CSV in UTF-8."
        ) from error


def heading(row: Sequence[str]) -> list[str] | None:
    """The column of each cell of a header ("" for an unknown one); None if the row is none."""
    names = [_HEADS.get(cell.lower(), "") for cell in row]
    return names if {"source", "target"} <= set(names) else None


def _term(row: Sequence[str], order: Sequence[str], path: Path, number: int) -> Term:
    cells = {name: cell for name, cell in zip(order, row, strict=False) if name}
    source, target = cells.get("source", ""), cells.get("target", "")
    if not source or not target:
        raise SettingsError(
            "glossary.row",
            f"Row {number} of {path.name} does not have a source and a target.",
            "Complete or remove it.",
        )
    return Term(
        source,
        target,
        cells.get("source_language") or _language(source),
        cells.get("target_language") or _language(target),
        cells.get("note", ""),
    )


def _language(text: str) -> str:
    return "zh" if has_han(text) else "en"
