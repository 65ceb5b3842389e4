"""
Glossaries as files of other programs: CSV tables and TBX (ISO 30042), read and written.

TBX is read in its 2008 form (``martif``, ``termEntry``, ``langSet``, ``tig`` or ``ntig``) and in that of 2019 (``tbx``,
``conceptEntry``, ``langSec``, ``termSec``); the 2019 form is written. Terms of one language that mean the same are
variants of one term.
"""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from plugin_core.errors import SettingsError
from plugin_core.glossary import COLUMNS, Glossary, Term
from plugin_core.storage import write_atomic

NAMESPACE = "urn:iso:std:iso:30042:ed-2"
LARGEST = 64_000_000  # bytes; no person's termbase is larger
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def load(path: Path) -> Glossary:
    """The glossary in *path*: TBX by its ending, else a table. SettingsError if it is neither."""
    return read_tbx(path) if path.suffix.lower() == ".tbx" else Glossary.load(path)


def save(glossary: Glossary, path: Path) -> None:
    """Write *path*, atomically: TBX by its ending, else a CSV table with a header. SettingsError if it cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, _tbx(glossary) if path.suffix.lower() == ".tbx" else _csv(glossary))
    except OSError as error:
        raise SettingsError(
            "glossary.cannot-write", f"The glossary {path} cannot be written: {error.strerror or error}.",
            "Choose another folder.",
        ) from error  # fmt: skip


def read_tbx(path: Path) -> Glossary:
    """The terms of a TBX file, for every pair of languages of a concept."""
    root = _root(path)
    terms = [term for concept in _all(root, "termEntry", "conceptEntry") for term in _terms(concept)]
    if not terms:
        raise SettingsError(
            "glossary.tbx", f"{path.name} holds no term in two languages.", "Export it again with both languages."
        )
    return Glossary(terms)


def _root(path: Path) -> ET.Element:
    try:
        data = path.read_bytes()
        if len(data) > LARGEST or re.search(rb"<!ENTITY", data):
            raise SettingsError("glossary.tbx", f"{path.name} is no plain TBX file.", "Export it again.")
        root = ET.fromstring(data)  # noqa: S314 (entities, the danger, are refused above)
    except (OSError, ET.ParseError, ValueError) as error:
        raise SettingsError(
            "glossary.tbx", f"{path.name} cannot be read as TBX: {error}.", "Export it again."
        ) from error
    if _name(root) not in {"martif", "tbx"}:
        raise SettingsError("glossary.tbx", f"{path.name} is no TBX file.", "Export one from your terminology program.")
    return root


def _terms(concept: ET.Element) -> Iterator[Term]:
    """A concept's terms: one for each pair of its languages, in the order of the file."""
    variants: dict[str, list[str]] = {}
    for section in _all(concept, "langSet", "langSec"):
        language = (section.get(_LANG) or section.get("lang") or "").replace("_", "-").split("-")[0].lower()
        found = (" ".join("".join(term.itertext()).split()) for term in _all(section, "term"))
        variants.setdefault(language, []).extend(text.replace("|", "/") for text in found if text)
    note = next((" ".join("".join(one.itertext()).split()) for one in _all(concept, "note")), "")
    held = [(language, "|".join(dict.fromkeys(texts))) for language, texts in variants.items() if language and texts]
    for (a, source), (b, target) in combinations(held, 2):
        yield Term(source, target, a, b, note)


def _all(element: ET.Element, *names: str) -> Iterator[ET.Element]:
    return (one for one in element.iter() if _name(one) in names)


def _name(element: ET.Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _csv(glossary: Glossary) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for term in glossary.terms:
        writer.writerow(" ".join(str(getattr(term, column)).split()) for column in COLUMNS)
    return text.getvalue().encode("utf-8-sig")  # Excel takes a table without BOM for the system's old encoding


def _tbx(glossary: Glossary) -> bytes:
    root = ET.Element("tbx", {"style": "dca", "type": "TBX-Basic", "xmlns": NAMESPACE, "xml:lang": "en"})
    description = ET.SubElement(ET.SubElement(root, "tbxHeader"), "fileDesc")
    ET.SubElement(ET.SubElement(description, "sourceDesc"), "p").text = "Zimu"
    body = ET.SubElement(ET.SubElement(root, "text"), "body")
    for number, term in enumerate(glossary.terms, 1):
        concept = ET.SubElement(body, "conceptEntry", {"id": f"c{number}"})
        if term.note:
            ET.SubElement(concept, "note").text = _CONTROL.sub("", term.note)
        for language, text in ((term.source_language, term.source), (term.target_language, term.target)):
            section = ET.SubElement(concept, "langSec", {"xml:lang": language})
            for variant in filter(None, (part.strip() for part in text.split("|"))):
                ET.SubElement(ET.SubElement(section, "termSec"), "term").text = _CONTROL.sub("", variant)
    ET.indent(root)
    data: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return data
