"""Table 1: means, spreads, what is missing; and the document says what was measured."""

from __future__ import annotations

import json
from pathlib import Path

from models.captioner import table
from models.training import card

RECIPE = Path(table.__file__).parent


def test_the_document_says_what_was_measured() -> None:
    found = json.loads((RECIPE / "table.json").read_text(encoding="utf-8"))
    assert card.figures(RECIPE / "method.md") == table.markdown(found).strip()


def test_the_table_shows_means_spreads_gains_and_what_is_missing() -> None:
    def row(seed: int, bleu: float, cider: float) -> dict[str, object]:
        figures = dict.fromkeys(table.METRICS, 10.0) | {"bleu4": bleu, "cider_d": cider}
        return {"seed": seed, "words": figures, "characters": figures}

    students = {"nic": [row(0, 20.0, 40.0), row(1, 22.0, 44.0)], "nic-kd": [row(0, 21.0, 45.0), row(1, 25.0, 45.0)]}
    found = {"teacher": row(0, 26.0, 72.0), "students": students}
    text = table.markdown(found | {"drawn": {"teacher": None, "students": {"nic": [row(0, 50.0, 90.0)]}}})
    assert "| NIC (ours) | 10.0 ± 0.0 | 10.0 ± 0.0 | 10.0 ± 0.0 | 21.0 ± 1.4 |" in text
    assert "| NIC-KD (paper) | 51.2 | 38.9 | 30.5 | 21.3 | 21.6 | 47.6 | 42.1 | |" in text
    assert "| NIC | +2.0 (+1.0, +3.0) | +3.0 (+5.0, +1.0) | 2 |" in text
    assert "| TopDown-KD (ours) | | | | | | | | not run yet |" in text
    drawn = text.partition("Drawn films:")[2]
    assert "| NIC (ours) | 10.0 | 10.0 | 10.0 | 50.0 |" in drawn
    assert "(paper)" not in drawn
    assert "NIC-KD" not in drawn
