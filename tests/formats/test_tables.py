"""CSV and JSON Lines: tables with a column per language."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings

from plugin_core import formats
from plugin_core.document import Cue, Document, Word
from plugin_core.errors import DocumentError
from plugin_core.formats import Layout
from plugin_core.formats.layout import clean
from tests.formats.samples import BILINGUAL, calm, documents


def rows(document: Document, layout: Layout = Layout()) -> list[list[str]]:  # noqa: B008
    return list(csv.reader(io.StringIO(formats.to_text(document, "csv", layout), newline="")))


def test_the_header_names_the_languages() -> None:
    assert rows(BILINGUAL)[0] == ["start", "end", "duration", "speaker", "zh", "en"]
    assert rows(BILINGUAL, Layout(languages=("en",)))[0][4:] == ["en"]
    assert rows(BILINGUAL)[1] == [
        "00:00:00.400", "00:00:02.100", "1.700", "王老师", "你好，欢迎来到字幕。", "Hello, and welcome to Zimu.",
    ]  # fmt: skip


@given(document=documents())
@settings(calm)
def test_no_cell_is_a_formula(document: Document) -> None:
    for row in rows(document):
        assert not any(cell[:1] in tuple("=+-@\t\r＝＋－＠") for cell in row)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "'=1", "''=1", "'quoted'", "＝1", "'", "it's", "- Yes.\n- No."]
)
def test_guarded_cells_read_back_exactly(text: str) -> None:
    document = Document(languages=("en",), cues=(Cue("a", 0, 900, (text,)),))
    assert formats.read_text(formats.to_text(document, "csv")).cues[0].texts == (clean(text),)


@pytest.mark.parametrize(
    "text",
    [
        "start,end,zh,en\n0:00:01.000,0:00:02.500,你好,Hello\n",
        "start;end;zh;en\n1,0;2,5;你好;Hello\n",
        "start\tend\tzh\ten\n00:01.0\t00:02.5\t你好\tHello\n",
        "开始,结束,zh,en\n1.0,2.5,你好,Hello\n",
        "Start Time,Duration,zh,en\n1,1.5,你好,Hello\n",
        "#,start,end,zh,en\n1,1,2.5,你好,Hello\n,,,,\n",
    ],
)
def test_tables_other_programs_write(text: str) -> None:
    document = formats.read_text(text)
    assert document.languages == ("zh", "en")
    assert [(cue.start, cue.end, cue.texts) for cue in document.cues] == [(1000, 2500, ("你好", "Hello"))]


def test_a_text_column_takes_the_language_that_is_told() -> None:
    assert formats.read_text("start,end,text\n1,2,Hello\n", language="en").languages == ("en",)


def test_rows_without_times_are_left_out_and_noted() -> None:
    read = formats.FORMATS["csv"].read
    assert read is not None
    assert read("start,end,en\n1,2,a\nx,3,b\n,4,c\n").repairs == ["2 × row without readable times, left out."]


@pytest.mark.parametrize("text", ["start,end\n1,2\n", "start,end,en\n", "start,end,en\nx,y,z\n"])
def test_tables_without_cues_say_so(text: str) -> None:
    with pytest.raises(DocumentError, match="holds no cues"):
        formats.read_text(text, "csv")


def test_a_line_of_json_per_cue() -> None:
    lines = formats.to_text(BILINGUAL, "jsonl").splitlines()
    assert len(lines) == len(BILINGUAL.cues)
    first = json.loads(lines[0])
    assert (first["id"], first["start"], first["end"], first["speaker"]) == ("c01", 400, 2100, "王老师")
    assert first["texts"] == {"zh": "你好，欢迎来到字幕。", "en": "Hello, and welcome to Zimu."}
    assert first["words"][0] == {"start": 400, "end": 900, "text": "你好", "probability": 1.0}


def test_words_come_back() -> None:
    assert formats.read_text(formats.to_text(BILINGUAL, "jsonl")) == Document(
        languages=("zh", "en"), cues=BILINGUAL.cues
    )


def test_seconds_and_single_texts_are_understood() -> None:
    line = '{"start": 1.5, "end": 2.25, "text": "Hi", "words": [{"start": 1.5, "end": 2.0, "word": "Hi"}]}'
    cue = formats.read_text(line, language="en").cues[0]
    assert (cue.start, cue.end, cue.texts, cue.words) == (1500, 2250, ("Hi",), (Word(1500, 2000, "Hi"),))


@pytest.mark.parametrize(
    "line",
    ["[]", "1", "null", '"x"', "{}", '{"start": "a", "end": 1, "text": ""}', '{"start": NaN, "end": 1, "text": "x"}',
     '{"start": 1e400, "end": 1, "text": "x"}', '{"start": true, "end": 1, "text": "x"}',
     '{"start": 0, "end": 1, "texts": [1]}',
     "{" * 5000],
)  # fmt: skip
def test_lines_that_are_no_cues_are_left_out_and_noted(line: str) -> None:
    read = formats.FORMATS["jsonl"].read
    assert read is not None
    result = read(formats.to_text(BILINGUAL, "jsonl") + line + "\n")
    assert len(result.cues) == len(BILINGUAL.cues)
    assert result.repairs == ["1 × line that is not a cue, left out."]
