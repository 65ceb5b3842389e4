"""
Whether a frozen build holds what it may: its size and the libraries inside, against budget.toml, which is committed.

    python installer/budget.py build/zimu build/contents.json

A library that is new has to be written into budget.toml by a person: nothing gets into the build unseen. One that has
gone is said too, because something will miss it. Exit status 1 if anything does not fit.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BUDGET = Path(__file__).with_name("budget.toml")


@dataclass(frozen=True, slots=True)
class Budget:
    """What a build may be: megabytes without packs, those of single libraries, and the libraries that are inside."""

    total_mb: float
    libraries_mb: dict[str, float]
    modules: frozenset[str]
    elsewhere: frozenset[str]  # inside on some systems only
    refused: frozenset[str]

    @staticmethod
    def read(file: Path = BUDGET) -> Budget:
        """The committed budget; KeyError or TOMLDecodeError if it is damaged."""
        table = tomllib.loads(file.read_text("utf-8"))
        return Budget(
            float(table["total_mb"]),
            {name: float(value) for name, value in table["libraries_mb"].items()},
            frozenset(table["modules"]),
            frozenset(table["elsewhere"]),
            frozenset(table["refused"]),
        )


def size(folder: Path) -> int:
    """Bytes of all files in *folder*; a link counts nothing."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def packs_in(build: Path) -> int:
    """Bytes of the packs and the sample inside *build*."""
    return sum(size(folder) for folder in build.rglob("models/starter"))


def misfits(budget: Budget, build: Path, modules: frozenset[str]) -> Iterator[str]:
    """A sentence for everything about *build* that is not as *budget* says."""
    total = (size(build) - packs_in(build)) / 1e6
    if total > budget.total_mb:
        yield f"The folder has {total:.0f} MB without packs; the budget is {budget.total_mb:.0f} MB."
    for name, most in budget.libraries_mb.items():
        found = sum(size(path) for path in build.rglob(name) if path.is_dir()) / 1e6
        if found > most:
            yield f"{name} has {found:.0f} MB; the budget is {most:.0f} MB."
    for name in sorted(budget.refused & modules):
        yield f"{name} must not be inside."
    for name in sorted(modules - budget.modules - budget.elsewhere - budget.refused):
        yield f"{name} is inside and not in the budget. If it is meant to be, add it to {BUDGET.name}."
    for name in sorted(budget.modules - modules):
        yield f"{name} is in the budget and not inside."


def main(build: Path, contents: Path) -> int:
    """Say how large the build is and what does not fit; the exit status."""
    budget = Budget.read()
    modules = frozenset(json.loads(contents.read_text("utf-8"))["modules"])
    total, packs = size(build) / 1e6, packs_in(build) / 1e6
    print(f"{build.name}: {total - packs:.0f} MB and {packs:.0f} MB of packs; {len(modules)} libraries.")
    found = list(misfits(budget, build, modules))
    for sentence in found:
        print(f"! {sentence}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
