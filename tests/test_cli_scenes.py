"""``zimu scenes`` from the outside: what it prints, what it writes, how it ends."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plugin_core import storage
from plugin_core.cli import app
from plugin_core.document import Document
from plugin_core.errors import DocumentError, MediaError, ModelError, SettingsError
from plugin_core.scenes.marking import corrected, labels_of
from tests.media_fixtures import AudioTrack, Recipe, bursts, make
from tests.scenes.films import film_of
from tests.scenes.packs import make_scenes_pack
from tests.vision_packs import make_vision_pack


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_scenes_pack(tmp_path_factory.mktemp("pack"))


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return film_of(tmp_path / "film.mp4", [20, 230, 20], loud=[1])


def zimu(*words: object, pack: Path) -> tuple[int, str]:
    told = ["scenes", *map(str, words), "--pack", str(pack), "--shots-pack", "none"]
    result = CliRunner().invoke(app, told)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def test_lists_say_the_same(film: Path, pack: Path) -> None:
    value = json.loads(zimu(film, "--json", pack=pack)[1])
    rows = list(csv.DictReader(io.StringIO(zimu(film, "--csv", pack=pack)[1])))
    shots = [shot for scene in value["scenes"] for shot in scene["shots"]]
    assert value["version"] == 1
    assert [shot["labels"]["place"]["labels"] for shot in shots] == [["indoor"], ["outdoor"], ["indoor"]]
    assert [row["place"] for row in rows if row["kind"] == "shot"] == ["indoor", "outdoor", "indoor"]
    status, text = zimu(film, pack=pack)
    assert status == 0
    assert "00:00:02:00" in text


def test_files_for_people_and_programs(film: Path, pack: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    zimu(film, "--sheet", out / "film.html", "--edl", out / "film.edl", "--bins", out / "bins", pack=pack)
    page = (out / "film.html").read_text("utf-8")
    assert page.count("data:image/jpeg;base64,") == 3
    assert (out / "film.edl").read_text().count("film.mp4") >= 3
    table = list(csv.DictReader(io.StringIO((out / "bins" / "film.resolve.csv").read_text("utf-8-sig"))))
    assert [row["Keywords"] for row in table][1] == "Outdoors,Tense sound"
    assert (out / "bins" / "film.premiere.csv").read_text("utf-8-sig").count("film.mp4") == 3


def test_timecodes_are_those_of_the_film(pack: Path, tmp_path: Path) -> None:
    film = film_of(tmp_path / "film.mov", [20, 230], timecode="01:00:00:00")
    value = json.loads(zimu(film, "--json", "--edl", tmp_path / "film.edl", pack=pack)[1])
    shots = [shot for scene in value["scenes"] for shot in scene["shots"]]
    assert [shot["start_timecode"] for shot in shots] == ["01:00:00:00", "01:00:02:00"]
    assert "01:00:02:00 01:00:04:00" in (tmp_path / "film.edl").read_text()


def test_corrections_outlive_a_second_run_and_are_collected(film: Path, pack: Path, tmp_path: Path) -> None:
    path, mine = tmp_path / "film.zimu", tmp_path / "mine.jsonl"
    zimu(film, "--into", path, pack=pack)
    made = storage.load(path)
    scene = next(mark for mark in made.marks if mark.kind == "scene")
    theirs = corrected(scene, "place", ["outdoor"])
    marks = tuple(theirs if mark.id == scene.id else mark for mark in made.marks)
    storage.save(Document(made.media, made.languages, made.cues, marks, made.made_by), path)
    zimu(film, "--into", path, pack=pack)
    assert theirs in storage.load(path).marks
    result = CliRunner().invoke(app, ["scenes", "collect", str(path), "--out", str(mine)])
    assert "1 corrections, 1 of them new" in result.stdout
    assert json.loads(mine.read_text())["place"] == "outdoor"


def test_a_document_gives_its_lists_again(film: Path, pack: Path, tmp_path: Path) -> None:
    path = tmp_path / "film.zimu"
    zimu(film, "--into", path, pack=pack)
    again = json.loads(zimu(path, "--json", pack=pack)[1])
    assert again["scenes"] == json.loads(zimu(film, "--json", pack=pack)[1])["scenes"]
    assert zimu(path, "--sheet", tmp_path / "again.html", pack=pack)[0] == 0
    assert (tmp_path / "again.html").read_text("utf-8").count("data:image/jpeg") == 3


def test_subtitles_tell_too_and_name_the_scenes(film: Path, pack: Path, tmp_path: Path) -> None:
    text = tmp_path / "film.zh.srt"
    text.write_text("1\n00:00:02,100 --> 00:00:03,900\n你好\n", "utf-8")
    path = tmp_path / "new.zimu"
    zimu(film, "--text", text, "--into", path, pack=pack)
    document = storage.load(path)
    assert [cue.texts for cue in document.cues] == [("你好",)]
    shots = [mark for mark in document.marks if mark.kind == "shot"]
    assert "cheerful" in labels_of(shots[1])["mood"]
    assert next(mark.text for mark in document.marks if mark.kind == "scene") in {"室内", "室外"}
    with pytest.raises(SettingsError):
        zimu(film, "--text", text, "--into", path, pack=pack)


def test_labels_in_plain_words_stand_beside_the_others(pack: Path, tmp_path: Path) -> None:
    film, vision = film_of(tmp_path / "film.mp4", [(220, 20, 20), (20, 20, 220)]), make_vision_pack(tmp_path / "vision")
    scenes = json.loads(zimu(film, "--json", "--labels", "红,blue", "--vision-pack", vision, pack=pack)[1])["scenes"]
    shots = [shot["labels"] for scene in scenes for shot in scene["shots"]]
    assert [labels["labels"]["labels"] for labels in shots] == [["红"], ["blue"]]
    assert all("place" in labels for labels in shots)


def test_labels_need_a_vision_pack(film: Path, pack: Path) -> None:
    with pytest.raises(ModelError):
        zimu(film, "--labels", "厨房", pack=pack)


def test_one_bad_film_does_not_stop_the_others(film: Path, pack: Path, tmp_path: Path) -> None:
    talk = make(tmp_path / "talk.wav", Recipe(audio=[AudioTrack(bursts(2, [0.5]))]))
    status, text = zimu(talk, film, "--json", pack=pack)
    lines = [json.loads(line) for line in text.splitlines()]
    assert status == MediaError.exit_code
    assert lines[0]["error"]["code"] == "media.no-picture"
    assert len(lines[1]["scenes"]) >= 1


@pytest.mark.parametrize("words", [["--json", "--csv"], ["--threshold", "1"], ["--into", "film.txt"]])
def test_what_cannot_be_is_said(film: Path, pack: Path, words: list[str]) -> None:
    with pytest.raises((SettingsError, DocumentError)):
        zimu(film, *words, pack=pack)


def test_a_document_without_scenes_is_said(tmp_path: Path, pack: Path) -> None:
    path = tmp_path / "empty.zimu"
    storage.save(Document(), path)
    with pytest.raises(DocumentError):
        zimu(path, pack=pack)
