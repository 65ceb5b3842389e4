from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from gui.app import Parts, build
from gui.jobs import State
from gui.player import Player
from gui.sound import Clock
from plugin_core import edits, storage
from plugin_core.document import Document
from tests.gui.test_jobs import SCRIPT, Act, reaches, running


@pytest.fixture
def parts(qapp: QApplication, qtbot: QtBot) -> Iterator[Parts]:
    """The whole app over a scripted worker, its window shown; nothing is heard."""
    parts = build(qapp, worker=(sys.executable, "-X", "utf8", str(SCRIPT)), player=Player(output=lambda _: Clock()))
    qtbot.addWidget(parts.window)
    parts.window.show()
    yield parts
    parts.session.undo.setClean()
    parts.window.close()


@pytest.fixture
def saved(tmp_path: Path, document: Document) -> Path:
    path = tmp_path / "evening news.zimu"
    storage.save(document, path)
    return path


def question(parts: Parts) -> QMessageBox:
    (box,) = parts.window.findChildren(QMessageBox)
    return box


def answer(parts: Parts, text: str) -> None:
    """Press the button *text* of the question that is open."""
    next(button for button in question(parts).buttons() if button.text() == text).click()


def test_the_app_comes_up_without_any_inference_library_and_without_a_worker(home: Path) -> None:
    code = (
        "import sys\n"
        "from gui.app import application, build\n"
        "parts = build(application()); parts.window.show(); parts.application.processEvents()\n"
        "engines = {'ctranslate2', 'faster_whisper', 'onnxruntime', 'sentencepiece', 'tokenizers', 'jieba', 'av',"
        " 'huggingface_hub', 'opentimelineio', 'torch'}\n"
        "assert not parts.jobs.pids\n"
        "sys.exit(', '.join(sorted({name.split('.')[0] for name in sys.modules} & engines)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_it_begins_with_the_start_page_and_opens_a_document_from_there(parts: Parts, saved: Path) -> None:
    window = parts.window
    assert window.stack.currentWidget() is window.start
    window.start.open_wanted.emit((saved,))
    assert window.stack.currentWidget() is window.panel
    assert parts.session.path == saved
    assert window.windowTitle() == "evening news.zimu[*] — Zimu"
    assert window.recent.files == (saved,)


def test_a_change_is_shown_in_the_title_and_asked_about_before_leaving(parts: Parts, saved: Path) -> None:
    parts.window.open((saved,))
    parts.session.edit("Type", edits.set_text(parts.session.document, "cue1", "en", "Good night."))
    assert parts.window.isWindowModified()
    parts.window.close()
    assert parts.window.isVisible()
    answer(parts, "Save")
    assert not parts.window.isVisible()
    assert storage.load(saved).cues[0].texts[0] == "Good night."


def test_who_cancels_the_question_stays_and_loses_nothing(parts: Parts, saved: Path, tmp_path: Path) -> None:
    parts.window.open((saved,))
    parts.session.edit("Type", edits.set_text(parts.session.document, "cue1", "en", "Good night."))
    other = tmp_path / "other.zimu"
    storage.save(Document(), other)
    parts.window.open((other,))
    answer(parts, "Cancel")
    assert parts.session.path == saved
    assert parts.session.document.cues[0].texts[0] == "Good night."


def test_a_dropped_film_is_opened_and_offers_to_make_subtitles(
    parts: Parts, starter: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes((starter / "sample" / "sample.mp4").read_bytes())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(film))])
    drop = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    with qtbot.waitSignal(parts.window.files.opened, timeout=10_000):
        parts.window.dropEvent(drop)
    assert not parts.window.panel.begin.isHidden()
    assert parts.session.document.media.path == str(film)


def test_several_dropped_films_go_to_the_queue(parts: Parts, tmp_path: Path) -> None:
    films = tuple(tmp_path / f"{number}.mp4" for number in range(3))
    for film in films:
        film.write_bytes(b"")
    parts.window.open(films)
    from gui.batch import BatchDialog

    assert isinstance(parts.window.dialog, BatchDialog)
    assert parts.window.dialog.paths == films


