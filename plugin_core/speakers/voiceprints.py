"""
Voices of a project, remembered: who was named in one episode is known in the next.

They lie in a hidden file beside the ``.zimu`` document (``.NAME.zimu.voices``), not in it: a voiceprint says who
somebody is, and a document is passed on. The file is plain JSON, the same voices always give the same bytes, nothing
sends it anywhere, and deleting it forgets them. Vectors of different packs are never compared.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from plugin_core.errors import DocumentError
from plugin_core.speakers.naming import assignment
from plugin_core.speakers.values import Turns, Voice, is_default, unit
from plugin_core.storage import write_atomic

SCHEMA = 1
LARGEST = 4_000_000  # bytes; a thousand voices are a third of it
MOST_MS = 600_000  # a voice's weight stops growing here, so that it can change with the years


@dataclass(frozen=True, slots=True)
class Prints:
    """The known voices of a project, under the key of the pack that heard them."""

    pack: str = ""
    voices: tuple[Voice, ...] = ()


def path_for(document: Path) -> Path:
    """Where the voices of the project in *document* lie."""
    return document.with_name(f".{document.name}.voices")


def load(path: Path) -> Prints:
    """The voices in *path*; none if it is not there. DocumentError if it is damaged: it may be deleted then."""
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("it is far too large")
        value = json.loads(path.read_text("utf-8"))
        if value["schema"] != SCHEMA:
            raise ValueError(f"schema {value['schema']}")
        voices = tuple(
            Voice(str(row["name"]), tuple(float(x) for x in row["vector"]), int(row["spoken"]))
            for row in value["voices"]
        )
        return Prints(str(value["pack"]), voices)
    except FileNotFoundError:
        return Prints()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DocumentError(
            "speakers.voiceprints",
            f"The remembered voices in {path} cannot be read ({error}).",
            "Delete the file to begin anew; the document itself is not touched.",
        ) from error


def save(prints: Prints, path: Path) -> None:
    """Write *prints*; DocumentError if the disk refuses. Without any voice, the file is removed."""
    if not prints.voices:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return
    rows = [
        {"name": voice.name, "spoken": voice.spoken, "vector": [round(x, 4) for x in voice.vector]}
        for voice in sorted(prints.voices, key=lambda voice: voice.name)
    ]
    value = {"schema": SCHEMA, "pack": prints.pack, "voices": rows}
    write_atomic(path, (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode())


def recognise(turns: Turns, known: Prints, *, same: float) -> Turns:
    """*turns* with the names of known voices: each at most once, where the cosine is above *same*."""
    if not known.voices or known.pack != turns.pack:
        return turns
    heard = [voice for voice in turns.voices if voice.vector and is_default(voice.name)]
    taken = {voice.name for voice in turns.voices}
    free = [
        voice
        for voice in known.voices
        if voice.name not in taken and any(len(voice.vector) == len(one.vector) for one in heard)
    ]
    if not heard or not free:
        return turns
    table = _matrix(heard) @ _matrix(free).T
    pairs = [(a, b) for a, b in assignment(np.maximum(table, 0).astype(np.float64)) if table[a, b] > same]
    return turns.renamed({heard[a].name: free[b].name for a, b in pairs})


def remember(turns: Turns, known: Prints) -> Prints:
    """*known* with the voices of *turns* that have a real name; one known already moves towards what was heard now."""
    voices = {voice.name: voice for voice in known.voices} if known.pack == turns.pack else {}
    for voice in turns.voices:
        if not voice.vector or is_default(voice.name) or voice.spoken <= 0:
            continue
        old = voices.get(voice.name)
        if old is None or len(old.vector) != len(voice.vector):
            voices[voice.name] = Voice(voice.name, voice.vector, min(voice.spoken, MOST_MS))
            continue
        mean = old.spoken * np.array(old.vector) + voice.spoken * np.array(voice.vector)
        vector = tuple(float(x) for x in unit(mean.astype(np.float32)))
        voices[voice.name] = Voice(voice.name, vector, min(old.spoken + voice.spoken, MOST_MS))
    return Prints(turns.pack, tuple(voices.values()))


def _matrix(voices: Sequence[Voice]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return unit(np.array([voice.vector for voice in voices], np.float32))
