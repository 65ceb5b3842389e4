"""TTML: times of every kind, languages side by side, and files an IMSC processor accepts."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from plugin_core import formats
from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError
from plugin_core.formats import Layout
from plugin_core.formats.ttml_time import Clock
from tests.formats.samples import BILINGUAL

TT = "http://www.w3.org/ns/ttml"
TTP = "{http://www.w3.org/ns/ttml#parameter}"
TTS = "{http://www.w3.org/ns/ttml#styling}"
XML = "{http://www.w3.org/XML/1998/namespace}"


def tt(body: str, attributes: str = "") -> str:
    return (
        f'<tt xmlns="{TT}" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xmlns:tts="http://www.w3.org/ns/ttml#styling"'
        f' xmlns:ttm="http://www.w3.org/ns/ttml#metadata" {attributes}>{body}</tt>'
    )


def cues(body: str, attributes: str = "") -> list[tuple[int, int, str]]:
    return [(cue.start, cue.end, cue.texts[0]) for cue in formats.read_text(tt(body, attributes), "ttml").cues]


@pytest.mark.parametrize(
    ("expression", "attributes", "ms"),
    [
        ("00:00:01.500", {}, 1500),
        ("01:02:03", {}, 3_723_000),
        ("100:00:00.5", {}, 360_000_500),
        ("1.5s", {}, 1500),
        ("250ms", {}, 250),
        ("1.5m", {}, 90_000),
        ("0.5h", {}, 1_800_000),
        ("12f", {}, 400),
        ("12f", {"frameRate": "24"}, 500),
        ("24f", {"frameRate": "24", "frameRateMultiplier": "1000 1001"}, 1001),
        ("00:00:01:12", {"frameRate": "24"}, 1500),
        ("00:00:01:12.1", {"frameRate": "24", "subFrameRate": "2"}, 1521),
        ("90000t", {"tickRate": "90000"}, 1000),
        ("10000000t", {"tickRate": "10000000"}, 1000),
        ("48t", {"frameRate": "24", "subFrameRate": "2"}, 1000),
        ("01:00:00:00", {"timeBase": "smpte", "frameRate": "30", "frameRateMultiplier": "1000 1001"}, 3_603_600),
        (
            "01:00:00:00",
            {"timeBase": "smpte", "dropMode": "dropNTSC", "frameRate": "30", "frameRateMultiplier": "1000 1001"},
            3_599_996,
        ),
    ],
)
def test_time_expressions(expression: str, attributes: dict[str, str], ms: int) -> None:
    root = ET.Element("tt", {f"{TTP}{name}": value for name, value in attributes.items()})
    assert Clock(root).ms(expression) == (ms, False)


@pytest.mark.parametrize("expression", ["", "soon", "1:2", "-1s", "1.s", "wallclock(2020)", "0x1f"])
def test_what_is_no_time_is_none(expression: str) -> None:
    found = Clock(ET.Element("tt")).ms(expression)
    assert found is None or expression == "1:2"


def test_times_count_from_the_parents_begin_and_end_with_it() -> None:
    body = '<body begin="10s"><div begin="5s" end="8s"><p begin="1s" end="2s">a</p><p begin="2s">b</p></div></body>'
    assert cues(body) == [(16_000, 17_000, "a"), (17_000, 18_000, "b")]


def test_sequences_follow_one_another() -> None:
    body = '<body><div timeContainer="seq"><p dur="2s">a</p><p begin="1s" dur="2s">b</p></div></body>'
    assert cues(body) == [(0, 2000, "a"), (3000, 5000, "b")]


def test_what_begins_after_its_parents_end_is_never_shown() -> None:
    assert cues('<body><div end="5s"><p begin="1s">a</p><p begin="6s" dur="1s">b</p></div></body>') == [
        (1000, 5000, "a")
    ]


def test_cues_without_an_end_last_until_the_next() -> None:
    assert cues('<body><div><p begin="1s">a</p><p begin="4s">b</p></div></body>') == [
        (1000, 4000, "a"),
        (4000, 6000, "b"),
    ]


def test_timed_spans_of_an_untimed_paragraph_are_cues_of_their_own() -> None:
    body = '<body><div><p><span begin="1s" end="2s">a</span> <span begin="3s" end="4s">b</span></p></div></body>'
    assert cues(body) == [(1000, 2000, "a"), (3000, 4000, "b")]


def test_apple_lyrics_count_from_the_start_of_the_media() -> None:
    body = (
        '<body dur="3:58.640"><div begin="19.764" end="59.300"><p begin="19.764" end="21.900">'
        '<span begin="19.764" end="20.105">When</span> <span begin="20.105" end="21.900">you</span></p></div></body>'
    )
    assert cues(body) == [(19_764, 21_900, "When you")]


def test_white_space_collapses_unless_preserved_and_br_breaks() -> None:
    assert cues('<body><div><p begin="0s" end="1s">\n   a   b<br/>\n   c  </p></div></body>')[0][2] == "a b\nc"
    assert cues('<body><div><p begin="0s" end="1s" xml:space="preserve">a   b</p></div></body>')[0][2] == "a   b"


def test_metadata_and_ruby_annotations_are_not_text() -> None:
    body = (
        '<body><div><p begin="0s" end="1s"><metadata>no</metadata><ttm:desc>no</ttm:desc><span tts:ruby="container">'
        '<span tts:ruby="base">漢</span><span tts:ruby="text">kan</span></span>字</p></div></body>'
    )
    assert cues(body)[0][2] == "漢字"


def test_any_ttml_namespace_will_do() -> None:
    for name in ("http://www.w3.org/2006/04/ttaf1", "http://www.w3.org/2006/10/ttaf1", TT):
        body = '<tt:body><tt:p begin="1s" end="2s">x</tt:p></tt:body>'
        text = f'<?xml version="1.0"?><tt:tt xmlns:tt="{name}">{body}</tt:tt>'
        assert formats.read_text(text).cues[0].texts == ("x",)


def test_divs_of_two_languages_become_columns() -> None:
    body = (
        '<body><div xml:lang="zh"><p begin="1s" end="2s">你好</p><p begin="3s" end="4s">再见</p></div>'
        '<div xml:lang="en"><p begin="1s" end="2s">Hello</p><p begin="5s" end="6s">More</p></div></body>'
    )
    document = formats.read_text(tt(body))
    assert document.languages == ("zh", "en")
    assert [cue.texts for cue in document.cues] == [("你好", "Hello"), ("再见", ""), ("", "More")]


def test_a_part_without_language_is_undetermined() -> None:
    body = '<body><div><p begin="1s" end="2s">x</p></div><div xml:lang="en"><p begin="1s" end="2s">y</p></div></body>'
    assert formats.read_text(tt(body)).languages == ("und", "en")


def test_what_is_written_is_imsc1_text() -> None:
    root = ET.fromstring(formats.to_text(BILINGUAL, "ttml"))
    assert root.tag == f"{{{TT}}}tt"
    assert root.get(f"{TTP}profile") == "http://www.w3.org/ns/ttml/profile/imsc1/text"
    assert root.get(f"{TTP}timeBase") == "media"
    assert root.get(f"{XML}lang") == "zh"
    ids = [element.get(f"{XML}id") for element in root.iter() if element.get(f"{XML}id")]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", name) for name in ids if name)
    styles = {element.get(f"{XML}id") for element in root.iter(f"{{{TT}}}style")}
    regions = {element.get(f"{XML}id") for element in root.iter(f"{{{TT}}}region")}
    assert {element.get("style") for element in root.iter() if element.get("style")} <= styles
    assert {element.get("region") for element in root.iter() if element.get("region")} == regions


def test_regions_lie_inside_the_picture_and_do_not_overlap() -> None:
    for layout in (Layout(), Layout("target-over-source"), Layout("single")):
        root = ET.fromstring(formats.to_text(BILINGUAL, "ttml", layout))
        bands = []
        for region in root.iter(f"{{{TT}}}region"):
            x, y = map(float, re.findall(r"[\d.]+", region.get(f"{TTS}origin", "")))
            width, height = map(float, re.findall(r"[\d.]+", region.get(f"{TTS}extent", "")))
            assert x + width <= 100
            bands.append((y, y + height))
        assert bands == sorted(bands)
        assert all(a[1] <= b[0] for a, b in pairwise(bands))
        assert bands[-1][1] <= 100


def test_the_first_language_of_the_layout_stands_on_top() -> None:
    root = ET.fromstring(formats.to_text(BILINGUAL, "ttml", Layout("target-over-source")))
    assert [(div.get(f"{XML}lang"), div.get("region")) for div in root.iter(f"{{{TT}}}div")] == [
        ("zh", "line2"),
        ("en", "line1"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<tt",
        "<tt></tt>",
        "<tt><body/></tt>",
        "<tt><body><p>no times</p></body></tt>",
        "<html><tt></html>",
        '<?xml version="1.0"?><!DOCTYPE tt [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><tt>&c;</tt>',
        "<tt>" + "<body>" + "<div>" * 3000 + "</div>" * 3000 + "</body></tt>",
    ],
)
def test_damaged_or_empty_files_are_document_errors(text: str) -> None:
    with pytest.raises(DocumentError):
        formats.read_text(text, "ttml")


def test_entities_cannot_blow_up() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE tt [<!ENTITY e0 "lol">{levels}]><tt><body><p begin="0s" end="1s">&e11;</p></body></tt>'
    with pytest.raises(DocumentError):
        formats.read_text(text, "ttml")


def test_local_files_are_never_read() -> None:
    text = '<!DOCTYPE tt [<!ENTITY e SYSTEM "file:///etc/passwd">]><tt><body><p begin="0s" end="1s">&e;</p></body></tt>'
    with pytest.raises(DocumentError):
        formats.read_text(text, "ttml")


def test_odd_ids_never_break_the_xml() -> None:
    document = Document(languages=("zh",), cues=(Cue('a"<&> b', 0, 900, ("你好",)),))
    assert formats.read_text(formats.to_text(document, "ttml")).cues[0].texts == ("你好",)
