"""What the command line shows while a job runs: bars for people, JSON lines for machines, sentences for errors."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from plugin_core.errors import ZimuError
from plugin_core.protocol import Event, Finished, Note, Progress, to_json, to_line

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from plugin_core.checks import Problem
    from plugin_core.document import Document
    from plugin_core.modelstore import Pack

STAGES = {
    "read": "Reading 读取",
    "listen": "Listening 识别",
    "shots": "Finding shots 找镜头",
    "scenes": "Telling scenes 认场景",
    "cue": "Cueing 断句",
    "tagging": "Tagging 标注",
    "sounds": "Finding sounds 听声音",
    "speakers": "Telling voices apart 分辨说话人",
    "emotion": "Hearing moods 听语气",
    "translate": "Translating 翻译",
    "write": "Writing 写出",
    "render": "Rendering the sound 渲染声音",
    "sound": "Mixing the sound 混合声音",
    "push": "On the timeline 写入时间线",
    "pull": "Downloading 下载",
    "mux": "Adding subtitle tracks 封装字幕轨",
    "burn": "Drawing subtitles 压制字幕",
}


def console() -> Console:
    """Messages and bars go to stderr, results to stdout, so that pipes stay clean."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def show_error(error: ZimuError, *, as_json: bool, source: str = "") -> None:
    """A sentence and what to do; or one JSON line on stdout."""
    if as_json:
        sys.stdout.write(to_line({"event": "failed", "source": source, "error": error.to_json()}))
        return
    out = console()
    out.print(error.message, style="bold red", markup=False, soft_wrap=True)
    if error.hint:
        out.print(f"  {error.hint}", markup=False, soft_wrap=True)


def watch_json(events: Iterator[Event], source: str) -> Finished | None:
    """Every event as one JSON line on stdout."""
    finished = None
    for event in events:
        sys.stdout.write(to_line({"source": source, **to_json(event)}))
        sys.stdout.flush()
        if isinstance(event, Finished):
            finished = event
    return finished


def watch(events: Iterator[Event], title: str) -> Finished | None:
    """A bar per stage with the time that remains, notes above them as they come."""
    finished = None
    with stage_bars() as bars:
        tasks: dict[str, TaskID] = {}
        told: set[str] = set()
        bars.console.print(title, style="bold", markup=False)
        for event in events:
            if isinstance(event, Progress):
                _advance(bars, tasks, event)
            elif isinstance(event, Note) and event.message not in told:
                told.add(event.message)
                style = "yellow" if event.level == "warning" else "dim"
                bars.console.print(f"  {event.message}", style=style, markup=False, soft_wrap=True)
            elif isinstance(event, Finished):
                finished = event
    return finished


def _advance(bars: Bars, tasks: dict[str, TaskID], event: Progress) -> None:
    if event.stage not in tasks:
        tasks[event.stage] = bars.add_task(STAGES.get(event.stage, event.stage), total=None, left="")
    done = event.done >= event.total
    left = "" if event.remaining is None or done else f"{minutes(event.remaining)} left"
    # An empty stage (0 of 0) is a full bar.
    bars.update(tasks[event.stage], completed=event.done or float(done), total=event.total or 1.0, left=left)


def minutes(seconds: float) -> str:
    """``M:SS``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


@contextmanager
def stage_bars() -> Iterator[Bars]:
    """Bars on stderr; a task has a field *left*, the time that remains."""
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("  {task.description}"),
        BarColumn(bar_width=30),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[left]}"),
    )
    with Bars(*columns, console=console(), transient=False) as bars:
        yield bars


def summary(finished: Finished, problems: tuple[Problem, ...]) -> None:
    """The first cues, what the checks found and where the files are."""
    from rich.console import Console
    from rich.table import Table

    document = finished.document
    table = Table(title=f"{len(document.cues)} cues", title_justify="left", show_lines=False, pad_edge=False)
    table.add_column("in", no_wrap=True)
    table.add_column("out", no_wrap=True)
    for language in document.languages:
        table.add_column(language, overflow="fold")
    table.add_column("checks")
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.cue_id, []).append(problem.code)
    for cue in document.cues[:20]:
        texts = [text.replace("\n", " / ") for text in cue.texts]
        table.add_row(_clock(cue.start), _clock(cue.end), *texts, " ".join(found.get(cue.id, [])))
    if len(document.cues) > 20:
        table.add_row("...", "", *[""] * len(document.languages), "")
    out = Console(highlight=False)
    out.print(table)
    for file in finished.files:
        out.print(f"  {file}", markup=False, soft_wrap=True)


def show_problems(document: Document, problems: tuple[Problem, ...]) -> None:
    """One line per problem, in the order of the cues."""
    from rich.console import Console

    out = Console(highlight=False)
    places = {cue.id: (place, cue) for place, cue in enumerate(document.cues, 1)}
    for problem in problems:
        place, cue = places[problem.cue_id]
        out.print(f"{place:>5}  {_clock(cue.start)}  {problem.code}: {problem.message}", markup=False, soft_wrap=True)
    out.print(f"{len(problems)} problems in {len(document.cues)} cues." if problems else "No problems.")


def show_packs(packs: list[Pack], absent: list[Pack]) -> None:
    """The packs that are here, and those that could be, each a line that fits 80 columns."""
    from rich.console import Console
    from rich.table import Table

    out = Console(highlight=False)
    width = max((len(pack.id) for pack in (*packs, *absent)), default=0)
    for some, title in ((packs, "on this machine"), (absent, "to be had: zimu models pull ID")):
        if not some:
            continue
        table = Table(title=title, title_justify="left", pad_edge=False, box=None)
        table.add_column("id", min_width=width, no_wrap=True)
        table.add_column("kind", min_width=11, no_wrap=True)
        table.add_column("size", min_width=10, no_wrap=True, justify="right")
        table.add_column("languages", min_width=9, no_wrap=True)
        table.add_column("licence", no_wrap=True)
        for pack in some:
            spoken = " ".join(pack.languages) if len(pack.languages) <= 3 else str(len(pack.languages))
            table.add_row(pack.id, pack.kind, f"{pack.size / 1e6:,.1f} MB", spoken, pack.licence.partition(" (")[0])
        out.print(table)


def _clock(ms: int) -> str:
    minutes, rest = divmod(ms, 60_000)
    return f"{minutes:02}:{rest / 1000:06.3f}"
