"""A term of the glossary, from the moment it is selected: where it stands, put right everywhere, written down."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from plugin_core import edits, settings
from plugin_core.document import Document
from plugin_core.errors import SettingsError
from plugin_core.glossary import COLUMNS, Glossary, Term
from plugin_core.storage import write_atomic

FILE = "glossary.csv"


@dataclass(frozen=True, slots=True)
class Use:
    """A cue whose source holds a term. *kept*: its translation holds the term's; *was*: it holds what that replaces."""

    cue_id: str
    kept: bool
    was: bool = False


def default_path() -> Path:
    """The glossary of this user, where terms go if no other one is chosen."""
    return settings.home() / FILE


def uses(document: Document, term: Term, was: str = "") -> tuple[Use, ...]:
    """
    Every cue of *document* that says *term* in its source language, and whether its translation keeps to it.

    *was* is how the term was rendered so far. Empty if the document lacks one of the two languages.
    """
    columns = _columns(document, term)
    if columns is None:
        return ()
    glossary, old = Glossary([term]), _old(term, was)
    pair = (term.source_language, term.target_language)
    found = []
    for cue in document.cues:
        source, target = cue.texts[columns[0]], cue.texts[columns[1]]
        if glossary.terms_in(source, *pair):
            kept = bool(term.target.strip()) and not glossary.missing(source, target, *pair)
            found.append(Use(cue.id, kept, not kept and any(old.matches(target, *pair[::-1]))))
    return tuple(found)


def applied(document: Document, term: Term, was: str = "") -> tuple[Document, int]:
    """
    *document* with the term's preferred translation in place of *was* wherever its source says the term, and how many.

    A cue that already has the term is left alone, and so is one in which *was* does not stand: a model or a person has
    to translate that one again.
    """
    columns, old = _columns(document, term), _old(term, was)
    if columns is None or not was.strip():
        return document, 0
    wanted = {use.cue_id for use in uses(document, term, was) if use.was}
    pair = (term.target_language, term.source_language)
    texts = {}
    for cue in document.cues:
        if cue.id in wanted:
            text = cue.texts[columns[1]]
            for match in reversed(old.matches(text, *pair)):
                text = text[: match.start] + _ending(text[match.start : match.end], was, term) + text[match.end :]
            texts[cue.id] = text
    return edits.set_texts(document, document.languages[columns[1]], texts), len(texts)


def add(path: Path, term: Term) -> None:
    """
    Write *term* at the end of the glossary *path*, which is made if it is not there; nothing else in it changes.

    SettingsError if the file is no glossary, or a term or a language is missing.
    """
    if not all(part.strip() for part in (term.source, term.target, term.source_language, term.target_language)):
        raise SettingsError("glossary.row", "A term needs a text in both languages.", "Complete it.")
    if not path.exists():
        write_atomic(path, _row(list(COLUMNS), ",") + _row(_cells(term, list(COLUMNS)), ","))
        return
    if term in Glossary.load(path).terms:
        return
    data = path.read_bytes()
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text, encoding = data.decode("gb18030", "replace"), "gb18030"
    rows = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    delimiter = max("\t,;", key=lambda mark: ("\n".join(rows[:20]).count(mark) >= len(rows[:20]), mark == "\t"))
    added = _row(_cells(term, _order(rows, delimiter)), delimiter).decode()
    after = text + ("" if not text or text.endswith("\n") else "\n") + added
    write_atomic(path, after.encode(encoding if data[:3] == b"\xef\xbb\xbf" or encoding != "utf-8-sig" else "utf-8"))


def _columns(document: Document, term: Term) -> tuple[int, int] | None:
    places = {language.split("-")[0].lower(): k for k, language in reversed(list(enumerate(document.languages)))}
    pair = [language.split("-")[0].lower() for language in (term.source_language, term.target_language)]
    return (places[pair[0]], places[pair[1]]) if all(one in places for one in pair) else None


def _old(term: Term, was: str) -> Glossary:
    """What is to be replaced, as a glossary that finds it in the target language."""
    if not was.strip():
        return Glossary()
    return Glossary([Term(was.strip(), term.source, term.target_language, term.source_language)])


def _ending(found: str, was: str, term: Term) -> str:
    """The term's translation with the plural or possessive that the old one had."""
    left = re.sub(r"\s+", " ", found)[len(re.sub(r"\s+", " ", was.strip())) :]
    return term.preferred + left


def _order(rows: list[str], delimiter: str) -> list[str]:
    from plugin_core.glossary import heading

    first = next(csv.reader(rows[:1], delimiter=delimiter), [])
    return heading([cell.strip() for cell in first]) or list(COLUMNS)


def _cells(term: Term, order: list[str]) -> list[str]:
    return [getattr(term, name, "") if name else "" for name in order]


def _row(cells: list[str], delimiter: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerow(cells)
    return out.getvalue().encode()
