"""One door for every file that carries a programme; OpenTimelineIO finds our adapters."""

from __future__ import annotations

import subprocess
import sys
import unittest
import zipfile
from pathlib import Path

import opentimelineio as otio
import pytest
from opentimelineio.test_utils import OTIOAssertions

from plugin_core import storage
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError, SettingsError, ZimuError
from plugin_core.exchange import EXCHANGES, open_programme, write_programme
from plugin_core.otio_write import otio_text, to_otio
from plugin_core.timeline import Programme, programme_of
from tests.formats.roundtrip import COARSE
from tests.media_fixtures import Recipe, VideoTrack, make
from tests.programmes import info_of, rich_document

RATE = FrameRate.parse("25")
BOTH = [name for name, entry in EXCHANGES.items() if entry.reads and entry.writes and name not in COARSE]


@pytest.fixture
def programme() -> Programme:
    document = rich_document(RATE)
    return programme_of(document, info_of(document, "01:00:00:00"))


@pytest.mark.parametrize("name", BOTH)
def test_a_written_file_is_known_by_its_content(programme: Programme, tmp_path: Path, name: str) -> None:
    path = tmp_path / "without-ending.txt"
    write_programme(programme, path, name)
    back = open_programme(path, rate=RATE)
    assert len(back.document.cues) + len(back.document.marks) >= 12


@pytest.mark.parametrize("name", BOTH)
def test_the_ending_names_the_format(programme: Programme, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"film{EXCHANGES[name].ending}"
    write_programme(programme, path)
    assert path.read_bytes() == EXCHANGES[name].write(programme)


def test_an_ending_of_no_format_is_refused(programme: Programme, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not end like"):
        write_programme(programme, tmp_path / "film.docx")
    with pytest.raises(SettingsError, match="no exchange format"):
        write_programme(programme, tmp_path / "film.edl", "vegas")


def test_documents_bundles_and_archives_open(programme: Programme, tmp_path: Path) -> None:
    storage.save(programme.document, tmp_path / "a.zimu")
    assert open_programme(tmp_path / "a.zimu").document == programme.document
    text = otio_text(programme)
    with zipfile.ZipFile(tmp_path / "a.otioz", "w") as archive:
        archive.writestr("content.otio", text)
    assert open_programme(tmp_path / "a.otioz").document == programme.document
    (tmp_path / "a.otiod").mkdir()
    (tmp_path / "a.otiod" / "content.otio").write_text(text, "utf-8")
    assert open_programme(tmp_path / "a.otiod").document == programme.document
    (tmp_path / "a.fcpxmld").mkdir()
    write_programme(programme, tmp_path / "a.fcpxmld" / "Info.fcpxml")
    assert len(open_programme(tmp_path / "a.fcpxmld").document.cues) == 12


def test_subtitles_and_media_open_by_themselves(tmp_path: Path) -> None:
    (tmp_path / "film.en.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nhello\n", "utf-8")
    found = open_programme(tmp_path / "film.en.srt")
    assert (found.document.cues[0].texts, found.info.name) == (("hello",), "film.en")
    make(tmp_path / "clip.mp4", Recipe(video=VideoTrack()))
    media = open_programme(tmp_path / "clip.mp4")
    assert media.info.duration == media.info.rate.frame_at(media.document.media.duration)


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 100, b"hello", b"<?xml version='1.0'?><x/>", b"PK\x03\x04", b"\xff\xfe", b'{"a": 1}']
)
@pytest.mark.parametrize("ending", [".otio", ".otioz", ".xml", ".fcpxml", ".edl", ".zimu", ".txt"])
def test_what_is_no_timeline_is_refused_with_a_sentence(tmp_path: Path, content: bytes, ending: str) -> None:
    path = tmp_path / f"film{ending}"
    path.write_bytes(content)
    with pytest.raises(ZimuError) as caught:
        open_programme(path)
    assert str(caught.value).endswith(".")


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "no.otio", tmp_path / "no.otioz", tmp_path / "no.xml", tmp_path):
        with pytest.raises(DocumentError):
            open_programme(path)


@pytest.mark.shared
def test_every_timeline_of_the_shared_data_reads_or_is_refused_with_a_sentence(shared: Path) -> None:
    endings = {".otio", ".xml", ".fcpxml", ".edl"}
    paths = [path for path in sorted((shared / "timelines").rglob("*")) if path.suffix in endings]
    refused = {}
    for path in paths:
        try:
            open_programme(path)
        except DocumentError as error:
            refused[path.name] = error.message
    assert len(paths) > 90
    assert len(refused) < 10, refused


class Assertions(unittest.TestCase, OTIOAssertions):
    """OTIO's own assertions, outside its own test cases."""


class TestAdapters:
    """OpenTimelineIO reads and writes through us."""

    def test_otio_lists_them(self) -> None:
        names = {adapter.name for adapter in otio.plugins.ActiveManifest().adapters}
        assert {"zimu", "zimu_fcpxml", "zimu_xmeml", "zimu_marker_edl"} <= names

    @pytest.mark.parametrize("adapter", ["zimu_fcpxml", "zimu_xmeml", "zimu"])
    def test_a_timeline_goes_through_and_comes_back_equivalent(self, programme: Programme, adapter: str) -> None:
        timeline = to_otio(programme)
        text = otio.adapters.write_to_string(timeline, adapter)
        once = otio.adapters.read_from_string(text, adapter)
        twice = otio.adapters.read_from_string(otio.adapters.write_to_string(once, adapter), adapter)
        Assertions().assertIsOTIOEquivalentTo(once, twice)
        assert len(once.tracks.markers) == len(timeline.tracks.markers)

    def test_marker_edls_need_the_rate(self, programme: Programme) -> None:
        text = otio.adapters.write_to_string(to_otio(programme), "zimu_marker_edl")
        back = otio.adapters.read_from_string(text, "zimu_marker_edl", rate="25")
        assert [marker.name for marker in back.tracks.markers] == [mark.text for mark in programme.document.marks]

    def test_otioconvert_makes_an_otio_of_a_document(self, programme: Programme, tmp_path: Path) -> None:
        storage.save(programme.document, tmp_path / "film.zimu")
        tool = Path(sys.executable).parent / "otioconvert"
        command = [tool, "-i", tmp_path / "film.zimu", "-o", tmp_path / "film.otio"]
        subprocess.run(command, check=True, capture_output=True)
        assert open_programme(tmp_path / "film.otio").document == programme.document

    def test_otiopluginfo_finds_no_fault(self) -> None:
        tool = Path(sys.executable).parent / "otiopluginfo"
        told = subprocess.run([tool, "-p", "adapters"], check=True, capture_output=True, text=True).stdout
        ours = told[told.index("  zimu") : told.index("  cmx_3600")]
        assert "ERROR" not in ours
        assert ours.count("write_to_string") == 4


def test_a_document_without_media_can_be_put_on_a_timeline() -> None:
    document = Document(languages=("en",), cues=(Cue("a", 0, 1000, ("x",)),))
    timeline = to_otio(programme_of(document))
    assert timeline.tracks[0][0].media_reference.is_missing_reference
