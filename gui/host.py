"""
The open timeline of an editing program: what would change is shown before it is done, and nothing waits for the host.

Every call of the bridge happens in the background, one at a time. The document is saved first, because the core plans
from its file; edits made in the host come into the session as one step that can be undone.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from gui.answering import Answered, Ground, answered
from gui.background import Background, one_step
from gui.conflicts import Conflicts
from gui.connection import HOSTS
from gui.dialogs import SPACE, Dialog
from gui.host_plan import PlanView
from gui.session import Session
from plugin_core import plan as planning
from plugin_core import pushing
from plugin_core.bridge import Bridge
from plugin_core.document import MARK_KINDS, Document
from plugin_core.errors import HostError, ZimuError
from plugin_core.host import (
    PlanOptions,
    TimelineInfo,
)
from plugin_core.languages import own_name
from plugin_core.plan import pushed
from plugin_core.protocol import Progress
from plugin_core.pushing import Report


def tracks_of(document: Document) -> tuple[str, ...]:
    """The subtitle tracks a document can give: each language, and all of several together."""
    both = ("-".join(document.languages),) if len(document.languages) > 1 else ()
    return (*document.languages, *both)


class HostDialog(Dialog):
    """
    Push, pull or unpush (*verb*) the document of *session* over *bridge*.

    ``looked`` tells that the plan is on the screen; ``reported`` carries the core's report of what was done.
    """

    looked = Signal(object)  # Report
    reported = Signal(object)  # Report

    def __init__(self, session: Session, bridge: Bridge, verb: str = "push", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._bridge, self.verb = session, bridge, verb
        self._report: Report | None = None
        self._finished = False
        self._stale = False
        self._asked: Document | None = None
        self._ground: Ground | None = None
        self._answered: Answered | None = None
        self._work, self._thinking = Background(self), Background(self)
        self._think_again = False
        self._build()
        self._work.said.connect(self._hear)
        self._work.finished.connect(self._arrive)
        self._work.failed.connect(self._fail)
        self._work.busy_changed.connect(self._busy)
        self._thinking.finished.connect(self._thought)
        self._thinking.failed.connect(self._fail)
        self.retranslate()
        self.resize(860, 640)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.look)
        self._later.start()

    def _build(self) -> None:
        self.tracks = QListWidget(self)
        self.marks, self.restore, self.refresh = QCheckBox(self), QCheckBox(self), QCheckBox(self)
        self.marks.setChecked(True)
        self.discard = QCheckBox(self)
        self.conflicts = Conflicts(self)
        self.conflicts.hide()
        for key in tracks_of(self._session.document):
            item = QListWidgetItem(self.tracks)
            item.setData(Qt.ItemDataRole.UserRole, key)
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked)
        self.tracks.setMaximumHeight(96)
        self.plan = PlanView(self._session, self)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.hide()
        self._tracks_label, self._plan_label = QLabel(self), QLabel(self)
        self.tracks.itemChanged.connect(lambda _: self._changed())
        for box in (self.marks, self.restore, self.refresh):
            box.toggled.connect(lambda _: self._changed())
        self.conflicts.answered.connect(self._think)
        self.body.addWidget(self._options())
        self.body.addWidget(self.conflicts, 1)
        self.body.addWidget(self._plan_label)
        self.body.addWidget(self.plan, 1)
        self.body.addWidget(self.discard)
        self.body.addWidget(self.progress)
        self.discard.setVisible(self.verb == "unpush")
        self.again = self.add_button(QDialogButtonBox.ButtonRole.ActionRole)
        self.again.clicked.connect(self.look)
        self.apply = self.add_button(QDialogButtonBox.ButtonRole.AcceptRole, default=True)
        self.apply.clicked.connect(self.carry_out)
        self.apply.setEnabled(False)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Close)

    def _options(self) -> QWidget:
        frame = QWidget(self)
        left, right = QVBoxLayout(), QFormLayout()
        left.setSpacing(SPACE // 4)
        left.addWidget(self._tracks_label)
        left.addWidget(self.tracks)
        right.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        right.setVerticalSpacing(SPACE // 4)
        right.addRow(self.marks)
        right.addRow(self.restore)
        right.addRow(self.refresh)
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addLayout(left, 1)
        row.addLayout(right, 2)
        frame.setVisible(self.verb == "push")
        return frame

    # -- what is asked -------------------------------------------------------------------------------------------

    @property
    def options(self) -> PlanOptions:
        """What to show on the timeline, and who is right."""
        rows = [self.tracks.item(row) for row in range(self.tracks.count())]
        tracks = tuple(
            str(row.data(Qt.ItemDataRole.UserRole)) for row in rows if row.checkState() is Qt.CheckState.Checked
        )
        return PlanOptions(
            tracks=None if len(tracks) == len(rows) else tracks,
            kinds=MARK_KINDS if self.marks.isChecked() else (),
            restore=self.restore.isChecked(),
            refresh=self.refresh.isChecked(),
        )

    def _changed(self) -> None:
        """An option is another one: plan again, after what is going on."""
        self._stale = self._work.busy
        self.apply.setEnabled(False)
        if not self._work.busy:
            self._later.start()

    def look(self) -> None:
        """Plan again and show it; nothing is changed on the timeline."""
        self._finished = False
        self._start("status")

    def carry_out(self) -> None:
        """Do what is shown."""
        if self.verb == "pull":
            self._take_over()
        elif self._ground is not None and self._ground.document is not self._session.document:
            self.look()  # it was edited since: what is shown is not what would be done
        else:
            self._finished = True
            if self._answered is not None:
                self._session.edit(self.tr("Answers to what both sides changed"), self._answered.document)
                self._session.close_merge()
            self._start(self.verb)

    def _start(self, verb: str) -> None:
        self.banner.clear()
        try:
            if self._session.path is None or not self._session.clean:
                self._session.save()
        except ZimuError as error:
            self._fail(error)
            return
        path, options, bridge = self._session.path, self.options, self._bridge
        if path is None:
            return
        if verb == "push" and self._answered is not None:
            options = replace(options, answers=self._answered.options.answers)
        self._asked = self._session.document
        steps = {"status": pushing.status, "push": pushing.push}.get(verb)
        discard = self.discard.isChecked()

        def work() -> Generator[Any, None, Report]:
            return steps(path, bridge, options) if steps else pushing.unpush(path, bridge, options, discard=discard)

        self._work.start(work)

    def _take_over(self) -> None:
        if self._report is None:
            return
        after = planning.pull(self._session.document, self._report.plan)
        count = len(self._report.plan.pulled)
        self._session.edit(self.tr("Take over edits from the timeline"), after)
        self._session.close_merge()
        try:
            self._session.save()
        except ZimuError as error:
            self._fail(error)
            return
        self.banner.say(self.tr("%n edit(s) taken over into the document.", "", count), "good")
        self.apply.setEnabled(False)
        self.reported.emit(replace(self._report, verb="pull"))

    # -- what comes back -----------------------------------------------------------------------------------------

    def _hear(self, event: object) -> None:
        if isinstance(event, Progress) and event.total > 1:
            self.progress.setRange(0, round(event.total))
            self.progress.setValue(round(event.done))

    def _busy(self, busy: bool) -> None:
        self.progress.setRange(0, 0)
        self.progress.setVisible(busy)
        self.again.setEnabled(not busy)
        if busy:
            self.apply.setEnabled(False)

    def _arrive(self, report: Report) -> None:
        if self._stale:
            self._stale = False
            self._later.start()
            return
        self._report, self._ground, self._answered = report, None, None
        if self._finished:
            self.conflicts.hide()
            self._show_done(report)
            self.reported.emit(report)
            return
        if self.verb == "push":
            self._take_ground(report)
            self.conflicts.show_conflicts(report.plan.conflicts, report.info)
        self._show_plan(report)
        self.looked.emit(report)
        if self.conflicts.open < len(self.conflicts.found):
            self._think()

    # -- what both sides changed ---------------------------------------------------------------------------------

    def _take_ground(self, report: Report) -> None:
        """What the plan was made of, to make it again with answers and without the host."""
        if self._session.path is not None and self._asked is not None:
            last = pushed.load(pushed.path_of(self._session.path), report.where)
            options = replace(self.options, traits=self._bridge.traits)
            self._ground = Ground(self._asked, report.info, report.shown, last, options)

    def _think(self) -> None:
        """Plan again with the answers, in the background."""
        ground, found, answers = self._ground, dict(self.conflicts.found), dict(self.conflicts.answers)
        if ground is None:
            return
        self.apply.setEnabled(False)
        self._think_again = not self._thinking.start(lambda: one_step(lambda: answered(ground, found, answers)))

    def _thought(self, result: Answered) -> None:
        if self._think_again:
            self._think()
        elif self._report is not None and self._ground is not None and not self._finished:
            self._answered = result
            self._show_plan(self._planned(self._report))

    def _planned(self, report: Report) -> Report:
        """*report* with the plan that the answers give."""
        return report if self._answered is None else replace(report, plan=self._answered.plan)

    def _fail(self, error: ZimuError) -> None:
        self.banner.say_error(error)
        if isinstance(error, HostError) and error.code == "host.edited":
            self.discard.setFocus()
            self.apply.setEnabled(True)

    # -- the plan ------------------------------------------------------------------------------------------------

    def _show_plan(self, report: Report) -> None:
        self._explain(report.info)
        self._plan_label.setText(self.tr("What would be done"))
        wanted = self.plan.show_plan(report, self.verb)
        taken = self._answered is not None and self._answered.document != self._asked
        self.apply.setEnabled((wanted or taken) and not self._work.busy)
        wanted = wanted or bool(self.conflicts.found)
        if not wanted:
            self.banner.say(self._nothing(), "good")

    def _nothing(self) -> str:
        return {
            "push": self.tr("The timeline already shows the document."),
            "pull": self.tr("Nothing was edited on the timeline."),
            "unpush": self.tr("Nothing on this timeline is from Zimu."),
        }[self.verb]

    def _show_done(self, report: Report) -> None:
        self._plan_label.setText(self.tr("What was done"))
        self.plan.setAccessibleName(self._plan_label.text())
        self.plan.show_done(report, own=self.verb == "push")
        if report.good:
            good = self.tr("It is on the timeline.") if self.verb == "push" else self.tr("It is off the timeline.")
            self.banner.say(good, "good")
        else:
            self.banner.say(self.tr("Not everything could be done."), "warning")

    # -- words ---------------------------------------------------------------------------------------------------

    def _explain(self, info: TimelineInfo | None) -> None:
        title, verb = {
            "push": (self.tr("Put on the timeline"), self.tr("Put")),
            "pull": (self.tr("Take over edits"), self.tr("Take over")),
            "unpush": (self.tr("Remove from the timeline"), self.tr("Remove")),
        }[self.verb]
        self.apply.setText(verb)
        host = HOSTS.get(self._bridge.traits.name, self._bridge.traits.name)
        if info is None:
            self.entitle(title, host)
            return
        facts = self.tr("{host} · {timeline} · {rate} frames a second · starts at {start}")
        self.entitle(
            title,
            facts.format(host=host, timeline=info.name, rate=str(info.rate), start=info.start_timecode),
        )

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self._explain(self._report.info if self._report else None)
        self._tracks_label.setText(self.tr("Subtitle tracks"))
        self.tracks.setAccessibleName(self.tr("Subtitle tracks"))
        self.marks.setText(self.tr("Marks as markers"))
        self.restore.setText(self.tr("Put back what was deleted on the timeline"))
        self.refresh.setText(self.tr("Put subtitles again even if they seem unchanged"))
        self.discard.setText(self.tr("Also what was edited there and not taken over"))
        self._plan_label.setText(self.tr("What was done") if self._finished else self.tr("What would be done"))
        self.plan.setAccessibleName(self._plan_label.text())
        self.progress.setAccessibleName(self.tr("Progress"))
        self.plan.setHeaderLabels([self.tr("What"), self.tr("Details")])
        self.again.setText(self.tr("Look again"))
        self.tracks.blockSignals(True)
        for row in range(self.tracks.count()):
            item = self.tracks.item(row)
            key = str(item.data(Qt.ItemDataRole.UserRole))
            item.setText(" + ".join(own_name(language) for language in key.split("-")))
        self.tracks.blockSignals(False)
        if self._report is not None and not self._finished:
            self._show_plan(self._planned(self._report))

    def reject(self) -> None:
        """Closing stops after the operation at work; the next push finishes it."""
        self._work.cancel()
        super().reject()
