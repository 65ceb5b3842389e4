"""Training: two processes give what one gives, a killed run goes on, and something is learned."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")
torch.set_num_threads(1)

from models.scenes import losses, rows, train, vectors  # noqa: E402
from models.scenes.config import Training  # noqa: E402
from models.scenes.model import Recogniser  # noqa: E402
from models.training.loop import LoopConfig, rate  # noqa: E402
from tests.models.scenes.tiny import SHORT, TINY, films  # noqa: E402

LOOP = LoopConfig(steps=6, learning_rate=3e-3, bf16=False, save_steps=2, log_every=2, average=0.5)


def state(model: Any) -> Any:
    return torch.cat([value.float().flatten() for _, value in sorted(model.state_dict().items())])


def difference(one: Path, other: Path) -> float:
    return float((state(train.load(one)) - state(train.load(other))).norm())


def test_two_processes_give_what_one_gives(tmp_path: Path) -> None:
    """But for the noise of float32, which Adam's first steps make larger: a hundredth of the way that was gone."""
    films(tmp_path / "films", 2)
    TINY.save(tmp_path / "config.json")
    common = [
        "--films", str(tmp_path / "films"), "--config", str(tmp_path / "config.json"), "--float32", "--row", "4",
        "--steps", "3", "--learning-rate", "3e-3", "--seed", "3",
    ]  # fmt: skip
    one, two, half = (tmp_path / name for name in ("one", "two", "half"))
    train.main([*common, "--batch_size", "16", "--out", str(one)])
    train.main([*common, "--batch_size", "8", "--out", str(half)])
    with pytest.raises(SystemExit) as ended:
        train.main([*common, "--batch_size", "16", "--out", str(two), "--gpus", "2"])
    assert ended.value.code == 0
    torch.manual_seed(3)
    begin = state(Recogniser(TINY))
    way = float((state(train.load(one)) - begin).norm())
    assert difference(one, two) < 0.01 * way
    assert difference(one, half) > 10 * difference(one, two)  # other batches would be seen


def test_a_run_that_was_killed_goes_on_as_if_it_had_not_been(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = films(tmp_path / "films", 2)
    config = dataclasses.replace(TINY, fusion=dataclasses.replace(TINY.fusion, dropout=0.5))
    train.run(known, config, SHORT, LOOP, tmp_path / "whole")
    calls = iter(range(100))
    real = losses.loss

    def killed(*given: Any) -> Any:
        if next(calls) == 5:
            raise KeyboardInterrupt
        return real(*given)

    monkeypatch.setattr(losses, "loss", killed)
    with pytest.raises(KeyboardInterrupt):
        train.run(known, config, SHORT, LOOP, tmp_path / "killed")
    train.run(known, config, SHORT, LOOP, tmp_path / "killed")
    assert next(calls) == 8  # four kept steps, one that was lost with the sixth, and then the last two
    assert difference(tmp_path / "whole", tmp_path / "killed") == 0


def test_labels_are_learned_from_what_shows_them(tmp_path: Path) -> None:
    known = films(tmp_path / "films", 3)
    loop = dataclasses.replace(LOOP, steps=60, average=0.8, save_steps=0)
    training = Training(batch=4, row=4, instants=1, seconds=1, missing=0.0, augment=False)
    train.run(known, TINY, training, loop, tmp_path / "run")
    model = train.load(tmp_path / "run")
    with torch.no_grad():
        said = model(rows.stacked([vectors.whole(known[0])]))
    truth = {name: torch.from_numpy(value)[None] for name, value in known[0].truth.items()}
    assert torch.equal(said.groups["place"].argmax(-1), truth["place"])
    assert torch.equal(said.groups["emotion"].argmax(-1), truth["emotion"])


def test_encoders_that_stay_as_they_are_do(tmp_path: Path) -> None:
    known = films(tmp_path / "films", 2)
    train.run(known, TINY.fused_by("late"), SHORT, dataclasses.replace(LOOP, steps=2), tmp_path / "late")
    for kind in ("early", "attention"):
        loop = dataclasses.replace(LOOP, steps=3)
        train.run(known, TINY.fused_by(kind), SHORT, loop, tmp_path / kind, start=tmp_path / "late", frozen=True)
        before, after = (train.load(tmp_path / name).state_dict() for name in ("late", kind))
        same = [name for name in before if name.startswith("branches.") and torch.equal(before[name], after[name])]
        assert len(same) == sum(name.startswith("branches.") for name in before)


def test_a_teacher_is_imitated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = films(tmp_path / "films", 2)
    torch.manual_seed(11)
    teacher = Recogniser(TINY).eval()
    monkeypatch.setattr(losses, "KEPT", 0.0)  # nothing but the teacher
    batch = rows.stacked([vectors.whole(known[0])])
    apart = []
    for steps in (1, 25):
        loop = dataclasses.replace(LOOP, steps=steps, learning_rate=5e-3, save_steps=0)
        train.run(known, TINY, SHORT, loop, tmp_path / f"pupil{steps}", teacher=teacher)
        with torch.no_grad():
            said = train.load(tmp_path / f"pupil{steps}")(batch)
            apart.append(float(losses.distilled(said, teacher(batch), batch, TINY)))
    assert apart[1] < apart[0]


def test_the_reference_s_command_is_understood(tmp_path: Path) -> None:
    given = train.parsed(["--films", "x", "--out", "y", "--gpus", "4", "--batch_size", "128", "--epochs", "50"])
    assert (given.gpus, given.batch_size, given.epochs) == (4, 128, 50)
    known = films(tmp_path, 2)
    assert train.steps_of(50, known, Training(batch=8, row=16)) == 7  # 16 shots, 50 times, 128 at once


def test_the_defaults_are_those_of_the_reference() -> None:
    assert (train.LOOP.learning_rate, train.LOOP.weight_decay, train.LOOP.schedule) == (1e-4, 0.01, "cosine")
    assert type(TINY)().fusion.dropout == 0.5
    assert Training().batch * Training().row == 128


@pytest.mark.parametrize("schedule", ["linear", "cosine"])
def test_the_learning_rate_warms_up_and_goes_to_nothing(schedule: str) -> None:
    loop = LoopConfig(learning_rate=1.0, warmup=0.1, schedule=schedule)
    rates = [rate(share / 100, loop) for share in range(101)]
    assert rates[0] < 0.02
    assert rates[10] == pytest.approx(1.0)
    assert rates[100] == pytest.approx(0.0)
    assert all(a >= b for a, b in itertools.pairwise(rates[10:]))


def test_what_is_logged_is_there_for_tensorboard(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    known = films(tmp_path / "films", 1)
    train.run(known, TINY, SHORT, dataclasses.replace(LOOP, steps=2, tensorboard=True), tmp_path / "run")
    assert list((tmp_path / "run" / "tensorboard").glob("events*"))
