"""The pages of the site: links lead to pages, what is no page keeps its name, code stays as it is."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from docs.gather import linked, pages

SITE = {str(source): page for source, page in pages()}


def shown(text: str, source: str = "docs/shots.md") -> str:
    return linked(text, PurePosixPath(source), SITE[source], SITE)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[scenes](scenes.md#corrections)", "[scenes](scenes.md#corrections)"),
        ("[its card](../models/shots/README.md)", "[its card](models/shots.md)"),
        ("[更新](../CHANGELOG.md)", "[更新](changelog.md)"),
        ("![app](img/gui-start.zh.png)", "![app](img/gui-start.png)"),  # the site knows which language is read
        ("[场景](scenes.zh.md)", "[场景](scenes.md)"),
        ("[the script](../benchmarks/shots.py)", "the script (`benchmarks/shots.py`)"),
        ("[nothing](nowhere.md)", "[nothing](nowhere.md)"),  # for `mkdocs build --strict` to refuse
        ("[out](https://example.org/a.md)", "[out](https://example.org/a.md)"),
        ("`[code](../CHANGELOG.md)`", "`[code](../CHANGELOG.md)`"),
        ("```\n[code](../CHANGELOG.md)\n```", "```\n[code](../CHANGELOG.md)\n```"),
    ],
)
def test_a_link_leads_to_the_page_of_the_file_that_it_names(text: str, wanted: str) -> None:
    assert shown(text) == wanted


def test_a_card_links_back_into_the_documents() -> None:
    assert shown("[scenes](../../docs/scenes.md)", "models/scenes/README.md") == "[scenes](../scenes.md)"


def test_lines_of_chinese_are_joined_without_a_blank() -> None:
    assert shown("字幕，\n标记。\n\n镜头\nshots") == "字幕，标记。\n\n镜头\nshots"


def test_the_link_to_the_other_language_gives_way_to_the_switch_of_the_site() -> None:
    assert shown("# Shots\n\n[简体中文](shots.zh.md)\n\nText") == "# Shots\n\nText"
