"""What the commands that look at shots share: the film on its way; lists, sheets and tables of what was found."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from plugin_core.cli_files import shown
from plugin_core.errors import DocumentError, SettingsError

if TYPE_CHECKING:
    from plugin_core.document import Document
    from plugin_core.protocol import Event
    from plugin_core.shots.thumbnails import Thumbnails


@dataclass(frozen=True, slots=True)
class Lists:
    """What to make of each file; *many*: there are several, and paths are folders."""

    as_json: bool = False
    as_csv: bool = False
    sheet: Path | None = None
    edl: Path | None = None
    bins: Path | None = None
    into: Path | None = None
    many: bool = False

    def check(self, text: Path | None = None) -> None:
        """SettingsError for what excludes each other, before hours of looking."""
        from plugin_core.pipeline import DOCUMENT_SUFFIX

        if self.as_json and self.as_csv:
            raise SettingsError("settings.format", "--json and --csv exclude each other.", "Use one of them.")
        if (self.into or text) and self.many:
            raise SettingsError("settings.into", "--into and --text belong to one film.", "Name one file.")
        if self.into and self.into.suffix.lower() != DOCUMENT_SUFFIX:
            raise DocumentError(
                "document.name", f"{self.into} is no .zimu document.", "Name a file that ends in .zimu."
            )

    def text(self, text: str) -> str:
        """What is read beside the film: the document that the marks go into if there is one, else *text*."""
        if self.into is None or not self.into.exists():
            return text
        if text:
            raise SettingsError(
                "settings.text", f"{self.into.name} is there already: its own subtitles are read.", "Leave --text out."
            )
        return str(self.into)

    def keep(self, document: Document) -> None:
        """Save it where it is to go."""
        from plugin_core import storage

        if self.into:
            storage.save(document, self.into)
            written([self.into])


def found(events: Iterable[Event], file: Path) -> Document:
    """The document that *events* end with; on the way there bars for people, else notes."""
    from plugin_core.protocol import Finished

    made: list[Document] = []

    def watched() -> Iterator[Event]:
        for event in events:
            if isinstance(event, Finished):
                made.append(event.document)
            yield event

    shown(watched(), str(file))
    return made[0]


def give(document: Document, file: Path, wanted: Lists, language: str, watcher: Thumbnails | None) -> bool:
    """Write the files that are *wanted* and print JSON or CSV; False if neither was."""
    from plugin_core.scenes import outputs

    if not any(mark.kind in {"shot", "scene"} for mark in document.marks):
        raise DocumentError("scenes.none", f"{file.name} has no shots or scenes.", "Run `zimu scenes` on its film.")
    if wanted.as_json:
        sys.stdout.write(json.dumps({"version": 1, **outputs.to_json(document)}, ensure_ascii=False) + "\n")
    elif wanted.as_csv:
        sys.stdout.write(outputs.to_csv(document))
    language = language or (document.languages[0] if document.languages else "en")
    if wanted.edl:
        _edl(document, file, wanted)
    if wanted.bins:
        _bins(document, file, wanted.bins, "zh" if language.startswith("zh") else "en")
    if wanted.sheet:
        _sheet(document, file, wanted, watcher)
    return wanted.as_json or wanted.as_csv


def written(paths: Sequence[Path]) -> None:
    """Say which files there are now."""
    for path in paths:
        sys.stderr.write(f"{path}\n")


def _edl(document: Document, file: Path, wanted: Lists) -> None:
    from plugin_core.cli_shots import target_of
    from plugin_core.exchange import write_programme
    from plugin_core.shots.listing import shots_in
    from plugin_core.shots.programmes import programme

    path = target_of(wanted.edl or Path(), file, ".edl", many=wanted.many)
    write_programme(programme(shots_in(document), document.media), path, "edl")
    written([path])


def _bins(document: Document, file: Path, folder: Path, language: str) -> None:
    from plugin_core.scenes import outputs
    from plugin_core.storage import write_atomic

    folder.mkdir(parents=True, exist_ok=True)
    made = {"resolve": outputs.resolve_csv, "premiere": outputs.premiere_csv}
    for name, table in made.items():
        path = folder / f"{file.stem}.{name}.csv"
        write_atomic(path, table(document, language).encode("utf-8-sig"))
        written([path])


def _sheet(document: Document, file: Path, wanted: Lists, watcher: Thumbnails | None) -> None:
    from plugin_core.cli_shots import target_of
    from plugin_core.scenes.outputs_sheet import sheet
    from plugin_core.scenes.pictures import pictures as pictures_of
    from plugin_core.storage import write_atomic

    marks = [mark for mark in document.marks if mark.kind == "shot"]
    film = Path(document.media.path)
    pictures: dict[str, bytes] = {}
    if film.is_file():
        made = pictures_of([(mark.start, mark.end) for mark in marks], film, watcher)
        pictures = {mark.id: picture for mark, picture in zip(marks, made, strict=True)}
    path = target_of(wanted.sheet or Path(), file, ".html", many=wanted.many)
    write_atomic(path, sheet(document, pictures).encode())
    written([path])
