"""The shape of a recogniser and of its training: frozen, in JSON beside every run.

The defaults are those of the reference: dropout 0.5, AdamW with 1e-4 and a weight decay of 0.01, batches of 128 shots.
``STARTER`` differs, and says why.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plugin_core.engines.scenes import Shapes
from plugin_core.scenes.labels import Group, groups

PICTURES = ("mobile", "resnet", "efficientnet", "conv3d", "divided")
SOUNDS = ("crnn", "wave")
TEXTS = ("characters", "bert", "roberta")
FUSIONS = ("early", "late", "attention")


@dataclasses.dataclass(frozen=True)
class Branch:
    """
    One encoder. *weights* is a folder or a name that transformers loads a backbone from; "" begins at random.

    *width* scales the channels of our own networks; *dimension* is the length of the vectors.
    """

    kind: str
    dimension: int = 64
    width: float = 1.0
    weights: str = ""
    middles: tuple[int, ...] = ()  # of "mobile": channels inside each residual, where they were pruned


@dataclasses.dataclass(frozen=True)
class Fusion:
    """How the modalities come together, and how large the network is that looks over the shots."""

    kind: str = "attention"
    width: int = 64  # divisible by *heads*
    heads: int = 4
    layers: int = 2
    embedding: int = 48
    reach: int = 8  # shots: farther away than this is all the same
    dropout: float = 0.5


@dataclasses.dataclass(frozen=True)
class Config:
    """A recogniser. The ``clip`` of its shapes is the number of pictures of an instant."""

    pictures: Branch = Branch("mobile")
    sounds: Branch = Branch("crnn")
    texts: Branch = Branch("characters", 48)
    fusion: Fusion = Fusion()
    shapes: Shapes = dataclasses.field(default_factory=Shapes)
    labels: Mapping[str, tuple[str, ...]] = dataclasses.field(
        default_factory=lambda: {name: group.labels for name, group in groups().items()}
    )
    many: tuple[str, ...] = ("mood",)

    def __post_init__(self) -> None:
        for branch, known in ((self.pictures, PICTURES), (self.sounds, SOUNDS), (self.texts, TEXTS)):
            if branch.kind not in known:
                raise ValueError(f"there is no encoder {branch.kind!r}: choose one of {', '.join(known)}")
        if self.fusion.kind not in FUSIONS:
            raise ValueError(f"there is no fusion {self.fusion.kind!r}: choose one of {', '.join(FUSIONS)}")
        if self.fusion.width % self.fusion.heads:
            raise ValueError(f"a width of {self.fusion.width} cannot be shared by {self.fusion.heads} heads")
        if self.shapes.sound != ("wave" if self.sounds.kind == "wave" else "mel"):
            raise ValueError(f"the encoder {self.sounds.kind!r} does not take {self.shapes.sound!r}")

    @property
    def groups(self) -> dict[str, Group]:
        """The groups it tells, by id."""
        return {name: Group(name, tuple(found), name in self.many) for name, found in self.labels.items()}

    @property
    def dimensions(self) -> dict[str, int]:
        """The lengths of the vectors of the branches."""
        return {name: getattr(self, name).dimension for name in ("pictures", "sounds", "texts")}

    def fused_by(self, kind: str) -> Config:
        """The same recogniser with another fusion."""
        return dataclasses.replace(self, fusion=dataclasses.replace(self.fusion, kind=kind))

    def save(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(dataclasses.asdict(self), indent=1) + "\n", encoding="utf-8")

    @staticmethod
    def load(path: Path) -> Config:
        """What ``save`` wrote."""
        table: dict[str, Any] = json.loads(path.read_text("utf-8"))
        tables = {name: table.pop(name) for name in ("pictures", "sounds", "texts")}
        branches = {
            name: Branch(**{**kept, "middles": tuple(kept.get("middles", ()))}) for name, kept in tables.items()
        }
        labels = {name: tuple(found) for name, found in table.pop("labels").items()}
        fusion, shapes, many = Fusion(**table.pop("fusion")), Shapes(**table.pop("shapes")), tuple(table.pop("many"))
        return Config(**branches, fusion=fusion, shapes=shapes, labels=labels, many=many)


@dataclasses.dataclass(frozen=True)
class Training:
    """
    How it is trained. A sample is a *row* of consecutive shots of one film, so a batch holds ``batch * row`` shots.

    *missing* is the chance of each modality to be left out of a row, *instants* and *seconds* are how many of a shot
    are looked at (others each time).
    """

    batch: int = 8  # rows, over all processes
    row: int = 16  # shots; 8 x 16 is the batch of 128 of the reference
    instants: int = 4
    seconds: int = 4
    missing: float = 0.15
    begins_weight: float = 3.0  # of a shot that begins a scene, against one that does not
    augment: bool = True


# One thread and half an hour: a tenth of the reference's learning rate would not arrive; little dropout, because the
# films are drawn anew for training and a network of 0.4 million weights does not learn them by heart.
STARTER = Config(fusion=Fusion(dropout=0.2), shapes=Shapes(clip=2))  # two pictures: what moves between them
STARTER_TRAINING = Training(batch=6, row=10, instants=1, seconds=2)
