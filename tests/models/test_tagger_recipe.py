"""The recipe of the tagger: gold spans true by construction, parts kept apart, and a pack that it really makes."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tagger import invented, lexicons
from models.tagger.chinese import Chinese
from models.tagger.data import HEADS, IGNORED, DataConfig, Sampler, batches, encode, rows, tables, vocabulary
from models.tagger.drafts import INNER, OUTER, Draft, Span, phrase
from models.tagger.english import English, participle, third
from models.tagger.noise import disturb, gloss
from models.tagger.source import Source
from models.tagger.styles import LAYOUTS, UNSEEN, document
from plugin_core.modelstore import read_pack, verify
from plugin_core.tagging.anchors import SILENT, kinds

PACK = Path(__file__).parents[2] / "models" / "starter" / "tagger-zh-en"


def made(seed: int, part: str = "train", mess: bool = True) -> Draft:
    chance = random.Random(seed)
    draft = document(Source({}, part, chance), chance, test=part == "test")[1]
    return disturb(draft, chance) if mess else draft


@given(st.integers(0, 1_000_000))
def test_spans_lie_in_the_text_and_items_never_overlap(seed: int) -> None:
    draft = made(seed)
    outer = sorted((span for span in draft.spans if span.label in OUTER), key=lambda span: span.start)
    assert all(0 <= span.start < span.end <= len(draft.text) for span in draft.spans)
    assert all(a.end <= b.start for a, b in itertools.pairwise(outer))


@given(st.integers(0, 1_000_000))
def test_spans_begin_and_end_with_something_to_see(seed: int) -> None:
    draft = made(seed)
    assert all(draft.text[s.start : s.end].strip() == draft.text[s.start : s.end] for s in draft.spans)


@given(st.integers(0, 1_000_000))
def test_what_stands_inside_an_item_does_not_reach_beyond_it(seed: int) -> None:
    draft = made(seed)
    items = [span for span in draft.spans if span.label in OUTER]
    for inner in (span for span in draft.spans if span.label in INNER):
        assert any(item.start <= inner.start and inner.end <= item.end for item in items)


@given(st.integers(0, 1_000_000))
def test_no_item_of_a_clean_document_begins_in_a_time_or_a_heading(seed: int) -> None:
    draft = made(seed, mess=False)
    found = kinds(draft.text)
    at_name = {"speaker", "state"}
    wrong = [s for s in draft.spans if s.label in OUTER and s.label not in at_name and found[s.start] in SILENT]
    assert len(wrong) <= 1, [draft.text[s.start : s.end] for s in wrong]


@given(st.integers(0, 1_000_000))
def test_a_gloss_stays_inside_what_is_said(seed: int) -> None:
    said = ("我们下周在北京的会议室见面。", "The meeting was moved to the next week.")[seed % 2]
    draft = Draft().put("A: ").item("speech", said).put(" [").item("sound", "rain").put("]")
    gloss(draft, random.Random(seed))
    speech, sound = (draft.text[span.start : span.end] for span in draft.spans)
    assert sound == "rain"
    assert draft.text == f"A: {speech} [rain]"
    assert len(speech) == len(said) or any(mark in speech for mark in "(（[［")


def test_the_same_seed_makes_the_same_document() -> None:
    assert made(5) == made(5)
    assert made(5).text != made(6).text


@given(st.data())
def test_an_edit_moves_the_spans_behind_it_and_keeps_their_words(data: st.DataObject) -> None:
    draft = Draft().put("[").item("sound", "door slams").put("] ").item("speech", "Go now.")
    at = data.draw(st.integers(0, len(draft.text)))
    end = data.draw(st.integers(at, len(draft.text)))
    before = [draft.text[s.start : s.end] for s in draft.spans]
    touched = [(s.start < end and at < s.end) or s.start <= at < s.end for s in draft.spans]
    if draft.replace(at, end, "x"):
        after = [draft.text[s.start : s.end] for s in draft.spans]
        assert all(a == b for a, b, hit in zip(before, after, touched, strict=True) if not hit)


def test_a_cut_leaves_no_span_outside_the_text() -> None:
    draft = Draft().item("speech", "one").put(" ").item("speech", "two").cut(5)
    assert (draft.text, [(s.start, s.end) for s in draft.spans]) == ("one t", [(0, 3), (4, 5)])


def test_phrases_keep_the_places_of_their_parts() -> None:
    made_of = phrase("a", phrase("b", ("far", "direction"), glue=" "), glue="-")
    assert made_of.text == "a-b far"
    assert [made_of.text[a:b] for a, b, _ in made_of.marks] == ["far"]


def test_verbs_are_bent_as_english_does() -> None:
    assert [third(verb) for verb in ("slam", "crash", "cry", "swing open")] == [
        "slams",
        "crashes",
        "cries",
        "swings open",
    ]
    assert [participle(verb) for verb in ("slam", "creak", "chime", "die")] == [
        "slamming",
        "creaking",
        "chiming",
        "dying",
    ]


@pytest.mark.parametrize("language", lexicons.LANGUAGES)
def test_training_never_draws_a_held_out_word(language: str) -> None:
    words = lexicons.table(f"{language}_words")["music"]["instrument"]
    drawn = {}
    for part in ("train", "test"):
        lexicon = lexicons.Lexicon(language, part, random.Random(0))
        drawn[part] = [lexicon.draw(words) for _ in range(2000)]
    _, kept = lexicons.halves(words, closed=False)
    assert len(kept) > 3
    assert not set(drawn["train"]) & set(kept)
    assert 0.4 < sum(word in kept for word in drawn["test"]) / 2000 < 0.6


def more_lists(language: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Every list with the further words that widen it; a list that widens nothing is a mistake."""
    sounds, words = (lexicons.table(f"{language}_{name}") for name in ("sounds", "words"))
    bases = {"groups": sounds, "words": words, "titles": lexicons.table("titles")[language]}
    waiting = [(bases[name], lists) for name, lists in lexicons.table(f"{language}_more").items()]
    while waiting:
        base, lists = waiting.pop()
        for name, value in lists.items():
            if isinstance(value, dict):
                waiting.append((base[name], value))
            else:
                yield base[name], value


