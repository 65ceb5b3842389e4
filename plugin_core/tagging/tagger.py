"""
Tagging a text: its anchors, the pack's labels for every character, the items they make.

Long texts are read in windows and held in blocks, so memory does not grow with the text beyond the text itself, its
anchors and its items. Whatever stands in the text is data: it is labelled, never obeyed.
"""

from __future__ import annotations

import atexit
import itertools
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from plugin_core import modelstore
from plugin_core.clock import FrameRate
from plugin_core.errors import ModelError
from plugin_core.protocol import Progress
from plugin_core.tagging import anchors as shapes
from plugin_core.tagging import timecodes
from plugin_core.tagging.anchors import Anchors
from plugin_core.tagging.assembly import Assembler, Found
from plugin_core.tagging.decoding import (
    Labels,
    Matrix,
    Run,
    allow,
    chances,
    decode_words,
    joined,
    lone_notes,
    runs,
    shape,
    unite,
)
from plugin_core.tagging.kinds import HEARD, INNER, MUSIC, PART, TITLE
from plugin_core.tagging.ontology import Guess
from plugin_core.tagging.tags import Item, Tags
from plugin_core.tagging.windows import BLOCK, SIZE, Window, cut

if TYPE_CHECKING:
    from plugin_core.engines.tagging import Row, TaggingEngine


_KEPT = ExitStack()  # what is open until the process ends
atexit.register(_KEPT.close)


class Engine(Protocol):
    """What the tagger needs of an engine; see ``engines.tagging.TaggingEngine``."""

    def read(self, rows: Sequence[Row]) -> list[Matrix]:
        """A vector per character of every row."""

    def outer(self, vectors: Matrix) -> Matrix:
        """Scores of the labels of items, speakers and states."""

    def inner(self, vectors: Matrix) -> Matrix:
        """Scores of the labels inside items."""

    def senses(self, means: Matrix) -> list[Guess]:
        """What spans mean, from the means of their vectors."""


def tag(
    text: str, engine: Engine | None = None, *, labels: str | Sequence[str] = (), frame_rate: FrameRate | None = None
) -> Tags:
    """
    What *text* says is spoken, played, heard, seen and shown.

    *engine* is an open tagging pack; None is the embedded one, opened once and kept warm. *labels* are further kinds,
    or a request for them, in plain words (see ``asking``). *frame_rate* is for time codes with frames. ModelError if
    there is no pack, or none that answers.
    """
    for event in tag_stream(text, engine, labels=labels, frame_rate=frame_rate):
        if isinstance(event, Tags):
            return event
    raise AssertionError  # a stream ends with its tags


def tag_stream(
    text: str, engine: Engine | None = None, *, labels: str | Sequence[str] = (), frame_rate: FrameRate | None = None
) -> Iterator[Progress | Tags]:
    """Like :func:`tag`, and says how many characters are done after every block; the last value is the tags."""
    engine = engine or starter()
    for done, tags in _stream([text], engine, frame_rate):
        if tags is None:
            yield Progress("tagging", done, len(text))
            continue
        if labels:
            from plugin_core.tagging.asking import with_asked

            yield with_asked(tags, text, labels, engine, frame_rate=frame_rate)
        else:
            yield tags


def tag_many(texts: Iterable[str], engine: Engine | None = None, *, frame_rate: FrameRate | None = None) -> list[Tags]:
    """The tags of every text; texts go through the pack together, and none depends on the others."""
    return [tags for _, tags in _stream(texts, engine or starter(), frame_rate) if tags is not None]


@cache
def starter() -> TaggingEngine:
    """The embedded tagging pack, open for as long as the process lives; ModelError if there is none."""
    from plugin_core.engines import open_tagging

    packs = [pack for pack in modelstore.installed() if pack.kind == "tagging" and pack.tier == "starter"]
    if not packs:
        raise ModelError(
            "model.not-installed",
            "No tagging pack is installed.",
            "The embedded one comes with Zimu: install it again, or name a pack with --pack.",
        )
    modelstore.verify(packs[0])
    return _KEPT.enter_context(open_tagging(packs[0]))


