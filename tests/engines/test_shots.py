"""A shots pack is opened, judges every frame once, and is refused if it is another network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from plugin_core.engines import open_shots
from plugin_core.errors import ModelError
from plugin_core.shots.network import Judgement
from tests.films import Change, Film, shot
from tests.shot_packs import make_shots_pack
from tests.shots.drawn import shots_of, told


def test_probabilities_of_a_window(tmp_path: Path) -> None:
    windows = np.zeros((2, 100, 27, 48, 3), np.uint8)
    windows[1, 40:] = 90
    with open_shots(make_shots_pack(tmp_path / "pack")) as engine:
        single, many, kinds = engine.judge(windows)
    assert (single.shape, many.shape, kinds.shape) == ((2, 100), (2, 100), (2, 100, 4))
    assert np.flatnonzero(single > 0.5).tolist() == [140]


@pytest.mark.parametrize("count", [1, 49, 50, 51, 100, 333])
def test_every_frame_of_a_stream_is_judged_once(tmp_path: Path, count: int) -> None:
    """Whatever windows it takes: each change of level is seen on its frame, whether within or between windows."""
    levels = (np.arange(count) // 7 % 2 * 90).astype(np.uint8)
    with open_shots(make_shots_pack(tmp_path / "pack")) as engine:
        judgement = Judgement(engine)
        for level in levels:
            judgement.see(np.full((27, 48, 3), level, np.uint8))
        judgement.finish()
        single, _, _ = judgement.between(0, count)
    assert judgement.done == count
    assert np.flatnonzero(single > 0.5).tolist() == [k for k in range(1, count) if levels[k] != levels[k - 1]]


def test_what_is_let_go_does_not_move_the_rest(tmp_path: Path) -> None:
    with open_shots(make_shots_pack(tmp_path / "pack")) as engine:
        judgement = Judgement(engine)
        for number in range(400):
            judgement.see(np.full((27, 48, 3), number // 10 % 2 * 90, np.uint8))
        judgement.finish()
        before = judgement.between(300, 380)[0]
        judgement.forget(290)
    np.testing.assert_array_equal(judgement.between(300, 380)[0], before)


def test_a_finder_with_a_network_finds_its_cuts(tmp_path: Path) -> None:
    drawn = Film((shot(1, pan=0.2), shot(2, pan=0.2, light=0.5)), (130, 90), (Change(),))
    with open_shots(make_shots_pack(tmp_path / "pack")) as engine:
        assert told(shots_of(drawn.pictures(), engine=engine).transitions) == drawn.truth()


@pytest.mark.parametrize("broken", [{"frames": 50}, {"drop": "many"}], ids=["length", "outputs"])
def test_another_network_is_refused(tmp_path: Path, broken: dict[str, object]) -> None:
    pack = make_shots_pack(tmp_path / "pack", **broken)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="no shots pack"), open_shots(pack):
        pass


def test_a_damaged_pack_is_refused(tmp_path: Path) -> None:
    pack = make_shots_pack(tmp_path / "pack")
    (pack.folder / "shots.onnx").write_bytes(b"nothing")
    with pytest.raises(ModelError), open_shots(pack):
        pass
