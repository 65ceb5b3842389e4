"""
Describing shots as a stage of a job: one pass over the pictures for shots and captions together.

Captions are kept in the journal by the times of their shots: a second run is immediate, a job that was killed goes on
where it was, and where another threshold gives other shots only those are described.

    with Bench() as bench:
        done = yield from described_in(path, Request(), bench)
        done.shots, done.captions
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from plugin_core import audio, frames
from plugin_core.captioning.sampling import Samples
from plugin_core.engines.captioner import Caption
from plugin_core.engines.captioner import Shot as Pictures
from plugin_core.errors import ModelError
from plugin_core.journal import Journal, journal_key
from plugin_core.protocol import Note, Progress
from plugin_core.scenes.stage import look
from plugin_core.shots import Shots
from plugin_core.shots import stage as shots_stage

if TYPE_CHECKING:
    from plugin_core import shots
    from plugin_core.engines.bench import Bench
    from plugin_core.modelstore import Pack

STAGE = "captions"
METHOD = 1  # counts up when the same shot gives another caption
AT_ONCE = 8  # shots
FEW = 3  # shots whose frames are sought one by one; for more the film is looked at again
BLANK = 2.0  # standard deviation of the levels of a frame in which nothing is to be seen
Span = tuple[int, int]  # start and end, ms
Steps = Generator[Progress | Note, None, "Described"]


@dataclass(frozen=True, slots=True)
class Request:
    """
    What to describe shots with. *pack* is an id, a folder, "starter" or "" (the best there is), *languages* those that
    are wanted, *shots* how the shots are found, *beam* how many sentences are followed at a time; *sure* is the least
    confidence of a caption that is given (None: what the pack says); *fresh* forgets earlier runs.
    """

    pack: str = ""
    languages: tuple[str, ...] = ("zh", "en")
    shots: shots_stage.Request = field(default_factory=shots_stage.Request)
    beam: int = 1
    sure: float | None = None
    device: str = "auto"
    threads: int = 0
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Described:
    """
    A film's *shots* and, for each of them, its sure captions by language, in the order of *languages*. *unsure*: how
    many shots have a caption that is not sure enough; *blank*: in how many nothing is to be seen.
    """

    shots: Shots
    captions: tuple[Mapping[str, Caption], ...]
    languages: tuple[str, ...]
    pack: Pack
    unsure: int = 0
    blank: int = 0


class Describing:
    """
    The captions of one film. Its ``watchers`` see the film while its shots are found; then ``of`` describes these.

    ModelError without a pack, or if the pack writes none of the wanted languages.
    """

    def __init__(self, source: Path, request: Request, bench: Bench) -> None:
        self._source, self._beam = source, request.beam
        self.pack = _pack(request, bench)
        self.languages = _languages(request.languages, self.pack)
        self._lacking = tuple(one for one in request.languages if one not in self.languages)
        self._engine = bench.captioner(self.pack, request.device, "auto", request.threads)
        self._sure = self._engine.sure if request.sure is None else request.sure
        self._samples = Samples(self._engine.size)
        key = journal_key(audio.fingerprint(source), self.pack.key, request.beam, METHOD)
        self._journal = Journal.opened(STAGE, key, fresh=request.fresh)
        self._known = _known(self._journal)

    @property
    def watchers(self) -> tuple[shots.Watcher, ...]:
        """Who is to see every frame, if the film has to be looked at."""
        return (self._samples,)

    def of(self, found: Shots, duration: int = 0) -> Steps:
        """The captions of the shots *found*; what is not known is looked for. *duration* (ms) is the film's."""
        spans = [(shot.start, max(shot.start + 1, shot.end)) for shot in found.shots]
        if self._lacking:
            lacking, there = ", ".join(self._lacking), ", ".join(self.pack.languages)
            yield Note(STAGE, f"The captioner {self.pack.id} does not write {lacking}. It writes {there}.", "warning")
        missing = [span for span in spans if any((*span, language) not in self._known for language in self.languages)]
        if missing:
            yield from self._describe(missing, duration or found.curve.end)
        else:
            yield Note(STAGE, "The shots of this film were described before with the same pack.")
        yield Progress(STAGE, len(spans), len(spans), 0)
        done = self._described(found, spans)
        yield from _remarks(done)
        return done

    def _describe(self, missing: Sequence[Span], duration: int) -> Generator[Progress, None, None]:
        if not self._samples.seen and len(missing) > FEW:
            yield from look(self._source, (self._samples,), duration, STAGE)
        begun = monotonic()
        for first in range(0, len(missing), AT_ONCE):
            some = missing[first : first + AT_ONCE]
            self._tell(some, [self._pictures(span) for span in some])
            done = first + len(some)
            yield Progress(STAGE, done, len(missing), (monotonic() - begun) * (len(missing) - done) / done)

    def _pictures(self, span: Span) -> Pictures:
        """The frames of a shot; of one of which none was kept, the one in its middle."""
        kept = self._samples.of(*span, self._engine.frames)
        return kept if kept is not None else np.stack(list(self._sought(span)))

    def _sought(self, span: Span) -> Iterator[frames.Picture]:
        start, end = span
        count = 1 if self._samples.seen else self._engine.frames
        times = sorted({start + (2 * place + 1) * (end - start) // (2 * count) for place in range(count)})
        for frame in frames.at(self._source, times):
            yield frame.rgb(*self._engine.size)

    def _tell(self, spans: Sequence[Span], pictures: Sequence[Pictures]) -> None:
        """Describe these shots in every language in which they are not known, and keep it."""
        there = [place for place, shot in enumerate(pictures) if not _blank(shot)]
        languages = [one for one in self.languages if any((*span, one) not in self._known for span in spans)]
        for language in languages:
            said = self._engine.describe([pictures[place] for place in there], language, beam=self._beam)
            found = {place: one for place, one in zip(there, said, strict=True) if one.text.strip()}
            for place, span in enumerate(spans):
                one = found.get(place)
                self._known[(*span, language)] = Caption(one.text.strip(), round(one.confidence, 4)) if one else None
        rows = [
            [*span, language, one.text if one else "", one.confidence if one else 0.0]
            for span in spans
            for language in languages
            for one in (self._known[(*span, language)],)
        ]
        self._journal.append({"captions": rows})

    def _described(self, found: Shots, spans: Sequence[Span]) -> Described:
        captions, unsure, blank = [], 0, 0
        for span in spans:
            told = {language: self._known[(*span, language)] for language in self.languages}
            said = {language: one for language, one in told.items() if one is not None}
            held = {language: one for language, one in said.items() if one.confidence >= self._sure}
            captions.append(held)
            blank += not said
            unsure += bool(said) and not held
        return Described(found, tuple(captions), self.languages, self.pack, unsure, blank)


def described_in(source: Path, request: Request, bench: Bench, watchers: Sequence[shots.Watcher] = ()) -> Steps:
    """
    The shots of the film *source* and their captions. Other *watchers* see every frame if it has to be looked at.
    Errors as ``Describing`` and ``frames.look``.
    """
    describing = Describing(source, request, bench)
    found = yield from shots_stage.found_in(source, request.shots, bench, (*describing.watchers, *watchers))
    return (yield from describing.of(found.shots))


def _pack(request: Request, bench: Bench) -> Pack:
    """The pack that is asked for, else the best one; rather one that writes all languages than a larger one."""
    try:
        return bench.pack("captioner", request.pack, request.languages)
    except ModelError:
        return bench.pack("captioner", request.pack, ())


def _languages(wanted: Sequence[str], pack: Pack) -> tuple[str, ...]:
    there = tuple(language for language in wanted if language in pack.languages)
    if not there:
        cause = f"The captioner {pack.id} writes {', '.join(pack.languages)}, not {' or '.join(wanted)}."
        raise ModelError("captions.languages", cause, "Ask for one of its languages, or choose another pack.")
    return there


def _known(journal: Journal) -> dict[tuple[int, int, str], Caption | None]:
    try:
        rows = [row for record in journal.records for row in record["captions"]]
        return {
            (int(start), int(end), str(language)): Caption(str(text), float(sure)) if text else None
            for start, end, language, text, sure in rows
        }
    except (KeyError, TypeError, ValueError):
        journal.forget()
        return {}


def _blank(shot: Pictures) -> bool:
    """Whether nothing is to be seen in any of its frames: black, white, one colour."""
    levels = shot.astype(np.float32).std(axis=(1, 2)).max(axis=1)
    return bool((levels < BLANK).all())


def _remarks(done: Described) -> Iterator[Note]:
    """What there is to say about the captions."""
    count = len(done.captions)
    if done.pack.tier == "starter":
        yield Note(
            STAGE,
            "The starter captioner knows drawn films: of footage from cameras it tells little. Larger packs tell more.",
        )
    if done.unsure:
        yield Note(STAGE, f"{done.unsure} of {count} shots have no caption: the captioner was not sure enough.")
    if done.blank:
        yield Note(STAGE, f"In {done.blank} of {count} shots nothing is to be seen.")
