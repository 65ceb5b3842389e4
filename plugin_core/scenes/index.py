"""
The index: what is in the shots of many films, on disk, to be searched in milliseconds.

SQLite holds the films and their shots; every *column* (vectors, thumbs, labels) is a flat file with a row for each
shot, mapped into memory. A film is added in one step: its rows are written behind all others, then one transaction
makes them count; what a crash leaves behind them is written over. Vectors are INT8, scaled by their largest number,
with their lengths beside them: a film of 1,000 shots takes some 2 MB. Rows of removed films are skipped, and go when
they are the most. Films are told by their content, not by their names.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from plugin_core import settings
from plugin_core.errors import DocumentError, SettingsError

Floats = NDArray[np.float32]

SCHEMA = 2  # 1 had no captions
BUSY = 20.0  # seconds; another process may be adding a film
AT_ONCE = 4096  # rows that are compared at once: they fit the processor's cache
FEW = 1000  # rows that may be dead without a thought
_TABLES = """
CREATE TABLE IF NOT EXISTS about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS films (
    fingerprint TEXT PRIMARY KEY, path TEXT NOT NULL, duration INTEGER NOT NULL, first INTEGER NOT NULL,
    count INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS shots (
    film TEXT NOT NULL REFERENCES films (fingerprint) ON DELETE CASCADE, number INTEGER NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL, caption TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (film, number)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Column:
    """*parts* vectors of *width* numbers for each shot (INT8), or *width* bytes (*parts* is 0)."""

    name: str
    width: int
    parts: int = 0

    @property
    def stride(self) -> int:
        """Bytes of a row."""
        return self.width * max(1, self.parts)


@dataclass(frozen=True, slots=True)
class Form:
    """
    What an index holds: keys of the *packs* by kind that made it, the *labels* ("group.label") whose probabilities it
    has, its *columns*.
    """

    packs: Mapping[str, str]
    labels: tuple[str, ...]
    columns: tuple[Column, ...]

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Form:
        return Form(value["packs"], tuple(value["labels"]), tuple(Column(**one) for one in value["columns"]))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def column(self, name: str) -> Column | None:
        """The column of that name, if there is one."""
        return next((one for one in self.columns if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Film:
    """A film of the index: its content's *fingerprint*, where it was, how long (ms); its rows are *first* and on."""

    fingerprint: str
    path: str
    duration: int
    first: int
    count: int


class Told(NamedTuple):
    """What is kept of a shot in words: *start* and *end* in ms, what is said in it, its *caption* in all languages."""

    start: int
    end: int
    text: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A shot of the index: its *row*, film and *number* in it (from 1); the others as ``Told``."""

    row: int
    film: Film
    number: int
    start: int
    end: int
    text: str
    caption: str


class Index:
    """An open index. Use it in one thread; several processes may have it open. OSError and SQLite's become errors."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(folder / "index.sqlite", timeout=BUSY, isolation_level=None)
            self._base.execute("PRAGMA foreign_keys = ON")
            self._base.executescript(_TABLES)
            self._base.execute("INSERT OR IGNORE INTO about VALUES ('schema', ?)", (str(SCHEMA),))
            self._migrate(self._about("schema", SCHEMA))
        except (OSError, sqlite3.Error) as error:
            raise _unusable(folder, error) from error

    def _migrate(self, schema: int) -> None:
        """Make an index of an earlier Zimu one of this."""
        if schema > SCHEMA:
            raise SettingsError("search.newer", "The index was made by a newer Zimu.", "Update Zimu.")
        if schema == 1:
            with self._writing():
                if self._about("schema", SCHEMA) == 1:  # another process may have been faster
                    self._base.execute("ALTER TABLE shots ADD COLUMN caption TEXT NOT NULL DEFAULT ''")
                    self._set("schema", SCHEMA)

    @staticmethod
    def open() -> Index:
        """That of this user."""
        return Index(settings.home() / "search")

    def __enter__(self) -> Index:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of it."""
        self._base.close()

    # -- what is in it --

    @property
    def form(self) -> Form | None:
        """None as long as nothing was added."""
        value = self._about("form", None)
        return Form.from_json(value) if value else None

    @property
    def rows(self) -> int:
        """How many rows the columns have, those of removed films too."""
        return int(self._about("rows", 0))

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(path.stat().st_size for path in self.folder.iterdir() if path.is_file())

    def films(self) -> list[Film]:
        """In the order of their names."""
        return [Film(*row) for row in self._ask("SELECT * FROM films ORDER BY path, fingerprint")]

    def film(self, fingerprint: str) -> Film | None:
        """The film with this content."""
        found = self._ask("SELECT * FROM films WHERE fingerprint = ?", fingerprint)
        return Film(*found[0]) if found else None

    def shots(self, rows: Sequence[int]) -> list[Shown]:
        """The shots of *rows*, in their order."""
        films = sorted(self.films(), key=lambda film: film.first)
        firsts = np.array([film.first for film in films])
        found = []
        for row in rows:
            film = films[int(np.searchsorted(firsts, row, "right")) - 1]
            told = self._ask(
                "SELECT number, start, end, text, caption FROM shots WHERE film = ? AND number = ?",
                film.fingerprint, row - film.first + 1,
            )  # fmt: skip
            found.append(Shown(row, film, *told[0]))
        return found

    def texts(self) -> Iterator[tuple[int, str, str]]:
        """(row, what is said, its caption) of all shots that have one of them."""
        yield from self._ask(
            "SELECT first + number - 1, text, caption FROM shots JOIN films ON film = fingerprint"
            " WHERE text != '' OR caption != ''"
        )

    def live(self) -> NDArray[np.bool_]:
        """[rows]: which of them are of films that are there."""
        there = np.zeros(self.rows, np.bool_)
        for film in self.films():
            there[film.first : film.first + film.count] = True
        return there

    # -- rows --

    def bytes_of(self, name: str) -> NDArray[np.uint8]:
        """[rows, stride] of a column, mapped."""
        column = self._column(name)
        return self._mapped(column.name, np.uint8, column.stride)

    def vectors(self, name: str) -> tuple[NDArray[np.int8], Floats]:
        """[rows, parts, width] and the lengths [rows, parts] of a column of vectors, mapped."""
        column = self._column(name)
        whole = self._mapped(column.name, np.int8, column.stride).reshape(-1, column.parts, column.width)
        return whole, self._mapped(f"{name}-lengths", np.float32, column.parts)

    def nearest(self, name: str, wanted: Floats) -> Floats:
        """[rows]: the largest cosine of any of *wanted* [q, width], of unit length, with any vector of the row."""
        vectors, lengths = self.vectors(name)
        rows, parts, width = vectors.shape
        best = np.full(rows, -1.0, np.float32)
        plain = np.empty((AT_ONCE, parts, width), np.float32)
        turned = np.ascontiguousarray(wanted.T)
        for start in range(0, rows, AT_ONCE):
            some = vectors[start : start + AT_ONCE]
            np.copyto(plain[: len(some)], some)
            found = (plain[: len(some)].reshape(-1, width) @ turned).max(1).reshape(-1, parts)
            best[start : start + AT_ONCE] = (found / np.maximum(lengths[start : start + AT_ONCE], 1e-6)).max(1)
        return best

    # -- changes --

    def add(self, form: Form, film: Film, columns: Mapping[str, NDArray[Any]], shots: Sequence[Told]) -> Film:
        """
        Add *film* with its *shots*, in place of one of the same content or name. Vectors come as float32 [shots, parts,
        width], the others as uint8 [shots, width]. SettingsError if the index has another form.
        """
        with self._writing():
            known = self.form
            if known is not None and known != form and self.films():
                raise other_packs()
            rows = 0 if known != form else self.rows
            self._set("form", form.to_json())
            self._base.execute("DELETE FROM films WHERE fingerprint = ? OR path = ?", (film.fingerprint, film.path))
            for column in form.columns:
                self._append(column, rows, columns[column.name])
            added = Film(film.fingerprint, film.path, film.duration, rows, len(shots))
            self._base.execute("INSERT INTO films VALUES (?, ?, ?, ?, ?)", tuple(asdict(added).values()))
            told = ((film.fingerprint, number, *one) for number, one in enumerate(shots, 1))
            self._base.executemany("INSERT INTO shots VALUES (?, ?, ?, ?, ?, ?)", told)
            self._set("rows", rows + len(shots))
        return added

    def tell(self, fingerprint: str, told: Sequence[Told]) -> None:
        """What is said in the shots of a film, and their captions, are now others."""
        with self._writing():
            rows = ((one.text, one.caption, fingerprint, number) for number, one in enumerate(told, 1))
            self._base.executemany("UPDATE shots SET text = ?, caption = ? WHERE film = ? AND number = ?", rows)

    def move(self, fingerprint: str, path: str) -> None:
        """The film is there now."""
        with self._writing():
            self._base.execute("UPDATE films SET path = ? WHERE fingerprint = ?", (path, fingerprint))

    def remove(self, fingerprints: Sequence[str]) -> None:
        """Forget these films; the space is given back when most of it is dead."""
        with self._writing():
            self._base.executemany("DELETE FROM films WHERE fingerprint = ?", [(one,) for one in fingerprints])
            compact = self.rows - int(self.live().sum()) > max(FEW, self.rows // 2)
            if compact:
                self._compact()
        if compact:
            self._tidy()

    def clear(self) -> None:
        """Forget everything; the next film may be of another form."""
        with self._writing():
            self._base.execute("DELETE FROM films")
            self._compact()
        self._tidy()

    def _compact(self) -> None:
        """Write the rows that live into files of the next generation."""
        form = self.form
        old, films = int(self._about("generation", 0)), sorted(self.films(), key=lambda film: film.first)
        keep = np.flatnonzero(self.live())
        kept = {name: np.array(self._mapped(name, kind, width)[keep]) for name, kind, width in _files(form)}
        self._set("generation", old + 1)
        for name, rows in kept.items():
            _written(self._path(name), 0, rows.tobytes())
        at = 0
        for film in films:
            self._base.execute("UPDATE films SET first = ? WHERE fingerprint = ?", (at, film.fingerprint))
            at += film.count
        self._set("rows", at)

    def _tidy(self) -> None:
        """Delete the files of generations that are over."""
        current = f".{int(self._about('generation', 0))}.bin"
        for path in self.folder.glob("*.bin"):
            if not path.name.endswith(current):
                with suppress(OSError):  # another process may have it mapped, which Windows minds
                    path.unlink()

    def _append(self, column: Column, rows: int, values: NDArray[Any]) -> None:
        if not column.parts:
            _written(self._path(column.name), rows * column.stride, np.asarray(values, np.uint8).tobytes())
            return
        whole = np.asarray(values, np.float32).reshape(-1, column.parts, column.width)
        most = np.maximum(np.abs(whole).max(2, keepdims=True), 1e-9)
        rough = np.rint(whole / most * 127).astype(np.int8)
        lengths = np.linalg.norm(rough.astype(np.float32), axis=2).astype(np.float32)
        _written(self._path(column.name), rows * column.stride, rough.tobytes())
        _written(self._path(f"{column.name}-lengths"), rows * column.parts * 4, lengths.tobytes())

    def _mapped(self, name: str, kind: Any, width: int) -> NDArray[Any]:
        rows = self.rows
        if not rows or not width:
            return np.zeros((rows, width), kind)
        try:
            return np.memmap(self._path(name), kind, "r", shape=(rows, width))
        except (OSError, ValueError) as error:
            raise _unusable(self.folder, error) from error

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.{int(self._about('generation', 0))}.bin"

    def _column(self, name: str) -> Column:
        found = self.form.column(name) if self.form else None
        if found is None:
            raise SettingsError("search.column", f"The index holds no {name}.", "Add films again: zimu search --renew.")
        return found

    # -- SQLite --

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: all of it counts, or nothing."""
        try:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")
        except (OSError, sqlite3.Error) as error:
            raise _unusable(self.folder, error) from error

    def _ask(self, question: str, *values: object) -> list[Any]:
        try:
            with closing(self._base.execute(question, values)) as rows:
                return rows.fetchall()
        except sqlite3.Error as error:
            raise _unusable(self.folder, error) from error

    def _about(self, key: str, usual: Any) -> Any:
        found = self._ask("SELECT value FROM about WHERE key = ?", key)
        return json.loads(found[0][0]) if found else usual

    def _set(self, key: str, value: Any) -> None:
        self._base.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (key, json.dumps(value)))


def other_packs() -> SettingsError:
    """The index was made with packs that are not the ones now at hand."""
    cause = "The index was made with other packs than those that are installed now."
    return SettingsError("search.packs", cause, "`zimu search --renew` looks at its films again with these.")


def _files(form: Form | None) -> Iterator[tuple[str, Any, int]]:
    """(name, kind of numbers, numbers in a row) of all files of an index."""
    for column in form.columns if form else ():
        yield column.name, np.uint8, column.stride
        if column.parts:
            yield f"{column.name}-lengths", np.float32, column.parts


def _written(path: Path, at: int, data: bytes) -> None:
    """Write *data* behind the first *at* bytes and wait until it is on disk."""
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.seek(at)
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _unusable(folder: Path, error: Exception) -> DocumentError:
    hint = "Free some space, or delete this folder and add the films again; the films themselves are untouched."
    return DocumentError("search.index", f"The index in {folder} cannot be used: {error}.", hint)
