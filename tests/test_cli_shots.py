"""``zimu shots`` from the outside: what it prints, what it writes, how it ends."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plugin_core import storage
from plugin_core.cli import app
from plugin_core.errors import MediaError, SettingsError
from plugin_core.exchange import open_programme
from tests.films import Change, Film, encode, shot
from tests.media_fixtures import AudioTrack, Recipe, bursts, make

ALONE = ["--pack", "none"]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    drawn = Film(tuple(shot(k, pan=0.2) for k in range(3)), (30, 40, 30), (Change(), Change("dissolve", 12)))
    return encode(tmp_path / "film.mp4", drawn.pictures())


def zimu(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["shots", *map(str, words), *ALONE])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def test_the_shots_are_shown(film: Path) -> None:
    status, text = zimu(film)
    assert status == 0
    assert "00:00:01:05" in text
    assert "dissolve (12)" in text


def test_json_and_csv_say_the_same(film: Path) -> None:
    value = json.loads(zimu(film, "--json")[1])
    rows = list(csv.DictReader(io.StringIO(zimu(film, "--csv")[1])))
    assert value["version"] == 1
    assert [one["first_frame"] for one in value["shots"]] == [int(row["first_frame"]) for row in rows] == [0, 30, 76]
    assert [(one["kind"], one["first_frame"], one["last_frame"]) for one in value["transitions"]] == [
        ("cut", 30, 30),
        ("dissolve", 70, 81),
    ]


def test_a_threshold_decides(film: Path) -> None:
    assert len(json.loads(zimu(film, "--json", "--threshold", 1)[1])["shots"]) == 1


def test_files_for_editing_programs(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert zimu(film, "--edl", out / "cut.edl", "--otio", out / "cut.otio", "--thumbnails", out / "pictures")[0] == 0
    assert (out / "cut.edl").read_text().count("film") >= 3
    programme = open_programme(out / "cut.otio")
    assert [len(track) for track in programme.media.tracks] == [3]
    assert sorted(path.name for path in (out / "pictures").iterdir()) == [f"shot-000{k}.jpg" for k in (1, 2, 3)]


def test_marks_go_into_a_document(film: Path, tmp_path: Path) -> None:
    path = tmp_path / "film.zimu"
    zimu(film, "--into", path)
    first = storage.load(path)
    assert [(mark.kind, mark.start) for mark in first.marks] == [("shot", 0), ("shot", 1200), ("shot", 3040)]
    assert first.media.path == str(film)
    zimu(film, "--into", path)
    assert storage.load(path) == first


def test_a_timeline_tells_its_own_cuts(film: Path, tmp_path: Path) -> None:
    edl = tmp_path / "cut.edl"
    edl.write_text(
        "TITLE: Cut\nFCM: NON-DROP FRAME\n\n"
        "001  ONE V C 00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00\n"
        "002  TWO V C 00:00:10:00 00:00:11:12 01:00:02:00 01:00:03:12\n"
    )
    value = json.loads(zimu(edl, "--json", "--rate", "25")[1])
    assert [(one["start_timecode"], one["end_timecode"]) for one in value["shots"]] == [
        ("01:00:00:00", "01:00:02:00"),
        ("01:00:02:00", "01:00:03:12"),
    ]


def test_one_bad_file_does_not_stop_the_others(film: Path, tmp_path: Path) -> None:
    sound = make(tmp_path / "sound.wav", Recipe([AudioTrack(bursts(1, [0.5]))]))
    status, text = zimu(sound, film, "--json")
    lines = [json.loads(line) for line in text.splitlines()]
    assert status == MediaError.exit_code
    assert lines[0]["error"]["code"] == "media.no-picture"
    assert len(lines[1]["shots"]) == 3


@pytest.mark.parametrize(
    "words", [["--json", "--csv"], ["--threshold", "7"], ["--edl", "cut.txt"]], ids=["both", "threshold", "ending"]
)
def test_senseless_options_are_refused(film: Path, words: list[str]) -> None:
    with pytest.raises(SettingsError):
        zimu(film, *words)
