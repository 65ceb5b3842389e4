"""Questions to the index: shots by words, by mood, and shots that are like a picture or another shot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plugin_core.errors import SettingsError
from plugin_core.scenes import copies, labels
from plugin_core.scenes.index import Index, Shown

if TYPE_CHECKING:
    from plugin_core.engines.vision import VisionEngine

Floats = NDArray[np.float32]

CLOSE = 100  # shots whose thumbs are compared, of those with the nearest prints
COPY = 0.7  # likeness from which a shot counts as a copy; benchmarks/search.py measures it
PRINTED, LOOKS = 0.3, 0.1  # what the nearness of prints and of embeddings counts beside the likeness of thumbs
HOLDS = 0.5  # probability from which a shot has a label that is asked for beside something else
VAGUE = ("other", "none")  # labels that nobody asks for
LEAST = 0.05  # of what is not worth showing


@dataclass(frozen=True, slots=True)
class Hit:
    """A shot that was found. *score*: a probability, a cosine or a likeness; *how*: "copy", "mirrored copy", ..."""

    shot: Shown
    score: float
    how: str = ""


def like(
    index: Index, thumbs: NDArray[np.uint8], most: int, *, but: int = -1, scene: Floats | None = None
) -> list[Hit]:
    """
    The shots most like the *thumbs* [m, ROWS, COLUMNS] of one shot, copies first. *but* is the row of that very shot,
    if it is in the index; *scene* its embedding, if it is known.
    """
    live = index.live()
    if 0 <= but < len(live):
        live[but] = False
    close = index.nearest("prints", copies.every_way(thumbs))
    rows = _best(np.where(live, close, -2), CLOSE, -1.5)
    if not len(rows):
        return []
    found = index.bytes_of("thumbs")[rows].reshape(len(rows), -1, copies.ROWS, copies.COLUMNS)
    alike, turned = copies.likeness(thumbs, found)
    scores = alike + PRINTED * close[rows]
    if scene is not None:
        scores = scores + LOOKS * index.nearest("scene", scene[None])[rows]
    order = np.argsort(-scores, kind="stable")[:most]
    shown = index.shots([int(row) for row in rows[order]])
    return [
        Hit(shot, round(float(alike[place]), 4), _how(float(alike[place]), bool(turned[place])))
        for shot, place in zip(shown, order, strict=True)
    ]


def like_row(index: Index, row: int, most: int) -> list[Hit]:
    """The shots most like that of *row*, itself left out."""
    thumbs = np.array(index.bytes_of("thumbs")[row]).reshape(-1, copies.ROWS, copies.COLUMNS)
    vectors, lengths = index.vectors("scene")
    scene = np.asarray(vectors[row, 0] / max(float(lengths[row, 0]), 1e-6), np.float32)
    return like(index, thumbs, most, but=row, scene=scene)


def row_at(index: Index, fingerprint: str, ms: int) -> int | None:
    """The row of the shot that is on at *ms* of the film with this content; None if it is not in the index."""
    film = index.film(fingerprint)
    if film is None or not film.count:
        return None
    shots = index.shots(range(film.first, film.first + film.count))
    return next((shot.row for shot in reversed(shots) if shot.start <= ms), shots[0].row)


def by_sight(index: Index, engine: VisionEngine, words: str, most: int, having: Sequence[str] = ()) -> list[Hit]:
    """The shots that look most like *words*, by a vision pack; *having* these labels ("mood.tense"), too."""
    from plugin_core.scenes.zero_shot import described

    scores = index.nearest("vision", described(engine, words)[None])
    return _hits(index, np.where(_with(index, having), scores, -2), most, -1.5, "picture")


def by_words(index: Index, words: str, most: int, having: Sequence[str] = ()) -> list[Hit]:
    """The shots whose labels *words* name, in whose captions they are, or in which they are said; how much holds."""
    named = labels_in(index, words)
    there, terms = _with(index, having), _terms(words)
    texts, captions = (np.zeros(index.rows, np.float32) for _ in range(2))
    for row, text, caption in index.texts():
        texts[row], captions[row] = _share(terms, text), _share(terms, caption)
    told = np.exp(np.log(np.maximum(chances(index, named), 1e-3)).mean(1)) if named else np.zeros(index.rows)
    scores = np.where(there, np.maximum.reduce([texts, captions, told]), 0).astype(np.float32)
    ways = (("caption", captions), ("text", texts))
    return [
        Hit(hit.shot, hit.score, next((how for how, one in ways if one[hit.shot.row] >= hit.score - 1e-4), "labels"))
        for hit in _hits(index, scores, most, LEAST, "")
    ]


def by_labels(index: Index, named: Sequence[str], most: int) -> list[Hit]:
    """The shots that have all of these labels ("mood.tense") most probably."""
    scores = np.where(index.live(), chances(index, named).prod(1), 0).astype(np.float32)
    return _hits(index, scores, most, LEAST, "labels")


def label_named(index: Index, group: str, wanted: str) -> str:
    """ "mood.tense" of a label's id, English or Chinese name; SettingsError if the index has no such label."""
    known = [one.partition(".")[2] for one in (index.form.labels if index.form else ()) if one.startswith(f"{group}.")]
    for label in known:
        if wanted.strip().lower() in {label, *(labels.name(group, label, one).lower() for one in labels.LANGUAGES)}:
            return f"{group}.{label}"
    raise SettingsError("search.label", f"{wanted!r} is no {group}.", f"It may be {', '.join(known)}.")


