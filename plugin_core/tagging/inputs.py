"""What can be tagged: a text, a subtitle file, a document, the sound of media; and the files of a folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from plugin_core.document import Document
from plugin_core.errors import DocumentError, MediaError
from plugin_core.exchange import MEDIA
from plugin_core.formats import FORMATS
from plugin_core.formats.encodings import decode, read_bytes
from plugin_core.tagging.ontology import language_of

STDIN = "-"
DOCUMENT = ".zimu"
SUBTITLES = frozenset({".srt", ".vtt", ".ass", ".ssa", ".ttml", ".dfxp", ".itt", ".smi", ".sami", ".sbv", ".sub"})
TEXTS = frozenset({".txt", ".md", ".fountain"})
_KNOWN_BY_CONTENT = ("vtt", "ass", "ttml", "srt")


@dataclass(frozen=True, slots=True)
class Source:
    """
    One input. *text* is what is tagged and what spans count in: a file's own text, or a document's cues as a stream.

    *document* is there if it has cues of its own; *media* is the file to listen to.
    """

    name: str
    text: str = ""
    document: Document | None = None
    media: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """The name without folder and ending: what a scene is called."""
        return "stdin" if self.name == STDIN else Path(self.name).stem

    @property
    def language(self) -> str:
        return language_of(self.text)


def files_in(paths: Iterable[str]) -> tuple[str, ...]:
    """*paths* with each folder replaced by the files in and below it that can be tagged, by name."""
    found: list[str] = []
    for path in paths:
        if path != STDIN and Path(path).is_dir():
            inside = sorted(file for file in Path(path).rglob("*") if _can_be_tagged(file))
            if not inside:
                raise DocumentError(
                    "tagging.empty-folder",
                    f"There is nothing to tag in the folder {path}.",
                    "Texts, subtitle files, .zimu documents and media are read.",
                )
            found += map(str, inside)
        else:
            found.append(path)
    return tuple(dict.fromkeys(found))


def open_source(name: str, data: bytes | None = None, *, encoding: str = "", language: str = "") -> Source:
    """
    The input called *name*; *data* is what stdin held.

    The content decides whether a text is a subtitle file. DocumentError or MediaError if it cannot be read.
    """
    if data is not None:
        return _text(name, data, encoding, language)
    path = Path(name)
    suffix = path.suffix.lower()
    if suffix == DOCUMENT:
        from plugin_core import storage
        from plugin_core.tagging.marking import stream_of

        document = storage.load(path)
        return Source(name, stream_of(document, language).text, document)
    if suffix in MEDIA:
        if not path.is_file():
            raise MediaError("media.missing", f"{path} does not exist.", "Check the path.")
        return Source(name, media=path)
    return _text(name, read_bytes(path), encoding, language)


def _text(name: str, data: bytes, encoding: str, language: str) -> Source:
    try:
        text, _, repairs = decode(data, encoding or None)
    except DocumentError as error:
        if data.strip():
            raise
        text, repairs = "", (error.message,)
    entry = next((FORMATS[key] for key in _KNOWN_BY_CONTENT if FORMATS[key].sniff(text)), None)
    suffix = Path(name).suffix.lower()
    if entry is None and suffix not in SUBTITLES:
        return Source(name, text, notes=repairs)
    document, more = _document(Path(name), text, entry.name if entry else None, language)
    return Source(name, text, document, notes=(*repairs, *more))


def _document(path: Path, text: str, kind: str | None, language: str) -> tuple[Document | None, Sequence[str]]:
    """The cues of a subtitle file; None, with a note, if its text is damaged beyond that: it can still be tagged."""
    from plugin_core.formats import read_text

    try:
        return read_text(text, kind or _by_ending(path), language=language or language_of(text)), ()
    except DocumentError as error:
        return None, (f"{path.name} was read as plain text: {error.message}",)


def _by_ending(path: Path) -> str | None:
    suffix = path.suffix.lower()
    return next((name for name, entry in FORMATS.items() if suffix in entry.extensions), None)


def _can_be_tagged(path: Path) -> bool:
    suffix = path.suffix.lower()
    known = suffix == DOCUMENT or suffix in SUBTITLES or suffix in TEXTS or suffix in MEDIA
    return known and path.is_file() and not path.name.startswith(".")
