"""The exchange bundle: the right files for each program, a page to follow, and a loss report that counts."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from plugin_core import losses as loss_module
from plugin_core.bundle import safe_name, track, write_bundle
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import DocumentError, SettingsError
from plugin_core.exchange import open_programme
from plugin_core.formats import read
from plugin_core.host import TimelineInfo
from plugin_core.losses import FEATURES, TARGETS, losses
from plugin_core.plan.layout import CaptionLayout
from plugin_core.sheet import menu
from plugin_core.timeline import Programme, programme_of
from tests.programmes import info_of, rich_document

RATE = FrameRate.parse("29.97 DF")


@pytest.fixture
def programme() -> Programme:
    document = rich_document(RATE)
    return programme_of(document, info_of(document, "01:00:00:00"))


def test_every_program_gets_its_files(programme: Programme, tmp_path: Path) -> None:
    made = write_bundle(programme, TARGETS, tmp_path / "x")
    assert made.files["resolve"] == (
        "Reel 1.zh.srt", "Reel 1.en.srt", "Reel 1.zh-en.srt", "Reel 1.markers.edl", "Reel 1.resolve.otio",
        "Reel 1.resolve-18.5.otio", "Reel 1.resolve.xml",
    )  # fmt: skip
    assert made.files["premiere"] == (
        "Reel 1.zh.srt", "Reel 1.en.srt", "Reel 1.zh-en.srt", "Reel 1.xml", "Reel 1.premiere.otio",
        "Reel 1.markers.csv", "Reel 1.zh.transcript.json", "Reel 1.en.transcript.json",
    )  # fmt: skip
    for target, names in made.files.items():
        for name in names:
            assert (tmp_path / "x" / target / name).stat().st_size > 100, name


def test_the_files_read_back_as_what_was_written(programme: Programme, tmp_path: Path) -> None:
    write_bundle(programme, TARGETS, tmp_path)
    marks = programme.document.marks
    for name in (
        "resolve/Reel 1.resolve.otio",
        "resolve/Reel 1.resolve.xml",
        "premiere/Reel 1.xml",
        "fcp/Reel 1.fcpxml",
    ):
        back = open_programme(tmp_path / name)
        assert back.info.start_timecode == "01:00:00;00", name
        assert [(mark.id, mark.start) for mark in back.document.marks] == [(m.id, m.start) for m in marks], name
    edl = open_programme(tmp_path / "resolve" / "Reel 1.markers.edl", rate=RATE)
    assert [mark.id for mark in edl.document.marks] == [mark.id for mark in marks]
    srt = read(tmp_path / "premiere" / "Reel 1.en.srt")
    assert [cue.start for cue in srt.cues] == [cue.start for cue in programme.document.cues]


def spans(programme: Programme) -> list[tuple[int, int, str]]:
    layout = CaptionLayout(programme.document, programme.info, 3)
    return [(cue.start, cue.end, cue.texts[0]) for cue in track(programme, layout, "en").document.cues]


def test_subtitles_are_counted_from_the_timelines_first_frame() -> None:
    cues = (Cue("a", 1000, 1900, ("gone",)), Cue("b", 1990, 3010, ("x",)), Cue("c", 2500, 2500, ("y",)))
    programme = programme_of(Document(languages=("en",), cues=cues), TimelineInfo(offset=-2000))
    assert spans(programme) == [(0, 520, "x"), (520, 640, "y")]


def test_an_earlier_subtitle_ends_where_the_next_begins_and_those_that_begin_together_share_one() -> None:
    cues = (Cue("a", 0, 4000, ("a",)), Cue("b", 2000, 3000, ("b",)), Cue("c", 2000, 3520, ("c",)))
    programme = programme_of(Document(languages=("en",), cues=cues))
    assert spans(programme) == [(0, 2000, "a"), (2000, 3520, "b\nc")]


def test_the_page_says_timecode_rate_clicks_and_losses(programme: Programme, tmp_path: Path) -> None:
    write_bundle(programme, ["resolve"], tmp_path)
    page = (tmp_path / "import.html").read_text("utf-8")
    for words in ("01:00:00;00", "29.97 DF", "Timeline Markers from EDL…", "从 EDL 导入时间线标记…", "Word times stay"):
        assert words in page
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org", "")


def test_a_picture_of_a_menu_escapes_its_words() -> None:
    assert "&lt;b&gt; ▸ &amp;" in menu(["<b>", "&"])


def test_a_document_without_marks_gets_no_empty_lists_of_them(programme: Programme, tmp_path: Path) -> None:
    plain = replace(programme, document=replace(programme.document, marks=()))
    made = write_bundle(plain, TARGETS, tmp_path)
    assert not [name for names in made.files.values() for name in names if "markers" in name]
    assert "Timeline Markers from EDL" not in (tmp_path / "import.html").read_text("utf-8")


def test_a_zip_holds_the_same_and_is_the_same_each_time(programme: Programme, tmp_path: Path) -> None:
    made = write_bundle(programme, ["fcp", "avid"], tmp_path / "a.zip")
    first = made.path.read_bytes()
    write_bundle(programme, ["fcp", "avid"], tmp_path / "a.zip")
    assert made.path.read_bytes() == first
    with zipfile.ZipFile(made.path) as archive:
        assert "a/import.html" in archive.namelist()
        assert "a/avid/Reel 1.zh.subcap.txt" in archive.namelist()


def test_a_changed_file_of_the_users_is_kept(programme: Programme, tmp_path: Path) -> None:
    write_bundle(programme, ["fcp"], tmp_path)
    edited = tmp_path / "fcp" / "Reel 1.zh.srt"
    edited.write_text("my own", "utf-8")
    made = write_bundle(programme, ["fcp"], tmp_path)
    assert (tmp_path / "fcp" / "Reel 1.zh.earlier-1.srt").read_text("utf-8") == "my own"
    assert made.notes == ("An earlier version was kept as Reel 1.zh.earlier-1.srt.",)


def test_names_that_a_file_system_refuses_are_mended() -> None:
    assert safe_name('a/b:c*?"<>|.') == "a_b_c______"
    assert safe_name("...") == "Zimu"
    assert safe_name("字幕 第1集") == "字幕 第1集"


def test_an_unknown_target_is_refused(programme: Programme, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no bundle for 'vegas'"):
        write_bundle(programme, ["vegas"], tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_an_error_with_a_hint(programme: Programme, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DocumentError) as caught:
        write_bundle(programme, ["fcp"], tmp_path / "file" / "x")
    assert caught.value.hint


@pytest.mark.parametrize("target", TARGETS)
def test_losses_count_what_this_document_has(programme: Programme, target: str) -> None:
    found = {loss.feature: loss for loss in losses(programme, target)}
    assert found["subtitles"].count == found["marks"].count == 12
    assert found["words"].count == 36
    assert found["colours"].count == 4
    assert "overlaps" not in found  # it has none
    assert all(loss.how == "kept" or (loss.en and loss.zh) for loss in found.values())
    plain = replace(programme, document=Document(languages=("en",), cues=(Cue("a", 0, 1000, ("x",)),)))
    assert {loss.feature for loss in losses(plain, target)} == {"subtitles", "languages", "between_frames", "ids"}


def test_marks_on_one_frame_and_overlaps_are_counted() -> None:
    marks = tuple(Mark(f"m{n}", "sound", 1000, 2000, "") for n in range(3))
    cues = (Cue("a", 0, 3000, ("x",)), Cue("b", 1000, 2000, ("y",)))
    programme = programme_of(Document(languages=("en",), cues=cues, marks=marks))
    found = {loss.feature: loss.count for loss in losses(programme, "resolve")}
    assert (found["same_frame"], found["overlaps"]) == (2, 1)


def test_every_rule_is_about_a_known_feature_in_both_languages() -> None:
    for target in TARGETS:
        rules = dict(loss_module._travel()[target])
        assert rules.pop("title")
        assert set(rules) <= set(FEATURES)
        for rule in rules.values():
            assert rule["how"] in {"kept", "approximate", "lost"}
            assert rule["en"]
            assert rule["zh"]


def test_the_losses_are_written_for_machines(programme: Programme, tmp_path: Path) -> None:
    write_bundle(programme, ["avid"], tmp_path)
    table = json.loads((tmp_path / "losses.json").read_text("utf-8"))
    assert [row["how"] for row in table["avid"] if row["feature"] == "words"] == ["lost"]
