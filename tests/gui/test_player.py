from __future__ import annotations

import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.player import Player
from gui.sound import RATE, Clock, Decoder, Heard, pcm
from plugin_core.clock import FrameRate
from plugin_core.document import AudioStream, Media
from plugin_core.errors import MediaError
from tests.media_fixtures import AudioTrack, Recipe, VideoTrack, bursts, make

SOUND = AudioStream(1, "pcm", 48_000, 1)
FILM = Media("x", duration=60_000, frame_rate=FrameRate(Fraction(24000, 1001)), width=64, audio=(SOUND,))


class Hand:
    """An output whose time is set by hand."""

    def __init__(self) -> None:
        self.now, self.started, self.volume, self.on = 0.0, [], 1.0, False

    def start(self, path: Path | None, ms: int, speed: float) -> None:
        self.started.append((path, ms, speed))
        self.now, self.on = float(ms), True

    def stop(self) -> None:
        self.on = False

    def position(self) -> float:
        return self.now

    def set_volume(self, volume: float) -> None:
        self.volume = volume


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def player(qapp: QApplication, hand: Hand) -> Player:
    player = Player(output=lambda _: hand)
    player.open(None, FILM)
    return player


def test_a_place_that_is_sought_is_a_frame_of_the_film(player: Player) -> None:
    player.seek(1000)
    assert player.position == 1001
    player.step(1)
    assert player.position == 1043
    player.step(-2)
    assert player.position == 959


def test_nothing_lies_before_the_first_frame_or_after_the_last(player: Player) -> None:
    player.seek(-500)
    assert player.position == 0
    player.step(-1)
    assert player.position == 0
    player.seek(99_000)
    assert FILM.frame_rate is not None
    assert FILM.frame_rate.frame_at(player.position) == FILM.frame_rate.frame_at(60_000) - 1


def test_the_position_follows_what_is_heard(player: Player, hand: Hand, qtbot: QtBot) -> None:
    player.seek(2000)
    player.play()
    with qtbot.waitSignal(player.position_changed):
        hand.now = 2345.4
    assert player.position == 2345


def test_a_span_ends_on_the_last_frame_that_shows_it(player: Player, hand: Hand, qtbot: QtBot) -> None:
    player.play_span(5005, 6006)
    with qtbot.waitSignal(player.playing_changed):
        hand.now = 6100
    assert not player.playing
    assert not hand.on
    assert player.position == 5964  # frame 143 of frames 120 to 144


def test_an_empty_span_is_not_played(player: Player, hand: Hand) -> None:
    player.play_span(5000, 5000)
    assert not player.playing


def test_at_the_end_playing_stops_and_begins_anew(player: Player, hand: Hand, qtbot: QtBot) -> None:
    player.play()
    with qtbot.waitSignal(player.playing_changed):
        hand.now = 61_000
    assert player.position > 59_900
    player.play()
    assert hand.started[-1][1] == 0


def test_seeking_while_playing_goes_on_from_there(player: Player, hand: Hand) -> None:
    player.play()
    player.seek(10_010)
    assert player.playing
    assert hand.started[-1][1] == 10_010


def test_another_rate_keeps_the_place_and_the_end_of_the_span(player: Player, hand: Hand, qtbot: QtBot) -> None:
    player.play_span(5005, 6006)
    player.faster()
    assert hand.started[-1] == (None, 5005, 1.25)
    with qtbot.waitSignal(player.playing_changed):
        hand.now = 6100
    assert player.position < 6006


def test_the_rate_stays_within_what_is_understood(player: Player) -> None:
    for _ in range(20):
        player.faster()
    assert player.rate == 2.0
    player.rate = 0.001
    assert player.rate == 0.5


def test_muting_is_heard_at_once_and_kept(player: Player, hand: Hand) -> None:
    player.play()
    player.muted = True
    assert hand.volume == 0
    player.seek(1)
    assert hand.volume == 0


