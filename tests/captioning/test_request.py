"""The request that crosses processes as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plugin_core.captioning.request import Describe, run
from plugin_core.errors import SettingsError
from plugin_core.protocol import Finished
from tests.captioning.fakes import BenchByHand, ByHand, film_of, pack_of


def test_it_is_the_same_on_the_other_side() -> None:
    wanted = Describe("film.mp4", languages=("en",), beam=3, shots=((0, 1000), (1000, 2500)))
    assert Describe.from_json(json.loads(json.dumps(wanted.to_json()))) == wanted
    assert Describe.from_json({"source": "film.mp4"}) == Describe("film.mp4")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"colour": 1}, "no option colour"),
        ({"languages": []}, "each language"),
        ({"languages": ["zh", "zh"]}, "each language"),
        ({"beam": 0}, "0 sentences"),
        ({"beam": 17}, "17 sentences"),
        ({"sure": 1.5}, "no confidence"),
        ({"shots": [[5, 4]]}, "before it begins"),
        ({"shots": [[-1, 4]]}, "before it begins"),
    ],
)
def test_what_is_senseless_is_said(options: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Describe.from_json({"source": "film.mp4", **options})


def test_the_shots_that_are_given_are_described_and_not_looked_for(tmp_path: Path) -> None:
    film = film_of(tmp_path / "film.mp4", [30, 230])
    with BenchByHand(ByHand(pack_of())) as bench:
        *_, last = run(Describe(str(film), languages=("en",), shots=((500, 1500), (2500, 3500))), bench)
    assert isinstance(last, Finished)
    told = {(mark.kind, mark.start, mark.end, mark.text) for mark in last.document.marks}
    assert told == {
        ("shot", 500, 1500, ""), ("caption", 500, 1500, "A dark street"),
        ("shot", 2500, 3500, ""), ("caption", 2500, 3500, "Sun on the snow"),
    }  # fmt: skip
