"""Annotations out of CVAT: its XML 1.1 for images and for video."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from models.scenes.data.annotations import Annotation, label, problem
from models.scenes.data.importing import Importer, named, number_of, put, text_of, understand
from plugin_core.formats import safe_xml

TEXTS = ("text_description", "text", "description", "caption")


def read(path: Path, how: Importer) -> list[Annotation]:
    """
    CVAT's XML 1.1, for images (``<image>`` with tags and boxes) or for video (``<track>`` with a box a frame).

    Of images: film and key frame are in the name. Of video: the film is the task's source or name; a track lasts until
    a box says ``outside="1"``.
    """
    text = text_of(path)
    root = safe_xml.parse(text, "CVAT")
    if root.tag != "annotations":
        raise problem(path.name, 1, root.tag, "this is not CVAT's XML.", "Export the task as CVAT for images or video.")
    if root.find("track") is not None:
        return _tracks(root, _Lines(text, "track"), path, how)
    return _images(root, _Lines(text, "image"), path, how)


class _Lines:
    """The line in which the n-th element of a name begins."""

    def __init__(self, text: str, tag: str) -> None:
        text = re.sub(r"<!--.*?-->", lambda comment: re.sub(r"[^\n]", " ", comment[0]), text, flags=re.DOTALL)
        self._at = [text.count("\n", 0, match.start()) + 1 for match in re.finditer(rf"<{tag}[\s>/]", text)]

    def __getitem__(self, number: int) -> int:
        return self._at[number]


def _images(root: ET.Element, lines: _Lines, path: Path, how: Importer) -> list[Annotation]:
    found = []
    for number, image in enumerate(root.iter("image")):
        line, name = lines[number], image.get("name", "")
        frame = named(name)
        if frame is None:
            raise problem(path.name, line, "name", f"{name!r} has no number of a key frame.", "movie_001_0023.png has.")
        labels: dict[str, Any] = {}
        text = ""
        for thing in image:
            text = _thing(thing, labels, how, path.name, line) or text
        if labels or text:
            found.append(Annotation(frame[0], frame[1], labels, text, frame[1], line))
    return found


def _thing(thing: ET.Element, labels: dict[str, Any], how: Importer, name: str, line: int) -> str:
    """What a tag, a box or a track says; its text is returned."""
    understand(thing.get("label", ""), labels, how, name=name, line=line, place="label", strict=thing.tag == "tag")
    return _attributes(thing, labels, how, name, line)


def _attributes(thing: ET.Element, labels: dict[str, Any], how: Importer, name: str, line: int) -> str:
    text = ""
    for attribute in thing.iter("attribute"):
        key, value = attribute.get("name", ""), (attribute.text or "").strip()
        group = how.group_of(key)
        if group and value and value != "__undefined__":
            put(labels, group, label(value, group, how.known, name=name, line=line, place=key))
        elif key in TEXTS and value:
            text = value
    return text


def _tracks(root: ET.Element, lines: _Lines, path: Path, how: Importer) -> list[Annotation]:
    source = (
        root.findtext("meta/source")
        or root.findtext("meta/task/source")
        or root.findtext("meta/task/name")
        or path.stem
    )
    film = Path(source.strip()).stem
    found: list[Annotation] = []
    for number, track in enumerate(root.iter("track")):
        line = lines[number]
        fixed: dict[str, Any] = {}
        understand(track.get("label", ""), fixed, how, name=path.name, line=line, place="label", strict=False)
        for first, last, labels, text in _stretches(track, fixed, how, path.name, line):
            if labels or text:
                start, end = how.key_frame(first), how.key_frame(last)
                found.append(Annotation(film, start, labels, text, end, line))
    return _merged(sorted(found, key=lambda one: (one.number, one.end)))


def _stretches(
    track: ET.Element, fixed: dict[str, Any], how: Importer, name: str, line: int
) -> Iterator[tuple[int, int, dict[str, Any], str]]:
    """Frames over which a track says the same: first, last, labels, text."""
    begun: tuple[int, dict[str, Any], str] | None = None
    last = -1
    for box in track:
        if "frame" not in box.attrib:
            continue
        frame = number_of(box.get("frame", ""), name, line, "frame")
        labels = dict(fixed)
        text = _attributes(box, labels, how, name, line)
        if frame <= last:
            raise problem(name, line, "frame", f"frame {frame} comes after frame {last}.")
        if begun and (box.get("outside") == "1" or (labels, text) != begun[1:]):
            yield begun[0], max(begun[0], frame - 1), *begun[1:]
            begun = None
        if box.get("outside") != "1" and begun is None:
            begun = (frame, labels, text)
        last = frame
    if begun:
        yield begun[0], max(last, begun[0]), *begun[1:]


def _merged(found: Sequence[Annotation]) -> list[Annotation]:
    """What is said of the very same key frames is one annotation."""
    kept: dict[tuple[str, int, int], Annotation] = {}
    for one in found:
        key = (one.film, one.number, one.end)
        if key in kept:
            labels = dict(kept[key].labels)
            for group, value in one.labels.items():
                put(labels, group, value)
            kept[key] = replace(kept[key], labels=labels, text=kept[key].text or one.text)
        else:
            kept[key] = one
    return list(kept.values())