@pytest.mark.parametrize("language", lexicons.LANGUAGES)
def test_further_words_hold_none_that_is_kept_for_the_test_and_set_some_aside(language: str) -> None:
    trained, aside = set[str](), set[str]()
    for words, more in more_lists(language):
        new, kept = lexicons.further(words, more, language)
        assert not set(new) & set(kept)
        assert not {word.casefold() for word in (*new, *kept)} & lexicons.tested(language)
        held = [word for word in lexicons.halves(words, closed=False)[1] if len(word) > 1]
        if language == "zh":
            assert not [word for word in new for one in held if one in word]
        trained, aside = trained | set(new), aside | set(kept)
    assert len(trained) > 5000
    assert len(aside) > 500


@pytest.mark.parametrize("language", lexicons.LANGUAGES)
def test_the_test_draws_from_its_own_lists_alone_and_development_what_training_never_sees(language: str) -> None:
    words = lexicons.table(f"{language}_words")["state"]["words"]
    more = lexicons.table(f"{language}_more")["words"]["state"]["words"]
    new, aside = lexicons.further(words, more, language)
    drawn = {}
    for part in lexicons.PARTS:
        lexicon = lexicons.Lexicon(language, part, random.Random(0))
        drawn[part] = {lexicon.word("state", "words") for _ in range(4000)}
    assert drawn["test"] <= set(words)
    assert drawn["train"] & set(new)
    assert not drawn["train"] & set(aside)
    assert len(drawn["dev"] & set(aside)) > len(aside) / 2


def test_layouts_and_lines_of_the_test_are_not_trained() -> None:
    assert not set(LAYOUTS) & set(UNSEEN)
    assert not {" - ", " | "} & {*invented.MARKS["behind"], *invented.MARKS["behind_wrapped"]}
    chance = random.Random(0)
    own = {part: Source({}, part, chance).own for part in ("train", "test")}
    assert all(own["test"][name] and not set(own["test"][name]) & set(own["train"][name]) for name in own["test"])


def test_the_lexicons_are_as_broad_as_promised() -> None:
    for language in lexicons.LANGUAGES:
        sounds, words = (lexicons.table(f"{language}_{name}") for name in ("sounds", "words"))
        heads = {word for lists in sounds.values() for name in lists if name != "what" for word in lists[name]}
        assert len(heads) >= 400
        assert sum(len(words["music"][name]) for name in ("mood", "instrument", "genre")) >= 150
        people = words["speaker"]
        assert sum(len(people[name]) for name in ("given", "roles")) >= 300
        assert len(words["state"]["core"]) + len(words["state"]["words"]) >= 120
        assert len(words["action"]["verb"]) >= 200


def test_the_printed_cases_of_the_reference_are_never_trained_on() -> None:
    sampler = Sampler(None, "train", 11)
    for _ in range(500):
        draft = sampler.one(DataConfig())
        assert not lexicons.excluded(draft.text), draft.text


@pytest.mark.parametrize("grammar", [Chinese, English])
def test_half_of_the_sounds_are_composed_of_more_than_the_lists_hold(grammar: type[Chinese] | type[English]) -> None:
    made_of = grammar("train", random.Random(1))
    drawn = [made_of.sound().text for _ in range(1000)]
    assert len(set(drawn)) > 800


def small() -> tuple[dict[str, int], DataConfig]:
    config = DataConfig(tokens=600, pool=16)
    sampler = Sampler(None, "train", 3)
    return {token: i for i, token in enumerate(vocabulary((sampler.one(config) for _ in range(60)), config))}, config


def test_labels_say_where_items_begin_and_go_on() -> None:
    known, _ = small()
    draft = Draft().put("[").item("sound", "门响").put("]").item("speaker", "小美").put("：").item("speech", "走。")
    row = encode(draft, known)
    sound, speaker, speech = (1 + 2 * OUTER.index(name) for name in ("sound", "speaker", "speech"))
    assert row.labels["outer"].tolist()[1:-1] == [0, sound, sound + 1, 0, speaker, speaker + 1, 0, speech, speech + 1]
    assert set(row.labels["asked"].tolist()) == {IGNORED}


