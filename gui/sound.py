"""
The sound of a film as it is played: 48 kHz stereo at its place in media time, slower or faster at the same pitch.

``plugin_core.audio`` gives what the core hears (16 kHz mono); people who correct subtitles want to hear the film. The
stream and the places are the same: what starts late follows silence, holes are silence.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer

from plugin_core import audio, media
from plugin_core.errors import ZimuError

if TYPE_CHECKING:
    from av import AudioFrame
    from av.container import InputContainer
    from av.filter import Graph
    from PySide6.QtCore import QIODevice
    from PySide6.QtMultimedia import QAudioSink

RATE = 48_000
BYTES = 4  # of a stereo sample of int16
SLOWEST, FASTEST = 0.5, 2.0
HOLE = RATE // 25  # samples a time stamp may differ from the count
PREROLL = Fraction(1, 2)  # s decoded before the wanted place
AHEAD = 40  # blocks decoded before they are needed
PATIENCE = 2.5  # s until a card that says nothing is not waited for
FAR = 200  # ms a report may be off before it is believed at once
SLOWLY = 0.15  # of a smaller difference is made good at each report


def pcm(path: Path, start: int, speed: float = 1.0) -> Iterator[bytes]:
    """
    Interleaved int16 from *start* (ms of media time) to the end of the stream, *speed* times as fast.

    MediaError if the file has no sound or cannot be read.
    """
    if speed == 1.0:
        yield from _placed(path, start)
        return
    graph = _tempo(speed)
    import av

    at = 0
    for block in _placed(path, start):
        frame = av.AudioFrame(format="s16", layout="stereo", samples=len(block) // BYTES)
        frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
        frame.planes[0].update(block)
        at += frame.samples
        graph.push(frame)
        yield from _pulled(graph)
    graph.push(None)
    yield from _pulled(graph)


def _tempo(speed: float) -> Graph:
    import av

    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="s16", layout="stereo", time_base=Fraction(1, RATE))
    tempo, form, sink = (
        graph.add("atempo", str(speed)),
        graph.add("aformat", "sample_fmts=s16"),
        graph.add("abuffersink"),
    )
    source.link_to(tempo)
    tempo.link_to(form)
    form.link_to(sink)
    graph.configure()
    return graph


def _pulled(graph: Graph) -> Iterator[bytes]:
    import av

    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        if isinstance(frame, av.AudioFrame):
            yield bytes(frame.planes[0])[: frame.samples * BYTES]


def _placed(path: Path, start: int) -> Iterator[bytes]:
    """Stereo blocks that begin at *start* ms, with silence where the stream has none."""
    import av

    zero, heard = media.origin(path), audio.track(path)
    resampler = av.AudioResampler(format="s16", layout="stereo", rate=RATE)
    at = 0  # samples given since *start*
    with media.opened(path) as container:
        for frame in _frames(container, heard.index, zero + Fraction(start, 1000)):
            for out in resampler.resample(frame):
                block, place = bytes(out.planes[0])[: out.samples * BYTES], at
                if frame.pts is not None and frame.time_base is not None:
                    time_s = frame.pts * frame.time_base - zero - Fraction(start, 1000)
                    place = round(time_s * RATE)
                allowed = HOLE if at else 0  # the first sample lies exactly where it was asked for
                if place > at + allowed:
                    yield from _silence(place - at)
                    at = place
                elif place < at - allowed:
                    block = block[min(len(block), (at - place) * BYTES) :]
                if block:
                    yield block
                    at += len(block) // BYTES


def _silence(samples: int) -> Iterator[bytes]:
    for first in range(0, samples, RATE // 10):
        yield bytes(BYTES * min(RATE // 10, samples - first))


def _frames(container: InputContainer, index: int, time_s: Fraction) -> Iterator[AudioFrame]:
    import av

    source = next(stream for stream in container.streams.audio if stream.index == index)
    tick = source.time_base or Fraction(1, 1000)
    if time_s > 1:
        try:
            container.seek(int((time_s - PREROLL) / tick), stream=source)
        except (av.FFmpegError, OverflowError):
            container.seek(0)
    for packet in media.packets(container, source):
        try:
            decoded = packet.decode()
        except av.FFmpegError:
            continue
        yield from (frame for frame in decoded if isinstance(frame, av.AudioFrame) and frame.samples)


# -- where it is heard --


class Output(Protocol):
    """What plays sound and tells how far it is. One at a time; ``start`` again begins anew."""

    def start(self, path: Path | None, ms: int, speed: float) -> None:
        """Play *path* from *ms*; without sound, only time passes."""

    def stop(self) -> None:
        """Be silent."""

    def position(self) -> float:
        """The ms of media time that is heard now."""

    def set_volume(self, volume: float) -> None:
        """From 0 (silent) to 1."""


class Clock:
    """Time without sound: for a machine without a sound card, and for a film without sound."""

    def __init__(self) -> None:
        self._from, self._speed, self._since = 0.0, 1.0, time.monotonic()

    def start(self, path: Path | None, ms: int, speed: float) -> None:
        del path
        self._from, self._speed, self._since = float(ms), speed, time.monotonic()

    def stop(self) -> None:
        """Nothing is to be stopped."""

    def position(self) -> float:
        return self._from + (time.monotonic() - self._since) * 1000 * self._speed

    def set_volume(self, volume: float) -> None:
        """Silence has no volume."""
        del volume


class Heard:
    """
    Where the sound is, from what a card says it has played (ms of its own time) and a clock between its reports.

    A card reports in steps, some of two seconds; the clock alone drifts, and stands until the first sound has come. A
    report that is far off is believed at once (the sound had run dry), others a little. A card that never reports is
    not waited for.
    """

    def __init__(self, start: float, speed: float, now: Callable[[], float] = time.monotonic) -> None:
        self._start, self._speed, self._now = start, speed, now
        self._began, self._reported = now(), 0.0
        self._base: tuple[float, float] | None = None  # ms of media time, and when it was heard

    def position(self, played: float) -> float:
        """The ms of media time heard now, when the card says it has played *played* ms."""
        now = self._now()
        if self._base is None:
            if played <= 0 and now - self._began < PATIENCE:
                return self._start
            self._base = (self._start + played * self._speed, now)
        place = self._base[0] + (now - self._base[1]) * 1000 * self._speed
        if played != self._reported:
            self._reported = played
            off = self._start + played * self._speed - place
            place += off if abs(off) > FAR * self._speed else off * SLOWLY
            self._base = (place, now)
        return place


class Decoder:
    """Decodes in a thread, a few blocks ahead of what is heard."""

    def __init__(self, path: Path, ms: int, speed: float) -> None:
        self._blocks: queue.Queue[bytes | None] = queue.Queue(AHEAD)
        self._stopped = threading.Event()
        self._rest = b""
        self._ended = False
        self._thread = threading.Thread(target=self._run, args=(path, ms, speed), daemon=True, name="zimu-sound")
        self._thread.start()

    def take(self, size: int) -> bytes:
        """Up to *size* bytes, as many as are ready."""
        while len(self._rest) < size and not self._ended:
            try:
                block = self._blocks.get_nowait()
            except queue.Empty:
                break
            self._ended = block is None
            self._rest += block or b""
        given, self._rest = self._rest[:size], self._rest[size:]
        return given

    def stop(self) -> None:
        self._stopped.set()
        while not self._blocks.empty():
            self._blocks.get_nowait()
        self._thread.join(2)

    def _run(self, path: Path, ms: int, speed: float) -> None:
        try:
            for block in pcm(path, ms, speed):
                if not self._put(block):
                    return
        except ZimuError:
            pass  # the player has said so when it opened the file
        self._put(None)

    def _put(self, block: bytes | None) -> bool:
        while not self._stopped.is_set():
            try:
                self._blocks.put(block, timeout=0.05)
            except queue.Full:
                continue
            return True
        return False


class Speaker(QObject):
    """
    The system's sound card through Qt; without a file to play, a clock.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sink: QAudioSink | None = None
        self._device: QIODevice | None = None
        self._decoder: Decoder | None = None
        self._clock, self._heard, self._volume = Clock(), Heard(0, 1.0), 1.0
        self._feed = QTimer(self, interval=15)
        self._feed.timeout.connect(self._fill)

    @staticmethod
    def available() -> bool:
        """Whether there is a sound card at all."""
        from PySide6.QtMultimedia import QMediaDevices

        return not QMediaDevices.defaultAudioOutput().isNull()

    def start(self, path: Path | None, ms: int, speed: float) -> None:
        self.stop()
        self._clock.start(None, ms, speed)
        self._heard = Heard(ms, speed)
        if path is None:
            return
        from PySide6.QtMultimedia import QAudioFormat, QAudioSink

        form = QAudioFormat()
        form.setSampleRate(RATE)
        form.setChannelCount(2)
        form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        self._decoder = Decoder(path, ms, speed)
        self._sink = QAudioSink(form, self)
        self._sink.setBufferSize(RATE * BYTES // 5)
        self._sink.setVolume(self._volume)
        self._device = self._sink.start()
        self._feed.start()

    def stop(self) -> None:
        self._feed.stop()
        if self._decoder is not None:
            self._decoder.stop()
            self._decoder = None
        if self._sink is not None:
            self._sink.reset()
            self._sink.deleteLater()
            self._sink = self._device = None

    def position(self) -> float:
        if self._sink is None:
            return self._clock.position()
        return self._heard.position(self._sink.processedUSecs() / 1000)

    def set_volume(self, volume: float) -> None:
        self._volume = volume
        if self._sink is not None:
            self._sink.setVolume(volume)

    def _fill(self) -> None:
        if self._sink is None or self._device is None or self._decoder is None:
            return
        block = self._decoder.take(self._sink.bytesFree())
        if block:
            self._device.write(block)
