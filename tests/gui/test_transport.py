from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.player import Player
from gui.session import Session
from gui.transport import SHAPES, Transport, icon
from tests.gui.test_player import Hand


@pytest.fixture
def actions(qapp: QApplication) -> Iterator[Actions]:
    parent = QWidget()
    actions = Actions(parent)
    actions.provide(document=True, cue=True, media=True)
    yield actions
    parent.deleteLater()


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def player(session: Session, hand: Hand) -> Player:
    player = Player(output=lambda _: hand)
    player.open(None, session.document.media)
    return player


@pytest.fixture
def bar(qtbot: QtBot, session: Session, player: Player, actions: Actions) -> Transport:
    bar = Transport(session, player, actions)
    qtbot.addWidget(bar)
    return bar


def ends(player: Player, hand: Hand, qtbot: QtBot) -> tuple[int, int]:
    """From where to where something is being played: the last frame is that before its end."""
    start = hand.started[-1][1]
    with qtbot.waitSignal(player.playing_changed):
        hand.now = 19_000
    return start, player.position + 40


@pytest.mark.parametrize(
    ("name", "span"),
    [
        ("play.cue", (4000, 6400)),
        ("play.cue-start", (4000, 4520)),
        ("play.cue-end", (5900, 6400)),
        ("play.before", (3500, 4000)),
        ("play.after", (6400, 6920)),
    ],
)
def test_what_belongs_to_the_cue_is_played_and_no_more(  # noqa: PLR0917 - fixtures
    bar: Transport, session: Session, player: Player, actions: Actions, hand: Hand, qtbot: QtBot, name: str,
    span: tuple[int, int],
) -> None:  # fmt: skip
    session.select(("cue2",))
    actions[name].trigger()
    assert ends(player, hand, qtbot) == span


def test_the_chosen_cues_are_played_as_one(  # noqa: PLR0917 - fixtures
    bar: Transport, session: Session, player: Player, actions: Actions, hand: Hand, qtbot: QtBot
) -> None:
    session.select(("cue3", "cue1"))
    actions["play.cue"].trigger()
    assert ends(player, hand, qtbot) == (1000, 9400)


def test_around_a_cut_a_second_is_played_on_either_side(
    bar: Transport, player: Player, actions: Actions, hand: Hand, qtbot: QtBot
) -> None:
    actions["play.around-cut"].trigger()
    assert ends(player, hand, qtbot) == (5960, 7960)


def test_steps_are_frames_and_seconds(bar: Transport, player: Player, actions: Actions) -> None:
    for name, expected in (("second-on", 1000), ("frame-on", 1040), ("frame-back", 1000), ("second-back", 0)):
        actions[f"play.{name}"].trigger()
        assert player.position == expected


def test_from_cut_to_cut_and_nowhere_after_the_last(bar: Transport, player: Player, actions: Actions) -> None:
    actions["play.cut-next"].trigger()
    assert player.position == 6960
    actions["play.cut-next"].trigger()
    assert player.position == 6960
    player.seek(9000)
    actions["play.cut-before"].trigger()
    assert player.position == 6960


def test_the_playhead_goes_to_the_cue_that_is_chosen_unless_told_not_to(
    bar: Transport, session: Session, player: Player, actions: Actions
) -> None:
    session.select(("cue3",))
    assert player.position == 7000
    player.seek(8000)
    session.select(("cue2", "cue3"))  # the playhead is in the current one
    assert player.position == 8000
    actions["play.follow"].setChecked(False)
    session.select(("cue1",))
    assert player.position == 8000


def test_while_it_plays_choosing_a_cue_does_not_jump(
    bar: Transport, session: Session, player: Player, hand: Hand
) -> None:
    player.play()
    session.select(("cue4",))
    assert len(hand.started) == 1


def test_the_time_is_told_in_frames_and_the_speed_as_a_factor(bar: Transport, player: Player, actions: Actions) -> None:
    player.seek(1040)
    assert bar.time.text() == "00:00:01:01  /  00:00:20:00"
    actions["play.faster"].trigger()
    assert bar.speed.text() == "1.25×"


def test_every_button_has_a_name_and_a_tip(bar: Transport) -> None:
    for name, button in bar.buttons.items():
        assert button.text(), name
        assert button.toolTip(), name
        assert not button.icon().isNull(), name


def test_muting_shows_on_the_button_wherever_it_comes_from(bar: Transport, player: Player, actions: Actions) -> None:
    player.muted = True
    assert actions["play.mute"].isChecked()
    actions["play.mute"].trigger()
    assert not player.muted


@pytest.mark.parametrize("shape", SHAPES)
def test_icons_take_the_colour_of_the_palette(qapp: QApplication, shape: str) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QPalette

    palette = QPalette()
    palette.setColor(QPalette.ColorRole.ButtonText, Qt.GlobalColor.red)
    image = icon(shape, palette, 1.0).pixmap(18, 18).toImage()
    inked = [image.pixelColor(x, y) for x in range(18) for y in range(18) if image.pixelColor(x, y).alpha() > 250]
    assert inked
    assert {colour.name() for colour in inked} == {"#ff0000"}
