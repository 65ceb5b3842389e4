"""The starter captioner: its data, a run that can be killed, and a pack that says what the network says."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")
pytest.importorskip("accelerate")
torch.set_num_threads(1)

from models.captioner import export, starter  # noqa: E402
from models.captioner.starter import Shape, Starter, Told, Training  # noqa: E402
from models.captioner.vocabulary import END, Vocabulary  # noqa: E402
from plugin_core.engines import open_captioner  # noqa: E402
from plugin_core.engines.searching import Limits, search  # noqa: E402
from plugin_core.modelstore import Pack  # noqa: E402
from tests.models.captioner.drawn import ROWS, prepared  # noqa: E402

TINY = Shape(hidden=32, layers=2, heads=2, dropout=0.0)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return Told(*prepared(tmp_path_factory.mktemp("films")), each=2)


def test_a_batch_looks_at_a_shot_once_for_all_its_captions(told: Told) -> None:
    batch = told.batch([0, 1, 2], random.Random(0))
    assert batch["pictures"].shape[:1] == batch["mask"].shape[:1] == (3,)
    assert batch["which"].tolist() == sorted(batch["which"].tolist())
    assert len(batch["which"]) == len(batch["tokens"]) == 4 + 3 + 4
    begins = {told.tokens.tokens[number] for number in batch["tokens"][:, 0].tolist()}
    assert begins == {"<zh>", "<en>"}
    for row, number in zip(batch["tokens"].tolist(), batch["which"].tolist(), strict=True):
        language = "zh" if told.tokens.tokens[row[0]] == "<zh>" else "en"
        text = ("" if language == "zh" else " ").join(told.tokens.said(row[1:]))
        assert text in ROWS[number][3 if language == "zh" else 4]


def test_what_nobody_said_of_a_shot_is_not_learned(told: Told) -> None:
    batch = told.batch([0, 1, 2], random.Random(0))
    guessed = {name: torch.randn(3, len(labels)) for name, labels in starter.PARTS.items()}
    whole = float(starter.told_apart(guessed, batch))
    assert whole == pytest.approx(
        sum(float(torch.nn.functional.cross_entropy(guessed[name], batch[f"is_{name}"])) for name in guessed), rel=1e-5
    )
    unknown = batch | {f"is_{name}": torch.full((3,), -1) for name in guessed}
    assert float(starter.told_apart(guessed, unknown)) == 0.0


def test_captions_in_one_language_without_any_truth_are_enough(told: Told, tmp_path: Path) -> None:
    rows = [{name: row[name] for name in ("film", "shot", "first", "last", "zh")} for row in told.rows]
    (tmp_path / "own.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    own = Told(told.films, tmp_path / "own.jsonl", each=1)
    batch = own.batch([0, 1, 2], random.Random(0))
    assert {own.tokens.tokens[number] for number in batch["tokens"][:, 0].tolist()} == {"<zh>"}
    assert all(batch[f"is_{name}"].tolist() == [-1] * 3 for name in starter.PARTS)


def test_without_chance_a_shot_is_as_it_was_drawn(told: Told) -> None:
    frames, mask = told.pictures(1)
    assert mask.sum() == 3
    assert frames[:3, ..., 1].mean() > frames[:3, ..., 0].mean() + 100
    assert not frames[3:].any()
    assert np.array_equal(frames, told.pictures(1)[0])


def test_a_run_that_was_killed_ends_as_if_it_had_not_been(told: Told, tmp_path: Path) -> None:
    whole = Training(steps=4, batch=2, bf16=False)
    once = starter.run(told, told, TINY, whole, tmp_path / "once").read_bytes()

    class Killed(Exception):
        pass

    def check(*_: object) -> None:
        raise Killed

    broken = Training(steps=4, batch=2, bf16=False, save_every=0.0)
    monkey = pytest.MonkeyPatch()
    monkey.setattr(starter, "checked", lambda _: check)
    with pytest.raises(Killed):
        starter.run(told, told, TINY, broken, tmp_path / "twice")
    monkey.undo()
    assert starter.run(told, told, TINY, whole, tmp_path / "twice").read_bytes() == once
    model, tokens = starter.load(tmp_path / "twice")
    assert tokens.tokens == told.tokens.tokens
    assert not model.training


@pytest.fixture(scope="module")
def learned(told: Told, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three shots, by heart."""
    told.each, folder = 1, tmp_path_factory.mktemp("run")
    for row in told.rows:
        row["zh"], row["en"] = row["zh"][:1], row["en"][:1]
    training = Training(steps=80, batch=3, each=1, learning_rate=6e-3, smoothing=0.0, average=0.9, bf16=False)
    starter.run(told, told, TINY, training, folder)
    return folder


