"""The encoders: pictures, a second of sound, and a text, each to a vector.

Our own are small (a net of inverted residuals after MobileNetV2, a convolutional recurrent net over log mel, a
convolutional net over characters). The others come from transformers, from random weights or from a folder, or look at
clips: convolutions factorised into space and time after R(2+1)D (arXiv 1711.11248), and attention divided into time and
space after TimeSformer (arXiv 2102.05095).
"""

from __future__ import annotations

import itertools
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.scenes.attention import Layer
from models.scenes.config import Branch, Config
from models.scenes.norm import Norm
from plugin_core.scenes.features import HEIGHT, LETTERS, PARTS, WIDTH

Stride = int | tuple[int, int]
STAGES = ((24, 1), (40, 2), (40, 1), (64, 2), (64, 1))  # channels and stride of the inverted residuals
EXPAND = 3
PATCH = 8  # pixels of a side


def channels(count: int, width: float) -> int:
    """A multiple of 8, near *count* times *width*."""
    return max(8, round(count * width / 8) * 8)


class Convolved(nn.Sequential):
    """A convolution, its normalisation and, if wanted, what keeps only the positive."""

    def __init__(
        self,
        inside: int,
        outside: int,
        size: int = 3,
        *,
        stride: int | tuple[int, int] = 1,
        groups: int = 1,
        relu: bool = True,
    ) -> None:
        made: list[nn.Module] = [
            nn.Conv2d(inside, outside, size, stride, size // 2, groups=groups, bias=False),
            Norm(outside),
        ]
        super().__init__(*made, *([nn.ReLU(inplace=True)] if relu else []))


class Residual(nn.Module):
    """An inverted residual: widen, look around in each channel, narrow; added to what came in where that fits."""

    def __init__(self, inside: int, outside: int, stride: int, middle: int | None = None) -> None:
        super().__init__()
        middle = middle or inside * EXPAND
        self.widen, self.narrow = Convolved(inside, middle, 1), Convolved(middle, outside, 1, relu=False)
        self.look = Convolved(middle, middle, stride=stride, groups=middle)
        self.added = stride == 1 and inside == outside

    def forward(self, x: Tensor) -> Tensor:
        y = self.narrow(self.look(self.widen(x)))
        return x + y if self.added else y


class Mobile(nn.Module):
    """
    Clips (n, 3, clip, 64, 112) to (n, dimension): the first picture and what changes from each to the next, as further
    colours of it. Its first step is four pixels wide: half the time went into that layer.
    """

    def __init__(self, branch: Branch, clip: int) -> None:
        super().__init__()
        inside = channels(24, branch.width)
        made: list[nn.Module] = [Convolved(3 * clip, inside, 5, stride=4)]
        for number, (count, stride) in enumerate(STAGES):
            middle = branch.middles[number] if branch.middles else None
            made.append(Residual(inside, channels(count, branch.width), stride, middle))
            inside = channels(count, branch.width)
        last = channels(128, branch.width)
        self.net = nn.Sequential(*made, Convolved(inside, last, 1))
        self.leave = nn.Linear(last, branch.dimension)

    def forward(self, x: Tensor) -> Tensor:
        first, changes = x[:, :, :1], x[:, :, 1:] - x[:, :, :-1]
        y = torch.cat([first, changes], 2).flatten(1, 2).contiguous(memory_format=torch.channels_last)
        return self.leave(self.net(y).mean((2, 3)))


class Backbone(nn.Module):
    """A network of transformers over pictures: (n, 3, 64, 112) to (n, dimension)."""

    def __init__(self, branch: Branch) -> None:
        super().__init__()
        self.net, width = _backbone(branch)
        self.leave = nn.Linear(width, branch.dimension)

    def forward(self, x: Tensor) -> Tensor:
        return self.leave(self.net(pixel_values=x).last_hidden_state.mean((2, 3)))


def _backbone(branch: Branch) -> tuple[nn.Module, int]:
    from transformers import EfficientNetConfig, EfficientNetModel, ResNetConfig, ResNetModel

    if branch.kind == "resnet":
        sizes = [channels(count, branch.width) for count in (64, 128, 256, 512)]
        small = ResNetConfig(embedding_size=sizes[0], hidden_sizes=sizes, depths=[2, 2, 2, 2], layer_type="basic")
        resnet = ResNetModel.from_pretrained(branch.weights) if branch.weights else ResNetModel(small)
        return resnet, int(resnet.config.hidden_sizes[-1])
    # B0 at a width of 1; narrower, for tests and small machines
    thin = EfficientNetConfig(width_coefficient=branch.width, depth_coefficient=min(1.0, branch.width))
    thin.hidden_dim = channels(1280, branch.width)
    efficient = EfficientNetModel.from_pretrained(branch.weights) if branch.weights else EfficientNetModel(thin)
    return efficient, int(efficient.config.hidden_dim)


class Conv3d(nn.Module):
    """Clips (n, 3, clip, 64, 112) to (n, dimension): each layer looks around in space, then in time."""

    def __init__(self, branch: Branch) -> None:
        super().__init__()
        inside, made = 3, []
        for count in (24, 48, 64, 96):
            outside = channels(count, branch.width)
            made += [
                nn.Conv3d(inside, outside, (1, 3, 3), (1, 2, 2), (0, 1, 1)), nn.ReLU(inplace=True),
                nn.Conv3d(outside, outside, (3, 1, 1), 1, (1, 0, 0)), nn.GroupNorm(4, outside), nn.ReLU(inplace=True),
            ]  # fmt: skip
            inside = outside
        self.net, self.leave = nn.Sequential(*made), nn.Linear(inside, branch.dimension)

    def forward(self, x: Tensor) -> Tensor:
        return self.leave(self.net(x).mean((2, 3, 4)))


class Divided(nn.Module):
    """Clips (n, 3, clip, 64, 112) to (n, dimension): a patch attends to its own place in time, then to its frame."""

    def __init__(self, branch: Branch, clip: int, layers: int = 2) -> None:
        super().__init__()
        width = channels(64, branch.width)
        count = (HEIGHT // PATCH) * (WIDTH // PATCH)
        self.patch = nn.Conv2d(3, width, PATCH, PATCH)
        self.place = nn.Parameter(torch.randn(1, 1, count, width) * 0.02)
        self.moment = nn.Parameter(torch.randn(1, clip, 1, width) * 0.02)
        self.times = nn.ModuleList(Layer(width, 4, 0.0) for _ in range(layers))
        self.spaces = nn.ModuleList(Layer(width, 4, 0.0) for _ in range(layers))
        self.norm, self.leave = nn.LayerNorm(width), nn.Linear(width, branch.dimension)

    def forward(self, x: Tensor) -> Tensor:
        count, _, clip = x.shape[:3]
        y = self.patch(x.transpose(1, 2).flatten(0, 1)).flatten(2).transpose(1, 2)
        y = y.unflatten(0, (count, clip)) + self.place + self.moment
        for time, space in zip(self.times, self.spaces, strict=True):
            across = time(y.transpose(1, 2).flatten(0, 1)).unflatten(0, (count, -1))
            y = space(across.transpose(1, 2).flatten(0, 1)).unflatten(0, (count, clip))
        return self.leave(self.norm(y).mean((1, 2)))


class Pictures(nn.Module):
    """Instants, uint8 (n, clip, 64, 112, 3), to (n, dimension); a backbone that looks at single pictures takes their
    mean."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        branch, clip = config.pictures, config.shapes.clip
        self.single = branch.kind in {"resnet", "efficientnet"}
        clips: dict[str, Any] = {"mobile": Mobile, "divided": Divided}
        self.net = clips[branch.kind](branch, clip) if branch.kind in clips else _one_of(branch)

    def forward(self, x: Tensor) -> Tensor:
        count, clip = x.shape[0], x.shape[1]
        y = (x.float() / 127.5 - 1.0).permute(0, 4, 1, 2, 3)
        if not self.single:
            return self.net(y)
        y = y.transpose(1, 2).flatten(0, 1).contiguous(memory_format=torch.channels_last)
        return self.net(y).reshape(count, clip, -1).mean(1)


def _one_of(branch: Branch) -> nn.Module:
    return Conv3d(branch) if branch.kind == "conv3d" else Backbone(branch)


class Crnn(nn.Module):
    """Seconds of log mel (n, 100, 64) to (n, dimension): convolutions, then a recurrent net over the second."""

    def __init__(self, branch: Branch) -> None:
        super().__init__()
        counts = [channels(count, branch.width) for count in (16, 24, 32)]
        hidden = channels(48, branch.width)
        first = Convolved(1, counts[0], 5, stride=(4, 2))
        self.net = nn.Sequential(first, *(Convolved(a, b, stride=2) for a, b in itertools.pairwise(counts)))
        self.mix = nn.Linear(counts[-1] * 8, hidden)
        self.over = nn.GRU(hidden, hidden, batch_first=True, bidirectional=True)
        self.leave = nn.Linear(4 * hidden, branch.dimension)

    def forward(self, x: Tensor) -> Tensor:
        y = self.net((x[:, None] - 1.5) * 1.2)  # (n, channels, 7, 8)
        y = F.relu(self.mix(y.transpose(1, 2).flatten(2)))
        y, _ = self.over(y)
        return self.leave(torch.cat([y.mean(1), y.amax(1)], 1))


class Wave(nn.Module):
    """Seconds of samples (n, 16000) to (n, dimension), by a transformer over the waveform (wav2vec 2.0)."""

    def __init__(self, branch: Branch) -> None:
        super().__init__()
        from transformers import Wav2Vec2Config, Wav2Vec2Model

        width = channels(64, branch.width)
        small = Wav2Vec2Config(
            hidden_size=width, num_hidden_layers=2, num_attention_heads=4, intermediate_size=2 * width,
            conv_dim=[width] * 7, num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=4, layerdrop=0.0,
            mask_time_prob=0.0, mask_feature_prob=0.0,
        )  # fmt: skip
        self.net = Wav2Vec2Model.from_pretrained(branch.weights) if branch.weights else Wav2Vec2Model(small)
        self.leave = nn.Linear(self.net.config.hidden_size, branch.dimension)

    def forward(self, x: Tensor) -> Tensor:
        level = x.std(1, keepdim=True).clamp(min=1e-4)
        return self.leave(self.net((x - x.mean(1, keepdim=True)) / level).last_hidden_state.mean(1))


class Characters(nn.Module):
    """Texts (n, characters, 3), rows of tables, to (n, dimension)."""

    def __init__(self, branch: Branch) -> None:
        super().__init__()
        width = channels(24, branch.width)
        self.tables = nn.ModuleList(nn.Embedding(rows, width, padding_idx=0) for rows in (LETTERS, PARTS, PARTS))
        self.near = nn.Conv1d(width, 2 * width, 5, padding=2)
        self.far = nn.Conv1d(2 * width, 2 * width, 5, padding=4, dilation=2)
        self.leave = nn.Linear(4 * width, branch.dimension)

    def forward(self, ids: Tensor) -> Tensor:
        there = (ids[:, :, :1] != 0).to(self.near.weight.dtype).transpose(1, 2)  # (n, 1, characters)
        x = sum(table(ids[:, :, number]) for number, table in enumerate(self.tables))
        x = F.relu(self.near(x.transpose(1, 2))) * there
        x = F.relu(x + self.far(x)) * there
        mean = x.sum(2) / there.sum(2).clamp(min=1.0)
        return self.leave(torch.cat([mean, x.amax(2)], 1))


class Bert(nn.Module):
    """Texts to (n, dimension), by BERT or RoBERTa. From random weights it reads the characters' rows as its words."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        from transformers import BertConfig, BertModel, RobertaConfig, RobertaModel

        branch, most = config.texts, config.shapes.characters
        roberta = branch.kind == "roberta"
        width = channels(64, branch.width)
        sizes = {
            "vocab_size": LETTERS, "hidden_size": width, "num_hidden_layers": 2, "num_attention_heads": 4,
            "intermediate_size": 2 * width, "max_position_embeddings": most + 2, "pad_token_id": 0,
        }  # fmt: skip
        maker: Any = RobertaModel if roberta else BertModel
        small = RobertaConfig(**sizes) if roberta else BertConfig(**sizes)
        loaded = branch.weights and maker.from_pretrained(branch.weights, add_pooling_layer=False)
        self.net = loaded or maker(small, add_pooling_layer=False)
        self.leave = nn.Linear(self.net.config.hidden_size, branch.dimension)

    def forward(self, ids: Tensor) -> Tensor:
        words = ids[:, :, 0]
        there = (words != 0).long()
        x = self.net(input_ids=words, attention_mask=there).last_hidden_state * there[:, :, None]
        return self.leave(x.sum(1) / there.sum(1, keepdim=True).clamp(min=1))


def branches(config: Config) -> nn.ModuleDict:
    """The three encoders of a recogniser."""
    sounds: nn.Module = Wave(config.sounds) if config.sounds.kind == "wave" else Crnn(config.sounds)
    texts: nn.Module = Characters(config.texts) if config.texts.kind == "characters" else Bert(config)
    return nn.ModuleDict({"pictures": Pictures(config), "sounds": sounds, "texts": texts})
