"""One column into two: files that stack 中文 over English (or the reverse) in each cue."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import replace

from plugin_core.document import Cue, Document

SURE = 0.8  # of the cues with several lines must part cleanly, all in the same order

_SCRIPTS = {
    "han": re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"),
    "kana": re.compile("[\u3041-\u3096\u30a1-\u30fa]"),
    "hangul": re.compile("[\uac00-\ud7a3\u1100-\u11ff]"),
    "cyrillic": re.compile("[\u0400-\u04ff]+"),
    "arabic": re.compile("[\u0600-\u06ff]+"),
    "latin": re.compile("[A-Za-z\u00c0-\u024f]+"),
}
_SCRIPT_OF = {
    "zh": "han",
    "yue": "han",
    "ja": "kana",
    "ko": "hangul",
    "ru": "cyrillic",
    "uk": "cyrillic",
    "ar": "arabic",
}


def script_of(language: str) -> str:
    """The script a language's lines are told by."""
    return _SCRIPT_OF.get(language.split("-", maxsplit=1)[0].lower(), "latin")


def split_bilingual(document: Document, languages: tuple[str, str] = ("zh", "en")) -> Document:
    """
    *document* with the lines of each cue sorted into two columns, *languages* in that order.

    Cues of equal times, one per language, become one cue. Conservative: the document comes back unchanged unless it
    has one column, the languages differ in script, and at least four fifths of the cues with several lines
    part into one language over the other, always in the same order.
    """
    upper, lower = (script_of(language) for language in languages)
    if len(document.languages) != 1 or upper == lower:
        return document
    cues = _paired(document.cues, upper, lower)
    parts = {cue.id: _parted(cue.texts[0], upper, lower) for cue in cues}
    several = [cue for cue in cues if "\n" in cue.texts[0]]
    orders = Counter(parts[cue.id][2] for cue in several)
    order, count = orders.most_common(1)[0] if orders else ("", 0)
    if not order or count < SURE * len(several) or 2 * count < len(cues):
        return document
    split = tuple(replace(cue, texts=parts[cue.id][:2]) for cue in cues)
    return replace(document, languages=languages, cues=split)


def line_script(line: str) -> str:
    """
    The script *line* is written in; "" for digits and punctuation.

    Letters of an alphabet count by the word, so 用 Premiere 剪辑 is han; a line with any kana is Japanese.
    """
    counts = {name: len(pattern.findall(line)) for name, pattern in _SCRIPTS.items()}
    counts["han"] *= 3  # foreign names stand in Chinese lines far oftener than Chinese in others
    if counts["kana"]:
        return "kana"
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else ""


def _parted(text: str, first: str, second: str) -> tuple[str, str, str]:
    """(text of *first*, text of *second*, which stands on top); the last is "" if the lines do not part in two."""
    lines = text.split("\n")
    scripts = [line_script(line) for line in lines]
    for at, script in enumerate(scripts):  # a line without letters goes with the one above it, or the one below
        if script not in (first, second):
            near = [other for other in (*reversed(scripts[:at]), *scripts[at + 1 :]) if other in (first, second)]
            scripts[at] = near[0] if near else first
    one = "\n".join(line for line, script in zip(lines, scripts, strict=True) if script == first)
    two = "\n".join(line for line, script in zip(lines, scripts, strict=True) if script == second)
    changes = sum(a != b for a, b in itertools.pairwise(scripts))
    return one, two, scripts[0] if changes == 1 else ""


def _paired(cues: tuple[Cue, ...], first: str, second: str) -> list[Cue]:
    """Cues with each two of equal times and different scripts put into one, *first* on top."""
    result: list[Cue] = []
    for cue in cues:
        last = result[-1] if result else None
        if last and (last.start, last.end) == (cue.start, cue.end):
            scripts = (line_script(last.texts[0]), line_script(cue.texts[0]))
            if scripts in ((first, second), (second, first)):
                texts = (last.texts[0], cue.texts[0]) if scripts[0] == first else (cue.texts[0], last.texts[0])
                result[-1] = replace(last, texts=("\n".join(texts),))
                continue
        result.append(cue)
    return result