def test_a_question_carries_its_label_before_the_text() -> None:
    known, _ = small()
    row = encode(Draft("我在北京。", [Span(2, 4, "asked")], "地点"), known)
    assert row.kinds.tolist()[:4] == [0, 9, 9, 0]
    assert row.labels["asked"].tolist() == [IGNORED] * 4 + [0, 0, 1, 2, 0] + [IGNORED]
    assert set(row.labels["outer"].tolist()) == {IGNORED}


def test_batches_hold_every_head_and_stay_small() -> None:
    known, config = small()
    stream = batches(rows(Sampler(None, "train", 4), known, config), config, known)
    for _ in range(12):
        batch = next(stream)
        assert batch["ids"].size <= max(config.tokens, batch["ids"].shape[1])
        assert batch["ids"].max() < len(known)
        assert all((batch[name] < 1 + 2 * len(HEADS[name])).all() for name in HEADS)
        assert ((batch["ids"] == known["[MASK]"]) == (batch["guess"] != IGNORED)).all()


def test_the_embedded_pack_is_whole_and_of_our_ontology() -> None:
    pack = read_pack(PACK)
    verify(pack)
    assert (pack.kind, pack.tier) == ("tagging", "starter")
    names = tables()
    assert [pack.options[key] for key in ("music_types", "moods")] == [names["music_type"], names["mood"]]
    assert sum(path.stat().st_size for path in PACK.iterdir()) < 6_000_000
    assert all(0.2 < pack.options[f"temperature_{name}"] < 5 for name in HEADS)


@pytest.mark.train
def test_ctranslate2_computes_what_was_trained(tmp_path: Path) -> None:
    ctranslate2, torch = pytest.importorskip("ctranslate2"), pytest.importorskip("torch")
    from models.tagger import packs
    from models.tagger.export import convert
    from models.tagger.model import ModelConfig, Tagger

    torch.manual_seed(0)
    letters = {chr(code): code - 40 for code in range(40, 160)}
    network = Tagger(ModelConfig(vocabulary=120, width=48, feed_forward=96, heads=6, layers=2), letters).eval()
    torch.nn.init.normal_(network.encoder.bias.weight)
    convert(network, [f"t{number}" for number in range(120)], tmp_path, None)
    engine = ctranslate2.Encoder(str(tmp_path), device="cpu", compute_type="float32", intra_threads=1)
    chance = np.random.default_rng(0)
    ids = [chance.integers(0, 120, length).tolist() for length in (9, 300)]
    kinds_of = [chance.integers(0, 16, len(one)).tolist() for one in ids]
    found = np.array(engine.forward_batch(ids, token_type_ids=kinds_of).last_hidden_state)
    for row, one, its in zip(found, ids, kinds_of, strict=True):
        with torch.no_grad():
            given = (torch.tensor([one]), torch.tensor([its]), torch.tensor([len(one)]))
            wanted = network(*given)[0].numpy()
            again = packs.network(tmp_path).eval()(*given)[0].numpy()
        assert np.abs(row[: len(one)] - wanted).max() < 1e-4
        assert np.abs(again - wanted).max() < 1e-4, "what a pack holds can be trained on"


@pytest.mark.train
def test_a_run_is_resumed_and_fine_tuned_on_own_documents(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from models.tagger.model import ModelConfig
    from models.tagger.train import run
    from models.training.loop import LoopConfig

    data = DataConfig(counted=40, tokens=400, pool=8)
    model = ModelConfig(width=24, feed_forward=24, heads=2, layers=1)
    loop = LoopConfig(minutes=0.02, save_every=0.01)
    first = run(tmp_path / "first", (data, model, loop))
    own = tmp_path / "own"
    own.mkdir()
    (own / "mine.jsonl").write_text('{"text": "[咚]", "items": [{"kind": "sound", "span": [1, 2]}]}', encoding="utf-8")
    second = run(tmp_path / "second", (data, model, loop), documents=own, start_from=tmp_path / "first")
    assert first.exists()
    assert second.exists()
    assert (tmp_path / "second" / "vocabulary.json").read_text() == (tmp_path / "first" / "vocabulary.json").read_text()


@pytest.mark.train
def test_a_mix_of_runs_lies_between_them_and_new_characters_keep_what_they_learned(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from models.tagger.mix import mixed
    from models.tagger.model import ModelConfig, Tagger
    from models.tagger.train import grown

    letters = {chr(code): code - 40 for code in range(40, 90)}
    before = Tagger(ModelConfig(vocabulary=40, width=24, feed_forward=24, heads=2, layers=1), letters)
    after = grown(before, letters)
    name = "encoder.tokens.weight"
    assert torch.equal(after.state_dict()[name][:40], before.state_dict()[name])
    with torch.no_grad():
        torch._foreach_add_(list(after.parameters()), 1)
    found = mixed(before.state_dict(), after.state_dict(), 0.25)
    assert torch.allclose(found[name][:40], before.state_dict()[name] + 0.25, atol=1e-6)
    assert torch.equal(found[name][40:], after.state_dict()[name][40:])
    after.load_state_dict(found)