def test_a_file_that_cannot_be_opened_is_a_sentence_and_leaves_what_is_open(
    parts: Parts, saved: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    parts.window.open((saved,))
    with qtbot.waitSignal(parts.window.files.failed):
        parts.window.open((tmp_path / "nothing.mp4",))
    assert "does not exist" in parts.window.panel.banner.text
    assert parts.session.path == saved


def test_a_document_open_elsewhere_is_opened_only_when_the_person_says_so(parts: Parts, saved: Path) -> None:
    from gui.session import Session

    other = Session()
    other.open(saved)
    parts.window.open((saved,))
    assert parts.session.path is None
    answer(parts, "Open anyway")
    assert parts.session.path == saved
    other.close()


def test_media_that_is_not_there_is_said_and_can_be_found_again(
    parts: Parts, document: Document, starter: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    from dataclasses import replace

    path = tmp_path / "film.zimu"
    storage.save(replace(document, media=replace(document.media, path="/gone/film.mov")), path)
    parts.window.open((path,))
    assert "not where it was" in parts.window.panel.banner.text
    assert not parts.window.panel.relink.isHidden()
    with qtbot.waitSignal(parts.session.changed, timeout=10_000):
        parts.window.files.relink_to(starter / "sample" / "sample.mp4")
    assert parts.window.panel.relink.isHidden()
    assert len(parts.session.document.cues) == 5


def test_the_status_bar_tells_of_the_running_job(parts: Parts, qtbot: QtBot) -> None:
    job = parts.jobs.start(Act("hang"), title="film.mp4")
    parts.jobs.start(Act("count"), title="other.mp4")
    qtbot.waitUntil(running(parts.jobs, job))
    assert parts.window.doing.text() == "film.mp4: Listening, 0:01 left (1 waiting)"
    parts.jobs.cancel(job)
    qtbot.waitUntil(lambda: not parts.jobs.busy)
    assert parts.window.doing.text() == ""


def test_the_result_of_a_job_in_the_queue_can_be_opened(parts: Parts, qtbot: QtBot) -> None:
    job = parts.jobs.start(Act("count"))
    qtbot.waitUntil(reaches(parts.jobs, job, State.DONE))
    with qtbot.waitSignal(parts.window.files.opened):
        parts.window.open_result(job)
    assert parts.window.stack.currentWidget() is parts.window.panel


def test_the_language_is_switched_while_everything_is_open(parts: Parts) -> None:
    parts.store.change(language="zh_CN")
    assert parts.translations.language == "zh_CN"
    parts.store.change(language="en")
    assert parts.window.start.recent_title.text() == "Recent"


def test_the_language_has_a_key(parts: Parts) -> None:
    parts.store.change(language="en")
    parts.actions["view.language"].trigger()
    assert parts.translations.language == "zh_CN"
    parts.actions["view.language"].trigger()
    assert parts.translations.language == "en"


def test_the_keyboard_scheme_is_switched_at_once(parts: Parts) -> None:
    before = parts.actions["view.full-screen"].shortcut()
    parts.store.change(scheme="subtitle-edit")
    assert parts.actions["view.full-screen"].shortcut() != before


def test_every_menu_entry_is_connected_to_something(parts: Parts) -> None:
    for menu in parts.window.menuBar().findChildren(type(parts.window.menuBar().addMenu("x"))):
        for action in menu.actions():
            if action.objectName():
                assert parts.actions.used(action.objectName()), action.objectName()


def test_everything_in_the_table_of_actions_is_done_by_some_part(parts: Parts) -> None:
    assert [name for name in parts.actions if not parts.actions.used(name)] == []


def test_a_crash_is_followed_by_the_offer_of_what_was_typed(parts: Parts, saved: Path) -> None:
    from gui.recovery import Recovery, leftovers
    from gui.session import Session

    lost = Session()
    lost.open(saved)
    recovery = Recovery(lost)
    lost.edit("Type", edits.set_text(lost.document, "cue1", "en", "Good night."))
    recovery.flush()
    recovery.close(keep=True)  # as the program that died left it
    lost.close()
    parts.window.offer_recovered()
    assert saved.name in question(parts).text()
    answer(parts, "Restore")
    assert parts.session.path == saved
    assert parts.session.document.cues[0].texts[0] == "Good night."
    assert not parts.session.clean
    assert leftovers() == []


def test_every_control_can_be_reached_by_the_tab_key_and_has_a_name(parts: Parts, saved: Path) -> None:
    parts.window.open((saved,))
    focusable = [
        widget
        for widget in parts.window.panel.findChildren(QWidget)
        if widget.isVisibleTo(parts.window) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled()
    ]
    assert len(focusable) > 10
    nameless = [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in focusable
        if not (widget.accessibleName() or getattr(widget, "text", str)() or _label_of(widget))
    ]
    assert nameless == []


def _label_of(widget: QWidget) -> str:
    """What the label says whose buddy *widget* is."""
    window = widget.window()
    return next((label.text() for label in window.findChildren(QLabel) if label.buddy() is widget), "")
