"""What comes of answering a conflict: the timeline's version, the document's, both, or neither yet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gui.answering import BOTH, LEAVE, OURS, THEIRS, Ground, answered, takes_both
from plugin_core import edits
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document, Mark
from plugin_core.host import RESOLVE, Conflict, PlanOptions, TimelineInfo, plan
from plugin_core.plan.pushed import Pushed
from tests.hosts.model_host import ModelHost

INFO = TimelineInfo(FrameRate.parse("25"), duration=4000)
DOCUMENT = Document(
    languages=("en", "zh"),
    cues=(Cue("c1", 1000, 2000, ("Hello.", "你好。")), Cue("c2", 2000, 3000, ("Goodbye.", "再见。"))),
    marks=(Mark("m1", "note", 1000, 1400, "bang"),),
)
OPTIONS = PlanOptions(traits=RESOLVE)


class Both:
    """A timeline that was pushed to and edited since, and a document that was edited since as well."""

    def __init__(self) -> None:
        self.host = ModelHost(RESOLVE)
        _, self.record = self.host.push(DOCUMENT, INFO)
        zh = next(place for place, track in enumerate(self.host.tracks) if track.key == "zh")
        track = self.host.tracks[zh]
        captions = tuple(replace(one, text="您好。") if one.text == "你好。" else one for one in track.captions)
        self.host.tracks[zh] = replace(track, captions=captions)
        self.host.markers = [replace(one, name="BANG") for one in self.host.markers]
        ours = edits.set_text(DOCUMENT, "c1", "zh", "哈喽。")
        self.document = replace(ours, marks=(replace(ours.marks[0], text="Explosion"),))

    @property
    def ground(self) -> Ground:
        return Ground(self.document, INFO, self.host.present(), self.record, OPTIONS)

    @property
    def conflicts(self) -> dict[str, Conflict]:
        made = plan(self.document, INFO, self.host.present(), last=self.record, options=OPTIONS)
        return {one.key: one for one in made.conflicts}

    def push(self, answer: str) -> tuple[Document, Pushed]:
        found = self.conflicts
        result = answered(self.ground, found, dict.fromkeys(found, answer))
        assert not result.plan.conflicts or answer == LEAVE
        _, record = self.host.push(result.document, INFO, self.record, result.options)
        return result.document, record

    def shown(self) -> tuple[str, list[str]]:
        """The caption of the Chinese track, and the markers' names."""
        track = next(track for track in self.host.tracks if track.key == "zh")
        return track.captions[0].text, sorted(one.name for one in self.host.markers)


@pytest.fixture
def both() -> Both:
    return Both()


def test_both_sides_are_found(both: Both) -> None:
    assert sorted(both.conflicts) == ["m1", "zh:c1"]
    assert all(map(takes_both, both.conflicts.values()))


def test_the_documents_version_comes_onto_the_timeline(both: Both) -> None:
    document, _ = both.push(OURS)
    assert document is both.document
    assert both.shown() == ("哈喽。", ["Explosion"])


def test_the_timelines_version_stays_and_comes_into_the_document(both: Both) -> None:
    document, _ = both.push(THEIRS)
    assert both.shown() == ("您好。", ["BANG"])
    assert (document.cues[0].texts[1], document.marks[0].text) == ("您好。", "BANG")


def test_both_stand_one_above_the_other_and_side_by_side(both: Both) -> None:
    document, _ = both.push(BOTH)
    assert both.shown() == ("您好。\n哈喽。", ["BANG", "Explosion"])
    assert document.cues[0].texts[1] == "您好。\n哈喽。"
    assert sorted(mark.text for mark in document.marks) == ["BANG", "Explosion"]


def test_without_an_answer_the_timeline_keeps_its_own(both: Both) -> None:
    document, _ = both.push(LEAVE)
    assert document is both.document
    assert both.shown() == ("您好。", ["BANG"])


@pytest.mark.parametrize("answer", [OURS, THEIRS, BOTH])
def test_once_answered_nothing_is_left_to_do(both: Both, answer: str) -> None:
    document, record = both.push(answer)
    again = plan(document, INFO, both.host.present(), last=record, options=OPTIONS)
    assert (again.operations, again.conflicts, again.pulled) == ((), (), ())


def test_one_answer_leaves_the_others_open(both: Both) -> None:
    result = answered(both.ground, both.conflicts, {"m1": OURS})
    assert [one.key for one in result.plan.conflicts] == ["zh:c1"]
    assert result.document is both.document


def test_a_track_that_was_deleted_there_and_changed_here_is_put_again_or_stays_away() -> None:
    for answer, keys in ((OURS, ["en", "en-zh", "zh"]), (THEIRS, ["en", "en-zh"])):
        both = Both()
        both.host.tracks = [track for track in both.host.tracks if track.key != "zh"]
        conflicts = both.conflicts
        assert (conflicts["zh"].host, conflicts["zh"].document) == (None, None)
        assert not takes_both(conflicts["zh"])
        result = answered(both.ground, conflicts, {"zh": answer})
        both.host.push(result.document, INFO, both.record, result.options)
        assert sorted(track.key for track in both.host.tracks) == keys
