"""The recipe of the starter translation: a split without leaks, and a pack that the recipe really makes."""

from __future__ import annotations

import itertools
import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

from models.training.corpus import Pair, clean_en, clean_zh, key, read_pairs, split
from models.translation.align import align
from models.translation.data import owners, spans
from plugin_core.modelstore import read_pack, verify

PACK = Path(__file__).parents[2] / "models" / "starter" / "translation-zh-en"


def make_pairs(count: int = 400) -> list[Pair]:
    """Pairs with many shared sentences: every sentence has two translations, some chained."""
    return [Pair(f"Sentence {index // 2}!", f"句子{(index + 1) // 3}。") for index in range(count)]


def toy_corpus(path: Path) -> Path:
    """A tiny language of subjects, verbs and objects, as a Tatoeba export."""
    subjects = {"I": "我", "You": "你", "She": "她", "Tom": "汤姆", "We": "我们"}
    verbs = {"like": "喜欢", "see": "看见", "want": "想要", "know": "知道"}
    objects = {"music": "音乐", "books": "书", "dogs": "狗", "rain": "雨", "tea": "茶", "3 cats": "3只猫"}
    rows = [
        f"{' '.join(a[0] for a in words)}.\t{''.join(a[1] for a in words)}。\tCC-BY 2.0 (France) #{number}"
        for number, words in enumerate(itertools.product(subjects.items(), verbs.items(), objects.items()))
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_no_sentence_of_dev_or_test_is_seen_in_another_part() -> None:
    parts = split(make_pairs() + [Pair(f"Alone {index}.", f"独{index}。") for index in range(300)], held_out=60, dev=30)
    assert (len(parts.test), len(parts.dev)) == (60, 30)
    for side in (0, 1):
        seen = [{key(pair[side]) for pair in part} for part in parts]
        assert not seen[0] & seen[1]
        assert not seen[0] & seen[2]
        assert not seen[1] & seen[2]


def test_the_split_is_the_same_every_time() -> None:
    assert split(make_pairs(), 20) == split(make_pairs(), 20)


@pytest.mark.shared
def test_the_real_corpus_does_not_leak(shared: Path) -> None:
    parts = split(read_pairs(shared / "corpora" / "cmn_2023.txt"))
    assert len(parts.test) == 1000
    for side in (0, 1):
        held_out = {key(pair[side]) for pair in (*parts.dev, *parts.test)}
        assert not held_out & {key(pair[side]) for pair in parts.train}


def test_text_is_cleaned_the_same_way_on_both_sides(tmp_path: Path) -> None:
    path = tmp_path / "pairs.txt"
    path.write_text(
        "\ufeffIt\u2019s  late.\t時間 不早了,走吧!\tCC-BY\nIt's late.\t时间不早了，走吧！\tCC-BY\n\n", encoding="utf-8"
    )
    assert read_pairs(path) == [Pair("It's late.", "时间不早了，走吧！", "CC-BY")]
    assert clean_en("“Hi”…") == '"Hi"...'
    assert clean_zh("他說:「好」.") == "他說：“好”。"


def test_alignment_finds_what_words_have_in_common() -> None:
    left = [[1, 2], [1, 3], [4, 2], [4, 3], [1], [2], [3], [4]]
    right = [[12, 11], [13, 11], [12, 14], [13, 14], [11], [12], [13], [14]]  # two words are always in the other order
    assert [matrix.argmax(1).tolist() for matrix in align(left, right)[:4]] == [[1, 0]] * 4


def test_pieces_know_their_characters() -> None:
    pieces = ["▁I", "▁see", "<0xE4>", "<0xBD>", "<0xA0>", "."]
    assert spans(pieces) == [(-1, 1), (1, 5), (5, 6), (5, 6), (5, 6), (6, 7)]
    assert owners(pieces, 7).tolist() == [0, 1, 1, 1, 1, 4, 5]


class TestShippedPack:
    """The embedded pack, driven by CTranslate2 alone."""

    @pytest.fixture
    def translator(self) -> object:
        pytest.importorskip("sacrebleu")
        if not (PACK / "model.bin").exists():
            pytest.skip("the starter translation pack is not in this checkout")
        from models.translation.evaluate import Translator

        return Translator(PACK)

    def test_every_file_is_as_listed(self) -> None:
        if not (PACK / "pack.toml").exists():
            pytest.skip("the starter translation pack is not in this checkout")
        pack = read_pack(PACK)
        verify(pack)
        assert {file.path for file in pack.files} == {path.name for path in PACK.iterdir()} - {"pack.toml"}
        assert pack.size < 20_000_000

    def test_english_becomes_chinese(self, translator) -> None:  # type: ignore[no-untyped-def]
        library, music = translator.translate(["Where is the library?", "I like music."], "en-zh")
        assert "图书馆" in library
        assert "喜欢" in music
        assert "音乐" in music

    def test_chinese_becomes_english(self, translator) -> None:  # type: ignore[no-untyped-def]
        library, music = translator.translate(["图书馆在哪里？", "我喜欢音乐。"], "zh-en")
        assert "library" in library.lower()
        assert "music" in music.lower()

    def test_a_placeholder_comes_out_again(self, translator) -> None:  # type: ignore[no-untyped-def]
        assert "⟦3⟧" in translator.translate(["⟦3⟧ is my friend."], "en-zh")[0]
        assert "⟦7⟧" in translator.translate(["⟦7⟧在哪里？"], "zh-en")[0]

    def test_attention_points_at_the_translated_word(self, translator) -> None:  # type: ignore[no-untyped-def]
        source, target = "I like music.", "我喜欢音乐。"
        matrix = translator.attention(source, target, "en-zh")
        pieces = [piece.strip("▁") for piece in translator.pieces.encode(source, out_type=str)]
        row = [piece.strip("▁") for piece in translator.pieces.encode(target, out_type=str)].index("音乐")
        assert pieces[int(matrix[row, : len(pieces)].argmax())] == "music"


@pytest.mark.train
@pytest.mark.filterwarnings("ignore")
def test_the_recipe_trains_exports_and_translates(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="needs the train extra")
    pytest.importorskip("transformers", reason="needs the train extra")
    from models.training.loop import LoopConfig
    from models.translation.data import DataConfig
    from models.translation.evaluate import Translator
    from models.translation.export import convert, describe, restore
    from models.translation.model import ModelConfig
    from models.translation.train import run

    data = DataConfig(vocabulary=335, tokens=600, pool=200, joined=0.0, sampling=0.0)
    model = ModelConfig(335, width=32, feed_forward=64, heads=2, encoder_layers=1, decoder_layers=1, dropout=0.0)
    run(
        toy_corpus(tmp_path / "toy.txt"),
        tmp_path,
        (data, model, LoopConfig(minutes=0.2, learning_rate=5e-3)),
        held_out=8,
    )
    network = restore(tmp_path)
    convert(network, tmp_path / "shared.spm", tmp_path / "float32", None)
    describe(tmp_path / "float32", {}, 1.0, 1)
    translator = Translator(tmp_path / "float32", "float32")
    found = translator.translate(["I like music."], "en-zh", beam_size=1)

    pieces = translator.pieces
    source = torch.tensor([[pieces.piece_to_id("<2zh>"), *pieces.encode("I like music."), pieces.eos_id()]])
    made = network.generate(input_ids=source, attention_mask=torch.ones_like(source), max_new_tokens=20, num_beams=1)
    expected = pieces.decode(made[0].tolist())
    assert expected
    assert found[0].startswith(expected)  # a busy machine leaves it untrained, and then it talks beyond 20 tokens
    assert np.allclose(translator.attention("I like music.", "我喜欢音乐。", "en-zh").sum(1), 1, atol=0.5)


def test_the_card_quotes_the_results() -> None:
    pytest.importorskip("sacrebleu")
    from models.training.card import figures
    from models.translation.evaluate import card

    folder = PACK.parents[1] / "translation"
    found = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert figures(folder / "README.md") == card(found)
    assert tomllib.loads((PACK / "pack.toml").read_text(encoding="utf-8"))["quality"] == found["quality"]
