"""Captioner packs: what is said of a shot, and what is refused, in a sentence."""

from __future__ import annotations

from itertools import chain, pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.engines import open_captioner
from plugin_core.engines.bench import Bench
from plugin_core.engines.captioner import Caption, Captioner, chosen
from plugin_core.engines.searching import Limits, search
from plugin_core.errors import ModelError
from plugin_core.modelstore import read_pack, write_pack_toml
from tests.caption_packs import FRAMES, HEIGHT, WIDTH, coloured, make_caption_pack
from tests.vision_packs import save_words

LIGHTS = [coloured(colour) for colour in ("red", "green", "blue")]


def texts(found: list[Caption]) -> list[str]:
    return [one.text for one in found]


@pytest.mark.parametrize("form", [{}, {"cached": True}, {"single": True}, {"masked": True}])
def test_a_shot_is_described_in_the_language_that_was_asked(tmp_path: Path, form: dict[str, bool]) -> None:
    with open_captioner(read_pack(make_caption_pack(tmp_path, **form))) as engine:
        captioner: Captioner = engine
        assert (captioner.size, captioner.frames, captioner.languages) == ((WIDTH, HEIGHT), FRAMES, ("zh", "en"))
        assert texts(captioner.describe(LIGHTS, "zh")) == ["红光", "绿光", "蓝光"]
        assert texts(captioner.describe(LIGHTS, "en", beam=3)) == ["red light", "green light", "blue light"]
        assert captioner.describe([], "zh") == []


def test_more_shots_than_are_looked_at_together_are_described_one_by_one(tmp_path: Path) -> None:
    with open_captioner(read_pack(make_caption_pack(tmp_path))) as engine:
        many = engine.describe(LIGHTS * 9, "zh")
        assert many == [engine.describe([shot], "zh")[0] for shot in LIGHTS] * 9


def test_a_few_frames_count_as_much_as_many(tmp_path: Path) -> None:
    with open_captioner(read_pack(make_caption_pack(tmp_path))) as engine:
        few, usual, many = engine.describe([coloured("green", count) for count in (1, FRAMES, 57)], "zh")
    assert few == usual == many


def test_confidence_is_the_geometric_mean_of_the_tokens_chances(tmp_path: Path) -> None:
    with open_captioner(read_pack(make_caption_pack(tmp_path))) as engine:
        (found,) = engine.describe([coloured("red")], "zh")
    first = 1 / (1 + 2 * np.exp(-8))  # a pixel is 1 or -1, its colour counts 4: the others are 8 behind
    assert found.confidence == pytest.approx(first ** (1 / 3), abs=1e-4)  # the light and the end are certain


def test_a_pack_calibrates_its_confidence_and_says_from_where_on_it_is_sure(tmp_path: Path) -> None:
    with open_captioner(read_pack(make_caption_pack(tmp_path, calibration=[0.0, 0.5, 0.0], sure=0.7))) as engine:
        (found,) = engine.describe([coloured("red")], "zh")
        assert engine.sure == 0.7
    assert found.confidence == pytest.approx(1 / (1 + np.exp(-0.5)), abs=1e-6)


def test_what_the_encoder_is_sure_of_counts_beside_what_is_said(tmp_path: Path) -> None:
    pack = read_pack(make_caption_pack(tmp_path, certain=True, calibration=[0.0, 0.0, 1.0]))
    bright, dark = coloured("red"), coloured("red") // 4
    with open_captioner(pack) as engine:
        certainty = engine.certainty([bright, dark])
        assert certainty[0] > certainty[1]
        assert [one.confidence for one in engine.describe([bright, dark], "zh")] == pytest.approx(certainty, abs=1e-5)
    with open_captioner(read_pack(make_caption_pack(tmp_path / "silent"))) as engine:
        assert engine.certainty([bright, dark]) == [0.5, 0.5]


@pytest.mark.parametrize("beam", [1, 3])
def test_a_cache_changes_nothing(tmp_path: Path, beam: int) -> None:
    said = []
    for cached in (False, True):
        pack = read_pack(make_caption_pack(tmp_path / str(cached), cached=cached, history=2.0))
        with open_captioner(pack) as engine:
            said.append([engine.describe(LIGHTS, language, beam=beam) for language in ("zh", "en")])
    plain, kept = said
    assert [texts(one) for one in plain] == [texts(one) for one in kept]
    assert len({one.text for found in plain for one in found}) > 1
    for one, other in zip(chain(*plain), chain(*kept), strict=True):
        assert one.confidence == pytest.approx(other.confidence, abs=1e-5)


