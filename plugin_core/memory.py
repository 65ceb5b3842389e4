"""
The translation memory: what was translated before, in SQLite, shared by all jobs and processes.

Pairs that a person confirmed or brought (TMX) are searched exactly and by similarity and outrank the machine. What the
machine made is kept under the pack, its revision and the glossary that made it, and found only under the same.
"""

from __future__ import annotations

import re
import sqlite3
import time
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from plugin_core import settings
from plugin_core.errors import DocumentError
from plugin_core.protocol import Note
from plugin_core.storage import write_atomic
from plugin_core.typography import has_han

SCHEMA = 1
BUSY_MS = 20_000  # another process may be writing a batch
CANDIDATES = 60  # pairs sharing most n-grams, scored exactly
_TABLES = """
CREATE TABLE IF NOT EXISTS pairs (
    id INTEGER PRIMARY KEY,
    source_language TEXT NOT NULL, target_language TEXT NOT NULL,
    key TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL,
    origin TEXT NOT NULL, confirmed INTEGER NOT NULL, changed REAL NOT NULL,
    UNIQUE (source_language, target_language, key, origin)
);
CREATE TABLE IF NOT EXISTS grams (gram TEXT NOT NULL, pair INTEGER NOT NULL REFERENCES pairs (id) ON DELETE CASCADE,
    PRIMARY KEY (gram, pair)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS grams_of ON grams (pair);
CREATE TABLE IF NOT EXISTS machine (
    source_language TEXT NOT NULL, target_language TEXT NOT NULL, maker TEXT NOT NULL,
    key TEXT NOT NULL, target TEXT NOT NULL, alignment TEXT NOT NULL, changed REAL NOT NULL,
    PRIMARY KEY (source_language, target_language, maker, key)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A pair found for a text. *score* is 1 for the same text, less for a similar one."""

    source: str
    target: str
    score: float
    origin: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Made:
    """What the machine made of a text; *alignment* is the stage's own note about it."""

    target: str
    alignment: str = ""


