"""``zimu captions check``: captions that people wrote for videos. See ``cli_captions``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plugin_core.errors import DocumentError, ModelError, SettingsError

if TYPE_CHECKING:
    from plugin_core.captioning.quality import Checked
    from plugin_core.engines.bench import Bench
    from plugin_core.engines.typos import TypoEngine
    from plugin_core.tagging.known import Known

EXIT_PROBLEMS = 7  # as ``zimu check``
FORMS = (".html", ".json")
WIDTH, EXAMPLES = 30, 3  # of a bar in characters; of each check


def check_command(
    file: Annotated[
        Path, typer.Argument(help="Captions of videos: CSV, JSON (VATEX's too) or JSONL.", show_default=False)
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write a report: a page (.html) or all of it (.json).")
    ] = None,
    fixed: Annotated[
        Path | None, typer.Option("--fixed", help="Write the file again: mended where that is known, without the rest.")
    ] = None,
    mend_typing: Annotated[
        bool, typer.Option("--mend-typing", help="In --fixed also mend typing errors: look at the report first.")
    ] = False,
    checks: Annotated[
        str, typer.Option("--checks", help="length, script, verb, name, typing, consistency; several with commas.")
    ] = "",
    unit: Annotated[str, typer.Option("--unit", help="What consistency compares: characters or words.")] = "characters",
    threshold: Annotated[
        float | None, typer.Option("--threshold", help="Consistency below which a caption is shown; 0.02 is usual.")
    ] = None,
    pack: Annotated[str, typer.Option("--pack", help="Id or folder of a pack of typing errors.")] = "",
    encoding: Annotated[str, typer.Option("--encoding", help="Of the file; default: detected.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON on stdout.")] = False,
) -> None:
    """Check captions as training data: their form, and if they say what the others say. Exit status 7 if anything."""
    from plugin_core.captioning.quality import CHECKS, check, read, report
    from plugin_core.cli_timeline import listed
    from plugin_core.engines.bench import Bench

    _refuse(file, out, fixed)
    collection = read(file, encoding=encoding)
    with Bench() as bench:
        wanted = listed(checks) or CHECKS
        engine = _typos(bench, pack) if "typing" in wanted else None
        checked = check(collection, checks=wanted, unit=unit, threshold=threshold, engine=engine, known=_known(bench))
    if as_json:
        sys.stdout.write(report.to_json(checked))
    else:
        _show(checked)
    _write(checked, out, fixed, typing=mend_typing)
    raise typer.Exit(EXIT_PROBLEMS if checked.findings else 0)


def _refuse(file: Path, out: Path | None, fixed: Path | None) -> None:
    """What would be written over, or not be written at all, is said before anything is done."""
    if out and out.suffix.lower() not in FORMS:
        raise SettingsError(
            "captions.report", f"{out.name} is no report.", f"Name a file that ends in {' or '.join(FORMS)}."
        )
    targets = [one.resolve() for one in (file, out, fixed) if one]
    if len(set(targets)) < len(targets):
        raise DocumentError("captions.same", f"{file.name} would be written over.", "Name another file.")


def _typos(bench: Bench, wanted: str) -> TypoEngine | None:
    try:
        pack = bench.pack("typos", wanted, ())
    except ModelError:
        if wanted:
            raise
        return None
    return bench.typos(pack, "auto", "auto", 0)


def _known(bench: Bench) -> Known | None:
    """The lexicons of the embedded tagging pack."""
    from plugin_core.tagging.known import open_known

    try:
        return open_known(bench.pack("tagging", "starter", ()).folder)
    except ModelError:
        return None


def _show(checked: Checked) -> None:
    """A bar for each check with some of what it found."""
    from rich.console import Console

    from plugin_core.captioning.quality.report import TITLES, counted

    out, counts = Console(highlight=False), counted(checked)
    for english, chinese in checked.notes:
        out.print(f"{english} {chinese}", style="dim", markup=False)
    most = max([*counts.values(), 1])
    for one in checked.done:
        title = " · ".join(TITLES[one])
        bar = "█" * -(-WIDTH * counts[one] // most)
        out.print(f"{one:<12}{bar:<{WIDTH}} {counts[one]:>6}  {title}", markup=False, soft_wrap=True)
        for finding in [*checked.of(one)][:EXAMPLES]:
            new = f" → {finding.mended}" if finding.mended else ""
            text = f"{finding.caption.where}: {finding.caption.text}{new} [{finding.detail}]"
            out.print(f"            {text}", style="dim", markup=False, soft_wrap=True)
    total = len(checked.collection.captions)
    out.print(
        f"{checked.captions} of {total} captions have something. {total} 条描述中有 {checked.captions} 条有问题。"
    )


def _write(checked: Checked, out: Path | None, fixed: Path | None, *, typing: bool) -> None:
    from plugin_core.captioning.quality import report, written
    from plugin_core.storage import write_atomic

    if out:
        text = report.to_json(checked) if out.suffix.lower() == ".json" else report.page(checked)
        write_atomic(out, text.encode())
    if fixed:
        write_atomic(fixed, written(checked.collection, checked.mended(typing=typing)))
    for path in (out, fixed):
        if path:
            sys.stderr.write(f"{path}\n")
