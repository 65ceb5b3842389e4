"""Turns become the speakers of cues; what people typed stays."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from plugin_core.document import Cue, Document, Word
from plugin_core.speakers.assigning import assign, assigned, cleared, names_of
from plugin_core.speakers.values import Turn, Turns, Voice


def turns(*rows: tuple[int, int, str]) -> Turns:
    voices = tuple(Voice(name, (1.0, 0.0), 1000) for name in dict.fromkeys(row[2] for row in rows))
    return Turns(tuple(Turn(*row) for row in rows), voices, "pack")


def cue(start: int, end: int, speaker: str = "", **more: object) -> Cue:
    return replace(Cue(f"c{start}", start, end, ("text",), speaker=speaker), **more)  # type: ignore[arg-type]


def document(*cues: Cue) -> Document:
    return Document(languages=("en",), cues=cues)


TALK = turns((0, 2000, "Speaker 1"), (2000, 4000, "Speaker 2"), (4000, 6000, "Speaker 1"))


def speakers(found: Document) -> list[str]:
    return [one.speaker for one in found.cues]


def test_a_cue_is_whose_voice_is_in_it() -> None:
    found = assign(document(cue(100, 1900), cue(2100, 3900), cue(4100, 5000)), TALK)
    assert speakers(found) == ["Speaker 1", "Speaker 2", "Speaker 1"]


def test_a_typed_name_is_never_overwritten_and_names_the_voice_everywhere() -> None:
    found = assign(document(cue(100, 1900, "小美"), cue(2100, 3900), cue(4100, 5000)), TALK)
    assert speakers(found) == ["小美", "Speaker 2", "小美"]
    assert found.cues[0].tags == ()
    assert found.cues[2].tags == ("voice:小美",)


def test_a_typed_name_stays_even_where_the_voice_denies_it() -> None:
    found = assigned(document(cue(100, 1900, "Anna"), cue(2100, 3900, "Ben"), cue(4100, 5900, "Ben")), TALK)
    assert speakers(found.document) == ["Anna", "Ben", "Ben"]
    assert [(one.cue, one.named, one.heard) for one in found.contradictions] == [("c4100", "Ben", "Anna")]


def test_a_second_run_replaces_what_the_first_one_set_and_nothing_else() -> None:
    first = assign(document(cue(100, 1900), cue(2100, 3900), cue(4100, 5000)), TALK)
    corrected = replace(first, cues=(first.cues[0], replace(first.cues[1], speaker="Ben"), first.cues[2]))
    again = assign(corrected, turns((0, 4000, "Speaker 1"), (4000, 6000, "Speaker 2")))
    assert speakers(again) == ["Ben", "Ben", "Speaker 2"]
    assert assign(again, turns((0, 4000, "Speaker 1"), (4000, 6000, "Speaker 2"))) is again


def test_what_was_set_by_voice_can_be_taken_back() -> None:
    plain = document(cue(100, 1900, "Anna"), cue(2100, 3900, tags=("lang:en",)))
    assert cleared(assign(plain, TALK)) == plain


def test_a_cue_beside_a_turn_takes_its_speaker_and_one_far_away_none() -> None:
    found = assign(document(cue(6200, 7000), cue(9000, 9500)), TALK)
    assert speakers(found) == ["Speaker 1", ""]


def test_without_any_turn_nothing_changes() -> None:
    plain = document(cue(0, 1000), cue(2000, 3000, "Anna"))
    assert assign(plain, Turns()) is plain


def words(*spans: tuple[int, int, str]) -> tuple[Word, ...]:
    return tuple(Word(*span) for span in spans)


TWO = replace(
    cue(1000, 3500),
    texts=("Where is it? Over there now.",),
    words=words(
        (1000, 1300, "Where"), (1300, 1500, " is"), (1500, 1900, " it?"),
        (2150, 2500, " Over"), (2500, 2900, " there"), (2900, 3400, " now."),
    ),
)  # fmt: skip


def test_a_cue_of_two_people_is_reported_with_the_border() -> None:
    found = assigned(document(TWO), TALK)
    (one,) = found.shared
    assert one.cue == TWO.id
    assert one.speakers == ("Speaker 1", "Speaker 2")
    assert one.at == 2000
    assert len(found.document.cues) == 1


def test_a_cue_of_two_people_is_cut_between_words_if_asked() -> None:
    found = assigned(document(TWO), TALK, split=True)
    one, other = found.document.cues
    assert (one.texts[0], one.speaker) == ("Where is it?", "Speaker 1")
    assert (other.texts[0], other.speaker) == ("Over there now.", "Speaker 2")
    assert 1900 <= one.end <= 2150
    assert not found.shared


def test_cutting_gives_the_same_ids_each_time() -> None:
    first, second = (assign(document(TWO), TALK, split=True) for _ in range(2))
    assert first == second


def test_a_cue_without_words_or_with_a_typed_name_is_never_cut() -> None:
    plain = document(replace(TWO, words=()))
    assert len(assign(plain, TALK, split=True).cues) == 1
    assert len(assign(document(replace(TWO, speaker="Anna")), TALK, split=True).cues) == 1


def test_people_who_talk_at_once_are_reported_without_a_border() -> None:
    both = turns((1000, 3500, "Speaker 1"), (1500, 3000, "Speaker 2"))
    (one,) = assigned(document(TWO), both, split=True).shared
    assert one.at is None


def test_who_speaks_how_much_is_counted() -> None:
    found = assign(document(cue(100, 1900), cue(2100, 3900), cue(4100, 5000)), TALK)
    assert names_of(found) == {"Speaker 1": 2700, "Speaker 2": 1800}


@given(
    st.lists(st.tuples(st.integers(0, 9000), st.integers(100, 3000), st.sampled_from(["", "Anna", "Ben"])), max_size=8),
    st.lists(st.tuples(st.integers(0, 9000), st.integers(100, 3000), st.integers(1, 3)), max_size=8),
    st.booleans(),
)
def test_typed_names_and_all_texts_and_times_survive(
    cues: list[tuple[int, int, str]], heard: list[tuple[int, int, int]], split: bool
) -> None:
    some = {start: cue(start, start + length, name) for start, length, name in cues}
    plain = document(*(some[start] for start in sorted(some)))
    rows = sorted({(start, start + length, f"Speaker {who}") for start, length, who in heard})
    found = assign(plain, turns(*rows), split=split)
    assert [(c.id, c.start, c.end, c.texts) for c in found.cues] == [
        (c.id, c.start, c.end, c.texts) for c in plain.cues
    ]
    for before, after in zip(plain.cues, found.cues, strict=True):
        assert not before.speaker or after == before
    assert assign(found, turns(*rows), split=split) == found
