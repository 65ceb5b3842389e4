"""Annotations out of plain lists: MovieNet's shots and scenes, and folders of pictures."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from models.scenes.data.annotations import Annotation, label, problem
from models.scenes.data.importing import PICTURES, Importer, named, number_of, text_of, understand
from plugin_core.errors import DocumentError


def movienet(shots: Path, scenes: Path, how: Importer, *, words: dict[str, str] | None = None) -> list[Annotation]:
    """
    MovieNet's two files of a film: its shots (a line each: first and last frame, then key frames) and its scenes (JSON
    with ``scene``: a list with ``shot`` [first, past-last], ``place_tag``, ``action_tag``).

    *words* says which tag is which label ("street": "setting: street"); tags without a word are kept as text.
    """
    film = shots.stem
    borders = _borders(shots)
    text = text_of(scenes)
    try:
        table = json.loads(text)
    except json.JSONDecodeError as error:
        raise DocumentError(
            "annotations.json", f"{scenes.name}, line {error.lineno}: not JSON ({error.msg})."
        ) from error
    listed = table.get("scene") if isinstance(table, dict) else None
    if not isinstance(listed, list):
        raise problem(scenes.name, 1, "scene", "there is no list of scenes.")
    lines = [text.count("\n", 0, match.start()) + 1 for match in re.finditer(r'"shot"\s*:', text)]
    found = []
    for number, scene in enumerate(listed):
        line = lines[number] if number < len(lines) else 1
        first, past = _shots_of(scene, len(borders), scenes.name, line)
        labels: dict[str, Any] = {}
        tags = [tag for key in ("place_tag", "action_tag") for tag in _tags(scene.get(key))]
        for tag in tags:
            word = (words or {}).get(tag, "")
            understand(word, labels, how, name=scenes.name, line=line, place="place_tag")
        start, end = how.key_frame(borders[first][0]), how.key_frame(borders[past - 1][1])
        found.append(Annotation(film, start, labels, ", ".join(tags), end, line))
    return found


def _borders(path: Path) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for line, row in enumerate(text_of(path).splitlines(), 1):
        if not row.strip():
            continue
        parts = row.split()
        if len(parts) < 2:
            raise problem(path.name, line, "shot", "first and last frame are expected.")
        first, last = (
            number_of(part, path.name, line, place) for part, place in zip(parts, ("first", "last"), strict=False)
        )
        if last < first or (found and first <= found[-1][1]):
            raise problem(path.name, line, "first", f"shot {first} to {last} does not follow the one before.")
        found.append((first, last))
    if not found:
        raise problem(path.name, 1, "shot", "there are no shots.")
    return found


def _shots_of(scene: Any, count: int, name: str, line: int) -> tuple[int, int]:
    span = scene.get("shot") if isinstance(scene, dict) else None
    if not (isinstance(span, list) and len(span) == 2 and all(isinstance(n, int) for n in span)):
        raise problem(name, line, "shot", "two numbers of shots are expected.")
    if not 0 <= span[0] < span[1] <= count:
        raise problem(name, line, "shot", f"shots {span[0]} to {span[1]} are not among the film's {count}.")
    return span[0], span[1]


def _tags(value: Any) -> list[str]:
    return [str(tag) for tag in value] if isinstance(value, list) else [str(value)] if value else []


def folders(root: Path, how: Importer, group: str = "scene_type") -> list[Annotation]:
    """Pictures in a folder a label: ``root/action_outdoor/movie_001_0023.jpg``."""
    found = []
    try:
        places = sorted(path for path in root.iterdir() if path.is_dir())
    except OSError as error:
        raise DocumentError("annotations.missing", f"{root.name} cannot be read: {error.strerror}.") from error
    for place in places:
        said = label(place.name, group, how.known, name=root.name, line=0, place=place.name)
        for path in sorted(place.iterdir()):
            if path.suffix.lower() in PICTURES:
                frame = named(path.stem)
                if frame is None:
                    raise problem(f"{place.name}/{path.name}", 0, "name", "there is no number of a key frame in it.")
                found.append(Annotation(*frame, {group: said}, "", frame[1], 0))
    if not found:
        raise DocumentError(
            "annotations.empty", f"{root.name} has no folder with pictures.", "Make one for each label."
        )
    return found
