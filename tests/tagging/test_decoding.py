from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.tagging import decoding
from plugin_core.tagging.anchors import read
from plugin_core.tagging.decoding import (
    allow,
    chances,
    decode,
    decode_words,
    joined,
    lone_notes,
    runs,
    shape,
    viterbi,
)
from tests.tagging.texts import texts


def scores(seed: int, length: int, labels: int = 5) -> decoding.Matrix:
    return np.random.default_rng(seed).standard_normal((length, labels)).astype(np.float32)


def consistent(labels, before=0):
    return all(now % 2 or not now or then in {now, now - 1} for then, now in itertools.pairwise([before, *labels]))


def best_of_all(matrix, before=0):
    paths = (path for path in itertools.product(range(matrix.shape[1]), repeat=len(matrix)) if consistent(path, before))
    return max(paths, key=lambda path: sum(matrix[at, label] for at, label in enumerate(path)))


@given(st.integers(0, 10_000), st.integers(1, 5), st.sampled_from([0, 1, 2, 3]))
def test_viterbi_finds_the_best_of_all_consistent_paths(seed, length, before):
    matrix = scores(seed, length)
    assert tuple(viterbi([matrix], [before])[0]) == best_of_all(matrix, before)


@given(st.integers(0, 10_000), st.lists(st.integers(1, 12), min_size=1, max_size=6))
def test_chains_decoded_together_are_as_if_alone(seed, lengths):
    chains = [scores(seed + k, length) for k, length in enumerate(lengths)]
    together = viterbi(chains, [0] * len(chains))
    assert all((viterbi([one], [0])[0] == found).all() for one, found in zip(chains, together, strict=True))


@given(st.integers(0, 10_000), st.lists(st.integers(1, 8), min_size=1, max_size=5))
def test_texts_behind_each_other_do_not_touch(seed, lengths):
    chains = [scores(seed + k, length, 15) for k, length in enumerate(lengths)]
    starts = list(itertools.accumulate([0, *lengths[:-1]]))
    together = decode(np.concatenate(chains), starts)
    assert (together == np.concatenate([viterbi([one], [0])[0] for one in chains])).all()


@pytest.mark.parametrize(("seed", "length", "before"), [(1, 700, 0), (2, 1100, 4), (3, 2000, 0), (4, 577, 4)])
def test_a_chain_of_any_length_is_consistent(seed, length, before):
    assert consistent(decode(scores(seed, length), () if before else (0,), before).tolist(), before)


def test_a_long_chain_decodes_as_one(monkeypatch):
    matrix = scores(3, 3000)
    found = decode(matrix, (0,))
    monkeypatch.setattr(decoding, "CHUNK", 10_000)
    assert (found == decode(matrix, (0,))).all()


@given(texts, st.integers(0, 1000))
def test_no_item_begins_on_a_mark_or_holds_a_time_code(text, seed):
    anchors = read(text)
    matrix = allow(scores(seed, len(text), 15), *shape(anchors.folded, anchors.kinds))
    labels = decode(matrix, (0,))
    for label, kind, character in zip(labels, anchors.kinds, text, strict=True):
        if label:
            assert kind not in decoding.SILENT
        if label % 2:
            assert kind not in decoding.EDGES
            assert not character.isspace()


@given(st.integers(0, 1000), st.integers(1, 60))
def test_runs_are_the_labels_again(seed, length):
    matrix = scores(seed, length, 7)
    labels = decode(matrix, (0,))
    again = np.zeros(length, np.int8)
    for run in runs(labels, chances(matrix, labels), 10):
        again[run.start - 10 : run.end - 10] = 2 * run.kind + 2
        again[run.start - 10] = 2 * run.kind + 1
        assert run.score <= 0
    assert (again == labels).all()


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("海浪拍打", [9, 11, 12, 12], [11, 12, 12, 12]),
        ("[雷 雨声]", [0, 9, 0, 9, 10, 0], [0, 9, 10, 10, 10, 0]),
        ("[雷 雨声]", [0, 9, 10, 9, 10, 0], [0, 9, 10, 10, 10, 0]),
        ("雷 雨", [9, 0, 9], [9, 0, 9]),
        ("雷 雨", [9, 10, 9], [9, 10, 9]),
        ("[a-b]", [0, 9, 10, 9, 0], [0, 9, 10, 10, 0]),
        ("[a- b]", [0, 9, 10, 0, 9, 0], [0, 9, 10, 0, 9, 0]),
        ("♪ a  b ♪", [0, 0, 7, 0, 0, 7, 0, 0], [0, 0, 7, 8, 8, 8, 0, 0]),
        ("[a b]", [0, 1, 0, 11, 0], [0, 11, 12, 12, 0]),
        ("[a b]", [0, 3, 4, 9, 0], [0, 9, 10, 10, 0]),
        ("[老笑]", [0, 1, 9, 0], [0, 1, 9, 0]),
        ("[,a b]", [0, 0, 3, 0, 9, 0], [0, 0, 3, 0, 9, 0]),
        ("a b", [1, 0, 11], [1, 0, 11]),
        ("[雷+雨]", [0, 9, 0, 9, 0], [0, 9, 0, 9, 0]),
        ("响。走", [9, 10, 11], [9, 10, 11]),
        ("雷声你", [9, 10, 5], [9, 10, 5]),
    ],
)
def test_two_events_that_touch_inside_a_phrase_are_one(text, before, after):
    labels, anchors = np.array(before, np.int8), read(text)
    scored = np.zeros((len(text), 15), np.float32)
    scored[np.arange(len(text)), labels + labels % 2] = 1
    decoding.unite(labels, scored, anchors.folded, anchors.kinds, (0,))
    assert labels.tolist() == after


def test_a_line_of_notes_is_found_with_its_marks():
    text = "♪♪\n[♪ ♫]\n♪ la ♪\n[00:05] ♪\n- ♪\n#"
    anchors = read(text)
    assert [text[start:end] for start, end in lone_notes(anchors.folded, anchors.kinds)] == ["♪♪", "♪ ♫", "♪", "♪"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("don't go", ["don't", " ", "go"]),
        ("小美OS：a1", ["小", "美", "OS", "：", "a1"]),
        ("&nbsp;Go", ["&", "nbsp", ";", "Go"]),
        ("a\u0301b ❤\ufe0f", ["a\u0301b", " ", "❤\ufe0f"]),
        ("16:9 1,000.5 A:B", ["16:9", " ", "1,000.5", " ", "A", ":", "B"]),
        ("'tis x'", ["'", "tis", " ", "x", "'"]),
    ],
)
def test_words_are_whole(text, expected):
    anchors = read(text)
    together = joined(anchors.folded, anchors.kinds)
    starts = [*np.flatnonzero(~together).tolist(), len(text)]
    assert [text[a:b] for a, b in itertools.pairwise(starts)] == expected


@given(texts, st.integers(0, 1000))
def test_nothing_begins_or_ends_inside_a_word(text, seed):
    anchors = read(text)
    together = joined(anchors.folded, anchors.kinds)
    labels = decode_words(scores(seed, len(text), 15), together, (0,) if text else ())
    assert consistent(labels.tolist())
    inside = np.flatnonzero(together)
    assert all(labels[at] % 2 == 0 and (labels[at] == 0) == (labels[at - 1] == 0) for at in inside if at)
