"""Recognise a range again, and re-flow with another profile: the questions before the work."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QDialogButtonBox, QFormLayout, QLabel, QWidget

from gui.background import Background
from gui.corrector import Corrector
from gui.dialogs import Dialog
from plugin_core import clock, languages, modelstore, profiles
from plugin_core.document import Document
from plugin_core.errors import ZimuError
from plugin_core.reflow import reflow


class RelistenDialog(Dialog):
    """Recognise the selected cues again, with a pack and a language to choose."""

    def __init__(self, corrector: Corrector, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._corrector = corrector
        cues = [cue for key in corrector.chosen if (cue := corrector.session.cue(key)) is not None]
        self.start = min((cue.start for cue in cues), default=0)
        self.end = max((cue.end for cue in cues), default=0)
        self.pack, self.language = QComboBox(self), QComboBox(self)
        self.translate = QCheckBox(self)
        self.translate.setChecked(True)
        self.translate.setVisible(len(corrector.session.document.languages) > 1)
        self._labels = [QLabel(self), QLabel(self)]
        form = QFormLayout()
        for label, box in zip(self._labels, (self.pack, self.language), strict=True):
            label.setBuddy(box)
            form.addRow(label, box)
        self.body.addLayout(form)
        self.body.addWidget(self.translate)
        self._go = self.add_button(QDialogButtonBox.ButtonRole.AcceptRole, default=True)
        self._close = self.add_button(QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.accept)
        self._packs = [pack for pack in modelstore.installed() if pack.kind == "speech"]
        self._fill()
        self.retranslate()
        self.resize(460, 0)

    def _fill(self) -> None:
        self.pack.addItem("", "")
        for pack in self._packs:
            self.pack.addItem(pack.name or pack.id, pack.id)
        self.pack.setCurrentIndex(max(0, self.pack.findData(self._corrector.preferred().speech_pack)))
        known = [language for pack in self._packs for language in pack.languages]
        spoken = self._corrector.session.document.languages
        self.language.addItem("", "auto")
        for code in dict.fromkeys([*spoken, *sorted(set(known) - set(spoken))]):
            self.language.addItem(languages.own_name(code), code)

    def accept(self) -> None:
        """Begin; the result comes into the document when it is ready."""
        self._corrector.relisten(
            self.start,
            self.end,
            language=str(self.language.currentData()),
            pack=str(self.pack.currentData()),
            translate=not self.translate.isHidden() and self.translate.isChecked(),
        )
        super().accept()

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        pattern = self.tr("From {start} to {end}. The cues that are there give way to what is heard.")
        span = pattern.format(start=clock.format_time(self.start), end=clock.format_time(self.end))
        self.entitle(self.tr("Recognise again"), span)
        for label, text in zip(self._labels, (self.tr("Pack"), self.tr("Spoken language")), strict=True):
            label.setText(text)
        self.pack.setItemText(0, self.tr("The best one that is installed"))
        self.language.setItemText(0, self.tr("Found by listening"))
        self.translate.setText(self.tr("Translate what is heard"))
        self._go.setText(self.tr("Recognise"))
        self._close.setText(self.tr("Cancel"))
        self._go.setEnabled(self.end > self.start and bool(self._packs))
        if not self._packs:
            self.banner.say(self.tr("No pack for speech is installed."), "warning")


class ReflowDialog(Dialog):
    """Cut the speech into cues anew; how many there would be is shown before anything changes."""

    def __init__(self, corrector: Corrector, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._corrector = corrector
        self._before: Document | None = None
        self._after: Document | None = None
        self._stale = False
        self.profile = QComboBox(self)
        for name in profiles.names():
            self.profile.addItem(profiles.find(name).name, name)
        wanted = corrector.session.profile.id.removesuffix(profiles.CHILDREN)
        self.profile.setCurrentIndex(max(0, self.profile.findData(wanted)))
        self.only = QCheckBox(self)
        self.only.setChecked(len(corrector.chosen) > 1)
        self.only.setEnabled(bool(corrector.chosen))
        self.keep = QCheckBox(self)
        self.keep.setChecked(True)
        self.told = QLabel(self)
        self.told.setWordWrap(True)
        self._label = QLabel(self)
        self._label.setBuddy(self.profile)
        form = QFormLayout()
        form.addRow(self._label, self.profile)
        self.body.addLayout(form)
        for part in (self.only, self.keep, self.told):
            self.body.addWidget(part)
        self._go = self.add_button(QDialogButtonBox.ButtonRole.AcceptRole, default=True)
        self._close = self.add_button(QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.accept)
        self.work = Background(self)
        self.work.finished.connect(self._made)
        self.work.failed.connect(self._failed)
        self.profile.currentIndexChanged.connect(self.preview)
        self.only.toggled.connect(self.preview)
        self.retranslate()
        self.preview()
        self.resize(460, 0)

    def preview(self) -> None:
        """Work out the new cues, beside the interface."""
        session = self._corrector.session
        self._before, self._after = session.document, None
        self._go.setEnabled(False)
        document, profile = session.document, profiles.find(str(self.profile.currentData()))
        ids = self._corrector.chosen if self.only.isChecked() else None
        rate, cuts = session.frame_rate, session.cuts

        def steps() -> Generator[Any, None, Document]:
            yield from ()
            return reflow(document, profile, ids=ids, frame_rate=rate, cuts=cuts)

        self._stale = not self.work.start(steps)
        self._tell()

    def _made(self, after: Document) -> None:
        if self._stale:
            self.preview()
            return
        self._after = after
        self._tell()

    def _failed(self, error: ZimuError) -> None:
        self.banner.say_error(error)

    def _tell(self) -> None:
        before, after = self._before, self._after
        self._go.setEnabled(before is not None and after is not None and after is not before)
        if before is None or after is None:
            self.told.setText(self.tr("Working it out…"))
        elif after is before:
            self.told.setText(self.tr("The cues are already as this profile wants them."))
        else:
            kept = {cue.id: cue for cue in before.cues}
            changed = sum(kept.get(cue.id) != cue for cue in after.cues)
            pattern = self.tr("{before} cues become {after}; {changed} of them are new or changed. No word is lost.")
            self.told.setText(pattern.format(before=len(before.cues), after=len(after.cues), changed=changed))

    def accept(self) -> None:
        """Take the new cues, unless the document was edited meanwhile."""
        session = self._corrector.session
        if self._after is None or self._before is not session.document:
            self.preview()
            return
        session.close_merge()
        session.edit(self.tr("Re-flow"), self._after)
        if self.keep.isChecked():
            session.profile = profiles.find(str(self.profile.currentData()))
        super().accept()

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        text = self.tr("Cuts the speech into cues anew. Words keep their times, translations follow them.")
        self.entitle(self.tr("Re-flow"), text)
        self._label.setText(self.tr("Rules"))
        self.only.setText(self.tr("Only the selected cues"))
        self.keep.setText(self.tr("Check by these rules from now on"))
        self._go.setText(self.tr("Re-flow"))
        self._close.setText(self.tr("Cancel"))
        self._tell()
