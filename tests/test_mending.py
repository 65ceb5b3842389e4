"""A remedy helps against its problem, costs no other cue anything, and does nothing where there is no room."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugin_core import mending
from plugin_core.checks import Problem, check
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Mark, Word
from plugin_core.profiles import find

PROFILE = find("netflix")
RATE = FrameRate.parse("25")


def document(*cues: Cue) -> Document:
    return Document(languages=("en",), cues=cues)


def codes(of: Document, cuts: tuple[int, ...] = ()) -> list[tuple[str, str]]:
    return [(p.cue_id, p.code) for p in check(of, PROFILE, frame_rate=RATE, cuts=cuts)]


def mended(of: Document, code: str, cuts: tuple[int, ...] = ()) -> Document:
    problem = next(p for p in check(of, PROFILE, frame_rate=RATE, cuts=cuts) if p.code == code)
    return mending.mend(of, problem, PROFILE, frame_rate=RATE, cuts=cuts)


@pytest.mark.parametrize("start", [2600, 3000, 3040])
def test_cues_that_are_too_close_are_put_apart(start: int) -> None:
    before = document(Cue("a", 1000, 3000, ("One.",)), Cue("b", start, 5000, ("Two.",)))
    code = codes(before)[0][1]
    after = mended(before, code)
    assert codes(after) == []
    assert after.cues[1] == before.cues[1]


def test_a_cue_too_short_to_give_time_is_left_alone() -> None:
    before = document(Cue("a", 1000, 3000, ("One.",)), Cue("b", 1200, 5000, ("Two.",)))
    after = mended(before, "overlap")
    assert after.cues[0] == before.cues[0]
    assert after.cues[1].start == 3080


@pytest.mark.parametrize("code", ["reading-speed", "too-short"])
def test_a_cue_stays_until_it_can_be_read(code: str) -> None:
    text = "All of this has to be read within a very short time." if code == "reading-speed" else "No."
    before = document(Cue("a", 1000, 1000 + 400, (text,)), Cue("b", 9000, 11_000, ("Two.",)))
    assert code not in [found for _, found in codes(mended(before, code))]


def test_a_cue_without_room_stays_as_it_is() -> None:
    text = "All of this has to be read within a very short time."
    before = document(Cue("a", 1000, 2000, (text,)), Cue("b", 2080, 4000, ("Two.",)))
    assert mended(before, "reading-speed") is before


def test_a_longer_cue_does_not_run_over_a_cut() -> None:
    text = "All of this has to be read within a very short time."
    before = document(Cue("a", 1000, 2000, (text,)))
    after = mended(before, "reading-speed", cuts=(3000,))
    assert after.cues[0].end == 3000 - 80


def test_lines_are_broken_as_the_profile_wants() -> None:
    text = "This is a line that is a good deal longer than forty-two characters are."
    before = document(Cue("a", 0, 6000, (text,)))
    after = mended(before, "line-length")
    assert codes(after) == []
    assert after.cues[0].texts[0].split() == text.split()


def test_a_cue_that_hangs_over_a_cut_ends_before_it() -> None:
    words = (Word(1000, 2500, "Going"), Word(2500, 2900, " home."))
    before = document(Cue("a", 1000, 3200, ("Going home.",), words))
    after = mended(before, "crosses-cut", cuts=(3000,))
    assert after.cues[0].end == 2920
    assert codes(after, cuts=(3000,)) == []


def test_what_was_invented_or_is_empty_goes() -> None:
    word = (Word(0, 1900, "Thanks for watching!"),)
    before = document(Cue("a", 0, 2000, ("Thanks for watching!",), word), Cue("b", 3000, 5000, ("",)))
    assert [cue.id for cue in mended(before, "hallucination").cues] == ["b"]
    assert [cue.id for cue in mended(before, "empty").cues] == ["a"]


def test_a_caption_waits_for_its_sound() -> None:
    marks = (Mark("m", "sound", 1500, 2500, "door"),)
    before = replace(document(Cue("a", 1000, 3000, ("[door]",), tags=("sdh:m",))), marks=marks)
    assert mended(before, "anticipates").cues[0].start == 1500


def test_a_cue_that_is_too_long_is_shortened() -> None:
    before = document(Cue("a", 1000, 12_000, ("One.",)))
    assert codes(mended(before, "too-long")) == []


def test_what_only_a_person_can_decide_is_left_to_him() -> None:
    before = document(Cue("a", 0, 2000, ("One.",)))
    assert mending.mend(before, Problem("a", "low-confidence", ""), PROFILE) is before
    assert mending.mend(before, Problem("gone", "overlap", ""), PROFILE) is before
    assert not mending.can_mend("glossary")
