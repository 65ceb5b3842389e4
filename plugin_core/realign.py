"""Which recognised times belong to which words of an edited text: alignment by edit distance, never an error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from plugin_core.document import Word
from plugin_core.typography import atoms, has_han

_LARGEST = 20_000_000  # cells of the alignment; a text beyond it is no subtitle, and is spread evenly instead


@dataclass(slots=True)
class _Character:
    """A character of the new text that is not white space: its time, and the old word it was spoken in (-1: none)."""

    text: str
    start: float = 0.0
    end: float = 0.0
    word: int = -1


def realign(words: Sequence[Word], text: str) -> tuple[Word, ...]:
    """
    The words of *text* with the times and probabilities of *words*, which were recognised before it was edited.

    Joined and stripped they give *text* (line breaks become spaces). An untouched word is kept as it is; a corrected
    one has the span of what it replaces and probability 1, for a person wrote it; an added one takes the pause it
    stands in.
    """
    if not words or not text.strip():
        return ()
    if [word.text for word in words[1:]] == [f" {bare}" for bare in text.split()[1:]] and (
        words[0].text.strip() == text.split(maxsplit=1)[0]
    ):
        return tuple(words)  # nothing was edited
    old = [_spoken(word, index) for index, word in enumerate(words)]
    before = [character for word in old for character in word]
    after = [_Character(character) for character in text if not character.isspace()]
    _align(before, after)
    return tuple(_units(words, after, text))


def _spoken(word: Word, index: int) -> list[_Character]:
    """The characters of an old word, its span divided evenly among them."""
    bare = "".join(word.text.split())
    step = max(0, word.end - word.start) / max(1, len(bare))
    return [_Character(c, word.start + i * step, word.start + (i + 1) * step, index) for i, c in enumerate(bare)]


def _align(before: Sequence[_Character], after: Sequence[_Character]) -> None:
    """Give every character of *after* a time, and the old word of each that was there before."""
    from rapidfuzz.distance import Levenshtein

    if not before:
        return
    if len(before) * len(after) > _LARGEST:
        _spread(after, before[0].start, before[-1].end)
        return
    pairs = [[character.text.lower() for character in side] for side in (before, after)]
    for code in Levenshtein.opcodes(*pairs):
        new = after[code.dest_start : code.dest_end]
        if code.tag == "equal":
            for one, other in zip(new, before[code.src_start : code.src_end], strict=True):
                one.start, one.end, one.word = other.start, other.end, other.word
        elif code.tag == "replace":
            _spread(new, before[code.src_start].start, before[code.src_end - 1].end)
        elif code.tag == "insert":
            left = before[code.src_start - 1].end if code.src_start else before[0].start
            right = before[code.src_start].start if code.src_start < len(before) else left
            _spread(new, left, right)


def _spread(characters: Sequence[_Character], start: float, end: float) -> None:
    step = max(0.0, end - start) / max(1, len(characters))
    for index, character in enumerate(characters):
        character.start, character.end = start + index * step, start + (index + 1) * step


def _units(words: Sequence[Word], characters: Sequence[_Character], text: str) -> Iterable[Word]:
    """The new words. What is first or last of an old word begins or ends when that did."""
    spaces = _spaces_before(text)
    cuts = [0, *_cuts(characters, spaces, text), len(characters)]
    parts = [characters[first:last] for first, last in pairwise(cuts)]
    sources = [sorted({character.word for character in part if character.word >= 0}) for part in parts]
    last = {index: place for place, indices in enumerate(sources) for index in indices}
    first = {index: place for place, indices in reversed(list(enumerate(sources))) for index in indices}
    for place, (part, indices) in enumerate(zip(parts, sources, strict=True)):
        lead = " " if cuts[place] in spaces or (not place and words[0].text[:1].isspace()) else ""
        timed = [character for character in part if character.text.isalnum()] or part
        start, end = min(c.start for c in timed), max(c.end for c in timed)
        if indices and first[indices[0]] == place and (not place or parts[place - 1][-1].word >= 0):
            start = min(start, words[indices[0]].start)
        if indices and last[indices[-1]] == place and (place + 1 == len(parts) or parts[place + 1][0].word >= 0):
            end = max(end, words[indices[-1]].end)
        yield _word([words[index] for index in indices], part, lead, (round(start), round(end)))


def _cuts(characters: Sequence[_Character], spaces: set[int], text: str) -> list[int]:
    """Where words end: at white space, where an old word ends, and in what is new, where an atom does."""
    ends = set(accumulate(len("".join(atom.split())) for atom in atoms(text)))
    neighbours = enumerate(pairwise(characters), 1)
    return [place for place, pair in neighbours if place in spaces or _parted(*pair, at_atom=place in ends)]


def _spaces_before(text: str) -> set[int]:
    """The places, counted in characters that are not white space, before which there is some."""
    result, count = set(), 0
    for character in text.strip():
        if character.isspace():
            result.add(count)
        else:
            count += 1
    return result


def _parted(left: _Character, right: _Character, *, at_atom: bool) -> bool:
    if left.word < 0 or right.word < 0:
        return at_atom
    latin = (left.text + right.text).isalnum() and not has_han(left.text) and not has_han(right.text)
    return left.word != right.word and (at_atom or not latin)


def _word(sources: Sequence[Word], characters: Sequence[_Character], lead: str, span: tuple[int, int]) -> Word:
    text = lead + "".join(character.text for character in characters)
    if len(sources) == 1 and sources[0].text == text:
        return sources[0]
    edited = any(character.word < 0 and character.text.isalnum() for character in characters)
    probability = 1.0 if edited or not sources else min(word.probability for word in sources)
    return Word(span[0], max(span), text, probability)
