"""A small Whisper, written out: the parameter names are those of ``transformers.WhisperForConditionalGeneration``.

Three things differ from the original while training, and disappear at export:

* ``phones``: a linear layer that names the phone of every encoder frame. The synthesiser knows the answer.
* Encoder frames are compared with the embedding of the token that is spoken in them.
* The cross-attention logits of the ``guided`` heads are returned, so the loss can say where each token is spoken.

Whisper pads every window with zero features to 30 s. Attending to a thousand equal frames is wasted work: ``encode``
takes the frames that hold sound and stands ``padding`` sampled zero frames in for the rest, each counted as often as
the frames it replaces (a bias of log n on its attention logit).
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

POSITIONS = 1500  # encoder frames of 20 ms in a window of 30 s


@dataclass(frozen=True)
class Size:
    """Dimensions of the network."""

    vocabulary: int = 6000
    width: int = 256
    heads: int = 4
    encoder_layers: int = 4
    decoder_layers: int = 2
    inner: int = 1024
    text_positions: int = 448
    phones: int = 256
    guided: tuple[tuple[int, int], ...] = ((0, 0), (1, 0), (1, 1))  # layer, head; the first heads of a layer
    alignment: tuple[tuple[int, int], ...] = ((1, 0), (1, 1))  # the guided heads that word times are read from

    def whisper(self) -> dict[str, int]:
        """The same dimensions in the words of ``WhisperConfig``."""
        return {
            "vocab_size": self.vocabulary, "d_model": self.width, "num_mel_bins": 80, "max_source_positions": POSITIONS,
            "encoder_layers": self.encoder_layers, "decoder_layers": self.decoder_layers,
            "encoder_attention_heads": self.heads, "decoder_attention_heads": self.heads,
            "encoder_ffn_dim": self.inner, "decoder_ffn_dim": self.inner, "max_target_positions": self.text_positions,
        }  # fmt: skip

    def as_dict(self) -> dict[str, object]:
        """For the checkpoint."""
        return asdict(self)


class Attention(nn.Module):
    """Multi-head attention with Whisper's projections (no bias on the keys)."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.heads = size.heads
        self.q_proj, self.v_proj, self.out_proj = (nn.Linear(size.width, size.width) for _ in range(3))
        self.k_proj = nn.Linear(size.width, size.width, bias=False)

    def split(self, x: Tensor) -> Tensor:
        """(batch, length, width) to (batch, heads, length, width / heads)."""
        return x.view(x.shape[0], x.shape[1], self.heads, -1).transpose(1, 2)

    def forward(self, x: Tensor, memory: Tensor, bias: Tensor | None = None, causal: bool = False) -> Tensor:
        """Attend from x (batch, length, width) to memory (batch, keys, width)."""
        q, k, v = self.split(self.q_proj(x)), self.split(self.k_proj(memory)), self.split(self.v_proj(memory))
        mask = None if bias is None else bias.to(q.dtype)
        if not causal and memory.shape[1] < 700:  # three times faster on a CPU than the flash kernel
            logits = q @ k.transpose(2, 3) / math.sqrt(q.shape[-1])
            weights = (logits if mask is None else logits + mask).softmax(-1).to(v.dtype)
            return self.out_proj((weights @ v).transpose(1, 2).reshape(x.shape))
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal)
        return self.out_proj(mixed.transpose(1, 2).reshape(x.shape))

    def watched(
        self, x: Tensor, memory: Tensor, bias: Tensor | None, heads: int, forced: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """The same, and the logits of the first heads: (batch, heads, length, keys).

        ``forced`` (batch, length, keys) replaces the weights of those heads in the rows where it is not all zero.
        """
        q, k, v = self.split(self.q_proj(x)), self.split(self.k_proj(memory)), self.split(self.v_proj(memory))
        logits = q @ k.transpose(2, 3) / math.sqrt(q.shape[-1])
        if bias is not None:
            logits = logits + bias.to(logits.dtype)
        weights = logits.float().softmax(-1)
        if forced is not None:
            known = forced.sum(-1, keepdim=True)[:, None] > 0
            told = torch.where(known, forced[:, None], weights[:, :heads])
            weights = torch.cat([told, weights[:, heads:]], 1)
        mixed = weights.to(v.dtype) @ v
        return self.out_proj(mixed.transpose(1, 2).reshape(x.shape)), logits[:, :heads]


class Block(nn.Module):
    """A pre-norm layer; the decoder's has cross-attention."""

    def __init__(self, size: Size, cross: bool) -> None:
        super().__init__()
        self.self_attn, self.self_attn_layer_norm = Attention(size), nn.LayerNorm(size.width)
        if cross:
            self.encoder_attn, self.encoder_attn_layer_norm = Attention(size), nn.LayerNorm(size.width)
        self.fc1, self.fc2 = nn.Linear(size.width, size.inner), nn.Linear(size.inner, size.width)
        self.final_layer_norm = nn.LayerNorm(size.width)

    def feed(self, x: Tensor) -> Tensor:
        """The feed-forward half."""
        return x + self.fc2(F.gelu(self.fc1(self.final_layer_norm(x))))


class Encoder(nn.Module):
    """Two convolutions and self-attention over 20 ms frames."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(80, size.width, 3, padding=1)
        self.conv2 = nn.Conv1d(size.width, size.width, 3, stride=2, padding=1)
        self.embed_positions = nn.Embedding(POSITIONS, size.width)
        self.embed_positions.weight.requires_grad_(False)
        self.embed_positions.weight.data.copy_(sinusoids(POSITIONS, size.width))
        self.layers = nn.ModuleList(Block(size, cross=False) for _ in range(size.encoder_layers))
        self.layer_norm = nn.LayerNorm(size.width)

    def frames(self, mel: Tensor) -> Tensor:
        """(batch, 2 T, 80) to (batch, T, width). The convolutions are written as matrix products: faster on a CPU."""
        x = F.gelu(_convolve(mel, self.conv1, 1))
        return F.gelu(_convolve(x, self.conv2, 2))

    def forward(self, mel: Tensor, positions: Tensor, padding: Tensor | None, bias: Tensor | None) -> Tensor:
        """mel (B, 2 T, 80); positions (B, T); padding (B, P): positions of zero frames; bias (B, 1, 1, T + P)."""
        x = self.frames(mel)
        if padding is not None:
            silent = self.frames(mel.new_zeros(1, 12, 80))[:, 3:4]
            x = torch.cat([x, silent.expand(x.shape[0], padding.shape[1], -1)], 1)
            positions = torch.cat([positions, padding], 1)
        x = x + self.embed_positions(positions).to(x.dtype)
        for layer in self.layers:
            normed = layer.self_attn_layer_norm(x)
            x = layer.feed(x + layer.self_attn(normed, normed, bias))
        return self.layer_norm(x)


def _convolve(x: Tensor, conv: nn.Conv1d, stride: int) -> Tensor:
    """A width-3 convolution along the second axis of (batch, length, channels)."""
    wide = F.pad(x, (0, 0, 1, 1)).unfold(1, 3, stride)  # batch, length, channels, 3
    return F.linear(wide.flatten(2), conv.weight.flatten(1), conv.bias)


class Decoder(nn.Module):
    """Tokens to hidden states, attending to the encoder."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.guided = size.guided
        self.embed_tokens = nn.Embedding(size.vocabulary, size.width)
        self.embed_positions = nn.Embedding(size.text_positions, size.width)
        self.layers = nn.ModuleList(Block(size, cross=True) for _ in range(size.decoder_layers))
        self.layer_norm = nn.LayerNorm(size.width)

    def forward(
        self, tokens: Tensor, memory: Tensor, bias: Tensor | None, forced: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """tokens (B, L); memory (B, S, width). Returns hidden (B, L, width) and logits (B, guided, L, S)."""
        x = self.embed_tokens(tokens) + self.embed_positions.weight[: tokens.shape[1]]
        watched: list[Tensor] = []
        for number, layer in enumerate(self.layers):
            normed = layer.self_attn_layer_norm(x)
            x = x + layer.self_attn(normed, normed, causal=True)
            heads = sum(at == number for at, _ in self.guided)
            normed = layer.encoder_attn_layer_norm(x)
            if heads:
                mixed, logits = layer.encoder_attn.watched(normed, memory, bias, heads, forced)
                watched.append(logits)
            else:
                mixed = layer.encoder_attn(normed, memory, bias)
            x = layer.feed(x + mixed)
        return self.layer_norm(x), torch.cat(watched, 1)


class Whisper(nn.Module):
    """Holds ``encoder`` and ``decoder`` under the name ``model``, as the transformers class does."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.size = size
        self.model = nn.ModuleDict({"encoder": Encoder(size), "decoder": Decoder(size)})
        self.phones = nn.Linear(size.width, size.phones)
        self.apply(_initialise)

    def forward(
        self,
        batch: dict[str, Tensor],
        forced: Tensor | None = None,
        spots: tuple[Tensor, Tensor] | None = None,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
        """A batch of ``windows.collate``; ``forced`` (B, L, T + P) attention; ``spots``: rows and frames, each (N,).

        Returns token logits (B, L, vocabulary), guided attention logits, phone logits (B, T + P, phones) and, at the
        spots, token logits (N, vocabulary) read from the encoder alone.
        """
        padding = batch["padding"] if batch["padding"].shape[1] else None
        memory = self.model["encoder"](batch["mel"], batch["positions"], padding, batch["bias"])
        hidden, watched = self.model["decoder"](batch["tokens"], memory, batch["bias"], forced)
        names = self.model["decoder"].embed_tokens.weight
        read = None if spots is None else F.linear(memory[spots], names)
        return F.linear(hidden, names), watched, self.phones(memory), read


def sinusoids(length: int, width: int) -> Tensor:
    """Whisper's fixed encoder positions."""
    scale = torch.exp(-math.log(10_000) / (width // 2 - 1) * torch.arange(width // 2))
    angle = torch.arange(length)[:, None] * scale[None]
    return torch.cat([angle.sin(), angle.cos()], 1)


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding) and module.weight.requires_grad:
        nn.init.normal_(module.weight, std=0.03)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)
