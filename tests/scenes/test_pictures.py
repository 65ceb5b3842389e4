"""Pictures of shots are looked for once."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin_core.scenes.pictures import pictures
from plugin_core.shots import thumbnails
from tests.scenes.films import film_of

SPANS = [(0, 2000), (2000, 4000)]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return film_of(tmp_path / "film.mp4", [20, 230])


def test_a_second_time_nothing_is_looked_for(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = pictures(SPANS, film)
    monkeypatch.setattr(thumbnails, "at", lambda *_: pytest.fail("it was looked at again"))
    assert pictures(SPANS[::-1], film) == first[::-1]
    assert first[0] != first[1]
    assert first[0].startswith(b"\xff\xd8")


def test_only_what_is_new_is_looked_for(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = pictures(SPANS, film)
    asked: list[int] = []
    real = thumbnails.at
    monkeypatch.setattr(thumbnails, "at", lambda path, times: real(path, [asked.append(ms) or ms for ms in times]))
    assert pictures([*SPANS, (1000, 3000)], film)[:2] == first
    assert asked == [2000]


def test_a_spoilt_journal_is_forgotten(film: Path, home: Path) -> None:
    first = pictures(SPANS, film)
    next(home.rglob("pictures-*.jsonl")).write_text('{"pictures": [[0, 2000, "?"]]}\n')
    assert pictures(SPANS, film) == first
