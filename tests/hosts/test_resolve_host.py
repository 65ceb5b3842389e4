"""Resolve as a host: to the frame at every rate, the user's things untouched, right after any interruption."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core import colours
from plugin_core.bridge import Bridge, bridge_of
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import HostError
from plugin_core.host import (
    Caption,
    CaptionTrack,
    DropCaptions,
    DropMarker,
    Marker,
    Operation,
    Plan,
    PlanOptions,
    PutCaptions,
    PutMarker,
    TimelineInfo,
    plan,
)
from plugin_core.markers import markers_of
from plugin_core.plan.layout import CaptionLayout, track_keys
from plugin_core.plan.pushed import Pushed, begun, finished
from resolve_bridge.channels import AgentChannel
from resolve_bridge.values import rate_of, srt_of
from tests.hosts.fake_resolve import FakeResolve
from tests.hosts.fake_timeline import captions_in
from tests.hosts.resolve_channel import FakeChannel, open_fake

RATES = ("23.976", "24", "25", "29.97", "29.97 DF", "30", "50", "59.94", "59.94 DF", "60", "119.88 DF")
STARTS = ("00:00:00:00", "01:00:00:00", "10:00:00:00")


def a_document(cues: int = 12, marks: int = 8) -> Document:
    """Cues and marks at awkward times, two languages."""
    return Document(
        languages=("zh", "en"),
        cues=tuple(
            Cue(f"c{at:04}", 71 + at * 1777, 71 + at * 1777 + 900 + at % 7, (f"第 {at} 句", f"sentence {at}\nand more"))
            for at in range(cues)
        ),
        marks=tuple(Mark(f"m{at:03}", "music", at * 1301, at * 1301 + 450, f"song {at}") for at in range(marks)),
    )


def push(
    bridge: Bridge, document: Document, last: Pushed | None = None, stop: int | None = None, **options: Any
) -> tuple[Plan, Pushed]:
    """A push, or as much of one as is done before it is ended."""
    made = plan(document, bridge.timeline(), bridge.present(), last=last, options=PlanOptions(bridge.traits, **options))
    record = begun(last, made)
    for operation in made.operations[:stop]:
        bridge.apply(operation)
    return made, record if stop is not None else finished(made, bridge.present(), bridge.traits)


def assert_shows(bridge: Bridge, document: Document) -> None:
    """The timeline shows exactly *document*."""
    info, present = bridge.timeline(), bridge.present()
    layout = CaptionLayout(document, info, 3)
    shown = {track.key: track.captions for track in present.tracks if track.key}
    assert shown == {key: tuple(row.caption for row in layout.rows(key)) for key in track_keys(document)}
    ours = tuple(marker for marker in present.markers if marker.key)
    assert ours == markers_of(document, info, one_per_frame=True, ids=False)


# -- to the frame ----------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("start", STARTS)
def test_a_push_shows_the_document_to_the_frame_and_the_next_does_nothing(rate: str, start: str) -> None:
    bridge, resolve = open_fake(rate=rate, start=start, rounding="floor" if rate > "29" else "nearest")
    document = a_document()
    _, record = push(bridge, document)
    assert_shows(bridge, document)
    assert push(bridge, document, record)[0].operations == ()
    assert push(bridge, document)[0].operations == ()
    first = resolve.timeline_.tracks_["subtitle"][0].items[0].span_  # by hand: 71 ms to 971 ms
    fps = FrameRate.parse(rate).fps
    assert first[0] == resolve.timeline_.start_ + round(fps * Fraction(71, 1000))
    assert first[1] == resolve.timeline_.start_ + round(fps * Fraction(971, 1000))
    assert min(resolve.timeline_.markers_) == 0.0  # from the start, whatever its timecode


QUIRKS: list[dict[str, Any]] = [
    {"appended": "items"}, {"tables": True, "phantoms": True}, {"first_at_playhead": True}, {"slow": 4},
    {"custom_data": "no"}, {"custom_data": "raises"}, {"studio": False, "version": "21.0.3"}, {"ids": False},
    {"labelled": True, "rate": "23.976"}, {"labelled": True, "rate": "29.97", "first_at_playhead": True},
    {"labelled": True, "rate": "59.94 DF"}, {"labelled": True, "rate": "25"},
    {"marks": False, "version": "19.1.3"}, {"page": "deliver"}, {"hides_drop": True, "rate": "59.94 DF"},
]  # fmt: skip


@pytest.mark.parametrize("quirks", QUIRKS, ids=str)
def test_quirks_of_the_program_change_nothing_of_the_result(quirks: dict[str, Any]) -> None:
    bridge, _ = open_fake(**quirks)
    document = a_document()
    _, record = push(bridge, document)
    if "custom_data" in quirks:  # our id is in the note anyway
        assert {marker.key for marker in bridge.present().markers} == {""}
    else:
        assert_shows(bridge, document)
    assert push(bridge, document, record)[0].operations == ()
    assert push(bridge, document)[0].operations == ()


@given(
    st.sampled_from(RATES),
    st.lists(st.tuples(st.integers(0, 40_000), st.integers(2, 40_000)), min_size=1, max_size=30),
    st.sampled_from(["nearest", "floor"]),
)
def test_a_subtitle_file_holds_the_frames_however_its_times_are_read(
    label: str, gaps: list[tuple[int, int]], rounding: str
) -> None:
    at, captions = 0, []
    for number, (gap, frames) in enumerate(gaps):
        captions.append(Caption(at + gap, frames, f"text {number}"))
        at += gap + frames
    _, resolve = open_fake(rate=label, rounding=rounding)
    read = captions_in(srt_of(captions, FrameRate.parse(label)), resolve.world_)
    assert read == [(one.frame, one.frame + one.frames, one.text) for one in captions]


@pytest.mark.parametrize(
    "text", ["<i>not markup</i>", "a --> b", "1\n00:00:01,000 --> 00:00:02,000", "{\\an8}up", "—？"]
)
def test_texts_that_look_like_subtitle_files_come_back_as_they_are(text: str) -> None:
    bridge, _ = open_fake()
    bridge.apply(PutCaptions(CaptionTrack("en", "Zimu en", (Caption(24, 48, text),))))
    assert bridge.present().tracks[0].captions == (Caption(24, 48, text),)


@pytest.mark.parametrize(
    "captions",
    [(), (Caption(5, 0, "none"),), (Caption(5, 10, "one"), Caption(10, 10, "over it")), (Caption(0, 9, " \n"),)],
)
def test_captions_that_resolve_would_leave_out_are_refused_before_it_is_asked(captions: tuple[Caption, ...]) -> None:
    bridge, resolve = open_fake()
    with pytest.raises(HostError) as caught:
        bridge.apply(PutCaptions(CaptionTrack("en", "Zimu en", captions)))
    assert caught.value.code == "host.captions"
    assert "AddTrack" not in resolve.world_.calls


def test_where_file_times_are_labels_an_hour_comes_out_to_the_frame_and_one_file_stays(home: Path) -> None:
    bridge, resolve = open_fake(rate="23.976", labelled=True, length=100_000)
    captions = tuple(Caption(at * 1000 + 13, 50, f"text {at}") for at in range(90))
    bridge.apply(PutCaptions(CaptionTrack("en", "Zimu en", captions)))
    assert bridge.present().tracks[0].captions == captions
    (file,) = (home / "resolve").iterdir()
    (folder,) = resolve.project_.pool_.root_.folders_
    assert [clip.GetName() for clip in folder.clips_] == [file.name]


def test_how_files_are_read_is_found_once() -> None:
    bridge, resolve = open_fake(rate="29.97", labelled=True, first_at_playhead=True, length=100_000)
    spans = [[Caption(at * 900 + first, 50, "a") for at in range(50)] for first in (30, 0, 90)]  # the second tells less
    appends = []
    for captions in spans:
        bridge.apply(PutCaptions(CaptionTrack("en", "Zimu en", tuple(captions))))
        appends.append(resolve.world_.calls.count("AppendToTimeline"))
    assert [track.captions for track in bridge.present().tracks] == [tuple(captions) for captions in spans]
    assert appends == [4, 5, 6]


def test_captions_of_which_some_are_one_frame_beside_stay_and_the_reading_back_tells() -> None:
    bridge, resolve = open_fake()
    captions = tuple(Caption(at * 100, 50, f"text {at}") for at in range(10))
    track = CaptionTrack("en", "Zimu en", captions)
    late = [(one.frame + (one.frame > 500), one.frame + 50, one.text) for one in captions]
    timeline = resolve.timeline_
    plain = timeline.captioned_
    timeline.captioned_ = lambda captions: plain(late)  # type: ignore[method-assign]
    bridge.apply(PutCaptions(track))
    assert [one.frame for one in bridge.present().tracks[0].captions] == [frame for frame, _, _ in late]


def test_captions_that_resolve_leaves_out_are_not_put_again_and_again() -> None:
    bridge, _ = open_fake(shortest=30)
    document = replace(a_document(), cues=tuple(replace(cue, end=cue.start + 300 * (at % 5 + 1))
                                                for at, cue in enumerate(a_document().cues)))  # fmt: skip
    _, record = push(bridge, document)
    zh = next(track for track in bridge.present().tracks if track.key == "zh")
    assert 0 < len(zh.captions) < len(document.cues)
    assert push(bridge, document, record)[0].operations == ()


def test_what_could_not_be_put_back_is_told_though_the_captions_came() -> None:
    bridge, resolve = open_fake()
    resolve.timeline_.marks_ = {"video": {"in": 5}}  # no function sets one mark alone
    resolve.world_.page = "deliver"
    with pytest.raises(HostError, match="in and out marks") as caught:
        bridge.apply(PutCaptions(CaptionTrack("en", "Zimu en", (Caption(0, 9, "a"),))))
    assert caught.value.code == "host.left"
    assert len(bridge.present().tracks[0].captions) == 1


def test_a_refusal_of_captions_reaches_the_user_with_the_ways_by_hand() -> None:
    bridge, resolve = open_fake(refuses_captions=True)
    with pytest.raises(HostError) as caught:
        bridge.apply(PutCaptions(CaptionTrack("en", "Zimu en", (Caption(0, 9, "a"),))))
    assert caught.value.code == "host.captions-refused"
    path = Path(caught.value.hint.partition("Subtitle and take ")[2].removesuffix("."))
    assert path.read_text("utf-8").endswith("a\n")
    assert not resolve.timeline_.tracks_["subtitle"]


def test_a_subtitle_folder_that_cannot_be_written_is_an_error(home: Path) -> None:
    bridge, _ = open_fake()
    bridge = type(bridge)(bridge.channel, home / "file" / "below")
    (home / "file").write_text("in the way")
    with pytest.raises(HostError) as caught:
        bridge.apply(PutCaptions(CaptionTrack("en", "Zimu en", (Caption(0, 9, "a"),))))
    assert caught.value.code == "host.file"


# -- what is open ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "timecode", "start", "label"),
    [
        ("23.976", "", None, "23.976"), ("24", "", None, "24"), (24.0, "", None, "24"), ("29.97", "", None, "29.97"),
        ("29.97 DF", "", None, "29.97 DF"), ("59.94DF", "", None, "59.94 DF"), (23.976023976, "", None, "23.976"),
        ("29.97", "01:00:00;00", None, "29.97 DF"), ("29.97", "01:00:00:00", 107_892, "29.97 DF"),
        ("29.97", "01:00:00:00", 108_000, "29.97"), ("29.97", "00:00:00:00", 0, "29.97"),
        ("25", "01:00:00:00", 90_000, "25"), ("59.94", "10:00:00:00", 2_157_840, "59.94 DF"),
    ],
)  # fmt: skip
def test_rates_are_exact_and_drop_where_their_labels_do(
    said: Any, timecode: str, start: int | None, label: str
) -> None:
    rate = rate_of(said, timecode, start)
    assert rate.label == label
    assert rate.fps.denominator in {1, 1001}


@pytest.mark.parametrize("said", [None, "", "film", "0", "0 DF"])
def test_a_rate_that_is_none_is_an_error(said: Any) -> None:
    with pytest.raises(HostError) as caught:
        rate_of(said)
    assert caught.value.code == "host.rate"


def test_the_timeline_is_told_with_its_marks_from_the_start_and_the_out_mark_outside() -> None:
    bridge, resolve = open_fake(rate="25", start="10:00:00:00", length=5000)
    resolve.timeline_.SetMarkInOut(100, 199)
    assert bridge.timeline() == TimelineInfo(FrameRate.parse("25"), "Cut 3", 900_000, 5000, 0, 100, 200, 1920, 1080)
    resolve.timeline_.marks_ = {"audio": {"in": 7}}
    assert (bridge.timeline().mark_in, bridge.timeline().mark_out) == (7, None)


def test_before_resolve_20_there_are_no_marks() -> None:
    info = open_fake(marks=False)[0].timeline()
    assert (info.mark_in, info.mark_out) == (None, None)


def test_where_tells_project_and_timeline_by_ids_that_survive_renaming() -> None:
    assert open_fake()[0].where() == ("resolve", "00000001-0000", "00000002-0000")


def test_the_users_markers_and_tracks_are_read_as_theirs() -> None:
    bridge, resolve = open_fake()
    timeline = resolve.timeline_
    timeline.AddMarker(5.0, "Cream", "mine", "a note", 1.0, "another program's")
    timeline.AddMarker(9, "Blue", "no length", "", 0)
    timeline.subtitles_("Subtitle 1", (24, 48, "line\u2028two"), (0, 12, "first"))
    present = bridge.present()
    assert present.markers == (Marker("", 5, 1, "mine", "a note", "Cream"), Marker("", 9, 1, "no length", "", "Blue"))
    assert present.tracks == (CaptionTrack("", "Subtitle 1", (Caption(0, 12, "first"), Caption(24, 24, "line\ntwo"))),)


@pytest.mark.parametrize("colour", colours.NAMES)
def test_every_colour_comes_back_as_the_host_shows_it(colour: str) -> None:
    bridge, _ = open_fake()
    marker = Marker("k", 3, 2, "name", "note", colour)
    bridge.apply(PutMarker(marker))
    (shown,) = bridge.present().markers
    assert shown == replace(marker, colour=colours.from_host(colours.to_host(colour, "resolve"), "resolve"))
    bridge.apply(DropMarker(shown))
    assert bridge.present().markers == ()


def test_long_tracks_are_read_in_parts() -> None:
    bridge, resolve = open_fake(length=200_000)
    resolve.timeline_.subtitles_("Mine", *((at * 10, at * 10 + 9, str(at)) for at in range(2500)))
    captions = bridge.present().tracks[0].captions
    assert [caption.text for caption in captions] == [str(at) for at in range(2500)]
    assert isinstance(bridge.channel, FakeChannel)
    assert bridge.channel.verbs.count("captions") == 3


def test_the_entry_point_makes_a_bridge_and_leaving_ends_the_agent() -> None:
    channel = FakeChannel(FakeResolve())
    bridge = bridge_of("resolve", channel)
    assert bridge.where().host == bridge.traits.name == "resolve"
    bridge.close()
    assert channel.closed


@pytest.mark.parametrize(
    ("ms", "timecode"), [(0, "01:00:00;00"), (60_060, "01:01:00;02"), (-5, "01:00:00;00"), (10**9, "01:59:59;29")]
)
def test_the_playhead_goes_to_the_frame_and_stays_on_the_timeline(ms: int, timecode: str) -> None:
    bridge, resolve = open_fake(rate="29.97 DF", length=107_892)
    bridge.goto(ms)
    assert resolve.timeline_.timecode_ == timecode


def test_a_push_works_through_an_agent_in_a_process_of_its_own(tmp_path: Path) -> None:
    library = tmp_path / "fusionscript.py"
    root = str(Path(__file__).parents[2])
    library.write_text(
        f"import sys; sys.path.insert(0, {root!r}); from tests.hosts.fake_resolve import FakeResolve, Quirks\n"
        "print('noise'); scriptapp = lambda name: FakeResolve(Quirks(rate='29.97 DF'))\n"
    )
    with AgentChannel(library) as channel:
        bridge = bridge_of("resolve", channel)
        _, record = push(bridge, a_document())
        assert_shows(bridge, a_document())
        assert push(bridge, a_document(), record)[0].operations == ()
        bridge.close()
        assert not channel.pid


# -- interruptions ---------------------------------------------------------------------------------


def changed(document: Document) -> Document:
    """Another version: texts, times and marks differ, some are gone."""
    cues = tuple(replace(cue, texts=(cue.texts[0] + "！", cue.texts[1])) for cue in document.cues[1:])
    marks = tuple(replace(mark, start=mark.start + 700, end=mark.end + 700) for mark in document.marks[2:])
    return replace(document, cues=cues, marks=marks)


def with_users_items(resolve: FakeResolve) -> None:
    timeline = resolve.timeline_
    timeline.subtitles_("Mine", (24, 60, "my own"), (80, 100, "and more"), enabled=False)
    timeline.subtitles_("Locked", (10, 20, "locked"), locked=True)
    timeline.AddMarker(0, "Red", "mine", "where ours wants to be", 3)
    timeline.SetMarkInOut(10, 900)


def of_the_user(resolve: FakeResolve) -> Any:
    timeline = resolve.timeline_
    tracks = [
        (track.name, track.locked, [item.span_ for item in track.items])
        for track in timeline.tracks_["subtitle"]
        if not track.name.startswith("Zimu ")
    ]
    markers = {frame: one for frame, one in timeline.markers_.items() if not one["customData"]}
    return tracks, markers, timeline.marks_, timeline.timecode_, resolve.world_.page


def test_a_push_killed_after_any_operation_is_finished_by_the_next() -> None:
    document, other = a_document(4, 3), changed(a_document(4, 3))
    operations = 99
    stop = 0
    while stop <= operations:
        bridge, resolve = open_fake(rate="29.97 DF")
        with_users_items(resolve)
        theirs = of_the_user(resolve)
        _, record = push(bridge, document)
        made, record = push(bridge, other, record, stop)
        operations = len(made.operations)
        again, record = push(bridge, other, record)
        assert not again.pulled
        assert not again.conflicts
        assert push(bridge, other, record)[0].operations == ()
        assert_shows_but_for_taken_frames(bridge, other)
        assert of_the_user(resolve) == theirs
        stop += 1
    assert operations > 8


def assert_shows_but_for_taken_frames(bridge: Bridge, document: Document) -> None:
    """As ``assert_shows``, where markers of the user may have pushed ours on."""
    info, present = bridge.timeline(), bridge.present()
    layout = CaptionLayout(document, info, 3)
    shown = sorted((track.key, track.captions) for track in present.tracks if track.key)
    assert shown == sorted((key, tuple(row.caption for row in layout.rows(key))) for key in track_keys(document))
    assert {marker.key for marker in present.markers if marker.key} == {mark.id for mark in document.marks}


def deaths() -> Iterator[int]:
    bridge, resolve = open_fake()
    with_users_items(resolve)
    before = len(resolve.world_.calls)
    push(bridge, a_document(4, 3))
    yield from range(3, len(resolve.world_.calls) - before, 29)


def test_an_agent_killed_in_any_call_leaves_the_users_things_and_a_push_that_can_go_on() -> None:
    document = a_document(4, 3)
    died = 0
    for at in deaths():
        bridge, resolve = open_fake()
        with_users_items(resolve)
        theirs = of_the_user(resolve)
        resolve.world_.kill_at = len(resolve.world_.calls) + at
        record: Pushed | None = None
        try:
            info, present = bridge.timeline(), bridge.present()
            made = plan(document, info, present, options=PlanOptions(bridge.traits))
            record = begun(None, made)
            for operation in made.operations:
                bridge.apply(operation)
        except HostError as error:
            died += error.code == "host.crashed"
        resolve.world_.kill_at = 0
        _, record = push(bridge, document, record)
        assert push(bridge, document, record)[0].operations == ()
        assert_shows_but_for_taken_frames(bridge, document)
        assert of_the_user(resolve) == theirs
    assert died > 5


@pytest.mark.parametrize(
    "operation",
    [DropCaptions("zh"), DropCaptions("en", 1), DropMarker(Marker("m", 5, 1, "a", "", "Red"))],
)
def test_what_is_no_longer_there_cannot_be_removed(operation: Operation) -> None:
    bridge, resolve = open_fake()
    resolve.timeline_.subtitles_("Zimu en", (0, 20, "one"))
    with pytest.raises(HostError) as caught:
        bridge.apply(operation)
    assert caught.value.code == "host.changed"


def test_of_several_tracks_of_a_key_the_one_at_its_place_is_removed() -> None:
    bridge, resolve = open_fake()
    for name, text in (("Zimu en", "1"), ("Mine", "2"), ("Zimu zh", "3"), ("Zimu en", "4")):
        resolve.timeline_.subtitles_(name, (0, 20, text))
    bridge.apply(DropCaptions("en", 1))
    assert [track.captions[0].text for track in bridge.present().tracks] == ["1", "2", "3"]


def test_titles_are_put_in_parts_to_one_track() -> None:
    from tests.hosts.fake_resolve import FakeMediaPoolItem

    bridge, resolve = open_fake(rate="29.97 DF")
    resolve.project_.pool_.root_.clips_.append(FakeMediaPoolItem(resolve.world_, "My Text", {"FPS": "29.97"}))
    captions = tuple(Caption(at * 30, 20, str(at)) for at in range(120))
    assert bridge.put_text(CaptionTrack("en", "Zimu en", captions), "My Text") == 2
    start = resolve.timeline_.start_
    assert [item.span_[0] - start for item in resolve.timeline_.tracks_["video"][1].items] == [
        at * 30 for at in range(120)
    ]
