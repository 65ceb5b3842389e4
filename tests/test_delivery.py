"""Results are moved in whole; what was there and differs is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin_core.delivery import put_in_place, staging
from plugin_core.errors import DocumentError


def deliver(folder: Path, text: str) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    with staging(folder) as staged:
        (staged / "film.zh.srt").write_text(text)
        return put_in_place(staged, folder)


def test_a_new_file_is_put_in_place(tmp_path: Path) -> None:
    files, kept = deliver(tmp_path / "out", "1")
    assert [file.name for file in files] == ["film.zh.srt"]
    assert kept == ()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["film.zh.srt"]


def test_the_same_result_again_changes_nothing(tmp_path: Path) -> None:
    deliver(tmp_path, "1")
    assert deliver(tmp_path, "1")[1] == ()
    assert len(list(tmp_path.iterdir())) == 1


def test_an_edited_file_is_kept_under_a_free_name(tmp_path: Path) -> None:
    deliver(tmp_path, "1")
    (tmp_path / "film.zh.srt").write_text("corrected by hand")
    assert [path.name for path in deliver(tmp_path, "2")[1]] == ["film.zh.earlier-1.srt"]
    assert [path.name for path in deliver(tmp_path, "3")[1]] == ["film.zh.earlier-2.srt"]
    assert (tmp_path / "film.zh.earlier-1.srt").read_text() == "corrected by hand"
    assert (tmp_path / "film.zh.srt").read_text() == "3"


def test_a_failure_while_writing_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    def fail() -> None:
        with staging(tmp_path) as staged:
            (staged / "film.zh.srt").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DocumentError, match="cannot be written"), staging(tmp_path / "file" / "out"):
        pass
