"""The video-to-Chinese branch: the paper's four students and a Transformer, all the same to training and search.

A batch holds ``frames`` [batch, frames, size], filled up with zeros where a video has fewer, and for TopDown ``grid``
[batch, frames, regions, size].
"""

from __future__ import annotations

import dataclasses
from typing import Any

from models.captioner.captioner import Captioner
from models.captioner.students.convcap import ConvCap
from models.captioner.students.nic import NIC
from models.captioner.students.s2vt import S2VT
from models.captioner.students.topdown import TopDown
from models.captioner.students.transformer import Transformer

STUDENTS: dict[str, type[NIC | S2VT | ConvCap | TopDown | Transformer]] = {
    "nic": NIC, "s2vt": S2VT, "convcap": ConvCap, "topdown": TopDown, "transformer": Transformer,
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Config:
    """The shape of a student. 2,048 and 300 dimensions are the paper's; *hidden* and the rest are ours."""

    kind: str = "nic"
    tokens: int = 0  # with the marks
    features: int = 2048
    width: int = 300
    hidden: int = 512
    layers: int = 3  # of ConvCap and of the Transformer
    heads: int = 8  # of the Transformer
    frames: int = 10
    dropout: float = 0.3


def student(config: Config) -> Captioner:
    """The network of a configuration; ValueError where its kind is none of STUDENTS."""
    if config.kind not in STUDENTS:
        raise ValueError(f"a student is one of {', '.join(STUDENTS)}, not {config.kind!r}")
    values: dict[str, Any] = {name: value for name, value in dataclasses.asdict(config).items() if name != "kind"}
    kind = STUDENTS[config.kind]
    return kind(**{name: values[name] for name in values if name in kind.SHAPE})
