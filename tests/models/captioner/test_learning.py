"""A handful of captions is learned by heart by the teacher and by every student."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")
torch.set_num_threads(1)

from models.captioner import students, train  # noqa: E402
from tests.models.captioner.tiny import QUICK, SAID, made, source  # noqa: E402


@pytest.mark.parametrize("kind", ["teacher", *students.STUDENTS])
def test_a_handful_of_captions_is_learned_by_heart(kind: str, tmp_path: Path) -> None:
    rate = 5e-3 if kind == "transformer" else QUICK.learning_rate
    train.run(made(kind, tmp_path), source(kind), dataclasses.replace(QUICK, learning_rate=rate), tmp_path)
    model, tokens = train.load(tmp_path)
    batch = source(kind).batch(range(4), random.Random(0))
    loss, _ = train.loss(model(batch), batch, 0.0, 1.0)
    assert float(loss.detach()) < 0.05
    assert train.described(model, tokens, [batch]) == [said[0] for said in SAID.values()]