def test_a_tokenizer_may_take_the_place_of_the_list(tmp_path: Path) -> None:
    folder = make_caption_pack(tmp_path)
    save_words(folder, ("[PAD]", "[CLS]", "[UNK]", "[SEP]", "a", "b", "c", "d", "red", "green", "blue", "light"))
    begin = {"begin": {"en": "[UNK]"}, "end": "[SEP]", "never": ["[PAD]"], "tokens": "tokenizer.json"}
    pack = read_pack(rewritten(folder, begin, languages=["en"]))
    with open_captioner(pack) as engine:
        assert texts(engine.describe(LIGHTS, "en")) == ["red light", "green light", "blue light"]


def rewritten(folder: Path, options: dict[str, Any], **table: Any) -> Path:
    """The pack with other entries."""
    pack = read_pack(folder)
    known = {name: getattr(pack, name) for name in ("id", "kind", "tier", "name", "languages", "licence")}
    write_pack_toml(folder, known | table | {"captioner": {**pack.options, **options}})
    return folder


# -- what is refused --


@pytest.mark.parametrize(
    "shot",
    [
        np.zeros((10, WIDTH, HEIGHT, 3), np.uint8),
        np.zeros((10, HEIGHT, WIDTH), np.uint8),
        np.zeros((10, HEIGHT, WIDTH, 3), np.float32),
        np.zeros((0, HEIGHT, WIDTH, 3), np.uint8),
    ],
)
def test_frames_of_another_shape_are_refused_with_both_shapes(tmp_path: Path, shot: Any) -> None:
    with (
        open_captioner(read_pack(make_caption_pack(tmp_path))) as engine,
        pytest.raises(ModelError, match=r"expects frames uint8 \[1 or more, 8, 16, 3\]") as raised,
    ):
        engine.describe([coloured("red"), shot], "zh")
    assert f"{shot.dtype} {list(shot.shape)}" in raised.value.message


def test_a_language_it_does_not_write_is_refused(tmp_path: Path) -> None:
    with (
        open_captioner(read_pack(make_caption_pack(tmp_path))) as engine,
        pytest.raises(ModelError, match=r"does not write 'fr'\. It writes zh, en"),
    ):
        engine.describe([coloured("red")], "fr")


@pytest.mark.parametrize(
    "options",
    [
        {"width": 17},
        {"height": 0},
        {"frames": 2.5},
        {"frames": True},
        {"length": 0},
        {"begin": {}},
        {"begin": "<zh>"},
        {"begin": {"zh": "<zh>", "en": "<fr>"}},
        {"end": "<stop>"},
        {"never": ["<nothing>"]},
        {"joint": " "},
        {"mean": [0.5]},
        {"spread": [0.5, 0, 0.5]},
        {"calibration": "well"},
        {"calibration": [1, "nan", 0]},
        {"calibration": [1, 0]},
        {"sure": "quite"},
        {"languages": []},
    ],
)
def test_a_pack_that_says_nonsense_is_refused(tmp_path: Path, options: dict[str, Any]) -> None:
    pack = read_pack(make_caption_pack(tmp_path, **options))
    with pytest.raises(ModelError, match="captions-by-hand cannot be used") as raised, open_captioner(pack):
        pass
    assert raised.value.code == "model.broken"


@pytest.mark.parametrize("tokens", ["[]", '["<zh>", "<zh>"]', "[" * 5000, "{}", '["<zh>", "<en>", "<end>", "<pad>"]'])
def test_tokens_that_are_none_are_refused(tmp_path: Path, tokens: str) -> None:
    folder = make_caption_pack(tmp_path)
    (folder / "tokens.json").write_text(tokens)
    pack = read_pack(rewritten(folder, {}))
    with pytest.raises(ModelError, match="cannot be used"), open_captioner(pack):
        pass


@pytest.mark.parametrize("lost", ["encoder", "decoder", "tokens"])
def test_a_missing_file_is_named(tmp_path: Path, lost: str) -> None:
    pack = read_pack(rewritten(make_caption_pack(tmp_path), {lost: "elsewhere.onnx"}))
    with pytest.raises(ModelError, match=r"lacks elsewhere\.onnx"), open_captioner(pack):
        pass


