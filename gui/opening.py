"""
Opening whatever is dropped: media, subtitles, a Zimu document or a timeline; and finding media that has moved.

Nothing here touches Qt or changes a file. Anything that cannot be opened is a ZimuError with what to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from plugin_core.document import Document, Media
from plugin_core.errors import MediaError, ZimuError
from plugin_core.exchange import MEDIA
from plugin_core.pipeline import DOCUMENT_SUFFIX, SUBTITLE_SUFFIXES, open_document

TIMELINES = (".otio", ".otioz", ".otiod", ".fcpxml", ".fcpxmld", ".xml", ".edl", ".stl")
SLACK = 1000  # ms by which the length of relinked media may differ without a word


@dataclass(frozen=True, slots=True)
class Opened:
    """
    What was in a file. *kind* is document, media, subtitles or timeline; *path* is the ``.zimu`` file to save in, if
    it is one; *notes* are sentences on how it was read.
    """

    document: Document
    kind: str
    path: Path | None = None
    notes: tuple[str, ...] = ()


def open_any(path: Path) -> Opened:
    """What is in *path*, by its content where its name does not tell. MediaError or DocumentError if nothing is."""
    suffix = path.suffix.lower()
    if suffix == DOCUMENT_SUFFIX:
        document, notes = open_document(path)
        return Opened(with_media_found(document, path), "document", path, notes)
    if suffix in MEDIA:
        return Opened(Document(media=_probed(path)), "media")
    if suffix in SUBTITLE_SUFFIXES and suffix not in TIMELINES:
        document, notes = open_document(path)
        return Opened(_beside(document, path), "subtitles", None, notes)
    return _by_content(path)


def _by_content(path: Path) -> Opened:
    """A timeline, subtitles of another name, or media whose name says nothing."""
    from plugin_core.exchange import open_programme

    if not path.exists():
        raise MediaError("media.missing", f"{path} does not exist.", "Check the path.")
    try:
        programme = open_programme(path)
    except ZimuError as unread:
        try:
            return Opened(Document(media=_probed(path)), "media")
        except ZimuError:
            raise unread from None
    kind = "timeline" if path.suffix.lower() in TIMELINES else "subtitles"
    return Opened(_beside(with_media_found(programme.document, path), path), kind, None, programme.notes)


def made_before(media: Path) -> Path | None:
    """The Zimu document beside *media*, if one was made of it before."""
    document = media.with_suffix(DOCUMENT_SUFFIX)
    return document if document.is_file() else None


def missing(document: Document) -> bool:
    """Whether the document names media that is not where it says."""
    return bool(document.media.path) and not Path(document.media.path).is_file()


def with_media_found(document: Document, path: Path) -> Document:
    """*document* with its media where it is now, if it is missing and lies beside *path* under its name."""
    if not missing(document):
        return document
    name = document.media.path.replace("\\", "/").rsplit("/", 1)[-1]
    there = path.parent / name
    return replace(document, media=replace(document.media, path=str(there))) if there.is_file() else document


def relinked(document: Document, media: Path) -> tuple[Document, tuple[str, ...]]:
    """
    *document* over the file *media*, and what does not fit, as sentences. The cues stay as they are.

    MediaError if *media* cannot be read.
    """
    found, known = _probed(media), document.media
    notes = []
    if known.duration and abs(found.duration - known.duration) > SLACK:
        long, before = found.duration / 1000, known.duration / 1000
        notes.append(f"It is {long:.1f} s long; the media known so far was {before:.1f} s.")
    if known.frame_rate and found.frame_rate and known.frame_rate.fps != found.frame_rate.fps:
        notes.append("It has another frame rate than the media known so far.")
    return replace(document, media=found), tuple(notes)


def filters() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The kinds of files that can be opened, and their suffixes; the first kind is all of them."""
    subtitles = tuple(sorted(SUBTITLE_SUFFIXES))
    everything = (DOCUMENT_SUFFIX, *sorted(MEDIA), *subtitles, *TIMELINES)
    return (
        ("all", tuple(dict.fromkeys(everything))),
        ("document", (DOCUMENT_SUFFIX,)),
        ("media", tuple(sorted(MEDIA))),
        ("subtitles", subtitles),
        ("timeline", TIMELINES),
    )


def _probed(path: Path) -> Media:
    from plugin_core.media import probe

    return probe(path)


def _beside(document: Document, path: Path) -> Document:
    """Subtitles that name no media belong to the film of the same name beside them, if there is one."""
    if document.media.path:
        return document
    for candidate in _same_name(path):
        try:
            return replace(document, media=_probed(candidate))
        except ZimuError:
            continue
    return document


def _same_name(path: Path) -> Iterator[Path]:
    """Media in the folder of *path* called as it is, without its language: film.mp4 for film.zh-en.srt."""
    stems = {path.stem, path.stem.rsplit(".", 1)[0]}
    try:
        files = sorted(path.parent.iterdir())
    except OSError:
        return
    yield from (file for file in files if file.suffix.lower() in MEDIA and file.stem in stems)
