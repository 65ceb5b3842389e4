"""
One microphone a channel, or a track a microphone: then the louder microphone says who speaks.

An interview recorded with one person a side is told apart by energy better than by any network. Ordinary stereo is not:
its channels carry the same voices, so their levels rise and fall together and the samples are alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from plugin_core import audio, media
from plugin_core.protocol import Note, Progress
from plugin_core.speakers.features import Audio
from plugin_core.speakers.values import Turn, Turns, Voice, default_name

if TYPE_CHECKING:
    from plugin_core.document import Media

STAGE = "speakers"
FRAME_MS = 32  # that of voice activity
FRAME = 512  # samples
PROBE_S = 20  # heard in each of three places to find out what the channels carry
MOST = 8  # microphones
APART_DB = 6.0  # a microphone this far under the loudest one hears somebody else
ALIVE_DB = -55.0  # under full scale: the loudest frames of a channel that carries a voice
ALIKE = 0.6  # correlation of samples above which two channels are one recording
SHARE = 0.05  # of the speech that each microphone must carry alone
ONE_SIDED = 0.6  # of the loud frames in which one microphone is clearly louder
PAUSE_MS = 400  # shorter ones do not end a turn
SHORTEST_MS = 200
SPEECH = 0.5  # probability

Levels = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Microphone:
    """A channel of a stream of the file (``audio.blocks``' *stream* and *channel*). *title* is the track's, if any."""

    stream: int
    channel: int
    title: str = ""


def microphones(path: Path, about: Media | None = None) -> tuple[Microphone, ...]:
    """
    The separate microphones of *path*, two or more, or () if voices must be told apart by their sound.

    All channels of the stream that is heard are compared; if there is only one, the other streams of one channel are.
    MediaError as ``audio.blocks``.
    """
    about = about or media.probe(path)
    duration = about.duration
    for some in candidates(path, about):
        if len(some) > 1 and separate(_probes(path, some, duration)):
            return some
    return ()


def candidates(path: Path, about: Media) -> list[tuple[Microphone, ...]]:
    """What might be separate microphones: the channels of the stream that is heard, or tracks of one channel each."""
    heard = audio.track(path)
    stream = next((one for one in about.audio if one.index == heard.index), None)
    title = stream.title if stream else ""
    channels = tuple(Microphone(heard.index, number, title) for number in range(len(heard.weights)))
    tracks = tuple(Microphone(one.index, 0, one.title) for one in about.audio if one.channels == 1)
    return [some for some in (channels, tracks) if 1 < len(some) <= MOST]


def separate(probes: Iterable[npt.NDArray[np.float32]]) -> bool:
    """
    Whether channels (channels, samples) carry different people: each is alone at times, and they are not alike.

    A silent channel beside a voice is not a second person; a copy, however attenuated or inverted, is not either.
    """
    heard = [probe for probe in probes if probe.shape[1] >= FRAME]
    if not heard:
        return False
    sound = np.concatenate(heard, axis=1)
    levels = np.concatenate([frame_levels(probe) for probe in heard], axis=1)
    if (np.percentile(levels, 95, axis=1) < ALIVE_DB).any() or _alike(sound):
        return False
    loud = levels.max(axis=0) > max(ALIVE_DB + 10, float(np.percentile(levels.max(axis=0), 95)) - 25)
    levels = levels[:, loud]
    ordered = np.sort(levels, axis=0)
    clear = ordered[-1] - ordered[-2] > APART_DB
    alone = np.bincount(levels.argmax(axis=0)[clear], minlength=len(levels)) / max(1, levels.shape[1])
    return bool((alone > SHARE).all() and clear.mean() > ONE_SIDED)


def frame_levels(sound: npt.NDArray[np.float32]) -> Levels:
    """(channels, samples) to (channels, frames of 32 ms): decibels under full scale."""
    count = sound.shape[1] // FRAME
    frames = sound[:, : count * FRAME].reshape(len(sound), count, FRAME).astype(np.float64)
    return np.asarray(10 * np.log10(np.mean(np.square(frames), axis=2) + 1e-10))


def diarise(
    sounds: Sequence[Iterable[Audio]],
    *,
    duration_ms: int,
    language: str = "en",
    titles: Sequence[str] = (),
) -> Iterator[Progress | Note | Turns]:
    """
    Turns from one sequence of blocks for each microphone (``audio.blocks``), all from media time 0; the last value is
    the ``Turns``. Where *titles* name the microphones ("Anna", "Mic 2"), the voices get those that are unlike.
    """
    yield Note(STAGE, f"Speakers are told apart by their microphones ({len(sounds)}).")
    listeners = [_Microphone() for _ in sounds]
    streams = [iter(sound) for sound in sounds]
    alive = list(range(len(sounds)))
    while alive:
        for number in list(alive):
            block = next(streams[number], None)
            if block is None:
                listeners[number].finish()
                alive.remove(number)
            else:
                listeners[number].feed(np.nan_to_num(np.asarray(block, np.float32)))
        told = min(len(listener.levels) for listener in listeners) * FRAME_MS
        yield Progress(STAGE, min(told, duration_ms), duration_ms)
    yield Progress(STAGE, duration_ms, duration_ms, 0)
    yield _decide(listeners, language, titles)


def read(path: Path, some: Sequence[Microphone], *, seconds: float = 30.0) -> list[Iterator[Audio]]:
    """The blocks of each microphone of *path*."""
    return [audio.blocks(path, stream=one.stream, channel=one.channel, seconds=seconds) for one in some]


class _Microphone:
    """Levels and speech probabilities of one microphone, frame by frame: 16 bytes for 32 ms."""

    def __init__(self) -> None:
        from plugin_core.engines.voice import VoiceActivity

        self.voice = VoiceActivity()
        self.levels: list[float] = []
        self.speech: list[float] = []
        self._rest = np.zeros(0, np.float32)

    def feed(self, block: Audio) -> None:
        sound = np.concatenate([self._rest, block])
        count = len(sound) // FRAME * FRAME
        self._rest = sound[count:]
        self.levels += frame_levels(sound[None, :count])[0].tolist()
        self.speech += self.voice.feed(block).tolist()

    def finish(self) -> None:
        if len(self._rest):
            self.feed(np.zeros(FRAME - len(self._rest), np.float32))


def _decide(listeners: Sequence[_Microphone], language: str, titles: Sequence[str]) -> Turns:
    count = max((len(one.levels) for one in listeners), default=0)
    levels, speech = np.full((len(listeners), count), -120.0), np.zeros((len(listeners), count))
    for number, one in enumerate(listeners):
        levels[number, : len(one.levels)] = _smooth(np.array(one.levels))
        speech[number, : len(one.speech)] = one.speech
    active = (speech > SPEECH) & (levels > levels.max(axis=0, keepdims=True) - APART_DB) if count else speech > 1
    found: list[tuple[int, int, int]] = []
    for number in range(len(listeners)):
        found += [(start, end, number) for start, end in _runs(active[number])]
    found.sort()
    order = list(dict.fromkeys(number for _, _, number in found))
    names = dict(zip(order, _names(order, language, titles), strict=True))
    covered = np.zeros(count, np.int64)
    for start, end, _ in found:
        covered[start:end] += 1
    turns: list[Turn] = []
    for start, end, number in found:
        turns += _turns(start, end, names[number], covered, _margin(levels, number))
    spoken = {name: sum(turn.duration for turn in turns if turn.speaker == name) for name in names.values()}
    voices = tuple(Voice(name, (), spoken[name]) for name in names.values())
    return Turns(tuple(sorted(turns, key=lambda t: (t.start, t.end, t.speaker))), voices, "channels")


def _names(order: Sequence[int], language: str, titles: Sequence[str]) -> list[str]:
    """The tracks' titles if every microphone has one of its own, else "Speaker 1" and so on."""
    given = [titles[number].strip() for number in order if number < len(titles)]
    if len(given) == len(order) and all(given) and len(set(given)) == len(given):
        return given
    return [default_name(place + 1, language) for place in range(len(order))]


def _margin(levels: Levels, number: int) -> Levels:
    """How sure each frame is this microphone's: the odds in decibels over the next loudest, made a probability."""
    others = np.delete(levels, number, axis=0)
    ahead = levels[number] - (others.max(axis=0) if len(others) else -120.0)
    return np.asarray(1 / (1 + np.exp(-np.clip(ahead + APART_DB, -60, 60) / 3)))


def _turns(start: int, end: int, name: str, covered: npt.NDArray[np.int64], sure: Levels) -> Iterator[Turn]:
    together = covered[start:end] > 1
    edges = [0, *(np.flatnonzero(np.diff(together)) + 1).tolist(), end - start]
    for first, past in pairwise(edges):
        certain = round(float(sure[start + first : start + past].mean()), 4)
        yield Turn((start + first) * FRAME_MS, (start + past) * FRAME_MS, name, certain, bool(together[first]))


def _runs(active: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first, past-last) of the active stretches: short pauses bridged, then what is too short dropped."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], active, [False]]).astype(np.int8))).reshape(-1, 2)
    joined: list[list[int]] = []
    for first, past in edges.tolist():
        if joined and (first - joined[-1][1]) * FRAME_MS < PAUSE_MS:
            joined[-1][1] = past
        else:
            joined.append([first, past])
    return [(first, past) for first, past in joined if (past - first) * FRAME_MS >= SHORTEST_MS]


def _smooth(levels: Levels) -> Levels:
    """Power averaged over 160 ms: a consonant has gaps that are nobody's silence."""
    if not len(levels):
        return levels
    power = np.convolve(np.pad(10 ** (levels / 10), 2, mode="edge"), np.ones(5) / 5, "valid")
    return np.asarray(10 * np.log10(power + 1e-12))


def _alike(sound: npt.NDArray[np.float32]) -> bool:
    """Whether any two channels are the same recording (a shift of up to 1 ms allowed: a spaced pair)."""
    for one in range(len(sound)):
        for other in range(one + 1, len(sound)):
            if _correlation(sound[one], sound[other]) > ALIKE:
                return True
    return False


def _correlation(one: Audio, other: Audio, reach: int = 16) -> float:
    """The greatest absolute normalised correlation at shifts of at most *reach* samples."""
    a, b = one.astype(np.float64), other.astype(np.float64)
    scale = float(np.sqrt((a @ a) * (b @ b)))
    if scale <= 0:
        return 0.0
    best = 0.0
    for shift in range(-reach, reach + 1):
        left, right = (a[shift:], b[: len(b) - shift]) if shift >= 0 else (a[:shift], b[-shift:])
        best = max(best, abs(float(left @ right)) / scale)
    return best


def _probes(path: Path, some: Sequence[Microphone], duration: int) -> Iterator[npt.NDArray[np.float32]]:
    """The microphones side by side at the beginning, the middle and the end."""
    length = PROBE_S * 1000
    starts = [0] if duration <= 3 * length else [0, (duration - length) // 2, duration - length]
    end = duration if len(starts) == 1 else None
    for start in starts:
        sounds = [
            audio.read(path, stream=one.stream, channel=one.channel, start=start, end=end or start + length)
            for one in some
        ]
        shortest = min(map(len, sounds))
        yield np.stack([sound[:shortest] for sound in sounds])
