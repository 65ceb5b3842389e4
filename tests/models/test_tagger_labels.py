"""Rows for labels in plain words are right by construction, and what is measured on was never trained on."""

from __future__ import annotations

import random
import tomllib
from itertools import islice
from pathlib import Path

import pytest

from models.tagger import labels
from models.tagger.label_values import MACROS, chinese, english, expand, is_pattern
from models.tagger.labels import LANGUAGES, SPLITS, Row, annotate, held_out, is_a, kinds, rows

FOLDER = Path(labels.__file__).parent


def some(split: str, count: int = 1500, seed: int = 0) -> list[Row]:
    return list(islice(rows(seed, split), count))


@pytest.mark.parametrize("split", SPLITS)
def test_spans_are_in_order_disjoint_and_without_blanks_around_them(split: str) -> None:
    for row in some(split):
        last = 0
        for start, end in row.spans:
            assert last <= start < end <= len(row.text)
            assert row.text[start:end] == row.text[start:end].strip()
            last = end
        assert row.label.strip()
        assert row.kind in kinds()


def test_the_same_seed_gives_the_same_rows_and_another_gives_others() -> None:
    assert some("train", 50) == some("train", 50)
    assert some("train", 50) != some("train", 50, seed=1)


@pytest.mark.parametrize("split", SPLITS)
def test_some_labels_name_nothing_in_the_text(split: str) -> None:
    found = some(split)
    assert 0.2 < sum(not row.spans for row in found) / len(found) < 0.6


def test_every_kind_is_asked_and_unseen_kinds_only_where_they_are_measured() -> None:
    unseen = {name for name, kind in kinds().items() if kind.unseen}
    assert len(unseen) == 10
    for split in ("train", "dev", "test"):
        assert {row.kind for row in some(split, 3000)} == set(kinds()) - unseen
    assert {row.kind for row in some("unseen", 2000)} == unseen


def test_labels_words_and_sentences_are_in_one_part_only() -> None:
    for kind in kinds().values():
        if kind.unseen:
            continue
        for language in LANGUAGES:
            for parts in (kind.labels[language], kind.words[language]):
                assert not set(parts["train"]) & set(parts["test"])
                assert not set(parts["train"]) & set(parts["dev"])
                assert not set(parts["dev"]) & set(parts["test"])
    carriers = {split: {template for template, _, _ in found} for split, found in labels._carriers().items()}
    assert not carriers["train"] & (carriers["dev"] | carriers["test"])


def test_a_new_phrasing_is_one_that_was_never_trained() -> None:
    trained = {
        label.casefold()
        for kind in kinds().values()
        if not kind.unseen
        for one in kind.labels.values()
        for label in one["train"]
    }
    found = some("test", 3000)
    assert all(not row.new for row in some("train", 500))
    assert 0.2 < sum(row.new for row in found) / len(found) < 0.6
    own = {
        name: {label.casefold() for one in kind.labels.values() for label in one["train"]}
        for name, kind in kinds().items()
    }
    assert all((row.label.casefold() in own[row.kind]) != row.new for row in found)
    assert trained


def test_held_out_entries_are_chosen_by_what_they_are_not_by_their_place() -> None:
    entries = [f"word {number}" for number in range(40)]
    assert set(held_out(entries)["test"]) == set(held_out(entries[::-1])["test"])
    assert held_out(entries, 2)["train"][:2] == ("word 0", "word 1")


def test_a_city_is_a_location_but_whether_a_brand_is_a_company_is_not_said() -> None:
    assert is_a("city", "city") is True
    assert is_a("city", "location") is True
    assert is_a("location", "city") is False
    assert is_a("fruit", "food") is True
    assert is_a("brand", "company") is None
    assert is_a("company", "brand") is None
    assert is_a("price", "animal") is False
    assert is_a("weapon", "prop") is True


def test_what_may_be_meant_is_never_asked() -> None:
    brands = {word for one in kinds()["brand"].words.values() for part in one.values() for word in part}
    for row in some("train", 2000):
        if row.kind == "company" and not row.spans:
            assert not any(f" {word} " in row.text for word in brands if not word.isascii() or len(word) > 6)


def test_words_of_a_sentence_are_looked_up_whole() -> None:
    found = annotate("我想吃西瓜，不想吃西瓜皮。", "zh")
    assert next(piece.text for piece in found.pieces if piece.kind == "fruit") == "西瓜"
    found = annotate("My dogs like the car.", "en")
    assert {piece.text: piece.kind for piece in found.pieces if piece.kind} == {"dogs": "animal", "car": "vehicle"}
    assert "price" in annotate("I paid 5.", "en").unsure


def test_every_kind_has_words_and_labels_in_both_languages_and_knows_its_relatives() -> None:
    for path in sorted(FOLDER.glob("labels_*.toml")):
        if path.stem == "labels_carriers":
            continue
        for name, table in tomllib.loads(path.read_text("utf-8")).items():
            assert {*table.get("is", ()), *table.get("maybe", ()), *table.get("near", ())} <= set(kinds()), name
            for language in LANGUAGES:
                assert len(table[f"{language}_labels"]) >= 2
                assert len(set(table[f"{language}_labels"])) == len(table[f"{language}_labels"])
                assert table["group"] == "said" or len(labels._entries(table[language], language)) >= 5, name


def test_every_pattern_can_be_made() -> None:
    r = random.Random(0)
    for kind in kinds().values():
        for one in kind.words.values():
            for word in {word for part in one.values() for word in part}:
                made = expand(word, r)
                assert "<" not in made
                assert made.strip() == made
                assert is_pattern(word) or made == word
    assert all(make(r) for make in MACROS.values())


def test_numbers_are_spelled_as_people_do() -> None:
    assert [chinese(n) for n in (0, 2, 10, 12, 20, 45, 99)] == ["零", "二", "十", "十二", "二十", "四十五", "九十九"]
    assert [english(n) for n in (0, 12, 20, 45)] == ["zero", "twelve", "twenty", "forty-five"]


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(ValueError, match="no split"):
        next(rows(0, "all"))


@pytest.mark.shared
def test_sentences_of_people_carry_things_too(shared: Path) -> None:
    corpus = shared / "corpora" / "cmn_2023.txt"
    found = list(islice(rows(0, "test", corpus), 500))
    plain = {row.text for row in some("test", 500)}
    assert sum(row.text not in plain for row in found) > 100
    train = {text for part in labels._sentences(corpus)["train"] for text in ["".join(p.text for p in part.pieces)]}
    test = {"".join(p.text for p in part.pieces) for part in labels._sentences(corpus)["test"]}
    assert not train & test
