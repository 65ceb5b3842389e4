"""
Guards against what speech recognisers make up: loops, text in silence, text copied from the prompt, impossible times.

Each is a small pure function on the words of one chunk.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import groupby

from plugin_core.document import Word

SHORTEST_MS = 20  # Whisper's own time step
LONGEST_PATTERN = 12  # words of a loop, or of a copied term
SHORTEST_COPY = 4  # letters that can be recognised as a piece of the prompt
_LETTERS = re.compile(r"[^\W_]+")


def key(text: str) -> str:
    """What is compared: letters and digits, folded."""
    return "".join(_LETTERS.findall(unicodedata.normalize("NFKC", text).casefold()))


def collapse_loops(words: Sequence[Word], most: int = 4) -> tuple[list[Word], int]:
    """
    Words without repetition loops, and how many words went.

    A pattern of 1 to 12 words said more than *most* times in a row is kept once. People do say "no, no, no, no", and
    laugh in single Chinese characters: one of those may come twice as often.
    """
    keys = [key(word.text) for word in words]
    kept: list[Word] = []
    at = 0
    while at < len(words):
        size, times = _loop_at(keys, at, most)
        kept += words[at : at + size]
        at += size * times
    return kept, len(words) - len(kept)


def _loop_at(keys: Sequence[str], at: int, most: int) -> tuple[int, int]:
    """(pattern length, repetitions) of the loop that starts here; (1, 1) if none does."""
    for size in range(1, min(LONGEST_PATTERN, (len(keys) - at) // (most + 1)) + 1):
        pattern = keys[at : at + size]
        if not any(pattern):
            continue
        times = 1
        while keys[at + times * size : at + (times + 1) * size] == pattern:
            times += 1
        if times > (2 * most if size == len(pattern[0]) == 1 else most):
            return size, times
    return 1, 1


def is_silence(no_speech: float, log_probability: float, threshold: float = 0.6, least: float = -1.0) -> bool:
    """Whisper's own rule: it heard no speech and is not sure of what it wrote."""
    return no_speech > threshold and log_probability < least


def drop_outside(
    words: Sequence[Word], speech: Sequence[tuple[int, int]], tolerance: int = 200, sure: float = 0.5
) -> list[Word]:
    """Words without those that lie further than *tolerance* ms from all *speech* and are not even probable."""

    def heard(word: Word) -> bool:
        return any(word.start < end + tolerance and word.end > start - tolerance for start, end in speech)

    return [word for word in words if word.probability >= sure or heard(word)]


def drop_leaks(
    words: Sequence[Word], terms: Sequence[str], prompt: str = "", *, sure: float = 0.5
) -> tuple[list[Word], int]:
    """
    Words without what was copied from the hotwords (*terms*) or the *prompt*, and how many went.

    A copy is a run of such words with a mean probability under *sure* that is all the chunk says, or a list of two or
    more terms. A term that was really said is probable, or stands alone among other words.
    """
    covered = _covered([key(word.text) for word in words], {key(term) for term in terms} - {""}, key(prompt))
    kept: list[Word] = []
    for copied, run in groupby(range(len(words)), key=lambda n: covered[n] > 0):
        part = list(run)
        unsure = sum(words[n].probability for n in part) / len(part) < sure
        listed = len(part) == len(words) or sum(covered[n] == 1 for n in part) > 1
        if not (copied and unsure and listed):
            kept += [words[n] for n in part]
    return kept, len(words) - len(kept)


def _covered(keys: Sequence[str], terms: Collection[str], prompt: str) -> list[int]:
    """For every word 0, or its position (1, 2, ...) in the term or the stretch of the prompt it repeats."""
    covered = [0] * len(keys)
    at = 0
    while at < len(keys):
        size = next(
            (
                n
                for n in range(min(LONGEST_PATTERN, len(keys) - at), 0, -1)
                if _repeats(keys[at : at + n], terms, prompt)
            ),
            0,
        )
        covered[at : at + size] = range(1, size + 1)
        at += size or 1
    return covered


def _repeats(keys: Sequence[str], terms: Collection[str], prompt: str) -> bool:
    said = "".join(keys)
    return bool(keys[0]) and (said in terms or (len(said) >= SHORTEST_COPY and said in prompt))


def repair_times(words: Sequence[Word], start: int, end: int) -> list[Word]:
    """
    The same words with possible times: inside *start*..*end*, in order, not overlapping, at least 20 ms each.

    Where the room is too small for that, the words share it evenly.
    """
    room = end - start
    if not words or room < SHORTEST_MS * len(words):
        edges = [start + room * n // max(1, len(words)) for n in range(len(words) + 1)]
        return [replace(word, start=edges[n], end=edges[n + 1]) for n, word in enumerate(words)]
    starts: list[int] = []
    for number, word in enumerate(words):
        low = starts[-1] + SHORTEST_MS if starts else start
        high = end - SHORTEST_MS * (len(words) - number)
        starts.append(min(max(word.start, low), high))
    limits = [*starts[1:], end]
    return [
        replace(word, start=first, end=min(max(word.end, first + SHORTEST_MS), limit))
        for word, first, limit in zip(words, starts, limits, strict=True)
    ]
