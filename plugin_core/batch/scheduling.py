"""
Who does which film when: a loop over a crew of workers that knows neither processes nor Ray.

A film whose worker ended, or that failed for a reason outside of it, is tried again; what is wrong with a film itself
(damaged, no sound, a language no pack knows) stays wrong, so that is said at once. An option that no job can be done
with ends the batch.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from plugin_core.batch.discovery import Film
from plugin_core.batch.manifest import Manifest, Record
from plugin_core.errors import MediaError, ModelError, SettingsError, ZimuError
from plugin_core.journal import journal_key
from plugin_core.pipeline import Job
from plugin_core.protocol import Note, Progress

TRIES = 3
PULSE = 0.5  # seconds the crew is listened to at once
_ELSEWHERE = ("source", "out", "device", "threads", "fresh")  # of a job: what does not change its result


@dataclass(frozen=True, slots=True)
class Outcome:
    """A job has been done; its *files*."""

    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What the worker at job *ticket* says: how far it is, or how it ended."""

    ticket: int
    said: Progress | Note | Outcome | ZimuError


class Crew(Protocol):
    """Workers that keep their packs loaded. A worker that ends is replaced; its job is told as failed."""

    @property
    def hands(self) -> int:
        """How many jobs can be done at once."""

    def give(self, ticket: int, job: Job) -> None:
        """Begin *job*. Never more than ``hands`` are begun and not ended."""

    def heard(self, seconds: float) -> Iterable[Told]:
        """What was said since; waits up to *seconds* for something."""

    def close(self) -> None:
        """Stop whatever is still done, so that nothing half-written stays, and let the workers go."""


@dataclass(frozen=True, slots=True)
class Summary:
    """How the batch stands. *remaining* is seconds, once that can be told; *failed* are those that will not be done."""

    total: int
    done: int = 0
    unchanged: int = 0  # done by an earlier run
    failed: tuple[Record, ...] = ()
    seconds: float = 0.0
    remaining: float | None = None


