"""What a recogniser is taught by. Every sum is divided by the count over all processes: two see the loss of one."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from models.scenes.config import Config
from models.scenes.fusion import Said
from models.scenes.norm import processes

ALONE = 0.5  # weight of what each branch says for itself, in late fusion
SCENE = 0.3  # weight of the embedding
SHARPNESS = 8.0  # of cosines between embeddings
KEPT = 0.5  # share of the truth beside a teacher


@dataclasses.dataclass(frozen=True)
class Weights:
    """*classes*: for each group the weight of each label; *begins*: of a shot that begins a scene."""

    classes: Mapping[str, Tensor]
    begins: float = 3.0


def counted(numbers: Tensor) -> float:
    """A count, as the mean over all processes: what each one's sum has to be divided by."""
    count = numbers.sum().detach().float().clone()
    if processes() > 1:
        torch.distributed.all_reduce(count)
    return max(1e-6, float(count) / processes())


def loss(said: Said, batch: Mapping[str, Tensor], config: Config, weights: Weights) -> tuple[Tensor, dict[str, float]]:
    """The loss of a batch with its truth (``rows.TRUTH``), and what there is to log."""
    total, numbers = judged(said, batch, config, weights)
    for name, one in said.alone.items():
        part, _ = judged(one, batch, config, weights, batch[f"{name}_mask"].flatten(2).amax(-1) if name != "texts"
                         else batch["texts_mask"])  # fmt: skip
        total = total + ALONE * part
    return total, numbers


def judged(
    said: Said, batch: Mapping[str, Tensor], config: Config, weights: Weights, there: Tensor | None = None
) -> tuple[Tensor, dict[str, float]]:
    """The loss of one judge, about the shots that are *there* (n, shots) for it."""
    there = torch.ones_like(batch["begins"]) if there is None else there
    parts, numbers = {}, {}
    for name, group in config.groups.items():
        logits, truth = said.groups[name].float(), batch[name]
        if group.many:
            known = (truth >= 0).float() * there[..., None]
            every = F.binary_cross_entropy_with_logits(
                logits, truth.clamp(min=0.0), pos_weight=weights.classes[name].to(logits.device), reduction="none"
            )
            parts[name] = (every * known).sum() / counted(known)
            continue
        known = (truth >= 0).float() * there
        every = F.cross_entropy(logits.flatten(0, 1), truth.clamp(min=0).flatten(), reduction="none")
        given = weights.classes[name].to(logits.device)[truth.clamp(min=0)] * known
        parts[name] = (every.view_as(known) * given).sum() / counted(given)
        numbers[f"right_{name}"] = float(((logits.argmax(-1) == truth) * known).sum() / known.sum().clamp(min=1.0))
    parts["begins"] = boundary(said.begins, batch["begins"], weights.begins, there)
    parts["scene"] = SCENE * together(said.embedding, batch["scene"], there)
    total = torch.stack(list(parts.values())).sum()
    return total, numbers | {name: float(value.detach()) for name, value in parts.items()}


def boundary(logits: Tensor, truth: Tensor, weight: float, there: Tensor) -> Tensor:
    """Weighted binary cross-entropy; -1 is not known."""
    known = (truth >= 0).float() * there
    every = F.binary_cross_entropy_with_logits(
        logits.float(), truth.clamp(min=0.0), pos_weight=torch.tensor(weight), reduction="none"
    )
    return (every * known).sum() / counted(known)


def together(vectors: Tensor, scenes: Tensor, there: Tensor) -> Tensor:
    """Shots of a scene are near each other, and far from others of their own row (no other sample is looked at)."""
    unit = F.normalize(vectors.float(), dim=-1)
    cosines = SHARPNESS * unit @ unit.transpose(1, 2)
    known = ((scenes >= 0) & (there > 0)).float()
    others = known[:, None, :] * (1 - torch.eye(scenes.shape[1], device=scenes.device))
    same = (scenes[:, :, None] == scenes[:, None, :]).float() * others
    logs = (cosines + (1 - others) * -1e4).log_softmax(-1)
    asked = (same.sum(-1) > 0).float() * known
    each = -(logs * same).sum(-1) / same.sum(-1).clamp(min=1.0)
    return (each * asked).sum() / counted(asked)


def distilled(said: Said, taught: Said, batch: Mapping[str, Tensor], config: Config, heat: float = 2.0) -> Tensor:
    """How far a student is from its teacher: softened answers (Hinton et al., arXiv 1503.02531), times heat squared."""
    there = batch["shots_mask"]
    parts = [_softened(said.begins[..., None], taught.begins[..., None], heat, many=True)]
    for name, group in config.groups.items():
        parts.append(_softened(said.groups[name], taught.groups[name], heat, many=group.many))
    return (torch.stack(parts).sum(0) * there).sum() / counted(there)


def _softened(student: Tensor, teacher: Tensor, heat: float, *, many: bool) -> Tensor:
    student, teacher = student.float() / heat, teacher.float().detach() / heat
    if many:
        each = F.binary_cross_entropy_with_logits(student, teacher.sigmoid(), reduction="none").mean(-1)
    else:
        each = F.kl_div(student.log_softmax(-1), teacher.softmax(-1), reduction="none").sum(-1)
    return each * heat**2
