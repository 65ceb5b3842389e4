"""SCC: what three independent readers (ttconv, pycaption, FFmpeg) see is what was sent, on the same frame."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError
from plugin_core.formats import scc
from plugin_core.host import TimelineInfo
from plugin_core.timeline import Programme, programme_of
from tests.formats.marks import RATES, STARTS, programme
from tests.formats.samples import BILINGUAL, calm

GOLDEN = Path(__file__).parent.parent / "golden" / "timelines"
DOCUMENT = Document(
    languages=("en", "zh"),
    cues=(
        Cue("a", 3000, 5000, ("Hello, my friend.\nIt's ♪♪ time", "你好")),
        Cue("b", 7000, 9000, ("A caption that is much too long for one row of thirty-two columns", "二")),
        Cue("c", 11_000, 12_000, ("ÀÉÎß ½¿ñ {x}|^~\\_ — “so” *", "三")),
    ),
)
WRAPPED = "A caption that is much\ntoo long for one row\nof thirty-two columns"
CHARACTERS = sorted(scc._codes())  # the repertoire is the module's own affair; that it comes back is the rule


def _back(content: str | bytes, sent: Programme) -> Programme:
    return scc.read(content, sent.info.rate, start=sent.info.start_timecode)


def test_the_file_is_the_golden_one() -> None:
    assert scc.write(programme(DOCUMENT, rate="29.97 DF")) == (GOLDEN / "captions.scc").read_text("ascii")


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("start", STARTS)
def test_cues_come_back_on_their_frames_at_every_rate(rate: FrameRate, start: str) -> None:
    cues = tuple(Cue(f"c{n}", rate.ms_at(n * 977 + 300), rate.ms_at(n * 977 + 600), (f"cue {n}",)) for n in range(60))
    document = Document(languages=("en",), cues=cues)
    sent = programme_of(document, TimelineInfo.of(document, rate=rate, start=start))
    read = _back(scc.write(sent), sent).document
    assert [cue.texts for cue in read.cues] == [cue.texts for cue in cues]
    near = 0 if rate.fps <= 30 else 1  # a frame of 59.94 may lie between two of 608's
    for ours, theirs in zip(cues, read.cues, strict=True):
        assert abs(rate.frame_at(ours.start) - rate.frame_at(theirs.start)) <= near
        assert abs(rate.frame_at(ours.end) - rate.frame_at(theirs.end)) <= near


@settings(calm, max_examples=60)
@given(st.lists(st.text(st.sampled_from(CHARACTERS), min_size=1, max_size=32), min_size=1, max_size=4))
def test_every_character_of_608_comes_back(rows: list[str]) -> None:
    rows = [" ".join(row.split(" ")).strip() for row in rows]
    rows = [re.sub(" +", " ", row) for row in rows if row]
    if not rows:
        return
    document = Document(languages=("en",), cues=(Cue("a", 20_000, 30_000, ("\n".join(rows),)),))
    sent = programme(document, rate="29.97")
    assert scc.notes(sent) == ()
    assert _back(scc.write(sent), sent).document.cues[0].texts[0].split("\n") == rows


def test_pycaption_reads_the_same(recwarn: pytest.WarningsRecorder) -> None:
    reader = pytest.importorskip("pycaption", reason="pycaption is not installed").SCCReader()
    text = scc.write(programme(DOCUMENT, rate="29.97", start="00:00:00:00"))
    captions = reader.read(text).get_captions("en-US")
    texts = ["\n".join(map(str.strip, caption.get_text().split("\n"))) for caption in captions]
    assert texts[:2] == ["Hello, my friend.\nIt's ♪♪ time", WRAPPED]
    assert [round(caption.start / 1000) for caption in captions] == pytest.approx([3000, 7000, 11_000], abs=40)


@pytest.mark.parametrize("rate", ["29.97 DF", "29.97"])
def test_ffmpeg_decodes_the_same_on_the_same_frames(tmp_path: Path, rate: str) -> None:
    path = tmp_path / "c.scc"
    path.write_text(scc.write(programme(DOCUMENT, rate=rate, start="00:00:00:00")), "ascii")
    shown = []
    with av.open(str(path), format="scc") as container:
        stream = container.streams.subtitles[0]
        for packet in container.demux(stream):
            for rect in packet.decode() if packet.size else ():
                body = rect.ass.decode().split(",", 8)[-1]
                plain = re.sub(r"\{[^}]*\}", "", body).replace("\\N", "\n").replace("\\h", " ")
                shown.append("\n".join(row.strip() for row in plain.split("\n") if row.strip()))
    assert [text.replace("’", "'") for text in shown if text][:2] == ["Hello, my friend.\nIt's ♪♪ time", WRAPPED]


def test_a_caption_is_shown_and_cleared_on_its_frame_and_control_codes_stand_twice() -> None:
    words: dict[int, str] = {}
    rate = FrameRate.parse("29.97 DF")
    for line in scc.write(programme(DOCUMENT, rate="29.97 DF")).splitlines()[2:]:
        if line:
            label, codes = line.split("\t")
            for at, word in enumerate(codes.split(), rate.frame_of(label)):
                assert at not in words
                words[at] = word
    for cue in DOCUMENT.cues:
        first, end = (rate.frame_of("01:00:00;00") + rate.frame_at(ms) for ms in (cue.start, cue.end))
        assert (words[first], words[first + 1]) == ("942f", "942f")
        assert (words[end], words[end + 1]) == ("942c", "942c")
    assert all(bin(int(word[at : at + 2], 16)).count("1") % 2 for word in words.values() for at in (0, 2))


@settings(calm, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 90), st.integers(1, 90)), min_size=1, max_size=12))
def test_captions_that_follow_closely_are_late_but_never_lost(gaps: list[tuple[int, int, int]]) -> None:
    rate, at, cues = FrameRate.parse("29.97"), 200, []
    for number, (gap, length, size) in enumerate(gaps):
        text = " ".join([f"n{number}"] + ["word"] * (size // 5))
        cues.append(Cue(f"c{number:02}", rate.ms_at(at + gap), rate.ms_at(at + gap + length), (text,)))
        at += gap + length
    document = Document(languages=("en",), cues=tuple(cues))
    sent = programme_of(document, TimelineInfo.of(document, rate=rate))
    text = scc.write(sent)
    read = _back(text, sent).document.cues
    assert [cue.texts[0].split()[0] for cue in read] == [f"n{number}" for number in range(len(gaps))]
    assert all(theirs.start >= ours.start for ours, theirs in zip(cues, read, strict=True))
    late = any(theirs.start > ours.start for ours, theirs in zip(cues, read, strict=True))
    assert late == any("late" in note for note in scc.notes(sent))
    used: set[int] = set()
    for line in text.splitlines()[2:]:
        if line:
            first = rate.frame_of(line.split("\t")[0])
            frames = set(range(first, first + len(line.split("\t")[1].split())))
            assert not used & frames
            used |= frames


def test_chinese_is_refused_with_a_way_out() -> None:
    with pytest.raises(DocumentError) as caught:
        scc.write(programme(DOCUMENT), "zh")
    assert caught.value.code == "document.characters"
    assert "你" in caught.value.message
    assert "'en'" in caught.value.hint


def test_replacements_are_made_only_where_asked_and_are_noted() -> None:
    document = Document(languages=("en",), cues=(Cue("a", 3000, 4000, ("中 → ok… Ł",)),))
    with pytest.raises(DocumentError, match="中"):
        scc.write(programme(document), replacements={"→": ">"})
    options = {"→": "-", "*": "?"}
    sent = programme(document)
    assert _back(scc.write(sent, replacements=options), sent).document.cues[0].texts == ("? - ok... ?",)
    told = " ".join(scc.notes(sent, replacements=options))
    assert all(part in told for part in ("'中'", "'→' written as '-'", "'…' written as '...'", "'Ł'"))


def test_overlapping_cues_are_shown_together() -> None:
    cues = (Cue("a", 3000, 6000, ("one",)), Cue("b", 4000, 5000, ("two",)))
    sent = programme(Document(languages=("en",), cues=cues), rate="25")
    read = _back(scc.write(sent), sent).document.cues
    assert [(cue.start, cue.end, cue.texts[0]) for cue in read] == [
        (3000, 4000, "one"), (4000, 5000, "one\ntwo"), (5000, 6000, "one"),
    ]  # fmt: skip
    assert any("overlap" in note for note in scc.notes(sent))


def test_what_is_too_long_for_four_rows_is_parted_in_time() -> None:
    text = " ".join(f"word{number:02}" for number in range(40))
    sent = programme(Document(languages=("en",), cues=(Cue("a", 10_000, 40_000, (text,)),)), rate="29.97")
    read = _back(scc.write(sent), sent).document.cues
    assert " ".join(cue.texts[0].replace("\n", " ") for cue in read) == text
    assert all(len(cue.texts[0].split("\n")) <= 4 for cue in read)
    assert any("parted" in note for note in scc.notes(sent))


@pytest.mark.shared
def test_samples_of_others_are_read(shared: Path) -> None:
    found = [path for path in sorted((shared / "subs").rglob("*.scc")) if scc.sniff(path.read_text("latin-1"))]
    assert len(found) > 2
    for path in found:
        assert scc.read(path.read_bytes()).document.cues, path


@pytest.mark.parametrize(
    "bad",
    ["", "hello", "Scenarist_SCC V1.0", "Scenarist_SCC V1.0\n\n00:00:01:00\tzzzz", b"\xff\xfe",
     "Scenarist_SCC V1.0\n\n99:99:99:99\t9420 9420", "Scenarist_SCC V1.0\n\n00:00:01:00 94"],
    ids=range(7),
)  # fmt: skip
def test_what_is_no_scc_is_refused(bad: str | bytes) -> None:
    with pytest.raises(DocumentError):
        scc.read(bad)


@settings(calm, max_examples=60)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    text = list(scc.write(programme(DOCUMENT)))
    for at in data.draw(st.lists(st.integers(18, len(text) - 1), max_size=12)):
        text[at] = data.draw(st.sampled_from("0123456789abcdef:;\t\n zé\x00"))
    try:
        read = scc.read("".join(text))
    except DocumentError:
        return
    assert read.document.cues


def test_a_document_without_words_is_refused() -> None:
    with pytest.raises(DocumentError):
        scc.write(programme(Document(languages=("en",), cues=(Cue("a", 0, 1, ("",)),))))
    with pytest.raises(DocumentError):
        scc.write(programme(Document()))
    assert scc.write(programme(BILINGUAL), "en").startswith("Scenarist_SCC V1.0\n\n")
    assert Fraction(30_000, 1001) == scc.RATE
