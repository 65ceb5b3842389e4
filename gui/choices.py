"""What the settings dialog offers for a preference: values with the words for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QT_TRANSLATE_NOOP

from gui.i18n import LANGUAGES, translated
from plugin_core import modelstore, profiles
from plugin_core.languages import own_name

Offered = list[tuple[str, str]]  # (value, words)

_SPOKEN = ("zh", "en", "yue", "ja", "ko", "fr", "de", "es", "ru", "pt", "it")
_WORDS: Mapping[str, tuple[tuple[str, object], ...]] = {
    "theme": (
        ("system", QT_TRANSLATE_NOOP("Choices", "Like the system")),
        ("light", QT_TRANSLATE_NOOP("Choices", "Light")),
        ("dark", QT_TRANSLATE_NOOP("Choices", "Dark")),
    ),
    "scheme": (
        ("default", QT_TRANSLATE_NOOP("Choices", "Zimu's own")),
        ("subtitle-edit", QT_TRANSLATE_NOOP("Choices", "Like Subtitle Edit")),
        ("aegisub", QT_TRANSLATE_NOOP("Choices", "Like Aegisub")),
    ),
    "punctuation": (
        ("", QT_TRANSLATE_NOOP("Choices", "As the rules say")),
        ("full", QT_TRANSLATE_NOOP("Choices", "Full-width marks")),
        ("spaces", QT_TRANSLATE_NOOP("Choices", "Spaces instead of commas and full stops")),
    ),
    "device": (
        ("auto", QT_TRANSLATE_NOOP("Choices", "The best there is")),
        ("cpu", QT_TRANSLATE_NOOP("Choices", "Processor")),
        ("cuda", QT_TRANSLATE_NOOP("Choices", "Graphics card (CUDA)")),
    ),
    "hub": (
        ("huggingface", QT_TRANSLATE_NOOP("Choices", "Hugging Face")),
        ("modelscope", QT_TRANSLATE_NOOP("Choices", "ModelScope")),
    ),
}
_SYSTEM = QT_TRANSLATE_NOOP("Choices", "Like the system")
_BEST = QT_TRANSLATE_NOOP("Choices", "The best that is installed")
_STARTER = QT_TRANSLATE_NOOP("Choices", "The starter pack that came with Zimu")
_DETECTED = QT_TRANSLATE_NOOP("Choices", "Found out by listening")


def _interface() -> Offered:
    return [("", translated("Choices", str(_SYSTEM))), *LANGUAGES.items()]


def _profiles() -> Offered:
    return [(name, profiles.find(name).name) for name in profiles.names()]


def _spoken() -> Offered:
    return [("auto", translated("Choices", str(_DETECTED))), *((code, own_name(code)) for code in _SPOKEN)]


def _packs(kind: str) -> Offered:
    packs = [(pack.id, pack.name) for pack in modelstore.installed() if pack.kind == kind and pack.tier != "starter"]
    first = [("", translated("Choices", str(_BEST))), ("starter", translated("Choices", str(_STARTER)))]
    return [*first, *packs]


_LISTS: Mapping[str, Callable[[], Offered]] = {
    "interface": _interface,
    "profile": _profiles,
    "spoken": _spoken,
    "speech": lambda: _packs("speech"),
    "translation": lambda: _packs("translation"),
}


def offered(name: str) -> Offered:
    """The values and words of the list called *name*; empty where anything may be typed."""
    if name in _LISTS:
        return _LISTS[name]()
    return [(value, translated("Choices", str(words))) for value, words in _WORDS.get(name, ())]
