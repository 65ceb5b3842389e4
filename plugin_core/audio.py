"""
Sound as the core hears it: float32, mono, 16 kHz, at the place in time where an editing program plays it.

Sample ``i`` of what ``blocks`` yields lies at media ms ``start + i / 16``; ``placing`` says how. Memory is bounded by
one block and one second of the source, whatever the length of the file.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from plugin_core import media, mixing, placing, settings
from plugin_core import peaks as peaks_files
from plugin_core.errors import DocumentError, MediaError
from plugin_core.peaks import Peaks
from plugin_core.placing import RATE, Damage, Samples

if TYPE_CHECKING:
    from av import AudioFrame
    from av import AudioStream as Source
    from av.container import InputContainer

PREROLL = 1  # s decoded before a seek's target, for codecs whose frames overlap
WINDOW = 3  # s of sound looked at in each of four places to weigh channels and streams
HEARD = 10 ** (-60 / 20)  # RMS over which a stream is not silent, full scale = 1
MEGABYTE = 1 << 20
WHOLE = 4 * MEGABYTE
SPOT = 64 << 10
CODES = {"zh": {"zh", "chi", "zho", "cmn"}, "en": {"en", "eng"}}

__all__ = [
    "RATE",
    "Damage",
    "Peaks",
    "Samples",
    "Track",
    "blocks",
    "fingerprint",
    "peak_rows",
    "peaks",
    "read",
    "track",
]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Track:
    """The stream that is heard (the container's index) and the factor of each of its channels."""

    index: int
    weights: tuple[float, ...]


def blocks(
    path: Path,
    *,
    stream: int | None = None,
    channel: int | None = None,
    language: str = "",
    start: int = 0,
    end: int | None = None,
    seconds: float = 30.0,
    damage: Damage | None = None,
) -> Iterator[Samples]:
    """
    The sound of *path* from *start* to *end* (ms of media time), in blocks of *seconds*; the last may be shorter.

    *stream* is a container index (``AudioStream.index``), else ``track`` chooses; *channel* picks one channel, else all
    are mixed so that the level of speech is kept. What cannot be decoded is silence of the same length (``Damage``
    counts it); a truncated file gives what it has. The sound ends with its stream, be it before *end* or not.
    MediaError at once if the file cannot be opened or has no sound; at the end if nothing of it could be decoded.
    """
    heard = track(path, stream=stream, language=language)
    if channel is not None:
        if not 0 <= channel < len(heard.weights):
            raise MediaError(
                "media.no-channel",
                f"{path.name} has no audio channel {channel} in stream {heard.index}.",
                f"Its channels are 0 to {len(heard.weights) - 1}.",
            )
        heard = Track(heard.index, tuple(float(i == channel) for i in range(len(heard.weights))))
    pieces = _pieces(path, heard, max(0, start), damage if damage is not None else Damage())
    size = max(1, round(seconds * RATE))
    return placing.assemble(pieces, max(0, start) * RATE // 1000, None if end is None else end * RATE // 1000, size)


def read(
    path: Path,
    *,
    stream: int | None = None,
    channel: int | None = None,
    language: str = "",
    start: int = 0,
    end: int | None = None,
) -> Samples:
    """All of ``blocks`` in one array: for short pieces (an hour takes 230 MB)."""
    found = list(blocks(path, stream=stream, channel=channel, language=language, start=start, end=end, seconds=60))
    return np.concatenate(found) if found else np.zeros(0, np.float32)


def peaks(path: Path, *, stream: int | None = None, channel: int | None = None, language: str = "") -> Peaks:
    """The waveform of what ``blocks`` would yield, from the cache if *path* was seen before. Errors as ``blocks``."""
    return peaks_files.pyramid(list(peak_rows(path, stream=stream, channel=channel, language=language)))


def peak_rows(
    path: Path, *, stream: int | None = None, channel: int | None = None, language: str = ""
) -> Iterator[peaks_files.Rows]:
    """
    The rows of ``peaks`` in order, as they are found: at once from the cache if *path* was seen before in this state.

    What was found is kept when the last was taken; a cache that cannot be written costs only time. Errors as
    ``blocks``.
    """
    heard = track(path, stream=stream, language=language)
    key = f"{fingerprint(path)}-{heard.index}-{'mix' if channel is None else channel}"
    file = settings.cache() / "peaks" / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.npz"
    known = peaks_files.load(file)
    if known is not None:
        yield known.levels[0]
        return
    parts = []
    for block in blocks(path, stream=heard.index, channel=channel):
        parts.append(peaks_files.rows(block))
        yield parts[-1]
    try:
        peaks_files.save(file, peaks_files.pyramid(parts))
    except DocumentError as error:
        log.warning("the waveform is not kept: %s", error)


def fingerprint(path: Path) -> str:
    """
    The SHA-256 that stands for the content of *path* in caches, from at most 4 MB of reading.

    Up to 4 MB it is of the whole file; above, of the size, the first and last MB and 32 blocks of 64 KB spread evenly
    between. A name or a date does not change it. The price: a change in place that keeps the size and touches none of
    these goes unseen; recording, rendering and remuxing all change head or tail, so this takes an editor of bytes.
    """
    size = media.checked(path).st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        if size <= WHOLE:
            digest.update(file.read())
        else:
            last = size - MEGABYTE
            places = [MEGABYTE + (last - MEGABYTE - SPOT) * k // 31 for k in range(32)]
            for place, length in [(0, MEGABYTE), *((place, SPOT) for place in places), (last, MEGABYTE)]:
                file.seek(place)
                digest.update(file.read(length))
    return digest.hexdigest()


# -- which stream, which channels --


def track(path: Path, *, stream: int | None = None, language: str = "") -> Track:
    """
    The stream to hear and its mix. Without *stream*: one tagged with *language*, then the default one, then the first,
    leaving out commentary and audio description, and passing over streams that are silent in four places of the file
    (cameras record four mono streams and use one).
    """
    state = media.checked(path)
    return _track(path, state.st_size, state.st_mtime_ns, stream, language)


@lru_cache(maxsize=64)
def _track(path: Path, size: int, changed: int, stream: int | None, language: str) -> Track:
    del size, changed  # they are the key: a changed file is looked at again
    with media.opened(path) as container:
        offered = [source for source in container.streams.audio if source.codec_context is not None]
        if not container.streams.audio:
            raise MediaError("media.no-audio", f"{path.name} has no sound.", "Choose a file with an audio track.")
        if not offered:
            cause = f"The sound of {path.name} is in a format Zimu cannot decode."
            raise MediaError("media.unknown-codec", cause, "Convert it to WAV.")
        wanted = sorted(offered, key=lambda source: _rank(source, language))
        if stream is not None:
            wanted = [source for source in offered if source.index == stream]
            if not wanted:
                raise MediaError(
                    "media.no-stream",
                    f"{path.name} has no audio stream {stream}.",
                    f"Its audio streams are: {', '.join(str(source.index) for source in offered)}.",
                )
        for source in wanted:
            if len(wanted) == 1 and source.channels == 1:
                return Track(source.index, (1.0,))
            windows = _windows(container, source)
            if len(wanted) == 1 or any(float(mixing.rms(window).max()) > HEARD for window in windows):
                return Track(source.index, tuple(map(float, mixing.weights(windows, _places(source)))))
        return Track(wanted[0].index, tuple(map(float, mixing.weights([], _places(wanted[0])))))


def _rank(source: Source, language: str) -> tuple[bool, bool, bool, int]:
    from av.stream import Disposition

    aside = Disposition.comment | Disposition.visual_impaired | Disposition.descriptions
    tag = (source.language or "").lower()
    matches = bool(language) and (tag in CODES.get(language, {language}) or tag[:2] == language)
    return bool(source.disposition & aside), not matches, not source.disposition & Disposition.default, source.index


def _places(source: Source) -> list[str]:
    names = [place.name for place in source.codec_context.layout.channels]
    return names if len(names) == source.channels else [""] * max(1, source.channels)


def _windows(container: InputContainer, source: Source) -> list[Samples]:
    """Up to ``WINDOW`` seconds of every channel at 0, 1/4, 1/2 and 3/4 of the stream."""
    length = Fraction(container.duration or 0, 1_000_000)
    begin = Fraction(container.start_time or 0, 1_000_000)
    windows = []
    for part in range(4 if length > 4 * WINDOW else 1):
        _seek(container, source, begin + length * part / 4)
        parts: list[Samples] = []
        total = 0
        for frame in _frames(container, source, Damage()):
            parts.append(placing.channels(frame))
            total += frame.samples
            if total >= WINDOW * frame.sample_rate:
                break
        same = [part for part in parts if part.shape[0] == source.channels]
        windows += [np.concatenate(same, axis=1)] if same else []
    return windows


def _seek(container: InputContainer, source: Source, time: Fraction) -> bool:
    """Seek to the packet before *time* (s of the container); False if the format cannot."""
    import av

    try:
        container.seek(int(time / (source.time_base or Fraction(1, 1000))), stream=source)
    except (av.FFmpegError, OverflowError):
        return False
    return True


# -- decoding --


def _frames(container: InputContainer, source: Source, damage: Damage) -> Iterator[AudioFrame]:
    import av

    for packet in media.packets(container, source):
        try:
            decoded = packet.decode()
        except av.FFmpegError:
            damage.packets += 1
            continue
        yield from (frame for frame in decoded if isinstance(frame, av.AudioFrame) and frame.samples)


def _pieces(path: Path, heard: Track, start: int, damage: Damage) -> Iterator[tuple[int, Samples]]:
    """Resampled runs of contiguous sound with the place of their first sample, from at or before *start* (ms)."""
    from av.stream import Discard

    zero = media.origin(path)
    with media.opened(path) as container:
        source = next(stream for stream in container.streams.audio if stream.index == heard.index)
        for other in container.streams:
            if other.index != source.index:
                other.discard = Discard.all
        frames = _from(container, source, zero + Fraction(start, 1000), damage)
        length = Fraction(container.duration or 0, 1_000_000)
        heard_any = False
        for piece in placing.Placer(heard.weights, zero, length, damage).place(frames):
            heard_any = True
            yield piece
    if not heard_any and damage.packets:
        raise MediaError(
            "media.cannot-decode",
            f"Nothing of the sound of {path.name} could be decoded ({damage.packets} damaged packets).",
            "Copy the file again, or convert it with the program that made it.",
        )
    if damage.packets or damage.jumps:
        log.warning("%s: %d damaged packets, %d senseless time stamps", path.name, damage.packets, damage.jumps)


def _from(container: InputContainer, source: Source, time: Fraction, damage: Damage) -> Iterator[AudioFrame]:
    """Frames from at or before *time* (s of the container); from the first one where seeking misses."""
    begin = (source.start_time or 0) * (source.time_base or Fraction(0))
    if time - begin > 2 * PREROLL and _seek(container, source, time - PREROLL):
        frames = _frames(container, source, damage)
        first = next(frames, None)
        if first is not None and first.pts is not None and first.pts * (first.time_base or 0) <= time:
            yield first
            yield from frames
            return
        if not _seek(container, source, begin):
            return
    yield from _frames(container, source, damage)
