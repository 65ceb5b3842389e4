"""The cut has changed, and the subtitles follow."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from plugin_core.clock import FrameRate
from plugin_core.conform import Options, conform
from plugin_core.conform.changes import Conformed
from plugin_core.document import Cue, Document, Mark, Media
from plugin_core.errors import DocumentError, SettingsError
from plugin_core.timeline import Programme, programme_of
from tests.conform import recuts
from tests.conform.recuts import RATES, Footage, Shot, gap, programme

EVERYTHING = Options(shortest=1, least_new=0)
rates = pytest.mark.parametrize("rate", RATES, ids=str)


def shot(media: str, start: int, frames: int, rate: FrameRate, speed: Fraction = Fraction(1)) -> Shot:
    return Shot(media, start / rate.fps, frames, speed)


def frames_of(spans: Iterable[tuple[int, int]], made: Programme) -> set[int]:
    return {frame for start, end in spans for frame in range(made.info.frame(start), made.info.frame(end))}


@rates
@pytest.mark.parametrize("seed", range(4))
def test_what_survives_is_in_the_frames_that_play_its_source_and_nowhere_else(rate: FrameRate, seed: int) -> None:
    chance = random.Random(seed)
    first = recuts.original(chance, rate)
    second = recuts.recut(chance, first, rate)
    old, new = programme(first, rate), programme(second, rate, stereo=True)
    document = recuts.document_over(chance, first, old.info)
    found = conform(document, old, new, options=EVERYTHING)
    before, after = recuts.by_frame(first, rate), recuts.by_frame(second, rate)
    places: dict[tuple[str, Fraction], set[int]] = {}
    for frame, shown in enumerate(after):
        places.setdefault(shown, set()).add(frame)
    assert len(found.changes) == len(document.cues) + len(document.marks)
    for change in found.changes:
        mine = frames_of([change.old], old)
        images = {image for frame in mine if before[frame][0] for image in places.get(before[frame], ())}
        landed = frames_of(change.new, new)
        over_gap = any(not before[frame][0] for frame in mine)
        assert images == landed or (over_gap and images <= landed), change
        assert bool(change.new) is (change.what not in {"deleted", "not followed"})
        assert len(change.new) == len(change.ids) == len(set(change.ids))


@rates
@pytest.mark.parametrize("seed", range(3))
def test_what_is_reported_is_what_the_document_holds(rate: FrameRate, seed: int) -> None:
    chance = random.Random(100 + seed)
    first = recuts.original(chance, rate)
    old, new = programme(first, rate), programme(recuts.recut(chance, first, rate, paces=recuts.PACES), rate)
    found = conform(recuts.document_over(chance, first, old.info, spoken=True), old, new)
    items = {item.id: (item.start, item.end) for item in (*found.document.cues, *found.document.marks)}
    told = {name: span for change in found.changes for name, span in zip(change.ids, change.new, strict=True)}
    assert told == items
    assert sum(found.counts.values()) == len(found.changes)


@rates
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("spoken", [True, False], ids=["spoken", "mute"])
def test_there_and_back_restores_what_was_never_taken_out(rate: FrameRate, seed: int, spoken: bool) -> None:
    chance = random.Random(200 + seed)
    first = recuts.original(chance, rate)
    second = recuts.recut(chance, first, rate, keep=True)
    old, new = programme(first, rate), programme(second, rate)
    document = recuts.document_over(chance, first, old.info, spoken=spoken)
    there = conform(document, old, new, options=EVERYTHING)
    back = conform(there.document, new, old, options=EVERYTHING)
    restored = {cue.id: cue for cue in back.document.cues}
    parted = {change.id for change in there.changes if change.what == "split"}
    before = recuts.by_frame(first, rate)
    mute = (
        {change.id for change in there.changes if "not kept" in change.why} if spoken else set()
    )  # parts without words
    played = [cue for cue in document.cues if all(before[f][0] for f in frames_of([(cue.start, cue.end)], old))]
    whole = [cue for cue in played if cue.id not in mute]
    assert len(whole) > 10
    for cue in whole:
        again = restored[cue.id]
        assert (again.start, again.end) == (cue.start, cue.end)
        assert [text.split() for text in again.texts] == [text.split() for text in cue.texts]
        assert [word.text.strip() for word in again.words] == [word.text.strip() for word in cue.words]
        if cue.id not in parted:  # a word that a cut goes through loses its end
            assert all(abs(a.start - b.start) <= 1 for a, b in zip(again.words, cue.words, strict=True))


@rates
def test_the_same_cut_changes_nothing(rate: FrameRate) -> None:
    chance = random.Random(7)
    shots = recuts.original(chance, rate)
    old = programme(shots, rate)
    document = recuts.document_over(chance, shots, old.info, spoken=True)
    for same in (old, programme(shots, rate), programme(shots, rate, stereo=True, order=(2, 0, 1))):
        found = conform(document, old, same)
        assert found.document is document
        assert found.counts == {"unchanged": 80}


@rates
@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_tracks_does_not_matter(rate: FrameRate, seed: int) -> None:
    chance = random.Random(300 + seed)
    first = recuts.original(chance, rate)
    second = recuts.recut(chance, first, rate)
    sound = recuts.recut(chance, second, rate, changes=2)
    document = recuts.document_over(chance, first, programme(first, rate).info, spoken=True)
    results = [
        conform(
            document,
            programme(first, rate, stereo=True, order=order),
            programme(second, rate, sound=sound, stereo=True, order=order),
        )
        for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0))
    ]
    assert results[0] == replace(results[1], old_info=results[0].old_info) == results[2]


@rates
@pytest.mark.parametrize("pace", recuts.PACES, ids=str)
def test_a_changed_speed_scales_the_times(rate: FrameRate, pace: Fraction) -> None:
    old = programme([shot("a", 100, 400, rate)], rate)
    new = programme([gap(33), shot("a", 120, int(300 / pace), rate, pace)], rate)
    cue = recuts.said("c", old.info.ms(60), old.info.ms(140))
    found = conform(Document(languages=("en", "zh"), cues=(cue,)), old, new)
    again = found.document.cues[0]
    begin, end = (33 + round(Fraction(100 + frame - 120) / pace + Fraction(1, 10**9)) for frame in (60, 140))
    assert (new.info.frame(again.start), new.info.frame(again.end)) == (begin, end)
    assert [word.text for word in again.words] == [word.text for word in cue.words]
    assert again.words[0].start == again.start
    assert again.words[-1].end == again.end
    assert found.changes[0].what == "retimed"


@pytest.mark.parametrize(
    "own", [FrameRate.parse(text) for text in ("23.976", "25", "29.97", "30", "59.94", "60")], ids=str
)
@rates
def test_media_of_another_rate_lands_on_the_nearest_frame(rate: FrameRate, own: FrameRate) -> None:
    footage = {"a": Footage(own, first=own.nominal * 3600)}
    begin, later = 11 / own.fps, 30 / own.fps
    old = programme([gap(5), Shot("a", begin, 400)], rate, footage=footage)
    new = programme([gap(17), Shot("a", later, 200)], rate, footage=footage)
    cues = tuple(Cue(f"{n}", old.info.ms(105 + 7 * n), old.info.ms(109 + 7 * n), ("",)) for n in range(5))
    found = conform(Document(languages=("en",), cues=cues), old, new).document
    for cue, again in zip(cues, found.cues, strict=True):
        for before, after in ((cue.start, again.start), (cue.end, again.end)):
            moment = begin + (old.info.frame(before) - 5) / rate.fps
            exact = 17 + (moment - later) * rate.fps
            assert new.info.frame(after) == (2 * exact + 1) // 2


def one(
    cue: Cue, first: list[Shot], second: list[Shot], options: Options | None = None, **tracks: list[Shot]
) -> Conformed:
    rate = RATES[2]
    old = programme(first, rate, sound=tracks.get("old_sound"))
    new = programme(second, rate, sound=tracks.get("new_sound"))
    return conform(Document(languages=("en", "zh"), cues=(cue,)), old, new, options=options)


R = RATES[2]  # 25: a frame is 40 ms


def test_a_cue_across_a_cut_whose_sources_go_on_stays_one_cue() -> None:
    cue = recuts.said("c", 2000, 4000)
    found = one(cue, [shot("a", 0, 200, R)], [gap(10), shot("a", 0, 70, R), shot("a", 70, 130, R)])
    assert [(c.id, c.start, c.end, c.texts) for c in found.document.cues] == [("c", 2400, 4400, cue.texts)]
    assert found.changes[0].why == "It lies 10 frames later."


def test_a_cue_that_the_new_cut_parts_is_divided_between_words() -> None:
    cue = recuts.said("c", 2000, 4400)
    found = one(cue, [shot("a", 0, 200, R)], [shot("a", 0, 80, R), gap(25), shot("a", 80, 100, R)])
    left, right = found.document.cues
    assert (left.id, left.start, left.end) == ("c", 2000, 3200)
    assert (right.id, right.start, right.end) == ("c+2", 4200, 5400)
    assert (left.texts[0], right.texts[0]) == ("wcx0 wcx1 wcx2", "wcx3 wcx4 wcx5")
    assert "".join(left.texts[1] + right.texts[1]) == cue.texts[1]
    assert [word.start for word in right.words] == [4200, 4600, 5000]
    assert found.changes[0].what == "split"


def test_what_is_taken_from_the_middle_of_a_cue_leaves_one_cue() -> None:
    cue = recuts.said("c", 2000, 4400)
    found = one(cue, [shot("a", 0, 200, R)], [shot("a", 0, 60, R), shot("a", 80, 100, R)])
    again = found.document.cues[0]
    assert (again.start, again.end, again.texts) == (2000, 3600, cue.texts)
    assert [word.text for word in again.words] == ["wcx0", " wcx3", " wcx4", " wcx5"]
    assert found.changes[0].what == "trimmed"
    assert found.changes[0].why == "20 of 60 frames are not kept. 2 of its words fell outside; its text is kept whole."


def test_the_text_of_lost_words_goes_too_if_asked_for() -> None:
    cue = recuts.said("c", 2000, 4400)
    found = one(cue, [shot("a", 0, 200, R)], [shot("a", 70, 30, R)], Options(trim_text=True))
    again = found.document.cues[0]
    assert (again.start, again.end) == (0, 1200)
    assert again.texts == ("wcx2 wcx3 wcx4", cue.texts[1])
    assert [word.text.strip() for word in again.words] == ["wcx2", "wcx3", "wcx4"]


def test_source_used_twice_makes_copies_with_stable_ids() -> None:
    cue = recuts.said("c", 1000, 2000)
    twice = [shot("a", 0, 100, R), gap(5), shot("a", 0, 100, R)]
    found = one(cue, [shot("a", 0, 200, R)], twice)
    assert [(c.id, c.start) for c in found.document.cues] == [("c", 1000), ("c~2", 5200)]
    assert found.document.cues == one(cue, [shot("a", 0, 200, R)], twice).document.cues
    assert found.changes[0].ids == ("c", "c~2")
    back = conform(found.document, programme(twice, R), programme([shot("a", 0, 200, R)], R))
    assert back.document.cues == (cue,)
    assert back.changes[1].what == "deleted"


def test_the_most_complete_occurrence_keeps_the_id() -> None:
    cue = Cue("c", 1000, 2000, ("", ""))
    found = one(cue, [shot("a", 0, 200, R)], [shot("a", 0, 40, R), shot("a", 0, 100, R)])
    assert [(c.id, c.start, c.end) for c in found.document.cues] == [("c~2", 1000, 1600), ("c", 2600, 3600)]


def test_dialogue_follows_the_sound_and_a_shot_the_picture() -> None:
    cue, mark = recuts.said("c", 1000, 2000), Mark("m", "shot", 1000, 2000, "wide")
    heard = Mark("n", "sound", 1000, 2000, "bang")
    old = programme([shot("a", 0, 200, R)], R)
    new = programme([gap(20), shot("a", 0, 200, R)], R, sound=[gap(10), shot("a", 0, 200, R)])
    document = Document(languages=("en", "zh"), cues=(cue,), marks=(mark, heard))
    found = conform(document, old, new).document
    assert (found.cues[0].start, [m.start for m in found.marks]) == (1400, [1400, 1800])
    seen = conform(document, old, new, options=Options(follow="picture")).document
    assert (seen.cues[0].start, [m.start for m in seen.marks]) == (1800, [1800, 1800])


def test_lifted_sound_takes_its_cues_along_though_the_picture_stays() -> None:
    found = one(
        recuts.said("c", 1000, 2000),
        [shot("a", 0, 200, R)],
        [shot("a", 0, 200, R)],
        new_sound=[gap(60), shot("a", 60, 140, R)],
    )
    assert found.document.cues == ()
    assert (found.changes[0].what, found.changes[0].why) == ("deleted", "Its source is not in the new cut.")


def test_a_cue_that_stands_longer_than_its_sound_keeps_its_length() -> None:
    first = [shot("a", 0, 50, R), gap(50), shot("b", 0, 50, R)]
    cue = recuts.said("c", 1000, 2600)
    moved = one(cue, first, [gap(10), shot("b", 0, 50, R), shot("a", 0, 50, R), gap(50)]).document.cues[0]
    assert (moved.start, moved.end) == (3400, 5000)
    longer = one(cue, first, [shot("a", 0, 99, R), shot("b", 0, 50, R)]).document.cues[0]
    assert (longer.start, longer.end) == (1000, 2600)
    crowded = one(cue, first, [shot("a", 0, 50, R), shot("b", 0, 50, R)])
    assert (crowded.document.cues[0].end, crowded.changes[0].what) == (2000, "trimmed")


def test_what_stands_on_nothing_moves_with_the_clip_before_it() -> None:
    first = [shot("a", 0, 50, R), gap(50), shot("b", 0, 50, R)]
    title = Cue("c", 2200, 3800, ("", ""))
    assert one(title, first, [gap(10), *first]).document.cues[0].start == 2600
    lost = one(title, first, [shot("b", 0, 50, R), shot("a", 0, 20, R)])
    assert (lost.document.cues, lost.changes[0].what, lost.changes[0].why) == (
        (),
        "not followed",
        "It stood on no clip.",
    )


def test_too_short_a_rest_is_dropped_and_listed() -> None:
    cue = Cue("c", 1000, 2000, ("", ""))
    rest = [shot("a", 0, 26, R), shot("b", 0, 100, R)]
    assert one(cue, [shot("a", 0, 200, R)], rest).changes[0].what == "deleted"
    assert one(cue, [shot("a", 0, 200, R)], rest, Options(shortest=1)).changes[0].new == ((1000, 1040),)
    mute = recuts.said("c", 1000, 2000)
    tail = replace(mute, end=3000)  # a second of silence after its words
    assert one(tail, [shot("a", 0, 200, R)], [shot("a", 55, 100, R)]).changes[0].what == "deleted"


def test_backwards_and_stills_are_followed_only_where_they_are_used_just_so() -> None:
    for speed in (Fraction(-1), Fraction(0)):
        held = shot("a", 50, 50, R, speed)
        cue = recuts.said("c", 200, 1600)
        assert one(cue, [held], [gap(10), held]).document.cues[0].start == 600
        changed = one(cue, [held], [gap(10), replace(held, frames=40)])
        assert changed.document.cues == ()
        assert changed.changes[0].what == "not followed"


def test_a_document_of_one_media_comes_onto_a_timeline_and_back() -> None:
    media = Media("/day 1/interview.mov", 60_000, FrameRate.parse("25"), start_timecode="10:00:00:00")
    cues = tuple(recuts.said(f"{n}", 2000 * n + 17, 2000 * n + 1500) for n in range(29))
    document = Document(media, ("en", "zh"), cues)
    old = programme_of(document)
    pieces = [
        Shot("x", Fraction(0), 30),
        Shot("interview.mov", Fraction(20), 250),
        Shot("interview.mov", Fraction(4), 250),
    ]
    new = programme(pieces, R, footage={"interview.mov": Footage(R, 10 * 3600 * 25)})
    found = conform(document, old, new)
    assert [cue.id for cue in found.document.cues if cue.texts == cues[0].texts or cue.end <= 11_200][:3] == [
        "10",
        "11",
        "12",
    ]
    assert found.document.cues[0].start == 1217
    assert found.notes == ("interview.mov is in another folder now: it was recognised by its name.",)
    assert found.document.media.path == ""
    assert found.unsubtitled == ((0, 1200),)
    assert conform(document, old, new, options=Options(by_name=False)).document.cues == ()
    back = conform(found.document, new, old)
    assert back.document.media == media
    assert set(back.document.cues) >= {cues[10], cues[11], cues[3]}


def test_new_material_is_listed() -> None:
    old = programme([shot("a", 0, 100, R), shot("b", 0, 100, R)], R)
    new = programme([shot("a", 0, 150, R), shot("c", 0, 5, R), shot("b", 50, 50, R), shot("d", 0, 100, R)], R)
    document = Document(languages=("en",), cues=())
    assert conform(document, old, new).unsubtitled == ((4000, 6200), (8200, 12_200))
    assert conform(document, old, new, options=Options(least_new=3000)).unsubtitled == ((8200, 12_200),)


def test_a_cut_without_media_and_wrong_options_are_refused_in_words() -> None:
    empty, cut = programme([gap(10)], R), programme([shot("a", 0, 10, R)], R)
    document = Document(languages=("en",), cues=(Cue("c", 0, 100, ("x",)),))
    with pytest.raises(DocumentError, match="names no media"):
        conform(document, empty, cut)
    assert conform(document, cut, empty).counts == {"deleted": 1}
    with pytest.raises(SettingsError, match="no track 'a9'"):
        conform(document, cut, programme([gap(1), shot("a", 0, 10, R)], R), options=Options(tracks=("A9",)))
    with pytest.raises(SettingsError):
        Options(follow="smell")


def test_the_report_reads_as_sentences_and_as_json() -> None:
    cue = recuts.said("c", 1000, 2000)
    found = one(cue, [shot("a", 0, 200, R)], [shot("b", 0, 50, R), shot("a", 0, 35, R)])
    assert found.sentences() == (
        "Of 1 cues and marks: 1 trimmed.",
        "cue “wcx0 wcx1 wcx2 wcx3 wcx4 wcx5” (00:02:25:00–00:02:26:00, now 00:02:27:00–00:02:27:10): trimmed. "
        + found.changes[0].why,
        "Not subtitled yet: 00:02:24:00–00:02:26:00.",
    )
    assert found.changes[0].why.startswith("15 of 25 frames are not kept. 4 of its words fell outside;")
    told = found.to_json()
    assert told["counts"] == {"trimmed": 1}
    assert told["changes"][0]["new"] == [[3000, 3400]]
    assert told["unsubtitled"] == [[0, 2000]]


def dual(named: tuple[str, str], *, moved: int) -> tuple[Programme, Programme]:
    """Two sound tracks of other names: speech that moves by *moved* frames, and a bed that stays."""
    made = []
    for at in (0, moved):
        cut = programme([shot("picture", 0, 300, R)], R, sound=[gap(at), shot("speech", 0, 200, R)])
        cut.media.tracks.append(recuts.track([shot("bed", 0, 300, R)], R, {}, "Audio", named[1]))
        cut.media.tracks[1].name = named[0]
        made.append(cut)
    return made[0], made[1]


@pytest.mark.parametrize("named", [("DX 1", "MX 1"), ("对白", "音乐"), ("A1", "A2")])
def test_a_bed_that_stays_does_not_hold_the_dialogue(named: tuple[str, str]) -> None:
    old, new = dual(named, moved=50)
    marks = (Mark("m", "music", 1000, 2000, "strings"),)
    document = Document(languages=("en", "zh"), cues=(recuts.said("c", 1000, 2000),), marks=marks)
    found = conform(document, old, new).document
    assert found.cues[0].start == 3000
    if named != ("A1", "A2"):
        assert found.marks[0].start == 1000
    followed = conform(document, old, new, options=Options(tracks=(named[1],))).document
    assert followed is document or followed.cues[0].start == 1000


def test_a_point_and_a_mark_within_one_frame_stay_such() -> None:
    marks = (Mark("p", "note", 1000, 1000, "here"), Mark("q", "note", 1003, 1011, "there"))
    old, new = programme([shot("a", 0, 200, R)], R), programme([gap(7), shot("a", 0, 200, R)], R)
    found = conform(Document(marks=marks), old, new).document
    assert [(mark.start, mark.end) for mark in found.marks] == [(1280, 1280), (1283, 1291)]


def test_another_timeline_rate_lands_on_its_frames() -> None:
    old = programme([Shot("a", Fraction(0), 240)], FrameRate.parse("24"), footage={"a": Footage(FrameRate.parse("24"))})
    new = programme([gap(25), Shot("a", Fraction(0), 250)], R, footage={"a": Footage(FrameRate.parse("24"))})
    found = conform(Document(languages=("en", "zh"), cues=(recuts.said("c", 1010, 2010),)), old, new)
    again = found.document.cues[0]
    assert (again.start, again.end, found.changes[0].what) == (2000, 3000, "moved")


def test_an_offset_of_the_old_timeline_is_counted() -> None:
    old, new = programme([gap(10), shot("a", 0, 200, R)], R), programme([gap(30), shot("a", 0, 200, R)], R)
    shifted = replace(old, info=replace(old.info, offset=400))  # the document begins with the clip
    cue = recuts.said("c", 1000, 2000)
    found = conform(Document(languages=("en", "zh"), cues=(cue,)), shifted, new).document
    assert (found.cues[0].start, found.cues[0].words[0].start) == (2200, 2200)


def test_files_of_one_name_are_told_apart_by_their_folders() -> None:
    def cut(folders: tuple[str, str], first: int) -> Programme:
        made = programme([gap(first), shot("x", 0, 50, R), shot("y", 0, 50, R)], R)
        for track in made.media.tracks:
            for clip, folder in zip(track[1:], folders, strict=True):
                clip.media_reference.target_url = f"{folder}/C0001.MP4"
        return made

    cue = Cue("c", 2800, 3200, ("", ""))
    document = Document(languages=("en", "zh"), cues=(cue,))
    old, new = cut(("/p/A001", "/p/A002"), 10), cut(("/moved/A002", "/moved/A001"), 20)
    assert conform(document, old, new).document.cues[0].start == 1200
    unsure = conform(document, old, cut(("/q/B1", "/q/B2"), 20))
    assert unsure.counts == {"deleted": 1}
    assert unsure.notes == ("c0001.mp4 has a name that several files have: it was not recognised.",)


def test_an_export_that_counts_from_zero_is_understood() -> None:
    shots = [shot("a", 100, 100, R)]
    old = programme(shots, R, footage={"a": Footage(R, 90_000)})
    new = programme([gap(10), *shots], R, footage={"a": Footage(R, 0)})
    cue = Cue("c", 1000, 2000, ("", ""))
    assert conform(Document(languages=("en", "zh"), cues=(cue,)), old, new).document.cues[0].start == 1400
    other = programme([gap(10), *shots], R, footage={"a": Footage(R, 45_000)})
    apart = conform(Document(languages=("en", "zh"), cues=(cue,)), old, other)
    assert apart.counts == {"deleted": 1}
    assert "timecode may begin differently" in apart.notes[0]


@pytest.mark.shared
def test_real_timelines_conform_to_themselves_and_to_a_later_start(shared: Path) -> None:
    from opentimelineio import opentime, schema

    from plugin_core.otio_read import load_otio

    counted = 0
    for path in sorted((shared / "timelines" / "otio").glob("*.otio")):
        old, new = load_otio(path), load_otio(path)
        for track in (*old.media.tracks, *new.media.tracks):
            track.source_range = None  # a window would cut what moves out of it
        info = old.info
        cues = tuple(Cue(f"{n}", info.ms(n), info.ms(n + 9), ("",)) for n in range(0, info.duration - 9, 10))
        document = Document(languages=("en",), cues=cues)
        assert conform(document, old, new).document is document
        for track in new.media.tracks:
            track.insert(0, schema.Gap(duration=opentime.RationalTime(12, float(info.rate.fps))))
        found = conform(document, old, new)
        moved = [change for change in found.changes if change.what == "moved"]
        assert all(info.frame(change.new[0][0]) - info.frame(change.old[0]) == 12 for change in moved)
        assert len(moved) == len(cues) or found.notes
        counted += len(moved)
    assert counted > 100


def test_a_source_used_twice_in_both_cuts_keeps_its_cues_apart() -> None:
    first = [shot("a", 0, 100, R), shot("b", 0, 50, R), shot("a", 0, 100, R)]
    cues = (recuts.said("c", 1000, 2000), recuts.said("d", 7000, 8000))
    document = Document(languages=("en", "zh"), cues=cues)

    def spans(second: list[Shot]) -> list[tuple[str, int]]:
        found = conform(document, programme(first, R), programme(second, R)).document
        return [(cue.id, cue.start) for cue in found.cues]

    assert spans([gap(10), *first]) == [("c", 1400), ("d", 7400)]
    assert spans([*first, shot("a", 0, 100, R)]) == [("c", 1000), ("d", 7000), ("d~2", 11_000)]
    same = replace(cues[1], texts=cues[0].texts, words=())
    alike = Document(languages=("en", "zh"), cues=(replace(cues[0], words=()), same))
    once = conform(alike, programme(first, R), programme([gap(10), shot("a", 0, 100, R)], R))
    assert [(cue.id, cue.start) for cue in once.document.cues] == [("c", 1400)]
    assert (once.changes[1].what, once.changes[1].why) == ("deleted", "c is in its place.")
