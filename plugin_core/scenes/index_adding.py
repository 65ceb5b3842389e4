"""
Films into the index: each is seen and heard in one pass, the one that finds its shots and scenes. No film changes.

A film whose content is in the index is not looked at again, whatever it is called now. What is said in it comes from
subtitles or a document of the same name beside it; captions from that document, else from a captioner. Every film is
added by itself: stopped in the middle, a second call goes on with the next.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from plugin_core.captioning.marking import by_shot, texts_of
from plugin_core.document import Document, Mark
from plugin_core.errors import ModelError, ZimuError
from plugin_core.protocol import Note, Progress
from plugin_core.scenes import copies, zero_shot
from plugin_core.scenes.index import Column, Film, Form, Index, Told
from plugin_core.scenes.recognising import said
from plugin_core.shots.values import Shot

if TYPE_CHECKING:
    from plugin_core.captioning.stage import Describing
    from plugin_core.engines.bench import Bench
    from plugin_core.modelstore import Pack
    from plugin_core.scenes.stage import Recognised

STAGE = "search"
BESIDE = (".zimu", ".srt", ".vtt", ".ass", ".ttml")
PRINTS = len(copies.MOMENTS) + 1
THUMBS = len(copies.MOMENTS) * copies.ROWS * copies.COLUMNS


@dataclass(frozen=True, slots=True)
class Packs:
    """The packs that films are added with, and what they run on; *vision* and *captioner* may be missing."""

    scenes: Pack
    vision: Pack | None
    device: str = "auto"
    threads: int = 0
    captioner: Pack | None = None

    @property
    def keys(self) -> dict[str, str]:
        return {"scenes": self.scenes.key, "vision": self.vision.key if self.vision else ""}


def packs(
    bench: Bench, scenes: str = "", vision: str = "", device: str = "auto", threads: int = 0, *, captioner: str = ""
) -> Packs:
    """
    The packs of these ids or folders, "" for the best there are; a *vision* or *captioner* of "none", or where none is
    installed, is done without. The starter captioner knows drawn films: it is taken only if it is named. ModelError as
    ``Bench.pack``.
    """
    describing = _optional(bench, "captioner", captioner)
    if describing and describing.tier == "starter" and not captioner:
        describing = None
    seeing = _optional(bench, "vision", vision)
    return Packs(bench.pack("scenes", scenes, ()), seeing, device, threads, describing)


def _optional(bench: Bench, kind: str, wanted: str) -> Pack | None:
    try:
        return None if wanted == "none" else bench.pack(kind, wanted, ())
    except ModelError:
        if wanted:
            raise
        return None


def add(
    index: Index, sources: Sequence[Path], bench: Bench, chosen: Packs
) -> Iterator[Progress | Note | Film | ZimuError]:
    """Add *sources*, one after the other; a Film for each that is in the index then, its error for each that failed."""
    for source in sources:
        try:
            yield (yield from _one(index, source.absolute(), bench, chosen))
        except ZimuError as error:
            if error.code in {"search.packs", "search.index"}:
                raise
            yield error


def _one(index: Index, source: Path, bench: Bench, chosen: Packs) -> Generator[Progress | Note, None, Film]:
    from plugin_core.audio import fingerprint
    from plugin_core.scenes import stage
    from plugin_core.shots.thumbnails import Thumbnails

    content = fingerprint(source)
    known = index.film(content)
    if known is not None:
        return (yield from _known(index, known, source))
    engine = bench.vision(chosen.vision, chosen.device, "auto", chosen.threads) if chosen.vision else None
    thumbs, keys = copies.Thumbs(), Thumbnails(longest=zero_shot.KEY) if engine else None
    describing = _describing(source, bench, chosen)
    watchers = (thumbs, *((keys,) if keys else ()), *(describing.watchers if describing else ()))
    request = stage.Request(str(chosen.scenes.folder), device=chosen.device, threads=chosen.threads)
    watched = yield from stage.watched_in(source, request, bench, watchers)
    if not thumbs.seen:  # the rest is known from an earlier run
        _look(source, watchers)
    document, notes = _text(source)
    yield from notes
    done = watched.recognised(document.cues)
    seen = zero_shot.seen(engine, keys, done.shots, source) if engine and keys else None
    form = form_of(chosen, done, seen)
    film = Film(content, str(source), done.shots.curve.end, 0, 0)
    told = _told(document, [(shot.start, shot.end) for shot in done.shots.shots])
    if describing and not all(one.caption for one in told):
        described = yield from describing.of(done.shots, film.duration)
        texts = (" ".join(one.text for one in captions.values()) for captions in described.captions)
        told = _filled(told, texts)
    return index.add(form, film, columns_of(done, thumbs, seen), told)


def _known(index: Index, film: Film, source: Path) -> Generator[Note, None, Film]:
    """A film whose content is in the index: where it is now, and what the document beside it says now."""
    if film.path != str(source) and not Path(film.path).exists():
        index.move(film.fingerprint, str(source))
        film = replace(film, path=str(source))
    document, notes = _text(source)
    yield from notes
    if document != Document():
        shots = index.shots(range(film.first, film.first + film.count))
        told = _filled(_told(document, [(one.start, one.end) for one in shots]), (one.caption for one in shots))
        if told != [Told(one.start, one.end, one.text, one.caption) for one in shots]:
            index.tell(film.fingerprint, told)
    yield Note(STAGE, f"{source.name} is in the index.")
    return film


def _describing(source: Path, bench: Bench, chosen: Packs) -> Describing | None:
    from plugin_core.captioning.stage import Describing, Request

    pack = chosen.captioner
    request = Request(str(pack.folder), pack.languages, device=chosen.device, threads=chosen.threads) if pack else None
    return Describing(source, request, bench) if request else None


def _told(document: Document, spans: Sequence[tuple[int, int]]) -> list[Told]:
    """What *document* says of the shots of these *spans* (start and end, ms)."""
    marks = [Mark(str(number), "shot", *span, "") for number, span in enumerate(spans)]
    captions = by_shot(document.marks, marks)
    described = (" ".join(texts_of(captions[one.id]).values()) if one.id in captions else "" for one in marks)
    texts = said([Shot(0, 0, *span) for span in spans], document.cues)
    return [Told(*span, *rest) for span, *rest in zip(spans, texts, described, strict=True)]


def _filled(told: Sequence[Told], captions: Iterable[str]) -> list[Told]:
    """*told*, with one of *captions* where there is none."""
    return [one._replace(caption=one.caption or caption) for one, caption in zip(told, captions, strict=True)]


def form_of(chosen: Packs, done: Recognised, seen: NDArray[np.float32] | None) -> Form:
    """What an index holds that such films are in."""
    labels = tuple(f"{group.id}.{label}" for group in done.groups.values() for label in group.labels)
    columns = [
        Column("scene", len(done.labels[0].embedding) if done.labels else 1, 1),
        Column("prints", copies.WIDTH, PRINTS),
        Column("thumbs", THUMBS),
        Column("labels", len(labels)),
        *([Column("vision", seen.shape[1], 1)] if seen is not None else []),
    ]
    return Form(chosen.keys, labels, tuple(columns))


def columns_of(done: Recognised, thumbs: copies.Thumbs, seen: NDArray[np.float32] | None) -> Mapping[str, NDArray[Any]]:
    """The rows of a film, by column."""
    pictures = copies.of_shots(thumbs, done.shots.shots)
    count = len(pictures)
    chances = np.array([[p for group in one.probabilities.values() for p in group.values()] for one in done.labels])
    found: dict[str, NDArray[Any]] = {
        "scene": np.stack([one.embedding for one in done.labels]),
        "prints": copies.shot_prints(pictures),
        "thumbs": pictures.reshape(count, -1),
        "labels": np.rint(chances * 255).astype(np.uint8),
    }
    return found if seen is None else {**found, "vision": seen}


def _look(source: Path, watchers: Sequence[Any]) -> None:
    from plugin_core import frames

    for frame in frames.look(source):
        for watcher in watchers:
            watcher.see(frame)


def _text(source: Path) -> tuple[Document, list[Note]]:
    """The subtitles or the document beside *source*, if there is any that can be read."""
    from plugin_core.pipeline import open_document

    for path in sorted(one for one in source.parent.glob(f"{_escaped(source.stem)}*") if one.suffix.lower() in BESIDE):
        if path.stem == source.stem or path.stem.startswith(f"{source.stem}."):
            try:
                return open_document(path)[0], []
            except ZimuError as error:
                return Document(), [Note(STAGE, f"{path.name} was left aside: {error.message}", "warning")]
    return Document(), []


def _escaped(name: str) -> str:
    from glob import escape

    return escape(name)
