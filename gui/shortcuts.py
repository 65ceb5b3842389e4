"""The editor of keyboard shortcuts: every action, its keys in the chosen scheme, and a person's own over them."""

from __future__ import annotations

from collections import defaultdict

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyle,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from gui.actions import ACTIONS, MENUS, Actions, menu_title
from gui.choices import offered
from gui.dialogs import SPACE, Dialog
from gui.preferences import PreferenceStore
from plugin_core.errors import ZimuError

_ID = Qt.ItemDataRole.UserRole
_NATIVE, _PORTABLE = QKeySequence.SequenceFormat.NativeText, QKeySequence.SequenceFormat.PortableText


class ShortcutsDialog(Dialog):
    """Shows the keys of *actions* and keeps what is changed in *store*. It holds at once."""

    def __init__(self, actions: Actions, store: PreferenceStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions, self._store = actions, store
        self._items: dict[str, QTreeWidgetItem] = {}
        self._build()
        self.retranslate()
        actions.changed.connect(self._show_keys)
        self.resize(720, 600)

    def _build(self) -> None:
        self.scheme, self.search = QComboBox(self), QLineEdit(self)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.scheme.currentIndexChanged.connect(self._choose_scheme)
        self._scheme_label, self._key_label = QLabel(self), QLabel(self)
        self._scheme_label.setBuddy(self.scheme)
        top = QHBoxLayout()
        top.setSpacing(SPACE // 2)
        top.addWidget(self._scheme_label)
        top.addWidget(self.scheme)
        top.addWidget(self.search, 1)
        self.list = QTreeWidget(self)
        self.list.setColumnCount(3)
        self.list.setUniformRowHeights(True)
        self.list.currentItemChanged.connect(lambda *_: self._choose())
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.key = QKeySequenceEdit(self)
        self.key.setMaximumSequenceLength(1)
        self._key_label.setBuddy(self.key)
        self.take, self.none, self.back = (QPushButton(self) for _ in range(3))
        bottom = QHBoxLayout()
        bottom.setSpacing(SPACE // 2)
        bottom.addWidget(self._key_label)
        bottom.addWidget(self.key, 1)
        for button in (self.take, self.none, self.back):
            button.setAutoDefault(False)
            bottom.addWidget(button)
        self.body.addLayout(top)
        self.body.addWidget(self.list, 1)
        self.body.addLayout(bottom)
        self.take.clicked.connect(lambda: self.assign(self.current, self.key.keySequence()))
        self.none.clicked.connect(lambda: self.assign(self.current, QKeySequence()))
        self.back.clicked.connect(lambda: self.restore(self.current))
        self.all_back = self.add_button(QDialogButtonBox.ButtonRole.ResetRole)
        self.all_back.clicked.connect(self.restore_all)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Close)

    # -- the list ------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        kept = self.current
        self.list.clear()
        self._items.clear()
        for menu, _ in MENUS:
            rows = [row for row in ACTIONS if row.menu == menu]
            if not rows:
                continue
            head = QTreeWidgetItem(self.list, [menu_title(menu)])
            head.setFirstColumnSpanned(True)
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for row in rows:
                item = QTreeWidgetItem(head)
                item.setData(0, _ID, row.id)
                self._items[row.id] = item
            head.setExpanded(True)
        self._show_keys()
        self.choose(kept or ACTIONS[0].id)

    def _show_keys(self) -> None:
        wrong = self.conflicts()
        for action_id, item in self._items.items():
            action = self._actions[action_id]
            others = wrong.get(action_id, ())
            item.setText(0, action.text().replace("&", ""))
            item.setText(1, "  ".join(key.toString(_NATIVE) for key in action.shortcuts()))
            item.setText(2, self.tr("yours") if action_id in self._actions.own else "")
            item.setToolTip(0, action.statusTip())
            said = self.tr("The same key: {actions}").format(actions=", ".join(others)) if others else ""
            item.setToolTip(1, said)
            icon = self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning)
            item.setIcon(1, icon if others else QIcon())
        self._filter(self.search.text())

    def conflicts(self) -> dict[str, tuple[str, ...]]:
        """By action, the texts of those that answer to the same key where it is heard."""
        users: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in ACTIONS:
            for key in self._actions[row.id].shortcuts():
                users[key.toString(_PORTABLE), row.context].append(row.id)
        found: dict[str, set[str]] = defaultdict(set)
        for (text, context), ids in users.items():
            everywhere = users.get((text, "window"), []) if context != "window" else []
            together = {*ids, *everywhere}
            for one in together if len(together) > 1 else ():
                found[one] |= together - {one}
        return {one: tuple(sorted(self._actions[other].text() for other in rest)) for one, rest in found.items()}

    @property
    def current(self) -> str:
        """The id of the action that is selected; "" for a heading."""
        item = self.list.currentItem()
        return str(item.data(0, _ID) or "") if item else ""

    def choose(self, action_id: str) -> None:
        """Select the action of that id."""
        if action_id in self._items:
            self.list.setCurrentItem(self._items[action_id])

    def _choose(self) -> None:
        there = bool(self.current)
        keys = self._actions[self.current].shortcuts() if there else []
        self.key.setKeySequence(keys[0] if keys else QKeySequence())
        for widget in (self.key, self.take, self.none, self.back):
            widget.setEnabled(there)

    def _filter(self, text: str) -> None:
        wanted = text.casefold().split()
        for item in self._items.values():
            shown = f"{item.text(0)} {item.text(1)}".casefold()
            item.setHidden(not all(word in shown for word in wanted))

    # -- changes -------------------------------------------------------------------------------------------------

    def assign(self, action_id: str, key: QKeySequence) -> None:
        """Give *action_id* this key alone (none if it is empty); says so if another action has it."""
        if action_id:
            self._keep({**self._actions.own, action_id: key.toString(_PORTABLE)})
            others = self.conflicts().get(action_id, ())
            if others:
                said = self.tr("This key is also that of: {actions}. Give one of them another key.")
                self.banner.say(said.format(actions=", ".join(others)), "warning")

    def restore(self, action_id: str) -> None:
        """Give *action_id* the key of the scheme again."""
        self._keep({name: keys for name, keys in self._actions.own.items() if name != action_id})

    def restore_all(self) -> None:
        """Forget every key of one's own."""
        self._keep({})

    def _choose_scheme(self) -> None:
        self._write(scheme=str(self.scheme.currentData()))

    def _keep(self, own: dict[str, str]) -> None:
        self._write(keys=tuple(sorted(own.items())))

    def _write(self, **names: object) -> None:
        self.banner.clear()
        try:
            self._store.change(**names)
        except ZimuError as error:
            self.banner.say_error(error)
        value = self._store.value
        if (self._actions.scheme, self._actions.own) != (value.scheme, dict(value.keys)):
            self._actions.set_keys(value.scheme, dict(value.keys))
        self._choose()

    # -- words ---------------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.entitle(self.tr("Keyboard shortcuts"))
        self._scheme_label.setText(self.tr("Scheme"))
        self.search.setPlaceholderText(self.tr("Search by name or key"))
        self.search.setAccessibleName(self.tr("Search by name or key"))
        self._key_label.setText(self.tr("Key"))
        self.key.setAccessibleName(self.tr("New key"))
        self.scheme.setAccessibleName(self.tr("Scheme"))
        self.list.setAccessibleName(self.tr("Actions"))
        self.list.setHeaderLabels([self.tr("Action"), self.tr("Keys"), ""])
        self.take.setText(self.tr("Assign"))
        self.none.setText(self.tr("No key"))
        self.back.setText(self.tr("As in the scheme"))
        self.all_back.setText(self.tr("All as in the scheme"))
        self.scheme.blockSignals(True)
        self.scheme.clear()
        for value, words in offered("scheme"):
            self.scheme.addItem(words, value)
        self.scheme.setCurrentIndex(max(0, self.scheme.findData(self._actions.scheme)))
        self.scheme.blockSignals(False)
        self._fill()
