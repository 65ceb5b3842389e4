"""Typing errors of captions: the network's word against what other captions write."""

from __future__ import annotations

from collections import Counter
from math import log
from pathlib import Path

import numpy as np
import pytest

from plugin_core.captioning.quality import Caption
from plugin_core.captioning.quality.typing_errors import Typo, mended, pairs, suspects, typos, usage
from plugin_core.engines import open_typos
from plugin_core.engines.typos import Fit
from tests.typo_packs import pack


def captions(*texts: str) -> list[Caption]:
    return [Caption(str(at), f"v{at}", text, "zh", (at,), f"line {at}") for at, text in enumerate(texts)]


def test_pairs_are_counted_once_for_each_video() -> None:
    assert [*pairs("弹琴")] == ["\n弹", "弹琴", "琴\n"]
    twice = [*captions("弹琴"), *captions("弹琴", "弹吉他")]
    assert usage(twice)["\n弹"] == 2
    assert usage(twice)["弹琴"] == 1


def test_the_score_is_that_of_the_docstring() -> None:
    fit = Fit(1, "谈", 0.2, "弹坛", np.array([0.7, 0.1], np.float32))
    used = Counter({"人谈": 1, "谈吉": 1, "人弹": 5, "弹吉": 3})
    (found,) = suspects("人谈吉他", [fit], used, 0.5)
    assert (found.place, found.typed, found.meant) == (1, "谈", "弹")
    assert found.gain == pytest.approx(0.7 - 0.2 + 0.5 * (log(6) + log(4)), abs=1e-6)


def test_what_other_videos_write_too_is_no_error(tmp_path: Path) -> None:
    with open_typos(pack(tmp_path)) as engine:
        (found,) = typos(captions("人谈吉他", "人弹吉他"), engine)[0]
        assert (found.place, found.typed, found.meant) == (1, "谈", "弹")
        often = captions(*["人谈吉他"] * 30)
        assert typos(often, engine) == [[]] * 30


def test_a_typo_in_every_caption_of_one_video_is_still_one(tmp_path: Path) -> None:
    same = [Caption(str(at), "v", "人谈吉他", "zh", (at,), "") for at in range(9)]
    right = Caption("r", "w", "人弹吉他", "zh", (9,), "")
    with open_typos(pack(tmp_path)) as engine:
        assert all(typos([*same, right], engine)[:-1])


def test_a_pair_that_nobody_writes_mends_nothing(tmp_path: Path) -> None:
    with open_typos(pack(tmp_path)) as engine:
        assert typos(captions("人谈吉他", "人弹琴", "琴弹吉他"), engine)[0]
        assert not typos(captions("人谈吉他", "人弹琴"), engine)[0]


def test_what_was_meant_stands_where_it_was_mistyped() -> None:
    assert mended("人谈吉它", [Typo(1, "谈", "弹", 1), Typo(3, "它", "他", 1)]) == "人弹吉他"
    assert mended("人", []) == "人"
