"""
The icons of every platform, from gui/zimu.svg: PNG in the sizes of Linux desktops, ``zimu.ico``, ``zimu.icns``.

    python installer/icons.py build/icons
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "gui" / "zimu.svg"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512, 1024)  # pixels
WINDOWS = tuple((size, size) for size in SIZES if size <= 256)


def make(folder: Path) -> tuple[Path, ...]:
    """Draw every icon into *folder*; the files."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PIL import Image
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication.instance() or QGuiApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    drawing = QSvgRenderer(str(SOURCE))
    files = []
    for size in SIZES:
        picture = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        picture.fill(0)
        painter = QPainter(picture)
        drawing.render(painter)
        painter.end()
        files.append(folder / f"zimu-{size}.png")
        picture.save(str(files[-1]))
    del application
    largest = Image.open(files[-1])
    largest.save(folder / "zimu.ico", sizes=WINDOWS)
    largest.save(folder / "zimu.icns")
    return (*files, folder / "zimu.ico", folder / "zimu.icns")


if __name__ == "__main__":
    for file in make(Path(sys.argv[1])):
        print(file)
