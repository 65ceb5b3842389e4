"""
Dark, light, or as the system is: one palette for everything. Widgets take their colours from its roles and no others.

A system in high contrast is left alone whatever was chosen.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

Role, Group = QPalette.ColorRole, QPalette.ColorGroup

SCHEMES = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light, "system": Qt.ColorScheme.Unknown}
# Text on its ground is at least 7:1, text that is dimmed or disabled at least 3:1 (WCAG 2.2, 1.4.3 and 1.4.6).
_COLOURS: dict[str, dict[QPalette.ColorRole, str]] = {
    "dark": {
        Role.Window: "#26272b", Role.WindowText: "#e4e5e9", Role.Base: "#1b1c1f", Role.AlternateBase: "#212226",
        Role.Text: "#e4e5e9", Role.PlaceholderText: "#9b9ea8", Role.Button: "#35373d", Role.ButtonText: "#e4e5e9",
        Role.BrightText: "#ffffff", Role.Highlight: "#2f5f9e", Role.HighlightedText: "#ffffff", Role.Link: "#86b6f5",
        Role.LinkVisited: "#c0a5f0", Role.ToolTipBase: "#35373d", Role.ToolTipText: "#e4e5e9", Role.Light: "#4a4d55",
        Role.Midlight: "#3f4249", Role.Mid: "#1f2023", Role.Dark: "#141517", Role.Shadow: "#000000",
        Role.Accent: "#4d8bdb",
    },
    "light": {
        Role.Window: "#f1f1f3", Role.WindowText: "#1d1e21", Role.Base: "#ffffff", Role.AlternateBase: "#f7f7f9",
        Role.Text: "#1d1e21", Role.PlaceholderText: "#686b74", Role.Button: "#fafafb", Role.ButtonText: "#1d1e21",
        Role.BrightText: "#ffffff", Role.Highlight: "#1f5fb0", Role.HighlightedText: "#ffffff", Role.Link: "#0f55a8",
        Role.LinkVisited: "#6b3fa0", Role.ToolTipBase: "#ffffff", Role.ToolTipText: "#1d1e21", Role.Light: "#ffffff",
        Role.Midlight: "#e6e6ea", Role.Mid: "#c4c5cb", Role.Dark: "#9a9ca4", Role.Shadow: "#6a6c73",
        Role.Accent: "#1f5fb0",
    },
}  # fmt: skip
_DISABLED = {"dark": "#777a84", "light": "#85878f"}
# Fusion draws frames 1.27 times darker than the window's colour: unseen on a dark ground. For those that show by their
# frame alone what they are, this stands for the window's colour; the frame is then at least 3:1 (WCAG 2.2, 1.4.11).
_FRAMES = {"dark": "#a6a9b4", "light": "#a2a4ac"}
FRAMED = ("QCheckBox", "QRadioButton", "QLineEdit", "QPlainTextEdit", "QAbstractSpinBox", "QListView", "QTreeView")


def palette(theme: str) -> QPalette:
    """The palette of *theme*, "dark" or "light"."""
    made = QPalette()
    for role, colour in _COLOURS[theme].items():
        made.setColor(role, QColor(colour))
    for role in (Role.WindowText, Role.Text, Role.ButtonText):
        made.setColor(Group.Disabled, role, QColor(_DISABLED[theme]))
    made.setColor(Group.Disabled, Role.Highlight, QColor(_COLOURS[theme][Role.Midlight]))
    return made


def framed(theme: str) -> QPalette:
    """The palette of *theme* for the widgets of :data:`FRAMED`."""
    made = palette(theme)
    for group in (Group.Active, Group.Inactive):
        made.setColor(group, Role.Window, QColor(_FRAMES[theme]))
    made.setColor(Group.Disabled, Role.Window, QColor(_DISABLED[theme]))
    return made


def apply(app: QApplication, theme: str) -> None:
    """Show everything in *theme*: dark, light or system."""
    hints = app.styleHints()
    hints.setColorScheme(SCHEMES.get(theme, Qt.ColorScheme.Unknown))
    accessibility = getattr(hints, "accessibility", None)
    strong = accessibility is not None and accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
    if strong:
        return
    system = "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"
    shown = theme if theme in _COLOURS else system
    app.setPalette(palette(shown))
    for name in FRAMED:
        app.setPalette(framed(shown), name)  # type: ignore[arg-type]  # the stub says bytes, which it refuses


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    first, second = sorted((_luminance(one), _luminance(other)))
    return (second + 0.05) / (first + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
