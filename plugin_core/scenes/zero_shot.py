"""
Labels that anybody makes up, in plain words (「厨房」, "car chase"), told by a vision pack that never learned them.

A label becomes several sentences of its language; the mean of their vectors stands for it. A shot has it as far as its
picture is nearer to these than to sentences of no matter what ("none of these"): several labels may hold at once, and
a label that fits nothing fits nowhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plugin_core.document import Document, Mark
from plugin_core.errors import SettingsError
from plugin_core.scenes.marking import SURE, sure_of
from plugin_core.tagging.marking import digest, is_ours
from plugin_core.typography import has_han

if TYPE_CHECKING:
    from plugin_core.engines.vision import VisionEngine
    from plugin_core.shots import Shots
    from plugin_core.shots.thumbnails import Thumbnails

Floats = NDArray[np.float32]

KEY = 448  # pixels on the longer side of the pictures that a vision pack is given
GROUP = "labels"  # the attribute of a mark that holds such labels
THRESHOLD = 0.5
MOST = 64  # labels at a time
SENTENCES = {
    "en": ("{}", "a photo of {}", "a film still of {}", "a scene that shows {}", "a picture with {} in it"),
    "zh": ("{}", "一张{}的照片", "{}的电影画面", "一个有{}的场景", "画面中有{}"),
}
ANYTHING = {
    "en": (
        "a photo", "a picture", "a film still", "a blurry picture", "a dark picture", "a person", "people talking",
        "a face", "a room", "a street", "a landscape", "the sky", "an animal", "a vehicle", "a building", "water",
        "text on a screen", "a plain background", "an object", "a crowd of people",
    ),
    "zh": (
        "一张照片", "一幅画面", "电影画面", "模糊的画面", "黑暗的画面", "一个人", "人们在说话", "一张脸", "一个房间",
        "一条街道", "风景", "天空", "一只动物", "一辆车", "一座建筑", "水面", "屏幕上的文字", "纯色背景", "一个物体",
        "一群人",
    ),
}  # fmt: skip


def wanted(text: str) -> tuple[str, ...]:
    """The labels in "厨房,追车", in their order, once each. SettingsError for none, or too many."""
    found = dict.fromkeys(part.strip() for part in text.replace("，", ",").replace("、", ",").split(","))
    labels = tuple(label for label in found if label)
    if not labels or len(labels) > MOST:
        what = "No label is named." if not labels else f"{len(labels)} labels are too many at once."
        raise SettingsError("scenes.labels", what, f"Name 1 to {MOST}, with commas: 厨房,追车.")
    return labels


def language(text: str) -> str:
    """Of the sentences that *text* is put into."""
    return "zh" if has_han(text) else "en"


def described(engine: VisionEngine, words: str) -> Floats:
    """[width]: the mean of the vectors of sentences with *words* in them, of unit length."""
    return _together(engine.texts([sentence.format(words) for sentence in SENTENCES[language(words)]]))


def chances(
    engine: VisionEngine, pictures: Floats, labels: Sequence[str], against: Mapping[str, Sequence[str]] = ANYTHING
) -> Floats:
    """
    [n, labels]: how probable it is that each of *pictures* [n, width] shows each label, rather than any of what it is
    held *against* (by language). Each label stands for itself.
    """
    found = np.zeros((len(pictures), len(labels)), np.float32)
    for code in {language(label) for label in labels}:
        rest = engine.texts(list(against[code]))
        logits = engine.scale * (pictures @ rest.T)
        most = logits.max(1) if logits.size else np.zeros(len(pictures), np.float32)
        none = most + np.log(np.exp(logits - most[:, None]).mean(1))  # what no matter what is worth, on the whole
        floor = np.maximum(none, most - math.log(2))
        for place, label in enumerate(labels):
            if language(label) == code:
                logit = engine.scale * (pictures @ described(engine, label)) - floor
                found[:, place] = 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
    return found


def seen(engine: VisionEngine, keys: Thumbnails, shots: Shots, source: Path) -> Floats:
    """[shots, width]: what the pack makes of the sharpest picture of each shot; *keys* saw the film with ``KEY``."""
    pieces = list(_pieces(engine, keys.of(shots, source)))
    return np.concatenate(pieces) if pieces else np.zeros((0, engine.width), np.float32)


def with_labels(
    document: Document, shots: Sequence[tuple[int, int]], found: Floats, labels: Sequence[str], least: float = THRESHOLD
) -> Document:
    """
    *document*, whose marks of shots and scenes have those of *labels* that are probable (*found* [shots, labels], of
    *shots* from start to end ms): a shot's its own, a scene's where its shots have them on the whole. Marks that a
    person changed stay as they are.
    """
    if not 0 < least < 1:
        raise SettingsError("settings.threshold", f"{least} is no threshold of labels.", "Use 0.05 to 0.95.")
    marks = tuple(
        _labelled(mark, _within(mark, shots, found), labels, least)
        if mark.kind in {"shot", "scene"} and is_ours(mark) else mark
        for mark in document.marks
    )  # fmt: skip
    return replace(document, marks=marks)


def _within(mark: Mark, shots: Sequence[tuple[int, int]], found: Floats) -> Floats | None:
    """The mean over the shots that *mark* covers, weighted by how long they last in it."""
    shares = np.array([max(0, min(mark.end, end) - max(mark.start, start)) for start, end in shots], np.float32)
    return np.asarray(shares @ found / shares.sum(), np.float32) if shares.sum() else None


def _labelled(mark: Mark, chance: Floats | None, labels: Sequence[str], least: float) -> Mark:
    sure = {group: value for group, value in sure_of(mark).items() if group != GROUP}
    kept = [(key, value) for key, value in mark.attributes if key not in {GROUP, SURE}]
    if chance is not None:
        held = [place for place in np.argsort(-chance, kind="stable") if chance[place] >= least]
        if held:
            kept.append((GROUP, ", ".join(labels[place] for place in held)))
            sure[GROUP] = float(chance[held[0]])
    told = ((SURE, " ".join(f"{group}={value:.2f}" for group, value in sure.items())),) if sure else ()
    bare = replace(mark, id="", attributes=(*kept, *told))
    return replace(bare, id=digest(bare))


def _pieces(engine: VisionEngine, jpegs: Iterator[bytes]) -> Iterator[Floats]:
    import cv2

    waiting = []
    for jpeg in jpegs:
        picture = np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)
        waiting.append(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8))
        if len(waiting) == engine.at_once:
            yield engine.pictures(waiting)
            waiting = []
    if waiting:
        yield engine.pictures(waiting)


def _together(vectors: Floats) -> Floats:
    middle = vectors.mean(0)
    return np.asarray(middle / max(1e-9, float(np.linalg.norm(middle))), np.float32)
