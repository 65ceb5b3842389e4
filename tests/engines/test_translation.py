from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from plugin_core.engines import open_translation
from plugin_core.engines.pieces import Encoded, Tokenizer, cut_to_fit
from plugin_core.engines.translation import Sentence, TranslationEngine, _cut_loop, _joined, _loops
from plugin_core.errors import ModelError
from plugin_core.modelstore import read_pack
from tests.packs import make_translation_pack


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_translation_pack(tmp_path_factory.mktemp("packs") / "random")


@pytest.fixture(scope="module")
def engine(folder: Path) -> Iterator[TranslationEngine]:
    with open_translation(read_pack(folder), device="cpu", threads=1) as engine:
        yield engine


def test_an_engine_says_what_it_can_and_where_it_runs(engine: TranslationEngine) -> None:
    assert engine.pairs == (("zh", "en"), ("en", "zh"))
    assert engine.reason.startswith("cpu int8")
    assert engine.compute_type.startswith("int8")


@pytest.mark.parametrize("pair", [("en", "zh"), ("zh", "en")])
def test_pieces_spans_and_attention_fit_together(engine: TranslationEngine, pair: tuple[str, str]) -> None:
    texts = ["I have ⟦0⟧ cats, and 2 dogs.", "今天天气很好。", "龘 𠀀 emoji 🎬 é", "x"]
    for text, made in zip(texts, engine.translate(texts, *pair), strict=True):
        assert "".join(made.tokens) == made.text
        assert made.attention.shape == (len(made.pieces), len(made.source_pieces))
        assert len(made.spans) == len(made.pieces)
        assert len(made.source_spans) == len(made.source_pieces)
        covered = {k for start, end in made.source_spans for k in range(start, end)}
        assert covered >= {k for k, character in enumerate(text) if not character.isspace()}
        assert (made.attention.sum(axis=1) <= 1.01).all()


def test_nothing_is_translated_to_nothing_and_order_is_kept(engine: TranslationEngine) -> None:
    texts = ["", "Good morning.", "   ", "I have three cats and two dogs."]
    made = engine.translate(texts, "en", "zh")
    assert made[0].text == made[2].text == ""
    assert made[1].text == engine.translate(texts[1:2], "en", "zh")[0].text
    assert engine.translate([], "en", "zh") == []


def test_neither_prefixes_nor_control_characters_are_in_the_text(engine: TranslationEngine) -> None:
    for made in engine.translate(["Good morning.", "你叫什么名字？"] * 5, "en", "zh", hypotheses=2):
        for choice in (made, *made.alternatives):
            assert "<2" not in choice.text
            assert all(character.isprintable() for character in choice.text if character != " ")


def test_hypotheses_are_ordered_by_score(engine: TranslationEngine) -> None:
    (made,) = engine.translate(["Good morning."], "en", "zh", hypotheses=4)
    scores = [choice.score for choice in (made, *made.alternatives)]
    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)


def test_a_text_longer_than_the_model_takes_is_cut_and_joined(engine: TranslationEngine) -> None:
    text = "Good morning, how are you today? " * 40
    (made,) = engine.translate([text], "en", "zh")
    assert len(made.source_pieces) > 200
    assert made.attention.shape == (len(made.pieces), len(made.source_pieces))
    assert "".join(made.tokens) == made.text


def test_a_pair_the_pack_does_not_declare_is_refused(engine: TranslationEngine) -> None:
    with pytest.raises(ModelError) as caught:
        engine.translate(["Hallo"], "de", "zh")
    assert caught.value.code == "model.pair"


def test_variants_of_a_language_use_its_pair(engine: TranslationEngine) -> None:
    assert engine.translate(["Hi"], "en-GB", "zh-Hans")[0].text == engine.translate(["Hi"], "en", "zh")[0].text


def test_a_target_prefix_is_in_neither_text_nor_attention(tmp_path: Path, engine: TranslationEngine) -> None:
    """M2M100 and NLLB: the language token leads the source, and is forced as the first target token."""
    pairs = {"en-zh": {"source_prefix": "<2en>", "source_suffix": ["</s>"], "target_prefix": ["<2zh>"]}}
    folder = make_translation_pack(tmp_path / "m2m", translation={"pairs": pairs})
    with open_translation(read_pack(folder), device="cpu", threads=1) as m2m:
        (made,) = m2m.translate(["Good morning."], "en", "zh")
    assert made.pieces[:1] != ("<2zh>",)
    assert made.attention.shape == (len(made.pieces), len(made.source_pieces))
    assert "</s>" not in made.source_pieces


