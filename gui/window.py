"""The main window: start page or correction panel, the queue, menus made from the table of actions, and the dialogs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDateTime, QEvent, QLocale, QSettings, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QDockWidget,
    QLabel,
    QMainWindow,
    QMessageBox,
    QProgressBar,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from gui.actions import MENUS, Actions, menu_title
from gui.batch import BatchDialog, QueueView, told
from gui.connection import Connection, ConnectionButton
from gui.files import Files
from gui.i18n import on_language_change
from gui.jobs import Jobs, State
from gui.manage import Manage
from gui.opening import Opened
from gui.palette import Palette
from gui.panel import CorrectionPanel
from gui.player import Player
from gui.preferences import PreferenceStore
from gui.recent import Recent
from gui.recovery import Leftover, Recovery, discard, leftovers
from gui.sentences import said
from gui.session import Session
from gui.start import StartPage, files_in, sample
from plugin_core.document import Document
from plugin_core.errors import ZimuError


class MainWindow(QMainWindow):
    """
    The desktop app's window. All of its parts come from ``app``; it owns only what is on the screen.

    *connection* leads to an editing program, now or later.
    """

    def __init__(
        self,
        session: Session,
        jobs: Jobs,
        player: Player,
        actions: Actions,
        store: PreferenceStore,
        *,
        recent: Recent,
        connection: Connection,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.session, self.jobs, self.commands, self.store, self.recent = session, jobs, actions, store, recent
        self.connection = connection
        self.files = Files(session, recent, self)
        self.start = StartPage(recent, actions, self)
        self.panel = CorrectionPanel(
            session, jobs, player, actions, lambda: store.value, host=connection.bridge, parent=self
        )
        self.queue = QueueView(jobs, self)
        self.recovery = Recovery(session, parent=self)
        self.manage = Manage(self, session, actions, store)
        self.dialog: QDialog | None = None
        self._leaving = self._gone = False
        self._lay_out()
        self._connect()
        self._fill_menus()
        self.retranslate()
        self._restore()
        self._job("")
        self._refresh()

    # --- what a person does ---

    def open(self, paths: tuple[Path, ...]) -> None:
        """Open *paths*: one here, several in the queue."""
        self.files.open(paths)

    def open_sample(self) -> None:
        """Open the film that comes with Zimu."""
        film = sample()
        if film is not None:
            self.files.open((film,))

    def show_start(self) -> None:
        """Show the start page; what is open stays open."""
        self.stack.setCurrentWidget(self.start)

    def add_to_queue(self, paths: tuple[Path, ...] = ()) -> BatchDialog:
        """Ask which films are wanted in the queue."""
        dialog = BatchDialog(self.jobs, lambda: self.store.value, self)
        dialog.add(paths)
        dialog.accepted.connect(lambda: self.commands["view.queue"].setChecked(True))
        self._show(dialog)
        return dialog

    def find_command(self) -> Palette:
        """Open the palette."""
        palette = Palette(self.commands, self)
        palette.open()
        return palette

    def open_result(self, job: str) -> None:
        """Open the document a job of the queue has made."""
        finished = self.jobs[job].finished
        if finished is None:
            return
        path = next((Path(file) for file in finished.files if file.endswith(".zimu")), None)
        inside = path is not None and "results" in path.parts
        if path is not None and path.is_file() and not inside:
            self.files.open((path,))
        else:
            self.files.show_document(finished.document)

    def offer_recovered(self) -> None:
        """After a crash: give back what was typed in documents that were not saved, one after the other."""
        found = leftovers()
        if found:
            self._offer(found)

    def _offer(self, found: list[Leftover]) -> None:
        first, *others = found
        name = first.path.name if first.path else Path(first.document.media.path).name or self.tr("Untitled")
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Information)
        box.setText(self.tr("Zimu ended unexpectedly. Your changes to {name} were kept.").format(name=name))
        when = QLocale().toString(QDateTime.fromSecsSinceEpoch(int(first.when)), QLocale.FormatType.ShortFormat)
        box.setInformativeText(self.tr("The last change was made on {when}.").format(when=when))
        restore = box.addButton(self.tr("Restore"), QMessageBox.ButtonRole.AcceptRole)
        throw = box.addButton(self.tr("Discard"), QMessageBox.ButtonRole.DestructiveRole)
        later = box.addButton(self.tr("Later"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(restore)
        restore.clicked.connect(lambda: self._recover(first))
        for button, what in ((throw, first), (later, None)):
            button.clicked.connect(lambda _checked=False, what=what: self._go_on(what, others))
        self._show(box)

    def _recover(self, leftover: Leftover) -> None:
        """Its file as it is, and the kept changes over it as a step that can be undone; what is left is not offered."""
        if leftover.path is not None and leftover.path.is_file():
            self.files.open((leftover.path,))
        else:
            self.files.show_document(Document(leftover.document.media))
        self.session.edit(self.tr("Recovered changes"), leftover.document)
        self.stack.setCurrentWidget(self.panel)
        self.recovery.flush()
        discard(leftover)

    def _go_on(self, done: Leftover | None, others: list[Leftover]) -> None:
        if done is not None:
            discard(done)
        if others:
            self._offer(others)

    # --- dialogs of other parts; each is imported when it is first wanted ---

    def export(self) -> None:
        """How to write the document for other programs."""
        from gui.export import ExportDialog

        self._show(ExportDialog(self.session, self, at=self.panel.player.position))

    def show_packs(self) -> None:
        """What is installed and what could be."""
        from gui.packs import PacksDialog

        now = self.store.value
        dialog = PacksDialog(source=now.source, mirror=now.mirror, parent=self)
        dialog.changed.connect(self.panel.begin.check)
        self._show(dialog)

    def with_host(self, verb: str) -> None:
        """Push to, pull from or clear the timeline of the host."""
        from gui.host import HostDialog

        if self.connection.bridge is not None:
            dialog = HostDialog(self.session, self.connection.bridge, verb, self)
            dialog.looked.connect(lambda report: self.connection.seen(report.info.name))
            self._show(dialog)

    # --- inside ---

    def _connect(self) -> None:
        connections: dict[str, Callable[[], object]] = {
            "file.open": self.files.choose,
            "file.start": self.show_start,
            "file.batch": self.add_to_queue,
            "file.save": self.files.save,
            "file.save-as": self.files.save_as,
            "file.relink": self.files.relink,
            "file.close": self._close_document,
            "file.quit": self.close,
            "file.export": self.export,
            "view.palette": self.find_command,
            "tools.packs": self.show_packs,
            "host.push": lambda: self.with_host("push"),
            "host.pull": lambda: self.with_host("pull"),
            "host.unpush": lambda: self.with_host("unpush"),
        }
        for name, slot in connections.items():
            self.commands[name].triggered.connect(lambda _checked=False, slot=slot: slot())
        self.commands["view.queue"].toggled.connect(self.dock.setVisible)
        self.dock.visibilityChanged.connect(self._dock_shown)
        self.commands["view.full-screen"].toggled.connect(self._full_screen)
        self.start.open_wanted.connect(self.open)
        self.start.sample_wanted.connect(self.open_sample)
        self.panel.packs_wanted.connect(self.show_packs)
        self.panel.glossary_chosen.connect(lambda path: self.store.change(glossary=str(path)))
        self.panel.relink_wanted.connect(self.files.relink)
        self.queue.open_wanted.connect(self.open_result)
        self.files.opened.connect(self._opened)
        self.files.several.connect(self.add_to_queue)
        self.files.noticed.connect(self.panel.say)
        self.files.failed.connect(self.fail)
        self.recovery.failed.connect(lambda text: self.panel.say(text, "warning"))
        self.manage.failed.connect(self.fail)
        self.connection.failed.connect(self.fail)
        self.connection.changed.connect(lambda: self.panel.set_host(self.connection.bridge))
        self.manage.said.connect(lambda text: self.statusBar().showMessage(text, 6000))
        self.session.clean_changed.connect(lambda _clean: self._refresh())
        self.session.path_changed.connect(self._refresh)
        self.session.loaded.connect(self._refresh)
        self.jobs.state_changed.connect(self._job)
        self.jobs.removed.connect(self._job)

    def fail(self, error: ZimuError) -> None:
        """Say what went wrong and what to do: over the document if there is one, else in a box."""
        if self.stack.currentWidget() is self.panel:
            self.panel.banner.say_error(error)
            return
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(said(error.message))
        box.setInformativeText(said(error.hint))
        self._show(box)

    def _opened(self, opened: Opened) -> None:
        self.stack.setCurrentWidget(self.panel)
        if opened.kind == "media" and not opened.document.cues:
            self.panel.offer_subtitles()
        self._refresh()

    def _close_document(self) -> None:
        if self.stack.currentWidget() is self.start:
            self.close()
            return
        self.files.show_document(Document())
        self.files.ask_to_leave(self.show_start)

    def _show(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.destroyed.connect(self._dialog_gone)
        dialog.open()

    def _dialog_gone(self) -> None:
        self.dialog = None

    def _lay_out(self) -> None:
        self.setAcceptDrops(True)
        self.setDockOptions(QMainWindow.DockOption.AnimatedDocks)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.start)
        self.stack.addWidget(self.panel)
        self.setCentralWidget(self.stack)
        self.dock = QDockWidget(self)
        self.dock.setObjectName("queue")
        self.dock.setWidget(self.queue)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.dock.hide()
        self._menus = {name: self.menuBar().addMenu("") for name, _ in MENUS}
        self.progress = QProgressBar(self)
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setMaximumSize(160, 8)
        self.working = QToolButton(self)
        self.working.setAutoRaise(True)
        self.working.setDefaultAction(self.commands["view.queue"])
        self.doing = QLabel(self)
        self.editor = ConnectionButton(self.connection, self.commands, self)
        self.statusBar().addWidget(self.editor)
        self.statusBar().addPermanentWidget(self.doing)
        self.statusBar().addPermanentWidget(self.progress)
        self.statusBar().addPermanentWidget(self.working)
        self.resize(1280, 800)
        self.setMinimumSize(900, 560)

    def _fill_menus(self) -> None:
        """Every action that something is connected to, in its menu."""
        self.commands.settle()
        for name, menu in self._menus.items():
            for action in self.commands.of_menu(name):
                if self.commands.used(action.objectName()):
                    menu.addAction(action)
            menu.menuAction().setVisible(not menu.isEmpty())

    def _refresh(self) -> None:
        """The title: the document's name, a star while it is not saved."""
        document, path = self.session.document, self.session.path
        media = Path(document.media.path).name if document.media.path else ""
        name = path.name if path else media or self.tr("Untitled")
        shown = self.stack.currentWidget() is self.panel
        self.setWindowTitle(f"{name}[*] — Zimu" if shown else "Zimu")
        self.setWindowFilePath(str(path) if path and shown else "")
        self.setWindowModified(shown and not self.session.clean)

    def _job(self, _job: str) -> None:
        """The status bar tells of the job that runs."""
        running = next((e for e in self.jobs if e.state == State.RUNNING and not e.urgent), None)
        waiting = sum(e.state == State.WAITING for e in self.jobs)
        self.progress.setVisible(running is not None)
        words = ""
        if running is not None:
            self.progress.setValue(round(running.share * 1000))
            self.progress.setAccessibleName(self.tr("Progress of {title}").format(title=running.title))
            words = f"{running.title}: {told(running)}"
            if waiting:
                words = self.tr("{words} ({count} waiting)").format(words=words, count=waiting)
        self.doing.setText(words)

    def _dock_shown(self, shown: bool) -> None:
        if shown or not self.isMinimized():
            self.commands["view.queue"].setChecked(shown)

    def _full_screen(self, wanted: bool) -> None:
        if wanted:
            self.showFullScreen()
        elif self.isFullScreen():
            self.showNormal()

    def _restore(self) -> None:
        """The size and place of the last time."""
        kept = QSettings("Zimu", "Zimu")
        geometry = kept.value("window/geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.commands.retranslate()
        for name, menu in self._menus.items():
            menu.setTitle(menu_title(name))
        self.dock.setWindowTitle(self.tr("Queue"))
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a switch of the language."""
        on_language_change(self, event)
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_in(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        paths = files_in(event)
        QTimer.singleShot(0, self, lambda: self.open(paths))  # the program that was dragged from must not wait

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about what is not saved; then end the worker and let go of the file."""
        if not self._leaving and not self.session.clean:
            event.ignore()
            self.files.ask_to_leave(self._leave)
            return
        if self._gone:
            return
        self._gone = True
        QSettings("Zimu", "Zimu").setValue("window/geometry", self.saveGeometry())
        self.panel.close_parts()
        self.jobs.close()
        self.connection.close()
        self.recovery.close()
        self.session.close()
        super().closeEvent(event)

    def _leave(self) -> None:
        self._leaving = True
        self.close()