class Memory:
    """An open memory. Use it in one thread; several processes may have the same file open."""

    def __init__(self, path: Path) -> None:
        """Open or make *path*. A damaged file is put aside, and *note* says so; a fresh one takes its place."""
        self.path = path
        self.note: Note | None = None
        try:
            self._base = _connect(path)
        except sqlite3.DatabaseError as error:
            if not _damaged(error):
                raise _cannot_open(path, error) from error
            self.note = _put_aside(path)
            self._base = _connect(path)

    @staticmethod
    def open() -> Memory:
        """The memory of this user: ``settings.home() / "memory.sqlite"``."""
        return Memory(settings.home() / "memory.sqlite")

    def __enter__(self) -> Memory:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._base.close()

    def lookup(self, source: str, pair: tuple[str, str], *, fuzzy: float = 0.7, limit: int = 5) -> list[Hit]:
        """
        Pairs for the text *source* in the languages *pair*: exact ones first, confirmed before others, newest first.

        *fuzzy* is the least similarity of the others (rapidfuzz ratio of normalised texts); 1 asks for exact ones only.
        """
        with self._guarded():
            hits = self._exact(source, pair)
            if fuzzy < 1 and len(hits) < limit:
                hits += [hit for hit in self._similar(source, pair, fuzzy) if hit.score < 1]
            return hits[:limit]
        return []

    def confirmed(self, source: str, pair: tuple[str, str]) -> str | None:
        """The translation of exactly *source* that a person confirmed last."""
        with self._guarded():
            return next((hit.target for hit in self._exact(source, pair) if hit.confirmed), None)
        return None

    def store(self, source: str, target: str, pair: tuple[str, str], origin: str, confirmed: bool) -> None:
        """Remember a pair of a person or a file. The same text of the same *origin* is replaced."""
        self.store_all([(source, target)], pair, origin, confirmed)

    def store_all(self, texts: Iterable[tuple[str, str]], pair: tuple[str, str], origin: str, confirmed: bool) -> int:
        """Remember many pairs in one transaction; how many there were. Pairs with an empty side are left out."""
        count = 0
        with self._guarded(), self._writing():
            for source, target in texts:
                if source.strip() and target.strip():
                    self._put(source, target, pair, origin, confirmed)
                    count += 1
        return count

    def made(self, source: str, pair: tuple[str, str], maker: str) -> Made | None:
        """What *maker* (pack, revision, glossary, options) made of exactly *source* before."""
        with self._guarded():
            row = self._base.execute(
                "SELECT target, alignment FROM machine"
                " WHERE source_language=? AND target_language=? AND maker=? AND key=?",
                (*pair, maker, _exactly(source)),
            ).fetchone()
            return Made(*row) if row else None
        return None

    def keep(self, made: Iterable[tuple[str, Made]], pair: tuple[str, str], maker: str) -> None:
        """Remember what *maker* made, in one transaction."""
        with self._guarded(), self._writing():
            self._base.executemany(
                "INSERT OR REPLACE INTO machine VALUES (?,?,?,?,?,?,?)",
                [(*pair, maker, _exactly(s), one.target, one.alignment, time.time()) for s, one in made],
            )

    def forget(self, source: str, pair: tuple[str, str]) -> int:
        """Remove what people and files said about *source*; how many pairs."""
        with self._guarded(), self._writing():
            return self._base.execute(
                "DELETE FROM pairs WHERE source_language=? AND target_language=? AND key=?", (*pair, normal(source))
            ).rowcount
        return 0

    def pairs(self) -> Iterator[tuple[tuple[str, str], Hit]]:
        """Every pair of people and files, by language."""
        rows = self._base.execute(
            "SELECT source_language, target_language, source, target, origin, confirmed FROM pairs ORDER BY id"
        )
        for a, b, source, target, origin, confirmed in rows:
            yield (a, b), Hit(source, target, 1.0, origin, bool(confirmed))

    def export_tmx(self, path: Path) -> int:
        """Write all pairs as TMX 1.4b; how many."""
        root = ET.Element("tmx", version="1.4")
        head = {"creationtool": "zimu", "creationtoolversion": "1", "segtype": "sentence", "o-tmf": "zimu"}
        ET.SubElement(root, "header", head | {"adminlang": "en", "srclang": "*all*", "datatype": "plaintext"})
        body = ET.SubElement(root, "body")
        for languages, hit in self.pairs():
            unit = ET.SubElement(body, "tu", {"tuid": str(len(body) + 1)})
            ET.SubElement(unit, "prop", type="x-confirmed").text = "yes" if hit.confirmed else "no"
            for language, text in zip(languages, (hit.source, hit.target), strict=True):
                variant = ET.SubElement(unit, "tuv", {"xml:lang": language})
                ET.SubElement(variant, "seg").text = _CONTROL.sub("", text)
        ET.indent(root)
        write_atomic(path, ET.tostring(root, "utf-8", xml_declaration=True))
        return len(body)

    def import_tmx(self, path: Path, *, confirmed: bool = True) -> int:
        """Read the pairs of a TMX file, in both directions; how many units. DocumentError if it is none."""
        units = _read_tmx(path)
        by_pair: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for unit in units:
            for a, source in unit.items():
                for b, target in unit.items():
                    if a != b:
                        by_pair.setdefault((a, b), []).append((source, target))
        for pair, texts in by_pair.items():
            self.store_all(texts, pair, f"tmx:{path.name}", confirmed)
        return len(units)

    def _exact(self, source: str, pair: tuple[str, str]) -> list[Hit]:
        rows = self._base.execute(
            "SELECT source, target, origin, confirmed FROM pairs"
            " WHERE source_language=? AND target_language=? AND key=?"
            " ORDER BY confirmed DESC, source = ? DESC, changed DESC, id DESC",
            (*pair, normal(source), source),
        )
        return [Hit(text, target, 1.0, origin, bool(sure)) for text, target, origin, sure in rows]

    def _similar(self, source: str, pair: tuple[str, str], least: float) -> list[Hit]:
        from rapidfuzz.fuzz import ratio

        key = normal(source)
        wanted = sorted(_grams(key))[:400]
        rows = self._base.execute(
            "SELECT p.source, p.target, p.key, p.origin, p.confirmed"  # noqa: S608 (only question marks are put in)
            " FROM grams g JOIN pairs p ON p.id = g.pair "
            f"WHERE g.gram IN ({','.join('?' * len(wanted))}) AND p.source_language=? AND p.target_language=? "
            "GROUP BY p.id ORDER BY COUNT(*) * 1.0 / (LENGTH(p.key) + ?) DESC LIMIT ?",
            (*wanted, *pair, len(key), CANDIDATES),
        ).fetchall()
        hits = [Hit(s, t, ratio(key, other) / 100, origin, bool(sure)) for s, t, other, origin, sure in rows]
        return sorted((hit for hit in hits if hit.score >= least), key=lambda hit: (-hit.score, not hit.confirmed))

    def _put(self, source: str, target: str, pair: tuple[str, str], origin: str, confirmed: bool) -> None:
        key = normal(source)
        row = self._base.execute(
            "INSERT INTO pairs (source_language, target_language, key, source, target, origin, confirmed, changed)"
            " VALUES (?,?,?,?,?,?,?,?)"
            " ON CONFLICT DO UPDATE SET source=excluded.source, target=excluded.target,"
            " confirmed=excluded.confirmed, changed=excluded.changed RETURNING id",
            (*pair, key, source, target, origin, int(confirmed), time.time()),
        ).fetchone()
        self._base.executemany("INSERT OR IGNORE INTO grams VALUES (?,?)", [(gram, row[0]) for gram in _grams(key)])

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._base.rollback()
            raise
        self._base.commit()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """The memory helps; it never stops a job. A file that breaks in use is put aside, and *note* says so."""
        try:
            yield
        except UnicodeEncodeError:
            return  # half a surrogate pair: no text that could come again
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.ProgrammingError):
                raise
            if not _damaged(error):
                self.note = Note("translate", f"The translation memory could not be used: {error}.", "warning")
                return
            self._base.close()
            self.note = _put_aside(self.path)
            self._base = _connect(self.path)


