"""Re-flow: other cues, the same words in the same order, and translations that follow them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from plugin_core import edits
from plugin_core.document import Cue, Document, Word
from plugin_core.profiles import find
from plugin_core.reflow import reflow

SAID = "We left the house at seven, walked down to the river, and waited there for the first boat of the day."
WORDS = tuple(Word(300 * k, 300 * k + 280, (" " if k else "") + word, 0.9) for k, word in enumerate(SAID.split()))
LONG = Document(
    languages=("en", "zh"),
    cues=(Cue("a", 0, 6500, (SAID, "我们七点离开家，走到河边，在那里等当天的第一班船。"), WORDS, speaker="Li"),),
)


def said(document: Document, column: int = 0) -> str:
    return "".join("".join(cue.texts[column].split()) for cue in document.cues)


def test_a_narrow_profile_gives_more_cues_with_the_same_words() -> None:
    after = reflow(LONG, find("vertical"))
    assert len(after.cues) > 1
    assert tuple(word for cue in after.cues for word in cue.words) == WORDS
    assert said(after) == said(LONG)
    assert {cue.speaker for cue in after.cues} == {"Li"}
    assert after.cues[0].id == "a"


def test_translations_are_cut_after_punctuation_and_none_of_them_is_lost() -> None:
    after = reflow(LONG, find("vertical"))
    assert said(after, 1) == said(LONG, 1)
    assert all(cue.texts[1] for cue in after.cues[:2])


def test_cues_that_fit_come_back_together() -> None:
    parts = reflow(LONG, find("vertical"))
    whole = reflow(parts, find("netflix"))
    assert len(whole.cues) < len(parts.cues)
    assert said(whole, 1) == said(LONG, 1)


def test_speakers_are_not_joined() -> None:
    halves = edits.split(LONG, "a", 3000, right_id="b")
    apart = edits.set_speaker(halves, ["b"], "Wang")
    assert {cue.speaker for cue in reflow(apart, find("netflix")).cues} == {"Li", "Wang"}
    assert said(reflow(apart, find("netflix"))) == said(LONG)


def test_only_the_cues_asked_for_change_and_none_reaches_into_the_others() -> None:
    other = Cue("z", 6200, 8000, ("Then it came.", "它来了。"))
    document = edits.add_cues(LONG, [other])
    after = reflow(document, find("vertical"), ids=["a"])
    assert after.cues[-1] == other
    assert all(cue.end <= 6200 for cue in after.cues[:-1])


def test_cues_without_words_or_text_and_dialogues_are_safe() -> None:
    cues = (
        Cue("a", 0, 3000, ("I came home late.", "我很晚回家。")),
        Cue("b", 4000, 5000, ("", "")),
        Cue("c", 6000, 9000, ("- Who is it?\n- Me.", "谁？\n我。")),
    )
    document = Document(languages=("en", "zh"), cues=cues)
    after = reflow(document, find("netflix"))
    assert [cue.texts for cue in after.cues] == [cue.texts for cue in cues]
    assert after.cues[1:] == cues[1:]


def test_a_cue_in_another_language_keeps_its_tag_and_column() -> None:
    mixed = replace(
        LONG, cues=(*LONG.cues, Cue("b", 7000, 9000, ("", "你好，世界。"), tags=("lang:zh", "accepted:x:-:1")))
    )
    after = reflow(mixed, find("netflix"))
    assert after.cues[-1].tags == ("lang:zh",)
    assert after.cues[-1].texts == ("", "你好，世界。")


@given(st.lists(st.tuples(st.text("ab ,.", max_size=40), st.text("你好，。 ", max_size=20)), max_size=6))
def test_no_character_of_any_language_is_ever_lost(texts: list[tuple[str, str]]) -> None:
    cues = tuple(Cue(f"c{k}", 4000 * k, 4000 * k + 3900, pair) for k, pair in enumerate(texts))
    document = Document(languages=("en", "zh"), cues=cues)
    after = reflow(document, find("vertical"))
    assert said(after) == said(document)
    assert said(after, 1) == said(document, 1)
