"""
Give every cue of a sentence its part of the translation, so that the number and the times of cues never change.

Monotone area maximisation over the attention, after SBAAM (Gaido et al., "SBAAM! Eliminating Transcript Dependency in
Automatic Subtitling", ACL 2024): the attention is normalised for every source token, what is below the mean counts as
-0.01, and the borders are chosen that put the largest area into the blocks of the cues. There all borders are found
at once by dynamic programming, with costs for bad line ends and for cues that get more than they can show; without
attention the same programme divides in proportion.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from plugin_core.phrases import costs
from plugin_core.typography import atoms, character_based, width

Matrix = NDArray[np.float32]
Areas = NDArray[np.float64]
FLOOR = -0.01  # what a cell below its column's mean counts (SBAAM)
PROPORTION = 1.5  # cost, per source token, of the squared distance from a proportional border
PROPORTION_ALONE = 5.0  # the same without attention; 4.8 % off 26 human borders on average, 12 is 5.5 % off
BREAK = 0.25  # cost of a break per point of ``phrases.costs`` (0 after a full stop, 10 never), in source tokens
INSIDE_PHRASE, STRONGER = 7.0, 0.5  # points above which a break separates what belongs together, and their cost
CROWDED = 0.15  # cost, per source token, of a cue whose text is twice as wide as it can show
EMPTY = 1e4  # cost of an empty cue that was not empty: only when there are too few words


def project(
    tokens: Sequence[str],
    attention: Matrix | None,
    boundaries: Sequence[int],
    *,
    language: str,
    shares: Sequence[float] | None = None,
    room: Sequence[float] | None = None,
    whole: Sequence[tuple[int, int]] = (),
) -> list[str]:
    """
    The text of each of ``len(boundaries) - 1`` cues; joined they are the joined *tokens*.

    *tokens* are the target pieces as they read. *attention* is [tokens, source tokens] or None. Cue k covers the source
    tokens from ``boundaries[k]`` to ``boundaries[k + 1]``. *shares* say how much of the sentence each cue holds (by
    default in source tokens); a cue with share 0 was empty and stays empty. *room* is the width each cue can show at
    the reading speed of *language*. Words are never cut, nor are the ranges *whole* of the text (terms of a glossary),
    and no other cue is empty unless there are too few words; in Chinese words are cut as a last resort.
    """
    text = "".join(tokens)
    count = len(boundaries) - 1
    given = np.asarray(shares if shares is not None else np.diff(boundaries), np.float64)
    full = given > 0
    if not full.any():
        full, given = np.ones(count, bool), np.ones(count)
    units = _units(text, int(full.sum()), language, whole)
    if not units or full.sum() == 1:
        first = int(np.argmax(full))
        return [text if k == first else "" for k in range(count)]
    area = _areas(_rows(tokens, units, attention, boundaries[-1]), boundaries)
    cuts = _best_cuts(
        area, _border_costs(units, area, given, boundaries, language), _widths(units, language), full, room
    )
    return ["".join(units[a:b]) for a, b in pairwise(cuts)]


def _units(text: str, wanted: int, language: str, whole: Sequence[tuple[int, int]]) -> list[str]:
    """What may not be cut: words with their punctuation; single characters if a Chinese sentence has too few words."""
    words = atoms(text)
    if whole and len(kept := _kept_whole(words, whole)) >= wanted:
        return kept
    if len(words) >= wanted or not character_based(language):
        return words
    finer: list[str] = []
    for word in words:
        for character in word:
            if finer and not (character.isalnum() and not character.isascii()):
                finer[-1] += character
            else:
                finer.append(character)
    return finer


def _kept_whole(words: Sequence[str], whole: Sequence[tuple[int, int]]) -> list[str]:
    units: list[str] = []
    place = 0
    for word in words:
        if any(start < place < end for start, end in whole):
            units[-1] += word
        else:
            units.append(word)
        place += len(word)
    return units


def _rows(tokens: Sequence[str], units: Sequence[str], attention: Matrix | None, columns: int) -> Areas | None:
    """Attention of units instead of tokens: a token's row goes to the units its characters lie in."""
    if attention is None or attention.size == 0 or attention.shape != (len(tokens), columns):
        return None
    rows = np.zeros((len(units), columns))
    ends = np.cumsum([len(unit) for unit in units])
    position = 0
    for token, row in zip(tokens, attention, strict=True):
        core = len(token) - len(token.lstrip())
        start, position = position + core, position + len(token)
        for place in range(start, position):
            rows[np.searchsorted(ends, place, side="right")] += row / (position - start)
    return rows


