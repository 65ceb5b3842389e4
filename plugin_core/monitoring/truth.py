"""
What is true of films: annotations in the form of the reference, one JSON object a line.

``{"frame_id": "film_0023", "place": "outdoor", "scene_type": "action_outdoor", "audio_emotion": "tense"}``: the film's
name and, behind the last underscore, the number of the key frame, one for each second from 0; ``last`` is the number of
the last one that it is true of. The groups of ``scenes.labels`` are fields; ``audio_emotion`` is the group emotion.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from plugin_core.errors import DocumentError
from plugin_core.scenes.recognising import Shot

WORDS = {"audio_emotion": "emotion"}
Seconds = dict[tuple[str, int], dict[str, str]]  # film and second -> group -> label


def read(path: Path, groups: Sequence[str]) -> Seconds:
    """The truth of every second; of a group of many labels nothing. DocumentError names the line and the field."""
    found: Seconds = {}
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError("monitor.truth", f"{path} cannot be read: {error}.", "JSON lines are expected.") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            _take(found, line, f"{path.name}, line {number}", groups)
    return found


def of_shots(film: str, shots: Sequence[Shot], seconds: Seconds) -> list[dict[str, str]]:
    """What is true of each shot: of every group the label of most of its seconds (those whose middle is in it)."""
    truths = []
    for shot in shots:
        votes: dict[str, Counter[str]] = {}
        for second in range((shot.start + 499) // 1000, max((shot.end + 499) // 1000, (shot.start + 499) // 1000 + 1)):
            for group, label in seconds.get((film, second), {}).items():
                votes.setdefault(group, Counter())[label] += 1
        truths.append({group: min(found, key=lambda one: (-found[one], one)) for group, found in votes.items()})
    return truths


def _take(found: Seconds, line: str, place: str, groups: Sequence[str]) -> None:
    try:
        value: Any = json.loads(line)
    except ValueError as error:
        raise DocumentError("monitor.truth", f"{place} is no JSON: {error}.", "") from error
    if not isinstance(value, Mapping):
        raise DocumentError("monitor.truth", f"{place} is no object.", "")
    film, _, number = str(value.get("frame_id", "")).rpartition("_")
    if not film or not number.isdigit():
        raise DocumentError("monitor.truth", f"{place}, frame_id: it is not FILM_NUMBER.", "")
    last = value.get("last", int(number))
    if not isinstance(last, int) or not int(number) <= last < int(number) + 1_000_000:
        raise DocumentError("monitor.truth", f"{place}, last: it is no number from {int(number)} on.", "")
    labels = {WORDS.get(name, name): label for name, label in value.items() if isinstance(label, str)}
    for second in range(int(number), last + 1):
        found.setdefault((film, second), {}).update({name: labels[name] for name in groups if name in labels})
