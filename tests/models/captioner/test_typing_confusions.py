"""What sounds and looks alike, for the recipe of typing errors."""

from __future__ import annotations

import pytest

from models.captioner import typing_confusions as confusing

TABLE = confusing.Confusions(
    {
        "他": {"sound": "她它", "near": "", "shape": "地"},
        "弹": {"sound": "谈坛", "near": "", "shape": "单"},
        "吉": {"sound": "", "near": "", "shape": ""},
    },
    {"他": "ta", "弹": "tan", "吉": "ji"},
)


@pytest.mark.parametrize(("one", "other"), [("zhang", "zan"), ("lin", "ning"), ("shi", "si"), ("hua", "fua")])
def test_sounds_that_are_taken_for_each_other_are_near(one: str, other: str) -> None:
    assert confusing.near(one) == confusing.near(other)


@pytest.mark.parametrize(("one", "other"), [("ta", "tan"), ("ji", "qi"), ("nan", "man")])
def test_other_sounds_are_not(one: str, other: str) -> None:
    assert confusing.near(one) != confusing.near(other)


def test_readings_are_those_of_words() -> None:
    found = confusing.heard("行长的")
    assert set(found["行"]) == {"xing", "hang"}
    assert set(found["长"]) == {"chang", "zhang"}
    assert found["的"][0] == "de"


def test_the_first_level_of_gb_2312_is_known_and_what_texts_have_beside() -> None:
    counts = confusing.characters(["猬獾猬"], least=2)
    assert len(counts) == 3755 + 1
    assert counts["猬"] == 2
    assert "獾" not in counts


def test_what_is_typed_for_a_character_is_there_once() -> None:
    assert TABLE.all_of("他") == "她它地"
    assert TABLE.all_of("无") == ""
