"""Search: a beam of one is greedy, a wide one is held against all captions of two tokens."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")
torch.set_num_threads(1)

from models.captioner import decoding, students  # noqa: E402
from models.captioner.vocabulary import BEGIN, END  # noqa: E402
from tests.models.captioner.tiny import TOKENS, made, source  # noqa: E402


@pytest.mark.parametrize("kind", ["teacher", *students.STUDENTS])
def test_a_beam_of_one_is_greedy_and_a_wide_one_finds_the_likeliest(kind: str, tmp_path: Path) -> None:
    model = made(kind, tmp_path).eval()
    batch = source(kind).batch(range(4), random.Random(0))
    greedy = decoding.greedy(model, batch, longest=3)
    one = decoding.beam(model, batch, 1, longest=3)
    assert [said.tokens for said in one] == [said.tokens for said in greedy]
    assert [said.score for said in one] == pytest.approx([said.score for said in greedy], abs=1e-4)
    allowed = [END, *range(4, len(TOKENS))]
    wide = decoding.beam(model, batch, len(TOKENS) ** 2, longest=2, power=0.0)
    memory = model.remember(batch)
    first, state = model.step(torch.full((4,), BEGIN), model.begin(memory), memory)
    with torch.no_grad():
        first = log_chances(first)
        best = first[:, END].tolist()
        for token in allowed[1:]:
            second, _ = model.step(torch.full((4,), token), state, memory)
            both = (first[:, token, None] + log_chances(second)).amax(1)
            best = [max(a, b) for a, b in zip(best, both.tolist(), strict=True)]
    assert [said.score for said in wide] == pytest.approx(best, abs=1e-4)


def log_chances(scores: Any) -> Any:
    scores = scores.clone()
    scores[:, decoding.NEVER] = -math.inf
    return scores.log_softmax(1)
