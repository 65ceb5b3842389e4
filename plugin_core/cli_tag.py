"""``zimu tag``: who speaks, what plays, what is heard, seen and shown. See ``cli`` for the exit statuses."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plugin_core.cli_files import each
from plugin_core.cli_timeline import listed
from plugin_core.errors import SettingsError

if TYPE_CHECKING:
    from plugin_core.engines.bench import Bench
    from plugin_core.sounds import Sound
    from plugin_core.speakers import Turn
    from plugin_core.tagging.inputs import Source
    from plugin_core.tagging.outputs import Options, Result
    from plugin_core.tagging.tags import Tags

LONG = 50_000  # characters from which a bar shows how far it is
_FORMATS = ("json", "jsonl", "columns", "csv", "srt", "vtt", "ass", "zimu", "markers")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the user asked for beside what ``outputs.Options`` holds."""

    form: str
    out: Path | None
    labels: tuple[str, ...]
    pack: str
    ask_pack: str
    encoding: str
    device: str
    threads: int
    speakers: str
    options: Options


def tag_command(
    files: Annotated[
        list[str],
        typer.Argument(help="Texts, subtitles, .zimu documents, media, folders, or - for stdin.", show_default=False),
    ],
    as_json: Annotated[bool, typer.Option("--json", help='{"version": 1, "items": [...]} on stdout.')] = False,
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(_FORMATS)}; default: a table.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File, or folder for several; default: stdout.")
    ] = None,
    labels: Annotated[str, typer.Option("--labels", help="Further kinds to find, with commas: 品牌名,价格.")] = "",
    ask: Annotated[str, typer.Option("--ask", help="The same in plain words: 请提取【品牌名】【价格】.")] = "",
    pack: Annotated[str, typer.Option("--pack", help="Id or folder of a tagging pack; starter = the embedded.")] = "",
    ask_pack: Annotated[str, typer.Option("--ask-pack", help="The pack that answers --labels and --ask.")] = "",
    frame_rate: Annotated[str, typer.Option("--frame-rate", help="For time codes with frames: 25, 29.97 DF.")] = "",
    language: Annotated[str, typer.Option("--language", help="Of the text, or the column of a document.")] = "",
    encoding: Annotated[str, typer.Option("--encoding", help="Of the files; default: detected.")] = "",
    media: Annotated[Path | None, typer.Option("--media", help="Listen to this too: text and sound agree.")] = None,
    speakers: Annotated[str, typer.Option("--speakers", help="In media: how many speak, auto, or none.")] = "auto",
    sdh: Annotated[str, typer.Option("--sdh", help="Write captions for the deaf: netflix, bbc or fcc.")] = "",
    strip: Annotated[bool, typer.Option("--strip", help="Leave only what is said in the subtitles.")] = False,
    device: Annotated[str, typer.Option("--device", help="auto, cpu or cuda.")] = "auto",
    threads: Annotated[int, typer.Option("--threads", min=0, help="0 = as many as there are cores.")] = 0,
) -> None:
    """Who speaks, what music plays, what is heard, seen and shown, from subtitle text and from sound."""
    from plugin_core.clock import FrameRate
    from plugin_core.tagging.outputs import Options

    rate = FrameRate.parse(frame_rate) if frame_rate else None
    wanted = _Wanted(
        form=_form(form, out, as_json=as_json, changes=bool(sdh) or strip),
        out=out,
        labels=_labels(labels, ask),
        pack=pack,
        ask_pack=ask_pack,
        encoding=encoding,
        device=device,
        threads=threads,
        speakers=speakers,
        options=Options(language, rate, media, _style(sdh), strip),
    )
    _run(files, wanted, as_json=as_json)


def _form(form: str, out: Path | None, *, as_json: bool, changes: bool) -> str:
    """The format: --json, --format, or what the ending of --out says; "" is the table, srt where cues change."""
    if as_json and form not in {"", "json"}:
        raise SettingsError("settings.format", f"--json and --format {form} exclude each other.", "Use one of them.")
    if form and form not in _FORMATS:
        raise SettingsError("settings.format", f"There is no format {form!r} of tags.", f"Use: {', '.join(_FORMATS)}.")
    if as_json or form:
        return form or "json"
    endings = {".txt": "columns", ".edl": "markers", **{f".{name}": name for name in _FORMATS}}
    usual = "srt" if changes else "json" if out else ""
    return endings.get(out.suffix.lower(), usual) if out else usual


