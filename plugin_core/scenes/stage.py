"""
Recognising scenes as a stage of a job: one pass over the pictures for shots and scenes together, one over the sound.

What the networks of the branches made of the film is kept in the journal. Other thresholds, other shots or other cues
need neither a second look nor a second hearing; a second run is immediate.

    with Bench() as bench:
        done = yield from recognised_in(path, Request(), bench, cues=document.cues)
        done.scenes, done.labels, done.shots
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from plugin_core import audio, frames, shots
from plugin_core.document import Cue
from plugin_core.errors import DocumentError, MediaError
from plugin_core.journal import Journal, journal_key
from plugin_core.protocol import Note, Progress
from plugin_core.scenes import keeping
from plugin_core.scenes.grouping import USUAL, GroupOptions, Scene, group
from plugin_core.scenes.labels import Group
from plugin_core.scenes.recognising import ShotLabels, Watcher
from plugin_core.shots import Shots
from plugin_core.shots import stage as shots_stage

if TYPE_CHECKING:
    from plugin_core.engines.bench import Bench
    from plugin_core.frames import Frame
    from plugin_core.modelstore import Pack

STAGE = "scenes"
METHOD = 1  # counts up when the same film gives other vectors
HEARD_AT_ONCE = 30.0  # seconds of sound


@dataclass(frozen=True, slots=True)
class Request:
    """
    What to recognise scenes with. *pack* is an id, a folder, "starter" or "" (the best there is), *shots* how the shots
    are found, *options* how they are grouped; *stream* and *channel* are of the sound; *fresh* forgets earlier runs.
    """

    pack: str = ""
    shots: shots_stage.Request = field(default_factory=shots_stage.Request)
    options: GroupOptions = field(default_factory=GroupOptions)
    device: str = "auto"
    threads: int = 0
    stream: int | None = None
    channel: int | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Recognised:
    """
    A film's *shots*, what each of them holds (*labels*, in their order), the *scenes* they make, the *groups* of labels
    that the *pack* tells, and how many frames were *damaged*.
    """

    shots: Shots
    labels: tuple[ShotLabels, ...]
    scenes: tuple[Scene, ...]
    groups: Mapping[str, Group]
    pack: Pack
    damaged: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """A film that was seen and heard: its *shots*, and a *watcher* that tells what is in any shots and cues of it."""

    shots: Shots
    watcher: Watcher
    groups: Mapping[str, Group]
    pack: Pack
    damaged: int = 0

    def recognised(self, cues: Iterable[Cue] = (), column: int = 0, options: GroupOptions = USUAL) -> Recognised:
        """What is in it; *cues* are read in their *column*. It takes some ms for each shot, as often as asked."""
        labels = self.watcher.recognise(self.shots.shots, cues, column)
        scenes = group(self.shots.shots, labels, options)
        return Recognised(self.shots, labels, scenes, self.groups, self.pack, self.damaged)


def recognised_in(
    source: Path,
    request: Request,
    bench: Bench,
    *,
    cues: Iterable[Cue] = (),
    column: int = 0,
    watchers: Sequence[shots.Watcher] = (),
) -> Generator[Progress | Note, None, Recognised]:
    """The shots and scenes of the film *source*: ``watched_in``, then ``Watched.recognised``."""
    watched = yield from watched_in(source, request, bench, watchers)
    return watched.recognised(cues, column, request.options)


def watched_in(
    source: Path, request: Request, bench: Bench, watchers: Sequence[shots.Watcher] = ()
) -> Generator[Progress | Note, None, Watched]:
    """
    See and hear *source*, or know it from an earlier run. Other *watchers* see every frame if it has to be looked at.
    Errors as ``frames.look`` and ``Bench.pack``; a film without sound is fine.
    """
    pack = bench.pack("scenes", request.pack, ())
    engine = bench.scenes(pack, request.device, "auto", request.threads)
    watcher = Watcher(engine)
    key = journal_key(audio.fingerprint(source), pack.key, request.stream, request.channel, METHOD)
    journal = Journal.opened(STAGE, key, fresh=request.fresh)
    known = _remembered(journal, watcher)
    everybody = watchers if known else (watcher, *watchers)
    seen = _Seen()
    found = yield from shots_stage.found_in(source, request.shots, bench, (seen, *everybody))
    end = found.shots.curve.end
    if known:
        yield Note(STAGE, "What is in this film was recognised before with the same pack.")
    else:
        if not seen.frames:
            yield from look(source, everybody, end)
        yield from _hear(source, request, watcher, end)
        journal.append(keeping.to_json(watcher.memory))
        journal.finish()
    yield Progress(STAGE, end, end, 0)
    return Watched(found.shots, watcher, engine.groups, pack, found.damaged)


class _Seen:
    """A watcher that counts what it was shown."""

    frames = 0

    def see(self, frame: Frame) -> None:
        self.frames = frame.index + 1


def _remembered(journal: Journal, watcher: Watcher) -> bool:
    """Whether *watcher* now knows the film from *journal*."""
    if not journal.complete or not journal.records:
        return False
    try:
        watcher.remember(keeping.from_json(journal.records[-1]))
    except DocumentError:
        journal.forget()
        return False
    return True


def look(
    source: Path, watchers: Sequence[shots.Watcher], duration: int, stage: str = STAGE
) -> Generator[Progress, None, None]:
    """Show every frame: the shots were known from an earlier run, so nobody else does."""
    said = begun = monotonic()
    for frame in frames.look(source):
        for one in watchers:
            one.see(frame)
        if (now := monotonic()) - said >= shots.OFTEN and frame.ms:
            said = now
            yield Progress(stage, frame.ms, duration, (now - begun) * max(0, duration - frame.ms) / frame.ms)


def _hear(source: Path, request: Request, watcher: Watcher, duration: int) -> Generator[Progress | Note, None, None]:
    """Let *watcher* hear the sound, if there is any that can be decoded."""
    damage, heard = audio.Damage(), 0.0
    try:
        blocks = audio.blocks(
            source, stream=request.stream, channel=request.channel, seconds=HEARD_AT_ONCE, damage=damage
        )
        for block in blocks:
            watcher.hear(block)
            heard = min(duration, heard + 1000 * len(block) / audio.RATE)
            yield Progress(STAGE, heard, duration)
    except MediaError as error:
        if error.code != "media.no-audio":
            yield Note(STAGE, f"Its sound could not be used: {error.message}", "warning")
        return
    if damage.packets:
        yield Note(STAGE, f"{damage.packets} damaged pieces of the sound were heard as silence.", "warning")
