"""
What the importers of other tools' annotations share.

All give ``Annotation``: films, key frames, labels. Every problem is a DocumentError that names the file, the line and
the field. A word that is given to a thing in a tool (a CVAT label, a Label Studio choice) is a scene type if nothing is
said of its group; as "group: label", or in an attribute or a control that is named like a group, it is of that group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.scenes.data.annotations import FIELDS, Known, known_labels, label, problem
from plugin_core.errors import DocumentError

PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".bmp"}
NUMBERED = re.compile(r"(?P<film>.*?)[_\-. ]*(?P<number>\d+)$")


@dataclass(frozen=True)
class Importer:
    """
    What every importer knows: the labels there may be, key frames a second of the annotations (*rate*), and the film's
    frames a second (*fps*), where a tool counts these.
    """

    known: Known
    rate: float = 1.0
    fps: float = 25.0

    def group_of(self, key: str) -> str | None:
        """The group that a field, an attribute or a control is about."""
        name = FIELDS.get(key, key)
        return name if name in self.known else None

    def key_frame(self, frame: float) -> int:
        """The key frame that a frame of the film falls to."""
        return int(frame / self.fps * self.rate + 1e-6)


def importer(known: Known | None = None, *, rate: float = 1.0, fps: float = 25.0) -> Importer:
    """With the program's labels, if no others are given."""
    return Importer(known_labels() if known is None else known, rate, fps)


def text_of(path: Path) -> str:
    """The file's text; DocumentError if it cannot be read."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise DocumentError("annotations.encoding", f"{path.name}, line {line}: this is not UTF-8.") from error
    except OSError as error:
        raise DocumentError("annotations.missing", f"{path.name} cannot be read: {error.strerror}.") from error


def named(name: str) -> tuple[str, int] | None:
    """Film and number in a picture's name: "movie_001_0023.png", "clips/movie/frame_000012.jpg" (of film "movie")."""
    path = Path(name)
    match = NUMBERED.fullmatch(path.stem)
    if match is None:
        return None
    film = match["film"]
    if film in {"", "frame", "img", "image"} and path.parent.name not in {"", ".", "images"}:
        film = path.parent.name
    return film or "film", int(match["number"])


def understand(
    word: str, labels: dict[str, Any], how: Importer, *, name: str, line: int, place: str, strict: bool = True
) -> None:
    """A word that somebody gave: "group: label", a scene type, or (not strict) a thing in the picture like "car"."""
    if not word:
        return
    group, colon, value = (part.strip() for part in word.partition(":"))
    if colon and how.group_of(group):
        key = str(how.group_of(group))
        put(labels, key, label(value, key, how.known, name=name, line=line, place=place))
    elif word in how.known.get("scene_type", ()):
        put(labels, "scene_type", word)
    elif strict and how.group_of(word) is None:
        raise problem(
            name, line, place, f"{word!r} is no scene type.", f"It may be {', '.join(how.known['scene_type'])}."
        )


def put(labels: dict[str, Any], group: str, value: str | tuple[str, ...]) -> None:
    """Add a label; of a group that may have several, to those that are there."""
    if isinstance(value, tuple):
        value = tuple(dict.fromkeys((*labels.get(group, ()), *value)))
    labels[group] = value


def number_of(value: str, name: str, line: int, place: str) -> int:
    """A whole number."""
    try:
        return int(value)
    except ValueError:
        raise problem(name, line, place, f"{value!r} is not a number.") from None
