"""
Spans of speech: from frame probabilities to spans, and from spans to pieces of audio that a recogniser hears at once.

Times are milliseconds of media time. Everything here is fed as the audio comes and remembers only what is still open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Audio = npt.NDArray[np.float32]
RATE = 16_000  # samples a second of all audio in the core
PER_MS = RATE // 1000

PAUSE_MS = 300  # silence that ends a span
PAD_MS = PAUSE_MS // 2  # audio kept before and after a span: two spans' pads can touch, never overlap
BRIDGE_MS = 600  # pauses inside a chunk up to this stay whole; longer ones keep half of it on each side
LONGEST_PAUSE_MS = 5000  # speech further apart is never heard together
SHORTEST_MS = 96  # less is a click


@dataclass(frozen=True, slots=True)
class Span:
    """
    A stretch of speech without a pause, in media ms; *language* once it is known.

    *before* and *after* are the ms of audio worth hearing around it: none where running speech had to be cut.
    """

    start: int
    end: int
    language: str = ""
    before: int = PAD_MS
    after: int = PAD_MS

    @property
    def duration(self) -> int:
        return self.end - self.start


@dataclass(slots=True)
class SpanFinder:
    """
    Spans from speech probabilities, by hysteresis, fed frame by frame.

    A span opens at *threshold* and closes ``PAUSE_MS`` after it fell below *threshold* - 0.15, unless it reached
    *threshold* again (as in Silero's own reader). One of
    *longest* ms is cut at the least certain frame of its second half.
    """

    frame_ms: int
    longest: int = 30_000
    threshold: float = 0.5
    _frame: int = 0  # frames seen
    _start: int | None = None  # first frame of the open span
    _quiet: int | None = None  # its first frame of the silence that may end it
    _open: list[float] = field(default_factory=list)  # its probabilities
    _before: int = PAD_MS

    def feed(self, probabilities: Sequence[float] | Audio) -> list[Span]:
        """The spans that these frames close."""
        closed: list[Span] = []
        for probability in probabilities:
            closed += self._step(float(probability))
        return closed

    def finish(self) -> list[Span]:
        """The span still open at the end of the audio, if any."""
        return self._close() if self._start is not None else []

    @property
    def open_since(self) -> int | None:
        """Where the open span starts (ms), or None: audio before it is no longer needed."""
        return None if self._start is None else self._start * self.frame_ms

    def _step(self, probability: float) -> list[Span]:
        frame, self._frame = self._frame, self._frame + 1
        if self._start is None:
            if probability >= self.threshold:
                self._start, self._quiet, self._open = frame, None, [probability]
            return []
        self._open.append(probability)
        if probability >= self.threshold:
            self._quiet = None
        elif probability < self.threshold - 0.15 and self._quiet is None:
            self._quiet = frame
        if self._quiet is not None and (frame + 1 - self._quiet) * self.frame_ms >= PAUSE_MS:
            return self._close()
        if (frame + 1 - self._start) * self.frame_ms >= self.longest:
            return self._cut()
        return []

    def _close(self) -> list[Span]:
        assert self._start is not None  # noqa: S101 - a private invariant, for the type checker
        end = self._frame if self._quiet is None else self._quiet
        span = Span(self._start * self.frame_ms, end * self.frame_ms, before=self._before)
        self._start, self._before = None, PAD_MS
        return [span] if span.duration >= SHORTEST_MS else []

    def _cut(self) -> list[Span]:
        assert self._start is not None  # noqa: S101 - likewise
        half = max(1, len(self._open) // 2)
        at = half + int(np.argmin(self._open[half:]))
        end = (self._start + at) * self.frame_ms
        span = Span(self._start * self.frame_ms, end, before=self._before, after=0)
        self._start, self._open, self._before = self._start + at, self._open[at:], 0
        if self._quiet is not None and self._quiet <= self._start:
            self._quiet = self._start + 1
        return [span]


@dataclass(slots=True)
class Merger:
    """Spans of one language to groups of at most *longest* ms of audio, cut at the longest pause near the limit."""

    longest: int
    held: list[Span] = field(default_factory=list)

    def feed(self, span: Span) -> list[tuple[Span, ...]]:
        """The groups that *span* closes: another language, a long pause, or no more room."""
        ready: list[tuple[Span, ...]] = []
        if self.held and (self.held[-1].language != span.language or self.is_over(span.start)):
            ready += self.finish()
        self.held.append(span)
        while length(self.held) > self.longest and len(self.held) > 1:
            at = _best_cut(self.held, self.longest)
            ready.append(tuple(self.held[:at]))
            del self.held[:at]
        return ready

    def is_over(self, now: int) -> bool:
        """Whether the pause since the last span is too long (at *now* ms) for another one to join it."""
        return bool(self.held) and now - self.held[-1].end > LONGEST_PAUSE_MS

    def finish(self) -> list[tuple[Span, ...]]:
        """What is still held."""
        held, self.held = tuple(self.held), []
        return [held] if held else []


def _best_cut(spans: Sequence[Span], longest: int) -> int:
    """How many spans to take: as much as fits, ended at the longest pause of its last quarter."""
    fits = [n for n in range(1, len(spans)) if length(spans[:n]) <= longest] or [1]
    late = [n for n in fits if length(spans[:n]) >= longest * 3 // 4] or fits[-1:]
    return max(late, key=lambda n: spans[n].start - spans[n - 1].end)


def pieces(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """
    The audio to hear for a group of spans: (start, end) ms, in order, not overlapping.

    Each span with its pad; pauses up to ``BRIDGE_MS`` are kept whole, longer ones are cut out of the middle.
    """
    found = [[max(0, spans[0].start - spans[0].before), spans[0].end]]
    for span in spans[1:]:
        if span.start - found[-1][1] <= BRIDGE_MS:
            found[-1][1] = span.end
        else:
            found[-1][1] += BRIDGE_MS // 2
            found.append([span.start - BRIDGE_MS // 2, span.end])
    found[-1][1] += spans[-1].after
    return [(start, end) for start, end in found]


def length(spans: Sequence[Span]) -> int:
    """Milliseconds of audio to hear for a group of spans."""
    return sum(end - start for start, end in pieces(spans))


@dataclass(slots=True)
class ClipMap:
    """Times in a clip that was put together from pieces of media -> media time."""

    pieces: Sequence[tuple[int, int]]

    def word(self, start: float, end: float) -> tuple[int, int]:
        """Media ms of a word at *start*..*end* ms of the clip: all of it in the piece that holds its middle."""
        middle, offset = (start + end) / 2, 0
        for first, last in self.pieces[:-1]:
            if middle < offset + last - first:
                return self._place(first, last, offset, start, end)
            offset += last - first
        return self._place(*self.pieces[-1], offset, start, end)

    @staticmethod
    def _place(first: int, last: int, offset: int, start: float, end: float) -> tuple[int, int]:
        a, b = (min(max(round(first + time - offset), first), last) for time in (start, end))
        return a, max(a, b)


class Tape:
    """The recent audio, by absolute media ms; ``forget`` drops what no one needs any more."""

    def __init__(self) -> None:
        self._blocks: list[Audio] = []
        self._start = 0  # samples before the first block

    def append(self, block: Audio) -> None:
        self._blocks.append(block)

    @property
    def end(self) -> int:
        """Media ms recorded so far."""
        return (self._start + sum(map(len, self._blocks))) // PER_MS

    def cut(self, start: int, end: int) -> Audio:
        """Samples from *start* to *end* ms; silence where the tape has nothing."""
        wanted = np.zeros(max(0, end - start) * PER_MS, np.float32)
        at, first = self._start, start * PER_MS
        for block in self._blocks:
            low, high = max(at, first), min(at + len(block), first + len(wanted))
            if low < high:
                wanted[low - first : high - first] = block[low - at : high - at]
            at += len(block)
        return wanted

    def forget(self, before: int) -> None:
        """Drop the blocks that end before *before* ms."""
        while self._blocks and self._start + len(self._blocks[0]) <= before * PER_MS:
            self._start += len(self._blocks.pop(0))
