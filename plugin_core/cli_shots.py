"""``zimu shots``: where one shot becomes the next, and lists of shots for editing programs. See ``cli``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plugin_core.cli_files import each, shown
from plugin_core.errors import DocumentError, SettingsError

if TYPE_CHECKING:
    from plugin_core.document import Media
    from plugin_core.engines.bench import Bench
    from plugin_core.shots import Found
    from plugin_core.shots.stage import Request

TIMELINES = {".edl", ".otio", ".otioz", ".xml", ".fcpxml", ".fcpxmld"}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to make of the shots of each file."""

    as_json: bool
    as_csv: bool
    edl: Path | None
    otio: Path | None
    thumbnails: Path | None
    into: Path | None
    rate: str
    many: bool


def shots_command(
    files: Annotated[
        list[Path], typer.Argument(help="Films, or timelines (.edl, .otio, .fcpxml, .xml).", show_default=False)
    ],
    threshold: Annotated[float, typer.Option("--threshold", help="How sure a change must be; less finds more.")] = 0.5,
    shortest: Annotated[int, typer.Option("--shortest", min=0, help="A shot lasts so many ms at least.")] = 240,
    pack: Annotated[
        str, typer.Option("--pack", help="Id or folder of a pack of shots; starter; none = the detectors alone.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per file on stdout.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="A table of the shots as CSV on stdout.")] = False,
    edl: Annotated[
        Path | None, typer.Option("--edl", help="Write an EDL of the shots; a folder for several files.")
    ] = None,
    otio: Annotated[
        Path | None, typer.Option("--otio", help="Write an OTIO timeline of the shots; a folder for several files.")
    ] = None,
    thumbnails: Annotated[Path | None, typer.Option("--thumbnails", help="Folder for a JPEG of every shot.")] = None,
    into: Annotated[
        Path | None, typer.Option("--into", help="A .zimu document that gets a mark for every shot.")
    ] = None,
    rate: Annotated[str, typer.Option("--rate", help="Frame rate of an EDL: 25, 29.97 DF.")] = "",
    device: Annotated[str, typer.Option("--device", help="auto, cpu or cuda.")] = "auto",
    threads: Annotated[int, typer.Option("--threads", min=0, help="0 = as many as help.")] = 0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Look again at what was looked at before.")] = False,
) -> None:
    """Where one shot becomes the next: cuts, dissolves, fades and wipes, exact to the frame."""
    from plugin_core.engines.bench import Bench
    from plugin_core.shots.stage import Request
    from plugin_core.shots.values import ShotOptions

    if as_json and as_csv:
        raise SettingsError("settings.format", "--json and --csv exclude each other.", "Use one of them.")
    if into and len(files) > 1:
        raise SettingsError("settings.into", "--into takes the shots of one film.", "Name one file.")
    request = Request(pack, ShotOptions(threshold, shortest), device, threads, fresh)
    wanted = _Wanted(as_json, as_csv, edl, otio, thumbnails, into, rate, len(files) > 1)
    with Bench() as bench:
        status = each(files, lambda file: _one(file, request, wanted, bench), as_json=as_json)
    raise typer.Exit(status)


def _one(file: Path, request: Request, wanted: _Wanted, bench: Bench) -> None:
    if file.suffix.lower() in TIMELINES:
        _from_timeline(file, wanted)
        return
    from plugin_core.media import probe
    from plugin_core.shots.stage import found_in
    from plugin_core.shots.thumbnails import Thumbnails, write

    watcher = Thumbnails() if wanted.thumbnails else None
    found = _watched(found_in(file, request, bench, (watcher,) if watcher else ()), str(file))
    media = probe(file)
    if watcher and wanted.thumbnails:
        folder = wanted.thumbnails / file.stem if wanted.many else wanted.thumbnails
        _written(write(watcher.of(found.shots, file), folder)[:1] and [folder])
    _give(found, media, file, wanted)


def _watched(events: Generator[Any, None, Found], title: str) -> Found:
    """The stage's result; on the way there bars for people, else its notes."""
    result: list[Found] = []

    def others() -> Iterator[Any]:
        result.append((yield from events))

    shown(others(), title)
    return result[0]


def _give(found: Found, media: Media, file: Path, wanted: _Wanted) -> None:
    """Print the list, write the files."""
    from plugin_core.exchange import write_programme
    from plugin_core.shots import listing
    from plugin_core.shots.programmes import programme

    if wanted.as_json:
        value = listing.to_json(found.shots, media, damaged=found.damaged)
        sys.stdout.write(json.dumps({"version": 1, **value}, ensure_ascii=False) + "\n")
    elif wanted.as_csv:
        sys.stdout.write(listing.to_csv(found.shots, media))
    else:
        _show(listing.rows(found.shots, media), file.name)
    for target, name in ((wanted.edl, "edl"), (wanted.otio, "otio")):
        if target is not None:
            path = target_of(target, file, f".{name}", many=wanted.many)
            write_programme(programme(found.shots, media), path, name)
            _written([path])
    if wanted.into:
        _mark(found, media, wanted.into)


def target_of(target: Path, file: Path, ending: str, *, many: bool) -> Path:
    """Where the file of *file* goes. Neither a film nor another kind of file is written over by mistake."""
    if many or target.is_dir() or not target.suffix:
        target.mkdir(parents=True, exist_ok=True)
        return target / f"{file.stem}{ending}"
    if target.suffix.lower() != ending:
        raise SettingsError("settings.out", f"{target} does not end in {ending}.", f"Name a {ending} file or a folder.")
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _mark(found: Found, media: Media, path: Path) -> None:
    """Put marks of the shots into a document, a new one if there is none."""
    from plugin_core import storage
    from plugin_core.document import Document
    from plugin_core.shots.listing import with_shots

    if path.suffix.lower() != ".zimu":
        raise DocumentError("document.name", f"{path} is no .zimu document.", "Name a file that ends in .zimu.")
    document = storage.load(path) if path.exists() else Document(media=media)
    storage.save(with_shots(document, found.shots), path)
    _written([path])


def _from_timeline(file: Path, wanted: _Wanted) -> None:
    """The shots of a timeline, which knows them: no picture is looked at."""
    from plugin_core.clock import FrameRate
    from plugin_core.document import Media
    from plugin_core.exchange import open_programme
    from plugin_core.shots.programmes import of_programme
    from plugin_core.shots.values import Found

    programme = open_programme(file, rate=FrameRate.parse(wanted.rate) if wanted.rate else None)
    if wanted.thumbnails:
        raise SettingsError("settings.thumbnails", f"{file.name} is a timeline: it holds no pictures.", "Name a film.")
    shots = of_programme(programme)
    info = programme.info
    media = Media(str(file), info.ms(len(shots.curve.starts)), info.rate, start_timecode=info.start_timecode)
    _give(Found(shots), media, file, wanted)


def _show(rows: Sequence[dict[str, Any]], title: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("#", "Start", "End", "Seconds", "Begins with", "Sure", title=title, box=None, title_justify="left")
    for row in rows:
        how = f"{row['transition']} ({row['transition_frames']})" if row["transition_frames"] else row["transition"]
        sure = f"{row['confidence']:.2f}" if row["transition"] else ""
        table.add_row(
            str(row["number"]), row["start_timecode"], row["end_timecode"], f"{row['seconds']:.2f}", how, sure
        )
    Console(highlight=False).print(table)


def _written(paths: Sequence[Path]) -> None:
    for path in paths:
        sys.stderr.write(f"{path}\n")


COMMANDS: dict[str, Callable[..., None]] = {"shots": shots_command}