def test_a_file_that_is_missing_is_said_and_time_can_still_be_stepped(
    player: Player, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(player.failed) as said:
        player.open(tmp_path / "gone.mov", FILM)
    assert isinstance(said.args[0], MediaError)
    assert player.path is None
    player.seek(1000)
    assert player.position == 1001


def test_what_a_file_holds_is_learnt_in_the_background(player: Player, qtbot: QtBot, tmp_path: Path) -> None:
    film = make(tmp_path / "film.mov", Recipe(video=VideoTrack(frames=50), audio=[AudioTrack(bursts(2, [0.5]))]))
    with qtbot.waitSignal(player.media_changed, check_params_cb=lambda: player.duration > 0):
        player.open(film)
    assert player.has_picture
    assert player.duration == 2000


def test_without_the_library_for_sound_the_film_still_plays(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", None)
    player = Player()
    player.open(None, FILM)
    player.play()
    assert player.playing
    player.pause()


def test_that_there_is_no_sound_device_is_said_once_and_only_of_a_film_with_sound(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", None)
    for audio, times in (((), 0), ((SOUND,), 1)):
        player, said = Player(), []
        player.silent.connect(lambda said=said: said.append(1))
        player.open(None, replace(FILM, audio=audio))
        for _ in range(2):
            player.play()
            player.pause()
        assert len(said) == times


def test_a_clock_without_sound_goes_on_by_itself() -> None:
    clock = Clock()
    clock.start(None, 500, 2.0)
    assert clock.position() >= 500


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_playhead_stands_until_the_first_sound_is_heard() -> None:
    time = Time()
    sound = Heard(1000, 1.0, time)
    time.now += 0.4
    assert sound.position(0) == 1000
    assert sound.position(20) == 1020
    time.now += 0.1
    assert sound.position(20) == pytest.approx(1120)


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_a_card_that_reports_in_large_steps_does_not_make_the_playhead_jump(speed: float) -> None:
    time = Time()
    sound = Heard(0, speed, time)
    places = []
    for tick in range(1, 500):
        time.now += 0.016
        played = tick * 16.2  # the card's own clock runs a little fast
        places.append(sound.position(played - played % 1944 if tick >= 240 else played))
    steps = np.diff(places)
    assert steps.min() > 0
    assert steps.max() < 60 * speed
    assert places[-1] == pytest.approx(499 * 16.2 * speed, abs=80 * speed)


def test_after_the_sound_ran_dry_it_is_believed() -> None:
    time = Time()
    sound = Heard(0, 1.0, time)
    sound.position(10)
    time.now += 1
    assert sound.position(500) == 500


def test_a_card_that_says_nothing_is_not_waited_for_for_ever() -> None:
    time = Time()
    sound = Heard(0, 1.0, time)
    time.now += 3
    assert sound.position(0) == 0
    time.now += 1
    assert sound.position(0) == pytest.approx(1000)


def heard(blocks: bytes) -> np.ndarray:
    return np.frombuffer(blocks, np.int16).reshape(-1, 2)[:, 0].astype(np.float32) / 32768


def onset(samples: np.ndarray) -> float:
    return float(np.flatnonzero(np.abs(samples) > 0.1)[0]) * 1000 / RATE


@pytest.mark.parametrize(("start", "expected"), [(0, 1500), (1200, 300), (1450, 50)])
def test_sound_is_heard_at_its_place_from_wherever_it_begins(tmp_path: Path, start: int, expected: int) -> None:
    film = make(tmp_path / "film.mov", Recipe(video=VideoTrack(frames=75), audio=[AudioTrack(bursts(3, [1.5]))]))
    assert onset(heard(b"".join(pcm(film, start)))) == pytest.approx(expected, abs=5)


def test_sound_that_starts_late_follows_silence(tmp_path: Path) -> None:
    film = make(
        tmp_path / "film.mov", Recipe(video=VideoTrack(frames=75), audio=[AudioTrack(bursts(2, [0.5]), start=0.4)])
    )
    assert onset(heard(b"".join(pcm(film, 0)))) == pytest.approx(900, abs=5)


def test_at_double_speed_everything_comes_in_half_the_time_at_the_same_pitch(tmp_path: Path) -> None:
    film = make(
        tmp_path / "film.mov", Recipe(video=VideoTrack(frames=100), audio=[AudioTrack(bursts(4, [2.0], length=1.0))])
    )
    fast = heard(b"".join(pcm(film, 0, 2.0)))
    assert len(fast) / RATE == pytest.approx(2, abs=0.1)
    assert onset(fast) == pytest.approx(1000, abs=60)
    middle = fast[int(1.15 * RATE) : int(1.35 * RATE)]
    crossings = np.count_nonzero(np.diff(np.signbit(middle)))
    assert crossings / 2 / 0.2 == pytest.approx(1000, rel=0.05)


def test_a_decoder_can_be_stopped_while_it_is_full(tmp_path: Path) -> None:
    film = make(tmp_path / "film.mov", Recipe(video=VideoTrack(frames=25), audio=[AudioTrack(bursts(60, [0.5]))]))
    decoder = Decoder(film, 0, 1.0)
    decoder.stop()
    assert not decoder._thread.is_alive()
