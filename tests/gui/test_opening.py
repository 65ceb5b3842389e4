from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gui.opening import filters, made_before, missing, open_any, relinked, with_media_found
from gui.recent import MOST, Recent
from plugin_core import storage
from plugin_core.document import Document
from plugin_core.errors import DocumentError, MediaError, ZimuError
from plugin_core.timeline import programme_of

SRT = "1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n"


@pytest.fixture
def film(tmp_path: Path, starter: Path) -> Path:
    film = tmp_path / "film.mp4"
    film.write_bytes((starter / "sample" / "sample.mp4").read_bytes())
    return film


def test_media_is_opened_with_what_it_is_and_no_cue(film: Path) -> None:
    opened = open_any(film)
    assert (opened.kind, opened.path, opened.document.cues) == ("media", None, ())
    assert opened.document.media.duration > 0


def test_media_is_known_by_its_content_where_its_name_says_nothing(film: Path) -> None:
    odd = film.rename(film.with_name("take 7.bin"))
    assert open_any(odd).kind == "media"


def test_subtitles_are_opened_with_the_film_of_their_name_beside_them(film: Path) -> None:
    file = film.with_name("film.en.srt")
    file.write_text(SRT, encoding="utf-8")
    opened = open_any(file)
    assert (opened.kind, opened.path) == ("subtitles", None)
    assert opened.document.cues[0].texts == ("Good morning.",)
    assert opened.document.media.path == str(film)


def test_subtitles_without_a_film_are_opened_alone(tmp_path: Path) -> None:
    file = tmp_path / "talk.srt"
    file.write_text(SRT, encoding="utf-8")
    assert open_any(file).document.media.path == ""


def test_a_document_is_opened_where_it_is_saved(tmp_path: Path, document: Document) -> None:
    path = tmp_path / "film.zimu"
    storage.save(document, path)
    opened = open_any(path)
    assert (opened.kind, opened.path, opened.document) == ("document", path, document)


def test_a_timeline_is_opened(tmp_path: Path, document: Document) -> None:
    from plugin_core.exchange import write_programme

    path = tmp_path / "cut.otio"
    write_programme(programme_of(document), path)
    opened = open_any(path)
    assert opened.kind == "timeline"
    assert [mark.text for mark in opened.document.marks if mark.kind == "note"] == ["Check the name"]


@pytest.mark.parametrize("name", ["nowhere.mp4", "nowhere.srt", "nowhere.zimu", "nowhere.otio", "nowhere.xyz"])
def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(ZimuError, match=r"exist|no file"):
        open_any(tmp_path / name)


def test_a_file_that_is_nothing_known_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "notes.bin"
    file.write_bytes(bytes(range(256)) * 20)
    with pytest.raises((DocumentError, MediaError)):
        open_any(file)


def test_a_document_newer_than_the_program_is_a_sentence(tmp_path: Path, document: Document) -> None:
    path = tmp_path / "film.zimu"
    path.write_bytes(storage.dumps(document).replace(b'"zimu":2', b'"zimu":99'))
    with pytest.raises(DocumentError, match="newer"):
        open_any(path)


def test_media_that_moved_with_its_document_is_found(film: Path, document: Document) -> None:
    lost = replace(document, media=replace(document.media, path="D:\\old\\film.mp4"))
    assert missing(lost)
    assert with_media_found(lost, film.with_suffix(".zimu")).media.path == str(film)
    assert with_media_found(lost, Path("/elsewhere/film.zimu")) is lost


def test_relinking_says_what_does_not_fit_and_leaves_the_cues(film: Path, document: Document) -> None:
    after, notes = relinked(document, film)
    assert after.media.path == str(film)
    assert after.cues == document.cues
    assert any("s long" in note for note in notes)


def test_relinking_to_what_is_no_media_is_an_error(tmp_path: Path, document: Document) -> None:
    with pytest.raises(MediaError):
        relinked(document, tmp_path / "nothing.mp4")


def test_a_document_made_before_is_found_beside_its_media(film: Path, document: Document) -> None:
    assert made_before(film) is None
    storage.save(document, film.with_suffix(".zimu"))
    assert made_before(film) == film.with_suffix(".zimu")


def test_the_first_kind_of_files_holds_all_others() -> None:
    (_, everything), *others = filters()
    assert {suffix for _, suffixes in others for suffix in suffixes} == set(everything)


def test_recent_files_are_newest_first_without_repeats_and_are_kept(tmp_path: Path) -> None:
    recent = Recent(tmp_path / "recent.json")
    for number in range(MOST + 3):
        recent.add(tmp_path / f"{number}.zimu")
    recent.add(tmp_path / "5.zimu")
    assert recent.files[0] == tmp_path / "5.zimu"
    assert len(set(recent.files)) == len(recent.files) == MOST
    assert Recent(tmp_path / "recent.json").files == recent.files
    recent.remove(tmp_path / "5.zimu")
    assert tmp_path / "5.zimu" not in Recent(tmp_path / "recent.json").files


@pytest.mark.parametrize("content", ["", "{}", "[1, 2]", "not json"])
def test_a_damaged_list_of_recent_files_is_an_empty_one(tmp_path: Path, content: str) -> None:
    path = tmp_path / "recent.json"
    path.write_text(content, encoding="utf-8")
    assert Recent(path).files == ()
