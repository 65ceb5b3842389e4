from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPalette, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.player import Player
from gui.session import Session
from gui.wave_math import View
from gui.wave_source import Piece, WaveSource
from gui.waveform import Waveform
from plugin_core import edits, peaks
from plugin_core.document import Cue, Document, Mark, Media
from plugin_core.errors import MediaError
from tests.gui.test_player import Hand
from tests.media_fixtures import AudioTrack, Recipe, VideoTrack, bursts, make

SCALE = 20  # ms a pixel: 1000 pixels are the whole 20 s
Y = 100
Modifier = Qt.KeyboardModifier


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def actions(qapp: QApplication) -> Iterator[Actions]:
    parent = QWidget()
    actions = Actions(parent)
    actions.provide(document=True, cue=True, item=True, media=True)
    yield actions
    parent.deleteLater()


@pytest.fixture
def wave(qtbot: QtBot, session: Session, actions: Actions, hand: Hand) -> Iterator[Waveform]:
    player = Player(output=lambda _: hand)
    player.open(None, session.document.media)
    wave = Waveform(session, player, actions)
    wave.player = player
    qtbot.addWidget(wave)
    wave.resize(1000, 200)
    wave.show()
    wave.show_view(View(0, SCALE, 1000))
    yield wave
    wave.source.close()


def drag(
    qtbot: QtBot,
    wave: Waveform,
    start: float,
    end: float,
    modifier: Modifier = Modifier.NoModifier,
    *,
    drop: bool = True,
) -> None:
    """Drag from *start* to *end* ms."""
    first, last = QPoint(round(start / SCALE), Y), QPoint(round(end / SCALE), Y)
    qtbot.mousePress(wave, Qt.MouseButton.LeftButton, modifier, first)
    for share in (0.5, 1.0):
        place = QPointF(first.x() + (last.x() - first.x()) * share, Y)
        move(wave, place, modifier)
    if drop:
        qtbot.mouseRelease(wave, Qt.MouseButton.LeftButton, modifier, last)


def move(wave: Waveform, place: QPointF, modifier: Modifier) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    button = Qt.MouseButton.LeftButton
    event = QMouseEvent(QEvent.Type.MouseMove, place, wave.mapToGlobal(place), button, button, modifier)
    QApplication.sendEvent(wave, event)


def span(session: Session, name: str) -> tuple[int, int]:
    cue = session.cue(name)
    assert cue is not None
    return cue.start, cue.end


