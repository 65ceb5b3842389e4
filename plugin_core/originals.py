"""
The versions the machine made, kept in Zimu's home so that corrections can be compared with them.

A job keeps its result here; losing one costs a comparison, never an edit. A document finds its own by the footage, by
what made it, and by the ids of its cues, which edits leave alone.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from plugin_core import settings, storage
from plugin_core.document import Document
from plugin_core.errors import DocumentError
from plugin_core.journal import journal_key

MOST = 6  # versions of one footage by one maker that are kept
SHARED = 0.2  # of the cues of either version, to be versions of one document


def keep(document: Document) -> Path | None:
    """Keep *document* as the machine made it; None if it has no cues or the disk refuses."""
    if not document.cues:
        return None
    data = storage.dumps(document)
    path = _folder(document) / f"{hashlib.sha256(data).hexdigest()[:16]}{_SUFFIX}"
    try:
        if path.exists():
            path.touch()
        else:
            storage.write_atomic(path, data)
            _prune(path.parent)
    except (OSError, DocumentError):
        return None
    return path


def find(document: Document) -> Document | None:
    """The version the machine made of which *document* is a correction; None if it is not known here."""
    ids = {cue.id for cue in document.cues}
    best: tuple[float, Document] | None = None
    for path in _kept(_folder(document)):
        try:
            version = storage.load(path)
        except DocumentError:
            continue
        common = len(ids & {cue.id for cue in version.cues}) / max(1, min(len(ids), len(version.cues)))
        if common >= SHARED and (best is None or common > best[0]):
            best = common, version
    return best[1] if best else None


_SUFFIX = ".zimu"


def _folder(document: Document) -> Path:
    media = document.media
    key = journal_key(Path(media.path.replace("\\", "/")).name, media.duration, document.made_by)
    return settings.home() / "originals" / key


def _kept(folder: Path) -> list[Path]:
    """The versions in *folder*, the newest first."""
    with suppress(OSError):
        return sorted(folder.glob(f"*{_SUFFIX}"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return []


def _prune(folder: Path) -> None:
    for path in _kept(folder)[MOST:]:
        path.unlink(missing_ok=True)
