"""zimu tag, as a user runs it, with the embedded pack."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from plugin_core import storage
from plugin_core.document import Cue, Document, Mark
from plugin_core.formats import read_text
from plugin_core.sounds import Found, Sound

CASES = tomllib.loads((Path(__file__).parent / "golden" / "tagging" / "reference.toml").read_text("utf-8"))["case"]
SRT = "1\n00:00:01,000 --> 00:00:03,000\n[门铃响]\n\n2\n00:00:04,000 --> 00:00:06,000\n小美：谁在外面？\n"


def run(*words: object, given: bytes | None = None) -> tuple[int, str]:
    """Exit status and what was printed on stdout."""
    from plugin_core.cli import app
    from plugin_core.errors import ZimuError

    done = CliRunner().invoke(app, ["tag", *(str(word) for word in words)], input=given)
    if isinstance(done.exception, ZimuError):
        return done.exception.exit_code, str(done.exception)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.txt"
    path.write_text(CASES[0]["text"], "utf-8")
    return path


@pytest.fixture
def subtitles(tmp_path: Path) -> Path:
    path = tmp_path / "film.srt"
    path.write_text(SRT, "utf-8")
    return path


def test_the_printed_cases_come_out_of_the_command_line(tmp_path: Path) -> None:
    for case in CASES:
        path = tmp_path / "case.txt"
        path.write_text(case["text"], "utf-8")
        status, told = run(path, "--format", "columns")
        assert status == 0
        assert " ".join(told.splitlines()) == case["columns"]


def test_json_is_version_and_items_whose_spans_stand_in_the_input(clip: Path) -> None:
    status, told = run(clip, "--json")
    value = json.loads(told)
    assert status == 0
    assert list(value) == ["version", "items"]
    text = clip.read_text("utf-8")
    assert all(text[slice(*item["span"])] == item["text"] for item in value["items"])
    assert [item["kind"] for item in value["items"]] == [values[0] for values in CASES[0]["items"]]


def test_stdin_is_read_in_any_encoding() -> None:
    for encoding in ("utf-8", "gb18030", "utf-16"):
        status, told = run("-", "--json", given=CASES[0]["text"].encode(encoding))
        assert status == 0
        assert json.loads(told)["items"][0]["text"] == "轻柔竖琴泛音"


def test_several_files_are_one_json_line_each(clip: Path, subtitles: Path) -> None:
    status, told = run(clip, subtitles, "--json")
    lines = [json.loads(line) for line in told.splitlines()]
    assert status == 0
    assert [line["source"] for line in lines] == [str(clip), str(subtitles)]
    assert all(list(line) == ["source", "version", "items"] for line in lines)


def test_a_folder_is_tagged_whole_and_its_files_stay(clip: Path, subtitles: Path) -> None:
    (clip.parent / "notes.pdf").write_bytes(b"%PDF")
    before = {path: path.read_bytes() for path in clip.parent.iterdir()}
    status, told = run(clip.parent, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(told, newline="")))
    assert status == 0
    assert {row["source"] for row in rows} == {str(clip), str(subtitles)}
    assert {path: path.read_bytes() for path in clip.parent.iterdir()} == before


def test_results_go_into_a_folder_one_file_each(clip: Path, subtitles: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    status, _ = run(clip, subtitles, "--format", "jsonl", "--out", out)
    assert status == 0
    assert sorted(path.name for path in out.iterdir()) == ["clip.tags.jsonl", "film.tags.jsonl"]
    first = json.loads((out / "clip.tags.jsonl").read_text("utf-8").splitlines()[0])
    assert list(first) == ["scene_id", "timestamp", "speaker", "music_type", "action_verb", "confidence", "item"]
    assert first["scene_id"] == "clip"


def test_a_text_with_time_codes_becomes_a_document_and_markers(clip: Path) -> None:
    status, told = run(clip, "--format", "zimu")
    document = storage.load(Path(told.strip()))
    assert (status, Path(told.strip()).name) == (0, "clip.tagged.zimu")
    assert [mark.text for mark in document.marks] == ["轻柔竖琴泛音", "滴答声", "玻璃瓶晃动声", "欢快口哨声"]
    assert [cue.speaker for cue in document.cues] == ["李佳琦", "助理", "李佳琦"]
    status, told = run(clip, "--format", "markers", "--frame-rate", "25")
    assert status == 0
    assert Path(told.strip()).read_text("utf-8").count("|M:") == 4


def test_subtitles_keep_their_cues_and_get_marks(subtitles: Path) -> None:
    status, told = run(subtitles, "--format", "zimu")
    document = storage.load(Path(told.strip()))
    assert status == 0
    assert [cue.texts[0] for cue in document.cues] == ["[门铃响]", "小美：谁在外面？"]
    assert [(mark.kind, mark.text, mark.start, mark.end) for mark in document.marks] == [
        ("sound", "门铃响", 1000, 3000)
    ]
    assert document.cues[1].speaker == "小美"
    assert subtitles.read_text("utf-8") == SRT


def test_strip_leaves_only_what_is_said(subtitles: Path) -> None:
    status, told = run(subtitles, "--strip")
    assert status == 0
    assert [cue.texts[0] for cue in read_text(told, "srt").cues] == ["谁在外面？"]


def test_captions_are_written_into_both_languages_of_a_document(tmp_path: Path) -> None:
    document = Document(
        languages=("zh", "en"),
        cues=(Cue("a", 4000, 6000, ("[门铃响] 谁啊？", "Who is it?")),),
        marks=(Mark("m", "sound", 1000, 2000, "玻璃碎裂声"),),
    )
    path = tmp_path / "film.zimu"
    storage.save(document, path)
    status, told = run(path, "--sdh", "netflix", "--format", "zimu")
    written = storage.load(Path(told.strip()))
    assert status == 0
    assert [cue.texts for cue in written.cues] == [
        ("[玻璃碎裂声]", "[glass shatters]"), ("[门铃响] 谁啊？", "[doorbell rings] Who is it?"),
    ]  # fmt: skip
    assert storage.load(path) == document


def test_an_input_is_never_written_over(subtitles: Path) -> None:
    status, told = run(subtitles, "--format", "srt", "--out", subtitles)
    assert (status, "left as it is" in told) == (2, True)
    assert subtitles.read_text("utf-8") == SRT


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--format", "xlsx"), 2),
        (("--json", "--format", "csv"), 2),
        (("--sdh", "cinema"), 2),
        (("--frame-rate", "fast"), 2),
        (("--ask", "，"), 2),
        (("--pack", "no-such-pack"), 4),
    ],
)
def test_wrong_options_are_sentences_with_their_exit_status(clip: Path, words: tuple[str, ...], status: int) -> None:
    found, told = run(clip, *words)
    assert found == status
    assert told.rstrip().endswith(".")


def test_a_missing_file_is_an_error_and_does_not_stop_the_others(clip: Path, tmp_path: Path) -> None:
    assert run(tmp_path / "no.txt")[0] == 5
    status, told = run(tmp_path / "no.txt", clip, "--json")
    lines = [json.loads(line) for line in told.splitlines()]
    assert status == 5
    assert (lines[0]["event"], lines[1]["version"]) == ("failed", 1)


def test_nothing_to_tag_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    assert json.loads(run(tmp_path / "empty.txt", "--json")[1]) == {"version": 1, "items": []}
    assert "Nothing was found" in run(tmp_path / "empty.txt")[1]
    folder = tmp_path / "folder"
    folder.mkdir()
    assert run(folder)[0] == 5


def test_a_text_without_time_codes_cannot_be_put_on_a_timeline(tmp_path: Path) -> None:
    path = tmp_path / "script.txt"
    path.write_text("MARY: Hello.\n[door slams]\n", "utf-8")
    status, told = run(path, "--format", "zimu")
    assert (status, "no time codes" in told) == (5, True)


def test_the_table_has_the_line_and_a_column_for_each_kind(subtitles: Path) -> None:
    status, told = run(subtitles)
    assert status == 0
    assert ("Speech" in told, "Sound" in told, "Music" in told) == (True, True, False)


def test_text_and_sound_agree(subtitles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.media_fixtures import AudioTrack, Recipe, make

    film = make(tmp_path / "film.wav", Recipe(audio=[AudioTrack(np.zeros((1, 48_000), np.float32))]))
    bell = Sound(1200, 1500, "doorbell", "sound", 0.9, "Doorbell")
    monkeypatch.setattr("plugin_core.engines.bench.Bench.sounds", lambda *_: object())
    monkeypatch.setattr("plugin_core.sounds.tagger.tag", lambda *_, **__: iter([Found((bell,))]))
    status, told = run(subtitles, "--media", film, "--format", "zimu")
    document = storage.load(Path(told.strip()))
    assert status == 0
    assert [(mark.text, mark.start, mark.end, dict(mark.attributes)["source"]) for mark in document.marks] == [
        ("门铃响", 1200, 1500, "text+sound")
    ]
    status, told = run(film, "--json")
    assert json.loads(told)["sounds"] == [bell.to_json()]
    assert json.loads(told)["items"] == []


def test_media_says_who_speaks_when(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from plugin_core.speakers import Turn, Turns
    from tests.media_fixtures import AudioTrack, Recipe, make

    film = make(tmp_path / "film.wav", Recipe(audio=[AudioTrack(np.zeros((1, 48_000), np.float32))]))
    turns = Turns((Turn(100, 900, "说话人 1", 0.9), Turn(1000, 2000, "说话人 2")))
    monkeypatch.setattr("plugin_core.speakers.hearing.hear", lambda *_: iter([turns]))
    status, told = run(film, "--json")
    assert status == 0
    assert [(one["speaker"], one["start"], one["end"]) for one in json.loads(told)["speakers"]] == [
        ("说话人 1", 100, 900),
        ("说话人 2", 1000, 2000),
    ]
    status, told = run(film, "--format", "zimu", "--out", tmp_path)
    marks = storage.load(Path(told.strip())).marks
    assert [(mark.kind, mark.text, mark.start) for mark in marks] == [
        ("note", "说话人 1", 100),
        ("note", "说话人 2", 1000),
    ]
    status, told = run(film, "--speakers", "none", "--json")
    assert "speakers" not in json.loads(told)
