"""The network: a small M2M100 of transformers (a pre-norm Transformer, sinusoidal positions), and its training loss."""

from __future__ import annotations

import dataclasses
from typing import Any

import torch
from torch import Tensor, nn
from transformers import M2M100Config, M2M100ForConditionalGeneration

from models.translation.data import BOS, EOS, PAD

ALIGNMENT_HEAD = 0  # of the last decoder layer; CTranslate2 averages the first ``alignment_heads`` heads of one layer


@dataclasses.dataclass(frozen=True)
class ModelConfig:
    """Sizes and regularisation."""

    vocabulary: int = 6000
    width: int = 256
    feed_forward: int = 1024
    heads: int = 4
    encoder_layers: int = 3
    decoder_layers: int = 2
    dropout: float = 0.2
    attention_dropout: float = 0.05
    smoothing: float = 0.1
    guidance: float = 0.1  # weight of the alignment loss
    positions: int = 256


class SmoothedEntropy(torch.autograd.Function):
    """Output projection and label-smoothed cross entropy in one, with the gradient made in the forward pass.

    The logits are the largest tensor of a small translator by far; written out operation by operation their loss took a
    third of a training step on a processor.
    """

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, table: Tensor, target: Tensor, smoothing: float) -> Tensor:
        """hidden [n, width], table [vocabulary, width], target [n] -> the mean over n."""
        kind = torch.bfloat16 if torch.is_autocast_enabled(hidden.device.type) else torch.float32
        narrow, weight = hidden.detach().to(kind), table.detach().to(kind)
        logits = (narrow @ weight.T).float()
        count, vocabulary = logits.shape
        gold = logits.gather(1, target[:, None])
        even = logits.mean(1, keepdim=True)
        highest = logits.amax(1, keepdim=True)
        total = logits.sub_(highest).exp_().sum(1, keepdim=True)
        loss = (highest + total.log() - (1 - smoothing) * gold - smoothing * even).mean()
        slope = logits.mul_(1 / (total * count)).sub_(smoothing / vocabulary / count)
        slope.scatter_add_(1, target[:, None], torch.full_like(gold, -(1 - smoothing) / count))
        slope = slope.to(kind)
        ctx.save_for_backward(slope @ weight, slope.T @ narrow)
        ctx.kinds = hidden.dtype, table.dtype
        return loss

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor, Tensor, None, None]:
        """Gradients of hidden and table."""
        hidden, table = ctx.saved_tensors
        return upstream[0] * hidden.to(ctx.kinds[0]), upstream[0] * table.to(ctx.kinds[1]), None, None


class Network(M2M100ForConditionalGeneration):
    """The model, whose forward pass returns the losses when it is given targets and links."""

    def forward(self, *inputs: Any, target: Tensor | None = None, links: Tensor | None = None, **named: Any) -> Any:
        """With ``target`` [b, t] and ``links`` [b, t, s]: (cross entropy, guidance); see :func:`loss_of`."""
        if target is None or links is None:
            return super().forward(*inputs, **named)
        output = self.model(*inputs, **named, output_attentions=True, use_cache=False)
        wanted = target != PAD
        hidden = output.last_hidden_state[wanted]
        entropy = SmoothedEntropy.apply(hidden, self.lm_head.weight, target[wanted], self.config.smoothing)
        attention = output.cross_attentions[-1][:, ALIGNMENT_HEAD].float()  # [b, t, s]
        guidance = -(links * attention.clamp_min(1e-6).log()).sum() / links.sum().clamp_min(1)
        return entropy, guidance


def build(config: ModelConfig) -> Network:
    """A freshly initialised model with one embedding table for both sides and the output."""
    model = Network(
        M2M100Config(
            vocab_size=config.vocabulary,
            d_model=config.width,
            encoder_ffn_dim=config.feed_forward,
            decoder_ffn_dim=config.feed_forward,
            encoder_attention_heads=config.heads,
            decoder_attention_heads=config.heads,
            encoder_layers=config.encoder_layers,
            decoder_layers=config.decoder_layers,
            encoder_layerdrop=0.0,
            decoder_layerdrop=0.0,
            dropout=config.dropout,
            attention_dropout=config.attention_dropout,
            activation_dropout=0.0,
            max_position_embeddings=config.positions,
            init_std=config.width**-0.5,  # with embeddings scaled by sqrt(width) the input then has unit variance
            bos_token_id=BOS,
            pad_token_id=PAD,
            eos_token_id=EOS,
            decoder_start_token_id=BOS,
            scale_embedding=True,
            smoothing=config.smoothing,
            attn_implementation="eager",  # the only one that returns the attention the guidance needs
        )
    )
    for module in model.modules():
        if isinstance(module, nn.Linear) and module.weight is not model.lm_head.weight:
            nn.init.xavier_uniform_(module.weight)
    return model


def loss_of(model: nn.Module, batch: dict[str, Any], config: ModelConfig) -> tuple[Tensor, dict[str, float]]:
    """Label-smoothed cross entropy per target token, plus the guided alignment loss.

    The guidance is the cross entropy of one cross-attention head of the last decoder layer against the word links (Chen
    et al. 2016, Garg et al. 2019).
    """
    source = torch.as_tensor(batch["source"])
    entropy, guidance = model(
        input_ids=source,
        attention_mask=(source != PAD).long(),
        decoder_input_ids=torch.as_tensor(batch["shifted"]),
        target=torch.as_tensor(batch["target"]),
        links=torch.as_tensor(batch["links"]),
    )
    loss = entropy + config.guidance * guidance
    return loss, {"entropy": float(entropy.detach()), "guidance": float(guidance.detach())}
