"""The scorer of tagged items: strict spans, typed, each found thing once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.tagger import hand
from models.tagger.score import Counts, Row, differences, reliability, score, worst
from plugin_core.tagging.tags import Detail, Item

SOURCE = "[⟦c|01:05⟧] ⟦n|甲⟧（⟦t|OS⟧）：⟦S|走⟧[⟦X|⟦m|急促⟧脚步声⟦d|渐近⟧⟧]⟦S+|快走⟧\n⟦T|字幕：⟦i|一⟧⟦i|二⟧⟧"


@pytest.fixture
def entry() -> hand.Entry:
    return hand.read(SOURCE)


def _score(entry: hand.Entry, *found: Item) -> dict[str, float]:
    result = score([Row(entry.text, entry.items, found)])
    return {
        "precision": result.items.precision,
        "recall": result.items.recall,
        "f1": result.items.f1,
        "spans": result.spans.f1,
        "times": result.times.value,
        "verbatim": result.verbatim.value,
    }


def test_the_annotation_itself_is_perfect() -> None:
    entries = hand.load()
    result = score(Row(entry.text, entry.items, entry.items) for entry in entries)
    assert result.items.f1 == result.spans.f1 == result.times.value == result.verbatim.value == result.inputs.value == 1
    assert {share.value for share in result.attributes.values()} == {1.0}
    assert result.items.expected == sum(len(entry.items) for entry in entries)
    assert all(share.total for share in result.attributes.values())
    assert all(counts.expected for counts in result.types.values())


def test_nothing_expected_and_nothing_found_is_right() -> None:
    result = score([Row("……", (), ())])
    assert (result.items.precision, result.items.recall, result.items.f1, result.inputs.value) == (1, 1, 1, 1)


def test_nothing_found_recalls_nothing(entry: hand.Entry) -> None:
    assert _score(entry) | {"times": 0} == dict.fromkeys(("precision", "recall", "f1", "spans", "times"), 0) | {
        "verbatim": 1
    }


def test_nothing_expected_but_something_found_is_wrong() -> None:
    result = score([Row("走", (), (Item("speech", "走", (0, 1)),))])
    assert (result.items.precision, result.items.recall, result.items.f1, result.inputs.value) == (0, 0, 0, 0)


def test_one_character_off_is_wrong_and_not_verbatim(entry: hand.Entry) -> None:
    first, *rest = entry.items
    moved = replace(first, span=(first.span[0], first.span[1] + 1))
    found = _score(entry, moved, *rest)
    assert (found["precision"], found["recall"], found["verbatim"]) == (0.75, 0.75, 0.75)


def test_another_kind_on_the_right_span_is_wrong(entry: hand.Entry) -> None:
    speech, sound, *rest = entry.items
    result = score([Row(entry.text, entry.items, (speech, replace(sound, kind="music"), *rest))])
    assert result.items.right == 3
    assert (result.kinds["sound"].recall, result.kinds["music"].precision) == (0, 0)


def test_the_same_item_twice_is_once_wrong(entry: hand.Entry) -> None:
    found = _score(entry, *entry.items, entry.items[0])
    assert (found["precision"], found["recall"]) == (0.8, 1)


def test_attributes_count_only_where_the_span_is_right(entry: hand.Entry) -> None:
    first, sound, second, title = entry.items
    found = (replace(first, speaker="乙"), replace(sound, span=(0, 3), manner=""), second, title)
    result = score([Row(entry.text, entry.items, found)])
    assert (result.attributes["speaker"].right, result.attributes["speaker"].total) == (1, 2)
    assert result.attributes["manner"].total == 0


def test_an_attribute_that_was_not_asked_for_is_wrong(entry: hand.Entry) -> None:
    first, *rest = entry.items
    result = score([Row(entry.text, entry.items, (replace(first, manner="慢"), *rest))])
    assert (result.attributes["manner"].right, result.attributes["manner"].total) == (1, 2)


def test_a_shared_speaker_is_one_span(entry: hand.Entry) -> None:
    result = score([Row(entry.text, entry.items, entry.items)])
    assert (result.types["speaker"].expected, result.types["state"].expected, result.types["item"].expected) == (
        1,
        1,
        2,
    )
    assert result.spans.expected == 4 + 1 + 1 + 1 + 1 + 2


def test_a_value_without_its_place_is_a_wrong_span(entry: hand.Entry) -> None:
    first, *rest = entry.items
    nowhere = replace(first, details={"speaker": Detail(None), "state": first.details["state"]})
    result = score([Row(entry.text, entry.items, (nowhere, *rest))])
    assert (result.types["speaker"].right, result.types["speaker"].found) == (1, 2)
    assert result.attributes["speaker"].value == 1


def test_an_invented_part_of_a_title_is_wrong(entry: hand.Entry) -> None:
    *rest, title = entry.items
    result = score([Row(entry.text, entry.items, (*rest, replace(title, items=("一", "三"))))])
    assert (result.types["item"].right, result.types["item"].found) == (1, 2)
    assert result.attributes["items"].value == 0


@pytest.mark.parametrize("change", [{"time": 65_001}, {"time": None}, {"timecode": "1:05"}])
def test_a_time_is_right_to_the_millisecond_and_as_spelled(entry: hand.Entry, change: dict[str, object]) -> None:
    first, *rest = entry.items
    assert _score(entry, replace(first, **change), *rest)["times"] == 0.75


def test_differences_are_readable(entry: hand.Entry) -> None:
    first, sound, second, _ = entry.items
    row = Row(entry.text, entry.items, (replace(first, state=""), replace(sound, kind="music"), second))
    start, end = sound.span
    lines = differences(row)
    assert f"- sound '急促脚步声渐近' [{start}:{end}]" in lines
    assert f"+ music '急促脚步声渐近' [{start}:{end}]" in lines
    assert "~ speech '走' state: 'OS', not ''" in lines
    assert len(lines) == 4
    assert worst([Row("好", (), ()), row], most=1) == "\n".join([entry.text, *lines])


def test_a_score_is_written_as_plain_numbers(entry: hand.Entry) -> None:
    value = score([Row(entry.text, entry.items, entry.items[:2])]).to_json()
    assert value["items"] == {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "expected": 4}
    assert value["times"] == {"accuracy": 1.0, "total": 2}
    assert Counts(1, 2, 4).to_json() == {"precision": 0.5, "recall": 0.25, "f1": 0.3333, "expected": 4}


def _sure_of(confidence: float, right: int, wrong: int) -> Row:
    expected = [Item("sound", "x", (at, at + 1)) for at in range(right)]
    found = [replace(item, confidence=confidence) for item in expected]
    found += [Item("music", "x", (at, at + 1), confidence=confidence) for at in range(wrong)]
    return Row("x" * 99, expected, found)


def test_confidence_that_says_how_often_it_is_right_has_no_error() -> None:
    found = reliability([_sure_of(0.75, 3, 1), _sure_of(0.95, 19, 1)])
    assert found == {"error": pytest.approx(0, abs=1e-4), "sure": round(20 / 24, 4), "right": 0.95}


def test_confidence_that_promises_more_than_it_holds_is_told() -> None:
    assert reliability([_sure_of(1.0, 1, 1)])["error"] == pytest.approx(0.5)
    assert reliability([Row("x", (), ())]) == {"error": 0, "sure": 0, "right": 0}
