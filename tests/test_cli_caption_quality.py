"""``zimu captions check`` from the outside: what it prints, what it writes, how it ends."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plugin_core.cli import app
from plugin_core.errors import DocumentError, ModelError, SettingsError
from tests.typo_packs import pack

ROWS = (
    ("1", "a", "一個男人在彈吉他"),
    ("2", "a", "一个男人在弹吉他"),
    ("3", "b", "一只小狗在跑"),
    ("4", "b", "cool dog"),
)
FAST = ["--checks", "length,script"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "captions.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("id", "video_id", "sentence"), *ROWS])
    return path


def zimu(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["captions", "check", *map(str, words)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def test_findings_are_shown_in_both_languages_and_make_the_status_7(table: Path) -> None:
    status, text = zimu(table, *FAST)
    assert status == 7
    assert "line 2: 一個男人在彈吉他 → 一个男人在弹吉他" in text
    assert "含简体中文以外的字符" in text
    assert "2 of 4 captions" in text


def test_captions_with_nothing_end_with_0(table: Path) -> None:
    assert zimu(table, "--checks", "verb,name")[0] == 7  # cool dog
    table.write_text("video,caption\na,一个男人在弹吉他\n", encoding="utf-8")
    assert zimu(table, "--checks", "length,script,verb,name")[0] == 0


def test_the_fixed_file_is_mended_and_the_first_stays(table: Path, tmp_path: Path) -> None:
    before = table.read_bytes()
    zimu(table, *FAST, "--fixed", tmp_path / "fixed.csv")
    rows = [*csv.reader((tmp_path / "fixed.csv").read_text("utf-8").splitlines())]
    assert rows == [["id", "video_id", "sentence"], ["1", "a", "一个男人在弹吉他"], *map(list, ROWS[1:3])]
    assert table.read_bytes() == before
    assert zimu(tmp_path / "fixed.csv", *FAST)[0] == 0


def test_reports_are_a_page_or_json(table: Path, tmp_path: Path) -> None:
    zimu(table, *FAST, "--out", tmp_path / "report.html")
    assert "一個男人在彈吉他" in (tmp_path / "report.html").read_text("utf-8")
    zimu(table, *FAST, "--out", tmp_path / "report.json")
    told = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert told == json.loads(zimu(table, *FAST, "--json")[1])
    assert told["with_findings"] == 2


def test_a_pack_finds_typing_errors(table: Path, tmp_path: Path) -> None:
    table.write_text("video,caption\na,人谈吉他\n" + "".join(f"{v},人弹吉他\n" for v in range(9)), encoding="utf-8")
    text = zimu(table, "--checks", "typing", "--pack", pack(tmp_path / "pack").folder)[1]
    assert "人谈吉他 → 人弹吉他 [谈→弹]" in text
    with pytest.raises(ModelError):
        zimu(table, "--pack", "no-such-pack")


def test_nothing_is_written_over_the_captions(table: Path, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="written over"):
        zimu(table, "--fixed", table)
    with pytest.raises(DocumentError, match="written over"):
        zimu(table, "--out", tmp_path / "a.json", "--fixed", tmp_path / "." / "a.json")


@pytest.mark.parametrize("words", [["--out", "report.txt"], ["--checks", "spelling"], ["--unit", "lines"]])
def test_an_option_that_is_none_is_said(table: Path, words: list[str]) -> None:
    with pytest.raises(SettingsError):
        zimu(table, *words)
