"""Files of captions: what is read, what is refused and where, and that writing gives back what was read."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.captioning.quality import read, written
from plugin_core.errors import DocumentError

TABLE = "id,video_id,sentence\n1,a.mp4,一个男人在弹吉他\n2,a.mp4,男人弹琴\n3,b.mp4,一只猫在睡觉\n"
VATEX = [{"videoID": "v_1", "enCap": ["a man plays"], "chCap": ["男人在玩", "他玩"]}]
OWN = [
    {"id": "x", "video": "x.mp4", "captions": {"zh": ["男人在跑步"], "en": ["a man runs"]}, "seen by": "me"},
    {"id": "y", "features": "y.npy", "captions": {"zh": ["猫在睡觉"]}},
]


def kept(folder: Path, content: object, name: str = "captions.json") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else str(content).encode())
    return path


def test_a_table_names_its_videos_and_captions(tmp_path: Path) -> None:
    found = read(kept(tmp_path, TABLE, "msvd.csv"))
    assert [(one.id, one.video, one.language, one.where) for one in found.captions] == [
        ("1", "a.mp4", "zh", "line 2"),
        ("2", "a.mp4", "zh", "line 3"),
        ("3", "b.mp4", "zh", "line 4"),
    ]
    assert found.videos == ("a.mp4", "b.mp4")


def test_an_english_caption_in_a_chinese_table_is_held_to_chinese(tmp_path: Path) -> None:
    found = read(kept(tmp_path, TABLE + "4,b.mp4,a cat\n", "t.csv"))
    assert {one.language for one in found.captions} == {"zh"}


def test_a_column_of_languages_counts(tmp_path: Path) -> None:
    text = "video,caption,Language\na,a man runs,English\na,男人在跑,zh-CN\n"
    assert [one.language for one in read(kept(tmp_path, text, "t.csv")).captions] == ["en", "zh-cn"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_other_encodings_are_recognised(tmp_path: Path, encoding: str) -> None:
    assert read(kept(tmp_path, TABLE.encode(encoding))).captions[0].text == "一个男人在弹吉他"


def test_vatex_and_json_of_anybodys_and_a_line_each_are_read(tmp_path: Path) -> None:
    vatex = read(kept(tmp_path, json.dumps(VATEX)))
    assert [(one.video, one.language, one.text) for one in vatex.captions] == [
        ("v_1", "zh", "男人在玩"),
        ("v_1", "zh", "他玩"),
        ("v_1", "en", "a man plays"),
    ]
    own = read(kept(tmp_path, json.dumps(OWN)))
    lines = read(kept(tmp_path, "\n".join(json.dumps(one) for one in OWN)))
    assert [one.video for one in own.captions] == ["x.mp4", "x.mp4", "y.npy"]
    assert lines.captions == own.captions


@pytest.mark.parametrize("content", [TABLE, json.dumps(VATEX), json.dumps(OWN), "\n".join(map(json.dumps, OWN))])
def test_what_is_written_without_changes_reads_as_before(tmp_path: Path, content: str) -> None:
    first = read(kept(tmp_path, content))
    second = read(kept(tmp_path, written(first, {})))
    assert second.captions == first.captions
    assert [*second.content][-1] == [*first.content][-1]


def test_a_changed_caption_changes_and_one_that_goes_takes_its_video_along(tmp_path: Path) -> None:
    table = read(kept(tmp_path, TABLE))
    places = [one.place for one in table.captions]
    again = read(kept(tmp_path, written(table, {places[0]: "一个男人在弹琴", places[2]: None})))
    assert [(one.id, one.text) for one in again.captions] == [("1", "一个男人在弹琴"), ("2", "男人弹琴")]
    own = read(kept(tmp_path, json.dumps(OWN)))
    places = [one.place for one in own.captions]
    again = read(kept(tmp_path, written(own, {places[0]: None, places[2]: None})))
    assert [(one.id, one.text) for one in again.captions] == [("x#en0", "a man runs")]
    assert again.content[0]["seen by"] == "me"


@pytest.mark.parametrize(
    ("content", "code", "where"),
    [
        ("", "captions.empty", "the file"),
        ("id,film,words\n1,a,b\n", "captions.form", "line 1"),
        ("id,video,sentence\n", "captions.empty", "the table"),
        ("id,video,sentence\n1,,男人在跑步\n", "captions.no-video", "line 2, video"),
        ("id,video,sentence\n1,a\n", "captions.form", "line 2"),
        ("id,video,sentence\n1,a,b\n1,a,c\n", "captions.twice", "line 3"),
        ("id,video,sentence\n1,a,\"b\n", "captions.form", "the table"),
        ("[]", "captions.empty", "the list"),
        ("[1]", "captions.form", "entry 1"),
        ('[{"captions": {"zh": ["a"]}}]', "captions.no-video", "entry 1, video"),
        ('[{"id": "a", "video": "", "captions": {"zh": ["a"]}}]', "captions.no-video", "entry 1, video"),
        ('[{"id": ["a"], "captions": {"zh": ["a"]}}]', "captions.form", "entry 1, id"),
        ('[{"video": "a"}]', "captions.form", "entry 1, captions"),
        ('[{"video": "a", "captions": {}}]', "captions.no-captions", "entry 1, captions"),
        ('[{"video": "a", "captions": {"zh": []}}]', "captions.no-captions", "entry 1, captions"),
        ('[{"video": "a", "captions": {"zh": "abc"}}]', "captions.form", "entry 1, captions.zh"),
        ('[{"video": "a", "captions": {"zh": [["abc"]]}}]', "captions.form", r"entry 1, captions.zh\[0\]"),
        ('[{"video": "a", "captions": {"<b>": ["abc"]}}]', "captions.form", "entry 1, captions"),
        ('[{"videoID": "a", "chCap": null}]', "captions.no-captions", "entry 1"),
        ('[{"id": 1, "id": 2}]', "captions.form", "the file"),
        ('[{"id": NaN}]', "captions.form", "the file"),
        ("[" * 100_000, "captions.form", "the file"),
        ("[" + "9" * 5000 + "]", "captions.form", "the file"),
        ('[\n{"id": 1,\n}]', "captions.form", "line 3"),
        ('{"id": 1, "captions": {"zh": ["a"]}}\n{"id":', "captions.form", "line 2"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_captions_is_refused_with_its_place(
    tmp_path: Path, content: str, code: str, where: str
) -> None:
    with pytest.raises(DocumentError, match=f"captions.json, {where}") as told:
        read(kept(tmp_path, content))
    assert told.value.code == code


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError):
        read(kept(tmp_path, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20))
    with pytest.raises(DocumentError, match="There is no file"):
        read(tmp_path / "none.csv")


def test_half_characters_of_json_are_replaced(tmp_path: Path) -> None:
    found = read(kept(tmp_path, '[{"id": "a", "captions": {"zh": ["猫\\ud800\\u0000"]}}]'))
    assert found.captions[0].text == "猫\ufffd\ufffd"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "video", "captions", "zh", "chCap", "videoID"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_json_there_is_it_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    path = kept(tmp_path_factory.getbasetemp(), json.dumps([value]), "any.json")
    with contextlib.suppress(DocumentError):
        assert read(path).captions
