"""
What a person prefers, declared once: the fields of ``Preferences`` are the file, the dialog and the start of every job.

To add one: give it a field with ``_says(group, label, tip)`` and a default; the settings dialog grows a row by itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QObject, Signal

from plugin_core import settings
from plugin_core.errors import DocumentError, ZimuError
from plugin_core.pipeline import Job
from plugin_core.storage import write_atomic

GROUPS: Mapping[str, object] = {
    "look": QT_TRANSLATE_NOOP("Preferences", "Interface"),
    "rules": QT_TRANSLATE_NOOP("Preferences", "Subtitle rules"),
    "jobs": QT_TRANSLATE_NOOP("Preferences", "New subtitles"),
    "models": QT_TRANSLATE_NOOP("Preferences", "Packs and devices"),
}


def _says(group: str, label: object, tip: object = "", choices: str = "") -> dict[str, str]:
    """What the dialog shows of a field: *choices* names a list of ``gui.choices``; "" is by the field's type."""
    return {"group": group, "label": str(label), "tip": str(tip), "choices": choices}


@dataclass(frozen=True, slots=True)
class Preferences:
    """Every preference and its default. Fields named like those of ``pipeline.Job`` are what a new job starts with."""

    language: str = field(
        default="",
        metadata=_says(
            "look",
            QT_TRANSLATE_NOOP("Preferences", "Language"),
            choices="interface",
            tip=QT_TRANSLATE_NOOP("Preferences", "The language of menus and messages. Nothing has to be restarted."),
        ),
    )
    theme: str = field(
        default="system",
        metadata=_says(
            "look",
            QT_TRANSLATE_NOOP("Preferences", "Appearance"),
            choices="theme",
        ),
    )
    scheme: str = field(
        default="default",
        metadata=_says(
            "look",
            QT_TRANSLATE_NOOP("Preferences", "Keyboard scheme"),
            choices="scheme",
            tip=QT_TRANSLATE_NOOP("Preferences", "Single keys are changed in Keyboard shortcuts."),
        ),
    )
    updates: bool = field(
        default=False,
        metadata=_says(
            "look",
            QT_TRANSLATE_NOOP("Preferences", "Look for a newer Zimu at the start"),
            tip=QT_TRANSLATE_NOOP("Preferences", "Asks the address below, and tells it nothing about you."),
        ),
    )
    update_url: str = field(
        default="",
        metadata=_says(
            "look",
            QT_TRANSLATE_NOOP("Preferences", "Address for newer versions"),
            tip=QT_TRANSLATE_NOOP("Preferences", "Usually empty: then PyPI is asked."),
        ),
    )
    keys: tuple[tuple[str, str], ...] = ()  # (action id, portable keys parted by blanks), in any scheme
    profile: str = field(
        default="netflix",
        metadata=_says(
            "rules",
            QT_TRANSLATE_NOOP("Preferences", "Rules"),
            choices="profile",
            tip=QT_TRANSLATE_NOOP("Preferences", "How long, how wide and how fast a subtitle may be."),
        ),
    )
    children: bool = field(
        default=False,
        metadata=_says(
            "rules",
            QT_TRANSLATE_NOOP("Preferences", "For children: slower to read"),
        ),
    )
    punctuation: str = field(
        default="",
        metadata=_says(
            "rules",
            QT_TRANSLATE_NOOP("Preferences", "Chinese punctuation"),
            choices="punctuation",
        ),
    )
    spoken: str = field(
        default="auto",
        metadata=_says(
            "jobs",
            QT_TRANSLATE_NOOP("Preferences", "Spoken language"),
            choices="spoken",
        ),
    )
    languages: tuple[str, ...] = field(
        default=("zh", "en"),
        metadata=_says(
            "jobs",
            QT_TRANSLATE_NOOP("Preferences", "Subtitle languages"),
            choices="languages",
            tip=QT_TRANSLATE_NOOP("Preferences", "Language codes in the order they are stacked, such as zh, en."),
        ),
    )
    glossary: str = field(
        default="",
        metadata=_says(
            "jobs",
            QT_TRANSLATE_NOOP("Preferences", "Glossary"),
            choices="table",
            tip=QT_TRANSLATE_NOOP("Preferences", "A table of terms that translations keep to."),
        ),
    )
    memory: bool = field(
        default=True,
        metadata=_says(
            "jobs",
            QT_TRANSLATE_NOOP("Preferences", "Use and fill the translation memory"),
        ),
    )
    shots: bool = field(
        default=False,
        metadata=_says(
            "jobs",
            QT_TRANSLATE_NOOP("Preferences", "Find the shots"),
            tip=QT_TRANSLATE_NOOP("Preferences", "Subtitles then keep to the cuts, and the gallery shows every shot."),
        ),
    )
    scenes: bool = field(
        default=False,
        metadata=_says(
            "jobs",
            QT_TRANSLATE_NOOP("Preferences", "Recognise the scenes"),
            tip=QT_TRANSLATE_NOOP("Preferences", "Shots are grouped into scenes and labelled: place, time, mood."),
        ),
    )
    captions: bool = field(
        default=False,
        metadata=_says(
            "jobs",
            QT_TRANSLATE_NOOP("Preferences", "Describe the shots"),
            tip=QT_TRANSLATE_NOOP("Preferences", "Each shot gets a sentence in Chinese and English."),
        ),
    )
    vad: bool = field(
        default=True,
        metadata=_says(
            "jobs",
            QT_TRANSLATE_NOOP("Preferences", "Skip where nobody speaks"),
        ),
    )
    speech_pack: str = field(
        default="",
        metadata=_says(
            "models",
            QT_TRANSLATE_NOOP("Preferences", "Pack for speech"),
            choices="speech",
        ),
    )
    translation_pack: str = field(
        default="",
        metadata=_says(
            "models",
            QT_TRANSLATE_NOOP("Preferences", "Pack for translation"),
            choices="translation",
        ),
    )
    device: str = field(
        default="auto",
        metadata=_says(
            "models",
            QT_TRANSLATE_NOOP("Preferences", "Device"),
            choices="device",
        ),
    )
    threads: int = field(
        default=0,
        metadata=_says(
            "models",
            QT_TRANSLATE_NOOP("Preferences", "Processor threads"),
            tip=QT_TRANSLATE_NOOP("Preferences", "0 takes as many as are useful."),
        ),
    )
    source: str = field(
        default="huggingface",
        metadata=_says(
            "models",
            QT_TRANSLATE_NOOP("Preferences", "Download packs from"),
            choices="hub",
        ),
    )
    mirror: str = field(default="", metadata=_says(
        "models", QT_TRANSLATE_NOOP("Preferences", "Mirror"),
        tip=QT_TRANSLATE_NOOP("Preferences", "The address of a server that speaks the hub's protocol; usually empty."),
    ))  # fmt: skip

    def job(self, media: Path, **more: Any) -> Job:
        """The job that these preferences ask for on *media*; *more* are fields of ``Job`` that are known better."""
        apart = {"source", "language"}
        shared = {each.name for each in fields(Job)} & {each.name for each in fields(self)} - apart
        return Job(source=str(media), **({name: getattr(self, name) for name in shared} | more))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values of what is not the default."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) != one.default}

    @staticmethod
    def from_json(table: Mapping[str, Any]) -> tuple[Preferences, tuple[str, ...]]:
        """The preferences of plain JSON values, and the names in *table* that are unknown or of a wrong kind."""
        good: dict[str, Any] = {}
        wrong: list[str] = []
        kinds = {one.name: type(one.default) for one in fields(Preferences)}
        for name, value in table.items():
            plain = _frozen(value)
            if name in kinds and type(plain) is kinds[name]:
                good[name] = plain
            else:
                wrong.append(name)
        return Preferences(**good), tuple(wrong)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value


