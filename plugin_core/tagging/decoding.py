"""
From scores of labels to runs: constrained Viterbi over BIO, with the anchors as hard constraints.

Labels are 0 = O, 1 + 2k = B of the k-th kind, 2 + 2k = I of it. A kind's I follows only its B or I; no item holds a
time code, a cue header or a heading, and none begins on a bracket mark, white space, markup or a note. Everything here
works on the characters of many texts at once, one behind the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plugin_core.tagging.anchors import (
    BRACKET,
    BREAK,
    COLON,
    EDGES,
    HEADER,
    INSIDE,
    MARKUP,
    NOTE,
    SILENT,
    TEXT,
    TIME,
    TURN,
)
from plugin_core.tagging.kinds import HEARD, MUSIC, SPEAKER, STATE

Matrix = NDArray[np.float32]
Labels = NDArray[np.int8]
NEVER = np.float32(-1e6)  # the score of a label that may not stand here
CHUNK, OVERLAP = 512, 64  # of a long chain; chunks are decoded side by side and joined where they agree
_LAST_WORD = 0x700
_WORDS = np.array(
    [chr(code).isalnum() or 0x300 <= code < 0x370 for code in range(_LAST_WORD)] + [False]
)  # Latin to Arabic
_SPACE = 255  # white space and characters nobody sees, in the bytes the note pattern reads
_BEGINS = np.array([kind not in EDGES for kind in range(256)])
_HOLDS = np.array([kind not in SILENT and kind != TURN for kind in range(256)])
_SPACED = frozenset((TEXT, INSIDE))  # kinds of spaces that part nothing by themselves
_SINGS = re.compile("[♪♫♬♩🎵🎶🎼]")
_LONE_NOTES = re.compile(
    rb"(?:^|(?<=[%(end)s]))[%(rim)s]*(?P<notes>%(note)s(?:[%(note)s\xff]*%(note)s)?)[%(rim)s]*(?=[%(end)s]|$)"
    % {
        b"end": re.escape(bytes((BREAK, TIME, HEADER))),
        b"rim": re.escape(bytes((_SPACE, BRACKET, MARKUP, TURN))),
        b"note": re.escape(bytes((NOTE,))),
    }
)


@dataclass(frozen=True, slots=True)
class Run:
    """Characters [start, end) of one kind (its number), and the mean logarithm of their probability."""

    kind: int
    start: int
    end: int
    score: float


def shape(folded: str, kinds: bytes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where an item may begin, and where one may go on: two arrays, one entry per character."""
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32)
    marks = np.frombuffer(kinds, np.uint8)
    unseen = (codes == 0x20) | (codes == 0x200B) | (codes == 0x0A)
    return _BEGINS[marks] & ~unseen, _HOLDS[marks]


def lone_notes(folded: str, kinds: bytes) -> list[tuple[int, int]]:
    """Spans of note symbols that have a line for themselves: ``♪♪`` is music, though no item begins with a note."""
    if not _SINGS.search(folded):
        return []
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32)
    marks = np.frombuffer(kinds, np.uint8).copy()
    marks[((codes == 0x20) | (codes == 0x200B)) & ((marks == TEXT) | (marks == INSIDE))] = _SPACE
    found = (match.span("notes") for match in _LONE_NOTES.finditer(marks.tobytes()))
    return [span for span in found if _SINGS.search(folded, *span)]


def allow(scores: Matrix, begins: NDArray[np.bool_], holds: NDArray[np.bool_]) -> Matrix:
    """*scores* with the labels that may not stand at a character put out of reach."""
    found = scores.copy()
    found[:, 1::2][~(begins & holds)] = NEVER
    found[:, 2::2][~holds] = NEVER
    return found


