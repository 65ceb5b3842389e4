"""``zimu search``: shots of many films by words, by mood, or like another. See ``cli`` for the exit statuses."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plugin_core.errors import Cancelled, SettingsError, ZimuError

if TYPE_CHECKING:
    from plugin_core.engines.bench import Bench
    from plugin_core.scenes.index import Index
    from plugin_core.scenes.index_adding import Packs
    from plugin_core.scenes.index_searching import Hit


def search_command(
    words: Annotated[str, typer.Argument(help='What the shots show: "the red car at night".')] = "",
    like: Annotated[
        str, typer.Option("--like", help="FILE@TIME: this shot again (1:02:03.5, 12.5s); or a picture.")
    ] = "",
    mood: Annotated[str, typer.Option("--mood", help="tense, cheerful, sad, calm, energetic; 紧张, ...")] = "",
    most: Annotated[int, typer.Option("--most", "-n", min=1, max=1000, help="So many shots at most.")] = 10,
    add: Annotated[list[Path] | None, typer.Option("--add", help="Films, or folders of films, for the index.")] = None,
    remove: Annotated[list[Path] | None, typer.Option("--remove", help="Films or folders to forget.")] = None,
    renew: Annotated[bool, typer.Option("--renew", help="Look at all films again, with the packs of now.")] = False,
    status: Annotated[bool, typer.Option("--status", help="What is in the index.")] = False,
    pack: Annotated[str, typer.Option("--pack", help="Id or folder of a pack of scenes.")] = "",
    vision: Annotated[str, typer.Option("--vision-pack", help="Id or folder of a vision pack; none = without.")] = "",
    captioner: Annotated[
        str, typer.Option("--captions-pack", help="Id or folder of a captioner; starter; none = without.")
    ] = "",
    device: Annotated[str, typer.Option("--device", help="auto, cpu or cuda.")] = "auto",
    threads: Annotated[int, typer.Option("--threads", min=0, help="0 = as many as help.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line on stdout.")] = False,
) -> None:
    """Shots of all films that you added (--add): by words, by mood, or this shot again. The films stay untouched."""
    from plugin_core.engines.bench import Bench
    from plugin_core.scenes.index import Index

    if not (words or like or mood or add or remove or renew or status):
        raise SettingsError("search.nothing", "Nothing to search for.", 'For example: zimu search "a street at night".')
    if words and like:
        raise SettingsError("search.both", "Words and --like exclude each other.", "Search for one of them.")
    failed = 0
    with Index.open() as index, Bench() as bench:
        if remove:
            _remove(index, remove, as_json=as_json)
        if add or renew:
            failed = _add(
                index, add or [], bench, (pack, vision, device, threads, captioner), renew=renew, as_json=as_json
            )
        if status:
            _status(index, as_json=as_json)
        if words or like or mood:
            _found(_search(index, bench, words, like, mood, most, vision), as_json=as_json)
    raise typer.Exit(failed)


# -- the index --


def _add(
    index: Index, places: Sequence[Path], bench: Bench, wanted: Sequence[Any], *, renew: bool, as_json: bool
) -> int:
    """Exit status of the first film that failed; the others are added all the same."""
    from plugin_core import console
    from plugin_core.scenes.index import other_packs
    from plugin_core.scenes.index_adding import packs

    *packs_and_device, captioner = wanted
    chosen = packs(bench, *packs_and_device, captioner=captioner)
    films = [film for place in places for film in _films(place)]
    if renew:
        films = [*(Path(film.path) for film in index.films() if Path(film.path).exists()), *films]
        index.clear()
    elif index.films() and index.form and index.form.packs != chosen.keys:
        raise other_packs()
    if chosen.vision is None and wanted[1] != "none":
        _say("No vision pack is installed: words will find labels, captions and what is said, not all that is seen.")
    failed = 0
    for number, film in enumerate(films, 1):
        try:
            _added(index, film, bench, chosen, (f"{film} ({number} of {len(films)})", as_json))
        except KeyboardInterrupt:
            raise Cancelled(hint="The films before this one are in the index; the same command goes on.") from None
        except ZimuError as error:
            if error.code in {"search.packs", "search.index"}:
                raise
            console.show_error(error, as_json=as_json, source=str(film))
            failed = failed or error.exit_code
    return failed


def _added(index: Index, film: Path, bench: Bench, chosen: Packs, shown: tuple[str, bool]) -> None:
    """Add one film, and say how it goes."""
    from plugin_core import console
    from plugin_core.scenes.index import Film
    from plugin_core.scenes.index_adding import add

    title, as_json = shown
    done: list[Film] = []
    errors: list[ZimuError] = []

    def events() -> Iterator[Any]:
        for event in add(index, [film], bench, chosen):
            if isinstance(event, ZimuError):
                errors.append(event)
            elif isinstance(event, Film):
                done.append(event)
            else:
                yield event

    if sys.stderr.isatty() and not as_json:
        console.watch(events(), title)
    else:
        for event in events():
            if message := getattr(event, "message", ""):
                _say(message)
    if errors:
        raise errors[0]
    for one in done:
        _line({"added": one.path, "shots": one.count} if as_json else f"{one.path}: {one.count} shots")


def _films(place: Path) -> list[Path]:
    """Those of a folder and below it, or the file itself."""
    from plugin_core.batch.discovery import library

    return [film.path for film in library(place).films] if place.is_dir() else [place]


def _remove(index: Index, places: Sequence[Path], *, as_json: bool) -> None:
    wanted = [place.absolute() for place in places]
    gone = [film for film in index.films() if any(Path(film.path).is_relative_to(place) for place in wanted)]
    if not gone:
        raise SettingsError("search.absent", "None of these is in the index.", "See `zimu search --status`.")
    index.remove([film.fingerprint for film in gone])
    for film in gone:
        _line({"removed": film.path} if as_json else f"{film.path}: forgotten; the file itself is untouched")


def _status(index: Index, *, as_json: bool) -> None:
    films, form = index.films(), index.form
    made = form.packs if form else {}
    shots = sum(film.count for film in films)
    if as_json:
        told = [{"path": one.path, "shots": one.count, "there": Path(one.path).exists()} for one in films]
        _line({"films": told, "shots": shots, "bytes": index.size, "packs": dict(made), "folder": str(index.folder)})
        return
    for film in films:
        _line(f"{film.path}: {film.count} shots{'' if Path(film.path).exists() else ' (the file is gone)'}")
    _line(f"{len(films)} films, {shots} shots, {index.size / 1e6:.1f} MB in {index.folder}")
    if films:
        _line(f"Scenes: {made['scenes'].partition('#')[0]}; vision: {made['vision'].partition('#')[0] or 'none'}")


# -- questions --


def _search(index: Index, bench: Bench, words: str, like: str, mood: str, most: int, vision: str) -> list[Hit]:
    from plugin_core.scenes import index_searching as searching
    from plugin_core.typography import has_han

    if not index.films():
        raise SettingsError("search.empty", "No film is in the index yet.", "Add some: zimu search --add FOLDER.")
    having = [searching.label_named(index, "mood", mood)] if mood else []
    if like:
        return _like(index, like, most)
    if not words:
        return searching.by_labels(index, having, most)
    made = index.form.packs["vision"] if index.form else ""
    if made and vision != "none":
        pack = bench.pack("vision", vision, ())
        if pack.key == made:
            if has_han(words) and "zh" not in pack.languages:
                _say(f"The vision pack {pack.id} does not know Chinese: ask in English.")
            return searching.by_sight(index, bench.vision(pack, "auto", "auto", 0), words, most, having)
        _say(f"The index was made with the vision pack {made.partition('@')[0]}, not with {pack.id}.")
    _say("Without a vision pack, labels, captions and what is said are searched, not all that is seen.")
    found = searching.by_words(index, words, most, having)
    if not found:
        known = dict.fromkeys(one.partition(".")[2] for one in (index.form.labels if index.form else ()))
        named = ", ".join(label.replace("_", " ") for label in known if label not in searching.VAGUE)
        _say(f"Labels that can be asked for: {named}.")
    return found


def _like(index: Index, like: str, most: int) -> list[Hit]:
    from plugin_core import frames
    from plugin_core.audio import fingerprint
    from plugin_core.scenes import copies
    from plugin_core.scenes import index_searching as searching

    path, ms = _place(like)
    row = searching.row_at(index, fingerprint(path), ms)
    if row is not None:
        return searching.like_row(index, row, most)
    picture = next(iter(frames.at(path, [ms]))).rgb(*copies.LOOK)
    return searching.like(index, copies.thumbs_of([picture]), most)


def _place(like: str) -> tuple[Path, int]:
    """The file and the ms of FILE@TIME; a file whose own name has an @ is taken as it is."""
    from plugin_core.clock import parse_time

    name, sign, time = like.rpartition("@")
    return (Path(like), 0) if not sign or Path(like).exists() else (Path(name), max(0, parse_time(time)))


def _found(hits: Sequence[Hit], *, as_json: bool) -> None:
    from plugin_core.clock import format_time

    for place, hit in enumerate(hits, 1):
        shot = hit.shot
        if as_json:
            _line({
                "place": place, "score": hit.score, "how": hit.how, "path": shot.film.path, "shot": shot.number,
                "start": shot.start, "end": shot.end, "text": shot.text,
                "caption": shot.caption,
            })  # fmt: skip
            continue
        gone = "" if Path(shot.film.path).exists() else " (the file is gone)"
        times = f"{format_time(shot.start)} - {format_time(shot.end)}"
        caption = f"  {shot.caption}" if shot.caption else ""
        _line(f"{place:3} {hit.score:.2f} {shot.film.path}{gone} shot {shot.number}  {times}  {hit.how}{caption}")
    if not hits:
        _say("Nothing was found.")


def _line(told: str | dict[str, Any]) -> None:
    sys.stdout.write((told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)) + "\n")


def _say(message: str) -> None:
    from plugin_core import console

    console.console().print(message, style="dim", markup=False, soft_wrap=True)


COMMANDS: dict[str, Callable[..., None]] = {"search": search_command}
