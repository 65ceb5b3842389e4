"""
Make a tagging pack of a decoder that somebody published for transformers: SeqGPT-560M, Qwen2.5, Qwen3 and their like.

    python -m models.tagger.convert SeqGPT-560M packs/seqgpt-560m            # a folder with config.json and the weights
    python -m models.tagger.convert Qwen3-0.6B packs/qwen3 --licence Apache-2.0
    zimu models import packs/seqgpt-560m

Needs the train extra. Reads local files only; get them first (huggingface.co/DAMO-NLP/SeqGPT-560M, or
modelscope.cn/models/damo/nlp_seqgpt-560m). The weights' licence is shown and has to be accepted (--yes): SeqGPT's
authors declare Apache-2.0, but it is fine-tuned from BLOOMZ-560M, whose BigScience RAIL licence forbids certain uses
and goes with every derivative. Nothing of it is shipped with Zimu.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack, write_pack_toml

ARCHITECTURES = {
    "BloomForCausalLM": "seqgpt",
    "Qwen2ForCausalLM": "chatml",
    "Qwen3ForCausalLM": "qwen3",
}
QUANTIZATIONS = ("int8", "int8_float32", "int8_float16", "float16", "float32")


@dataclass(frozen=True)
class Terms:
    """What a user has to know before using weights."""

    licence: str
    attribution: str = ""
    source: str = ""
    limits: str = ""


SEQGPT = Terms(
    "Apache-2.0 as declared by its authors; BigScience RAIL 1.0 upstream (BLOOMZ-560M): use restrictions apply",
    "SeqGPT-560M by DAMO Academy, Alibaba Group (Yu et al. 2023, arXiv 2308.10529), from BLOOMZ by BigScience",
    "https://huggingface.co/DAMO-NLP/SeqGPT-560M",
    "Chinese and English. Slow without a GPU. What it names is used only where it stands in the text.",
)


def convert(
    source: Path, target: Path, terms: Terms, *, form: str = "", quantization: str = "int8", name: str = ""
) -> Pack:
    """The pack in *target*, made of the transformers model in *source*; ModelError if it is of an unknown kind."""
    form = form or form_of(source)
    if target.exists() and any(target.iterdir()):
        raise ModelError("model.exists", f"{target} is not empty.", "Name a new folder.")
    _save_model(source, target, quantization)
    _save_tokenizer(source, target)
    name = name or source.resolve().name
    table: dict[str, Any] = {
        "id": "".join(mark if mark.isalnum() or mark in "-." else "-" for mark in name.lower()).strip("-."),
        "kind": "tagging",
        "tier": "production",
        "name": name,
        "languages": ["zh", "en"],
        "licence": terms.licence,
        "attribution": terms.attribution,
        "source": terms.source,
        "limits": terms.limits or "What it names is used only where it stands in the text.",
        "memory_mb": round(sum(path.stat().st_size for path in target.iterdir()) * 1.3 / 1e6),
        "compute_types": ["int8_float16", "int8", "int8_float32", "float16", "float32"],
        "tagging": {"backend": "generation", "form": form, "tokenizer": "tokenizer.json"},
    }
    return write_pack_toml(target, table)


def form_of(source: Path) -> str:
    """How the model in *source* is asked, by its architecture."""
    try:
        architecture = json.loads((source / "config.json").read_text("utf-8"))["architectures"][0]
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise ModelError(
            "model.source", f"{source} holds no readable config.json ({error!r}).", "Name the folder of the model."
        ) from error
    if architecture not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        raise ModelError("model.source", f"{source} is a {architecture}.", f"Known are {known}; or say --form.")
    return ARCHITECTURES[architecture]


def terms_of(source: Path, licence: str = "") -> Terms:
    """The terms of the model in *source*: SeqGPT's are known, others are what the user was told."""
    if "seqgpt" in source.resolve().name.lower():
        return SEQGPT
    if not licence:
        raise ModelError(
            "model.licence", f"The licence of {source.name} is not known.", "Read its model card and say --licence."
        )
    return Terms(licence)


def _save_model(source: Path, target: Path, quantization: str) -> None:
    from ctranslate2.converters import TransformersConverter

    if not find_spec("torch") or not find_spec("transformers"):
        raise ModelError(
            "model.convert", "Converting needs torch and transformers.", 'Install them: pip install "zimu[train]".'
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        TransformersConverter(str(source)).convert(str(target), quantization=quantization, force=True)
    except (OSError, ValueError, KeyError, AttributeError, RuntimeError) as error:
        shutil.rmtree(target, ignore_errors=True)
        raise ModelError(
            "model.convert", f"{source} cannot be converted: {error}.", "Is the download complete?"
        ) from error


def _save_tokenizer(source: Path, target: Path) -> None:
    if (source / "tokenizer.json").is_file():
        shutil.copyfile(source / "tokenizer.json", target / "tokenizer.json")
        return
    from transformers import AutoTokenizer

    AutoTokenizer.from_pretrained(str(source)).backend_tokenizer.save(str(target / "tokenizer.json"))


def _accepted(terms: Terms, yes: bool) -> bool:
    print(f"Licence: {terms.licence}")
    if terms.attribution:
        print(f"  {terms.attribution}")
    return yes or (sys.stdin.isatty() and input("Do you accept it? [y/N] ").strip().lower() in {"y", "yes"})


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="folder of a transformers model")
    parser.add_argument("target", type=Path, help="folder of the pack to make")
    parser.add_argument("--licence", default="", help="licence of the weights, as its card says")
    parser.add_argument("--form", default="", choices=["", *sorted(set(ARCHITECTURES.values()))])
    parser.add_argument("--quantization", default="int8", choices=QUANTIZATIONS)
    parser.add_argument("--name", default="")
    parser.add_argument("--yes", action="store_true", help="accept the licence without asking")
    options = parser.parse_args(arguments)
    try:
        terms = terms_of(options.source, options.licence)
        if not _accepted(terms, options.yes):
            raise ModelError("model.licence", "The pack was not made.", "Accept its licence with --yes.")
        pack = convert(
            options.source,
            options.target,
            terms,
            form=options.form,
            quantization=options.quantization,
            name=options.name,
        )
    except ModelError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(f"{pack.id}: {pack.size / 1e6:,.0f} MB in {pack.folder}. Install it with `zimu models import {pack.folder}`.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