@dataclass(frozen=True, slots=True)
class Began:
    """A worker has begun with *film*, for the *tries*-th time."""

    film: Film
    tries: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What the worker at *film* says."""

    film: Film
    said: Progress | Note


@dataclass(frozen=True, slots=True)
class Ended:
    """*film* has been done, or has failed; *again* if it will be tried again. How the batch stands now."""

    film: Film
    record: Record
    summary: Summary
    again: bool = False


@dataclass(slots=True)
class _Attempt:
    film: Film
    record: Record
    begun: float


def asked(job: Job) -> str:
    """A digest of what is wanted of a film, files that are named included."""
    options = {name: value for name, value in job.to_json().items() if name not in _ELSEWHERE}
    return journal_key(*sorted(options.items()), *(_content(Path(name)) for name in (job.glossary, job.profile)))


def left(films: Sequence[Film], manifest: Manifest, job: Job) -> tuple[Film, ...]:
    """Those that are not done, that changed since, whose results are gone, or of which something else is wanted now."""
    if job.fresh:
        return tuple(films)
    wanted = asked(job)
    return tuple(film for film in films if not _is_done(film, manifest, wanted))


def run(
    films: Sequence[Film], job: Job, crew: Crew, manifest: Manifest, *, unchanged: int = 0
) -> Generator[Began | Heard | Ended, None, Summary]:
    """
    Do *job* with every one of *films*; leaving the loop stops it (the crew is still to be closed).

    *unchanged* counts those an earlier run has done. SettingsError if the job cannot be done with any film.
    """
    batch = _Batch(job, crew, manifest, Summary(len(films) + unchanged, unchanged=unchanged), list(films))
    waiting = deque((film, 1) for film in films)
    while waiting or batch.at_work:
        while waiting and len(batch.at_work) < crew.hands:
            yield batch.begin(*waiting.popleft())
        for told in crew.heard(PULSE):
            attempt = batch.at_work.get(told.ticket)
            if attempt is None:
                continue
            if isinstance(told.said, Progress | Note):
                yield Heard(attempt.film, told.said)
                continue
            ended = batch.end(told.ticket, told.said)
            if ended.again:
                waiting.append((attempt.film, attempt.record.tries + 1))
            yield ended
    return replace(batch.summary, seconds=time.monotonic() - batch.begun, remaining=0.0)


class _Batch:
    """What is at work, and how the whole stands."""

    def __init__(self, job: Job, crew: Crew, manifest: Manifest, summary: Summary, films: list[Film]) -> None:
        self.at_work: dict[int, _Attempt] = {}
        self.summary = summary
        self.begun = time.monotonic()
        self._job, self._crew, self._manifest = job, crew, manifest
        self._asked = asked(job)
        self._bytes, self._ended = sum(film.size for film in films), 0
        self._tickets = 0

    def begin(self, film: Film, tries: int) -> Began:
        self._tickets += 1
        record = Record(
            film.name, "begun", film.size, film.changed, _content(film.path), asked=self._asked, tries=tries
        )
        self._manifest.add(record)
        self.at_work[self._tickets] = _Attempt(film, record, time.monotonic())
        self._crew.give(self._tickets, replace(self._job, source=str(film.path), out=str(film.out)))
        return Began(film, tries)

    def end(self, ticket: int, said: Outcome | ZimuError) -> Ended:
        attempt = self.at_work.pop(ticket)
        if isinstance(said, Outcome):
            said = self._seen(said)
        if isinstance(said, SettingsError):
            raise said
        again = isinstance(said, ZimuError) and worth_trying(said) and attempt.record.tries < TRIES
        record = replace(attempt.record, seconds=round(time.monotonic() - attempt.begun, 2))
        if isinstance(said, ZimuError):
            record = replace(record, state="failed", error=said.to_json())
        else:
            files = tuple(self._manifest.relative(Path(file)) for file in said.files)
            record = replace(record, state="done", files=files)
        self._manifest.add(record)
        self._count(attempt.film, record, again=again)
        return Ended(attempt.film, record, self.summary, again)

    def _count(self, film: Film, record: Record, *, again: bool) -> None:
        spent = time.monotonic() - self.begun
        if not again:
            self._ended += film.size
        rate = self._ended / spent if spent else 0.0
        remaining = (self._bytes - self._ended) / rate if rate else None
        done = self.summary.done + (record.state == "done")
        failed = (*self.summary.failed, record) if record.state == "failed" and not again else self.summary.failed
        self.summary = replace(self.summary, done=done, failed=failed, seconds=spent, remaining=remaining)

    @staticmethod
    def _seen(outcome: Outcome) -> Outcome | ZimuError:
        """What a worker has written must be seen from here as well."""
        unseen = [file for file in outcome.files if not Path(file).is_file()]
        if not unseen:
            return outcome
        return MediaError(
            "batch.results-not-seen",
            f"A worker has written {unseen[0]}, but it cannot be seen from here.",
            "Keep films and results on storage that every machine sees under the same path.",
        )


def worth_trying(error: ZimuError) -> bool:
    """Whether the same film could be done when it is tried again."""
    return error.code in {"batch.not-seen"} or not isinstance(error, MediaError | ModelError | SettingsError)


def _is_done(film: Film, manifest: Manifest, wanted: str) -> bool:
    record = manifest.records.get(film.name)
    if record is None or record.state != "done" or record.asked != wanted or record.size != film.size:
        return False
    if not all(manifest.absolute(name).is_file() for name in record.files):
        return False
    return record.changed == film.changed or record.content == _content(film.path)


def _content(path: Path) -> str:
    """What stands for the content of a file; "" if there is none."""
    from plugin_core.audio import fingerprint

    try:
        return fingerprint(path) if path.name and path.is_file() else ""
    except (MediaError, OSError):
        return ""


def as_json(event: Began | Heard | Ended | Summary) -> dict[str, Any]:
    """The event as plain JSON values."""
    from plugin_core import protocol

    match event:
        case Began(film, tries):
            return {"event": "began", "film": film.name, "tries": tries}
        case Heard(film, said):
            return {"film": film.name, **protocol.to_json(said)}
        case Ended(film, record, summary, again):
            value: Mapping[str, Any] = {**record.to_json(), "event": "ended", "film": film.name, "again": again}
            return {**{key: value[key] for key in value if key != "name"}, "summary": _summary(summary)}
        case Summary():
            failed = [record.to_json() for record in event.failed]
            return {"event": "summary", **_summary(event), "failures": failed}


def _summary(summary: Summary) -> dict[str, Any]:
    return {
        "total": summary.total,
        "done": summary.done,
        "unchanged": summary.unchanged,
        "failed": len(summary.failed),
        "seconds": round(summary.seconds, 1),
        "remaining": None if summary.remaining is None else round(summary.remaining),
    }


def first_failure(summary: Summary) -> Iterator[int]:
    """The exit statuses of what failed, in order."""
    return (error.exit_code for record in summary.failed if (error := record.failure) is not None)
