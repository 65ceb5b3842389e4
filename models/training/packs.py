"""Write ``pack.toml``: what a pack is, how to drive it, and the size and SHA-256 of every file in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

SCHEMA = 1
NAME = "pack.toml"


def sha256(path: Path) -> str:
    """Hex digest of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def write_pack(folder: str | Path, **meta: object) -> Path:
    """Write ``pack.toml`` for the files that lie in ``folder`` now, and return its path.

    ``meta`` gives the top-level keys in order; a mapping becomes a table (``quality=``, ``translation=``), a mapping in
    it a sub-table. The file list is always made from the folder itself: relative POSIX paths, sorted.
    """
    root = Path(folder)
    paths = sorted(path for path in root.rglob("*") if path.is_file() and path.name != NAME)
    lines = list(_table({"schema": SCHEMA, **meta}, ()))
    for path in paths:
        entry = {"path": path.relative_to(root).as_posix(), "size": path.stat().st_size, "sha256": sha256(path)}
        lines += ["", "[[files]]", *(f"{key} = {_value(value)}" for key, value in entry.items())]
    target = root / NAME
    target.write_text("\n".join(lines).strip() + "\n", encoding="utf-8", newline="\n")
    return target


def _table(table: Mapping[str, object], path: tuple[str, ...]) -> Iterator[str]:
    plain = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    if path and (plain or not table):
        yield ""
        yield f"[{'.'.join(_key(part) for part in path)}]"
    for key, value in plain.items():
        yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _table(value, (*path, key))


def _key(key: str) -> str:
    bare = key.replace("_", "")
    return key if bare.isascii() and bare.isalnum() else json.dumps(key, ensure_ascii=False)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)  # a JSON string without DEL is a TOML basic string
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_value(item) for item in value)}]"
    raise TypeError(f"pack.toml cannot hold {type(value).__name__}")
