"""``zimu scenes``: what is in the shots of films, and their scenes. See ``cli``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from plugin_core.cli_files import each
from plugin_core.cli_lists import Lists, found, give

if TYPE_CHECKING:
    from plugin_core.document import Document
    from plugin_core.engines.bench import Bench
    from plugin_core.scenes.request import Recognise
    from plugin_core.shots.thumbnails import Thumbnails

FIND = "find"


class _FindsByDefault(TyperGroup):
    """``zimu scenes FILE`` is ``zimu scenes find FILE``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in {"--help", *ctx.help_option_names}:
            args = [FIND, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_FindsByDefault, no_args_is_help=True, help="What is in the shots of films, and their scenes.")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to make of each file: *lists*, and *labels* of the user's own, told by the pack *vision*."""

    lists: Lists
    labels: tuple[str, ...] = ()
    vision: str = ""


@app.command(FIND)
def find_command(
    files: Annotated[
        list[Path],
        typer.Argument(help="Films; or .zimu documents with scenes, to write their lists again.", show_default=False),
    ],
    text: Annotated[
        Path | None, typer.Option("--text", help="Subtitles or document of the film: what is said tells, too.")
    ] = None,
    into: Annotated[Path | None, typer.Option("--into", help="A .zimu document that gets marks of scenes.")] = None,
    sheet: Annotated[
        Path | None, typer.Option("--sheet", help="Write a contact sheet (HTML); a folder for several files.")
    ] = None,
    edl: Annotated[Path | None, typer.Option("--edl", help="Write an EDL of the shots.")] = None,
    bins: Annotated[
        Path | None, typer.Option("--bins", help="Folder for tables of keywords for Resolve and Premiere.")
    ] = None,
    labels: Annotated[
        str, typer.Option("--labels", help="Your own labels in plain words, told by a vision pack: 厨房,追车.")
    ] = "",
    vision: Annotated[str, typer.Option("--vision-pack", help="Id or folder of the vision pack for --labels.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per file on stdout.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="A table of scenes and shots as CSV on stdout.")] = False,
    language: Annotated[
        str, typer.Option("--language", help="zh or en: what scenes are called; default: that of the text.")
    ] = "",
    threshold: Annotated[float, typer.Option("--threshold", help="How sure a new scene must be; less: more.")] = 0.5,
    shortest: Annotated[float, typer.Option("--shortest", min=0, help="A scene lasts so many seconds at least.")] = 1.5,
    longest: Annotated[float, typer.Option("--longest", min=1, help="And so many at most.")] = 900.0,
    shot_threshold: Annotated[float, typer.Option("--shot-threshold", help="As zimu shots --threshold.")] = 0.5,
    pack: Annotated[str, typer.Option("--pack", help="Id or folder of a pack of scenes; starter = the embedded.")] = "",
    shots_pack: Annotated[str, typer.Option("--shots-pack", help="As zimu shots --pack.")] = "",
    stream: Annotated[int | None, typer.Option("--stream", help="Index of the audio stream.")] = None,
    channel: Annotated[int | None, typer.Option("--channel", help="One channel of it; default: all, mixed.")] = None,
    device: Annotated[str, typer.Option("--device", help="auto, cpu or cuda.")] = "auto",
    threads: Annotated[int, typer.Option("--threads", min=0, help="0 = as many as help.")] = 0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Look again at what was looked at before.")] = False,
) -> None:
    """Scenes of films and what is in their shots: place, time of day, activity, motion, emotion, mood."""
    from plugin_core.engines.bench import Bench
    from plugin_core.scenes.request import Recognise

    lists = Lists(as_json, as_csv, sheet, edl, bins, into, len(files) > 1)
    lists.check(text)
    wanted = Recognise(
        "", str(text or ""), language, pack, shots_pack, threshold, round(1000 * shortest), round(1000 * longest),
        shot_threshold, device=device, threads=threads, audio_stream=stream, channel=channel, fresh=fresh,
    )  # fmt: skip
    own: tuple[str, ...] = ()
    if labels:
        from plugin_core.scenes.zero_shot import wanted as named

        own = named(labels)
    asked = _Wanted(lists, own, vision)
    with Bench() as bench:
        status = each(files, lambda file: _one(file, wanted, asked, bench), as_json=as_json)
    raise typer.Exit(status)


@app.command("collect")
def collect_command(
    documents: Annotated[list[Path], typer.Argument(help=".zimu documents with corrected labels.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="The JSONL file to add them to.", show_default=False)],
) -> None:
    """Keep what you corrected as examples for the next training, in a file of yours. Nothing is sent anywhere."""
    from plugin_core import storage
    from plugin_core.scenes import corrections

    found = [one for path in documents for one in corrections.corrections(storage.load(path))]
    added = corrections.add(out, found)
    sys.stdout.write(f"{len(found)} corrections, {added} of them new: {out}\n")


def _one(file: Path, request: Recognise, wanted: _Wanted, bench: Bench) -> None:
    from plugin_core import storage
    from plugin_core.pipeline import DOCUMENT_SUFFIX
    from plugin_core.scenes.request import run
    from plugin_core.shots.thumbnails import Thumbnails

    if file.suffix.lower() == DOCUMENT_SUFFIX:
        _give(storage.load(file), file, wanted.lists, request.language, None)
        return
    if wanted.labels:
        bench.pack("vision", wanted.vision, ())  # said before the film is looked at
    watcher = Thumbnails() if wanted.lists.sheet else None
    keys = _keys() if wanted.labels else None
    request = replace(request, source=str(file), text=wanted.lists.text(request.text))
    document = found(run(request, bench, [one for one in (watcher, keys) if one]), file)
    if keys:
        document = _labelled(document, file, wanted, request, bench, keys)
    wanted.lists.keep(document)
    _give(document, file, wanted.lists, request.language, watcher)


def _keys() -> Thumbnails:
    from plugin_core.scenes.zero_shot import KEY
    from plugin_core.shots.thumbnails import Thumbnails

    return Thumbnails(longest=KEY)


def _labelled(
    document: Document, file: Path, wanted: _Wanted, request: Recognise, bench: Bench, keys: Thumbnails
) -> Document:
    """The labels of the user's own, beside those of the recogniser."""
    from plugin_core.scenes import zero_shot
    from plugin_core.shots.listing import shots_in

    pack = bench.pack("vision", wanted.vision, ())
    engine = bench.vision(pack, request.device, "auto", request.threads)
    shots = shots_in(document)
    seen = zero_shot.seen(engine, keys, shots, file)
    spans = [(shot.start, shot.end) for shot in shots.shots]
    return zero_shot.with_labels(document, spans, zero_shot.chances(engine, seen, wanted.labels), wanted.labels)


def _give(document: Document, file: Path, wanted: Lists, language: str, watcher: Thumbnails | None) -> None:
    """Write the files, print the list."""
    from plugin_core.scenes import outputs

    if not give(document, file, wanted, language, watcher):
        _show(outputs.rows(document), file.name)


def _show(rows: Sequence[dict[str, Any]], title: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        "Scene", "Shot", "Start", "End", "Seconds", "What", "Sure", title=title, box=None, title_justify="left"
    )
    for row in rows:
        scene, shot = (str(row["number"]), "") if row["kind"] == "scene" else ("", str(row["number"]))
        what = row["name"] if row["kind"] == "scene" else row.get("scene_type") or row.get("place", "")
        sure = row["confidence"] if row["kind"] == "scene" else row.get("scene_type_sure") or row.get("place_sure", "")
        style = "bold" if row["kind"] == "scene" else "dim"
        table.add_row(
            scene, shot, row["start_timecode"], row["end_timecode"], f"{row['seconds']:.2f}", what.replace("_", " "),
            f"{sure:.2f}" if sure != "" else "", style=style,
        )  # fmt: skip
    Console(highlight=False).print(table)
