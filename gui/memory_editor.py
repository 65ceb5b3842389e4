"""The translation memory: look up, correct, confirm, forget, and TMX and CSV in and out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QWidget,
)

from gui.dialogs import SPACE, Dialog, ask_file
from gui.i18n import translated
from plugin_core.errors import ZimuError
from plugin_core.languages import own_name
from plugin_core.memory import Hit, Memory
from plugin_core.memory_csv import export_csv, import_csv

Pair = tuple[tuple[str, str], Hit]
Index = QModelIndex | QPersistentModelIndex
_HEADS = (
    QT_TRANSLATE_NOOP("Memory", "Text"),
    QT_TRANSLATE_NOOP("Memory", "Translation"),
    QT_TRANSLATE_NOOP("Memory", "Languages"),
    QT_TRANSLATE_NOOP("Memory", "From"),
    QT_TRANSLATE_NOOP("Memory", "Confirmed"),
)
_TARGET, _CONFIRMED = 1, 4
SHOWN = 20_000  # pairs in the table; a search looks through these


class PairModel(QAbstractTableModel):
    """
    The pairs of a memory. Translations can be typed over and confirmed; both are written at once.

    *write* stores a changed pair.
    """

    def __init__(self, write: Callable[[Pair], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._write = write
        self._pairs: list[Pair] = []

    def load(self, pairs: Sequence[Pair]) -> None:
        """Show *pairs* instead of what was there."""
        self.beginResetModel()
        self._pairs = list(pairs)
        self.endResetModel()

    def pair(self, row: int) -> Pair:
        """The pair in *row*."""
        return self._pairs[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """One for each pair."""
        return 0 if parent.isValid() else len(self._pairs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Both texts, languages, where it is from, whether somebody confirmed it."""
        return 0 if parent.isValid() else len(_HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """The names of the columns."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Vertical:
            return str(section + 1)
        return translated("Memory", str(_HEADS[section]))

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The translation can be typed in, the confirmation ticked."""
        more = {_TARGET: Qt.ItemFlag.ItemIsEditable, _CONFIRMED: Qt.ItemFlag.ItemIsUserCheckable}
        found = super().flags(index)
        return found | more[index.column()] if index.isValid() and index.column() in more else found

    def data(self, index: Index, role: int = 0) -> Any:
        """Texts as they are; the confirmation is a tick and a word."""
        if not index.isValid():
            return None
        languages, hit = self._pairs[index.row()]
        if index.column() == _CONFIRMED and role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if hit.confirmed else Qt.CheckState.Unchecked
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole):
            return None
        between = " → ".join(own_name(code) for code in languages)
        return (hit.source, hit.target, between, hit.origin, "")[index.column()]

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take over a translation (it is confirmed by that) or a confirmation."""
        languages, hit = self._pairs[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole:
            after = replace(hit, confirmed=Qt.CheckState(value) is Qt.CheckState.Checked)
        elif role == Qt.ItemDataRole.EditRole and str(value).strip():
            after = replace(hit, target=str(value).strip(), confirmed=True)
        else:
            return False
        if after == hit:
            return False
        self._write((languages, after))
        self._pairs[index.row()] = (languages, after)
        self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), len(_HEADS) - 1))
        return True


class MemoryDialog(Dialog):
    """Shows and changes the memory that *open_memory* gives; it is closed with the dialog."""

    changed = Signal()

    def __init__(self, open_memory: Callable[[], Memory] = Memory.open, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._memory: Memory | None = None
        self.model = PairModel(self._write, self)
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(self.model)
        self._shown.setFilterKeyColumn(-1)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._build()
        self.retranslate()
        try:
            self._memory = open_memory()
        except ZimuError as error:
            self.banner.say_error(error)
        self.reload()
        self.resize(900, 580)

    def _build(self) -> None:
        self.search = QLineEdit(self)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._shown.setFilterFixedString)
        self.table = QTableView(self)
        self.table.setModel(self._shown)
        self.table.setAlternatingRowColors(True)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in (0, _TARGET):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.count = QLabel(self)
        self.drop, self.bring, self.give = (QPushButton(self) for _ in range(3))
        row = QHBoxLayout()
        row.setSpacing(SPACE // 2)
        for button in (self.drop, self.bring, self.give):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.count)
        self.body.addWidget(self.search)
        self.body.addWidget(self.table, 1)
        self.body.addLayout(row)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Close)
        self.drop.clicked.connect(self.forget_selected)
        self.bring.clicked.connect(self._ask_import)
        self.give.clicked.connect(self._ask_export)

    def reload(self) -> None:
        """Show what the memory holds now."""
        pairs: list[Pair] = []
        if self._memory is not None:
            for pair in self._memory.pairs():
                pairs.append(pair)
                if len(pairs) == SHOWN:
                    break
            if self._memory.note is not None:
                self.banner.say(self._memory.note.message, "warning")
        self.model.load(pairs)
        self._count()
        for widget in (self.drop, self.bring, self.give):
            widget.setEnabled(self._memory is not None)

    def _count(self) -> None:
        self.count.setText(self.tr("%n pair(s)", "", self.model.rowCount()))

    def _write(self, pair: Pair) -> None:
        languages, hit = pair
        if self._memory is not None:
            self._memory.store(hit.source, hit.target, languages, hit.origin, hit.confirmed)
            self.changed.emit()

    def forget_selected(self) -> None:
        """Remove every pair of the selected texts."""
        if self._memory is None:
            return
        rows = [self._shown.mapToSource(index).row() for index in self.table.selectionModel().selectedRows()]
        count = 0
        for languages, hit in [self.model.pair(row) for row in rows]:
            count += self._memory.forget(hit.source, languages)
        self.reload()
        self.banner.say(self.tr("%n pair(s) removed.", "", count), "good")
        self.changed.emit()

    def bring_in(self, path: Path) -> None:
        """Add the pairs of a TMX or CSV file."""
        if self._memory is None:
            return
        try:
            tmx = path.suffix.lower() == ".tmx"
            count = self._memory.import_tmx(path) if tmx else import_csv(self._memory, path)
        except ZimuError as error:
            self.banner.say_error(error)
            return
        self.reload()
        self.banner.say(self.tr("%n pair(s) read from the file.", "", count), "good")
        self.changed.emit()

    def give_out(self, path: Path) -> None:
        """Write all pairs to a TMX or CSV file."""
        if self._memory is None:
            return
        try:
            tmx = path.suffix.lower() == ".tmx"
            count = self._memory.export_tmx(path) if tmx else export_csv(self._memory, path)
        except ZimuError as error:
            self.banner.say_error(error)
        except OSError as error:
            said = self.tr("{path} cannot be written: {reason}.")
            self.banner.say(said.format(path=path, reason=error.strerror or error), "error")
        else:
            self.banner.say(self.tr("%n pair(s) written to the file.", "", count), "good")

    def _ask_import(self) -> None:
        ask_file(self, self.tr("Import translations"), self.bring_in, filters=self._filters())

    def _ask_export(self) -> None:
        ask_file(self, self.tr("Export translations"), self.give_out, filters=self._filters(), suffix="tmx")

    def _filters(self) -> list[str]:
        return [self.tr("Translation memories and tables (*.tmx *.csv *.tsv)"), self.tr("All files (*)")]

    def done(self, result: int) -> None:
        """Close the memory with the dialog."""
        if self._memory is not None:
            self._memory.close()
            self._memory = None
        super().done(result)

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.entitle(
            self.tr("Translation memory"),
            self.tr("What was translated before is used again. A translation that you type over counts as confirmed."),
        )
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search"))
        self.table.setAccessibleName(self.tr("Translations"))
        self.drop.setText(self.tr("Remove"))
        self.bring.setText(self.tr("Import…"))
        self.give.setText(self.tr("Export…"))
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_HEADS) - 1)
        self._count()
