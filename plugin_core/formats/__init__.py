"""
Subtitle files <-> documents: one module per format, one registry.

To add a format:

1. Write a module beside this one with ``sniff(text) -> bool`` (is this text certainly mine?), and what it can of
   ``read(text) -> Parsed`` and ``write(document, layout) -> str``. Never raise anything but DocumentError; put what
   you mended into ``Parsed.repairs``, as sentences.
2. Clean every text you write with ``layout.clean`` (``layout.stacked`` does), and escape what your format's players
   take for markup, so that reading gives the text back.
3. Add a ``Format`` to ``FORMATS`` below; formats that must be recognised before others stand first.
4. Add its name to ``ROUND_TRIP`` in tests/formats/test_laws.py, and a golden file if a host reads it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from plugin_core.document import Document
from plugin_core.errors import DocumentError, SettingsError
from plugin_core.formats import ass, csv, jsonl, legacy, own, srt, ttml, txt, vtt
from plugin_core.formats.base import Format, build
from plugin_core.formats.bilingual import split_bilingual
from plugin_core.formats.encodings import decode, read_bytes
from plugin_core.formats.layout import Layout

__all__ = [
    "FORMATS", "Format", "Layout", "Read", "layouts_for", "open_file", "read", "read_text", "split_bilingual",
    "to_text", "write", "write_all",
]  # fmt: skip

FORMATS: dict[str, Format] = {
    entry.name: entry
    for entry in (
        Format("vtt", "WebVTT", (".vtt",), vtt.sniff, vtt.read, vtt.write),
        Format("ass", "Advanced SubStation Alpha", (".ass", ".ssa"), ass.sniff, ass.read, ass.write, bom=True),
        Format("ttml", "TTML / IMSC", (".ttml", ".dfxp", ".itt", ".xml"), ttml.sniff, ttml.read, ttml.write),
        Format("sami", "SAMI", (".smi", ".sami"), legacy.sniff_sami, legacy.reader("sami")),
        Format("json", "Zimu document", (".json", ".zimu"), own.sniff, None, own.write, table=True),
        Format("whisper", "Whisper JSON", (".json",), legacy.sniff_whisper, legacy.read_whisper),
        Format("jsonl", "JSON Lines", (".jsonl",), jsonl.sniff, jsonl.read, jsonl.write, table=True),
        Format("csv", "CSV table", (".csv", ".tsv"), csv.sniff, csv.read, csv.write, table=True, bom=True),
        Format("microdvd", "MicroDVD", (".sub",), legacy.sniff_microdvd, legacy.read_microdvd),
        Format("mpl2", "MPL2", (".mpl", ".mpl2"), legacy.sniff_mpl2, legacy.reader("mpl2")),
        Format("sbv", "YouTube SBV", (".sbv",), legacy.sniff_sbv, legacy.read_sbv),
        Format("tmp", "TMPlayer", (".tmp",), legacy.sniff_tmp, legacy.reader("tmp")),
        Format("srt", "SubRip", (".srt",), srt.sniff, srt.read, srt.write),
        Format("txt", "plain text", (".txt",), lambda _: False, None, txt.write),
    )
}

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-(?:[A-Z][a-z]{3}|[A-Z]{2}))?")
_TWO = re.compile(r"([a-z]{2,3})-([a-z]{2,3})")


@dataclass(frozen=True, slots=True)
class Read:
    """A file as it was read: the registry name of its *format*, its *encoding*, and what was mended, as sentences."""

    document: Document
    format: str
    encoding: str
    repairs: tuple[str, ...] = ()


def read(
    path: Path | str,
    *,
    format: str | None = None,  # noqa: A002 - the word users know
    encoding: str | None = None,
    language: str = "",
    languages: tuple[str, str] | None = None,
) -> Document:
    """The document of a subtitle file; see ``open_file``."""
    found = open_file(path, format=format, encoding=encoding, language=language, languages=languages)
    return found.document


def open_file(
    path: Path | str,
    *,
    format: str | None = None,  # noqa: A002
    encoding: str | None = None,
    language: str = "",
    languages: tuple[str, str] | None = None,
) -> Read:
    """
    Read a subtitle file of any known format and encoding, and say what was found and mended.

    The content decides the format, then the ending. The language is the file's own, else *language*, else the one in
    the name (``film.zh.srt``), else "und". *languages*, or a name like ``film.zh-en.srt``, parts stacked lines into
    two columns where they part cleanly. Zimu's own documents (``.zimu``, ``.json``) are opened as they are.
    DocumentError for anything else.
    """
    path = Path(path)
    data = read_bytes(path)
    if path.suffix.lower() == ".zimu" and format is None:
        return Read(own.read(data.decode("utf-8-sig", errors="replace")), "json", "utf-8")
    hint = "" if language else _language_in(path)
    two = languages or (_languages_in(path) if not language else None)
    try:
        text, name, repairs = decode(data, encoding)
        entry = _format_of(text, path, format)
        document, more = _document(entry, text, language or hint)
    except DocumentError as error:
        raise DocumentError(error.code, f"{path.name}: {error.message}", error.hint) from error
    misnamed = format is None and path.suffix.lower() not in ("", ".txt", *entry.extensions)
    repairs += (f"The file is named {path.suffix} but holds {entry.title}.",) if misnamed else ()
    if two and entry.name != "json":
        document, told = _parted(document, two, asked=languages is not None)
        repairs += told
    return Read(document, entry.name, name, repairs + more)


def read_text(text: str, format: str | None = None, *, language: str = "") -> Document:  # noqa: A002
    """The document of subtitle *text*; without *format* the content decides."""
    text = text.removeprefix("\ufeff")
    entry = _format_of(text, Path(), format)
    return _document(entry, text, language)[0]


def to_text(document: Document, format: str, layout: Layout = Layout()) -> str:  # noqa: A002, B008 - frozen
    """What a file of *format* would hold, without a BOM."""
    entry = _named(format)
    if entry.write is None:
        writable = ", ".join(name for name, other in FORMATS.items() if other.write)
        raise SettingsError("settings.format", f"{entry.title} is read but not written.", f"Use: {writable}.")
    return entry.write(document, layout)


def write(
    document: Document,
    path: Path | str,
    *,
    format: str | None = None,  # noqa: A002
    layout: Layout = Layout(),  # noqa: B008
) -> None:
    """Write *document* to *path*, atomically, as *format* or as its ending says; UTF-8, with BOM for ASS and CSV."""
    from plugin_core.storage import save, write_atomic

    path = Path(path)
    entry = _named(format) if format else _by_ending(path)
    if path.suffix.lower() == ".zimu" and entry.name == "json":
        save(document, path)
        return
    text = to_text(document, entry.name, layout)
    write_atomic(path, text.encode("utf-8-sig" if entry.bom else "utf-8"))


def layouts_for(document: Document) -> tuple[Layout, ...]:
    """One layout per language, then the bilingual one (source over target) if there are several languages."""
    single = tuple(Layout("single", (language,)) for language in document.languages)
    return (*single, Layout()) if len(single) > 1 else single


def write_all(
    document: Document,
    folder: Path | str,
    stem: str,
    formats: Sequence[str] = ("srt", "ass"),
    layouts: Sequence[Layout] | None = None,
) -> tuple[Path, ...]:
    """
    Write every format in every layout; return the paths in that order.

    ``stem.zh.srt`` holds one language, ``stem.zh-en.srt`` both, the upper one named first: what media players and
    Premiere take for the language. A table format holds all languages whatever the layout: one ``stem.csv``.
    """
    folder = Path(folder)
    paths: list[Path] = []
    for name in formats:
        entry = _named(name)
        for layout in layouts_for(document) if layouts is None else layouts:
            shown = "-".join(layout.shown(document))
            path = folder / (f"{stem}{entry.extensions[0]}" if entry.table else f"{stem}.{shown}{entry.extensions[0]}")
            if path not in paths:
                write(document, path, format=name, layout=Layout() if entry.table else layout)
                paths.append(path)
    return tuple(paths)


def _named(name: str) -> Format:
    if name not in FORMATS:
        raise SettingsError("settings.format", f"There is no subtitle format {name!r}.", f"Use: {', '.join(FORMATS)}.")
    return FORMATS[name]


def _by_ending(path: Path) -> Format:
    ending = path.suffix.lower()
    for entry in FORMATS.values():
        if ending in entry.extensions:
            return entry
    known = ", ".join(entry.extensions[0] for entry in FORMATS.values() if entry.write)
    raise SettingsError("settings.format", f"{path.name} does not end in a known subtitle format.", f"Use: {known}.")


def _format_of(text: str, path: Path, name: str | None) -> Format:
    if name:
        return _named(name)
    for entry in FORMATS.values():
        if entry.sniff(text):
            return entry
    for entry in FORMATS.values():
        if path.suffix.lower() in entry.extensions:
            return entry
    if not text.strip():
        raise DocumentError("document.no-cues", "The file holds no cues.", "It is empty.")
    raise DocumentError(
        "document.unknown-format",
        "The content is of no subtitle format that can be read.",
        f"Formats: {', '.join(entry.title for entry in FORMATS.values() if entry.name != 'txt')}.",
    )


def _document(entry: Format, text: str, language: str) -> tuple[Document, tuple[str, ...]]:
    if entry.name == "json":
        return own.read(text), ()
    if entry.read:
        return build(entry.read(text), language)
    raise DocumentError(
        "document.no-times",
        f"A file of {entry.title} holds no times to make cues of.",
        "Give it as SRT, WebVTT or CSV.",
    )


def _language_in(path: Path) -> str:
    """``zh`` of ``film.zh.srt``."""
    parts = path.name.split(".")
    return parts[-2] if len(parts) > 2 and _LANGUAGE.fullmatch(parts[-2]) and not _TWO.fullmatch(parts[-2]) else ""


def _languages_in(path: Path) -> tuple[str, str] | None:
    """``("zh", "en")`` of ``film.zh-en.srt``."""
    parts = path.name.split(".")
    match = _TWO.fullmatch(parts[-2]) if len(parts) > 2 else None
    return (match[1], match[2]) if match else None


def _parted(document: Document, two: tuple[str, str], *, asked: bool) -> tuple[Document, tuple[str, ...]]:
    split = split_bilingual(document, two)
    if split is not document or len(document.languages) > 1:
        return split, ()
    return split, (f"The lines could not be parted into {two[0]} and {two[1]}; one column was kept.",) if asked else ()
