"""The gallery of shots: what it shows, how one goes through it, and its pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.gallery import ShotGallery
from gui.gallery_pictures import Pictures
from gui.session import Session
from gui.shot_rows import Wanted
from plugin_core import edits
from plugin_core.document import Mark
from plugin_core.errors import ZimuError
from tests.gui.shot_films import EACH, film, film_document

Key = Qt.Key


class Player:
    path: Path | None = None
    position = 0

    def seek(self, ms: int) -> None:
        self.position = ms


class Desk:
    """A gallery of twelve shots in two scenes, shown, four pictures wide."""

    def __init__(self, session: Session, qtbot: QtBot) -> None:
        self.session, self.window = session, QWidget()
        qtbot.addWidget(self.window)
        session.load(film_document())
        self.actions = Actions(self.window)
        self.actions.provide(document=True, media=True)
        self.player = Player()
        self.gallery = ShotGallery(session, self.player, self.actions, parent=self.window)
        self.gallery.resize(800, 600)
        self.window.resize(800, 600)
        self.window.show()
        self.view = self.gallery.view

    @property
    def shown(self) -> list[str]:
        return [f"{'S' if row.scene else ''}{row.number}" for row in self.gallery.shown()]

    def press(self, *keys: Qt.Key) -> str:
        """What is current after *keys*."""
        for key in keys:
            QTest.keyClick(self.view, key)
        return self.shown[self.view.currentIndex().row()]

    def close(self) -> None:
        self.gallery.close_parts()


@pytest.fixture
def desk(session: Session, qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(session, qtbot)
    yield made
    made.close()


def test_the_arrow_keys_go_where_they_point_over_scenes_as_well(desk: Desk) -> None:
    desk.view.setCurrentIndex(desk.gallery.model.index(2, 0))
    assert desk.press(Key.Key_Right) == "3"
    assert desk.press(Key.Key_Down) == "6"  # the second line has but two
    assert desk.press(Key.Key_Down) == "S2"
    assert desk.press(Key.Key_Down) == "8"
    assert desk.press(Key.Key_Up) == "S2"
    assert desk.press(Key.Key_Left) == "6"
    assert desk.press(Key.Key_Home, Key.Key_Up) == "S1"
    assert desk.press(Key.Key_End) == "12"


def test_enter_goes_to_a_shot_and_the_arrow_keys_do_not(desk: Desk) -> None:
    desk.view.setCurrentIndex(desk.gallery.model.index(4, 0))
    assert desk.player.position == 0
    QTest.keyClick(desk.view, Key.Key_Return)
    assert desk.player.position == 3 * EACH


def test_a_click_goes_to_a_shot_and_selects_it(desk: Desk) -> None:
    box = desk.view.visualRect(desk.gallery.model.index(3, 0))
    QTest.mouseClick(desk.view.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert desk.player.position == 2 * EACH
    assert desk.session.selection == (desk.gallery.shown()[3].mark.id,)


def test_what_is_selected_elsewhere_is_selected_in_the_gallery(desk: Desk) -> None:
    mark = desk.gallery.shown()[9].mark.id
    desk.session.select((mark,))
    assert [index.row() for index in desk.view.selectedIndexes()] == [9]
    desk.session.select(("cue0",))
    assert desk.view.selectedIndexes() == []


def test_typing_filters_and_the_count_says_what_is_left(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClicks(desk.gallery.bar.search, "outdoors tense")
    qtbot.waitUntil(lambda: desk.shown == ["S2", "7", "10"])
    assert desk.gallery.bar.count.text().startswith("2 of 12")
    desk.gallery.bar.all.click()
    assert len(desk.shown) == 14
    assert desk.gallery.bar.search.text() == ""


def test_the_menus_offer_what_there_is_and_filter_by_it(desk: Desk) -> None:
    offered = [action.text() for action in desk.gallery.bar.transitions.menu().actions()]
    assert offered == ["Cut", "Dissolve", "Fade", "Wipe", "Beginning"]
    desk.gallery.bar.transitions.menu().actions()[1].setChecked(True)
    assert desk.shown == ["S1", "4", "S2", "10"]
    assert desk.gallery.bar.transitions.text() == "Transition: Dissolve"
    groups = {action.text(): action.menu() for action in desk.gallery.bar.labels.menu().actions()}
    assert list(groups) == ["Place", "Time of day", "Mood"]


def test_labels_in_a_persons_own_words_are_offered_too(desk: Desk) -> None:
    own = Mark("own", "shot", 0, EACH, "", (("labels", "厨房"), ("sure", "labels=0.80")))
    desk.session.load(replace(desk.session.document, marks=(own,)))
    desk.gallery.refresh()
    (group,) = desk.gallery.bar.labels.menu().actions()
    assert group.text() == "Own words"
    assert [action.text() for action in group.menu().actions()] == ["厨房"]  # type: ignore[attr-defined]


def test_an_edit_is_followed_by_the_rows_that_differ(desk: Desk, qtbot: QtBot) -> None:
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(desk.gallery.model, fatal)
    resets: list[object] = []
    desk.gallery.model.modelReset.connect(lambda: resets.append(1))
    third = desk.gallery.shown()[3].mark
    desk.session.edit("Delete", edits.delete(desk.session.document, [third.id]))
    assert desk.shown == ["S1", "1", "2", "3", "4", "5", "S2", "6", "7", "8", "9", "10", "11"]
    desk.session.undo.undo()
    assert len(desk.shown) == 14
    assert not resets
    qtbot.waitUntil(lambda: desk.gallery.bar.count.text().startswith("12"))
    assert tester is not None


def test_what_is_said_in_a_shot_is_followed_while_it_is_looked_for(desk: Desk) -> None:
    desk.gallery.look_for(Wanted(text="line 4"))
    assert desk.shown == ["S1", "5"]
    desk.session.edit("Type", edits.set_text(desk.session.document, "cue8", "en", "Line 4 once more."))
    assert desk.shown == ["S1", "5", "S2", "9"]


def test_a_document_without_shots_offers_to_find_them(desk: Desk) -> None:
    wanted: list[bool] = []
    desk.actions["shot.find"].triggered.connect(lambda: wanted.append(True))
    desk.session.load(replace(desk.session.document, marks=()))
    desk.gallery.refresh()
    assert desk.gallery.find_them.isVisible()
    desk.gallery.find_them.click()
    assert wanted == [True]


def test_everything_that_is_drawn_is_said(desk: Desk) -> None:
    said = desk.gallery.model.index(7, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Scene 2, 00:00:12.000 to 00:00:24.000, Outdoors, Night"
    said = desk.gallery.model.index(4, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Shot 4, 00:00:06.000 to 00:00:08.000, Dissolve, Indoors, Tense, Sad"


def test_the_shot_that_is_played_says_so(desk: Desk) -> None:
    desk.gallery.moved(5 * EACH + 10)
    assert desk.gallery.delegate.now == desk.gallery.shown()[6].mark.id


def test_three_thousand_shots_are_laid_out_without_a_picture_for_each(desk: Desk) -> None:
    asked: list[int] = []
    desk.gallery.pictures.of = asked.append  # type: ignore[method-assign,assignment]
    desk.session.load(film_document(3000, 20))
    desk.gallery.grab()
    assert len(desk.shown) == 3150
    assert 0 < len(set(asked)) < 60
    desk.view.scrollToBottom()
    desk.gallery.grab()
    assert len(set(asked)) < 100


def test_pictures_come_from_a_process_and_lie_in_the_cache_afterwards(qtbot: QtBot, tmp_path: Path, home: Path) -> None:
    pictures = Pictures()
    pictures.open(film(tmp_path / "film.mp4"))
    came: list[int] = []
    pictures.ready.connect(came.append)
    for ms in (1000, 3000, 5000):
        assert pictures.of(ms) is None
    qtbot.waitUntil(lambda: len(came) == 3, timeout=60_000)
    greys = [pictures.of(ms).toImage().pixelColor(20, 20).lightness() for ms in (1000, 3000, 5000)]  # type: ignore[union-attr]
    assert greys == pytest.approx([40, 100, 160], abs=6)
    pictures.close()
    assert (pictures.of(7000), pictures._process) == (None, None)
    assert len(list(home.rglob("thumbnails/*/*.jpg"))) == 3


def test_a_film_that_cannot_be_read_says_why_and_is_not_tried_again(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"no film")
    pictures = Pictures()
    pictures.open(tmp_path / "film.mp4")
    with qtbot.waitSignal(pictures.failed, timeout=60_000) as failed:
        pictures.of(1000)
    assert isinstance(failed.args[0], ZimuError)
    assert pictures.of(1000) is None
    assert pictures._process is None
