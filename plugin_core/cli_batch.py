"""``zimu batch``: a whole library, on this machine or on a cluster. See ``cli`` for the exit statuses."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from plugin_core.errors import Cancelled, ZimuError

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from plugin_core.batch import Began, Crew, Ended, Film, Heard, Library, Manifest, Summary
    from plugin_core.pipeline import Job

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Every film in it and below.", show_default=False)]
Cluster = Annotated[
    str, typer.Option("--cluster", help="A Ray cluster: auto, HOST:PORT, or local (started here); default: none.")
]
Workers = Annotated[int, typer.Option("--workers", min=0, max=1024, help="Films done at once; 0 = as many as fit.")]
List = Annotated[bool, typer.Option("--list", help="Only say what would be done.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON line per event on stdout.")]


def batch_command(
    folder: Folder,
    job: Job,
    cluster: Cluster = "",
    workers: Workers = 0,
    only_list: List = False,
    as_json: Json = False,
) -> None:
    """All films of a folder, every stage of `zimu run`; a second run does only what is left or has changed."""
    from plugin_core.batch import Manifest, left, library

    job = _absolute(job)
    found = library(folder, Path(job.out) if job.out else None)
    place = Path(job.out or found.folder)
    if only_list:
        _list(found, left(found.films, Manifest.seen(place), job), as_json=as_json)
        return
    with Manifest(place) as manifest:
        todo = left(found.films, manifest, job)
        _say_what(found, todo, as_json=as_json)
        summary = _done(todo, job, manifest, len(found.films) - len(todo), (cluster, workers, as_json))
    raise typer.Exit(_conclude(summary, as_json=as_json))


def _absolute(job: Job) -> Job:
    """Paths that a worker in another folder understands."""
    packs = [key for key in job.to_json() if key.endswith("_pack")]
    files = [key for key in ("profile", *packs) if getattr(job, key) != "starter" and Path(getattr(job, key)).exists()]
    named: dict[str, Any] = {
        key: str(Path(name).absolute()) for key in ("out", "glossary", *files) if (name := getattr(job, key))
    }
    return replace(job, **named)


def _done(todo: Sequence[Film], job: Job, manifest: Manifest, unchanged: int, how: tuple[str, int, bool]) -> Summary:
    from plugin_core.batch import Summary, run

    cluster, workers, as_json = how
    if not todo:
        return Summary(unchanged, unchanged=unchanged)
    show = _Lines() if as_json else _Bars() if sys.stderr.isatty() else _Sentences()
    with (
        closing(_crew(cluster, job, len(todo), workers)) as crew,
        _stoppable(),  # after Ray, which has a handler of its own
        show,
        closing(run(todo, job, crew, manifest, unchanged=unchanged)) as events,
    ):
        return _watched(events, show)


def _crew(cluster: str, job: Job, films: int, workers: int) -> Crew:
    if cluster:
        from plugin_core.batch.cluster import ClusterCrew

        return ClusterCrew(cluster, job, films, workers)
    from plugin_core.batch import embedded

    return embedded.crew(job, films, workers)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Ctrl-C and SIGTERM are Cancelled, once what was at work has been stopped."""
    import signal

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        raise Cancelled(
            message="Stopped.", hint="What was finished stays: run the same command again to go on."
        ) from None
    finally:
        signal.signal(signal.SIGTERM, before)


class _Show(Protocol):
    """How a batch is watched."""

    def show(self, event: Began | Heard | Ended) -> None: ...
    def __enter__(self) -> _Show: ...
    def __exit__(self, *error: object) -> None: ...


def _watched(events: Generator[Began | Heard | Ended, None, Summary], show: _Show) -> Summary:
    while True:
        try:
            event = next(events)
        except StopIteration as stop:
            result: Summary = stop.value
            return result
        show.show(event)


class _Lines:
    """For machines: one JSON line for each event."""

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def show(self, event: Began | Heard | Ended) -> None:
        from plugin_core.batch.scheduling import as_json

        _line(as_json(event))


class _Sentences:
    """For logs: one sentence for each film that ended."""

    def __enter__(self) -> _Sentences:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def show(self, event: Began | Heard | Ended) -> None:
        from plugin_core import console
        from plugin_core.batch import Ended

        if isinstance(event, Ended):
            console.console().print(ending(event), markup=False, soft_wrap=True)


