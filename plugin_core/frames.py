"""
The pictures of a film, one after another, decoded once for everybody who looks.

Every decoded picture is a :class:`Frame`, in the order in which they are shown, at its exact place of media time
(``media``: 0 is the first picture), whatever the rate does. Damaged pictures are skipped and counted. Whoever looks
asks a frame for the size wanted: the full picture is scaled once, to at most ``SMALL`` pixels on its longer side, and
smaller sizes come from that; so one more watcher costs little, and a size looks the same whoever else watches.

A frame keeps its decoder's picture alive: keep what ``rgb`` gives, not the frame.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Semaphore, Thread
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from plugin_core import media
from plugin_core.errors import MediaError

if TYPE_CHECKING:
    from av import VideoFrame, VideoStream
    from av.container import InputContainer
    from av.video.reformatter import Colorspace, VideoReformatter

Picture = npt.NDArray[np.uint8]  # [height, width, 3], red, green, blue
SMALL = 256  # pixels; PySceneDetect's detectors are tuned for pictures of this width
USUAL_FORMATS = {"yuv420p", "yuvj420p"}
UNTAGGED = 2  # what a file says that does not say its colours
AHEAD = 8  # frames
USUAL = Fraction(1, 25)  # seconds a frame lasts where nothing says it
BACK = (Fraction(0), Fraction(10), None)  # seconds before a place to decode from, where an index is wrong the next
JUMP = 1  # seconds: a stamp that falls back further begins a new count, as in joined broadcast recordings


@dataclass(slots=True)
class Damage:
    """How many pictures could not be decoded, and were skipped."""

    frames: int = 0


class Frame:
    """
    One picture: its number among the decoded ones (from 0) and its time: exact seconds of media time, and *ms*, rounded
    half up as the clock rounds.

    *width* and *height* are how it is shown: upright, with square pixels. Made by :func:`look`.
    """

    __slots__ = ("_cache", "_picture", "_reduced", "_scale", "_turn", "height", "index", "ms", "time", "width")

    def __init__(self, index: int, time: Fraction, picture: VideoFrame, aspect: Fraction, scale: _Scaler) -> None:
        self.index = index
        self.time = time
        self.ms = (2000 * time.numerator + time.denominator) // (2 * time.denominator)
        self._picture = picture
        self._scale = scale
        self._turn = round(getattr(picture, "rotation", 0) or 0) // 90 % 4  # quarter turns, counter-clockwise
        self._cache: dict[tuple[int, int], Picture] = {}
        self._reduced: VideoFrame | None = None
        wide = picture.width if aspect == 1 else max(1, round(picture.width * aspect))
        shown = wide, picture.height
        self.width, self.height = shown[::-1] if self._turn % 2 else shown

    @property
    def small(self) -> Picture:
        """The picture with ``SMALL`` pixels on its longer side (never more than it has)."""
        return self.rgb(*self.fitting(SMALL))

    def fitting(self, longest: int) -> tuple[int, int]:
        """Width and height of this picture with at most *longest* pixels on its longer side."""
        largest = max(self.width, self.height)
        if largest <= longest:
            return self.width, self.height
        return max(1, round(self.width * longest / largest)), max(1, round(self.height * longest / largest))

    def rgb(self, width: int, height: int) -> Picture:
        """The whole picture, upright, scaled to *width* x *height*: [height, width, 3]. Not to be written into."""
        found = self._cache.get((width, height))
        if found is None:
            found = self._scaled(width, height)
            found.flags.writeable = False
            self._cache[width, height] = found
        return found

    def reduce(self) -> VideoFrame:
        """The picture at its small size, which all smaller ones come from."""
        if self._reduced is None:
            self._reduced = self._scale.frame(self._picture, *self._lying(*self.fitting(SMALL)))
        return self._reduced

    def _scaled(self, width: int, height: int) -> Picture:
        small = self.fitting(SMALL)
        reduced = self.reduce()
        if (width, height) == small:
            found = reduced
        else:
            whole = reduced if width <= small[0] and height <= small[1] else self._picture
            found = self._scale.frame(whole, *self._lying(width, height))
        plane = found.planes[0]
        rows: Picture = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: found.height]
        picture = rows[:, : 3 * found.width].reshape(found.height, found.width, 3)  # a copy where rows are padded
        return np.ascontiguousarray(np.rot90(picture, self._turn)) if self._turn else picture

    def _lying(self, width: int, height: int) -> tuple[int, int]:
        """The size as the picture is stored."""
        return (height, width) if self._turn % 2 else (width, height)


class _Scaler:
    """Scales pictures; keeps a context for every pair of sizes, because making one costs more than its use."""

    def __init__(self) -> None:
        self._contexts: dict[tuple[int, ...], VideoReformatter] = {}

    def frame(self, frame: VideoFrame, width: int, height: int) -> VideoFrame:
        """*frame* as RGB of this size."""
        from av.video.reformatter import Colorspace

        # What is not tagged is BT.709 from 720 lines on, as every player has it.
        untagged = frame.height >= 720 and int(frame.colorspace) == UNTAGGED
        if frame.format.name in USUAL_FORMATS and frame.width >= 2 * width:
            # Scaled first, and only then made RGB: libswscale does both at once much more slowly.
            frame = self._scaled(frame, width, height, "yuv422p", None)
        return self._scaled(frame, width, height, "rgb24", Colorspace.ITU709 if untagged else None)

    def _scaled(self, frame: VideoFrame, width: int, height: int, kind: str, source: Colorspace | None) -> VideoFrame:
        from av.video.reformatter import Interpolation, VideoReformatter

        key = (frame.width, frame.height, width, height)
        if key not in self._contexts:
            self._contexts[key] = VideoReformatter()
        # One thread: with more, each of these small pictures waits for them, and the decoder needs the cores.
        return self._contexts[key].reformat(
            frame, width, height, kind, src_colorspace=source, interpolation=Interpolation.AREA, threads=1
        )


def look(path: Path, *, damage: Damage | None = None) -> Iterator[Frame]:
    """
    The frames of the first picture stream of *path* in the order in which they are shown; leaving the loop closes it.

    A thread decodes and scales ``AHEAD`` frames ahead of the loop. What cannot be decoded is skipped and counted in
    *damage*. MediaError as ``media.opened``, if the file has no picture (cover art is none) or not one frame of it can
    be decoded.
    """
    return _ahead(_looked(path, damage if damage is not None else Damage()))


def _looked(path: Path, damage: Damage) -> Generator[Frame]:
    zero = media.origin(path)
    with media.opened(path) as container:
        stream = _picture(path, container)
        aspect = stream.sample_aspect_ratio or Fraction(1)
        usual = 1 / stream.average_rate if stream.average_rate else USUAL
        scaler, index = _Scaler(), 0
        for time, picture in _timed(_decoded(container, stream, damage), zero, usual):
            frame = Frame(index, time, picture, aspect, scaler)
            frame.reduce()
            yield frame
            index += 1
    if not index:
        raise _no_frames(path)


def _ahead(frames: Generator[Frame]) -> Iterator[Frame]:
    """*frames*, made in a thread of their own: libav works while Python looks."""
    ready: SimpleQueue[Frame | Exception | None] = SimpleQueue()
    room, left = Semaphore(AHEAD), Event()

    def work() -> None:
        last: Exception | None = None
        try:
            with closing(frames):
                for frame in frames:
                    ready.put(frame)
                    room.acquire()
                    if left.is_set():
                        break
        except Exception as error:  # raised where the frames are wanted
            last = error
        ready.put(last)

    thread = Thread(target=work, name="frames", daemon=True)
    thread.start()
    try:
        while isinstance(frame := ready.get(), Frame):
            room.release()
            yield frame
        if frame is not None:
            raise frame
    finally:
        left.set()
        room.release()
        thread.join()


def at(path: Path, times: Iterable[int]) -> Iterator[Frame]:
    """
    The frame shown at each of *times* (ms of media time), by seeking; their ``index`` is -1. Errors as ``look``.

    Before the film it is the first frame, after it the last.
    """
    zero = media.origin(path)
    with media.opened(path) as container:
        stream = _picture(path, container)
        aspect, scaler = stream.sample_aspect_ratio or Fraction(1), _Scaler()
        for ms in times:
            shown = None
            for back in BACK:
                shown = _shown(container, stream, zero, Fraction(2 * ms + 1, 2000), back)
                if shown is not None and shown[0] * 1000 < ms + 1:
                    break
            if shown is None:
                raise _no_frames(path)
            yield Frame(-1, *shown, aspect, scaler)


def _shown(
    container: InputContainer, stream: VideoStream, zero: Fraction, wanted: Fraction, back: Fraction | None
) -> tuple[Fraction, VideoFrame] | None:
    """The last picture that begins by *wanted*, decoded from the key frame *back* seconds before (None: the start)."""
    import av

    begin = zero if back is None else zero + max(Fraction(0), wanted - back)
    try:
        container.seek(int(begin / (stream.time_base or USUAL)), stream=stream, backward=True)
    except (av.FFmpegError, OverflowError):
        container.seek(0)
    usual = 1 / stream.average_rate if stream.average_rate else USUAL
    shown: tuple[Fraction, VideoFrame] | None = None
    for time, picture in _timed(_decoded(container, stream, Damage()), zero, usual):
        if shown is not None and time > wanted:
            break
        shown = time, picture
    return shown


def _picture(path: Path, container: InputContainer) -> VideoStream:
    """The stream to look at, decoded by as many threads as there are cores."""
    stream = media.picture(container)
    if stream is None:
        raise MediaError("media.no-picture", f"{path.name} has no picture.", "Shots and scenes are found in pictures.")
    stream.thread_type = "AUTO"
    return stream


def _no_frames(path: Path) -> MediaError:
    return MediaError("media.no-frames", f"No picture of {path.name} can be decoded.", "Copy or export it again.")


def _decoded(container: InputContainer, stream: VideoStream, damage: Damage) -> Iterator[VideoFrame]:
    import av

    for packet in media.packets(container, stream):
        try:
            decoded = packet.decode()
        except av.FFmpegError:
            damage.frames += 1
            continue
        for picture in decoded:
            if not isinstance(picture, av.VideoFrame):
                continue
            if picture.is_corrupt:
                damage.frames += 1
            else:
                yield picture


def _timed(pictures: Iterable[VideoFrame], zero: Fraction, usual: Fraction) -> Iterator[tuple[Fraction, VideoFrame]]:
    """Every picture with its time; times only grow, whatever the stamps say. What lies before *zero* is not shown."""
    latest, shift = -usual, Fraction(0)
    for picture in pictures:
        time = latest + usual
        if picture.pts is not None and picture.time_base:
            time = picture.pts * picture.time_base - zero + shift
            if time.numerator < 0 and latest < 0:
                continue
            if time <= latest:
                jumped = latest - time > JUMP
                shift += latest + usual - time if jumped else 0
                time = latest + (usual if jumped else usual / 2)
        latest = time
        yield time, picture