def _style(sdh: str) -> str:
    if sdh:
        from plugin_core.tagging.sdh import style_of

        style_of(sdh)
    return sdh


def _labels(labels: str, ask: str) -> tuple[str, ...]:
    if not labels and not ask:
        return ()
    from plugin_core.tagging.labels import checked, labels_of

    named = listed(labels.replace("，", ",").replace("、", ","))
    return checked((*named, *(labels_of(ask) if ask else ())))[0]


def _run(files: Sequence[str], wanted: _Wanted, *, as_json: bool) -> None:
    """Every file, one after the other; a failed one does not stop the others, and decides the exit status."""
    from plugin_core.engines.bench import Bench
    from plugin_core.tagging.inputs import files_in

    names = files_in(files)
    _check_out(len(names), wanted)
    together = len(names) > 1 and not wanted.out and wanted.form in {"csv", "jsonl"}
    found, place = list[Any](), count(1)
    with Bench() as bench:

        def one(name: str) -> None:
            if len(names) > 1:
                _say((f"{name} ({next(place)} of {len(names)})",))
            result = _tagged(name, wanted, bench)
            if together:
                found.append(result)
            else:
                _give(result, wanted, alone=len(names) == 1)

        status = each(names, one, as_json=as_json)
    _give_together(found, wanted.form)
    raise typer.Exit(status)


def _check_out(count: int, wanted: _Wanted) -> None:
    if count > 1 and wanted.out and wanted.out.suffix and not wanted.out.is_dir():
        raise SettingsError(
            "settings.out", f"{wanted.out} is one file, but {count} are to be tagged.", "Name a folder with --out."
        )


# --- what is in it ---------------------------------------------------------------------------------------------------


def _tagged(name: str, wanted: _Wanted, bench: Bench) -> Result:
    from plugin_core.tagging.inputs import STDIN, open_source
    from plugin_core.tagging.marking import stream_of
    from plugin_core.tagging.outputs import PRINTED, Result, column_of
    from plugin_core.tagging.tags import Tags

    data = sys.stdin.buffer.read() if name == STDIN else None
    source = open_source(name, data, encoding=wanted.encoding, language=wanted.options.language)
    _say(source.notes)
    if source.document and wanted.form not in {"", *PRINTED}:  # its cues are marked, so its cues are read
        column = column_of(source.document, wanted.options.language)
        source = replace(source, text=stream_of(source.document, column).text)
    media = source.media or wanted.options.media
    tags = Tags() if source.media else _tags(source, wanted, bench)
    _say(tags.notes)
    sounds = _sounds(media, wanted, bench) if media else ()
    return Result(source, tags, sounds, _turns(source.media, wanted, bench) if source.media else ())


def _tags(source: Source, wanted: _Wanted, bench: Bench) -> Tags:
    """The tags of a text, with a bar for a long one."""
    from plugin_core.tagging.tagger import tag_stream
    from plugin_core.tagging.tags import Tags

    rate = wanted.options.rate
    engine = bench.tagging(bench.pack("tagging", wanted.pack, ()), wanted.device, "auto", wanted.threads)
    events = tag_stream(source.text, engine, frame_rate=rate)
    tags: Tags = _watched(events, Tags, source.name, quiet=len(source.text) < LONG)[0]
    if not wanted.labels:
        return tags
    from plugin_core import modelstore
    from plugin_core.tagging.asking import open_asking, with_asked

    if not wanted.ask_pack:
        return with_asked(tags, source.text, wanted.labels, engine, frame_rate=rate)
    with open_asking(modelstore.find(wanted.ask_pack), device=wanted.device, threads=wanted.threads) as answering:
        return with_asked(tags, source.text, wanted.labels, answering, frame_rate=rate)


def _sounds(media: Path, wanted: _Wanted, bench: Bench) -> tuple[Sound, ...]:
    """Everything heard in *media*, by time."""
    from plugin_core import audio
    from plugin_core.media import probe
    from plugin_core.sounds import Found
    from plugin_core.sounds import tag as listen

    engine = bench.sounds(bench.pack("sounds", "", ()), wanted.device, "auto", wanted.threads)
    events = listen(audio.blocks(media), engine, total=probe(media).duration)
    found = _watched(events, Found, str(media), quiet=False)
    return tuple(sorted((sound for some in found for sound in some.sounds), key=lambda sound: (sound.start, sound.end)))


