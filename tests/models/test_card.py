"""The figures in a model card are those of the results, and nothing else in the card changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.training import card

CARD = "# Pack\n\n<!-- figures: written by a script -->\nstale\n<!-- end of figures -->\n\n<!-- a note -->\nafter\n"


def test_only_what_stands_between_the_marks_is_written(tmp_path: Path) -> None:
    results, path = tmp_path / "results.json", tmp_path / "README.md"
    results.write_text(json.dumps({"rate": 0.5}))
    path.write_text(CARD)
    card.main(lambda found: f"{found['rate']:.0%} \\1", None, [str(results), str(path)])
    assert path.read_text() == CARD.replace("\nstale\n", "\n\n50% \\1\n\n")
    assert card.figures(path) == "50% \\1"


@pytest.mark.parametrize("text", ["", "<!-- figures -->\nno end\n", CARD + CARD])
def test_a_card_without_one_place_for_figures_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "README.md"
    path.write_text(text)
    with pytest.raises(ValueError, match="not one"):
        card.fill(path, "new")
    assert path.read_text() == text


@pytest.mark.parametrize("name", ["captioner", "shots", "sounds", "speakers", "speech", "tagger", "translation"])
def test_every_recipes_card_has_figures(name: str) -> None:
    folder = Path(__file__).parents[2] / "models" / name
    assert "|" in card.figures(folder / "README.md")
