"""The bar that filters the gallery of shots: words, kinds of change, labels by group; and how many are left."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QMenu, QToolButton, QWidget

from gui.i18n import on_language_change
from gui.shot_rows import Label, Row, Wanted
from gui.shot_signs import KINDS, label_name, transition_name
from plugin_core.scenes.labels import groups

PAUSE = 150  # ms without a key, after which is looked for what was typed


class FilterBar(QWidget):
    """
    ``changed`` carries what is wanted now (:class:`Wanted`); ``described`` a description in plain words, by which the
    pictures themselves are to be searched: ``found`` is told what they gave.
    """

    changed = Signal(object)
    described = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit(self)
        self.search.setClearButtonEnabled(True)
        self.pictures = QCheckBox(self)
        self.pictures.toggled.connect(self._other_way)
        self.transitions, self.labels = self._choice(), self._choice()
        self._among: frozenset[int] | None = None
        self.all = QToolButton(self)
        self.all.setAutoRaise(True)
        self.all.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.all.clicked.connect(self.clear)
        self.count = QLabel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.search, 1)
        row.addWidget(self.pictures)
        for part in (self.transitions, self.labels, self.all, self.count):
            row.addWidget(part)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self._tell)
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._entered)
        self._found: tuple[frozenset[str], frozenset[Label]] = (frozenset(), frozenset())
        self._numbers = (0, 0)
        self.retranslate()

    @property
    def wanted(self) -> Wanted:
        """What is asked for."""
        return Wanted(
            frozenset(str(action.data()) for action in _checked(self.transitions.menu())),
            frozenset(action.data() for action in _checked(self.labels.menu())),
            "" if self.pictures.isChecked() else self.search.text().strip(),
            self._among if self.pictures.isChecked() else None,
        )

    def offer(self, found: Iterable[Row]) -> None:
        """Offer the kinds of change and the labels that there are."""
        there: set[str] = set()
        told: set[Label] = set()
        for row in found:
            told.update(row.labels)
            if not row.scene:
                there.add(row.transition)
        if (frozenset(there), frozenset(told)) != self._found:
            self._found = frozenset(there), frozenset(told)
            self._fill()

    def tell(self, shown: int, there: int) -> None:
        """Say how many shots are shown, of how many."""
        self._numbers = shown, there
        if shown == there:
            self.count.setText(self.tr("%n shot(s)", "", there))
        else:
            self.count.setText(self.tr("{shown} of %n shot(s)", "", there).format(shown=shown))

    def clear(self) -> None:
        """Show all shots again."""
        for box in (self.transitions, self.labels):
            for action in _checked(box.menu()):
                action.setChecked(False)
        self.search.clear()
        self._among = None
        self._tell()

    def found(self, among: frozenset[int]) -> None:
        """Show only the shots whose middles (ms) are *among* these: their pictures are as described."""
        self._among = among
        self._tell()

    # -- inside --

    def _typed(self, text: str) -> None:
        if not self.pictures.isChecked():
            self._timer.start()
        elif not text:
            self._among = None
            self._tell()

    def _entered(self) -> None:
        words = self.search.text().strip()
        if self.pictures.isChecked() and words:
            self.described.emit(words)
        else:
            self._tell()

    def _other_way(self) -> None:
        """Search the pictures from now on, or the words again."""
        self._among = None
        self.retranslate()
        self._tell()
        self._entered()

    def _choice(self) -> QToolButton:
        button = QToolButton(self)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setMenu(QMenu(button))
        return button

    def _fill(self) -> None:
        """The menus anew; what was chosen and is still there stays chosen."""
        wanted, (kinds, told) = self.wanted, self._found
        menu = self.transitions.menu()
        menu.clear()
        for kind in (*KINDS, ""):
            if kind in kinds | wanted.transitions:
                self._entry(menu, transition_name(kind), kind, chosen=kind in wanted.transitions)
        menu = self.labels.menu()
        for old in menu.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly):
            old.deleteLater()
        menu.clear()
        held = told | wanted.labels
        known = {group: [label for label in one.labels if (group, label) in held] for group, one in groups().items()}
        for group, label in sorted(held):
            if group not in groups():  # labels of the person's own words, and those of other packs
                known.setdefault(group, []).append(label)
        for group, there in known.items():
            offered = [(group, label) for label in there]
            if offered:
                part = menu.addMenu(label_name(group))
                for pair in offered:
                    self._entry(part, label_name(*pair), pair, chosen=pair in wanted.labels)
        self.transitions.setEnabled(bool(kinds))
        self.labels.setEnabled(bool(told))
        self._name()

    def _entry(self, menu: QMenu, text: str, data: object, *, chosen: bool) -> None:
        action = QAction(text, menu, checkable=True, checked=chosen)
        action.setData(data)
        action.toggled.connect(lambda _on: self._tell())
        menu.addAction(action)

    def _tell(self) -> None:
        self._timer.stop()
        self._name()
        self.changed.emit(self.wanted)

    def _name(self) -> None:
        """The buttons say what is chosen."""
        for button, text in ((self.transitions, self.tr("Transition")), (self.labels, self.tr("Labels"))):
            chosen = [action.text() for action in _checked(button.menu())]
            shown = self.tr("{what}: {chosen}").format(what=text, chosen=", ".join(chosen[:2])) if chosen else text
            more = f" +{len(chosen) - 2}" if len(chosen) > 2 else ""
            button.setText(f"{shown}{more}")
            button.setAccessibleName(button.text())
        self.all.setVisible(bool(self.wanted))

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.search.setPlaceholderText(
            self.tr("Describe a picture and press Enter")
            if self.pictures.isChecked()
            else self.tr("Search labels, cues and captions")
        )
        self.pictures.setText(self.tr("In pictures"))
        self.pictures.setToolTip(
            self.tr("Search what is to be seen, in plain words such as “a red car at night”. Needs a vision pack.")
        )
        self.search.setAccessibleName(self.search.placeholderText())
        self.all.setText(self.tr("Show all"))
        self._fill()
        self.tell(*self._numbers)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a switch of the language."""
        on_language_change(self, event)
        super().changeEvent(event)


def _checked(menu: QMenu) -> list[QAction]:
    """What is chosen in *menu* and the menus inside it."""
    found: list[QAction] = []
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            found += _checked(inner)
        elif action.isChecked():
            found.append(action)
    return found
