"""
Pictures of a film, exact to the frame, decoded in a thread.

The picture at a time is the frame that began last, as in an editing program. Whoever asks gets the newest thing asked
for: what is overtaken is never drawn.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QTransform

from gui import footage
from plugin_core import media
from plugin_core.errors import MediaError, ZimuError

if TYPE_CHECKING:
    from av import VideoFrame

KEPT = 96 << 20  # bytes of decoded frames kept, for stepping back
AHEAD = 4000  # ms that are rather decoded through than sought


class FrameReader:
    """
    Opens the picture of *path*; ``at`` gives its frames. For one thread.

    MediaError if the file cannot be read or has no picture.
    """

    def __init__(self, path: Path) -> None:
        self._stack = ExitStack()
        try:
            self._container = self._stack.enter_context(media.opened(path))
            stream = media.picture(self._container)
            if stream is None:
                raise MediaError("media.no-picture", f"{path.name} has no picture.", "Its sound can be corrected.")
        except BaseException:
            self._stack.close()
            raise
        stream.thread_type = "AUTO"
        self._stream, self._zero = stream, media.origin(path)
        self._tick = stream.time_base or Fraction(1, 1000)
        self._kept: deque[tuple[int, VideoFrame]] = deque()
        self._decoding: Iterator[tuple[int, VideoFrame]] = iter(())
        self._ended = True

    def close(self) -> None:
        """Let go of the file."""
        self._kept.clear()
        self._decoding = iter(())
        self._stack.close()

    def at(self, ms: int) -> tuple[int, VideoFrame] | None:
        """The frame shown at *ms* and when it begins (ms); the first or last one outside the film."""
        first, last = (self._kept[0][0], self._kept[-1][0]) if self._kept else (0, -1)
        if not self._kept or ms < first or ms > last + AHEAD:
            self._seek(ms)
        while not self._ended and (not self._kept or self._kept[-1][0] <= ms):
            self._next()
        if not self._kept:
            return None
        place = bisect_right(self._kept, ms, key=lambda one: one[0]) - 1
        return self._kept[max(0, place)]

    def _next(self) -> None:
        found = next(self._decoding, None)
        self._ended = found is None
        if found is not None:
            self._kept.append(found)
            size = max(1, found[1].width * found[1].height * 3 // 2)
            while len(self._kept) > max(4, KEPT // size):
                self._kept.popleft()

    def _seek(self, ms: int) -> None:
        """Begin to decode at the key frame before *ms*; earlier, where an index is wrong; at last from the start."""
        import av

        for back in (0, 2000, 10_000):
            wanted = self._zero + Fraction(max(0, ms - back), 1000)
            try:
                self._container.seek(int(wanted / self._tick), stream=self._stream, backward=True)
            except (av.FFmpegError, OverflowError):
                break
            self._restart()
            if not self._ended and (self._kept[0][0] <= ms or ms - back <= 0):
                return
        try:
            self._container.seek(0)
        except av.FFmpegError:
            return
        self._restart()

    def _restart(self) -> None:
        self._stream.codec_context.flush_buffers()
        self._kept.clear()
        self._decoding, self._ended = self._frames(), False
        self._next()

    def _frames(self) -> Iterator[tuple[int, VideoFrame]]:
        import av

        latest = -1
        gap = 1000 / self._stream.average_rate if self._stream.average_rate else Fraction(40)
        for packet in media.packets(self._container, self._stream):
            try:
                decoded = packet.decode()
            except av.FFmpegError:
                continue
            for frame in decoded:
                if not isinstance(frame, av.VideoFrame):
                    continue
                start = latest + round(gap)
                if frame.pts is not None:
                    time = (frame.pts * (frame.time_base or self._tick) - self._zero) * 1000
                    start = floor(time + Fraction(1, 2))  # half up, as the clock rounds
                if start >= latest:  # a stamp that falls back is a fault
                    latest = start
                    yield start, frame

    def image(self, frame: VideoFrame, size: QSize) -> QImage:
        """*frame* upright, with square pixels, no larger than *size* or than it is."""
        ratio = self._stream.sample_aspect_ratio or Fraction(1)
        turn = round(getattr(frame, "rotation", 0) or 0) % 360
        whole = QSize(max(2, round(frame.width * float(ratio))), frame.height)
        room = size.transposed() if turn in {90, 270} else size
        if whole.width() > room.width() or whole.height() > room.height():
            whole = whole.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        return _image(frame, max(2, whole.width()), max(2, whole.height()), turn)


def _image(frame: VideoFrame, width: int, height: int, turn: int) -> QImage:
    from av.video.reformatter import Colorspace

    if frame.interlaced_frame:
        frame = footage.one_field(frame)
    if footage.is_hdr(frame):
        pixels = footage.toned(frame, width, height)
        image = QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGB32).copy()
        return image.transformed(QTransform().rotate(-turn)) if turn else image
    # What is not tagged is BT.709 from 720 lines on, as every player has it.
    untagged = int(frame.colorspace) == 2
    source = Colorspace.ITU709 if untagged and frame.height >= 720 else None
    small = frame.reformat(width=width, height=height, format="bgra", src_colorspace=source)
    plane = small.planes[0]
    image = QImage(bytes(plane), width, height, plane.line_size, QImage.Format.Format_RGB32).copy()
    return image.transformed(QTransform().rotate(-turn)) if turn else image


class Frames(QObject):
    """
    Gives the picture at a time, from a thread of its own: ``ready`` carries the image and when its frame begins.

    ``failed`` says why there is none (a ZimuError).
    """

    ready = Signal(QImage, int)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wake = threading.Condition()
        self._path: Path | None = None
        self._wanted: tuple[int, QSize] | None = None
        self._thread: threading.Thread | None = None
        self._generation = 0

    def open(self, path: Path | None) -> None:
        """Show pictures of *path* from now on; None for none."""
        self.close()
        self._path = path
        if path is not None:
            self._generation += 1
            run = (path, self._generation)
            self._thread = threading.Thread(target=self._run, args=run, daemon=True, name="zimu-frames")
            self._thread.start()

    def close(self) -> None:
        """End the thread and let go of the file."""
        thread, self._thread = self._thread, None
        with self._wake:
            self._path, self._wanted = None, None
            self._generation += 1
            self._wake.notify()
        if thread is not None:
            thread.join(5)

    def want(self, ms: int, size: QSize) -> None:
        """Ask for the picture at *ms*, no larger than *size* pixels."""
        if self._path is not None:
            with self._wake:
                self._wanted = (ms, QSize(size))
                self._wake.notify()

    def _run(self, path: Path, generation: int) -> None:
        try:
            reader = FrameReader(path)
        except ZimuError as error:
            if generation == self._generation:
                self.failed.emit(error)
            return
        try:
            shown: tuple[int, QSize] | None = None
            while (wanted := self._taken(generation)) is not None:
                found = reader.at(wanted[0])
                if found is None:
                    self.failed.emit(MediaError("media.no-frames", f"No picture of {path.name} can be decoded."))
                    return
                if (found[0], wanted[1]) != shown and generation == self._generation:
                    shown = (found[0], wanted[1])
                    self.ready.emit(reader.image(found[1], wanted[1]), found[0])
        finally:
            reader.close()

    def _taken(self, generation: int) -> tuple[int, QSize] | None:
        """The newest thing asked for, once there is one; None when it is over."""
        with self._wake:
            while self._wanted is None and generation == self._generation:
                self._wake.wait()
            wanted, self._wanted = self._wanted, None
            return wanted if generation == self._generation else None
