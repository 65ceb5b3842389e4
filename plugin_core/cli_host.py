"""The commands that work on the open timeline of an editing program, the same for every host. See ``cli``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from plugin_core.cli_timeline import listed
from plugin_core.errors import HostError, SettingsError

if TYPE_CHECKING:
    from plugin_core.bridge import AudioRequest, Bridge
    from plugin_core.host import PlanOptions
    from plugin_core.pipeline import Job
    from plugin_core.protocol import Event, Note, Progress
    from plugin_core.pushing import Report
    from plugin_core.timelines import Place

Result = TypeVar("Result")
File = Annotated[
    Path | None, typer.Argument(help="The .zimu document; default: that of the open timeline.", show_default=False)
]
At = Annotated[
    str, typer.Option("--at", help="Timecode where the media's beginning lies; default: where it was, or is found.")
]
Tracks = Annotated[str, typer.Option("--tracks", help="Subtitle tracks: zh,en,zh-en; default: all of them.")]
Kinds = Annotated[str, typer.Option("--kinds", help="Kinds of marks: music,sound,...; default: all; none.")]
Sides = Annotated[
    str, typer.Option("--conflicts", help="What both sides changed: ask (left as it is), document or host.")
]
Restore = Annotated[bool, typer.Option("--restore", help="Put back what was deleted on the timeline.")]
Refresh = Annotated[bool, typer.Option("--refresh", help="Put tracks again that the host does not let us compare.")]
Discard = Annotated[bool, typer.Option("--discard", help="Also what was edited there and not pulled.")]
Route = Annotated[
    str, typer.Option("--route", help="render: exactly what is heard; sources: from the clips, without a render.")
]
InOut = Annotated[bool, typer.Option("--in-out", help="Only between the in and out points.")]
Heard = Annotated[str, typer.Option("--audio-tracks", help="Numbers of audio tracks: 1,3; default: those not muted.")]
To = Annotated[str, typer.Option("--to", help="Wanted languages, in the order they are stacked.")]
Profile = Annotated[str, typer.Option("--profile", help="netflix, bbc, ted, vertical, ...")]
Pack = Annotated[str, typer.Option("--pack", help="Packs to use: starter = the embedded ones.")]
Push = Annotated[bool, typer.Option("--push", help="Put the result on the timeline at once.")]
Timeline = Annotated[
    str, typer.Option("--timeline", help="Name or id of a timeline of the open project; default: the one that is open.")
]
Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]


def add_commands(app: typer.Typer, open_bridge: Callable[[], Bridge], *, reads_captions: bool = True) -> None:
    """
    Give *app* the commands over the bridge that *open_bridge* connects; those that read captions only if its host
    *reads_captions*.
    """

    @app.command()
    def timelines(as_json: Json = False) -> None:
        """The timelines of the open project; a * is before the one that is open."""
        with closing(open_bridge()) as bridge:
            _show_timelines(bridge, as_json=as_json)

    @app.command()
    def status(
        file: File = None,
        timeline: Timeline = "",
        at: At = "",
        tracks: Tracks = "",
        kinds: Kinds = "",
        as_json: Json = False,
    ) -> None:
        """What a push would do, and what was edited on the timeline. Nothing is changed."""
        _verb("status", open_bridge, file, timeline, at, _options(tracks, kinds), as_json=as_json)

    @app.command()
    def push(
        file: File = None,
        timeline: Timeline = "",
        at: At = "",
        tracks: Tracks = "",
        kinds: Kinds = "",
        conflicts: Sides = "ask",
        restore: Restore = False,
        refresh: Refresh = False,
        as_json: Json = False,
    ) -> None:
        """Put the document on the open timeline: subtitle tracks and markers. Your own items are never touched."""
        options = replace(_options(tracks, kinds), conflicts=conflicts, restore=restore, refresh=refresh)
        _verb("push", open_bridge, file, timeline, at, options, as_json=as_json)

    @app.command()
    def pull(file: File = None, timeline: Timeline = "", at: At = "", as_json: Json = False) -> None:
        """Take over into the document what was edited on the timeline."""
        _verb("pull", open_bridge, file, timeline, at, _options("", ""), as_json=as_json)

    @app.command()
    def unpush(file: File = None, timeline: Timeline = "", discard: Discard = False, as_json: Json = False) -> None:
        """Remove everything that Zimu put on the timeline, and nothing else."""
        _verb("unpush", open_bridge, file, timeline, "", _options("", ""), as_json=as_json, discard=discard)

    @app.command()
    def run(
        to: To = "zh,en",
        spoken: Annotated[str, typer.Option("--spoken", help="Language spoken, or auto.")] = "auto",
        profile: Profile = "netflix",
        events: Annotated[
            str, typer.Option("--events", help="What to mark: text, sounds, speakers, emotion; or none.")
        ] = "text,sounds,speakers",
        pack: Pack = "",
        timeline: Timeline = "",
        route: Route = "render",
        in_out: InOut = False,
        audio_tracks: Heard = "",
        push: Push = False,
        as_json: Json = False,
    ) -> None:
        """Subtitle the timeline: listen to it, make the document, and put it there if --push says so."""
        job = _job(to, spoken, profile, events, pack)
        tracks = _numbers(audio_tracks)

        def source(bridge: Bridge) -> tuple[Place, Path]:
            from plugin_core.timelines import listen

            request = _request(bridge, tracks, in_out=in_out)
            return watched(listen(bridge, request, route), bridge.timeline().name)

        _work(open_bridge, job, source, timeline, push=push, as_json=as_json)

    def translate(
        track: Annotated[
            str, typer.Option("--track", help="Name of the subtitle track; default: the first of yours.")
        ] = "",
        spoken: Annotated[str, typer.Option("--from", help="Language of its text; default: found.")] = "",
        to: To = "zh,en",
        profile: Profile = "netflix",
        pack: Pack = "",
        timeline: Timeline = "",
        push: Push = False,
        as_json: Json = False,
    ) -> None:
        """Take a subtitle track that is on the timeline, translate and correct it. Your track stays as it is."""
        job = _job(to, spoken or "auto", profile, "none", pack)

        def source(bridge: Bridge) -> tuple[Place, Path]:
            from plugin_core.timelines import read_track

            return read_track(bridge, track, spoken)

        _work(open_bridge, job, source, timeline, push=push, as_json=as_json)

    if reads_captions:
        app.command()(translate)


def _options(tracks: str, kinds: str) -> PlanOptions:
    from plugin_core.document import MARK_KINDS
    from plugin_core.host import PlanOptions

    chosen = () if kinds == "none" else listed(kinds) or MARK_KINDS
    return PlanOptions(tracks=listed(tracks) or None, kinds=chosen)


def _show_timelines(bridge: Bridge, *, as_json: bool) -> None:
    import json

    for one in bridge.timelines():
        rate = one.rate.label if one.rate else ""
        if as_json:
            facts = {"id": one.id, "name": one.name, "rate": rate, "frames": one.duration, "open": one.open}
            sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
        else:
            length = one.rate.timecode(one.duration) if one.rate else ""
            sys.stdout.write(f"{'*' if one.open else ' '} {one.name}\t{rate}\t{length}\t{one.id}\n")


def _verb(
    name: str,
    open_bridge: Callable[[], Bridge],
    file: Path | None,
    timeline: str,
    at: str,
    options: PlanOptions,
    *,
    as_json: bool,
    **more: Any,
) -> None:
    from plugin_core import pushing
    from plugin_core.timelines import on_timeline, place_of

    stays = name in {"push", "unpush"}  # the user sees what was done
    with closing(open_bridge()) as bridge, on_timeline(bridge, timeline, stay=stays) as meant:
        path = file or made_of(place_of(bridge).document)
        begin = at_ms(at, bridge) if at else None
        steps = getattr(pushing, name)(path, bridge, options, at=begin, timeline=meant, **more)
        report: Report = watched(steps, str(path))
    _show(report, as_json=as_json)


def made_of(document: Path) -> Path:
    """The open timeline's *document*, if there is one; else HostError."""
    if not document.exists():
        raise HostError(
            "host.no-document",
            "Nothing was made of the open timeline yet.",
            "Use the command run to subtitle it, or name a .zimu file.",
        )
    return document


