"""Caption corpora: forms, splits, and what is no caption."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.captioner.data import PARTS, Data, flickr8k_cn, msvd, msvd_cn, msvd_en, read, vatex
from plugin_core.errors import DocumentError


def table(folder: Path, *rows: tuple[str, str], name: str = "captions.csv") -> Path:
    path = folder / name
    lines = [f"{number},{video},{text}" for number, (video, text) in enumerate(rows, 1)]
    path.write_text("\n".join(["id,video_id,sentence", *lines]) + "\n", encoding="utf-8")
    return path


def english(folder: Path, **lines: str) -> Path:
    for name in ("train", "val", "test"):
        (folder / f"sents_{name}_lc_nopunc.txt").write_text(lines.get(name, ""), encoding="utf-8")
    return folder


def test_msvd_is_split_by_the_number_of_the_video(tmp_path: Path) -> None:
    rows = [(f"vid{number}.mp4", "一个男人在跑步") for number in (1, 1200, 1201, 1300, 1301, 1970)]
    found = msvd_cn(table(tmp_path, *rows))
    assert [found.part(part).videos for part in PARTS] == [
        ("vid1", "vid1200"),
        ("vid1201", "vid1300"),
        ("vid1301", "vid1970"),
    ]


def test_both_languages_of_msvd_are_of_the_same_videos(tmp_path: Path) -> None:
    chinese = table(tmp_path, ("vid1.mp4", "一个男人在跑步"), ("vid1301.mp4", "猫在睡觉"))
    folder = english(tmp_path, train="vid1\ta man runs\n", test="vid1301\ta cat sleeps\nvid1301\ta cat\n")
    found = msvd(chinese, folder)
    assert found.texts("zh") == {"vid1": ["一个男人在跑步"], "vid1301": ["猫在睡觉"]}
    assert found.texts("en") == {"vid1": ["a man runs"], "vid1301": ["a cat sleeps", "a cat"]}
    english(tmp_path, train="vid1\ta man runs\n")
    with pytest.raises(DocumentError, match="no captions, such as 'vid1301'"):
        msvd(chinese, folder)


def test_a_video_that_is_none_of_msvd_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="line 2: 'clip7' is no video of MSVD"):
        msvd_cn(table(tmp_path, ("clip7.mp4", "一个男人在跑步")))


def test_of_a_published_corpus_what_is_no_caption_is_left_out(tmp_path: Path) -> None:
    found = msvd_en(english(tmp_path, train="vid1\ta man runs\nvid1\toh\nvid1\t\nvid1\t男人 跑\n"))
    assert [one.text for one in found.captions] == ["a man runs"]
    assert [told.split(": ", 1)[0] for told in found.left_out] == [
        f"sents_train_lc_nopunc.txt, line {number}" for number in (2, 3, 4)
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [("", "an empty caption"), ("狗", "one word"), ("一个 man 在跑步", "mixed scripts")],
)
def test_in_a_file_of_ones_own_it_is_an_error_with_its_line(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(DocumentError, match=rf"captions.csv, line 3: .*{what}"):
        read(table(tmp_path, ("a", "一个男人在跑步"), ("a", text)))


def test_json_of_ones_own_is_read_with_its_features(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    value = [{"id": "x", "features": "x.npy", "captions": {"zh": ["男人在跑步"], "en": ["a man runs"]}}]
    path.write_text(json.dumps(value), encoding="utf-8")
    assert read(path).texts("en") == {"x.npy": ["a man runs"]}


def test_vatex_is_a_file_for_each_part(tmp_path: Path) -> None:
    paths = []
    for number, part in enumerate(PARTS):
        paths.append(tmp_path / f"{part}.json")
        value = [{"videoID": f"v{number}", "chCap": ["男人在跑步"], "enCap": ["a man runs"]}]
        paths[-1].write_text(json.dumps(value), encoding="utf-8")
    found = vatex(*paths)
    assert [found.part(part).videos for part in PARTS] == [("v0",), ("v1",), ("v2",)]


def test_pictures_of_flickr_have_their_split(tmp_path: Path) -> None:
    (tmp_path / "flickr8kenc.caption.txt").write_text("a.jpg#enc#0 A dog runs .\nb.jpg#enc#0 A cat sleeps .\n")
    (tmp_path / "flickr8kzhc.caption.txt").write_text("a.jpg#zhc#0 一只狗在跑。\n", encoding="utf-8")
    (tmp_path / "flickr8kval.txt").write_text("b\n")
    (tmp_path / "flickr8ktest.txt").write_text("\n")
    found = flickr8k_cn(tmp_path)
    assert found.part("train").texts("zh") == {"a.jpg": ["一只狗在跑。"]}
    assert found.part("validation").texts("en") == {"b.jpg": ["A cat sleeps ."]}


def test_captions_and_videos_have_to_match(tmp_path: Path) -> None:
    found = read(table(tmp_path, ("a", "一个男人在跑步"), ("b", "猫在睡觉")))
    assert found.matched({"a", "b"}) is found
    with pytest.raises(DocumentError, match="captions have no video, such as 'b'"):
        found.matched({"a"})
    with pytest.raises(DocumentError, match="videos have no captions, such as 'c'"):
        found.matched({"a", "b", "c"})
    assert Data(()).videos == ()


@pytest.mark.shared
def test_the_real_corpora_are_whole(shared: Path) -> None:
    folder = shared / "corpora"
    found = msvd(folder / "msvd_cn" / "msvd_cn_captions_release_utf8.csv", folder / "msvd_en")
    counts = [len(found.part(part).videos) for part in PARTS]
    assert counts == [1200, 100, 670]
    assert [sum(map(len, found.part(part).texts("zh").values())) for part in PARTS] == [7194, 584, 3980]
    assert len(found.left_out) < 100
    pictures = flickr8k_cn(folder / "flickr8kcn")
    assert len(pictures.part("test").videos) == 1000
