"""The interface in English and in 简体中文: switching, and what a source string may be."""

from __future__ import annotations

import ast
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale
from PySide6.QtGui import QFontDatabase
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


def test_chinese_letters_are_asked_of_a_chinese_font_first(translations: i18n.Translations, qapp: QApplication) -> None:
    here = [name for name in i18n.CHINESE_FONTS if QFontDatabase.hasFamily(name)]
    assert qapp.font().families()[1:] == here


_FILLED = re.compile(r"\{\w*\}|%n|\(\*[^)]*\)")


def _strings(path: Path) -> Iterator[tuple[int, ast.expr]]:
    """Line and argument of every string that *path* gives to be translated."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            of = ast.unparse(node.func).rsplit(".", 1)
            place = {"tr": 0, "translate": 1, "translated": 1, "QT_TRANSLATE_NOOP": 1}.get(of[-1])
            drawn = of[-1] == "translate" and of[0] != "QCoreApplication"  # a painter's
            if place is not None and not drawn and len(node.args) > place:
                yield node.lineno, node.args[place]


@pytest.mark.parametrize("path", i18n.sources(), ids=lambda path: path.name)
def test_no_source_string_is_put_together_before_it_is_translated(path: Path) -> None:
    wrong = [
        f"{path.name}:{line}"
        for line, text in _strings(path)
        if isinstance(text, ast.JoinedStr | ast.BinOp) or ast.unparse(text).partition("(")[0].endswith(".format")
    ]
    assert not wrong, "translate the pattern, then fill it in"


def _messages(path: Path) -> dict[tuple[str, str], ET.Element]:
    return {
        (context.findtext("name", ""), message.findtext("source", "")): message
        for context in ET.parse(path).getroot().iter("context")
        for message in context.iter("message")
    }


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_string_is_missing_and_none_is_unfinished(language: str, tmp_path: Path) -> None:
    for path in i18n.FOLDER.glob("*.ts"):
        shutil.copy(path, tmp_path)
    i18n.update(tmp_path)
    now, kept = (_messages(folder / f"zimu_{language}.ts") for folder in (tmp_path, i18n.FOLDER))
    assert now.keys() - kept.keys() == set(), "new: python -m gui.i18n update, translate, python -m gui.i18n release"
    assert kept.keys() - now.keys() == set(), "gone: python -m gui.i18n update"
    translations = {key: message.find("translation") for key, message in kept.items()}
    unfinished = [key for key, one in translations.items() if one is None or one.get("type") == "unfinished"]
    empty = [key for key, one in translations.items() if one is None or not "".join(one.itertext()).strip()]
    assert not unfinished + empty


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_what_is_compiled_is_what_was_translated(language: str, tmp_path: Path) -> None:
    shutil.copy(i18n.FOLDER / f"zimu_{language}.ts", tmp_path)
    i18n.release(tmp_path)
    name = f"zimu_{language}.qm"
    assert (tmp_path / name).read_bytes() == (i18n.FOLDER / name).read_bytes(), "python -m gui.i18n release"


def test_a_translation_fills_in_what_its_source_does() -> None:
    wrong = [
        source
        for (_, source), message in _messages(i18n.FOLDER / "zimu_zh_CN.ts").items()
        for form in message.iter("numerusform" if message.get("numerus") else "translation")
        if sorted(_FILLED.findall(source)) != sorted(_FILLED.findall(form.text or ""))
    ]
    assert not wrong
