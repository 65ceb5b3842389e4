"""
The hand-written evaluation set of the tagger: lines as people write them, annotated by models/tagger/guideline.md.

Nobody who writes the generator or the runtime's rules reads it to tune them; it is never trained on. The form of
``lines.txt``: a line ``=== zh`` (or en, mixed; ``=== zh | comment``) starts an entry, the lines up to the next one are
its text. Marks stand in the text as ``⟦key|words⟧``:

=====  ==========================================================================================
S      speech; ``S+`` goes on in the turn of the speech before, with its speaker and state
M X    music, sound (heard and not music)
A T    action (seen), title (on the screen)
n t    speaker's name and state, of the next speech
d m    direction and manner, inside an item
i      a part of a title, inside it
c      a time code; ``c=ms`` gives its time where it is not [h:]mm:ss[.,mmm], ``c=-`` says that it has none
u      no annotation: a character by its number (``⟦u|200b⟧``), for what no editor shows
=====  ==========================================================================================

``meanings.toml``: words that nobody tuned to, with the answers an editor accepts. ``reference.json``: the printed cases
of the reference document.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plugin_core.tagging.tags import Detail, Item, Span

FOLDER = Path(__file__).parent
KINDS = {"S": "speech", "M": "music", "X": "sound", "A": "action", "T": "title"}
INNER = {"d": "direction", "m": "manner", "i": "item"}
LANGUAGES = ("zh", "en", "mixed")
_HEADER = re.compile(r"=== (?P<language>\w+)(?: \| (?P<comment>.+))?")
_OPEN = re.compile(r"⟦(?P<key>S\+|[SMXATntdmicu])(?:=(?P<value>\d+|-))?\|")
_CLOCK = re.compile(r"(?:(?P<h>\d{1,2}):)?(?P<m>\d{1,3}):(?P<s>\d{2})(?:[.,](?P<f>\d{1,3}))?")


class Wrong(ValueError):
    """The annotation breaks its own rules; the message names the entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One input and what an annotator found in it; *language* is zh, en or mixed."""

    text: str
    items: tuple[Item, ...]
    language: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a *word* may mean: the actions an editor accepts and the AudioSet classes (either may be empty)."""

    word: str
    actions: tuple[str, ...]
    classes: tuple[str, ...]

    def accepts(self, action: str) -> bool:
        """Whether *action*, in either language, contains one of the accepted answers."""
        return any(part in action.lower() for part in self.actions)


@dataclass(frozen=True, slots=True)
class Case:
    """
    One case of the reference document: the printed input, the items by the guideline, the output as *printed*.

    *columns* is the same output taken apart: 人物发言, 背景音乐, 画面动作, each a row of 原文 and, where printed,
    类型, 情绪, 动作 and 时机. The introduction's example has neither.
    """

    name: str
    text: str
    items: tuple[Item, ...]
    printed: str
    columns: Mapping[str, tuple[Mapping[str, str], ...]]


@dataclass(slots=True)
class _Mark:
    key: str
    value: str | None
    start: int
    end: int = -1
    inner: list[_Mark] = field(default_factory=list)

    def of(self, key: str) -> list[_Mark]:
        return [mark for mark in self.inner if mark.key == key]


def load(path: Path = FOLDER / "lines.txt") -> tuple[Entry, ...]:
    """All entries. Raises Wrong, with the entry's line number, where a mark breaks the rules."""
    entries = []
    for number, language, comment, source in _blocks(path.read_text(encoding="utf-8")):
        try:
            entries.append(read(source, language, comment))
        except Wrong as wrong:
            raise Wrong(f"{path.name}, line {number}: {wrong}") from None
    return tuple(entries)


def read(source: str, language: str = "zh", comment: str = "") -> Entry:
    """The entry that a marked text stands for."""
    text, marks = _parse(source)
    items = tuple(_items(text, marks))
    check(text, items)
    return Entry(text, items, language, comment)


