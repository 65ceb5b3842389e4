"""A picture of every shot for the contact sheet, kept in the journal: a second sheet needs no look at the film."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from plugin_core.audio import fingerprint
from plugin_core.journal import Journal, journal_key
from plugin_core.shots.thumbnails import WIDTH, Thumbnails

Span = tuple[int, int]  # start and end, ms


def pictures(spans: Sequence[Span], film: Path, watcher: Thumbnails | None = None) -> list[bytes]:
    """A JPEG for each of *spans*; what is not kept is of *watcher*, which saw the film, else looked for in *film*."""
    journal = Journal("pictures", journal_key(fingerprint(film), WIDTH, 1))
    known = _known(journal)
    missing = [span for span in dict.fromkeys(spans) if span not in known]
    if missing:
        made = dict(zip(missing, (watcher or Thumbnails()).between(missing, film), strict=True))
        told = [[*span, base64.b64encode(picture).decode("ascii")] for span, picture in made.items()]
        journal.append({"pictures": told})
        known |= made
    return [known[span] for span in spans]


def _known(journal: Journal) -> dict[Span, bytes]:
    try:
        rows = [row for record in journal.records for row in record["pictures"]]
        return {(int(start), int(end)): base64.b64decode(data, validate=True) for start, end, data in rows}
    except (KeyError, TypeError, ValueError):
        journal.forget()
        return {}
