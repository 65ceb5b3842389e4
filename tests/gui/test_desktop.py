from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gui import desktop
from plugin_core import cli


def test_it_is_the_command_gui_with_the_files_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(cli, "main", lambda: seen.append(sys.argv[1:]))
    monkeypatch.setattr(sys, "argv", ["zimu-desktop", "film.mp4"])
    desktop.main()
    assert seen == [["gui", "film.mp4"]]


def test_without_a_console_what_is_said_goes_to_the_log(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr(cli, "main", lambda: sys.stderr.write("a sentence\n"))
    monkeypatch.setattr(sys, "argv", ["zimu-desktop"])
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    desktop.main()
    sys.stderr.close()
    assert (home / desktop.LOG).read_text("utf-8") == "a sentence\n"
