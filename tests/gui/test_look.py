from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QStyle, QStyleFactory, QStyleOptionButton

from gui.look import apply, contrast, palette

Role = QPalette.ColorRole


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        (Role.WindowText, Role.Window, 7.0),
        (Role.Text, Role.Base, 7.0),
        (Role.Text, Role.AlternateBase, 7.0),
        (Role.ButtonText, Role.Button, 7.0),
        (Role.HighlightedText, Role.Highlight, 4.5),
        (Role.ToolTipText, Role.ToolTipBase, 7.0),
        (Role.PlaceholderText, Role.Base, 4.5),
        (Role.PlaceholderText, Role.Window, 4.5),
        (Role.Link, Role.Base, 4.5),
    ],
)
def test_text_can_be_read_on_its_ground(
    qapp: QApplication, theme: str, text: QPalette.ColorRole, ground: QPalette.ColorRole, least: float
) -> None:
    made = palette(theme)
    assert contrast(made.color(text), made.color(ground)) >= least


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_what_is_disabled_can_still_be_read(qapp: QApplication, theme: str) -> None:
    made = palette(theme)
    text = made.color(QPalette.ColorGroup.Disabled, Role.Text)
    assert contrast(text, made.color(Role.Base)) >= 3.0


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_frame_of_an_empty_check_box_can_be_seen(qapp: QApplication, theme: str) -> None:
    before = qapp.palette()
    box = QCheckBox()
    try:
        apply(qapp, theme)
        box.ensurePolished()
        option = QStyleOptionButton()
        option.initFrom(box)
        option.rect = QRect(0, 0, 16, 16)
        drawn = QImage(16, 16, QImage.Format.Format_RGB32)
        drawn.fill(palette(theme).color(Role.Window))
        painter = QPainter(drawn)
        QStyleFactory.create("Fusion").drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorCheckBox, option, painter, box)
        painter.end()
        edge = max((drawn.pixelColor(x, 8) for x in range(4)), key=lambda c: contrast(c, drawn.pixelColor(8, 8)))
        assert contrast(edge, drawn.pixelColor(8, 8)) >= 3.0
    finally:
        qapp.setPalette(before)


def test_a_theme_is_put_on_everything(qapp: QApplication) -> None:
    before = qapp.palette()
    try:
        apply(qapp, "dark")
        assert qapp.palette().color(Role.Base).lightness() < 60
        apply(qapp, "light")
        assert qapp.palette().color(Role.Base).lightness() > 200
        apply(qapp, "system")
        assert contrast(qapp.palette().color(Role.Text), qapp.palette().color(Role.Base)) > 7
    finally:
        qapp.setPalette(before)
