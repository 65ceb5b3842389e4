"""
One line of the log for each request: how long it took, what was told and how sure. No content, no names of files.

A confidence is counted in tenths; of a group of many, each label that holds counts, and "nothing" where none does.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from plugin_core.errors import DocumentError
from plugin_core.scenes.labels import Group
from plugin_core.scenes.recognising import ShotLabels

EVENT = "scenes"
NOTHING = "nothing"
BINS = 10  # of confidence
MODALITIES = ("pictures", "sounds", "texts")
Mix = Mapping[str, Mapping[str, int]]
Tenths = Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Record:
    """
    One request. *mix*: group to label to how many shots it was told of; *confidence*: group to counts of ``BINS``
    equal bins; *missing*: how many shots had no pictures, sounds or texts; *seconds*: until the answer.
    """

    status: int
    seconds: float
    request: str = ""
    pack: str = ""
    code: str = ""  # of the error
    shots: int = 0
    mix: Mix = field(default_factory=dict)
    confidence: Tenths = field(default_factory=dict)
    missing: Mapping[str, int] = field(default_factory=dict)
    time: str = ""

    def to_json(self) -> dict[str, Any]:
        time = self.time or datetime.now(UTC).isoformat(timespec="milliseconds")
        return {
            "event": EVENT, "time": time, "request": self.request, "status": self.status, "code": self.code,
            "seconds": round(self.seconds, 4), "pack": self.pack, "shots": self.shots, "mix": self.mix,
            "confidence": {name: list(counts) for name, counts in self.confidence.items()}, "missing": self.missing,
        }  # fmt: skip

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Record:
        """ValueError if it is none."""
        try:
            return Record(
                int(value["status"]), float(value["seconds"]), str(value["request"]), str(value["pack"]),
                str(value["code"]), int(value["shots"]),
                {str(group): {str(label): int(count) for label, count in labels.items()}
                 for group, labels in value["mix"].items()},
                {str(group): _bins(counts) for group, counts in value["confidence"].items()},
                {str(name): int(count) for name, count in value["missing"].items()}, str(value["time"]),
            )  # fmt: skip
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a record of a request ({error})") from error


def counted(labels: Sequence[ShotLabels], groups: Mapping[str, Group]) -> tuple[Mix, Tenths, dict[str, int]]:
    """The mix, the confidence and what was missing of the shots that *labels* tell about."""
    mix: dict[str, Counter[str]] = {name: Counter() for name in groups}
    sure: dict[str, list[int]] = {name: [0] * BINS for name in groups}
    missing = Counter(name for one in labels for name in MODALITIES if name not in one.from_)
    for one in labels:
        for name, group in groups.items():
            told = one.likely(name) if group.many else (one.best(name)[0],)
            mix[name].update(told or (NOTHING,))
            for label in told:
                sure[name][bin_of(one.probabilities[name][label])] += 1
    return {name: dict(found) for name, found in mix.items()}, sure, dict(missing)


def bin_of(confidence: float) -> int:
    """Which tenth it is in."""
    return min(BINS - 1, max(0, int(confidence * BINS)))


def log(record: Record, out: IO[str] | None = None) -> None:
    """Write *record* as one JSON line (to stdout)."""
    stream = out or sys.stdout
    stream.write(json.dumps(record.to_json(), ensure_ascii=True, separators=(",", ":")) + "\n")
    stream.flush()


def read(paths: Iterable[Path]) -> Iterator[Record]:
    """The records in logs; lines of others are passed over. DocumentError if a file cannot be read or holds none."""
    for path in paths:
        found = 0
        try:
            with path.open(encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    record = _record(line)
                    if record is not None:
                        found += 1
                        yield record
        except OSError as error:
            raise DocumentError("monitor.log", f"{path} cannot be read: {error.strerror or error}.", "") from error
        if not found:
            raise DocumentError("monitor.log", f"{path} holds no line of Zimu's service.", "Name a log of the service.")


def _record(line: str) -> Record | None:
    try:
        value = json.loads(line)
        return Record.from_json(value) if isinstance(value, dict) and value.get("event") == EVENT else None
    except (ValueError, RecursionError):
        return None


def _bins(counts: Any) -> tuple[int, ...]:
    found = tuple(int(count) for count in counts)
    if len(found) != BINS:
        raise TypeError("other bins")
    return found
