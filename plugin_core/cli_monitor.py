"""``zimu monitor``: drift of the service's logs, and two packs of scenes side by side. See ``cli``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plugin_core.errors import SettingsError

if TYPE_CHECKING:
    from plugin_core.engines.bench import Bench
    from plugin_core.monitoring.reporting import Part
    from plugin_core.monitoring.trial import Side
    from plugin_core.shots import Shot

app = typer.Typer(help="Watch the recogniser of scenes: drift, and two packs side by side.", no_args_is_help=True)

Logs = Annotated[list[Path], typer.Argument(help="Logs of the service: JSON lines.", show_default=False)]
Report = Annotated[
    Path | None, typer.Option("--report", help="Write the page to this .md or .html; default: Markdown on stdout.")
]
DRIFTED = 7  # exit status: there is something to look at, as of `zimu check`


@app.command()
def reference(logs: Logs, out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")]) -> None:
    """Make of logs what later ones are compared with: how often every label is told, and how sure."""
    from plugin_core.monitoring.drift import Profile
    from plugin_core.monitoring.records import read

    profile = Profile.of(read(logs))
    profile.save(out)
    sys.stdout.write(f"{out}: {profile.shots} shots.\n")


@app.command()
def drift(
    logs: Logs,
    against: Annotated[Path, typer.Option("--reference", help="A file of `zimu monitor reference`.")],
    report: Report = None,
) -> None:
    """What changed since the reference. Exit status 7 if something changed much."""
    from plugin_core.monitoring.drift import Profile, drifts
    from plugin_core.monitoring.records import read
    from plugin_core.monitoring.reporting import of_drift

    before, now = Profile.load(against), Profile.of(read(logs))
    found = drifts(before, now)
    _give(["# Drift", f"{before.shots} shots before, {now.shots} now.", of_drift(found)], report)
    raise typer.Exit(DRIFTED if any(one.verdict == "large" for one in found) else 0)


@app.command()
def compare(
    a: Annotated[str, typer.Argument(help="Id or folder of a pack of scenes.", show_default=False)],
    b: Annotated[str, typer.Argument(help="Another one.", show_default=False)],
    files: Annotated[list[Path], typer.Argument(help="Films.", show_default=False)],
    truth: Annotated[
        Path | None, typer.Option("--truth", help="What is true of them: JSON lines with frame_id, place, ...")
    ] = None,
    shots_pack: Annotated[str, typer.Option("--shots-pack", help="Of both; none = the detectors alone.")] = "",
    report: Report = None,
) -> None:
    """Two packs on the same films: where they differ, who is right (McNemar, paired bootstrap)."""
    from plugin_core.engines.bench import Bench
    from plugin_core.monitoring import truth as truths
    from plugin_core.monitoring.reporting import of_trial
    from plugin_core.monitoring.trial import compare as tried

    with Bench() as bench:
        engines = [bench.scenes(bench.pack("scenes", name, ()), "cpu", "auto", 0) for name in (a, b)]
        groups = {name: group for name, group in engines[0].groups.items() if name in engines[1].groups}
        if not groups:
            raise SettingsError("monitor.groups", "The two packs have no group of labels in common.", "")
        seconds = truths.read(truth, tuple(groups)) if truth else None
        first, shots = _told(a, files, shots_pack, bench)
        second, _ = _told(b, files, shots_pack, bench)
    known = (
        [truths.of_shots(film.stem, some, seconds) for film, some in zip(files, shots, strict=True)] if seconds else ()
    )
    _give(of_trial(tried([film.name for film in files], first, second, groups, known)), report)


def _told(pack: str, files: Sequence[Path], shots_pack: str, bench: Bench) -> tuple[Side, list[Sequence[Shot]]]:
    """What *pack* says of every film, and the shots, which are the same for all packs."""
    from plugin_core.monitoring.trial import Side
    from plugin_core.scenes.stage import Request, recognised_in
    from plugin_core.shots.stage import Request as ShotRequest

    labels, shots = [], []
    for file in files:
        found = _result(recognised_in(file, Request(pack, ShotRequest(shots_pack)), bench))
        labels.append(found.labels)
        shots.append(found.shots.shots)
    return Side(pack, labels), shots


def _result(steps: Any) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


def _give(parts: list[Part], report: Path | None) -> None:
    from plugin_core import storage
    from plugin_core.monitoring.reporting import markdown, page

    if report is None:
        sys.stdout.write(markdown(parts))
        return
    if report.suffix.lower() not in {".md", ".html"}:
        raise SettingsError("settings.report", f"{report} is no .md and no .html.", "Name one of them.")
    text = page(parts) if report.suffix.lower() == ".html" else markdown(parts)
    storage.write_atomic(report, text.encode())
    sys.stdout.write(f"{report}\n")
