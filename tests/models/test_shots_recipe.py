"""The shots recipe: films whose truth is true, disturbances that keep their place, scores of known cases."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.shots import disturbances, films, score
from models.shots.changes import KINDS, LONGEST_HOLD, Change, join
from models.shots.clips import TEST, Clip, library, rendered, shards
from models.shots.films import Editor, Recipe
from models.shots.scenery import Pixels
from plugin_core.shots.decoding import KINDS as DECODED

SHAPE = (27, 48, 3)


def plain(frames: int, level: int) -> Pixels:
    return np.full((frames, *SHAPE), level, np.uint8)


def flat_clips() -> list[Clip]:
    return [Clip(plain(30, level), level) for level in (40, 90, 150, 220)]


def steps(pixels: Pixels) -> list[int]:
    """The frames that differ from the one before."""
    apart = np.abs(np.diff(pixels.astype(np.int16), axis=0)).reshape(len(pixels) - 1, -1).max(1)
    return [int(at) + 1 for at in np.flatnonzero(apart > 2)]


def test_the_kinds_are_those_that_are_decoded() -> None:
    assert KINDS == DECODED


@given(st.sampled_from(KINDS), st.integers(0, 2**32 - 1))
def test_a_change_is_as_long_as_it_says_and_shows_what_leads_to_it(kind: str, seed: int) -> None:
    made = join(kind, np.random.default_rng(seed))
    pixels = made.blend(plain(made.out, 60), plain(made.into, 200))
    assert pixels.shape == (made.length, *SHAPE)
    assert pixels.dtype == np.uint8
    assert all(0 <= one.first <= one.last <= max(0, made.length - 1) or one.kind == "cut" for one in made.changes)
    if kind == "dissolve":
        assert (np.diff(pixels[:, 0, 0, 0].astype(int)) >= 0).all()
        assert ((pixels >= 60) & (pixels <= 200)).all()
    if kind == "fade" and len(made.changes) == 1:
        assert (made.changes[0].first, made.changes[0].last) == (0, made.length - 1)
        assert made.length - made.out - made.into <= LONGEST_HOLD


@settings(max_examples=30)
@given(st.sampled_from(KINDS), st.integers(0, 2**32 - 1))
def test_in_a_film_nothing_moves_but_in_its_changes(kind: str, seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(films, "finished", lambda pixels, chance: pixels)
        film = Editor(flat_clips(), seed, Recipe(mix={kind: 1.0}, disturbed=0.0)).film(150)
    assert film.pixels.shape == (150, *SHAPE)
    inside = {k for one in film.changes for k in range(one.first, one.last + 2)}
    assert set(steps(film.pixels)) <= inside
    if kind == "cut":
        assert {one.first for one in film.changes} == set(steps(film.pixels))
    assert list(film.changes) == sorted(film.changes, key=lambda one: one.first)


@pytest.mark.parametrize("name", disturbances.ALL)
def test_a_disturbance_keeps_its_place(name: str) -> None:
    for seed in range(6):
        (clip,) = [next(rendered(TEST + 3, 48, 27, 40))]
        shot = clip.pixels.copy()
        a, b = disturbances.ALL[name](shot, 6, 33, np.random.default_rng(seed))
        assert 6 <= a <= b <= 33
        assert (shot.shape, shot.dtype) == (clip.pixels.shape, np.uint8)
        assert (shot[:a] == clip.pixels[:a]).all()


@pytest.mark.parametrize(
    "name", ["flash", "strobe", "explosion", "passing", "quake", "subtitle", "title", "inset", "focus"]
)
def test_a_passing_disturbance_leaves_what_comes_after(name: str) -> None:
    clip = next(rendered(TEST + 4, 48, 27, 40))
    shot = clip.pixels.copy()
    _, b = disturbances.ALL[name](shot, 6, 33, np.random.default_rng(1))
    assert (shot[b + 1 :] == clip.pixels[b + 1 :]).all()


def test_a_place_is_the_same_every_time_and_another_number_another_place() -> None:
    one, again, other = (next(rendered(number, 32, 18, 4)).pixels for number in (TEST, TEST, TEST + 1))
    assert (one == again).all()
    assert np.abs(one.astype(int) - other).mean() > 5


def test_shards_give_their_clips_back(tmp_path: Path) -> None:
    clip = next(rendered(TEST + 2, frames=9))
    assert shards(iter([clip]), tmp_path, "made") == 1
    (again,) = library(tmp_path)
    assert (again.pixels == clip.pixels).all()
    assert again.place == clip.place


@pytest.mark.parametrize(
    ("found", "tolerance", "wanted"),
    [
        ([(10, 10), (50, 60)], 0, (2, 0, 0)),
        ([(11, 11), (55, 55)], 0, (1, 1, 1)),
        ([(11, 11), (55, 55)], 1, (2, 0, 0)),
        ([(9, 9), (10, 10), (11, 11)], 2, (1, 1, 2)),
        ([], 2, (0, 2, 0)),
        ([(63, 63)], 2, (0, 2, 1)),
        ([(62, 63)], 2, (1, 1, 0)),
    ],
)
def test_a_change_counts_once_and_only_near_its_place(
    found: list[score.Span], tolerance: int, wanted: tuple[int, int, int]
) -> None:
    made = score.counts(found, [(10, 10), (50, 60)], tolerance)
    assert (made.right, made.missed, made.false) == wanted


SPANS = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 9)).map(lambda s: (s[0], s[0] + s[1])), max_size=8)


@given(SPANS, SPANS, st.integers(0, 3))
def test_scores_stay_between_nothing_and_all(found: list[score.Span], truth: list[score.Span], tolerance: int) -> None:
    made = score.counts(found, truth, tolerance)
    assert made.right + made.missed == len(truth)
    assert made.right + made.false == len(found)
    assert 0 <= made.f1 <= 1
    assert score.counts(truth, truth, tolerance).f1 == 1


@pytest.mark.train
def test_what_the_network_is_told_of_a_film() -> None:
    pytest.importorskip("torch")
    from models.shots.train import targets

    single, many, kind = targets([Change("cut", 5, 5), Change("dissolve", 10, 12), Change("fade", -4, 2)], 20)
    assert np.flatnonzero(single).tolist() == [5, 11]
    assert np.flatnonzero(many).tolist() == [0, 1, 2, 5, 10, 11, 12]
    assert kind[[0, 5, 11, 15]].tolist() == [2, 0, 1, -1]


@pytest.mark.train
def test_a_batch_has_windows_and_their_truth() -> None:
    pytest.importorskip("torch")
    from models.shots.train import Windows

    batch = Windows(flat_clips(), 0, 3, kept=4).batch()
    assert batch["pixels"].shape == (3, 100, *SHAPE)
    assert ((batch["kind"] >= 0) == (batch["many"] > 0)).all()
    assert (batch["single"] <= batch["many"]).all()


@pytest.mark.train
def test_the_onnx_file_computes_what_the_network_computes(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")
    ort = pytest.importorskip("onnxruntime")
    from models.shots.export import graph
    from models.shots.model import Shots, Size

    torch.manual_seed(0)
    size = Size(enter=4, filters=(2, 4, 4), dense=8, compared=6, width=8, tail=(1, 2))
    network = Shots(size).eval()
    for part in network.modules():
        if getattr(part, "running_mean", None) is not None:
            part.running_mean.normal_(0, 0.1)
            part.running_var.uniform_(0.5, 2)
    pixels = np.random.default_rng(0).integers(0, 256, (2, 100, *SHAPE)).astype(np.uint8)
    with torch.no_grad():
        single, many, kind = network(torch.from_numpy(pixels))
    wanted = (single.sigmoid(), many.sigmoid(), kind.softmax(2))
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    for half, near in ((False, 1e-5), (True, 2e-3)):
        model = graph(weights, json.loads(json.dumps(size.as_dict())), half=half)
        session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        given = session.run(["output", "many", "kind"], {"input": pixels})
        for one, other in zip(given, wanted, strict=True):
            assert one.shape == tuple(other.shape)
            np.testing.assert_allclose(one, other.numpy(), atol=near)


@pytest.mark.train
def test_no_film_in_a_batch_influences_another() -> None:
    torch = pytest.importorskip("torch")
    from models.shots.model import Shots, Size

    network = Shots(Size(enter=4, filters=(2, 2, 2), dense=8, compared=6, width=8, tail=(1,))).eval()
    pixels = torch.randint(0, 256, (3, 100, *SHAPE), dtype=torch.uint8)
    with torch.no_grad():
        both, alone = network(pixels), network(pixels[1:2])
    for one, other in zip(both, alone, strict=True):
        torch.testing.assert_close(one[1:2], other, atol=1e-5, rtol=1e-4)
