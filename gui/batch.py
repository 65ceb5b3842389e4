"""The queue on screen: every job with its stage, its progress and what can be done with it; and adding files to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPalette
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui.actions import QT_TRANSLATE_NOOP
from gui.begin import BeginForm
from gui.dialogs import Dialog
from gui.i18n import on_language_change
from gui.jobs import Entry, Jobs, State
from gui.preferences import Preferred
from gui.sentences import said as worded
from gui.start import files_in
from plugin_core.exchange import MEDIA

STAGES = {
    "read": QT_TRANSLATE_NOOP("Queue", "Reading"),
    "listen": QT_TRANSLATE_NOOP("Queue", "Listening"),
    "shots": QT_TRANSLATE_NOOP("Queue", "Finding shots"),
    "scenes": QT_TRANSLATE_NOOP("Queue", "Recognising scenes"),
    "captions": QT_TRANSLATE_NOOP("Queue", "Describing shots"),
    "sight": QT_TRANSLATE_NOOP("Queue", "Looking at pictures"),
    "cue": QT_TRANSLATE_NOOP("Queue", "Cutting into cues"),
    "tagging": QT_TRANSLATE_NOOP("Queue", "Finding events in the text"),
    "sounds": QT_TRANSLATE_NOOP("Queue", "Finding sounds"),
    "speakers": QT_TRANSLATE_NOOP("Queue", "Telling voices apart"),
    "emotion": QT_TRANSLATE_NOOP("Queue", "Hearing moods"),
    "translate": QT_TRANSLATE_NOOP("Queue", "Translating"),
    "caption": QT_TRANSLATE_NOOP("Queue", "Writing captions"),
    "write": QT_TRANSLATE_NOOP("Queue", "Writing files"),
}
STATES = {
    State.WAITING: QT_TRANSLATE_NOOP("Queue", "Waiting"),
    State.RUNNING: QT_TRANSLATE_NOOP("Queue", "Starting"),
    State.PAUSED: QT_TRANSLATE_NOOP("Queue", "Paused"),
    State.DONE: QT_TRANSLATE_NOOP("Queue", "Done"),
    State.FAILED: QT_TRANSLATE_NOOP("Queue", "Failed"),
    State.CANCELLED: QT_TRANSLATE_NOOP("Queue", "Stopped"),
}


def told(entry: Entry) -> str:
    """In a few words where *entry* is, with the time that remains."""
    if entry.state == State.RUNNING and entry.wanted is not None:
        return _say(QT_TRANSLATE_NOOP("Queue", "Stopping"))
    if entry.state != State.RUNNING or not entry.stage:
        return _say(STATES[entry.state])
    words = _say(STAGES.get(entry.stage, entry.stage))
    if entry.remaining is None or entry.share >= 1.0:
        return words
    left = _say(QT_TRANSLATE_NOOP("Queue", "{stage}, {time} left"))
    return left.format(stage=words, time=clock(entry.remaining))


def clock(seconds: float) -> str:
    """Seconds as people read them: 0:42, 12:05, 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _say(text: str) -> str:
    return QCoreApplication.translate("Queue", text)


class JobRow(QFrame):
    """One job of the queue."""

    open_wanted = Signal(str)

    def __init__(self, jobs: Jobs, job: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs, self.job = jobs, job
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.title, self.words, self.reason = QLabel(self), QLabel(self), QLabel(self)
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for label in (self.title, self.words, self.reason):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.words.setWordWrap(True)
        self.reason.setWordWrap(True)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(6)
        self.hold, self.stop, self.again, self.cpu, self.show_it, self.off = (QPushButton(self) for _ in range(6))
        self.hold.clicked.connect(self._hold)
        self.stop.clicked.connect(lambda: jobs.cancel(job))
        self.again.clicked.connect(lambda: jobs.retry(job))
        self.cpu.clicked.connect(lambda: jobs.retry(job, device="cpu"))
        self.show_it.clicked.connect(lambda: self.open_wanted.emit(job))
        self.off.clicked.connect(lambda: jobs.remove(job))
        self._lay_out()
        self.refresh()

    def refresh(self) -> None:
        """Show the entry as it is now."""
        entry = self._jobs[self.job]
        self.title.setText(entry.title)
        self.title.setToolTip(str(getattr(entry.job, "source", "")))
        self.words.setText(told(entry))
        self.bar.setValue(round(entry.share * 1000))
        self.bar.setVisible(entry.state in {State.RUNNING, State.PAUSED})
        warnings = [note.message for note in entry.notes if note.level == "warning"][-2:]
        said = [str(entry.error)] if entry.error and entry.state == State.FAILED else warnings
        self.reason.setText(worded("\n".join(said)))
        self.reason.setVisible(bool(said))
        self.hold.setVisible(entry.state in {State.WAITING, State.RUNNING, State.PAUSED})
        self.hold.setText(self.tr("Go on") if entry.state == State.PAUSED else self.tr("Pause"))
        self.stop.setVisible(not entry.over)
        self.stop.setEnabled(entry.wanted is None)
        self.again.setVisible(entry.state in {State.FAILED, State.CANCELLED})
        self.cpu.setVisible(entry.offers_cpu)
        self.show_it.setVisible(entry.state == State.DONE)
        self.off.setVisible(entry.over)
        self._name()

    def _name(self) -> None:
        title = self._jobs[self.job].title
        texts = (
            (self.stop, self.tr("Stop"), self.tr("Stop {title}")),
            (self.again, self.tr("Try again"), self.tr("Try {title} again")),
            (self.cpu, self.tr("Try on the processor"), self.tr("Try {title} on the processor")),
            (self.show_it, self.tr("Open"), self.tr("Open the result of {title}")),
            (self.off, self.tr("Take off the list"), self.tr("Take {title} off the list")),
            (self.hold, self.hold.text(), f"{self.hold.text()}: {{title}}"),
        )
        for button, text, name in texts:
            button.setText(text)
            button.setAccessibleName(name.format(title=title))
        self.bar.setAccessibleName(self.tr("Progress of {title}").format(title=title))
        self.setAccessibleName(f"{title}, {self.words.text()}")

    def _hold(self) -> None:
        if self._jobs[self.job].state == State.PAUSED:
            self._jobs.resume(self.job)
        else:
            self._jobs.pause(self.job)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 10, 12, 10)
        grid.setVerticalSpacing(6)
        grid.addWidget(self.title, 0, 0)
        grid.addWidget(self.words, 1, 0)
        grid.addWidget(self.bar, 2, 0)
        grid.addWidget(self.reason, 3, 0)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.show_it, self.hold, self.stop, self.again, self.cpu, self.off):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        grid.addLayout(buttons, 4, 0)


