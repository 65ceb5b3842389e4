"""A cut survives as CMX 3600, and every list in use is read or refused with a reason."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.clock import FrameRate
from plugin_core.document import Document, Mark, Media
from plugin_core.errors import DocumentError
from plugin_core.formats import cmx_edl
from plugin_core.formats.placed import placed
from plugin_core.timeline import programme_of
from tests.formats.cuts import RATES, clip, cut, fade, gap, shown

EDLS = [
    "25fps", "avid_example", "cdl", "dissolve_test", "dissolve_test_2", "dissolve_test_3", "dissolve_test_4",
    "dissolve_test_fail", "gap_test", "multi_audio", "no_spaces_test", "nucoda_example", "premiere_example",
    "screening_example", "speed_effects", "speed_effects_small", "timecode_mismatch", "transition_duration",
    "wipe_test",
]  # fmt: skip

SPECIAL = {"25fps": "25", "timecode_mismatch": "25", "dissolve_test_3": "30"}  # the rates that are not 24


@pytest.mark.shared
@pytest.mark.parametrize("name", EDLS)
def test_every_list_in_use_is_read(name: str, shared: Path) -> None:
    text = (shared / "timelines" / "edl" / f"{name}.edl").read_text()
    read = cmx_edl.read(text, FrameRate.parse(SPECIAL.get(name, "24")))
    assert cmx_edl.sniff(text)
    assert sum(len(shown(read, n)) for n in range(len(read.media.tracks)))
    assert read.info.duration > 0
    assert str(read.media.to_json_string())


@pytest.mark.shared
def test_speeds_are_read(shared: Path) -> None:
    text = (shared / "timelines" / "edl" / "speed_effects_small.edl").read_text()
    read = cmx_edl.read(text, FrameRate.parse("24"))
    *_, freeze, frame, still, fast = shown(read)
    assert (freeze[0], freeze[3] - freeze[2], freeze[5]) == ("Z682_156 (LAY3)", 17, 0)
    assert (frame[3] - frame[2], frame[5], still[5]) == (1, 0, 1)
    assert (fast[3] - fast[2], fast[4], float(fast[5])) == (36, 86_544, 1.983)
    assert not any("lengths differ" in note for note in read.notes)


@pytest.mark.shared
def test_record_counts_where_source_lengths_differ(shared: Path) -> None:
    read = cmx_edl.read((shared / "timelines" / "edl" / "timecode_mismatch.edl").read_text(), FrameRate.parse("25"))
    assert "(events 4, 5, 9, 10)." in read.notes[0]
    assert shown(read)[4][2] == 19 * 25 + 21


@pytest.mark.shared
def test_transitions_are_read(shared: Path) -> None:
    folder = shared / "timelines" / "edl"
    track = cmx_edl.read((folder / "dissolve_test.edl").read_text(), FrameRate.parse("24")).media.tracks[0]
    assert [type(item).__name__ for item in track] == ["Clip", "Transition", "Clip", "Clip"]
    assert track[1].out_offset.value == 10
    assert (track[0].name, track[2].name) == ("clip_A", "clip_B")
    wipe = cmx_edl.read((folder / "wipe_test.edl").read_text(), FrameRate.parse("24")).media.tracks[0][1]
    assert (wipe.name, wipe.transition_type, wipe.out_offset.value) == ("Wipe 001", "Custom_Transition", 10)


@pytest.mark.shared
def test_locators_become_marks(shared: Path) -> None:
    read = cmx_edl.read((shared / "timelines" / "edl" / "screening_example.edl").read_text(), FrameRate.parse("24"))
    assert [(mark.text, dict(mark.attributes).get("colour")) for mark in read.document.marks] == [
        ("ANIM FIX NEEDED", "Red"), ("ANIM FIX NEEDED", "Pink"), ("", "Green"),
    ]  # fmt: skip
    assert [read.info.timecode(read.info.frame(mark.start)) for mark in read.document.marks] == [
        "01:00:01:14", "01:00:02:14", "01:00:15:13",
    ]  # fmt: skip


@pytest.mark.shared
def test_audio_channels_are_tracks(shared: Path) -> None:
    read = cmx_edl.read((shared / "timelines" / "edl" / "multi_audio.edl").read_text(), FrameRate.parse("24"))
    assert [(track.name, track.kind) for track in read.media.tracks] == [
        ("A1", "Audio"),
        ("A2", "Audio"),
        ("A3", "Audio"),
    ]


@pytest.mark.shared
@pytest.mark.parametrize("name", [name for name in EDLS if name not in {"dissolve_test_fail", "timecode_mismatch",
                                                                        "wipe_test", "dissolve_test_3"}])  # fmt: skip
def test_the_otio_adapter_sees_the_same_cut(name: str, shared: Path) -> None:
    adapter = pytest.importorskip("otio_cmx3600_adapter.cmx_3600")
    text = (shared / "timelines" / "edl" / f"{name}.edl").read_text()
    rate = FrameRate.parse("25" if name == "25fps" else "24")
    ours = cmx_edl.read(text, rate)
    theirs = adapter.read_from_string(text, rate=float(rate.fps))
    first = shown(ours)[0][2]
    for number, track in enumerate(theirs.tracks):
        other = [(shot.end - shot.start, shot.start + first) for shot in placed(track, rate) if not shot.is_gap]
        assert [(item[3] - item[2], item[2]) for item in shown(ours, number)] == other


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("start", ["00:00:00:00", "01:00:00:00", "10:00:00:00"])
def test_a_cut_comes_back_to_the_frame(rate: FrameRate, start: str) -> None:
    items = [clip("/shots/day one.mov", 90_000, 40_000, rate), gap(50, rate), clip("/shots/b.mov", 0, 1, rate),
             clip("/shots/c.mov", 10, 200, rate, 2.0), clip("/shots/c.mov", 500, 25, rate, 0),
             clip("/shots/d.mov", 700, 30, rate, -0.5), clip("/shots/镜头.mov", 5, 100, rate)]  # fmt: skip
    made = cut(items, rate, start)
    read = cmx_edl.read(cmx_edl.write(made))
    assert shown(read) == shown(made)
    assert (read.info, read.notes) == (made.info, ())


def test_a_dissolve_is_written_from_its_first_frame() -> None:
    rate = FrameRate.parse("25")
    made = cut([clip("/a.mov", 0, 100, rate), fade(4, 6, rate), clip("/b.mov", 50, 100, rate)], rate)
    read = cmx_edl.read(cmx_edl.write(made, markers=False))
    assert [(item[2], item[3], item[4]) for item in shown(read)] == [(0, 96, 0), (96, 200, 46)]
    transition = read.media.tracks[0][1]
    assert (transition.in_offset.value, transition.out_offset.value) == (0, 10)


def test_fades_from_and_to_black_survive() -> None:
    rate = FrameRate.parse("24")
    items = [gap(10, rate), fade(0, 12, rate), clip("/a.mov", 0, 100, rate), fade(8, 0, rate), gap(10, rate)]
    text = cmx_edl.write(cut(items, rate))
    assert "001  BL       V     C        00:00:00:00 00:00:00:00 01:00:00:10 01:00:00:10" in text
    read = cmx_edl.read(text)
    assert [type(item).__name__ for item in read.media.tracks[0]] == ["Gap", "Transition", "Clip", "Transition", "Gap"]


def test_a_wipe_keeps_its_pattern() -> None:
    rate = FrameRate.parse("24")
    made = cut([clip("/a.mov", 0, 50, rate), fade(0, 9, rate, "Wipe 012"), clip("/b.mov", 0, 50, rate)], rate)
    assert "V     W012 009" in cmx_edl.write(made)
    assert cmx_edl.read(cmx_edl.write(made)).media.tracks[0][1].name == "Wipe 012"


@pytest.mark.parametrize("rate", ["24", "25", "30", "23.976"])
def test_the_otio_adapter_reads_what_we_write(rate: str) -> None:
    adapter = pytest.importorskip("otio_cmx3600_adapter.cmx_3600")
    exact = FrameRate.parse(rate)
    items = [clip("/a.mov", 1000, 40, exact), gap(5, exact), clip("/b.mov", 7, 60, exact, 2.0),
             clip("/c.mov", 8, 30, exact)]  # fmt: skip
    made = cut(items, exact, marks=(Mark("m", "sound", 1000, 1040, "bang"),))
    theirs = adapter.read_from_string(cmx_edl.write(made), rate=float(exact.fps))
    found = [(shot.item.name, shot.start, shot.end) for shot in placed(theirs.tracks[0], exact) if not shot.is_gap]
    assert found == [item[:1] + item[2:4] for item in shown(made)]
    assert [marker.color for each in theirs.find_clips() for marker in each.markers] == ["CYAN"]


def test_marks_travel_as_locators() -> None:
    rate = FrameRate.parse("25")
    marks = (Mark("a", "sound", 0, 40, "bang | crash"), Mark("b", "scene", 5000, 9000, "roof", (("of", "night"),), 0.5))
    made = cut([clip("/a.mov", 0, 100, rate), gap(100, rate), clip("/b.mov", 0, 100, rate)], rate, marks=marks)
    assert cmx_edl.read(cmx_edl.write(made)).document.marks == marks
    assert "LOC" not in cmx_edl.write(made, markers=False)


def test_the_frame_code_mode_decides_and_not_the_colon() -> None:
    text = "TITLE: x\nFCM: {}\n001  AX  V  C  00:10:00:00 00:10:01:00 01:00:00:00 01:10:00:00\n"
    for mode, frames in (("DROP FRAME", 17_982), ("NON-DROP FRAME", 18_000)):
        read = cmx_edl.read(text.format(mode), FrameRate.parse("29.97"))
        assert read.info.duration == frames
    assert cmx_edl.read(text.format("DROP FRAME"), FrameRate.parse("23.976")).info.duration == 14_400


def test_two_media_never_share_a_reel() -> None:
    rate = FrameRate.parse("25")
    items = [clip(f"/day{n}/A001_C00{n}_0101.mov", 0, 10, rate) for n in range(12)]
    items += [clip("/x/BL.mov", 0, 10, rate), clip("/x/镜头.mov", 0, 10, rate)]
    lines = [line for line in cmx_edl.write(cut(items, rate)).splitlines() if line[:3].isdigit()]
    reels = [line.split()[1] for line in lines]
    assert len(set(reels)) == len(items)
    assert not {"AX", "BL"} & set(reels)
    assert all(len(reel) <= 8 and reel.isascii() for reel in reels)


def test_a_reel_that_came_with_the_clip_stays() -> None:
    rate = FrameRate.parse("25")
    item = clip("/a.mov", 0, 10, rate)
    item.metadata["cmx_3600"] = {"reel": "TAPE_7"}
    read = cmx_edl.read(cmx_edl.write(cut([item], rate)))
    assert read.media.tracks[0][0].metadata["cmx_3600"]["reel"] == "TAPE_7"


def test_overlapping_events_lie_on_further_tracks() -> None:
    line = "{0:03}  AX  V  C  00:00:00:00 00:00:02:00 01:00:0{0}:00 01:00:0{1}:00\n"
    read = cmx_edl.read(line.format(1, 3) + line.format(2, 4), FrameRate.parse("25"))
    assert [track.name for track in read.media.tracks] == ["V", "V (2)"]
    assert "overlap" in read.notes[-1]


def test_media_at_another_rate_is_counted_at_that_of_the_timeline() -> None:
    rate, film = FrameRate.parse("25"), FrameRate.parse("23.976")
    made = cut([clip("/film.mov", 24, 48, film), clip("/b.mov", 0, 25, rate)], rate)
    assert [item[2:5] for item in shown(cmx_edl.read(cmx_edl.write(made)))] == [(0, 50, 25), (50, 75, 0)]


def test_a_document_alone_is_one_event() -> None:
    document = Document(Media("/film.mov", 60_000, FrameRate.parse("24"), start_timecode="02:00:00:00"))
    text = cmx_edl.write(programme_of(document))
    assert "001  FILM     V     C        02:00:00:00 02:01:00:00 02:00:00:00 02:01:00:00" in text


def test_a_track_that_is_not_there_is_refused() -> None:
    with pytest.raises(DocumentError) as caught:
        cmx_edl.write(cut([], FrameRate.parse("25")), track=2)
    assert caught.value.code == "edl.no-track"


@pytest.mark.parametrize(("text", "code"), [
    ("", "edl.empty"),
    ("hello", "edl.empty"),
    ("001  AX  V  C  00:00:00:00 00:00:01:00 01:00:05:00 01:00:04:00", "edl.times"),
    ("001  AX  V  C  00:00:00:00 00:00:01:00 99:00:05:00 01:00:04:00", "edl.timecode"),
    ("001  AX  V  C  00:00:00:30 00:00:01:00 01:00:05:00 01:00:06:00", "edl.timecode"),
    ("001  AX  V  C  00:00:00:00", "edl.event"),
    ("x" * 20_000, "edl.line"),
])  # fmt: skip
def test_a_broken_list_says_where(text: str, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        cmx_edl.read(text, FrameRate.parse("25"))
    assert caught.value.code == code


@given(st.text(st.sampled_from("0123456789:; VACDWKBLM2\n*|"), max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    for whole in (text, f"001  AX  V  C  00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n{text}"):
        try:
            duration = cmx_edl.read(whole, FrameRate.parse("24")).info.duration
        except DocumentError as error:
            duration = len(error.code)
        assert duration > 0 or "NONE" in whole


items = st.lists(
    st.tuples(st.sampled_from(["clip", "gap"]), st.integers(0, 5000), st.integers(1, 300),
              st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 2), Fraction(0), Fraction(-1)])),
    min_size=1, max_size=8,
)  # fmt: skip


@given(items, st.sampled_from(RATES), st.integers(0, 3))
def test_any_cut_comes_back(found: list[tuple[str, int, int, Fraction]], rate: FrameRate, hours: int) -> None:
    shots = [
        clip(f"/{at % 3}.mov", at, length, rate, float(speed) if speed != 1 else None)
        if kind == "clip"
        else gap(length, rate)
        for kind, at, length, speed in found
    ]
    made = cut(shots, rate, f"{hours:02}:00:00:00")
    if all(kind == "gap" for kind, *_ in found):
        with pytest.raises(DocumentError):
            cmx_edl.read(cmx_edl.write(made))
        return
    assert shown(cmx_edl.read(cmx_edl.write(made))) == shown(made)


def test_an_offset_comes_back() -> None:
    made = cut([clip("/a.mov", 0, 10, FrameRate.parse("25"))], FrameRate.parse("25"))
    made = replace(made, info=replace(made.info, offset=-2500))
    assert cmx_edl.read(cmx_edl.write(made)).info.offset == -2500
