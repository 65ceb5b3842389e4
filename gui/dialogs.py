"""What the dialogs share: a heading that says what they are for, room to breathe, and a place for messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from gui.i18n import on_language_change
from gui.sentences import said
from plugin_core.errors import Cancelled, ZimuError

SPACE = 16  # px around and between the parts of a dialog
_ICONS = {
    "info": QStyle.StandardPixmap.SP_MessageBoxInformation,
    "good": QStyle.StandardPixmap.SP_DialogApplyButton,
    "warning": QStyle.StandardPixmap.SP_MessageBoxWarning,
    "error": QStyle.StandardPixmap.SP_MessageBoxCritical,
}


def ask_file(
    parent: QWidget,
    title: str,
    taken: Callable[[Path], object],
    *,
    place: str = "",
    filters: Sequence[str] = (),
    suffix: str = "",
) -> None:
    """Ask for one file, in the folder or beside the file *place*; to be written if a *suffix* is given, else read."""
    dialog = QFileDialog(parent, title, place)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile if suffix else QFileDialog.FileMode.ExistingFile)
    if suffix:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
    if filters:
        dialog.setNameFilters(filters)
    dialog.fileSelected.connect(lambda path: taken(Path(path)))
    dialog.open()


class Banner(QFrame):
    """A message inside a dialog: an icon and a sentence, never colour alone. Hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._icon = QLabel(self)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout(self)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self.hide()

    @property
    def text(self) -> str:
        """What is said now; "" if nothing."""
        return "" if self.isHidden() else self._text.text()

    def say(self, text: str, kind: str = "info") -> None:
        """Show *text*; *kind* is info, good, warning or error."""
        text = said(text)
        self._text.setText(text)
        size = self.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)
        self._icon.setPixmap(self.style().standardIcon(_ICONS[kind]).pixmap(size, size))
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def say_error(self, error: ZimuError) -> None:
        """Show what went wrong and what to do."""
        calm = isinstance(error, Cancelled)
        self.say("\n".join(part for part in (error.message, error.hint) if part), "info" if calm else "error")

    def clear(self) -> None:
        """Say nothing."""
        self.say("")


class Dialog(QDialog):
    """
    A dialog with a heading, a body, a banner and buttons. Derive, fill ``body``, and write ``retranslate``.

    Open it with ``open()``; it deletes itself when it is closed.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.heading = QLabel(self)
        self.heading.setWordWrap(True)
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setWeight(QFont.Weight.DemiBold)
        self.heading.setFont(font)
        self.explanation = QLabel(self)
        self.explanation.setWordWrap(True)
        self.banner = Banner(self)
        self.buttons = QDialogButtonBox(self)
        self.buttons.rejected.connect(self.reject)
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACE // 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.heading)
        column.addWidget(self.explanation)
        column.addLayout(self.body, 1)
        column.addWidget(self.banner)
        column.addWidget(self.buttons)

    def entitle(self, title: str, explanation: str = "") -> None:
        """Set the window's title, the heading, and a sentence under it."""
        self.setWindowTitle(title)
        self.heading.setText(title)
        self.explanation.setText(explanation)
        self.explanation.setVisible(bool(explanation))

    def add_button(self, role: QDialogButtonBox.ButtonRole, *, default: bool = False) -> QPushButton:
        """A button of our own words; name it in ``retranslate``."""
        button = QPushButton(self)
        self.buttons.addButton(button, role)
        button.setAutoDefault(default)
        button.setDefault(default)
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Texts that need more lines where it is narrow never squeeze what stands below them."""
        super().resizeEvent(event)
        column = self.layout()
        if column is not None and column.hasHeightForWidth():
            self.setMinimumHeight(column.minimumHeightForWidth(self.width()))

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""

    def changeEvent(self, event: QEvent) -> None:
        """Follow a switch of the language."""
        on_language_change(self, event)
        super().changeEvent(event)
