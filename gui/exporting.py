"""What a document can be exported as, what the file will hold, and what it will not: no widgets here."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP

from plugin_core.document import Document
from plugin_core.errors import DocumentError, MediaError
from plugin_core.formats import FORMATS, Layout, layouts_for, read_text, to_text
from plugin_core.host import TimelineInfo
from plugin_core.losses import FEATURES, TARGETS, Loss
from plugin_core.protocol import Note, Progress

if TYPE_CHECKING:
    from plugin_core.timeline import Programme

GROUPS: tuple[tuple[str, object], ...] = (
    ("subtitles", QT_TRANSLATE_NOOP("Exporting", "Subtitle files")),
    ("timeline", QT_TRANSLATE_NOOP("Exporting", "Timelines and markers")),
    ("bundle", QT_TRANSLATE_NOOP("Exporting", "Everything for an editing program")),
    ("video", QT_TRANSLATE_NOOP("Exporting", "Video")),
)
TITLES = (  # of the core's registries, those that are words and not names
    QT_TRANSLATE_NOOP("Exporting", "Zimu document"),
    QT_TRANSLATE_NOOP("Exporting", "CSV table"),
    QT_TRANSLATE_NOOP("Exporting", "plain text"),
    QT_TRANSLATE_NOOP("Exporting", "OpenTimelineIO for Resolve"),
    QT_TRANSLATE_NOOP("Exporting", "OTIO for Resolve 18.5"),
    QT_TRANSLATE_NOOP("Exporting", "OpenTimelineIO for Premiere"),
    QT_TRANSLATE_NOOP("Exporting", "Final Cut Pro 7 XML for Premiere"),
    QT_TRANSLATE_NOOP("Exporting", "the same for Resolve"),
    QT_TRANSLATE_NOOP("Exporting", "Resolve marker EDL"),
    QT_TRANSLATE_NOOP("Exporting", "EDL with LOC comments"),
    QT_TRANSLATE_NOOP("Exporting", "Premiere transcript"),
    QT_TRANSLATE_NOOP("Exporting", "Premiere marker table"),
    QT_TRANSLATE_NOOP("Exporting", "Avid marker list"),
    QT_TRANSLATE_NOOP("Exporting", "YouTube chapters"),
    QT_TRANSLATE_NOOP("Exporting", "FFmpeg chapters"),
    QT_TRANSLATE_NOOP("Exporting", "Matroska chapters"),
)
PREVIEWED = 60  # cues that the preview shows
_VIDEO = QT_TRANSLATE_NOOP("Exporting", "Preview video with the subtitles in the picture")


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to export as. *name* is the registry's; *layers* says whether a choice of languages applies."""

    group: str
    name: str
    title: str
    ending: str
    layers: bool = False

    @property
    def key(self) -> str:
        """What identifies it: "subtitles:srt"."""
        return f"{self.group}:{self.name}"


def targets(document: Document) -> tuple[Target, ...]:
    """Everything *document* can be exported as, in the order of ``GROUPS``."""
    from plugin_core.exchange import EXCHANGES
    from plugin_core.losses import title

    found = [
        Target("subtitles", entry.name, entry.title, entry.extensions[-1 if entry.name == "json" else 0],
               layers=not entry.table)
        for entry in FORMATS.values() if entry.write
    ]  # fmt: skip
    found += [
        Target("timeline", one.name, one.title, one.ending, layers=one.each) for one in EXCHANGES.values() if one.writes
    ]
    found += [Target("bundle", name, title(name), ".zip") for name in TARGETS]
    if document.media.width:
        found.append(Target("video", "burn", str(_VIDEO), ".mp4", layers=True))
    return tuple(found)


def layouts(document: Document) -> tuple[Layout, ...]:
    """Both ways to stack two languages, then each language by itself."""
    both = (Layout(), Layout("target-over-source")) if len(document.languages) > 1 else ()
    return (*both, *(layout for layout in layouts_for(document) if layout.order == "single"))


def file_name(document: Document, target: Target, layout: Layout, stem: str) -> str:
    """``film.zh-en.srt``: what media players and editing programs read the languages from."""
    if not target.layers:
        return stem + target.ending
    return f"{stem}.{'-'.join(layout.shown(document))}{target.ending}"


def preview(document: Document, target: Target, layout: Layout) -> str:
    """The beginning of the file as text; "" if it is no text."""
    first = replace(document, cues=document.cues[:PREVIEWED])
    if target.group == "video":
        return ""
    if target.group == "bundle":
        with zipfile.ZipFile(io.BytesIO(_bundle(first, target))) as archive:
            return "\n".join(sorted(archive.namelist()))
    if target.group == "subtitles":
        return to_text(first, target.name, layout)
    from plugin_core.exchange import named

    data = named(target.name).write(_programme(first), layout.shown(document)[0])
    return "" if b"\x00" in data else data.decode("utf-8", errors="ignore")[:40_000]