def normal(text: str) -> str:
    """What counts as the same text: width, case and white space do not matter, nor do markup and final stops."""
    folded = unicodedata.normalize("NFKC", re.sub(r"<[^<>]*>|\{\\[^{}]*\}", "", text)).casefold()
    folded = re.sub(r"\s+", " ", folded.replace("’", "'").replace("“", '"').replace("”", '"')).strip()
    return re.sub(r"[.。]+$", "", folded) or folded


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _exactly(text: str) -> str:
    """The machine's own key: only white space is folded, because punctuation and case change what it makes."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _grams(key: str) -> set[str]:
    """Character n-grams: 2 in Chinese, where words are short, else 3."""
    size = 2 if has_han(key) else 3
    return {key[i : i + size] for i in range(max(len(key) - size + 1, 1))}


def _connect(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_open(path, error) from error
    base = sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None)
    try:
        _prepare(base, path)
    except BaseException:
        base.close()
        raise
    return base


def _prepare(base: sqlite3.Connection, path: Path) -> None:
    base.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    base.execute("PRAGMA foreign_keys=ON")
    version = int(base.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA:
        raise DocumentError(
            "memory.newer", f"{path} was written by a newer Zimu (schema {version}).", "Update Zimu, or move it away."
        )
    if version < SCHEMA:
        _switch_to_wal(base)
        base.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version={SCHEMA}; COMMIT;")
    base.execute("PRAGMA synchronous=NORMAL")
    base.execute("SELECT COUNT(*) FROM (SELECT 1 FROM machine LIMIT 1)").fetchone()
    base.execute("SELECT COUNT(*) FROM (SELECT 1 FROM pairs LIMIT 1)").fetchone()


def _switch_to_wal(base: sqlite3.Connection) -> None:
    """WAL lets readers read while one writes. The switch does not wait for others by itself, so it is tried again."""
    deadline = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            base.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _damaged(error: sqlite3.Error) -> bool:
    """Whether the file itself is broken, not only busy, full, read-only or used wrongly."""
    text = str(error)
    return any(
        sign in text for sign in ("malformed", "not a database", "no such table", "no such column", "disk image")
    )


def _put_aside(path: Path) -> Note:
    """Rename a damaged file (and its journals) out of the way."""
    aside = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    number = 1
    while aside.exists():
        number += 1
        aside = aside.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}-{number}")
    try:
        path.replace(aside)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_open(path, error) from error
    return Note(
        "translate",
        f"The translation memory was damaged. It was put aside as {aside.name}; a new one is used.",
        "warning",
    )


def _cannot_open(path: Path, error: Exception) -> DocumentError:
    return DocumentError(
        "memory.cannot-open",
        f"The translation memory {path} cannot be opened: {error}.",
        "Check that its folder can be written, or work without it (--no-memory).",
    )


def _read_tmx(path: Path) -> list[dict[str, str]]:
    """Units as {language: text}; languages by their base code."""
    try:
        data = path.read_bytes()
        if re.search(rb"<!ENTITY", data):
            raise DocumentError("memory.tmx", f"{path} declares XML entities.", "Export it again without them.")
        root = ET.fromstring(data)  # noqa: S314 (entities, the danger, are refused above)
    except (OSError, ET.ParseError, ValueError) as error:
        raise DocumentError("memory.tmx", f"{path} cannot be read as TMX: {error}.", "Export it again.") from error
    if root.tag != "tmx":
        raise DocumentError("memory.tmx", f"{path} is no TMX file.", "Export one from your translation program.")
    return [unit for element in root.iter("tu") if len(unit := dict(_variants(element.iter("tuv")))) > 1]


def _variants(elements: Iterable[ET.Element]) -> Iterator[tuple[str, str]]:
    for element in elements:
        language = element.get("{http://www.w3.org/XML/1998/namespace}lang") or element.get("lang") or ""
        segment = element.find("seg")
        text = "".join(segment.itertext()).strip() if segment is not None else ""
        if language and text:
            yield language.replace("_", "-").split("-", maxsplit=1)[0].lower(), text


def texts_of(hits: Sequence[Hit]) -> list[str]:
    """The distinct translations of *hits*, best first."""
    return list(dict.fromkeys(hit.target for hit in hits))
