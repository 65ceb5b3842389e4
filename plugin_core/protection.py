"""
What a translation must not change: numbers, times, addresses, names in code, and the terms of the glossary.

Where a pack declares placeholders (tokens its model was trained to copy), they go through the model as placeholders and
are put back; the count proves that each came through once. Otherwise, and where one was lost, the text goes through as
it is and is mended afterwards along the attention. What cannot be mended is left for the checks to show.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plugin_core.glossary import Glossary
from plugin_core.numerals import DIGITS, EN_SPOKEN, ZH_SPOKEN, canonical, dates, numerals, written
from plugin_core.typography import atoms, character_based

Span = tuple[int, int]
Weights = NDArray[np.uint8]
_ADDRESS = re.compile(
    r"""(?:https?://|www\.)[^\s<>"“”，。！？、；：（）\u4e00-\u9fff]*[\w/\#]"""
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w])[@\#][A-Za-z_][\w.-]*\w"
    r"|(?<![\w.])[\w-]+\.(?:com|org|net|cn|io|edu|gov)(?![\w-])",
    re.ASCII,
)
_CODE = re.compile(
    r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)"
    r"|(?<![A-Za-z\d])(?=[A-Z]*[a-z]{0,3}\d|\d+[A-Z])[A-Z]+[A-Za-z]{0,12}-?\d+[A-Za-z]{0,2}(?![A-Za-z\d])"
    r"|(?<![A-Za-z\d])\d+(?:p|K|D|G|GB|MB|KB|TB|kHz|Hz|fps|mm|cm|km|kg)(?![A-Za-z\d])",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Item:
    """
    Something at ``text[start:end]`` that must come out as *target* (or one of *accepted*).

    *masked*: may be replaced by a placeholder. A date or an ordinal is not: other languages say it in other words.
    """

    kind: str  # number | literal | term
    start: int
    end: int
    target: str
    accepted: tuple[str, ...] = ()
    masked: bool = True


@dataclass(frozen=True, slots=True)
class Rendering:
    """
    A translated passage before it is given to its cues. *tokens* joined are the text.

    *attention* is [tokens, columns], 0 to 255; *columns* are the ranges of the source passage the columns stand for.
    """

    tokens: tuple[str, ...]
    attention: Weights
    columns: tuple[Span, ...]

    @property
    def text(self) -> str:
        return "".join(self.tokens)


@dataclass(frozen=True, slots=True)
class Masked:
    """*text* with placeholders; *used* says which item each stands for, *pieces* where each stretch came from."""

    text: str
    used: tuple[tuple[str, Item], ...]
    pieces: tuple[tuple[Span, Span], ...]  # (range in text, range in the source)

    def origin(self, span: Span) -> Span:
        """The range of the source that a range of *text* stands for."""
        return self._back(span[0], last=False), self._back(span[1], last=True)

    def _back(self, place: int, *, last: bool) -> int:
        for (start, end), (a, b) in self.pieces:
            if place < end or (last and place == end) or (start, end) == self.pieces[-1][0]:
                if b - a == end - start:
                    return min(max(a + place - start, a), b)
                return b if last and place > start else a
        return place


def items_in(text: str, source: str, target: str, glossary: Glossary | None) -> list[Item]:
    """What is protected in *text*, in order, without overlaps; addresses go first, then terms, codes and numbers."""
    found = [_literal(match) for match in _ADDRESS.finditer(text)]
    for term in glossary.matches(text, source, target) if glossary is not None else ():
        variants = tuple(part.strip() for part in term.term.target.split("|"))
        found += _free(found, Item("term", term.start, term.end, term.term.preferred, variants))
    for match in _CODE.finditer(text):
        found += _free(found, _literal(match, target))
    for date in dates(text, source, target):
        found += _free(found, Item("literal", *date))
    for number in numerals(text, source, target):
        found += _free(found, Item("number", *number))
    return sorted(found, key=lambda item: item.start)


def _literal(match: re.Match[str], target: str = "") -> Item:
    text = match.group()
    forms = [text]
    if (clock := re.fullmatch(r"0?(\d{1,2}):(\d{2})", text)) and character_based(target):
        forms += [
            f"{clock[1]}点{clock[2]}",
            f"{clock[1]}时{clock[2]}",
            *([f"{clock[1]}点半"] if clock[2] == "30" else []),
        ]
    return Item("literal", *match.span(), text, tuple(forms))


def _free(found: Sequence[Item], item: Item) -> list[Item]:
    return [item] if all(item.end <= other.start or item.start >= other.end for other in found) else []


def mask(text: str, items: Sequence[Item], placeholders: Sequence[str]) -> Masked:
    """*text* with a placeholder for as many of *items* as there are placeholders."""
    out, position = "", 0
    used: list[tuple[str, Item]] = []
    pieces: list[tuple[Span, Span]] = []
    for token, item in zip(placeholders, [item for item in items if item.masked], strict=False):
        start = len(out)
        out += _harmless(text[position : item.start], placeholders)
        pieces.append(((start, len(out)), (position, item.start)))
        pieces.append(((len(out), len(out) + len(token)), (item.start, item.end)))
        out += token
        used.append((token, item))
        position = item.end
    start = len(out)
    out += _harmless(text[position:], placeholders)
    pieces.append(((start, len(out)), (position, len(text))))
    return Masked(out, tuple(used), tuple(piece for piece in pieces if piece[0][0] < piece[0][1]) or tuple(pieces))


