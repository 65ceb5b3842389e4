"""The glossary editor keeps every term that was typed or brought, and writes only when it is told to."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from gui.glossary_editor import GlossaryDialog, TermModel
from plugin_core import termbase
from plugin_core.glossary import Glossary, Term

FERRY = Term("ferry", "渡轮", "en", "zh", "ship")
STORM = Term("storm surge", "风暴潮", "en", "zh")


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> GlossaryDialog:
    termbase.save(Glossary((FERRY,)), tmp_path / "terms.csv")
    made = GlossaryDialog(tmp_path / "terms.csv")
    qtbot.addWidget(made)
    return made


def typed(model: TermModel, row: int, column: int, text: str) -> None:
    assert model.setData(model.index(row, column), text, Qt.ItemDataRole.EditRole)


def test_a_new_term_is_typed_in_the_last_row_and_its_languages_follow_the_script(dialog: GlossaryDialog) -> None:
    tester = QAbstractItemModelTester(dialog.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    typed(dialog.model, 1, 0, " storm  surge ")
    typed(dialog.model, 1, 1, "风暴潮")
    assert dialog.model.terms == (FERRY, STORM)
    assert dialog.model.rowCount() == 3
    assert tester.model() is dialog.model


def test_nothing_is_written_before_it_is_saved(dialog: GlossaryDialog, qtbot: QtBot) -> None:
    before = dialog.path.read_bytes()
    assert not dialog.save_button.isEnabled()
    typed(dialog.model, 0, 1, "轮渡")
    assert dialog.path.read_bytes() == before
    with qtbot.waitSignal(dialog.saved) as saved:
        dialog.save_button.click()
    assert termbase.load(saved.args[0]).terms[0].target == "轮渡"
    assert not dialog.save_button.isEnabled()


def test_a_row_of_one_side_and_two_translations_of_one_term_are_marked_in_words(dialog: GlossaryDialog) -> None:
    typed(dialog.model, 1, 0, "Ferry")
    tip = Qt.ItemDataRole.ToolTipRole
    assert "lacks one side" in dialog.model.data(dialog.model.index(1, 0), tip)
    typed(dialog.model, 1, 1, "轮渡")
    typed(dialog.model, 1, 2, "en")
    assert "twice" in dialog.model.data(dialog.model.index(0, 0), tip)
    assert dialog.model.data(dialog.model.index(0, 0), Qt.ItemDataRole.DecorationRole) is not None


def test_terms_of_another_program_are_added_once(dialog: GlossaryDialog, tmp_path: Path) -> None:
    termbase.save(Glossary((FERRY, STORM)), tmp_path / "other.tbx")
    dialog.bring_in(tmp_path / "other.tbx")
    dialog.bring_in(tmp_path / "other.tbx")
    assert dialog.model.terms == (FERRY, STORM)
    assert dialog.banner.text.startswith("0 new")


def test_a_file_that_is_no_glossary_is_refused_and_the_terms_stay(dialog: GlossaryDialog, tmp_path: Path) -> None:
    (tmp_path / "bad.tbx").write_text("<html/>")
    dialog.bring_in(tmp_path / "bad.tbx")
    assert "no TBX file" in dialog.banner.text
    assert dialog.model.terms == (FERRY,)


def test_terms_are_given_to_other_programs(dialog: GlossaryDialog, tmp_path: Path) -> None:
    dialog.give_out(tmp_path / "out.tbx")
    assert termbase.load(tmp_path / "out.tbx").terms == (FERRY,)


def test_what_is_searched_and_removed_is_what_is_seen(dialog: GlossaryDialog) -> None:
    dialog.model.add((STORM,))
    dialog.search.setText("storm")
    assert dialog.table.model().rowCount() == 1
    dialog.table.selectRow(0)
    dialog.remove_selected()
    assert dialog.model.terms == (FERRY,)


def test_a_damaged_glossary_is_said_and_left_as_it_is(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "terms.csv").write_text("only one side\n")
    dialog = GlossaryDialog(tmp_path / "terms.csv")
    qtbot.addWidget(dialog)
    assert "does not have a source and a target" in dialog.banner.text
    assert (tmp_path / "terms.csv").read_text() == "only one side\n"
