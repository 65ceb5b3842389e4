"""Three ways to bring picture, sound and text together; all look at a row of shots of one film.

* ``Early``      the three are laid side by side in time (eight steps of a shot) before anything looks at them
* ``Late``       each branch judges alone; a weighted vote, over those that are there, decides each group
* ``Attending``  every shot is four tokens (itself and three modalities) among those of its neighbours; what is missing
  is masked

All take ``Inputs``: pictures (n, shots, instants, a) with a mask (n, shots, instants), sounds (n, shots, seconds, b)
with a mask, texts (n, shots, c) with a mask (n, shots), and perhaps ``shots_mask`` (n, shots) where rows were filled
up. The first axis is never mixed: no sample influences another (tests/models/scenes).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.scenes.attention import Context, Pool
from models.scenes.config import Config
from plugin_core.engines.scenes import BRANCHES
from plugin_core.scenes.features import MEASURES

Inputs = Mapping[str, Tensor]
NEAR = 3  # shots on each side of a boundary that are compared
TINY = 1e-6


@dataclasses.dataclass
class Said:
    """Logits of every group (n, shots, labels), of ``begins`` (n, shots), embeddings; and what each branch said."""

    groups: dict[str, Tensor]
    begins: Tensor
    embedding: Tensor
    alone: dict[str, Said] = dataclasses.field(default_factory=dict)


class Heads(nn.Module):
    """What is said of shots (n, shots, width): labels, boundaries, an embedding."""

    def __init__(self, config: Config, parts: int) -> None:
        super().__init__()
        width, self.dropout = config.fusion.width, config.fusion.dropout
        self.groups = nn.ModuleDict(
            {name: nn.Linear(width, len(group.labels)) for name, group in config.groups.items()}
        )
        self.near, self.far = nn.Linear(2 * width + parts * NEAR * NEAR, 64), nn.Linear(64, 1)
        self.vector = nn.Linear(parts * width, config.fusion.embedding)

    def forward(self, shots: Tensor, parts: list[Tensor]) -> Said:
        """*parts* (n, shots, width) know nothing of neighbours: boundaries compare them; the embedding is theirs."""
        kept = F.dropout(shots, self.dropout, self.training)
        sides = [torch.cat([moved(kept, 1), kept], -1), *(similarities(part) for part in parts)]
        begins = self.far(F.relu(self.near(torch.cat(sides, -1))))[..., 0]
        return Said({name: head(kept) for name, head in self.groups.items()}, begins, self.vector(torch.cat(parts, -1)))


def moved(x: Tensor, by: int) -> Tensor:
    """(n, shots, width) with every shot replaced by the one *by* before it; zeros beyond the ends."""
    if by == 0:
        return x
    if by > 0:
        return F.pad(x, (0, 0, by, 0))[:, : x.shape[1]]
    return F.pad(x, (0, 0, 0, -by))[:, -x.shape[1] :]


def similarities(x: Tensor) -> Tensor:
    """(n, shots, NEAR * NEAR): how much the last shots before each boundary are like the first ones after it."""
    unit = F.normalize(x.float(), dim=-1, eps=1e-3)
    pairs = [(moved(unit, 1 + a) * moved(unit, -b)).sum(-1) for a in range(NEAR) for b in range(NEAR)]
    return torch.stack(pairs, -1).to(x.dtype)


def present(inputs: Inputs) -> Tensor:
    """(n, shots, 3): which modalities a shot has."""
    pictures, sounds = inputs["pictures_mask"].amax(-1), inputs["sounds_mask"].amax(-1)
    return torch.stack([pictures, sounds, inputs["texts_mask"]], -1)


def real(inputs: Inputs) -> Tensor:
    """(n, shots): which shots are no filling."""
    return inputs["shots_mask"] if "shots_mask" in inputs else torch.ones_like(inputs["texts_mask"])


class Pools(nn.Module):
    """Each modality of each shot to one vector (n, shots, 3, width), zeros where it is missing."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        fusion, sizes = config.fusion, config.dimensions
        self.pictures = Pool(sizes["pictures"] + MEASURES, fusion.width, fusion.heads, fusion.dropout)
        self.sounds = Pool(sizes["sounds"], fusion.width, fusion.heads, fusion.dropout)
        self.texts = nn.Linear(sizes["texts"], fusion.width)

    def forward(self, inputs: Inputs) -> Tensor:
        found = []
        for name, pool in (("pictures", self.pictures), ("sounds", self.sounds)):
            steps, mask = inputs[name], inputs[f"{name}_mask"]
            vectors = pool(steps.flatten(0, 1), mask.flatten(0, 1))
            found.append(vectors.reshape(steps.shape[0], steps.shape[1], -1))
        text = F.relu(self.texts(inputs["texts"])) * inputs["texts_mask"][..., None]
        return torch.stack([*found, text.to(found[0].dtype)], 2)


