"""A prepared film of a few shots for tests of the starter: pictures are one colour each, captions are given."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

ROWS = (
    ("drive", "car", "street", ["一辆车在街上飞驰", "一辆汽车在街边快速行驶"],
     ["a car is speeding on the street", "a car is driving fast"]),
    ("chat", "two", "kitchen", ["两个人在厨房里交谈", "厨房里，两个人在聊天"],
     ["two people are talking in the kitchen"]),
    ("view", "", "lake", ["画面中是平静的湖面", "平静的湖面"], ["a view of a calm lake", "a calm lake"]),
)  # fmt: skip


def prepared(folder: Path, pool: str = "dev") -> tuple[Path, Path]:
    """The folder of films and the file of captions."""
    film = folder / pool / f"{pool}-0000"
    film.mkdir(parents=True)
    chance = np.random.default_rng(0)
    pictures = chance.integers(0, 60, (9, 1, 64, 112, 3)).astype(np.uint8)
    lines = []
    for number, (doing, who, place, zh, en) in enumerate(ROWS):
        pictures[3 * number : 3 * number + 3, ..., number] += 150
        row = {"film": film.name, "shot": number, "first": 30 * number, "last": 30 * number + 29}
        told = {
            "doing": doing,
            "who": who,
            "place": place,
            "coat": "",
            "time": "day",
            "weather": "",
            "camera": "",
            "zh": zh,
            "en": en,
        }
        lines.append(json.dumps(row | told, ensure_ascii=False))
    np.save(film / "pictures.npy", pictures)
    np.save(film / "indexes.npy", np.arange(9) * 10)
    (folder / f"{pool}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / pool, folder / f"{pool}.jsonl"