class QueueView(QWidget):
    """All jobs that people asked for, in the order they run. ``open_wanted(job)`` asks for the document of one."""

    open_wanted = Signal(str)

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._rows: dict[str, JobRow] = {}
        self.empty = QLabel(self)
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        inside = QWidget(self)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(8, 8, 8, 8)
        self._column.addWidget(self.empty)
        self._column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)
        jobs.added.connect(self._add)
        jobs.removed.connect(self._remove)
        jobs.state_changed.connect(self._refresh)
        for entry in jobs:
            self._add(entry.id)
        self.retranslate()

    @property
    def rows(self) -> tuple[JobRow, ...]:
        """The rows shown, in their order."""
        return tuple(self._rows.values())

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.empty.setText(self.tr("Nothing is being made. Films you add to the queue are shown here."))
        for row in self._rows.values():
            row.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a switch of the language."""
        on_language_change(self, event)
        super().changeEvent(event)

    def _add(self, job: str) -> None:
        if self._jobs[job].urgent:
            return  # it is over before anybody looks; its own part shows it
        row = self._rows[job] = JobRow(self._jobs, job, self)
        row.open_wanted.connect(self.open_wanted)
        self._column.insertWidget(self._column.count() - 1, row)
        self.empty.hide()

    def _remove(self, job: str) -> None:
        row = self._rows.pop(job, None)
        if row is not None:
            self._column.removeWidget(row)
            row.deleteLater()
        self.empty.setVisible(not self._rows)

    def _refresh(self, job: str) -> None:
        if job in self._rows and job in self._jobs:
            self._rows[job].refresh()


class BatchDialog(Dialog):
    """Several films with the same wishes. Their files are written beside them."""

    def __init__(self, jobs: Jobs, preferred: Preferred, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.setAcceptDrops(True)
        self.files = QListWidget(self)
        self.files.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.form = BeginForm(preferred, self)
        self.form.changed.connect(self._check)
        self.choose, self.drop_out = QPushButton(self), QPushButton(self)
        self.choose.clicked.connect(self._choose)
        self.drop_out.clicked.connect(self._drop_out)
        for button in (self.choose, self.drop_out):
            button.setAutoDefault(False)
        self.go = self.add_button(QDialogButtonBox.ButtonRole.AcceptRole, default=True)
        self.cancel = self.add_button(QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(self.choose)
        row.addWidget(self.drop_out)
        row.addStretch(1)
        self.body.addWidget(self.files, 1)
        self.body.addLayout(row)
        self.body.addWidget(self.form)
        self.resize(560, 480)
        self.retranslate()

    @property
    def paths(self) -> tuple[Path, ...]:
        """The films on the list."""
        return tuple(Path(self.files.item(row).text()) for row in range(self.files.count()))

    def add(self, paths: tuple[Path, ...]) -> None:
        """Put *paths* on the list, once each; folders stand for the media in them."""
        known = set(self.paths)
        for path in paths:
            found = sorted(p for p in path.iterdir() if p.suffix.lower() in MEDIA) if path.is_dir() else [path]
            for file in found:
                if file not in known:
                    known.add(file)
                    self.files.addItem(str(file))
        self._check()

    def accept(self) -> None:
        """Start a job for every film."""
        for path in self.paths:
            self._jobs.start(replace(self.form.job(path), formats=("srt",)), title=path.name)
        super().accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_in(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.add(files_in(event))

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.entitle(
            self.tr("Several films at once"),
            self.tr("They are done one after the other. A Zimu document and subtitle files are written beside each."),
        )
        self.files.setAccessibleName(self.tr("Films"))
        self.choose.setText(self.tr("Add films…"))
        self.drop_out.setText(self.tr("Take off the list"))
        self.go.setText(self.tr("Add to the queue"))
        self.cancel.setText(self.tr("Cancel"))
        self._check()

    def _check(self) -> None:
        lacks = self.form.lacks()
        self.banner.say(lacks, "warning")
        self.go.setEnabled(not lacks and self.files.count() > 0)
        self.drop_out.setEnabled(self.files.count() > 0)

    def _choose(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in sorted(MEDIA))
        dialog = QFileDialog(self, self.tr("Add films"), "", f"{self.tr('Films and sound')} ({patterns})")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda files: self.add(tuple(map(Path, files))))
        dialog.open()

    def _drop_out(self) -> None:
        for item in self.files.selectedItems() or [self.files.item(self.files.count() - 1)]:
            self.files.takeItem(self.files.row(item))
        self._check()
