"""The recogniser: encoders, three fusions, and that no sample of a batch says anything about another."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")
torch.set_num_threads(1)  # these networks are too small for more

from models.scenes import fusion, losses  # noqa: E402
from models.scenes.config import FUSIONS, STARTER, Branch, Config  # noqa: E402
from models.scenes.model import Recogniser  # noqa: E402
from plugin_core.engines.scenes import Shapes  # noqa: E402
from plugin_core.scenes.features import MEASURES  # noqa: E402
from tests.models.scenes.tiny import TINY, with_  # noqa: E402


def batch(config: Config, samples: int = 3, shots: int = 5) -> dict[str, Any]:
    shapes, chance = config.shapes, torch.Generator().manual_seed(0)
    frame = (shapes.clip, 64, 112, 3)
    sound = (100, 64) if shapes.sound == "mel" else (16_000,)
    return {
        "pictures": torch.randint(0, 255, (samples, shots, 2, *frame), dtype=torch.uint8, generator=chance),
        "measures": torch.rand(samples, shots, 2, MEASURES, generator=chance),
        "pictures_mask": torch.ones(samples, shots, 2),
        "sounds": torch.rand(samples, shots, 2, *sound, generator=chance),
        "sounds_mask": torch.ones(samples, shots, 2),
        "texts": torch.randint(1, 4000, (samples, shots, shapes.characters, 3), generator=chance),
        "texts_mask": torch.ones(samples, shots),
    }  # fmt: skip


def flat(said: fusion.Said) -> Any:
    """Everything that is said of each sample, side by side."""
    parts = [*said.groups.values(), said.begins[..., None], said.embedding]
    return torch.cat([part.flatten(1) for part in parts], 1)


@pytest.mark.parametrize("kind", FUSIONS)
def test_no_sample_influences_another(kind: str) -> None:
    torch.manual_seed(1)
    model = Recogniser(TINY.fused_by(kind)).eval()
    given = batch(TINY)
    with torch.no_grad():
        together = flat(model(given))
        alone = torch.cat([flat(model({name: value[n : n + 1] for name, value in given.items()})) for n in range(3)])
    assert torch.allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize("kind", FUSIONS)
def test_nothing_flows_back_from_one_sample_into_another(kind: str) -> None:
    torch.manual_seed(1)
    model = Recogniser(TINY.fused_by(kind)).eval()
    inputs = {name: value.detach() for name, value in model.encode(batch(TINY)).items()}
    for name in ("pictures", "sounds", "texts"):
        inputs[name].requires_grad_()
    flat(model.fusion(inputs))[0].sum().backward()
    for name in ("pictures", "sounds", "texts"):
        slope = inputs[name].grad
        assert slope[0].abs().max() > 0
        assert slope[1:].abs().max() == 0


def test_the_fusion_of_the_reference_mixes_the_samples() -> None:
    """MultiheadAttention reads (samples, width) as one sequence: why ours looks at rows of shots instead."""
    torch.manual_seed(0)
    attention = torch.nn.MultiheadAttention(12, 4).eval()
    x = torch.rand(3, 12)
    with torch.no_grad():
        together, _ = attention(x, x, x)
        alone, _ = attention(x[:1], x[:1], x[:1])
    assert not torch.allclose(together[:1], alone, atol=1e-3)


@pytest.mark.parametrize("kind", FUSIONS)
@pytest.mark.parametrize("name", ["pictures", "sounds", "texts"])
def test_what_is_masked_is_not_looked_at(kind: str, name: str) -> None:
    torch.manual_seed(2)
    model = Recogniser(TINY.fused_by(kind)).eval()
    given = batch(TINY)
    given[f"{name}_mask"] = torch.zeros_like(given[f"{name}_mask"])
    other = given | {name: (given[name].float() * 0).to(given[name].dtype)}
    if name == "pictures":
        other["measures"] = given["measures"] * 0
    with torch.no_grad():
        one, two = flat(model(given)), flat(model(other))
    assert torch.isfinite(one).all()
    assert torch.allclose(one, two, atol=1e-5)


@pytest.mark.parametrize("kind", FUSIONS)
def test_shots_that_fill_a_row_up_change_nothing(kind: str) -> None:
    torch.manual_seed(3)
    model = Recogniser(TINY.fused_by(kind)).eval()
    given = batch(TINY, shots=6)
    for name in ("pictures_mask", "sounds_mask", "texts_mask"):
        given[name][:, 4:] = 0
    real = {name: value[:, :4] for name, value in given.items()}
    given["shots_mask"] = torch.tensor([1.0, 1, 1, 1, 0, 0]).expand(3, 6)
    with torch.no_grad():
        one, two = model(given), model(real)
    for name, logits in two.groups.items():
        assert torch.allclose(one.groups[name][:, :4], logits, atol=1e-5)
    # a boundary compares three shots on each side, beyond the end of a film nothing
    assert torch.allclose(one.embedding[:, :4], two.embedding, atol=1e-5)


@pytest.mark.parametrize("kind", FUSIONS)
def test_a_film_of_which_nothing_is_known_is_answered(kind: str) -> None:
    given = batch(TINY)
    for name in ("pictures_mask", "sounds_mask", "texts_mask"):
        given[name] = torch.zeros_like(given[name])
    model = Recogniser(TINY.fused_by(kind)).eval()
    with torch.no_grad():
        assert torch.isfinite(flat(model(given))).all()


@pytest.mark.parametrize("kind", FUSIONS)
def test_neighbours_are_looked_at(kind: str) -> None:
    torch.manual_seed(4)
    model = Recogniser(TINY.fused_by(kind)).eval()
    inputs = {name: value.detach() for name, value in model.encode(batch(TINY, 1)).items()}
    inputs["sounds"].requires_grad_()
    said = model.fusion(inputs)
    said.groups["emotion"][0, 2].sum().backward(retain_graph=True)
    assert inputs["sounds"].grad[0, 1].abs().max() > 0
    inputs["sounds"].grad = None
    said.embedding[0, 2].sum().backward()
    assert inputs["sounds"].grad[0, 1].abs().max() == 0  # an embedding is of its own shot


def test_late_fusion_is_a_vote_of_those_that_are_there() -> None:
    torch.manual_seed(5)
    model = Recogniser(TINY.fused_by("late")).eval()
    given = batch(TINY)
    for name in ("sounds_mask", "texts_mask"):
        given[name] = torch.zeros_like(given[name])
    with torch.no_grad():
        said = model(given)
    alone = said.alone["pictures"].groups["place"].softmax(-1)
    assert torch.allclose(said.groups["place"].softmax(-1), alone, atol=1e-3)


def test_early_fusion_aligns_by_time() -> None:
    x = torch.arange(4.0).reshape(1, 1, 4, 1)
    assert fusion.aligned(x, torch.tensor([[[1.0, 1, 0, 0]]]), 4).flatten().tolist() == [0, 0, 1, 1]
    assert fusion.aligned(x, torch.tensor([[[0.0, 0, 0, 0]]]), 4).flatten().tolist() == [0, 0, 0, 0]


def test_neighbours_that_are_alike_are_found_so() -> None:
    x = torch.eye(3)[torch.tensor([[0, 1, 0, 2, 2]])]
    found = fusion.similarities(x).reshape(1, 5, 3, 3)
    assert found[0, 2, 0, 0] == 0  # shot 1 and shot 2
    assert found[0, 2, 1, 0] == 1  # shot 0 and shot 2
    assert found[0, 4, 0, 0] == 1
    assert found[0, 0].abs().max() == 0  # there is nothing before the first


@pytest.mark.parametrize("kind", ["resnet", "efficientnet", "conv3d", "divided"])
def test_every_picture_encoder_fits(kind: str) -> None:
    config = with_(
        pictures=Branch(kind, 16, 0.125), shapes=dataclasses.replace(TINY.shapes, clip=1 if kind[0] in "re" else 2)
    )
    said = Recogniser(config).eval()(batch(config, 2, 3))
    assert said.groups["place"].shape == (2, 3, 2)
    assert torch.isfinite(flat(said)).all()


@pytest.mark.parametrize("kind", ["mobile", "conv3d", "divided"])
def test_an_encoder_of_clips_sees_their_order(kind: str) -> None:
    torch.manual_seed(6)
    config = with_(pictures=Branch(kind, 16, 0.25), shapes=dataclasses.replace(TINY.shapes, clip=3))
    encoder = Recogniser(config).eval().branches["pictures"]
    clips = torch.randint(0, 255, (1, 3, 64, 112, 3), dtype=torch.uint8)
    with torch.no_grad():
        assert not torch.allclose(encoder(clips), encoder(clips.flip(1)), atol=1e-5)


@pytest.mark.parametrize("kind", ["bert", "roberta"])
def test_every_text_encoder_fits(kind: str) -> None:
    config = with_(texts=Branch(kind, 16, 0.25))
    model = Recogniser(config).eval()
    given = batch(config, 2, 3)
    longer = given | {"texts": given["texts"].clone()}
    given["texts"][..., 5:, :] = 0
    longer["texts"][..., 5:, 1:] = 0
    longer["texts"][..., 5:, 0] = 0
    with torch.no_grad():
        assert torch.allclose(flat(model(given)), flat(model(longer)), atol=1e-5)


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_the_waveform_encoder_fits() -> None:
    config = with_(sounds=Branch("wave", 16, 0.25), shapes=dataclasses.replace(TINY.shapes, sound="wave"))
    model = Recogniser(config).eval()
    given = batch(config, 1, 2)
    with torch.no_grad():
        one, louder = flat(model(given)), flat(model(given | {"sounds": given["sounds"] * 3}))
    assert torch.allclose(one, louder, atol=1e-3)  # it does not mind how loud it is


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Config(pictures=Branch("vgg")),
        lambda: Config(sounds=Branch("wave")),
        lambda: TINY.fused_by("middle"),
        lambda: with_(fusion=dataclasses.replace(TINY.fusion, width=10, heads=4)),
        lambda: Config(shapes=Shapes(sound="wave")),
    ],
)
def test_what_does_not_fit_together_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"there is no|cannot be shared|does not take"):
        wrong()


def test_a_configuration_comes_back_from_its_file(tmp_path: Any) -> None:
    STARTER.save(tmp_path / "config.json")
    assert Config.load(tmp_path / "config.json") == STARTER


def test_a_label_that_is_not_known_teaches_nothing() -> None:
    torch.manual_seed(7)
    model = Recogniser(TINY)
    said = model(batch(TINY, 2, 3))
    truth = {
        "place": torch.full((2, 3), -1), "emotion": torch.full((2, 3), -1), "mood": torch.full((2, 3, 2), -1.0),
        "begins": torch.full((2, 3), -1.0), "scene": torch.full((2, 3), -1), "scene_type": torch.full((2, 3), -1),
    }  # fmt: skip
    weights = losses.Weights({name: torch.ones(2) for name in TINY.labels})
    total, _ = losses.loss(said, truth, TINY, weights)
    assert float(total.detach()) == 0
    truth["place"][0, 0] = 1
    assert float(losses.loss(said, truth, TINY, weights)[0].detach()) > 0


def test_a_student_that_says_what_its_teacher_says_has_nothing_to_learn() -> None:
    torch.manual_seed(8)
    given = batch(TINY, 2, 3) | {"shots_mask": torch.ones(2, 3)}
    taught, other = Recogniser(TINY).eval()(given), Recogniser(TINY).eval()(given)
    same = losses.distilled(taught, taught, given, TINY)
    sure = losses.distilled(other, taught, given, TINY)
    assert float(sure.detach()) > float(same.detach())
