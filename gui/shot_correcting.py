"""What the actions on shots and scenes do to the document: merge, split, move, label; each is one step to be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gui import shot_edits
from gui.actions import Actions
from gui.session import Session
from gui.shot_labels import LabelDialog
from gui.shot_rows import KINDS
from plugin_core.captioning.marking import written
from plugin_core.document import Document, Mark
from plugin_core.errors import ZimuError


class Stands(Protocol):
    """What is needed of a player."""

    @property
    def position(self) -> int: ...


class ShotCorrecting(QObject):
    """Corrects the shot or scene that is chosen. *refused* says why something cannot be done."""

    refused = Signal(str)

    def __init__(self, session: Session, player: Stands, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._player, self._window = session, player, window
        for name, done in (
            ("labels", self.label),
            ("scene-labels", self.label_scene),
            ("merge", self.merge),
            ("split", self.split),
            ("begin-here", self.begin_here),
            ("scene-begin", self.begin_scene),
            ("scene-join", self.join_scenes),
        ):
            actions[f"shot.{name}"].triggered.connect(done)

    @property
    def current(self) -> Mark | None:
        """The shot or scene that is chosen."""
        mark = self._session.mark(self._session.current)
        return mark if mark is not None and mark.kind in KINDS else None

    @property
    def chosen(self) -> tuple[Mark, ...]:
        """All that are chosen of the kind of the current one."""
        current = self.current
        marks = (self._session.mark(key) for key in self._session.selection)
        return tuple(mark for mark in marks if mark is not None and current is not None and mark.kind == current.kind)

    def merge(self) -> None:
        """The change before the current shot is none; a scene goes on from the one before it."""
        mark = self.current
        if mark is not None and mark.kind == "scene":
            self.join_scenes()
        elif mark is not None:
            before = [row.mark.id for row in shot_edits.before(self._session.document, mark.id)]
            self.do(self.tr("Merge shots"), lambda document: shot_edits.merged(document, mark.id), before)

    def split(self) -> None:
        """Part the current shot or scene where the film stands."""
        mark, ms = self.current, self._player.position
        if mark is not None:
            self.do(self.tr("Split"), lambda document: shot_edits.split(document, mark.id, ms, kind=mark.kind))

    def begin_here(self) -> None:
        """Let the current shot or scene begin where the film stands."""
        mark, ms = self.current, self._player.position
        if mark is not None:
            self.do(self.tr("Move"), lambda document: shot_edits.begun_at(document, mark.id, ms, kind=mark.kind))

    def begin_scene(self) -> None:
        """Let a scene begin with the current shot."""
        mark = self.current
        if mark is not None:
            self.do(self.tr("Begin a scene"), lambda document: shot_edits.scene_begun(document, mark.id))

    def join_scenes(self) -> None:
        """Let the scene of the current shot go on from the one before."""
        mark = self.current
        if mark is not None:
            self.do(self.tr("Join scenes"), lambda document: shot_edits.scene_joined(document, mark.id))

    def label(self) -> LabelDialog | None:
        """Ask for the labels of what is chosen."""
        return self._ask(self.chosen)

    def label_scene(self) -> LabelDialog | None:
        """Ask for the labels of the scene around what is chosen."""
        mark = self.current
        scene = shot_edits.scene_of(self._session.document, mark.id) if mark is not None else None
        if mark is not None and scene is None:
            self.do("", lambda document: shot_edits.scene_joined(document, mark.id))  # says that there is none
        return self._ask((scene.mark,) if scene is not None else ())

    def caption(self, shot_id: str, texts: Mapping[str, str]) -> None:
        """Let *texts* be what is said of a shot, by language."""
        shot = self._session.mark(shot_id)
        if shot is not None:
            self.do(self.tr("Write the caption"), lambda document: written(document, shot, texts))

    def _ask(self, marks: tuple[Mark, ...]) -> LabelDialog | None:
        if not marks:
            return None
        dialog = LabelDialog(marks, self._window)
        dialog.labelled.connect(self._labelled)
        dialog.open()
        return dialog

    def _labelled(self, marks: tuple[Mark, ...]) -> None:
        self.do(self.tr("Correct labels"), lambda document: shot_edits.with_marks(document, marks))

    def do(self, label: str, change: Callable[[Document], Document], select: list[str] | None = None) -> bool:
        """One step called *label*; False, with a sentence why, if it cannot be done."""
        try:
            after = change(self._session.document)
        except ZimuError as error:
            self.refused.emit(str(error))
            return False
        self._session.close_merge()
        self._session.edit(label, after, select=tuple(select) if select else None)
        return True
