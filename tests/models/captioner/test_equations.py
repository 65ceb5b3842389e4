"""Equations 1 to 13 and 15 in the networks against the same written out number by number."""

from __future__ import annotations

import math
from typing import Any

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")
torch.set_num_threads(1)

from models.captioner import captioner, examples, students  # noqa: E402
from models.captioner.graph import TripleConvolution, TripleNetwork  # noqa: E402
from models.captioner.teacher import Config, Teacher  # noqa: E402
from models.captioner.trees import Tree  # noqa: E402
from models.captioner.triples import graphs, triples  # noqa: E402
from models.captioner.vocabulary import BEGIN, Vocabulary  # noqa: E402
from tests.models.captioner import slow  # noqa: E402

MAN = Tree(("a", "man", "cuts", "wood"), (2, 3, 0, 3), ("det", "nsubj", "root", "obj"))
RUN = Tree(("run",), (0,), ("root",))
WORDS, RELATIONS = Vocabulary(["a", "man", "cuts", "wood", "run"]), Vocabulary(["det", "nsubj", "root", "obj"])
TOKENS = [BEGIN, 5, 7, 4]
SIZES = {"tokens": 9, "features": 5, "width": 4, "hidden": 6, "layers": 2, "heads": 2, "frames": 3, "dropout": 0.0}


def made(kind: str) -> Any:
    torch.manual_seed(1)
    return students.student(students.Config(kind=kind, **SIZES)).double().eval()  # type: ignore[arg-type]


def seen() -> dict[str, Any]:
    """Two videos, of which the second has two frames only."""
    torch.manual_seed(2)
    frames = torch.randn(2, 3, 5, dtype=torch.float64)
    frames[1, 2] = 0
    grid = torch.randn(2, 3, 2, 5, dtype=torch.float64)
    return {"frames": frames, "grid": grid, "tokens": torch.tensor([[*TOKENS, 2]] * 2)}


def teacher() -> Any:
    torch.manual_seed(3)
    shape = Config(words=len(WORDS), relations=len(RELATIONS), tokens=9, width=4, lexical=5, graph=6, hidden=3)
    return Teacher(shape).double().eval()


def read() -> dict[str, Any]:
    return graphs([MAN, RUN], WORDS, RELATIONS) | {"tokens": torch.tensor([[*TOKENS, 2]] * 2)}


def test_a_sentence_has_a_triple_for_each_word_and_the_root_one_of_its_own() -> None:
    assert [tuple(triple) for triple in triples(MAN)] == [
        ("man", "det", "a"), ("cuts", "nsubj", "man"), ("ROOT", "root", "cuts"), ("cuts", "obj", "wood"),
    ]  # fmt: skip


def test_a_graph_convolution_gives_new_words_and_new_relations() -> None:
    torch.manual_seed(0)
    layer = TripleConvolution(3, 4).double()
    nodes, relations = torch.randn(1, 4, 3).double(), torch.randn(1, 3, 3).double()
    subjects, objects = torch.tensor([[2, 2, 0]]), torch.tensor([[1, 3, 0]])
    known = torch.tensor([[True, True, False]])
    found = layer(nodes, relations, subjects, objects, known)
    wanted = slow.convolution(
        layer, nodes[0].tolist(), [(2, relations[0, 0].tolist(), 1), (2, relations[0, 1].tolist(), 3)]
    )
    for i in range(4):
        assert slow.same(found[0][0, i], wanted[0][i])
    for j in range(2):
        assert slow.same(found[1][0, j], wanted[1][j])


def test_the_gradient_of_a_graph_convolution_is_right() -> None:
    torch.manual_seed(0)
    network = TripleNetwork(2, 3, 2).double()
    nodes = torch.randn(1, 3, 2, dtype=torch.float64, requires_grad=True)
    relations = torch.randn(1, 2, 2, dtype=torch.float64, requires_grad=True)
    places = torch.tensor([[0, 1]]), torch.tensor([[1, 2]]), torch.ones(1, 2, dtype=torch.bool)
    assert torch.autograd.gradcheck(lambda n, r: network(n, r, *places), (nodes, relations))


