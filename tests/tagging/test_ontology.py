"""What events mean: the reference's examples, both languages, and nothing invented for what is not known."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.tagging import ontology as meanings
from plugin_core.tagging.lexicon import Lexicon, stem
from plugin_core.tagging.ontology import Guess, meaning, ontology

PRINTED = (
    ("music", "轻柔竖琴泛音", "器乐独奏", "舒缓放松", ""),
    ("music", "欢快口哨声", "人声模拟", "轻松愉悦", ""),
    ("music", "悬疑低音提琴滑音", "影视配乐", "紧张不安", ""),
    ("music", "科技感电子脉冲音", "合成器音效", "理性前沿", ""),
    ("sound", "警笛由远及近", "环境音效", "危机升级", ""),
    ("sound", "数据流刷屏声", "数字环境音", "信息密集", ""),
    ("sound", "清脆按键声", "交互反馈音", "操作确认", ""),
    ("sound", "滴答声", "", "", "液体滴落"),
    ("sound", "玻璃瓶晃动声", "", "", "手持容器摇晃"),
    ("sound", "手机震动声", "", "", "设备收到通知"),
    ("sound", "急促脚步声由远及近", "", "", "人物快速接近"),
    ("sound", "玻璃爆裂声", "", "", "硬物破碎"),
    ("sound", "玻璃碎裂声", "", "", "硬物破碎"),
    ("title", "字幕弹出:【薛定谔方程】|【贝尔不等式】|【EPR佯谬】", "", "", "关键词高亮浮现"),
)


@pytest.mark.parametrize(("kind", "text", "music_type", "mood", "action"), PRINTED)
def test_the_references_examples_mean_what_is_printed(
    kind: str, text: str, music_type: str, mood: str, action: str
) -> None:
    found = meaning(text, kind)
    assert (found.music_type, found.mood, found.action, found.unknown) == (music_type, mood, action, False)


def test_who_moves_how_and_where_to_is_put_together() -> None:
    assert meaning("脚步声", "sound").action == "人物走动"
    assert meaning("急促的脚步声", "sound").action == "人物快速走动"
    assert meaning("脚步声", "sound", manner="急促", direction="由远及近").action == "人物快速接近"
    assert meaning("缓慢的脚步声渐渐远去", "sound").action == "人物缓慢远离"
    assert meaning("footsteps approaching quickly", "sound").action == "person approaches quickly"
    assert meaning("troops marching, approaching", "sound").action == "troops approach"


def test_the_answer_is_in_the_language_of_the_text() -> None:
    assert meaning("glass shatters", "sound").action == "hard object shatters"
    assert meaning("tense strings", "music").mood == "tense and uneasy"
    assert meaning("玻璃碎裂聲", "sound").action == "硬物破碎"
    assert meaning("腳步聲", "sound").entry == "footsteps"


def test_forms_of_an_english_word_are_one_word() -> None:
    for text in ("door slams", "door slamming", "slamming door", "doors slammed", "DOOR SLAMS SHUT"):
        assert meaning(text, "sound").entry == "door-slam"
    assert stem("rang") == stem("ringing") == stem("rings")
    assert stem("hisses") == stem("hissing") != stem("his")


def test_what_something_is_counts_more_than_how_it_sounds() -> None:
    assert meaning("硬币掉落声", "sound").entry == "coin"
    assert meaning("雷声轰鸣", "sound").entry == "thunder"
    assert meaning("钟表滴答声", "sound").entry == "clock-tick"
    assert meaning("vacuum whirring", "sound").entry == "vacuum"


def test_nothing_is_invented_for_unknown_words() -> None:
    for text in ("咔哧咔哧", "呜啦唔嗯", "zorbling", "♪", ""):
        found = meaning(text, "sound")
        assert found.unknown
        assert (found.entry, found.action, found.music_type, found.mood, found.audio_class) == ("", "", "", "", "")
    assert meaning("zorbling", "music").unknown


def test_a_packs_guess_counts_only_where_the_words_say_nothing_and_it_is_sure() -> None:
    sure = Guess(entry="applause", entry_probability=0.9)
    assert meaning("咔哧咔哧", "sound", guess=sure).action == "众人鼓掌"
    assert meaning("咔哧咔哧", "sound", guess=sure).confidence == 0.9
    assert meaning("门铃响", "sound", guess=sure).entry == "doorbell"
    assert meaning("咔哧咔哧", "sound", guess=Guess(entry="applause", entry_probability=0.7)).unknown
    assert meaning("咔哧咔哧", "sound", guess=Guess(entry="no-such-entry", entry_probability=1.0)).unknown
    felt = Guess(music_type="jazz", music_type_probability=0.95, mood="sad", mood_probability=0.5)
    assert meaning("夜色", "music", guess=felt).music_type == "爵士蓝调"
    assert meaning("夜色", "music", guess=felt).mood == ""


def test_music_without_more_is_background_and_sung_words_are_singing() -> None:
    assert meaning("MUSIC", "music").music_type == "background music"
    assert meaning("I'll be there when the morning comes", "music").music_type == "singing"
    assert meaning("轻快的音乐", "music").mood == "轻松愉悦"
    assert meaning("钢琴与小提琴", "music").music_type == "器乐合奏"
    assert meaning("piano playing", "music").audio_class == "Piano"


def test_a_seen_deed_is_at_least_its_own_words() -> None:
    assert meaning("他推开门", "action").action == "推开房门"
    assert meaning("她把玩着戒指", "action").action == "她把玩着戒指"
    assert not meaning("她把玩着戒指", "action").unknown


def test_states_are_grouped_and_parameters_can_drive_an_animation() -> None:
    assert meanings.states_of("对白，颤抖") == ("dialogue", "tremble")
    assert meanings.states_of("V.O.") == meanings.states_of("旁白") == ("voiceover",)
    assert meanings.states_of("OS") == meanings.states_of("画外音") == meanings.states_of("O.S.") == ("offscreen",)
    assert meanings.states_of("whispering") == ("whisper",)
    assert meanings.parameters("急促", "由远及近", "颤抖") == {
        "speed": "fast", "distance": "decreasing", "volume": "rising", "voice": "tremble",
    }  # fmt: skip
    assert meanings.parameters("fading out") == {"volume": "falling"}


def test_every_entry_is_found_by_its_own_words_and_captions() -> None:
    for entry in ontology().entries.values():
        assert all(meaning(text, "sound").entry == entry.id for text in entry.caption), entry.id
        for language in ("zh", "en"):
            texts = entry.phrases(language, 3)
            assert texts
            assert not any(meaning(text, "action").unknown for text in texts)


def test_every_entry_says_one_thing_and_names_are_there() -> None:
    known = ontology()
    assert len(known.entries) > 300
    for entry in known.entries.values():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.id)
        assert sum(map(bool, (entry.action, entry.mover, entry.effect))) == 1
        assert (len(entry.action), len(entry.mover), len(entry.effect)) in {(2, 0, 0), (0, 4, 0), (0, 0, 2)}
        if entry.effect:
            assert known.music_types[entry.effect[0]].effect
            assert entry.effect[1] in {"", *known.moods}
    for name, table in (("music_types", known.music_types), ("moods", known.moods)):
        for key, value in table.items():
            assert meanings.key_of(name, value.zh) == meanings.key_of(name, value.en) == key
    assert all(-1 <= mood.valence <= 1 and -1 <= mood.arousal <= 1 for mood in known.moods.values())


def test_traditional_and_simplified_words_are_one() -> None:
    assert meanings.manners_of("輕輕")[0].id == meanings.manners_of("轻轻")[0].id == "soft"
    assert meanings.directions_of("由遠及近")[0].id == "approach"


def test_a_pattern_needs_a_word_of_every_group_and_the_heaviest_wins() -> None:
    words = Lexicon((("both", ("a|b + x",)), ("weak", ("~a",)), ("phrase", ("a b c",))))
    assert words.best("x and b").key == "both"  # type: ignore[union-attr]
    assert words.best("a b c").key == "phrase"  # type: ignore[union-attr]
    assert words.best("a").key == "weak"  # type: ignore[union-attr]
    assert words.best("b") is None


@given(st.text(max_size=60), st.sampled_from(["speech", "music", "sound", "action", "title"]))
def test_any_text_has_a_meaning_or_none(text: str, kind: str) -> None:
    found = meaning(text, kind)
    assert 0 <= found.confidence <= 1
    assert found.entry in {"", *ontology().entries, *ontology().instruments}


@pytest.mark.shared
def test_every_class_is_one_of_audiosets(shared: Path) -> None:
    with (shared / "weights" / "yamnet" / "yamnet_class_map.csv").open(encoding="utf-8", newline="") as file:
        classes = {row["display_name"] for row in csv.DictReader(file)}
    known = ontology()
    used = [*known.entries.values(), *known.instruments.values(), *known.music_types.values()]
    assert {value.audio_class for value in used if value.audio_class} <= classes
