"""Whatever a model says, an answer is a span of the input that it names, with the time it stands at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.errors import ModelError, SettingsError
from plugin_core.modelstore import read_pack
from plugin_core.tagging.answers import parse
from plugin_core.tagging.asking import answer, ask, ask_each, open_asking, with_asked
from plugin_core.tagging.tags import Tags


class Scripted:
    """A decoder that says what it is told, whatever it reads."""

    def __init__(self, said: str, window: int = 500) -> None:
        self.said, self.window = said, window
        self.read: list[str] = []

    def extract(self, texts: Sequence[str], labels: Sequence[str]) -> Iterator[Any]:
        for text in texts:
            self.read.append(text)
            values, strays = parse(self.said, labels)
            yield SimpleNamespace(values=values, strays=strays, confidence=0.5, cut=False)


class Words:
    """A head that marks words it knows for each label: scores as of a pack, without one."""

    answers = True
    pack = SimpleNamespace(id="words")

    def __init__(self, known: dict[str, str], window: int = 384) -> None:
        self.known, self.window = known, window

    def read(self, rows: Sequence[Any]) -> list[Any]:
        made = []
        for row in rows:
            scores = np.tile(np.array([5.0, 0.0, 0.0], np.float32), (len(row.folded), 1))
            word = self.known.get(row.asked, "")
            at = row.folded.find(word) if word else -1
            while at >= 0:
                scores[at : at + len(word)] = (0, 0, 5)
                scores[at] = (0, 5, 0)
                at = row.folded.find(word, at + len(word))
            made.append(scores)
        return made

    def asked(self, vectors: Any) -> Any:
        return vectors


def spans(tags: Tags) -> list[tuple[str, str, tuple[int, int]]]:
    return [(one.label, one.text, one.span) for one in tags.asked]


TEXT = "[00:05:22] 小美（画外音）：兰蔻只要299元！\n[00:05:28] 真的，兰蔻。"


def test_a_named_string_is_an_answer_wherever_it_stands() -> None:
    tags = answer(TEXT, "请提取【品牌名】【价格】", Scripted("品牌名: 兰蔻\n价格: 299元"))
    assert spans(tags) == [("品牌名", "兰蔻", (19, 21)), ("价格", "299元", (23, 27)), ("品牌名", "兰蔻", (43, 45))]
    assert [one.timecode for one in tags.asked] == ["00:05:22", "00:05:22", "00:05:28"]
    assert [one.time for one in tags.asked] == [322_000, 322_000, 328_000]
    assert {one.confidence for one in tags.asked} == {0.5}


def test_what_does_not_stand_in_the_text_is_left_out_and_counted() -> None:
    tags = answer(TEXT, ["品牌名"], Scripted("品牌名: 雅诗兰黛，兰蔻，香奈儿\n地址: 北京"))
    assert {one.text for one in tags.asked} == {"兰蔻"}
    assert any(note.startswith("2 answers") and "do not stand" in note for note in tags.notes)
    assert any(note.startswith("1 answers") and "nothing that was asked" in note for note in tags.notes)


@pytest.mark.parametrize(
    ("text", "said", "found"),
    [
        ("I like NIKE.", "brand: Nike", ["NIKE"]),  # another case
        ("ＮＩＫＥ真好", "brand: NIKE", ["ＮＩＫＥ"]),  # another width
        ("他喜歡蘭蔻", "brand: 兰蔻", ["蘭蔻"]),  # the other script
        ("Nikeon and Nike", "brand: Nike", ["Nike"]),  # not inside a word
        ("原价1,299元", "brand: 299元", []),  # not inside a number
        ("a “Nike” shoe", "brand: “Nike”,", ["Nike"]),
        ("a Nike shoe", "brand: “Nike”。", ["Nike"]),  # marks around it
        ("Nike和Puma", "brand: Nike、Puma", ["Nike", "Puma"]),  # several in one
        ("[00:05] take 5 now", "brand: 5", ["5"]),  # not in a time code
        ("abc", "brand: （", []),
    ],
)
def test_a_string_is_found_as_it_is_spelled_or_nearly_so(text: str, said: str, found: list[str]) -> None:
    assert [one.text for one in ask(text, ["brand"], Scripted(said))] == found


def test_spans_of_one_label_never_overlap_and_the_longer_counts() -> None:
    assert [one.text for one in ask("张三丰来了", ["人物"], Scripted("人物: 张三，张三丰，三丰"))] == ["张三丰"]
    tags = answer("张三丰来了", ["人物", "名字"], Scripted("人物: 张三丰\n名字: 张三"))
    assert spans(tags) == [("名字", "张三", (0, 2)), ("人物", "张三丰", (0, 3))]


def test_a_head_reads_the_text_once_for_each_label() -> None:
    engine = Words({"品牌名": "兰蔻", "价格": "299元"})
    tags = answer(TEXT, "品牌名和价格", engine)
    assert spans(tags) == [("品牌名", "兰蔻", (19, 21)), ("价格", "299元", (23, 27)), ("品牌名", "兰蔻", (43, 45))]
    assert all(0.9 < one.confidence <= 1 for one in tags.asked)


def test_answers_that_are_not_sure_enough_are_left_out() -> None:
    assert ask(TEXT, ["品牌名"], Scripted("品牌名: 兰蔻"), least=0.6) == ()


@pytest.mark.parametrize("engine", [Scripted("品牌: 兰蔻", window=64), Words({"品牌": "兰蔻"}, window=64)])
def test_nothing_is_lost_or_doubled_at_the_seams(engine: Any) -> None:
    text = "，".join(f"第{number}天兰蔻真好用" for number in range(200))
    found = ask(text, ["品牌"], engine)
    assert [one.span[0] for one in found] == [at for at in range(len(text)) if text.startswith("兰蔻", at)]


def test_leaving_the_loop_stops_the_work() -> None:
    engine = Scripted("品牌: 兰蔻", window=64)
    for _ in ask_each("兰蔻真好用。\n" * 100, ["品牌"], engine):
        break
    assert len(engine.read) == 1


def test_answers_are_added_to_the_tags_of_a_text() -> None:
    tags = with_asked(Tags(notes=("odd",)), TEXT, ["价格", "价格"], Words({"价格": "299元"}))
    assert spans(tags) == [("价格", "299元", (23, 27))]
    assert tags.notes[0] == "odd"
    assert "twice" in tags.notes[1]


@pytest.mark.parametrize("text", ["", " \n\t", "[00:01:02]"])
def test_a_text_without_words_has_no_answers(text: str) -> None:
    for engine in (Scripted("价格: 5元"), Words({"价格": "5元"})):
        assert ask(text, ["价格"], engine) == ()


def test_a_request_for_nothing_is_an_error_before_anything_is_read() -> None:
    engine = Scripted("")
    with pytest.raises(SettingsError, match="names nothing"):
        ask(TEXT, "请提取", engine)
    assert engine.read == []


def test_a_pack_that_cannot_be_asked_says_so() -> None:
    engine = SimpleNamespace(answers=False, pack=SimpleNamespace(id="own-kinds"), window=384)
    with pytest.raises(ModelError, match="own-kinds finds only its own kinds"):
        ask(TEXT, ["价格"], engine)  # type: ignore[arg-type]


_TEXTS = st.text(st.sampled_from("兰蔻299元 Nike\n[]:（）：0\u200b\U0001f600é,，。"), max_size=120)


@given(_TEXTS, _TEXTS, st.integers(16, 200))
def test_every_answer_stands_in_the_text_whatever_the_decoder_says(text: str, said: str, window: int) -> None:
    labels = ["品牌", "价格"]
    tags = answer(text, labels, Scripted(f"品牌: {said}\n价格: {said[::-1]}", window))
    last = dict.fromkeys(labels, 0)
    for one in tags.asked:
        start, end = one.span
        assert last[one.label] <= start < end <= len(text)
        assert text[start:end] == one.text
        assert one.label in labels
        last[one.label] = end


@given(_TEXTS)
def test_a_random_head_answers_with_spans_of_the_text(text: str) -> None:
    engine = _random_engine()
    for one in ask(text, ["地点", "a"], engine):
        assert text[one.span[0] : one.span[1]] == one.text == one.text.strip()
        assert one.text
        assert 0 <= one.confidence <= 1


_KEPT: list[Any] = []


def _random_engine() -> Any:
    if not _KEPT:
        import tempfile

        from tests.tagging.packs import make_tagging_pack

        opened = open_asking(read_pack(make_tagging_pack(Path(tempfile.mkdtemp()) / "pack")), device="cpu", threads=1)
        _KEPT.extend((opened.__enter__(), opened))
    return _KEPT[0]


@pytest.mark.parametrize("form", ["seqgpt", "chatml"])
def test_a_generative_pack_is_asked_like_any_other(form: str, tmp_path: Path) -> None:
    from tests.decoders import make_decoder_pack

    pack = read_pack(make_decoder_pack(tmp_path / "pack", form))
    with open_asking(pack, device="cpu", threads=1) as engine:
        tags = answer(TEXT, "请提取【品牌名】【价格】", engine)
    assert all(TEXT[one.span[0] : one.span[1]] == one.text for one in tags.asked)
