"""A small dependency parser: words and their letters, two bidirectional LSTMs, biaffine scores (Dozat and Manning).

    python -m models.captioner.parser --trees UD_ENGLISH_EWT --out RUN --minutes 15

The paper takes Stanford's; this one is trained on the trees of UD English EWT, half of them made plain as captions are
(lower case, no punctuation). ``--out`` also receives ``attachment.json``: UAS and LAS on the test trees in both forms.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.captioner import trees
from models.captioner.trees import Tree
from models.captioner.vocabulary import BEGIN, UNKNOWN, Vocabulary
from models.training.loop import WEIGHTS, LoopConfig, load_weights, train

CONFIG = "parser.json"
LETTERS = 16  # of a word that are read
LOOP = LoopConfig(
    learning_rate=2e-3, betas=(0.9, 0.95), weight_decay=1e-4, clip=5.0, average=0.995, bf16=False, save_every=2.0
)
Batch = dict[str, Tensor]


@dataclasses.dataclass(frozen=True)
class Config:
    """The shape of a parser and what it knows."""

    words: tuple[str, ...]
    letters: tuple[str, ...]
    relations: tuple[str, ...]
    width: int = 100  # of a word's own vector and of that of its letters
    hidden: int = 200  # of each direction of an LSTM
    arc: int = 200
    label: int = 64
    dropout: float = 0.33
    forget: float = 0.15  # share of the words that are not known in training

    def save(self, path: Path) -> None:
        """JSON."""
        path.write_text(json.dumps(dataclasses.asdict(self), ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Config:
        """What ``save`` wrote."""
        values = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})


class Biaffine(nn.Module):
    """``scores[b, o, i, j] = [x_i; 1] U_o [y_j; 1]``."""

    def __init__(self, size: int, out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(out, size + 1, size + 1))
        nn.init.normal_(self.weight, std=size**-0.5 / 4)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """*x*, *y* [batch, words, size] -> [batch, out, words, words]."""
        x, y = (functional.pad(value, (0, 1), value=1.0) for value in (x, y))
        return torch.einsum("bix,oxy,bjy->boij", x, self.weight, y)


class Parser(nn.Module):
    """Sentences of one length -> scores of arcs and of relations."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.known, self.spelled = Vocabulary(config.words), Vocabulary(config.letters)
        width, hidden = config.width, config.hidden
        self.word = nn.Embedding(len(self.known), width)
        self.letter = nn.Embedding(len(self.spelled), 32, padding_idx=0)
        self.letters = nn.Conv1d(32, width, 3, padding=1)
        self.lstm = nn.LSTM(2 * width, hidden, 2, batch_first=True, bidirectional=True, dropout=config.dropout)
        self.parts = nn.ModuleList(
            nn.Linear(2 * hidden, n) for n in (config.arc, config.arc, config.label, config.label)
        )
        self.arc, self.relation = Biaffine(config.arc, 1), Biaffine(config.label, len(config.relations))
        self.drop = nn.Dropout(config.dropout)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Arcs [batch, n + 1, n + 1] (row: dependent, column: head) and relations [batch, relations, n + 1, n + 1]."""
        spelled = torch.relu(self.letters(self.letter(batch["spelling"]).transpose(1, 2))).amax(2)
        seen = torch.cat([self.word(batch["words"]), spelled[batch["unique"]]], dim=-1)
        states, _ = self.lstm(self.drop(seen))
        dependent, head, labelled, label = (functional.leaky_relu(part(self.drop(states)), 0.1) for part in self.parts)
        arcs = self.arc(self.drop(dependent), self.drop(head))[:, 0]
        return arcs, self.relation(self.drop(labelled), self.drop(label))

    def read(self, sentences: Sequence[Sequence[str]]) -> Batch:
        """The tensors of sentences of one length; the root stands before each."""
        unique = {word: i + 1 for i, word in enumerate(sorted({word for words in sentences for word in words}))}
        spelling = torch.zeros(len(unique) + 1, LETTERS, dtype=torch.long)
        spelling[0, 0] = BEGIN
        for word, i in unique.items():
            letters = self.spelled.read(word[:LETTERS])
            spelling[i, : len(letters)] = torch.tensor(letters)
        known = [[BEGIN, *self.known.read(word.lower() for word in words)] for words in sentences]
        places = [[0, *(unique[word] for word in words)] for words in sentences]
        return {"words": torch.tensor(known), "unique": torch.tensor(places), "spelling": spelling}


def loss(module: nn.Module, batch: Batch) -> tuple[Tensor, dict[str, float]]:
    """Cross entropy of the heads, and of the relations at the true heads."""
    arcs, relations = module(batch)
    heads, named = batch["heads"], batch["relations"]
    attached = functional.cross_entropy(arcs[:, 1:].flatten(0, 1), heads.flatten())
    at = relations[:, :, 1:].gather(3, heads[:, None, :, None].expand(-1, relations.shape[1], -1, 1))[..., 0]
    labelled = functional.cross_entropy(at, named)
    right = (arcs[:, 1:].argmax(2) == heads).float().mean()
    return attached + labelled, {"uas": float(right), "labels": float(labelled.detach())}


def batches(model: Parser, known: Sequence[Tree], tokens: int, seed: int) -> Iterator[Batch]:
    """Endless: every tree once each time through, as written or plain, sentences of one length together."""
    names = {name: i for i, name in enumerate(model.config.relations)}
    chance = random.Random(seed)
    made_plain = [trees.plain(tree) for tree in known]
    while True:
        groups: dict[int, list[Tree]] = {}
        for pair in zip(known, made_plain, strict=True):
            tree = pair[chance.random() < 0.5]
            groups.setdefault(len(tree.words), []).append(tree)
        taken = []
        for length, group in groups.items():
            chance.shuffle(group)
            size = max(1, tokens // length)
            taken += [group[i : i + size] for i in range(0, len(group), size)]
        chance.shuffle(taken)
        for group in taken:
            batch = model.read([tree.words for tree in group])
            forgotten = torch.rand(batch["words"].shape) < model.config.forget
            forgotten[:, 0] = False
            batch["words"] = batch["words"].masked_fill(forgotten, UNKNOWN)
            batch["heads"] = torch.tensor([tree.heads for tree in group])
            batch["relations"] = torch.tensor([[names[name] for name in tree.relations] for tree in group])
            yield batch


@torch.no_grad()
def parse(model: Parser, sentences: Sequence[Sequence[str]], tokens: int = 3000) -> list[Tree]:
    """The tree of every sentence, in their order; an empty sentence has an empty tree."""
    model.eval()
    found: list[Tree] = [Tree((), (), ())] * len(sentences)
    groups: dict[int, list[int]] = {}
    for i, words in enumerate(sentences):
        if words:
            groups.setdefault(len(words), []).append(i)
    for length, places in groups.items():
        size = max(1, tokens // length)
        for start in range(0, len(places), size):
            taken = places[start : start + size]
            arcs, relations = model(model.read([sentences[i] for i in taken]))
            names = relations.argmax(1)
            for row, i in enumerate(taken):
                heads = trees.best(arcs[row].log_softmax(1).numpy())
                named = [model.config.relations[int(names[row, w + 1, head])] for w, head in enumerate(heads)]
                found[i] = Tree(tuple(sentences[i]), tuple(heads), tuple(named))
    return found


def shaped(known: Sequence[Tree]) -> Config:
    """What a parser of these trees knows: words that occur twice, all letters and relations."""
    words = Vocabulary.of([[word.lower() for word in tree.words] for tree in known], least=2)
    letters = Vocabulary.of(["".join(tree.words) + "".join(tree.words).lower() for tree in known], least=3)
    return Config(
        words.tokens[4:], letters.tokens[4:], tuple(sorted({name for tree in known for name in tree.relations}))
    )


def load(run: Path) -> Parser:
    """The parser of a run, at rest."""
    model = Parser(Config.load(run / CONFIG))
    load_weights(model, run / WEIGHTS)
    return model.eval()


def measured(model: Parser, known: Sequence[Tree]) -> dict[str, Any]:
    """UAS and LAS of the trees as they are written and made plain, punctuation counted where it stands."""
    result: dict[str, Any] = {"sentences": len(known)}
    for name, truth in (("written", known), ("plain", [trees.plain(tree) for tree in known])):
        uas, las = trees.attachment(parse(model, [tree.words for tree in truth]), truth)
        result[name] = {"uas": round(uas, 2), "las": round(las, 2), "words": sum(len(tree.words) for tree in truth)}
    return result


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--trees", type=Path, required=True, help="a folder with train.conllu and test.conllu")
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--minutes", type=float, default=15.0)
    options.add_argument("--steps", type=int, default=0, help="end after these and not by the clock")
    options.add_argument("--tokens", type=int, default=1200, help="words of a batch")
    given = options.parse_args(arguments)
    known = [tree for tree in trees.read(given.trees / "train.conllu") if len(tree.words) <= 80]
    given.out.mkdir(parents=True, exist_ok=True)
    shaped(known).save(given.out / CONFIG)
    torch.manual_seed(LOOP.seed)
    model = Parser(Config.load(given.out / CONFIG))
    loop = dataclasses.replace(LOOP, minutes=given.minutes, steps=given.steps)
    train(model, batches(model, known, given.tokens, LOOP.seed), loss, loop, given.out)
    found = measured(load(given.out), list(trees.read(given.trees / "test.conllu")))
    (given.out / "attachment.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
