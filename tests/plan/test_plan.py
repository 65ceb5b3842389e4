"""The plan: minimal, idempotent, safe to interrupt; the user's things stay; no edit of either side is lost."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin_core import colours, edits
from plugin_core.clock import FrameRate
from plugin_core.document import MARK_KINDS, Cue, Document, Mark
from plugin_core.errors import HostError, SettingsError
from plugin_core.host import (
    FILE,
    PREMIERE,
    RESOLVE,
    Caption,
    CaptionTrack,
    DropCaptions,
    DropMarker,
    HostEdit,
    HostTraits,
    Marker,
    PlanOptions,
    Present,
    PutCaptions,
    PutMarker,
    TimelineInfo,
    operation_from_json,
    operation_to_json,
    plan,
    track_key,
    track_name,
)
from plugin_core.markers import markers_of, note_of
from plugin_core.plan import present_of, pull
from plugin_core.plan.pushed import Pushed
from plugin_core.timeline import programme_of
from tests.hosts.model_host import ModelHost

HOSTS = (RESOLVE, PREMIERE, FILE)
INFO = TimelineInfo(duration=4000)
BANG = Mark("m1", "sound", 1000, 1400, "bang")
HARP = Mark("m2", "music", 2000, 6000, "harp", (("mood", "sad"),), 0.5)
HELLO = Cue("c1", 1000, 2000, ("Hello.", "你好。"))
BYE = Cue("c2", 2000, 3000, ("Goodbye.", "再见。"))
DOCUMENT = Document(languages=("en", "zh"), cues=(HELLO, BYE), marks=(BANG, HARP))


def without_captions(options: PlanOptions) -> PlanOptions:
    return replace(options, tracks=())


def marks_only(*marks: Mark) -> Document:
    return Document(marks=marks)


def pushed(host: ModelHost, document: Document = DOCUMENT, info: TimelineInfo = INFO) -> Pushed:
    return host.push(document, info)[1]


def edit_marker(host: ModelHost, key: str, **values: object) -> None:
    at = next(at for at, marker in enumerate(host.markers) if marker.key == key or f"[zimu:{key}]" in marker.note)
    host.markers[at] = replace(host.markers[at], **values)  # type: ignore[arg-type]


def edit_caption(host: ModelHost, track: str, old: str, **values: object) -> None:
    at = next(at for at, one in enumerate(host.tracks) if one.key == track)
    captions = host.tracks[at].captions
    made = tuple(replace(one, **values) if one.text == old else one for one in captions)  # type: ignore[arg-type]
    host.tracks[at] = replace(host.tracks[at], captions=made)


def shown(host: ModelHost, track: str) -> list[tuple[int, int, str]]:
    found = next(one for one in host.tracks if one.key == track)
    return [(caption.frame, caption.frames, caption.text) for caption in found.captions if caption.text]


# -- a first push ----------------------------------------------------------------------------------


@pytest.mark.parametrize("traits", HOSTS, ids=lambda traits: traits.name)
def test_an_empty_timeline_gets_every_marker_and_every_track(traits: HostTraits) -> None:
    host = ModelHost(traits)
    made, record = host.push(DOCUMENT, INFO)
    assert [(m.frame, m.frames, m.name) for m in host.markers] == [(25, 10, "bang"), (50, 100, "harp")]
    assert shown(host, "en") == [(25, 25, "Hello."), (50, 25, "Goodbye.")]
    assert shown(host, "en-zh") == [(25, 25, "Hello.\n你好。"), (50, 25, "Goodbye.\n再见。")]
    assert [track.name for track in host.tracks] == ["Zimu en", "Zimu zh", "Zimu en-zh"]
    assert len(made.operations) == 5
    assert not host.push(DOCUMENT, INFO, record)[0].operations
    assert not host.push(DOCUMENT, INFO)[0].operations


def test_only_what_differs_is_done() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host)
    changed = edits.set_text(DOCUMENT, "c1", "zh", "你好！")
    made, record = host.push(changed, INFO, record)
    assert [type(one).__name__ for one in made.operations] == [
        "PutCaptions", "DropCaptions", "PutCaptions", "DropCaptions"]  # fmt: skip
    assert [one.track.key for one in made.operations if isinstance(one, PutCaptions)] == ["zh", "en-zh"]
    made, record = host.push(edits.delete(changed, ["m1"]), INFO, record)
    assert [type(one) for one in made.operations] == [DropMarker]


def test_a_marker_that_can_be_changed_is_one_operation_else_two() -> None:
    louder = replace(BANG, text="louder bang")
    for traits, count in ((RESOLVE, 2), (PREMIERE, 1)):
        host = ModelHost(traits)
        record = pushed(host)
        made, _ = host.push(replace(DOCUMENT, marks=(louder, HARP)), INFO, record)
        assert len(made.operations) == count
        assert sorted(marker.name for marker in host.markers) == ["harp", "louder bang"]


def test_a_moved_marker_is_put_before_the_old_one_is_dropped() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host, marks_only(BANG))
    made, _ = host.push(marks_only(replace(BANG, start=3000, end=3400)), INFO, record)
    assert [type(one) for one in made.operations] == [PutMarker, DropMarker]


def test_a_new_track_is_put_before_the_old_one_is_dropped() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host)
    options = PlanOptions(tracks=("en",))
    made, _ = host.push(edits.set_text(DOCUMENT, "c1", "en", "Hi."), INFO, record, options)
    assert made.operations[1:] == (DropCaptions("en", 0),)
    assert shown(host, "en")[0] == (25, 25, "Hi.")


def test_frames_count_from_the_timeline_start_whatever_its_timecode_rate_and_offset() -> None:
    for rate in ("23.976", "29.97 DF", "59.94 DF", "50"):
        info = TimelineInfo(FrameRate.parse(rate), start=107_892, offset=-500, duration=4000)
        host = ModelHost(RESOLVE)
        host.push(marks_only(BANG), info)
        assert host.markers[0].frame == info.rate.frame_at(500)


def test_what_lies_outside_the_timeline_is_reported_and_not_put() -> None:
    late, early = Mark("late", "sound", 200_000, 200_100, "x"), Mark("early", "sound", 0, 100, "x")
    cue = Cue("c9", 170_000, 171_000, ("Late.", ""))
    document = replace(DOCUMENT, marks=(BANG, early, late), cues=(HELLO, cue))
    made = plan(document, replace(INFO, offset=-900), Present())
    assert made.outside == ("c9", "early", "late")
    assert {one.marker.key for one in made.operations if isinstance(one, PutMarker)} == {"m1"}
    assert "3 marks and cues are not on the timeline." in made.summary


def test_only_what_begins_inside_the_range_is_shown_and_the_rest_is_left_alone() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host)
    info = replace(INFO, mark_in=40, mark_out=60)
    options = PlanOptions(in_range=True, tracks=("en",))
    changed = edits.set_texts(DOCUMENT, "en", {"c1": "Hi.", "c2": "Bye."})
    changed = replace(changed, marks=(replace(BANG, text="boom"), replace(HARP, text="lyre")))
    _, record = host.push(changed, info, record, options)
    assert shown(host, "en") == [(25, 25, "Hello."), (50, 25, "Bye.")]
    assert sorted(marker.name for marker in host.markers) == ["bang", "lyre"]
    assert not host.push(changed, info, record, options)[0].operations
    assert not host.push(changed, info, None, options)[0].operations
    assert host.push(changed, INFO, record)[0].operations


@pytest.mark.parametrize("traits", HOSTS, ids=lambda traits: traits.name)
def test_a_range_on_an_empty_timeline_puts_only_what_is_inside(traits: HostTraits) -> None:
    host = ModelHost(traits)
    info, options = replace(INFO, mark_in=40, mark_out=60), PlanOptions(traits, in_range=True, tracks=("en",))
    _, record = host.push(DOCUMENT, info, None, options)
    assert shown(host, "en") == [(50, 25, "Goodbye.")]
    assert [marker.name for marker in host.markers] == ["harp"]
    assert not host.push(DOCUMENT, info, record, options)[0].operations


# -- markers and frames ----------------------------------------------------------------------------


def test_ours_takes_the_next_free_frame_where_the_user_has_a_marker() -> None:
    own = Marker("", 25, 1, "mine", "my note", "Red")
    host = ModelHost(RESOLVE, markers=(own,))
    document = marks_only(BANG, replace(BANG, id="m0"))
    made, record = host.push(document, INFO)
    assert {marker.key: marker.frame for marker in host.markers} == {"": 25, "m0": 26, "m1": 27}
    assert host.markers[0] == own
    assert made.own == (1, 0)
    assert not host.push(document, INFO, record)[0].operations
    assert not host.push(document, INFO)[0].operations


def test_a_marker_that_had_to_move_goes_home_when_it_can_and_was_not_moved_by_the_user() -> None:
    host = ModelHost(RESOLVE, markers=(Marker("", 25, 1, "mine"),))
    record = pushed(host, marks_only(BANG))
    del host.markers[0]
    made, _ = host.push(marks_only(replace(BANG, text="boom")), INFO, record)
    assert not made.pulled
    assert not made.conflicts
    assert [(marker.frame, marker.name) for marker in host.markers] == [(25, "boom")]


def test_at_the_end_of_the_timeline_the_last_free_frame_is_taken() -> None:
    info = TimelineInfo(duration=26)
    host = ModelHost(RESOLVE, markers=(Marker("", 25, 1, "mine"),))
    host.push(marks_only(BANG), info)
    assert [marker.frame for marker in host.markers] == [25, 24]


@pytest.mark.parametrize("step", [40, -40, 80])
def test_a_row_of_markers_moves_along_without_ever_meeting(step: int) -> None:
    marks = [Mark(f"{n}", "sound", 2000 + n * 40, 2040 + n * 40, str(n)) for n in range(30)]
    host = ModelHost(RESOLVE)
    record = pushed(host, marks_only(*marks))
    moved = [replace(mark, start=mark.start + step, end=mark.end + step) for mark in marks]
    host.push(marks_only(*moved), INFO, record)
    assert {m.name: m.frame for m in host.markers} == {str(n): 50 + n + step // 40 for n in range(30)}


@pytest.mark.parametrize("traits", HOSTS, ids=lambda traits: traits.name)
def test_markers_that_change_places_do_so(traits: HostTraits) -> None:
    marks = [Mark(f"{n}", "sound", 2000 + n * 40, 2040 + n * 40, str(n)) for n in range(3)]
    host = ModelHost(traits)
    record = pushed(host, marks_only(*marks))
    turned = [replace(mark, start=marks[at - 1].start, end=marks[at - 1].end) for at, mark in enumerate(marks)]
    made, _ = host.push(marks_only(*turned), INFO, record)
    assert {m.name: m.frame for m in host.markers} == {"0": 52, "1": 50, "2": 51}
    assert len(made.operations) == (6 if traits is RESOLVE else 3)


@pytest.mark.parametrize("traits", HOSTS, ids=lambda traits: traits.name)
def test_a_colour_that_the_host_does_not_have_is_put_once(traits: HostTraits) -> None:
    marks = tuple(
        Mark(f"m{at}", "note", at * 1000, at * 1000 + 500, name, (("colour", name),))
        for at, name in enumerate(colours.NAMES)
    )
    host = ModelHost(traits)
    _, record = host.push(marks_only(*marks), INFO)
    for last in (record, None):
        made, _ = host.push(marks_only(*marks), INFO, last)
        assert not made.operations
        assert not made.pulled


def test_a_host_that_holds_only_so_many_markers_gets_the_surest() -> None:
    traits = replace(RESOLVE, most_markers=2)
    host = ModelHost(traits, markers=(Marker("", 3, 1, "mine"),))
    made, record = host.push(marks_only(HARP, BANG), INFO)
    assert [marker.name for marker in host.markers] == ["mine", "bang"]
    assert made.notes == ("The host holds 2 markers; left out: 1.",)
    assert not host.push(marks_only(HARP, BANG), INFO, record)[0].operations


def test_kinds_that_were_not_asked_for_stay_as_they_are() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host)
    changed = marks_only(replace(BANG, text="boom"), replace(HARP, text="lyre"))
    options = PlanOptions(kinds=("music",), tracks=())
    _, record = host.push(changed, INFO, record, options)
    assert sorted(marker.name for marker in host.markers) == ["bang", "lyre"]
    host.push(changed, INFO, record, PlanOptions(tracks=()))
    assert sorted(marker.name for marker in host.markers) == ["boom", "lyre"]


# -- edits made in the host ------------------------------------------------------------------------

MARKER_EDITS: list[tuple[dict[str, object], str]] = [
    ({"frame": 30}, "moved"),
    ({"frames": 20}, "moved"),
    ({"name": "BANG!"}, "renamed"),
    ({"colour": "Red"}, "recoloured"),
]


@pytest.mark.parametrize("traits", HOSTS, ids=lambda traits: traits.name)
@pytest.mark.parametrize(("values", "what"), MARKER_EDITS)
def test_an_edit_made_in_the_host_is_kept_and_offered(traits: HostTraits, values: dict[str, object], what: str) -> None:
    host = ModelHost(traits)
    record = pushed(host)
    edit_marker(host, "m1", **values)
    made, record = host.push(DOCUMENT, INFO, record)
    assert not made.operations
    assert not made.conflicts
    assert [(change.id, change.what) for change in made.pulled] == [("m1", (what,))]
    again, _ = host.push(DOCUMENT, INFO, record)
    assert again.pulled == made.pulled
    taken = pull(DOCUMENT, made)
    after, record = host.push(taken, INFO, record)
    assert not after.operations
    assert not after.pulled
    wanted = {marker.key: marker for marker in markers_of(taken, INFO)}["m1"]
    assert all(getattr(wanted, name) == value for name, value in values.items())
    assert not host.push(taken, INFO)[0].operations


@pytest.mark.parametrize("traits", HOSTS, ids=lambda traits: traits.name)
@pytest.mark.parametrize(
    ("note", "kind", "attributes"),
    [
        ("music; mood: happy", "music", (("mood", "happy"),)),
        ("title", "title", (("colour", "Purple"),)),
        ("check this with the composer", "music", (("note", "check this with the composer"),)),
    ],
)
def test_a_note_edited_in_the_host_is_offered_as_what_it_says(
    traits: HostTraits, note: str, kind: str, attributes: tuple[tuple[str, str], ...]
) -> None:
    host = ModelHost(traits)
    record = pushed(host)
    edit_marker(host, "m2", note=note if traits.has_keys else f"{note} [zimu:m2]")
    made, record = host.push(DOCUMENT, INFO, record)
    taken = pull(DOCUMENT, made)
    mark = next(mark for mark in taken.marks if mark.id == "m2")
    assert (made.pulled[0].what, mark.kind, mark.attributes) == (("noted",), kind, attributes)
    assert not host.push(taken, INFO, record)[0].operations


def test_both_sides_edits_of_different_values_are_put_together() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host)
    edit_marker(host, "m1", colour="Red")
    changed = replace(DOCUMENT, marks=(replace(BANG, text="boom", start=1200, end=1600), HARP))
    made, record = host.push(changed, INFO, record)
    assert not made.conflicts
    marker = next(marker for marker in host.markers if marker.key == "m1")
    assert (marker.frame, marker.name, marker.colour) == (30, "boom", "Red")
    assert made.pulled[0].what == ("recoloured",)
    again, _ = host.push(changed, INFO, record)
    assert not again.operations
    assert again.pulled == made.pulled
    assert not host.push(pull(changed, made), INFO, record)[0].operations


@pytest.mark.parametrize(("side", "name"), [("ask", "BANG!"), ("host", "BANG!"), ("document", "boom")])
def test_a_conflict_is_listed_with_both_versions_or_decided_as_asked(side: str, name: str) -> None:
    changed = replace(DOCUMENT, marks=(replace(BANG, text="boom"), HARP))
    for options in (PlanOptions(conflicts=side), PlanOptions(answers=(("m1", side),))):
        host = ModelHost(RESOLVE)
        record = pushed(host)
        edit_marker(host, "m1", name="BANG!")
        made, record = host.push(changed, INFO, record, options)
        assert next(marker.name for marker in host.markers if marker.key == "m1") == name
        assert bool(made.operations) == (side == "document")
        if side == "ask":
            (conflict,) = made.conflicts
            assert isinstance(conflict.host, Marker)
            assert isinstance(conflict.document, Marker)
            assert (conflict.key, conflict.what) == ("m1", ("renamed",))
            assert (conflict.host.name, conflict.document.name) == ("BANG!", "boom")
            assert host.push(changed, INFO, record)[0].conflicts == made.conflicts
            assert json.loads(json.dumps(made.to_json()))["conflicts"][0]["document"]["name"] == "boom"
        else:
            assert not made.conflicts
            taken = pull(changed, made)
            assert {mark.id: mark.text for mark in taken.marks}["m1"] == name
            assert not host.push(taken, INFO, record)[0].operations


@pytest.mark.parametrize("traits", HOSTS, ids=lambda traits: traits.name)
def test_what_was_deleted_in_the_host_is_not_put_back_unless_asked(traits: HostTraits) -> None:
    host = ModelHost(traits)
    record = pushed(host)
    host.markers = host.markers[1:]
    made, record = host.push(DOCUMENT, INFO, record)
    assert not made.operations
    assert made.pulled == (HostEdit("m1", ("deleted",)),)
    assert pull(DOCUMENT, made).marks == (HARP,)
    assert not host.push(pull(DOCUMENT, made), INFO, record)[0].operations
    assert not host.push(DOCUMENT, INFO, record)[0].operations
    made, record = host.push(DOCUMENT, INFO, record, PlanOptions(traits, restore=True))
    assert [type(one) for one in made.operations] == [PutMarker]
    assert not host.push(DOCUMENT, INFO, record)[0].operations


def test_deleted_here_and_changed_there_is_a_conflict_both_ways() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host)
    host.markers = host.markers[1:]
    edit_marker(host, "m2", name="HARP")
    changed = replace(DOCUMENT, marks=(replace(BANG, text="boom"),))
    made, record = host.push(changed, INFO, record)
    assert not made.operations
    assert [(one.key, one.host is None, one.document is None) for one in made.conflicts] == [
        ("m1", True, False), ("m2", False, True)]  # fmt: skip
    made, _ = host.push(changed, INFO, record, PlanOptions(conflicts="host"))
    taken = pull(changed, made)
    assert [(mark.id, mark.kind, mark.text) for mark in taken.marks] == [("m2", "music", "HARP")]
    host.push(changed, INFO, record, PlanOptions(conflicts="document"))
    assert [marker.name for marker in host.markers] == ["boom"]


@pytest.mark.parametrize("traits", HOSTS, ids=lambda traits: traits.name)
def test_a_copy_made_in_the_host_stays_and_becomes_a_mark_of_its_own(traits: HostTraits) -> None:
    host = ModelHost(traits)
    record = pushed(host)
    host.markers.append(replace(host.markers[0], frame=90, name="second bang"))
    made, record = host.push(DOCUMENT, INFO, record)
    assert not made.operations
    (change,) = made.pulled
    assert change.what == ("copied",)
    taken = pull(DOCUMENT, made)
    assert len(taken.marks) == 3
    after, record = host.push(taken, INFO, record)
    assert len(host.markers) == 3
    assert not after.pulled
    assert not host.push(taken, INFO, record)[0].operations
    assert not host.push(taken, INFO)[0].operations


def test_a_marker_whose_id_was_edited_or_removed_is_known_again_and_mended() -> None:
    for note in ("sound [zimu:other]", "sound"):
        host = ModelHost(PREMIERE)
        record = pushed(host)
        edit_marker(host, "m1", note=note)
        made, record = host.push(DOCUMENT, INFO, record)
        assert len(made.operations) == 1
        assert sorted(marker.note for marker in host.markers) == [note_of(HARP), note_of(BANG)]
        assert not host.push(DOCUMENT, INFO, record)[0].operations


def test_markers_of_another_document_are_left_alone() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host)
    theirs = Marker("elsewhere", 400, 1, "theirs", "music", "Purple")
    host.markers.append(theirs)
    made, _ = host.push(edits.delete(DOCUMENT, ["m1", "m2"]), INFO, record)
    assert host.markers == [theirs]
    assert made.own == (1, 0)


# -- captions --------------------------------------------------------------------------------------


def test_captions_never_overlap_last_long_enough_and_have_a_text() -> None:
    cues = (
        Cue("a", 1000, 3000, ("first",)), Cue("b", 1010, 2000, ("at once",)), Cue("c", 2000, 2001, ("short",)),
        Cue("d", 4000, 5000, ("  \n ",)),
    )  # fmt: skip
    host = ModelHost(RESOLVE)
    host.push(Document(languages=("en",), cues=cues), INFO)
    assert shown(host, "en") == [(25, 25, "first\nat once"), (50, 3, "short")]


def test_tracks_are_languages_and_any_combination_of_them() -> None:
    document = Document(languages=("zh-Hans", "en"), cues=(Cue("a", 0, 1000, ("你好", "Hello")),))
    host = ModelHost(RESOLVE)
    host.push(document, INFO, None, PlanOptions(tracks=("en-zh-Hans", "zh-Hans")))
    assert {track.key: track.captions[0].text for track in host.tracks} == {
        "en-zh-Hans": "Hello\n你好", "zh-Hans": "你好"}  # fmt: skip
    with pytest.raises(SettingsError, match="names no subtitle track"):
        plan(document, INFO, Present(), options=PlanOptions(tracks=("fr",)))


def test_a_users_own_track_is_never_touched() -> None:
    own = CaptionTrack("", "Subtitle 1", (Caption(0, 50, "mine"),))
    host = ModelHost(RESOLVE)
    host.tracks.append(own)
    made, record = host.push(DOCUMENT, INFO)
    host.push(Document(), INFO, record)
    assert host.tracks == [own]
    assert made.own == (0, 1)


def test_a_language_that_the_document_no_longer_has_loses_its_tracks() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host)
    made, _ = host.push(edits.remove_language(DOCUMENT, "zh"), INFO, record)
    assert [track.key for track in host.tracks] == ["en"]
    assert "The track “Zimu zh” is to be removed." in made.summary


def test_a_caption_reworded_in_the_host_is_kept_and_offered() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host)
    edit_caption(host, "zh", "你好。", text="您好。")
    made, record = host.push(DOCUMENT, INFO, record)
    assert not made.operations
    assert [(change.id, change.texts) for change in made.pulled] == [("c1", (("zh", "您好。"),))]
    taken = pull(DOCUMENT, made)
    assert taken.cues[0].texts == ("Hello.", "您好。")
    after, record = host.push(taken, INFO, record)
    assert [one.track.key for one in after.operations if isinstance(one, PutCaptions)] == ["en-zh"]
    assert not host.push(taken, INFO, record)[0].operations


def test_a_combined_caption_reworded_in_the_host_goes_to_its_language() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host)
    edit_caption(host, "en-zh", "Hello.\n你好。", text="Hello\nthere.\n你好。")
    made, _ = host.push(DOCUMENT, INFO, record)
    assert made.pulled[0].texts == (("en", "Hello\nthere."),)


def test_a_combined_caption_that_cannot_be_told_apart_is_kept_and_reported() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host)
    edit_caption(host, "en-zh", "Hello.\n你好。", text="Well\nhello\nthere\n您好")
    made, record = host.push(DOCUMENT, INFO, record)
    assert not made.pulled
    assert "cannot be carried over" in made.notes[0]
    assert not made.operations
    host.push(edits.set_text(DOCUMENT, "c2", "en", "Bye."), INFO, record)
    assert [text for _, _, text in shown(host, "en-zh")] == ["Well\nhello\nthere\n您好", "Bye.\n再见。"]


def test_a_caption_retimed_in_the_host_is_kept_and_offered() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host)
    edit_caption(host, "zh", "你好。", frame=27, frames=20)
    made, record = host.push(DOCUMENT, INFO, record)
    assert [(change.id, change.start, change.end) for change in made.pulled] == [("c1", 1080, 1880)]
    taken = pull(DOCUMENT, made)
    after, record = host.push(taken, INFO, record)
    assert [one.track.key for one in after.operations if isinstance(one, PutCaptions)] == ["en", "en-zh"]
    assert not host.push(taken, INFO, record)[0].operations


def test_everything_moved_along_in_the_host_is_followed() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host)
    for at, track in enumerate(host.tracks):
        captions = tuple(replace(caption, frame=caption.frame + 125) for caption in track.captions)
        host.tracks[at] = replace(track, captions=captions)
    made, _ = host.push(DOCUMENT, INFO, record)
    taken = pull(DOCUMENT, made)
    assert [(cue.start, cue.end) for cue in taken.cues] == [(6000, 7000), (7000, 8000)]


def test_both_sides_edits_of_different_captions_are_put_together() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host)
    edit_caption(host, "zh", "你好。", text="您好。")
    made, record = host.push(edits.set_text(DOCUMENT, "c2", "zh", "回见。"), INFO, record)
    assert shown(host, "zh") == [(25, 25, "您好。"), (50, 25, "回见。")]
    assert [change.id for change in made.pulled] == ["c1"]


@pytest.mark.parametrize(("side", "text"), [("ask", "您好。"), ("host", "您好。"), ("document", "哈喽。")])
def test_a_caption_that_both_changed_is_a_conflict(side: str, text: str) -> None:
    changed = edits.set_text(DOCUMENT, "c1", "zh", "哈喽。")
    for options in (PlanOptions(conflicts=side), PlanOptions(answers=(("zh:c1", side),))):
        host = ModelHost(RESOLVE)
        record = pushed(host)
        edit_caption(host, "zh", "你好。", text="您好。")
        made, record = host.push(changed, INFO, record, options)
        assert shown(host, "zh")[0] == (25, 25, text)
        assert [one.key for one in made.conflicts] == (["zh:c1"] if side == "ask" else [])
        assert [change.texts for change in made.pulled] == ([(("zh", text),)] if side == "host" else [])


def test_a_caption_deleted_in_the_host_stays_away() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host)
    host.tracks[1] = replace(host.tracks[1], captions=host.tracks[1].captions[1:])
    made, record = host.push(DOCUMENT, INFO, record)
    assert not made.operations
    assert (made.pulled[0].what, made.pulled[0].texts) == (("deleted",), (("zh", ""),))
    assert pull(DOCUMENT, made).cues[0].texts == ("Hello.", "")
    host.push(DOCUMENT, INFO, record, PlanOptions(restore=True))
    assert len(shown(host, "zh")) == 2


def test_a_caption_added_in_the_host_becomes_a_cue() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host)
    for at, text in ((0, "And more."), (1, "还有。")):
        captions = (*host.tracks[at].captions, Caption(200, 25, text))
        host.tracks[at] = replace(host.tracks[at], captions=captions)
    made, record = host.push(DOCUMENT, INFO, record)
    assert not made.operations
    taken = pull(DOCUMENT, made)
    assert [(cue.start, cue.end, cue.texts) for cue in taken.cues[2:]] == [(8000, 9000, ("And more.", "还有。"))]
    after, record = host.push(taken, INFO, record)
    assert [one.track.key for one in after.operations if isinstance(one, PutCaptions)] == ["en-zh"]
    assert not host.push(taken, INFO, record)[0].operations


def test_a_track_deleted_in_the_host_is_not_put_back_unless_asked() -> None:
    host = ModelHost(RESOLVE)
    record = pushed(host)
    del host.tracks[1]
    made, record = host.push(DOCUMENT, INFO, record)
    assert not made.operations
    assert "was deleted in the host" in made.notes[0]
    made, record = host.push(edits.set_text(DOCUMENT, "c1", "zh", "哈喽。"), INFO, record)
    assert [one.key for one in made.conflicts] == ["zh"]
    assert "zh" not in {track.key for track in host.tracks}
    host.push(DOCUMENT, INFO, record, PlanOptions(restore=True))
    assert "zh" in {track.key for track in host.tracks}


def test_captions_that_a_host_left_out_are_not_taken_for_deleted_ones() -> None:
    host = ModelHost(RESOLVE, shortest=30)
    made, record = host.push(DOCUMENT, INFO)
    assert made.operations
    made, record = host.push(DOCUMENT, INFO, record)
    assert not made.pulled
    assert not made.operations


def test_a_host_that_does_not_tell_its_captions_is_planned_from_the_record() -> None:
    host = ModelHost(PREMIERE)
    record = pushed(host)
    options = PlanOptions(PREMIERE, tracks=("en",))
    made, record = host.push(edits.set_text(DOCUMENT, "c1", "en", "Hi."), INFO, record, options)
    assert [type(one) for one in made.operations] == [PutCaptions]
    assert "by hand" in made.notes[0]
    made, _ = host.push(DOCUMENT, INFO, None, options)
    assert not made.operations
    assert "taken to be up to date" in made.notes[0]
    made, _ = host.push(DOCUMENT, INFO, None, replace(options, refresh=True))
    assert [type(one) for one in made.operations] == [PutCaptions]


# -- laws ------------------------------------------------------------------------------------------

grid = st.integers(0, 12).map(lambda at: at * 40)
short = st.text("ab 你", max_size=4)
kinds = st.sampled_from(MARK_KINDS)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    ids = st.sampled_from([f"i{n}" for n in range(8)])
    marks = []
    for key in draw(st.lists(ids, unique=True, max_size=6)):
        start = draw(grid) + draw(st.integers(0, 20))
        colour = draw(st.sampled_from(("", *colours.NAMES)))
        attributes = (("colour", colour),) if colour else ()
        marks.append(Mark(f"m{key}", draw(kinds), start, start + draw(grid), draw(short), attributes))
    cues = []
    for key in draw(st.lists(ids, unique=True, max_size=6)):
        start = draw(grid) * 2
        cues.append(Cue(f"c{key}", start, start + draw(grid), (draw(short), draw(short))))
    cues.sort(key=lambda cue: (cue.start, cue.end, cue.id))
    return Document(languages=("en", "zh"), cues=tuple(cues), marks=tuple(marks))


@st.composite
def own_markers(draw: st.DrawFn) -> tuple[Marker, ...]:
    frames = draw(st.lists(st.integers(0, 14), unique=True, max_size=4))
    return tuple(Marker("", frame, 1, f"own {frame}", draw(short), "Red") for frame in frames)


infos = st.builds(
    TimelineInfo,
    rate=st.sampled_from([FrameRate(Fraction(25)), FrameRate(Fraction(30000, 1001), drop=True)]),
    offset=st.sampled_from([0, 0, -200, 400]),
    duration=st.sampled_from([0, 4000]),
)
traits_of = st.sampled_from(HOSTS)


@given(infos, st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**4))))
def test_many_spans_are_those_that_each_alone_has(info: TimelineInfo, times: list[tuple[int, int]]) -> None:
    marks = [Mark("m", "note", start, start + length, "") for start, length in times]
    assert info.spans(marks) == [info.span(mark.start, mark.end) for mark in marks]


kills = st.lists(st.integers(0, 30), min_size=2, max_size=2)


@settings(max_examples=50)
@given(documents(), documents(), own_markers(), traits_of, infos)
def test_a_push_makes_the_timeline_show_the_document_and_then_there_is_nothing_to_do(
    first: Document, second: Document, own: tuple[Marker, ...], traits: HostTraits, info: TimelineInfo
) -> None:
    host = ModelHost(traits, markers=own)
    record = None
    for document in (first, second):
        made, record = host.push(document, info, record)
        wanted = {marker.key: marker for marker in markers_of(document, info)}
        assert len(host.markers) == len(own) + len(wanted)
        assert {marker.name for marker in host.markers} == {one.name.strip() for one in (*own, *wanted.values())}
        assert not made.pulled
        assert not made.conflicts
        for last in (record, None):
            again, _ = host.push(document, info, last)
            assert not again.operations
            assert not again.pulled
        assert set(own) <= set(host.markers)


@settings(max_examples=50)
@given(st.tuples(documents(), documents(), documents()), own_markers(), traits_of, infos, kills)
def test_a_push_may_be_killed_anywhere_and_the_next_one_finishes_the_work(
    made_of: tuple[Document, ...], own: tuple[Marker, ...], traits: HostTraits, info: TimelineInfo, killed: list[int]
) -> None:
    first, second, third = made_of
    host, straight = ModelHost(traits, markers=own), ModelHost(traits, markers=own)
    record: Pushed | None = None
    for document, count in ((first, None), (second, killed[0]), (third, killed[1]), (third, None)):
        made, record = host.push(document, info, record, killed_after=count)
        assert not made.pulled
        assert not made.conflicts
    straight.push(third, info)
    assert not host.push(third, info, record)[0].operations
    assert {(m.name, m.colour, m.frames) for m in host.markers} == {
        (m.name, m.colour, m.frames) for m in straight.markers
    }
    if traits.reads_captions:
        assert {(t.key, t.captions) for t in host.tracks} == {(t.key, t.captions) for t in straight.tracks}
    assert set(own) <= set(host.markers)


@settings(max_examples=40)
@given(st.tuples(documents(), documents()), own_markers(), traits_of, infos, st.integers(0, 30))
def test_without_a_record_too_a_killed_push_is_finished(
    made_of: tuple[Document, ...], own: tuple[Marker, ...], traits: HostTraits, info: TimelineInfo, killed: int
) -> None:
    first, second = made_of
    host, straight = ModelHost(traits, markers=own), ModelHost(traits, markers=own)
    host.push(first, info)
    host.push(second, info, killed_after=killed)
    host.push(second, info)
    straight.push(second, info)
    assert sorted(map(repr, host.markers)) == sorted(map(repr, straight.markers))
    assert not host.push(second, info)[0].operations


@settings(max_examples=40)
@given(st.tuples(documents(), documents()), own_markers(), traits_of, infos, st.randoms(use_true_random=False))
def test_the_order_of_what_is_there_and_of_marks_makes_no_difference(
    made_of: tuple[Document, ...],
    own: tuple[Marker, ...],
    traits: HostTraits,
    info: TimelineInfo,
    chance: random.Random,
) -> None:
    first, second = made_of
    host = ModelHost(traits, markers=own)
    _, record = host.push(first, info)
    present = host.present()
    markers, tracks, marks = list(present.markers), list(present.tracks), list(second.marks)
    for values in (markers, tracks, marks):
        chance.shuffle(values)
    tracks = [replace(track, captions=tuple(chance.sample(track.captions, len(track.captions)))) for track in tracks]
    options = PlanOptions(traits)
    one = plan(second, info, present, last=record, options=options)
    other_document = replace(second, marks=tuple(marks))
    other = plan(other_document, info, Present(tuple(markers), tuple(tracks)), last=record, options=options)
    assert one == other


marker_edits = st.tuples(
    st.integers(0, 30),
    st.sampled_from(["frame", "frames", "name", "note", "colour", "delete", "copy"]),
    st.integers(0, 40),
    st.text("xyz", min_size=1, max_size=3),
)


def edited(host: ModelHost, steps: list[tuple[int, str, int, str]]) -> None:
    """Edit the markers in the host as a user could."""
    for place, what, number, text in steps:
        if not host.markers:
            return
        at = place % len(host.markers)
        marker, taken = host.markers[at], {other.frame for other in host.markers}
        if what == "delete":
            del host.markers[at]
        elif what in {"frame", "copy"} and (number in taken and host.traits.one_per_frame):
            continue
        elif what == "copy":
            host.markers.append(replace(marker, frame=number, name=f"copy {text}"))
        elif what == "colour":
            names = [colours.from_host(name, host.traits.palette) for name in colours.PALETTES[host.traits.palette]]
            host.markers[at] = replace(marker, colour=names[number % len(names)])
        elif what == "note":
            tail = marker.note[marker.note.rfind(" [zimu:") :] if " [zimu:" in marker.note else ""
            host.markers[at] = replace(marker, note=f"music; said: {text}{tail}")
        else:
            value = {"frame": number, "frames": number + 1, "name": text}[what]
            host.markers[at] = replace(marker, **{what: value})  # type: ignore[arg-type]


@settings(max_examples=60)
@given(st.tuples(documents(), documents()), own_markers(), traits_of, infos, st.lists(marker_edits, max_size=4))
def test_no_edit_made_in_the_host_is_ever_lost(
    made_of: tuple[Document, ...],
    own: tuple[Marker, ...],
    traits: HostTraits,
    info: TimelineInfo,
    steps: list[tuple[int, str, int, str]],
) -> None:
    first, second = made_of
    host = ModelHost(traits, markers=own)
    _, record = host.push(first, info)
    before = {(marker.name, marker.note, marker.colour, marker.frames) for marker in host.markers}
    edited(host, steps)
    new_names = {m.name for m in host.markers} - {name for name, *_ in before}
    foreign = {m for m in host.markers if not m.key and "[zimu:" not in m.note}
    made, record = host.push(second, info, record)
    assert new_names <= {marker.name for marker in host.markers}
    assert foreign <= set(host.markers)
    again, record = host.push(second, info, record)
    assert not again.operations
    assert [(one.key, one.what, one.document) for one in again.conflicts] == [
        (one.key, one.what, one.document) for one in made.conflicts
    ]
    assert {one.id for one in made.pulled} - {one.id for one in again.pulled} <= {
        one.id
        for one in made.pulled
        if one.what == ("copied",)  # of a mark that is no more: nobody knows it now
    }
    answered = PlanOptions(traits, conflicts="host")
    made, record = host.push(second, info, record, answered)
    assert not made.operations
    assert not made.conflicts
    taken = pull(second, made)
    assert new_names <= {mark.text for mark in taken.marks} | {m.name for m in host.markers}
    made, record = host.push(taken, info, record, answered)
    assert not host.push(taken, info, record, answered)[0].operations


@st.composite
def spoken(draw: st.DrawFn) -> Document:
    """Cues of which no two begin at once."""
    keys = draw(st.lists(st.sampled_from([f"c{n}" for n in range(6)]), unique=True, max_size=5))
    starts = sorted(draw(st.lists(st.integers(0, 8), unique=True, min_size=len(keys), max_size=len(keys))))
    cues = (
        Cue(key, start * 400, start * 400 + draw(st.integers(1, 40)) * 40, (draw(short), draw(short)))
        for key, start in zip(keys, starts, strict=True)
    )
    return Document(languages=("en", "zh"), cues=tuple(cues))


caption_edits = st.tuples(
    st.integers(0, 2), st.integers(0, 30), st.sampled_from(["text", "end", "delete", "add"]),
    st.text("xyz", min_size=1, max_size=3),
)  # fmt: skip


@settings(max_examples=60)
@given(spoken(), spoken(), st.lists(caption_edits, max_size=4), st.sampled_from([RESOLVE, FILE]), infos)
def test_no_caption_edited_in_the_host_is_ever_lost(
    first: Document, second: Document, steps: list[tuple[int, int, str, str]], traits: HostTraits, info: TimelineInfo
) -> None:
    host = ModelHost(traits)
    _, record = host.push(first, info)
    said: list[str] = []
    for which, place, what, text in steps:
        if which >= len(host.tracks):
            continue
        track = host.tracks[which]
        captions = sorted((one for one in track.captions if one.text), key=lambda one: one.frame)
        if what == "add":
            end = max((one.frame + one.frames for one in captions), default=0)
            captions.append(Caption(end + 100 + 50 * len(said), 20, f"new {text}"))
        elif captions and what == "delete":
            del captions[place % len(captions)]
        elif captions:
            at = place % len(captions)
            one = captions[at]
            captions[at] = (
                replace(one, text=f"new {text}") if what == "text" else replace(one, frames=max(3, one.frames - 1))
            )
        host.tracks[which] = replace(track, captions=tuple(captions))
    said = [one.text for track in host.tracks for one in track.captions if one.text.startswith("new ")]
    made, record = host.push(second, info, record)
    now = [one.text for track in host.tracks for one in track.captions]
    assert all(text in now for text in said)
    again, record = host.push(second, info, record)
    assert not again.operations
    assert [one.id for one in again.pulled] == [one.id for one in made.pulled]
    # None is new: one may be settled, where the host's caption has come to be what the document says, and one may stand
    # for those of a track that is left without captions and so is gone from the host.
    assert {one.key.split(":")[0] for one in again.conflicts} <= {one.key.split(":")[0] for one in made.conflicts}


# -- crossing borders ------------------------------------------------------------------------------


def test_operations_cross_a_process_border() -> None:
    marker = Marker("k", 1, 2, "n", "note", "Red")
    track = CaptionTrack("zh", "Zimu zh", (Caption(1, 2, "你好"),))
    for one in (
        PutMarker(marker),
        PutMarker(marker, marker),
        DropMarker(marker),
        PutCaptions(track),
        DropCaptions("zh"),
    ):
        assert operation_from_json(operation_to_json(one)) == one


@pytest.mark.parametrize("value", [None, [], {}, {"do": "reset"}, {"do": ["x"]}, {"do": "put-marker", "marker": 3}])
def test_what_is_no_operation_is_refused_with_a_sentence(value: object) -> None:
    with pytest.raises(HostError):
        operation_from_json(value)


def test_a_plan_is_told_to_people_and_to_machines() -> None:
    made = plan(DOCUMENT, INFO, Present())
    assert made.summary == (
        "2 markers are to be put.",
        "The track “Zimu en” is to be made, with 2 captions.",
        "The track “Zimu zh” is to be made, with 2 captions.",
        "The track “Zimu en-zh” is to be made, with 2 captions.",
    )
    assert [one["do"] for one in made.to_json()["operations"]] == ["put-captions"] * 3 + ["put-marker"] * 2
    assert plan(Document(), INFO, Present()).summary == ("There is nothing to do.",)


@pytest.mark.parametrize(
    "wrong", [{"kinds": ("noise",)}, {"conflicts": "both"}, {"answers": (("a", "b"),)}, {"min_frames": 0}]
)
def test_options_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        PlanOptions(**wrong)  # type: ignore[arg-type]


def test_our_tracks_are_known_by_their_names() -> None:
    assert track_key(track_name("zh-en")) == "zh-en"
    assert track_key("Subtitle 1") == ""


# -- against a file --------------------------------------------------------------------------------


def test_a_file_that_holds_the_document_needs_nothing() -> None:
    programme = programme_of(DOCUMENT, INFO)
    made = plan(DOCUMENT, INFO, present_of(programme, DOCUMENT), options=PlanOptions(FILE))
    assert not made.operations


def test_a_plan_against_a_file_says_what_it_lacks_and_leaves_the_users_markers() -> None:
    users = Mark("x", "note", 500, 600, "mine", (("note", "check"),))
    old = replace(DOCUMENT, marks=(users, replace(BANG, text="boom"), Mark("y", "shot", 0, 40, "old shot")))
    present = present_of(programme_of(edits.remove_language(old, "zh"), INFO), DOCUMENT)
    made = plan(DOCUMENT, INFO, present, options=PlanOptions(FILE))
    verbs = [operation_to_json(one)["do"] for one in made.operations]
    assert verbs == ["put-captions", "put-captions", "drop-marker", "put-marker", "put-marker"]
    assert made.own == (1, 0)


def test_a_caption_reworded_and_trimmed_too_short_for_the_host_is_kept_long_enough() -> None:
    first = Document(languages=("en",), cues=(Cue("c0", 0, 40, ("a",)),))
    second = Document(languages=("en",), cues=(Cue("c1", 0, 40, ("a",)), Cue("c0", 400, 440, ("",))))
    host, info = ModelHost(RESOLVE), TimelineInfo()
    _, record = host.push(first, info)
    host.tracks[0] = replace(host.tracks[0], captions=(Caption(0, 1, "mine"),))
    made, _ = host.push(second, info, record)
    assert [conflict.key for conflict in made.conflicts] == ["en:c0"]
    assert Caption(0, 3, "mine") in host.tracks[0].captions