@pytest.mark.parametrize("graph", ["encoder.onnx", "decoder.onnx"])
def test_a_graph_that_is_none_is_refused(tmp_path: Path, graph: str) -> None:
    folder = make_caption_pack(tmp_path)
    (folder / graph).write_bytes(b"no graph at all")
    pack = read_pack(rewritten(folder, {}))
    with pytest.raises(ModelError, match="cannot be used"), open_captioner(pack):
        pass


def test_a_decoder_in_the_place_of_the_encoder_is_refused(tmp_path: Path) -> None:
    folder = make_caption_pack(tmp_path)
    pack = read_pack(rewritten(folder, {"encoder": "decoder.onnx", "decoder": "encoder.onnx"}))
    with pytest.raises(ModelError, match="takes no pixel_values"), open_captioner(pack):
        pass


def test_another_kind_of_pack_is_refused(tmp_path: Path) -> None:
    folder = make_caption_pack(tmp_path)
    text = (folder / "pack.toml").read_text().replace('kind = "captioner"', 'kind = "vision"')
    text = text.replace("[captioner", "[vision")
    (folder / "pack.toml").write_text(text)
    with pytest.raises(ModelError, match="is a vision pack"), open_captioner(read_pack(folder)):
        pass


def test_the_bench_keeps_it_warm(tmp_path: Path) -> None:
    pack = read_pack(make_caption_pack(tmp_path))
    with Bench() as bench:
        assert bench.captioner(pack, "cpu", "auto", 1) is bench.captioner(pack, "cpu", "auto", 1)


# -- frames and the search --


@given(st.integers(1, 300), st.integers(1, 40))
def test_frames_are_taken_in_order_evenly_and_never_twice(count: int, most: int) -> None:
    found = chosen(count, most)
    assert len(found) == min(count, most)
    assert (np.diff(found) > 0).all()
    assert set(found) <= set(range(count))
    assert not len(found) > 1 or np.ptp(np.diff(found)) <= 1


def _best(table: Any, prompt: int, most: int) -> float:
    """The best mean log-probability of all texts there are; token 0 ends."""
    chances = table - np.log(np.exp(table).sum(1, keepdims=True))
    found = -np.inf
    for length in range(most):
        for middle in product(range(1, len(table)), repeat=length):
            path = [prompt, *middle, 0]
            sums = sum(chances[a, b] for a, b in pairwise(path))
            found = max(found, sums / (length + 1))
    return float(found)


@given(st.integers(0, 2**31))
def test_a_beam_as_wide_as_all_texts_finds_the_best_and_greedy_is_never_better(seed: int) -> None:
    table = np.random.default_rng(seed).normal(0, 1.5, (3, 3))
    table[:, 0] += 3  # ends before there are too many to count

    def step(tokens: Any, parents: Any) -> Any:
        del parents
        return table[tokens[:, -1]].astype(np.float64)

    limits = Limits(end=0, most=4)
    ((_, greedy),) = search(step, [1], 1, 1, limits)
    ((ids, wide),) = search(step, [1], 1, 81, limits)
    assert wide >= greedy - 1e-9
    assert wide >= _best(table, 1, 4) - 1e-9
    assert 0 not in ids


def test_no_shot_changes_what_is_said_of_another() -> None:
    chance = np.random.default_rng(3)
    tables = chance.normal(0, 1, (4, 5, 5))

    def of(numbers: list[int], width: int) -> Any:
        def step(tokens: Any, parents: Any) -> Any:
            del parents
            shots = np.repeat(numbers, width)
            return np.stack([tables[shot, row[-1]] for shot, row in zip(shots, tokens, strict=True)])

        return search(step, [1], len(numbers), width, Limits(end=0, most=6, never=[1]))

    for width in (1, 3):
        assert of([0, 1, 2, 3], width) == [of([number], width)[0] for number in range(4)]


def test_what_is_never_said_is_not_said_and_a_text_has_an_end() -> None:
    def step(tokens: Any, parents: Any) -> Any:
        del parents
        return np.tile(np.array([0.0, 9.0, 5.0, np.nan]), (len(tokens), 1))

    ((ids, _),) = search(step, [3], 1, 1, Limits(end=0, most=4, never=[1]))
    assert ids == [2, 2, 2, 2]
