"""Weights of a run to a pack: transformers checkpoint, CTranslate2 INT8, the files faster-whisper wants, pack.toml.

    python -m models.speech.export --run /somewhere/run --pack models/starter/speech-zh-en

``--float32 FOLDER`` writes the same model unquantised as well, to measure what INT8 costs.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from models.speech import tokenizer as vocabulary
from models.speech.model import Size
from plugin_core.modelstore import write_pack_toml

FEATURES = {
    "chunk_length": 30, "feature_extractor_type": "WhisperFeatureExtractor", "feature_size": 80, "hop_length": 160,
    "n_fft": 400, "n_samples": 480_000, "nb_max_frames": 3000, "padding_side": "right", "padding_value": 0.0,
    "return_attention_mask": False, "sampling_rate": 16_000,
}  # fmt: skip
ABOUT = {
    "id": "starter-speech-zh-en",
    "kind": "speech",
    "tier": "starter",
    "name": "Starter speech, Chinese and English",
    "languages": ["zh", "en"],
    "licence": "Apache-2.0 (weights); training sentences CC BY 2.0 FR",
    "attribution": "Sentences: Tatoeba, CC BY 2.0 FR, by way of manythings.org; voices: espeak-ng, flite, festival",
    "source": "models/speech",
}
LIMITS = (
    "Understands clear everyday sentences in the synthetic voices it was trained on (espeak-ng, flite, festival). "
    "It needs one sentence at a time and does not understand recordings of people: use a production pack for those."
)


def load(run: Path) -> tuple[dict[str, torch.Tensor], Size, Tokenizer]:
    """Averaged weights, dimensions and tokenizer of a run."""
    shape = json.loads((run / "size.json").read_text())
    shape |= {name: tuple(tuple(pair) for pair in shape[name]) for name in ("guided", "alignment")}
    return load_file(run / "weights.safetensors"), Size(**shape), vocabulary.load(run / "tokenizer.json")


def transformers_model(weights: dict[str, torch.Tensor], size: Size, codes: vocabulary.Codes) -> Any:
    """The same network as a WhisperForConditionalGeneration. transformers 5 forgets the languages of a generation
    configuration that it believes to be derived from the model's: hence ``_from_model_config``."""
    from transformers import WhisperConfig, WhisperForConditionalGeneration

    config = WhisperConfig(
        **size.whisper(), bos_token_id=codes.end, eos_token_id=codes.end, pad_token_id=codes.end,
        decoder_start_token_id=codes.start, suppress_tokens=None, begin_suppress_tokens=None,
    )  # fmt: skip
    model = WhisperForConditionalGeneration(config)
    body = {name: value for name, value in weights.items() if not name.startswith("phones.")}
    missing, unexpected = model.load_state_dict(body, strict=False)
    if unexpected or set(missing) - {"proj_out.weight"}:
        raise ValueError(f"the weights do not fit: missing {missing}, unexpected {unexpected}")
    model.tie_weights()
    generation = model.generation_config
    generation._from_model_config = False
    generation.suppress_tokens, generation.begin_suppress_tokens = [], []
    generation.is_multilingual, generation.no_timestamps_token_id = True, codes.no_timestamps
    generation.lang_to_id = {f"<|{name}|>": code for name, code in codes.languages.items()}
    generation.alignment_heads = [list(pair) for pair in size.alignment]
    return model


def convert(model: Any, tokenizer: Tokenizer, target: Path, quantization: str | None) -> None:
    """Write what plain faster-whisper opens without a network: model.bin, config, vocabulary, tokenizer, features."""
    from ctranslate2.converters import TransformersConverter

    with tempfile.TemporaryDirectory() as name:
        source = Path(name)
        model.save_pretrained(source)
        tokenizer.save(str(source / "tokenizer.json"))
        about = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 448, "unk_token": "<|endoftext|>"}
        (source / "tokenizer_config.json").write_text(json.dumps(about))
        (source / "preprocessor_config.json").write_text(json.dumps(FEATURES, indent=1))
        made = source / "made"
        copied = ["tokenizer.json", "preprocessor_config.json"]
        TransformersConverter(str(source), copy_files=copied).convert(str(made), quantization=quantization, force=True)
        words: list[str] = json.loads((made / "vocabulary.json").read_text())
        words[words.index("Ā")] = (
            ""  # CTranslate2 takes a model for multilingual when it has the empty token; byte 0 is free
        )
        (made / "vocabulary.json").write_text(json.dumps(words, ensure_ascii=False))
        target.mkdir(parents=True, exist_ok=True)
        for path in made.iterdir():
            shutil.copyfile(path, target / path.name)


def describe(pack: Path, quality: dict[str, float]) -> Path:
    """Write pack.toml."""
    about = {
        **ABOUT,
        "revision": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"),
        "memory_mb": 120,
        "compute_types": ["int8", "float32"],
        "limits": LIMITS,
        "quality": quality,
    }
    return write_pack_toml(pack, about).folder / "pack.toml"


def export(run: Path, pack: Path, float32: Path | None = None, quality: dict[str, float] | None = None) -> Path:
    """Everything; returns the path of pack.toml."""
    weights, size, tokenizer = load(run)
    model = transformers_model(weights, size, vocabulary.Codes.of(tokenizer))
    convert(model, tokenizer, pack, "int8")
    if float32:
        convert(model, tokenizer, float32, None)
    return describe(pack, quality or {})


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="folder of models.speech.train")
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--float32", type=Path, help="also write the unquantised model there")
    parser.add_argument("--results", type=Path, help="JSON of models.speech.evaluate, quoted in pack.toml")
    options = parser.parse_args(arguments)
    quality = json.loads(options.results.read_text())["quality"] if options.results else None
    print(export(options.run, options.pack, options.float32, quality))


if __name__ == "__main__":
    main()
