"""``zimu describe``: a sentence for every shot; ``zimu captions``: what people do with captions. See ``cli``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plugin_core.cli_caption_quality import check_command
from plugin_core.cli_files import each
from plugin_core.cli_lists import Lists, found, give, written
from plugin_core.errors import SettingsError

if TYPE_CHECKING:
    from plugin_core.captioning.description import Reading
    from plugin_core.captioning.request import Describe
    from plugin_core.document import Document, Mark
    from plugin_core.engines.bench import Bench
    from plugin_core.shots.thumbnails import Thumbnails

app = typer.Typer(no_args_is_help=True, help="Captions of shots: keep what you corrected, check what people wrote.")


app.command("check")(check_command)


@app.command("collect")
def collect_command(
    documents: Annotated[list[Path], typer.Argument(help=".zimu documents with your captions.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="The JSONL file to add them to.", show_default=False)],
) -> None:
    """Keep what you wrote or corrected as examples for training, in a file of yours. Nothing is sent anywhere."""
    from plugin_core import storage
    from plugin_core.captioning import corrections

    found = [one for path in documents for one in corrections.corrections(storage.load(path))]
    added = corrections.add(out, found)
    sys.stdout.write(f"{len(found)} captions, {added} of them new: {out}\n")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to make of each file: *lists*, and an audio description into *spoken*, read as *reading* says."""

    lists: Lists
    spoken: Path | None
    reading: Reading


def describe_command(
    files: Annotated[
        list[Path],
        typer.Argument(help="Films; or .zimu documents with captions, to write their lists again.", show_default=False),
    ],
    to: Annotated[str, typer.Option("--to", help="Languages of the captions, the marks' own first: zh,en.")] = "zh,en",
    text: Annotated[
        Path | None, typer.Option("--text", help="Subtitles or document of the film; its shots are described.")
    ] = None,
    into: Annotated[Path | None, typer.Option("--into", help="A .zimu document that gets marks of captions.")] = None,
    audio_description: Annotated[
        Path | None,
        typer.Option("--audio-description", help="Write captions in the pauses (WebVTT); a folder for several files."),
    ] = None,
    rate: Annotated[
        int | None, typer.Option("--rate", help="Words a minute of the audio description; Chinese: characters.")
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option("--sheet", help="Write a contact sheet (HTML); a folder for several files.")
    ] = None,
    bins: Annotated[
        Path | None, typer.Option("--bins", help="Folder for tables of keywords for Resolve and Premiere.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per file on stdout.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="A table of the shots as CSV on stdout.")] = False,
    beam: Annotated[int, typer.Option("--beam", min=1, max=16, help="Sentences followed at a time.")] = 1,
    sure: Annotated[
        float | None, typer.Option("--sure", help="How sure a caption must be, 0 to 1; default: what the pack says.")
    ] = None,
    pack: Annotated[str, typer.Option("--pack", help="Id or folder of a captioner; starter = the embedded.")] = "",
    shots_pack: Annotated[str, typer.Option("--shots-pack", help="As zimu shots --pack.")] = "",
    shot_threshold: Annotated[float, typer.Option("--shot-threshold", help="As zimu shots --threshold.")] = 0.5,
    device: Annotated[str, typer.Option("--device", help="auto, cpu or cuda.")] = "auto",
    threads: Annotated[int, typer.Option("--threads", min=0, help="0 = as many as help.")] = 0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Look again at what was looked at before.")] = False,
) -> None:
    """A sentence for every shot of films, in Chinese and English, and how sure it is."""
    from plugin_core.captioning.description import RATES, Reading
    from plugin_core.captioning.request import Describe
    from plugin_core.cli_timeline import listed
    from plugin_core.engines.bench import Bench

    lists = Lists(as_json, as_csv, sheet, None, bins, into, len(files) > 1)
    lists.check(text)
    wanted = Describe(
        "", str(text or ""), listed(to), pack, shots_pack, shot_threshold, beam=beam, sure=sure, device=device,
        threads=threads, fresh=fresh,
    )  # fmt: skip
    reading = Reading() if rate is None else Reading(dict.fromkeys(RATES, rate))
    if rate is not None and not audio_description:
        raise SettingsError("settings.rate", "--rate is of an audio description.", "Add --audio-description FILE.vtt.")
    asked = _Wanted(lists, audio_description, reading)
    with Bench() as bench:
        status = each(files, lambda file: _one(file, wanted, asked, bench), as_json=as_json)
    raise typer.Exit(status)


def _one(file: Path, request: Describe, wanted: _Wanted, bench: Bench) -> None:
    from plugin_core import storage
    from plugin_core.captioning.request import run
    from plugin_core.pipeline import DOCUMENT_SUFFIX
    from plugin_core.shots.thumbnails import Thumbnails

    if file.suffix.lower() == DOCUMENT_SUFFIX:
        _give(storage.load(file), file, wanted, request, None)
        return
    watcher = Thumbnails() if wanted.lists.sheet else None
    request = replace(request, source=str(file), text=wanted.lists.text(request.text))
    document = found(run(request, bench, [watcher] if watcher else []), file)
    wanted.lists.keep(document)
    _give(document, file, wanted, request, watcher)


def _give(document: Document, file: Path, wanted: _Wanted, request: Describe, watcher: Thumbnails | None) -> None:
    language = request.languages[0]
    if not give(document, file, wanted.lists, language, watcher):
        _show(document, file.name)
    if wanted.spoken:
        _speak(document, file, wanted, language)


def _speak(document: Document, file: Path, wanted: _Wanted, language: str) -> None:
    from plugin_core.captioning.description import drafted, webvtt
    from plugin_core.cli_shots import target_of
    from plugin_core.storage import write_atomic

    draft = drafted(document, language, wanted.reading)
    path = target_of(wanted.spoken or Path(), file.with_suffix(".descriptions.vtt"), ".vtt", many=wanted.lists.many)
    write_atomic(path, webvtt(draft, language).encode())
    written([path])
    left = f"; for {draft.left} no pause was long enough" if draft.left else ""
    sys.stderr.write(f"{len(draft.cues)} descriptions{left}. It is a draft: somebody must read it.\n")
    if not document.cues:
        sys.stderr.write("The document has no cues, so nothing says where people speak. Name them with --text.\n")


def _show(document: Document, title: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from plugin_core.host import TimelineInfo
    from plugin_core.scenes.outputs import captions_of

    info, told = TimelineInfo.of(document), captions_of(document)
    table = Table("Shot", "Start", "Seconds", "Caption", "Sure", title=title, box=None, title_justify="left")
    for number, shot in enumerate((mark for mark in document.marks if mark.kind == "shot"), 1):
        for place, (text, sure) in enumerate(_lines(told.get(shot.id))):
            head = (str(number), info.timecode(info.frame(shot.start)), f"{(shot.end - shot.start) / 1000:.2f}")
            table.add_row(*(head if place == 0 else ("", "", "")), text, sure)
    Console(highlight=False).print(table)


def _lines(caption: Mark | None) -> Sequence[tuple[str, str]]:
    """What is said of a shot, a line for each language, and how sure it is; one empty line where nothing is."""
    from rich.markup import escape

    from plugin_core.captioning.marking import sure_of, texts_of

    if caption is None:
        return [("", "")]
    sure = sure_of(caption)
    told = texts_of(caption).items()
    return [(escape(text), f"{sure[code]:.2f}" if code in sure else "") for code, text in told] or [("", "")]


COMMANDS: dict[str, Callable[..., None]] = {"describe": describe_command}
