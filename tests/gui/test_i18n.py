"""The interface in English and in 简体中文: switching, and what a source string may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from gui import i18n


@pytest.fixture
def translations(qapp: QApplication) -> Iterator[i18n.Translations]:
    made = i18n.Translations(qapp, "en")
    yield made
    made.use("en")
    made.deleteLater()


class _Greeting(QLabel):
    said = 0

    def retranslate(self) -> None:
        self.said += 1

    def changeEvent(self, event: QEvent) -> None:
        i18n.on_language_change(self, event)
        super().changeEvent(event)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("zh-CN", "zh_CN"), ("zh_Hans_CN", "zh_CN"), ("zh", "zh_CN"), ("en-GB", "en"), ("fr", "en"), ("C", "en")],
)
def test_a_language_is_known_by_any_of_its_names(asked: str, shown: str) -> None:
    assert i18n.wanted(asked) == shown


def test_everything_open_hears_of_another_language(translations: i18n.Translations, qtbot: QtBot) -> None:
    widget = _Greeting()
    qtbot.addWidget(widget)
    with qtbot.waitSignal(translations.switched) as heard:
        translations.use("zh_CN")
    assert heard.args == ["zh_CN"]
    QCoreApplication.sendPostedEvents()
    assert widget.said > 0
    assert translations.language == "zh_CN"
    assert QLocale().language() == QLocale.Language.Chinese


def test_the_same_language_again_disturbs_nobody(translations: i18n.Translations, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(translations.switched):
        translations.use("en")


def test_the_buttons_of_qt_are_translated_too(translations: i18n.Translations) -> None:
    translations.use("zh_CN")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
    translations.use("en")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


TRANSLATES = {"tr", "translate", "translated", "QT_TRANSLATE_NOOP"}


def _calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in TRANSLATES:
                yield node


@pytest.mark.parametrize("path", i18n.sources(), ids=lambda path: path.name)
def test_no_source_string_is_put_together_before_it_is_translated(path: Path) -> None:
    wrong = [
        f"{path.name}:{call.lineno}"
        for call in _calls(path)
        for argument in call.args
        if isinstance(argument, ast.JoinedStr | ast.BinOp)
        or (isinstance(argument, ast.Call) and getattr(argument.func, "attr", "") == "format")
    ]
    assert not wrong, "translate the pattern, then fill it in"
