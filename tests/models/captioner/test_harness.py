"""The harness: one command from captions to the table, which goes on with what is missing."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")
torch.set_num_threads(1)

from models.captioner import harness, parser, train  # noqa: E402
from plugin_core.errors import DocumentError  # noqa: E402

EN = {"train": ["a man cuts wood", "a dog runs"], "val": ["a girl runs"], "test": ["a dog cuts wood", "a man runs"]}
ZH = ["一个男人在锯木头", "一只狗在跑", "一个女孩在跑", "一只狗在锯木头", "一个男人在跑"]
TREES = """
1	a	_	_	_	_	2	det	_	_
2	man	_	_	_	_	3	nsubj	_	_
3	cuts	_	_	_	_	0	root	_	_
4	wood	_	_	_	_	3	obj	_	_

1	A	_	_	_	_	2	det	_	_
2	dog	_	_	_	_	3	nsubj	_	_
3	runs	_	_	_	_	0	root	_	_
4	.	_	_	_	_	3	punct	_	_
"""


@pytest.fixture
def given(tmp_path: Path) -> list[str]:
    """Five videos, their captions in both languages, and a parser of two sentences."""
    for folder in ("zh", "en", "trees"):
        (tmp_path / folder).mkdir()
    number = 0
    rows = ["id,video_id,sentence"]
    for part, said in EN.items():
        lines = []
        for text in said:
            lines += [f"vid{number}\t{text}"] * 2
            rows.append(f"{number},vid{number}.mp4,{ZH[number]}")
            rows.append(f"{number},vid{number}.mp4,{ZH[number]}呢")
            number += 1
        (tmp_path / "en" / f"sents_{part}_lc_nopunc.txt").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "zh" / "captions.csv").write_text("\n".join(rows), encoding="utf-8")
    for part in ("train", "test"):
        (tmp_path / "trees" / f"{part}.conllu").write_text(TREES * 3, encoding="utf-8")
    parser.main(["--trees", str(tmp_path / "trees"), "--out", str(tmp_path / "parser"), "--steps", "3"])
    return [
        "--msvd", str(tmp_path / "zh"), "--english", str(tmp_path / "en"), "--parser", str(tmp_path / "parser"),
        "--out", str(tmp_path / "out"), "--kinds", "nic", "--seeds", "1", "--epochs", "2", "--float32",
    ]  # fmt: skip


def test_one_command_trains_and_measures_all_and_goes_on_with_what_is_missing(
    given: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    attached = json.loads((tmp_path / "parser" / "attachment.json").read_text(encoding="utf-8"))
    assert attached["plain"]["words"] == 3 * 7
    harness.main(given)
    out = tmp_path / "out"
    results = {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in out.glob("*/result.json")}
    assert sorted(results) == ["nic-0", "nic-kd-0", "nic-t-0", "teacher"]
    assert all(sorted(result["captions"]) == ["vid3", "vid4"] for result in results.values())
    assert results["nic-kd-0"]["gain"]["bleu4"]["p"] <= 1
    assert set(results["nic-t-0"]["english"]) == {"vid3", "vid4"}
    assert "| NIC-KD (ours) |" in capsys.readouterr().out
    weights = {path: path.stat().st_mtime_ns for path in out.glob("*/weights.safetensors")}
    (out / "nic-kd-0" / "result.json").unlink()
    harness.main(given)
    written = {path.parent.name for path, time in weights.items() if path.stat().st_mtime_ns != time}
    assert written == {"nic-kd-0"}
    again = json.loads((out / "nic-kd-0" / "result.json").read_text(encoding="utf-8"))
    assert again == results["nic-kd-0"]


def test_the_guided_student_hears_the_teacher_until_its_word_weighs_nothing(given: list[str], tmp_path: Path) -> None:
    harness.main([*given, "--teacher-only"])
    study = harness.Study(harness.msvd(tmp_path / "zh", tmp_path / "en"), tmp_path / "parser", tmp_path / "out")
    features = harness.features_of(study, None)
    training, schedule = dataclasses.replace(harness.STUDENT, bf16=False, epochs=2), harness.Schedule(weight=5.0)
    results = [harness.studied(study, harness.Run("nic", way, 0), features, training, schedule) for way in ("", "kd")]
    assert "schedule" not in results[0]
    assert results[1]["schedule"]["weight"] == 5.0
    plain, guided = (train.load(tmp_path / "out" / name)[0].output.weight for name in ("nic-0", "nic-kd-0"))
    assert not torch.equal(plain, guided)
    softer = harness.soft_targets(study, harness.Schedule(temperature=2.0))
    assert softer.temperature == 2.0
    assert softer.shares[0, 0, 0] < harness.soft_targets(study, harness.Schedule()).shares[0, 0, 0]


def rows(count: int) -> list[dict[str, object]]:
    said = {"zh": ["一个男人在跑", "男人跑步"], "en": ["a man runs", "a man is running"]}
    return [{"id": f"{i}", "video": f"clip{i}", "captions": said} for i in range(count)]


def test_captions_of_ones_own_are_split_in_tenths_that_share_no_video(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text(json.dumps(rows(25), ensure_ascii=False), encoding="utf-8")
    corpus = harness.own(path)
    assert {part: len(videos) for part, videos in corpus.parts.items()} == {"dev": 2, "test": 2, "train": 21}
    assert sorted(video for videos in corpus.parts.values() for video in videos) == sorted(corpus.chinese)
    path.write_text(json.dumps(rows(9), ensure_ascii=False), encoding="utf-8")
    with pytest.raises(DocumentError, match="of 9 videos"):
        harness.own(path)


@pytest.mark.shared
def test_msvd_is_split_as_everybody_splits_it(shared: Path) -> None:
    corpus = harness.msvd(shared / "corpora" / "msvd_cn", shared / "corpora" / "msvd_en")
    assert {part: len(videos) for part, videos in corpus.parts.items()} == {"train": 1200, "dev": 100, "test": 670}
    counts = {part: sum(len(corpus.chinese[video]) for video in videos) for part, videos in corpus.parts.items()}
    assert counts == {"train": 7194, "dev": 584, "test": 3980}
    assert sum(map(len, corpus.english.values())) == 80827


def test_a_video_without_features_is_named(given: list[str], tmp_path: Path) -> None:
    np.savez(tmp_path / "some.npz", videos=np.array(["vid0", "vid1"]), frames=np.zeros((2, 3, 4)))
    study = harness.Study(harness.msvd(tmp_path / "zh", tmp_path / "en"), tmp_path / "parser", tmp_path / "out")
    with pytest.raises(DocumentError, match="3 videos that have captions, such as 'vid2'"):
        harness.features_of(study, tmp_path / "some.npz")
