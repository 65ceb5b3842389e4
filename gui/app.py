"""The one place that puts the parts of the desktop app together. Nothing is built or imported before it is needed."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from gui import look
from gui.actions import Actions
from gui.connection import Connection, reached
from gui.i18n import Translations
from gui.jobs import Jobs
from gui.lane import COMMAND
from gui.player import Player
from gui.preferences import Preferences, PreferenceStore
from gui.recent import Recent
from gui.session import Session
from gui.updating import UpdateCheck
from gui.window import MainWindow
from plugin_core import profiles, settings
from plugin_core.bridge import Bridge
from plugin_core.errors import ZimuError


@dataclass(frozen=True, slots=True)
class Parts:
    """What the app is made of."""

    application: QApplication
    store: PreferenceStore
    translations: Translations
    session: Session
    jobs: Jobs
    player: Player
    actions: Actions
    window: MainWindow


def application(arguments: Sequence[str] = ()) -> QApplication:
    """The Qt application with Zimu's name and look; the one there is, if there is one."""
    found = QApplication.instance()
    made = found if isinstance(found, QApplication) else QApplication(["zimu", *arguments])
    made.setApplicationName("Zimu")
    made.setApplicationDisplayName("Zimu")
    made.setDesktopFileName("zimu")
    made.setWindowIcon(QIcon(str(Path(__file__).with_name("zimu.svg"))))
    made.setStyle("Fusion")  # one look everywhere; its colours are the system's palette, high contrast too
    return made


def build(
    app: QApplication,
    *,
    host: Bridge | None = None,
    reach: Callable[[str], Bridge] = reached,
    worker: Sequence[str] = COMMAND,
    store: PreferenceStore | None = None,
    player: Player | None = None,
) -> Parts:
    """
    The whole app, with its window not shown yet.

    *host* is the editing program it is opened for; *reach* finds another one by its name.
    """
    store = store or PreferenceStore()
    translations = Translations(app, store.value.language)
    session = Session()
    jobs = Jobs(command=worker, log=settings.home() / "logs" / "worker.log")
    player = player or Player()
    owner = QObject()
    actions = Actions(owner, store.value.scheme, dict(store.value.keys))
    connection = Connection(reach, host)
    window = MainWindow(session, jobs, player, actions, store, recent=Recent(), connection=connection)
    owner.setParent(window)
    for part in (session, jobs, player, connection):
        part.setParent(window)
    actions.attach(window, "window")
    parts = Parts(app, store, translations, session, jobs, player, actions, window)
    _prefer(parts, store.value)
    session.loaded.connect(_settle)
    store.changed.connect(lambda before, after: _changed(parts, before, after))
    return parts


def main(files: Sequence[Path] = (), host: str = "") -> int:
    """Run the app until its window is closed; the process's exit status."""
    app = application()
    parts = build(app)
    parts.window.show()
    if host:
        parts.window.connection.connect_to(host)
    parts.window.offer_recovered()
    if parts.store.value.updates:
        look_for_newer(parts)
    if files:
        parts.window.open(tuple(files))
    return app.exec()


def look_for_newer(parts: Parts) -> UpdateCheck:
    """Ask, in the background, whether there is a newer Zimu, and say so if there is."""
    check = UpdateCheck(parts.window)
    words = QCoreApplication.translate("App", "There is a newer Zimu: {version}.")
    check.newer.connect(lambda version: parts.window.panel.say(words.format(version=version), "info"))
    check.start(parts.store.value.update_url)
    return check


def _settle() -> None:
    """
    Let the collector leave a loaded document alone: walking all its words would stop typing for half a second.

    Nothing in a document refers back, so it goes without the collector when its time has come.
    """
    gc.freeze()


def _prefer(parts: Parts, now: Preferences) -> None:
    """Let everything follow the preferences."""
    look.apply(parts.application, now.theme)
    try:
        parts.session.profile = profiles.find(now.profile, children=now.children, punctuation=now.punctuation)
    except ZimuError as error:
        parts.window.panel.say(str(error), "warning")
    if not now.glossary:
        parts.session.glossary = None
        return
    from plugin_core.glossary import Glossary

    try:
        parts.session.glossary = Glossary.load(Path(now.glossary))
    except ZimuError as error:
        parts.window.panel.say(str(error), "warning")


def _changed(parts: Parts, before: Preferences, after: Preferences) -> None:
    if before.language != after.language:
        parts.translations.use(after.language)
    if (before.scheme, before.keys) != (after.scheme, after.keys):
        parts.actions.set_keys(after.scheme, dict(after.keys))
    _prefer(parts, after)


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
