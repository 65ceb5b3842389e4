"""``zimu doctor`` as a user types it: text, JSON, a file, the clipboard; quick, and without the network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plugin_core import cli_doctor
from plugin_core.cli import app
from plugin_core.doctor import updating
from plugin_core.doctor.findings import found
from plugin_core.errors import SettingsError


def test_the_page_says_what_is_so_and_what_to_do() -> None:
    done = CliRunner().invoke(app, ["doctor"], env={"LC_ALL": "en_US.UTF-8"})
    assert done.exit_code == 0, done.output
    for words in ("Problems: ", "device.", "ctranslate2", "packs.speech", "zimu models list --all", "network.offline"):
        assert words in done.stdout


def test_the_page_speaks_the_users_language() -> None:
    done = CliRunner().invoke(app, ["doctor"], env={"LC_ALL": "zh_CN.UTF-8"})
    assert "个问题" in done.stdout
    assert "没有正式的语音模型包" in done.stdout


def test_as_json_it_is_one_line_with_facts_and_findings() -> None:
    done = CliRunner().invoke(app, ["doctor", "--json"])
    (line,) = done.stdout.splitlines()
    page = json.loads(line)
    assert {"zimu", "device", "cores", "findings"} <= set(page)
    assert {"name", "state", "message", "fix", "message_zh", "fix_zh"} == set(page["findings"][0])


def test_it_is_written_to_a_file(tmp_path: Path) -> None:
    out = tmp_path / "page.txt"
    done = CliRunner().invoke(app, ["doctor", "--out", str(out)])
    assert out.read_text("utf-8") == done.stdout
    CliRunner().invoke(app, ["doctor", "--json", "--out", str(out)])
    assert json.loads(out.read_text("utf-8"))["zimu"]


def test_it_is_copied_by_the_program_that_the_desktop_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, body in (("wl-copy", "exit 1"), ("xclip", f'cat > "{tmp_path}/copied"')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    cli_doctor.to_clipboard("字幕\n")
    assert (tmp_path / "copied").read_text("utf-8") == "字幕\n"


def test_without_a_way_to_the_clipboard_it_names_the_file_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/no/such/folder")
    done = CliRunner().invoke(app, ["doctor", "--copy"])
    assert isinstance(done.exception, SettingsError)
    assert "--out" in done.exception.hint
    assert "Problems: " in done.stdout or "个问题" in done.stdout  # the page is shown all the same


def test_a_newer_version_is_looked_for_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(updating, "look", lambda: (asked.append(1), [found("update.newer", newest="9")])[1])
    assert "update." not in CliRunner().invoke(app, ["doctor"]).stdout
    assert asked == []
    assert "update.newer" in CliRunner().invoke(app, ["doctor", "--updates"]).stdout


def test_where_chinese_cannot_be_shown_the_page_is_shown_all_the_same() -> None:
    more = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "zh_CN.GBK"}
    command = [sys.executable, "-m", "plugin_core.cli", "doctor"]
    done = subprocess.run(command, capture_output=True, env=os.environ | more, check=False)
    assert done.returncode == 0, done.stderr
    assert b"program.version" in done.stdout


def test_a_quick_look_loads_no_model_library_but_the_one_that_knows_the_devices() -> None:
    code = (
        "import sys; from plugin_core.doctor.looking import page; page(); "
        "print([name for name in ('faster_whisper', 'onnxruntime', 'cv2', 'scenedetect', 'torch', 'PySide6.QtCore',"
        " 'huggingface_hub', 'opentimelineio', 'jieba') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "[]"
