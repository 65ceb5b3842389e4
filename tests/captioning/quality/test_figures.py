"""The figures of the checks in the documents are the measured ones."""

from __future__ import annotations

import json

import pytest

from benchmarks.caption_figures import PAGES, tables
from benchmarks.caption_quality import RESULTS
from models.training.card import figures

FOUND = json.loads(RESULTS.read_text("utf-8"))


@pytest.mark.parametrize("language", PAGES)
def test_a_page_has_the_tables_of_the_results(language: str) -> None:
    assert figures(PAGES[language]) == tables(FOUND, language)


def test_swapped_captions_are_told_by_characters_as_well_as_promised() -> None:
    found = FOUND["MSVD-CN"]["consistency"]
    assert found["characters"]["auroc"] >= 0.985 > found["words"]["auroc"]