def _harmless(text: str, placeholders: Sequence[str]) -> str:
    """A user's text never reads as one of the model's own placeholders."""
    for token in placeholders:
        if token in text:
            text = text.replace(token, "·" * len(token))
    return text


def kept(pieces: Sequence[str], masked: Masked, placeholders: Sequence[str]) -> bool:
    """Whether each placeholder came through exactly once, and no other turned up."""
    known = set(placeholders)
    seen = Counter(piece for piece in pieces if piece in known)
    return seen == Counter(token for token, _ in masked.used)


def restore(
    tokens: Sequence[str], pieces: Sequence[str], masked: Masked, placeholders: Sequence[str]
) -> tuple[str, ...]:
    """Tokens with the items in place of the placeholders; a placeholder that stands for nothing vanishes."""
    values = dict.fromkeys(placeholders, "") | {token: item.target for token, item in masked.used}
    result: list[str] = []
    for token, piece in zip(tokens, pieces, strict=True):
        value = token if piece not in values else token.replace(piece, values[piece])
        before = result[-1][-1:] if result else ""
        if piece in values and before.isascii() and before.isalnum() and value[:1].isascii() and value[:1].isalnum():
            value = f" {value}"
        result.append(value)
    return tuple(result)


def lost(text: str, items: Sequence[Item]) -> list[Item]:
    """The items that *text* does not have, each number counted once."""
    numbers = Counter(written(text))
    folded = text.casefold()
    missing = []
    for item in items:
        digits = [canonical(form) for form in (item.target, *item.accepted) if re.search(r"\d", form)]
        hit = next((form for form in digits if numbers[form]), None) if item.kind == "number" else None
        if hit is not None:
            numbers[hit] -= 1
        elif not any(_stands(form.casefold(), folded) for form in item.accepted):
            missing.append(item)
    return missing


def ranges_of(text: str, items: Sequence[Item]) -> list[Span]:
    """Where the protected items stand in a translation: what must not be cut."""
    forms = dict.fromkeys(form for item in items for form in (item.target, *item.accepted) if form)
    return [found.span() for form in forms for found in re.finditer(re.escape(form), text, re.IGNORECASE)]


def _stands(form: str, text: str) -> bool:
    if form[:1].isdigit() and form.replace(",", "").replace(".", "").isdigit():
        return False  # plain numbers are counted, not searched
    if form.isascii() and form[:1].isalnum() and form[-1:].isalnum():
        return re.search(rf"(?<![a-z\d]){re.escape(form)}(?![a-z\d])", text) is not None or (
            len(form) > 3 and re.search(rf"(?<![a-z]){re.escape(form)}(?:'s|s|es)(?![a-z])", text) is not None
        )
    return form in text


def mend(rendering: Rendering, items: Sequence[Item], target: str) -> Rendering:
    """Put what was lost where the attention says it belongs: in place of another number or word, else beside it."""
    for kind, put in (("term", _mend_term), ("literal", _mend_literal), ("number", _mend_number)):
        for item in lost(rendering.text, items):
            if item.kind == kind and (span := put(rendering, item, items)) is not None:
                rendering = _put(rendering, span, item.target, target)
    return rendering


def _mend_term(rendering: Rendering, item: Item, _items: Sequence[Item]) -> Span | None:
    """A term goes in place of the words aligned with it, or nowhere: a check then shows that it is missing."""
    return _aligned(rendering, _weights(rendering, item), 0.6)


def _mend_literal(rendering: Rendering, item: Item, _items: Sequence[Item]) -> Span | None:
    """An address goes in place of what the model made of it, if that can be recognised."""
    from rapidfuzz.fuzz import ratio

    weights = _weights(rendering, item)
    span = _aligned(rendering, weights, 0.5)
    alike = span is not None and ratio(rendering.text[span[0] : span[1]], item.target) > 60
    return span if alike else _beside(rendering, weights, item)


def _mend_number(rendering: Rendering, item: Item, items: Sequence[Item]) -> Span | None:
    weights = _weights(rendering, item)
    return _other_number(rendering, items, weights) or (_beside(rendering, weights, item) if item.masked else None)


def _weights(rendering: Rendering, item: Item) -> NDArray[np.float64]:
    """[tokens]: how much of the item's attention each token has; all 0 where nothing is known."""
    return _looking(rendering, [k for k, (a, b) in enumerate(rendering.columns) if a < item.end and b > item.start])


