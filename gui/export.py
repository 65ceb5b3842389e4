"""The export dialog: what to write, how the file will look and what it cannot hold, before anything is written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase, QFontInfo, QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QStyle,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui import exporting
from gui.background import Background, one_step
from gui.burn_preview import BurnPreview
from gui.dialogs import SPACE, Dialog
from gui.i18n import CHINESE_FONTS, shown_in_chinese, translated
from gui.session import Session
from plugin_core.errors import ZimuError
from plugin_core.formats import Layout
from plugin_core.languages import own_name
from plugin_core.losses import FEATURES, Loss
from plugin_core.protocol import Note, Progress

_ICONS = {
    "lost": QStyle.StandardPixmap.SP_MessageBoxWarning,
    "approximate": QStyle.StandardPixmap.SP_MessageBoxInformation,
    "kept": QStyle.StandardPixmap.SP_DialogApplyButton,
}


class ExportDialog(Dialog):
    """
    Writes the document of *session* as something else. *exported* carries the files that were written.

    *at* is where the film stands (ms): the picture of a burned-in film is shown there first.
    """

    exported = Signal(object)  # tuple[Path, ...]

    def __init__(self, session: Session, parent: QWidget | None = None, *, at: int = 0) -> None:
        super().__init__(parent)
        self._session, self._playhead = session, at
        self._files: tuple[Path, ...] = ()
        self._kept: tuple[Path, ...] = ()
        self._named = ""
        self._work, self._reporting = Background(self), Background(self)
        self._asked_again = False
        self._build()
        self._connect()
        self.retranslate()
        self._choose_target("subtitles:srt")
        self.resize(920, 620)

    # -- parts ---------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.target, self.layers = QComboBox(self), QComboBox(self)
        self.highlight, self.speakers = QCheckBox(self), QCheckBox(self)
        self.speakers.setChecked(True)
        self.path, self.browse = QLineEdit(self), QPushButton(self)
        self.preview = QPlainTextEdit(self)
        self.preview.setReadOnly(True)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        # An alias ("monospace") would lose to the real names after it.
        font.setFamilies([QFontInfo(font).family(), *CHINESE_FONTS])
        self.preview.setFont(font)
        self.preview.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.preview.setTabChangesFocus(True)
        self.still = BurnPreview(self._playhead, self)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.preview)
        self.pages.addWidget(self.still)
        self.losses = QTreeWidget(self)
        self.losses.setRootIsDecorated(False)
        self.losses.setColumnCount(2)
        self.losses.setWordWrap(True)
        self.losses.setUniformRowHeights(False)
        self.progress = QProgressBar(self)
        self.progress.hide()
        self._labels = [QLabel(self) for _ in range(5)]
        wide = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for box in (self.target, self.layers):
            box.setSizePolicy(wide)
            box.setMinimumContentsLength(20)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.body.addLayout(self._columns(), 1)
        self.body.addWidget(self.progress)
        self.write = self.add_button(QDialogButtonBox.ButtonRole.AcceptRole, default=True)
        self.done_button = self.buttons.addButton(QDialogButtonBox.StandardButton.Close)

    def _columns(self) -> QHBoxLayout:
        target, layers, path, preview, losses = self._labels
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(self.browse)
        left = QVBoxLayout()
        left.setSpacing(SPACE // 4)
        for label, field in ((target, self.target), (layers, self.layers)):
            left.addWidget(label)
            left.addWidget(field)
            left.addSpacing(SPACE // 2)
            label.setBuddy(field)
        left.addWidget(self.speakers)
        left.addWidget(self.highlight)
        left.addSpacing(SPACE // 2)
        left.addWidget(path)
        left.addLayout(row)
        left.addSpacing(SPACE // 2)
        left.addWidget(losses)
        left.addWidget(self.losses, 1)
        path.setBuddy(self.path)
        preview.setBuddy(self.preview)
        losses.setBuddy(self.losses)
        right = QVBoxLayout()
        right.setSpacing(SPACE // 4)
        right.addWidget(preview)
        right.addWidget(self.pages, 1)
        columns = QHBoxLayout()
        columns.setSpacing(SPACE)
        columns.addLayout(left, 2)
        columns.addLayout(right, 3)
        return columns

    def _connect(self) -> None:
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._show)
        self.target.currentIndexChanged.connect(self._target_chosen)
        self.layers.currentIndexChanged.connect(self._target_chosen)
        self.highlight.toggled.connect(lambda _: self._later.start())
        self.speakers.toggled.connect(lambda _: self._later.start())
        self._session.changed.connect(lambda *_: self._later.start())
        self.browse.clicked.connect(self._ask_path)
        self.path.textEdited.connect(self._path_typed)
        self.write.clicked.connect(self.export)
        self._work.said.connect(self._hear)
        self._work.finished.connect(self._end)
        self._work.failed.connect(self._fail)
        self._work.busy_changed.connect(self._busy)
        self._reporting.finished.connect(self._show_losses)
        self._reporting.failed.connect(self.banner.say_error)

    # -- what is chosen ------------------------------------------------------------------------------------------

    @property
    def chosen(self) -> exporting.Target:
        """What the document is to be exported as."""
        target: exporting.Target = self.target.currentData()
        return target

    @property
    def layout_chosen(self) -> Layout:
        """Which languages, in which order."""
        base: Layout = self.layers.currentData() or Layout()
        return Layout(base.order, base.languages, self.highlight.isChecked(), self.speakers.isChecked())

    def choose(self, key: str, layer: int = 0) -> None:
        """Choose the target of *key* ("subtitles:ass") and the language choice number *layer*."""
        self._choose_target(key)
        self.layers.setCurrentIndex(layer)

    def _choose_target(self, key: str) -> None:
        data = map(self.target.itemData, range(self.target.count()))
        keys = [found.key if isinstance(found, exporting.Target) else "" for found in data]
        if key in keys:
            self.target.setCurrentIndex(keys.index(key))

    def _target_chosen(self) -> None:
        if not isinstance(self.target.currentData(), exporting.Target):
            return
        subtitles = self.chosen.layers
        self.layers.setEnabled(subtitles)
        self.highlight.setEnabled(self.chosen.name in {"ass", "vtt"})
        self.speakers.setEnabled(subtitles and self.chosen.group == "subtitles")
        self._name_file()
        self._later.start()

    def _name_file(self) -> None:
        """Follow the choice with the file's name, until somebody typed his own."""
        typed = self.path.text()
        folder = Path(typed).parent if typed and typed != self._named else self._folder()
        document = self._session.document
        stem = self._stem()
        self._named = str(folder / exporting.file_name(document, self.chosen, self.layout_chosen, stem))
        self.path.setText(self._named)

    def _stem(self) -> str:
        source = self._session.path or Path(self._session.document.media.path or "Zimu")
        return source.stem or "Zimu"

    def _folder(self) -> Path:
        media = Path(self._session.document.media.path)
        if self._session.path:
            return self._session.path.parent
        return media.parent if media.is_absolute() and media.parent.is_dir() else Path.home()

    def _path_typed(self) -> None:
        self.write.setEnabled(bool(self.path.text().strip()))

    def _ask_path(self) -> None:
        dialog = QFileDialog(self, self.tr("Export as"), self.path.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # an earlier file is kept, so there is nothing to ask
        dialog.fileSelected.connect(self.path.setText)
        dialog.open()

    # -- what it will be -----------------------------------------------------------------------------------------

    def _show(self) -> None:
        document, target, layout = self._session.document, self.chosen, self.layout_chosen
        self.banner.clear()
        try:
            text = exporting.preview(document, target, layout)
        except ZimuError as error:
            self.banner.say_error(error)
            text = ""
        self.preview.setPlainText(text or self.tr("This file holds no text that could be shown here."))
        film = target.group == "video"
        self.pages.setCurrentWidget(self.still if film else self.preview)
        if film:
            self.still.show_document(document, layout)
        self.losses.clear()
        self._asked_again = not self._reporting.start(
            lambda: one_step(lambda: exporting.report(document, target, layout))
        )

    def _show_losses(self, found: tuple[tuple[Loss, ...], tuple[str, ...]]) -> None:
        if self._asked_again:  # what was asked meanwhile counts
            self._later.start()
            return
        losses, notes = found
        self.losses.clear()
        for loss in sorted(losses, key=lambda loss: ("lost", "approximate", "kept").index(loss.how)):
            self._add_loss(loss)
        for note in notes:
            row = QTreeWidgetItem(self.losses, [note])
            row.setIcon(0, self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxInformation))
            row.setFirstColumnSpanned(True)
            row.setToolTip(0, note)
        self.losses.resizeColumnToContents(0)

    def _add_loss(self, loss: Loss) -> None:
        chinese = shown_in_chinese()
        feature = FEATURES[loss.feature]
        words = {
            "lost": self.tr("{count} lost"),
            "approximate": self.tr("{count} changed"),
            "kept": self.tr("{count} kept"),
        }
        why = loss.zh if chinese else loss.en
        row = QTreeWidgetItem(
            self.losses, [feature.zh if chinese else feature.en, words[loss.how].format(count=f"{loss.count:,}")]
        )
        row.setIcon(0, self.style().standardIcon(_ICONS[loss.how]))
        row.setToolTip(0, why)
        row.setToolTip(1, why)
        if why:
            child = QTreeWidgetItem(row, [why])
            child.setFirstColumnSpanned(True)
            child.setToolTip(0, why)
            row.setExpanded(loss.how != "kept")

    # -- writing -------------------------------------------------------------------------------------------------

    def export(self) -> None:
        """Write what is chosen to the path shown, without making the interface wait."""
        path, document = Path(self.path.text().strip()).expanduser(), self._session.document
        target, layout = self.chosen, self.layout_chosen
        self._files = self._kept = ()
        self.banner.clear()
        self._work.start(lambda: exporting.export(document, target, layout, path))

    def _hear(self, event: object) -> None:
        if isinstance(event, Progress):
            self.progress.setRange(0, 1000)
            self.progress.setValue(round(1000 * event.done / max(event.total, 1)))
        elif isinstance(event, Note) and event.stage == "written":
            self._files = (*self._files, Path(event.message))
        elif isinstance(event, Note) and event.stage == "kept":
            self._kept = (*self._kept, Path(event.message))
        elif isinstance(event, Note) and event.level == "warning":
            self.banner.say(event.message, "warning")

    def _end(self, _result: object) -> None:
        said = [self.tr("Written: {path}").format(path=file) for file in self._files]
        said += [self.tr("The earlier version was kept: {path}").format(path=file) for file in self._kept]
        self.banner.say("\n".join(said), "good")
        self.exported.emit(self._files)

    def _fail(self, error: ZimuError) -> None:
        self.banner.say_error(error)

    def _busy(self, busy: bool) -> None:
        self.progress.setRange(0, 0)
        self.progress.setVisible(busy)
        self.write.setEnabled(not busy)

    def reject(self) -> None:
        """Closing stops what is being written; nothing half-written stays."""
        self._work.cancel()
        self.still.stop()
        super().reject()

    # -- words ---------------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        self.entitle(self.tr("Export"), self.tr("An earlier file of the same name is kept under another name."))
        for label, text in zip(
            self._labels,
            (self.tr("Format"), self.tr("Languages"), self.tr("File"), self.tr("Preview"), self.tr("What travels")),
            strict=True,
        ):
            label.setText(text)
        self.speakers.setText(self.tr("With the names of speakers"))
        self.highlight.setText(self.tr("With the time of every word"))
        self.browse.setText(self.tr("Choose…"))
        self.still.retranslate()
        self.write.setText(self.tr("Export"))
        self.losses.setHeaderLabels([self.tr("What"), self.tr("In the file")])
        for widget, label in zip(
            (self.target, self.layers, self.path, self.preview, self.losses), self._labels, strict=True
        ):
            widget.setAccessibleName(label.text())
        self._fill_targets()
        self._fill_layers()
        self._later.start()

    def _fill_targets(self) -> None:
        kept = self.chosen.key if isinstance(self.target.currentData(), exporting.Target) else ""
        found = exporting.targets(self._session.document)
        self.target.blockSignals(True)
        self.target.clear()
        for group, title in exporting.GROUPS:
            members = [one for one in found if one.group == group]
            if not members:
                continue
            self.target.addItem(translated("Exporting", str(title)))
            model = self.target.model()
            if isinstance(model, QStandardItemModel):
                model.item(model.rowCount() - 1).setEnabled(False)  # a heading
            for one in members:
                name = translated("Exporting", one.title)
                self.target.addItem(f"   {name}  ({one.ending})", one)
        self._choose_target(kept)
        self.target.blockSignals(False)

    def _fill_layers(self) -> None:
        row = max(self.layers.currentIndex(), 0)
        self.layers.blockSignals(True)
        self.layers.clear()
        document = self._session.document
        for layout in exporting.layouts(document):
            names = [own_name(language) for language in layout.shown(document)]
            text = (
                names[0]
                if len(names) == 1
                else self.tr("{first} above {second}").format(first=names[0], second=" / ".join(names[1:]))
            )
            self.layers.addItem(text, layout)
        self.layers.setCurrentIndex(row)
        self.layers.blockSignals(False)
