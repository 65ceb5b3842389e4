"""
Exchange with editing programs: one registry of the files that carry a programme, what reads and what writes each.

To add a format: 1. write its module in ``formats`` with ``read(text) -> Programme`` and ``write(programme) -> str`` or
what of the two the format allows; 2. add it to ``EXCHANGES``; 3. say in ``losses.TRAVEL`` what it carries.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from plugin_core.clock import FrameRate
from plugin_core.document import Document
from plugin_core.errors import DocumentError, SettingsError
from plugin_core.timeline import Programme, programme_of

DOCUMENT, STL = ".zimu", ".stl"
LARGEST_OTIO = 512_000_000  # bytes of the timeline inside an .otioz
MEDIA = {
    ".mp4", ".mov", ".mkv", ".mxf", ".avi", ".webm", ".m4v", ".mts", ".m2ts", ".wav", ".mp3", ".m4a", ".flac", ".aac",
    ".ogg", ".aif", ".aiff",
}  # fmt: skip
_HERE = "plugin_core.formats."


@dataclass(frozen=True, slots=True)
class Exchange:
    """
    One kind of file. *module* has ``sniff``, ``read`` and ``write``; *options* are what ``write`` gets; *reads* and
    *writes* say which of them exist. *ending* is added to a file's stem. *rated*: its reader must be told rate and
    start. *each*: a file holds one language.
    """

    name: str
    title: str
    ending: str
    module: str
    options: Mapping[str, Any] = field(default_factory=dict)
    reads: bool = True
    writes: bool = True
    rated: bool = False
    each: bool = False

    def write(self, programme: Programme, language: str = "") -> bytes:
        """The content of the file; *language* is for formats that hold one ("" is the first)."""
        one = {"language": language} if self.each else {}
        content = import_module(self.module).write(programme, **self.options, **one)
        return content if isinstance(content, bytes) else content.encode("utf-8")

    def files(self, programme: Programme, stem: str, languages: Sequence[str] = ()) -> dict[str, bytes]:
        """Every file by name: of a format that holds one language, one for each of *languages* (all that have text)."""
        if not self.each:
            return {stem + self.ending: self.write(programme)}
        chosen = languages or spoken_in(programme.document)
        return {f"{stem}.{language}{self.ending}": self.write(programme, language) for language in chosen}

    def notes(self, programme: Programme, language: str = "") -> tuple[str, ...]:
        """What the format changes, as sentences."""
        tell = getattr(import_module(self.module), "notes", None)
        one = {"language": language} if self.each else {}
        return tuple(tell(programme, **self.options, **one)) if tell else ()


def spoken_in(document: Document) -> tuple[str, ...]:
    """The languages that have any text."""
    texts = ((language, document.column(language)) for language in document.languages)
    return tuple(language for language, column in texts if any(cue.texts[column] for cue in document.cues))


_OTIO, _CHAPTERS = _HERE + "otio", _HERE + "chapters"
EXCHANGES: Mapping[str, Exchange] = {
    entry.name: entry
    for entry in (
        Exchange("otio", "OpenTimelineIO", ".otio", _OTIO),
        Exchange("otio-resolve", "OpenTimelineIO for Resolve", ".resolve.otio", _OTIO, {"profile": "resolve"}),
        Exchange(
            "otio-resolve-18.5", "OTIO for Resolve 18.5", ".resolve-18.5.otio", _OTIO, {"profile": "resolve-18.5"}
        ),
        Exchange("otio-premiere", "OpenTimelineIO for Premiere", ".premiere.otio", _OTIO, {"profile": "premiere"}),
        Exchange("fcpxml", "Final Cut Pro XML", ".fcpxml", _HERE + "fcpxml"),
        Exchange("xmeml", "Final Cut Pro 7 XML for Premiere", ".xml", _HERE + "xmeml", {"dialect": "premiere"}),
        Exchange("xmeml-resolve", "the same for Resolve", ".resolve.xml", _HERE + "xmeml", {"dialect": "resolve"}),
        Exchange("marker-edl", "Resolve marker EDL", ".markers.edl", _HERE + "marker_edl", rated=True),
        Exchange("loc-edl", "EDL with LOC comments", ".loc.edl", _HERE + "marker_edl", {"form": "loc"}, rated=True),
        Exchange("edl", "CMX 3600 EDL", ".edl", _HERE + "cmx_edl", rated=True),
        Exchange(
            "premiere-transcript", "Premiere transcript", ".transcript.json", _HERE + "premiere_transcript", each=True
        ),
        Exchange("premiere-markers", "Premiere marker table", ".markers.csv", _HERE + "marker_csv", rated=True),
        Exchange("subcap", "Avid SubCap", ".subcap.txt", _HERE + "subcap", rated=True),
        Exchange("avid-markers", "Avid marker list", ".avid-markers.txt", _HERE + "avid_markers", rated=True),
        Exchange("scc", "SCC (CEA-608)", ".scc", _HERE + "scc", rated=True, each=True),
        Exchange("stl", "EBU-STL", STL, _HERE + "stl", each=True, reads=False),  # bytes; see _OPENERS
        Exchange("youtube", "YouTube chapters", ".chapters.txt", _CHAPTERS, {"form": "youtube"}),
        Exchange("ffmetadata", "FFmpeg chapters", ".ffmetadata", _CHAPTERS, {"form": "ffmetadata"}),
        Exchange("matroska-chapters", "Matroska chapters", ".chapters.xml", _CHAPTERS, {"form": "matroska"}),
    )
}


def named(name: str) -> Exchange:
    """The exchange format of that name; SettingsError if there is none."""
    if name not in EXCHANGES:
        raise SettingsError(
            "settings.exchange", f"There is no exchange format {name!r}.", f"Use: {', '.join(EXCHANGES)}."
        )
    return EXCHANGES[name]


def write_programme(programme: Programme, path: Path, name: str = "") -> None:
    """Write *path* atomically in the exchange format *name*, or the one its ending names."""
    from plugin_core.storage import save, write_atomic

    if not name and path.suffix.lower() == DOCUMENT:
        save(programme.document, path)
        return
    write_atomic(path, (named(name) if name else _by_ending(path)).write(programme))


def _by_ending(path: Path) -> Exchange:
    lower = path.name.lower()
    fitting = [entry for entry in EXCHANGES.values() if entry.writes and lower.endswith(entry.ending)]
    if not fitting:
        endings = ", ".join(entry.ending for entry in EXCHANGES.values() if entry.writes)
        raise SettingsError(
            "settings.exchange", f"{path.name} does not end like an exchange file.", f"Use: {endings}; or --format."
        )
    return max(fitting, key=lambda entry: len(entry.ending))


def open_programme(
    path: Path, *, rate: FrameRate | None = None, start: str | None = None, language: str = ""
) -> Programme:
    """
    The programme in any file: a ``.zimu`` document, a timeline (``.otio``, ``.otioz``, ``.otiod``, ``.xml``,
    ``.fcpxml``, ``.fcpxmld``, ``.edl``, marker lists), subtitles, or a media file by itself.

    *rate* and *start*, the timecode of the first frame, are for files that do not say them (EDLs, marker lists);
    without them the reader says in a note what it took.
    DocumentError or MediaError for anything else.
    """
    path = _inside(path) if path.is_dir() else path
    suffix = path.suffix.lower()
    if suffix in _OPENERS:
        return _OPENERS[suffix](path)
    if suffix in MEDIA:
        return _from_media(path)
    from plugin_core.formats.encodings import text_of

    text = text_of(path)
    entry = next((entry for entry in EXCHANGES.values() if entry.reads and _sniffed(entry, text)), None)
    return _read(entry, text, path, rate, start) if entry else _from_subtitles(path, language)


def _from_document(path: Path) -> Programme:
    from plugin_core.storage import load

    return programme_of(load(path))


def _from_otio(path: Path) -> Programme:
    from plugin_core.otio_read import load_otio

    return load_otio(path)


def _from_otioz(path: Path) -> Programme:
    from plugin_core.otio_read import read_otio

    return read_otio(_zipped(path))


def _from_media(path: Path) -> Programme:
    from plugin_core.media import probe

    return programme_of(Document(media=probe(path)))


def _from_stl(path: Path) -> Programme:
    from plugin_core.formats import stl
    from plugin_core.formats.encodings import read_bytes

    return stl.read(read_bytes(path))


_OPENERS: Mapping[str, Callable[[Path], Programme]] = {
    DOCUMENT: _from_document,
    ".otio": _from_otio,
    ".otioz": _from_otioz,
    STL: _from_stl,
}


def read_text_as(entry: Exchange, text: str, rate: FrameRate | None = None, start: str | None = None) -> Programme:
    """The programme in *text*, by the reader of *entry*; *rate* and *start* for one that must be told them."""
    reader = import_module(entry.module).read
    programme: Programme = reader(text, rate=rate, start=start) if entry.rated else reader(text)
    return programme


def _read(entry: Exchange, text: str, path: Path, rate: FrameRate | None, start: str | None) -> Programme:
    try:
        programme = read_text_as(entry, text, rate, start)
    except DocumentError as error:
        raise DocumentError(error.code, f"{path.name}: {error.message}", error.hint) from error
    return programme if programme.info.name else replace(programme, info=replace(programme.info, name=path.stem))


def _sniffed(entry: Exchange, text: str) -> bool:
    return bool(import_module(entry.module).sniff(text))


def _from_subtitles(path: Path, language: str) -> Programme:
    from plugin_core.formats import open_file

    found = open_file(path, language=language)
    programme = programme_of(found.document)
    info = programme.info if found.document.media.path else replace(programme.info, name=path.stem)
    return replace(programme, info=info, notes=found.repairs)


def _inside(folder: Path) -> Path:
    """The timeline in a bundle: ``.fcpxmld`` holds Info.fcpxml, ``.otiod`` content.otio."""
    for name in ("Info.fcpxml", "content.otio"):
        if (folder / name).is_file():
            return folder / name
    raise DocumentError("timeline.folder", f"{folder} is a folder without a timeline.", "Choose the file itself.")


def _zipped(path: Path) -> str:
    """The timeline inside an ``.otioz``; nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo("content.otio").file_size > LARGEST_OTIO:
                raise DocumentError("timeline.too-large", f"The timeline in {path.name} is too large.")
            return archive.read("content.otio").decode("utf-8")
    except FileNotFoundError as error:
        raise DocumentError("document.missing", f"There is no file {path}.", "Check the name and folder.") from error
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise DocumentError(
            "timeline.not-otio", f"{path.name} is not a whole .otioz file: {error}.", "Export it again."
        ) from error
