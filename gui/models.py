"""
The cues and marks of a session as Qt models: they find their own changed rows, and answer to readers of the screen.

An edit replaces the whole document; :func:`changed_band` finds the rows that differ by identity, so a view repaints
those and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import groupby
from typing import Any

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from gui.bands import Band, changed_band
from gui.problems import Problems, name, sentence
from gui.session import Session
from plugin_core import checks, clock, edits, languages, typography
from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import ZimuError

Index = QModelIndex | QPersistentModelIndex
Display = Qt.ItemDataRole.DisplayRole
ROOT = QModelIndex()
START, END, DURATION, SPEED, TEXT = range(5)


class Role(IntEnum):
    """What the models answer beyond Qt's own roles."""

    CUE = Qt.ItemDataRole.UserRole + 1  # the Cue or Mark itself
    PROBLEMS = Qt.ItemDataRole.UserRole + 2  # tuple[Problem, ...] of the column; of the whole cue in the others
    CONFIDENCE = Qt.ItemDataRole.UserRole + 3  # the least probability of its words, 1.0 without
    UNSURE = Qt.ItemDataRole.UserRole + 4  # tuple[(start, end), ...]: characters the recogniser was not sure of
    LANGUAGE = Qt.ItemDataRole.UserRole + 5  # the language of a text column, else ""
    CELL = Qt.ItemDataRole.UserRole + 6  # Cell


@dataclass(frozen=True, slots=True)
class Cell:
    """All that is drawn of a cell, in one answer: a view asks for thousands of them while it scrolls."""

    text: str
    alignment: Qt.AlignmentFlag
    written: bool  # in a text column
    unsure: tuple[tuple[int, int], ...]
    wrong: bool