def labels_in(index: Index, words: str) -> list[str]:
    """The labels that *words* name, by their ids or their English or Chinese names."""
    lower = words.lower()
    found = []
    for one in index.form.labels if index.form else ():
        group, _, label = one.partition(".")
        names = {label.replace("_", " "), *(labels.name(group, label, code).lower() for code in labels.LANGUAGES)}
        if label not in VAGUE and any(_said(name, lower) for name in names):
            found.append(one)
    groups = {
        one.partition(".")[0] for one in found
    }  # "calm" is a sound's, an activity's and a mood: the mood is meant
    return [one for one in found if one.partition(".")[0] != "emotion" or "mood" not in groups]


def chances(index: Index, named: Sequence[str]) -> Floats:
    """[rows, named]: how probable these labels of the index are."""
    known = list(index.form.labels) if index.form else []
    columns = [known.index(one) for one in named]
    return np.asarray(index.bytes_of("labels")[:, columns] / np.float32(255), np.float32)


def _with(index: Index, having: Sequence[str]) -> NDArray[np.bool_]:
    live = index.live()
    return np.asarray(live & (chances(index, having) >= HOLDS).all(1)) if having else live


def _how(likeness: float, turned: bool) -> str:
    return ("mirrored copy" if turned else "copy") if likeness >= COPY else "alike"


def _hits(index: Index, scores: Floats, most: int, least: float, how: str) -> list[Hit]:
    rows = _best(scores, most, least)
    shown = index.shots([int(row) for row in rows])
    return [Hit(shot, round(float(scores[shot.row]), 4), how) for shot in shown]


def _best(scores: Floats, most: int, least: float) -> NDArray[np.int64]:
    """The rows with the *most* highest scores above *least*, in order."""
    some = np.argpartition(-scores, most - 1)[:most] if len(scores) > most else np.arange(len(scores))
    some = some[scores[some] > least]
    return np.asarray(some[np.lexsort((some, -scores[some]))], np.int64)


def _said(name: str, text: str) -> bool:
    if name.isascii():
        return re.search(rf"\b{re.escape(name)}\b", text) is not None
    return name in text


def _terms(words: str) -> list[str]:
    """What is looked for in texts: words, and pairs of Chinese characters."""
    found = re.findall(r"[a-z0-9']+", words.lower())
    for run in re.findall(r"[\u3400-\u9fff]+", words):
        found += [run[k : k + 2] for k in range(len(run) - 1)] or [run]
    return found


def _share(terms: Sequence[str], text: str) -> float:
    """How many of the *terms* are in *text*, 0 to 1."""
    lower = text.lower()
    return sum(_said(term, lower) for term in terms) / len(terms) if terms else 0.0
