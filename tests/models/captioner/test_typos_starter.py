"""The embedded pack of typing errors: small, whole, and at work in a collection of our own sentences."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from plugin_core.captioning.quality import Caption, Collection, check
from plugin_core.engines import open_typos
from plugin_core.modelstore import read_pack, verify

WHO = ("一个男人", "一个女人", "两个孩子", "一位老人", "一个女孩", "一名男子")
WHERE = ("在台上", "在公园里", "在家里", "在街上", "在学校里")
DOES = ("弹吉他", "唱歌", "跑步", "看书", "踢足球")


def sentences(*typed: str) -> Collection:
    texts = [*typed, *map("".join, itertools.product(WHO, WHERE, DOES))]
    rows = enumerate(texts)
    return Collection("ours", tuple(Caption(str(at), f"v{at}", text, "zh", (at,), "") for at, text in rows))


def test_the_pack_is_small_and_whole(starter: Path) -> None:
    pack = read_pack(starter / "typos")
    verify(pack)
    assert (pack.id, pack.kind, pack.tier) == ("starter-typos", "typos", "starter")
    assert pack.size < 3_000_000
    assert pack.limits
    assert pack.quality["msvd_cn_flagged"] < 0.02


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("一位老人在街上唱哥", "一位老人在街上唱歌"),
        ("两个孩子在公园里踢足求", "两个孩子在公园里踢足球"),
        ("一个女孩再家里看书", "一个女孩在家里看书"),
    ],
)
def test_a_typing_error_among_right_sentences_is_mended(starter: Path, typed: str, meant: str) -> None:
    with open_typos(read_pack(starter / "typos"), threads=1) as engine:
        checked = check(sentences(typed), checks=["typing"], engine=engine)
    assert [(finding.caption.text, finding.mended) for finding in checked.findings] == [(typed, meant)]
