"""What is installed: packs, their verification, import from files and removal. Never opens a socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class PackFile:
    """A file of a pack, relative to its folder."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A model folder described by its ``pack.toml``. *options* is the table named after the kind."""

    folder: Path
    id: str
    kind: str  # speech | translation | tagging | vision
    tier: str  # starter | production
    name: str
    languages: tuple[str, ...]
    licence: str
    attribution: str = ""
    source: str = ""
    revision: str = ""
    limits: str = ""
    memory_mb: int = 0
    compute_types: tuple[str, ...] = ()
    quality: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[PackFile, ...] = ()


def read_pack(folder: Path) -> Pack:
    """Read ``folder/pack.toml``; ModelError if it is absent or malformed."""
    raise NotImplementedError


def verify(pack: Pack) -> None:
    """Check every file's size and SHA-256, and that nothing needs unpickling; ModelError names the bad file."""
    raise NotImplementedError


def installed() -> list[Pack]:
    """All packs: the embedded starters and those under ``settings.home() / "packs"``."""
    raise NotImplementedError


def find(pack_id: str) -> Pack:
    """The installed pack with this id ("starter" is not an id: see ``pipeline``); ModelError if absent."""
    raise NotImplementedError
