"""The parser: its scores against sums written out, sentences learned by heart, and parses that are kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")
torch.set_num_threads(1)

from models.captioner import parser, triples  # noqa: E402
from models.captioner.trees import Tree  # noqa: E402
from models.captioner.vocabulary import BEGIN, Vocabulary  # noqa: E402
from models.training.loop import LoopConfig, train  # noqa: E402

KNOWN = [
    Tree(("A", "man", "cuts", "wood", "."), (2, 3, 0, 3, 3), ("det", "nsubj", "root", "obj", "punct")),
    Tree(("Dogs", "run"), (2, 0), ("nsubj", "root")),
    Tree(("Run", "!"), (0, 1), ("root", "punct")),
]
SMALL = {"width": 16, "hidden": 24, "arc": 16, "label": 16, "dropout": 0.0, "forget": 0.0}


def test_a_biaffine_score_is_the_sum_over_both_vectors_and_a_one() -> None:
    torch.manual_seed(0)
    layer = parser.Biaffine(2, 3).double()
    x, y = torch.randn(1, 4, 2).double(), torch.randn(1, 4, 2).double()
    found = layer(x, y)
    for o in range(3):
        for i in range(4):
            for j in range(4):
                left, right, weight = [*x[0, i].tolist(), 1.0], [*y[0, j].tolist(), 1.0], layer.weight[o].tolist()
                wanted = sum(left[a] * weight[a][b] * right[b] for a in range(3) for b in range(3))
                assert found[0, o, i, j].item() == pytest.approx(wanted)


def made() -> parser.Parser:
    torch.manual_seed(0)
    shape = parser.shaped(KNOWN * 3)
    return parser.Parser(parser.Config(shape.words, shape.letters, shape.relations, **SMALL))  # type: ignore[arg-type]


def test_sentences_are_learned_by_heart_as_written_and_plain(tmp_path: Path) -> None:
    model = made()
    loop = LoopConfig(steps=120, learning_rate=2e-2, bf16=False, average=0.5)
    train(model, parser.batches(model, KNOWN, 20, 0), parser.loss, loop, tmp_path)
    model.config.save(tmp_path / parser.CONFIG)
    found = parser.measured(parser.load(tmp_path), KNOWN)
    assert found["written"] == {"uas": 100.0, "las": 100.0, "words": 9}
    assert found["plain"] == {"uas": 100.0, "las": 100.0, "words": 7}


def test_the_answer_to_a_sentence_does_not_depend_on_its_company() -> None:
    model = made()
    sentences = [["a", "dog", "cuts", "wood"], ["run"], [], ["dogs", "cut", "a", "man"], ["x" * 40]]
    together = parser.parse(model, sentences)
    assert together == [parser.parse(model, [words])[0] for words in sentences]
    assert [len(tree.heads) for tree in together] == [4, 1, 0, 4, 1]


def test_captions_are_parsed_once_and_kept(tmp_path: Path) -> None:
    run, cache = tmp_path / "run", tmp_path / "kept" / "parses.jsonl"
    run.mkdir()
    model = made()
    model.config.save(run / parser.CONFIG)
    train(model, parser.batches(model, KNOWN, 20, 0), parser.loss, LoopConfig(steps=1, bf16=False), run)
    first = triples.parsed(["A dog runs.", "a man", "A dog runs.", ""], run, cache)
    assert first["A dog runs."].words == ("a", "dog", "runs")
    assert first[""].words == ()
    kept = cache.read_text(encoding="utf-8")
    assert [json.loads(line)[0] for line in kept.splitlines()] == ["A dog runs.", "a man", ""]
    (run / parser.CONFIG).unlink()
    assert triples.parsed(["a man", "A dog runs."], run, cache) == first
    assert cache.read_text(encoding="utf-8") == kept


def test_a_graph_of_captions_is_filled_up_and_an_empty_caption_has_one_triple() -> None:
    words, relations = Vocabulary(["a", "man"]), Vocabulary(["det", "root"])
    found = triples.graphs([Tree(("a", "man"), (2, 0), ("det", "root")), Tree((), (), ())], words, relations)
    assert found["nodes"].tolist() == [[BEGIN, 4, 5], [BEGIN, 0, 0]]
    assert found["relations"].tolist() == [[4, 5], [0, 0]]
    assert found["heads"].tolist() == [[2, 0], [0, 0]]
    assert found["known"].tolist() == [[True, True], [True, False]]
