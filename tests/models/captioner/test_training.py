"""Training: a killed run goes on as if it had not been, the teacher is asked once, its word weighs less and less."""

from __future__ import annotations

import dataclasses
import itertools
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")
torch.set_num_threads(1)

from models.captioner import train  # noqa: E402
from models.captioner.distillation import Schedule  # noqa: E402
from models.captioner.examples import LONGEST, English, Features, Soft, Video, batches, captions, through  # noqa: E402
from models.captioner.teacher import Config, Teacher  # noqa: E402
from models.captioner.vocabulary import BEGIN, END, UNKNOWN  # noqa: E402
from tests.models.captioner.tiny import QUICK, RELATIONS, SAID, TOKENS, TREES, WORDS, made, source, told  # noqa: E402


class Killed(Exception):
    """What ends a run in the middle."""


@pytest.mark.parametrize("kind", ["teacher", "nic"])
def test_a_killed_run_ends_with_the_same_weights_bit_for_bit(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = dataclasses.replace(QUICK, epochs=9, batch=2, save_steps=5)
    schedule = None if kind == "teacher" else Schedule()

    def begun(folder: Path, given: English | Video) -> None:
        model = made(kind, folder)
        model.drop.p = 0.3
        train.run(model, given, training, folder, schedule=schedule)

    soft = None if kind == "teacher" else told()
    begun(tmp_path / "whole", source(kind, soft))
    broken = source(kind, soft)
    calls = itertools.count()
    plain = type(broken).batch

    def batch(self: Any, places: Any, chance: Any) -> Any:
        if next(calls) == 12:
            raise Killed
        return plain(self, places, chance)

    with monkeypatch.context() as patch:
        patch.setattr(type(broken), "batch", batch)
        with pytest.raises(Killed):
            begun(tmp_path / "killed", broken)
    begun(tmp_path / "killed", source(kind, soft))
    one, other = (train.load(tmp_path / name)[0].state_dict() for name in ("whole", "killed"))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_the_teacher_is_asked_before_each_token_and_the_end_and_is_not_changed() -> None:
    torch.manual_seed(5)
    shape = Config(
        words=len(WORDS), relations=len(RELATIONS), tokens=len(TOKENS), width=8, lexical=8, graph=8, hidden=8
    )
    teacher, given = Teacher(shape), source("teacher")
    assert isinstance(given, English)
    before = {name: value.clone() for name, value in teacher.state_dict().items()}
    soft = train.teach(teacher, given, 2.0, each=3)
    assert all(torch.equal(value, before[name]) for name, value in teacher.state_dict().items())
    assert soft.numbers.shape == (4, LONGEST + 1, len(TOKENS))
    wanted = (teacher(given.batch([1], random.Random(0)))[0] / 2.0).softmax(-1)
    for t in range(5):
        found = dict(zip(soft.numbers[1, t].tolist(), soft.shares[1, t].tolist(), strict=True))
        assert [found[i] for i in range(len(TOKENS))] == pytest.approx(wanted[t].tolist(), abs=1e-3)
    assert (soft.shares[1, 5:] == 0).all()


def test_what_the_teacher_said_is_read_back(tmp_path: Path) -> None:
    soft = told()
    soft.save(tmp_path / "soft.npz")
    again = Soft.load(tmp_path / "soft.npz")
    assert np.array_equal(again.numbers, soft.numbers)
    assert np.array_equal(again.shares, soft.shares)
    assert again.temperature == soft.temperature


def test_guidance_changes_what_is_learned_and_its_weight_falls_to_nothing() -> None:
    given = source("nic", told())
    schedule = Schedule(weight=0.5, guided=0.25, annealed=0.5)
    weights = [
        float(batch["guidance"]) for batch in itertools.islice(batches(given, 2, 0, steps=8, schedule=schedule), 8)
    ]
    assert weights == pytest.approx([0.5, 0.5, 0.5, 0.375, 0.25, 0.125, 0.0, 0.0])


def test_captions_of_about_one_length_go_together_and_each_comes_once() -> None:
    chance = random.Random(0)
    lengths = [chance.randint(1, 30) for _ in range(320)]
    mixed, sorted_ = (through(320, 10, random.Random(1), given) for given in ((), lengths))

    def filling(found: list[list[int]]) -> int:
        return sum(max(lengths[i] for i in batch) * len(batch) for batch in found) - sum(lengths)

    for found in (mixed, sorted_):
        assert sorted(place for batch in found for place in batch) == list(range(320))
    assert filling(sorted_) < filling(mixed) / 4


def test_every_caption_is_seen_once_each_time_through_whoever_takes_it() -> None:
    given = source("nic")
    wanted = sorted((BEGIN, *caption.tokens, END) for caption in captions(SAID, TOKENS))
    for processes in (1, 2):
        seen = []
        for process in range(processes):
            taken = itertools.islice(batches(given, 1, 3, process=process, processes=processes), 4 // processes)
            seen += [tuple(t for t in row if t) for batch in taken for row in batch["tokens"].tolist()]
        assert sorted(seen) == wanted


def test_unknown_words_are_read_but_not_learned_to_be_said() -> None:
    scores = torch.randn(1, 3, 9)
    batch = {"tokens": torch.tensor([[BEGIN, 5, UNKNOWN, END]])}
    wanted = -(scores[0, 0].log_softmax(0)[5] + scores[0, 2].log_softmax(0)[END]) / 2
    assert train.loss(scores, batch, 0.0, 1.0)[0].item() == pytest.approx(wanted.item())


def test_a_video_without_english_captions_is_named() -> None:
    with pytest.raises(ValueError, match="video v2"):
        English(captions(SAID, TOKENS), {"v1": TREES["v1"]}, WORDS, RELATIONS)


def test_features_of_another_shape_are_named_with_both_shapes() -> None:
    with pytest.raises(ValueError, match=r"\(4, 6\), not \(4, frames, size\)"):
        Features(list(SAID), np.zeros((4, 6)))
    with pytest.raises(ValueError, match=r"\(4, 3, 2, 5\), not"):
        Features(list(SAID), np.zeros((4, 3, 6)), np.zeros((4, 3, 2, 5)))
