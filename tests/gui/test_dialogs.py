from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from gui.dialogs import ask_file


@pytest.mark.parametrize(("suffix", "mode"), [("", "AcceptOpen"), ("csv", "AcceptSave")])
def test_the_file_that_is_chosen_is_taken(qtbot: QtBot, tmp_path: Path, suffix: str, mode: str) -> None:
    parent, taken = QWidget(), list[Path]()
    qtbot.addWidget(parent)
    ask_file(parent, "Terms", taken.append, place=str(tmp_path), filters=["Tables (*.csv)"], suffix=suffix)
    (dialog,) = parent.findChildren(QFileDialog)
    assert (dialog.windowTitle(), dialog.acceptMode().name, dialog.defaultSuffix()) == ("Terms", mode, suffix)
    dialog.fileSelected.emit(str(tmp_path / "a.csv"))
    assert taken == [tmp_path / "a.csv"]
    dialog.close()
