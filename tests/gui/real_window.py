"""
The desktop app in a real window, driven as a person would: the sample opened, recognised, played, corrected, reviewed,
saved, and put on the timeline of a (model) host. Run under an X server; screenshots go to the folder named.

``python -m tests.gui.real_window FOLDER [SHOTS [LANGUAGE]]``; the exit status is 0 if everything was as it should be.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gui.app import Parts, application, build
from gui.glossary_editor import GlossaryDialog
from gui.host import HostDialog
from gui.player import Player
from gui.sound import Clock
from plugin_core import settings, storage
from plugin_core.clock import FrameRate
from plugin_core.host import RESOLVE, Marker, TimelineInfo
from tests.hosts.model_bridge import ModelBridge
from tests.hosts.model_host import ModelHost

PATIENCE = 240.0  # s for the whole recognition on a busy machine


def until(what: Callable[[], object], why: str, patience: float = 120.0) -> None:
    """Let the app live until *what* holds."""
    end = monotonic() + patience
    while not what():
        if monotonic() > end:
            raise SystemExit(f"It never came to pass: {why}")
        loop = QEventLoop()
        QTimer.singleShot(30, loop.quit)
        loop.exec()


def click(widget: QWidget) -> None:
    """Press the left button in the middle of *widget*, which must be there to be pressed."""
    until(lambda: widget.isVisible() and widget.isEnabled(), f"{widget.objectName() or widget} can be clicked")
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, widget.rect().center())


def key(parts: Parts, action: str) -> None:
    """Press the first key of *action* where the focus is."""
    sequence = parts.actions[action].shortcut()
    assert not sequence.isEmpty(), f"{action} has no key"
    parts.window.activateWindow()  # no window manager does it when a dialog has gone
    until(parts.window.isActiveWindow, "the window has the keyboard")
    QTest.keySequence(QApplication.focusWidget() or parts.window, sequence)


class Shots:
    """Screenshots, numbered in the order they were taken."""

    def __init__(self, parts: Parts, folder: Path) -> None:
        self._parts, self._folder = parts, folder
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, name: str) -> None:
        """The window as it is on the screen, dialogs over it included."""
        loop = QEventLoop()
        QTimer.singleShot(400, loop.quit)  # a picture is taken of what has settled
        loop.exec()
        window = self._parts.window
        corner = window.mapToGlobal(QPoint(0, 0))
        shot = window.screen().grabWindow(0, corner.x(), corner.y(), window.width(), window.height())
        assert shot.save(str(self._folder / f"{name}.png")), f"{name} was not written"


def drive(parts: Parts, bridge: ModelBridge, folder: Path, shots: Shots) -> None:
    """From the start page to the timeline, then in the other language."""
    window, session = parts.window, parts.session
    assert window.stack.currentWidget() is window.start
    shots.take("start")
    click(window.start.sample)
    until(window.panel.begin.isVisible, "the sample is open and offers to make subtitles")
    shots.take("begin")
    click(window.panel.begin.make)
    until(lambda: session.document.cues, "the first cues appear while the film is being recognised", PATIENCE)
    shots.take("streaming")
    until(lambda: not parts.jobs.busy, "the job has ended", PATIENCE)
    assert all(cue.texts[1].strip() for cue in session.document.cues), "every cue is translated"
    correct(parts, shots)
    play(parts, shots)
    look(parts, shots)
    look_up(parts, shots)
    window.files.save_to(folder / "sample.zimu")
    assert storage.load(folder / "sample.zimu") == session.document, "what is saved is what was corrected"
    push(parts, bridge, shots)
    turn(parts, shots)


def correct(parts: Parts, shots: Shots) -> None:
    """Type into a cue, take it back, do it again; look something up in the palette; step through the review."""
    window, session = parts.window, parts.session
    session.select([session.document.cues[1].id])
    window.panel.table.setFocus()
    field = window.panel.editor.fields()[0]
    before = field.toPlainText()
    click(field)
    QTest.keyClick(field, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, " Indeed.")
    assert session.document.cues[1].texts[0].endswith("Indeed."), "what is typed is in the document"
    parts.actions["edit.undo"].trigger()
    assert session.document.cues[1].texts[0] == before, "undo takes it back"
    parts.actions["edit.redo"].trigger()
    assert session.document.cues[1].texts[0].endswith("Indeed."), "redo does it again"
    shots.take("correcting")
    palette = window.find_command()
    QTest.keyClicks(palette.line, "split")
    shots.take("palette")
    palette.close()


def play(parts: Parts, shots: Shots) -> None:
    """Play, and see the playhead move; the picture shows the cue."""
    session, player = parts.session, parts.player
    cue = session.document.cues[0]
    player.seek(cue.start)
    until(lambda: player.duration > 0, "the film was looked at")
    parts.window.panel.table.setFocus()
    key(parts, "play.toggle")
    until(lambda: player.playing and player.position > cue.start + 200, "the space bar plays")
    click(parts.window.panel.video)
    assert not player.playing, "a click on the picture stops"
    shots.take("playing")


def look(parts: Parts, shots: Shots) -> None:
    """Find shots and scenes of the film, see them in the gallery and on the threshold curve, go back to the cues."""
    panel, session = parts.window.panel, parts.session
    gallery = panel.shots.gallery
    key(parts, "view.gallery")
    click(gallery.find_them)
    until(lambda: any(mark.kind == "shot" for mark in session.document.marks), "the shots are found", PATIENCE)
    parts.actions["shot.scenes"].trigger()
    until(lambda: any(mark.kind == "scene" for mark in session.document.marks), "the scenes are recognised", PATIENCE)
    key(parts, "view.curve")
    until(panel.shots.strip.apply.isEnabled, "the curve is there", PATIENCE)
    until(lambda: all(gallery.pictures.of(row.middle) for row in gallery.shown()[:6]), "the pictures have come")
    parts.actions["wave.zoom-all"].trigger()
    panel.banner.clear()
    shots.take("gallery")
    click(panel.shots.strip.close_it)
    key(parts, "edit.undo")
    assert not any(mark.kind == "scene" for mark in session.document.marks), "undo takes the scenes back"
    key(parts, "view.gallery")
    assert panel.table.isVisible(), "the cues are there again"


def look_up(parts: Parts, shots: Shots) -> None:
    """Open the glossary that lies in Zimu's home: its terms are there."""
    window = parts.window
    terms = "source,target,note\ncoffee,咖啡,\ntrain,火车,not 列车\nsea,大海|海,\n"
    (settings.home() / "glossary.csv").write_text(terms, "utf-8")
    parts.actions["tools.glossary"].trigger()
    until(lambda: isinstance(QApplication.activeWindow(), GlossaryDialog), "the glossary is opened")
    dialog = QApplication.activeWindow()
    assert isinstance(dialog, GlossaryDialog)
    shots.take("glossary")
    dialog.reject()
    until(lambda: QApplication.activeWindow() is not dialog, "the glossary is closed")
    window.activateWindow()


