"""Which media of one cut is which of another: the same path, or the same name in another folder; the same timecode."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from plugin_core.conform.cuts import Piece, file_name, is_file

_NAMED_IN_NOTE = 3  # media named in one sentence; of more, how many


def same_media(
    old: Sequence[Piece], new: Sequence[Piece], *, by_name: bool = True
) -> tuple[tuple[Piece, ...], tuple[Piece, ...], tuple[str, ...]]:
    """
    The pieces of both cuts with one name per media and one timecode per media, and what was assumed, as sentences.

    A media whose path is in only one cut is, with *by_name*, the one of the same file name whose folders resemble its
    own most, if there is exactly one. Source times are counted from the media's first moment if one cut knows its
    timecode and the other counts from 0 (an export that dropped it); otherwise as they are.
    """
    names, notes = _matched({piece.media for piece in old}, {piece.media for piece in new}, by_name=by_name)
    renamed = [replace(piece, media=names[piece.media]) if piece.media in names else piece for piece in new]
    shifts = _shifts(old, renamed)
    before = tuple(_shifted(piece, shifts[0].get(piece.media)) for piece in old)
    after = tuple(_shifted(piece, shifts[1].get(piece.media)) for piece in renamed)
    return before, after, (*notes, *_apart(before, after))


def _matched(old: set[str], new: set[str], *, by_name: bool) -> tuple[dict[str, str], list[str]]:
    """The old name of each media of the new cut that has another one there."""
    if not by_name:
        return {}, []
    waiting: dict[str, list[str]] = defaultdict(list)
    for key in sorted(old - new):
        if is_file(key):
            waiting[_stem(key)].append(key)
    wishes: dict[str, list[tuple[int, str]]] = defaultdict(list)
    unsure = []
    for key in sorted(new - old):
        found = [other for other in waiting.get(_stem(key), ()) if is_file(key) and _alike(key, other)]
        ranked = sorted(((_resemblance(key, other), other) for other in found), reverse=True)
        if len(ranked) > 1 and ranked[0][0] == ranked[1][0]:
            unsure.append(key)
        elif ranked:
            wishes[ranked[0][1]].append((ranked[0][0], key))
    names = {}
    for other, wanted in wishes.items():
        wanted.sort(reverse=True)
        if len(wanted) > 1 and wanted[0][0] == wanted[1][0]:
            unsure += [key for _, key in wanted]
        else:
            names[wanted[0][1]] = other
    return names, [*_sentence(names, "is in another folder now: it was recognised by its name", "are in other "
                   "folders now: they were recognised by their names"),
                   *_sentence(unsure, "has a name that several files have: it was not recognised",
                              "have names that several files have: they were not recognised")]  # fmt: skip


def _sentence(keys: Iterable[str], one: str, many: str) -> list[str]:
    names = sorted({file_name(key) for key in keys})
    if not names:
        return []
    if len(names) == 1:
        return [f"{names[0]} {one}."]
    listed = ", ".join(names[:_NAMED_IN_NOTE]) + (", ..." if len(names) > _NAMED_IN_NOTE else "")
    return [f"{len(names)} media ({listed}) {many}."]


def _stem(key: str) -> str:
    return file_name(key).rsplit(".", 1)[0]


def _alike(key: str, other: str) -> bool:
    """Whether two media may be one: the same file name, or one is known by its name only."""
    return file_name(key) == file_name(other) or "/" not in key or "/" not in other


def _resemblance(key: str, other: str) -> int:
    """How many of the last folders are the same."""
    count = 0
    for a, b in zip(reversed(key.casefold().split("/")), reversed(other.casefold().split("/")), strict=False):
        if a != b:
            break
        count += 1
    return count


def _shifts(old: Iterable[Piece], new: Iterable[Piece]) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """What to take off the source times of each media in the old and in the new cut."""
    ours, theirs = _beginnings(old), _beginnings(new)
    shifts: tuple[dict[str, Fraction], dict[str, Fraction]] = ({}, {})
    for media in ours.keys() & theirs.keys():
        (here, last), (there, end) = ours[media], theirs[media]
        if here is None or there is None:
            if here and end <= here:
                shifts[0][media] = here
            elif there and last <= there:
                shifts[1][media] = there
        elif here != there and not (here and there):
            shifts[0][media], shifts[1][media] = here, there
    return shifts


def _beginnings(pieces: Iterable[Piece]) -> Mapping[str, tuple[Fraction | None, float]]:
    """Of each media: where its own time begins, if known, and about the last moment of it that is used."""
    known: dict[str, set[Fraction]] = defaultdict(set)
    last: dict[str, float] = defaultdict(float)
    for piece in pieces:
        last[piece.media] = max(last[piece.media], float(piece.source_end))
        if piece.origin is not None:
            known[piece.media].add(piece.origin)
    return {media: (min(known[media], default=None), end) for media, end in last.items()}


def _shifted(piece: Piece, shift: Fraction | None) -> Piece:
    if not shift:
        return piece
    return replace(piece, source_start=piece.source_start - shift, source_end=piece.source_end - shift)


def _apart(old: Iterable[Piece], new: Iterable[Piece]) -> list[str]:
    """Media of which the two cuts use nothing in common: most often their timecodes do not begin alike."""
    ours, theirs = _reach(old), _reach(new)
    strange = [
        media
        for media in sorted(ours.keys() & theirs.keys() - {""})
        if ours[media][1] <= theirs[media][0] or theirs[media][1] <= ours[media][0]
    ]
    return _sentence(
        strange,
        "is used in both cuts, but no moment of it in both: its timecode may begin differently in one of them",
        "are used in both cuts, but no moment of them in both: their timecodes may begin differently in one of them",
    )


def _reach(pieces: Iterable[Piece]) -> dict[str, tuple[float, float]]:
    """About the first and the last moment of each media that is used."""
    found: dict[str, tuple[float, float]] = {}
    for piece in pieces:
        begin, end = float(piece.source_start), float(piece.source_end)
        first, last = found.get(piece.media, (begin, end))
        found[piece.media] = (min(first, begin), max(last, end))
    return found