def _looking(rendering: Rendering, columns: Sequence[int]) -> NDArray[np.float64]:
    if not columns or not rendering.attention.size:
        return np.zeros(len(rendering.tokens))
    weights = rendering.attention[:, columns].sum(axis=1, dtype=np.float64)
    return np.asarray(weights / max(weights.sum(), 1e-9), np.float64)


def _ranges(rendering: Rendering) -> list[Span]:
    ends = np.cumsum([len(token) for token in rendering.tokens]).tolist()
    return list(zip([0, *ends], ends, strict=False))


def _other_number(rendering: Rendering, items: Sequence[Item], weights: NDArray[np.float64]) -> Span | None:
    """The number of the translation that no item asked for and that looked most at the one that was lost."""
    text = rendering.text
    asked = {form.casefold() for item in items for form in (item.target, *item.accepted)}
    found = [match.span() for match in re.finditer(DIGITS, text)]
    found += [match.span() for pattern in (EN_SPOKEN, ZH_SPOKEN) for match in pattern.finditer(text)]
    fixed = ranges_of(text, [item for item in items if item.kind != "number"])
    found = [
        s for s in found if all(s[1] <= a or s[0] >= b for a, b in fixed) and text[s[0] : s[1]].casefold() not in asked
    ]
    if not found:
        return None
    ranges = _ranges(rendering)

    def seen(span: Span) -> float:
        return float(sum(w for w, (a, b) in zip(weights, ranges, strict=True) if a < span[1] and b > span[0]))

    best = max(found, key=seen)
    return best if seen(best) > 0.25 or (len(found) == 1 and not weights.any()) else None


def _aligned(rendering: Rendering, weights: NDArray[np.float64], least: float) -> Span | None:
    """The words that together have at least the share *least* of the attention; None if they are too many to be it."""
    if not weights.any():
        return None
    first = last = int(np.argmax(weights))
    while weights[first : last + 1].sum() < least:
        before = weights[first - 1] if first > 0 else -1.0
        after = weights[last + 1] if last + 1 < len(weights) else -1.0
        first, last = (first - 1, last) if before > after else (first, last + 1)
    ranges = _ranges(rendering)
    a, b = ranges[first][0], ranges[last][1]
    text, position, chosen = rendering.text, 0, list[Span]()
    for atom in atoms(text):
        position += len(atom)
        if position - len(atom) < b and position > a and atom.strip():
            chosen.append((position - len(atom), position - len(atom) + len(_core(atom))))
    if not chosen or len(chosen) > 4 or chosen[-1][1] - chosen[0][0] > 0.7 * len(text):
        return None
    return chosen[0][0], chosen[-1][1]


def _core(atom: str) -> str:
    return re.sub(r"[\W_]+$", "", atom) or atom.rstrip()


def _beside(rendering: Rendering, weights: NDArray[np.float64], item: Item) -> Span:
    """
    An empty range before the word that looked most at the item, or at what follows it; else before the last stop.
    """
    text = rendering.text
    if not weights.any():
        weights = _looking(rendering, [k for k, (a, b) in enumerate(rendering.columns) if b > a >= item.end][:1])
    if not weights.any():
        end = len(re.sub(r"[\W_]+$", "", text)) or len(text)
        return end, end
    place, position = _ranges(rendering)[int(np.argmax(weights))], 0
    for atom in atoms(text):
        if position + len(atom) > place[0] + (len(text[place[0] : place[1]]) - len(text[place[0] : place[1]].lstrip())):
            return position, position
        position += len(atom)
    return len(text), len(text)


def _put(rendering: Rendering, span: Span, new: str, target: str) -> Rendering:
    """*new* in place of a range of the text, as one token that looks where the replaced ones looked."""
    text = rendering.text
    start, end = span
    if not character_based(target) or new.isascii():
        left = re.search(r"[A-Za-z\d@]$|[A-Za-z\d][,.:/-]$", text[:start])
        right = re.match(r"[A-Za-z\d@]|[,.:/-][A-Za-z\d]", text[end:])
        new = f"{' ' if left else ''}{new}{' ' if right else ''}"
    ranges = _ranges(rendering)
    gone = [k for k, (a, b) in enumerate(ranges) if a < max(end, start + 1) and b > start]
    row = rendering.attention[gone].max(axis=0) if gone else np.zeros(rendering.attention.shape[1], np.uint8)
    kept_before, kept_after = _slice(rendering, 0, start), _slice(rendering, end, len(text))
    tokens = (*(token for token, _ in kept_before), new, *(token for token, _ in kept_after))
    rows = [*(one for _, one in kept_before), row, *(one for _, one in kept_after)]
    return Rendering(tokens, np.stack(rows).astype(np.uint8), rendering.columns)


def _slice(rendering: Rendering, start: int, end: int) -> list[tuple[str, Weights]]:
    """The tokens of a range of the text, cut at its ends, with their rows."""
    found: list[tuple[str, Weights]] = []
    for (a, b), token, row in zip(_ranges(rendering), rendering.tokens, rendering.attention, strict=True):
        inside = token[max(start - a, 0) : max(min(end, b) - a, 0)]
        if inside:
            found.append((inside, row))
    return found
