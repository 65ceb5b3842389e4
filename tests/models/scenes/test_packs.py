"""From a network to a pack: the same numbers, smaller forms, measurements through the product's engine."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
torch.set_num_threads(1)

from models.scenes import card, compress, evaluate, export, vectors  # noqa: E402
from models.scenes.config import FUSIONS  # noqa: E402
from models.scenes.model import Recogniser  # noqa: E402
from plugin_core.engines import open_scenes  # noqa: E402
from plugin_core.modelstore import read_pack, verify  # noqa: E402
from tests.models.scenes.tiny import SHORT, TINY, films  # noqa: E402


def network(kind: str = "attention") -> Recogniser:
    torch.manual_seed(1)
    model = Recogniser(TINY.fused_by(kind))
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 2)
    return model.eval()


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return export.graphs(network())


@pytest.mark.parametrize("kind", FUSIONS)
def test_the_graphs_say_what_the_network_says(kind: str) -> None:
    model = network(kind)
    graphs = export.graphs(model)
    apart = export.check(model, graphs)
    assert max(apart.values()) < 1e-4
    halves = {name: export.halved(data) for name, data in graphs.items()}
    assert max(export.check(model, halves).values()) < 0.02
    assert sum(map(len, halves.values())) < 0.8 * sum(map(len, graphs.values()))


def test_a_pack_tells_what_the_network_tells(tmp_path: Path, made: dict[str, bytes]) -> None:
    model, film = network(), films(tmp_path / "films", 1)[0]
    pack = export.write(model.config, made, tmp_path / "pack", tuned={}, quality={"f1": 0.5})
    verify(read_pack(pack.folder))
    with open_scenes(pack) as engine, torch.no_grad():
        told = evaluate.by_engine(engine)(vectors.seen_by(film, engine.vectors), ())
        torch_said = evaluate.by_fusion(model.fusion, model.config)(vectors.seen_by(film, model), ())
    assert told.groups["place"].shape == torch_said.groups["place"].shape == (8, 2)
    # windows of six shots see less of the film than the network does at once
    assert np.abs(told.groups["emotion"] - torch_said.groups["emotion"]).max() < 0.2


def test_torchscript_says_the_same(tmp_path: Path) -> None:
    model = network()
    export.torchscript(model, tmp_path / "whole.pt")
    batch = export.raw(model.config)
    with torch.no_grad():
        loaded, said = torch.jit.load(str(tmp_path / "whole.pt"))(batch), model(batch)
    assert torch.allclose(loaded[0], said.groups["place"], atol=1e-5)


def test_int8_is_smaller_and_near(tmp_path: Path, made: dict[str, bytes]) -> None:
    model, known = network(), films(tmp_path / "films", 2)
    for smaller in (compress.dynamic(made), compress.static(made, known, model)):
        packs = [
            export.write(model.config, graphs, tmp_path / str(number), tuned={}, quality={})
            for number, graphs in enumerate((made, smaller))
        ]
        told = []
        for pack in packs:
            with open_scenes(pack) as engine:
                told.append(evaluate.by_engine(engine)(vectors.seen_by(known[0], engine.vectors), ()))
        assert packs[1].size < 0.7 * packs[0].size
        assert np.abs(told[0].groups["place"] - told[1].groups["place"]).max() < 0.1


def test_pruned_channels_are_gone_and_weak_ones_go_first() -> None:
    model = network()
    block = model.branches["pictures"].net.net[1]
    with torch.no_grad():
        block.narrow[0].weight[:, :12] *= 0  # nothing comes of these
        block.narrow[0].weight[:, 12:] += 0.1
    smaller = compress.pruned(model, 0.3)
    cut = smaller.branches["pictures"].net.net[1]
    assert cut.look[0].weight.shape[0] == cut.narrow[0].weight.shape[1] < block.look[0].weight.shape[0]
    assert compress.parameters(smaller) < compress.parameters(model)
    assert smaller.config.pictures.middles[0] == cut.look[0].weight.shape[0]
    pictures = torch.randint(0, 255, (2, 1, 64, 112, 3), dtype=torch.uint8)
    assert torch.isfinite(smaller.branches["pictures"](pictures)).all()


def test_channels_of_which_nothing_comes_can_go_without_a_difference() -> None:
    model = network()
    blocks = [block for block in model.branches["pictures"].net.net if isinstance(block, compress.Residual)]
    with torch.no_grad():
        for block in blocks:
            count = block.narrow[0].weight.shape[1]
            block.narrow[0].weight[:, : count - max(8, round(count * 0.7 / 8) * 8)] = 0
    pictures = torch.randint(0, 255, (2, 1, 64, 112, 3), dtype=torch.uint8)
    with torch.no_grad():
        before = model.branches["pictures"](pictures)
        after = compress.pruned(model, 0.3).branches["pictures"](pictures)
    assert torch.allclose(before, after, atol=1e-4)


def test_a_student_learns_the_vectors_of_its_teacher(tmp_path: Path) -> None:
    from models.training.loop import LoopConfig

    teacher, known = network(), films(tmp_path / "films", 2)
    apart = []
    for steps in (1, 30):
        loop = LoopConfig(steps=steps, learning_rate=5e-3, bf16=False, average=0.5)
        student = compress.taught(teacher, known, loop, tmp_path / str(steps))
        batch = compress.lesson(known, vectors.all_seen(known, teacher, tmp_path), np.random.default_rng(5))
        with torch.no_grad():
            made = student.branches["sounds"](batch["sounds"])
        apart.append(float((made - batch["sounds_wanted"]).square().mean()))
    assert compress.parameters(student) < compress.parameters(teacher)
    assert apart[1] < 0.7 * apart[0]


def test_the_gate_asks_for_accuracy_and_for_speed_or_size() -> None:
    before = {"scene_type": 0.9, "times_real_time": 100.0, "bytes": 1000.0}
    assert compress.gate(before, {"scene_type": 0.89, "times_real_time": 90.0, "bytes": 400.0})["passed"]
    assert compress.gate(before, {"scene_type": 0.89, "times_real_time": 220.0, "bytes": 900.0})["passed"]
    assert not compress.gate(before, {"scene_type": 0.89, "times_real_time": 150.0, "bytes": 600.0})["passed"]
    assert not compress.gate(before, {"scene_type": 0.85, "times_real_time": 300.0, "bytes": 100.0})["passed"]


def test_a_pack_is_tuned_and_measured(tmp_path: Path, made: dict[str, bytes]) -> None:
    known = films(tmp_path / "films", 2)
    pack = export.write(TINY, made, tmp_path / "pack", tuned={}, quality={})
    assert evaluate.config_of(pack).labels == TINY.labels
    with open_scenes(pack) as engine:
        tuned = evaluate.tuned(engine, [vectors.seen_by(film, engine.vectors) for film in known])
    assert set(tuned["temperatures"]) == set(TINY.labels)
    found = evaluate.measure(export.write(TINY, made, tmp_path / "again", tuned=tuned, quality={}), known)
    assert set(found["missing"]) == {" and ".join(missing) for missing in evaluate.MISSING}
    assert all(0 <= found["labels"][name]["f1"] <= 1 for name in TINY.labels)
    assert found["speed"]["times_real_time"] > 0
    assert {"f1_place", "boundary_ap"} < set(evaluate.quality({"pack": found}))


def test_fusions_are_compared_on_the_same_vectors(tmp_path: Path) -> None:
    from models.scenes import train
    from models.training.loop import LoopConfig

    known = films(tmp_path / "films", 2)
    loop = LoopConfig(steps=1, bf16=False)
    for kind in ("late", "attention"):
        train.run(known, TINY.fused_by(kind), SHORT, loop, tmp_path / kind)
    found = evaluate.compared({kind: tmp_path / kind for kind in ("late", "attention")}, known, tmp_path / "late")
    assert {"late", "attention", "pictures alone", "sounds alone", "texts alone"} == set(found["table"])
    low, high = found["margins"]["attention"]["interval"]
    assert low <= found["margins"]["attention"]["margin"] + 1e-9
    assert high >= low


def test_the_recipe_and_the_product_see_the_same(tmp_path: Path, starter: Path) -> None:
    pytest.importorskip("PIL")
    from models.scenes import prepare, rows
    from models.scenes.films.script import write
    from plugin_core.scenes import Watcher

    drawn = write(2, "test", scenes=2, sound=False, text=False)
    pack = read_pack(starter / "scenes")
    with open_scenes(pack) as engine:
        arrays = prepare.prepared(drawn, None, clip=engine.shapes.clip)
        rows.write(tmp_path / "film", "film", prepare.shots(drawn), arrays)
        film = rows.Film(tmp_path / "film", evaluate.config_of(pack))
        recipe = evaluate.by_engine(engine)(vectors.seen_by(film, engine.vectors), ())
        watcher = Watcher(engine)
        for frame in prepare.frames(drawn):
            watcher.see(frame)
        product = watcher.recognise(film.shots)
    for name in recipe.groups:
        said = np.array([list(labels.probabilities[name].values()) for labels in product])
        assert np.abs(said - recipe.groups[name]).max() < 0.01, name
    assert np.abs(np.array([labels.begins for labels in product])[1:] - recipe.begins[1:]).max() < 0.01


def test_the_card_holds_the_results() -> None:
    text = card.table(json.loads(Path("models/scenes/results.json").read_text("utf-8")))
    assert text in Path("models/scenes/README.md").read_text("utf-8")