@dataclass(slots=True)
class _Text:
    """A text on its way: what is carried from one block to the next."""

    anchors: Anchors
    assembler: Assembler
    notes: tuple[str, ...]
    items: list[Item]
    done: int = 0
    label: int = 0  # of the last character
    pending: Found | None = None  # a run that may go on in the next block


@dataclass(frozen=True, slots=True)
class _Piece:
    """The windows of one text that are read together with others."""

    text: _Text
    windows: tuple[Window, ...]

    @property
    def start(self) -> int:
        return self.windows[0].keep

    @property
    def stop(self) -> int:
        return self.windows[-1].stop


def _stream(texts: Iterable[str], engine: Engine, frame_rate: FrameRate | None) -> Iterator[tuple[int, Tags | None]]:
    """Characters done of the current text after every block, and each text's tags when it is finished, in order."""
    size = getattr(engine, "window", SIZE)
    for group in _groups((_begun(text, frame_rate) for text in texts), size):
        _read(engine, [piece for piece in group if piece.windows])
        for piece in group:
            text = piece.text
            if piece.windows:
                text.done = piece.stop
                yield text.done, None
            if text.done == len(text.anchors.text):
                yield text.done, Tags(tuple(text.items), notes=text.notes)


def _begun(text: str, frame_rate: FrameRate | None) -> _Text:
    anchors = shapes.read(text, frame_rate)
    return _Text(anchors, Assembler(anchors), timecodes.notes(anchors.codes, frame_rate), [])


def _groups(texts: Iterable[_Text], size: int) -> Iterator[list[_Piece]]:
    """Windows of as many texts as a block holds; a long text goes on in the next group. Empty texts have no windows."""
    group, held = list[_Piece](), 0
    for text in texts:
        windows = list[Window]()
        for window in cut(text.anchors, size):
            if held and held + window.end - window.start > BLOCK:
                if windows:
                    group.append(_Piece(text, tuple(windows)))
                yield group
                group, held, windows = [], 0, []
            windows.append(window)
            held += window.end - window.start
        group.append(_Piece(text, tuple(windows)))
    if group:
        yield group


def _read(engine: Engine, pieces: Sequence[_Piece]) -> None:
    """Label the pieces, all their characters one behind the other, and make their items."""
    if not pieces:
        return
    from plugin_core.engines.tagging import Row

    windows = [(piece.text.anchors, window) for piece in pieces for window in piece.windows]
    rows = [Row(a.folded[w.start : w.end], a.kinds[w.start : w.end]) for a, w in windows]
    read = engine.read(rows)
    vectors = np.concatenate([v[w.keep - w.start : w.stop - w.start] for v, (_, w) in zip(read, windows, strict=True)])
    folded = "".join(piece.text.anchors.folded[piece.start : piece.stop] for piece in pieces)
    kinds = b"".join(piece.text.anchors.kinds[piece.start : piece.stop] for piece in pieces)
    offsets = [0, *itertools.accumulate(piece.stop - piece.start for piece in pieces)]
    starts = [offset for piece, offset in zip(pieces, offsets, strict=False) if piece.start == 0]
    scores = engine.outer(vectors)
    labels = decode_words(allow(scores, *shape(folded, kinds)), joined(folded, kinds), starts, pieces[0].text.label)
    unite(labels, scores, folded, kinds, starts)
    for piece, offset in zip(pieces, offsets, strict=False):
        _sing(labels, piece, offset)
    sure = chances(scores, labels)
    inner = _inner(engine, vectors, labels, joined(folded, kinds))
    found = [[Found(run, ()) for run in runs(labels[a:b], sure[a:b], a)] for a, b in itertools.pairwise(offsets)]
    guesses = _guesses(engine, vectors, [one.run for group in found for one in group])
    for piece, (a, b), group in zip(pieces, itertools.pairwise(offsets), found, strict=True):
        shift = piece.start - a
        moved = [_moved(one.run, _inside(inner, one.run), guesses.get(one.run.start), shift) for one in group]
        _assemble(piece, moved, int(labels[a]), int(labels[b - 1]))