def test_an_argos_layout_is_found(tmp_path: Path) -> None:
    folder = make_translation_pack(tmp_path / "argos", translation={"placeholders": []})
    (folder / "model").mkdir()
    for name in ("model.bin", "config.json", "shared_vocabulary.json"):
        (folder / name).rename(folder / "model" / name)
    with open_translation(read_pack(folder), device="cpu", threads=1) as engine:
        assert engine.placeholders == ()
        assert engine.translate(["Good morning."], "en", "zh")[0].pieces


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda folder: (folder / "model.bin").unlink(), "model.missing-file"),
        (lambda folder: (folder / "shared.spm").unlink(), "model.missing-file"),
        (lambda folder: (folder / "shared.spm").write_bytes(b"nonsense"), "model.tokenizer"),
        (lambda folder: (folder / "model.bin").write_bytes(b"nonsense"), "model.load"),
    ],
)
def test_a_broken_pack_is_a_sentence(tmp_path: Path, damage: object, code: str) -> None:
    folder = make_translation_pack(tmp_path / "broken")
    pack = read_pack(folder)
    damage(folder)  # type: ignore[operator]
    with pytest.raises(ModelError) as caught, open_translation(pack, device="cpu"):
        pass
    assert caught.value.code == code


def test_a_tokenizer_other_than_sentencepiece_is_refused(tmp_path: Path) -> None:
    folder = make_translation_pack(tmp_path / "bpe", translation={"tokenizer": "bpe"})
    with pytest.raises(ModelError) as caught, open_translation(read_pack(folder), device="cpu"):
        pass
    assert caught.value.code == "model.tokenizer"


def test_placeholders_the_tokenizer_does_not_know_are_literal_tokens(folder: Path) -> None:
    tokenizer = Tokenizer.open(folder / "shared.spm", "random")
    encoded = tokenizer.encode("I have ⟪9⟫ cats", ["⟪9⟫"])
    assert encoded.pieces.count("⟪9⟫") == 1
    place = encoded.pieces.index("⟪9⟫")
    assert encoded.spans[place] == (7, 10)
    assert encoded.spans[-1][1] == 15


def test_a_long_text_is_cut_after_a_sentence_else_a_clause_else_a_word() -> None:
    def cut(text: str) -> list[int]:
        pieces = tuple(f"▁{word}" for word in text.split())
        return [len(run.pieces) for run in cut_to_fit(Encoded(pieces, ((0, 1),) * len(pieces)), 6)]

    assert cut("a b c d. e f g h") == [4, 4]
    assert cut("a b c d, e f g h") == [4, 4]
    assert cut("a b c d e f g h") == [6, 2]
    assert cut("a b c") == [3]


def sentence(*pieces: str, source: tuple[str, ...] = ("a",)) -> Sentence:
    ends = np.cumsum([len(piece) for piece in pieces]).tolist()
    spans = tuple(zip([0, *ends], ends, strict=False))
    attention = np.ones((len(pieces), len(source)), np.float32)
    return Sentence(
        "".join(pieces), pieces, source, attention, -1.0, spans, tuple((k, k + 1) for k in range(len(source)))
    )


def test_a_loop_is_seen_and_cut_unless_the_source_repeats_itself() -> None:
    looping = sentence("go", "on", "na", "na", "na", "na", "na")
    loop = _loops(looping.pieces, looping.source_pieces)
    assert loop is not None
    assert _cut_loop(looping, loop).text == "goonna"
    assert _loops(looping.pieces, ("ha", "ha", "ha", "ha", "ha")) is None
    assert _loops(("a", "b", "c", "a", "b", "c"), ("x",)) is None
    assert _loops(("a", "b", "c") * 4, ("x",)) is not None


def test_joined_parts_keep_their_own_attention() -> None:
    made = _joined([sentence("one", "two", source=("a", "b")), sentence("three")], "en")
    assert made.text == "onetwo three"
    assert "".join(made.tokens) == made.text
    assert made.attention.tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 1]]


def test_source_and_target_may_have_their_own_tokenizers(tmp_path: Path, engine: TranslationEngine) -> None:
    """OPUS-MT: source.spm and target.spm."""
    folder = make_translation_pack(tmp_path / "opus", translation={"target_spm": "target.spm"})
    (folder / "target.spm").write_bytes((folder / "shared.spm").read_bytes())
    with open_translation(read_pack(folder), device="cpu", threads=1) as opus:
        assert (
            opus.translate(["Good morning."], "en", "zh")[0].text
            == engine.translate(["Good morning."], "en", "zh")[0].text
        )
