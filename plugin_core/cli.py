"""
The command line.

Exit status: 0 done, 2 wrong option, 3 media, 4 pack, 5 subtitle or output file, 6 host, 7 ``zimu check`` found
problems, 1 anything else, 130 stopped. A queue goes on after a failed file and ends with the first failure's status.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plugin_core import __version__, processes
from plugin_core.cli_batch import batch_command
from plugin_core.cli_captions import COMMANDS as CAPTION_COMMANDS
from plugin_core.cli_captions import app as captions_app
from plugin_core.cli_doctor import doctor
from plugin_core.cli_hosts import app as hosts_app
from plugin_core.cli_models import app as models_app
from plugin_core.cli_models import offer_pack
from plugin_core.cli_monitor import app as monitor_app
from plugin_core.cli_options import takes
from plugin_core.cli_scenes import app as scenes_app
from plugin_core.cli_search import COMMANDS as SEARCH_COMMANDS
from plugin_core.cli_self_test import COMMANDS as SELF_TEST_COMMANDS
from plugin_core.cli_serve import COMMANDS as SERVE_COMMANDS
from plugin_core.cli_shots import COMMANDS as SHOT_COMMANDS
from plugin_core.cli_tag import COMMANDS as TAG_COMMANDS
from plugin_core.cli_timeline import COMMANDS, listed
from plugin_core.errors import Cancelled, SettingsError, ZimuError

if TYPE_CHECKING:
    from plugin_core.pipeline import Job

EXIT_PROBLEMS = 7

app = typer.Typer(
    name="zimu",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Zimu 字幕: bilingual subtitles for video editors. Nothing leaves this machine.",
)
app.add_typer(models_app, name="models")
app.add_typer(hosts_app, name="hosts")
app.add_typer(scenes_app, name="scenes")
app.add_typer(captions_app, name="captions")
app.add_typer(monitor_app, name="monitor")
app.command()(doctor)
_GROUPS = (
    COMMANDS, TAG_COMMANDS, SHOT_COMMANDS, CAPTION_COMMANDS, SEARCH_COMMANDS, SERVE_COMMANDS, SELF_TEST_COMMANDS,
)  # fmt: skip
for _group in _GROUPS:
    for _name, _command in _group.items():
        app.command(_name)(_command)
for _entry in entry_points(group="zimu.commands"):  # the bridges bring their own
    app.add_typer(_entry.load(), name=_entry.name)

Files = Annotated[
    list[Path], typer.Argument(help="Media files (or subtitle files: they are translated).", show_default=False)
]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Folder for the results; default: beside each file.")]
To = Annotated[str, typer.Option("--to", help="Wanted languages, in the order they are stacked.")]
Spoken = Annotated[str, typer.Option("--spoken", help="Language spoken, or auto (found in every stretch of speech).")]
ProfileName = Annotated[
    str, typer.Option("--profile", help="netflix, bbc, ted, vertical, or a .toml file of your own.")
]
Children = Annotated[bool, typer.Option("--children", help="Reading speed for children's programmes.")]
Punctuation = Annotated[str, typer.Option("--punctuation", help="full, or spaces: Netflix's Chinese convention.")]
Formats = Annotated[str, typer.Option("--formats", help="srt, vtt, ass, ttml, txt, csv, jsonl; several with commas.")]
Order = Annotated[str, typer.Option("--order", help="source-over-target, target-over-source or single.")]
Highlight = Annotated[bool, typer.Option("--highlight", help="Word-by-word highlight in ASS and WebVTT.")]
Report = Annotated[bool, typer.Option("--report", help="Also write a report.html to look at.")]
PackName = Annotated[str, typer.Option("--pack", help="Packs to use: starter = the embedded ones.")]
SpeechPack = Annotated[str, typer.Option("--speech-pack", help="Id or folder of a speech pack.")]
TranslationPack = Annotated[str, typer.Option("--translation-pack", help="Id or folder of a translation pack.")]
GlossaryFile = Annotated[Path | None, typer.Option("--glossary", help="CSV: source,target terms to keep.")]
NoMemory = Annotated[bool, typer.Option("--no-memory", help="Neither read nor fill the translation memory.")]
Events = Annotated[
    str, typer.Option("--events", help="What to mark: text, sounds, speakers, emotion; several with commas; or none.")
]
Beats = Annotated[str, typer.Option("--beats", help="Also mark every bar or beat of music: none, bar, beat.")]
Speakers = Annotated[str, typer.Option("--speakers", help="How many people speak, or auto.")]
Sdh = Annotated[str, typer.Option("--sdh", help="Captions of sounds and speakers too, as netflix, bbc or fcc do.")]
Cuts = Annotated[Path | None, typer.Option("--cuts", help="Shot cuts: one time per line (seconds or HH:MM:SS.mmm).")]
FindShots = Annotated[
    bool, typer.Option("--shots", help="Find the shots first: cues keep to the cuts, shots are marked.")
]
TellScenes = Annotated[
    bool, typer.Option("--scenes", help="Find the shots and tell what is in them: scenes, places, times, moods.")
]
TellCaptions = Annotated[bool, typer.Option("--captions", help="Find the shots and describe each in a sentence.")]
Device = Annotated[str, typer.Option("--device", help="auto, cpu or cuda.")]
Compute = Annotated[str, typer.Option("--compute", help="auto, int8, int8_float16, float16, float32.")]
Threads = Annotated[int, typer.Option("--threads", min=0, help="0 = as many as there are cores.")]
BatchSize = Annotated[int, typer.Option("--batch-size", min=1, max=64, help="Stretches of speech heard at once.")]
BeamSize = Annotated[int, typer.Option("--beam-size", min=1, max=20, help="Wider is better and slower.")]
NoVad = Annotated[bool, typer.Option("--no-vad", help="Listen to everything, not only where a voice was found.")]
Stream = Annotated[
    int | None, typer.Option("--stream", help="Index of the audio stream; default: the file's main one.")
]
Channel = Annotated[int | None, typer.Option("--channel", help="One channel of it; default: all, mixed.")]
Encoding = Annotated[str, typer.Option("--encoding", help="Of a subtitle file; default: detected.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Ignore what earlier runs finished.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON line per event on stdout.")]


def run_options(
    to: To = "zh,en",
    out: Out = None,
    spoken: Spoken = "auto",
    profile: ProfileName = "netflix",
    children: Children = False,
    punctuation: Punctuation = "",
    formats: Formats = "srt,ass",
    order: Order = "source-over-target",
    highlight: Highlight = False,
    report: Report = False,
    pack: PackName = "",
    speech_pack: SpeechPack = "",
    translation_pack: TranslationPack = "",
    glossary: GlossaryFile = None,
    no_memory: NoMemory = False,
    cuts: Cuts = None,
    shots: FindShots = False,
    scenes: TellScenes = False,
    captions: TellCaptions = False,
    events: Events = "text,sounds,speakers",
    beats: Beats = "none",
    speakers: Speakers = "auto",
    sdh: Sdh = "",
    device: Device = "auto",
    compute: Compute = "auto",
    threads: Threads = 0,
    batch_size: BatchSize = 8,
    beam_size: BeamSize = 5,
    no_vad: NoVad = False,
    stream: Stream = None,
    channel: Channel = None,
    fresh: Fresh = False,
) -> Job:
    """The job that the options of ``zimu run`` ask for, without its source."""
    from plugin_core.pipeline import Job

    starter = pack if pack == "starter" else ""  # else the best of each there is
    return Job(
        source="",
        out=str(out or ""),
        languages=listed(to),
        spoken=spoken,
        profile=profile,
        children=children,
        punctuation=punctuation,
        formats=listed(formats),
        order=order,
        highlight=highlight,
        report=report,
        speech_pack=speech_pack or pack,
        translation_pack=translation_pack or pack,
        glossary=str(glossary or ""),
        memory=not no_memory,
        cuts=_read_cuts(cuts),
        shots=shots,
        scenes=scenes,
        captions=captions,
        events=() if events == "none" else listed(events),
        beats=beats,
        speakers=speakers,
        sdh=sdh,
        tagging_pack=starter,
        sounds_pack=starter,
        voices_pack=starter,
        shots_pack=starter,
        scenes_pack=starter,
        captions_pack=starter,
        device=device,
        compute=compute,
        threads=threads,
        batch_size=batch_size,
        beam_size=beam_size,
        vad=not no_vad,
        audio_stream=stream,
        channel=channel,
        fresh=fresh,
    )


@app.command("run")
@takes(run_options)
def run_command(files: Files, job: Job, as_json: Json = False) -> None:
    """Media in, bilingual subtitles out: recognise, time, cue, mark what happens and who speaks, translate, write."""
    _queue(job, files, as_json=as_json)


app.command("batch")(takes(run_options)(batch_command))


@app.command()
def transcribe(
    files: Files,
    out: Out = None,
    spoken: Spoken = "auto",
    profile: ProfileName = "netflix",
    formats: Formats = "srt",
    report: Report = False,
    pack: PackName = "",
    glossary: GlossaryFile = None,
    cuts: Cuts = None,
    device: Device = "auto",
    compute: Compute = "auto",
    batch_size: BatchSize = 8,
    stream: Stream = None,
    channel: Channel = None,
    fresh: Fresh = False,
    as_json: Json = False,
) -> None:
    """Subtitles in the language that is spoken, without translation."""
    from plugin_core.pipeline import Job

    job = Job(
        source="",
        out=str(out or ""),
        languages=(),
        spoken=spoken,
        profile=profile,
        formats=listed(formats),
        report=report,
        speech_pack=pack,
        glossary=str(glossary or ""),
        cuts=_read_cuts(cuts),
        device=device,
        compute=compute,
        batch_size=batch_size,
        audio_stream=stream,
        channel=channel,
        fresh=fresh,
    )
    _queue(job, files, as_json=as_json)


@app.command()
def translate(
    files: Annotated[list[Path], typer.Argument(help="Subtitle files or .zimu documents.", show_default=False)],
    to: To = "en",
    spoken: Annotated[str, typer.Option("--from", help="Language of the file, or auto.")] = "auto",
    out: Out = None,
    profile: ProfileName = "netflix",
    formats: Formats = "srt",
    order: Order = "source-over-target",
    pack: PackName = "",
    glossary: GlossaryFile = None,
    no_memory: NoMemory = False,
    encoding: Encoding = "",
    device: Device = "auto",
    compute: Compute = "auto",
    fresh: Fresh = False,
    as_json: Json = False,
) -> None:
    """Translate existing subtitles; the number and the times of the cues never change."""
    from plugin_core.pipeline import Job

    job = Job(
        source="",
        out=str(out or ""),
        languages=listed(to),
        spoken=spoken,
        profile=profile,
        formats=listed(formats),
        order=order,
        translation_pack=pack,
        glossary=str(glossary or ""),
        memory=not no_memory,
        encoding=encoding,
        device=device,
        compute=compute,
        fresh=fresh,
    )
    _queue(job, files, as_json=as_json)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A subtitle file or a .zimu document.")],
    profile: ProfileName = "netflix",
    children: Children = False,
    language: Annotated[str, typer.Option("--language", help="Language of a subtitle file; default: detected.")] = "",
    glossary: GlossaryFile = None,
    cuts: Cuts = None,
    encoding: Encoding = "",
    as_json: Json = False,
) -> None:
    """What a subtitler would mend: reading speed, length, gaps, overlaps, cuts, terms. Exit status 7 if anything."""
    from plugin_core import console
    from plugin_core.checks import check as find_problems
    from plugin_core.glossary import Glossary
    from plugin_core.pipeline import open_document
    from plugin_core.profiles import find

    chosen = find(profile, children=children)
    terms = Glossary.load(glossary) if glossary else None
    document, notes = open_document(file, encoding=encoding, language=language)
    problems = find_problems(
        document, chosen, glossary=terms, cuts=_read_cuts(cuts), frame_rate=document.media.frame_rate
    )
    if as_json:
        from dataclasses import asdict

        from plugin_core.protocol import to_line

        for problem in problems:
            sys.stdout.write(to_line(asdict(problem)))
    else:
        for note in notes:
            console.console().print(note, style="dim", markup=False)
        console.show_problems(document, problems)
    raise typer.Exit(EXIT_PROBLEMS if problems else 0)


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(help="A subtitle file or a .zimu document.")],
    target: Annotated[Path, typer.Argument(help="The file to write; its suffix names the format.")],
    order: Order = "source-over-target",
    language: Annotated[str, typer.Option("--language", help="Only this language of a bilingual document.")] = "",
    highlight: Highlight = False,
    encoding: Encoding = "",
) -> None:
    """Convert between subtitle formats. The text and the times stay."""
    from plugin_core import console, formats, storage
    from plugin_core.pipeline import DOCUMENT_SUFFIX, open_document

    document, notes = open_document(source, encoding=encoding, language="")
    for note in notes:
        console.console().print(note, style="dim", markup=False)
    if target.suffix.lower() == DOCUMENT_SUFFIX:
        storage.save(document, target)
    else:
        layout = formats.Layout(order, (language,) if language else (), highlight)
        formats.write(document, target, layout=layout)
    sys.stdout.write(f"{target}\n")


def _queue(job: Job, files: Sequence[Path], *, as_json: bool) -> None:
    """Every file through one worker that keeps the models loaded; a failed file does not stop the others."""
    from plugin_core import console
    from plugin_core.worker import Worker

    if job.speech_pack == job.translation_pack == "" and not as_json:
        job = offer_pack(job, files)
    status = 0
    with Worker() as worker:
        for place, file in enumerate(files, 1):
            title = f"{file}" if len(files) == 1 else f"{file} ({place} of {len(files)})"
            try:
                events = worker.run(replace(job, source=str(file)))
                finished = console.watch_json(events, str(file)) if as_json else console.watch(events, title)
                if finished and not as_json:
                    _summarise(finished, job)
            except KeyboardInterrupt:
                raise Cancelled from None
            except ZimuError as error:
                console.show_error(error, as_json=as_json, source=str(file))
                status = status or error.exit_code
    raise typer.Exit(status)


def _summarise(finished: object, job: Job) -> None:
    from plugin_core import console
    from plugin_core.checks import check as find_problems
    from plugin_core.profiles import find
    from plugin_core.protocol import Finished

    if isinstance(finished, Finished):
        profile = find(job.profile, children=job.children)
        rate = finished.document.media.frame_rate
        console.summary(finished, find_problems(finished.document, profile, cuts=job.cuts, frame_rate=rate))


def _read_cuts(path: Path | None) -> tuple[int, ...]:
    """Shot cuts in ms from a text file: seconds or clock times, one a line (a CSV's first column will do)."""
    from plugin_core.clock import parse_time

    if path is None:
        return ()
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "settings.cuts", f"{path} cannot be read: {error}.", "One time a line is expected."
        ) from error
    cells = (line.split(",")[0].strip() for line in lines)
    return tuple(sorted(parse_time(cell) for cell in cells if cell and cell[0].isdigit()))


def _version(value: bool) -> None:
    if value:
        sys.stdout.write(f"zimu {__version__}\n")
        raise typer.Exit


def _self_test(value: bool) -> None:
    if value:
        SELF_TEST_COMMANDS["self-test"]()


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    self_test: Annotated[
        bool, typer.Option("--self-test", callback=_self_test, is_eager=True, help="The same as `zimu self-test`.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """The console script: every ZimuError becomes a sentence and its exit status."""
    if processes.handed_over():
        return
    for stream in (sys.stdout, sys.stderr):  # a sign that a terminal or a pipe cannot show ends no command
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except ZimuError as error:
        from plugin_core import console

        console.show_error(error, as_json="--json" in sys.argv)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(Cancelled.exit_code)


if __name__ == "__main__":
    main()
