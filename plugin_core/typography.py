"""How wide a text is, where a line of it may end, and how it is laid out in lines. How well it breaks: ``phrases``."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plugin_core.profiles import Limits

CHARACTER_BASED = frozenset({"zh", "ja", "ko", "yue", "cmn"})
MARKUP = re.compile(r"<[^<>\n]*>|\{\\[^{}\n]*\}")
HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
KANA = r"\u3040-\u30ff\u31f0-\u31ff"
_CLOSING = "，。、；：？！…⋯～”’）》〉】』」〕〗％％℃"
_OPENING = "“‘（《〈【『「〔〖￥"
_SMALL_KANA = "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮー"
_LATIN_CLOSING = frozenset(",.;:!?)]}%")
_WIDE = frozenset("“”‘’…⋯—·×")  # "ambiguous" in Unicode, a full cell in Chinese and Japanese fonts
_PIECE = re.compile(
    rf"(?P<markup>{MARKUP.pattern})"
    rf"|(?P<space>\s+)"
    rf"|(?P<han>[{HAN}]+)"
    rf"|(?P<kana>[{KANA}][{_SMALL_KANA}]*)"
    rf"|(?P<close>[{_CLOSING}—–]+)"
    rf"|(?P<open>[{_OPENING}])"
    rf"|(?P<glue>·)"
    rf"|(?P<latin>(?:[^\s{HAN}{KANA}{_CLOSING}{_OPENING}—–·<{{]|(?<=\w)’(?=\w)|[<{{])+?"
    rf"(?=$|[\s{HAN}{KANA}{_OPENING}—–·<{{]|(?!(?<=\w)’\w)[{_CLOSING}]))"
    rf"|(?P<other>.)",
    re.DOTALL,
)
_HAN_TEXT = re.compile(f"[{HAN}]")
_NON_SPACE = re.compile(r"\S")
# A comma or full stop of Chinese text, but not of a number or a Latin abbreviation.
_STOPS = re.compile(r"[，。]+")
_ELLIPSIS = re.compile(r"…+|⋯+|(?<=[^\x00-\x7f])\.{3,}")


def character_based(language: str) -> bool:
    """Whether half-width characters count half in *language* (Chinese, Japanese, Korean)."""
    return language.replace("_", "-").split("-")[0].lower() in CHARACTER_BASED


def plain(text: str) -> str:
    """*text* without markup (``<i>``, ``{\\an8}``)."""
    return MARKUP.sub("", text)


@cache
def _cell(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Cc"}:
        return 0.0
    return 1.0 if unicodedata.east_asian_width(character) in "FW" or character in _WIDE else 0.5


@cache
def _letter(character: str) -> float:
    return 0.0 if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Cc"} else 1.0


def width(text: str, language: str) -> float:
    """
    The characters of *text* as a style guide counts them: spaces and punctuation count, markup and line breaks do not.

    In Chinese, Japanese and Korean half-width characters count 0.5 (Netflix, "character counting").
    """
    cell = _cell if character_based(language) else _letter
    return sum(map(cell, plain(text) if "<" in text or "{" in text else text))


def speed(text: str, language: str, duration: int) -> float:
    """Characters a second of *text* shown for *duration* ms."""
    return width(text, language) * 1000 / max(duration, 1)


def has_han(text: str) -> bool:
    """Whether there is a Chinese character in *text*."""
    return _HAN_TEXT.search(text) is not None


def length(text: str) -> int:
    """The number of characters of *text* that are not white space: the measure by which words and atoms are matched."""
    return len(_NON_SPACE.findall(text))


@cache
def _segmenter() -> Any:
    """A jieba tokenizer of our own, whose cache is in our own folder and not in a shared temporary one."""
    import logging
    import warnings

    from plugin_core.settings import cache as cache_folder

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba 0.42 imports pkg_resources and has invalid escapes
        import jieba
    jieba.setLogLevel(logging.CRITICAL)
    tokenizer = jieba.Tokenizer()
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer.tmp_dir = str(folder)
    except OSError:
        pass  # jieba then uses the temporary folder; the cache only saves half a second
    tokenizer.initialize()
    return tokenizer


def chinese_words(text: str) -> list[str]:
    """The words of Chinese *text*; joined they give it back."""
    return list(_segmenter().cut(text)) if text else []


def atoms(text: str) -> list[str]:
    """
    *text* cut wherever a line may end: after a Latin word with the space that follows it, between Chinese words.

    No atom starts with closing punctuation or ends with opening punctuation; joined they give *text* back.
    """
    result: list[str] = []
    prefix, glued = "", False
    for kind, piece in _pieces(text):
        if kind in {"close", "space", "glue", "markup close"} and result and not prefix:
            result[-1] += piece
            glued = glued or kind == "glue" if kind != "space" else glued
        elif kind in {"open", "space", "close", "glue", "markup", "markup close"}:
            prefix += piece
        elif glued and result and not prefix:
            result[-1] += piece
            glued = False
        else:
            result.append(prefix + piece)
            prefix, glued = "", False
    if prefix:
        result[-1:] = [result[-1] + prefix] if result else [prefix]
    return result


def _pieces(text: str) -> list[tuple[str, str]]:
    pieces: list[tuple[str, str]] = []
    for match in _PIECE.finditer(text):
        kind, piece = str(match.lastgroup), match.group()
        if kind == "han":
            pieces += [("word", word) for word in chinese_words(piece)]
        elif kind == "markup":
            pieces.append(("markup close" if piece.startswith("</") else "markup", piece))
        elif kind == "latin" and piece[0] in _LATIN_CLOSING:
            pieces.append(("close", piece))
        elif kind in {"kana", "latin", "other"}:
            pieces.append(("word", piece))
        else:
            pieces.append((kind, piece))
    return pieces


def spaced(text: str) -> str:
    """
    Netflix's Chinese punctuation: full stops and commas become spaces and vanish at line ends, ellipses become ``⋯``.
    """
    return "\n".join(_ELLIPSIS.sub("⋯", _STOPS.sub(" ", line)).rstrip() for line in text.split("\n"))


def joined(text: str, between: str = "") -> str:
    """*text* on one line: line breaks become spaces, or *between* between Chinese characters and punctuation."""
    if "\n" not in text:
        return text.strip()
    wide = rf"[{HAN}{KANA}{_CLOSING}{_OPENING}—]"
    return re.sub(r"\s*\n\s*", " ", re.sub(rf"(?<={wide})[ \t]*\n\s*(?={wide})", between, text)).strip()


@dataclass(frozen=True, slots=True)
class Run:
    """Atoms with their widths, ready for many layouts."""

    starts: Sequence[float]  # the width before each atom
    trims: Sequence[float]  # the width of the white space at its end
    costs: Sequence[float]  # of a line break after atom k, 0 (ideal) to 10 (never)

    @staticmethod
    def of(texts: Sequence[str], costs: Sequence[float], language: str) -> Run:
        widths = [width(text, language) for text in texts]
        trims = [whole - width(text.rstrip(), language) for whole, text in zip(widths, texts, strict=True)]
        return Run((0.0, *accumulate(widths)), trims, costs)

    def width(self, first: int, end: int) -> float:
        """The width of atoms *first* to *end* (exclusive) on one line."""
        return self.starts[end] - self.starts[first] - self.trims[end - 1]

    def layout(self, first: int, end: int, characters: float, lines: int) -> tuple[float, tuple[int, ...]] | None:
        """The cheapest way to show the atoms in at most *lines* lines: cost and the ends of all lines but the last."""
        if self.width(first, end) <= characters:
            return 0.0, ()
        if lines < 2:
            return None
        if lines == 2:
            return self._halved(first, end, characters)
        best: tuple[float, tuple[int, ...]] | None = None
        for middle in range(end - 1, first, -1):
            if self.width(middle, end) > characters:
                break
            rest = self.layout(first, middle, characters, lines - 1)
            if rest is not None:
                cost = rest[0] + self._break_cost(rest[1][-1] if rest[1] else first, middle, end, characters)
                best = min(best or (cost, (*rest[1], middle)), (cost, (*rest[1], middle)))
        return best

    def _halved(self, first: int, end: int, characters: float) -> tuple[float, tuple[int, ...]] | None:
        """The best two lines: only the few atoms are tried after which both halves fit."""
        earliest = bisect_left(self.starts, self.starts[end] - self.trims[end - 1] - characters, first + 1, end)
        found: tuple[float, int] | None = None
        for middle in range(earliest, end):
            if self.width(first, middle) > characters:
                break
            cost = self._break_cost(first, middle, end, characters)
            if found is None or cost < found[0]:
                found = cost, middle
        return found and (found[0], (found[1],))

    def _break_cost(self, first: int, middle: int, end: int, characters: float) -> float:
        """
        A line break after atom *middle* - 1: 1 for having it, its place in the phrase, and the balance of both lines.

        Guides prefer the longer line below (Netflix: "bottom-heavy"), so a longer top costs more.
        """
        starts, trims = self.starts, self.trims
        top = starts[middle] - starts[first] - trims[middle - 1]
        uneven = (top - (starts[end] - starts[middle] - trims[end - 1])) / characters
        square = uneven * uneven
        return 1.0 + 0.8 * self.costs[middle - 1] + ((5.0 if uneven > 0 else 3.0) + 5.0 * square) * square

    def text(self, texts: Sequence[str], first: int, end: int, limits: Limits) -> str:
        """*texts* (those this was made of) from *first* to *end* in lines: the best layout, or the least overfull."""
        found = self.layout(first, end, limits.characters, limits.lines)
        ends = found[1] if found else self._squeezed(first, end, limits.lines)
        return "\n".join("".join(texts[a:b]).strip() for a, b in pairwise((first, *ends, end)))

    def _squeezed(self, first: int, end: int, lines: int) -> tuple[int, ...]:
        """The line ends of atoms that do not fit: as many lines as allowed, of about one width."""
        lines = min(lines, end - first)
        total = self.width(first, end)
        ends: list[int] = []
        for line in range(1, lines):
            goal = total * line / lines
            choices = range((ends[-1] if ends else first) + 1, end - (lines - line) + 1)
            ends.append(min(choices, key=lambda k: abs(self.width(first, k) - goal) / 2 + self.costs[k - 1]))
        return tuple(ends)


def lines(texts: Sequence[str], costs: Sequence[float], language: str, limits: Limits) -> str:
    """Atoms laid out in lines joined by ``\\n``; *costs* are those of a line break after each."""
    return Run.of(texts, costs, language).text(texts, 0, len(texts), limits) if texts else ""