def features(model: Any, tree: Tree) -> list[list[float]]:
    """Equation 1 of a tree."""
    nodes = [model.words.weight[n].tolist() for n in (BEGIN, *WORDS.read(tree.words))]
    relations = [model.relations.weight[n].tolist() for n in RELATIONS.read(tree.relations)]
    for layer in model.graph.layers:
        joined = [(head, relations[j], j + 1) for j, head in enumerate(tree.heads)]
        more = slow.convolution(layer, nodes, joined)
        nodes = [slow.plus(a, b) for a, b in zip(nodes, more[0], strict=True)]
        relations = [slow.plus(a, b) for a, b in zip(relations, more[1], strict=True)]
    return [slow.linear(model.join, [*nodes[head], *relations[j], *nodes[j + 1]]) for j, head in enumerate(tree.heads)]


@pytest.mark.parametrize("place", [0, 1])
def test_equations_1_to_8_make_the_teacher(place: int) -> None:
    model, tree = teacher(), (MAN, RUN)[place]
    rows = features(model, tree)  # 1
    middle = slow.mean(rows)  # 2
    h1 = c1 = h2 = c2 = [0.0] * 3
    found = model(read())[place]
    for t, token in enumerate(TOKENS):
        h1, c1 = slow.lstm(model.first, [*h2, *middle, *slow.word(model, token)], h1, c1)  # 3
        weights = slow.attention(model.attention, rows, h1)  # 4 and 5
        attended = slow.weigh(rows, weights)  # 6
        h2, c2 = slow.lstm(model.second, [*attended, *h1], h2, c2)  # 7
        scores = slow.linear(model.output, h2)  # 15, and 8 without its softmax
        assert slow.same(found[t], scores)
        assert slow.same(found[t].softmax(0), slow.softmax(scores))


@pytest.mark.parametrize("place", [0, 1])
def test_equations_9_and_10_make_nic(place: int) -> None:
    model, batch = made("nic"), seen()
    frames = batch["frames"][place, : 3 - place].tolist()
    h, c = slow.lstm(model.lstm, slow.linear(model.see, slow.mean(frames)), [0.0] * 6, [0.0] * 6)  # 9
    for t, token in enumerate(TOKENS):
        h, c = slow.lstm(model.lstm, slow.word(model, token), h, c)  # 10
        assert slow.same(model(batch)[place, t], slow.linear(model.output, h))


def test_equation_11_is_the_mean_of_the_words_negative_logarithms() -> None:
    scores, tokens = torch.randn(2, 3, 5, dtype=torch.float64), torch.tensor([[1, 4, 2], [3, 2, 0]])
    logs = [math.log(slow.softmax(scores[b, t].tolist())[tokens[b, t]]) for b in range(2) for t in range(3)][:5]
    assert float(captioner.cross_entropy(scores, tokens)) == pytest.approx(-sum(logs) / 5)


def test_s2vt_reads_all_frames_before_the_first_word() -> None:
    model, batch = made("s2vt"), seen()
    h1 = c1 = h2 = c2 = [0.0] * 6
    nothing = [0.0] * 4
    said = []
    steps = [(slow.linear(model.see, frame), nothing) for frame in batch["frames"][0].tolist()]
    steps += [(nothing, slow.word(model, token)) for token in TOKENS]
    for frame, word in steps:
        h1, c1 = slow.lstm(model.first, frame, h1, c1)
        h2, c2 = slow.lstm(model.second, [*word, *h1], h2, c2)
        said.append(slow.linear(model.output, h2))
    for t, scores in enumerate(said[3:]):
        assert slow.same(model(batch)[0, t], scores)


