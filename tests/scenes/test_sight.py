"""Pictures found by plain words: the worker's request, and what it keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin_core.engines.bench import Bench
from plugin_core.errors import ModelError, SettingsError
from plugin_core.protocol import Finished, Progress
from plugin_core.scenes.sight import Sight, run
from tests.gui.shot_films import film
from tests.vision_packs import make_vision_pack


def test_each_picture_is_told_how_well_the_words_describe_it_and_is_looked_at_once(tmp_path: Path, home: Path) -> None:
    path, pack = film(tmp_path / "film.mp4"), make_vision_pack(tmp_path / "pack")
    wanted = Sight(str(path), "dark", (1000, 3000, 5000), pack=str(pack))
    with Bench() as bench:
        *before, first = run(Sight.from_json(wanted.to_json()), bench)
        *again, second = run(wanted, bench)
    assert isinstance(first, Finished)
    assert [mark.start for mark in first.document.marks] == [1000, 3000, 5000]
    assert all(0 <= mark.confidence <= 1 for mark in first.document.marks)
    assert any(isinstance(event, Progress) for event in before)
    assert not any(isinstance(event, Progress) for event in again)
    assert isinstance(second, Finished)
    kept = [mark.confidence for mark in second.document.marks]
    assert kept == pytest.approx([mark.confidence for mark in first.document.marks], abs=0.01)


def test_without_a_pack_and_with_unknown_options_it_says_so(tmp_path: Path, home: Path) -> None:
    with Bench() as bench, pytest.raises(ModelError):
        list(run(Sight(str(film(tmp_path / "film.mp4")), "dark", ()), bench))
    with pytest.raises(SettingsError, match="colour"):
        Sight.from_json({"source": "a", "words": "b", "times": [], "colour": 1})
