"""Drawn films become a corpus that the harness reads as it reads MSVD's."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")
pytest.importorskip("accelerate")
torch.set_num_threads(1)

from safetensors.torch import save_file  # noqa: E402

from models.captioner import drawn, harness, starter  # noqa: E402
from models.captioner.examples import Features  # noqa: E402
from tests.models.captioner.drawn import ROWS, prepared  # noqa: E402


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A network of random weights over three pools."""
    for pool in drawn.PARTS:
        films, captions = prepared(tmp_path, pool)
    tokens, shape = starter.Told(films, captions).tokens, starter.Shape(hidden=32, heads=2)
    model, folder = starter.Starter(len(tokens), shape), tmp_path / "run"
    folder.mkdir()
    tokens.save(folder / starter.TOKENS)
    (folder / starter.CONFIG).write_text(json.dumps(asdict(shape)))
    save_file(
        {name: value.contiguous() for name, value in model.state_dict().items() if value.is_floating_point()},
        folder / starter.WEIGHTS,
    )
    return folder


def test_the_harness_reads_what_is_written(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "corpus"
    assert drawn.write(run, tmp_path, tmp_path, out, every=2) == {"train": 2, "dev": 3, "test": 3}
    corpus = harness.msvd(out, out)
    assert {part: len(videos) for part, videos in corpus.parts.items()} == {"train": 2, "dev": 3, "test": 3}
    assert corpus.chinese["test-0000_1"] == ROWS[1][3]
    assert corpus.english["dev-0000_2"] == ROWS[2][4]
    with np.load(out / "features.npz") as stored:
        videos, frames, grid = stored["videos"].tolist(), stored["frames"], stored["grid"]
    assert set(videos) == set(corpus.chinese) == set(corpus.english)
    assert grid[:, :3].any((2, 3)).all()
    assert not grid[:, 3:].any()
    assert Features(videos, frames, grid).of(["train-0000_2"], grid=True)["grid"].shape == (1, 10, 8, 128)
    assert np.allclose(frames.astype(float), grid.astype(float).mean(2), atol=1e-3)
