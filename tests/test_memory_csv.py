"""The translation memory goes to a spreadsheet and comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin_core.errors import DocumentError
from plugin_core.memory import Memory
from plugin_core.memory_csv import export_csv, import_csv

PAIR = ("en", "zh")


def test_what_was_exported_is_found_again_in_another_memory(tmp_path: Path) -> None:
    with Memory(tmp_path / "a.sqlite") as memory:
        memory.store("Good evening, and welcome.", "晚上好，欢迎收看。", PAIR, "user", True)
        memory.store("More at ten.", "十点再会。", PAIR, "user", False)
        assert export_csv(memory, tmp_path / "memory.csv") == 2
    with Memory(tmp_path / "b.sqlite") as memory:
        assert import_csv(memory, tmp_path / "memory.csv") == 2
        assert memory.confirmed("good evening, and welcome", PAIR) == "晚上好，欢迎收看。"


@pytest.mark.parametrize("text", ["only one column\n", "source,target\nx,\n"])
def test_a_table_without_pairs_is_refused_and_nothing_is_stored(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.csv").write_text(text)
    with Memory(tmp_path / "a.sqlite") as memory:
        with pytest.raises(DocumentError):
            import_csv(memory, tmp_path / "bad.csv")
        assert not list(memory.pairs())


def test_a_missing_table_is_said(tmp_path: Path) -> None:
    with Memory(tmp_path / "a.sqlite") as memory, pytest.raises(DocumentError, match="cannot be read"):
        import_csv(memory, tmp_path / "none.csv")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Memory(tmp_path / "a.sqlite") as memory, pytest.raises(DocumentError, match="cannot be written"):
        export_csv(memory, tmp_path / "file" / "memory.csv")
