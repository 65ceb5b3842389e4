"""
The player: what time it is in the film. Pictures (``video``), the waveform and the minimap follow it; sound leads it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, QTimer, Signal

from gui.sound import FASTEST, SLOWEST, Clock, Output
from plugin_core import media as media_files
from plugin_core.clock import FrameRate
from plugin_core.document import Media
from plugin_core.errors import ZimuError

log = logging.getLogger(__name__)

TICK = 16  # ms between two looks at the clock while playing
RATES = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
STEP = 40  # ms of a frame where there is no frame rate


def sound_card(parent: QObject) -> Output:
    """
    The system's sound, or a clock where there is none. QtMultimedia is loaded by this, not before.

    Without PySide6-Addons, or on a Linux without libpulse, it cannot be loaded: then films play silently.
    """
    from gui.sound import Speaker

    try:
        return Speaker(parent) if Speaker.available() else Clock()
    except ImportError as error:
        log.warning("no sound: %s", error)
        return Clock()


class _Probe(QRunnable):
    def __init__(self, player: Player, path: Path) -> None:
        super().__init__()
        self.player, self.path = player, path

    def run(self) -> None:
        result: Media | ZimuError
        try:
            result = media_files.probe(self.path)
        except ZimuError as error:
            result = error
        with suppress(RuntimeError):  # the window was closed meanwhile
            self.player._probed.emit(self.path, result)


class Player(QObject):
    """
    Plays one media file, or only time where it has no sound or cannot be read.

    *position* is ms of media time; where it stands still it is on a frame. *output* makes what is heard, at the first
    ``play``: by default the system's sound.
    """

    position_changed = Signal(int)
    playing_changed = Signal(bool)
    media_changed = Signal()  # another file, or what was learnt about it
    rate_changed = Signal(float)
    muted_changed = Signal(bool)
    failed = Signal(object)  # ZimuError: why the file cannot be played
    silent = Signal()  # the film has sound, and this machine nothing to play it on; told once
    _probed = Signal(object, object)

    def __init__(self, parent: QObject | None = None, output: Callable[[QObject], Output] = sound_card) -> None:
        super().__init__(parent)
        self._make, self._output = output, None if output is sound_card else output(self)
        self._media = Media()
        self._path: Path | None = None
        self._position, self._rate, self._muted = 0, 1.0, False
        self._stop_at: int | None = None
        self._known_rate: FrameRate | None = None
        self._playing = False
        self._timer = QTimer(self, interval=TICK)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._probed.connect(self._learn)

    # -- what is played --

    @property
    def path(self) -> Path | None:
        """The file, if there is one."""
        return self._path

    @property
    def media(self) -> Media:
        """What is known of the file; empty until it was looked at."""
        return self._media

    @property
    def duration(self) -> int:
        """The length in ms; 0 if it is not known."""
        return self._media.duration

    @property
    def has_picture(self) -> bool:
        return self._media.width > 0

    @property
    def frame_rate(self) -> FrameRate | None:
        """The rate whose frames are stepped: what was set, else the file's."""
        return self._known_rate or self._media.frame_rate

    @frame_rate.setter
    def frame_rate(self, rate: FrameRate | None) -> None:
        self._known_rate = rate

    def open(self, media: Path | None, known: Media | None = None) -> None:
        """
        Play *media* from now on, from its beginning; None for nothing. *known* is what a document says about it.

        The file is looked at in the background: ``media_changed`` follows, or ``failed``.
        """
        self.pause()
        self._path, self._media = None, known or Media()
        self._show(0)
        self.media_changed.emit()
        if media is not None:
            QThreadPool.globalInstance().start(_Probe(self, media))
            self._path = media

    def close(self) -> None:
        """Let go of the file and the sound card."""
        self.pause()
        self._path = None

    def _learn(self, path: Path, result: Media | ZimuError) -> None:
        if path != self._path:
            return
        if isinstance(result, ZimuError):
            self._path = None
            self.failed.emit(result)
        else:
            self._media = result
        self.media_changed.emit()

    # -- where it is --

    @property
    def position(self) -> int:
        """The ms of media time shown now."""
        return self._position

    def seek(self, ms: int) -> None:
        """Go to the frame nearest to *ms*; playing goes on from there."""
        self._stop_at = None
        self._show(self._framed(ms))
        if self._playing:
            self._begin()

    def step(self, frames: int) -> None:
        """Stop, and go *frames* on (back if negative)."""
        self.pause()
        rate = self.frame_rate
        self._show(self._within(rate.ms_at(rate.frame_at(self._position) + frames) if rate else
                                self._position + STEP * frames))  # fmt: skip

    def _framed(self, ms: int) -> int:
        rate = self.frame_rate
        return self._within(rate.snap(ms) if rate else ms)

    def _within(self, ms: int) -> int:
        last = self.duration
        if last and self.frame_rate:
            last = self.frame_rate.ms_at(max(0, self.frame_rate.frame_at(last) - 1))
        return max(0, min(ms, last) if last else ms)

    def _show(self, ms: int) -> None:
        if ms != self._position:
            self._position = ms
            self.position_changed.emit(ms)

    # -- playing --

    @property
    def playing(self) -> bool:
        return self._playing

    def play(self) -> None:
        """Play from here; from the beginning if this is the end."""
        self._stop_at = None
        if self.duration and self._position >= self._within(self.duration):
            self._show(0)
        self._begin()

    def pause(self) -> None:
        """Stop where it is, on a frame."""
        if not self._playing:
            return
        self._timer.stop()
        if self._output is not None:
            self._output.stop()
        self._playing = False
        self._show(self._framed(self._position))
        self.playing_changed.emit(False)

    def toggle(self) -> None:
        """Play if it stands, stop if it plays."""
        if self._playing:
            self.pause()
        else:
            self.play()

    def play_span(self, start: int, end: int) -> None:
        """Play from *start* to *end* ms; then the last frame before *end* stays in the picture."""
        if end <= start:
            return
        self._show(max(0, start))
        self._begin()
        self._stop_at = end

    def _begin(self) -> None:
        if self._output is None:
            self._output = self._make(self)
            if self._media.audio and isinstance(self._output, Clock):
                self.silent.emit()
        self._output.set_volume(0.0 if self._muted else 1.0)
        sounding = self._path if self._media.audio else None
        self._output.start(sounding, self._position, self._rate)
        self._timer.start()
        if not self._playing:
            self._playing = True
            self.playing_changed.emit(True)

    def _tick(self) -> None:
        now = round(self._output.position()) if self._output is not None else self._position
        end = self._stop_at if self._stop_at is not None else (self.duration or None)
        if end is None or now < end:
            self._show(max(0, now))
            return
        span = self._stop_at is not None
        self._show(end)
        self.pause()
        rate = self.frame_rate
        last = rate.ms_at(rate.frame_at(end) - 1) if rate else end - STEP
        self._show(self._within(last) if span or self.duration else self._within(end))

    # -- how --

    @property
    def rate(self) -> float:
        """How many times as fast as it was recorded; the pitch stays."""
        return self._rate

    @rate.setter
    def rate(self, rate: float) -> None:
        rate = min(max(rate, SLOWEST), FASTEST)
        if rate == self._rate:
            return
        self._rate = rate
        if self._playing:
            stop = self._stop_at
            self._begin()
            self._stop_at = stop
        self.rate_changed.emit(rate)

    def faster(self, steps: int = 1) -> None:
        """The next of ``RATES``; slower if *steps* is negative."""
        nearest = min(range(len(RATES)), key=lambda place: abs(RATES[place] - self._rate))
        self.rate = RATES[min(max(0, nearest + steps), len(RATES) - 1)]

    @property
    def muted(self) -> bool:
        return self._muted

    @muted.setter
    def muted(self, muted: bool) -> None:
        if muted != self._muted:
            self._muted = muted
            if self._output is not None:
                self._output.set_volume(0.0 if muted else 1.0)
            self.muted_changed.emit(muted)
