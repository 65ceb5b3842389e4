"""``zimu describe`` on the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plugin_core import storage
from plugin_core.captioning.marking import texts_of, written
from plugin_core.cli import app
from plugin_core.document import Cue, Document
from plugin_core.engines import bench
from tests.captioning.fakes import WORDS, BenchByHand, ByHand, film_of, pack_of

ALONE = ("--shots-pack", "none")
zimu = CliRunner()


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> ByHand:
    made = ByHand(pack_of())
    monkeypatch.setattr(bench, "Bench", lambda: BenchByHand(made))
    return made


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return film_of(tmp_path / "film.mp4", [30, 230])


def describe(*arguments: object) -> str:
    done = zimu.invoke(app, ["describe", *map(str, arguments), *ALONE], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_table_for_people(film: Path, engine: ByHand) -> None:
    shown = describe(film)
    assert all(text in shown for text in (*WORDS["zh"][::2], *WORDS["en"][::2]))
    assert "0.9" in shown


def test_json_and_csv_have_every_language_and_how_sure_it_is(film: Path, engine: ByHand) -> None:
    told = json.loads(describe(film, "--json"))
    shots = told["scenes"][0]["shots"]
    assert [shot["captions"]["zh"]["text"] for shot in shots] == list(WORDS["zh"][::2])
    assert 0.8 < shots[1]["captions"]["en"]["sure"] < 1
    rows = list(csv.DictReader(io.StringIO(describe(film, "--csv", "--to", "en"))))
    assert [row["caption_en"] for row in rows] == list(WORDS["en"][::2])
    assert "caption_zh" not in rows[0]


def test_a_document_keeps_its_cues_and_what_a_person_wrote(tmp_path: Path, film: Path, engine: ByHand) -> None:
    path = tmp_path / "film.zimu"
    storage.save(Document(cues=(Cue("a", 100, 900, ("好",)),), languages=("zh",)), path)
    describe(film, "--into", path)
    document = storage.load(path)
    shot = next(mark for mark in document.marks if mark.kind == "shot")
    storage.save(written(document, shot, {"zh": "夜里的小巷"}), path)
    describe(film, "--into", path)
    after = storage.load(path)
    assert after.cues == document.cues
    assert [texts_of(mark) for mark in after.marks if mark.kind == "caption"] == [
        {"zh": "夜里的小巷"}, {"zh": WORDS["zh"][2], "en": WORDS["en"][2]},
    ]  # fmt: skip
    assert "夜里的小巷" in describe(path)


def test_shots_that_a_person_corrected_are_the_ones_described(tmp_path: Path, film: Path, engine: ByHand) -> None:
    from dataclasses import replace

    path = tmp_path / "film.zimu"
    describe(film, "--into", path)
    document = storage.load(path)
    (first, second) = (mark for mark in document.marks if mark.kind == "shot")
    storage.save(replace(document, marks=(replace(first, end=second.end),)), path)
    describe(film, "--into", path)
    (caption,) = (mark for mark in storage.load(path).marks if mark.kind == "caption")
    assert (caption.start, caption.end) == (first.start, second.end)


def test_the_sheet_and_the_tables_for_editors_hold_captions(tmp_path: Path, film: Path, engine: ByHand) -> None:
    describe(film, "--sheet", tmp_path / "sheet.html", "--bins", tmp_path)
    page = (tmp_path / "sheet.html").read_text("utf-8")
    assert "In no scene" not in page  # there are none
    assert "<nav" not in page
    assert f"<p class='caption ' lang='zh'>{WORDS['zh'][2]}" in page
    rows = list(csv.DictReader(io.StringIO((tmp_path / "film.resolve.csv").read_text("utf-8-sig"))))
    assert [row["Description"] for row in rows] == list(WORDS["zh"][::2])
    assert WORDS["zh"][0] in (tmp_path / "film.premiere.csv").read_text("utf-8-sig")


def test_what_a_person_wrote_is_collected_once(tmp_path: Path, film: Path, engine: ByHand) -> None:
    path, out = tmp_path / "film.zimu", tmp_path / "mine.jsonl"
    describe(film, "--into", path)
    document = storage.load(path)
    shot = next(mark for mark in document.marks if mark.kind == "shot")
    storage.save(written(document, shot, {"zh": "夜里的小巷", "en": WORDS["en"][0]}), path)
    told = [zimu.invoke(app, ["captions", "collect", str(path), "--out", str(out)]).stdout for _ in range(2)]
    assert told == [f"1 captions, {new} of them new: {out}\n" for new in (1, 0)]
    assert json.loads(out.read_text("utf-8"))["captions"] == {"zh": ["夜里的小巷"]}


def test_an_audio_description_in_the_pauses(tmp_path: Path, film: Path, engine: ByHand) -> None:
    (tmp_path / "film.srt").write_text("1\n00:00:00,000 --> 00:00:01,900\n好\n", "utf-8")
    target = tmp_path / "film.vtt"
    describe(film, "--text", tmp_path / "film.srt", "--audio-description", target)
    told = target.read_text("utf-8")
    assert told.startswith("WEBVTT Kind: descriptions; Language: zh")
    assert WORDS["zh"][2] in told
    assert WORDS["zh"][0] not in told  # somebody speaks all through it
    describe(film, "--to", "en", "--audio-description", tmp_path, "--rate", 300)
    assert WORDS["en"][0] in (tmp_path / "film.descriptions.vtt").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--json", "--csv"), "exclude each other"),
        (("--to", "fr"), "writes zh, en, not fr"),
        (("--to", "zh,zh"), "each language"),
        (("--rate", "200"), "--audio-description"),
        (("--audio-description", "a.vtt", "--rate", "5"), "Nobody reads 5"),
        (("--into", "a.srt"), "no .zimu document"),
        (("--pack", "nobody"), "No captioner pack"),
    ],
)
def test_what_cannot_be_done_is_said_before(film: Path, engine: ByHand, arguments: tuple[str, ...], said: str) -> None:
    done = zimu.invoke(app, ["describe", str(film), *arguments, *ALONE])
    assert done.exit_code != 0
    assert said in str(done.exception)


def test_a_document_without_captions_says_what_to_do(tmp_path: Path, engine: ByHand) -> None:
    storage.save(Document(), tmp_path / "a.zimu")
    done = zimu.invoke(app, ["describe", str(tmp_path / "a.zimu")])
    assert "no shots" in str(done.exception)
