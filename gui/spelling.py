"""
Spelling by Hunspell dictionaries, read by ``spylls``: offline, any language a dictionary is there for.

Dictionaries are looked for in Zimu's home (``dictionaries/en_US.aff`` and ``.dic``), where the system and LibreOffice
keep theirs, and among those that come with spylls. Chinese, Japanese and the like have no words to be checked this way.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from plugin_core import settings, typography
from plugin_core.storage import write_atomic

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_TAG = re.compile(r"<[^<>]*>|\{[^{}]*\}")
PLACES = (
    "/usr/share/hunspell", "/usr/share/myspell", "/usr/share/myspell/dicts", "/Library/Spelling",
    str(Path.home() / "Library/Spelling"), str(Path.home() / ".local/share/hunspell"),
    "C:/Program Files/LibreOffice/share/extensions/dict-en",
)  # fmt: skip
OWN = "words.txt"  # of a person, in Zimu's home


class _Loading(QRunnable):
    """Reads a dictionary beside the interface: it takes half a second."""

    def __init__(self, speller: Speller, language: str, base: str) -> None:
        super().__init__()
        self._speller, self._language, self._base = speller, language, base

    def run(self) -> None:
        """Read it and hand it over; one that cannot be read is as if there were none."""
        try:
            dictionary = _read(self._base)
        except Exception:  # a damaged dictionary must not keep anybody from typing
            dictionary = None
        try:
            self._speller._read.emit(self._language, dictionary)
        except RuntimeError:
            return  # the window was closed meanwhile


class Speller(QObject):
    """
    Tells which words of a text its dictionary does not know. *ready* says that a language can be checked now.

    A word a person has added is known in every language, and kept in Zimu's home.
    """

    ready = Signal(str)
    _read = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dictionaries: dict[str, Any] = {}
        self._known: dict[tuple[str, str], bool] = {}
        self._own = _own_words()
        self._read.connect(self._take)

    def can(self, language: str) -> bool:
        """Whether the words of *language* can be checked now; its dictionary is read if there is one."""
        if language not in self._dictionaries and not typography.character_based(language):
            self._dictionaries[language] = None
            if base := find(language):
                QThreadPool.globalInstance().start(_Loading(self, language, base))
        return self._dictionaries.get(language) is not None

    def unknown(self, text: str, language: str) -> Iterator[tuple[int, int]]:
        """The words [start, end) of *text* that are in no dictionary; none while it is being read."""
        if not self.can(language):
            return
        bare = _TAG.sub(lambda found: " " * len(found[0]), text)
        for word in _WORD.finditer(bare):
            if not self._knows(word[0], language):
                yield word.span()

    def suggestions(self, word: str, language: str, most: int = 6) -> list[str]:
        """What may have been meant, the likeliest first."""
        found: list[str] = []
        if self.can(language):
            for suggestion in self._dictionaries[language].suggest(word):
                found.append(suggestion)
                if len(found) == most:
                    break
        return found

    def add(self, word: str) -> None:
        """Let *word* be right from now on, in every document."""
        self._own.add(word.casefold())
        path = settings.home() / "dictionaries" / OWN
        write_atomic(path, ("\n".join(sorted(self._own)) + "\n").encode("utf-8", "surrogatepass"))
        for language in self._dictionaries:
            self.ready.emit(language)

    def _knows(self, word: str, language: str) -> bool:
        if len(word) < 2 or word.casefold() in self._own or typography.has_han(word):
            return True
        key = (language, word)
        if key not in self._known:
            dictionary = self._dictionaries[language]
            straight = word.replace("’", "'")
            self._known[key] = bool(dictionary.lookup(straight)) or all(map(dictionary.lookup, straight.split("-")))
        return self._known[key]

    def _take(self, language: str, dictionary: object) -> None:
        self._dictionaries[language] = dictionary
        if dictionary is not None:
            self.ready.emit(language)


def _read(base: str) -> Any:
    """The dictionary in the files *base*.aff and *base*.dic; spylls itself would leave them open."""
    from spylls.hunspell import Dictionary, readers
    from spylls.hunspell.readers.file_reader import FileReader

    class Reader(FileReader):  # type: ignore[misc]
        def _open(self, path: str, encoding: str) -> io.StringIO:
            return io.StringIO(Path(path).read_text(encoding, "surrogateescape"))

    aff, context = readers.read_aff(Reader(f"{base}.aff"))
    dic = readers.read_dic(Reader(f"{base}.dic", encoding=context.encoding), aff=aff, context=context)
    return Dictionary(aff, dic)


def find(language: str) -> str:
    """The files of a dictionary of *language*, without their endings; "" if there is none."""
    main, _, region = language.replace("_", "-").partition("-")
    wanted = [f"{main.lower()}_{region.upper()}"] if region else []
    wanted += [main.lower(), *_USUAL.get(main.lower(), ())]
    for folder in (settings.home() / "dictionaries", *map(Path, PLACES), *_bundled(main.lower())):
        there = {path.stem: path for path in folder.glob(f"{main.lower()}*.aff")} if folder.is_dir() else {}
        for name in (*wanted, *sorted(there)):
            if name in there and there[name].with_suffix(".dic").is_file():
                return str(there[name].with_suffix(""))
    return ""


_USUAL = {"en": ("en_US", "en_GB"), "pt": ("pt_PT", "pt_BR"), "de": ("de_DE",), "fr": ("fr_FR", "fr"), "es": ("es_ES",)}


def _bundled(main: str) -> Iterator[Path]:
    try:
        import spylls
    except ImportError:
        return
    yield Path(str(spylls.__file__)).parent / "hunspell" / "data" / main


def _own_words() -> set[str]:
    try:
        text = (settings.home() / "dictionaries" / OWN).read_text("utf-8", "replace")
    except OSError:
        return set()
    return set(text.split("\n")) - {""}
