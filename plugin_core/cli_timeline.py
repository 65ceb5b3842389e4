"""The commands about timelines: export, import, conform, plan. See ``cli`` for the exit statuses."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plugin_core.errors import SettingsError

if TYPE_CHECKING:
    from plugin_core.clock import FrameRate
    from plugin_core.losses import Loss
    from plugin_core.timeline import Programme

VIDEOS = {"mp4": ".subtitled.mp4", "mkv": ".subtitled.mkv", "preview": ".preview.mp4"}

Source = Annotated[Path, typer.Argument(help="A .zimu document, a timeline or a subtitle file.", show_default=False)]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Folder or file for the result; default: beside FILE.")]
Rate = Annotated[
    str, typer.Option("--rate", help="Frame rate of the timeline: 25, 23.976, 29.97 DF; default: its own.")
]
Start = Annotated[str, typer.Option("--start", help="Start timecode of the timeline; default: its own.")]
Name = Annotated[
    str, typer.Option("--name", help="Name of the timeline and the files; default: the document's or its own.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


def export_command(
    file: Source,
    bundle: Annotated[
        str, typer.Option("--bundle", help="resolve, premiere, fcp, avid or all: a folder for each.")
    ] = "",
    formats: Annotated[
        str,
        typer.Option(
            "--format",
            help="otio, fcpxml, xmeml, marker-edl, scc, stl, youtube, mkv, preview, ...; several with commas.",
        ),
    ] = "",
    out: Out = None,
    archive: Annotated[bool, typer.Option("--zip", help="The bundle as one .zip file.")] = False,
    rate: Rate = "",
    start: Start = "",
    name: Name = "",
    language: Annotated[str, typer.Option("--language", help="For formats of one language; default: all.")] = "",
    as_json: Json = False,
) -> None:
    """Files for the timeline of any editing program, and what travels in them."""
    from plugin_core.exchange import DOCUMENT, open_programme

    if bool(bundle) == bool(formats):
        raise SettingsError(
            "settings.export", "Say what to export.", "Use --bundle resolve (or all), or --format otio."
        )
    title = name or (file.stem if file.suffix.lower() == DOCUMENT else "")
    programme = on_timeline(open_programme(file, rate=_rate(rate)), rate=_rate(rate), start=start, name=title)
    if bundle:
        _export_bundle(programme, bundle, _bundle_path(file, out, archive), as_json=as_json)
    else:
        _export_files(programme, listed(formats), out or file.parent, listed(language), as_json=as_json)


def _bundle_path(file: Path, out: Path | None, archive: bool) -> Path:
    folder = out or file.parent
    return folder / f"{file.stem}-exchange.zip" if archive else folder / f"{file.stem}-exchange"


def _export_bundle(programme: Programme, bundle: str, path: Path, *, as_json: bool) -> None:
    from plugin_core.bundle import PAGE, write_bundle
    from plugin_core.losses import TARGETS

    made = write_bundle(programme, TARGETS if bundle == "all" else listed(bundle), path)
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


def _export_files(
    programme: Programme, names: tuple[str, ...], folder: Path, languages: tuple[str, ...], *, as_json: bool
) -> None:
    from plugin_core.bundle import safe_name
    from plugin_core.delivery import put_in_place, staging
    from plugin_core.exchange import named

    stem, notes = safe_name(programme.info.name), list(programme.notes)
    entries = [named(name) for name in names if name not in VIDEOS]
    with staging(folder) as staged:
        for entry in entries:
            for name, content in entry.files(programme, stem, languages).items():
                (staged / name).write_bytes(content)
            notes += entry.notes(programme, languages[0] if languages else "")
        files, kept = put_in_place(staged, folder)
    notes += [f"An earlier version was kept as {old.name}." for old in kept]
    videos = [_export_video(programme, name, folder / stem, as_json=as_json) for name in names if name in VIDEOS]
    if as_json:
        _print_json({"files": [str(path) for path in (*files, *videos)], "notes": notes})
        return
    _say(dict.fromkeys(notes))
    sys.stdout.write("".join(f"{path}\n" for path in (*files, *videos)))


def _export_video(programme: Programme, name: str, stem: Path, *, as_json: bool) -> Path:
    """The document's media with subtitle tracks, or a preview with the subtitles in its picture."""
    from plugin_core import console
    from plugin_core.burning import burn
    from plugin_core.muxing import mux

    media, target = Path(programme.document.media.path), _free(stem.with_name(stem.name + VIDEOS[name]))
    make = burn if name == "preview" else mux
    events = make(media, programme.document, target)
    if as_json:
        for _ in events:
            pass
    else:
        console.watch(events, target.name)
    return target


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
    target = _free(out if out and out.suffix == DOCUMENT else (out or file.parent) / f"{file.stem}{DOCUMENT}")
    storage.save(programme.document, target)
    document, info = programme.document, programme.info
    counts = {"cues": len(document.cues), "marks": len(document.marks), "languages": list(document.languages)}
    if as_json:
        timeline = {"rate": info.rate.label, "start": info.start_timecode, "frames": info.duration}
        _print_json({"path": str(target), **counts, "timeline": timeline, "notes": programme.notes})
        return
    _say((*programme.notes, f"{len(document.cues)} subtitles, {len(document.marks)} marks, {info.rate.label} fps."))
    sys.stdout.write(f"{target}\n")


