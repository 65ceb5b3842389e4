"""Simulated features: a frame is the mean of its regions, and what two videos share is to be seen in both."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.train
pytest.importorskip("torch")

from models.captioner.simulated import seen, simulate  # noqa: E402

TEXTS = {
    "dog1": "a dog is running, the dog runs on grass",
    "dog2": "a dog is running, the dog runs on grass",
    "cook": "a woman cuts an onion, someone is cooking",
    "car": "the car drives away, a red car",
}
SAID = {video: [text.split() for text in said.split(", ")] for video, said in TEXTS.items()}


def pooled(size: int = 256, noise: float = 0.5, seed: int = 0) -> dict[str, np.ndarray]:
    made = simulate(SAID, list(SAID), size=size, noise=noise, seed=seed)
    return {video: made.frames[place].astype(np.float64).mean(0) for video, place in made.places.items()}


def test_what_is_seen_is_what_enough_captions_name_but_no_function_words() -> None:
    captions = [["a", "dog", "runs"]] * 10 + [["the", "cat"]]
    assert seen(captions, 0.2) == ["dog", "runs"]
    assert seen(captions, 0.05) == ["cat", "dog", "runs"]


def test_a_frame_is_the_mean_of_its_regions() -> None:
    made = simulate(SAID, list(SAID)[:3], size=64)
    assert made.grid is not None
    assert made.frames.shape == (4, 10, 64)
    assert made.grid.shape == (4, 10, 4, 64)
    assert np.allclose(made.grid.astype(np.float64).mean(2), made.frames, atol=0.02)


def test_the_training_videos_have_mean_nought_and_deviation_one_in_every_dimension() -> None:
    rows = simulate(SAID, ["dog1", "cook"], size=64).frames[[0, 2]].astype(np.float64).reshape(-1, 64)
    assert np.allclose(rows.mean(0), 0, atol=0.01)
    assert np.allclose(rows.std(0), 1, atol=0.01)


def test_videos_of_the_same_words_look_alike() -> None:
    found = pooled()
    assert np.corrcoef(found["dog1"], found["dog2"])[0, 1] > 0.4 > np.corrcoef(found["dog1"], found["cook"])[0, 1]


def test_noise_hides_what_is_there() -> None:
    clear, noisy = (pooled(noise=noise) for noise in (0.5, 20.0))
    assert np.corrcoef(clear["dog1"], clear["dog2"])[0, 1] > np.corrcoef(noisy["dog1"], noisy["dog2"])[0, 1]


def test_the_same_seed_makes_the_same_features() -> None:
    assert all(np.array_equal(a, b) for a, b in zip(pooled().values(), pooled().values(), strict=True))
    assert not np.array_equal(pooled()["car"], pooled(seed=1)["car"])
