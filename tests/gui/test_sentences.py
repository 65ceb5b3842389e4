"""What the core says is understood in Chinese, and the table knows no sentence that the core has forgotten."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.dialogs import Banner
from gui.i18n import FOLDER, Translations
from gui.sentences import said
from plugin_core.errors import MediaError, SettingsError
from plugin_core.glossary import Glossary

ROOT = Path(__file__).parent.parent.parent
TABLE = tomllib.loads((FOLDER / "core_zh_CN.toml").read_text("utf-8"))


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[Translations]:
    made = Translations(qapp, "zh_CN")
    yield made
    made.use("en")
    made.deleteLater()


def _patterns(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.sub(r"\{\w+\}", "{}", node.value)
        elif isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)


def test_every_pattern_is_one_that_the_code_says() -> None:
    parts = ("plugin_core", "gui", "resolve_bridge", "premiere_cep")
    files = [path for part in parts for path in (ROOT / part).rglob("*.py")]
    known = {pattern for path in files for pattern in _patterns(path)}
    assert set(TABLE) - known == set()


@pytest.mark.parametrize("pattern", TABLE)
def test_every_translation_fills_in_as_much_as_its_pattern(pattern: str) -> None:
    parts = [f"<{number}>" for number in range(pattern.count("{}"))]
    filled = TABLE[pattern].format(*parts)
    assert all(part in filled for part in parts)


def test_an_error_of_the_core_is_said_in_chinese(chinese: Translations, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "terms.csv").write_text("only one side\n")
    with pytest.raises(SettingsError) as raised:
        Glossary.load(tmp_path / "terms.csv")
    banner = Banner()
    qtbot.addWidget(banner)
    banner.say_error(raised.value)
    assert banner.text == "terms.csv 的第 1 行缺少原文或译文。\n请补全或删除它。"


def test_what_is_not_known_is_said_as_it_is(chinese: Translations) -> None:
    assert said("Nobody wrote this sentence.") == "Nobody wrote this sentence."


def test_a_sentence_within_a_sentence_is_translated_too(chinese: Translations) -> None:
    text = "film.zimu cannot be opened. It is not a whole Zimu document."
    assert said(text) == "无法打开 film.zimu。它不是完整的 Zimu 文档。"


def test_a_sentence_and_its_advice_on_one_line_are_both_translated(chinese: Translations) -> None:
    error = MediaError("media.unreadable", "film.mp4 cannot be read: Input/output error.", "Check the drive.")
    assert said(str(error)) == "无法读取 film.mp4：Input/output error。请检查硬盘。"


def test_why_a_device_was_chosen_is_told_in_chinese(chinese: Translations) -> None:
    assert said("cpu int8: no CUDA device was found") == "处理器 int8：没有找到 CUDA 设备"


def test_in_english_nothing_is_changed(qapp: QApplication) -> None:
    error = MediaError("media.empty", "film.mp4 is empty (0 bytes).", "Copy or export it again.")
    assert said(error.message) == error.message
