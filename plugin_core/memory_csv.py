"""The translation memory as a CSV table, for spreadsheets and programs that do not speak TMX."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from plugin_core.errors import DocumentError, SettingsError
from plugin_core.glossary import Glossary
from plugin_core.memory import Memory
from plugin_core.storage import write_atomic

COLUMNS = ("source", "target", "source_language", "target_language", "confirmed", "origin")


def export_csv(memory: Memory, path: Path) -> int:
    """Write all pairs with a header; how many. DocumentError if *path* cannot be written."""
    text, count = io.StringIO(), 0
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for (source, target), hit in memory.pairs():
        writer.writerow((hit.source, hit.target, source, target, "yes" if hit.confirmed else "no", hit.origin))
        count += 1
    try:
        write_atomic(path, text.getvalue().encode("utf-8-sig"))
    except OSError as error:
        raise DocumentError(
            "memory.cannot-write", f"{path} cannot be written: {error.strerror or error}.", "Choose another folder."
        ) from error
    return count


def import_csv(memory: Memory, path: Path, *, confirmed: bool = True) -> int:
    """
    Read pairs from a table with the columns of a glossary (source, target, and languages if they are given); how many.

    DocumentError if it is no such table; the memory is as before then.
    """
    try:
        terms = Glossary.load(path).terms
    except SettingsError as error:
        raise DocumentError("memory.csv", error.message.replace("glossary", "table"), error.hint) from error
    by_pair: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for term in terms:
        by_pair.setdefault((term.source_language, term.target_language), []).append((term.source, term.target))
    return sum(memory.store_all(texts, pair, f"csv:{path.name}", confirmed) for pair, texts in by_pair.items())
