"""
Finding shots as a stage of a job: with the best pack there is, and kept in the journal, so no film is looked at twice.

What is kept is the curve: another threshold, or another shortest shot, needs no second look.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from plugin_core.errors import DocumentError, ModelError
from plugin_core.journal import Journal, journal_key
from plugin_core.protocol import Note, Progress
from plugin_core.shots import STAGE, Watcher, find
from plugin_core.shots.values import Curve, Found, ShotOptions, at

if TYPE_CHECKING:
    from plugin_core.engines.bench import Bench
    from plugin_core.modelstore import Pack

METHOD = 3  # counts up when the same film gives other shots: what was kept before is then looked for again


@dataclass(frozen=True, slots=True)
class Request:
    """What to find shots with. *pack* is an id, a folder, "starter", "none" (the detectors alone) or "": the best."""

    pack: str = ""
    options: ShotOptions = field(default_factory=ShotOptions)
    device: str = "auto"
    threads: int = 0
    fresh: bool = False


def found_in(
    source: Path, request: Request, bench: Bench, watchers: Sequence[Watcher] = ()
) -> Generator[Progress | Note, None, Found]:
    """The shots of *source*. *watchers* see frames only if the film must be looked at. Errors as ``shots.find``."""
    pack, notes = chosen(request.pack, bench)
    yield from notes
    journal = journal_of(source, pack, fresh=request.fresh)
    kept = _kept(journal, request.options)
    if kept is not None:
        yield Note(STAGE, "The shots of this file were found before with the same pack.")
        yield Progress(STAGE, kept.shots.curve.end, kept.shots.curve.end, 0)
        return kept
    engine = bench.shots(pack, request.device, "auto", request.threads) if pack else None
    done = Found(at(Curve.empty()))
    for event in find(source, engine, request.options, watchers):
        if isinstance(event, Found):
            done = event
        else:
            yield event
    journal.append({"curve": done.shots.curve.to_json(), "damaged": done.damaged})
    journal.finish()
    return done


def journal_of(source: Path, pack: Pack | None, *, fresh: bool = False) -> Journal:
    """Where the curve of *source* by *pack* (None: by the detectors alone) is kept."""
    from plugin_core.audio import fingerprint

    return Journal.opened(STAGE, journal_key(fingerprint(source), pack.key if pack else "", METHOD), fresh=fresh)


def chosen(wanted: str, bench: Bench) -> tuple[Pack | None, tuple[Note, ...]]:
    """The pack, None for the detectors alone, and what there is to say about it."""
    if wanted == "none":
        return None, ()
    try:
        return bench.pack("shots", wanted, ()), ()
    except ModelError:
        if wanted not in {"", "starter"}:
            raise
    return None, (Note(STAGE, "No pack of shots is installed: long dissolves and wipes may be missed.", "warning"),)


def _kept(journal: Journal, options: ShotOptions) -> Found | None:
    if not journal.complete or not journal.records:
        return None
    try:
        curve = Curve.from_json(journal.records[-1]["curve"])
    except (DocumentError, KeyError):
        journal.forget()
        return None
    return Found(at(curve, options.threshold, shortest=options.shortest), int(journal.records[-1].get("damaged", 0)))
