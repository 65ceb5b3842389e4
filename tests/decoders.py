"""Random-weight decoders for tests: BLOOM- and Qwen2-shaped, real files in the real formats, made with numpy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

SPECIAL = {"seqgpt": ("<unk>", "<s>", "</s>", "<pad>"), "chatml": ("<|endoftext|>", "<|im_start|>", "<|im_end|>")}


def make_decoder_pack(folder: Path, form: str = "seqgpt", *, seed: int = 0, width: int = 16, **options: Any) -> Path:
    """A generative tagging pack that loads and generates as SeqGPT ("seqgpt") or Qwen ("chatml") does, in noise."""
    from plugin_core.modelstore import write_pack_toml

    folder.mkdir(parents=True, exist_ok=True)
    tokens = _save_tokenizer(folder, SPECIAL[form])
    random = np.random.default_rng(seed)
    spec = (_bloom if form == "seqgpt" else _qwen)(len(tokens), width, random)
    spec.register_vocabulary(tokens)
    if form == "seqgpt":
        spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = "<s>", "</s>", "<unk>"
    else:
        spec.config.bos_token = spec.config.eos_token = spec.config.unk_token = "<|endoftext|>"
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
    table = {
        "id": f"decoder-{form}",
        "kind": "tagging",
        "tier": "production",
        "name": "Random decoder",
        "languages": ["zh", "en"],
        "licence": "Apache-2.0",
        "compute_types": ["int8", "float32"],
        "tagging": {"backend": "generation", "form": form, "max_new_tokens": 24, **options},
    }
    write_pack_toml(folder, table)
    return folder


def _save_tokenizer(folder: Path, special: tuple[str, ...]) -> list[str]:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    words = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={word: index for index, word in enumerate(words)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in special])
    tokenizer.save(str(folder / "tokenizer.json"))
    return [*words, *special]


def _normal(random: np.random.Generator, *shape: int) -> Any:
    return (random.standard_normal(shape) * 0.3).astype(np.float32)


def _linear(target: Any, random: np.random.Generator, rows: int, columns: int, *, bias: bool = True) -> None:
    target.weight = _normal(random, rows, columns)
    if bias:
        target.bias = np.zeros(rows, np.float32)


def _norm(target: Any, width: int, *, beta: bool = True) -> None:
    target.gamma = np.ones(width, np.float32)
    if beta:
        target.beta = np.zeros(width, np.float32)


def _bloom(words: int, width: int, random: np.random.Generator) -> Any:
    from ctranslate2.specs import common_spec, transformer_spec

    spec = transformer_spec.TransformerDecoderModelSpec.from_config(
        2,
        2,
        pre_norm=True,
        activation=common_spec.Activation.GELUTanh,
        layernorm_embedding=True,
        alibi=True,
        alibi_use_positive_positions=True,
    )
    decoder = spec.decoder
    decoder.scale_embeddings = False
    decoder.embeddings.weight = _normal(random, words, width)
    decoder.projection.weight = decoder.embeddings.weight
    _norm(decoder.layernorm_embedding, width)
    _norm(decoder.layer_norm, width)
    for layer in decoder.layer:
        _norm(layer.self_attention.layer_norm, width)
        _linear(layer.self_attention.linear[0], random, 3 * width, width)
        _linear(layer.self_attention.linear[1], random, width, width)
        _norm(layer.ffn.layer_norm, width)
        _linear(layer.ffn.linear_0, random, 4 * width, width)
        _linear(layer.ffn.linear_1, random, width, 4 * width)
    return spec


def _qwen(words: int, width: int, random: np.random.Generator) -> Any:
    from ctranslate2.specs import common_spec, transformer_spec

    spec = transformer_spec.TransformerDecoderModelSpec.from_config(
        2,
        2,
        pre_norm=True,
        activation=common_spec.Activation.SWISH,
        ffn_glu=True,
        rms_norm=True,
        rotary_dim=0,
        rotary_interleave=False,
        rotary_base=1_000_000,
        num_heads_kv=1,
    )
    decoder = spec.decoder
    decoder.scale_embeddings = False
    decoder.embeddings.weight = _normal(random, words, width)
    decoder.projection.weight = decoder.embeddings.weight
    _norm(decoder.layer_norm, width, beta=False)
    for layer in decoder.layer:
        _norm(layer.self_attention.layer_norm, width, beta=False)
        _linear(layer.self_attention.linear[0], random, 2 * width, width)
        _linear(layer.self_attention.linear[1], random, width, width, bias=False)
        _norm(layer.ffn.layer_norm, width, beta=False)
        _linear(layer.ffn.linear_0, random, 4 * width, width, bias=False)
        _linear(layer.ffn.linear_0_noact, random, 4 * width, width, bias=False)
        _linear(layer.ffn.linear_1, random, width, 4 * width, bias=False)
    return spec
