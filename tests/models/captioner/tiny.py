"""Four videos with a caption each in both languages, and networks small enough to learn them in seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from models.captioner import students, train
from models.captioner.captioner import Captioner
from models.captioner.examples import English, Features, Soft, Video, captions
from models.captioner.teacher import Config, Teacher
from models.captioner.train import Training
from models.captioner.trees import Tree
from models.captioner.vocabulary import Vocabulary

SAID = {
    "v1": [["一个", "男人", "在", "切", "菜"]],
    "v2": [["一只", "狗", "在", "跑"]],
    "v3": [["女孩", "弹", "钢琴"]],
    "v4": [["一个", "女孩", "在", "跑"]],
}
TREES = {
    "v1": [Tree(("a", "man", "cuts", "food"), (2, 3, 0, 3), ("det", "nsubj", "root", "obj"))],
    "v2": [Tree(("a", "dog", "runs"), (2, 3, 0), ("det", "nsubj", "root"))],
    "v3": [Tree(("girl", "plays", "piano"), (2, 0, 2), ("nsubj", "root", "obj"))],
    "v4": [Tree(("a", "girl", "runs"), (2, 3, 0), ("det", "nsubj", "root"))],
}
TOKENS = Vocabulary.of([text for said in SAID.values() for text in said])
WORDS = Vocabulary.of([tree.words for trees in TREES.values() for tree in trees])
RELATIONS = Vocabulary(["det", "nsubj", "obj", "root"])
QUICK = Training(epochs=90, batch=4, learning_rate=2e-2, smoothing=0.0, average=0.5, weight_decay=0.0, save_steps=1000)


def features() -> Features:
    made = np.random.default_rng(0)
    return Features(list(SAID), made.normal(size=(4, 3, 6)), made.normal(size=(4, 3, 2, 6)))


def source(kind: str, soft: Soft | None = None) -> English | Video:
    said = captions(SAID, TOKENS)
    return (
        English(said, TREES, WORDS, RELATIONS) if kind == "teacher" else Video(said, features(), grid=True, soft=soft)
    )


def made(kind: str, folder: Path) -> Captioner:
    torch.manual_seed(0)
    config: Config | students.Config
    if kind == "teacher":
        config = Config(
            words=len(WORDS), relations=len(RELATIONS), tokens=len(TOKENS), width=16, lexical=16, graph=16, hidden=32,
            dropout=0.0,
        )  # fmt: skip
        model: Captioner = Teacher(config)
    else:
        config = students.Config(kind, len(TOKENS), 6, width=16, hidden=32, layers=2, heads=2, frames=3, dropout=0.0)
        model = students.student(config)
    train.keep(folder, config, TOKENS)
    return model


def told() -> Soft:
    """What an untrained teacher says of the captions."""
    torch.manual_seed(5)
    shape = Config(
        words=len(WORDS), relations=len(RELATIONS), tokens=len(TOKENS), width=8, lexical=8, graph=8, hidden=8
    )
    given = source("teacher")
    assert isinstance(given, English)
    return train.teach(Teacher(shape), given, 2.0, each=2)
