"""
The sound of a timeline, as one file to listen to: rendered by the host, or mixed from its source clips without it.

Rendering gives exactly what is heard, mix and retimes included. Mixing needs no render, does not touch the user's
queue and is faster, but hears neither levels nor effects; what it cannot follow is said in notes.
"""

from __future__ import annotations

import os
import tempfile
import wave
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import numpy as np

from plugin_core import audio
from plugin_core.audio import RATE, Samples
from plugin_core.bridge import AudioRequest, Bridge, Sound, SourceClip
from plugin_core.clock import FrameRate
from plugin_core.errors import HostError, MediaError, SettingsError
from plugin_core.protocol import Note, Progress

ROUTES = ("render", "sources")
STAGE = "sound"
WINDOW = 30 * RATE  # samples mixed at a time
SLOWEST, FASTEST = 0.25, 4.0  # speeds at which speech can still be recognised at all, if badly

Steps = Generator[Progress | Note, None, Path]


def timeline_sound(bridge: Bridge, request: AudioRequest, route: str, folder: Path) -> Steps:
    """
    Write the sound of the open timeline into a new file in *folder*; its time 0 is the first frame of *request*.

    HostError "host.no-sound" if there is nothing to hear; MediaError if none of the sources can be read.
    """
    if route not in ROUTES:
        raise SettingsError("settings.route", f"There is no way {route!r} to the sound.", f"Use: {', '.join(ROUTES)}.")
    folder.mkdir(parents=True, exist_ok=True)
    if route == "render":
        return (yield from bridge.render_audio(request, folder))
    info, sound = bridge.timeline(), bridge.sound()
    for note in sound.notes:
        yield Note(STAGE, note, "warning")
    return (yield from mix(sound, info.rate, info.duration, request, folder / "sound.wav"))


def mix(sound: Sound, rate: FrameRate, duration: int, request: AudioRequest, path: Path) -> Steps:
    """The clips of *sound* laid over each other at *rate* as 16 kHz mono in the file *path*, at once or not at all."""
    first = request.start or 0
    clips = _heard(sound, request)
    last = request.end if request.end is not None else max([duration, *(clip.end for clip in clips)])
    playing = [_Playing(clip, rate, first) for clip in clips if clip.start < last and clip.end > first]
    if not playing or last <= first:
        raise HostError(
            "host.no-sound",
            "Nothing is heard on this part of the timeline.",
            "Choose other tracks or another range, or render the sound in the editing program.",
        )
    yield from (Note(STAGE, note, "warning") for one in playing for note in one.notes)
    total = _sample(rate, last - first)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".sound.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file, wave.open(file, "wb") as out:
            out.setparams((1, 2, RATE, 0, "NONE", ""))
            for at in range(0, total, WINDOW):
                yield Progress(STAGE, at * 1000 / RATE, total * 1000 / RATE)
                out.writeframes(_pcm(_window(playing, at, min(WINDOW, total - at))))
        yield from _broken(playing)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return path


def _heard(sound: Sound, request: AudioRequest) -> list[SourceClip]:
    heard = set(request.tracks) or {track.index for track in sound.tracks if track.enabled}
    return [clip for clip in sound.clips if clip.enabled and clip.track in heard]


def _window(playing: Sequence[_Playing], at: int, count: int) -> Samples:
    mixed = np.zeros(count, np.float32)
    for one in playing:
        one.add_to(mixed, at)
    return mixed


def _pcm(samples: Samples) -> bytes:
    return np.round(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def _broken(playing: Sequence[_Playing]) -> Iterator[Note]:
    """Notes about sources that could not be read; MediaError if that is all of them."""
    broken = dict.fromkeys(f"{one.clip.path}: {one.error}" for one in playing if one.error)
    if broken and all(one.error for one in playing):
        raise MediaError(
            "media.no-source",
            f"None of the media on the timeline can be read ({next(iter(broken))}).",
            "Bring the drive back, or render the sound in the editing program.",
        )
    yield from (Note(STAGE, f"Left out, it cannot be read: {what}", "warning") for what in broken)


class _Playing:
    """A clip as it plays: samples of its source, taken in order. Sample 0 is that of the frame *first*."""

    def __init__(self, clip: SourceClip, rate: FrameRate, first: int) -> None:
        self.clip, self.error, self.notes = clip, "", tuple(_warnings(clip))
        begin = max(clip.start, first)
        self.start, self.end = _sample(rate, begin - first), _sample(rate, clip.end - first)
        self.silent = not SLOWEST <= clip.speed <= FASTEST
        skipped = 1000 * float((begin - clip.start) / rate.fps) * clip.speed
        self._from = round(clip.source_start + skipped)
        self._blocks: Iterator[Samples] | None = None
        self._kept, self._position = np.zeros(0, np.float32), 0.0

    def add_to(self, mixed: Samples, at: int) -> None:
        """Add what of the clip lies in the window *mixed*, whose first sample is *at*."""
        start, end = max(self.start, at), min(self.end, at + len(mixed))
        if end <= start or self.silent or self.error:
            return
        found = self._take(end - start)
        mixed[start - at : start - at + len(found)] += found

    def _take(self, count: int) -> Samples:
        places = self._position + np.arange(count) * self.clip.speed
        self._fill(int(places[-1]) + 2)
        if self.clip.speed == 1:
            found = self._kept[:count]
        else:
            places = places[places <= len(self._kept) - 1]
            found = np.interp(places, np.arange(len(self._kept)), self._kept).astype(np.float32)
        used = min(len(self._kept), int(self._position + count * self.clip.speed))
        self._kept, self._position = self._kept[used:], self._position + count * self.clip.speed - used
        return found

    def _fill(self, count: int) -> None:
        try:
            if self._blocks is None:
                self._blocks = audio.blocks(Path(self.clip.path), start=max(0, self._from), seconds=10)
                if self._from < 0:  # the host plays it before its first sample
                    self._kept = np.zeros(-self._from * RATE // 1000, np.float32)
            while len(self._kept) < count and (block := next(self._blocks, None)) is not None:
                self._kept = np.concatenate([self._kept, block])
        except MediaError as error:
            self.error = error.message


def _warnings(clip: SourceClip) -> Iterator[str]:
    name = clip.path.replace("\\", "/").rsplit("/", 1)[-1]
    if not SLOWEST <= clip.speed <= FASTEST:
        yield f"{name} plays backwards, stands still or is far too fast or slow here: it is left out."
    elif clip.speed != 1:
        yield f"{name} is retimed to {clip.speed:.0%} here: what is heard in it may be recognised badly."


def _sample(rate: FrameRate, frame: int) -> int:
    """The sample at which *frame* begins."""
    return round(frame * RATE / rate.fps)
