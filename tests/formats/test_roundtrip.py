"""docs/formats.md and its Chinese sister say what was measured, and no format is a frame off."""

from __future__ import annotations

import pytest

from tests.formats.roundtrip import DOCS, document, measure_all


@pytest.fixture(scope="module")
def tallies():  # type: ignore[no-untyped-def]
    return measure_all()


def test_the_table_in_the_documents_is_what_is_measured(tallies) -> None:  # type: ignore[no-untyped-def]
    for language, path in DOCS.items():
        assert path.read_text("utf-8") == document(tallies, language), "run: python -m tests.formats.roundtrip"


def test_no_format_is_a_frame_off_at_any_rate_and_start(tallies) -> None:  # type: ignore[no-untyped-def]
    assert {name: (tally.cue_error, tally.mark_error) for name, tally in tallies.items()} == dict.fromkeys(
        tallies, (0, 0)
    )


def test_every_format_brings_back_what_it_is_for(tallies) -> None:  # type: ignore[no-untyped-def]
    for name, tally in tallies.items():
        assert "yes" in {tally.cell("cue frames"), tally.cell("mark frames")}, name
