"""A decoder published for transformers becomes a pack that generates the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models.tagger.convert import SEQGPT, Terms, convert, form_of, main, terms_of
from plugin_core.errors import ModelError
from plugin_core.modelstore import verify
from tests.decoders import SPECIAL


def test_the_upstream_licence_of_seqgpt_is_stated(tmp_path: Path) -> None:
    assert terms_of(tmp_path / "nlp_SeqGPT-560m") is SEQGPT
    assert "RAIL" in SEQGPT.licence
    assert "BLOOMZ" in SEQGPT.licence


def test_other_weights_need_a_licence_that_the_user_names(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not known"):
        terms_of(tmp_path / "qwen")
    assert terms_of(tmp_path / "qwen", "Apache-2.0").licence == "Apache-2.0"


def test_nothing_is_made_before_the_licence_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    assert main([str(tmp_path / "seqgpt"), str(tmp_path / "pack")]) == ModelError.exit_code
    assert "RAIL" in capsys.readouterr().out
    assert not (tmp_path / "pack").exists()


@pytest.mark.parametrize("config", ["", "{}", '{"architectures": ["GPT2LMHeadModel"]}'])
def test_a_model_of_an_unknown_kind_is_a_sentence(config: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(config)
    with pytest.raises(ModelError) as error:
        form_of(tmp_path)
    assert error.value.hint


def test_a_folder_that_is_no_model_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "seqgpt").mkdir()
    (tmp_path / "seqgpt" / "config.json").write_text('{"architectures": ["BloomForCausalLM"]}')
    with pytest.raises(ModelError) as error:
        convert(tmp_path / "seqgpt", tmp_path / "pack", SEQGPT)
    assert error.value.code == "model.convert"
    assert not (tmp_path / "pack").exists()


def _tokenizer(folder: Path, form: str) -> Any:
    from transformers import PreTrainedTokenizerFast

    from tests.decoders import _save_tokenizer

    folder.mkdir(parents=True)
    words = _save_tokenizer(folder, SPECIAL[form])
    names = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    if form == "chatml":
        names = {"bos_token": "<|endoftext|>", "eos_token": "<|im_end|>", "unk_token": "<|endoftext|>"}
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), **names)
    tokenizer.save_pretrained(folder)
    return tokenizer, len(words)


def _model(form: str, words: int) -> Any:
    import torch
    from transformers import BloomConfig, BloomForCausalLM, Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(1)
    if form == "seqgpt":
        return BloomForCausalLM(
            BloomConfig(vocab_size=words, hidden_size=32, n_layer=2, n_head=2, initializer_range=0.3)
        )
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    return Qwen2ForCausalLM(Qwen2Config(vocab_size=words, num_key_value_heads=1, initializer_range=0.3, **sizes))


@pytest.mark.train
@pytest.mark.parametrize("form", ["seqgpt", "chatml"])
def test_a_converted_decoder_generates_what_it_did_before(form: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    import torch

    from plugin_core.engines.generation import open_generation

    source = tmp_path / "seqgpt-tiny"
    tokenizer, words = _tokenizer(source, form)
    model = _model(form, words).eval()
    model.save_pretrained(source)
    assert form_of(source) == form
    pack = convert(source, tmp_path / "pack", Terms("Apache-2.0"), quantization="float32")
    verify(pack)
    assert json.loads((pack.folder / "config.json").read_text())
    with open_generation(pack, device="cpu", compute="float32", threads=1) as engine:
        prompt, _ = engine._prompt("extract", "兰蔻只要299元", ["品牌名", "价格"])
        engine._beam_size, engine._most_new, engine._end_tokens = 1, 12, []
        ids = torch.tensor([tokenizer.convert_tokens_to_ids(prompt)])
        theirs = model.generate(ids, max_new_tokens=12, do_sample=False, eos_token_id=-1)[0, ids.shape[1] :]
        ours = engine._generator.generate_batch(
            [prompt], max_length=12, end_token=[], include_prompt_in_result=False, sampling_topk=1
        )[0].sequences_ids[0]
    assert list(ours) == theirs.tolist()[: len(ours)]
    assert len(ours) > 1
