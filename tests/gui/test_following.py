"""Every widget follows an edit by the rows that differ; whatever was done, it shows what one made now would show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QWidget

from gui.actions import Actions
from gui.gallery import ShotGallery
from gui.i18n import Translations
from gui.minimap import Minimap
from gui.models import CueModel, MarkModel, Role
from gui.player import Player
from gui.problems import Problems
from gui.review_queue import ReviewQueue
from gui.review_rows import LookModel
from gui.session import Session
from gui.table import CueTable
from gui.video import VideoView
from gui.waveform import Waveform
from plugin_core import edits, profiles, review
from plugin_core.checks import CAPTION_TAG
from plugin_core.clock import FrameRate
from plugin_core.document import Document, Mark, new_id
from plugin_core.errors import DocumentError
from tests.gui import scripts
from tests.gui.test_player import Hand

Do = Callable[[Session, int, int], None]


class Seen:
    """The cells as somebody knows them who reads only what the model's signals name, as a view paints."""

    def __init__(self, model: CueModel) -> None:
        self.model = model
        self.reset()
        model.rowsInserted.connect(self.inserted)
        model.rowsRemoved.connect(self.removed)
        model.dataChanged.connect(self.repainted)
        model.modelReset.connect(self.reset)

    def read(self, first: int, end: int) -> list[object]:
        columns = range(self.model.columnCount())
        return [[self.model.index(row, column).data(Role.CELL) for column in columns] for row in range(first, end)]

    def inserted(self, _: QModelIndex, first: int, last: int) -> None:
        self.rows[first:first] = self.read(first, last + 1)

    def removed(self, _: QModelIndex, first: int, last: int) -> None:
        del self.rows[first : last + 1]

    def repainted(self, first: QModelIndex, last: QModelIndex) -> None:
        self.rows[first.row() : last.row() + 1] = self.read(first.row(), last.row() + 1)

    def reset(self) -> None:
        self.rows = self.read(0, self.model.rowCount())


class Desk:
    """What shows a document, over a session of its own."""

    def __init__(self, document: Document, like: Desk | None = None) -> None:
        self.session, self.parent = Session(document), QWidget()
        self.player = Player(output=lambda _: Hand())
        self.media = document.media if like is None else like.media  # what is played is opened by the panel
        self.player.open(None, self.media)
        actions = Actions(self.parent)
        if like is not None:
            self.session.profile, self.session.frame_rate = like.session.profile, like.session.frame_rate
            self.session.select(like.session.selection)
            self.player.seek(like.player.position)
        self.problems = Problems(self.session)
        self.model = CueModel(self.session, self.problems)
        self.table = CueTable(self.session, actions, self.model)
        self.wave = Waveform(self.session, self.player, actions)
        self.minimap = Minimap(self.session, self.player, self.problems, self.wave, actions)
        self.video = VideoView(self.session, self.player, actions)
        self.queue = ReviewQueue(self.session, self.problems)
        self.list = LookModel(self.session, self.queue)
        self.gallery = ShotGallery(self.session, self.player, actions)
        self.seen = Seen(self.model)
        for widget, size in zip(self.widgets, ((420, 110), (600, 120), (600, 34), (240, 136), (500, 240)), strict=True):
            widget.resize(*size)
            widget.grab()  # it knows its size then
        if like is not None:
            self.wave.show_view(like.wave.view)

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        return self.table, self.wave, self.minimap, self.video, self.gallery

    def pictures(self) -> dict[str, QImage]:
        """How the widgets look that are drawn by hand."""
        return {type(widget).__name__: painted(widget) for widget in self.widgets[1:]}

    def told(self) -> dict[str, object]:
        """What else can be seen or heard."""
        self.list.refresh()
        return {
            "problems": self.problems.known,
            "cells": self.seen.rows,
            "looks": self.queue.looks,
            "list": [self.list.index(row).data() for row in range(self.list.rowCount())],
            "counts": self.queue.counts,
            "bars": [row.tolist() for row in self.minimap.counted()],
            "cues seen": self.video.cues,
            "shots": [self.gallery.model.described(row) for row in self.gallery.shown()],
            "shots counted": self.gallery.bar.count.text(),
            "said": [widget.accessibleDescription() for widget in (self.wave, self.minimap, self.video)],
        }

    def settled(self) -> Desk:
        """What is put off to a quiet moment, done."""
        self.problems.finish()
        self.gallery.refresh()
        return self

    def close(self) -> None:
        self.wave.source.close()
        self.video.close_file()
        for part in (*self.widgets, self.parent, self.session):
            part.deleteLater()


