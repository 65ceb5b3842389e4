"""The bar below the video: play, step, time and speed; and everything that is done while playing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPalette, QPixmap, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from gui.actions import Actions
from gui.player import Player
from gui.session import Session
from plugin_core.clock import format_time
from plugin_core.document import Cue

EDGE = 500  # ms played at or beside an edge of a cue
AROUND = 1000  # ms played on either side of a cut
SECOND = 1000

BUTTONS = ("play.second-back", "play.frame-back", "play.toggle", "play.frame-on", "play.second-on", "play.cue")


class Transport(QWidget):
    """
    Buttons, the time of the playhead, and the actions of the menu Play.

    While ``play.follow`` is checked, the playhead goes to a cue that is chosen, unless it is there or playing.
    """

    def __init__(self, session: Session, player: Player, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._player, self._actions = session, player, actions
        self.buttons = {name: self._button(name) for name in (*BUTTONS, "play.slower", "play.faster", "play.mute")}
        self.time = QLabel(self)
        self.time.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.speed = QLabel(self)
        self.speed.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self._connect()
        actions["play.follow"].setChecked(True)
        self.retranslate()

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(self._actions[name])
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setIconSize(QSize(18, 18))
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 8, 3)
        row.setSpacing(2)
        for name in BUTTONS:
            row.addWidget(self.buttons[name])
        row.addSpacing(10)
        row.addWidget(self.time)
        row.addStretch(1)
        row.addWidget(self.buttons["play.slower"])
        row.addWidget(self.speed)
        row.addWidget(self.buttons["play.faster"])
        row.addSpacing(6)
        row.addWidget(self.buttons["play.mute"])
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _connect(self) -> None:
        player, actions = self._player, self._actions
        done = {
            "play.toggle": player.toggle,
            "play.toggle-anywhere": player.toggle,
            "play.cue": self.play_cue,
            "play.cue-start": lambda: self._play_edge(first=True, inside=True),
            "play.cue-end": lambda: self._play_edge(first=False, inside=True),
            "play.before": lambda: self._play_edge(first=True, inside=False),
            "play.after": lambda: self._play_edge(first=False, inside=False),
            "play.around-cut": self.play_around_cut,
            "play.frame-back": lambda: player.step(-1),
            "play.frame-on": lambda: player.step(1),
            "play.second-back": lambda: player.seek(player.position - SECOND),
            "play.second-on": lambda: player.seek(player.position + SECOND),
            "play.cut-before": lambda: self._to_cut(-1),
            "play.cut-next": lambda: self._to_cut(1),
            "play.slower": lambda: player.faster(-1),
            "play.faster": lambda: player.faster(1),
        }
        for name, do in done.items():
            actions[name].triggered.connect(lambda _checked=False, do=do: do())
        actions["play.mute"].toggled.connect(self._mute)
        player.muted_changed.connect(actions["play.mute"].setChecked)
        player.muted_changed.connect(self._draw_icons)
        player.playing_changed.connect(self._draw_icons)
        player.position_changed.connect(self._tell)
        player.media_changed.connect(self._tell)
        player.rate_changed.connect(self._tell_speed)
        self._session.selection_changed.connect(self._follow)
        self._session.changed.connect(self._tell)
        self._session.rules_changed.connect(self._tell)

    # -- what is played --

    def play_cue(self) -> None:
        """Play the chosen cues from the first start to the last end."""
        cues = self._chosen()
        if cues:
            self._player.play_span(min(cue.start for cue in cues), max(cue.end for cue in cues))

    def _play_edge(self, *, first: bool, inside: bool) -> None:
        cue = self._session.cue(self._session.current)
        if cue is None:
            return
        edge = cue.start if first else cue.end
        forward = first is inside
        start, end = (edge, edge + EDGE) if forward else (edge - EDGE, edge)
        if inside:
            start, end = max(start, cue.start), min(end, cue.end)
        self._player.play_span(max(0, start), end)

    def play_around_cut(self) -> None:
        """Play a second before and after the shot cut nearest to the playhead."""
        cuts = self._session.cuts
        if cuts:
            cut = min(cuts, key=lambda one: abs(one - self._player.position))
            self._player.play_span(max(0, cut - AROUND), cut + AROUND)

    def _to_cut(self, way: int) -> None:
        now = self._player.position
        cuts = [cut for cut in self._session.cuts if (cut - now) * way > 20]
        if cuts:
            self._player.seek(min(cuts, key=lambda cut: abs(cut - now)))

    def _chosen(self) -> list[Cue]:
        found = (self._session.cue(name) for name in self._session.selection)
        return [cue for cue in found if cue is not None]

    def _follow(self, selection: tuple[str, ...]) -> None:
        if not selection or self._player.playing or not self._actions["play.follow"].isChecked():
            return
        item = self._session.cue(selection[-1]) or self._session.mark(selection[-1])
        if item is not None and not item.start <= self._player.position < max(item.end, item.start + 1):
            self._player.seek(item.start)

    def _mute(self, on: bool) -> None:
        self._player.muted = on

    # -- what is shown --

    def _tell(self, *_: object) -> None:
        now, rate = self._player.position, self._session.frame_rate or self._player.frame_rate
        length = self._player.duration or self._session.document.media.duration
        shown = rate.timecode(rate.frame_at(now)) if rate else format_time(now)
        whole = rate.timecode(rate.frame_at(length)) if rate else format_time(length)
        self.time.setText(f"{shown}  /  {whole}" if length else shown)

    def _tell_speed(self, rate: float) -> None:
        self.speed.setText(self.tr("{rate}×").format(rate=f"{rate:g}"))

    def _draw_icons(self, *_: object) -> None:
        shapes = {
            "play.second-back": "back2", "play.frame-back": "back",
            "play.toggle": "pause" if self._player.playing else "play",
            "play.frame-on": "on", "play.second-on": "on2", "play.cue": "cue",
            "play.slower": "minus", "play.faster": "plus",
            "play.mute": "muted" if self._player.muted else "sound",
        }  # fmt: skip
        for name, shape in shapes.items():
            self._actions[name].setIcon(icon(shape, self.palette(), self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._draw_icons()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Names in the language now installed."""
        self.setAccessibleName(self.tr("Playing"))
        self.time.setAccessibleName(self.tr("Time of the playhead, and length of the film"))
        self.time.setToolTip(self.time.accessibleName())
        self.speed.setAccessibleName(self.tr("Speed"))
        wide = self.fontMetrics().horizontalAdvance
        self.time.setMinimumWidth(wide("00:00:00:00  /  00:00:00:00") + 8)
        self.speed.setMinimumWidth(wide("0.75×") + 8)
        self._tell_speed(self._player.rate)
        self._tell()
        self._draw_icons()


