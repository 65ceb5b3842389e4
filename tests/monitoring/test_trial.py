"""Two packs side by side: the tests say what they should of differences that are known."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.errors import DocumentError
from plugin_core.monitoring import truth
from plugin_core.monitoring.reporting import conclusion, markdown, of_trial, page, significant
from plugin_core.monitoring.significance import bootstrap, mcnemar
from plugin_core.monitoring.trial import Side, Trial, Verdict, compare
from plugin_core.scenes.labels import Group
from plugin_core.scenes.recognising import ShotLabels
from plugin_core.shots import Shot

PLACE = {"place": Group("place", ("in", "out"))}


def shot(label: str, sure: float = 0.9) -> ShotLabels:
    other = {"in": "out", "out": "in"}[label]
    return ShotLabels({"place": {label: sure, other: 1 - sure}}, 0.0, np.zeros(1, np.float32), ("pictures",))


def trial(a: list[str], b: list[str], true: list[str]) -> Trial:
    """Films of ten shots each."""

    def films(labels: list[str]) -> list[list[str]]:
        return [labels[n : n + 10] for n in range(0, len(labels), 10)]

    sides = [Side(name, [[shot(one) for one in film] for film in films(some)]) for name, some in (("A", a), ("B", b))]
    truths = [[{"place": one} for one in film] for film in films(true)] if true else ()
    return compare([f"{n}.mov" for n in range(len(films(a)))], *sides, PLACE, truths)


@pytest.mark.parametrize(("a", "b", "p"), [(0, 0, 1.0), (5, 5, 1.0), (10, 0, 2 / 1024), (1, 9, 22 / 1024), (0, 1, 1.0)])
def test_mcnemar_is_the_exact_binomial(a: int, b: int, p: float) -> None:
    assert mcnemar(a, b) == pytest.approx(p)
    assert mcnemar(b, a) == pytest.approx(p)


@given(st.lists(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=1, max_size=8), min_size=1, max_size=6))
def test_the_interval_holds_the_mean_and_is_always_the_same(films: list[list[float]]) -> None:
    found = bootstrap(films, rounds=200)
    values = [value for film in films for value in film]
    assert found.mean == pytest.approx(sum(values) / len(values))
    assert min(values) <= found.low <= found.high <= max(values)
    assert found == bootstrap(films, rounds=200)


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(3)
    inside = 0
    for number in range(200):
        films = [list(random.normal(0.2 + random.normal(0, 0.3), 1, 12)) for _ in range(25)]
        found = bootstrap(films, rounds=300, seed=number)
        inside += found.low <= 0.2 <= found.high
    assert 176 <= inside <= 200  # of 200; the bootstrap of 25 films is a little too sure


def test_a_better_pack_is_found_and_named() -> None:
    true = ["in"] * 60
    found = trial(["in"] * 30 + ["out"] * 30, ["in"] * 60, true)
    (verdict,) = found.verdicts
    assert (verdict.known, verdict.right_a, verdict.right_b, verdict.only_a, verdict.only_b) == (60, 0.5, 1.0, 0, 30)
    assert verdict.p < 1e-6
    assert verdict.better.sure
    assert conclusion(found) == "More than chance explains, one is better at: place (B)."


def test_two_packs_that_are_the_same_do_not_differ() -> None:
    found = trial(["in", "out"] * 20, ["in", "out"] * 20, ["in"] * 40)
    assert found.verdicts[0].alike == 1
    assert found.verdicts[0].p == 1
    assert not found.verdicts[0].surer.sure
    assert "No group" in conclusion(found)


def test_one_group_of_many_that_is_just_significant_is_chance() -> None:
    from plugin_core.monitoring.significance import Interval

    def verdict(group: str, p: float) -> Verdict:
        return Verdict(group, 9, 1.0, Interval(0, 0, 0), 9, p=p)

    many = [verdict("a", 0.03), *(verdict(str(n), 0.5) for n in range(5))]
    assert significant(many) == set()
    assert significant([*many, verdict("b", 0.001)]) == {"b"}
    assert significant([verdict("a", 0.03)]) == {"a"}


def test_without_truth_only_what_differs_is_said() -> None:
    found = trial(["in"] * 20, ["out"] * 20, [])
    assert found.verdicts[0].alike == 0
    assert "nobody is right" in conclusion(found)
    assert "McNemar" not in markdown(of_trial(found))


def test_the_pages_say_the_same(tmp_path: Path) -> None:
    parts = of_trial(trial(["in"] * 20, ["out"] * 20, ["in"] * 20))
    text, written = markdown(parts), page(parts)

    cells: list[str] = []

    class Cells(HTMLParser):
        def handle_data(self, data: str) -> None:
            cells.append(data.strip())

    Cells().feed(written)
    rows = [row for part in parts if not isinstance(part, str) for row in (part[0], *part[1])]
    for cell in (cell for row in rows for cell in row):
        assert cell in cells
        assert cell in text


def test_a_shot_has_the_truth_of_most_of_its_seconds(tmp_path: Path) -> None:
    lines = [
        {"frame_id": "my_film_0000", "last": 3, "place": "indoor", "audio_emotion": "tense", "other": "x"},
        {"frame_id": "my_film_0004", "place": "outdoor", "text_description": "A street."},
    ]
    path = tmp_path / "truth.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + "\n\n", "utf-8")
    seconds = truth.read(path, ("place", "emotion"))
    shots = [Shot(0, 49, 0, 2000), Shot(50, 124, 2000, 5000), Shot(125, 200, 5000, 8000), Shot(201, 202, 8000, 8080)]
    assert truth.of_shots("my_film", shots, seconds) == [
        {"place": "indoor", "emotion": "tense"}, {"place": "indoor", "emotion": "tense"}, {}, {},
    ]  # fmt: skip
    assert truth.of_shots("other", shots[:1], seconds) == [{}]


@pytest.mark.parametrize(
    ("line", "named"),
    [("{", "line 2"), ("[]", "line 2"), ('{"place": "in"}', "frame_id"), ('{"frame_id": "a_1", "last": 0}', "last")],
)
def test_wrong_truth_names_its_line_and_field(tmp_path: Path, line: str, named: str) -> None:
    (tmp_path / "t.jsonl").write_text('{"frame_id": "a_1", "place": "in"}\n' + line)
    with pytest.raises(DocumentError, match=named):
        truth.read(tmp_path / "t.jsonl", ("place",))
