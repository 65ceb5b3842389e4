"""What the core says, in the language of the interface: its errors and notes are English, of known patterns."""

from __future__ import annotations

import re
import tomllib
from functools import cache

from gui.i18n import FOLDER, shown_in_chinese

_HOLE = "{}"


def said(text: str) -> str:
    """*text* of the core, sentence by line, in the language of the interface; as it is where no pattern fits."""
    if not text or not shown_in_chinese():
        return text
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    """One sentence, or a sentence and the advice after it."""
    for end in reversed([match.start() + 1 for match in re.finditer(r"[.?!] ", line)]):
        first, advice = _whole(line[:end]), _line(line[end + 1 :])
        if first and advice != line[end + 1 :]:
            return first + advice
    return _whole(line) or line


def _whole(line: str) -> str:
    """The translation of *line* by the pattern that fits all of it; "" if none does."""
    for pattern, chinese in _patterns():
        match = pattern.fullmatch(line)
        if match is not None:
            return chinese.format(*(_line(part) for part in match.groups()))
    return ""


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The table, the most particular patterns first."""
    table = tomllib.loads((FOLDER / "core_zh_CN.toml").read_text("utf-8"))
    ordered = sorted(table.items(), key=lambda pair: -len(pair[0].replace(_HOLE, "")))
    return tuple((re.compile("(.*?)".join(map(re.escape, key.split(_HOLE)))), value) for key, value in ordered)
