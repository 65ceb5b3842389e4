"""Files made to make a reader slow: every pattern stays near linear, or the test's time limit ends it."""

from __future__ import annotations

import contextlib

import pytest

from plugin_core import formats
from plugin_core.errors import DocumentError

MANY = 3000
SRT = "1\n00:00:01,000 --> 00:00:02,000\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000"
ASS = "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,"
HOSTILE = {
    "spaces": "1" + " " * MANY,
    "brackets": SRT + "<" * MANY + "< " * MANY + " " * MANY,
    "braces": SRT + "{" * MANY + "{\\an1" * MANY,
    "overrides": SRT + "{" + "\\an1" * MANY,
    "colons": "1:" * MANY,
    "arrows": "00:00:01,000" + " -" * MANY + "--" * MANY + ">",
    "coordinates": f"00:00:01,000 --> 00:00:02,000 {'X1:1 ' * 40}!\nx",
    "settings": f"{VTT} {'align:' * 100} !\ntext",
    "annotation": f"{VTT}\ntext<v {' ' * MANY}",
    "spans": f"{VTT}\n" + "<a.b" * MANY + "<a " * MANY,
    "codes": ASS + "{\\an" * MANY,
    "elements": "<tt " + "a" * MANY,
    "comments": ";\n" * MANY,
    "brackets in JSON": "{" * MANY,
    "quotes": 'start,end,en\n1,2,"' + '""' * MANY,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_ends_in_time(name: str) -> None:
    for format_name in (None, *formats.FORMATS):
        with contextlib.suppress(DocumentError):
            assert formats.read_text(HOSTILE[name], format_name).cues


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_written_in_time(name: str) -> None:
    from plugin_core.document import Cue, Document

    document = Document(languages=("en",), cues=(Cue("a", 0, 900, (HOSTILE[name],)),))
    for format_name, entry in formats.FORMATS.items():
        if entry.write:
            assert formats.to_text(document, format_name)
