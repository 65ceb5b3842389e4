"""
Vision packs. ``make_vision_pack``: by hand; a picture's vector is its mean red, green and blue, a text's how often it
says red, green and blue (红, 绿, 蓝), so what belongs together can be foretold. ``export``: CLIP and Chinese-CLIP of
transformers with random weights, in the very structure of the exports on the hub.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from plugin_core.modelstore import write_pack_toml

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "red", "green", "blue", "红", "绿", "蓝", "a", "car")
LOOKS = {
    "size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}, "do_center_crop": True, "resample": 3,
    "rescale_factor": 1 / 255, "image_mean": [0.0, 0.0, 0.0], "image_std": [1.0, 1.0, 1.0],
}  # fmt: skip


def _model(nodes: list[Any], weights: dict[str, np.ndarray], inputs: list[Any], outputs: list[Any]) -> bytes:
    from onnx import checker, helper, numpy_helper

    kept = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    made = helper.make_model(
        helper.make_graph(nodes, "vision", inputs, outputs, kept),
        opset_imports=[helper.make_opsetid("", 17)], ir_version=8,
    )  # fmt: skip
    checker.check_model(made)
    return bytes(made.SerializeToString())


def _parts() -> tuple[list[Any], list[Any], dict[str, np.ndarray], list[Any], list[Any]]:
    from onnx import TensorProto, helper

    table = np.zeros((len(WORDS), 3), np.float32)
    for place, word in enumerate(WORDS):
        for channel, names in enumerate((("red", "红"), ("green", "绿"), ("blue", "蓝"))):
            table[place, channel] = word in names
    look = [helper.make_node("ReduceMean", ["pixel_values"], ["image_embeds"], axes=[2, 3], keepdims=0)]
    read = [
        helper.make_node("Gather", ["table", "input_ids"], ["each"]),
        helper.make_node("Cast", ["attention_mask"], ["there"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["there", "last"], ["column"]),
        helper.make_node("Mul", ["each", "column"], ["kept"]),
        helper.make_node("ReduceMean", ["kept"], ["mean"], axes=[1], keepdims=0),
        helper.make_node("Add", ["mean", "little"], ["text_embeds"]),
    ]
    weights = {"table": table, "last": np.array([2], np.int64), "little": np.full(3, 1e-3, np.float32)}
    inputs = [
        helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"]),
        helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, ["pictures", 3, "height", "width"]),
        helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["texts", "tokens"]),
    ]
    outputs = [
        helper.make_tensor_value_info("text_embeds", TensorProto.FLOAT, ["texts", 3]),
        helper.make_tensor_value_info("image_embeds", TensorProto.FLOAT, ["pictures", 3]),
    ]
    return look, read, weights, inputs, outputs


def make_vision_pack(folder: Path, *, both: bool = True, **options: Any) -> Path:
    """A pack in *folder*: one graph of *both*, or two. *options* are of its table ``[vision]``."""
    folder.mkdir(parents=True, exist_ok=True)
    look, read, weights, inputs, outputs = _parts()
    if both:
        (folder / "model.onnx").write_bytes(_model([*look, *read], weights, inputs, outputs))
        files = {"model": "model.onnx"}
    else:
        (folder / "vision_model.onnx").write_bytes(_model(look, {}, inputs[1:2], outputs[1:]))
        (folder / "text_model.onnx").write_bytes(_model(read, weights, inputs[::2], outputs[:1]))
        files = {"pictures": "vision_model.onnx", "texts": "text_model.onnx"}
    save_words(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(LOOKS))
    table = {
        "id": "vision-by-hand", "kind": "vision", "tier": "production", "name": "Colours", "languages": ["en", "zh"],
        "licence": "Apache-2.0", "vision": {**files, "length": 16, "pad": "[PAD]", "scale": 20.0, **options},
    }  # fmt: skip
    write_pack_toml(folder, table)
    return folder


def save_words(folder: Path, words: tuple[str, ...] = WORDS) -> Any:
    """A tokenizer.json of words, as BERT has it."""
    from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import WordPiece

    numbers = {word: place for place, word in enumerate(words)}
    made = Tokenizer(WordPiece(numbers, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [("[CLS]", numbers["[CLS]"]), ("[SEP]", numbers["[SEP]"])]
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    made.save(str(folder / "tokenizer.json"))
    return made


def save_bytes(folder: Path) -> Any:
    """A tokenizer.json of byte pairs, as CLIP has it: words end in </w>, texts are put between two marks."""
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import BPE

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [*letters, *(f"{letter}</w>" for letter in letters), "ca", "car</w>", "<|startoftext|>", "<|endoftext|>"]
    numbers = {word: place for place, word in enumerate(words)}
    made = Tokenizer(BPE(numbers, [("c", "a"), ("ca", "r</w>")], unk_token="<|endoftext|>", end_of_word_suffix="</w>"))
    made.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), "removed", True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    ends = [(mark, numbers[mark]) for mark in ("<|startoftext|>", "<|endoftext|>")]
    made.post_processor = processors.TemplateProcessing(single="<|startoftext|> $A <|endoftext|>", special_tokens=ends)
    made.save(str(folder / "tokenizer.json"))
    return made