def _turns(media: Path, wanted: _Wanted, bench: Bench) -> tuple[Turn, ...]:
    """Who speaks when in *media*, by voice or microphone."""
    if wanted.speakers == "none":
        return ()
    from plugin_core.speakers import SpeakerOptions, Turns
    from plugin_core.speakers.diarising import speaker_count
    from plugin_core.speakers.hearing import hear

    options = SpeakerOptions(count=speaker_count(wanted.speakers), language=wanted.options.language or "zh")
    engine = bench.voices(bench.pack("voices", "", ()), wanted.device, "auto", wanted.threads)
    found = _watched(hear(media, engine, options), Turns, str(media), quiet=False)
    return tuple(turn for turns in found for turn in turns.turns)


def _watched(events: Iterator[Any], kind: type, title: str, *, quiet: bool) -> list[Any]:
    """The values of *kind* among *events*; the others are shown as bars and notes."""
    from plugin_core import console

    found: list[Any] = []

    def others() -> Iterator[Any]:
        for event in events:
            if isinstance(event, kind):
                found.append(event)
            else:
                yield event

    if quiet or not sys.stderr.isatty():
        _say([event.message for event in others() if hasattr(event, "message")])
    else:
        console.watch(others(), title)
    return found


# --- what becomes of it ----------------------------------------------------------------------------------------------


def _give(result: Result, wanted: _Wanted, *, alone: bool) -> None:
    """Print or write one result."""
    from plugin_core.tagging.outputs import BOM, content

    if not wanted.form:
        _show(result, wanted, alone=alone)
        return
    target = _target(result.source, wanted)
    text, notes = content(result, wanted.form, wanted.options, alone=alone or target is not None)
    _say(notes)
    if target is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    from plugin_core.storage import write_atomic

    write_atomic(target, text.encode("utf-8-sig" if wanted.form in BOM else "utf-8", "replace"))
    sys.stdout.write(f"{target}\n")


def _give_together(found: Sequence[Result], form: str) -> None:
    """Several results as one table."""
    from plugin_core.tagging import columns

    if found and form == "csv":
        sys.stdout.write(columns.many_to_csv([(result.source.name, result.tags) for result in found]))
    for result in found if form == "jsonl" else ():
        sys.stdout.write(columns.to_jsonl(result.tags, result.source.stem))


def _target(source: Source, wanted: _Wanted) -> Path | None:
    """Where the result goes; None is stdout. An input is never written over."""
    from plugin_core.tagging.inputs import STDIN
    from plugin_core.tagging.outputs import FORMATS, WRITTEN

    if wanted.out is None and wanted.form not in WRITTEN:
        return None
    target = wanted.out or (Path() if source.name == STDIN else Path(source.name).parent)
    if target.is_dir() or not target.suffix:
        target = target / f"{source.stem}{FORMATS[wanted.form]}"
    if source.name != STDIN and target.resolve() == Path(source.name).resolve():
        raise SettingsError("settings.out", f"{target} is the input; it is left as it is.", "Choose another --out.")
    return target


def _show(result: Result, wanted: _Wanted, *, alone: bool) -> None:
    from rich.console import Console

    from plugin_core.tagging import outputs, showing

    out = Console(highlight=False)
    title = "" if alone else result.source.name
    if result.sounds or result.turns:
        marks = outputs.document(result, wanted.options)[0].marks
        out.print(showing.marks_table(marks, title))
    elif result.source.media:
        out.print("Nothing was heard.")
    if result.source.media:
        return
    if result.tags.items:
        out.print(showing.table_of(result.source.text, result.tags, title))
    else:
        out.print("Nothing was found.")
    if wanted.labels:
        out.print(showing.asked_table(result.tags.asked))


def _say(notes: Sequence[str]) -> None:
    if notes:
        from plugin_core import console

        for note in notes:
            console.console().print(note, style="dim", markup=False, soft_wrap=True)


COMMANDS: dict[str, Callable[..., None]] = {"tag": tag_command}
