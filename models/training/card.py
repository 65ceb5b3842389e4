"""The figures in the model cards: measured, never typed by hand; and what they were measured on."""

from __future__ import annotations

import argparse
import json
import platform
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

_FIGURES = re.compile(r"(<!-- figures\b[^>]*-->)(.*?)(<!-- end of figures -->)", re.DOTALL)


def figures(card: Path) -> str:
    """What stands between the marks of *card*; ValueError if it does not have one pair of them."""
    found: list[tuple[str, str, str]] = _FIGURES.findall(card.read_text(encoding="utf-8"))
    if len(found) != 1:
        raise ValueError(f"{card} has {len(found)} places for figures, not one")
    return found[0][1].strip()


def fill(card: Path, table: str) -> None:
    """Put *table* between the marks of *card*."""
    figures(card)
    text = _FIGURES.sub(lambda found: f"{found[1]}\n\n{table}\n\n{found[3]}", card.read_text(encoding="utf-8"))
    card.write_text(text, encoding="utf-8", newline="\n")


def main(table: Callable[[dict[str, Any]], str], about: str | None, arguments: Sequence[str] | None = None) -> None:
    """The command line of a card: ``RESULTS CARD`` writes what *table* makes of the results into the card."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("card", type=Path)
    options = parser.parse_args(arguments)
    fill(options.card, table(json.loads(options.results.read_text(encoding="utf-8"))))


def machine() -> str:
    """The processor, for the conditions of the figures."""
    info = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else []
    return f"{names[0] if names else platform.processor()}, {len(names) or '?'} cores, {platform.system()}"
