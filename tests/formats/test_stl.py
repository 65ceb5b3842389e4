"""EBU-STL: what ttconv reads is what was sent, on the same frame."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError
from plugin_core.formats import stl
from plugin_core.host import TimelineInfo
from plugin_core.timeline import Programme, programme_of
from tests.formats.marks import RATES, STARTS, programme
from tests.formats.samples import calm

GOLDEN = Path(__file__).parent.parent / "golden" / "timelines"
DAY = dt.date(2026, 11, 21)
DOCUMENT = Document(
    languages=("en", "zh"),
    cues=(
        Cue("a", 1000, 3000, ("Hello, £5 & $6 ♪\nÀÉñ “ŁŒß”", "你好")),
        Cue("b", 3000, 4000, ("x" * 39 + " " + "y" * 40 + " " + "z" * 40 + " end", "二")),
    ),
)


def _back(content: str | bytes, sent: Programme) -> Programme:
    return stl.read(content, sent.info.rate, start=sent.info.start_timecode)


def _one(text: str, language: str = "en") -> Document:
    return Document(languages=(language,), cues=(Cue("a", 1000, 3000, (text,)),))


def test_the_file_is_the_golden_one() -> None:
    data = stl.write(programme(DOCUMENT), made=DAY)
    assert data == (GOLDEN / "subtitles.stl").read_bytes()
    assert len(data) == 1024 + 128 * 3  # the second subtitle needs an extension block


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("teletext", [False, True])
def test_cues_come_back_on_their_frames_at_every_rate(rate: FrameRate, start: str, teletext: bool) -> None:
    step = 2 if rate.fps > 30 else 1  # at 50 and 60 every second frame has a label
    cues = tuple(
        Cue(f"c{n:02}", rate.ms_at(n * 978 * step), rate.ms_at((n * 978 + 60) * step), (f"cue {n}\nrow",))
        for n in range(60)
    )
    document = Document(languages=("en",), cues=cues)
    sent = programme_of(document, TimelineInfo.of(document, rate=rate, start=start))
    read = _back(stl.write(sent, teletext=teletext), sent)
    assert [(cue.start, cue.end, cue.texts) for cue in read.document.cues] == [
        (cue.start, cue.end, cue.texts) for cue in cues
    ]
    assert read.document.languages == ("en",)


@pytest.mark.parametrize("start", STARTS)
def test_the_file_says_its_rate_and_start(start: str) -> None:
    read = stl.read(stl.write(programme(DOCUMENT, start=start)))
    assert (read.info.rate, read.info.start_timecode) == (FrameRate(Fraction(25)), start)
    assert [(cue.start, cue.end) for cue in read.document.cues] == [(1000, 3000), (3000, 4000)]
    assert any("were read as 25" in note for note in read.notes)


def test_ttconv_sees_the_timecodes_themselves() -> None:
    from ttconv.stl.reader import to_model

    model = to_model(io.BytesIO(stl.write(programme(DOCUMENT, start="10:00:00:00"))))
    (division,) = list(model.get_body())
    assert [(p.get_begin(), p.get_end()) for p in division] == [(36_001, 36_003), (36_003, 36_004)]


@settings(calm, max_examples=50)
@given(st.sampled_from(["00", "01", "02", "03", "04"]), st.data())
def test_every_character_of_a_table_comes_back(table: str, data: st.DataObject) -> None:
    text = data.draw(st.text(st.sampled_from(sorted(stl._codes(table))), min_size=1, max_size=35))
    text = unicodedata.normalize("NFC", " ".join(text.replace("\xa0", " ").replace("\xad", "-").split()))
    if not text:
        return
    sent = programme(_one(text))
    assert _back(stl.write(sent), sent).document.cues[0].texts == (text,)


@pytest.mark.parametrize(
    ("text", "language", "table"),
    [("Größe", "de", b"00"), ("Привет, мир", "ru", b"01"), ("مرحبا", "ar", b"02"), ("Γειά σου", "el", b"03"),
     ("שלום", "he", b"04")],
)  # fmt: skip
def test_the_table_and_the_language_are_those_of_the_text(text: str, language: str, table: bytes) -> None:
    sent = programme(_one(text, language))
    data = stl.write(sent)
    read = _back(data, sent).document
    assert (data[12:14], read.languages, read.cues[0].texts) == (table, (language,), (text,))


def test_chinese_is_refused_with_a_way_out_and_replacements_are_noted() -> None:
    with pytest.raises(DocumentError) as caught:
        stl.write(programme(DOCUMENT), "zh")
    assert caught.value.code == "document.characters"
    assert "'en'" in caught.value.hint
    sent = programme(_one("中 ok"))
    assert _back(stl.write(sent, replacements={"中": "zhong"}), sent).document.cues[0].texts == ("zhong ok",)
    assert stl.notes(sent, replacements={"*": "?"}) == ("1 × '中' written as '?'.",)


def test_long_rows_are_wrapped_and_noted() -> None:
    sent = programme(DOCUMENT)
    rows = _back(stl.write(sent), sent).document.cues[1].texts[0].split("\n")
    assert " ".join(rows) == DOCUMENT.cues[1].texts[0]
    assert max(map(len, rows)) <= 40
    assert any("wrapped anew" in note for note in stl.notes(sent))


def test_a_rate_that_the_file_cannot_count_is_refused() -> None:
    with pytest.raises(DocumentError, match="cannot count 15"):
        stl.write(programme(DOCUMENT, rate="15"))
    assert any("Tech 3264" in note for note in stl.notes(programme(DOCUMENT, rate="24")))
    assert any("every second" in note for note in stl.notes(programme(DOCUMENT, rate="50")))


@pytest.mark.shared
def test_samples_of_others_are_read(shared: Path) -> None:
    found = [path for path in sorted((shared / "subs").rglob("*.stl")) if stl.sniff(path.read_bytes())]
    assert len(found) > 3
    for path in found:
        assert stl.read(path.read_bytes()).document.cues, path


@pytest.mark.parametrize(
    "bad", [b"", b"hello", b"\0" * 2000, b"850STL25.01" + b" " * 1013, "text", b"850STL25.01" * 200]
)
def test_what_is_no_stl_is_refused(bad: str | bytes) -> None:
    with pytest.raises(DocumentError):
        stl.read(bad)


@settings(calm, max_examples=40)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    damaged = bytearray(stl.write(programme(DOCUMENT), made=DAY))
    for at in data.draw(st.lists(st.integers(0, len(damaged) - 1), max_size=20)):
        damaged[at] = data.draw(st.integers(0, 255))
    try:
        read = stl.read(bytes(damaged[: data.draw(st.integers(0, len(damaged)))]))
    except DocumentError:
        return
    assert read.document.cues
