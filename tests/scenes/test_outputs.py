"""Lists of scenes: the same in every form, exact to the frame, as editing programs take them."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from pathlib import Path

import pytest

from plugin_core.clock import FrameRate, parse_time
from plugin_core.document import Document, Mark, Media
from plugin_core.scenes import outputs
from plugin_core.scenes.marking import corrected, labels_of
from plugin_core.scenes.outputs_sheet import sheet

GOLDEN = Path(__file__).parent.parent / "golden"
NTSC = FrameRate(Fraction(30_000, 1001), drop=True)


def at(frame: int) -> int:
    return NTSC.ms_at(frame)


def mark(kind: str, key: str, first: int, after: int, text: str = "", **told: str) -> Mark:
    said = tuple((name, value) for name, value in told.items())
    return Mark(key, kind, at(first), at(after), text, said, 0.8)


@pytest.fixture
def document() -> Document:
    """Ten minutes are crossed at frame 1798 of drop-frame timecode 00:59:00;02."""
    media = Media("/footage/A001 夜.mov", at(2700), NTSC, start_timecode="00:59:00;02", width=1920, height=1080)
    marks = (
        mark("scene", "s1", 0, 1800, "Dialogue, indoors · Night", source="scenes", number="1", shots="2",
             place="indoor", time="night", sure="place=0.97 time=0.81"),
        mark("shot", "a", 0, 900, source="picture", number="1", transition="", transition_frames="0",
             place="indoor", time="night", mood="tense, sad", sure="place=0.98 time=0.55 mood=0.70"),
        mark("shot", "b", 900, 1800, source="picture", number="2", transition="dissolve", transition_frames="12",
             place="indoor", time="dusk", emotion="none", sure="place=0.90 emotion=0.66"),
        mark("scene", "s2", 1800, 2700, "Landscape · Day", source="scenes", number="2", shots="1", place="outdoor",
             time="day", scene_type="landscape", sure="place=0.99 time=0.93 scene_type=0.91"),
        mark("shot", "c", 1800, 2700, source="picture", number="3", transition="cut", transition_frames="0",
             place="outdoor", time="day", scene_type="landscape", sure="place=0.99 time=0.95 scene_type=0.90"),
    )  # fmt: skip
    return Document(media, ("en",), (), tuple(sorted(marks, key=lambda one: (one.start, one.end, one.id))), "Zimu test")


def test_shots_lie_under_their_scenes(document: Document) -> None:
    assert [[shot.id for shot in one.shots] for one in outputs.listed(document)] == [["a", "b"], ["c"]]


def test_a_shot_in_no_scene_is_listed_too() -> None:
    alone = Document(marks=(Mark("a", "shot", 0, 1000, ""),))
    assert [(one.mark, len(one.shots)) for one in outputs.listed(alone)] == [(None, 1)]
    assert outputs.to_json(alone)["scenes"][0]["number"] == 0


def test_times_are_timecodes_of_the_media(document: Document) -> None:
    rows = [row for row in outputs.rows(document) if row["kind"] == "shot"]
    assert [row["start_timecode"] for row in rows] == ["00:59:00;02", "00:59:30;02", "01:00:00;02"]
    assert rows[-1]["end_timecode"] == "01:00:30;02"


def test_csv_and_json_come_back_as_the_marks(document: Document) -> None:
    by_id = {mark.id: mark for mark in document.marks}
    value = json.loads(json.dumps(outputs.to_json(document)))
    entries = [one for scene in value["scenes"] for one in (scene, *scene["shots"])]
    rows = list(csv.DictReader(io.StringIO(outputs.to_csv(document))))
    assert len(rows) == len(entries) == len(by_id)
    for entry, row in zip(entries, rows, strict=True):
        mark = by_id[entry["id"]]
        assert (entry["start"], entry["end"], entry["name"]) == (mark.start, mark.end, mark.text)
        assert (parse_time(row["start"]), parse_time(row["end"])) == (mark.start, mark.end)
        assert {group: tuple(told["labels"]) for group, told in entry["labels"].items()} == labels_of(mark)
        for group, told in entry["labels"].items():
            assert row[group].split() == told["labels"]
            assert row[f"{group}_sure"] == ("" if told["sure"] is None else str(told["sure"]))


def test_keywords_are_names_that_say_something(document: Document) -> None:
    shots = {mark.id: mark for mark in document.marks}
    assert outputs.keywords(shots["a"], "en") == ["Indoors", "Night", "Tense", "Sad"]
    assert outputs.keywords(shots["b"], "zh") == ["室内", "黄昏或清晨"]


@pytest.mark.parametrize("host", ["resolve", "premiere"])
def test_tables_for_editing_programs(document: Document, host: str) -> None:
    made = outputs.resolve_csv(document) if host == "resolve" else outputs.premiere_csv(document, "zh")
    golden = GOLDEN / f"scenes.{host}.csv"
    assert made == golden.read_text("utf-8")


def test_the_sheet_is_whole(document: Document) -> None:
    page = sheet(document, {"a": b"\xff\xd8jpeg"})
    assert page.count("<figure>") == 3
    assert page.count("data:image/jpeg;base64,") == 1
    assert page.count("class=none") == 2
    for words in ("00:59:30;02", "Dialogue, indoors · Night", "叠化 dissolve (12)", "夜晚 Night", "81%"):
        assert words in page
    assert "<script" not in page
    assert "http" not in page


def test_a_label_that_a_person_set_is_shown_as_certain(document: Document) -> None:
    scene = corrected(document.marks[0], "time", ["dusk"])
    page = sheet(Document(document.media, ("en",), (), (scene,)), {})
    assert "<li class='said' title='时段 Time of day'>黄昏或清晨 Dusk or dawn</li>" in page


def test_names_cannot_break_the_page() -> None:
    media = Media("/x/<b>&'.mp4", 1000)
    scene = Mark("s", "scene", 0, 1000, "<script>alert(1)</script>", (("mood", "<i>"), ("sure", "mood=0.9")))
    page = sheet(Document(media, ("en",), (), (scene,)), {})
    assert "<script>" not in page
    assert "<i>" not in page.replace("<i>90%", "")
