"""Tags on the timeline: marks, speakers and cues; what a person changed is theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core import storage
from plugin_core.document import Cue, Document, Mark
from plugin_core.errors import DocumentError
from plugin_core.schema import from_json
from plugin_core.tagging import marking
from plugin_core.tagging.tags import Item, Tags


def tags_in(stream: str, *items: Item) -> Tags:
    """Items given by their words only, with the places where these stand in *stream*."""
    placed = []
    for item in items:
        at = stream.index(item.text)
        placed.append(replace(item, span=(at, at + len(item.text))))
    return Tags(tuple(placed))


def film() -> Document:
    return Document(
        languages=("zh", "en"),
        cues=(
            Cue("a", 1000, 3000, ("小美（画外音）：走吧。[门铃响]", "Let's go.")),
            Cue("b", 4000, 6000, ("- 谁？\n- 我。", "- Who?\n- Me.")),
            Cue("c", 7000, 9000, ("[掌声]", "[applause]")),
            Cue("d", 9500, 9900, ("", "")),
        ),
        marks=(Mark("user", "sound", 1000, 3000, "门铃响", (("source", "text"),)),),
    )


def found(stream: str) -> Tags:
    return tags_in(
        stream,
        Item("speech", "走吧。", (0, 0), speaker="小美", state="画外音"),
        Item("sound", "门铃响", (0, 0), 1000, confidence=0.91, action="有人按门铃", audio_class="Doorbell"),
        Item("speech", "谁？", (0, 0), speaker="甲"),
        Item("speech", "我。", (0, 0), speaker="乙"),
        Item("sound", "掌声", (0, 0), 7000, manner="热烈"),
    )


def tagged(document: Document, tagger: Callable[[str], Tags], *, strip: bool = False) -> Document:
    """*document* with what *tagger* finds in its stream."""
    stream = marking.stream_of(document)
    return marking.mark_cues(document, stream, tagger(stream.text), strip=strip)


def test_the_stream_holds_every_cue_where_it_says() -> None:
    document = film()
    stream = marking.stream_of(document)
    assert [stream.text[start:end] for start, end, _ in stream.places] == [cue.texts[0] for cue in document.cues]
    assert "\n00:00:04,000 --> 00:00:06,000\n" in stream.text
    english = marking.stream_of(document, "en")
    assert [english.text[start:end] for start, end, _ in english.places] == [cue.texts[1] for cue in document.cues]


def test_marks_last_as_long_as_their_cue_and_carry_what_was_found() -> None:
    document = tagged(film(), found)
    bell = next(mark for mark in document.marks if mark.text == "门铃响" and mark.id != "user")
    assert (bell.kind, bell.start, bell.end, bell.confidence) == ("sound", 1000, 3000, 0.91)
    assert dict(bell.attributes) == {"source": "text", "action": "有人按门铃", "class": "Doorbell"}
    clap = next(mark for mark in document.marks if mark.text == "掌声")
    assert dict(clap.attributes)["manner"] == "热烈"
    assert dict(clap.attributes)["volume"] == "high"


def test_one_speaker_becomes_the_cues_and_several_do_not() -> None:
    document = tagged(film(), found)
    first, second = document.cues[:2]
    assert (first.speaker, first.role) == ("小美", "offscreen")
    assert "state:画外音" in first.tags
    assert second.speaker == ""


def test_no_text_changes_unless_asked() -> None:
    document = tagged(film(), found)
    assert [cue.texts for cue in document.cues] == [cue.texts for cue in film().cues]


def test_stripped_cues_keep_what_is_said_and_silent_ones_go() -> None:
    document = tagged(film(), found, strip=True)
    assert [(cue.id, cue.texts[0]) for cue in document.cues] == [("a", "走吧。"), ("b", "- 谁？\n- 我。"), ("d", "")]
    assert [mark.text for mark in document.marks] == ["门铃响", "门铃响", "掌声"]


def test_tagging_twice_changes_nothing() -> None:
    once = tagged(film(), found)
    again = tagged(once, found)
    assert again == once
    saved = from_json(storage._parse(storage.dumps(once)))
    assert tagged(saved, found) == once


def test_a_second_run_takes_back_the_first_ones_marks_and_speakers() -> None:
    once = tagged(film(), found)
    emptied = tagged(once, lambda _: Tags())
    assert emptied == film()


def test_what_a_person_changed_stays_and_is_not_made_again() -> None:
    once = tagged(film(), found)
    touched = tuple(replace(mark, start=1200) if mark.text == "门铃响" else mark for mark in once.marks)
    theirs = replace(once, marks=touched, cues=(replace(once.cues[0], speaker="王小美"), *once.cues[1:]))
    again = tagged(theirs, found)
    assert again.marks == touched
    assert again.cues[0].speaker == "王小美"
    cleared = tagged(theirs, lambda _: Tags())
    assert {mark.start for mark in cleared.marks} == {1200}
    assert cleared.cues[0].speaker == "王小美"


def test_what_another_source_found_is_left_alone() -> None:
    heard = marking.mark_of(Item("sound", "门铃", (0, 0)), 1100, 1500, marking.SOUND)
    document = marking.put(film(), [heard])
    assert heard in tagged(document, found).marks


def test_a_mark_lasts_until_the_next_time_code_but_not_endlessly() -> None:
    tags = Tags(
        (
            Item("music", "曲一", (0, 2), 0),
            Item("sound", "雨声", (3, 5), 0),
            Item("sound", "雷声", (6, 8), 30_000),
            Item("sound", "早", (9, 10), 10_000),
            Item("music", "曲二", (11, 13), 12_000),
            Item("title", "无时", (14, 16)),
        )
    )
    ends = {mark.text: mark.end for mark in marking.marks_of(tags)}
    assert ends == {"曲一": 30_000, "雨声": 10_000, "雷声": 32_000, "早": 12_000, "曲二": 17_000}
    assert {mark.text: mark.end for mark in marking.marks_of(tags, duration=15_000)}["曲二"] == 15_000


def test_a_text_with_time_codes_becomes_cues_and_marks() -> None:
    tags = Tags(
        (
            Item("speech", "没有时间", (0, 4)),
            Item("speech", "走吧", (5, 7), 1000, speaker="小美", state="OS"),
            Item("speech", "我们快一点儿走吧", (8, 16), 1000, speaker="王哥"),
            Item("sound", "门铃响", (17, 20), 3000),
            Item("speech", "谁", (21, 22), 3000),
        )
    )
    document = marking.document_of(tags, "zh")
    assert [(cue.texts[0], cue.speaker, cue.start) for cue in document.cues[:2]] == [
        ("走吧", "小美", 1000), ("我们快一点儿走吧", "王哥", document.cues[0].end),
    ]  # fmt: skip
    assert document.cues[1].end == 3000
    assert (document.cues[2].start, document.cues[2].end) == (3000, 4000)
    assert [mark.text for mark in document.marks] == ["门铃响"]
    assert document == marking.document_of(tags, "zh")


def test_a_text_without_time_codes_says_so() -> None:
    with pytest.raises(DocumentError) as caught:
        marking.document_of(Tags((Item("sound", "门铃响", (0, 3)),)), "zh")
    assert caught.value.code == "tagging.no-times"
    assert marking.document_of(Tags(), "zh").cues == ()


TIMES = st.one_of(st.none(), st.integers(0, 40_000))
ITEMS = st.lists(st.tuples(st.sampled_from(["speech", "sound", "music", "title"]), TIMES, st.text("走吧 ", min_size=1)))


@given(ITEMS)
def test_any_items_make_a_valid_document_of_which_every_timed_one_is_part(values: list[tuple[str, int, str]]) -> None:
    tags = Tags(tuple(Item(kind, text, (0, len(text)), time) for kind, time, text in values))
    if values and all(time is None for _, time, _ in values):
        return
    document = marking.document_of(tags, "zh")
    assert len(document.cues) == sum(kind == "speech" and time is not None for kind, time, _ in values)
    marked = {(kind, time, text) for kind, time, text in values if kind != "speech" and time is not None}
    assert {(mark.kind, mark.start, mark.text) for mark in document.marks} == marked
    assert all(mark.end > mark.start and marking.is_ours(mark) for mark in document.marks)
