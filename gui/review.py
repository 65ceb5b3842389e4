"""The review: one cue after the other that deserves a look, with its reasons, and one key for each answer."""

from __future__ import annotations

from html import escape
from typing import Protocol

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QCoreApplication,
    QEvent,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QFont, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.actions import Actions
from gui.i18n import on_language_change
from gui.models import unsure
from gui.problems import name, sentence
from gui.review_queue import ReviewQueue
from gui.review_rows import LookModel, RowList
from gui.session import Session
from plugin_core import clock, mending, review
from plugin_core.checks import Problem
from plugin_core.document import Cue
from plugin_core.review import WORST_FIRST, Look

MODELS = ("untranslated", "glossary", "wrong-script")  # kinds that a translation pack may put right
_REMEDIES = {
    "overlap": QT_TRANSLATE_NOOP("Review", "Set apart"),
    "gap": QT_TRANSLATE_NOOP("Review", "Set apart"),
    "reading-speed": QT_TRANSLATE_NOOP("Review", "Show longer"),
    "too-short": QT_TRANSLATE_NOOP("Review", "Show longer"),
    "too-long": QT_TRANSLATE_NOOP("Review", "Show shorter"),
    "line-length": QT_TRANSLATE_NOOP("Review", "Break lines"),
    "lines": QT_TRANSLATE_NOOP("Review", "Break lines"),
    "punctuation": QT_TRANSLATE_NOOP("Review", "Leave out"),
    "crosses-cut": QT_TRANSLATE_NOOP("Review", "Move off the cut"),
    "empty": QT_TRANSLATE_NOOP("Review", "Delete the cue"),
    "hallucination": QT_TRANSLATE_NOOP("Review", "Delete the cue"),
    "repeated": QT_TRANSLATE_NOOP("Review", "Delete the cue"),
    "anticipates": QT_TRANSLATE_NOOP("Review", "Wait for the sound"),
    "untranslated": QT_TRANSLATE_NOOP("Review", "Translate"),
    "glossary": QT_TRANSLATE_NOOP("Review", "Translate again"),
    "wrong-script": QT_TRANSLATE_NOOP("Review", "Translate again"),
}


class Plays(Protocol):
    """What the review needs of a player."""

    def play_span(self, start: int, end: int) -> None: ...


