"""The command palette: everything a person can do, found by a few letters in either language, run with Enter."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui.actions import Actions, menu_title

KEYS_ROLE = Qt.ItemDataRole.UserRole + 1
MENU_ROLE = Qt.ItemDataRole.UserRole + 2
ACTION_ROLE = Qt.ItemDataRole.UserRole + 3
ROWS = 12  # shown at once


def score(typed: str, *names: str) -> float:
    """How well *typed* fits the best of *names*: 0 is not at all; whole words before beginnings before scattered."""
    wanted = "".join(typed.casefold().split())
    return max((_one(wanted, name.casefold()) for name in names), default=0.0) if wanted else 1.0


def _one(wanted: str, name: str) -> float:
    plain = name.replace(" ", "")
    if wanted in plain:
        at = plain.index(wanted)
        return 3.0 + len(wanted) / len(plain) - (0.5 if at else 0.0)
    initials = "".join(word[0] for word in name.split())
    if wanted in initials:
        return 2.0
    place, gaps = -1, 0
    for letter in wanted:
        found = plain.find(letter, place + 1)
        if found < 0:
            return 0.0
        gaps += found - place - 1
        place = found
    return 1.0 / (1 + gaps) if gaps <= 2 * len(wanted) else 0.0


class Palette(QDialog):
    """A line to type in and what fits below it. It runs the action when it is chosen and deletes itself."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = actions
        self.line = QLineEdit(self, clearButtonEnabled=True)
        self.line.setPlaceholderText(self.tr("What do you want to do?"))
        self.line.setAccessibleName(self.tr("Find a command"))
        self.line.textChanged.connect(self._fill)
        self.line.installEventFilter(self)
        self.list = QListView(self, uniformItemSizes=True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.setItemDelegate(_Row(self.list))
        self.list.clicked.connect(self._run)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self._model = QStandardItemModel(self.list)
        self.list.setModel(self._model)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.line)
        column.addWidget(self.list)
        self._fill("")

    def open(self) -> None:
        """Show it in the upper part of the window, ready to type."""
        parent = self.parentWidget()
        width = min(640, parent.width() - 32) if parent else 640
        self.resize(width, self.height())
        self._fit()
        if parent is not None:
            corner = parent.mapToGlobal(parent.rect().topLeft())
            self.move(corner.x() + (parent.width() - width) // 2, corner.y() + parent.height() // 8)
        self.show()
        self.line.setFocus()

    def names(self) -> list[str]:
        """The ids of what is listed, best first."""
        rows = range(self._model.rowCount())
        return [self._model.index(row, 0).data(ACTION_ROLE).objectName() for row in rows]

    def event(self, event: QEvent) -> bool:
        """A click elsewhere closes it. (A real popup would, but input methods do not work in one everywhere.)"""
        if event.type() == QEvent.Type.WindowDeactivate:
            self.close()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up, down and Enter in the line are for the list."""
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
                QApplication.sendEvent(self.list, event)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._run(self.list.currentIndex())
                return True
        return super().eventFilter(watched, event)

    def _fill(self, typed: str) -> None:
        self._model.clear()
        for action in self._found(typed):
            self._model.appendRow(self._item(action))
        self.list.setCurrentIndex(self._model.index(0, 0))
        self._fit()

    def _fit(self) -> None:
        """As high as what is listed, up to ``ROWS``."""
        rows = max(1, min(ROWS, self._model.rowCount()))
        self.resize(self.width(), self.line.sizeHint().height() + max(self.list.sizeHintForRow(0), 24) * rows + 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line around it, as it has no frame of the system's."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Light))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _found(self, typed: str) -> Iterable[QAction]:
        """What fits, best first; what cannot be done now comes after what can."""
        rows = []
        for place, name in enumerate(self._actions):
            row, action = self._actions.row(name), self._actions[name]
            if name == "view.palette" or not self._actions.used(name):
                continue
            fit = score(typed, action.text(), row.text, f"{menu_title(row.menu)} {action.text()}", row.id)
            fit = fit or score(typed, action.statusTip(), row.tip) / 4
            if fit:
                rows.append((not action.isEnabled(), -fit, place, action))
        return [row[3] for row in sorted(rows, key=lambda row: row[:3])]

    def _item(self, action: QAction) -> QStandardItem:
        row = self._actions.row(action.objectName())
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        item = QStandardItem(action.text())
        item.setData(action, ACTION_ROLE)
        item.setData(keys, KEYS_ROLE)
        item.setData(menu_title(row.menu), MENU_ROLE)
        item.setData(action.statusTip(), Qt.ItemDataRole.ToolTipRole)
        item.setData(", ".join(filter(None, (action.text(), keys))), Qt.ItemDataRole.AccessibleTextRole)
        item.setEnabled(action.isEnabled())
        return item

    def _run(self, index: QModelIndex) -> None:
        action = index.data(ACTION_ROLE) if index.isValid() else None
        if isinstance(action, QAction) and action.isEnabled():
            self.close()
            action.trigger()


class _Row(QStyledItemDelegate):
    """The name on the left; on the right where it is in the menus, and its keys."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # type: ignore[override]
        hint = super().sizeHint(option, index)
        return QSize(hint.width(), option.fontMetrics.height() + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # type: ignore[override]
        self.initStyleOption(option, index)
        text, option.text = option.text, ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        group = QPalette.ColorGroup.Normal if enabled else QPalette.ColorGroup.Disabled
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        area = option.rect.adjusted(10, 0, -10, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(option.palette.color(group, role))
        aside = "   ".join(filter(None, (index.data(MENU_ROLE), index.data(KEYS_ROLE))))
        room = area.width() - option.fontMetrics.horizontalAdvance(aside) - 16
        name = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignLeft, name)
        if not chosen:
            painter.setPen(option.palette.color(group, QPalette.ColorRole.PlaceholderText))
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, aside)
