"""
The request to find the pictures of a film that show what somebody says in plain words, for the worker.

What a vision pack makes of each picture is kept in the journal: other words need no second look, and a search that was
stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from plugin_core import audio, frames
from plugin_core.document import Document, Mark
from plugin_core.errors import SettingsError
from plugin_core.journal import Journal, journal_key
from plugin_core.protocol import Event, Finished, Progress

if TYPE_CHECKING:
    from plugin_core.engines.bench import Bench
    from plugin_core.engines.vision import VisionEngine

STAGE = "sight"
METHOD = 1  # counts up when the same picture gives another vector
Vectors = dict[int, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Sight:
    """How well *words* describe the pictures of *source* at *times* (ms)."""

    source: str
    words: str
    times: tuple[int, ...]
    pack: str = ""
    device: str = "auto"
    threads: int = 0

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Sight:
        """The request of plain JSON values; unknown keys are errors."""
        if unknown := set(value) - {one.name for one in fields(Sight)}:
            raise SettingsError("settings.unknown", f"sight has no option {', '.join(sorted(unknown))}.")
        plain: dict[str, Any] = {key: tuple(one) if isinstance(one, list) else one for key, one in value.items()}
        return Sight(**plain)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def run(wanted: Sight, bench: Bench) -> Generator[Event]:
    """
    Do what is *wanted*; the last event is Finished with a mark at each time, as sure as the words describe its picture.

    ModelError without a vision pack; else errors as ``frames.at``.
    """
    from plugin_core.media import probe
    from plugin_core.scenes.zero_shot import chances

    source = Path(wanted.source)
    pack = bench.pack("vision", wanted.pack, ())
    engine = bench.vision(pack, wanted.device, "auto", wanted.threads)
    journal = Journal(STAGE, journal_key(audio.fingerprint(source), pack.key, METHOD))
    known = yield from _seen(source, sorted(set(wanted.times)), engine, journal)
    vectors = np.stack([known[ms] for ms in wanted.times]) if wanted.times else np.zeros((0, engine.width), np.float32)
    sure = chances(engine, vectors, [wanted.words])[:, 0]
    marks = tuple(
        Mark(f"{STAGE}-{place}", "shot", ms, ms, "", (), round(float(share), 4))
        for place, (ms, share) in enumerate(zip(wanted.times, sure, strict=True))
    )
    yield Finished(Document(probe(source), marks=marks))


def _seen(source: Path, times: list[int], engine: VisionEngine, journal: Journal) -> Generator[Progress, None, Vectors]:
    """The vector of the picture at each of *times*, from *journal* as far as it knows them."""
    from plugin_core.scenes.zero_shot import KEY

    known: Vectors = {
        int(ms): np.array(row, np.float32) for record in journal.records for ms, row in record.get("seen", {}).items()
    }
    missing = [ms for ms in times if ms not in known]
    done, batch = len(times) - len(missing), []
    for ms, frame in zip(missing, frames.at(source, missing), strict=False):
        batch.append((ms, frame.rgb(*frame.fitting(KEY))))
        if len(batch) == engine.at_once or ms == missing[-1]:
            rows = engine.pictures([picture for _, picture in batch])
            fresh = {ms: row for (ms, _), row in zip(batch, rows, strict=True)}
            journal.append({"seen": {str(ms): [round(float(x), 4) for x in row] for ms, row in fresh.items()}})
            known |= fresh
            done += len(batch)
            batch = []
            yield Progress(STAGE, done, len(times))
    return known
