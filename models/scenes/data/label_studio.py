"""Annotations out of Label Studio: its JSON export, of pictures and of films."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.scenes.data.annotations import Annotation, label, problem
from models.scenes.data.importing import PICTURES, Importer, named, put, text_of, understand
from plugin_core.errors import DocumentError


def read(path: Path, how: Importer) -> list[Annotation]:
    """
    Label Studio's JSON export (not JSON-MIN): tasks on pictures or on films.

    Choices, labels on a time line (frames from 1), labels with start and end (seconds), text areas. A control
    (``from_name``) that is named like a group says which group; else choices are scene types. Cancelled annotations
    and predictions are left out; of several people the last one is taken.
    """
    text = text_of(path)
    try:
        tasks = json.loads(text)
    except json.JSONDecodeError as error:
        raise DocumentError("annotations.json", f"{path.name}, line {error.lineno}: not JSON ({error.msg}).") from error
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise problem(path.name, 1, "tasks", "a list of tasks is expected.", "Export as JSON, not as JSON-MIN or CSV.")
    lines = [text.count("\n", 0, at) + 1 for at in _task_places(text)]
    found = []
    for task, line in zip(tasks, lines, strict=True):
        found += _task(task, path.name, line, how)
    return found


def _task_places(text: str) -> Iterator[int]:
    decoder, at = json.JSONDecoder(), text.index("[") + 1
    while True:
        while text[at] in " \t\r\n,":
            at += 1
        if text[at] == "]":
            return
        yield at
        at = decoder.raw_decode(text, at)[1]


def _task(task: dict[str, Any], name: str, line: int, how: Importer) -> list[Annotation]:
    data = task.get("data")
    media = next((v for v in data.values() if isinstance(v, str) and "." in v), "") if isinstance(data, dict) else ""
    if not media:
        raise problem(name, line, "data", "the task names no picture or film.", "Its data has a path or an address.")
    media = media.split("?")[-1].removeprefix("d=") if "?d=" in media else media
    done = [one for one in task.get("annotations", []) if not one.get("was_cancelled")]
    if not done:
        return []
    picture = Path(media).suffix.lower() in PICTURES
    frame = named(media) if picture else (re.sub(r"^[0-9a-f]{8}-", "", Path(media).stem), 0)
    if frame is None:
        raise problem(name, line, "data", f"{media!r} has no number of a key frame.", "movie_001_0023.png has.")
    film = re.sub(r"^[0-9a-f]{8}-", "", frame[0])  # what Label Studio puts before an uploaded file's name
    made: dict[tuple[int, int], tuple[dict[str, Any], str]] = {}
    for result in done[-1].get("result", []):
        for span, words, text in _spans(result, frame[1], name, line, how):
            labels, before = made.setdefault(span, ({}, ""))
            group = how.group_of(str(result.get("from_name", "")))
            for word in words:
                place = str(result.get("from_name", "result"))
                if group:
                    put(labels, group, label(word, group, how.known, name=name, line=line, place=place))
                else:
                    understand(
                        word, labels, how, name=name, line=line, place=place, strict=result.get("type") == "choices"
                    )
            made[span] = (labels, text or before)
    return [
        Annotation(film, a, labels, text, b, line) for (a, b), (labels, text) in sorted(made.items()) if labels or text
    ]


def _spans(
    result: dict[str, Any], number: int, name: str, line: int, how: Importer
) -> Iterator[tuple[tuple[int, int], list[str], str]]:
    """The key frames that a result is about, its words, its text."""
    value = result.get("value")
    if not isinstance(value, dict):
        raise problem(name, line, "value", "a result has no value.")
    words = [word for key, said in value.items() if key.endswith(("labels", "choices")) for word in said]
    text = " ".join(value["text"]) if isinstance(value.get("text"), list) else str(value.get("text", ""))
    if isinstance(value.get("ranges"), list):
        for span in value["ranges"]:
            first, last = (
                how.key_frame(_whole(span.get(end), name, line, f"ranges.{end}") - 1) for end in ("start", "end")
            )
            yield (first, max(first, last)), words, text
    elif isinstance(value.get("start"), (int, float)) and "end" in value:
        first, last = int(value["start"] * how.rate), int(max(value["start"], value["end"] - 1e-6) * how.rate)
        yield (first, last), words, text
    else:
        yield (number, number), words, text


def _whole(value: Any, name: str, line: int, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise problem(name, line, place, f"{value!r} is no number of a frame, counted from 1.")
    return value
