"""What is said and seen. Everyday sentences, written for this sample."""

from __future__ import annotations

from dataclasses import dataclass

WOMAN_EN, MAN_EN = "en-us+f2", "en+m3"
WOMAN_ZH, MAN_ZH = "cmn-latn-pinyin+f2", "cmn-latn-pinyin+m3"


@dataclass(frozen=True)
class Line:
    """A sentence that one voice says after *pause* ms of silence, and how a person would translate it."""

    voice: str
    text: str
    translation: str
    pause: int = 600

    @property
    def rate(self) -> int:
        """espeak-ng's words a minute; it reads Chinese slowly."""
        return 185 if self.language == "zh" else 165

    @property
    def language(self) -> str:
        return "zh" if self.voice.startswith("cmn") else "en"

    @property
    def speaker(self) -> str:
        return "woman" if "+f" in self.voice else "man"


@dataclass(frozen=True)
class Noise:
    """A sound effect that begins after *pause* ms of silence; see ``sounds``."""

    kind: str  # doorbell | glass
    text: str
    pause: int = 500


@dataclass(frozen=True)
class Shot:
    """A picture (a function of ``scenes``) and what is heard while it lasts; *tail* ms of it follow the last sound."""

    picture: str
    sounds: tuple[Line | Noise, ...]
    music: bool = False
    tail: int = 700


SHOTS = (
    Shot(
        "morning",
        (
            Line(WOMAN_EN, "Good morning. Did you sleep well?", "早上好。你睡得好吗？", 2200),
            Line(MAN_EN, "Yes, thank you. The weather is beautiful today.", "很好，谢谢。今天天气真好。"),
            Line(WOMAN_EN, "Let's go out for breakfast.", "我们出去吃早饭吧。"),
        ),
        music=True,
    ),
    Shot(
        "cafe",
        (
            Noise("doorbell", "A doorbell rings", 300),
            Line(MAN_EN, "I would like a cup of coffee, please.", "请给我一杯咖啡。", 500),
            Line(WOMAN_EN, "I want some tea with milk.", "我想要加牛奶的茶。", 800),
            Noise("glass", "A glass breaks", 700),
            Line(WOMAN_EN, "What was that noise?", "那是什么声音？", 500),
            Line(MAN_EN, "I'm sorry. I dropped my glass.", "对不起，我把杯子掉在地上了。"),
        ),
    ),
    Shot(
        "night",
        (
            Line(WOMAN_ZH, "你今天晚上有空吗？", "Are you free tonight?", 900),
            Line(MAN_ZH, "有，我们一起去看电影吧。", "Yes, let's go to a movie together."),
            Line(WOMAN_ZH, "太好了，电影几点开始？", "Great! What time does the movie start?"),
            Line(MAN_ZH, "七点半开始，不要迟到。", "It starts at half past seven. Don't be late.", 750),
        ),
    ),
    Shot(
        "train",
        (
            Line(MAN_ZH, "火车什么时候到北京？", "When does the train arrive in Beijing?", 1000),
            Line(WOMAN_ZH, "还要两个小时。", "It will take two more hours."),
            Line(MAN_EN, "Excuse me, is this seat free?", "请问，这个座位有人吗？", 1300),
            Line(WOMAN_EN, "Yes, please sit down.", "没有人，请坐。"),
        ),
    ),
    Shot(
        "sea",
        (
            Line(WOMAN_ZH, "我很喜欢这里的大海。", "I really like the sea here.", 1500),
            Line(MAN_EN, "I had a wonderful time with you.", "和你在一起我过得很愉快。", 900),
            Line(WOMAN_EN, "See you next week.", "下周见。"),
        ),
        music=True,
        tail=2200,
    ),
)