def context(config: Config) -> Context:
    """The layers over the tokens of a row."""
    fusion = config.fusion
    return Context(fusion.width, fusion.heads, fusion.layers, fusion.reach, fusion.dropout)


class Attending(nn.Module):
    """Attention over (shot, modality) tokens."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.pools, self.context = Pools(config), context(config)
        self.kind = nn.Parameter(torch.randn(1 + len(BRANCHES), config.fusion.width) * 0.1)
        self.heads = Heads(config, len(BRANCHES))

    def forward(self, inputs: Inputs) -> Said:
        parts = self.pools(inputs)
        mask = torch.cat([real(inputs)[..., None], present(inputs)], -1)
        there = mask[..., 1:, None]
        own = (parts * there).sum(2, keepdim=True) / there.sum(2, keepdim=True).clamp(min=1.0)
        tokens = torch.cat([own.to(parts.dtype), parts], 2) + self.kind
        shots = self.context(tokens, mask)[:, :, 0]
        return self.heads(shots, list(parts.unbind(2)))


class Early(nn.Module):
    """Concatenation of what is heard, seen and said at the same time."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        fusion, sizes = config.fusion, config.dimensions
        self.steps = config.shapes.instants
        self.pool = Pool(sum(sizes.values()) + MEASURES + 3, fusion.width, fusion.heads, fusion.dropout)
        self.context, self.heads = context(config), Heads(config, 1)

    def forward(self, inputs: Inputs) -> Said:
        there = present(inputs)
        text = (inputs["texts"] * inputs["texts_mask"][..., None])[:, :, None]
        sides = [aligned(inputs[name], inputs[f"{name}_mask"], self.steps) for name in ("pictures", "sounds")]
        sides += [side[:, :, None].expand(-1, -1, self.steps, -1) for side in (text[:, :, 0], there)]
        steps = torch.cat([side.to(sides[0].dtype) for side in sides], -1).flatten(0, 1)
        vectors = self.pool(steps, torch.ones_like(steps[..., 0])).reshape(there.shape[0], there.shape[1], -1)
        found = self.context(vectors[:, :, None], real(inputs)[..., None])[:, :, 0]
        return self.heads(found, [vectors])


def aligned(x: Tensor, mask: Tensor, steps: int) -> Tensor:
    """(n, shots, m, width), of which the first are there, to (n, shots, steps, width): what is on at each step."""
    count = mask.sum(-1, keepdim=True)
    moments = (torch.arange(steps, device=x.device) + 0.5) / steps
    places = (count * moments).floor().long().clamp(max=x.shape[2] - 1)
    found = torch.gather(x, 2, places[..., None].expand(-1, -1, -1, x.shape[-1]))
    return found * (count > 0).to(x.dtype)[..., None]


class Late(nn.Module):
    """A weighted vote of three that judge alone. *alone* in what it says are the three."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.many = [name for name, group in config.groups.items() if group.many]
        self.pools = Pools(config)
        self.contexts = nn.ModuleDict({name: context(config) for name in BRANCHES})
        self.heads = nn.ModuleDict({name: Heads(config, 1) for name in BRANCHES})
        self.asked = [*config.groups, "begins"]
        self.weights = nn.Parameter(torch.zeros(len(self.asked), len(BRANCHES)))

    def forward(self, inputs: Inputs) -> Said:
        parts, there = self.pools(inputs), present(inputs)
        alone = {}
        for number, name in enumerate(BRANCHES):
            part = parts[:, :, number]
            shots = self.contexts[name](part[:, :, None], there[..., number : number + 1])[:, :, 0]
            alone[name] = self.heads[name](shots, [part])
        shares = (self.weights + (there[..., None, :] + TINY).log()).softmax(-1)  # (n, shots, asked, 3)
        voted = {name: self._vote(alone, name, shares[..., number, :]) for number, name in enumerate(self.asked)}
        vectors = torch.stack([alone[name].embedding for name in BRANCHES], -1)
        embedding = (vectors * shares.mean(-2)[..., None, :]).sum(-1)
        return Said(voted, voted.pop("begins"), embedding, alone)

    def _vote(self, alone: Mapping[str, Said], name: str, shares: Tensor) -> Tensor:
        if name == "begins":
            votes = torch.stack([alone[branch].begins.float().sigmoid() for branch in BRANCHES], -1)
            return ((votes * shares).sum(-1)).clamp(TINY, 1 - TINY).logit()
        logits = torch.stack([alone[branch].groups[name].float() for branch in BRANCHES], -1)
        votes = logits.sigmoid() if name in self.many else logits.softmax(-2)
        mixed = (votes * shares[..., None, :]).sum(-1).clamp(TINY, 1 - TINY)
        return mixed.logit() if name in self.many else mixed.log()


def fusion(config: Config) -> nn.Module:
    """The one the configuration names."""
    return {"early": Early, "late": Late, "attention": Attending}[config.fusion.kind](config)
