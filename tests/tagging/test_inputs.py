"""What can be tagged, and what a file is taken for."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin_core import storage
from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError, MediaError
from plugin_core.tagging.inputs import files_in, open_source

SRT = "1\n00:00:01,000 --> 00:00:03,000\n[门铃响]\n"


def test_the_content_decides_what_a_text_is(tmp_path: Path) -> None:
    (tmp_path / "film.txt").write_text(SRT, "utf-8")
    source = open_source(str(tmp_path / "film.txt"))
    assert source.text == SRT
    assert source.document is not None
    assert source.document.languages == ("zh",)
    (tmp_path / "clip.txt").write_text("[00:05:22] [掌声]", "utf-8")
    assert open_source(str(tmp_path / "clip.txt")).document is None


def test_a_damaged_subtitle_file_is_read_as_text_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "film.srt").write_text("[掌声] nothing like a subtitle", "utf-8")
    source = open_source(str(tmp_path / "film.srt"))
    assert (source.document, source.text) == (None, "[掌声] nothing like a subtitle")
    assert "was read as plain text" in source.notes[0]


def test_a_document_is_a_stream_of_its_cues(tmp_path: Path) -> None:
    document = Document(languages=("zh",), cues=(Cue("a", 1000, 2000, ("[掌声]",)),))
    storage.save(document, tmp_path / "film.zimu")
    source = open_source(str(tmp_path / "film.zimu"))
    assert source.document == document
    assert source.text == "1\n00:00:01,000 --> 00:00:02,000\n[掌声]\n\n"
    assert (source.stem, source.language) == ("film", "zh")


def test_stdin_has_no_file() -> None:
    source = open_source("-", "掌声".encode("gb18030"))
    assert (source.text, source.stem) == ("掌声", "stdin")
    assert open_source("-", b" \n").text == " \n"


def test_what_is_missing_or_no_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DocumentError):
        open_source(str(tmp_path / "no.txt"))
    with pytest.raises(MediaError):
        open_source(str(tmp_path / "no.mp4"))
    (tmp_path / "picture.txt").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(DocumentError):
        open_source(str(tmp_path / "picture.txt"))


def test_a_folder_gives_the_files_that_can_be_tagged_by_name(tmp_path: Path) -> None:
    for name in ("b.srt", "a.txt", "c.pdf", ".hidden.srt", "sub/d.zimu", "sub/e.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    found = files_in([str(tmp_path), str(tmp_path / "c.pdf")])
    assert [Path(name).name for name in found] == ["a.txt", "b.srt", "d.zimu", "e.mp4", "c.pdf"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(DocumentError, match="nothing to tag"):
        files_in([str(tmp_path / "empty")])