class PreferenceStore(QObject):
    """The preferences of this user, in ``settings.home()``; whoever depends on them connects to ``changed``."""

    changed = Signal(object, object)  # before, after: Preferences

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path or settings.home() / "preferences.json"
        self.ignored: tuple[str, ...] = ()
        """Names in the file that this version does not know or cannot use."""
        self._value = self._load()

    @property
    def value(self) -> Preferences:
        """The preferences now."""
        return self._value

    def change(self, **names: Any) -> None:
        """Set single fields; see ``set``."""
        self.set(replace(self._value, **names))

    def set(self, value: Preferences) -> None:
        """Take over *value* and write it. DocumentError if it cannot be written; it holds until the program ends."""
        before, self._value = self._value, value
        if before == value:
            return
        self.changed.emit(before, value)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(value.to_json(), ensure_ascii=False, indent=1)
            write_atomic(self.path, (text + "\n").encode())
        except (OSError, ZimuError) as error:
            raise DocumentError(
                "settings.cannot-save",
                f"The settings could not be written to {self.path}: {error}",
                "They hold until Zimu is closed.",
            ) from error

    def _load(self) -> Preferences:
        try:
            table = json.loads(self.path.read_text("utf-8"))
        except FileNotFoundError:
            return Preferences()
        except OSError:
            self.ignored = (self.path.name,)
            return Preferences()
        except ValueError:
            return self._put_aside()
        if not isinstance(table, dict):
            return self._put_aside()
        value, self.ignored = Preferences.from_json(table)
        return value

    def _put_aside(self) -> Preferences:
        """Keep a file that is no preferences under another name; start from the defaults."""
        self.ignored = (self.path.name,)
        with suppress(OSError):
            self.path.replace(self.path.with_suffix(".damaged.json"))
        return Preferences()


Preferred = Callable[[], Preferences]
"""What a part gets that only reads preferences: ``lambda: store.value``."""
