"""The recipe of typing errors: planting, the loss, and a graph that says what torch says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.captioner.test_typing_confusions import TABLE

typing_errors = pytest.importorskip("models.captioner.typing_errors", reason="needs the train extra")
pytestmark = pytest.mark.train


@given(st.text("他弹吉", max_size=8), st.integers(0, 4), st.integers(0, 99))
def test_planting_exchanges_as_many_characters_as_asked_and_no_others(text: str, errors: int, seed: int) -> None:
    typed = typing_errors.Planter(TABLE, seed).plant(text, errors)
    apart = [(a, b) for a, b in zip(text, typed, strict=True) if a != b]
    assert len(apart) == min(errors, sum(one != "吉" for one in text))
    assert all(b in TABLE.all_of(a) for a, b in apart)


def test_the_vectors_are_of_length_1_and_far_apart() -> None:
    codes = typing_errors.Reader(TABLE, "。").codes()
    assert codes.shape == (5, typing_errors.CODE)
    products = codes @ codes.T
    assert np.diag(products) == pytest.approx(1, abs=1e-6)
    assert np.abs(products - np.eye(5)).max() < 0.5


def test_the_loss_is_the_square_error_to_what_was_meant() -> None:
    import torch

    reader = typing_errors.Reader(TABLE, "")
    made = typing_errors.batch(reader, ["弹吉他"], ["弹吉他"])
    codes = reader.codes()

    class Said(torch.nn.Module):
        def forward(self, numbers: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
            return torch.from_numpy(codes)[numbers] + 0.5

    loss, _ = typing_errors.Mending(codes)(Said(), made)
    assert float(loss) == pytest.approx(0.25 * typing_errors.CODE, rel=1e-5)
    unknown = typing_errors.batch(reader, ["弹吉天"], ["弹吉天"])
    same, _ = typing_errors.Mending(codes)(Said(), unknown)
    assert float(same) == pytest.approx(float(loss), rel=1e-5)  # what is not known does not count


def test_batches_are_of_one_length_and_mostly_right() -> None:
    texts = ["他弹吉他", "吉他弹他", "弹吉"]
    batches = iter(typing_errors.Batches(texts, typing_errors.Reader(TABLE, ""), words=0.5, size=16, seed=1))
    counts: Counter[bool] = Counter()
    for _ in range(10):
        made = next(batches)
        assert made["numbers"].shape == made["wanted"].shape == made["sounds"].shape
        counts.update((made["numbers"] == made["wanted"]).flatten().tolist())
    assert counts[True] > counts[False] > 0


def test_the_graph_says_what_torch_says_and_the_pack_opens(tmp_path: Path) -> None:
    import json
    from dataclasses import asdict

    import torch
    from safetensors.torch import save_file

    from models.captioner.typing_export import export
    from plugin_core.engines import open_typos

    torch.manual_seed(0)
    reader = typing_errors.Reader(TABLE, "。")
    size = typing_errors.Size(len(reader.tokens) + 1, len(reader.sounds), hidden=24)
    model = typing_errors.Typist(size).eval()
    save_file(model.state_dict(), tmp_path / "weights.safetensors")
    about = {"tokens": reader.tokens, "of": TABLE.of, "sounds": TABLE.sounds, "size": asdict(size)}
    (tmp_path / typing_errors.ABOUT).write_text(json.dumps(about), encoding="utf-8")
    made = export(tmp_path, tmp_path / "pack", weight=0.3, gain=1.0)
    text = "他弹吉他。"
    numbers = torch.tensor([reader.read(text)])
    with torch.no_grad():
        said = model(numbers, torch.from_numpy(reader.sound_of)[numbers]).numpy()
    said /= np.linalg.norm(said, axis=2, keepdims=True)
    with open_typos(made, threads=1) as engine:
        assert engine.meant([text]) == pytest.approx(said, abs=2e-3)  # weights as float16
        assert engine.codes == pytest.approx(reader.codes(), abs=1e-6)
        assert engine.fits([text]) == [[]]  # it knows none of the characters that are typed for these


def test_a_sentence_is_learned(tmp_path: Path) -> None:
    import torch

    from models.training.loop import LoopConfig, load_weights, train

    torch.manual_seed(0)
    reader = typing_errors.Reader(TABLE, "。")
    size = typing_errors.Size(len(reader.tokens) + 1, len(reader.sounds), hidden=32)
    model = typing_errors.Typist(size)
    batches = iter(typing_errors.Batches(["他弹吉他。"] * 4, reader, words=0.0, size=16, seed=1))
    config = LoopConfig(steps=150, learning_rate=0.02, bf16=False, average=0.9, log_every=1000)
    weights = train(model, batches, typing_errors.Mending(reader.codes()), config, tmp_path)
    load_weights(model, weights)
    made = typing_errors.batch(reader, ["他谈吉他。", "他弹吉他。"], ["他弹吉他。", "他弹吉他。"])
    with torch.no_grad():
        said = model(made["numbers"], made["sounds"]).numpy()
    nearest = (said @ reader.codes().T).argmax(2)
    assert (nearest == made["wanted"].numpy()).all()
