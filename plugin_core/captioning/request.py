"""The request to describe the shots of a film and nothing else, for the command line, servers and the worker."""

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
    from plugin_core.captioning.stage import Describing
    from plugin_core.engines.bench import Bench
    from plugin_core.modelstore import Pack
    from plugin_core.pipeline import Job
    from plugin_core.shots.stage import Request as ShotRequest
    from plugin_core.shots.values import Shots

MOST_BEAMS = 16
ABSENT = ("model.not-installed", "model.languages", "captions.languages")  # what a job goes on without


@dataclass(frozen=True, slots=True)
class Describe:
    """
    Describe the shots of *source*. *text* is a document or subtitle file of it, whose cues and marks are kept. *shots*
    (start and end, ms) are described, if they are given, else those that *text* marks, else those that are found. The
    others are those of ``stage.Request`` and ``shots.ShotOptions``.
    """

    source: str
    text: str = ""
    languages: tuple[str, ...] = ("zh", "en")
    pack: str = ""
    shots_pack: str = ""
    shot_threshold: float = 0.5
    shot_shortest: int = 240
    beam: int = 1
    sure: float | None = None
    device: str = "auto"
    threads: int = 0
    fresh: bool = False
    shots: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if not self.languages or len(set(self.languages)) != len(self.languages):
            raise SettingsError("settings.languages", "Name each language of the captions once.", "For example zh,en.")
        if not 1 <= self.beam <= MOST_BEAMS:
            raise SettingsError("settings.beam", f"{self.beam} sentences cannot be followed.", "Use 1 to 16.")
        if self.sure is not None and not 0 <= self.sure <= 1:
            raise SettingsError("settings.sure", f"{self.sure} is no confidence.", "Use 0 to 1.")
        if any(not 0 <= start <= end for start, end in self.shots):
            raise SettingsError("settings.shots", "A shot ends before it begins.", "Give start and end in ms.")

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Describe:
        """The request of plain JSON values; unknown keys are errors."""
        if unknown := set(value) - {one.name for one in fields(Describe)}:
            raise SettingsError("settings.unknown", f"captions has no option {', '.join(sorted(unknown))}.")
        pairs = tuple((int(start), int(end)) for start, end in value.get("shots", ()))
        return Describe(**{**value, "languages": tuple(value.get("languages", ("zh", "en"))), "shots": pairs})

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def run(wanted: Describe, bench: Bench, watchers: Sequence[shots.Watcher] = ()) -> Generator[Event]:
    """
    Do what is *wanted*; the last event is Finished with a document that has marks of all shots and their captions.

    *watchers* see every frame if the film must be looked at. Errors as ``stage.described_in`` and ``storage.load``.
    """
    from plugin_core.captioning import stage
    from plugin_core.captioning.marking import with_captions
    from plugin_core.media import probe
    from plugin_core.pipeline import open_document
    from plugin_core.shots.listing import shots_in, with_shots
    from plugin_core.shots.stage import Request as ShotRequest
    from plugin_core.shots.values import ShotOptions

    source = Path(wanted.source)
    options = ShotOptions(wanted.shot_threshold, wanted.shot_shortest)
    found = ShotRequest(wanted.shots_pack, options, wanted.device, wanted.threads, wanted.fresh)
    request = stage.Request(
        wanted.pack, wanted.languages, found, wanted.beam, wanted.sure, wanted.device, wanted.threads, wanted.fresh
    )
    media = probe(source)
    document, notes = open_document(Path(wanted.text)) if wanted.text else (Document(), ())
    yield from (Note(stage.STAGE, note) for note in notes)
    document = document if document.media.path else replace(document, media=media)
    marked = shots_in(document)
    known = _given(wanted.shots) or marked
    if known.shots:  # as a person may have corrected them
        done = yield from stage.Describing(source, request, bench).of(known, media.duration)
    else:
        done = yield from stage.described_in(source, request, bench, watchers)
    yield Finished(with_captions(document if marked.shots else with_shots(document, done.shots), done))


def _given(spans: Sequence[tuple[int, int]]) -> Shots | None:
    from plugin_core.shots.values import Curve, Shot, Shots

    return Shots(tuple(Shot(0, 0, start, end) for start, end in spans), (), Curve.empty()) if spans else None


def describing(
    job: Job, source: Path, found: ShotRequest, bench: Bench, packs: list[Pack]
) -> Generator[Event, None, Describing | None]:
    """
    What describes the shots of *job*, found as the request *found* asks; its pack joins *packs*. None, with a note, if
    there is no pack and none was asked for, or if it writes none of the wanted languages.
    """
    from plugin_core.captioning.marking import LANGUAGES
    from plugin_core.captioning.stage import STAGE, Describing, Request

    wanted = tuple(one for one in job.languages if one in LANGUAGES) or LANGUAGES
    request = Request(job.captions_pack, wanted, found, device=job.device, threads=job.threads, fresh=job.fresh)
    try:
        made = Describing(source, request, bench)
    except ModelError as error:
        if job.captions_pack not in {"", "starter"} or error.code not in ABSENT:
            raise
        yield Note(STAGE, f"The shots are not described: {error.message}", "warning")
        return None
    packs.append(made.pack)
    return made
