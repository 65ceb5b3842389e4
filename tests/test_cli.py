"""The command line as a user meets it: sentences, exit statuses, JSON for machines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SRT = "1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n\n2\n00:00:04,000 --> 00:00:06,000\nHow are you?\n"
FAST = "1\n00:00:01,000 --> 00:00:01,300\nNobody can read a cue as long as this one in a third of a second.\n"


def zimu(*arguments: object, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "plugin_core.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
        env=os.environ | {"COLUMNS": "200"},
    )


@pytest.fixture
def srt(tmp_path: Path) -> Path:
    path = tmp_path / "早上 🎬 morning.srt"
    path.write_text(SRT, encoding="utf-8")
    return path


def test_help_names_every_command() -> None:
    done = zimu("--help")
    assert done.returncode == 0
    for command in (
        "run",
        "transcribe",
        "translate",
        "check",
        "convert",
        "export",
        "import",
        "conform",
        "plan",
        "models",
        "doctor",
    ):
        assert command in done.stdout


def test_help_imports_no_heavy_library() -> None:
    code = "import sys; from plugin_core.cli import app; print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = (
        "numpy",
        "av",
        "ctranslate2",
        "faster_whisper",
        "onnxruntime",
        "jieba",
        "opencc",
        "huggingface_hub",
        "opentimelineio",
        "pysubs2",
    )
    assert not [name for name in heavy if f"'{name}'" in done.stdout]


def test_version() -> None:
    assert zimu("--version").stdout.startswith("zimu ")


def test_convert_writes_the_format_of_the_ending(srt: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.vtt"
    assert zimu("convert", srt, target).returncode == 0
    assert target.read_text("utf-8").startswith("WEBVTT")
    assert zimu("convert", srt, tmp_path / "out.zimu").returncode == 0
    assert zimu("convert", tmp_path / "out.zimu", tmp_path / "back.srt").returncode == 0
    assert "How are you?" in (tmp_path / "back.srt").read_text("utf-8-sig")


def test_check_says_what_is_wrong_and_exits_with_7(tmp_path: Path, srt: Path) -> None:
    assert zimu("check", srt).returncode == 0
    bad = tmp_path / "fast.srt"
    bad.write_text(FAST)
    done = zimu("check", bad)
    assert done.returncode == 7
    assert "reading-speed" in done.stdout
    problems = [json.loads(line) for line in zimu("check", bad, "--json").stdout.splitlines()]
    assert "reading-speed" in {problem["code"] for problem in problems}


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("run", "/nowhere/film.mov", "--pack", "starter"), 3),
        (("check", "/nowhere/film.srt"), 3),
        (("check", "{srt}", "--profile", "surprise"), 2),
        (("run", "{srt}", "--formats", "surprise", "--from-nowhere"), 2),
        (("convert", "{srt}", "/tmp/out.surprise"), 2),
        (("models", "remove", "surprise"), 4),
        (("models", "import", "/nowhere.zip"), 4),
        (("models", "verify", "surprise"), 4),
    ],
)
def test_what_goes_wrong_is_a_sentence_with_its_exit_status(srt: Path, arguments: tuple[str, ...], status: int) -> None:
    done = zimu(*(str(srt) if argument == "{srt}" else argument for argument in arguments))
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip()) > 20


def test_without_a_production_pack_it_says_how_to_get_one(srt: Path) -> None:
    done = zimu("translate", srt, "--to", "zh", "--json")
    assert done.returncode == 4
    error = json.loads(done.stdout.splitlines()[-1])["error"]
    assert error["code"] == "model.no-production-pack"
    assert "zimu models pull" in error["hint"]
    assert "zimu models import" in error["hint"]
    assert "--pack starter" in error["hint"]


def test_a_queue_goes_on_after_a_bad_file(srt: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.srt"
    broken.write_text("")
    done = zimu("run", broken, srt, "--to", "en", "--out", tmp_path / "out", "--formats", "vtt", "--json")
    assert done.returncode == 5
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert {event["event"] for event in events if event["source"] == str(broken)} >= {"failed"}
    assert (tmp_path / "out" / f"{srt.stem}.en.vtt").is_file()


def test_models_list_shows_the_embedded_packs_and_the_catalog() -> None:
    assert "starter-speech-zh-en" in zimu("models", "list").stdout
    assert "whisper-large-v3-turbo" in zimu("models", "list", "--all").stdout


def test_starter_packs_verify() -> None:
    done = zimu("models", "verify")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("are as they should be") >= 2
