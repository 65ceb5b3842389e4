"""The commands about timelines: export, import, conform, plan. See ``cli`` for the exit statuses."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plugin_core.errors import SettingsError

if TYPE_CHECKING:
    from plugin_core.clock import FrameRate
    from plugin_core.losses import Loss
    from plugin_core.timeline import Programme

app = typer.Typer()

Source = Annotated[Path, typer.Argument(help="A .zimu document, a timeline or a subtitle file.", show_default=False)]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Folder or file for the result; default: beside FILE.")]
Rate = Annotated[
    str, typer.Option("--rate", help="Frame rate of the timeline: 25, 23.976, 29.97 DF; default: its own.")
]
Start = Annotated[str, typer.Option("--start", help="Start timecode of the timeline; default: its own.")]
Name = Annotated[str, typer.Option("--name", help="Name of the timeline; default: its own.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


@app.command("export")
def export_command(
    file: Source,
    bundle: Annotated[
        str, typer.Option("--bundle", help="resolve, premiere, fcp, avid or all: a folder for each.")
    ] = "",
    formats: Annotated[
        str, typer.Option("--format", help="otio, fcpxml, xmeml, marker-edl, ...; several with commas.")
    ] = "",
    out: Out = None,
    archive: Annotated[bool, typer.Option("--zip", help="The bundle as one .zip file.")] = False,
    rate: Rate = "",
    start: Start = "",
    name: Name = "",
    as_json: Json = False,
) -> None:
    """Files for the timeline of any editing program, and what travels in them."""
    from plugin_core.exchange import open_programme

    if bool(bundle) == bool(formats):
        raise SettingsError(
            "settings.export", "Say what to export.", "Use --bundle resolve (or all), or --format otio."
        )
    programme = on_timeline(open_programme(file, rate=_rate(rate)), rate=_rate(rate), start=start, name=name)
    if bundle:
        _export_bundle(programme, bundle, _bundle_path(file, out, archive), as_json=as_json)
    else:
        _export_files(programme, _list(formats), out or file.parent, as_json=as_json)


def _bundle_path(file: Path, out: Path | None, archive: bool) -> Path:
    folder = out or file.parent
    return folder / f"{file.stem}-exchange.zip" if archive else folder / f"{file.stem}-exchange"


def _export_bundle(programme: Programme, bundle: str, path: Path, *, as_json: bool) -> None:
    from plugin_core.bundle import PAGE, write_bundle
    from plugin_core.losses import TARGETS

    made = write_bundle(programme, TARGETS if bundle == "all" else _list(bundle), path)
    notes = (*programme.notes, *made.notes)
    if as_json:
        table = {target: [loss.to_json() for loss in found] for target, found in made.losses.items()}
        _print_json({"path": str(path), "files": dict(made.files), "losses": table, "notes": notes})
        return
    _say(notes)
    for target, found in made.losses.items():
        _show_losses(target, found)
    sys.stdout.write(f"{path if path.suffix == '.zip' else path / PAGE}\n")


def _show_losses(target: str, losses: Iterable[Loss]) -> None:
    from rich.table import Table

    from plugin_core import console
    from plugin_core.losses import FEATURES, title

    table = Table(title=title(target), title_justify="left", box=None, pad_edge=False)
    for head in ("", "What 内容", "Count", "Why 说明"):
        table.add_column(head, overflow="fold")
    sign = {"kept": "✓", "approximate": "≈", "lost": "✕"}
    for loss in losses:
        feature = FEATURES[loss.feature]
        table.add_row(sign[loss.how], f"{feature.en} {feature.zh}", str(loss.count), loss.en)
    console.console().print(table)


def _export_files(programme: Programme, names: tuple[str, ...], folder: Path, *, as_json: bool) -> None:
    from plugin_core.bundle import safe_name
    from plugin_core.delivery import put_in_place, staging
    from plugin_core.exchange import named

    entries = [named(name) for name in names]
    with staging(folder) as staged:
        for entry in entries:
            (staged / (safe_name(programme.info.name) + entry.ending)).write_bytes(entry.write(programme))
        files, kept = put_in_place(staged, folder)
    notes = (*programme.notes, *(f"An earlier version was kept as {old.name}." for old in kept))
    if as_json:
        _print_json({"files": [str(path) for path in files], "notes": notes})
        return
    _say(notes)
    sys.stdout.write("".join(f"{path}\n" for path in files))


@app.command("import")
def import_command(
    file: Source,
    out: Out = None,
    rate: Rate = "",
    start: Start = "",
    language: Annotated[str, typer.Option("--language", help="Language of a subtitle file; default: its own.")] = "",
    as_json: Json = False,
) -> None:
    """The subtitles and markers of a timeline, marker list or subtitle file as a .zimu document."""
    from plugin_core import storage
    from plugin_core.exchange import DOCUMENT, open_programme

    programme = open_programme(file, rate=_rate(rate), start=start or None, language=language)
    target = out if out and out.suffix == DOCUMENT else (out or file.parent) / f"{file.stem}{DOCUMENT}"
    if target.exists():
        raise SettingsError("settings.exists", f"{target} is already there.", "Name another file with --out.")
    storage.save(programme.document, target)
    document, info = programme.document, programme.info
    counts = {"cues": len(document.cues), "marks": len(document.marks), "languages": list(document.languages)}
    if as_json:
        timeline = {"rate": info.rate.label, "start": info.start_timecode, "frames": info.duration}
        _print_json({"path": str(target), **counts, "timeline": timeline, "notes": programme.notes})
        return
    _say((*programme.notes, f"{len(document.cues)} subtitles, {len(document.marks)} marks, {info.rate.label} fps."))
    sys.stdout.write(f"{target}\n")


def on_timeline(programme: Programme, *, rate: FrameRate | None, start: str, name: str) -> Programme:
    """The programme with another rate, start timecode or name, where they are given."""
    from plugin_core.host import TimelineInfo
    from plugin_core.timeline import programme_of

    info = programme.info
    if rate and rate != info.rate:
        if sum(1 for _ in programme.media.find_clips()) > len(programme.media.tracks):
            raise SettingsError(
                "settings.rate",
                f"The timeline runs at {info.rate}: its cuts cannot be moved to {rate}.",
                "Leave --rate out.",
            )
        info = TimelineInfo.of(programme.document, rate=rate, start=start or None, name=name or info.name)
        return replace(programme_of(programme.document, info), notes=programme.notes)
    info = replace(info, start=info.rate.frame_of(start) if start else info.start, name=name or info.name)
    return replace(programme, info=info)


def _rate(text: str) -> FrameRate | None:
    from plugin_core.clock import FrameRate

    return FrameRate.parse(text) if text else None


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _say(notes: Iterable[str]) -> None:
    from plugin_core import console

    for note in notes:
        console.console().print(note, style="dim", markup=False)


def _print_json(value: dict[str, Any]) -> None:
    from plugin_core.protocol import to_line

    sys.stdout.write(to_line(value))
