"""The stage: blocks of sound to sounds on the timeline, as they are heard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from plugin_core.errors import MediaError, SettingsError
from plugin_core.protocol import Note, Progress
from plugin_core.sounds.events import Heard, Rises, Rule, Tracker
from plugin_core.sounds.values import KINDS, Found, Sound

if TYPE_CHECKING:
    from plugin_core.engines.sounds import SoundEngine
    from plugin_core.sounds.features import Matrix, Samples

STAGE = "sounds"
RATE = 16_000
QUIET = -50.0  # dB under full scale (RMS): room tone below it is not reported as noise
CLIPPED = 0.02  # share of samples at full scale from which it is worth a warning


@dataclass(frozen=True, slots=True)
class Options:
    """
    What to report. *kinds* of ``values.KINDS`` and *names* of the pack's (empty: all); *confidence* is the least that
    counts. *sensitivity* from 0 (only what is certain) over 0.5 (as the pack was tuned) to 1 (anything possible).
    """

    kinds: tuple[str, ...] = KINDS
    names: tuple[str, ...] = ()
    confidence: float = 0.0
    sensitivity: float = 0.5


def tag(
    blocks: Iterable[Samples],
    engine: SoundEngine,
    options: Options | None = None,
    *,
    start: int = 0,
    total: int = 0,
) -> Iterator[Progress | Found | Note]:
    """
    What is heard in *blocks* of 16 kHz mono samples, the first of which lies at *start* (media ms).

    A sound is reported once it is over and nothing can change it any more; memory does not grow with the length.
    *total* is the length in ms if it is known. Silence or nothing at all finds nothing. SettingsError for senseless
    *options*; MediaError for blocks that are no mono samples.
    """
    options = options or Options()
    _check(options, engine)
    return _tag(blocks, engine, options, start, total)


def _tag(
    blocks: Iterable[Samples], engine: SoundEngine, options: Options, start: int, total: int
) -> Iterator[Progress | Found | Note]:
    if engine.pack.tier == "starter" and engine.pack.limits:
        yield Note(STAGE, f"{engine.pack.name} is a starter pack. {engine.pack.limits}", "warning")
    hearing = _Hearing(engine, options)
    for block in blocks:
        if found := hearing.push(_samples(block), start):
            yield Found(found)
        yield Progress(STAGE, hearing.heard, total)
    if found := hearing.finish(start):
        yield Found(found)
    yield Progress(STAGE, hearing.heard, total or hearing.heard)
    if hearing.clipped > CLIPPED * max(1, hearing.samples):
        yield Note(STAGE, "The sound is clipped for much of its length: what is heard may be wrong.", "warning")


class _Hearing:
    """The state of one stage: the stream, the rises, one tracker for each class that is asked for."""

    def __init__(self, engine: SoundEngine, options: Options) -> None:
        self.samples = self.clipped = 0
        self._engine, self._options = engine, options
        self._stream, self._rises = engine.stream(), Rises()
        self._trackers = [
            Tracker(column, _shifted(engine.rules[column], options.sensitivity), engine.hop)
            for column, one in enumerate(engine.classes)
            if one.kind in options.kinds and (not options.names or one.name in options.names)
        ]
        self._rows = 0
        self._back, self._on = max(engine.hop, 400), max(engine.span, 80)  # ms around the first row where it may begin
        self._begun: dict[int, tuple[int, int]] = {}  # column: row and beginning of the stretch that is open
        self._masks = [
            column for column, one in enumerate(engine.classes) if one.kind in {"speech", "music", "singing"}
        ]
        self._noisy = np.array([one.kind == "noise" for one in engine.classes])
        self._noise = np.flatnonzero(self._noisy)

    @property
    def heard(self) -> int:
        """Milliseconds heard so far."""
        return -(-self.samples * 1000 // RATE)

    def push(self, samples: Samples, start: int) -> tuple[Sound, ...]:
        self.samples += len(samples)
        self.clipped += int(np.count_nonzero(np.abs(samples) >= 0.999))
        self._rises.push(samples)
        found = self._followed(self._stream.push(samples), start)
        self._rises.forget(self._engine.hop * self._rows - self._back)
        return found

    def finish(self, start: int) -> tuple[Sound, ...]:
        self._rises.finish()
        found = self._followed(self._stream.finish(), start)
        rest = [self._sound(heard, start) for tracker in self._trackers for heard in tracker.finish()]
        return tuple(sorted((*found, *(sound for sound in rest if sound)), key=_order))

    def _followed(self, rows: Matrix, start: int) -> tuple[Sound, ...]:
        if not len(rows):
            return ()
        rows = self._without_noise(rows)
        self._rows += len(rows)
        sounds = []
        for tracker in self._trackers:
            sounds += [self._sound(heard, start) for heard in tracker.push(rows[:, tracker.column])]
            if tracker.open >= 0 and self._begun.get(tracker.column, (-1, 0))[0] != tracker.open:
                self._begun[tracker.column] = tracker.open, self._begin(tracker.column, tracker.open)
        return tuple(sorted((sound for sound in sounds if sound), key=_order))

    def _without_noise(self, rows: Matrix) -> Matrix:
        """What is spoken or played is not noise, whatever else is heard with it; nor is what is all but silent."""
        if not len(self._noise):
            return rows
        rows, hop = rows.copy(), self._engine.hop
        if self._masks:
            rows[:, self._noise] *= 1 - rows[:, self._masks].max(1, keepdims=True)
        times = hop * (self._rows + np.arange(len(rows)))
        rows[~self._rises.loud(times, min(hop, self._engine.span), QUIET)[:, None] & self._noisy] = 0
        return rows

    def _begin(self, column: int, first: int) -> int:
        """When a stretch from row *first* begins: a sound where it rises; ms from the first sample."""
        coarse = first * self._engine.hop
        if self._engine.classes[column].kind != "sound":
            return coarse
        return self._rises.near(coarse, coarse - self._back, coarse + self._on)

    def _sound(self, heard: Heard, start: int) -> Sound | None:
        """In media ms; None if it is not sure enough, or lies wholly in the silence after the end."""
        hop, one = self._engine.hop, self._engine.classes[heard.column]
        row, begin = self._begun.get(heard.column, (-1, 0))
        if row != heard.first:
            begin = self._begin(heard.column, heard.first)
        end = min((heard.past - 1) * hop + max(hop, self._engine.span // 2), self.heard)
        if begin >= end or heard.confidence < self._options.confidence:
            return None
        return Sound(
            start + begin, start + end, one.name, one.kind, round(min(1.0, heard.confidence), 4), one.audio_class
        )


def _order(sound: Sound) -> tuple[int, int, str]:
    return sound.start, sound.end, sound.name


def _shifted(rule: Rule, sensitivity: float) -> Rule:
    """The rule with its thresholds moved in the logits: by 2 at either end."""
    moved = []
    for threshold in (rule.on, rule.off):
        logit = np.log(threshold / (1 - threshold)) - 4 * (sensitivity - 0.5) if 0 < threshold < 1 else None
        moved.append(threshold if logit is None else float(1 / (1 + np.exp(-logit))))
    return Rule(moved[0], moved[1], rule.shortest, rule.pause)


def _samples(block: Samples) -> Samples:
    """The block as float32; what is no number is silence, what is far over full scale is cut."""
    samples: np.ndarray[Any, Any] = np.asarray(block)
    if samples.ndim != 1 or samples.dtype.kind not in "fi":
        raise MediaError(
            "sounds.samples",
            f"The sound comes as {samples.dtype} of shape {samples.shape}, not as one channel of samples.",
            "Read it with plugin_core.audio.blocks.",
        )
    if samples.dtype.kind == "i":
        return np.asarray(samples / float(np.iinfo(samples.dtype).max), np.float32)
    return np.clip(np.nan_to_num(np.asarray(samples, np.float32), nan=0.0, posinf=0.0, neginf=0.0), -8, 8)


def _check(options: Options, engine: SoundEngine) -> None:
    unknown = [kind for kind in options.kinds if kind not in KINDS]
    if unknown:
        raise SettingsError(
            "sounds.kind", f"There is no kind of sound {unknown[0]!r}.", f"Choose of {', '.join(KINDS)}."
        )
    known = {one.name for one in engine.classes}
    unknown = [name for name in options.names if name not in known]
    if unknown:
        raise SettingsError(
            "sounds.name",
            f"{engine.pack.id} does not know the sound {unknown[0]!r}.",
            f"It knows {', '.join(sorted(known))}.",
        )
    if not (0 <= options.sensitivity <= 1 and 0 <= options.confidence <= 1):
        raise SettingsError("sounds.sensitivity", "Sensitivity and confidence lie between 0 and 1.")