def test_convcap_sees_five_words_back_and_none_ahead() -> None:
    model, batch = made("convcap"), seen()
    middle = [max(x, 0.0) for x in slow.linear(model.see, slow.mean(batch["frames"][0].tolist()))]
    values = [slow.linear(model.enter, [*slow.word(model, token), *middle]) for token in TOKENS]
    for layer in model.layers:
        weights, bias = layer.weight.tolist(), layer.bias.tolist()
        new = []
        for t, value in enumerate(values):
            window = [values[t - 4 + k] if t - 4 + k >= 0 else [0.0] * 6 for k in range(5)]
            out = [
                sum(weights[o][i][k] * window[k][i] for i in range(6) for k in range(5)) + bias[o] for o in range(12)
            ]
            new.append([value[o] + out[o] * slow.sigmoid(out[6 + o]) for o in range(6)])
        values = new
    for t, value in enumerate(values):
        assert slow.same(model(batch)[0, t], slow.linear(model.output, value))


@pytest.mark.parametrize("place", [0, 1])
def test_equations_12_and_13_make_topdown(place: int) -> None:
    model, batch = made("topdown"), seen()

    def rectified(row: list[float]) -> list[float]:
        return [max(x, 0.0) for x in slow.linear(model.see, row)]

    rows = [rectified(frame) for frame in batch["frames"][place, : 3 - place].tolist()]
    grid = [[rectified(region) for region in frame] for frame in batch["grid"][place, : 3 - place].tolist()]
    middle = slow.mean(rows)  # 12
    h1 = c1 = h2 = c2 = [0.0] * 6
    for t, token in enumerate(TOKENS):
        h1, c1 = slow.lstm(model.first, [*h2, *middle, *slow.word(model, token)], h1, c1)
        weights = slow.attention(model.time, rows, h1)  # 13
        regions = [slow.weigh([frame[r] for frame in grid], weights) for r in range(2)]
        where = slow.weigh(regions, slow.attention(model.space, regions, h1))
        h2, c2 = slow.lstm(model.second, [*slow.weigh(rows, weights), *where, *h1], h2, c2)
        assert slow.same(model(batch)[place, t], slow.linear(model.output, h2))


@pytest.mark.parametrize("kind", students.STUDENTS)
def test_one_token_at_a_time_says_what_all_at_once_say(kind: str) -> None:
    model, batch = made(kind), seen()
    memory = model.remember(batch)
    state, found = model.begin(memory), []
    for token in batch["tokens"][:, :-1].unbind(1):
        scores, state = model.step(token, state, memory)
        found.append(scores)
    assert torch.allclose(torch.stack(found, 1), model(batch), atol=1e-10)


@pytest.mark.parametrize("kind", students.STUDENTS)
def test_no_token_is_said_with_a_look_at_a_later_one(kind: str) -> None:
    model, batch = made(kind), seen()
    before = model(batch)
    batch["tokens"][:, 3] = 8
    after = model(batch)
    assert torch.equal(before[:, :3], after[:, :3])
    assert not torch.allclose(before[:, 3], after[:, 3])


@pytest.mark.parametrize("kind", sorted(set(students.STUDENTS) - {"s2vt"}))
def test_frames_that_are_filling_change_nothing(kind: str) -> None:
    """S2VT, as in the paper, reads them: an LSTM has no mask."""
    model, batch = made(kind), seen()
    alone = {name: value[1:] for name, value in batch.items()}
    alone |= {"frames": alone["frames"][:, :2], "grid": alone["grid"][:, :2]}
    assert torch.allclose(model(batch)[1:], model(alone), atol=1e-10)


@pytest.mark.parametrize("kind", ["teacher", *students.STUDENTS])
def test_gradients_are_right(kind: str) -> None:
    """Of the whole loss with respect to the first layer's weights and to a word's vector."""
    model, batch = (teacher(), read()) if kind == "teacher" else (made(kind), seen())
    first = model.words.weight if kind == "teacher" else model.see.weight

    def loss(*_: Any) -> Any:
        return captioner.cross_entropy(model(batch), batch["tokens"][:, 1:])

    assert torch.autograd.gradcheck(loss, (first, model.embedding.weight), fast_mode=True)


def test_captions_stand_between_begin_and_end() -> None:
    assert examples.filled([[5, 6], [7]]).tolist() == [[1, 5, 6, 2], [1, 7, 2, 0]]
