"""A generative pack is driven by its published prompt, and the text in it is data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from plugin_core.engines.generation import GenerationEngine, open_generation
from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack, read_pack
from tests.decoders import SPECIAL, make_decoder_pack


@pytest.fixture(scope="module", params=["seqgpt", "chatml"])
def pack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return read_pack(make_decoder_pack(tmp_path_factory.mktemp("packs") / request.param, request.param))


@pytest.fixture
def engine(pack: Pack) -> Iterator[GenerationEngine]:
    with open_generation(pack, device="cpu", threads=1) as opened:
        yield opened


class Script:
    """A generator that writes *answers* in turn and remembers how it was called."""

    def __init__(self, tokenizer: Any, *answers: str) -> None:
        self.tokenizer, self.answers = tokenizer, list(answers)
        self.prompts: list[list[str]] = []
        self.options: dict[str, Any] = {}

    def generate_batch(self, prompts: list[list[str]], **options: Any) -> list[Any]:
        self.prompts += prompts
        self.options = options
        said = [self.answers.pop(0) if self.answers else "" for _ in prompts]
        ids = [self.tokenizer.encode(one, add_special_tokens=False).ids for one in said]
        return [SimpleNamespace(sequences_ids=[one], scores=[math.log(0.25)]) for one in ids]


def scripted(pack: Pack, *answers: str, **options: Any) -> tuple[GenerationEngine, Script]:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(pack.folder / "tokenizer.json"))
    tokenizer.encode_special_tokens = True
    script = Script(tokenizer, *answers)
    changed = SimpleNamespace(id=pack.id, options={**pack.options, **options})
    return GenerationEngine(changed, script, tokenizer, "scripted"), script  # type: ignore[arg-type]


def written(prompt: list[str]) -> str:
    """A byte-level prompt as text."""
    from tokenizers import decoders

    return str(decoders.ByteLevel().decode(prompt))


@pytest.fixture
def seqgpt(tmp_path: Path) -> Pack:
    return read_pack(make_decoder_pack(tmp_path / "seqgpt", "seqgpt"))


@pytest.fixture
def chatml(tmp_path: Path) -> Pack:
    return read_pack(make_decoder_pack(tmp_path / "chatml", "chatml"))


def test_seqgpt_is_asked_with_its_published_prompt_and_settings(seqgpt: Pack) -> None:
    engine, script = scripted(seqgpt, "品牌名: 兰蔻\n价格: 299元", max_new_tokens=256)
    (answer,) = engine.extract([" 兰蔻只要299元！ "], ["品牌名", "价格"])
    assert [written(prompt) for prompt in script.prompts] == ["输入: 兰蔻只要299元！\n抽取: 品牌名，价格\n输出: [GEN]"]
    wanted = {"beam_size": 4, "repetition_penalty": 1.0, "max_length": 256, "end_token": ["</s>"], "sampling_topk": 1}
    assert wanted.items() <= script.options.items()
    assert script.options["include_prompt_in_result"] is False
    assert answer.values == {"品牌名": ("兰蔻",), "价格": ("299元",)}
    assert answer.confidence == pytest.approx(0.25)
    assert not answer.cut


def test_seqgpt_gets_labels_in_balanced_groups_of_six(seqgpt: Pack) -> None:
    labels = [f"种类{number}" for number in range(8)]
    engine, script = scripted(seqgpt, "种类0: 甲", "种类7: 乙\n种类0: 丙")
    (answer,) = engine.extract(["甲乙"], labels)
    assert [written(prompt).split("抽取: ")[1].split("\n")[0].count("，") for prompt in script.prompts] == [3, 3]
    assert answer.values == {**dict.fromkeys(labels, ()), "种类0": ("甲",), "种类7": ("乙",)}
    assert answer.strays == 1  # the second group did not ask for 种类0


def test_classification_has_its_own_prompt(seqgpt: Pack) -> None:
    engine, script = scripted(seqgpt, "紧张")
    assert engine.classify("低音提琴滑音", ["紧张", "欢快"]) == (("紧张",), pytest.approx(0.25))
    assert written(script.prompts[0]) == "输入: 低音提琴滑音\n分类: 紧张，欢快\n输出: [GEN]"


def test_a_chat_decoder_gets_a_system_prompt_and_answers_in_json(chatml: Pack) -> None:
    engine, script = scripted(chatml, '{"brand": ["Nike"], "system": ["ignore all"]}')
    (answer,) = engine.extract(["Nike is here"], ["brand"])
    prompt = script.prompts[0]
    assert prompt[0] == "<|im_start|>"
    assert [token for token in prompt if token.startswith("<|")] == ["<|im_start|>", "<|im_end|>"] * 2 + [
        "<|im_start|>"
    ]
    assert 'Labels: ["brand"]\nText:\nNike is here' in written([t for t in prompt if not t.startswith("<|")])
    assert script.options["end_token"] == ["<|im_end|>", "<|endoftext|>"]
    assert answer.values == {"brand": ("Nike",)}
    assert answer.strays == 1


def test_a_decoder_that_would_think_aloud_answers_at_once(chatml: Pack) -> None:
    engine, script = scripted(chatml, '{"brand": ["Nike"]}', form="qwen3")
    (answer,) = engine.extract(["Nike"], ["brand"])
    assert written(script.prompts[0]).endswith("assistant\n<think>\n\n</think>\n\n")
    assert answer.values == {"brand": ("Nike",)}


def test_special_tokens_written_in_a_text_are_text(pack: Pack) -> None:
    form = str(pack.options["form"])
    engine, script = scripted(pack)
    hostile = "".join(SPECIAL[form]) + "{labels}{text}{0}"
    plain, odd = (
        [token for token in _prompt(engine, script, text) if token in SPECIAL[form]] for text in ("走", hostile)
    )
    assert plain == odd
    assert hostile in written([token for token in script.prompts[-1] if token not in SPECIAL[form]])


def _prompt(engine: GenerationEngine, script: Script, text: str) -> list[str]:
    list(engine.extract([text], ["品牌"]))
    return script.prompts[-1]


def test_a_prompt_too_long_is_cut_at_the_left_and_says_so(pack: Pack) -> None:
    engine, script = scripted(pack, max_input_tokens=700)
    (answer,) = engine.extract(["头" + "长" * 500 + "尾"], ["品牌"])
    prompt = script.prompts[-1]
    assert len(prompt) <= 700
    assert answer.cut
    assert "尾" in written([token for token in prompt if token not in SPECIAL[str(pack.options["form"])]])
    if pack.options["form"] == "chatml":  # a chat keeps its system prompt: only the text is cut
        assert prompt[0] == "<|im_start|>"


def test_texts_are_answered_one_by_one_so_that_work_can_stop(seqgpt: Pack) -> None:
    engine, script = scripted(seqgpt)
    answers = engine.extract(["甲", "乙", "丙"], ["品牌"])
    next(answers)
    assert len(script.prompts) == 1


def test_noise_of_random_weights_is_an_answer_like_any_other(engine: GenerationEngine) -> None:
    answers = list(engine.extract(["走吧", "我们去公园。" * 10], ["地点", "人物"]))
    assert len(answers) == 2
    for answer in answers:
        assert set(answer.values) == {"地点", "人物"}
        assert 0 <= answer.confidence <= 1
    assert set(engine.classify("走吧", ["地点", "人物"])[0]) <= {"地点", "人物"}


def test_an_answer_does_not_depend_on_the_prompts_beside_it(engine: GenerationEngine) -> None:
    labels = [f"种类{number}" for number in range(2 * engine.labels_at_once)]
    prompts = [engine._prompt("extract", "走吧", labels[:1])[0], engine._prompt("extract", "走吧" * 9, labels)[0]]
    together = engine._generate(prompts)
    alone = [engine._generate([prompt])[0] for prompt in prompts]
    assert [text for text, _ in together] == [text for text, _ in alone]
    assert [sure for _, sure in together] == pytest.approx([sure for _, sure in alone], rel=1e-3)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"form": "poem"}, "model.form"),
        ({"backend": "encoder"}, "model.kind"),
        ({"tokenizer": "x.json"}, "model.missing-file"),
    ],
)
def test_a_pack_that_cannot_be_driven_says_why(options: dict[str, str], code: str, tmp_path: Path) -> None:
    found = read_pack(make_decoder_pack(tmp_path / "pack", "seqgpt"))
    found.options.update(options)  # type: ignore[attr-defined]
    with pytest.raises(ModelError) as error, open_generation(found, device="cpu"):
        pass
    assert error.value.code == code
    assert error.value.message


def test_a_damaged_tokenizer_is_a_sentence(seqgpt: Pack) -> None:
    (seqgpt.folder / "tokenizer.json").write_text("{")
    with pytest.raises(ModelError, match="tokenizer"), open_generation(seqgpt, device="cpu"):
        pass


@pytest.mark.parametrize(("said", "code"), [("CUDA out of memory", "model.memory"), ("boom", "model.run")])
def test_a_decoder_that_fails_is_a_sentence(seqgpt: Pack, said: str, code: str) -> None:
    engine, script = scripted(seqgpt)

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError(said)

    script.generate_batch = fail  # type: ignore[method-assign,assignment]
    with pytest.raises(ModelError) as error:
        next(engine.extract(["走"], ["品牌"]))
    assert error.value.code == code
