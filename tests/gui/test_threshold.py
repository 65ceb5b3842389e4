"""The threshold of shots: what is seen of the curve, what is found at the line, and what applying it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui import shot_edits
from gui.actions import Actions
from gui.jobs import Jobs
from gui.player import Player
from gui.session import Session
from gui.shot_desk import ShotDesk
from gui.threshold_math import LEAST, MOST, between, columns, height_of, value_at
from gui.wave_math import View
from gui.waveform import Waveform
from plugin_core import settings
from plugin_core.shots.request import FindShots, curve_in, run
from plugin_core.shots.values import Curve, Transition, at
from tests.gui.shot_films import EACH, film, film_document
from tests.gui.test_player import Hand

FRAMES = 300  # of 40 ms
SURE = ((50, "cut", 0.9), (100, "dissolve", 0.7), (150, "fade", 0.45), (200, "wipe", 0.3), (250, "cut", 0.6))


def curve() -> Curve:
    """Twelve seconds with five changes of all kinds."""
    scores = np.full(FRAMES, 8, np.uint8)
    changes = []
    for frame, kind, sure in SURE:
        last = frame if kind == "cut" else frame + 9
        changes.append(Transition(kind, frame, last, frame * 40, (last + (kind != "cut")) * 40, sure))
        scores[frame] = round(sure * 255)
    return Curve(np.arange(FRAMES, dtype=np.int32) * 40, scores, tuple(changes), FRAMES * 40)


class Desk:
    """The desk of shots with its strip shown, over a waveform that shows the whole film."""

    def __init__(self, session: Session, qtbot: QtBot) -> None:
        self.session, self.window = session, QWidget()
        qtbot.addWidget(self.window)
        session.load(replace(film_document(), marks=()))
        self.player = Player(output=lambda _: Hand())
        self.player.open(None, session.document.media)
        self.actions = Actions(self.window)
        self.actions.provide(document=True, media=True)
        self.wave = Waveform(session, self.player, self.actions, parent=self.window)
        self.jobs = Jobs(self.window, command=("there-is-no-worker",))
        self.shots = ShotDesk(session, self.jobs, self.player, self.actions, waveform=self.wave, window=self.window)
        self.strip = self.shots.strip
        for widget, top in ((self.strip, 0), (self.wave, 160)):
            widget.setParent(self.window)
            widget.setGeometry(0, top, 600, 150)
            widget.show()
        self.window.resize(600, 320)
        self.window.show()
        self.wave.show_view(self.wave.view.whole(12_000))
        self.strip.show_curve(curve())

    @property
    def kinds(self) -> list[str]:
        return [one.kind for one in self.strip.shots.transitions]

    def close(self) -> None:
        self.player.close()  # what it still learns of a film would open that again
        self.wave.source.close()
        self.shots.gallery.close_parts()
        self.jobs.close()


@pytest.fixture
def desk(session: Session, qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(session, qtbot)
    yield made
    made.close()


def test_another_threshold_is_seen_at_once_in_number_text_and_on_the_waveform(desk: Desk) -> None:
    assert desk.kinds == ["cut", "dissolve", "cut"]
    assert desk.strip.count.text().startswith("4 shot")
    desk.strip.spin.setValue(0.2)
    assert desk.kinds == ["cut", "dissolve", "fade", "wipe", "cut"]
    assert desk.wave.cuts == desk.strip.shots.cuts
    assert "Dissolve 1" in desk.strip.curve.accessibleDescription()


def test_the_line_is_dragged_and_what_is_let_go_stays(desk: Desk) -> None:
    part = desk.strip.curve
    begin = QPoint(300, round(height_of(0.5, part.height())))
    end = QPoint(320, round(height_of(0.8, part.height())))
    QTest.mousePress(part, Qt.MouseButton.LeftButton, pos=begin)
    QTest.mouseMove(part, end)
    QTest.mouseRelease(part, Qt.MouseButton.LeftButton, pos=end)
    assert part.value == pytest.approx(0.8, abs=0.015)
    assert desk.kinds == ["cut"]
    QTest.mouseMove(part, QPoint(320, 5))
    assert part.value == pytest.approx(0.8, abs=0.015)


def test_the_keyboard_moves_the_line_and_goes_from_change_to_change(desk: Desk) -> None:
    part = desk.strip.curve
    part.setFocus()
    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_Up, Qt.Key.Key_Up):
        QTest.keyClick(part, key)
    assert desk.strip.spin.value() == pytest.approx(0.42)
    assert desk.kinds == ["cut", "dissolve", "fade", "cut"]
    QTest.keyClick(part, Qt.Key.Key_Right)
    QTest.keyClick(part, Qt.Key.Key_Right)
    assert desk.player.position == 100 * 40


def test_a_click_beside_the_line_goes_there(desk: Desk) -> None:
    QTest.mouseClick(desk.strip.curve, Qt.MouseButton.LeftButton, pos=QPoint(300, 3))
    assert desk.player.position == pytest.approx(6000, abs=40)
    assert desk.strip.curve.value == 0.5


def test_applying_is_one_step_that_can_be_undone(desk: Desk) -> None:
    before = desk.session.document
    desk.strip.apply.click()
    shots = [mark for mark in desk.session.document.marks if mark.kind == "shot"]
    assert [mark.start for mark in shots] == [0, 2000, 4200, 10_000]
    assert desk.session.undo.count() == 1
    desk.strip.spin.setValue(0.95)
    desk.strip.apply.click()
    assert [mark.kind for mark in desk.session.document.marks] == ["shot"]
    desk.session.undo.setIndex(0)
    assert desk.session.document == before


def test_closing_gives_the_waveform_its_own_cuts_back(desk: Desk) -> None:
    desk.actions["view.curve"].setChecked(True)
    assert desk.wave.cuts
    desk.strip.close_it.click()
    assert desk.strip.isHidden()
    assert desk.wave.cuts == ()


def test_a_change_is_told_by_its_kind_time_and_sureness(desk: Desk) -> None:
    x = desk.wave.view.x(4000)
    one = desk.strip.curve.nearest(x)
    assert one is not None
    said = desk.strip.curve.described(one)
    assert said.startswith("Dissolve at 00:00:04.000, sure to 70 %, 10 frame")


def test_a_film_without_a_curve_lets_nothing_be_applied(desk: Desk) -> None:
    desk.strip.show_curve(Curve.empty())
    assert not desk.strip.apply.isEnabled()
    desk.strip.curve.move_to(0.3)
    assert desk.strip.curve.value == 0.5


def test_the_request_of_the_worker_finds_shots_and_leaves_their_curve(tmp_path: Path, home: Path) -> None:
    from plugin_core.engines.bench import Bench
    from plugin_core.protocol import Finished

    path = film(tmp_path / "film.mp4")
    with Bench() as bench:
        *_, last = run(FindShots(str(path), pack="none"), bench)
    assert isinstance(last, Finished)
    assert [mark.start for mark in last.document.marks] == [0, EACH, 2 * EACH]
    kept = curve_in(Path(last.files[0]))
    assert [shot.start for shot in at(kept).shots] == [0, EACH, 2 * EACH]
    assert settings.cache() in Path(last.files[0]).parents


@given(st.floats(-2000, 14_000), st.floats(0.25, 60), st.integers(1, 400))
def test_a_pixel_shows_the_most_that_changes_in_it(start: float, scale: float, width: int) -> None:
    made, view = curve(), View(start, scale, width)
    found = columns(made, view)
    for x in range(width):
        left, right = start + scale * x, start + scale * (x + 1)
        inside = [s for ms, s in zip(made.starts, made.scores, strict=True) if left <= ms < right]
        if inside:
            assert found[x] == pytest.approx(max(inside) / 255)
        elif right <= 0 or left >= made.end:
            assert found[x] == 0


@given(st.integers(0, 200), st.integers(2, 200))
def test_the_line_stands_where_its_value_is_read(y: int, height: int) -> None:
    value = value_at(y, height)
    assert LEAST <= value <= MOST
    if LEAST < value < MOST:
        assert height_of(value, height) == pytest.approx(y, abs=0.005 * height + 0.01)


def test_only_changes_in_view_are_drawn() -> None:
    assert [one.kind for one in between(curve().candidates, 3000, 7000)] == ["dissolve", "fade"]


def test_what_a_person_corrected_stays_and_nothing_is_found_inside_it() -> None:
    found = at(curve(), 0.2)
    document = shot_edits.applied(replace(film_document(), marks=()), found)
    shots = [mark for mark in document.marks if mark.kind == "shot"]
    merged = shot_edits.merged(document, shots[2].id)
    again = shot_edits.applied(merged, found)
    assert again == merged
    assert [mark.start for mark in again.marks] == [0, 2000, 6200, 8200, 10_000]


def test_a_shot_that_is_as_it_was_keeps_its_labels() -> None:
    document = shot_edits.applied(replace(film_document(), marks=()), at(curve(), 0.5))
    labelled = tuple(
        shot_edits._named(replace(mark, attributes=(*mark.attributes, ("place", "indoor")))) for mark in document.marks
    )
    after = shot_edits.applied(replace(document, marks=labelled), at(curve(), 0.4))
    places = [dict(mark.attributes).get("place", "") for mark in after.marks]
    assert places == ["indoor", "indoor", "", "", "indoor"]


def test_without_a_vision_pack_plain_words_say_what_is_needed(desk: Desk, tmp_path: Path, home: Path) -> None:
    told: list[str] = []
    desk.shots.said.connect(lambda text, _: told.append(text))
    desk.player.open(film(tmp_path / "film.mp4"))
    desk.shots.gallery.bar.pictures.setChecked(True)
    desk.shots.gallery.bar.search.setText("a red car at night")
    QTest.keyClick(desk.shots.gallery.bar.search, Qt.Key.Key_Return)
    assert "vision pack" in told[-1]


def test_pictures_that_are_described_are_shown_until_the_words_are_taken_back(desk: Desk) -> None:
    desk.session.load(film_document())
    bar = desk.shots.gallery.bar
    bar.pictures.setChecked(True)
    bar.search.setText("厨房")
    bar.found(frozenset({EACH // 2, 7 * EACH + EACH // 2}))
    assert [row.number for row in desk.shots.gallery.shown() if not row.scene] == [1, 8]
    bar.search.clear()
    assert len(desk.shots.gallery.shown()) == 14