def _sing(labels: Labels, piece: _Piece, offset: int) -> None:
    """Lines of nothing but notes are music, whatever the pack says."""
    anchors = piece.text.anchors
    for start, end in lone_notes(anchors.folded[piece.start : piece.stop], anchors.kinds[piece.start : piece.stop]):
        labels[offset + start : offset + end] = 2 * MUSIC + 2
        labels[offset + start] = 2 * MUSIC + 1


def _inner(engine: Engine, vectors: Matrix, labels: Labels, together: NDArray[np.bool_]) -> list[Run]:
    """Directions and manners in what is heard or seen, parts in titles; in order."""
    outer = (labels + 1) // 2 - 1
    heard, title = np.isin(outer, list(HEARD)), outer == TITLE
    places = np.flatnonzero(heard | title)
    if not len(places):
        return []
    scores = engine.inner(vectors[places])
    allowed = np.repeat(
        np.stack([title[places] if k == PART else heard[places] for k in range(len(INNER))], 1), 2, axis=1
    )
    masked = scores.copy()
    masked[:, 1:][~allowed] = -1e6
    first = np.concatenate(([True], (np.diff(places) > 1))) | (labels[places] % 2 == 1)
    chosen = decode_words(masked, together[places], np.flatnonzero(first).tolist())
    whole = np.zeros(len(labels), np.int8)
    whole[places] = chosen
    sure = np.ones(len(labels), np.float32)
    sure[places] = chances(scores, chosen)
    return list(runs(whole, sure))


def _inside(inner: Sequence[Run], run: Run) -> tuple[Run, ...]:
    """The runs of *inner* that stand inside *run*."""
    at = bisect_left(inner, run.start, key=lambda one: one.start)
    return tuple(itertools.takewhile(lambda one: one.end <= run.end, inner[at:]))


def _guesses(engine: Engine, vectors: Matrix, found: Sequence[Run]) -> dict[int, Guess]:
    """What the pack thinks each event means, by where it begins."""
    events = [run for run in found if run.kind in HEARD]
    if not events:
        return {}
    means = np.stack([vectors[run.start : run.end].mean(axis=0) for run in events])
    return dict(zip([run.start for run in events], engine.senses(means), strict=True))


def _moved(run: Run, inner: Sequence[Run], guess: Guess | None, shift: int) -> Found:
    def move(one: Run) -> Run:
        return Run(one.kind, one.start + shift, one.end + shift, one.score)

    return Found(move(run), tuple(map(move, inner)), guess)


def _assemble(piece: _Piece, found: list[Found], first: int, last: int) -> None:
    """Hand the runs to the assembler; one that touches the end of the block waits for the next."""
    text = piece.text
    goes_on = first > 0 and first % 2 == 0
    if text.pending and goes_on and found:
        found[0] = _longer(text.pending, found[0])
    elif text.pending:
        found.insert(0, text.pending)
    text.pending = None
    text.label = last
    if piece.stop < len(text.anchors.text) and found and found[-1].run.end == piece.stop:
        text.pending = found.pop()
    text.items += text.assembler.items(found, text.pending.run.start if text.pending else piece.stop)
    if piece.stop == len(text.anchors.text):
        text.items += text.assembler.rest()


def _longer(before: Found, after: Found) -> Found:
    """One run that a block's end had cut."""
    one, two = before.run, after.run
    sizes = one.end - one.start, two.end - two.start
    score = (one.score * sizes[0] + two.score * sizes[1]) / sum(sizes)
    guess = before.guess if sizes[0] >= sizes[1] else after.guess
    return Found(Run(one.kind, one.start, two.end, score), before.inner + after.inner, guess)
