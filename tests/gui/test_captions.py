"""Captions in the gallery: shown, searched, written in their place, undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.begin import BeginForm
from gui.caption_editor import CaptionEditor
from gui.gallery_paint import _lines
from gui.jobs import State
from gui.player import Player
from gui.preferences import Preferences
from gui.session import Session
from gui.shot_correcting import ShotCorrecting
from gui.shot_desk import ShotDesk
from gui.shot_rows import Wanted, rows
from gui.waveform import Waveform
from plugin_core.captioning.marking import texts_of, with_texts
from plugin_core.captioning.request import Describe
from plugin_core.document import Document, Mark, Media
from plugin_core.protocol import Finished
from tests.captioning.fakes import film_of
from tests.gui.shot_films import EACH, film_document, ours
from tests.gui.test_gallery import Desk
from tests.gui.test_player import Hand

SAID = {"zh": "一辆红色的车驶过雨中的街道", "en": "A red car drives through the rain"}


def described(document: Document, *places: int) -> Document:
    """Its shots at these places (from 0) with the caption ``SAID``."""
    made = [
        ours(with_texts(Mark("", "caption", n * EACH, (n + 1) * EACH, "", (("source", "captions"),)), SAID))
        for n in places
    ]
    marks = sorted((*document.marks, *made), key=lambda mark: (mark.start, mark.end, mark.id))
    return replace(document, marks=tuple(marks))


@pytest.fixture
def desk(session: Session, qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(session, qtbot)
    session.load(described(film_document(), 0, 7))
    made.actions.provide(shot=True)
    correcting = ShotCorrecting(session, made.player, made.actions, made.window)
    made.gallery.captioned.connect(correcting.caption)
    made.actions["shot.caption"].triggered.connect(made.gallery.write_caption)
    yield made
    made.close()


def editor(desk: Desk) -> CaptionEditor:
    found = [one for one in desk.view.viewport().findChildren(CaptionEditor) if not one.isHidden()]
    assert len(found) == 1
    return found[0]


def captions(desk: Desk) -> list[dict[str, str]]:
    return [texts_of(mark) for mark in desk.session.document.marks if mark.kind == "caption"]


def test_a_row_has_its_caption_and_stays_the_same_while_it_does() -> None:
    document = described(film_document(), 0)
    found = [row for row in rows(document) if not row.scene]
    assert found[0].texts == SAID
    assert found[1].texts == {}
    again = rows(described(document, 1), found)
    shots = [row for row in again if not row.scene]
    assert shots[0] is found[0]
    assert shots[1].texts == SAID


def test_captions_are_found_in_either_language(desk: Desk) -> None:
    desk.gallery.look_for(Wanted(text="红色的车"))
    assert desk.shown == ["S1", "1", "S2", "8"]
    desk.gallery.look_for(Wanted(text="RAIN drives"))
    assert desk.shown == ["S1", "1", "S2", "8"]
    desk.gallery.look_for(Wanted(text="snow"))
    assert desk.shown == []


def test_captions_are_drawn_and_take_room_only_where_there_are_any(desk: Desk, session: Session) -> None:
    index = desk.gallery.model.index(1, 0)
    tall = desk.view.visualRect(index).height()
    with_them = desk.view.grab().toImage()
    assert all(text in desk.gallery.model.data(index, Qt.ItemDataRole.ToolTipRole) for text in SAID.values())
    session.load(film_document())
    QApplication.processEvents()
    assert desk.view.visualRect(desk.gallery.model.index(1, 0)).height() < tall
    assert desk.view.grab().toImage() != with_them


def test_a_caption_is_written_with_the_keyboard_alone(desk: Desk) -> None:
    desk.view.setFocus()
    desk.view.setCurrentIndex(desk.gallery.model.index(1, 0))
    QTest.keyClick(desk.view, Qt.Key.Key_E)
    lines = editor(desk).lines
    assert {language: line.text() for language, line in lines.items()} == SAID
    first, second = lines.values()
    assert QApplication.focusWidget() is first
    first.selectAll()
    QTest.keyClicks(first, "sn [j")  # keys that are actions while shots are looked at
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is second
    QTest.keyClick(second, Qt.Key.Key_Return)
    QApplication.processEvents()
    wrote = next(language for language, line in lines.items() if line is first)
    assert captions(desk)[0] == {**SAID, wrote: "sn [j"}
    assert len([row for row in desk.shown if row[0] != "S"]) == 12
    assert desk.session.undo.undoText()
    desk.session.undo.undo()
    assert captions(desk)[0] == SAID


def test_escape_leaves_it_as_it_was(desk: Desk) -> None:
    desk.view.setCurrentIndex(desk.gallery.model.index(1, 0))
    desk.gallery.write_caption()
    line = next(iter(editor(desk).lines.values()))
    line.setText("x")
    QTest.keyClick(line, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert captions(desk) == [SAID, SAID]


def test_a_shot_without_a_caption_gets_one_and_emptied_it_goes(desk: Desk) -> None:
    desk.view.setCurrentIndex(desk.gallery.model.index(2, 0))
    desk.gallery.write_caption()
    lines = editor(desk).lines
    lines["en"].setText("An empty room")
    QTest.keyClick(lines["en"], Qt.Key.Key_Return)
    QApplication.processEvents()
    assert captions(desk) == [SAID, {"en": "An empty room"}, SAID]
    assert desk.gallery.model.all[2].texts == {"en": "An empty room"}
    desk.gallery.write_caption()
    editor(desk).lines["en"].setText("")
    QTest.keyClick(editor(desk).lines["en"], Qt.Key.Key_Return)
    QApplication.processEvents()
    assert captions(desk) == [SAID, SAID]


def test_going_elsewhere_keeps_what_was_written(desk: Desk) -> None:
    desk.view.setCurrentIndex(desk.gallery.model.index(1, 0))
    desk.gallery.write_caption()
    editor(desk).lines["zh"].setText("一辆蓝色的车")
    desk.gallery.bar.search.setFocus()
    QApplication.processEvents()
    assert captions(desk)[0] == {**SAID, "zh": "一辆蓝色的车"}


def test_a_scene_has_no_caption(desk: Desk) -> None:
    desk.view.setCurrentIndex(desk.gallery.model.index(0, 0))
    desk.gallery.write_caption()
    assert desk.view.viewport().findChildren(CaptionEditor) == []


@pytest.mark.parametrize("text", ["", "短", SAID["en"] * 8, SAID["zh"] * 8, "混合 mixed 文字 scripts " * 9])
def test_a_text_is_folded_into_the_lines_there_are(desk: Desk, text: str) -> None:
    font = desk.view.font()
    metrics = desk.view.fontMetrics()
    lines = _lines(text, font, 160, 2)
    assert len(lines) <= 2
    assert all(metrics.horizontalAdvance(line) <= 164 for line in lines)
    said = "".join(lines).replace(" ", "").rstrip("…")
    assert text.replace(" ", "").startswith(said)
    assert bool(said) == bool(text)


@pytest.mark.parametrize("wanted", [(), ("shots",), ("shots", "scenes"), ("captions",), ("scenes", "captions")])
def test_what_is_preferred_is_what_the_form_begins_with(wanted: tuple[str, ...], qtbot: QtBot) -> None:
    form = BeginForm(lambda: Preferences(**dict.fromkeys(wanted, True)))
    qtbot.addWidget(form)
    job = form.job(Path("film.mp4"))
    assert {name for name in ("shots", "scenes", "captions") if getattr(job, name)} == {
        *wanted,
        *(wanted and ["shots"]),
    }


class Queue(QObject):
    """Jobs that are done as soon as ``end`` says so."""

    state_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, SimpleNamespace] = {}

    def start(self, request: object, *, title: str, verb: str) -> str:
        job = f"{len(self.entries)}"
        self.entries[job] = SimpleNamespace(
            request=request,
            title=title,
            verb=verb,
            over=False,
            state=State.RUNNING,
            error=None,
            notes=(),
            finished=None,
        )
        return job

    def end(self, job: str, document: Document) -> None:
        vars(self.entries[job]).update(over=True, state=State.DONE, finished=Finished(document, ()))
        self.state_changed.emit(job)

    def remove(self, job: str) -> None:
        del self.entries[job]

    def __getitem__(self, job: str) -> SimpleNamespace:
        return self.entries[job]

    def __contains__(self, job: str) -> bool:
        return job in self.entries


def test_the_shots_as_they_were_corrected_are_described_in_one_step(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    window, player, queue = QWidget(), Player(output=lambda _: Hand()), Queue()
    qtbot.addWidget(window)
    path = film_of(tmp_path / "film.mp4", [30, 230])
    session.load(replace(film_document(2), media=Media(str(path), 4000)))
    actions = Actions(window)
    actions.provide(document=True, media=True, shot=True)
    wave = Waveform(session, player, actions, parent=window)
    desk = ShotDesk(session, queue, player, actions, waveform=wave, window=window)  # type: ignore[arg-type]
    try:
        player.open(path, session.document.media)
        actions["shot.captions"].trigger()
        (entry,) = queue.entries.values()
        assert entry.verb == "captions"
        assert entry.request == Describe(str(path), languages=("en", "zh"), shots=((0, EACH), (EACH, 2 * EACH)))
        queue.end("0", described(film_document(2), 0, 1))
        assert [texts_of(mark) for mark in session.document.marks if mark.kind == "caption"] == [SAID, SAID]
        assert session.undo.count() == 1
        assert desk.gallery.model.languages == ("zh", "en")
    finally:
        player.close()
        wave.source.close()
        desk.gallery.close_parts()
