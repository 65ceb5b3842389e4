"""
Shots and scenes as marks of a document, and what their labels are.

A mark of kind ``scene`` or ``shot`` has an attribute for each group of labels (``place``: ``indoor``; of a group of
many ``mood``: ``tense, sad``) and one, ``sure``, with how probable each is (``place=0.97 time=0.62``). A label that a
person sets loses its probability: it is known. What the machine made is told from what a person changed by the mark's
id, as with every mark (``tagging.marking``); where somebody corrected a shot or a scene, a second run adds no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from plugin_core.document import Document, Mark
from plugin_core.errors import DocumentError
from plugin_core.scenes.grouping import Scene
from plugin_core.scenes.labels import Group, groups, name
from plugin_core.scenes.recognising import ShotLabels
from plugin_core.scenes.stage import Recognised
from plugin_core.shots import listing
from plugin_core.tagging.marking import SOURCE, digest, is_ours, put

SCENES = "scenes"  # what a mark of a scene was found in: its shots
NUMBER, SHOTS, SCENE = "number", "shots", "scene"
SURE = "sure"
OWN = "labels"  # the group of labels in a person's own words (``zero_shot``)
TITLE = 0.5  # probability from which a label is in the name of a scene
MINE = 0.5  # share of a mark that a corrected one must cover to stand in its place


def with_scenes(document: Document, done: Recognised, language: str = "") -> Document:
    """
    *document* with marks of the shots and scenes of *done*, named in *language* ("" for the document's), in place of
    those of an earlier run. What a person changed stays as it is.
    """
    language = language or (document.languages[0] if document.languages else "en")
    made = [*shot_marks(done), *scene_marks(done, language)]
    theirs = [mark for mark in document.marks if mark.kind in {"shot", "scene"} and not is_ours(mark)]
    left = (_beside(mark, [other for other in theirs if other.kind == mark.kind]) for mark in made)
    return put(document, [mark for mark in left if mark is not None], sources=(listing.PICTURE, SCENES))


def remarked(document: Document, marks: Iterable[Mark]) -> Document:
    """*document*, edited meanwhile, with the shots and scenes among *marks* in place of those of an earlier run."""
    found = [mark for mark in marks if mark.kind in {"shot", "scene"} and is_ours(mark)]
    theirs = {mark.id for mark in document.marks if not is_ours(mark)}
    return put(document, [mark for mark in found if mark.id not in theirs], sources=(listing.PICTURE, SCENES))


def shot_marks(done: Recognised) -> list[Mark]:
    """A mark for each shot: that of ``shots.listing`` with its labels and the number of its scene."""
    numbers = [number for number, one in enumerate(done.scenes, 1) for _ in range(one.first, one.last + 1)]
    return [
        _made(mark, (*mark.attributes, (SCENE, str(number)), *_told(labels, done.groups)))
        for mark, labels, number in zip(listing.marks(done.shots), done.labels, numbers, strict=True)
    ]


def scene_marks(done: Recognised, language: str) -> list[Mark]:
    """A mark for each scene, as sure as its beginning is."""
    made = []
    for number, one in enumerate(done.scenes, 1):
        attributes = (
            (SOURCE, SCENES),
            (NUMBER, str(number)),
            (SHOTS, str(one.last - one.first + 1)),
            *_told(one.labels, done.groups),
        )
        sure = round(one.labels.begins, 4)
        bare = Mark("", "scene", one.start, max(one.start, one.end), title(one, done.groups, language), (), sure)
        made.append(_made(bare, attributes))
    return made


def title(scene: Scene, known: Mapping[str, Group], language: str) -> str:
    """What a scene is called: its type and time of day, as far as they are likely ("Dialogue, indoors · Night")."""
    parts = []
    for group in ("scene_type",) if "scene_type" in known else ("activity", "place"):
        parts += [(group, *scene.labels.best(group))] if group in known else []
    if "time" in known and ("scene_type", "titles") not in [part[:2] for part in parts]:
        parts.append(("time", *scene.labels.best("time")))
    return " · ".join(name(group, label, _code(language)) for group, label, sure in parts if sure >= TITLE)


def labels_of(mark: Mark) -> dict[str, tuple[str, ...]]:
    """The labels of a mark by group: those of the program's groups, in own words, and of others that are probable."""
    sure = sure_of(mark)
    found = {}
    for group, value in mark.attributes:
        if group in groups() or group == OWN or group in sure:
            found[group] = tuple(label for label in (part.strip() for part in value.split(",")) if label)
    return found


def sure_of(mark: Mark) -> dict[str, float]:
    """How probable the label of each group is; what a person set has none."""
    found = {}
    for part in dict(mark.attributes).get(SURE, "").split():
        group, _, value = part.partition("=")
        try:
            found[group] = min(1.0, max(0.0, float(value)))
        except ValueError:
            continue
    return found


def corrected(mark: Mark, group: str, labels: Sequence[str]) -> Mark:
    """*mark* with these *labels* of *group*, set by a person; none takes the group away. DocumentError if unknown."""
    known = groups().get(group)
    if known is not None and (unknown := [label for label in labels if label not in known.labels]):
        raise DocumentError(
            "scenes.label", f"{unknown[0]!r} is no label of {group}.", f"It may be {', '.join(known.labels)}."
        )
    if len(labels) > 1 and known is not None and not known.many:
        raise DocumentError("scenes.labels", f"There is one label of {group}.", "Choose one.")
    sure = {name: value for name, value in sure_of(mark).items() if name != group}
    kept = [(key, value) for key, value in mark.attributes if key not in {group, SURE}]
    said = [(group, ", ".join(labels))] if labels else []
    return replace(mark, attributes=(*kept, *said, *_sure(sure)))


def _told(labels: ShotLabels, known: Mapping[str, Group]) -> tuple[tuple[str, str], ...]:
    """The attributes of what is likely; a group of many of which nothing is likely is left out."""
    found, sure = [], {}
    for group in known.values():
        said = labels.likely(group.id) if group.many else (labels.best(group.id)[0],)
        if said:
            found.append((group.id, ", ".join(said)))
            sure[group.id] = labels.probabilities[group.id][said[0]]
    return (*found, *_sure(sure))


def _sure(values: Mapping[str, float]) -> tuple[tuple[str, str], ...]:
    return ((SURE, " ".join(f"{group}={value:.2f}" for group, value in values.items())),) if values else ()


def _made(mark: Mark, attributes: Iterable[tuple[str, str]]) -> Mark:
    bare = replace(mark, id="", attributes=tuple(attributes))
    return replace(bare, id=digest(bare))


def _beside(mark: Mark, theirs: Sequence[Mark]) -> Mark | None:
    """The longest part of *mark* beside those a person made or changed; None if they cover most of it."""
    free = [(mark.start, mark.end)]
    for one in theirs:
        pieces = [piece for a, b in free for piece in ((a, min(b, one.start)), (max(a, one.end), b))]
        free = [(a, b) for a, b in pieces if a < b]
    if sum(b - a for a, b in free) < (1 - MINE) * (mark.end - mark.start) or not free:
        return None
    start, end = max(free, key=lambda piece: (piece[1] - piece[0], -piece[0]))
    return (
        mark if (start, end) == (mark.start, mark.end) else _made(replace(mark, start=start, end=end), mark.attributes)
    )


def _code(language: str) -> str:
    return "zh" if language.lower().startswith("zh") else "en"
