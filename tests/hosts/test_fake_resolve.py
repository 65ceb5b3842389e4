"""The fake Resolve is as awkward as what was measured of the real one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.hosts.fake_resolve import FakeResolve, Quirks


def test_any_name_seems_to_be_there_and_only_dir_tells() -> None:
    timeline = FakeResolve().timeline_
    assert hasattr(timeline, "TotallyMadeUp")
    assert timeline.TotallyMadeUp(1) is None
    assert "TotallyMadeUp" not in dir(timeline)
    old = FakeResolve(Quirks(marks=False)).timeline_
    assert hasattr(old, "GetMarkInOut")
    assert old.GetMarkInOut() is None
    assert "GetMarkInOut" not in dir(old)


def test_one_marker_a_frame_and_frames_are_floats() -> None:
    timeline = FakeResolve().timeline_
    assert timeline.AddMarker(24, "Red", "a", "", 1)
    assert not timeline.AddMarker(24, "Red", "b", "", 1)
    (frame,) = timeline.GetMarkers()
    assert isinstance(frame, float)


def test_items_count_from_midnight_and_settings_are_strings() -> None:
    timeline = FakeResolve(Quirks(rate="29.97 DF", start="01:00:00;00")).timeline_
    timeline.subtitles_("Subtitle 1", (0, 30, "a"))
    assert timeline.GetItemListInTrack("subtitle", 1)[0].GetStart() == 107_892
    assert timeline.GetSetting("timelineFrameRate") == "29.97 DF"


def test_one_subtitle_track_shows_and_locked_ones_change_nothing() -> None:
    timeline = FakeResolve().timeline_
    timeline.AddTrack("subtitle")
    timeline.AddTrack("subtitle")
    assert [track.enabled for track in timeline.tracks_["subtitle"]] == [False, True]
    timeline.SetTrackLock("subtitle", 1, True)
    assert not timeline.SetTrackEnable("subtitle", 1, True)
    assert not timeline.DeleteTrack("subtitle", 1)


def test_a_studio_call_on_the_free_edition_opens_a_dialog_that_makes_later_calls_fail() -> None:
    timeline = FakeResolve(Quirks(studio=False)).timeline_
    assert timeline.AddMarker(1, "Red", "a", "", 1)
    assert not timeline.CreateSubtitlesFromAudio()
    assert not timeline.AddMarker(2, "Red", "b", "", 1)
    assert timeline.GetName() == "Cut 3"


def test_the_deliver_page_moves_the_marks_and_settings_of_a_render_stay() -> None:
    resolve = FakeResolve()
    resolve.timeline_.SetMarkInOut(3, 99)
    resolve.OpenPage("deliver")
    assert resolve.timeline_.GetMarkInOut() != {kind: {"in": 3, "out": 99} for kind in ("video", "audio")}
    project = resolve.project_
    project.SetRenderSettings({"CustomName": "mine"})
    project.LoadRenderPreset("H.264 Master")
    assert project.deliver_.now.settings["CustomName"] == "mine"


@pytest.mark.parametrize(("answer", "said"), [("none", None), ("none-list", [None])])
def test_appending_answers_nothing_though_it_works_and_a_known_file_is_not_read_again(
    answer: str, said: Any, tmp_path: Path
) -> None:
    resolve = FakeResolve(Quirks(appended=answer))
    pool, timeline = resolve.project_.pool_, resolve.timeline_
    path = tmp_path / "a.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nold\n\n2\n00:00:03,000 --> 00:00:03,020\nshort\n")
    (clip,) = pool.ImportMedia([str(path)])
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nnew\n")
    assert pool.ImportMedia([str(path)]) == [clip]
    timeline.AddTrack("subtitle")
    assert pool.AppendToTimeline([clip]) == said
    assert [item.GetName() for item in timeline.GetItemListInTrack("subtitle", 1)] == ["old"]


def test_without_a_database_it_looks_healthy() -> None:
    resolve = FakeResolve(Quirks(wedged=True))
    manager = resolve.GetProjectManager()
    assert manager.GetCurrentDatabase() is None
    assert manager.GetCurrentProject() is not None
    assert manager.SaveProject() is None
