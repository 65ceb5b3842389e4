"""Random-weight packs for tests: real files in the real formats, made with numpy, that understand nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

LANGUAGES = ("en", "zh")
SPECIAL = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    *(f"<|{language}|>" for language in LANGUAGES),
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
)
TIMES = tuple(f"<|{i * 0.02:.2f}|>" for i in range(1501))


def make_speech_pack(folder: Path, *, seed: int = 0, width: int = 16, **meta: Any) -> Path:
    """
    A multilingual Whisper pack (zh, en) with random weights and a byte vocabulary; about 0.2 MB.

    Its text is noise, but it loads, encodes, decodes, aligns and detects languages as any Whisper pack does.
    """
    from plugin_core.modelstore import write_pack_toml

    folder.mkdir(parents=True, exist_ok=True)
    words = _byte_vocabulary()
    _save_whisper(folder, words, width, np.random.default_rng(seed))
    _save_tokenizer(folder, words)
    features = {"feature_size": 80, "sampling_rate": 16000, "hop_length": 160, "chunk_length": 30, "n_fft": 400}
    (folder / "preprocessor_config.json").write_text(json.dumps(features))
    table = {
        "id": "speech-random",
        "kind": "speech",
        "tier": "production",
        "name": "Random Whisper",
        "languages": list(LANGUAGES),
        "licence": "Apache-2.0",
        "compute_types": ["int8", "float32"],
    }
    write_pack_toml(folder, table | meta)
    return folder


def _byte_vocabulary() -> list[str]:
    from tokenizers.pre_tokenizers import ByteLevel

    return sorted(ByteLevel.alphabet())


def _save_whisper(folder: Path, words: list[str], width: int, random: np.random.Generator) -> None:
    from ctranslate2.specs import WhisperSpec

    spec = WhisperSpec(1, 2, 1, 2)
    tokens = [*words, *SPECIAL, *TIMES]
    inner = 2 * width

    def linear(target: Any, rows: int, columns: int) -> None:
        target.weight = (random.standard_normal((rows, columns)) * 0.1).astype(np.float32)
        target.bias = np.zeros(rows, np.float32)

    def norm(target: Any) -> None:
        target.gamma, target.beta = np.ones(width, np.float32), np.zeros(width, np.float32)

    def attention(target: Any, rows: tuple[int, ...]) -> None:
        norm(target.layer_norm)
        for layer, count in zip(target.linear, rows, strict=True):
            linear(layer, count, width)

    def feed_forward(target: Any) -> None:
        norm(target.layer_norm)
        linear(target.linear_0, inner, width)
        linear(target.linear_1, width, inner)

    for layer, columns in ((spec.encoder.conv1, 80), (spec.encoder.conv2, width)):
        layer.weight = (random.standard_normal((width, columns, 3)) * 0.1).astype(np.float32)
        layer.bias = np.zeros(width, np.float32)
    for part, positions in ((spec.encoder, 1500), (spec.decoder, 448)):
        encodings = random.standard_normal((positions, width)) * 0.02
        part.position_encodings.encodings = encodings.astype(np.float32)
        norm(part.layer_norm)
        for layer in part.layer:
            attention(layer.self_attention, (3 * width, width))
            feed_forward(layer.ffn)
    for layer in spec.decoder.layer:
        attention(layer.attention, (width, 2 * width, width))
    embeddings = (random.standard_normal((len(tokens), width)) * 0.1).astype(np.float32)
    spec.decoder.embeddings.weight = spec.decoder.projection.weight = embeddings
    number = {token: index for index, token in enumerate(tokens)}
    # CTranslate2 takes a vocabulary under 51,865 for English only, unless it has an empty token: byte 0 is free.
    spec.register_vocabulary(["" if token == "Ā" else token for token in tokens])
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [number["Ġ"], number["<|endoftext|>"]]
    spec.config.lang_ids = [number[f"<|{language}|>"] for language in LANGUAGES]
    spec.config.alignment_heads = [(0, 0)]
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))


def _save_tokenizer(folder: Path, words: list[str]) -> None:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    tokenizer = Tokenizer(models.BPE(vocab={word: index for index, word in enumerate(words)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL])
    tokenizer.add_tokens([AddedToken(token, special=False) for token in TIMES])
    tokenizer.save(str(folder / "tokenizer.json"))


PLACEHOLDERS = tuple(f"⟦{index}⟧" for index in range(10))


def make_translation_pack(folder: Path, *, seed: int = 0, width: int = 32, **meta: Any) -> Path:
    """
    A translation pack (zh-en and en-zh) with random weights and a real, tiny SentencePiece model; about 0.2 MB.

    It has one encoder and one decoder for both directions, led by ``<2en>`` or ``<2zh>``, placeholders, and attention.
    Its text is noise. Keys of *meta* replace those of ``pack.toml``; ``translation`` replaces keys of that table.
    """
    from plugin_core.modelstore import write_pack_toml

    folder.mkdir(parents=True, exist_ok=True)
    _save_translator(folder, _train_pieces(folder / "shared.spm"), width, np.random.default_rng(seed))
    options = {
        "tokenizer": "sentencepiece",
        "source_spm": "shared.spm",
        "target_spm": "shared.spm",
        "beam_size": 2,
        "length_penalty": 1.0,
        "placeholders": list(PLACEHOLDERS),
        "max_source_tokens": 60,
        "max_target_tokens": 100,
        "pairs": {
            "zh-en": {"source_prefix": ["<2en>"], "source_suffix": [], "target_prefix": []},
            "en-zh": {"source_prefix": ["<2zh>"], "source_suffix": [], "target_prefix": []},
        },
    }
    table = {
        "id": "translation-random",
        "kind": "translation",
        "tier": "production",
        "name": "Random translator",
        "languages": ["zh", "en"],
        "licence": "Apache-2.0",
        "compute_types": ["int8", "float32"],
        "translation": options | meta.pop("translation", {}),
    }
    write_pack_toml(folder, table | meta)
    return folder


def _train_pieces(path: Path) -> list[str]:
    import io

    import sentencepiece

    lines = [
        "Good morning, how are you today?",
        "I have three cats and two dogs.",
        "今天天气很好，我们去公园吧。",
        "你叫什么名字？",
    ]
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines * 20),
        model_writer=model,
        vocab_size=420,
        byte_fallback=True,
        normalization_rule_name="identity",
        user_defined_symbols=["<2en>", "<2zh>", *PLACEHOLDERS],
        hard_vocab_limit=False,
        minloglevel=2,
    )
    path.write_bytes(model.getvalue())
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return [processor.id_to_piece(index) for index in range(processor.get_piece_size())]


def _save_translator(folder: Path, pieces: list[str], width: int, random: np.random.Generator) -> None:
    from ctranslate2.specs import TransformerSpec, common_spec

    spec = TransformerSpec.from_config(
        1, 2, pre_norm=True, activation=common_spec.Activation.RELU, alignment_layer=-1, alignment_heads=1
    )
    inner = 2 * width

    def linear(target: Any, rows: int, columns: int) -> None:
        target.weight = (random.standard_normal((rows, columns)) * 0.2).astype(np.float32)
        target.bias = np.zeros(rows, np.float32)

    def norm(target: Any) -> None:
        target.gamma, target.beta = np.ones(width, np.float32), np.zeros(width, np.float32)

    def attention(target: Any, rows: tuple[int, ...]) -> None:
        norm(target.layer_norm)
        for layer, count in zip(target.linear, rows, strict=True):
            linear(layer, count, width)

    embeddings = (random.standard_normal((len(pieces), width)) * 0.3).astype(np.float32)
    positions = (random.standard_normal((128, width)) * 0.05).astype(np.float32)
    spec.encoder.embeddings[0].weight = spec.decoder.embeddings.weight = embeddings
    for part in (spec.encoder, spec.decoder):
        part.scale_embeddings = True
        part.position_encodings.encodings = positions
        norm(part.layer_norm)
        for layer in part.layer:
            attention(layer.self_attention, (3 * width, width))
            norm(layer.ffn.layer_norm)
            linear(layer.ffn.linear_0, inner, width)
            linear(layer.ffn.linear_1, width, inner)
    for layer in spec.decoder.layer:
        attention(layer.attention, (width, 2 * width, width))
    linear(spec.decoder.projection, len(pieces), width)
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.add_source_eos = True
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