def report(document: Document, target: Target, layout: Layout) -> tuple[tuple[Loss, ...], tuple[str, ...]]:
    """
    What of *document* the file keeps, and what else there is to say.

    For a program's bundle by its rules; else the file is written and read again, and what came back is counted.
    """
    if target.group == "bundle":
        from plugin_core.losses import losses

        return losses(_programme(document), target.name), ()
    back, notes = _back(document, target, layout)
    info = TimelineInfo.of(document)
    found = []
    for name, feature in FEATURES.items():
        before = feature.count(document, info)
        if before and name != "ids":  # only a program's own timeline knows them
            after = min(before, feature.count(back, info)) if back is not None else 0
            if name == "languages" and target.layers:  # stacked, they come back as one
                after = len(layout.shown(document))
            how = "kept" if after == before else "approximate" if after else "lost"
            found.append(Loss(name, before if how == "kept" else before - after, how))
    return tuple(found), notes


def _back(document: Document, target: Target, layout: Layout) -> tuple[Document | None, tuple[str, ...]]:
    """The document that can be read from the file of *document*, None if nobody reads it; and the writer's notes."""
    if target.group == "video":
        from plugin_core.burning import font_note

        shown = replace(document, cues=tuple(replace(cue, words=(), speaker="", role="") for cue in document.cues))
        return replace(shown, marks=()), tuple(filter(None, (font_note(document, layout),)))
    try:
        if target.group == "subtitles":
            text = to_text(document, target.name, layout)
            return read_text(text, target.name, language=layout.shown(document)[0]), ()
        return _back_from_timeline(document, target, layout)
    except DocumentError:
        return None, ()


def _back_from_timeline(document: Document, target: Target, layout: Layout) -> tuple[Document | None, tuple[str, ...]]:
    from plugin_core.exchange import named, read_text_as

    entry, programme = named(target.name), _programme(document)
    language = layout.shown(document)[0]
    notes, data = entry.notes(programme, language), entry.write(programme, language)
    if not entry.reads or b"\x00" in data:
        return None, notes
    return read_text_as(entry, data.decode("utf-8"), programme.info.rate, programme.info.start_timecode).document, notes


def export(document: Document, target: Target, layout: Layout, path: Path) -> Iterator[Progress | Note]:
    """Write *path*; steps of it. See ``written`` for what becomes of a file that is there already."""
    return _burn(document, layout, path) if target.group == "video" else written(document, target, layout, path)


def written(document: Document, target: Target, layout: Layout, path: Path) -> Iterator[Note]:
    """Write beside *path*, then move into place; an earlier file that differs is kept under a numbered name."""
    from plugin_core.delivery import put_in_place, staging

    yield Note("write", path.name)
    with staging(path.parent) as staged:
        for name, data in contents(document, target, layout, path).items():
            (staged / name).write_bytes(data)
        files, kept = put_in_place(staged, path.parent)
    for file in files:
        yield Note("written", str(file))
    for file in kept:
        yield Note("kept", str(file))


def contents(document: Document, target: Target, layout: Layout, path: Path) -> dict[str, bytes]:
    """The files by name; one is named like *path*, a format that holds one language gives several."""
    if target.group == "subtitles":
        entry = FORMATS[target.name]
        text = to_text(document, target.name, layout)
        return {path.name: text.encode("utf-8-sig" if entry.bom else "utf-8")}
    if target.group == "bundle":
        return {path.name: _bundle(document, target)}
    from plugin_core.exchange import named

    exchange, languages = named(target.name), layout.shown(document)
    if exchange.each and len(languages) > 1:
        stem = path.name.removesuffix(target.ending).removesuffix("." + "-".join(languages))
        return exchange.files(_programme(document), stem, languages)
    return {path.name: exchange.write(_programme(document), languages[0])}


def _bundle(document: Document, target: Target) -> bytes:
    import tempfile

    from plugin_core.bundle import write_bundle

    with tempfile.TemporaryDirectory(prefix="zimu-bundle-") as folder:
        path = Path(folder) / "bundle.zip"
        write_bundle(_programme(document), (target.name,), path)
        return path.read_bytes()


def _burn(document: Document, layout: Layout, path: Path) -> Iterator[Progress | Note]:
    from plugin_core.burning import burn

    media = Path(document.media.path)
    if not media.is_file():
        raise MediaError("media.missing", f"The media {media} is not there.", "Find it again, then export.")
    yield from burn(media, document, path, layout=layout)
    yield Note("written", str(path))


def plain_text(document: Document) -> str:
    """The texts of all cues, language below language; a blank line between cues if there are several languages."""
    blocks = ["\n".join(text for text in cue.texts if text) for cue in document.cues]
    several = len(document.languages) > 1
    return ("\n\n" if several else "\n").join(block for block in blocks if block)


def _programme(document: Document) -> Programme:
    from plugin_core.timeline import programme_of

    return programme_of(document)