def conform_command(
    old: Annotated[Path, typer.Argument(help="The old cut: a .zimu document of one media file, or a timeline.")],
    new: Annotated[Path, typer.Argument(help="The new cut: .otio, .xml, .fcpxml or .edl.")],
    document: Annotated[
        Path | None, typer.Option("--document", help="The .zimu document on the old cut; default: what OLD holds.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The new document; default: beside NEW.")] = None,
    follow: Annotated[str, typer.Option("--follow", help="auto (words follow the sound), sound or picture.")] = "auto",
    trim_text: Annotated[
        bool, typer.Option("--trim-text", help="Take words that were cut away out of the text.")
    ] = False,
    shortest: Annotated[int, typer.Option("--shortest", min=1, help="Drop what is trimmed to fewer frames.")] = 2,
    rate: Rate = "",
    as_json: Json = False,
) -> None:
    """The cut has changed: every subtitle and mark goes where its footage plays now."""
    from plugin_core import storage
    from plugin_core.conform import Options, conform
    from plugin_core.exchange import DOCUMENT, open_programme

    before, after = (open_programme(path, rate=_rate(rate)) for path in (old, new))
    source = open_programme(document).document if document else before.document
    target = _free(out or new.with_name(f"{new.stem}.conformed{DOCUMENT}"))
    options = Options(follow=follow, trim_text=trim_text, shortest=shortest)
    done = conform(source, before, after, options=options)
    storage.save(done.document, target)
    notes = (*before.notes, *after.notes)
    if as_json:
        _print_json({"path": str(target), **done.to_json(), "notes": [*notes, *done.notes]})
        return
    _say((*notes, *done.sentences()))
    sys.stdout.write(f"{target}\n")


def plan_command(
    file: Annotated[Path, typer.Argument(help="The .zimu document.", show_default=False)],
    against: Annotated[
        Path, typer.Option("--against", help="What the timeline holds now: .otio, .xml, .fcpxml, .edl.")
    ],
    host: Annotated[str, typer.Option("--host", help="Whose rules hold: resolve, premiere or file.")] = "file",
    tracks: Annotated[str, typer.Option("--tracks", help="Subtitle tracks: zh,en,zh-en; default: all of them.")] = "",
    kinds: Annotated[str, typer.Option("--kinds", help="Kinds of marks: music,sound,...; default: all.")] = "",
    restore: Annotated[bool, typer.Option("--restore", help="Put back what was deleted on the timeline.")] = False,
    rate: Rate = "",
    as_json: Json = False,
) -> None:
    """What it would take to make a timeline show the document. Nothing is changed."""
    from plugin_core.document import MARK_KINDS
    from plugin_core.exchange import open_programme
    from plugin_core.host import FILE, PREMIERE, RESOLVE, PlanOptions, plan
    from plugin_core.plan import present_of

    traits = {"resolve": RESOLVE, "premiere": PREMIERE, "file": FILE}
    if host not in traits:
        raise SettingsError("settings.host", f"There is no host {host!r}.", f"Use: {', '.join(traits)}.")
    document, there = open_programme(file).document, open_programme(against, rate=_rate(rate))
    options = PlanOptions(
        traits=traits[host], tracks=listed(tracks) or None, kinds=listed(kinds) or MARK_KINDS, restore=restore
    )
    made = plan(document, there.info, present_of(there, document, options), options=options)
    if as_json:
        _print_json(made.to_json())
        return
    _say(there.notes)
    sys.stdout.write("".join(f"{sentence}\n" for sentence in made.summary))


def _free(target: Path) -> Path:
    """*target*, if nothing is there: a document is not overwritten by another."""
    if target.exists():
        raise SettingsError("settings.exists", f"{target} is already there.", "Name another file with --out.")
    return target


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


def listed(text: str) -> tuple[str, ...]:
    """The words between the commas of an option."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _say(notes: Iterable[str]) -> None:
    from plugin_core import console

    for note in notes:
        console.console().print(note, style="dim", markup=False)


def _print_json(value: dict[str, Any]) -> None:
    from plugin_core.protocol import to_line

    sys.stdout.write(to_line(value))


COMMANDS: dict[str, Callable[..., None]] = {
    "export": export_command,
    "import": import_command,
    "conform": conform_command,
    "plan": plan_command,
}
