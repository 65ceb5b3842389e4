"""What the figures of the starter's card are made of."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.train
pytest.importorskip("torch")
pytest.importorskip("safetensors")

from models.captioner import card, measure  # noqa: E402
from plugin_core.engines import open_captioner  # noqa: E402
from plugin_core.engines.captioner import Caption, CaptionEngine  # noqa: E402
from plugin_core.modelstore import read_pack  # noqa: E402
from tests.caption_packs import coloured, make_caption_pack  # noqa: E402
from tests.films import encode, shot  # noqa: E402


@given(st.floats(0.5, 3), st.floats(-2, 2), st.integers(0, 50))
def test_calibration_finds_the_scale_and_shift_that_were_there(scale: float, shift: float, seed: int) -> None:
    chance = np.random.default_rng(seed)
    plain = chance.uniform(0.05, 0.95, 6000)
    certain = chance.uniform(0.05, 0.95, 6000)
    logits = scale * np.log(plain / (1 - plain)) + shift + 0.5 * np.log(certain / (1 - certain))
    correct = chance.random(6000) < 1 / (1 + np.exp(-logits))
    found = measure.tuned(plain.tolist(), certain.tolist(), correct.tolist())
    assert found == pytest.approx((scale, shift, 0.5), abs=0.4)


def test_the_engine_calibrates_as_the_figures_do(tmp_path: Path) -> None:
    plain = make_caption_pack(tmp_path / "plain", certain=True)
    tuned = make_caption_pack(tmp_path / "tuned", certain=True, calibration=[0.7, -1.2, 0.4])
    with open_captioner(read_pack(plain)) as one, open_captioner(read_pack(tuned)) as other:
        said, certain = measure.described(one, [coloured("red")])
        wanted = measure.calibrated(said, certain, (0.7, -1.2, 0.4))["zh"][0]
        (found,) = other.describe([coloured("red")], "zh")
    assert found.confidence == pytest.approx(wanted.confidence, abs=1e-6)


def test_a_tenth_of_the_shots_of_cameras_pass_and_never_one_below_a_half() -> None:
    chance = np.linspace(0.5, 1.0, 101).tolist()
    assert measure.threshold(chance) == pytest.approx(0.95)
    assert measure.threshold([0.1, 0.2]) == 0.5
    assert measure.threshold([]) == 0.5


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[CaptionEngine]:
    with open_captioner(read_pack(make_caption_pack(tmp_path))) as opened:
        yield opened


def test_films_of_cameras_are_cut_into_shots_and_told(engine: CaptionEngine, tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    encode(tmp_path / "media" / "film.mp4", map(shot(1), range(40)))
    (tmp_path / "media" / "broken.mp4").write_bytes(b"no film")
    found = list(measure.filmed(engine, tmp_path / "media"))
    assert found
    assert {name for name, _, _ in found} == {"film.mp4"}
    assert all(frames.shape[1:] == (8, 16, 3) for _, _, frames in found)


def results(engine: CaptionEngine) -> dict[str, Any]:
    """As ``measured`` makes them, of three coloured shots."""
    shots = [coloured(colour) for colour in ("red", "green", "blue")]
    said, certain = measure.described(engine, shots)
    said = measure.calibrated(said, certain, (1.0, 0.0, 0.0))
    rows = [
        {"doing": "view", "who": "", "place": "", "time": "", "zh": [one.text, "一片光"], "en": [other.text]}
        for one, other in zip(said["zh"], said["en"], strict=True)
    ]
    way = {"bytes": 1000, "shots": 3, **measure.quick(engine, shots, 2)}
    way["cider_d"] = {name: value["cider_d"] for name, value in measure.scored(said, rows).items()}
    return {
        "date": "2026-11-21", "machine": "a machine", "shots": 3, "films": 1, "parameters": 12345,
        "scores": measure.scored(said, rows), "right": measure.shares(said, rows),
        "ways": {"float32": way, "INT8 weights": way}, "beam": {"width": 3, **measure.scored(said, rows)["zh_words"]},
        "calibration": measure.reliability(said["zh"], rows, 0.5),
        "real": measure.looked([("a.mp4", 2000, None)] * 3, said, 0.5),
        "tuned": {"calibration": [1.0, 0.0, 0.0], "sure": 0.5}, "quality": measure.quality(said, rows),
    }  # fmt: skip


def test_figures_are_written_into_the_card(engine: CaptionEngine) -> None:
    found = json.loads(json.dumps(results(engine)))
    assert found["scores"]["zh_words"]["bleu1"] == found["scores"]["en_words"]["bleu1"] == 1.0
    assert found["calibration"]["right"] == found["right"]["all"] == 1.0
    assert found["real"]["shots"] == 3
    text = card.table(found)
    assert "100.0% (Chinese) and 100.0% (English) of float32's CIDEr-D; bar 98 %: met" in text
    assert "| a.mp4 | 2 | " in text
    found["real"] = {"films": 0, "shots": 0, "captions": []}
    assert "a.mp4" not in card.table(found)


def test_a_confidence_that_promises_too_much_is_told() -> None:
    rows = [{"doing": "chat", "who": "two", "place": "", "time": ""}] * 10
    said = [Caption("两个人在交谈" if n < 5 else "一辆汽车飞驰而过", 0.9) for n in range(10)]
    found = measure.reliability(said, rows, 0.5)
    assert found["ece"] == pytest.approx(0.4)
    assert (found["right"], found["shown"], found["right_of_shown"]) == (0.5, 1.0, 0.5)
    assert math.isclose(measure.reliability(said, rows, 0.95)["shown"], 0.0)