def test_a_dragged_edge_is_one_edit_that_can_be_undone(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    before = session.document
    drag(qtbot, wave, 3400, 3680)
    assert span(session, "cue1") == (1000, 3680)
    assert session.undo.count() == 1
    session.undo.undo()
    assert session.document is before


def test_nothing_is_edited_until_the_pointer_is_let_go(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    before = session.document
    drag(qtbot, wave, 3400, 3680, drop=False)
    assert session.document is before
    assert wave.scene().spans == {"cue1": (1000, 3680)}


def test_escape_leaves_all_as_it_was(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    before = session.document
    drag(qtbot, wave, 3400, 3680, drop=False)
    qtbot.keyClick(wave, Qt.Key.Key_Escape)
    qtbot.mouseRelease(wave, Qt.MouseButton.LeftButton, Modifier.NoModifier, QPoint(184, Y))
    assert session.document is before
    assert wave.scene().spans == {}


def test_a_dragged_edge_stops_at_the_neighbour(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    drag(qtbot, wave, 3400, 5000)
    assert span(session, "cue1") == (1000, 4000)
    assert span(session, "cue2") == (4000, 6400)


def test_with_alt_cues_may_overlap(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    drag(qtbot, wave, 3400, 5000, Modifier.AltModifier)
    assert span(session, "cue1") == (1000, 5000)


def test_with_ctrl_the_neighbours_edge_comes_along(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    drag(qtbot, wave, 3400, 3680, Modifier.ControlModifier)
    assert span(session, "cue1") == (1000, 3680)
    assert span(session, "cue2") == (4280, 6400)


def test_an_edge_snaps_to_a_shot_cut_but_with_shift_to_frames_only(
    wave: Waveform, session: Session, qtbot: QtBot
) -> None:
    drag(qtbot, wave, 6400, 6900)
    assert span(session, "cue2")[1] in {6880, 6960}  # on the cut, or two frames before it
    session.undo.undo()
    drag(qtbot, wave, 6400, 6920, Modifier.ShiftModifier)
    assert span(session, "cue2")[1] == 6920


def test_the_chosen_cues_are_moved_together_with_their_words(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    session.select(("cue4", "cue5"))
    drag(qtbot, wave, 11_000, 11_400, Modifier.NoModifier)
    assert span(session, "cue4") == (10_400, 12_800)
    assert span(session, "cue5") == (13_400, 15_800)
    moved = session.cue("cue5")
    assert moved is not None
    assert moved.words[0].start == 13_400


def test_a_drag_over_an_empty_place_makes_a_cue(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    drag(qtbot, wave, 17_000, 18_500)
    made = session.cue(session.current)
    assert made is not None
    assert (made.start, made.end, made.texts) == (17_000, 18_520, ("", ""))


def test_a_cue_that_is_drawn_ends_at_the_next_one(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    drag(qtbot, wave, 400, 2000)
    made = session.cue(session.current)
    assert made is not None
    assert (made.start, made.end) == (400, 1000)


def test_a_click_on_a_cue_chooses_it_and_shows_that_moment(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    qtbot.mouseClick(wave, Qt.MouseButton.LeftButton, Modifier.NoModifier, QPoint(250, Y))
    assert session.selection == ("cue2",)
    assert wave.player.position == 5000
    assert session.undo.count() == 0


def test_ctrl_adds_to_what_is_chosen_and_shift_takes_all_between(
    wave: Waveform, session: Session, qtbot: QtBot
) -> None:
    session.select(("cue1",))
    qtbot.mouseClick(wave, Qt.MouseButton.LeftButton, Modifier.ControlModifier, QPoint(400, Y))
    assert session.selection == ("cue1", "cue3")
    qtbot.mouseClick(wave, Qt.MouseButton.LeftButton, Modifier.ControlModifier, QPoint(400, Y))
    assert session.selection == ("cue1",)
    qtbot.mouseClick(wave, Qt.MouseButton.LeftButton, Modifier.ShiftModifier, QPoint(550, Y))
    assert session.selection == ("cue1", "cue2", "cue3", "cue4")


def test_the_ruler_moves_the_playhead_and_leaves_the_choice(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    session.select(("cue1",))
    qtbot.mouseClick(wave, Qt.MouseButton.LeftButton, Modifier.NoModifier, QPoint(500, 5))
    assert wave.player.position == 10_000
    assert session.selection == ("cue1",)


def test_a_click_in_the_lane_chooses_the_mark(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    qtbot.mouseClick(wave, Qt.MouseButton.LeftButton, Modifier.NoModifier, QPoint(510, 190))
    assert session.selection == ("note1",)
    assert wave.player.position == 10_000


LANE = 190


def lane_drag(qtbot: QtBot, wave: Waveform, start: float, end: float, modifier: Modifier = Modifier.NoModifier) -> None:
    """Drag in the lane from *start* to *end* ms."""
    first, last = QPoint(round(start / SCALE), LANE), QPoint(round(end / SCALE), LANE)
    qtbot.mousePress(wave, Qt.MouseButton.LeftButton, modifier, first)
    for share in (0.5, 1.0):
        move(wave, QPointF(first.x() + (last.x() - first.x()) * share, LANE), modifier)
    qtbot.mouseRelease(wave, Qt.MouseButton.LeftButton, modifier, last)


def mark_span(session: Session, name: str = "note1") -> tuple[int, int]:
    mark = session.mark(name)
    assert mark is not None
    return mark.start, mark.end


def test_a_mark_is_dragged_to_another_time_and_back_by_one_undo(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    lane_drag(qtbot, wave, 10_500, 12_100, Modifier.ShiftModifier)
    assert mark_span(session) == (11_600, 12_600)
    assert session.selection == ("note1",)
    session.undo.undo()
    assert mark_span(session) == (10_000, 11_000)


@pytest.mark.parametrize(("edge", "expected"), [(10_000, (9400, 11_000)), (11_000, (10_000, 10_400))])
def test_an_edge_of_a_mark_is_dragged(
    wave: Waveform, session: Session, qtbot: QtBot, edge: int, expected: tuple[int, int]
) -> None:
    lane_drag(qtbot, wave, edge, edge - 600, Modifier.ShiftModifier)
    assert mark_span(session) == expected


def test_a_mark_snaps_to_a_shot_cut(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    lane_drag(qtbot, wave, 10_500, 10_500 - 3060)
    assert mark_span(session) == (6960, 7960)


def test_a_mark_keeps_a_frame_and_stays_in_the_film(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    lane_drag(qtbot, wave, 11_000, 4000, Modifier.ShiftModifier)
    assert mark_span(session) == (10_000, 10_040)
    session.undo.undo()
    lane_drag(qtbot, wave, 10_500, 0, Modifier.ShiftModifier)
    assert mark_span(session) == (0, 1000)


def test_a_moment_can_only_be_moved(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    session.edit("Moment", edits.add_marks(session.document, [Mark("moment", "sound", 15_000, 15_000, "door")]))
    lane_drag(qtbot, wave, 15_000, 15_600, Modifier.ShiftModifier)
    assert mark_span(session, "moment") == (15_600, 15_600)


def test_escape_leaves_a_dragged_mark_as_it_was(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    before = session.document
    first = QPoint(525, LANE)
    qtbot.mousePress(wave, Qt.MouseButton.LeftButton, Modifier.NoModifier, first)
    move(wave, QPointF(700, LANE), Modifier.NoModifier)
    qtbot.keyClick(wave, Qt.Key.Key_Escape)
    qtbot.mouseRelease(wave, Qt.MouseButton.LeftButton, Modifier.NoModifier, QPoint(700, LANE))
    assert session.document is before


def test_a_double_click_plays_the_cue(wave: Waveform, hand: Hand, qtbot: QtBot) -> None:
    qtbot.mouseDClick(wave, Qt.MouseButton.LeftButton, Modifier.NoModifier, QPoint(100, Y))
    assert wave.player.playing
    assert hand.started[-1][1] == 1000


def test_ctrl_and_the_wheel_zoom_at_the_pointer(wave: Waveform) -> None:
    before = wave.view.ms(300)
    place = QPointF(300, Y)
    event = QWheelEvent(
        place, wave.mapToGlobal(place), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Modifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(wave, event)
    assert wave.view.scale == SCALE / 2
    assert wave.view.ms(300) == pytest.approx(before)


def test_a_cue_chosen_elsewhere_is_scrolled_to(wave: Waveform, session: Session) -> None:
    wave.show_view(View(0, 2, 1000))
    session.select(("cue5",))
    assert wave.view.start < 13_000
    assert wave.view.end > 13_800
    assert "More at ten." in wave.accessibleDescription()


def test_while_playing_the_waveform_turns_its_page(wave: Waveform, hand: Hand, qtbot: QtBot) -> None:
    wave.show_view(View(0, 2, 1000))
    wave.player.play()
    with qtbot.waitSignal(wave.view_changed):
        hand.now = 1950
    assert wave.view.start > 1700


def test_the_menu_offers_what_can_be_done_where_it_was_opened(
    wave: Waveform, session: Session, actions: Actions
) -> None:
    menu = wave.menu_at(QPoint(250, Y))
    assert session.selection == ("cue2",)
    assert wave.player.position == 5000
    names = [action.objectName() for action in menu.actions() if not action.isSeparator()]
    assert "wave.zoom-cue" in names
    menu.deleteLater()


def test_zooming_by_keys_goes_from_the_whole_film_to_one_cue(
    wave: Waveform, session: Session, actions: Actions
) -> None:
    session.select(("cue3",))
    actions["wave.zoom-cue"].trigger()
    assert wave.view.start < 7000
    assert wave.view.end > 9400
    assert wave.view.scale < 4
    actions["wave.zoom-all"].trigger()
    assert wave.view.start == 0
    assert wave.view.end == wave.duration


def test_tapping_times_one_cue_after_the_other(
    wave: Waveform, session: Session, actions: Actions, hand: Hand, qtbot: QtBot
) -> None:
    session.select(("cue4",))
    actions["time.tap"].trigger()
    assert wave.player.playing
    for start, end in ((16_000, 17_000), (17_400, 18_200)):
        with qtbot.waitSignal(wave.player.position_changed):
            hand.now = start
        qtbot.keyPress(wave, Qt.Key.Key_T)
        with qtbot.waitSignal(wave.player.position_changed):
            hand.now = end
        qtbot.keyRelease(wave, Qt.Key.Key_T)
    assert span(session, "cue4") == (16_000, 17_000)
    assert span(session, "cue5") == (17_400, 18_200)
    assert not actions["time.tap"].isChecked()  # it ended after the last cue
    assert session.undo.count() == 2


def test_escape_ends_tapping(wave: Waveform, session: Session, actions: Actions, qtbot: QtBot) -> None:
    actions["time.tap"].trigger()
    qtbot.keyClick(wave, Qt.Key.Key_Escape)
    assert not wave.tapping.on
    assert not wave.player.playing
    qtbot.keyClick(wave, Qt.Key.Key_T)
    assert session.undo.count() == 0


def test_a_changed_document_ends_a_drag_of_what_it_was(wave: Waveform, session: Session, qtbot: QtBot) -> None:
    drag(qtbot, wave, 3400, 3680, drop=False)
    session.edit("Delete", edits.delete(session.document, ["cue1"]))
    qtbot.mouseRelease(wave, Qt.MouseButton.LeftButton, Modifier.NoModifier, QPoint(184, Y))
    assert session.undo.count() == 1


def test_every_colour_is_the_palettes(wave: Waveform) -> None:
    palette = QPalette()
    for role in (QPalette.ColorRole.Base, QPalette.ColorRole.Window):
        palette.setColor(role, Qt.GlobalColor.black)
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.Highlight):
        palette.setColor(role, Qt.GlobalColor.black)
    palette.setColor(QPalette.ColorRole.ToolTipBase, Qt.GlobalColor.black)
    wave.setPalette(palette)
    image = wave.grab().toImage()
    shades = {image.pixelColor(x, y).name() for x in range(0, 1000, 7) for y in range(0, 200, 3)}
    assert shades == {"#000000"}


def test_painting_and_editing_ten_thousand_times_leaves_it_whole(wave: Waveform, session: Session) -> None:
    chance = random.Random(6)
    wave.resize(160, 96)
    wave.source.peaks = peaks.build([np.sin(np.arange(320_000, dtype=np.float32))])
    picture = wave.grab().toImage()
    painted = 0
    while painted < 10_000:
        what = chance.random()
        if what < 0.04:
            wave.show_view(View(chance.random() * 20_000, 0.3 + chance.random() * 125, 160))
        elif what < 0.07:
            session.select((chance.choice(session.document.cues).id,))
        elif what < 0.11:
            cue = chance.choice(session.document.cues)
            session.edit("Trim", edits.retime(session.document, cue.id, end=cue.start + chance.randrange(1, 2500)))
        elif what < 0.13:
            session.undo.undo()
        else:
            wave.player.seek(round(wave.view.ms(chance.random() * 162 - 1)))
        wave.render(picture)
        painted += 1
    assert wave.index.cues is session.document.cues
    wave.refresh()
    assert wave.grab().toImage() == wave.grab().toImage()


def test_thousands_of_cues_at_once_are_drawn_as_one_strip(wave: Waveform, session: Session) -> None:
    cues = tuple(Cue(f"c{n:05}", n * 500, n * 500 + 400, ("x",)) for n in range(20_000))
    session.load(Document(Media(duration=10_000_000), ("en",), cues))
    wave.show_view(wave.view.whole(wave.duration))
    scene = wave.scene()
    assert scene.coverage is not None
    assert not scene.cues
    wave.show_view(View(0, SCALE, 1000))
    assert len(wave.scene().cues) == 41


# -- where the sound comes from --


def test_the_waveform_grows_out_of_a_process_and_is_that_of_the_file(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    film = make(tmp_path / "film.mov", Recipe(video=VideoTrack(frames=75), audio=[AudioTrack(bursts(3, [1.5]))]))
    source = WaveSource()
    with qtbot.waitSignal(source.finished, timeout=20_000):
        source.open(film)
    assert source.peaks.duration == 3000
    loud = np.flatnonzero(source.peaks.levels[0][:, 1] > 8000)
    assert loud[0] == pytest.approx(150, abs=1)
    source.close()


def test_a_file_without_sound_says_so_in_a_sentence(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    film = make(tmp_path / "silent.mov", Recipe(video=VideoTrack(frames=25)))
    source = WaveSource()
    with qtbot.waitSignal(source.failed, timeout=20_000) as said:
        source.open(film)
    assert isinstance(said.args[0], MediaError)
    assert "no sound" in str(said.args[0])
    assert not source.busy


def test_a_process_that_dies_is_said_to_have_found_nothing(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    import sys

    source = WaveSource(command=[sys.executable, "-c", "import os; os._exit(9)"])
    with qtbot.waitSignal(source.failed, timeout=20_000) as said:
        source.open(tmp_path / "film.mov")
    assert "waveform" in str(said.args[0])


def test_opening_another_file_forgets_the_first(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    film = make(tmp_path / "film.mov", Recipe(audio=[AudioTrack(bursts(2, [0.5]))]))
    source = WaveSource()
    source.open(film)
    source.open(None)
    assert not source.busy
    assert source.peaks.duration == 0


def test_close_up_the_samples_themselves_are_read(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    film = make(tmp_path / "film.mov", Recipe(audio=[AudioTrack(bursts(3, [1.5]))]))
    source = WaveSource()
    with qtbot.waitSignal(source.finished, timeout=20_000):
        source.open(film)
    with qtbot.waitSignal(source.changed, check_params_cb=lambda: source.piece is not None):
        source.want(1400, 1600)
    assert source.piece is not None
    columns = source.piece.columns(1400, 1600, 800)
    assert np.flatnonzero(columns[:, 1] > 4000)[0] == pytest.approx(400, abs=4)
    source.close()


def test_columns_of_samples_and_of_peaks_agree() -> None:
    samples = np.sin(np.arange(16_000, dtype=np.float32) / 9) * np.linspace(0, 1, 16_000, dtype=np.float32)
    near = Piece(0, samples, 1000).columns(0, 1000, 100)
    far = peaks.build([samples]).columns(0, 1000, 100)
    assert np.abs(near.astype(int) - far.astype(int)).max() < 700


def test_a_tone_is_a_line_at_its_pitch_in_the_spectrogram() -> None:
    time = np.arange(16_000) / 16_000
    picture = Piece(0, np.sin(2 * np.pi * 1000 * time).astype(np.float32), 1000).spectrum(0, 1000, 50, 200)
    row = int(picture[:, 25].argmax())
    mel = 2595 * np.log10(1 + 1000 / 700)
    low, high = 2595 * np.log10(1 + 60 / 700), 2595 * np.log10(1 + 8000 / 700)
    assert row == pytest.approx(199 * (high - mel) / (high - low), abs=4)