class _Rows(QAbstractTableModel):
    """A table of frozen values, one a row, that follows from one version of them to the next."""

    refused = Signal(str)

    def __init__(self, items: tuple[Any, ...], columns: int, parent: QObject | None) -> None:
        super().__init__(parent)
        self._items = items
        self._columns = columns

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._items)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else self._columns

    def retranslate(self) -> None:
        """Ask the views to read every text anew: the language of the interface is another."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self._columns - 1)
        self._repaint(0, len(self._items))

    def _follow(self, new: tuple[Any, ...], band: Band) -> None:
        """Go on with *new*: the rows of *band* are repainted, what is more or fewer comes or goes after them."""
        kept = min(band.removed, band.added)
        place, end = band.start + kept, band.start + max(band.removed, band.added) - 1
        if band.removed > kept:
            self.beginRemoveRows(ROOT, place, end)
            self._items = self._items[:place] + self._items[end + 1 :]
            self.endRemoveRows()
        elif band.added > kept:
            self.beginInsertRows(ROOT, place, end)
            self._items = self._items[:place] + new[place : end + 1] + self._items[place:]
            self.endInsertRows()
        self._items = new
        self._repaint(band.start, kept)

    def _repaint(self, row: int, count: int) -> None:
        if count:
            self.dataChanged.emit(self.index(row, 0), self.index(row + count - 1, self._columns - 1))


class CueModel(_Rows):
    """
    One row a cue: start, end, duration, reading speed, a column per language, speaker, checks; numbered in the header.

    Times, texts and the speaker can be edited; *refused* says in a sentence why something typed was not taken.
    """

    def __init__(self, session: Session, problems: Problems | None = None, parent: QObject | None = None) -> None:
        super().__init__(session.document.cues, 0, parent)
        self._session = session
        self._spread(session.document.languages)
        self._answers: dict[int, Callable[[Cue, int, int], Any]] = {
            Qt.ItemDataRole.DisplayRole: self._shown,
            Qt.ItemDataRole.EditRole: self._typed,
            Qt.ItemDataRole.TextAlignmentRole: lambda _cue, _row, column: _alignment(column),
            Qt.ItemDataRole.ToolTipRole: self._tip,
            Qt.ItemDataRole.AccessibleTextRole: self._spoken,
            Role.CUE: lambda cue, _row, _column: cue,
            Role.PROBLEMS: lambda cue, _row, column: self._problems(cue, column),
            Role.CONFIDENCE: lambda cue, _row, _column: min((word.probability for word in cue.words), default=1.0),
            Role.UNSURE: lambda cue, _row, column: unsure(cue) if column == TEXT else (),
            Role.CELL: self._cell,
            Role.LANGUAGE: lambda _cue, _row, column: self.language_of(column),
        }
        self.problems = problems or Problems(session, self)
        session.changed.connect(self._on_changed)
        self.problems.altered.connect(self._on_judged)
        session.rules_changed.connect(self._on_rules)

    # -- columns -------------------------------------------------------------------------------------------------

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the text columns."""
        return self._languages

    @property
    def speaker_column(self) -> int:
        """The column of who speaks."""
        return TEXT + len(self._languages)

    @property
    def checks_column(self) -> int:
        """The last column: what is wrong."""
        return TEXT + len(self._languages) + 1

    def column_of(self, language: str) -> int:
        """The column of the texts in *language*."""
        return TEXT + self._languages.index(language)

    def language_of(self, column: int) -> str:
        """The language of a text column; "" for the others."""
        return self._languages[column - TEXT] if TEXT <= column < self.speaker_column else ""

    # -- what Qt asks --------------------------------------------------------------------------------------------

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Display) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation is Qt.Orientation.Horizontal:
            return _alignment(section)
        if role not in (Display, Qt.ItemDataRole.ToolTipRole):
            return None
        if orientation is Qt.Orientation.Vertical:
            return str(section + 1) if role == Display else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tr("Characters to be read in a second") if section == SPEED else None
        if language := self.language_of(section):
            return languages.own_name(language)
        names = (self.tr("Start"), self.tr("End"), self.tr("Duration"), self.tr("Chars/s"))
        late = {self.speaker_column: self.tr("Speaker"), self.checks_column: self.tr("Checks")}
        return names[section] if section < TEXT else late.get(section)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        if index.column() in (SPEED, self.checks_column):
            return flags
        return flags | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Display) -> Any:
        if not index.isValid() or index.row() >= len(self._items):
            return None
        cue, column = self._items[index.row()], index.column()
        answer = self._answers.get(role)
        return None if answer is None else answer(cue, index.row(), column)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or role != Qt.ItemDataRole.EditRole:
            return False
        cue, column = self._items[index.row()], index.column()
        try:
            after = self._edited(cue, column, str(value))
        except ZimuError as error:
            self.refused.emit(str(error))
            return False
        self._session.close_merge()
        self._session.edit(self._label(column), after)
        return True

    # -- rows ----------------------------------------------------------------------------------------------------

    def cue(self, row: int) -> Cue:
        """The cue of *row*."""
        cue: Cue = self._items[row]
        return cue

    def row(self, cue_id: str) -> int:
        """The row of a cue; -1 if it is not there."""
        return self._session.row(cue_id) if self._session.cue(cue_id) else -1

    def _shown(self, cue: Cue, _row: int, column: int) -> str:
        if column == SPEED:
            return f"{self._speed(cue):.0f}"
        if column == self.checks_column:
            return ", ".join(dict.fromkeys(name(problem.code) for problem in self._problems(cue, column)))
        return self._typed(cue, _row, column)

    def _cell(self, cue: Cue, row: int, column: int) -> Cell:
        return Cell(
            self._shown(cue, row, column),
            _alignment(column),
            TEXT <= column < self.speaker_column,
            unsure(cue) if column == TEXT else (),
            bool(self._problems(cue, column)),
        )

    def _typed(self, cue: Cue, _row: int, column: int) -> str:
        if language := self.language_of(column):
            return cue.texts[self._languages.index(language)]
        if column == self.speaker_column:
            return cue.speaker
        times = {START: cue.start, END: cue.end}
        if column in times:
            return clock.format_time(times[column])
        return f"{cue.duration / 1000:.3f}" if column == DURATION else ""

    def _tip(self, cue: Cue, _row: int, column: int) -> str | None:
        return "\n".join(sentence(problem, cue) for problem in self._problems(cue, column)) or None

    def _speed(self, cue: Cue) -> float:
        """The fastest of its texts against what its language allows, in characters a second."""
        pairs = zip(cue.texts, self._languages, strict=True)
        speeds = [
            (typography.speed(text, language, cue.duration), self._session.profile.limits(language).cps)
            for text, language in pairs
            if text and cue.duration
        ]
        return max(speeds, key=lambda pair: pair[0] / pair[1], default=(0.0, 1.0))[0]

    def _problems(self, cue: Cue, column: int) -> tuple[checks.Problem, ...]:
        found = self.problems.of(cue.id)
        if language := self.language_of(column):
            return tuple(problem for problem in found if problem.language == language)
        if column == SPEED:
            return tuple(problem for problem in found if problem.code == "reading-speed")
        if column in (START, END, DURATION):
            return tuple(problem for problem in found if problem.code in _OF_TIMES[column])
        return found if column == self.checks_column else ()

    def _spoken(self, cue: Cue, row: int, column: int) -> str:
        """What a reader of the screen says: the cell first, then the cue it is of."""
        found = ", ".join(dict.fromkeys(name(problem.code) for problem in self.problems.of(cue.id)))
        pattern = self.tr("{text}; cue {number}, {start} to {end} s; {problems}")
        return pattern.format(
            text=self._shown(cue, row, column).replace("\n", " ") or self.tr("empty"),
            number=row + 1,
            start=f"{cue.start / 1000:.1f}",
            end=f"{cue.end / 1000:.1f}",
            problems=found or self.tr("no problems"),
        )

    def _edited(self, cue: Cue, column: int, text: str) -> Document:
        document = self._session.document
        if language := self.language_of(column):
            return edits.set_text(document, cue.id, language, text)
        if column == self.speaker_column:
            return edits.set_speaker(document, [cue.id], text.strip())
        ms = clock.parse_time(text)
        if column == START:
            return edits.retime(document, cue.id, start=ms)
        return edits.retime(document, cue.id, end=ms if column == END else cue.start + ms)

    def _label(self, column: int) -> str:
        if self.language_of(column):
            return self.tr("Typing")
        return self.tr("Speaker") if column == self.speaker_column else self.tr("Times")

    # -- changes -------------------------------------------------------------------------------------------------

    def _on_changed(self, before: Document, after: Document) -> None:
        if after.languages != self._languages:
            self.beginResetModel()
            self._items = after.cues
            self._spread(after.languages)
            self.endResetModel()
            return
        self._follow(after.cues, self._session.band(before, after))

    def _spread(self, spoken: tuple[str, ...]) -> None:
        self._languages = spoken
        self._columns = TEXT + len(spoken) + 2

    def _on_rules(self) -> None:
        self._repaint(0, len(self._items))

    def _on_judged(self, ids: tuple[str, ...]) -> None:
        rows = sorted(row for row in map(self._session.row, ids) if 0 <= row < len(self._items))
        for _, run in groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
            found = [row for _, row in run]
            self._repaint(found[0], len(found))


