from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.errors import DocumentError
from plugin_core.monitoring.drift import Drift, Profile, chance, chi_squared, drifts, psi
from plugin_core.monitoring.records import BINS, Record, bin_of, counted, log, read
from plugin_core.monitoring.window import Window
from plugin_core.scenes.labels import Group
from plugin_core.scenes.recognising import ShotLabels

counts = st.lists(st.integers(0, 1000), min_size=4, max_size=4).filter(any)


def record(indoor: int, outdoor: int) -> Record:
    tenths = (0,) * 9 + (indoor + outdoor,)
    return Record(200, 0.5, "r", "p 1", "", indoor + outdoor, {"place": {"indoor": indoor, "outdoor": outdoor}},
                  {"place": tenths}, {"sounds": 1}, "2026-01-01T00:00:00.000+00:00")  # fmt: skip


@given(counts, counts)
def test_the_index_is_never_negative_and_the_same_both_ways(before: list[int], after: list[int]) -> None:
    assert psi(before, after) >= 0
    assert psi(before, before) == 0
    assert math.isclose(psi(before, after), psi(after, before))


def test_the_index_is_that_of_the_book() -> None:
    assert psi([500_000, 500_000], [600_000, 400_000]) == pytest.approx(
        0.1 * math.log(1.2) - 0.1 * math.log(0.8), rel=1e-4
    )


@pytest.mark.parametrize(("freedom", "quantile"), [(1, 6.6349), (3, 11.3449), (9, 21.666), (20, 37.5662)])
def test_the_quantiles_are_those_of_the_tables(freedom: int, quantile: float) -> None:
    assert chi_squared(0.99, freedom) == pytest.approx(quantile, rel=0.04)


def test_chance_alone_seldom_exceeds_what_is_said_of_it() -> None:
    random = np.random.default_rng(7)
    shares = [0.4, 0.3, 0.2, 0.1]
    pairs = [(random.multinomial(300, shares), random.multinomial(200, shares)) for _ in range(2000)]
    above = sum(psi(list(a), list(b)) > chance(4, 300, 200) for a, b in pairs)
    assert 5 <= above <= 35  # of 2000, 20 are expected


def test_a_change_is_one_only_if_chance_does_not_explain_it() -> None:
    before = Profile.of([record(500, 500)])
    assert [one.verdict for one in drifts(before, Profile.of([record(3, 1)]))] == ["stable", "stable"]
    assert [one.verdict for one in drifts(before, Profile.of([record(900, 100)]))] == ["large", "stable"]
    assert Drift("place", "labels", 0.15, 0.01).verdict == "some"


def test_a_reference_returns_from_its_file(tmp_path: Path) -> None:
    profile = Profile.of([record(5, 3), record(1, 1)])
    profile.save(tmp_path / "reference.json")
    again = Profile.load(tmp_path / "reference.json")
    assert (again.mix, again.shots, again.pack) == (profile.mix, 10, "p 1")
    assert drifts(profile, again)[0].psi == 0


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"zimu-reference": 9}', '{"zimu-reference": 1, "mix": 3}'])
def test_what_is_no_reference_is_a_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(DocumentError, match="no reference"):
        Profile.load(tmp_path / "a.json")


def test_a_log_returns_as_it_was_written_and_other_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("w") as out:
        out.write("INFO started\n{]\n[1]\n" + json.dumps({"event": "ready"}) + "\n")
        log(record(2, 1), out)
        out.write('{"event": "scenes", "torn')
    assert list(read([path])) == [record(2, 1)]


@pytest.mark.parametrize("content", [None, "", "nothing of ours\n"])
def test_a_log_of_something_else_is_a_sentence(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "log").write_text(content)
    with pytest.raises(DocumentError):
        list(read([tmp_path / "log"]))


def test_of_a_group_of_many_every_label_that_holds_counts() -> None:
    groups = {"place": Group("place", ("in", "out")), "mood": Group("mood", ("sad", "tense"), many=True)}
    empty = np.zeros(1, np.float32)
    some = [
        ShotLabels({"place": {"in": 0.95, "out": 0.05}, "mood": {"sad": 0.7, "tense": 0.6}}, 1.0, empty, ("pictures",)),
        ShotLabels({"place": {"in": 0.2, "out": 0.8}, "mood": {"sad": 0.1, "tense": 0.1}}, 0.0, empty, ("pictures",)),
    ]
    mix, sure, missing = counted(some, groups)
    assert mix == {"place": {"in": 1, "out": 1}, "mood": {"sad": 1, "tense": 1, "nothing": 1}}
    assert [n for n, count in enumerate(sure["place"]) if count] == [bin_of(0.8), bin_of(0.95)]
    assert missing == {"sounds": 2, "texts": 2}


@given(st.floats(0, 1))
def test_every_confidence_has_a_bin(value: float) -> None:
    assert bin_of(value) in range(BINS)


def test_the_window_keeps_the_last_shots() -> None:
    window = Window(Profile.of([record(500, 500)]), shots=100)
    for _ in range(50):
        window.add(record(5, 5))
    assert {one.verdict for one in window.drifts()} == {"stable"}
    for _ in range(10):
        window.add(record(10, 0))
    assert window.drifts()[0].verdict == "large"
    assert Window(None).drifts() == ()
