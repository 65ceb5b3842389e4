"""
Reading what a decoder wrote: strings for the labels that were asked, whatever else it says. Nothing here can fail.

SeqGPT answers in lines (``label: a，b``), chat decoders in JSON, both now and then in talk, in half an object, or in
nonsense. Whether a string stands in the text is not decided here (see ``plugin_core.tagging.asking``).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

LONGEST_ANSWER = 4096  # characters of an answer that are read
MOST_VALUES = 200  # strings of one label in one answer
NOTHING = frozenset(
    {"", "none", "无", "没有", "null", "nil", "n/a", "na", "-", "—", "/", "空", "未提及", "[]", "不存在"}
)
Values = dict[str, list[str]]


def balanced(labels: Sequence[str], most: int) -> list[list[str]]:
    """*labels* in as few groups of at most *most* as there must be, of like sizes, as SeqGPT's own code cuts them."""
    count = -(-len(labels) // most)
    if not count:
        return []
    small, larger = divmod(len(labels), count)
    groups, start = [], 0
    for index in range(count):
        end = start + small + (index < larger)
        groups.append(list(labels[start:end]))
        start = end
    return groups


def parse(answer: str, labels: Sequence[str]) -> tuple[dict[str, tuple[str, ...]], int]:
    """
    The strings that *answer* gives for each of *labels*, and how many it gives for other labels. Never fails.

    Reads ``label: a，b`` lines (SeqGPT), JSON objects (also fenced, cut off or wrapped in talk), and for a single label
    bare lists.
    """
    answer = answer[:LONGEST_ANSWER].strip()
    found = _from_json(answer, labels)
    if found is None:
        found = _from_lines(answer, labels)
    values, strays = found
    return {label: _distinct(values.get(label, ())) for label in labels}, strays


def chosen(answer: str, labels: Sequence[str]) -> tuple[str, ...]:
    """Those of *labels* that a classification names, in its order."""
    data = _loaded(answer)
    said = list(_strings(data)) if data is not None else re.split(r"[，,、;；\n]", answer)
    known = {_key(label): label for label in labels}
    keys = [_key(re.sub(r"^\s*(?:分类|类别|label|输出)\s*[:：]", "", one)) for one in said]
    return tuple(dict.fromkeys(known[key] for key in keys if key in known))


def _from_lines(answer: str, labels: Sequence[str]) -> tuple[Values, int]:
    known = {_key(label): label for label in labels}
    values: Values = {}
    strays, current = 0, labels[0] if len(labels) == 1 else ""
    for line in answer.splitlines():
        label, said = _labelled(line, known)
        if label is None:
            strays += 1
            current = ""
            continue
        current = label or current
        if current:
            values.setdefault(current, []).extend(re.split(r"，|\t", said))
        elif said.strip():
            strays += 1
    return values, strays


def _labelled(line: str, known: Mapping[str, str]) -> tuple[str | None, str]:
    """The label a line begins with ("" if it begins with none, None with one nobody asked for), and the rest."""
    line = re.sub(r"^[\s\-*•\d.)]{0,6}(?=\S)", "", line) if _key(line) not in known else line
    for at in (found.start() for found in re.finditer(r"[:：]", line[:120])):
        name = _key(line[:at].strip("【】[]\"'“”*` "))
        if name in known:
            return known[name], line[at + 1 :]
    head = re.match(r"[^\s:：，,]{1,12}\s?[:：](?=\s)", line)
    return (None if head else ""), line


def _from_json(answer: str, labels: Sequence[str]) -> tuple[Values, int] | None:
    data = _loaded(answer)
    if data is None:
        return None
    if isinstance(data, list):
        rows = [row for row in data if isinstance(row, Mapping)]
        if rows:
            return _from_rows(rows, labels)
        return ({labels[0]: list(_strings(data))}, 0) if len(labels) == 1 else ({}, len(data))
    known = {_key(label): label for label in labels}
    values: Values = {}
    strays = 0
    for name, said in data.items():
        if label := known.get(_key(str(name))):
            values.setdefault(label, []).extend(_strings(said))
        else:
            strays += 1
    return values, strays


def _from_rows(rows: Sequence[Mapping[Any, Any]], labels: Sequence[str]) -> tuple[Values, int]:
    """``[{"label": ..., "text": ...}, ...]`` or ``[{label: [...]}, ...]``."""
    known = {_key(label): label for label in labels}
    values: Values = {}
    strays = 0
    for row in rows:
        named = row.get("label") or row.get("type")
        pairs = [(named, row.get("text") or row.get("value") or row.get("word"))] if named else list(row.items())
        for name, said in pairs:
            if label := known.get(_key(str(name))):
                values.setdefault(label, []).extend(_strings(said))
            else:
                strays += 1
    return values, strays


def _loaded(answer: str) -> Any:
    """The JSON object or list in *answer*, mended if it was cut off; None if there is none."""
    start = min((at for at in (answer.find("{"), answer.find("[")) if at >= 0), default=-1)
    if start < 0 or (answer[start] == "[" and ":" in answer[:start]):
        return None
    body = answer[start:]
    try:
        data = json.JSONDecoder().raw_decode(body)[0]
    except (ValueError, RecursionError):
        data = _mended(body)
    return data if isinstance(data, (dict, list)) else None


def _mended(body: str) -> Any:
    """JSON that ends early: cut back to the last whole string or list, and closed."""
    for end in [found.end() for found in re.finditer(r'["\]}]', body)][:-41:-1]:
        part = body[:end]
        closing, quoted, escaped = list[str](), False, False
        for mark in part:
            if quoted:
                quoted, escaped = (mark != '"' or escaped), mark == "\\" and not escaped
            elif mark == '"':
                quoted = True
            elif mark in "{[":
                closing.append("}" if mark == "{" else "]")
            elif mark in "}]" and closing:
                closing.pop()
        if not quoted:
            try:
                return json.loads(part + "".join(reversed(closing)))
            except (ValueError, RecursionError):
                continue
    return None


def _strings(said: Any, depth: int = 0) -> Iterator[str]:
    """Every string and number in nested lists and objects."""
    if isinstance(said, str):
        yield said
    elif isinstance(said, (int, float)) and not isinstance(said, bool):
        yield str(said)
    elif isinstance(said, Mapping) and depth < 4:
        for value in said.values():
            yield from _strings(value, depth + 1)
    elif isinstance(said, list) and depth < 4:
        for value in said:
            yield from _strings(value, depth + 1)


def _distinct(values: Sequence[str]) -> tuple[str, ...]:
    kept = (value.strip() for value in values)
    return tuple(dict.fromkeys(value for value in kept if value.casefold() not in NOTHING))[:MOST_VALUES]


def _key(label: str) -> str:
    """What two spellings of a label share."""
    return "".join(unicodedata.normalize("NFKC", label).casefold().split())
