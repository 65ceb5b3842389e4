"""The pieces of a programme: which media plays where."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from opentimelineio import opentime, schema

from plugin_core.conform.cuts import Piece, file_name, media_key, pieces, seconds, survey
from plugin_core.document import Document, Media
from plugin_core.errors import DocumentError
from plugin_core.host import TimelineInfo
from plugin_core.timeline import Programme, programme_of
from tests.conform import recuts
from tests.conform.recuts import RATES, Footage, Shot, gap

NTSC = Fraction(24000, 1001)


def span(start: float, duration: float, rate: float = 24) -> opentime.TimeRange:
    return opentime.TimeRange(opentime.RationalTime(start, rate), opentime.RationalTime(duration, rate))


def clip(name: str, start: float, duration: float, rate: float = 24, **more: Any) -> schema.Clip:
    reference = more.pop("reference", None) or schema.ExternalReference(target_url=f"/{name}.mov")
    made = schema.Clip(name=name, media_reference=reference, source_range=span(start, duration, rate))
    made.effects.extend(more.pop("effects", []))
    made.enabled = more.pop("enabled", True)
    return made


def video(*items: Any, **more: Any) -> schema.Track:
    made = schema.Track(kind=more.pop("kind", "Video"), **more)
    made.extend(items)
    return made


def read(*tracks: Any, **more: Any) -> tuple[Piece, ...]:
    return pieces(over(*tracks, **more))


def over(*tracks: Any, **more: Any) -> Programme:
    timeline = schema.Timeline()
    timeline.tracks.source_range = more.get("window")
    timeline.tracks.extend(tracks)
    return Programme(Document(), TimelineInfo(), timeline)


def frames(found: tuple[Piece, ...], rate: int = 24) -> list[tuple[str, int, int, int, int]]:
    """(media, first and last frame on the timeline, first and last frame of the source)"""
    rows = [(piece.media, *(time * rate for time in _times(piece))) for piece in found]
    assert all(number.denominator == 1 for _, *numbers in rows for number in numbers)
    return [(media, *map(int, numbers)) for media, *numbers in rows]  # type: ignore[misc]


def _times(piece: Piece) -> tuple[Fraction, ...]:
    return piece.start, piece.end, piece.source_start, piece.source_end


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_timeline_gives_back_the_pieces_it_is_made_of(rate: Any) -> None:
    own = Footage(rate, 3600 * rate.nominal)
    shots = [
        Shot("a", 7 / rate.fps, 31),
        gap(5),
        Shot("b", 900_001 / rate.fps, 13),
        Shot("a", Fraction(0), 11, Fraction(4, 5)),
    ]
    made = recuts.programme(shots, rate, footage={"a": own, "b": own}, stereo=True)
    found = pieces(made)
    assert [(piece.kind, piece.track) for piece in found] == [("audio", 0)] * 3 + [("audio", 1)] * 3 + [
        ("video", 0)
    ] * 3
    for piece, (at, shot) in zip(found[:3], [(0, shots[0]), (36, shots[2]), (49, shots[3])], strict=True):
        assert (piece.start, piece.end) == (at / rate.fps, (at + shot.frames) / rate.fps)
        assert piece.source_start == own.first / rate.fps + shot.start
        assert piece.source_end - piece.source_start == shot.speed * shot.frames / rate.fps
        assert (piece.speed, piece.origin, piece.media) == (shot.speed, own.first / rate.fps, f"/footage/{shot.media}")


def test_a_rate_is_exact_and_a_value_a_whole_frame_where_it_is_near_one() -> None:
    assert seconds(opentime.RationalTime(100, 23.976)) == 100 / NTSC
    assert seconds(opentime.RationalTime(99.9999999, 23.98)) == 100 / NTSC
    assert seconds(opentime.RationalTime(35.52, 24)) == Fraction(148, 100)
    assert seconds(opentime.RationalTime(48_001, 48_000)) == Fraction(48_001, 48_000)


@pytest.mark.parametrize(
    ("value", "rate"), [(float("nan"), 24), (float("inf"), 24), (1, 0), (1, -24), (1, float("nan"))]
)
def test_what_is_no_time_is_refused(value: float, rate: float) -> None:
    with pytest.raises(DocumentError, match="is no time"):
        seconds(opentime.RationalTime(value, rate))


def test_transitions_take_no_time_and_disabled_clips_do_not_play() -> None:
    dissolve = schema.Transition(in_offset=opentime.RationalTime(6, 24), out_offset=opentime.RationalTime(6, 24))
    found = read(
        video(clip("a", 0, 20), dissolve, clip("b", 100, 30), clip("c", 0, 10, enabled=False), clip("d", 0, 5))
    )
    assert frames(found) == [("/a.mov", 0, 20, 0, 20), ("/b.mov", 20, 50, 100, 130), ("/d.mov", 60, 65, 0, 5)]
    muted = video(clip("a", 0, 20))
    muted.enabled = False
    assert read(muted) == ()


def test_a_speed_changes_the_source_and_never_the_length() -> None:
    def at(*scalars: float) -> Piece:
        return read(video(clip("a", 10, 20, effects=[schema.LinearTimeWarp(time_scalar=s) for s in scalars])))[0]

    assert (at(2.0).source_end * 24, at(2.0).end * 24, at(2.0).speed) == (50, 20, 2)
    assert at(0.699999988079071).speed == Fraction(7, 10)
    assert at(25 / 24, 2.0).speed == Fraction(25, 12)
    assert (at(-1.0).held, at(-1.0).speed, at(-1.0).source_end * 24) == ("reverse", -1, 30)
    freeze = read(video(clip("a", 10, 20, effects=[schema.FreezeFrame()])))[0]
    assert (freeze.held, freeze.speed) == ("freeze", 0)
    assert read(video(clip("a", 10, 20, effects=[schema.TimeEffect()])))[0].held == "remapped"
    assert read(video(clip("a", 10, 20, effects=[schema.Effect(effect_name="Blur")])))[0].held == ""


def test_nested_timelines_are_looked_into() -> None:
    inner = video(clip("a", 100, 40), clip("b", 0, 40))
    nest = schema.Stack(name="nest", source_range=span(30, 20))
    nest.extend([inner, video(clip("s", 500, 80), kind="Audio")])
    found = read(video(clip("x", 0, 10), nest, clip("y", 0, 10)))
    assert [(p.kind, p.track) for p in found] == [("audio", 0), ("video", 0), ("video", 0), ("video", 1), ("video", 1)]
    assert frames(found) == [
        ("/s.mov", 10, 30, 530, 550),
        ("/x.mov", 0, 10, 0, 10), ("/y.mov", 30, 40, 0, 10),
        ("/a.mov", 10, 20, 130, 140), ("/b.mov", 20, 30, 0, 10),
    ]  # fmt: skip


def test_a_nest_in_a_sound_track_plays_its_sound_only() -> None:
    nest = schema.Stack(source_range=span(0, 20))
    nest.extend([video(clip("a", 0, 40)), video(clip("s", 0, 40), kind="Audio")])
    assert [(piece.media, piece.kind) for piece in read(video(nest, kind="Audio"))] == [("/s.mov", "audio")]


def test_a_nest_at_another_speed_passes_it_on() -> None:
    nest = schema.Stack(source_range=span(10, 20))
    nest.append(video(clip("a", 100, 30, effects=[schema.LinearTimeWarp(time_scalar=0.5)]), clip("b", 0, 100)))
    nest.effects.append(schema.LinearTimeWarp(time_scalar=2.0))
    found = read(video(nest))
    assert frames(found) == [("/a.mov", 0, 10, 105, 115), ("/b.mov", 10, 20, 0, 20)]
    assert [piece.speed for piece in found] == [1, 2]


def test_windows_of_tracks_and_timelines_are_kept_to() -> None:
    track = video(clip("a", 0, 50), clip("b", 0, 50), source_range=span(40, 40))
    assert frames(read(track)) == [("/a.mov", 0, 10, 40, 50), ("/b.mov", 10, 40, 0, 30)]
    other = video(clip("a", 0, 50), clip("b", 0, 50))
    assert frames(read(other, window=span(45, 10))) == [("/a.mov", 0, 5, 45, 50), ("/b.mov", 5, 10, 0, 5)]


def test_a_window_that_shows_nothing_is_taken_to_begin_with_the_track() -> None:
    track = video(clip("a", 86_501, 31), clip("b", 86_557, 50), source_range=span(-86_243, 60))
    assert frames(read(track)) == [("/a.mov", 0, 31, 86_501, 86_532), ("/b.mov", 31, 60, 86_557, 86_586)]


def test_missing_ranges_are_the_media_s_own_or_said() -> None:
    whole = schema.Clip("a", schema.ExternalReference(target_url="/a.mov", available_range=span(86_400, 48)))
    lost = schema.Clip("lost", schema.MissingReference())
    made = over(video(whole, lost, clip("b", 0, 10)))
    found, notes = survey(made)
    assert frames(found) == [("/a.mov", 0, 48, 86_400, 86_448), ("/b.mov", 48, 58, 0, 10)]
    assert notes == ("lost has no length: it is left out.",)


def test_every_kind_of_media_has_a_name() -> None:
    sequence = schema.ImageSequenceReference("C:\\Shots\\", "a.", ".exr", 1, 1, 24, 4)
    bars = schema.GeneratorReference(name="bars", generator_kind="SMPTEBars")
    found = read(video(
        clip("1", 0, 1, reference=sequence), clip("2", 0, 1, reference=bars),
        clip("Reel 7", 0, 1, reference=schema.MissingReference()), clip("", 0, 1, reference=schema.MissingReference()),
    ))  # fmt: skip
    assert [piece.media for piece in found] == ["c:/shots/a.####.exr", "generated:SMPTEBars:bars", "name:reel 7", ""]
    assert [piece.generated for piece in found] == [False, True, False, False]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("file:///C:/A%20b/x.MOV", "c:/a b/x.mov"),
        ("C:\\A b\\X.mov", "c:/a b/x.mov"),
        ("file://localhost/C%3a/A%20B/x.mov", "c:/a b/x.mov"),
        ("\\\\srv\\Share\\a.mov", "//srv/share/a.mov"),
        ("file://srv/Share/a.mov", "//srv/share/a.mov"),
        ("file:///Users/e%CC%81.mov", "/Users/é.mov"),
        ("/Users/é.mov", "/Users/é.mov"),
        ("/a/./b//c/../x%20y.mov", "/a/b/x%20y.mov"),
        ("media\\x.mov", "media/x.mov"),
        ("https://host/a%20b.mov", "https://host/a%20b.mov"),
        ("", "name:clip 1"),
    ],
)
def test_the_spelling_of_a_path_does_not_make_another_media(url: str, key: str) -> None:
    assert media_key(url, "Clip 1") == key
    assert file_name(key) == key.removeprefix("name:").rsplit("/", 1)[-1]


def test_nests_without_end_are_refused_in_words() -> None:
    item: Any = clip("a", 0, 10)
    for _ in range(80):
        stack = schema.Stack()
        stack.append(item)
        item = stack
    with pytest.raises(DocumentError, match="deep"):
        read(video(item))


def test_a_document_of_one_media_is_one_piece_of_each_kind() -> None:
    media = Media("/a.mov", 4000, RATES[2], start_timecode="01:00:00:00")
    found = pieces(programme_of(Document(media)))
    assert [(piece.kind, piece.start, piece.end, piece.source_start) for piece in found] == [("video", 0, 4, 3600)]


@pytest.mark.shared
def test_every_shared_timeline_gives_pieces_within_it(shared: Path) -> None:
    import opentimelineio as otio

    read_any = 0
    for path in sorted((shared / "timelines" / "otio").glob("*.otio")):
        try:
            timeline = otio.adapters.read_from_file(str(path))
        except otio.exceptions.OTIOError:
            continue  # of an older schema than OTIO itself reads
        made = Programme(Document(), TimelineInfo(), timeline)
        for piece in pieces(made):
            assert 0 <= piece.start < piece.end <= seconds(timeline.duration()) + Fraction(1, 100)
            assert piece.media
            assert piece.held or piece.source_end - piece.source_start == piece.speed * (piece.end - piece.start)
        read_any += 1
    assert read_any > 8
