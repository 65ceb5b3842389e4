"""The request to find the shots of a film and nothing else, for the worker: the curve is kept for trying thresholds."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plugin_core.document import Document
from plugin_core.errors import DocumentError, SettingsError
from plugin_core.protocol import Event, Finished
from plugin_core.shots.values import SHORTEST, THRESHOLD, Curve, ShotOptions

if TYPE_CHECKING:
    from plugin_core.engines.bench import Bench


@dataclass(frozen=True, slots=True)
class FindShots:
    """Find the shots of *source*; the others are those of ``shots.stage.Request`` and ``ShotOptions``."""

    source: str
    pack: str = ""
    threshold: float = THRESHOLD
    shortest: int = SHORTEST
    device: str = "auto"
    threads: int = 0
    fresh: bool = False

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> FindShots:
        """The request of plain JSON values; unknown keys are errors."""
        if unknown := set(value) - {one.name for one in fields(FindShots)}:
            raise SettingsError("settings.unknown", f"shots has no option {', '.join(sorted(unknown))}.")
        return FindShots(**value)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def run(wanted: FindShots, bench: Bench) -> Generator[Event]:
    """
    Do what is *wanted*; the last event is Finished with a document that has a mark for every shot, and as its only file
    what ``curve_in`` reads. Errors as ``shots.find``.
    """
    from plugin_core.media import probe
    from plugin_core.shots import stage
    from plugin_core.shots.listing import with_shots

    source = Path(wanted.source)
    options = ShotOptions(wanted.threshold, wanted.shortest)
    request = stage.Request(wanted.pack, options, wanted.device, wanted.threads, wanted.fresh)
    found = yield from stage.found_in(source, request, bench)
    document = with_shots(Document(probe(source)), found.shots)
    yield Finished(document, (str(stage.journal_of(source, stage.chosen(wanted.pack, bench)[0]).path),))


def curve_in(path: Path) -> Curve:
    """The curve that is kept in the file *path* of a finished request; DocumentError if it is none."""
    try:
        record = json.loads(path.read_text("utf-8").splitlines()[0])
        return Curve.from_json(record["curve"])
    except (OSError, ValueError, IndexError, KeyError, TypeError) as error:
        raise DocumentError("shots.curve", "What was found is not there any more.", "Find the shots again.") from error
