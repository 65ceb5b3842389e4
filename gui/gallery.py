"""The gallery: every shot of the film as a picture under its scene, to look through, to filter and to go to."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gui.actions import Actions
from gui.gallery_filter import FilterBar
from gui.gallery_model import ShotModel, ShotRole
from gui.gallery_paint import ShotDelegate
from gui.gallery_pictures import Pictures
from gui.i18n import on_language_change
from gui.session import Session
from gui.shot_rows import Row, Wanted
from plugin_core.document import Document

MENU = ("play.toggle-anywhere", "", "shot.caption", "shot.labels", "shot.scene-labels", "", "shot.split", "shot.merge",
        "shot.begin-here", "", "shot.scene-begin", "shot.scene-join")  # fmt: skip
Moves = QAbstractItemView.CursorAction
Select = QItemSelectionModel.SelectionFlag


class Plays(Protocol):
    """What the gallery needs of a player."""

    @property
    def path(self) -> Path | None: ...

    @property
    def position(self) -> int: ...

    def seek(self, ms: int) -> None: ...


class ShotView(QListView):
    """The grid. The arrow keys go where they point, over the lines of scenes as well."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._x = 0
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(40)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A scene is as wide as there is room."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

    def moveCursor(self, action: Moves, _modifiers: Qt.KeyboardModifier) -> QModelIndex:
        count, now = self.model().rowCount(), self.currentIndex().row()
        if not count:
            return QModelIndex()
        match action:
            case Moves.MoveLeft | Moves.MovePrevious:
                place = max(0, now - 1)
            case Moves.MoveRight | Moves.MoveNext:
                place = min(count - 1, now + 1)
            case Moves.MoveHome:
                place = 0
            case Moves.MoveEnd:
                place = count - 1
            case _:
                return self.model().index(self._line(action, max(0, now)), 0)
        self._x = self.visualRect(self.model().index(place, 0)).center().x()
        return self.model().index(place, 0)

    def _line(self, action: Moves, now: int) -> int:
        """The place above or below *now*: in the next line, or a page further."""
        down = action in {Moves.MoveDown, Moves.MovePageDown}
        least = self.viewport().height() if action in {Moves.MovePageDown, Moves.MovePageUp} else 1
        here = self._box(now)
        if here.width() < self.viewport().width() // 2:
            self._x = here.center().x()
        place, step = now, 1 if down else -1
        while 0 <= place + step < self.model().rowCount() and abs(self._box(place).top() - here.top()) < least:
            place += step
        top = self._box(place).top()
        if top == here.top():
            return now
        best = place
        while 0 <= place < self.model().rowCount() and self._box(place).top() == top:
            if abs(self._box(place).center().x() - self._x) < abs(self._box(best).center().x() - self._x):
                best = place
            place += step
        return best

    def _box(self, place: int) -> QRect:
        return self.visualRect(self.model().index(place, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters are for the actions, not for a search by name."""
        if event.text().strip() and event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.ignore()
            return
        super().keyPressEvent(event)


class ShotGallery(QWidget):
    """
    The shots of a session under a bar that filters them. A click or Enter goes to a shot. ``captioned`` carries the id
    of a shot and what a person wrote of it, by language.
    """

    captioned = Signal(str, object)

    def __init__(
        self,
        session: Session,
        player: Plays,
        actions: Actions,
        pictures: Pictures | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._player, self._actions = session, player, actions
        self.pictures = pictures or Pictures(self)
        self.model = ShotModel(session, self)
        self.bar, self.view = FilterBar(self), ShotView(self)
        self.view.setModel(self.model)
        self.delegate = ShotDelegate(self.view, self.pictures)
        self.view.setItemDelegate(self.delegate)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.none, self.find_them = QLabel(self), QPushButton(self)
        self._filling = False
        self._following = QTimer(self, singleShot=True, interval=0)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.refresh()

    def _lay_out(self) -> None:
        self.none.setWordWrap(True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.none.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        empty = QWidget(self)
        column = QVBoxLayout(empty)
        column.addStretch(1)
        column.addWidget(self.none)
        column.addWidget(self.find_them, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.view)
        self._pages.addWidget(empty)
        box = QVBoxLayout(self)
        box.setContentsMargins(10, 10, 10, 4)
        box.setSpacing(8)
        box.addWidget(self.bar)
        box.addLayout(self._pages, 1)

    def _connect(self) -> None:
        self.bar.changed.connect(self.look_for)
        self.delegate.captioned.connect(self.captioned)
        self.find_them.clicked.connect(self._actions["shot.find"].trigger)
        self.view.activated.connect(self._go)
        self.view.clicked.connect(self._go)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._choose())
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._menu)
        self.pictures.ready.connect(self._arrived)
        self.pictures.failed.connect(lambda error: self.view.setToolTip(str(error)))
        self._session.changed.connect(self._changed)
        self._session.selection_changed.connect(lambda _: self._follow())
        self._following.timeout.connect(self.refresh)
        self._actions.attach(self.view, "shots")

    # -- what a person does --

    def open(self, film: Path | None) -> None:
        """Show pictures of *film* from now on."""
        self.pictures.open(film)
        self.view.viewport().update()
        self.refresh()

    def look_for(self, wanted: Wanted) -> None:
        """Show only what is *wanted*."""
        self.model.look_for(wanted)
        self.refresh()

    def write_caption(self) -> None:
        """Let the caption of the current shot be written in its place."""
        index = self.view.currentIndex()
        if self.view.isVisible() and index.isValid() and not index.data(ShotRole.ROW).scene:
            self.view.scrollTo(index)
            self.view.edit(index)

    def keyboard(self) -> tuple[QWidget, ...]:
        """What takes the keyboard, in the order it is seen."""
        bar = self.bar
        return bar.search, bar.pictures, bar.transitions, bar.labels, bar.all, self.view, self.find_them

    def shown(self) -> tuple[Row, ...]:
        """The scenes and shots that are shown."""
        return self.model.shown

    def chosen(self) -> tuple[Row, ...]:
        """The selected shots and scenes, in their order."""
        wanted = set(self._session.selection)
        return tuple(row for row in self.model.all if row.mark.id in wanted)

    def moved(self, ms: int) -> None:
        """The film is at *ms*: its shot says so."""
        place = self.model.at(ms)
        now = self.model.shown[place].mark.id if place >= 0 else ""
        if now != self.delegate.now:
            before, self.delegate.now = self.delegate.now, now
            for mark in (before, now):
                self.view.update(self.model.index_of(mark))

    def menu_at(self, place: QPoint) -> QMenu:
        """What can be done with what is at *place*."""
        index = self.view.indexAt(place)
        if index.isValid() and not self.view.selectionModel().isSelected(index):
            self.view.setCurrentIndex(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in MENU:
            if not name:
                menu.addSeparator()
            elif self._actions.used(name):
                menu.addAction(self._actions[name])
        return menu

    def close_parts(self) -> None:
        """End the process that makes pictures."""
        self.pictures.close()

    # -- inside --

    def _menu(self, place: QPoint) -> None:
        self.menu_at(place).popup(self.view.viewport().mapToGlobal(place))

    def _go(self, index: QModelIndex) -> None:
        row = index.data(ShotRole.ROW)
        if row is not None:
            self._player.seek(row.start)

    def _choose(self) -> None:
        if self._filling:
            return
        rows = sorted(index.row() for index in self.view.selectionModel().selectedIndexes())
        ids = [self.model.shown[row].mark.id for row in rows]
        current = self.view.currentIndex()
        now = current.data(ShotRole.ROW).mark.id if current.isValid() else ""
        if now in ids:
            ids = [*(one for one in ids if one != now), now]
        if ids:
            self._session.select(ids)

    def _follow(self) -> None:
        """Select in the grid what the session has selected."""
        if not self.isVisible():
            return
        wanted = set(self._session.selection)
        places = [place for place, row in enumerate(self.model.shown) if row.mark.id in wanted]
        selection, now = self.view.selectionModel(), self._session.current
        if places == sorted(index.row() for index in selection.selectedIndexes()):
            return
        self._filling = True
        try:
            chosen = QItemSelection()
            for place in places:
                chosen.select(self.model.index(place, 0), self.model.index(place, 0))
            selection.select(chosen, Select.ClearAndSelect)
            index = self.model.index_of(now)
            if index.isValid():
                selection.setCurrentIndex(index, Select.NoUpdate)
                self.view.scrollTo(index)
        finally:
            self._filling = False

    def _changed(self, before: Document, after: Document) -> None:
        if before.marks is not after.marks or before.media is not after.media:
            self._following.start()

    def refresh(self) -> None:
        """The counts, the choices of the filter and the selection, as they are now."""
        self.bar.offer(self.model.all)
        shown, there = self.model.counts
        self.bar.tell(shown, there)
        self.bar.setVisible(there > 0)
        self._pages.setCurrentIndex(0 if shown else 1)
        self.find_them.setVisible(there == 0)
        self.find_them.setEnabled(self._actions["shot.find"].isEnabled())
        self.none.setText(
            self.tr("No shot is like this.")
            if there
            else self.tr("No shots yet. Zimu can look for the cuts, dissolves, fades and wipes of this film.")
        )
        self.moved(self._player.position)
        self._follow()

    def _arrived(self, ms: int) -> None:
        """Draw the shots seen whose picture has come."""
        area = self.view.viewport().rect()
        place = self.view.indexAt(QPoint(area.left() + 20, area.top() + 20)).row()
        for row in range(max(0, place - 1), len(self.model.shown)):
            box = self.view.visualRect(self.model.index(row, 0))
            if box.top() > area.bottom():
                return
            if self.model.shown[row].middle == ms:
                self.view.viewport().update(box)

    def showEvent(self, event: QShowEvent) -> None:
        """It was not looked at meanwhile."""
        super().showEvent(event)
        self.refresh()

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.view.setAccessibleName(self.tr("Shots"))
        self.setAccessibleName(self.view.accessibleName())
        self.find_them.setText(self.tr("Find the shots"))
        self.model.retranslate()
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a switch of the language."""
        on_language_change(self, event)
        super().changeEvent(event)