def decode(scores: Matrix, starts: Iterable[int], before: int = 0) -> Labels:
    """
    The best consistent labels for *scores* [characters, labels].

    *starts* are the characters where a text begins: nothing goes on there. The first character may go on what had the
    label *before* (0: nothing). Where the best labels alone are consistent they are the answer; else Viterbi finds it.
    """
    labels: Labels = scores.argmax(axis=1).astype(np.int8)
    if not len(labels):
        return labels
    edges = np.zeros(len(labels), bool)
    edges[list(starts)] = True
    wrong = _inconsistent(labels, edges, before)
    if wrong.any():
        chains = list(_chains(scores, edges, wrong))
        first = before if not edges[0] else 0
        jobs = [job for start, end in chains for job in _jobs(start, end, first)]
        found = iter(viterbi([scores[a:b] for a, b, _ in jobs], [label for _, _, label in jobs]))
        for start, end in chains:
            labels[start:end] = _joined([next(found) for _ in _jobs(start, end, 0)])
    return labels


def joined(folded: str, kinds: bytes) -> NDArray[np.bool_]:
    """
    Which characters belong to the word of the one before: letters and digits of scripts that part words by spaces,
    apostrophes between them and marks between digits (16:9, 1,000), combining marks and characters nobody sees.
    Nothing begins or ends there.
    """
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32)
    marks = np.frombuffer(kinds, np.uint8)
    letter = _WORDS[np.minimum(codes, _LAST_WORD)]
    inner = (codes == 0x27) | (codes == 0x2019)
    inner[1:-1] &= letter[:-2] & letter[2:]
    digit = (codes >= 0x30) & (codes <= 0x39)
    number = ((codes == 0x3A) | (codes == 0x2C) | (codes == 0x2E)) & (marks != COLON)
    number[1:-1] &= digit[:-2] & digit[2:]
    emoji = codes >= 0x1F000
    emoji[1:-1] &= letter[:-2] & letter[2:]
    inner |= number | emoji
    letter |= inner & (np.arange(len(codes)) % max(1, len(codes) - 1) > 0)
    found = np.zeros(len(codes), bool)
    same = (marks[1:] == MARKUP) == (marks[:-1] == MARKUP)
    found[1:] = letter[1:] & letter[:-1] & same & _HOLDS[marks[:-1]]
    found[1:] |= (codes[1:] == 0x200B) | ((codes[1:] >= 0x300) & (codes[1:] < 0x370))
    found &= _HOLDS[marks]
    return found


def decode_words(scores: Matrix, together: NDArray[np.bool_], starts: Sequence[int], before: int = 0) -> Labels:
    """:func:`decode`, but the characters of a word (*together*, see :func:`joined`) have one label between them."""
    if not len(scores):
        return np.zeros(0, np.int8)
    first = ~together
    first[list(starts)] = True
    first[0] = True
    units = np.flatnonzero(first)
    summed = np.add.reduceat(scores, units, axis=0)
    begun = scores[units]
    summed[:, 1::2] = summed[:, 2::2] - begun[:, 2::2] + begun[:, 1::2]  # one B, then I
    chosen = decode(summed, np.searchsorted(units, list(starts)).tolist(), before)
    labels: Labels = np.repeat(chosen, np.diff(np.append(units, len(scores))))
    rest = ~first & (labels % 2 == 1)
    labels[rest] += 1
    return labels


def viterbi(chains: Sequence[Matrix], before: Sequence[int]) -> list[Labels]:
    """
    The best consistent labels of every chain, all of them at once, one character after the other.

    *before* is the label before each chain: 0 if nothing goes on in it, -1 if anything may.
    """
    order = sorted(range(len(chains)), key=lambda index: -len(chains[index]))
    lengths = np.array([len(chains[index]) for index in order])
    block = np.zeros((lengths[0], len(order), chains[0].shape[1]), np.float32)
    best = np.empty(block.shape[1:], np.float32)
    for row, index in enumerate(order):
        block[: lengths[row], row] = chains[index]
        best[row] = block[0, row]
        if before[index] >= 0:
            best[row, 2::2] += NEVER
            if before[index]:
                going = before[index] + before[index] % 2  # the I that goes on
                best[row, going] = block[0, row, going]
    came: list[NDArray[np.int8]] = []
    for step in range(1, lengths[0]):
        active = int(np.searchsorted(-lengths, -step))
        came.append(_step(best, block[step], active))
    found = dict(zip(order, _back(best, came, lengths), strict=True))
    return [found[index] for index in range(len(chains))]


