"""XML from strangers is parsed only if it cannot do harm."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.errors import DocumentError
from plugin_core.formats import safe_xml

LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
FETCH = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><x>&f;</x>'
PARAMETER = '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/evil.dtd"> %p;]><x/>'
EMPTY_SUBSET = "<!DOCTYPE x []><x/>"
ATTRIBUTES = '<!DOCTYPE x [<!ATTLIST x a CDATA "b">]><x/>'


@pytest.mark.parametrize("text", [LAUGHS, FETCH, PARAMETER, EMPTY_SUBSET, ATTRIBUTES])
@pytest.mark.parametrize("before", ["", "\ufeff", '\n<?xml version="1.0" encoding="UTF-8"?>\n<!-- a -->'])
def test_declarations_are_refused(text: str, before: str) -> None:
    with pytest.raises(DocumentError) as caught:
        safe_xml.parse(before + text, "xmeml")
    assert caught.value.code == "document.unsafe"
    assert "xmeml" in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("doctype", ["", "<!DOCTYPE x>", '<!DOCTYPE x SYSTEM "x.dtd">', '<!DOCTYPE x PUBLIC "p" "s">'])
def test_a_doctype_that_declares_nothing_is_harmless(doctype: str) -> None:
    root = safe_xml.parse(f'<?xml version="1.0" encoding="UTF-16"?>{doctype}<x a="1">字<!-- c -->幕</x>')
    assert (root.tag, root.get("a"), "".join(root.itertext())) == ("x", "1", "字幕")


@pytest.mark.parametrize("text", ["", "   ", "<x>", "<x></y>", "<x>&nope;</x>", "no xml", "<x/><x/>", "<x>\x00</x>",
                                  "<x>\ud800</x>", "<!-- only -->"])  # fmt: skip
def test_what_is_not_well_formed_is_said(text: str) -> None:
    with pytest.raises(DocumentError) as caught:
        safe_xml.parse(text)
    assert caught.value.code == "document.broken"


def test_what_nests_too_deeply_is_refused_before_it_is_built() -> None:
    fine = "<a>" * safe_xml.DEEPEST + "</a>" * safe_xml.DEEPEST
    assert sum(1 for _ in safe_xml.parse(fine).iter()) == safe_xml.DEEPEST
    with pytest.raises(DocumentError, match="nested more than") as caught:
        safe_xml.parse("<a>" * 1_000_000)
    assert caught.value.code == "document.unsafe"


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_xml, "LARGEST", 10)
    assert safe_xml.parse("<a></a>").tag == "a"
    with pytest.raises(DocumentError) as caught:
        safe_xml.parse("<a>12345678</a>")
    assert caught.value.code == "document.too-large"


def test_a_flood_of_elements_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_xml, "MOST", 10)
    with pytest.raises(DocumentError) as caught:
        safe_xml.parse("<a>" + "<b/>" * 10 + "</a>")
    assert caught.value.code == "document.too-large"


def test_a_doctype_long_after_the_beginning_is_still_found() -> None:
    with pytest.raises(DocumentError) as caught:
        safe_xml.parse("<!--" + "x" * 200_000 + "-->" + LAUGHS)
    assert caught.value.code == "document.unsafe"


@given(st.text(max_size=60))
def test_any_text_gives_an_element_or_a_document_error(text: str) -> None:
    for wrapped in (text, f"<x>{text}</x>"):
        with suppress(DocumentError):
            assert safe_xml.parse(wrapped).tag


@given(st.text(max_size=40))
def test_cleaned_text_can_stand_in_a_file(text: str) -> None:
    from xml.sax.saxutils import escape

    kept = safe_xml.clean(text)
    normal = kept.replace("\r\n", "\n").replace("\r", "\n")
    assert (safe_xml.parse(f"<x>{escape(kept)}</x>").text or "") == normal
    assert safe_xml.clean(kept) == kept
