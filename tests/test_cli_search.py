"""``zimu search`` from the outside: films go in, shots come out, the films stay as they are."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from plugin_core import storage
from plugin_core.cli import app
from plugin_core.document import Document, Mark
from plugin_core.errors import DocumentError, SettingsError
from tests.caption_packs import make_caption_pack
from tests.captioning.fakes import film_of as described_film
from tests.films import Change, Film, encode, shot
from tests.scenes.films import film_of
from tests.scenes.packs import make_scenes_pack
from tests.vision_packs import make_vision_pack


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZIMU_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return make_scenes_pack(tmp_path / "pack")


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """Two films of three shots each, and one that is no film."""
    folder = tmp_path / "films"
    folder.mkdir()
    for name, seed in (("a", 1), ("b", 50)):
        drawn = Film(tuple(shot(seed + k, pan=0.2) for k in range(3)), (30, 40, 30), (Change(), Change()))
        encode(folder / f"{name}.mp4", drawn.pictures())
    (folder / "a.srt").write_text("1\n00:00:01,300 --> 00:00:02,000\nThe car in the kitchen\n", encoding="utf-8")
    return folder


def zimu(*words: object) -> tuple[int, list[dict[str, Any]], str]:
    result = CliRunner().invoke(app, ["search", *map(str, words), "--json"])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()], result.stderr


def test_a_shot_is_found_again_in_a_mirrored_and_cropped_copy(films: Path, pack: Path, tmp_path: Path) -> None:
    status, added, _ = zimu("--add", films, "--pack", pack)
    assert (status, [one["shots"] for one in added]) == (0, [3, 3])
    drawn = Film(tuple(shot(1 + k, pan=0.2) for k in range(3)), (30, 40, 30), (Change(), Change()))
    copy = encode(tmp_path / "copy.mp4", (one[8:-8, 12:-14][:, ::-1] for one in drawn.pictures()))
    _, found, _ = zimu("--like", f"{copy}@2.0", "-n", 2)
    assert (Path(found[0]["path"]).name, found[0]["shot"], found[0]["how"]) == ("a.mp4", 2, "mirrored copy")
    assert found[1]["how"] == "alike"


def test_a_shot_of_the_index_is_not_its_own_copy(films: Path, pack: Path) -> None:
    zimu("--add", films, "--pack", pack)
    _, found, _ = zimu("--like", f"{films / 'a.mp4'}@1.5")
    assert len(found) == 5
    assert ("a.mp4", 2) not in {(Path(one["path"]).name, one["shot"]) for one in found}


def test_what_was_added_is_not_looked_at_again_even_under_another_name(films: Path, pack: Path, home: Path) -> None:
    zimu("--add", films, "--pack", pack)
    shutil.rmtree(home / "cache")
    (films / "a.mp4").rename(films / "z.mp4")
    _, added, said = zimu("--add", films, "--pack", pack)
    assert said.count("is in the index") == 2
    assert sorted(Path(one["added"]).name for one in added) == ["b.mp4", "z.mp4"]
    assert not (home / "cache" / "journal").exists()


def test_words_find_what_is_said_where_no_vision_pack_is(films: Path, pack: Path) -> None:
    zimu("--add", films, "--pack", pack)
    _, found, said = zimu("the car in the kitchen")
    assert [(Path(one["path"]).name, one["shot"], one["how"]) for one in found] == [("a.mp4", 2, "text")]
    assert "Without a vision pack" in said


def test_words_find_labels_in_both_languages(pack: Path, tmp_path: Path) -> None:
    zimu("--add", film_of(tmp_path / "film.mp4", [20, 230, 20]), "--pack", pack)
    for words in ("outdoors please", "室外"):
        _, found, _ = zimu(words, "-n", 1)
        assert (found[0]["shot"], found[0]["how"]) == (2, "labels")


def test_mood_ranks_and_unknown_moods_are_named(films: Path, pack: Path) -> None:
    zimu("--add", films, "--pack", pack)
    _, found, _ = zimu("--mood", "欢快")
    scores = [one["score"] for one in found]
    assert scores == sorted(scores, reverse=True)
    with pytest.raises(SettingsError, match="no mood"):
        zimu("--mood", "furious")


def test_captions_of_the_document_beside_a_film_are_found(films: Path, pack: Path) -> None:
    zimu("--add", films, "--pack", pack)
    caption = Mark("c", "caption", 1200, 2800, "一只狗追着球跑", (("language", "zh"), ("en", "A dog chases a ball")))
    storage.save(Document(marks=(caption,)), films / "b.zimu")
    _, _, said = zimu("--add", films / "b.mp4", "--pack", pack)  # it is known, what is told of it is new
    assert "is in the index" in said
    for words in ("dog ball", "追着球的狗"):
        _, found, _ = zimu(words, "-n", 1)
        assert (Path(found[0]["path"]).name, found[0]["shot"], found[0]["how"]) == ("b.mp4", 2, "caption")
        assert "一只狗" in found[0]["caption"]


def test_a_captioner_describes_what_nobody_wrote(pack: Path, tmp_path: Path) -> None:
    film = described_film(tmp_path / "film.mp4", [(200, 30, 30), (30, 30, 200)])
    zimu("--add", film, "--pack", pack, "--captions-pack", make_caption_pack(tmp_path / "captioner"))
    _, found, _ = zimu("blue light", "-n", 1)
    assert (found[0]["shot"], found[0]["how"], found[0]["caption"]) == (2, "caption", "蓝光 blue light")


def test_removal_and_status(films: Path, pack: Path) -> None:
    zimu("--add", films, "--pack", pack)
    before = (films / "a.mp4").read_bytes()
    zimu("--remove", films / "a.mp4")
    _, (told,), _ = zimu("--status")
    assert [Path(one["path"]).name for one in told["films"]] == ["b.mp4"]
    assert told["shots"] == 3
    assert (films / "a.mp4").read_bytes() == before
    with pytest.raises(SettingsError, match="in the index"):
        zimu("--remove", films / "a.mp4")


def test_a_film_that_fails_stops_no_other(films: Path, pack: Path) -> None:
    (films / "0.mp4").write_bytes(b"no film")
    result = CliRunner().invoke(app, ["search", "--add", str(films), "--pack", str(pack), "--json"])
    assert result.exit_code == 3
    assert result.stdout.count('"added"') == 2


def test_an_empty_index_and_an_empty_question_say_what_to_do() -> None:
    with pytest.raises(SettingsError, match="--add"):
        zimu("anything")
    with pytest.raises(SettingsError, match="Nothing to search"):
        zimu()


def test_a_time_that_is_none_is_refused(films: Path, pack: Path) -> None:
    zimu("--add", films, "--pack", pack)
    with pytest.raises(DocumentError):
        zimu("--like", f"{films / 'a.mp4'}@noon")


def test_words_find_what_is_seen_where_a_vision_pack_is(pack: Path, tmp_path: Path) -> None:
    colours = ((210, 20, 20), (20, 20, 210), (20, 190, 20))
    shots = [
        np.clip(np.random.default_rng(0).normal(one, 9, (108, 192, 3)), 0, 255).astype(np.uint8) for one in colours
    ]
    film = encode(tmp_path / "film.mp4", (picture for picture in shots for _ in range(30)))
    vision = make_vision_pack(tmp_path / "vision")
    zimu("--add", film, "--pack", pack, "--vision-pack", vision)
    for words, shot_number in (("a blue car", 2), ("红", 1), ("green", 3)):
        _, found, said = zimu(words, "--vision-pack", vision, "-n", 1)
        assert [(one["shot"], one["how"]) for one in found] == [(shot_number, "picture")]
        assert "Without" not in said


def test_other_packs_need_a_second_look(films: Path, pack: Path, tmp_path: Path) -> None:
    zimu("--add", films / "a.mp4", "--pack", pack, "--vision-pack", "none")
    vision = make_vision_pack(tmp_path / "vision")
    with pytest.raises(SettingsError, match="--renew"):
        zimu("--add", films / "b.mp4", "--pack", pack, "--vision-pack", vision)
    _, added, _ = zimu("--renew", "--pack", pack, "--vision-pack", vision)
    assert [Path(one["added"]).name for one in added] == ["a.mp4"]
    _, found, _ = zimu("red", "--vision-pack", vision, "-n", 1)
    assert found[0]["how"] == "picture"