def painted(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def follows(desk: Desk) -> None:
    """*desk* is as one made now of what its session holds."""
    fresh = Desk(desk.session.document, desk)
    try:
        told, expected = desk.settled().told(), fresh.settled().told()
        for key, value in expected.items():
            assert told[key] == value, key
        for key, picture in fresh.pictures().items():
            assert desk.pictures()[key] == picture, key
    finally:
        fresh.close()


@contextmanager
def opened(document: Document) -> Iterator[Desk]:
    desk = Desk(document)
    try:
        yield desk
    finally:
        desk.close()


def _repeat(document: Document, which: int, amount: int) -> Document:
    """A cue says what the one before it says: those after it are judged by that too."""
    row = which % max(1, len(document.cues) - 1)
    return edits.set_text(document, document.cues[row + 1].id, "en", document.cues[row].texts[0])


def _caption(document: Document, which: int, amount: int) -> Document:
    """A cue captions a sound that is heard later or earlier."""
    mark = Mark(new_id(), "sound", amount * 50, amount * 50 + 500, "Bang")
    cues = list(document.cues)
    cues[which % len(cues)] = replace(cues[which % len(cues)], tags=(f"{CAPTION_TAG}{mark.id}",))
    return edits.add_marks(document.with_cues(tuple(cues)), [mark])


def _move_mark(document: Document, which: int, amount: int) -> Document:
    marks = list(document.marks)
    place = which % len(marks)
    marks[place] = replace(marks[place], start=amount * 60, end=amount * 60 + 100)
    return replace(document, marks=tuple(marks))


def _cut(document: Document, which: int, amount: int) -> Document:
    return edits.add_marks(document, [Mark(new_id(), "shot", amount * 97, amount * 97, "")])


def _shot(document: Document, which: int, amount: int) -> Document:
    """A shot with labels, and every third time the scene around it."""
    attributes = (("transition", "dissolve"), ("place", ("indoor", "outdoor")[which % 2]))
    kind = "scene" if amount % 3 == 0 else "shot"
    return edits.add_marks(document, [Mark(new_id(), kind, amount * 90, amount * 90 + 4000, "", attributes)])


def _accept(document: Document, which: int, amount: int) -> Document:
    cues = document.cues[which % len(document.cues) :]
    found = Problems(Session(replace(document, cues=cues)))
    found.finish()
    return review.accept(document, found.known[:3])


def _retag(document: Document, which: int, amount: int) -> Document:
    return replace(document, media=replace(document.media, duration=20_000 + 400 * amount))


VERBS = (*scripts.VERBS, _repeat, _caption, _move_mark, _cut, _shot, _accept, _retag)


def _edit(verb: scripts.Verb) -> Do:
    def do(session: Session, which: int, amount: int) -> None:
        try:
            session.edit("step", verb(session.document, which, amount))
        except (DocumentError, ZeroDivisionError, IndexError):
            return  # it cannot be done to this document

    return do


def _select(session: Session, which: int, amount: int) -> None:
    session.select([cue.id for cue in session.document.cues[which % 7 : which % 7 + amount % 3]])


def _profile(session: Session, which: int, amount: int) -> None:
    session.profile = profiles.find(("netflix", "netflix-children", "bbc")[which % 3])


def _rate(session: Session, which: int, amount: int) -> None:
    session.frame_rate = (None, FrameRate.parse("24"), FrameRate.parse("30000/1001"))[which % 3]


DOES: tuple[Do, ...] = (
    *map(_edit, VERBS),
    lambda session, which, amount: session.undo.undo(),
    lambda session, which, amount: session.undo.redo(),
    _select,
    _profile,
    _rate,
)
script = st.lists(st.tuples(st.sampled_from(DOES), st.integers(0, 50), st.integers(0, 200)), max_size=14)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(script=script)
def test_after_any_edits_everything_is_as_if_it_were_made_now(
    qapp: QApplication, document: Document, script: list[tuple[Do, int, int]]
) -> None:
    with opened(document) as desk:
        for do, which, amount in script:
            do(desk.session, which, amount)
            if amount % 4 == 0:
                desk.settled().pictures()  # and now and then they are painted in between
        follows(desk)
        desk.session.undo.setIndex(0)
        follows(desk)
        desk.session.undo.setIndex(desk.session.undo.count())
        follows(desk)


def test_after_the_language_is_switched_everything_is_as_if_it_were_made_now(
    qapp: QApplication, document: Document
) -> None:
    with opened(document) as desk:
        translations = Translations(qapp, "en")
        desk.settled().pictures()
        try:
            translations.use("zh")
            QApplication.sendPostedEvents()
            follows(desk)
        finally:
            translations.use("en")


def test_another_document_takes_the_place_of_the_first_everywhere(qapp: QApplication, document: Document) -> None:
    with opened(Document()) as desk:
        desk.session.load(document)
        follows(desk)
        assert desk.session.current == document.cues[0].id
        desk.session.load(edits.delete(document, ["cue1"]))
        follows(desk)
        desk.session.load(Document())
        follows(desk)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_thousand_edits_each_painted_leave_nothing_behind(qapp: QApplication, document: Document) -> None:
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    with opened(document) as desk:
        marks = MarkModel(desk.session)
        testers = [QAbstractItemModelTester(model, fatal) for model in (desk.model, desk.list, marks)]
        begun = desk.session.document
        turns = (*desk.widgets, *desk.widgets[1:], desk.minimap)  # the table is the slowest
        for number in range(10_000):
            do = DOES[number * 7 % len(DOES)]
            do(desk.session, number * 31 % 53, number * 17 % 201)
            if number % 50 == 49:  # and all the way back, before the texts have grown long
                desk.session.undo.setIndex(0)
            painted(turns[number % len(turns)])
        follows(desk)
        desk.session.undo.setIndex(0)
        assert desk.session.document == begun
        follows(desk)
        assert len(testers) == 3
