"""What we write as TTML is taken by ttconv's reader of IMSC, without a word of complaint, and says the same."""

from __future__ import annotations

import logging
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from plugin_core.document import Document
from plugin_core.formats import Layout, to_text
from plugin_core.formats.layout import clean
from plugin_core.formats.scc import paragraphs
from tests.formats.samples import BILINGUAL, calm, documents


def _read(text: str) -> list[tuple[Fraction, Fraction, str]]:
    from ttconv.imsc.reader import to_model

    return list(paragraphs(to_model(ET.ElementTree(ET.fromstring(text)))))


def _expected(document: Document, *languages: str) -> list[tuple[Fraction, Fraction, str]]:
    return [
        (Fraction(cue.start, 1000), Fraction(cue.end, 1000), clean(cue.texts[document.column(language)]))
        for language in languages
        for cue in document.cues
        if clean(cue.texts[document.column(language)]) and cue.end > cue.start  # what has no length is never shown
    ]


@pytest.mark.parametrize("layout", [Layout(), Layout("single", ("en",)), Layout("target-over-source")])
def test_ttconv_reads_every_text_at_its_time(layout: Layout, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found = _read(to_text(BILINGUAL, "ttml", layout))
    shown = [name for name in BILINGUAL.languages if name in layout.shown(BILINGUAL)]
    assert found == _expected(BILINGUAL, *shown)
    assert [record.getMessage() for record in caplog.records] == []


@settings(calm, max_examples=40)
@given(documents())
def test_ttconv_reads_any_document(document: Document) -> None:
    expected = _expected(document, "zh", "en")
    assert sorted(_read(to_text(document, "ttml", Layout()))) == sorted(expected)


def test_ttconv_shows_one_caption_after_the_other() -> None:
    """The regions of the two languages do not overlap and each cue is in its own, in ttconv's rendering."""
    from ttconv.imsc.reader import to_model
    from ttconv.isd import ISD

    model = to_model(ET.ElementTree(ET.fromstring(to_text(BILINGUAL, "ttml", Layout()))))
    shown = [
        len([region for region in isd.iter_regions() if len(region)]) for _, isd in ISD.generate_isd_sequence(model)
    ]
    assert max(shown) == 2
