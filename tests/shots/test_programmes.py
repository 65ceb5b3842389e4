"""The frames of an EDL are those of the shots; a timeline's own cuts need no looking."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from plugin_core.clock import FrameRate
from plugin_core.document import Document, Media
from plugin_core.exchange import named, open_programme, write_programme
from plugin_core.host import TimelineInfo
from plugin_core.shots.programmes import of_programme, programme
from plugin_core.shots.values import Curve, Shots, Transition, at
from plugin_core.timeline import Programme, programme_of

RATES = [
    FrameRate(Fraction(24000, 1001)),
    FrameRate(Fraction(25)),
    FrameRate(Fraction(30000, 1001), drop=True),
    FrameRate(Fraction(60)),
    FrameRate(Fraction(60000, 1001), drop=True),
]
FRAMES = [40, 1799, 1800, 5000, 17_983]


def shots_at(rate: FrameRate, frames: list[int], length: int) -> Shots:
    starts = np.asarray([rate.ms_at(frame) for frame in range(length)], np.int32)
    cuts = tuple(Transition("cut", frame, frame, rate.ms_at(frame), rate.ms_at(frame)) for frame in frames)
    return at(Curve(starts, np.zeros(length, np.uint8), cuts, rate.ms_at(length)), shortest=0)


def media(rate: FrameRate, length: int, start: str = "") -> Media:
    return Media("/films/film.mov", rate.ms_at(length), rate, start_timecode=start, width=1920, height=1080)


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("start", ["", "00:59:58:10", "09:59:50;12"])
def test_an_edl_has_every_shot_on_its_frames(rate: FrameRate, start: str) -> None:
    start = start.replace(";", ":") if not rate.drop else start
    shots = shots_at(rate, FRAMES, 18_000)
    text = named("edl").write(programme(shots, media(rate, 18_000, start))).decode()
    first = rate.frame_of(start) if start else 0
    events = [row.split() for row in text.splitlines() if row[:3].isdigit() and " V " in row]
    edges = [0, *FRAMES, 18_000]
    wanted = [[rate.timecode(first + a), rate.timecode(first + b)] for a, b in pairwise(edges)]
    plain = [[code.replace(";", ":") for code in row] for row in wanted]
    assert [[code.replace(";", ":") for code in row[-4:-2]] for row in events] == plain
    assert [[code.replace(";", ":") for code in row[-2:]] for row in events] == plain


@pytest.mark.parametrize("name", ["edl", "otio", "fcpxml", "xmeml"])
@pytest.mark.parametrize("rate", RATES[:3], ids=str)
def test_a_timeline_gives_its_own_cuts_back(tmp_path: Path, name: str, rate: FrameRate) -> None:
    """Pieces that go on in the same media are one shot, so every second piece is taken from elsewhere."""
    made = programme(shots_at(rate, FRAMES, 18_000), media(rate, 18_000))
    for track in made.media.tracks:
        for clip in list(track)[1::2]:
            clip.media_reference.target_url = clip.name = "/films/other.mov"
    path = tmp_path / f"cut{named(name).ending}"
    write_programme(made, path, name)
    found = of_programme(open_programme(path, rate=rate))
    assert [shot.first for shot in found.shots] == [0, *FRAMES]
    assert [shot.start for shot in found.shots] == [rate.ms_at(frame) for frame in (0, *FRAMES)]


def test_a_piece_that_goes_on_is_one_shot() -> None:
    rate = RATES[1]
    assert len(of_programme(programme(shots_at(rate, [100, 200], 500), media(rate, 500))).shots) == 1


def test_what_lies_on_top_is_what_is_seen() -> None:
    from opentimelineio import schema

    from plugin_core.timeline import rational

    rate = RATES[1]
    document = Document(media=media(rate, 500))
    made = programme_of(document, TimelineInfo.of(document))
    above = schema.Track(name="V2", kind=schema.TrackKind.Video)
    above.append(schema.Gap(duration=rational(120, rate)))
    insert = made.media.tracks[0][0].deepcopy()
    insert.media_reference.target_url = "/films/insert.mov"
    insert.source_range = type(insert.source_range)(rational(0, rate), rational(60, rate))
    above.append(insert)
    made.media.tracks.append(above)
    assert [shot.first for shot in of_programme(made).shots] == [0, 120, 180]


def joined_by(*transitions: tuple[int, str, str, int, int]) -> Programme:
    """Ten seconds, every second of another media; (number of the cut, name, type, frames before and after it)."""
    from opentimelineio import schema

    from plugin_core.timeline import rational

    rate = RATES[1]
    made = programme(shots_at(rate, list(range(25, 250, 25)), 250), media(rate, 250))
    track = made.media.tracks[0]
    for number, clip in enumerate(track):
        clip.media_reference.target_url = clip.name = f"/films/{number}.mov"
    for number, name, kind, before, after in sorted(transitions, reverse=True):
        track.insert(number, schema.Transition(name, kind, rational(before, rate), rational(after, rate)))
    return made


@pytest.mark.parametrize(
    ("name", "kind", "wanted"),
    [
        ("Cross Dissolve", "SMPTE_Dissolve", "dissolve"),
        ("Film Dissolve", "Custom_Transition", "dissolve"),
        ("Dip to Black", "SMPTE_Dissolve", "fade"),
        ("Wipe 001", "Custom_Transition", "wipe"),
    ],
)
def test_transitions_of_a_timeline_are_those_of_its_shots(name: str, kind: str, wanted: str) -> None:
    found = of_programme(joined_by((3, name, kind, 5, 7), (6, name, kind, 0, 10)))
    slow = [(one.kind, one.first, one.last, one.start, one.end) for one in found.transitions if one.kind != "cut"]
    assert slow == [(wanted, 70, 81, 2800, 3280), (wanted, 150, 159, 6000, 6400)]
    assert len(found.shots) == 10
    assert [shot.first for shot in found.shots][:4] == [0, 25, 50, 76]


def test_a_dissolve_with_nothing_is_a_fade() -> None:
    found = of_programme(joined_by((0, "Cross Dissolve", "SMPTE_Dissolve", 0, 8), (10, "", "SMPTE_Dissolve", 6, 0)))
    ends = [one for one in found.transitions if one.kind != "cut"]
    assert [(one.kind, one.first, one.last) for one in ends] == [("fade", 0, 7), ("fade", 244, 249)]
    assert len(found.shots) == 10


def test_a_transition_that_is_covered_is_not_seen() -> None:
    from opentimelineio import schema

    from plugin_core.timeline import rational

    made = joined_by((3, "Cross Dissolve", "SMPTE_Dissolve", 5, 5))
    above = schema.Track(name="V2", kind=schema.TrackKind.Video)
    above.append(schema.Gap(duration=rational(60, RATES[1])))
    insert = made.media.tracks[0][0].deepcopy()
    insert.media_reference.target_url = "/films/insert.mov"
    above.append(insert)
    made.media.tracks.insert(1, above)
    assert {one.kind for one in of_programme(made).transitions} == {"cut"}


def test_an_empty_timeline_has_no_shots() -> None:
    made = programme_of(Document(media=media(RATES[1], 500)))
    del made.media.tracks[:]
    assert of_programme(made).shots == ()
