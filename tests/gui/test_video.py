from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSize, QSizeF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui import overlay
from gui.actions import Actions
from gui.frames import FrameReader, Frames
from gui.player import Player
from gui.session import Session
from gui.video import VideoView
from plugin_core import edits
from plugin_core.clock import FrameRate
from plugin_core.document import Cue
from plugin_core.errors import MediaError
from plugin_core.formats.layout import Layout
from tests.gui.test_player import Hand


def numbered(path: Path, frames: int = 60, rate: Fraction = Fraction(25), gop: int = 12, size: int = 64) -> Path:
    """A film whose every frame says its number: 8 columns, bright for 1, from the lowest bit on."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=rate)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = size * 2, size, "yuv420p", gop
        stream.bit_rate = 4_000_000
        stream.codec_context.time_base = 1 / rate
        for number in range(frames):
            bits = [(number >> bit) & 1 for bit in range(8)]
            row = np.repeat(np.array(bits, np.uint8) * 255, size * 2 // 8)
            picture = np.repeat(np.broadcast_to(row, (size, size * 2))[:, :, None], 3, axis=2)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts, frame.time_base = number, 1 / rate
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def number(image: QImage) -> int:
    """The number that a frame of ``numbered`` says."""
    wide = image.width() / 8
    bits = (image.pixelColor(round(wide * (bit + 0.5)), image.height() // 2).lightness() > 128 for bit in range(8))
    return sum(bit << place for place, bit in enumerate(bits))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return numbered(tmp_path_factory.mktemp("film") / "film.mp4", rate=Fraction(24000, 1001))


@pytest.fixture
def reader(film: Path) -> Iterator[FrameReader]:
    reader = FrameReader(film)
    yield reader
    reader.close()


def test_the_frame_at_its_own_beginning_is_that_frame_wherever_one_comes_from(reader: FrameReader) -> None:
    rate = FrameRate(Fraction(24000, 1001))
    for wanted in (0, 1, 2, 30, 29, 28, 59, 5, 58, 12, 11, 13, 36, 35, 0):
        found = reader.at(rate.ms_at(wanted))
        assert found is not None
        assert found[0] == rate.ms_at(wanted)
        assert number(reader.image(found[1], QSize(500, 500))) == wanted


def test_between_two_frames_the_one_that_began_is_shown(reader: FrameReader) -> None:
    found = reader.at(41)  # frame 1 begins at 42
    assert found is not None
    assert found[0] == 0


def test_outside_the_film_its_first_and_last_frames_stay(reader: FrameReader) -> None:
    last, first = reader.at(99_000), reader.at(-5)
    assert last is not None
    assert first is not None
    assert number(reader.image(last[1], QSize(500, 500))) == 59
    assert first[0] == 0


def test_a_picture_is_no_larger_than_asked_for_and_never_enlarged(reader: FrameReader) -> None:
    found = reader.at(0)
    assert found is not None
    assert reader.image(found[1], QSize(40, 40)).size() == QSize(40, 20)
    assert reader.image(found[1], QSize(4000, 4000)).size() == QSize(128, 64)


def test_a_file_without_a_picture_says_so(tmp_path: Path) -> None:
    from tests.media_fixtures import AudioTrack, Recipe, bursts, make

    with pytest.raises(MediaError, match="no picture"):
        FrameReader(make(tmp_path / "sound.wav", Recipe(audio=[AudioTrack(bursts(1, [0.2]))])))


def test_only_what_was_asked_for_last_must_be_drawn(qapp: QApplication, qtbot: QtBot, film: Path) -> None:
    frames = Frames()
    frames.open(film)
    with qtbot.waitSignal(frames.ready, check_params_cb=lambda image, _: number(image) == 50, timeout=10_000):
        for wanted in range(51):
            frames.want(FrameRate(Fraction(24000, 1001)).ms_at(wanted), QSize(128, 64))
    frames.close()


def test_a_file_that_cannot_be_read_is_said(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    frames = Frames()
    (tmp_path / "broken.mp4").write_bytes(b"no film at all" * 99)
    with qtbot.waitSignal(frames.failed, timeout=10_000) as said:
        frames.open(tmp_path / "broken.mp4")
    assert isinstance(said.args[0], MediaError)
    frames.close()


@pytest.fixture
def view(qtbot: QtBot, session: Session) -> Iterator[VideoView]:
    parent = QWidget()
    player = Player(output=lambda _: Hand())
    player.open(None, session.document.media)
    view = VideoView(session, player, Actions(parent))
    view.player, view.parts = player, parent
    qtbot.addWidget(view)
    view.resize(640, 360)
    view.show()
    yield view
    view.close_file()


def test_a_cue_is_drawn_from_its_first_frame_to_the_one_before_its_end(view: VideoView) -> None:
    shown = {}
    for ms in (960, 1000, 3360, 3400):
        view.player.seek(ms)
        shown[ms] = [cue.id for cue in view.cues]
    assert shown == {960: [], 1000: ["cue1"], 3360: ["cue1"], 3400: []}


def test_a_corrected_text_is_drawn_at_once(view: VideoView, session: Session) -> None:
    view.player.seek(2000)
    before = view.grab().toImage()
    session.edit("Type", edits.set_text(session.document, "cue1", "zh", "换一句"))
    assert view.grab().toImage() != before


def test_other_languages_can_be_drawn_alone(view: VideoView) -> None:
    view.player.seek(2000)
    both = ink(view.grab().toImage())
    view.set_layout(Layout("single", ("zh",)))
    assert 0 < ink(view.grab().toImage()) < both


def test_a_language_that_was_removed_does_not_stop_the_picture(view: VideoView, session: Session) -> None:
    view.set_layout(Layout(languages=("zh",)))
    view.player.seek(2000)
    session.edit("Remove", edits.remove_language(session.document, "zh"))
    assert ink(view.grab().toImage()) > 0


def test_the_picture_of_the_film_is_shown(view: VideoView, qtbot: QtBot, film: Path) -> None:
    with qtbot.waitSignal(view.frames.ready, check_params_cb=lambda image, _: number(image) == 24, timeout=10_000):
        view.player.open(film)
        view.player.seek(1001)
    assert number(view.image) == 24
    assert view.picture_area() == QRectF(0, 20, 640, 320)


def ink(image: QImage) -> int:
    """How many pixels are bright."""
    return sum(
        image.pixelColor(x, y).lightness() > 150
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    )


def drawn(*cues: Cue, size: tuple[int, int] = (640, 360)) -> np.ndarray:
    """Where something white was drawn: rows by columns."""
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(90, 90, 90))
    painter = QPainter(image)
    overlay.draw(painter, QRectF(0, 0, *size), cues, ("en", "zh"), ("en", "zh"))
    painter.end()
    pixels = np.frombuffer(bytes(image.constBits()), np.uint8).reshape(size[1], size[0], 4)
    return np.asarray((pixels[:, :, :3] > 170).all(axis=2))


def test_subtitles_stand_in_the_middle_above_the_margin_and_grow_with_the_picture(qapp: QApplication) -> None:
    cue = Cue("a", 0, 1, ("Hello there", "你好"))
    small, large = drawn(cue), drawn(cue, size=(1280, 720))
    rows, columns = np.flatnonzero(small.any(axis=1)), np.flatnonzero(small.any(axis=0))
    assert 260 < rows[0] < rows[-1] < 360 - 0.045 * 360 + 1
    assert abs((columns[0] + columns[-1]) / 2 - 320) < 4
    assert np.ptp(np.flatnonzero(large.any(axis=0))) == pytest.approx(2 * np.ptp(columns), rel=0.05)


def test_the_place_a_cue_asks_for_is_where_it_stands(qapp: QApplication) -> None:
    rows = np.flatnonzero(drawn(Cue("a", 0, 1, ("Up here", ""), tags=("an8",))).any(axis=1))
    assert 0 < rows[0] < rows[-1] < 60
    columns = np.flatnonzero(drawn(Cue("a", 0, 1, ("Left", ""), tags=("an1",))).any(axis=0))
    assert columns[-1] < 200


def test_two_cues_at_once_do_not_cover_each_other(qapp: QApplication) -> None:
    one = drawn(Cue("a", 0, 1, ("First line", "")))
    two = drawn(Cue("a", 0, 1, ("First line", "")), Cue("b", 0, 1, ("Second line", "")))
    assert np.flatnonzero(two.any(axis=1))[0] < np.flatnonzero(one.any(axis=1))[0] - 10


def test_a_line_too_wide_for_the_picture_is_broken_into_lines_of_like_width(qapp: QApplication) -> None:
    text = "This is a line that is much too long to be shown on one line of a small picture at all"
    lines = overlay.wrapped(text, "en", 360, False, 300)
    assert len(lines) > 1
    widths = [line.width for line in lines]
    assert max(widths) <= 300
    assert min(widths) > 0.4 * max(widths)


def test_a_picture_is_fitted_into_the_middle_of_its_room(qapp: QApplication) -> None:
    assert overlay.fitted(QSizeF(100, 100), QRectF(0, 0, 300, 100)) == QRectF(100, 0, 100, 100)
