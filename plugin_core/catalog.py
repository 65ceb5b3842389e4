"""What can be pulled: the production packs that ``models/catalog.toml`` lists. Never opens a socket."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plugin_core.errors import ModelError
from plugin_core.modelstore import KINDS, Pack, PackFile, packs_folder

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A pack that can be pulled. *pack* is what it will be once it is: show its licence and attribution before a pull.

    A file's sha256 is "" where the catalog does not know it: then the hub's own checksum is the one to meet. *made*
    holds small files by name that the repository lacks and the engine needs.
    """

    pack: Pack
    table: Mapping[str, Any]
    repo: str
    revision: str
    modelscope: str = ""
    made: Mapping[str, str] | None = None

    @property
    def id(self) -> str:
        return self.pack.id

    @property
    def size(self) -> int:
        """Bytes to fetch."""
        return self.pack.size


def catalog_path() -> Path:
    """The catalog shipped with Zimu, beside this package."""
    return Path(__file__).parent.parent / "models" / "catalog.toml"


def catalog(path: Path | None = None) -> list[Entry]:
    """Every pack that can be pulled, in the catalog's order; ModelError if the catalog is damaged."""
    path = path or catalog_path()
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        if content["schema"] != SCHEMA:
            raise ValueError(f"schema {content['schema']}")
        return [_entry(row) for row in content["packs"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            "model.catalog", f"The catalog {path} cannot be read ({error!r}).", "Install Zimu again."
        ) from error


def elsewhere() -> dict[str, tuple[str, str]]:
    """Packs that cannot be pulled ready to use: why, and how to get them all the same, by id."""
    content = tomllib.loads(catalog_path().read_text("utf-8"))
    return {str(row["id"]): (str(row["why"]), str(row["how"])) for row in content.get("elsewhere", ())}


def entry(pack_id: str) -> Entry:
    """The catalog's entry with this id; ModelError names those there are, or says how to get one that is not here."""
    entries = catalog()
    for found in entries:
        if found.id == pack_id:
            return found
    if pack_id in (known := elsewhere()):
        raise ModelError("model.elsewhere", *known[pack_id])
    raise ModelError(
        "model.not-in-catalog",
        f"There is no pack {pack_id!r} to pull.",
        f"There are: {', '.join(found.id for found in entries)}.",
    )


def _entry(row: dict[str, Any]) -> Entry:
    source, made = row.pop("download"), row.pop("make", {})
    kind = row["kind"]
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r}")
    files = tuple(PackFile(str(f["path"]), int(f["size"]), str(f.get("sha256", ""))) for f in source.pop("files"))
    table = {**row, "source": f"https://huggingface.co/{source['repo']}", "revision": source["revision"]}
    fields = {name: value for name, value in table.items() if name != kind}
    fields |= {name: tuple(table.get(name, ())) for name in ("languages", "compute_types")}
    pack = Pack(folder=packs_folder() / row["id"], options=row.get(kind, {}), files=files, **fields)
    return Entry(pack, table, made=made, **source)