def meanings(path: Path = FOLDER / "meanings.toml") -> tuple[Meaning, ...]:
    """The words with their accepted actions and classes."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))["meaning"]
    return tuple(Meaning(row["word"], tuple(row.get("actions", ())), tuple(row.get("classes", ()))) for row in table)


def reference(path: Path = FOLDER / "reference.json") -> tuple[Case, ...]:
    """The cases of the reference document."""
    cases = []
    for row in json.loads(path.read_text(encoding="utf-8"))["cases"]:
        entry = read(row["marked"])
        if entry.text != row["text"]:
            raise Wrong(f"{row['name']}: the marked text is not the printed one")
        columns = {name: tuple(rows) for name, rows in row["columns"].items()}
        cases.append(Case(row["name"], row["text"], entry.items, row["printed"], columns))
    return tuple(cases)


def check(text: str, items: tuple[Item, ...]) -> None:
    """Raise Wrong unless every item stands verbatim, trimmed, in order, without overlap, with its attributes inside."""
    last = 0
    for item in items:
        start, end = item.span
        if not (last <= start < end <= len(text)) or text[start:end] != item.text:
            raise Wrong(f"{item.kind} {item.text!r} overlaps or is not verbatim")
        if item.text != item.text.strip():
            raise Wrong(f"{item.kind} {item.text!r} is not trimmed")
        if item.kind == "title" and not item.items:
            raise Wrong(f"title {item.text!r} has no part")
        _check_details(text, item)
        last = end


def _check_details(text: str, item: Item) -> None:
    for name, detail in item.details.items():
        value = item.items[int(name[6:])] if name.startswith("items.") else getattr(item, name)
        if detail.span is None or text[slice(*detail.span)] != value or value != value.strip():
            raise Wrong(f"{name} {value!r} of {item.text!r} is not verbatim and trimmed")


def _blocks(whole: str) -> Iterator[tuple[int, str, str, str]]:
    """(line number, language, comment, source) of every entry."""
    header: re.Match[str] | None = None
    start, lines = 0, list[str]()
    for number, line in enumerate([*whole.split("\n"), "=== zh"], 1):
        if not line.startswith("=== "):
            lines.append(line)
            continue
        if header:
            yield start, header["language"], header["comment"] or "", "\n".join(lines).rstrip("\n")
        header, start, lines = _HEADER.fullmatch(line), number, []
        if not header or header["language"] not in LANGUAGES:
            raise Wrong(f"line {number}: not a header: {line!r}")


def _parse(source: str) -> tuple[str, list[_Mark]]:
    """The plain text, and the outermost marks with what stands inside them."""
    text, top, stack = "", list[_Mark](), list[_Mark]()
    place = 0
    while place < len(source):
        if opened := _OPEN.match(source, place):
            mark = _Mark(opened["key"], opened["value"], len(text))
            (stack[-1].inner if stack else top).append(mark)
            stack.append(mark)
            place = opened.end()
            continue
        if source[place] == "⟧" and stack:
            mark = stack.pop()
            if mark.key == "u":
                text = text[: mark.start] + chr(int(text[mark.start :], 16))
            mark.end = len(text)
        elif source[place] in "⟦⟧":
            raise Wrong(f"a stray {source[place]} before {source[place : place + 12]!r}")
        else:
            text += source[place]
        place += 1
    if stack:
        raise Wrong(f"not closed: {text[stack[-1].start :][:20]!r}")
    return text, top


def _items(text: str, marks: list[_Mark]) -> Iterator[Item]:
    clock: tuple[int | None, str] = (None, "")
    turn: dict[str, Span] = {}
    waiting: dict[str, Span] = {}
    for mark in marks:
        if mark.key == "c":
            clock = _time(text[mark.start : mark.end], mark.value)
        elif mark.key in "nt":
            name = "speaker" if mark.key == "n" else "state"
            if name in waiting:
                raise Wrong(f"two marks of {name} before one speech")
            waiting[name] = (mark.start, mark.end)
        elif mark.key in ("S", "S+"):
            turn = {**turn, **waiting} if mark.key == "S+" else waiting
            waiting = {}
            yield _item(text, mark, clock, turn)
        elif mark.key in KINDS:
            yield _item(text, mark, clock, {})
        elif mark.key != "u":
            raise Wrong(f"{mark.key} {text[mark.start : mark.end]!r} outside an item")
    if waiting:
        raise Wrong(f"a speaker or state without words: {[text[slice(*span)] for span in waiting.values()]}")


def _item(text: str, mark: _Mark, clock: tuple[int | None, str], turn: Mapping[str, Span]) -> Item:
    spans = dict(turn)
    for inner in mark.inner:
        if inner.key == "u":
            continue
        allowed = {"T": "i", "S": ""}.get(mark.key[0], "dm")
        if inner.key not in tuple(allowed) or inner.inner:
            raise Wrong(f"{inner.key} {text[inner.start : inner.end]!r} does not belong inside {mark.key}")
        if inner.key in "dm" and INNER[inner.key] in spans:
            raise Wrong(f"two marks of {INNER[inner.key]} in {text[mark.start : mark.end]!r}")
        if inner.key in "dm":
            spans[INNER[inner.key]] = (inner.start, inner.end)
    parts = [(inner.start, inner.end) for inner in mark.of("i")]
    values = {name: text[slice(*span)] for name, span in spans.items()}
    spans |= {f"items.{index}": span for index, span in enumerate(parts)}
    return Item(
        kind=KINDS[mark.key[0]],
        text=text[mark.start : mark.end],
        span=(mark.start, mark.end),
        time=clock[0],
        timecode=clock[1],
        items=tuple(text[slice(*span)] for span in parts),
        details={name: Detail(span) for name, span in spans.items()},
        **_attributes(values),
    )


def _attributes(values: Mapping[str, str]) -> dict[str, Any]:
    return {name: values[name] for name in ("speaker", "state", "direction", "manner") if name in values}


def _time(code: str, value: str | None) -> tuple[int | None, str]:
    """(ms, spelling) of a time code: as given by hand, or the plain [h:]mm:ss[.mmm]."""
    if value is not None:
        return (None if value == "-" else int(value)), code
    found = _CLOCK.fullmatch(code)
    if not found:
        raise Wrong(f"the time code {code!r} needs its time by hand")
    whole = (int(found["h"] or 0) * 60 + int(found["m"])) * 60 + int(found["s"])
    return whole * 1000 + int((found["f"] or "0").ljust(3, "0")), code