def unite(labels: Labels, scores: Matrix, folded: str, kinds: bytes, starts: Sequence[int]) -> None:
    """
    Make one of two events that touch inside a phrase (海|浪拍打, fast-|forwarding), or that only spaces part inside a
    bracket or, of sung words, on a line; and of an event and what seemed its speaker or state right before it in its
    bracket ([Pierre| looks up]).

    Things heard or seen are parted by something: a bracket, a joint, the end of a sentence. What the one is, its scores
    together say. *starts* are the characters where a text begins.
    """
    first, kind_of = set(starts), (labels + 1) // 2 - 1
    events = sorted(HEARD)
    for at in np.flatnonzero(np.isin(kind_of, events) & (labels % 2 == 1)).tolist():
        last = at - 1
        while last > 0 and folded[last] == " " and kinds[last] in _SPACED:
            last -= 1
        if last < 0 or not (_ends_inside(folded, last, at) and folded[at].isalnum()):
            continue
        if any(between in first for between in range(last + 1, at + 1)):
            continue
        start, end = last, at + 1
        while start and labels[start] and labels[start] % 2 == 0:
            start -= 1
        if not _belong(kind_of, kinds, start, last, at):
            continue
        while end < len(labels) and labels[end] == labels[at] + 1:
            end += 1
        kind = events[int(scores[start:end, [2 * kind + 2 for kind in events]].sum(axis=0).argmax())]
        begun = labels[start] % 2 == 1
        labels[start:end] = 2 * kind + 2
        labels[start] -= begun
        kind_of[start:end] = kind


def _belong(kind_of: NDArray[np.int8], kinds: bytes, start: int, last: int, at: int) -> bool:
    """Whether what runs from *start* to *last* is the beginning of the event at *at*."""
    kind, spaced = int(kind_of[last]), last < at - 1
    if kind in HEARD:
        return not spaced or kinds[at] == INSIDE or kind == kind_of[at] == MUSIC
    return spaced and kind in {SPEAKER, STATE} and kinds[at] == INSIDE and start > 0 and kinds[start - 1] == BRACKET


def _ends_inside(folded: str, last: int, at: int) -> bool:
    """Whether the character at *last* ends no phrase: a letter or digit, or a hyphen that joins it to *at*."""
    return folded[last].isalnum() or (folded[last] == "-" and last == at - 1 and folded[last - 1 : last].isalnum())


def runs(labels: Labels, chances: Matrix, offset: int = 0) -> Iterator[Run]:
    """The runs of *labels*, moved by *offset*. *chances* are the probabilities of the kinds the labels say."""
    kinds = (labels + 1) // 2
    begins = (labels > 0) & ((labels % 2 == 1) | (np.concatenate(([0], kinds[:-1])) != kinds))
    ends = np.concatenate((kinds[1:] != kinds[:-1], [True])) | np.concatenate((begins[1:], [True]))
    logs = np.log(np.maximum(chances, 1e-9))
    firsts, lasts = np.flatnonzero(begins), np.flatnonzero(ends & (labels > 0))
    sums = np.concatenate(([0.0], np.cumsum(logs, dtype=np.float64)))
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        mean = float((sums[last + 1] - sums[first]) / (last + 1 - first))
        yield Run(int(kinds[first]) - 1, offset + first, offset + last + 1, mean)


def chances(scores: Matrix, labels: Labels) -> Matrix:
    """The probability of each label's kind, B and I together: a border that is in doubt does not lower it."""
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    whole = weights.sum(axis=1)
    rows = np.arange(len(labels))
    begin = np.where(labels > 0, labels - 1 + labels % 2, 0)
    kind = weights[rows, begin] + np.where(labels > 0, weights[rows, np.minimum(begin + 1, scores.shape[1] - 1)], 0)
    found: Matrix = (kind / whole).astype(np.float32)
    return found


