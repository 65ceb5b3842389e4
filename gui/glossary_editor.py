"""The glossary editor: a table of terms to type in, with CSV and TBX in and out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
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
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyle,
    QTableView,
    QWidget,
)

from gui.dialogs import SPACE, Dialog, ask_file
from gui.i18n import translated
from plugin_core import termbase
from plugin_core.errors import ZimuError
from plugin_core.glossary import Glossary, Term
from plugin_core.typography import has_han

_HEADS = (
    QT_TRANSLATE_NOOP("Glossary", "Term"),
    QT_TRANSLATE_NOOP("Glossary", "Translation"),
    QT_TRANSLATE_NOOP("Glossary", "From"),
    QT_TRANSLATE_NOOP("Glossary", "To"),
    QT_TRANSLATE_NOOP("Glossary", "Note"),
)
_NAMES = tuple(field.name for field in fields(Term))
_ONE_SIDE = QT_TRANSLATE_NOOP("Glossary", "This row lacks one side and is not saved.")
_TWICE = QT_TRANSLATE_NOOP("Glossary", "This term stands in the table twice, with different translations.")
Index = QModelIndex | QPersistentModelIndex


class TermModel(QAbstractTableModel):
    """Rows of terms, and an empty one at the end to type a new one in. *edited* follows every change by a person."""

    edited = Signal()

    def __init__(self, terms: Sequence[Term] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._terms = list(terms)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms that have both sides."""
        return tuple(term for term in self._terms if term.source and term.target)

    def load(self, terms: Sequence[Term]) -> None:
        """Show *terms* instead of what was there."""
        self.beginResetModel()
        self._terms = list(terms)
        self.endResetModel()

    def add(self, terms: Sequence[Term]) -> int:
        """Put those of *terms* at the end that are not there yet; how many."""
        fresh = [term for term in dict.fromkeys(terms) if term not in set(self._terms)]
        if fresh:
            self.beginInsertRows(QModelIndex(), len(self._terms), len(self._terms) + len(fresh) - 1)
            self._terms += fresh
            self.endInsertRows()
            self.edited.emit()
        return len(fresh)

    def remove(self, rows: Sequence[int]) -> None:
        """Remove the terms in *rows*."""
        for row in sorted({row for row in rows if row < len(self._terms)}, reverse=True):
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._terms[row]
            self.endRemoveRows()
            self.edited.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """One more than there are terms."""
        return 0 if parent.isValid() else len(self._terms) + 1

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One for each field of a term."""
        return 0 if parent.isValid() else len(_NAMES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """The names of the columns; rows are numbered."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Vertical:
            return str(section + 1) if section < len(self._terms) else "＋"
        return translated("Glossary", str(_HEADS[section]))

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every cell can be typed in."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = 0) -> Any:
        """Text, and what is wrong with the row as icon and tool tip."""
        shown = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole)
        if not index.isValid() or index.row() >= len(self._terms):
            return "" if shown and index.isValid() else None
        term = self._terms[index.row()]
        text = str(getattr(term, _NAMES[index.column()]))
        if shown:
            return text
        wrong = self._wrong(term) if index.column() == 0 else ""
        said = {
            Qt.ItemDataRole.ToolTipRole: wrong or text,
            Qt.ItemDataRole.DecorationRole: _warning() if wrong else None,
            Qt.ItemDataRole.AccessibleTextRole: f"{text} {wrong}".strip(),
        }
        return said.get(Qt.ItemDataRole(role))

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take over what was typed; languages that were not given follow the script."""
        text = " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole:
            return False
        new = index.row() >= len(self._terms)
        if new and not text:
            return False
        if new:
            self.beginInsertRows(QModelIndex(), len(self._terms), len(self._terms))
            self._terms.append(_told(Term("", "", "", ""), _NAMES[index.column()], text))
            self.endInsertRows()
        else:
            self._terms[index.row()] = _told(self._terms[index.row()], _NAMES[index.column()], text)
            self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), len(_NAMES) - 1))
        self.edited.emit()
        return True

    def _wrong(self, term: Term) -> str:
        if not (term.source and term.target):
            return translated("Glossary", str(_ONE_SIDE))
        key = (term.source.casefold(), term.source_language, term.target_language)
        same = [one for one in self._terms if (one.source.casefold(), one.source_language, one.target_language) == key]
        return translated("Glossary", str(_TWICE)) if len({one.target for one in same}) > 1 else ""


def _told(term: Term, name: str, text: str) -> Term:
    term = replace(term, **{name: text})
    if name in {"source", "target"}:
        side = f"{name}_language"
        if text and not getattr(term, side):
            term = replace(term, **{side: "zh" if has_han(text) else "en"})
    return term


def _warning() -> QIcon:
    return QApplication.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning)


class GlossaryDialog(Dialog):
    """Edits the glossary in *path*. *saved* carries the file that was written."""

    saved = Signal(object)  # Path

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.model = TermModel(parent=self)
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(self.model)
        self._shown.setFilterKeyColumn(-1)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._build()
        self.retranslate()
        self._read()
        self.model.edited.connect(self._edited)
        self.save_button.setEnabled(False)
        self.resize(820, 560)

    def _build(self) -> None:
        self.search = QLineEdit(self)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._shown.setFilterFixedString)
        self.table = QTableView(self)
        self.table.setModel(self._shown)
        self.table.setAlternatingRowColors(True)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column in (2, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.table.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.count = QLabel(self)
        self.add, self.drop, self.bring, self.give = (QPushButton(self) for _ in range(4))
        row = QHBoxLayout()
        for widget in (self.add, self.drop, self.bring, self.give):
            row.addWidget(widget)
            widget.setAutoDefault(False)
        row.addStretch(1)
        row.addWidget(self.count)
        row.setSpacing(SPACE // 2)
        self.body.addWidget(self.search)
        self.body.addWidget(self.table, 1)
        self.body.addLayout(row)
        self.save_button = self.add_button(QDialogButtonBox.ButtonRole.AcceptRole, default=True)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Close)
        self.add.clicked.connect(self._type_new)
        self.drop.clicked.connect(self.remove_selected)
        self.bring.clicked.connect(self._ask_import)
        self.give.clicked.connect(self._ask_export)
        self.save_button.clicked.connect(self.save)

    def _read(self) -> None:
        if not self.path.exists():
            return self._edited(quiet=True)
        try:
            self.model.load(termbase.load(self.path).terms)
        except ZimuError as error:
            self.banner.say_error(error)
        return self._edited(quiet=True)

    def _edited(self, *, quiet: bool = False) -> None:
        self.count.setText(self.tr("%n term(s)", "", len(self.model.terms)))
        self.save_button.setEnabled(not quiet)

    def _type_new(self) -> None:
        self.search.clear()
        index = self._shown.mapFromSource(self.model.index(self.model.rowCount() - 1, 0))
        self.table.setCurrentIndex(index)
        self.table.edit(index)

    def remove_selected(self) -> None:
        """Remove the selected terms; nothing is written before Save."""
        chosen = self.table.selectionModel().selectedRows()
        self.model.remove([self._shown.mapToSource(index).row() for index in chosen])

    def bring_in(self, path: Path) -> None:
        """Add the terms of a CSV or TBX file."""
        try:
            count = self.model.add(termbase.load(path).terms)
        except ZimuError as error:
            self.banner.say_error(error)
        else:
            self.banner.say(self.tr("%n new term(s) from the file.", "", count), "good")

    def give_out(self, path: Path) -> None:
        """Write the terms to a CSV or TBX file; the glossary itself stays where it is."""
        self._write(path)

    def save(self) -> None:
        """Write the glossary."""
        if self._write(self.path):
            self.save_button.setEnabled(False)
            self.saved.emit(self.path)

    def _write(self, path: Path) -> bool:
        try:
            termbase.save(Glossary(self.model.terms), path)
        except ZimuError as error:
            self.banner.say_error(error)
            return False
        self.banner.say(self.tr("Written: {path}").format(path=path), "good")
        return True

    def _ask_import(self) -> None:
        ask_file(self, self.tr("Import terms"), self.bring_in, place=str(self.path.parent), filters=self._filters())

    def _ask_export(self) -> None:
        place = str(self.path.parent)
        ask_file(self, self.tr("Export terms"), self.give_out, place=place, filters=self._filters(), suffix="csv")

    def _filters(self) -> list[str]:
        return [self.tr("Tables and termbases (*.csv *.tsv *.tbx)"), self.tr("All files (*)")]

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        explanation = self.tr(
            "Translations keep to these terms. Variants of a term are parted by |, the best one first."
        )
        self.entitle(self.tr("Glossary"), explanation)
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search"))
        self.table.setAccessibleName(self.tr("Terms"))
        self.add.setText(self.tr("New term"))
        self.drop.setText(self.tr("Remove"))
        self.bring.setText(self.tr("Import…"))
        self.give.setText(self.tr("Export…"))
        self.save_button.setText(self.tr("Save"))
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_NAMES) - 1)
        self.count.setText(self.tr("%n term(s)", "", len(self.model.terms)))
