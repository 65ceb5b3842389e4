"""No text is cut off and no control is without a name: in every dialog and the window, in both languages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.app import Parts, build
from gui.i18n import LANGUAGES
from gui.player import Player
from gui.sound import Clock
from plugin_core import storage
from plugin_core.clock import FrameRate
from plugin_core.document import Document
from plugin_core.host import RESOLVE, Marker, TimelineInfo
from tests.gui.shot_films import film_document
from tests.gui.test_jobs import SCRIPT
from tests.hosts.model_bridge import ModelBridge
from tests.hosts.model_host import ModelHost

SLACK = 1  # px; styles round


def clipped(top: QWidget) -> list[str]:
    """What in *top* has less room than its text needs."""
    return [
        f"{type(top).__name__}: {type(part).__name__} {_text(part)!r} {part.width()}x{part.height()}"
        for part in (top, *top.findChildren(QWidget))
        if part.isVisible() and part.visibleRegion().boundingRect().isValid() and not _fits(part)
    ]


def nameless(top: QWidget) -> list[str]:
    """What in *top* can be reached with the keyboard and has no name that a screen reader could say."""
    return [
        f"{type(top).__name__}: {type(part).__name__} {part.objectName()!r}"
        for part in top.findChildren(QWidget)
        if part.isVisible() and part.focusPolicy() & Qt.FocusPolicy.TabFocus and not _name(part)
    ]


def unreached(top: QWidget) -> list[str]:
    """What in *top* should take the keyboard and is not come to by the Tab key alone; "" if that goes nowhere."""
    top.activateWindow()
    QTest.qWaitForWindowActive(top)
    wanted = {
        part
        for part in top.findChildren(QWidget)
        if part.isVisible() and part.isEnabled() and part.focusPolicy() & Qt.FocusPolicy.TabFocus
        and part.window() is top and part.focusProxy() is None and not _inside(part)
    }  # fmt: skip
    met: set[QWidget] = set()
    for _ in range(2 * len(wanted) + 4):
        part = QApplication.focusWidget()
        if part is None or part.window() is not top:
            part = top
        QTest.keyClick(part, Qt.Key.Key_Tab)
        part = QApplication.focusWidget()
        met |= {part, part.parentWidget()} if part is not None else set()
    left = (part for part in wanted - met if part.isVisible() and part.isEnabled())  # work may begin and end meanwhile
    return [f"{type(top).__name__}: {type(part).__name__} {_text(part)!r}" for part in left]


def _inside(part: QWidget) -> bool:
    """Whether it is a field within a control, or one of several radio buttons: the arrow keys go between them."""
    return isinstance(part, QRadioButton) or isinstance(part.parent(), QComboBox | QAbstractSpinBox | QKeySequenceEdit)


def _name(part: QWidget) -> str:
    if isinstance(part, QTabBar):
        return part.tabText(part.currentIndex())
    if isinstance(part.parent(), QComboBox | QAbstractSpinBox | QKeySequenceEdit):
        part = part.parentWidget()  # the field inside speaks for the whole
    own = QAccessible.queryAccessibleInterface(part)
    return own.text(QAccessible.Text.Name) if own else ""


def _text(part: QWidget) -> str:
    if isinstance(part, QComboBox):
        return part.currentText()
    return part.text() if isinstance(part, QLabel | QAbstractButton) else ""


def _fits(part: QWidget) -> bool:
    whole = isinstance(part, QComboBox | QPushButton | QLineEdit) and not _inside(part)
    flat = whole and part.sizeHint().height() > part.height() + SLACK
    return not flat and _wide_enough(part)


def _wide_enough(part: QWidget) -> bool:
    if isinstance(part, QTabBar):
        return sum(part.tabSizeHint(row).width() for row in range(part.count())) <= part.width() + SLACK
    if isinstance(part, QComboBox):
        return part.fontMetrics().horizontalAdvance(part.currentText()) <= _field(part) + SLACK
    if not _text(part):
        return True
    if isinstance(part, QLabel) and part.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Ignored:
        wide = part.fontMetrics().horizontalAdvance(part.text())
        return wide <= part.width() + SLACK or bool(part.toolTip())  # elided on purpose: the whole text is a tool tip
    if isinstance(part, QLabel) and part.wordWrap():
        return part.heightForWidth(part.width()) <= part.height() + SLACK
    return part.sizeHint().width() <= part.width() + SLACK


def _field(box: QComboBox) -> int:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    control, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
    return box.style().subControlRect(control, option, field, box).width()


@pytest.fixture(params=LANGUAGES)
def parts(
    request: pytest.FixtureRequest, qapp: QApplication, qtbot: QtBot, document: Document, tmp_path: Path
) -> Iterator[Parts]:
    """The whole app with a document and a host, in one language, its window shown."""
    info = TimelineInfo(FrameRate.parse("25"), "Cut 3", start=90_000, duration=5000)
    host = ModelBridge(ModelHost(RESOLVE, markers=(Marker("", 7, 1, "mine", "", "Red"),)), info)
    command = (sys.executable, "-X", "utf8", str(SCRIPT))
    made = build(qapp, worker=command, player=Player(output=lambda _: Clock()), host=host)
    qtbot.addWidget(made.window)
    made.store.change(language=request.param)
    storage.save(replace(document, made_by="Zimu"), tmp_path / "evening news.zimu")
    made.window.resize(1280, 800)
    made.window.show()
    made.window.open((tmp_path / "evening news.zimu",))
    made.session.select(("cue2",))
    QCoreApplication.sendPostedEvents()
    yield made
    made.session.undo.setClean()
    made.window.close()
    made.translations.use("en")


def _dialogs() -> set[QDialog]:
    found = (widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QDialog) and widget.isVisible())
    return {dialog for dialog in found if not isinstance(dialog, QFileDialog)}  # those are the system's


def test_no_text_is_cut_off_in_any_dialog(parts: Parts, qtbot: QtBot) -> None:
    found: list[str] = []
    seen: set[str] = set()
    asking = [name for name in parts.actions if parts.actions.row(name).text.endswith("…")]
    for name in asking:
        if not (parts.actions.used(name) and parts.actions[name].isEnabled()) or name.startswith("file.open"):
            continue
        parts.actions[name].trigger()
        for dialog in _dialogs():
            QCoreApplication.processEvents()
            seen.add(type(dialog).__name__)
            found += clipped(dialog) + nameless(dialog) + unreached(dialog)
            dialog.reject()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        for left in QApplication.topLevelWidgets():
            if isinstance(left, QDialog) and left.isVisible():
                left.close()
    assert not found
    ours = {"ExportDialog", "HostDialog", "PacksDialog", "GlossaryDialog", "MemoryDialog", "SettingsDialog"}
    assert seen >= ours | {"ShortcutsDialog", "BatchDialog", "Palette"}


def test_no_text_is_cut_off_in_the_window_and_in_any_page_of_the_settings(parts: Parts) -> None:
    QCoreApplication.processEvents()
    found = clipped(parts.window) + nameless(parts.window) + unreached(parts.window)
    for name in ("view.gallery", "view.curve"):  # with shots, and over the waveform
        parts.session.edit("Shots", replace(parts.session.document, marks=film_document().marks))
        parts.actions[name].setChecked(True)
        QCoreApplication.processEvents()
        found += clipped(parts.window) + nameless(parts.window) + unreached(parts.window)
    parts.window.show_start()
    QCoreApplication.processEvents()
    found += clipped(parts.window) + nameless(parts.window) + unreached(parts.window)
    dialog = parts.window.manage.show_settings()
    for page in range(dialog.tabs.count()):
        dialog.tabs.setCurrentIndex(page)
        QCoreApplication.processEvents()
        found += clipped(dialog) + nameless(dialog)
    dialog.reject()
    assert not found