_OF_TIMES = {
    START: ("overlap", "gap", "anticipates", "crosses-cut"),
    END: ("crosses-cut",),
    DURATION: ("too-short", "too-long"),
}


def _alignment(column: int) -> Qt.AlignmentFlag:
    top = Qt.AlignmentFlag.AlignVCenter
    return top | (Qt.AlignmentFlag.AlignLeft if column >= TEXT else Qt.AlignmentFlag.AlignRight)


def unsure(cue: Cue) -> tuple[tuple[int, int], ...]:
    """The characters [start, end) of the spoken text that belong to words the recogniser was not sure of."""
    text = cue.texts[0] if cue.texts else ""
    found: list[tuple[int, int]] = []
    place = 0
    for word in cue.words:
        bare = word.text.strip()
        at = text.find(bare, place) if bare else -1
        if at < 0:
            continue
        place = at + len(bare)
        if word.probability < checks.SURE:
            found.append((at, place))
    return tuple(found)


class MarkModel(_Rows):
    """One row a mark: start, end, kind, text. The text can be edited."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(session.document.marks, 4, parent)
        self._session = session
        session.changed.connect(self._on_changed)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Display) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Display:
            return None
        return (self.tr("Start"), self.tr("End"), self.tr("Kind"), self.tr("Text"))[section]

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == 3 else flags

    def data(self, index: Index, role: int = Display) -> Any:
        if not index.isValid() or index.row() >= len(self._items):
            return None
        mark = self._items[index.row()]
        cells = (clock.format_time(mark.start), clock.format_time(mark.end), kind_name(mark.kind), mark.text)
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return cells[index.column()]
            case Qt.ItemDataRole.AccessibleTextRole:
                pattern = self.tr("{kind} at {start} s: {text}")
                return pattern.format(kind=cells[2], start=f"{mark.start / 1000:.1f}", text=mark.text)
            case Role.CUE:
                return mark
            case Role.CONFIDENCE:
                return mark.confidence
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or role != Qt.ItemDataRole.EditRole or index.column() != 3:
            return False
        changed = replace(self._items[index.row()], text=str(value))
        marks = (*self._items[: index.row()], changed, *self._items[index.row() + 1 :])
        self._session.edit(self.tr("Mark"), replace(self._session.document, marks=marks))
        return True

    def _on_changed(self, _: Document, after: Document) -> None:
        self._follow(after.marks, changed_band(self._items, after.marks))

    def mark(self, row: int) -> Mark:
        """The mark of *row*."""
        mark: Mark = self._items[row]
        return mark


_KINDS = {
    "music": QT_TRANSLATE_NOOP("Marks", "Music"),
    "sound": QT_TRANSLATE_NOOP("Marks", "Sound"),
    "action": QT_TRANSLATE_NOOP("Marks", "Action"),
    "title": QT_TRANSLATE_NOOP("Marks", "Title"),
    "shot": QT_TRANSLATE_NOOP("Marks", "Shot"),
    "scene": QT_TRANSLATE_NOOP("Marks", "Scene"),
    "caption": QT_TRANSLATE_NOOP("Marks", "Caption"),
    "note": QT_TRANSLATE_NOOP("Marks", "Note"),
}


def kind_name(kind: str) -> str:
    """What a kind of mark is called in the language of the interface."""
    return QCoreApplication.translate("Marks", str(_KINDS.get(kind, kind)))
