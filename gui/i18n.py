"""
The languages of the interface: which there are, and switching between them while everything is open.

To write a string: 1. English, a whole sentence, in ``self.tr("…")`` or ``QCoreApplication.translate("Context", "…")``,
never an f-string (it would silently stay English): ``self.tr("{name} is open.").format(name=name)``; plurals are
``self.tr("%n cue(s)", "", count)``. 2. Nothing is translated at import: a table holds ``QT_TRANSLATE_NOOP``.
3. A widget sets its texts in ``retranslate()`` and calls it from ``changeEvent`` on ``LanguageChange``.
4. ``python -m gui.i18n update`` collects the strings, ``python -m gui.i18n release`` compiles what was translated.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import PySide6
from PySide6.QtCore import QCoreApplication, QEvent, QLibraryInfo, QLocale, QObject, QTranslator, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication

LANGUAGES: Mapping[str, str] = {"en": "English", "zh_CN": "简体中文"}  # by the name each has for itself
CHINESE_FONTS = ("PingFang SC", "Microsoft YaHei UI", "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC")
"""Asked for Chinese letters before the system chooses: else many of them are drawn as they are written in Japan."""
FOLDER = Path(__file__).parent / "i18n"
_TOOLS = Path(PySide6.__file__).parent


class Retranslated(Protocol):
    """A widget that can set its texts anew."""

    def retranslate(self) -> None:
        """Set every text in the language that is installed now."""


def wanted(asked: str = "") -> str:
    """The key of ``LANGUAGES`` for *asked* ("zh-CN", "zh_Hans", "en"); without it what the system's user reads."""
    names = [asked] if asked else QLocale.system().uiLanguages()
    for name in names:
        base = name.replace("-", "_").split("_", maxsplit=1)[0].lower()
        for known in LANGUAGES:
            if known.split("_", maxsplit=1)[0] == base:
                return known
    return "en"


class Translations(QObject):
    """The translators of one application. ``use`` switches the language of everything that is open."""

    switched = Signal(str)

    def __init__(self, application: QCoreApplication, asked: str = "") -> None:
        super().__init__(application)
        self._application = application
        self._installed: list[QTranslator] = []
        if isinstance(application, QGuiApplication):
            font = application.font()
            families = [name for name in CHINESE_FONTS if QFontDatabase.hasFamily(name)]
            font.setFamilies(list(dict.fromkeys([*font.families(), *families])))
            application.setFont(font)
        self._language = ""
        self.use(asked)

    @property
    def language(self) -> str:
        """The key of ``LANGUAGES`` that is shown."""
        return self._language

    def use(self, asked: str = "") -> str:
        """Show the interface in *asked* ("" is what the system's user reads); returns the language that is shown."""
        language = wanted(asked)
        if language == self._language:
            return language
        self._language = language
        QLocale.setDefault(QLocale(language))
        for translator in self._installed:
            self._application.removeTranslator(translator)
        self._installed = [found for found in map(self._load, _files(language)) if found]
        for translator in self._installed:
            self._application.installTranslator(translator)
        self.switched.emit(language)
        return language

    def _load(self, path: Path) -> QTranslator | None:
        translator = QTranslator(self)
        return translator if path.is_file() and translator.load(str(path)) else None


def _files(language: str) -> tuple[Path, ...]:
    """What is installed for *language*: Qt's own texts (the buttons of dialogs), then ours, which are asked first."""
    own = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    return own / f"qtbase_{language}.qm", FOLDER / f"zimu_{language}.qm"


def on_language_change(widget: Retranslated, event: QEvent) -> None:
    """Call it from ``changeEvent``: sets the texts of *widget* anew when the language was switched."""
    if event.type() == QEvent.Type.LanguageChange:
        widget.retranslate()


def translated(context: str, text: str, count: int = -1) -> str:
    """*text* of a table (marked with ``QT_TRANSLATE_NOOP``) in the language that is installed."""
    return QCoreApplication.translate(context, text, "", count)


def shown_in_chinese() -> bool:
    """Whether the interface is in Chinese: which of two texts to take where the core holds both."""
    return QLocale().language() == QLocale.Language.Chinese


def sources() -> list[Path]:
    """The files whose strings are translated."""
    return sorted(Path(__file__).parent.glob("*.py"))


def update(folder: Path = FOLDER) -> None:
    """Collect the strings of every source into the ``.ts`` files in *folder*; what is gone is dropped."""
    options = ["-no-obsolete", "-locations", "none", "-silent"]
    files = [str(path) for path in sources()]
    for language in LANGUAGES:
        plural = ["-pluralonly"] if language == "en" else []
        target = ["-target-language", language, "-source-language", "en", "-ts", str(folder / f"zimu_{language}.ts")]
        subprocess.run([str(_TOOLS / "lupdate"), *options, *plural, *files, *target], check=True)


def release(folder: Path = FOLDER) -> None:
    """Compile every ``.ts`` in *folder* to the ``.qm`` beside it."""
    for path in sorted(folder.glob("*.ts")):
        subprocess.run(
            [str(_TOOLS / "lrelease"), "-silent", str(path), "-qm", str(path.with_suffix(".qm"))], check=True
        )


if __name__ == "__main__":
    {"update": update, "release": release}[sys.argv[1]]()
