"""The check of ``zimu self-test`` that the desktop app adds: its window, without a screen, in every language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from plugin_core.self_test import Absent, Failed

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def window(folder: Path) -> str:
    """The window comes up in every language, shows a document and is drawn; sound and pictures can be played."""
    try:
        from PySide6.QtCore import QSettings
    except ModuleNotFoundError as error:
        raise Absent(f"The desktop app is not installed ({error.name}).") from error
    from gui import app as desktop
    from gui.i18n import LANGUAGES

    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
        QSettings.setPath(QSettings.Format.IniFormat, scope, str(folder / "settings"))
    application = desktop.application()
    parts = desktop.build(application)
    parts.window.resize(1280, 800)
    parts.window.show()
    menus: dict[str, tuple[str, ...]] = {}
    for language in LANGUAGES:
        parts.translations.use(language)
        application.processEvents()
        menus[language] = tuple(action.text() for action in parts.window.menuBar().actions())
        if not _drawn(parts.window):
            raise Failed(f"The window stays empty ({language}).")
    if len(set(menus.values())) < len(LANGUAGES):
        raise Failed(f"The window is not translated: {menus}.")
    parts.window.close()
    return f"Drawn in {', '.join(LANGUAGES.values())}."


def _drawn(widget: QWidget) -> bool:
    """Whether *widget* shows more than a few colours."""
    picture = widget.grab().toImage()
    step = max(1, picture.width() // 64)
    colours = {picture.pixel(x, y) for x in range(0, picture.width(), step) for y in range(0, picture.height(), step)}
    return len(colours) > 3
