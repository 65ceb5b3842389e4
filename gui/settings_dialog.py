"""The settings dialog, made from the fields of ``Preferences``: what is changed holds at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, dataclass, fields, replace
from pathlib import Path
from typing import Any

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gui.choices import offered
from gui.dialogs import SPACE, Dialog, ask_file
from gui.i18n import translated
from gui.preferences import GROUPS, Preferences, PreferenceStore
from plugin_core.errors import ZimuError


@dataclass(frozen=True, slots=True)
class Row:
    """One preference on the screen: how to show a value and how to read it back."""

    field: Field[Any]
    label: QLabel | None
    widget: QWidget
    tip: QLabel | None
    show: Callable[[Any], None]


class SettingsDialog(Dialog):
    """Changes the preferences of *store*; the language and the appearance follow while it is open."""

    def __init__(self, store: PreferenceStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._filling = False
        self.rows: dict[str, Row] = {}
        self.tabs = QTabWidget(self)
        for group in GROUPS:
            self.tabs.addTab(self._page(group), "")
        self.body.addWidget(self.tabs, 1)
        self.reset = self.add_button(QDialogButtonBox.ButtonRole.ResetRole)
        self.reset.clicked.connect(lambda: self._set(Preferences(keys=store.value.keys)))
        self.buttons.addButton(QDialogButtonBox.StandardButton.Close)
        store.changed.connect(lambda *_: self._fill())
        self.retranslate()
        if store.ignored:
            names = ", ".join(store.ignored)
            self.banner.say(self.tr("Not everything in the settings file could be used: {names}.").format(names=names))
        self.resize(660, 500)

    def _page(self, group: str) -> QWidget:
        page = QWidget(self.tabs)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setVerticalSpacing(SPACE // 2)
        form.setHorizontalSpacing(SPACE)
        for one in fields(Preferences):
            if one.metadata.get("group") == group:
                self._add(form, one, page)
        column = QVBoxLayout(page)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.addLayout(form)
        column.addStretch(1)
        return page

    def _add(self, form: QFormLayout, one: Field[Any], page: QWidget) -> None:
        widget, inside, show = self._editor(one, page)
        label = None if isinstance(widget, QCheckBox) else QLabel(page)
        tip = None
        if one.metadata["tip"]:
            tip = QLabel(page)
            tip.setWordWrap(True)
            tip.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        if label is None:
            form.addRow("", widget)
        else:
            label.setBuddy(widget)
            form.addRow(label, inside)
        if tip is not None:
            form.addRow("", tip)
        self.rows[one.name] = Row(one, label, widget, tip, show)

    def _editor(self, one: Field[Any], page: QWidget) -> tuple[QWidget, QWidget, Callable[[Any], None]]:
        """The widget that holds the value, what goes into the form, and how to show a value in it."""
        name = one.name
        if isinstance(one.default, bool):
            box = QCheckBox(page)
            box.toggled.connect(lambda value: self._change(name, value))
            return box, box, box.setChecked
        if isinstance(one.default, int):
            spin = QSpinBox(page)
            spin.setRange(0, 256)
            spin.valueChanged.connect(lambda value: self._change(name, value))
            return spin, spin, spin.setValue
        if one.metadata["choices"] == "table":
            return self._file(name, page)
        if offered(one.metadata["choices"]):
            combo = QComboBox(page)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(24)
            combo.currentIndexChanged.connect(lambda _: self._change(name, combo.currentData()))
            return combo, combo, lambda value: _show_choice(combo, one.metadata["choices"], str(value))
        return self._line(one, page)

    def _line(self, one: Field[Any], page: QWidget) -> tuple[QWidget, QWidget, Callable[[Any], None]]:
        line, name = QLineEdit(page), one.name
        if isinstance(one.default, tuple):
            line.editingFinished.connect(lambda: self._change(name, _listed(line.text()) or one.default))
            return line, line, lambda value: line.setText(", ".join(value))
        line.editingFinished.connect(lambda: self._change(name, line.text().strip()))
        return line, line, line.setText

    def _file(self, name: str, page: QWidget) -> tuple[QWidget, QWidget, Callable[[Any], None]]:
        frame, line, button = QWidget(page), QLineEdit(page), QPushButton(page)
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(line, 1)
        row.addWidget(button)
        self._browse = button
        line.editingFinished.connect(lambda: self._change(name, line.text().strip()))
        button.clicked.connect(lambda: self._ask_file(name))
        return line, frame, line.setText

    def _ask_file(self, name: str) -> None:
        place = str(Path(getattr(self._store.value, name) or ".").parent)
        ask_file(self, self.tr("Choose a file"), lambda path: self._change(name, str(path)), place=place)

    # -- values --------------------------------------------------------------------------------------------------

    def _change(self, name: str, value: Any) -> None:
        if not self._filling and getattr(self._store.value, name) != value:
            self._set_fields({name: value})

    def _set_fields(self, names: dict[str, Any]) -> None:
        self._set(replace(self._store.value, **names))

    def _set(self, value: Preferences) -> None:
        try:
            self._store.set(value)
        except ZimuError as error:
            self.banner.say_error(error)

    def _fill(self) -> None:
        """Show the preferences as they are."""
        self._filling = True
        for name, row in self.rows.items():
            row.show(getattr(self._store.value, name))
        self._filling = False

    # -- words ---------------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.entitle(self.tr("Settings"))
        self.tabs.setAccessibleName(self.tr("Settings"))
        for number, title in enumerate(GROUPS.values()):
            self.tabs.setTabText(number, translated("Preferences", str(title)))
        for row in self.rows.values():
            text = translated("Preferences", row.field.metadata["label"])
            tip = translated("Preferences", row.field.metadata["tip"]) if row.tip else ""
            if row.label is not None:
                row.label.setText(text)
            elif isinstance(row.widget, QCheckBox):
                row.widget.setText(text)
            if row.tip is not None:
                row.tip.setText(tip)
            row.widget.setAccessibleName(text)
            row.widget.setAccessibleDescription(tip)
        self._browse.setText(self.tr("Choose…"))
        self.reset.setText(self.tr("Use the defaults"))
        self._fill()


def _show_choice(combo: QComboBox, choices: str, value: str) -> None:
    """Fill *combo* anew, in the language of now, with *value* chosen; one that is not offered is shown as it is."""
    found = offered(choices)
    if value not in {one for one, _ in found}:
        found.append((value, value))
    combo.blockSignals(True)
    combo.clear()
    for one, words in found:
        combo.addItem(words, one)
    combo.setCurrentIndex([one for one, _ in found].index(value))
    combo.blockSignals(False)


def _listed(text: str) -> tuple[str, ...]:
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