def _areas(rows: Areas | None, boundaries: Sequence[int]) -> Areas | None:
    """[units + 1, cues]: cumulated area of the units before each place in each cue's block. None if all is flat."""
    if rows is None:
        return None
    deviation = rows.std(axis=0)
    known = deviation > 1e-6
    if not known.any():
        return None
    z = np.where(known, (rows - rows.mean(axis=0)) / np.where(known, deviation, 1.0), 0.0)
    z = np.where(z < 0, FLOOR, z) * known
    z /= np.maximum(np.where(z > 0, z, 0).sum(axis=0), 1e-9)
    summed = np.concatenate([np.zeros((1, z.shape[1])), z.cumsum(axis=0)])
    across = np.concatenate([np.zeros((len(summed), 1)), summed.cumsum(axis=1)], axis=1)
    edges = np.asarray(boundaries)
    return np.asarray(across[:, edges[1:]] - across[:, edges[:-1]], np.float64)


def _border_costs(
    units: Sequence[str], area: Areas | None, shares: Areas, boundaries: Sequence[int], language: str
) -> Areas:
    """[cues + 1, units + 1]: what it costs to end cue k before unit j: a bad break, and the way from proportion."""
    points = np.array([0.0, *costs(units, language)])
    breaks = BREAK * points + STRONGER * np.maximum(points - INSIDE_PHRASE, 0)
    breaks[-1] = 0
    wide = np.concatenate([[0.0], np.cumsum(_widths(units, language))])
    place = wide / max(wide[-1], 1e-9)
    aim = np.concatenate([[0.0], np.cumsum(shares) / shares.sum()])
    weight = PROPORTION if area is not None else PROPORTION_ALONE
    size = max(float(boundaries[-1] - boundaries[0]), float(len(units)))
    result = breaks[None, :] + weight * size * (place[None, :] - aim[:, None]) ** 2
    result[0], result[-1] = 0, 0
    return np.asarray(result, np.float64)


def _widths(units: Sequence[str], language: str) -> Areas:
    return np.array([width(unit, language) for unit in units], np.float64)


def _best_cuts(
    area: Areas | None, border: Areas, widths: Areas, full: NDArray[np.bool_], room: Sequence[float] | None
) -> list[int]:
    """Places where the cues begin and end, [cues + 1], by dynamic programming over (cue, place)."""
    count, places = len(full), len(widths) + 1
    wide = np.concatenate([[0.0], widths.cumsum()])
    size = float(border.shape[1])
    begin, end = np.arange(places)[:, None], np.arange(places)[None, :]
    best = np.full(places, -np.inf)
    best[0] = 0.0
    back: list[NDArray[np.intp]] = []
    for k in range(count):
        score = np.where(end >= begin, 0.0, -np.inf)
        if area is not None:
            score = score + area[end, k] - area[begin, k]
        score = score - (EMPTY * (end == begin) if full[k] else np.where(end > begin, np.inf, 0.0))
        if room is not None and room[k] > 0:
            excess = np.clip((wide[end] - wide[begin]) / room[k] - 1.0, 0.0, 3.0)
            score = score - CROWDED * size * excess**2
        total = best[:, None] + score - border[k + 1][None, :]
        back.append(np.argmax(total, axis=0))
        best = total[back[-1], np.arange(places)]
    cuts = [places - 1]
    for k in range(count - 1, -1, -1):
        cuts.append(int(back[k][cuts[-1]]))
    return cuts[::-1]
