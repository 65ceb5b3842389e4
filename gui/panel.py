"""
The correction panel: video, waveform, cue table, editor, review and marks over one session.

It is the heart of the app and stands alone as well: a host that embeds it passes its bridge. Everything it needs comes
by constructor; it keeps nothing global.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.actions import Actions
from gui.begin import BeginBar
from gui.correcting import Correcting
from gui.dialogs import Banner
from gui.editor import CueEditor
from gui.find import FindBar
from gui.i18n import on_language_change
from gui.jobs import Jobs
from gui.minimap import Minimap
from gui.models import CueModel
from gui.opening import missing
from gui.player import Player
from gui.preferences import Preferred
from gui.problems import Problems
from gui.review_desk import ReviewDesk
from gui.searching import Place
from gui.session import Session
from gui.shifting import connect_shift
from gui.shot_desk import ShotDesk
from gui.spelling import Speller
from gui.start import sample
from gui.streaming import Stream
from gui.table import CueTable
from gui.transport import Transport
from gui.video import VideoView
from gui.waveform import Waveform
from plugin_core.bridge import Bridge
from plugin_core.document import Document
from plugin_core.pipeline import Job


class CorrectionPanel(QWidget):
    """
    Everything that corrects one document. ``packs_wanted`` and ``relink_wanted`` ask its surroundings for a dialog,
    ``glossary_chosen`` asks them to prefer a glossary.

    *host* is the bridge to an editing program, if the panel was opened from one.
    """

    packs_wanted = Signal()
    glossary_chosen = Signal(object)  # Path
    relink_wanted = Signal()

    def __init__(
        self,
        session: Session,
        jobs: Jobs,
        player: Player,
        actions: Actions,
        preferred: Preferred,
        *,
        host: Bridge | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.session, self.jobs, self.player, self.commands = session, jobs, player, actions
        self.host = host
        self.stream: Stream | None = None
        self._pages: dict[QWidget, QWidget] = {}  # of the tabs
        self._keyboard: dict[QWidget, QWidget] = {}  # what of a tab takes the keyboard first
        self.problems = Problems(session, self)
        self.table = CueTable(session, actions, CueModel(session, self.problems, self), self)
        speller = Speller(self)
        self.editor = CueEditor(session, actions, speller, self)
        self.find_bar = FindBar(session, actions, speller, self)
        self.correcting = Correcting(session, actions, lambda: player.position, self)
        self.video = VideoView(session, player, actions, parent=self)
        self.waveform = Waveform(session, player, actions, parent=self)
        self.minimap = Minimap(session, player, self.problems, self.waveform, actions, self)
        self.transport = Transport(session, player, actions, self)
        self.desk = ReviewDesk(
            session, jobs, player, actions, preferred=preferred, problems=self.problems, window=self, editor=self.editor
        )
        self.shots = ShotDesk(session, jobs, player, actions, waveform=self.waveform, window=self)
        self.begin = BeginBar(preferred, self)
        self.begin.hide()
        self.banner = Banner(self)
        self.relink, self.dismiss, self.on_cpu = QPushButton(self), QPushButton(self), QPushButton(self)
        self.on_cpu.clicked.connect(self._try_on_cpu)
        self.on_cpu.hide()
        self.relink.clicked.connect(self.relink_wanted)
        self.dismiss.clicked.connect(self.banner.clear)
        self.banner.installEventFilter(self)
        self.relink.hide()
        self.dismiss.hide()
        self._lay_out()
        self._order()
        self._connect()
        self._media_path = ""
        self._look()
        self.retranslate()

    # --- jobs ---

    def run(self, job: Job, *, title: str = "") -> str:
        """Start *job* and show its results in this document while they come; the job's id."""
        name = self.jobs.start(job, title=title)
        self.stream = Stream(self.session, self.jobs, name, self)
        self.stream.ended.connect(self._streamed)
        self.begin.hide()
        return name

    def offer_subtitles(self) -> None:
        """Ask how subtitles of the document's media are wanted."""
        if self.session.document.media.path:
            media = Path(self.session.document.media.path)
            self.begin.offer(media, sample=media == sample())

    def say(self, text: str, kind: str = "info") -> None:
        """Show a sentence over the document."""
        self.banner.say(text, kind)

    def set_host(self, host: Bridge | None) -> None:
        """Send to another editing program, or to none."""
        self.host = host
        self._provide()

    def close_parts(self) -> None:
        """Let go of the file, the sound card and the processes, before the window goes."""
        self.player.close()
        self.video.close_file()
        self.waveform.source.close()
        self.shots.gallery.close_parts()

    # --- inside ---

    def _connect(self) -> None:
        self.session.changed.connect(self._changed)
        self.session.loaded.connect(self._look)
        self.session.selection_changed.connect(self._provide)
        self.player.media_changed.connect(self._provide)
        self.player.silent.connect(
            lambda: self.say(self.tr("No sound device was found: the film plays without sound."), "info")
        )
        self.desk.said.connect(self.say)
        self.shots.said.connect(self.say)
        self.commands["view.gallery"].toggled.connect(self._show_gallery)
        self.desk.glossary_chosen.connect(self.glossary_chosen)
        self.table.activated_cue.connect(self._go_to)
        self.find_bar.found.connect(self._show_place)
        connect_shift(self.session, self.commands, self)
        self.commands["view.video"].setChecked(True)
        self.commands["view.video"].toggled.connect(self.video.setVisible)
        for typed in (self.table, self.editor, self.correcting):
            typed.refused.connect(lambda text: self.say(text, "warning"))
        self.begin.wanted.connect(self._begin)
        self.begin.packs_wanted.connect(self.packs_wanted)
        tabs = (
            ("view.review", self.desk.review),
            ("view.marks", self.desk.marks),
            ("changes.show", self.desk.changes),
        )
        for name, part in tabs:
            self.commands[name].triggered.connect(lambda _on=True, part=part: self._show_tab(part))
        self.tabs.currentChanged.connect(self._tab_shown)
        self.commands["edit.undo"].triggered.connect(self.session.undo.undo)
        self.commands["edit.redo"].triggered.connect(self.session.undo.redo)
        self.commands["file.recognise"].triggered.connect(lambda _checked: self.offer_subtitles())

    def _show_tab(self, part: QWidget) -> None:
        """Bring *part* to the front, with the keyboard in it."""
        self.tabs.setCurrentIndex(self._tab_of(part))
        self._tab_shown()
        self._keyboard[part].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_gallery(self, shown: bool) -> None:
        """The shots in place of the cues, with the keyboard in them; or the cues again."""
        self.middle.setCurrentIndex(int(shown))
        (self.shots.gallery.view if shown else self.table).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _tab_shown(self, *_: object) -> None:
        """The actions that show a tab are checked as the tabs are."""
        parts = {"view.review": self.desk.review, "view.marks": self.desk.marks, "changes.show": self.desk.changes}
        for name, part in parts.items():
            self.commands[name].setChecked(self.tabs.currentIndex() == self._tab_of(part))

    def _tab_of(self, part: QWidget) -> int:
        return self.tabs.indexOf(self._pages[part])

    def _show_place(self, place: Place) -> None:
        self.desk.write(place.cue_id, place.language, place.start, place.end)

    def _go_to(self, cue_id: str) -> None:
        cue = self.session.cue(cue_id)
        if cue is not None:
            self.player.seek(cue.start)

    def _begin(self, job: Job) -> None:
        if self.session.document.cues:
            empty = replace(self.session.document, cues=(), languages=())
            self.session.edit(self.tr("Make subtitles again"), empty)
        self.run(job)

    def _streamed(self, ok: bool) -> None:
        entry = self.jobs[self.stream.job] if self.stream and self.stream.job in self.jobs else None
        if entry is not None and entry.error is not None:
            self.banner.say_error(entry.error)
            self.on_cpu.setVisible(entry.offers_cpu)
        elif ok and entry is not None:
            self.desk.queue.restart()  # what was untranslated for a moment was not done by anybody
            if getattr(entry.job, "source", "") != str(sample()):  # the sample is what the starter packs are for
                warnings = [note.message for note in entry.notes if note.level == "warning"]
                self.say("\n".join(warnings[:2]), "warning")

    def _try_on_cpu(self) -> None:
        """The job that was given up, once more without the graphics card; what it had found stays."""
        self.banner.clear()
        if self.stream is not None and self.stream.job in self.jobs:
            self.jobs.retry(self.stream.job, device="cpu")

    def _changed(self, before: Document, after: Document) -> None:
        if before.media.path != after.media.path:
            self._look()
        self._provide()

    def _look(self) -> None:
        """Play the document's media, or say that it is not there."""
        document = self.session.document
        lost = missing(document)
        path = "" if lost else document.media.path
        if path != self._media_path or not path:
            self._media_path = path
            self.player.open(Path(path) if path else None, document.media)
        self.relink.setVisible(lost)
        if lost:
            words = self.tr("The media is not where it was: {path}. Subtitles can be corrected without it.")
            self.banner.say(words.format(path=document.media.path), "warning")
        else:
            self.banner.clear()
        if path and not document.cues:
            self.offer_subtitles()
        else:
            self.begin.hide()
        self._provide()

    def _provide(self, *_: object) -> None:
        """Enable what can be done now."""
        document, current = self.session.document, self.session.current
        self.commands.provide(
            document=bool(document.cues or document.marks or document.media.path),
            cue=self.session.cue(current) is not None,
            mark=(mark := self.session.mark(current)) is not None,
            shot=mark is not None and mark.kind in {"shot", "scene"},
            item=self.session.cue(current) is not None or self.session.mark(current) is not None,
            media=bool(self._media_path),
            host=self.host is not None,
            review=bool(document.cues),
        )

    def _lay_out(self) -> None:
        self.rows = QSplitter(Qt.Orientation.Vertical, self)
        self.columns = QSplitter(Qt.Orientation.Horizontal, self.rows)
        self.middle = QStackedWidget(self.columns)
        self.left = QSplitter(Qt.Orientation.Vertical, self.middle)
        self.middle.addWidget(self.left)
        self.middle.addWidget(self.shots.gallery)
        self.right = QSplitter(Qt.Orientation.Vertical, self.columns)
        self.right.addWidget(self._picture())
        self.tabs = QTabWidget(self.right)
        self.tabs.setDocumentMode(True)
        for part in (self.desk.review, self.desk.marks, self.desk.changes):
            self._pages[part] = _scrolled(part)
            self.tabs.addTab(self._pages[part], "")
        self.left.addWidget(self._upper())
        self.left.addWidget(self.editor)
        self.left.setStretchFactor(0, 1)
        self.columns.setStretchFactor(0, 1)
        self.rows.setStretchFactor(0, 1)
        self.right.setStretchFactor(1, 1)
        self.columns.setSizes([860, 420])
        self.right.setSizes([225, 355])
        self.left.setSizes([520, 190])
        self.rows.addWidget(self._film())
        self.rows.setSizes([590, 165])
        for splitter in (self.rows, self.columns, self.left, self.right):
            splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        message = QHBoxLayout()
        message.setContentsMargins(0, 0, 0, 0)
        message.setSpacing(8)
        message.addWidget(self.banner, 1)
        message.addWidget(self.relink)
        message.addWidget(self.on_cpu)
        message.addWidget(self.dismiss)
        column.addLayout(message)
        column.addWidget(self.begin)
        column.addWidget(self.rows, 1)

    def _order(self) -> None:
        """The Tab key goes from the table to the editor (or the shots), the picture, the tabs, the waveform."""
        buttons = self.transport.findChildren(QToolButton)
        parts = (self.table, self.editor.start, self.editor.end, self.editor.duration, self.editor.speaker,
                 self.editor.note, *self.editor.fields(), *self.shots.gallery.keyboard(),
                 self.video, *buttons, self.tabs.tabBar())  # fmt: skip
        for first, second in pairwise(parts):
            QWidget.setTabOrder(first, second)
        for first, second in pairwise((self.desk.changes.list, *self.shots.strip.keyboard(), self.waveform)):
            QWidget.setTabOrder(first, second)
        for part in (self.desk.review, self.desk.marks, self.desk.changes):
            self._keyboard[part] = part.focusProxy() or part
            # With a proxy the Tab key would pass over everything before it.
            part.setFocusProxy(None)  # type: ignore[arg-type]

    def _picture(self) -> QWidget:
        """The video with what plays it. The bar stays where the picture is put away."""
        self.picture = _stacked(self.right, self.video, self.transport)
        return self.picture

    def _film(self) -> QWidget:
        """The whole film in a strip, the threshold of shots, and the waveform of the part that is looked at."""
        return _stacked(self.rows, self.minimap, self.shots.strip, self.waveform)

    def _upper(self) -> QWidget:
        """The table with the bar that finds in it."""
        return _stacked(self.left, self.find_bar, self.table)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A message can be put away as long as it is there."""
        if watched is self.banner and event.type() in {QEvent.Type.Show, QEvent.Type.Hide}:
            self.dismiss.setVisible(event.type() == QEvent.Type.Show)
            if event.type() == QEvent.Type.Hide:
                self.on_cpu.hide()
        return super().eventFilter(watched, event)

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.relink.setText(self.tr("Find the media…"))
        self.dismiss.setText(self.tr("Dismiss"))
        self.on_cpu.setText(self.tr("Try on the processor"))
        for part in (self.tabs, self.tabs.tabBar()):
            part.setAccessibleName(self.tr("Review, marks and changes"))
        for place, text in enumerate((self.tr("Review"), self.tr("Marks"), self.tr("Changes"))):
            self.tabs.setTabText(place, text)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a switch of the language."""
        on_language_change(self, event)
        super().changeEvent(event)


def _scrolled(part: QWidget) -> QScrollArea:
    """*part* where it may be higher than there is room: then it scrolls, and takes nothing from the picture."""
    area = QScrollArea()
    area.setWidget(part)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


def _stacked(parent: QWidget, *parts: QWidget) -> QWidget:
    """*parts* one below the other without a gap."""
    whole = QWidget(parent)
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for part in parts:
        column.addWidget(part)
    return whole
