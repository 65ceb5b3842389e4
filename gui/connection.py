"""
The connection to an editing program: made in the background at any time, shown in the status bar, given to the panel.

A program is found by its name among the entry points ``zimu.connect``. Nothing here waits: a program that is slow to
answer, or does not, costs a thread and not the window.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from gui.actions import Actions
from gui.background import Background, one_step
from gui.i18n import on_language_change
from plugin_core.bridge import Bridge
from plugin_core.errors import HostError, SettingsError, ZimuError

HOSTS = {"resolve": "DaVinci Resolve", "premiere": "Premiere Pro"}
Found = tuple[Bridge, str]  # and the name of the timeline that is open; "" if none is


def reached(host: str) -> Bridge:
    """The bridge to the *host* that runs on this machine; ZimuError says what to do if there is no way."""
    from importlib.metadata import entry_points

    found = entry_points(group="zimu.connect", name=host)
    if found:
        bridge: Bridge = next(iter(found)).load()()
        return bridge
    raise SettingsError("settings.host", f"There is no way to {host!r} from here.", "Use: resolve or premiere.")


def _found(reach: Callable[[str], Bridge], host: str) -> Found:
    bridge = reach(host)
    try:
        return bridge, bridge.timeline().name
    except HostError as error:
        if error.code == "host.no-timeline":
            return bridge, ""
        with suppress(ZimuError):
            bridge.close()
        raise


class Connection(QObject):
    """
    At most one program at a time. ``changed`` tells that ``bridge`` or ``state`` is another one, ``failed`` carries the
    ZimuError of an attempt that came to nothing.

    *reach* makes the bridge to a program of that name; *bridge* is one that is there from the beginning.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self, reach: Callable[[str], Bridge] = reached, bridge: Bridge | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._reach, self.bridge = reach, bridge
        self.timeline = ""
        self.wanted = ""  # what is being connected to
        self._closed = False
        self._work = Background(self)
        self._work.finished.connect(self._arrived)
        self._work.failed.connect(self._refused)

    @property
    def host(self) -> str:
        """What the connected program is called; "" if there is none."""
        name = self.bridge.traits.name if self.bridge is not None else ""
        return HOSTS.get(name, name)

    def connect_to(self, host: str) -> None:
        """Begin to connect; another attempt that goes on is waited for, not interrupted."""
        reach = self._reach
        if self._work.start(lambda: one_step(lambda: _found(reach, host))):
            self.wanted = host
            self.changed.emit()

    def disconnect_host(self) -> None:
        """Leave the program; nothing in it is changed."""
        bridge, self.bridge, self.timeline = self.bridge, None, ""
        if bridge is not None:
            _let_go(bridge)
            self.changed.emit()

    def seen(self, timeline: str) -> None:
        """Another timeline was found open in it."""
        if self.bridge is not None and timeline != self.timeline:
            self.timeline = timeline
            self.changed.emit()

    def close(self) -> None:
        """The app ends: leave the program, also one that answers later."""
        self._closed = True
        self.disconnect_host()

    def _arrived(self, found: Found) -> None:
        if self._closed:
            _let_go(found[0])
            return
        if self.bridge is not None:
            _let_go(self.bridge)
        self.bridge, self.timeline = found
        self.wanted = ""
        self.changed.emit()

    def _refused(self, error: ZimuError) -> None:
        self.wanted = ""
        if not self._closed:
            self.changed.emit()
            self.failed.emit(error)


def _let_go(bridge: Bridge) -> None:
    def close() -> None:
        with suppress(ZimuError, OSError):
            bridge.close()

    threading.Thread(target=close, name="zimu-disconnect", daemon=True).start()


class ConnectionButton(QToolButton):
    """Which program is connected, in the status bar; pressed, it offers what can be done about it."""

    def __init__(self, connection: Connection, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connection, self._actions = connection, actions
        self.setAutoRaise(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        for name in ("resolve", "premiere"):
            action = actions[f"host.connect-{name}"]
            action.triggered.connect(lambda _checked=False, name=name: connection.connect_to(name))
            menu.addAction(action)
        actions["host.disconnect"].triggered.connect(lambda _checked=False: connection.disconnect_host())
        menu.addAction(actions["host.disconnect"])
        self.setMenu(menu)
        connection.changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """What is so now, in the language now installed."""
        connection = self._connection
        self._actions.provide(host=connection.bridge is not None)
        if connection.wanted:
            text = self.tr("Connecting to {host}…").format(host=HOSTS.get(connection.wanted, connection.wanted))
        elif connection.bridge is None:
            text = self.tr("No editing program")
        elif connection.timeline:
            text = self.tr("{host}: {timeline}").format(host=connection.host, timeline=connection.timeline)
        else:
            text = connection.host
        self.setText(f"{text}\u2002")  # room for the menu's arrow
        self.setToolTip(self.tr("The editing program that subtitles are put into"))
        self.setAccessibleName(self.tr("Editing program"))
        self.setAccessibleDescription(text)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a switch of the language."""
        on_language_change(self, event)
        super().changeEvent(event)
