"""Fixtures of the GUI's tests: no window is shown, no setting of the user is read or written."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before any import of Qt

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from gui.session import Session
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Mark, Media, Word

TEXTS = (
    ("Good evening, and welcome.", "晚上好，欢迎收看。"),
    ("The storm reached the coast at noon.", "风暴中午抵达海岸。"),
    ("Ferries stay in port until tomorrow.", "渡轮停航至明天。"),
    ("Nobody was hurt.", ""),
    ("More at ten.", "十点再会。"),
)


def words(start: int, end: int, text: str, probability: float = 0.9) -> tuple[Word, ...]:
    """The words of *text*, spread evenly from *start* to *end* ms."""
    parts = text.split(" ")
    step = (end - start) / len(parts)
    return tuple(
        Word(round(start + step * index), round(start + step * (index + 1)), (" " if index else "") + part, probability)
        for index, part in enumerate(parts)
    )


@pytest.fixture(autouse=True)
def isolated_settings(home: Path) -> None:
    """QSettings of a test lie in its own home."""
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
        QSettings.setPath(QSettings.Format.IniFormat, scope, str(home / "settings"))


@pytest.fixture
def document() -> Document:
    """Five cues in English and Chinese over 20 s of 25 fps media, with a shot cut and a note; one word is unsure."""
    cues = []
    for index, (english, chinese) in enumerate(TEXTS):
        start = 1000 + index * 3000
        spoken = words(start, start + 2400, english, 0.3 if index == 1 else 0.95)
        cues.append(Cue(f"cue{index + 1}", start, start + 2400, (english, chinese), spoken, speaker="Anchor"))
    marks = (Mark("shot1", "shot", 6960, 6960, ""), Mark("note1", "note", 10_000, 11_000, "Check the name"))
    media = Media(duration=20_000, frame_rate=FrameRate.parse("25"), width=640, height=360)
    return Document(media, ("en", "zh"), tuple(cues), marks)


@pytest.fixture
def session(qapp: QApplication, document: Document) -> Iterator[Session]:
    """A session with the five-cue document."""
    session = Session(document)
    yield session
    session.close()
    session.deleteLater()