@pytest.fixture(scope="module")
def pack(learned: Path, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return export.packed(learned, tmp_path_factory.mktemp("pack"))


def test_a_few_shots_are_learned_by_heart_and_told_by_the_pack(told: Told, pack: Pack) -> None:
    shots = [frames[mask > 0] for frames, mask in (told.pictures(place) for place in range(3))]
    with open_captioner(pack) as engine:
        for language, column in (("zh", 3), ("en", 4)):
            found = engine.describe(shots, language)
            assert [one.text for one in found] == [row[column][0] for row in ROWS]
            assert all(one.confidence > 0.8 for one in found)


@pytest.mark.parametrize("beam", [1, 3])
def test_the_pack_says_what_the_network_says(told: Told, learned: Path, beam: int, tmp_path: Path) -> None:
    model, tokens = starter.load(learned)
    chance = np.random.default_rng(3)
    shots = [chance.integers(0, 256, (count, 64, 112, 3)).astype(np.uint8) for count in (1, 4, 10)]
    pixels, mask = (torch.zeros(3, 10, 3, 64, 112), torch.zeros(3, 10))
    for place, shot in enumerate(shots):
        pixels[place, : len(shot)], mask[place, : len(shot)] = starter.normalised(shot), 1.0
    memory = model.remember({"pictures": pixels, "mask": mask})
    memory = {name: value.repeat_interleave(beam, 0) for name, value in memory.items()}

    def step(ids: np.ndarray, parents: np.ndarray) -> np.ndarray:
        del parents
        with torch.no_grad():
            return model.score(model.hidden(torch.from_numpy(ids), memory))[:, -1].numpy()

    begin = tokens.numbers["<zh>"]
    limits = Limits(END, 12, [0, 1, 3, begin, tokens.numbers["<en>"]])
    wanted = ["".join(tokens.tokens[one] for one in ids) for ids, _ in search(step, [begin], 3, beam, limits)]
    plain = export.packed(learned, tmp_path, "float32")
    with open_captioner(plain) as engine:
        engine._length = 12
        assert [one.text for one in engine.describe(shots, "zh", beam=beam)] == wanted


def test_graphs_hold_for_any_number_of_shots_and_tokens(learned: Path) -> None:
    model, _ = starter.load(learned)
    made = export.graphs(model)
    assert export.check(model, made) < 1e-4
    worse = {name: export.check(model, way(made)) for name, way in export.WAYS.items()}
    assert worse["float32"] < worse["float16 weights"] < worse["INT8 weights"] < 0.5
    sizes = {name: sum(map(len, way(made).values())) for name, way in export.WAYS.items()}
    assert sizes["INT8 weights"] < sizes["float16 weights"] < sizes["float32"]


def test_int8_weights_make_no_shot_depend_on_another(pack: Pack) -> None:
    chance = np.random.default_rng(5)
    shots = [chance.integers(0, 256, (3, 64, 112, 3)).astype(np.uint8) for _ in range(5)]
    with open_captioner(pack) as engine:
        together = engine.describe(shots, "en")
        alone = [engine.describe([shot], "en")[0] for shot in shots]
    assert [one.text for one in together] == [one.text for one in alone]
    assert [one.confidence for one in together] == pytest.approx([one.confidence for one in alone], abs=1e-4)


def test_a_run_begins_with_what_an_earlier_one_knew_of_the_same_tokens(learned: Path) -> None:
    old, before = starter.load(learned)
    tokens = Vocabulary(["新", *reversed(before.tokens[4:])])
    model = Starter(len(tokens), TINY)
    new = model.output.weight[tokens.numbers["新"]].clone()
    starter._begin_from(model, tokens, learned)
    for token in before.tokens:
        here, there = tokens.numbers[token], before.numbers[token]
        assert torch.equal(model.embedding.weight[here], old.embedding.weight[there])
        assert torch.equal(model.output.bias[here], old.output.bias[there])
    assert torch.equal(model.output.weight[tokens.numbers["新"]], new)
    assert torch.equal(model.eyes.places, old.eyes.places)


def test_another_network_than_was_exported_is_noticed(learned: Path) -> None:
    model, _ = starter.load(learned)
    made = export.graphs(model)
    torch.manual_seed(8)
    assert export.check(Starter(model.output.out_features, TINY).eval(), made) > export.CLOSE


def test_the_pack_says_what_it_is(pack: Pack) -> None:
    assert (pack.kind, pack.tier, pack.languages) == ("captioner", "starter", ("zh", "en"))
    assert "drawn films only" in pack.limits
    known = json.loads((pack.folder / "tokens.json").read_text("utf-8"))
    assert known[:6] == ["<pad>", "<begin>", "<end>", "<unknown>", "<zh>", "<en>"]
