"""``zimu models ...``: what is installed and what can be had."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plugin_core.errors import ModelError, ZimuError

if TYPE_CHECKING:
    from plugin_core.pipeline import Job

app = typer.Typer(no_args_is_help=True, help="Packs: list, pull, import, verify, remove.")

Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]
PackId = Annotated[str, typer.Argument(help="The id of a pack, see `zimu models list`.")]


@app.command("list")
def list_packs(
    everything: Annotated[bool, typer.Option("--all", help="Also what can be pulled.")] = False,
    as_json: Json = False,
) -> None:
    """The packs on this machine, and with --all those in the catalog."""
    from plugin_core import console, modelstore

    packs, absent = modelstore.installed(), []
    if everything:
        from plugin_core.catalog import catalog

        have = {pack.id for pack in packs}
        absent = [entry.pack for entry in catalog() if entry.pack.id not in have]
    if as_json:
        for pack in (*packs, *absent):
            facts = {name: getattr(pack, name) for name in ("id", "kind", "tier", "languages", "size", "licence")}
            _say(installed=pack in packs, **facts)
        return
    console.show_packs(packs, absent)
    for error in modelstore.broken():
        console.show_error(error, as_json=False)


@app.command()
def pull(
    pack_id: PackId,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Accept the licence without asking.")] = False,
    mirror: Annotated[
        str, typer.Option("--mirror", help="A server that speaks the hub's protocol (also HF_ENDPOINT).")
    ] = "",
    source: Annotated[str, typer.Option("--source", help="huggingface or modelscope.")] = "huggingface",
    as_json: Json = False,
) -> None:
    """Download a production pack: the licence is shown first, every file is checked, an interrupted pull resumes."""
    from plugin_core import console
    from plugin_core.catalog import entry

    wanted = entry(pack_id)
    out = console.console()
    out.print(f"{wanted.pack.name}: {wanted.size / 1e6:,.0f} MB, licence {wanted.pack.licence}", markup=False)
    if wanted.pack.attribution:
        out.print(f"  {wanted.pack.attribution}", markup=False, soft_wrap=True)
    if not yes and not (sys.stdin.isatty() and typer.confirm("Download it?", err=True)):
        raise ModelError("model.licence", "The pack was not downloaded.", "Accept its licence with --yes.")
    events = _pulling(wanted, mirror, source)
    if as_json:
        console.watch_json(events, pack_id)
    else:
        console.watch(events, pack_id)


def _pulling(wanted: Any, mirror: str, source: str) -> Iterator[Any]:
    from plugin_core.download import pull as fetch

    return fetch(wanted, endpoint=mirror, source=source)


@app.command("import")
def import_pack(
    path: Annotated[Path, typer.Argument(help="A pack's folder, its .zip, or an .argosmodel file.")],
) -> None:
    """Install a pack from a file or folder; no network is needed."""
    from plugin_core.modelstore import import_file

    pack = import_file(path)
    sys.stdout.write(f"{pack.id} ({pack.name}) is installed in {pack.folder}\n")


@app.command()
def verify(pack_id: Annotated[str, typer.Argument(help="A pack's id; default: all.")] = "") -> None:
    """Check every file of a pack against its checksum."""
    from plugin_core import console, modelstore

    packs = [modelstore.find(pack_id)] if pack_id else modelstore.installed()
    failed = [] if pack_id else modelstore.broken()
    for pack in packs:
        try:
            modelstore.verify(pack)
        except ModelError as damage:
            failed.append(damage)
        else:
            sys.stdout.write(f"{pack.id}: {len(pack.files)} files are as they should be\n")
    for error in failed:
        console.show_error(error, as_json=False)
    raise typer.Exit(ModelError.exit_code if failed else 0)


@app.command()
def remove(pack_id: PackId) -> None:
    """Delete a pulled or imported pack."""
    from plugin_core.modelstore import remove as delete

    sys.stdout.write(f"{delete(pack_id).id} was removed\n")


def offer_pack(job: Job, files: Sequence[Path]) -> Job:
    """Without a production pack, ask at a terminal whether the starter packs will do; elsewhere let the job say it."""
    from plugin_core import console
    from plugin_core.engines.bench import choose_pack

    media = [file for file in files if file.suffix.lower() not in {".srt", ".vtt", ".ass", ".zimu"}]
    try:
        if media:
            choose_pack("speech", job.speech_pack, () if job.spoken == "auto" else (job.spoken,))
    except ZimuError as error:
        if not sys.stdin.isatty():
            raise
        console.show_error(error, as_json=False)
        if not typer.confirm("Use the embedded starter packs now?", err=True):
            raise
        return replace(job, speech_pack="starter", translation_pack="starter")
    return job


def _say(**values: Any) -> None:
    from plugin_core.protocol import to_line

    sys.stdout.write(to_line(values))
