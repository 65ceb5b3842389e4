"""Records of a person's corrections: JSON lines in a file of their own, in which a newer one stands for the older."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from plugin_core.errors import DocumentError
from plugin_core.storage import write_atomic


def add(path: Path, found: Iterable[Mapping[str, Any]], key: str) -> int:
    """
    Add to the records of *path* (made if it is not there) and tell how many are new.

    Records with the same value of *key* are one: what the newer says counts. DocumentError if *path* holds something
    else.
    """
    kept = {str(row[key]): row for row in _read(path, key)}
    before = dict(kept)
    for row in found:
        place = str(row[key])
        kept[place] = {**kept.get(place, {}), **row}
    added = sum(before.get(place) != row for place, row in kept.items())
    if added:
        write_atomic(path, "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in kept.values()).encode())
    return added


def _read(path: Path, key: str) -> Sequence[dict[str, Any]]:
    if not path.exists():
        return []
    found = []
    try:
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line) if line.strip() else None
            if row is not None and (not isinstance(row, dict) or key not in row):
                raise ValueError(f"a line has no {key}")
            found += [row] if row else []
    except (OSError, ValueError) as error:
        raise DocumentError(
            "records.file", f"{path.name} holds no records of corrections ({error}).", "Name another file."
        ) from error
    return found
