"""The dialog that corrects what shots or a scene are labelled, group by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

from gui.dialogs import Dialog
from gui.shot_signs import label_name
from plugin_core.document import Mark
from plugin_core.scenes.labels import Group, groups

MIXED = "?"  # several marks, and not all say the same


class LabelDialog(Dialog):
    """``labelled`` carries the marks that were changed, when it is accepted. What is set here is the person's."""

    labelled = Signal(object)  # tuple[Mark, ...]

    def __init__(self, marks: Sequence[Mark], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from plugin_core.scenes.marking import labels_of, sure_of

        self._marks = tuple(marks)
        self._told = [labels_of(mark) for mark in self._marks]
        self._sure = sure_of(self._marks[0]) if len(self._marks) == 1 else {}
        self._names: dict[str, QLabel] = {}
        self.boxes: dict[str, QComboBox] = {}
        self.checks: dict[str, dict[str, QCheckBox]] = {}
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.title, self._title_name = QLineEdit(self._marks[0].text, self), QLabel(self)
        self._title_name.setBuddy(self.title)
        self._form.addRow(self._title_name, self.title)
        self._form.setRowVisible(0, len(self._marks) == 1 and self._marks[0].kind == "scene")
        for group in groups().values():
            self._add(group)
        self.body.addLayout(self._form)
        self.go = self.add_button(QDialogButtonBox.ButtonRole.AcceptRole, default=True)
        self.cancel = self.add_button(QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.accept)
        self.retranslate()
        self.resize(560, self.sizeHint().height())

    def _add(self, group: Group) -> None:
        """A row for *group*: a choice of one, or boxes to check."""
        name = self._names[group.id] = QLabel(self)
        said = [tuple(told.get(group.id, ())) for told in self._told]
        row = QHBoxLayout()
        if group.many:
            checks = self.checks[group.id] = {}
            for label in group.labels:
                checks[label] = check = QCheckBox(self)
                holds = [label in one for one in said]
                if any(holds) and not all(holds):
                    check.setTristate(True)
                    check.setCheckState(Qt.CheckState.PartiallyChecked)
                else:
                    check.setChecked(all(holds))
                row.addWidget(check)
            row.addStretch(1)
        else:
            box = self.boxes[group.id] = QComboBox(self)
            box.addItem("", "")
            for label in group.labels:
                box.addItem("", label)
            if len(set(said)) > 1:
                box.addItem("", MIXED)
            now = MIXED if len(set(said)) > 1 else next(iter(said[0]), "")
            box.setCurrentIndex(next((place for place in range(box.count()) if box.itemData(place) == now), 0))
            name.setBuddy(box)
            row.addWidget(box, 1)
            row.addWidget(self._sureness(group.id, said[0]))
        self._form.addRow(name, row)

    def _sureness(self, group: str, said: tuple[str, ...]) -> QLabel:
        """How sure the machine is of its label, or that a person set it."""
        words = QLabel(self)
        wide = (self.tr("{share} % sure").format(share=100), self.tr("set by hand"))
        words.setMinimumWidth(max(map(self.fontMetrics().horizontalAdvance, wide)) + 4)
        if len(self._marks) == 1 and said:
            share = self._sure.get(group)
            sure = self.tr("{share} % sure").format(share=round(100 * share)) if share is not None else ""
            words.setText(sure or self.tr("set by hand"))
        return words

    def changed(self) -> tuple[Mark, ...]:
        """The marks whose labels are others now."""
        from plugin_core.scenes.marking import corrected

        found = []
        for mark, told in zip(self._marks, self._told, strict=True):
            after = mark
            for group, wanted in self._wanted(told).items():
                if tuple(told.get(group, ())) != wanted:
                    after = corrected(after, group, wanted)
            if len(self._marks) == 1 and mark.kind == "scene":
                after = replace(after, text=self.title.text().strip())
            if after != mark:
                found.append(after)
        return tuple(found)

    def _wanted(self, told: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """The labels by group that a mark is to have that was *told* those."""
        wanted: dict[str, tuple[str, ...]] = {}
        for group, box in self.boxes.items():
            label = box.currentData()
            if label != MIXED:
                wanted[group] = (str(label),) if label else ()
        for group, checks in self.checks.items():
            partly = Qt.CheckState.PartiallyChecked
            wanted[group] = tuple(
                label
                for label, box in checks.items()
                if box.isChecked() and (box.checkState() is not partly or label in told.get(group, ()))
            )
        return wanted

    def accept(self) -> None:
        """Tell what was changed."""
        changed = self.changed()
        if changed:
            self.labelled.emit(changed)
        super().accept()

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""
        scene, count = self._marks[0].kind == "scene", len(self._marks)
        title = self.tr("Labels of %n scene(s)", "", count) if scene else self.tr("Labels of %n shot(s)", "", count)
        self.entitle(title, self.tr("What you set here is kept when the scenes are recognised again."))
        self._title_name.setText(self.tr("Name"))
        for group, name in self._names.items():
            name.setText(label_name(group))
        for group, box in self.boxes.items():
            for place in range(box.count()):
                label = box.itemData(place)
                words = self.tr("As they are") if label == MIXED else label_name(group, label)
                box.setItemText(place, words if label else self.tr("—"))
        for group, checks in self.checks.items():
            for label, check in checks.items():
                check.setText(label_name(group, label))
        self.go.setText(self.tr("Set the labels"))
        self.cancel.setText(self.tr("Cancel"))
