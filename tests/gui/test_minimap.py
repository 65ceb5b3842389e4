from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.minimap import BAR, Minimap, _runs
from gui.player import Player
from gui.problems import Problems
from gui.session import Session
from gui.wave_math import View
from gui.waveform import Waveform
from plugin_core import edits
from tests.gui.test_player import Hand


@pytest.fixture
def minimap(qtbot: QtBot, session: Session) -> Iterator[Minimap]:
    parent = QWidget()
    actions = Actions(parent)
    player = Player(output=lambda _: Hand())
    player.open(None, session.document.media)
    wave = Waveform(session, player, actions)
    problems = Problems(session)
    minimap = Minimap(session, player, problems, wave, actions)
    minimap.player, minimap.wave, minimap.problems, minimap.parts = player, wave, problems, parent
    for widget in (minimap, wave):
        qtbot.addWidget(widget)
        widget.resize(1000, widget.sizeHint().height())
        widget.show()
    problems.finish()
    yield minimap
    wave.source.close()


def test_each_problem_is_counted_where_its_cue_begins(minimap: Minimap, session: Session) -> None:
    grave, others = minimap.counted()
    assert int(grave.sum() + others.sum()) == len(minimap.problems.known)
    cue = session.cue("cue4")  # without a translation
    assert cue is not None
    assert grave[int(minimap.view.x(cue.start)) // BAR] >= 1


def test_a_mended_cue_takes_its_bar_away(minimap: Minimap, session: Session, qtbot: QtBot) -> None:
    before = minimap.grab().toImage()
    session.edit("Type", edits.set_text(session.document, "cue4", "zh", "无人受伤。"))
    minimap.problems.finish()
    assert not minimap.counted()[0].any()
    assert minimap.grab().toImage() != before


def test_a_click_on_a_bar_goes_to_its_cue(minimap: Minimap, session: Session, qtbot: QtBot) -> None:
    x = round(minimap.view.x(10_000))
    qtbot.mouseClick(minimap, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(x + 2, 8))
    assert session.current == "cue4"
    assert minimap.player.position == 10_000


def test_a_click_below_goes_to_that_moment_and_brings_the_waveform_along(minimap: Minimap, qtbot: QtBot) -> None:
    minimap.wave.show_view(View(0, 2, 1000))
    qtbot.mouseClick(minimap, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(800, 30))
    assert minimap.player.position == 16_000
    assert minimap.wave.view.start == pytest.approx(15_000)


def test_what_is_wrong_is_told_in_words(minimap: Minimap) -> None:
    told = minimap.told(minimap.view.x(10_000))
    assert "Nobody was hurt." in told
    assert "Untranslated" in told
    assert minimap.told(990) == "00:00:19"


def test_how_many_cues_have_problems_is_said_aloud(minimap: Minimap) -> None:
    count = len({problem.cue_id for problem in minimap.problems.known})
    assert count > 0
    assert str(count) in minimap.accessibleDescription()


def test_runs_are_the_stretches_that_are_covered() -> None:
    assert _runs([True, True, False, True]) == [(0, 2), (3, 4)]
    assert _runs([False, False]) == []
