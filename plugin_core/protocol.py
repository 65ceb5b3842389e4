"""
What a stage tells whoever watches, and its one-line JSON form between processes.

A stage is a generator that yields these values; it never knows who watches. Leaving the loop cancels.
"""

from __future__ import annotations

from dataclasses import dataclass

from plugin_core.document import Document, Word


@dataclass(frozen=True, slots=True)
class Progress:
    """*done* of *total* of *stage*, in its own unit (ms of media, cues, bytes); *remaining* is seconds, if known."""

    stage: str
    done: float
    total: float
    remaining: float | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence worth showing: why this device, what a starter pack understands, what was skipped."""

    stage: str
    message: str
    level: str = "info"  # info | warning


@dataclass(frozen=True, slots=True)
class Chunk:
    """One finished piece of recognised speech, in media ms. *language* is the one spoken in it."""

    start: int
    end: int
    language: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Translated:
    """One finished batch of translation: (cue id, text) pairs of *language*; always whole sentence units."""

    language: str
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """The job's result."""

    document: Document
    files: tuple[str, ...] = ()


Event = Progress | Note | Chunk | Translated | Finished