def _inconsistent(labels: Labels, edges: NDArray[np.bool_], before: int) -> NDArray[np.bool_]:
    """Where an I follows what it cannot follow."""
    previous = np.concatenate((np.array([before], np.int8), labels[:-1]))
    previous[edges] = 0
    inside = (labels > 0) & (labels % 2 == 0)
    wrong: NDArray[np.bool_] = inside & (previous != labels) & (previous != labels - 1)
    return wrong


def _chains(scores: Matrix, edges: NDArray[np.bool_], wrong: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """The stretches with something wrong, between characters that can only be O and beginnings of texts."""
    silent = scores[:, 1:].max(axis=1) <= NEVER / 2
    borders = np.flatnonzero(silent | edges | np.concatenate(([True], silent[:-1])))
    borders = np.append(borders, len(scores))
    held = np.unique(np.searchsorted(borders, np.flatnonzero(wrong), side="right") - 1)
    for index in held.tolist():
        yield int(borders[index]), int(borders[index + 1])


def _jobs(start: int, end: int, before: int) -> Iterator[tuple[int, int, int]]:
    """A chain, or its overlapping chunks: (start, end, label before)."""
    at = start
    while True:
        stop = min(end, at + CHUNK + OVERLAP)
        yield at, stop, (before if start == 0 else 0) if at == start else -1
        if stop == end:
            return
        at += CHUNK


def _joined(chunks: Sequence[Labels]) -> Labels:
    """Chunks joined in their overlaps where both say the same; an I left without its beginning becomes one."""
    found = chunks[0]
    for chunk in chunks[1:]:
        left, right = found[-OVERLAP:], chunk[:OVERLAP]
        same = np.flatnonzero(left == right)
        same = same[np.argsort(np.abs(same - OVERLAP // 2), kind="stable")]
        at = int(same[0]) if len(same) else OVERLAP // 2
        following = int(chunk[at])
        lost = not len(same) and following and following % 2 == 0 and left[at - 1] not in {following, following - 1}
        begun = np.array([following - 1 if lost else following], np.int8)
        found = np.concatenate((found[: len(found) - OVERLAP + at], begun, chunk[at + 1 :]))
    return found


def _step(best: Matrix, scores: Matrix, active: int) -> NDArray[np.int8]:
    """Move the first *active* rows of *best* one character on; where each label came from."""
    now = best[:active]
    previous = np.empty(now.shape, np.int8)
    anything = now.argmax(axis=1)
    value = now[np.arange(active), anything][:, None]
    begins, inside = now[:, 1::2], now[:, 2::2]
    stays = inside >= begins
    previous[:, 0], previous[:, 1::2] = anything, anything[:, None]
    odd = np.arange(1, now.shape[1], 2, dtype=np.int8)
    previous[:, 2::2] = odd + stays
    going = np.where(stays, inside, begins) + scores[:active, 2::2]
    now[:, 0:1] = value + scores[:active, 0:1]
    now[:, 1::2] = value + scores[:active, 1::2]
    now[:, 2::2] = going
    return previous


def _back(best: Matrix, came: Sequence[NDArray[np.int8]], lengths: NDArray[np.int64]) -> list[Labels]:
    """The labels on the best path of every row, longest row first."""
    labels = np.zeros((int(lengths[0]), len(best)), np.int8)
    last = best.argmax(axis=1).astype(np.int8)
    state = last.copy()
    for step in range(int(lengths[0]) - 1, -1, -1):
        labels[step] = state
        if step:
            active = len(came[step - 1])
            state = last.copy()
            state[:active] = came[step - 1][np.arange(active), labels[step, :active]]
    return [labels[: int(length), row] for row, length in enumerate(lengths)]
