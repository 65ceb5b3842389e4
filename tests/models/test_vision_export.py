"""CLIP and Chinese-CLIP with random weights, exported as on the hub: the engine says what transformers says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("ignore")]  # torch says much while it exports

PICTURES = [
    np.random.default_rng(size).integers(0, 256, (size, 97, 3), np.uint8) for size in (97, 51, 240)
]  # square, wide, tall
TEXTS = ["a car", "the red car at night, and a long sentence that says much more", "厨房", "追车 car", ""]
SIDE = 32


def clip(words: int, end: int) -> Any:
    from transformers import CLIPConfig, CLIPModel

    sizes = {"hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2}
    text = {**sizes, "vocab_size": words, "max_position_embeddings": 77, "bos_token_id": end - 1, "eos_token_id": end}
    vision = {**sizes, "image_size": SIDE, "patch_size": 8}
    return CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=12))


def chinese_clip(words: int) -> Any:
    from transformers import ChineseCLIPConfig, ChineseCLIPModel

    sizes = {"hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2}
    text = {**sizes, "vocab_size": words, "max_position_embeddings": 512}
    vision = {**sizes, "image_size": SIDE, "patch_size": 8}
    return ChineseCLIPModel(ChineseCLIPConfig(text_config=text, vision_config=vision, projection_dim=12))


def exported(model: Any, folder: Path) -> None:
    """One graph of both, with the names and the free axes of the hub's exports."""
    import torch

    class Both(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, pixel_values: Any, attention_mask: Any) -> Any:
            found = self.model(input_ids=input_ids, pixel_values=pixel_values, attention_mask=attention_mask)
            return found.logits_per_image, found.logits_per_text, found.text_embeds, found.image_embeds

    ids, mask = torch.ones(2, 7, dtype=torch.long), torch.ones(2, 7, dtype=torch.long)
    mask[1, 4:] = 0  # a mask of ones alone would be left out of the graph
    torch.onnx.export(
        Both().eval(), (ids, torch.zeros(3, 3, SIDE, SIDE), mask), str(folder / "model.onnx"),
        input_names=["input_ids", "pixel_values", "attention_mask"],
        output_names=["logits_per_image", "logits_per_text", "text_embeds", "image_embeds"],
        dynamic_axes={"input_ids": {0: "texts", 1: "tokens"}, "attention_mask": {0: "texts", 1: "tokens"},
                      "pixel_values": {0: "pictures"}, "text_embeds": {0: "texts"}, "image_embeds": {0: "pictures"}},
        opset_version=17, dynamo=False,
    )  # fmt: skip


def looks(kind: str) -> tuple[dict[str, Any], Any]:
    """What preprocessor_config.json says, and the makers' own code for it."""
    from transformers.models.chinese_clip.image_processing_pil_chinese_clip import ChineseCLIPImageProcessorPil
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    if kind == "clip":
        table = {"size": {"shortest_edge": SIDE}, "crop_size": {"height": SIDE, "width": SIDE}}
        made = CLIPImageProcessorPil(**table)
    else:
        table = {"size": {"height": SIDE, "width": SIDE}, "do_center_crop": False}
        made = ChineseCLIPImageProcessorPil(**table)
    told = {"image_mean": list(made.image_mean), "image_std": list(made.image_std), "resample": int(made.resample)}
    return {**table, **told, "rescale_factor": made.rescale_factor}, made


@pytest.fixture(params=["clip", "chinese_clip"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Any, Any, Any, Any]]:
    """The engine; and transformers: the model, the processor of pictures, the tokenizer."""
    import torch
    from transformers import PreTrainedTokenizerFast

    from plugin_core.engines import open_vision
    from plugin_core.modelstore import read_pack, write_pack_toml
    from tests.vision_packs import WORDS, save_bytes, save_words

    torch.manual_seed(3)
    kind = request.param
    if kind == "clip":
        tokens = save_bytes(tmp_path)
        end = tokens.token_to_id("<|endoftext|>")
        model, pad, length = clip(tokens.get_vocab_size(), end).eval(), "<|endoftext|>", 77
    else:
        tokens = save_words(tmp_path, (*WORDS, "厨", "房", "追", "车", "##s", "the", "night"))
        model, pad, length = chinese_clip(tokens.get_vocab_size()).eval(), "[PAD]", 52
    exported(model, tmp_path)
    table, processor = looks(kind)
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(table))
    options = {"model": "model.onnx", "length": length, "pad": pad, "scale": 100.0}
    names = ["model.onnx", "tokenizer.json", "preprocessor_config.json"]
    about = {"id": kind, "kind": "vision", "tier": "production", "name": kind, "licence": "x", "vision": options}
    write_pack_toml(tmp_path, about, names)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(tmp_path / "tokenizer.json"), pad_token=pad, model_max_length=length
    )
    with open_vision(read_pack(tmp_path)) as engine:
        yield engine, model, processor, tokenizer


def unit(found: Any) -> np.ndarray:
    vectors = getattr(found, "pooler_output", found).numpy()
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_pictures_become_the_same_pixels(both: tuple[Any, Any, Any, Any]) -> None:
    engine, _, processor, _ = both
    for picture in PICTURES:
        theirs = np.asarray(processor(images=[picture], return_tensors="np")["pixel_values"][0])
        np.testing.assert_allclose(engine.looks(picture), theirs, atol=1e-6)


def test_pictures_become_the_same_vectors(both: tuple[Any, Any, Any, Any]) -> None:
    import torch

    engine, model, processor, _ = both
    pixels = np.concatenate([processor(images=[one], return_tensors="np")["pixel_values"] for one in PICTURES])
    with torch.no_grad():
        theirs = unit(model.get_image_features(pixel_values=torch.from_numpy(np.asarray(pixels))))
    np.testing.assert_allclose(engine.pictures(PICTURES), theirs, atol=2e-5)


def test_texts_become_the_same_vectors(both: tuple[Any, Any, Any, Any]) -> None:
    import torch

    engine, model, _, tokenizer = both
    given = tokenizer(TEXTS, padding=True, truncation=True, return_tensors="pt")
    with torch.no_grad():
        theirs = unit(model.get_text_features(input_ids=given["input_ids"], attention_mask=given["attention_mask"]))
    np.testing.assert_allclose(engine.texts(TEXTS), theirs, atol=2e-5)
