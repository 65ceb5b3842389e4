"""Awkward media, made on the spot: bursts of a tone at known places of media time say whether sound is placed well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]
TONE = 1000
ASS_HEADER = b"""[Script Info]
ScriptType: v4.00+
[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def bursts(seconds: float, at: Sequence[float], rate: int = 48_000, length: float = 0.1) -> Sound:
    """Silence with bursts of a tone at half of full scale that begin at *at* (s)."""
    time = np.arange(round(seconds * rate)) / rate
    sound = np.zeros(len(time), np.float32)
    for begin in at:
        inside = (time >= begin) & (time < begin + length)
        sound[inside] = 0.5 * np.sin(2 * np.pi * TONE * time[inside]).astype(np.float32)
    return sound


def onsets(sound: Sound, threshold: float = 0.12) -> list[float]:
    """Where bursts begin, in ms: the first loud sample after 50 ms of quiet, at 16 kHz."""
    loud = np.flatnonzero(np.abs(sound) > threshold)
    if not len(loud):
        return []
    first = np.concatenate([[True], np.diff(loud) > 800])
    return [float(i) / 16 for i in loud[first]]


@dataclass
class AudioTrack:
    """One audio stream: (channels, samples), begun at *start* s of the container, without the *holes* (s, s)."""

    sound: Sound
    rate: int = 48_000
    codec: str = "pcm_s16le"
    layout: str = "mono"
    start: float = 0.0
    holes: Sequence[tuple[float, float]] = ()
    language: str = ""
    title: str = ""
    default: bool | None = None


@dataclass
class VideoTrack:
    """A grey picture; *times* (frame numbers) make a variable rate; *start* is in frames."""

    frames: int = 50
    rate: Fraction = Fraction(25)
    times: Sequence[int] | None = None
    start: int = 0
    timecode: str = ""
    size: tuple[int, int] = (64, 48)


@dataclass
class SubtitleTrack:
    """Text cues (start ms, end ms, text)."""

    cues: Sequence[tuple[int, int, str]]
    codec: str = "mov_text"
    language: str = ""


@dataclass
class Recipe:
    """What to put in a file."""

    audio: Sequence[AudioTrack] = ()
    video: VideoTrack | None = None
    subtitles: Sequence[SubtitleTrack] = ()
    options: dict[str, str] = field(default_factory=dict)
    format: str | None = None


def make(path: Path, recipe: Recipe) -> Path:
    """Write *path* with PyAV, packets in the order of their times."""
    waiting: list[tuple[float, Callable[[], None]]] = []
    with av.open(str(path), "w", format=recipe.format, options=recipe.options) as out:
        if recipe.video:
            waiting += _video(out, recipe.video)
        for track in recipe.audio:
            waiting += _audio(out, track)
        for subtitle in recipe.subtitles:
            waiting += _subtitles(out, subtitle)
        for _, write in sorted(waiting, key=lambda item: item[0]):
            write()
    return path


def _video(out, track):
    stream = out.add_stream("mpeg4", rate=track.rate)
    stream.width, stream.height = track.size
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = 1 / track.rate
    if track.timecode:
        stream.metadata["timecode"] = track.timecode
    found = []
    times = track.times if track.times is not None else range(track.frames)
    picture = np.full((track.size[1], track.size[0], 3), 128, np.uint8)
    for number in times:
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = number + track.start, 1 / track.rate
        found += stream.encode(frame)
    found += stream.encode(None)
    return [(float(packet.dts * packet.time_base), lambda packet=packet: out.mux(packet)) for packet in found]


def _audio(out, track):
    sound = np.atleast_2d(track.sound)
    stream = out.add_stream(track.codec, rate=track.rate, layout=track.layout)
    for key in ("language", "title"):
        if getattr(track, key):
            stream.metadata[key] = getattr(track, key)
    if track.default is not None:
        flag = av.stream.Disposition.default
        stream.disposition = flag if track.default else av.stream.Disposition(0)
    resampler = av.AudioResampler(format=stream.codec_context.format, layout=track.layout, rate=track.rate)
    found, step = [], 1024
    for begin in range(0, sound.shape[1], step):
        if any(a <= begin / track.rate < b for a, b in track.holes):
            continue
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound[:, begin : begin + step].T.reshape(1, -1), np.float32), "flt", track.layout
        )
        frame.sample_rate, frame.time_base = track.rate, Fraction(1, track.rate)
        frame.pts = begin + round(track.start * track.rate)
        for ready in resampler.resample(frame):
            found += stream.encode(ready)
    found += stream.encode(None)
    return [(float(packet.dts * packet.time_base), lambda packet=packet: out.mux(packet)) for packet in found]


def _subtitles(out, track):
    stream = out.add_stream(track.codec)
    stream.codec_context.subtitle_header = ASS_HEADER
    if track.language:
        stream.metadata["language"] = track.language
    found = []
    for start, end, text in track.cues:
        packet = av.Packet(_subtitle_payload(track.codec, text))
        packet.stream, packet.time_base = stream, Fraction(1, 1000)
        packet.pts = packet.dts = start
        packet.duration = end - start
        found.append((start / 1000, lambda packet=packet: out.mux(packet)))
    return found


def _subtitle_payload(codec: str, text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(2, "big") + data if codec == "mov_text" else data
