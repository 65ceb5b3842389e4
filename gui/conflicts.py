"""What was changed on the timeline and in the document: both versions of each, and who is right, one by one or all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.answering import BOTH, LEAVE, OURS, THEIRS, takes_both
from gui.host_plan import words_of
from gui.i18n import on_language_change
from plugin_core.host import Caption, Conflict, Marker, TimelineInfo, track_name

# The letters are in the buttons' texts, in every language.
KEYS = {Qt.Key.Key_T: THEIRS, Qt.Key.Key_D: OURS, Qt.Key.Key_B: BOTH, Qt.Key.Key_L: LEAVE}
KEY = Qt.ItemDataRole.UserRole


class Conflicts(QWidget):
    """
    The list of conflicts with their answers. ``answered`` tells that one is another now.

    The keys T, D, B and L answer for the chosen rows, and so do the buttons; Ctrl+A chooses all.
    """

    answered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found: dict[str, Conflict] = {}
        self.answers: dict[str, str] = {}
        self._info: TimelineInfo | None = None
        self.title, self.hint = QLabel(self), QLabel(self)
        self.list = QTreeWidget(self)
        self.list.setColumnCount(5)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        for place in range(5):
            fits = QHeaderView.ResizeMode.ResizeToContents if place < 2 else QHeaderView.ResizeMode.Stretch
            self.list.header().setSectionResizeMode(place, fits)
        self.list.setMinimumHeight(self.fontMetrics().height() * 7)
        self.list.installEventFilter(self)
        self.buttons = {side: QPushButton(self) for side in KEYS.values()}
        for side, button in self.buttons.items():
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, side=side: self.answer(side))
        self.list.itemSelectionChanged.connect(self._provide)
        row = QHBoxLayout()
        for button in self.buttons.values():
            row.addWidget(button)
        row.addWidget(self.hint, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.title)
        column.addWidget(self.list, 1)
        column.addLayout(row)
        self.title.setBuddy(self.list)
        self.retranslate()

    def show_conflicts(self, conflicts: Sequence[Conflict], info: TimelineInfo) -> None:
        """List *conflicts* of the timeline *info*; those that were answered keep their answers. Hidden without any."""
        self._info = info
        self.found = {conflict.key: conflict for conflict in conflicts}
        self.answers = {key: answer for key, answer in self.answers.items() if key in self.found}
        self._fill()
        self.setVisible(bool(self.found))

    def answer(self, side: str) -> None:
        """Answer for the chosen rows, or for all where none is chosen; who cannot keep both keeps his answer."""
        every = (self.list.topLevelItem(place) for place in range(self.list.topLevelItemCount()))
        rows = self.list.selectedItems() or [row for row in every if row is not None]
        for row in rows:
            key = str(row.data(0, KEY))
            if side != BOTH or takes_both(self.found[key]):
                self.answers[key] = side
                row.setText(4, self._result(self.found[key]))
                row.setToolTip(4, row.text(4))
        self._provide()
        self.answered.emit()

    @property
    def open(self) -> int:
        """How many have no answer yet."""
        return sum(self.answers.get(key, LEAVE) == LEAVE for key in self.found)

    # -- inside --------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        chosen = {str(row.data(0, KEY)) for row in self.list.selectedItems()}
        self.list.clear()
        for key, conflict in self.found.items():
            texts = [
                self._place(conflict), words_of(conflict.what), self._sides(conflict)[0],
                self._sides(conflict)[1], self._result(conflict),
            ]  # fmt: skip
            row = QTreeWidgetItem(self.list, texts)
            row.setData(0, KEY, key)
            for column, text in enumerate(texts):
                row.setToolTip(column, text)
            row.setSelected(key in chosen)
        self._provide()

    def _provide(self) -> None:
        chosen = [self.found[str(row.data(0, KEY))] for row in self.list.selectedItems()] or list(self.found.values())
        self.buttons[BOTH].setEnabled(any(map(takes_both, chosen)))
        self.hint.setText(
            self.tr("%n without an answer: the timeline keeps its own.", "", self.open) if self.open else ""
        )

    def _place(self, conflict: Conflict) -> str:
        one = conflict.host or conflict.document
        track = conflict.key.rsplit(":", 1)[0] if ":" in conflict.key else ""
        name = track_name(track) if track else "" if isinstance(one, Marker) else track_name(conflict.key)
        time = self._info.timecode(one.frame) if one is not None and self._info is not None else ""
        return f"{time}  {name}".strip()

    def _sides(self, conflict: Conflict) -> tuple[str, str]:
        if conflict.host is None and conflict.document is None:  # it is about a track and not about one of its captions
            return self.tr("the whole track"), self.tr("the whole track")
        return self._side(conflict.host), self._side(conflict.document)

    def _side(self, one: Marker | Caption | None) -> str:
        if one is None:
            return self.tr("deleted")
        text = one.text if isinstance(one, Caption) else one.name or one.note
        return " / ".join(text.splitlines())

    def _result(self, conflict: Conflict) -> str:
        """What will be there."""
        theirs, ours = self._sides(conflict)
        return {
            THEIRS: self.tr("timeline's: {text}").format(text=theirs),
            OURS: self.tr("document's: {text}").format(text=ours),
            BOTH: self.tr("both: {theirs} + {ours}").format(theirs=theirs, ours=ours),
        }.get(self.answers.get(conflict.key, LEAVE), self.tr("left as it is"))

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """The letters answer; they do not look for a row."""
        if watched is self.list and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            side = KEYS.get(Qt.Key(event.key())) if not event.modifiers() else None
            if side is not None and self.buttons[side].isEnabled():
                self.answer(side)
                return True
        return False

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.title.setText(self.tr("Changed on the timeline and in the document: whose version counts?"))
        self.list.setAccessibleName(self.title.text())
        heads = (self.tr("Where"), self.tr("Changed"), self.tr("Timeline"), self.tr("Document"), self.tr("Answer"))
        self.list.setHeaderLabels(heads)
        words = {
            THEIRS: (self.tr("Timeline's (T)"), self.tr("Keep the timeline's and take it over into the document")),
            OURS: (self.tr("Document's (D)"), self.tr("Put the document's version on the timeline")),
            BOTH: (self.tr("Both (B)"), self.tr("Keep both: texts one above the other, markers side by side")),
            LEAVE: (self.tr("Leave (L)"), self.tr("Decide later; the timeline keeps its own")),
        }
        for side, (text, tip) in words.items():
            self.buttons[side].setText(text)
            self.buttons[side].setToolTip(tip)
            self.buttons[side].setAccessibleDescription(tip)
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a switch of the language."""
        on_language_change(self, event)
        super().changeEvent(event)
