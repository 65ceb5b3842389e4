"""
From what a recogniser writes to the words of a document.

Whisper writes Chinese without word boundaries, in either script, often with the punctuation of the other language; here
it becomes Simplified Chinese words with full-width punctuation. Joining ``Word.text`` always gives the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from plugin_core.document import Word
from plugin_core.typography import HAN, chinese_words

_FULL_WIDTH = str.maketrans(",?!;:()", "，？！；：（）")
_BESIDE_HAN = re.compile(rf"(?<=[{HAN}”’）》」])[,?!;:]|(?<=[？！])[?!]|[(](?=[{HAN}])|(?<=[{HAN}])[)]")
_FULL_STOP = re.compile(rf"(?<=[{HAN}”’）》」])\.(?![\w.])")
_DOTS = re.compile(rf"(?<=[{HAN}])\.{{2,}}")
_UNSAID = re.compile(r"[\ufffd\x00-\x08\x0b-\x1f\x7f]+")
_LATIN = rf"(?:(?![{HAN}])\w)+"
_STUTTER = re.compile(r"(.{1,6}?)\1{9,}", re.DOTALL)
_RUN = re.compile(rf"[{HAN}]+|{_LATIN}(?:['’.&/-]{_LATIN})*|\s+|.", re.DOTALL)
_IS_HAN = re.compile(rf"[{HAN}]")
_OPENING = "（《“‘「『(["
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class _Letter:
    """One character with its share of a word's time."""

    text: str
    start: float
    end: float
    probability: float


def clean(words: Sequence[Word]) -> list[Word]:
    """Words without what no one says: broken bytes, control characters, letters ten times over; none is left empty."""
    kept = [replace(word, text=_STUTTER.sub(r"\1\1\1", _UNSAID.sub("", word.text))) for word in words]
    return [word for word in kept if word.text.strip()]


def written(words: Sequence[Word], language: str, *, simplified: bool = True, punctuation: bool = True) -> list[Word]:
    """
    The words of one chunk as *language* writes them.

    Chinese: single characters are grouped into jieba's words, whose probability is that of their weakest character
    (what an editor has to look at); Traditional becomes Simplified; punctuation beside Chinese is full-width. Other
    languages keep what the recogniser wrote.
    """
    if language not in {"zh", "yue"}:
        return list(words)
    letters = _letters(words)
    text = "".join(letter.text for letter in letters)
    if simplified and language == "zh":
        text = _same_length(text, to_simplified(text), to_simplified)
    if punctuation:
        text = full_width(text)
    letters = [replace(letter, text=new) for letter, new in zip(letters, text, strict=True)]
    return [_joined(group) for group in _groups(_without_inner_spaces(letters)) if _said(group)]


def to_simplified(text: str) -> str:
    """Traditional to Simplified Chinese (OpenCC t2s)."""
    return str(_opencc().convert(text))


def full_width(text: str) -> str:
    """Punctuation beside Chinese characters in its full-width form; the length does not change."""
    text = _DOTS.sub(lambda found: "…" * len(found[0]), text)
    text = _FULL_STOP.sub("。", text)
    while (changed := _BESIDE_HAN.sub(lambda found: found[0].translate(_FULL_WIDTH), text)) != text:
        text = changed
    return text


@cache
def _opencc() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def _same_length(old: str, new: str, convert: Any) -> str:
    """*new* if it maps character by character, else each character converted alone where that keeps one character."""
    if len(old) == len(new):
        return new
    singles = [convert(character) for character in old]
    return "".join(s if len(s) == 1 else c for s, c in zip(singles, old, strict=True))


def _letters(words: Sequence[Word]) -> list[_Letter]:
    """Every character; the spoken ones share the word's time, the others stand at an edge with none."""
    found: list[_Letter] = []
    for word in words:
        spoken = sum(bool(_WORD.match(c)) for c in word.text) or len(word.text)
        share, at, alone = (word.end - word.start) / max(1, spoken), float(word.start), not _WORD.search(word.text)
        for character in word.text:
            end = at + share if alone or _WORD.match(character) else at
            found.append(_Letter(character, at, end, word.probability))
            at = end
    return found


def _without_inner_spaces(letters: Sequence[_Letter]) -> list[_Letter]:
    """Without spaces at the start, between Chinese characters, or beside full-width punctuation."""
    chinese = re.compile(rf"[{HAN}，。？！；：（）《》“”‘’、…「」]")
    kept: list[_Letter] = []
    for number, letter in enumerate(letters):
        if letter.text.isspace():
            after = next((x.text for x in letters[number + 1 :] if not x.text.isspace()), "")
            before = kept[-1].text if kept else ""
            if not before or not after or before.isspace() or (chinese.match(before) and chinese.match(after)):
                continue
        kept.append(letter)
    return kept


def _groups(letters: Sequence[_Letter]) -> list[list[_Letter]]:
    """Chinese by jieba's words, other scripts by spaces; punctuation and spaces join the word they touch."""
    groups: list[list[_Letter]] = []
    at, pending = 0, list[_Letter]()  # opening marks and spaces, for the word that follows
    for part in _parts("".join(letter.text for letter in letters)):
        group = [*letters[at : at + len(part)]]
        at += len(part)
        if _WORD.search(part):
            groups.append([*pending, *group])
            pending = []
        elif part.isspace() or part in _OPENING or pending or not groups:
            pending += group
        else:
            groups[-1] += group
    if pending:
        groups[-1:] = [[*groups[-1], *pending]] if groups else [pending]
    return groups


def _parts(text: str) -> list[str]:
    """Chinese words, words of other scripts, stretches of space, and every other character alone."""
    parts: list[str] = []
    for run in _RUN.findall(text):
        parts += chinese_words(run) if _IS_HAN.match(run) else [run]
    return parts


def _said(group: Sequence[_Letter]) -> bool:
    return any(not letter.text.isspace() for letter in group)


def _joined(group: Sequence[_Letter]) -> Word:
    spoken = [letter for letter in group if _WORD.match(letter.text)] or list(group)
    return Word(
        round(spoken[0].start),
        round(spoken[-1].end),
        "".join(letter.text for letter in group),
        min(letter.probability for letter in spoken),
    )
