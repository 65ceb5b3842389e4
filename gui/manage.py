"""What manages Zimu, behind its actions: glossary, memory, settings, keys, language, hosts, doctor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget

from gui.actions import Actions
from gui.i18n import LANGUAGES, wanted
from gui.preferences import PreferenceStore
from gui.session import Session
from plugin_core import __version__, settings
from plugin_core.errors import ZimuError


class Manage(QObject):
    """
    Opens the dialogs over *window*. *opened* carries each of them, *failed* a ZimuError, *said* a sentence.

    The glossary that is edited is the preferred one; without one it lies in Zimu's own folder and is preferred from the
    first save on.
    """

    opened = Signal(object)  # QDialog
    failed = Signal(object)  # ZimuError
    said = Signal(str)

    def __init__(self, window: QWidget, session: Session, actions: Actions, store: PreferenceStore) -> None:
        super().__init__(window)
        self._window, self._session, self._actions, self._store = window, session, actions, store
        connections: dict[str, Callable[[], object]] = {
            "file.copy-text": self.copy_text,
            "tools.glossary": self.show_glossary,
            "tools.memory": self.show_memory,
            "tools.settings": self.show_settings,
            "tools.shortcuts": self.show_shortcuts,
            "tools.hosts": self.show_hosts,
            "view.language": self.switch_language,
            "help.doctor": self.show_doctor,
            "help.about": self.about,
        }
        for name, slot in connections.items():
            actions[name].triggered.connect(lambda _checked=False, slot=slot: slot())

    def copy_text(self) -> None:
        """Put the texts of all cues on the clipboard."""
        from gui.exporting import plain_text

        document = self._session.document
        QGuiApplication.clipboard().setText(plain_text(document))
        self.said.emit(self.tr("The texts of %n cue(s) are on the clipboard.", "", len(document.cues)))

    def show_glossary(self) -> QDialog:
        """Edit the terms that translations keep to."""
        from gui.glossary_editor import GlossaryDialog

        preferred = self._store.value.glossary
        dialog = GlossaryDialog(Path(preferred) if preferred else settings.home() / "glossary.csv", self._window)
        dialog.saved.connect(self._take_glossary)
        return self._open(dialog)

    def show_memory(self) -> QDialog:
        """Look through the translation memory."""
        from gui.memory_editor import MemoryDialog

        return self._open(MemoryDialog(parent=self._window))

    def show_settings(self) -> QDialog:
        """Change the preferences."""
        from gui.settings_dialog import SettingsDialog

        return self._open(SettingsDialog(self._store, self._window))

    def show_shortcuts(self) -> QDialog:
        """See and change the keys."""
        from gui.shortcuts import ShortcutsDialog

        return self._open(ShortcutsDialog(self._actions, self._store, self._window))

    def show_hosts(self, chosen: str = "", *, everyone: bool = False) -> QDialog:
        """Put Zimu into the editing programs, or take it out; *chosen* is the one to begin with."""
        from gui.installing import HostsDialog

        return self._open(HostsDialog(chosen=chosen, everyone=everyone, parent=self._window))

    def show_doctor(self) -> QDialog:
        """See why something does not work."""
        from gui.doctor import DoctorDialog

        dialog = DoctorDialog(parent=self._window)
        dialog.asked.connect(self._put_right)
        return self._open(dialog)

    def _put_right(self, command: str) -> None:
        """Show where *command* ("hosts install resolve") is done in the app."""
        words = command.split()
        if words[0] == "hosts":
            names = [word for word in words[2:] if not word.startswith("-")]
            self.show_hosts(*names[:1], everyone="--all-users" in words)
        else:
            self._actions["tools.packs"].trigger()

    def switch_language(self) -> None:
        """Show the interface in the next language; everything that is open follows."""
        names = list(LANGUAGES)
        now = names.index(wanted(self._store.value.language))
        self._prefer(language=names[(now + 1) % len(names)])

    def about(self) -> QDialog:
        """Version and licence, and where the log is."""
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("About Zimu"))
        box.setText(self.tr("Zimu {version}").format(version=__version__))
        words = self.tr("Bilingual subtitles, made on this machine. Apache licence 2.0.\n\nLog: {path}")
        box.setInformativeText(words.format(path=settings.home() / "logs" / "worker.log"))
        return self._open(box)

    def _take_glossary(self, path: Path) -> None:
        """Prefer *path*; terms that changed in it are checked anew either way."""
        if self._store.value.glossary != str(path):
            self._prefer(glossary=str(path))
            return
        from plugin_core.termbase import load

        try:
            self._session.glossary = load(path)
        except ZimuError as error:
            self.failed.emit(error)

    def _prefer(self, **names: object) -> None:
        try:
            self._store.change(**names)
        except ZimuError as error:
            self.failed.emit(error)

    def _open(self, dialog: QDialog) -> QDialog:
        dialog.open()
        self.opened.emit(dialog)
        return dialog
