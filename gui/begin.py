"""What has to be said before subtitles can be made of media: who speaks what, which languages, which pack."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QFormLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.actions import QT_TRANSLATE_NOOP
from gui.dialogs import Banner
from gui.i18n import on_language_change
from gui.preferences import Preferences, Preferred
from gui.sentences import said
from plugin_core import settings
from plugin_core.engines.bench import choose_pack
from plugin_core.errors import ModelError
from plugin_core.languages import own_name
from plugin_core.pipeline import Job

SPOKEN = ("auto", "zh", "en")
WANTED: tuple[tuple[str, ...], ...] = (("zh", "en"), ("en", "zh"), ("zh",), ("en",), ())
KINDS = ("speech", "translation", "tagging", "sounds", "voices", "shots", "scenes", "captions")
EVENTS = ("text", "sounds", "speakers")  # what is marked beside what is said
LOOKED = ("shots", "scenes", "captions")
PICTURE = (  # what is looked for in the picture: fields of a job that are on
    ((), QT_TRANSLATE_NOOP("BeginForm", "Nothing")),
    (("shots",), QT_TRANSLATE_NOOP("BeginForm", "Shots")),
    (("shots", "scenes"), QT_TRANSLATE_NOOP("BeginForm", "Shots and scenes")),
    (("shots", "captions"), QT_TRANSLATE_NOOP("BeginForm", "Shots, described")),
    (("shots", "scenes", "captions"), QT_TRANSLATE_NOOP("BeginForm", "Shots, described, and scenes")),
)
PACKS = (
    ("", QT_TRANSLATE_NOOP("BeginForm", "The best that is installed")),
    ("starter", QT_TRANSLATE_NOOP("BeginForm", "Starter packs (only for the sample)")),
)


class BeginForm(QWidget):
    """The choices. ``changed`` tells that one is another now; ``job`` is what they ask for."""

    changed = Signal()

    def __init__(self, preferred: Preferred, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferred = preferred
        self.spoken, self.wanted, self.picture, self.pack = (QComboBox(self) for _ in range(4))
        self._labels = [QLabel(self) for _ in range(4)]
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        boxes = (self.spoken, self.wanted, self.picture, self.pack)
        for label, box in zip(self._labels, boxes, strict=True):
            label.setBuddy(box)
            form.addRow(label, box)
        self.retranslate()
        self.reset()
        for box in boxes:
            box.currentIndexChanged.connect(lambda _index: self.changed.emit())

    def reset(self, *, sample: bool = False) -> None:
        """What the preferences say; for the sample the starter packs, which were made for it."""
        now = self._preferred()
        self._choose(self.spoken, now.spoken)
        self._choose(self.wanted, now.languages)
        self.picture.setCurrentIndex(_looked(now))
        self._choose(self.pack, "starter" if sample else now.speech_pack)

    def job(self, media: Path) -> Job:
        """The job these choices ask for on *media*."""
        pack = str(self.pack.currentData())
        job = self._preferred().job(media, spoken=self.spoken.currentData(), languages=tuple(self.wanted.currentData()))
        looked: dict[str, Any] = {name: name in PICTURE[self.picture.currentIndex()][0] for name in LOOKED}
        job = replace(job, events=EVENTS, **looked)
        if pack == "starter":
            packs: dict[str, Any] = {f"{kind}_pack": pack for kind in KINDS}
            return replace(job, **packs)
        return replace(job, speech_pack=pack)

    def lacks(self) -> str:
        """A sentence if there is no pack that can do it, "" if there is one."""
        spoken = str(self.spoken.currentData())
        try:
            choose_pack("speech", str(self.pack.currentData()), () if spoken == "auto" else (spoken,))
        except ModelError as error:
            if self.pack.currentData() not in dict(PACKS):  # one that was chosen by name and has been removed
                return said(str(error))
            return self.tr(
                "No pack for everyday speech is installed. Get one, or take the starter packs, which understand only "
                "the voices and sentences of the sample."
            )
        return ""

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        texts = (self.tr("Spoken"), self.tr("Subtitles in"), self.tr("Found in the picture"), self.tr("Packs"))
        for label, text in zip(self._labels, texts, strict=True):
            label.setText(text)
        spoken = [(code, self.tr("Found by listening") if code == "auto" else own_name(code)) for code in SPOKEN]
        _fill(self.spoken, spoken)
        wanted = [(list(codes), " + ".join(map(own_name, codes))) for codes in WANTED if codes]
        _fill(self.wanted, [*wanted, ([], self.tr("Only what is spoken"))])
        _fill(self.picture, [(list(key), QCoreApplication.translate("BeginForm", text)) for key, text in PICTURE])
        _fill(self.pack, [(key, QCoreApplication.translate("BeginForm", text)) for key, text in PACKS])

    def changeEvent(self, event: QEvent) -> None:
        """Follow a switch of the language."""
        on_language_change(self, event)
        super().changeEvent(event)

    def _choose(self, box: QComboBox, value: object) -> None:
        value = list(value) if isinstance(value, tuple) else value
        place = next((place for place in range(box.count()) if box.itemData(place) == value), -1)
        if place < 0:
            text = " + ".join(map(own_name, value)) if isinstance(value, list) else str(value)
            box.addItem(text, value)
            place = box.count() - 1
        box.setCurrentIndex(place)


def _looked(now: Preferences) -> int:
    """The place among PICTURE of what is looked for in the picture."""
    wanted = {name for name in LOOKED if getattr(now, name)}
    wanted |= {"shots"} if wanted else set()
    return next(place for place, (names, _) in enumerate(PICTURE) if set(names) == wanted)


class BeginBar(QFrame):
    """
    Over media without subtitles: the choices and one button. ``wanted(Job)`` asks for the job, ``packs_wanted`` for the
    list of packs.
    """

    wanted = Signal(object)
    packs_wanted = Signal()

    def __init__(self, preferred: Preferred, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._media = Path()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.title = QLabel(self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.2)
        font.setBold(True)
        self.title.setFont(font)
        self.form = BeginForm(preferred, self)
        self.form.changed.connect(self.check)
        self.banner = Banner(self)
        self.make, self.packs = QPushButton(self), QPushButton(self)
        self.make.setDefault(True)
        self.make.clicked.connect(lambda: self.wanted.emit(self.job()))
        self.packs.clicked.connect(self.packs_wanted)
        buttons = QHBoxLayout()
        buttons.addWidget(self.make)
        buttons.addWidget(self.packs)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        self.form.setMaximumWidth(560)
        for widget in (self.title, self.form, self.banner):
            column.addWidget(widget)
        column.addLayout(buttons)
        self.retranslate()

    def offer(self, media: Path, *, sample: bool = False) -> None:
        """Ask how subtitles of *media* are wanted."""
        self._media = media
        self.form.reset(sample=sample)
        self.check()
        self.show()
        self.make.setFocus()

    def job(self) -> Job:
        """The job that is asked for. Its document lies in Zimu's home until the person saves it."""
        return replace(self.form.job(self._media), out=str(results_of(self._media)), formats=())

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.title.setText(self.tr("No subtitles yet"))
        self.make.setText(self.tr("Make subtitles"))
        self.packs.setText(self.tr("Packs…"))
        self.check()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a switch of the language."""
        on_language_change(self, event)
        super().changeEvent(event)

    def check(self) -> None:
        """Say whether there is a pack for it; packs may have come or gone."""
        self.banner.say(self.form.lacks(), "warning")
        self.make.setEnabled(not self.banner.text)


def results_of(media: Path) -> Path:
    """The folder of Zimu's home for what was made of *media*; nothing is put beside it until somebody saves."""
    key = hashlib.sha256(str(media.absolute()).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return settings.home() / "results" / key


def _fill(box: QComboBox, rows: Sequence[tuple[object, str]]) -> None:
    """New texts for the same values; what is chosen stays chosen."""
    chosen = box.currentIndex()
    box.blockSignals(True)
    if box.count() == 0:
        for value, text in rows:
            box.addItem(text, value)
    for place, (_value, text) in enumerate(rows):
        box.setItemText(place, text)
    box.setCurrentIndex(max(chosen, 0))
    box.blockSignals(False)
