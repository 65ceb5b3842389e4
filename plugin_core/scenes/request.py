"""The request to recognise a film and nothing else, for the command line, servers and the worker. It makes no files."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plugin_core.document import Document
from plugin_core.errors import ModelError, SettingsError
from plugin_core.protocol import Event, Finished, Note

if TYPE_CHECKING:
    from plugin_core import shots
    from plugin_core.engines.bench import Bench
    from plugin_core.modelstore import Pack
    from plugin_core.pipeline import Job
    from plugin_core.scenes.stage import Watched
    from plugin_core.shots.stage import Request as ShotRequest


@dataclass(frozen=True, slots=True)
class Recognise:
    """
    Recognise the shots and scenes of *source*. *text* is a subtitle file or document of it: its cues are read (in their
    first column), its marks are kept; *language* names the scenes ("" for that of the text, else English). The others
    are those of ``scenes.stage.Request``: *threshold*, *shortest* and *longest* (ms) are of scenes.
    """

    source: str
    text: str = ""
    language: str = ""
    pack: str = ""
    shots_pack: str = ""
    threshold: float = 0.5
    shortest: int = 1_500
    longest: int = 900_000
    shot_threshold: float = 0.5
    shot_shortest: int = 240
    device: str = "auto"
    threads: int = 0
    audio_stream: int | None = None
    channel: int | None = None
    fresh: bool = False

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Recognise:
        """The request of plain JSON values; unknown keys are errors."""
        if unknown := set(value) - {one.name for one in fields(Recognise)}:
            raise SettingsError("settings.unknown", f"scenes has no option {', '.join(sorted(unknown))}.")
        return Recognise(**value)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def run(wanted: Recognise, bench: Bench, watchers: Sequence[shots.Watcher] = ()) -> Generator[Event]:
    """
    Do what is *wanted*; the last event is Finished with a document that has marks of all shots and scenes.

    *watchers* see every frame if the film must be looked at. Errors as ``stage.watched_in`` and ``storage.load``.
    """
    from plugin_core.media import probe
    from plugin_core.scenes import stage
    from plugin_core.scenes.grouping import GroupOptions
    from plugin_core.scenes.marking import with_scenes
    from plugin_core.shots.stage import Request as ShotRequest
    from plugin_core.shots.values import ShotOptions

    source = Path(wanted.source)
    found = ShotOptions(wanted.shot_threshold, wanted.shot_shortest)
    shots = ShotRequest(wanted.shots_pack, found, wanted.device, wanted.threads, wanted.fresh)
    options = GroupOptions(wanted.threshold, shortest=wanted.shortest, longest=wanted.longest)
    request = stage.Request(
        wanted.pack, shots, options, wanted.device, wanted.threads, wanted.audio_stream, wanted.channel, wanted.fresh
    )
    media = probe(source)
    document, notes = _text(wanted)
    yield from (Note("scenes", note) for note in notes)
    document = document if document.media.path else replace(document, media=media)
    done = yield from stage.recognised_in(source, request, bench, cues=document.cues, watchers=watchers)
    yield Finished(with_scenes(document, done, wanted.language))


def watched_by(
    job: Job,
    source: Path,
    shots: ShotRequest,
    bench: Bench,
    packs: list[Pack],
    *,
    watchers: Sequence[shots.Watcher] = (),
) -> Generator[Event, None, Watched | None]:
    """
    What *job* sees and hears in its shots; the pack joins *packs*. None if there is no pack and none was asked for.
    *watchers* see every frame if the film must be looked at.
    """
    from plugin_core.scenes.stage import Request, watched_in

    try:
        packs.append(bench.pack("scenes", job.scenes_pack, ()))
    except ModelError:
        if job.scenes_pack not in {"", "starter"}:
            raise
        yield Note("scenes", "No pack of scenes is installed, so only the shots are found.", "warning")
        return None
    request = Request(
        job.scenes_pack, shots, device=job.device, threads=job.threads, stream=job.audio_stream, channel=job.channel,
        fresh=job.fresh,
    )  # fmt: skip
    return (yield from watched_in(source, request, bench, watchers))


def _text(wanted: Recognise) -> tuple[Document, tuple[str, ...]]:
    from plugin_core.pipeline import open_document

    return open_document(Path(wanted.text)) if wanted.text else (Document(), ())
