"""Text and sound: what both say is one mark, what one says stays, what they contradict is a note."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.document import Mark
from plugin_core.sounds import Sound
from plugin_core.tagging import marking
from plugin_core.tagging.agreement import agree, mark_of, related
from plugin_core.tagging.ontology import meaning, ontology
from plugin_core.tagging.tags import Item


def said(text: str, start: int, end: int, kind: str = "sound", confidence: float = 0.8) -> Mark:
    """A mark as the text tagger makes it."""
    found = meaning(text, kind)
    item = Item(kind, text, (0, len(text)), start, confidence=confidence, audio_class=found.audio_class)
    return marking.mark_of(item, start, end)


def heard(name: str, start: int, end: int, confidence: float = 0.9, kind: str = "sound") -> Sound:
    return Sound(start, end, name.lower(), kind, confidence, name if kind == "sound" else "")


def test_what_both_say_is_one_mark_with_the_texts_words_and_the_sounds_times() -> None:
    (mark,) = agree([said("掌声", 5000, 7000)], [heard("Applause", 4300, 6100)])
    assert (mark.text, mark.start, mark.end, mark.kind) == ("掌声", 4300, 6100, "sound")
    told = dict(mark.attributes)
    assert (told["source"], told["text confidence"], told["sound confidence"]) == ("text+sound", "0.8000", "0.9000")
    assert mark.confidence == pytest.approx(0.98)
    assert marking.is_ours(mark)


def test_a_sound_of_the_same_family_agrees_and_the_same_class_is_preferred() -> None:
    (mark,) = agree([said("掌声", 5000, 7000)], [heard("Clapping", 5100, 6100)])
    assert dict(mark.attributes)["heard"] == "Clapping"
    first, second = agree([said("掌声", 5000, 7000)], [heard("Clapping", 5000, 6100), heard("Applause", 6000, 6900)])
    assert (first.text, second.text) == ("拍手声", "掌声")


def test_outside_the_tolerance_each_stays_alone() -> None:
    marks = agree([said("掌声", 5000, 6000)], [heard("Applause", 8000, 9000, confidence=0.7)])
    assert [(mark.text, dict(mark.attributes)["source"]) for mark in marks] == [("掌声", "text"), ("掌声", "sound")]
    assert [mark.confidence for mark in marks] == [0.8, 0.7]


def test_one_sound_belongs_to_one_mark() -> None:
    marks = agree([said("枪声", 1000, 2000), said("枪响", 2100, 3000)], [heard("Gunshot, gunfire", 2050, 2300)])
    assert [(mark.text, dict(mark.attributes)["source"]) for mark in marks] == [
        ("枪声", "text"),
        ("枪响", "text+sound"),
    ]


def test_a_stretch_of_music_is_shared_by_the_texts_that_stand_in_it() -> None:
    texts = [said("轻快钢琴曲", 1000, 2000, "music"), said("悬疑配乐", 60_000, 62_000, "music")]
    marks = agree(texts, [heard("music", 400, 90_000, kind="music")])
    assert [(mark.text, mark.start, mark.end) for mark in marks] == [
        ("轻快钢琴曲", 400, 60_000), ("悬疑配乐", 60_000, 90_000),
    ]  # fmt: skip


def test_what_surely_contradicts_the_text_is_a_note_and_both_stay() -> None:
    marks = agree([said("玻璃碎裂声", 5000, 6000)], [heard("Applause", 5200, 6500, confidence=0.93)])
    assert [mark.kind for mark in marks] == ["note", "sound", "sound"]
    assert marks[0].text == "文字：玻璃碎裂声；声音：掌声"
    unsure = agree([said("玻璃碎裂声", 5000, 6000)], [heard("Applause", 5200, 6500, confidence=0.6)])
    assert [mark.kind for mark in unsure] == ["sound", "sound"]


def test_a_sound_another_text_speaks_of_contradicts_nothing() -> None:
    texts = [said("玻璃碎裂声", 5000, 6000), said("掌声", 5000, 6500)]
    assert {mark.kind for mark in agree(texts, [heard("Applause", 5200, 6500)])} == {"sound"}


def test_a_text_nobody_understands_contradicts_nothing() -> None:
    assert {mark.kind for mark in agree([said("咔哧咔哧", 5000, 6000)], [heard("Applause", 5200, 6500)])} == {"sound"}


def test_sounds_alone_are_called_in_the_language_of_the_texts() -> None:
    chinese = agree(
        [said("门铃响", 50_000, 51_000)], [heard("Shatter", 1000, 1500), heard("music", 0, 900, kind="music")]
    )
    assert [mark.text for mark in chinese] == ["音乐", "玻璃碎裂声", "门铃响"]
    assert [mark.text for mark in agree([], [heard("Shatter", 1000, 1500)])] == ["glass shatters"]
    assert [mark.text for mark in agree([], [heard("Zzz", 0, 9)], language="zh")] == ["zzz"]


def test_speech_and_noise_are_no_marks() -> None:
    assert agree([], [heard("speech", 0, 900, kind="speech"), heard("noise", 0, 900, kind="noise")]) == ()


def test_agreeing_twice_and_putting_it_on_the_timeline_changes_nothing() -> None:
    from plugin_core.document import Document

    texts, sounds = [said("掌声", 5000, 7000)], [heard("Applause", 4300, 6100), heard("Shatter", 9000, 9500)]
    once = marking.put(Document(), agree(texts, sounds))
    assert marking.put(once, agree(texts, sounds)) == once
    moved = replace(once, marks=(replace(once.marks[0], start=4000), *once.marks[1:]))
    assert marking.put(moved, agree(texts, sounds)) == moved


def test_the_marks_of_an_earlier_run_do_not_make_themselves_surer() -> None:
    texts, sounds = [said("掌声", 5000, 7000)], [heard("Applause", 4300, 6100), heard("Shatter", 9000, 9500)]
    once = agree(texts, sounds)
    assert agree(once, sounds) == once
    contradicted = agree([said("玻璃碎裂声", 5000, 6000)], [heard("Applause", 5200, 6500)])
    assert agree(contradicted, [heard("Applause", 5200, 6500)]) == contradicted


def test_classes_are_related_both_ways_and_to_themselves() -> None:
    assert related("Shatter", "Glass")
    assert related("Glass", "Shatter")
    assert related("Zither", "Zither")
    assert not related("Shatter", "Applause")
    assert not related("", "")


SOUNDS = st.lists(
    st.builds(
        lambda start, length, name, confidence: heard(name, start, start + length, confidence),
        st.integers(0, 20_000),
        st.integers(1, 4000),
        st.sampled_from(["Applause", "Clapping", "Shatter", "Doorbell"]),
        st.floats(0, 1),
    ),
    max_size=8,
)
TEXTS = st.lists(
    st.builds(
        said, st.sampled_from(["掌声", "玻璃碎裂声", "门铃响", "啊呀呀"]), st.integers(0, 20_000), st.just(25_000)
    ),
    max_size=8,
)


@given(TEXTS, SOUNDS)
def test_every_text_and_every_sound_is_in_exactly_one_mark(texts: list[Mark], sounds: list[Sound]) -> None:
    texts, sounds = list({mark.id: mark for mark in texts}.values()), list(dict.fromkeys(sounds))
    marks = agree(texts, sounds, language="zh")
    sources = [dict(mark.attributes)["source"] for mark in marks if mark.kind != "note"]
    both, alone = sources.count("text+sound"), sources.count("text")
    unsaid = {mark_of(sound, "zh").id for sound in sounds}
    assert both + alone == len(texts)
    assert sources.count("sound") + both <= len(sounds)
    assert {mark.id for mark in marks if dict(mark.attributes)["source"] == "sound"} <= unsaid
    assert all(mark.end > mark.start and 0 <= mark.confidence <= 1 for mark in marks)


@pytest.mark.shared
def test_every_class_that_is_an_event_has_a_name_in_both_languages(shared: Path) -> None:
    from plugin_core.sounds.audioset import display_names, named

    classes = display_names(shared / "weights" / "yamnet" / "yamnet_class_map.csv")
    assert set(ontology().families) | set(ontology().class_names) <= set(classes)
    events = [one.audio_class for one in named(classes) if one.kind == "sound"]
    assert [name for name in events if name not in ontology().class_names] == []