def at_ms(at: str, bridge: Bridge) -> int:
    """The ms from the timeline's first frame to the timecode *at*."""
    info = bridge.timeline()
    return info.rate.ms_at(info.rate.frame_of(at) - info.start)


def watched(steps: Generator[Progress | Note, None, Result], title: str) -> Result:
    """The result of *steps*, with its progress and notes shown."""
    from plugin_core import console

    def events() -> Iterator[Event]:
        results.append((yield from steps))

    results: list[Result] = []
    console.watch(events(), title)
    return results[0]


def _show(report: Report, *, as_json: bool) -> None:
    import json

    if as_json:
        sys.stdout.write(json.dumps(report.to_json(), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("".join(f"{sentence}\n" for sentence in report.summary))
    if not report.good:
        raise typer.Exit(6)  # as a HostError


def _job(to: str, spoken: str, profile: str, events: str, pack: str) -> Job:
    from plugin_core.pipeline import Job

    starter = pack if pack == "starter" else ""
    return Job(
        source="",
        languages=listed(to),
        spoken=spoken,
        profile=profile,
        events=() if events == "none" else listed(events),
        speech_pack=pack,
        translation_pack=pack,
        tagging_pack=starter,
        sounds_pack=starter,
        voices_pack=starter,
    )


def _work(
    open_bridge: Callable[[], Bridge],
    job: Job,
    source: Callable[[Bridge], tuple[Place, Path]],
    timeline: str,
    *,
    push: bool,
    as_json: bool,
) -> None:
    """Do *job* with what *source* gets from the *timeline* ("": the open one); push its document if wanted."""
    from plugin_core import console, pushing
    from plugin_core.timelines import on_timeline
    from plugin_core.worker import Worker

    with closing(open_bridge()) as bridge:
        with on_timeline(bridge, timeline, stay=False):  # the user goes on working while the job lasts
            place, path = source(bridge)
        with Worker() as worker:
            events = worker.run(replace(job, source=str(path), out=str(place.folder)))
            _ = console.watch_json(events, place.name) if as_json else console.watch(events, place.name)
        if not push:
            sys.stdout.write("" if as_json else f"{place.document}\n")
            return
        with on_timeline(bridge, timeline and place.where.timeline, stay=True):
            steps = pushing.push(place.document, bridge, timeline=place.where.timeline)
            _show(watched(steps, place.name), as_json=as_json)


def _request(bridge: Bridge, tracks: tuple[int, ...], *, in_out: bool) -> AudioRequest:
    from plugin_core.bridge import AudioRequest

    info = bridge.timeline()
    if in_out and info.mark_in is None and info.mark_out is None:
        raise SettingsError(
            "settings.no-range", "The timeline has no in and out points.", "Set them in the program, or leave --in-out."
        )
    return AudioRequest(info.mark_in, info.mark_out, tracks) if in_out else AudioRequest(tracks=tracks)


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in listed(text))
    except ValueError:
        raise SettingsError(
            "settings.audio-tracks", f"{text!r} are no track numbers.", "For example --audio-tracks 1,3."
        ) from None
