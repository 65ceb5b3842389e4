"""
The labels of shots, in groups, with their names in English and Chinese (``labels.toml``).

A group is one question of a shot: ``place`` has one answer of many, ``mood`` any number of them. A pack may bring
groups and labels of its own: they are shown by their ids.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Group:
    """One question: *labels* are the ids of its answers; several of them may hold at once if it is *many*."""

    id: str
    labels: tuple[str, ...]
    many: bool = False


@cache
def groups() -> Mapping[str, Group]:
    """The groups by id, in the order of the table."""
    found = {}
    for name, table in _table().items():
        labels = tuple(label for label in table if label not in {"names", "many"})
        found[name] = Group(name, labels, bool(table.get("many", False)))
    return found


def name(group: str, label: str = "", language: str = "en") -> str:
    """How *label* of *group* (or the group itself) is shown: its name in *language* ("en" or "zh"), else its id."""
    names = _table().get(group, {}).get(label or "names")
    shown = label.replace("_", " ") if label else group.replace("_", " ")
    return str(names[LANGUAGES.index(language)]) if isinstance(names, list) and language in LANGUAGES else shown


@cache
def _table() -> Mapping[str, Mapping[str, object]]:
    return tomllib.loads(Path(__file__).with_name("labels.toml").read_text("utf-8"))
