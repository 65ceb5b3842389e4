"""
What a media file holds, found by cheap reads: its head, its index and a few packets, never a full decode.

**Media time 0** is the first frame of the picture, because that is frame 0 of the clip in an editing program: a cue at
1000 ms belongs to the frame shown one second into the clip. Sound that begins before the picture has a negative start
and is not heard; sound that begins later starts after silence. A file without picture begins at its first sound (after
the decoder's priming has been dropped, so an MP3's or AAC's padding moves nothing). Cover art is not a picture.

Files are opened through the ``file`` protocol only: a playlist inside a media file cannot make Zimu open a socket.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from plugin_core.clock import HIGHEST, FrameRate
from plugin_core.document import AudioStream, Media, SubtitleStream
from plugin_core.errors import MediaError

if TYPE_CHECKING:
    from av import Packet, VideoStream
    from av.container import InputContainer
    from av.stream import Stream

ENCRYPTED_TAGS = frozenset({"enca", "encv", "enct", "encs", "drms", "drmi", "drmt", "aavd"})
TEXT_AS_PICTURE = frozenset({"ansi", "bintext", "xbin", "idf"})  # libav draws plain text files as pictures
SCAN_BYTES = 32 << 20
SCAN_PACKETS = 4000
SCAN_FRAMES = 250


def probe(path: Path) -> Media:
    """
    Describe the streams of *path*; indexes are those of the container, times are ms of media time.

    The frame rate is exact (24000/1001, never 23.976); a variable one is the grid its frames lie on, or the
    average. MediaError if the file is missing, empty, a folder, encrypted, damaged beyond reading or has neither sound
    nor picture. A file without sound is not an error here: it becomes one where sound is needed.
    """
    scan = _scan(path)
    with opened(path) as container:
        video = picture(container)
        start_timecode = _start_timecode(container)
        rate, variable = _frame_rate(container, video, scan) if video else (None, False)
        return Media(
            path=str(path),
            duration=_duration(container, scan.origin),
            frame_rate=_exact(rate, variable, drop=";" in start_timecode) if rate else None,
            variable_rate=variable,
            start_timecode=start_timecode,
            width=video.width if video else 0,
            height=video.height if video else 0,
            audio=tuple(_audio_streams(container, scan)),
            subtitles=tuple(_subtitle_streams(container)),
        )


def origin(path: Path) -> Fraction:
    """The container's time, in seconds, of media time 0 (see the module's text)."""
    return _scan(path).origin


def embedded_subtitles(path: Path, index: int) -> list[tuple[int, int, str]]:
    """
    The cues of subtitle stream *index* (the container's) as (start ms, end ms, text), styling removed.

    MediaError if there is no such stream or it holds pictures (PGS, VobSub, DVB) instead of text.
    """
    zero = _scan(path).origin
    with opened(path) as container:
        stream = next((s for s in container.streams.subtitles if s.index == index), None)
        if stream is None:
            raise MediaError(
                "media.no-subtitles",
                f"{path.name} has no subtitle stream {index}.",
                f"It has: {', '.join(str(s.index) for s in container.streams.subtitles) or 'none'}.",
            )
        found: list[tuple[int, int, str]] = []
        for packet in packets(container, stream):
            found.extend(_subtitle_cues(path, packet, zero))
    found.sort()
    later = [start for start, _, _ in found[1:]] + [start + 2000 for start, _, _ in found[-1:]]
    return [(start, end if end > start else then, text) for (start, end, text), then in zip(found, later, strict=True)]


# -- opening --


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """Open a media file for reading; every failure is a MediaError that says why and what to do."""
    checked(path)
    import av

    try:
        container = av.open(str(path.resolve()), options={"protocol_whitelist": "file"}, metadata_errors="replace")
    except (av.FFmpegError, ValueError, OSError) as error:
        raise _cannot_open(path, error) from error
    with container:
        _check_content(path, container)
        yield container


def checked(path: Path) -> os.stat_result:
    """The state of a file that is there and may be read, else a MediaError."""
    name = path.name or str(path)
    try:
        if path.is_dir():
            raise MediaError("media.is-folder", f"{name} is a folder, not a media file.", "Choose the files inside it.")
        state = path.stat()
        if state.st_size == 0:
            raise MediaError("media.empty", f"{name} is empty (0 bytes).", "Copy or export it again.")
        with path.open("rb"):
            return state
    except FileNotFoundError:
        raise MediaError("media.missing", f"{path} does not exist.", "Check the name, or connect its drive.") from None
    except PermissionError:
        raise MediaError("media.permission", f"{name} may not be read.", "Change its permissions.") from None
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or error
        raise MediaError("media.cannot-open", f"{path} cannot be read: {cause}.", "Check the drive.") from error


def _cannot_open(path: Path, error: Exception) -> MediaError:
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] in {b"ftyp", b"mdat", b"wide", b"moov", b"free", b"skip"}:
        return MediaError(
            "media.unfinished",
            f"{path.name} is an unfinished recording or copy: its index (moov) is missing.",
            "Copy it again from the card; if the recorder lost power, repair the file with the recorder's own tool.",
        )
    cause = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return MediaError(
        "media.not-media",
        f"{path.name} is not a media file Zimu can read ({cause}).",
        "Give it a video or audio file; subtitles go to `zimu translate`.",
    )


def _check_content(path: Path, container: InputContainer) -> None:
    if container.metadata.get("major_brand") in {"aax ", "aaxc"} or any(map(_encrypted, container.streams)):
        raise encrypted(path)
    if picture(container) is None and not container.streams.audio:
        raise MediaError(
            "media.not-media",
            f"{path.name} has neither sound nor picture.",
            "Give it a video or audio file; subtitles go to `zimu translate`.",
        )


def encrypted(path: Path) -> MediaError:
    """What to say of protected media."""
    return MediaError(
        "media.encrypted",
        f"{path.name} is protected (DRM): it cannot be read without the shop's key.",
        "Use a copy without protection.",
    )


def _encrypted(stream: Stream) -> bool:
    context = stream.codec_context
    return bool(context is not None and context.codec_tag in ENCRYPTED_TAGS)


def picture(container: InputContainer) -> VideoStream | None:
    """The first video stream that is not cover art, a thumbnail or text drawn as a picture."""
    from av.stream import Disposition

    for stream in container.streams.video:
        still = stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails)
        known = stream.codec_context is not None and stream.codec_context.name not in TEXT_AS_PICTURE
        if not still and known:
            return stream
    return None


def packets(container: InputContainer, *streams: Stream) -> Iterator[Packet[Stream]]:
    """Demux *streams*, reading on after damage (at most 50 errors in a row) and ending where a truncated file ends."""
    import av

    errors = 0
    while errors < 50:
        try:
            for packet in container.demux(streams):
                errors = 0
                yield packet
        except (EOFError, av.error.EOFError):
            return
        except av.FFmpegError:
            errors += 1
        else:
            return


# -- the first seconds --


@dataclass(frozen=True)
class _Scan:
    """What the first packets say: media time 0, when each audio stream is first heard, when frames are shown (s)."""

    origin: Fraction
    audio_starts: dict[int, Fraction]
    frame_times: tuple[Fraction, ...]


def _scan(path: Path) -> _Scan:
    state = checked(path)
    return _scan_once(path, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=64)
def _scan_once(path: Path, size: int, changed: int) -> _Scan:
    del size, changed  # they are the key: a changed file is scanned again
    with opened(path) as container:
        video = picture(container)
        indexed = video is not None and len(video.index_entries) >= SCAN_FRAMES
        starts, times = _first_packets(container, None if indexed else video)
        for stream in container.streams.audio:
            if stream.index not in starts and stream.start_time is not None and stream.time_base:
                starts[stream.index] = stream.start_time * stream.time_base
        if video is not None and video.time_base is not None and video.start_time is not None:
            zero = video.start_time * video.time_base
        elif video is not None and times:
            zero = min(times)
        else:
            zero = min(starts.values(), default=Fraction(0)) if video is None else Fraction(0)
    return _Scan(zero, starts, tuple(sorted(times)))


def _first_packets(container: InputContainer, video: VideoStream | None) -> tuple[dict[int, Fraction], list[Fraction]]:
    waiting = {stream.index: stream for stream in container.streams.audio}
    starts: dict[int, Fraction] = {}
    times: list[Fraction] = []
    size = 0
    for count, packet in enumerate(packets(container, *waiting.values(), *([video] if video else []))):
        size += packet.size
        if packet.has_sidedata("encryption_info"):
            raise encrypted(Path(container.name))
        if packet.stream.type == "video":
            if packet.pts is not None and packet.time_base:
                times.append(packet.pts * packet.time_base)
        elif packet.stream.index in waiting:
            first = _first_time(packet)
            if first is not None:
                starts[packet.stream.index] = first
                del waiting[packet.stream.index]
        enough = not waiting and (video is None or len(times) >= SCAN_FRAMES)
        if enough or size > SCAN_BYTES or count > SCAN_PACKETS:
            break
    return starts, times


def _first_time(packet: Packet[Stream]) -> Fraction | None:
    import av

    try:
        for frame in packet.decode():
            if isinstance(frame, av.AudioFrame) and frame.pts is not None and frame.time_base:
                return frame.pts * frame.time_base
    except av.FFmpegError:
        return None
    return None


# -- frame rate --


def _frame_rate(container: InputContainer, video: VideoStream, scan: _Scan) -> tuple[Fraction | None, bool]:
    """The rate as the file states it, and whether it varies."""
    tick = video.time_base or Fraction(1, 1000)
    gaps = list(_index_gaps(video, tick)) or [after - before for before, after in pairwise(scan.frame_times)]
    average = video.average_rate or video.guessed_rate
    if not average:
        average = Fraction(len(gaps)) / sum(gaps) if gaps and sum(gaps) else None
    if not average or average <= 0 or container.format.name == "image2":
        return None, False
    usual = sorted(gaps)[len(gaps) // 2] if gaps else 1 / average
    tolerance = max(tick * Fraction(3, 2), usual / 50)
    variable = sum(abs(gap - usual) > tolerance for gap in gaps) > len(gaps) // 500
    if variable and video.base_rate and video.base_rate <= 120:
        average = video.base_rate  # the grid the frames lie on, which is what an editing program conforms to
    return average, variable


def _index_gaps(video: VideoStream, tick: Fraction) -> Iterator[Fraction]:
    """Frame durations from the container's index (MP4, MOV, AVI list every frame): head, three places within, tail."""
    entries = video.index_entries
    total = len(entries)
    if total < SCAN_FRAMES or (video.frames and total < video.frames // 2):
        return  # Matroska's index lists key frames only
    span = 1000
    for part in range(5):
        begin = max(0, (total - span) * part // 4)
        times = [entry.timestamp for entry in entries[begin : begin + span]]
        yield from ((after - before) * tick for before, after in pairwise(times))


def _exact(rate: Fraction, variable: bool, drop: bool) -> FrameRate | None:
    """The rate as the clock knows it; the average of a variable rate counts as the whole rate it is within 1 % of."""
    if rate > HIGHEST:
        return None
    exact = FrameRate.nearest(rate).fps
    if variable and exact.denominator not in (1, 1001) and abs(rate - round(rate)) <= rate / 100 and round(rate) > 0:
        exact = Fraction(round(rate))
    return FrameRate(exact, drop=drop and exact.denominator == 1001 and exact.numerator % 30_000 == 0)


# -- parts of the description --


def _duration(container: InputContainer, zero: Fraction) -> int:
    ends = [
        (stream.start_time or 0) * stream.time_base + stream.duration * stream.time_base
        for stream in (*container.streams.video, *container.streams.audio)
        if stream.duration and stream.time_base and stream.duration > 0
    ]
    if not ends and container.duration:
        ends = [Fraction((container.start_time or 0) + container.duration, 1_000_000)]
    return max(0, round((max(ends) - zero) * 1000)) if ends else 0


def _start_timecode(container: InputContainer) -> str:
    """The tmcd track's or the header's timecode as text; ``;`` before the frames means drop-frame."""
    streams: Iterable[dict[str, str]] = (stream.metadata for stream in container.streams)
    for tags in (*streams, container.metadata):
        text = next((value for key, value in tags.items() if key.lower() == "timecode"), "")
        if re.fullmatch(r"\d{2}:\d{2}:\d{2}[:;.,]\d{2,3}", text):
            return text
    return ""


def _audio_streams(container: InputContainer, scan: _Scan) -> Iterator[AudioStream]:
    from av.stream import Disposition

    for stream in container.streams.audio:
        context = stream.codec_context
        yield AudioStream(
            index=stream.index,
            codec=context.codec.canonical_name if context else "unknown",
            sample_rate=context.sample_rate if context else 0,
            channels=context.channels if context else 0,
            start=round((scan.audio_starts.get(stream.index, scan.origin) - scan.origin) * 1000),
            language=_language(stream),
            title=_title(stream),
            default=bool(stream.disposition & Disposition.default),
        )


def _subtitle_streams(container: InputContainer) -> Iterator[SubtitleStream]:
    for stream in container.streams.subtitles:
        context = stream.codec_context
        codec = context.codec.canonical_name if context else "unknown"
        yield SubtitleStream(stream.index, codec, _language(stream), _title(stream))


def _language(stream: Stream) -> str:
    """The tag as the file carries it (mostly ISO 639-2: eng, chi, zho); empty for undetermined."""
    tag = (stream.metadata.get("language") or stream.metadata.get("LANGUAGE") or "").strip().lower()
    return "" if tag in {"und", "unk", "mis", "zxx", "```"} else tag


def _title(stream: Stream) -> str:
    return stream.metadata.get("title") or stream.metadata.get("TITLE") or stream.metadata.get("name") or ""


# -- embedded subtitles --


def _subtitle_cues(path: Path, packet: Packet[Stream], zero: Fraction) -> Iterator[tuple[int, int, str]]:
    import av

    if packet.pts is None or not packet.time_base or packet.size == 0:
        return
    try:
        rects = packet.decode()
    except av.FFmpegError:
        return
    texts = []
    for rect in rects:
        if not isinstance(rect, av.subtitles.subtitle.AssSubtitle):
            raise MediaError(
                "media.subtitles-are-pictures",
                f"The subtitles in {path.name} are pictures, not text.",
                "Recognise the speech instead, or convert them with an OCR program first.",
            )
        texts.append(plain_text(rect.ass.decode("utf-8", "replace")))
    text = "\n".join(text for text in texts if text)
    start = round((packet.pts * packet.time_base - zero) * 1000)
    end = start + round((packet.duration or 0) * packet.time_base * 1000)
    if text and end >= 0:
        yield max(0, start), end, text


def plain_text(ass: str) -> str:
    """The text of an ASS packet ("ReadOrder,Layer,Style,Name,L,R,V,Effect,Text"), override tags removed."""
    text = ass.split(",", 8)[-1]
    text = re.sub(r"\{[^}]*\}", "", text)
    text = text.replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
    return "\n".join(row.strip() for row in text.splitlines()).strip()
