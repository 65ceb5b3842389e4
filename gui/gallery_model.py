"""The shots of a session as a Qt list, filtered; it follows an edit by the rows that differ."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QCoreApplication, QModelIndex, QObject, Qt

from gui.actions import QT_TRANSLATE_NOOP
from gui.bands import changed_band
from gui.models import Index, Role, _Rows
from gui.session import Session
from gui.shot_rows import Row, Wanted, Words, passing, rows
from gui.shot_signs import corrected, label_name, transition_name
from plugin_core.captioning.marking import languages_in
from plugin_core.clock import format_time
from plugin_core.document import Document

SCENE, SHOT = QT_TRANSLATE_NOOP("Shots", "Scene {number}"), QT_TRANSLATE_NOOP("Shots", "Shot {number}")
Display = Qt.ItemDataRole.DisplayRole


class ShotRole(IntEnum):
    """What the model answers beyond ``Role``."""

    ROW = Qt.ItemDataRole.UserRole + 20  # the Row


class ShotModel(_Rows):
    """One row a shot, and one for each scene before its shots: those that are wanted."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        self._all = rows(session.document)
        self._languages = languages_in(session.document)
        super().__init__(self._all, 1, parent)
        self._session, self._wanted = session, Wanted()
        session.changed.connect(self._changed)

    # -- what there is --

    @property
    def all(self) -> tuple[Row, ...]:
        """Every scene and shot of the document, shown or not."""
        return self._all

    @property
    def shown(self) -> tuple[Row, ...]:
        """Those that the filter lets through."""
        return self._items

    @property
    def wanted(self) -> Wanted:
        """The filter."""
        return self._wanted

    @property
    def counts(self) -> tuple[int, int]:
        """How many shots are shown, and how many there are."""
        return sum(not row.scene for row in self._items), sum(not row.scene for row in self._all)

    def row_of(self, mark_id: str) -> int:
        """The place of a shot or scene among those shown; -1 if it is not."""
        return next((place for place, row in enumerate(self._items) if row.mark.id == mark_id), -1)

    def at(self, ms: int) -> int:
        """The place of the shot shown that *ms* lies in; -1 if there is none."""
        places = (place for place, row in enumerate(self._items) if not row.scene and row.start <= ms < row.end)
        return next(places, -1)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which shots are described: ours first."""
        return self._languages

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A shot's caption can be written in its place."""
        flags = super().flags(index)
        shot = index.isValid() and index.row() < len(self._items) and not self._items[index.row()].scene
        return flags | Qt.ItemFlag.ItemIsEditable if shot else flags

    def data(self, index: Index, role: int = Display) -> Any:
        if not index.isValid() or index.row() >= len(self._items):
            return None
        row: Row = self._items[index.row()]
        match role:
            case ShotRole.ROW:
                return row
            case Role.CUE:
                return row.mark
            case Qt.ItemDataRole.DisplayRole:
                return title(row)
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return self.described(row)
        return None

    def described(self, row: Row) -> str:
        """Everything that is drawn of *row*, in words."""
        parts = [title(row)]
        parts.append(self.tr("{start} to {end}").format(start=format_time(row.start), end=format_time(row.end)))
        if not row.scene:
            parts.append(transition_name(row.transition))
        if row.mark.text:
            parts.append(row.mark.text)
        parts += row.texts.values()
        parts += [label_name(*label) for label in row.labels]
        if corrected(row.mark):
            parts.append(self.tr("corrected by hand"))
        return ", ".join(parts)

    # -- what changes --

    def look_for(self, wanted: Wanted) -> None:
        """Show only what is *wanted*."""
        if wanted != self._wanted:
            self._wanted = wanted
            self.refresh()

    def refresh(self) -> None:
        """Filter anew: what is said in a shot may be another."""
        shown = self._passing()
        if shown != self._items:
            self.beginResetModel()
            self._items = shown
            self.endResetModel()

    def _passing(self) -> tuple[Row, ...]:
        words = Words(self._session.document, self._all) if self._wanted.text.strip() else _silent
        return passing(self._all, self._wanted, words)

    def _changed(self, before: Document, after: Document) -> None:
        marks, media = before.marks is not after.marks, before.media is not after.media
        if marks or media:
            self._all = rows(after, self._all)
            self._languages = languages_in(after)
        if marks or media or (self._wanted.text.strip() and before.cues is not after.cues):
            shown = self._passing()
            self._follow(shown, changed_band(self._items, shown))

    def index_of(self, mark_id: str) -> QModelIndex:
        """The index of a shot or scene; an invalid one if it is not shown."""
        place = self.row_of(mark_id)
        return self.index(place, 0) if place >= 0 else QModelIndex()


def title(row: Row) -> str:
    """*row* by its number."""
    return QCoreApplication.translate("Shots", SCENE if row.scene else SHOT).format(number=row.number)


def _silent(_: Row) -> str:
    return ""