def push(parts: Parts, bridge: ModelBridge, shots: Shots) -> None:
    """Put it on the timeline: the plan first, then the deed, and the person's own marker stays."""
    window = parts.window
    parts.actions["host.push"].trigger()
    until(lambda: isinstance(window.dialog, HostDialog), "the plan is opened")
    dialog = window.dialog
    assert isinstance(dialog, HostDialog)
    until(dialog.apply.isEnabled, "the plan was made")
    assert bridge.host.calls == 0, "nothing was done before it was asked for"
    shots.take("plan")
    reports = []
    dialog.reported.connect(reports.append)
    click(dialog.apply)
    until(lambda: reports, "the timeline was written")
    assert reports[0].good, "everything that was to be done is seen to be done"
    shots.take("pushed")
    assert any(marker.name == "mine" for marker in bridge.present().markers), "the person's own marker stays"
    assert len(bridge.present().tracks) == 3, "a track for each language and one for both"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    until(lambda: window.dialog is None, "the dialog is gone")


def turn(parts: Parts, shots: Shots) -> None:
    """The other language and the other theme, at once and everywhere."""
    panel = parts.window.panel
    wanted = "Review" if parts.store.value.language == "zh" else "审阅"
    key(parts, "view.language")
    parts.store.change(theme="dark" if parts.store.value.theme == "light" else "light")
    until(lambda: panel.tabs.tabText(0) == wanted, "the whole window speaks the other language")
    shots.take("turned")


def main(folder: Path, shots: Path, language: str = "en") -> None:
    """Drive the app once, begun in *language* and light. *folder* takes the document, *shots* the pictures."""
    app = application()
    info = TimelineInfo(FrameRate.parse("25"), "Cut 3", start=90_000, duration=5000)
    bridge = ModelBridge(ModelHost(RESOLVE, markers=(Marker("", 7, 1, "mine", "", "Red"),)), info)
    parts = build(app, host=bridge, player=Player(output=lambda _: Clock()))
    parts.store.change(theme="light", language=language)
    parts.window.resize(1440, 900)
    parts.window.move(0, 0)
    parts.window.show()
    parts.window.activateWindow()
    assert QTest.qWaitForWindowExposed(parts.window), "the window is on the screen"
    drive(parts, bridge, folder, Shots(parts, shots))
    parts.session.undo.setClean()
    parts.window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else sys.argv[1]), *sys.argv[3:4])
