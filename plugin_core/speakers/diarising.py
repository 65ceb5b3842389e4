"""
Sound to turns: who speaks when.

Blocks -> voice activity (or the cues) -> stretches of speech -> windows -> vectors (the engine), as the sound comes; at
its end ``clustering`` finds the speakers and ``smoothing`` the turns. Memory holds the sound of one stretch and one
vector for every window: 7 MB for three hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from plugin_core.errors import SettingsError
from plugin_core.protocol import Note, Progress
from plugin_core.spans import SpanFinder, Tape
from plugin_core.speakers import clustering, smoothing
from plugin_core.speakers.features import Audio, Mel
from plugin_core.speakers.smoothing import Scores, Stretch
from plugin_core.speakers.values import Turns, Vectors, Voice, default_name

if TYPE_CHECKING:
    from plugin_core.engines.voices import VoicesEngine

STAGE = "speakers"
LONGEST_MS = 30_000  # of a stretch: more is cut
LEAST_FRAMES = 20  # of speech; shorter is no ground for a voice
MOST = 10  # speakers
ALONE = 0.3  # mean probability of two voices under which a window is one person's
LEAST_ALONE = 0.3  # of the windows must be; else all count
AT_ONCE = 64  # windows collected before they are embedded


@dataclass(frozen=True, slots=True)
class SpeakerOptions:
    """
    How to tell voices apart. *count* is the number of speakers, 0 if it is to be found (at most *most*).

    *language* is that of the names ("Speaker 1", "说话人 1"). *within* are (start, end) in ms where somebody speaks,
    such as the cues of a document; without it voice activity finds out. *overlaps*: mark where two speak at once.
    """

    count: int = 0
    most: int = MOST
    language: str = "en"
    overlaps: bool = True
    vad_threshold: float = 0.5
    within: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        bad = [
            *([] if 0 <= self.count <= MOST else [f"count (1 to {MOST}, or 0)"]),
            *([] if 1 <= self.most <= MOST else [f"most (1 to {MOST})"]),
            *([] if 0 < self.vad_threshold < 1 else ["vad_threshold (between 0 and 1)"]),
            *([] if all(0 <= a < b for a, b in self.within) else ["within (each must end after it starts)"]),
        ]
        if bad:
            raise SettingsError("settings.value", f"Not a possible speaker option: {', '.join(bad)}.")

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> SpeakerOptions:
        """The options of plain JSON values; unknown keys are errors."""
        if unknown := set(value) - {one.name for one in fields(SpeakerOptions)}:
            raise SettingsError("settings.unknown", f"Speakers has no option {', '.join(sorted(unknown))}.")
        plain: dict[str, Any] = {
            key: tuple(map(tuple, found)) if key == "within" else found for key, found in value.items()
        }
        return SpeakerOptions(**plain)


def speaker_count(text: str) -> int:
    """What ``--speakers`` means: a number, or "auto" (0); SettingsError for anything else."""
    if text.strip().lower() == "auto":
        return 0
    if text.strip().isdecimal() and 1 <= int(text) <= MOST:
        return int(text)
    raise SettingsError("settings.value", f"{text!r} is not a number of speakers.", f"Give 1 to {MOST}, or auto.")


def diarise(
    blocks: Iterable[Audio],
    engine: VoicesEngine,
    options: SpeakerOptions = SpeakerOptions(),
    *,
    duration_ms: int,
) -> Iterator[Progress | Note | Turns]:
    """
    Find the turns in float32 mono 16 kHz *blocks*, contiguous from media time 0; the last value is the ``Turns``.

    Leaving the loop cancels. Silence gives turns without any turn, and a note.
    """
    collector = Collector(engine, options)
    yield from _introduce(engine)
    for block in blocks:
        collector.feed(np.nan_to_num(np.asarray(block, np.float32)))
        yield Progress(STAGE, min(collector.heard_ms, duration_ms), duration_ms)
    found = collector.finish()
    if not found.stretches:
        yield Note(STAGE, "No speech was found in the audio, so there are no speakers.", "warning")
    yield Progress(STAGE, duration_ms, duration_ms, 0)
    yield decide(found, engine, options)


def _introduce(engine: VoicesEngine) -> Iterator[Note]:
    yield Note(STAGE, f"Speakers are told apart by {engine.pack.name}.")
    if engine.pack.tier == "starter" and engine.pack.limits:
        yield Note(STAGE, f"{engine.pack.name} is a starter pack. {engine.pack.limits}", "warning")


@dataclass(slots=True)
class Found:
    """What was heard: stretches of speech and, for every window of them, its vector and where two voices overlap."""

    stretches: list[Stretch] = field(default_factory=list)
    vectors: list[Vectors] = field(default_factory=list)
    overlaps: list[Scores] | None = None

    def matrix(self, dimension: int) -> Vectors:
        """(windows, dimension)."""
        return np.concatenate(self.vectors) if self.vectors else np.zeros((0, dimension), np.float32)


class Collector:
    """Cuts speech into windows and embeds them as the sound comes. Feed blocks, then ``finish``."""

    def __init__(self, engine: VoicesEngine, options: SpeakerOptions) -> None:
        from plugin_core.engines.voice import FRAME_MS, VoiceActivity

        self.engine = engine
        self.tape, self.found = Tape(), Found()
        self.wanted = _merged(options.within)  # still to come
        self.voice = None if options.within else VoiceActivity()
        self.finder = SpanFinder(FRAME_MS, LONGEST_MS, options.vad_threshold)
        self._waiting: list[Mel] = []
        self._count = 0

    @property
    def heard_ms(self) -> int:
        return self.tape.end

    def feed(self, block: Audio) -> None:
        """The next block."""
        self.tape.append(block)
        if self.voice is None:
            self._take(self._given(self.tape.end))
            self.tape.forget(self.wanted[0][0] if self.wanted else self.tape.end)
            return
        spans = self.finder.feed(self.voice.feed(block))
        self._take([(span.start, span.end) for span in spans])
        opened = self.finder.open_since
        self.tape.forget(max(0, (self.tape.end if opened is None else opened) - 1000))

    def finish(self) -> Found:
        """What is still open, then everything."""
        if self.voice is None:
            self._take(self._given(None))
        else:
            spans = [*self.finder.feed(self.voice.finish()), *self.finder.finish()]
            self._take([(span.start, min(span.end, self.tape.end)) for span in spans])
        self._embed()
        return self.found

    def _given(self, until: int | None) -> list[tuple[int, int]]:
        """The wanted stretches that are over (all, cut to the sound, if *until* is None)."""
        ready: list[tuple[int, int]] = []
        while self.wanted and (until is None or self.wanted[0][1] <= until):
            start, end = self.wanted.pop(0)
            ready.append((start, min(end, self.tape.end)))
        return ready

    def _take(self, spans: Sequence[tuple[int, int]]) -> None:
        for start, end in spans:
            if end <= start:
                continue
            mel = self.engine.features(self.tape.cut(start, end))
            if len(mel) < LEAST_FRAMES:
                continue
            places = list(_places(len(mel), self.engine.window_ms // 10, self.engine.hop_ms // 10))
            self._waiting += [_window(mel, first, past, self.engine.window_ms // 10) for first, past in places]
            windows = tuple((start + 10 * first, min(end, start + 10 * past)) for first, past in places)
            self.found.stretches.append(Stretch(start, end, self._count, windows))
            self._count += len(windows)
            if len(self._waiting) >= AT_ONCE:
                self._embed()

    def _embed(self) -> None:
        if not self._waiting:
            return
        vectors, both = self.engine.embed(np.stack(self._waiting))
        self._waiting.clear()
        self.found.vectors.append(vectors)
        if both is not None:
            self.found.overlaps = [*(self.found.overlaps or []), *both.astype(np.float64)]


def decide(found: Found, engine: VoicesEngine, options: SpeakerOptions) -> Turns:
    """The speakers of what was heard, named in the order of their first word."""
    stretches = found.stretches
    vectors = found.matrix(engine.dimension)
    centres = _centres(found, vectors, engine, options)
    centres = centres[_in_order_of_speech(vectors, centres)]
    names = [default_name(number + 1, options.language) for number in range(len(centres))]
    cells = []
    for stretch in stretches:
        rows = slice(stretch.first, stretch.first + len(stretch.windows))
        overlaps = found.overlaps[rows] if found.overlaps is not None else None
        cells.append(smoothing.heard(stretch, vectors[rows], centres, overlaps))
    turns = smoothing.turns(stretches, cells, names, temperature=engine.temperature, overlaps=options.overlaps)
    spoken = {name: sum(turn.duration for turn in turns if turn.speaker == name) for name in names}
    voices = tuple(
        Voice(name, tuple(round(float(x), 6) for x in centre), spoken[name])
        for name, centre in zip(names, centres, strict=True)
        if spoken[name]
    )
    return in_order(Turns(turns, voices, engine.pack.key), options.language)


def in_order(turns: Turns, language: str) -> Turns:
    """With default names counted from 1 in the order in which the voices first speak."""
    first = list(dict.fromkeys(turn.speaker for turn in turns.turns))
    names = {name: default_name(number + 1, language) for number, name in enumerate(first)}
    renamed = turns.renamed(names)
    voices = sorted(renamed.voices, key=lambda voice: list(names.values()).index(voice.name))
    return Turns(renamed.turns, tuple(voices), turns.pack)


def _centres(found: Found, vectors: Vectors, engine: VoicesEngine, options: SpeakerOptions) -> Vectors:
    """The voices, (speakers, dimension), from the windows in which hardly anybody else speaks."""
    lengths = np.array([past - first for stretch in found.stretches for first, past in stretch.windows], np.float64)
    places = np.array([number for number, stretch in enumerate(found.stretches) for _ in stretch.windows], np.int64)
    if found.overlaps is not None and len(vectors):
        clean = np.array([both.mean() for both in found.overlaps]) < ALONE
        if clean.mean() > LEAST_ALONE and clean.sum() >= options.count:
            vectors, lengths, places = vectors[clean], lengths[clean], places[clean]
    apart = -(-engine.window_ms // engine.hop_ms)
    same = engine.same * clustering.steadiness(vectors, places.tolist(), engine.within, apart)
    most = max(options.most, options.count)
    return clustering.group(
        vectors, lengths, same=same, stretches=places.tolist(), count=options.count, most=most
    ).centres


def _in_order_of_speech(vectors: Vectors, centres: Vectors) -> list[int]:
    """The voices by the first window that is nearest to each; then those that are nearest to none."""
    first = dict.fromkeys((vectors @ centres.T).argmax(axis=1).tolist()) if len(centres) else {}
    return [*first, *(number for number in range(len(centres)) if number not in first)]


def _merged(within: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted, joined where they overlap, cut where they are very long."""
    joined: list[list[int]] = []
    for start, end in sorted(within):
        if joined and start < joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return [
        (at, min(at + LONGEST_MS, end)) for start, end in joined for at in range(start, end, LONGEST_MS) if at < end
    ]


def _places(frames: int, window: int, hop: int) -> Iterator[tuple[int, int]]:
    """First and past-last frame of each window; the last one ends with the stretch."""
    if frames <= window:
        yield 0, frames
        return
    starts = list(range(0, frames - window, hop))
    yield from ((start, start + window) for start in starts)
    yield frames - window, frames


def _window(mel: Mel, first: int, past: int, frames: int) -> Mel:
    """One window of exactly *frames*: a shorter stretch is repeated, which leaves its statistics as they are."""
    cut = mel[first:past]
    return cut if len(cut) == frames else cut[np.arange(frames) % len(cut)]