def _triangle(x: float, way: int) -> QPolygonF:
    """A triangle 7 wide that points right, or left from *x* + 7 if *way* is negative."""
    base, tip = (x, x + 7) if way > 0 else (x + 7, x)
    return QPolygonF([QPointF(base, 3.5), QPointF(tip, 9), QPointF(base, 14.5)])


SPEAKER = (QRectF(2, 6.5, 3, 5), QPolygonF([QPointF(5, 6.5), QPointF(9, 3), QPointF(9, 15), QPointF(5, 11.5)]))
SHAPES: dict[str, tuple[QPolygonF | QRectF, ...]] = {
    "play": (QPolygonF([QPointF(5, 2.5), QPointF(15, 9), QPointF(5, 15.5)]),),
    "pause": (QRectF(4, 3, 3.5, 12), QRectF(10.5, 3, 3.5, 12)),
    "back": (_triangle(4, -1), QRectF(13, 3.5, 2, 11)),
    "on": (_triangle(7, 1), QRectF(3, 3.5, 2, 11)),
    "back2": (_triangle(2, -1), _triangle(9, -1)),
    "on2": (_triangle(2, 1), _triangle(9, 1)),
    "cue": (QRectF(1.5, 3.5, 2, 11), _triangle(5.5, 1), QRectF(14.5, 3.5, 2, 11)),
    "minus": (QRectF(4, 8, 10, 2),),
    "plus": (QRectF(4, 8, 10, 2), QRectF(8, 4, 2, 10)),
    "sound": (*SPEAKER, QRectF(11, 7, 1.5, 4), QRectF(13.5, 5, 1.5, 8)),
    "muted": (*SPEAKER, QPolygonF([QPointF(11, 6), QPointF(12, 5), QPointF(17, 12), QPointF(16, 13)]),
              QPolygonF([QPointF(16, 5), QPointF(17, 6), QPointF(12, 13), QPointF(11, 12)])),
}  # fmt: skip


def icon(shape: str, palette: QPalette, ratio: float) -> QIcon:
    """A shape of :data:`SHAPES`, 18 points large, in the palette's colours, enabled and disabled."""
    made = QIcon()
    for group, mode in (
        (QPalette.ColorGroup.Active, QIcon.Mode.Normal),
        (QPalette.ColorGroup.Disabled, QIcon.Mode.Disabled),
    ):
        pixmap = QPixmap(round(18 * ratio), round(18 * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(group, QPalette.ColorRole.ButtonText))
        for part in SHAPES[shape]:
            if isinstance(part, QRectF):
                painter.drawRect(part)
            else:
                painter.drawPolygon(part)
        painter.end()
        made.addPixmap(pixmap, mode)
    return made