class _Bars:
    """For people: a bar for all films with the time that remains, and one for each that is at work."""

    def __init__(self) -> None:
        from plugin_core import console

        self._opened = console.stage_bars()
        self._tasks: dict[str, TaskID] = {}
        self._all: TaskID | None = None

    def __enter__(self) -> _Bars:
        self._bars: Bars = self._opened.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._opened.__exit__(None, None, None)

    def show(self, event: Began | Heard | Ended) -> None:
        from plugin_core.batch import Began, Ended, Heard
        from plugin_core.console import STAGES
        from plugin_core.protocol import Progress

        name = event.film.name
        if isinstance(event, Began):
            self._tasks[name] = self._bars.add_task(name, total=None, left="")
        elif isinstance(event, Heard) and isinstance(event.said, Progress):
            step = event.said
            stage = STAGES.get(step.stage, step.stage)
            self._bars.update(
                self._tasks[name], description=f"{name}: {stage}", completed=step.done, total=step.total or 1.0
            )
        elif isinstance(event, Ended):
            self._bars.remove_task(self._tasks.pop(name))
            self._bars.console.print(ending(event), markup=False, soft_wrap=True)
            self._count(event.summary)

    def _count(self, summary: Summary) -> None:
        from plugin_core.console import minutes

        if self._all is None:
            self._all = self._bars.add_task("All films 全部影片", total=summary.total, left="")
        left = "" if summary.remaining is None else f"{minutes(summary.remaining)} left"
        ended = summary.unchanged + summary.done + len(summary.failed)
        self._bars.update(self._all, completed=ended, left=left)


def ending(event: Ended) -> str:
    """What became of a film, in a sentence; how far the batch is."""
    from plugin_core.console import minutes

    stands, error = event.summary, event.record.failure
    ended = stands.unchanged + stands.done + len(stands.failed)
    left = f", {minutes(stands.remaining)} left" if stands.remaining else ""
    what = f"done in {minutes(event.record.seconds)}"
    if error is not None:
        what = f"{'will be tried again' if event.again else 'failed'}: {error.message}"
    return f"{event.film.name}: {what} ({ended} of {stands.total}{left})"


def _say_what(found: Library, todo: Sequence[Film], *, as_json: bool) -> None:
    from plugin_core import console

    if as_json:
        _line({"event": "library", "films": len(found.films), "left": len(todo), "unread": list(found.unread)})
        return
    out = console.console()
    for place in found.unread:
        out.print(f"{place} cannot be looked into.", style="yellow", markup=False, soft_wrap=True)
    out.print(f"{len(found.films)} films, {len(todo)} of them to do.", markup=False)


def _list(found: Library, todo: Sequence[Film], *, as_json: bool) -> None:
    _say_what(found, todo, as_json=as_json)
    wanted = {film.name for film in todo}
    for film in found.films:
        if as_json:
            _line({"film": film.name, "left": film.name in wanted, "out": str(film.out)})
        else:
            sys.stdout.write(f"{'to do' if film.name in wanted else 'done '}  {film.name}\n")


def _conclude(summary: Summary, *, as_json: bool) -> int:
    """Print how it went; the exit status: that of the first failure."""
    from plugin_core.batch.scheduling import as_json as plain
    from plugin_core.batch.scheduling import first_failure

    if as_json:
        _line(plain(summary))
    else:
        _table(summary)
    return next(first_failure(summary), 0)


def _table(summary: Summary) -> None:
    from rich.console import Console
    from rich.table import Table

    from plugin_core.console import minutes

    table = Table("films", "done", "done before", "failed", "time", pad_edge=False, box=None)
    counts = (summary.total, summary.done, summary.unchanged, len(summary.failed))
    table.add_row(*map(str, counts), minutes(summary.seconds))
    out = Console(highlight=False)
    out.print(table)
    for record in summary.failed:
        error = record.failure or ZimuError("batch.failed", "")
        out.print(f"  {record.name}: {error}", markup=False, soft_wrap=True)


def _line(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")
    sys.stdout.flush()
