"""Pictures to features: key frames, the ResNet of the paper, and the starter's small network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
torch.set_num_threads(1)

from models.captioner import pictures as p  # noqa: E402
from models.captioner.examples import Features  # noqa: E402
from plugin_core.engines.captioner import FRAMES  # noqa: E402
from tests.films import encode, shot  # noqa: E402


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (*shape, 3)).astype(np.uint8)


@given(st.integers(1, 40))
def test_a_video_has_ten_key_frames_and_zeros_where_it_has_fewer(count: int) -> None:
    given_ = np.arange(1, count + 1, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 3, 3), np.uint8)
    frames, mask = p.key_frames(given_)
    there = min(count, FRAMES)
    assert frames.shape == (FRAMES, 2, 3, 3)
    assert mask.tolist() == [1.0] * there + [0.0] * (FRAMES - there)
    assert (np.diff(frames[:there, 0, 0, 0].astype(int)) > 0).all()
    assert not frames[there:].any()


@pytest.mark.parametrize("shape", [(0, 4, 4, 3), (4, 4, 3), (2, 4, 4, 1)])
def test_what_are_no_pictures_is_refused_with_its_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=str(shape).replace("(", r"\(").replace(")", r"\)")):
        p.key_frames(np.zeros(shape, np.uint8))


@pytest.fixture(scope="module")
def narrow() -> p.ResNet:
    torch.manual_seed(0)
    return p.ResNet(depth=18, width=0.125)


def test_pooled_features_are_the_means_of_the_grid(narrow: p.ResNet) -> None:
    pooled, grid = narrow(noise(2, 40, 60))
    assert pooled.shape == (2, narrow.size)
    assert grid.shape == (2, 49, narrow.size)
    assert torch.allclose(pooled, grid.mean(1), atol=1e-5)


def test_a_resnet_152_gives_the_papers_2048_numbers() -> None:
    from transformers import ResNetConfig, ResNetModel

    with torch.device("meta"):  # its shape without its weights
        net = ResNetModel(ResNetConfig(depths=list(p.DEPTHS[152])))
        weights = [value for name, value in net.named_parameters() if value.ndim == 4]
    assert len(weights) == 151 + 4  # and the four shortcuts; the 152nd layer is the classifier
    assert p.ResNet(depth=50, width=0.02).size == int(512 * 0.02 * 4)
    assert net.config.hidden_sizes[-1] == 2048


def test_a_folder_of_weights_is_opened_as_it_was_saved(narrow: p.ResNet, tmp_path: Path) -> None:
    narrow.net.save_pretrained(tmp_path)
    (tmp_path / "preprocessor_config.json").write_text('{"image_mean": [0.1, 0.2, 0.3], "image_std": [1, 1, 1]}')
    again = p.ResNet(tmp_path)
    assert (again.size, again.mean, again.spread) == (narrow.size, (0.1, 0.2, 0.3), (1, 1, 1))
    again.mean, again.spread = p.MEAN, p.SPREAD
    assert torch.equal(again(noise(1, 30, 30))[0], narrow(noise(1, 30, 30))[0])


@pytest.mark.parametrize("wrong", [np.zeros((2, 8, 8, 3), np.float32), np.zeros((8, 8, 3), np.uint8)])
def test_pictures_of_another_shape_are_refused_with_both_shapes(narrow: p.ResNet, wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"not uint8 \(n, height, width, 3\)") as raised:
        narrow(wrong)
    assert f"{wrong.dtype} {wrong.shape}" in str(raised.value)


def test_videos_of_any_length_become_features_the_students_read(narrow: p.ResNet) -> None:
    found = narrow.videos([noise(1, 24, 24), noise(14, 24, 24)], grid=True)
    assert found["frames"].shape == (2, FRAMES, narrow.size)
    assert found["grid"].shape == (2, FRAMES, 49, narrow.size)
    assert not found["frames"][0, 1:].any()
    assert found["frames"][1].any(-1).all()
    batch = Features(["a", "b"], found["frames"], found["grid"]).of(["b"], grid=True)
    assert batch["grid"].shape == (1, FRAMES, 49, narrow.size)
    assert set(narrow.videos([noise(1, 24, 24)])) == {"frames"}


def test_files_become_the_features_that_the_harness_reads(tmp_path: Path) -> None:
    for name, count in (("long", 25), ("short", 3)):
        encode(tmp_path / f"{name}.mp4", map(shot(1), range(count)))
    films = [str(tmp_path / f"{name}.mp4") for name in ("long", "short")]
    p.main([*films, "--depth", "18", "--out", str(tmp_path / "features.npz")])
    with np.load(tmp_path / "features.npz") as stored:
        assert stored["videos"].tolist() == ["long", "short"]
        assert stored["frames"].shape == (2, FRAMES, 512)
        assert stored["frames"].any(-1).sum(1).tolist() == [FRAMES, 3]
        assert "grid" not in stored


# -- the starter's own --


@pytest.fixture
def small() -> p.Small:
    torch.manual_seed(0)
    return p.Small()


def frames(shots: int, count: int) -> torch.Tensor:
    return torch.rand(shots, count, 3, 64, 112) * 2 - 1


def test_a_filling_becomes_nothing_and_changes_nothing(small: p.Small) -> None:
    x, mask = frames(2, 4), torch.tensor([[1.0, 1, 0, 0], [1, 1, 1, 1]])
    for training in (True, False):
        small.train(training)
        found = small(x * mask[:, :, None, None, None], mask)
        assert found.shape == (2, 4, p.REGIONS, p.SIZE)
        assert not found[0, 2:].any()
    small.eval()
    assert torch.allclose(small(x[:1, :2], mask[:1, :2]), found[:1, :2], atol=1e-5)


def test_no_shot_changes_another_at_rest(small: p.Small) -> None:
    small.eval()
    x, mask = frames(3, 2), torch.ones(3, 2)
    assert torch.allclose(small(x, mask)[1], small(x[1:2], mask[1:2])[0], atol=1e-5)


def test_it_begins_from_the_eyes_of_a_run_of_scenes(small: p.Small, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    own = {name: torch.rand_like(value) for name, value in small.net.state_dict().items() if value.is_floating_point()}
    first = "0.0.weight"
    own[first] = own[first][:, :3].contiguous()
    save_file({p.PREFIX + name: value for name, value in own.items()}, tmp_path / "weights.safetensors")
    assert small.begin_from(tmp_path) == len(own)
    assert torch.equal(small.net.state_dict()[first][:, :3], own[first])
    assert not small.net.state_dict()[first][:, 3:].any()
    own[first] = own[first][:5].contiguous()
    save_file({p.PREFIX + name: value for name, value in own.items()}, tmp_path / "weights.safetensors")
    with pytest.raises(ValueError, match=r"0\.0\.weight \(5, 3, 5, 5\)"):
        small.begin_from(tmp_path)


@settings(max_examples=5)
@given(st.integers(0, 9))
def test_the_order_of_frames_does_not_change_a_frame(seed: int) -> None:
    torch.manual_seed(seed)
    net = p.Small().eval()
    x, order = frames(1, 4), torch.randperm(4)
    mask = torch.ones(1, 4)
    assert torch.allclose(net(x[:, order], mask), net(x, mask)[:, order], atol=1e-5)
