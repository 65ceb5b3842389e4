"""The labels and how they are shown."""

from __future__ import annotations

import pytest

from plugin_core.scenes import groups, name


def test_every_label_has_an_english_and_a_chinese_name() -> None:
    for group in groups().values():
        for label in ("", *group.labels):
            english, chinese = name(group.id, label), name(group.id, label, "zh")
            assert english.isascii()
            assert any("\u4e00" <= character <= "\u9fff" for character in chinese)


def test_names_of_one_group_differ() -> None:
    for group in groups().values():
        for language in ("en", "zh"):
            shown = [name(group.id, label, language) for label in group.labels]
            assert len(set(shown)) == len(shown)


def test_only_the_mood_has_many() -> None:
    assert [group.id for group in groups().values() if group.many] == ["mood"]


def test_the_scene_types_are_ten() -> None:
    assert len(groups()["scene_type"].labels) == 10


@pytest.mark.parametrize(
    ("group", "label", "shown"), [("weather", "heavy_rain", "heavy rain"), ("place", "space", "space")]
)
def test_what_only_a_pack_knows_is_shown_by_its_id(group: str, label: str, shown: str) -> None:
    assert name(group, label, "zh") == shown