class ReviewPanel(QWidget):
    """
    The step-through review. It goes along with the session's selection, and moves it.

    *accepted* names a cue whose texts a person has found right; *translation_wanted* names cues to be translated again;
    *writing_wanted* asks the editor for the caret: cue, language, and the characters [start, end) to be marked.
    """

    accepted = Signal(str)
    translation_wanted = Signal(tuple)
    writing_wanted = Signal(str, str, int, int)

    def __init__(
        self,
        session: Session,
        actions: Actions,
        queue: ReviewQueue,
        player: Plays | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._actions, self._queue, self._player = session, actions, queue, player
        self._been: list[str] = []
        self.model = LookModel(session, queue, self)
        self._build()
        self._lay_out()
        for key, done in (("accept", self.accept), ("fix", self.fix), ("skip", self.skip), ("back", self.back)):
            actions[f"review.{key}"].triggered.connect(done)
        actions["review.reopen"].triggered.connect(self.reopen)
        actions.attach(self, "review")
        queue.changed.connect(self.refresh)
        session.selection_changed.connect(lambda _: self.refresh())
        self.setFocusProxy(self.list)
        self.retranslate()

    def _build(self) -> None:
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        calm = self._bar.sizePolicy()
        calm.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(calm)
        self._count = QLabel(self)
        self._kinds = QToolButton(self)
        self._kinds.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._kinds.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._menu = QMenu(self._kinds)
        self._kinds.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._fill_menu)
        self._worst = QCheckBox(self)
        self._worst.toggled.connect(self._set_order)
        self._listen = QCheckBox(self)
        self._listen.setVisible(self._player is not None)
        self._card = QFrame(self)
        self._card.setFrameShape(QFrame.Shape.StyledPanel)
        self._card.setAutoFillBackground(True)
        self._card.setBackgroundRole(QPalette.ColorRole.Base)
        self._where, self._why, self._texts = (_label(self._card) for _ in range(3))
        self._said = _label(self)
        self._said.hide()
        self._accept, self._fix, self._skip = (QPushButton(self) for _ in range(3))
        for button, done in ((self._accept, self.accept), (self._fix, self.fix), (self._skip, self.skip)):
            button.clicked.connect(done)
            button.setMinimumWidth(64)
        self._next = QLabel(self)
        self.list = RowList(self.model, self)
        self.list.clicked.connect(lambda index: self._go(self.model.cue_id(index.row())))
        self.list.activated.connect(lambda index: self._go(self.model.cue_id(index.row())))

    def _lay_out(self) -> None:
        card = QVBoxLayout(self._card)
        card.setContentsMargins(12, 10, 12, 12)
        card.setSpacing(8)
        for part in (self._where, self._why, self._texts):
            card.addWidget(part)
        top = QHBoxLayout()
        top.addWidget(self._count, 1)
        top.addWidget(self._kinds)
        options = QHBoxLayout()
        options.addWidget(self._worst)
        options.addWidget(self._listen)
        options.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self._accept, self._fix, self._skip):
            buttons.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._bar)
        column.addLayout(options)
        column.addWidget(self._card)
        column.addWidget(self._said)
        column.addLayout(buttons)
        column.addWidget(self._next)
        column.addWidget(self.list, 1)

    # -- answers -------------------------------------------------------------------------------------------------

    def accept(self) -> None:
        """The current cue is right as it is. If nothing is wrong with it, go on."""
        look = self._queue.look(self._session.current)
        if look is None:
            self._go(self._queue.following(self._session.current))
            return
        after = review.accept(self._session.document, look.problems)
        self._session.close_merge()
        self._session.edit(self.tr("Accept"), after)
        self.accepted.emit(look.cue_id)
        self._go(self._queue.following(look.cue_id))

    def fix(self) -> None:
        """Put the current cue right by rule; what no rule can put right goes to a model or to the editor."""
        look = self._queue.look(self._session.current)
        if look is None:
            self._go(self._queue.following(self._session.current))
            return
        session = self._session
        after = session.document
        for problem in look.problems:
            rules = {"frame_rate": session.frame_rate, "cuts": session.cuts}
            after = mending.mend(after, problem, session.profile, **rules)  # type: ignore[arg-type]
        onward = self._queue.following(look.cue_id)
        if after is not session.document:
            session.close_merge()
            session.edit(self.tr("Fix"), after)
        left = self._queue.look(look.cue_id)
        if left is None:
            self._go(onward if onward != look.cue_id else "")
        elif asked := [problem for problem in left.problems if problem.code in MODELS]:
            self.translation_wanted.emit((look.cue_id,))
            self._say(self.tr("It is being translated; look at the result."))
            self._been.append(asked[0].cue_id)
        else:
            self._write(left)

    def skip(self) -> None:
        """Decide later."""
        current = self._session.current
        look = self._queue.look(current)
        self._go(self._queue.skip(current) if look else self._queue.following(current))

    def back(self) -> None:
        """The cue looked at before."""
        while self._been:
            key = self._been.pop()
            if key != self._session.current and self._session.cue(key) is not None:
                self._session.select((key,))
                return

    def reopen(self) -> None:
        """Look again at what was accepted in the selected cues; with one or none selected, in all."""
        chosen = self._session.selection
        ids = chosen if len(chosen) > 1 else tuple(cue.id for cue in self._session.document.cues)
        self._session.edit(self.tr("Look again"), review.reopen(self._session.document, ids))
        self._queue.restart()

    def _write(self, look: Look) -> None:
        """Ask for the caret where the trouble is; the first unsure word is marked."""
        cue = self._session.cue(look.cue_id)
        if cue is None:
            return
        problem = look.problems[0]
        if mending.can_mend(problem.code):
            self._say(self.tr("There is no room for that here; shorten the text or move a neighbour."))
        languages = self._session.document.languages
        language = problem.language or (languages[0] if languages else "")
        spans = unsure(cue) if problem.code == "low-confidence" else ()
        start, end = spans[0] if spans else (0, 0)
        self.writing_wanted.emit(cue.id, language, start, end)

    def _go(self, cue_id: str) -> None:
        if not cue_id:
            self.refresh()
            return
        if self._session.current and self._session.current != cue_id:
            self._been.append(self._session.current)
        self._said.hide()
        self._session.select((cue_id,))
        self.refresh()
        cue = self._session.cue(cue_id)
        if cue is not None and self._player is not None and self._listen.isChecked():
            self._player.play_span(cue.start, cue.end)

    def _say(self, text: str) -> None:
        self._said.setText(text)
        self._said.setVisible(bool(text))

    # -- what is shown -------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the progress and the current cue."""
        progress = self._queue.progress
        self._bar.setRange(0, max(1, progress.total))
        self._bar.setValue(progress.done)
        self._bar.setVisible(progress.total > 0)
        pattern = self.tr("{done} of {total} done")
        self._count.setText(pattern.format(done=progress.done, total=progress.total) if progress.total else "")
        self._bar.setAccessibleName(self._count.text())
        self.model.refresh()
        look = self._queue.look(self._session.current)
        cue = self._session.cue(self._session.current)
        self._show(cue, look)
        self._name_buttons(look)
        row = self.model.row_of(look.cue_id) if look else -1
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row))
        else:
            self.list.clearSelection()

    def _show(self, cue: Cue | None, look: Look | None) -> None:
        left = len(self._queue.order)
        if cue is None or look is None:
            over = self.tr("Nothing is left to look at.") if not left else self.tr("This cue needs no look.")
            self._where.setText(f"<b>{escape(over)}</b>")
            more = self.tr("%n cue(s) wait. Skip goes to the next one.", "", left)
            self._why.setText(escape(more) if left else "")
            self._texts.setText("")
        else:
            self._where.setText(self._heading(cue))
            self._why.setText("<br>".join(_reason(problem, cue) for problem in look.problems))
            self._texts.setText(_shown(cue))
        for part in (self._why, self._texts):
            part.setVisible(bool(part.text()))
        self._card.setAccessibleName(" ".join(part.text() for part in (self._where, self._why)))
        pattern = self.tr("Waiting: {count}")
        self._next.setText(pattern.format(count=left))

    def _heading(self, cue: Cue) -> str:
        pattern = self.tr("Cue {number} at {time}")
        text = pattern.format(number=self._session.row(cue.id) + 1, time=clock.format_time(cue.start))
        return f"<b>{escape(text)}</b>" + (f" · {escape(cue.speaker)}" if cue.speaker else "")

    def _name_buttons(self, look: Look | None) -> None:
        text = _REMEDIES.get(look.problems[0].code) if look else None
        self._fix.setText(QCoreApplication.translate("Review", str(text)) if text else self.tr("Write"))
        for button, key in ((self._accept, "accept"), (self._fix, "fix"), (self._skip, "skip")):
            action: QAction = self._actions[f"review.{key}"]
            button.setToolTip(action.toolTip())
            button.setAccessibleDescription(action.statusTip())
            button.setEnabled(bool(self._queue.order) and (look is not None or button is self._skip))

    def _fill_menu(self) -> None:
        self._menu.clear()
        counts = self._queue.counts
        for code in WORST_FIRST:
            action = self._menu.addAction(f"{name(code)}\t{counts.get(code, 0)}")
            action.setCheckable(True)
            action.setChecked(code in self._queue.codes)
            action.toggled.connect(lambda on, code=code: self._ask(code, on=on))

    def _ask(self, code: str, *, on: bool) -> None:
        codes = set(self._queue.codes)
        (codes.add if on else codes.discard)(code)
        self._queue.codes = frozenset(codes)

    def _set_order(self, worst_first: bool) -> None:
        self._queue.worst_first = worst_first

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self._kinds.setText(self.tr("Kinds"))
        self._kinds.setToolTip(self.tr("Which problems the review asks about"))
        self._worst.setText(self.tr("Worst first"))
        self._listen.setText(self.tr("Play each"))
        self._listen.setToolTip(self.tr("Play every cue when the review comes to it"))
        self._accept.setText(self.tr("Accept"))
        self._skip.setText(self.tr("Skip"))
        self.list.setAccessibleName(self.tr("Cues that deserve a look"))
        self.setAccessibleName(self.tr("Review"))
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a switch of the language."""
        on_language_change(self, event)
        super().changeEvent(event)


def _label(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label


def _reason(problem: Problem, cue: Cue) -> str:
    return f"<b>{escape(name(problem.code))}</b>&nbsp; {escape(sentence(problem, cue))}"


def _shown(cue: Cue) -> str:
    """The texts of *cue*; words the recogniser was not sure of are underlined, quietly."""
    parts = []
    for column, text in enumerate(cue.texts):
        if not text.strip():
            continue
        spans = unsure(cue) if column == 0 else ()
        shown, at = "", 0
        for start, end in spans:
            shown += f"{escape(text[at:start])}<u>{escape(text[start:end])}</u>"
            at = end
        parts.append((shown + escape(text[at:])).replace("\n", "<br>"))
    font = QFont()
    size = round(font.pointSizeF() * 1.15)
    return "".join(f'<p style="margin: 0 0 4px 0; font-size: {size}pt">{part}</p>' for part in parts)
