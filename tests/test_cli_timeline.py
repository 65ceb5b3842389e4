"""zimu export, import, conform and plan, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import opentimelineio as otio
import pytest
from typer.testing import CliRunner

from plugin_core import storage
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document
from plugin_core.exchange import open_programme
from plugin_core.media import probe
from plugin_core.otio_write import to_otio
from plugin_core.timeline import programme_of
from tests.media_fixtures import Recipe, VideoTrack, make
from tests.programmes import rich_document

RATE = FrameRate.parse("25")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    storage.save(rich_document(RATE), tmp_path / "film.zimu")
    return tmp_path / "film.zimu"


def run(*words: object) -> tuple[int, str]:
    """Exit status and output of the command line."""
    from plugin_core.cli import app
    from plugin_core.errors import ZimuError

    done = CliRunner().invoke(app, [str(word) for word in words])
    if isinstance(done.exception, ZimuError):
        return done.exception.exit_code, str(done.exception)
    return done.exit_code, done.output


def document(path: Path) -> Document:
    return storage.load(path)


def test_a_bundle_is_written_beside_the_document(film: Path) -> None:
    status, told = run("export", film, "--bundle", "resolve,fcp", "--start", "01:00:00:00")
    assert status == 0
    folder = film.with_name("film-exchange")
    assert {path.name for path in folder.iterdir()} == {"fcp", "resolve", "import.html", "losses.json"}
    assert (folder / "resolve" / "film.markers.edl").read_text("utf-8").count("|M:") == 12
    assert str(folder / "import.html") in told.replace("\n", "")


def test_the_bundle_speaks_to_machines(film: Path) -> None:
    status, told = run("export", film, "--bundle", "all", "--zip", "--json")
    table = json.loads(told)
    assert status == 0
    assert table["path"].endswith("film-exchange.zip")
    assert set(table["losses"]) == {"resolve", "premiere", "fcp", "avid"}


def test_single_files_are_named_after_the_document(film: Path) -> None:
    status, told = run("export", film, "--format", "otio,marker-edl", "--rate", "29.97 DF", "--start", "01:00:00;00")
    assert status == 0
    assert [Path(line).name for line in told.split("\n") if line.endswith((".otio", ".edl"))] == [
        "film.markers.edl", "film.otio",
    ]  # fmt: skip
    back = open_programme(film.with_name("film.otio"))
    assert (back.info.rate.label, back.info.start_timecode) == ("29.97 DF", "01:00:00;00")
    assert back.document == document(film)


def test_delivery_captions_hold_one_language(film: Path) -> None:
    status, told = run("export", film, "--format", "scc,stl", "--language", "en")
    assert status == 0
    assert film.with_name("film.en.scc").read_text("utf-8").startswith("Scenarist_SCC")
    back = open_programme(film.with_name("film.en.stl")).document
    assert [cue.texts[0] for cue in back.cues] == [cue.texts[1] for cue in document(film).cues]
    assert "29.97" in told  # the film runs at 25: its times move


def test_characters_that_a_format_lacks_are_an_error_and_nothing_is_written(film: Path) -> None:
    status, told = run("export", film, "--format", "otio,scc")
    assert (status, "你" in told) == (5, True), told
    assert [path.name for path in film.parent.iterdir()] == ["film.zimu"]


def test_chapters_are_made_of_scenes(film: Path) -> None:
    status, _ = run("export", film, "--format", "ffmetadata,matroska-chapters")
    assert status == 0
    for ending in (".ffmetadata", ".chapters.xml"):
        marks = open_programme(film.with_name(f"film{ending}")).document.marks
        assert "scene 5 琴声" in [mark.text for mark in marks]


def test_the_media_gets_a_track_for_each_language(tmp_path: Path) -> None:
    media = make(tmp_path / "clip.mp4", Recipe(video=VideoTrack(frames=100)))
    cues = (Cue("a", 1000, 2000, ("你好", "hello")),)
    storage.save(Document(probe(media), ("zh", "en"), cues), tmp_path / "clip.zimu")
    status, told = run("export", tmp_path / "clip.zimu", "--format", "mkv,mp4")
    assert status == 0, told
    for ending in (".subtitled.mkv", ".subtitled.mp4"):
        tracks = probe(tmp_path / f"clip{ending}").subtitles
        assert [track.language for track in tracks][:2] in (["chi", "eng"], ["zho", "eng"])
    assert run("export", tmp_path / "clip.zimu", "--format", "mkv")[0] == 2  # it is there already


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("--bundle", "vegas"), 2, "no bundle"),
        (("--format", "vegas"), 2, "no exchange format"),
        ((), 2, "Say what to export"),
        (("--bundle", "all", "--format", "otio"), 2, "Say what to export"),
        (("--format", "otio", "--start", "01:00:00:99"), 5, "timecode"),
        (("--format", "otio", "--rate", "fast"), 2, "not a frame rate"),
    ],
)
def test_a_wrong_option_is_a_sentence(film: Path, words: tuple[str, ...], status: int, told: str) -> None:
    code, output = run("export", film, *words)
    assert (code, told in output) == (status, True), output
    assert [path.name for path in film.parent.iterdir()] == ["film.zimu"]


def test_what_was_exported_is_imported(film: Path, tmp_path: Path) -> None:
    run("export", film, "--format", "fcpxml")
    status, _ = run("import", tmp_path / "film.fcpxml", "--out", tmp_path / "back.zimu")
    assert status == 0
    back, old = document(tmp_path / "back.zimu"), document(film)
    assert [(cue.id, cue.start, cue.end, cue.texts) for cue in back.cues] == [
        (cue.id, cue.start, cue.end, cue.texts) for cue in old.cues
    ]
    assert [(mark.id, mark.kind, mark.start) for mark in back.marks] == [(m.id, m.kind, m.start) for m in old.marks]


def test_an_import_never_overwrites(film: Path, tmp_path: Path) -> None:
    run("export", film, "--format", "fcpxml")
    before = film.read_bytes()
    status, told = run("import", tmp_path / "film.fcpxml", "--out", film)
    assert (status, "already there" in told) == (2, True)
    assert film.read_bytes() == before


def test_an_edl_is_imported_at_the_rate_it_is_told(film: Path, tmp_path: Path) -> None:
    run("export", film, "--format", "marker-edl", "--start", "01:00:00:00")
    status, told = run("import", tmp_path / "film.markers.edl", "--rate", "25", "--out", tmp_path / "b.zimu", "--json")
    assert (status, json.loads(told)["timeline"]["start"]) == (0, "01:00:00:00")
    assert [mark.start for mark in document(tmp_path / "b.zimu").marks] == [mark.start for mark in document(film).marks]


def recut(film: Path, path: Path) -> None:
    """The second half first, without the first two seconds of it; then the first half."""
    timeline = to_otio(programme_of(document(film)), "resolve")
    for track in timeline.tracks:
        clip = track[0]
        start, frames, rate = clip.source_range.start_time.value, clip.source_range.duration.value, 25
        half = frames // 2
        parts = []
        for first, length in ((half + 50, frames - half - 50), (0, half)):
            part = clip.deepcopy()
            part.markers.clear()
            part.source_range = otio.opentime.TimeRange(
                otio.opentime.RationalTime(start + first, rate), otio.opentime.RationalTime(length, rate)
            )
            parts.append(part)
        track[:] = parts
    timeline.metadata.clear()
    otio.adapters.write_to_file(timeline, str(path))


def test_a_new_cut_moves_the_subtitles(film: Path, tmp_path: Path) -> None:
    recut(film, tmp_path / "new.otio")
    status, told = run("conform", film, tmp_path / "new.otio", "--json")
    table = json.loads(told)
    assert status == 0
    assert Path(table["path"]) == tmp_path / "new.conformed.zimu"
    old, new = document(film), document(tmp_path / "new.conformed.zimu")
    half = RATE.frame_at(old.media.duration) // 2
    moved = RATE.frame_at(old.media.duration) - half - 50  # where the first half begins now
    first = next(cue for cue in new.cues if cue.id == old.cues[0].id)
    assert RATE.frame_at(first.start) == RATE.frame_at(old.cues[0].start) + moved
    assert first.texts == old.cues[0].texts
    assert table["counts"]["moved"] > 10
    assert sum(table["counts"].values()) == len(old.cues) + len(old.marks)


def test_a_conform_is_told_in_sentences_and_never_overwrites(film: Path, tmp_path: Path) -> None:
    recut(film, tmp_path / "new.otio")
    status, told = run("conform", film, tmp_path / "new.otio")
    assert status == 0
    assert "Of 24 cues and marks" in " ".join(told.split())
    assert run("conform", film, tmp_path / "new.otio")[0] == 2


def test_a_plan_against_what_is_there_already_is_empty(film: Path, tmp_path: Path) -> None:
    run("export", film, "--format", "otio")
    status, told = run("plan", film, "--against", tmp_path / "film.otio")
    assert (status, told.strip()) == (0, "There is nothing to do.")


def test_a_plan_counts_what_is_missing(film: Path, tmp_path: Path) -> None:
    old = document(film)
    storage.save(Document(old.media, old.languages, old.cues[:-1], old.marks[:-2]), tmp_path / "less.zimu")
    status, told = run("plan", film, "--against", tmp_path / "less.zimu", "--host", "resolve", "--json")
    table = json.loads(told)
    assert status == 0
    assert [one["do"] for one in table["operations"]].count("put-marker") == 2
    assert [one["do"] for one in table["operations"]].count("put-captions") == 3
    assert run("plan", film, "--against", film, "--host", "vegas")[0] == 2
