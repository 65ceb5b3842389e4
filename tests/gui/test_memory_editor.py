"""The memory editor shows what people said, and what is changed there is what jobs find."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from gui.memory_editor import MemoryDialog
from plugin_core.memory import Memory

PAIR = ("en", "zh")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with Memory(tmp_path / "memory.sqlite") as memory:
        memory.store("More at ten.", "十点再会。", PAIR, "user", True)
        memory.store("Nobody was hurt.", "没人受伤。", PAIR, "tmx:old", False)
    return tmp_path / "memory.sqlite"


@pytest.fixture
def dialog(file: Path, qtbot: QtBot) -> Iterator[MemoryDialog]:
    made = MemoryDialog(lambda: Memory(file))
    qtbot.addWidget(made)
    yield made
    made.done(0)


def found(file: Path, source: str) -> list[tuple[str, bool]]:
    with Memory(file) as memory:
        return [(hit.target, hit.confirmed) for hit in memory.lookup(source, PAIR, fuzzy=1)]


def test_a_translation_typed_over_is_confirmed_and_found_by_jobs(dialog: MemoryDialog, file: Path) -> None:
    tester = QAbstractItemModelTester(dialog.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert dialog.model.setData(dialog.model.index(1, 1), "无人受伤。")
    assert found(file, "Nobody was hurt.") == [("无人受伤。", True)]
    assert tester.model() is dialog.model


def test_a_tick_confirms_and_an_empty_translation_is_not_taken(dialog: MemoryDialog, file: Path) -> None:
    role = Qt.ItemDataRole.CheckStateRole
    assert dialog.model.setData(dialog.model.index(1, 4), Qt.CheckState.Checked.value, role)
    assert found(file, "Nobody was hurt.") == [("没人受伤。", True)]
    assert not dialog.model.setData(dialog.model.index(1, 1), "  ")
    assert found(file, "Nobody was hurt.") == [("没人受伤。", True)]


def test_what_is_searched_is_what_is_forgotten(dialog: MemoryDialog, file: Path) -> None:
    dialog.search.setText("hurt")
    dialog.table.selectRow(0)
    dialog.forget_selected()
    assert found(file, "Nobody was hurt.") == []
    assert found(file, "More at ten.") == [("十点再会。", True)]
    assert dialog.banner.text.endswith("removed.")


@pytest.mark.parametrize("ending", [".tmx", ".csv"])
def test_pairs_go_to_other_programs_and_come_back(
    dialog: MemoryDialog, tmp_path: Path, qtbot: QtBot, ending: str
) -> None:
    dialog.give_out(tmp_path / f"out{ending}")
    other = MemoryDialog(lambda: Memory(tmp_path / "other.sqlite"))
    qtbot.addWidget(other)
    other.bring_in(tmp_path / f"out{ending}")
    other.done(0)
    assert found(tmp_path / "other.sqlite", "more at ten") == [("十点再会。", True)]


def test_a_file_that_is_no_memory_is_refused_with_a_sentence(dialog: MemoryDialog, tmp_path: Path) -> None:
    (tmp_path / "bad.tmx").write_text("<html/>")
    dialog.bring_in(tmp_path / "bad.tmx")
    assert "no TMX file" in dialog.banner.text
    assert dialog.model.rowCount() == 2


def test_a_memory_that_cannot_be_opened_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    dialog = MemoryDialog(lambda: Memory(tmp_path / "file" / "memory.sqlite"))
    qtbot.addWidget(dialog)
    assert "cannot be opened" in dialog.banner.text
    assert not dialog.bring.isEnabled()
