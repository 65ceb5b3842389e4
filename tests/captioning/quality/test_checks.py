"""The six checks of captions, what is mended, what goes, and the reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.captioning.quality import CHECKS, Caption, Checked, Collection, check, report
from plugin_core.captioning.quality.checks import FEWEST_VIDEOS
from plugin_core.engines import open_typos
from plugin_core.errors import SettingsError
from plugin_core.tagging.known import Known, open_known
from tests.typo_packs import pack


def collection(*texts: str, language: str = "zh", each: int = 2) -> Collection:
    rows = enumerate(texts, 1)
    made = (Caption(str(at), f"v{(at - 1) // each}", text, language, (at,), f"line {at}") for at, text in rows)
    return Collection("captions.csv", tuple(made), "table", [])


@pytest.fixture(scope="module")
def known() -> Known | None:
    return open_known(Path(__file__).parents[3] / "models" / "starter" / "tagger-zh-en")


def found(checked: Checked) -> list[tuple[str, str, str]]:
    return [(finding.caption.id, finding.check, finding.detail) for finding in checked.findings]


@pytest.mark.parametrize(
    ("text", "number"), [("", "0"), ("猫", "1"), ("猫在睡觉", "4"), ("猫" * 26, "26"), ("cats!", "0")]
)
def test_a_caption_has_5_to_25_characters(text: str, number: str) -> None:
    assert found(check(collection(text), checks=["length"])) == [("1", "length", number)]


@pytest.mark.parametrize("text", ["小猫在睡觉", "猫" * 25, "一个男人，在弹吉他。"])
def test_punctuation_is_not_counted(text: str) -> None:
    assert not check(collection(text), checks=["length"]).findings


@pytest.mark.parametrize(
    ("text", "detail", "mended"),
    [
        ("一個男人在彈吉他", "個彈", "一个男人在弹吉他"),
        ("一个男人, 在弹吉他.", ",␣.", "一个男人，在弹吉他。"),
        ("一个男人在play吉他", "play", ""),
        ("一个男人有3只猫", "3", ""),
        ("猫😀在睡觉", "😀", ""),
        ("猫がいる", "がいる", ""),
    ],
)
def test_other_than_simplified_chinese_is_mended_or_goes(text: str, detail: str, mended: str) -> None:
    (finding,) = check(collection(text), checks=["script"]).findings
    assert (finding.detail, finding.mended) == (detail, mended)


@pytest.mark.parametrize("text", ["一个男人在弹吉他。", "他说：“好！”", "猫……狗", "一个人在看《书》"])
def test_chinese_punctuation_is_chinese(text: str) -> None:
    assert not check(collection(text), checks=["script"]).findings


@pytest.mark.parametrize(
    "text",
    [
        "一个男人在弹吉他",
        "一个人在切肉",
        "一个人在和面",
        "两只猫跑来跑去",
        "小孩昏昏欲睡",
        "一个女人在跳绳",
        "他骑着马",
    ],
)
def test_something_is_done(known: Known | None, text: str) -> None:
    assert not check(collection(text), checks=["verb"], known=known).findings


@pytest.mark.parametrize("text", ["一个女人和一只小狗", "一个明亮的客厅", "很多书和一张桌子", "一只鸟在水池里"])
def test_nothing_is_done(known: Known | None, text: str) -> None:
    assert found(check(collection(text), checks=["verb"], known=known)) == [("1", "verb", "")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("张伟在公园里跑步", "张伟"),
        ("一个男人在北京的街上走", "北京"),
        ("两个人在看《红楼梦》", "《红楼梦》"),
        ("一只小狗在吃西瓜", ""),
        ("一个人在弹吉他", ""),
        ("一只熊猫在爬树", ""),
    ],
)
def test_names_are_of_somebody_or_some_place(known: Known | None, text: str, names: str) -> None:
    assert [detail for _, _, detail in found(check(collection(text), checks=["name"], known=known))] == [names] * bool(
        names
    )


def test_a_word_of_many_videos_is_no_name(known: Known | None) -> None:
    texts = [f"一个人在{place}里走" for place in ("黑豹", "张北")] * 6
    rare, often = check(collection(*texts[:2]), checks=["name"]), check(collection(*texts), checks=["name"])
    assert len(often.findings) <= len(rare.findings)


def test_typing_errors_are_mended_after_the_script(tmp_path: Path) -> None:
    texts = ["人談吉他", *["人弹吉他"] * 9]
    with open_typos(pack(tmp_path)) as engine:
        checked = check(collection(*texts, each=1), checks=["script", "typing"], engine=engine)
    assert found(checked) == [("1", "script", "談"), ("1", "typing", "谈→弹")]
    assert checked.mended(typing=True) == {(1,): "人弹吉他"}
    assert checked.mended() == {(1,): "人谈吉他"}  # somebody has to look first


def test_without_a_pack_the_other_checks_run_and_a_note_says_so() -> None:
    checked = check(collection("猫在睡觉"), checks=["length", "typing"])
    assert checked.done == ("length",)
    assert "no pack" in checked.notes[0][0]


def test_consistency_needs_videos_and_finds_the_caption_of_another(known: Known | None) -> None:
    few = check(collection("一个男人在弹吉他", "男人弹琴"), checks=["consistency"])
    assert (few.done, few.findings) == ((), ())
    who, does = "男女老少猫狗鸟马牛羊鱼虫", ("弹琴", "睡觉")
    texts = [f"{one}在{act}" for act in does for one in who for _ in range(3)]
    texts[4] = texts[-1]
    checked = check(collection(*texts, each=3), checks=["consistency"])
    assert len(checked.collection.videos) >= FEWEST_VIDEOS
    assert [one for one, _, _ in found(checked)] == ["5"]


def test_captions_in_english_are_checked_for_consistency_only() -> None:
    texts = [f"a {one} is walking {at}" for at, one in enumerate("abcdefghijklmnopqrstuv") for _ in range(2)]
    texts[3] = "somebody plays music"
    checked = check(collection(*texts, language="en"))
    assert {check_ for _, check_, _ in found(checked)} == {"consistency"}
    assert "4" in [one for one, _, _ in found(checked)]


def test_an_empty_caption_is_one_in_no_language() -> None:
    assert found(check(collection("", language="en"), checks=["length"])) == [("1", "length", "0")]


def test_what_cannot_be_mended_goes() -> None:
    checked = check(collection("一個男人在彈吉他", "貓", "一个男人在弹吉他"), checks=["length", "script"])
    assert checked.mended() == {(1,): "一个男人在弹吉他", (2,): None}
    assert checked.captions == 2


@pytest.mark.parametrize("wanted", [{"checks": []}, {"checks": ["spelling"]}, {"unit": "lines"}, {"threshold": 2}])
def test_a_check_a_unit_or_a_threshold_that_is_none_is_said(wanted: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        check(collection("猫在睡觉"), **wanted)  # type: ignore[arg-type]


@given(st.lists(st.text(max_size=8), min_size=1, max_size=6))
def test_any_text_is_checked_and_the_reports_are_whole(texts: list[str]) -> None:
    checked = check(collection(*texts), checks=["length", "script", "consistency"])
    again = json.loads(report.to_json(checked))
    assert len(again["findings"]) == len(checked.findings)
    assert report.page(checked).count("<th>视频 video") == len({finding.check for finding in checked.findings})


def test_the_page_shows_texts_and_runs_none_of_them() -> None:
    page = report.page(check(collection("<script>alert(1)</script>"), checks=["script"]))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert all(title in page for title in report.TITLES["script"])


def test_json_says_what_was_checked() -> None:
    value = json.loads(report.to_json(check(collection("貓在睡覺呢"), checks=["length", "script"])))
    assert value["checks"] == {"length": 0, "script": 1}
    assert value["findings"][0]["mended"] == "猫在睡觉呢"
    assert value["consistency"] == [None]
    assert set(report.TITLES) == set(CHECKS)
