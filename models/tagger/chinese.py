"""How Chinese names sounds, music, deeds, speakers and states: phrases composed from the lexicons."""

from __future__ import annotations

import random

from models.tagger.drafts import Phrase, phrase, told
from models.tagger.lexicons import Lexicon, telling

NAME_CHARACTERS = (
    "安柏冰晨城楚春翠丹冬朵恩芬枫凤福刚光桂海涵航浩和荷鹤宏虹华慧吉佳健江杰金锦静菊娟"
    "君俊凯康可兰岚乐雷丽莉亮林琳玲龙鲁璐曼茂梅美萌梦敏明娜宁鹏萍琪琴青清秋蓉瑞珊诗树"
    "思松涛婷伟文武西希霞香翔晓欣新星秀雪亚妍岩燕阳瑶业怡宜义艺英勇宇雨玉园月云泽珍志"
    "智忠舟竹子紫"
)
DIGITS = "一二三四五六七八九十"


class Chinese:
    """Draws phrases; *chance* decides all."""

    def __init__(self, part: str, chance: random.Random) -> None:
        self.chance = chance
        self.lexicon = Lexicon("zh", part, chance)

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def word(self, kind: str, name: str) -> str:
        return self.lexicon.word(kind, name)

    def sound(self) -> Phrase:
        """A sound, effect or voice, with the words that say how and from where marked."""
        return told(self._sound(), telling(self.lexicon.language))

    def _sound(self) -> Phrase:
        """A sound, effect or voice: 急促的玻璃碎裂声由远及近, 远处传来狗叫声, 掌声雷动, 砰的一声."""
        group = self.lexicon.group()
        if self.maybe(0.03):
            return Phrase(self.word("sound", "silence.words"))
        if group == "onomatopoeia" or self.maybe(0.05):
            return self._onomatopoeia()
        if self.maybe(0.06):
            return Phrase(self.speaker() + self.sounding() + self.chance.choice(("", "", "声")))
        if self.maybe(0.04):
            return Phrase(f"{self._composed(group)}{self.chance.choice('和与')}{self._core(self.lexicon.group())}")
        return self._around(self._core(group))

    def _core(self, group: str) -> str:
        """The name of a sound: a phrase of ours, one of the ontology, or one composed."""
        shape = self.chance.random()
        if shape < 0.34:
            return self.lexicon.sound(group, "phrases") or self._composed(group)
        if shape < 0.48:
            return self.lexicon.known()
        return self._composed(group)

    def _composed(self, group: str) -> str:
        what, does = self.lexicon.sound(group, "what"), self.lexicon.sound(group, "does")
        ending = self.chance.choices(("声", "音", "的声音", "声响", "声音", ""), (75, 4, 5, 3, 2, 9))[0]
        shape = self.chance.random()
        if shape < 0.62:
            return what + does + ending
        if shape < 0.8:
            return does + (ending or "声")
        if shape < 0.88:
            return what + "声"
        return f"{what}{does}的{self.chance.choice(('一声', '巨响', '声响', '轻响', '闷响', '响动', '动静'))}"

    def _onomatopoeia(self) -> Phrase:
        word = self.lexicon.sound("onomatopoeia", "does")
        shape = self.chance.random()
        if shape < 0.3:
            return Phrase(word + "声")
        if shape < 0.45:
            return Phrase(word + self.chance.choice(("的一声", "一声", "作响", "的声响", "！", "的声音", "——", "响")))
        if shape < 0.55:
            return Phrase(self.lexicon.sound("onomatopoeia", "phrases"))
        if shape < 0.7:
            return Phrase(word)
        group = self.lexicon.group()
        what = self.lexicon.sound(group, "what")
        return Phrase(f"{what}{word}{self.chance.choice(('', '声', '作响', '响', '地响'))}")

    def _around(self, core: str) -> Phrase:
        """Manner, place and direction around the name of a sound."""
        parts: list[str | tuple[str, str]] = []
        shape = self.chance.random()
        if shape < 0.07:
            parts += [
                (self.word("sound", "direction_before"), "direction"),
                self.chance.choice(("传来", "的", "响起", "")),
            ]
        elif shape < 0.11:
            parts += [(self.word("sound", "moving_before").removesuffix("的"), "direction"), "的"]
        if self.maybe(0.26):
            parts += [(self.word("sound", "manner"), "manner"), self.chance.choice(("", "", "的"))]
        elif self.maybe(0.05):
            parts += [self.word("sound", "feeling"), self.chance.choice(("", "的"))]
        elif self.maybe(0.04):
            parts.append(self.chance.choice(("一声", "一阵", "几声", "阵阵")))
        parts.append(core)
        if shape > 0.86:
            parts += self._moved(self.word("sound", "direction_after"))
        elif shape > 0.79:
            parts.append(self.word("sound", "verbs"))
        return phrase(*parts)

    def _moved(self, words: str) -> list[str | tuple[str, str]]:
        """The words of a direction; of 从门外传来 only 门外, in a bracket of its own sometimes."""
        if words.startswith("从") and words.endswith("传来"):
            return ["从", (words[1:-2], "direction"), "传来"]
        if self.maybe(0.06):
            return ["（", (words, "direction"), "）"]
        return [(words, "direction")]

    def music(self) -> Phrase:
        """Music, with the words that say how and from where marked."""
        return told(self._music(), telling(self.lexicon.language))

    def _music(self) -> Phrase:
        """Music: 轻柔的钢琴曲, 悬疑弦乐渐强, BGM渐弱, 女声吟唱."""
        shape = self.chance.random()
        mood = self.word("music", "mood") + self.chance.choice(("", "", "的"))
        if shape < 0.26:
            core: Phrase | str = self.word("music", "phrases")
            core = mood + core if self.maybe(0.12) else core
        elif shape < 0.55:
            core = (mood if self.maybe(0.85) else "") + self.word("music", "instrument") + self._head()
        elif shape < 0.74:
            core = (mood if self.maybe(0.6) else "") + self._genre()
        elif shape < 0.86:
            core = mood + self.chance.choice((self.word("music", "head"), "音乐", "BGM", "背景音乐", "旋律", "配乐"))
        elif shape < 0.91:
            whistle = self.chance.choice(("口哨声", "口哨旋律", "哼唱声", "小调口哨", "哼歌声", "哨声旋律"))
            core = mood.removesuffix("的") + self.chance.choice(("", "的")) + whistle
        elif shape < 0.925:
            before = self.chance.choice(("", "播放", "歌曲", "插曲", "片尾曲", "BGM"))
            after = self.chance.choice(("", "响起", "前奏", "钢琴版", "主题曲", "播放"))
            book = self.chance.choice(self.lexicon.words["fill"]["book"])
            core = f"{before}《{book}》{after}"
        elif shape < 0.96:
            core = self.word("music", "performers") + self.word("music", "performs")
        else:
            a, b = self.word("music", "instrument"), self.word("music", "instrument")
            core = f"{a}{self.chance.choice('与和')}{b}{self.chance.choice(('合奏', '二重奏', '声', '齐鸣', ''))}"
        return self._moving(core)

    def _head(self) -> str:
        return self.chance.choice(
            (self.word("music", "head"), "曲", "声", "独奏", "旋律", "音乐", "伴奏", "声响起", "协奏曲", "铺底", "")
        )

    def _genre(self) -> str:
        genre = self.word("music", "genre")
        return genre + self.chance.choice(("音乐", "曲", "乐", "BGM", "风音乐", "歌曲", "舞曲", "节奏", "风格配乐"))

    def _moving(self, core: str) -> Phrase:
        parts: list[str | tuple[str, str]] = [core]
        loud = (
            "渐弱",
            "渐强",
            "渐起",
            "淡入",
            "淡出",
            "渐入",
            "渐出",
            "渐渐消失",
            "渐近",
            "渐远",
            "由弱变强",
            "由强变弱",
        )
        if self.maybe(0.16):
            parts += self._moved(self.chance.choice(loud))
        elif self.maybe(0.14):
            verb = self.word("music", "verbs")
            parts.append((verb, "direction") if verb in loud else verb)
        elif self.maybe(0.05):
            parts = [(self.word("sound", "direction_before"), "direction"), self.chance.choice(("传来", "的")), core]
        return phrase(*parts)

    def action(self, bare: bool = True) -> Phrase:
        """A deed; with a subject unless *bare*, which leaves that to chance."""
        subject = ""
        if not bare or self.maybe(0.35):
            lists = (self.speaker, lambda: self.word("action", "subject"))
            subject = self.chance.choice(lists)()
        adverb = self.word("action", "adverb") if self.maybe(0.25) else ""
        return Phrase(subject + adverb + (self.word("action", "verb") if self.maybe(0.5) else self._deed()))

    def _deed(self) -> str:
        """A deed composed: 拿起钥匙, 冲进办公室, 看向众人, 把信封递给老人."""

        def one(name: str) -> str:
            return self.word("action", f"parts.{name}")

        return self.chance.choice(
            (
                one("does") + one("object"),
                one("does") + one("object"),
                one("moves") + one("place"),
                one("to") + one("person"),
                one("bodies") + one("changes"),
                f"把{one('object')}{self.chance.choice(('递给', '扔给', '交给', '推给'))}{one('person')}",
                f"{self.chance.choice(('站', '走', '跑', '冲', '爬', '退', '跳', '挤', '凑'))}{one('manner')}",
                f"从{one('object')}里{self.chance.choice(('掏出', '拿出', '取出'))}{one('object')}",
            )
        )

    def paragraph(self) -> Phrase:
        """What a script says is seen: one or more deeds with stops."""
        parts = [self.action(bare=False).text]
        while self.maybe(0.45) and len(parts) < 4:
            parts.append(self.action().text)
        place = self.chance.choice(
            ("", "", "", "夜色中，", "客厅里，", "街角，", "屋内一片漆黑，", "阳光洒进房间，", "镜头一转，")
        )
        return Phrase(place + "，".join(parts) + self.chance.choice("。。。。") * self.maybe(0.92))

    def heard(self) -> Phrase:
        """A sentence of a script that only tells what is heard: 门外传来敲门声。"""
        where = self.word("sound", "direction_before")
        core = self.lexicon.sound(self.lexicon.group(), "phrases") or "敲门声"
        core = core if core.endswith("声") else core + "声"
        return phrase((where, "direction"), self.chance.choice(("传来", "响起", "传出")), core, "。")

    def speaker(self) -> str:  # noqa: PLR0911  one for each kind of name
        """A name, a role, a numbered person."""
        shape = self.chance.random()
        if shape < 0.012:
            return (
                self.word("speaker", "nick")
                + self.chance.choice(("和", "、", "&", "与", "/"))
                + self.word("speaker", "nick")
            )
        if shape < 0.024:
            number = self.chance.randint(1, 30)
            role = self.chance.choice(("选手", "嘉宾", "玩家", "评委", "病人", "机长", "队员", "学员", "主持", "房客"))
            return self.chance.choice(
                (f"{number}号{role}", f"{number}号", f"用户{number}", f"@{self.word('speaker', 'nick')}")
            )
        if shape > 0.94:  # a name nobody has heard: characters of names in any order
            letters = "".join(self.chance.choice(NAME_CHARACTERS) for _ in range(self.chance.choice((1, 1, 2))))
            return self.chance.choice(
                (
                    self.word("speaker", "surnames") + letters,
                    letters + self.chance.choice("哥姐总叔姨妈爷儿"),
                    letters * 2,
                )
            )
        if shape < 0.04:
            return self.word("speaker", "kinds.words") + self.word("speaker", "kinds.who")
        if shape < 0.055:
            return self.word("speaker", "nick") + self.word("speaker", "kinds.whose")
        if shape < 0.24:
            return self.word("speaker", "nick")
        if shape < 0.46:
            return self.word("speaker", "surnames") + self.word("speaker", "given")
        if shape < 0.6:
            return self.word("speaker", "surnames") + self.word("speaker", "titles")
        if shape < 0.9:
            return self.word("speaker", "roles")
        if shape < 0.97:
            number = self.chance.choice(
                (str(self.chance.randint(1, 12)), self.chance.choice(DIGITS), self.chance.choice("甲乙丙丁ABC"))
            )
            return self.word("speaker", "numbered") + self.chance.choice(("", "", " ")) + number
        return self.chance.choice("老小阿大") + self.word("speaker", "surnames")

    def state(self) -> str:
        """How or whence the words come; sometimes two."""
        one = self.word("state", "core") if self.maybe(0.4) else self.word("state", "words")
        if self.maybe(0.12):
            one += self.chance.choice(("，", ",", "、", "·", " ", "/", "，")) + self.word("state", "words")
        elif self.maybe(0.1):
            one = self._described()
        return one

    def _described(self) -> str:
        """A state in several words: 对小美, 用粤语, 从门外喊, 哭着说."""
        name, place = self.word("speaker", "nick"), self.word("sound", "direction_before")
        tongue = self.chance.choice(
            [
                "英语",
                "粤语",
                "法语",
                "四川话",
                "东北话",
                "日语",
                "韩语",
                "上海话",
                "德语",
                "方言",
                "普通话",
                "闽南语",
                "俄语",
                "西班牙语",
            ]
        )
        how = self.word("state", "words")
        return self.chance.choice(
            (
                f"对{name}",
                f"对{name}{how}",
                f"用{tongue}",
                f"说{tongue}",
                f"{tongue}",
                f"从{place}",
                f"{place}",
                f"在{place}喊",
                f"{how}地",
                f"{how}着说",
                f"{how}的声音",
                f"声音{how}",
                f"语气{how}",
                f"对着{self.chance.choice(('镜头', '手机', '话筒', '电话', '众人', '门外'))}",
                f"模仿{name}",
                f"{name}的声音",
            )
        )

    def face(self) -> str:
        """An expression: a state beside the speaker, a deed elsewhere."""
        return self.word("state", "face.words")

    def sounding(self) -> str:
        """What a person does that is heard: a state in a speaker's mark, a sound after it."""
        return self.word("state", "sounding.words")

    def place_time(self) -> str:
        """The words of a card: a place, a time, both."""
        year = f"{self.chance.randint(1200, 2080)}年"
        count = self.chance.choice(
            (self.chance.choice(DIGITS), self.chance.choice(DIGITS), str(self.chance.randint(2, 50)))
        )
        unit = self.chance.choice(("年", "天", "个月", "小时", "周", "分钟"))
        later = f"{count}{unit}{self.chance.choice(('后', '后', '前', '以后', '之后'))}"
        place, when = self.word("places", "words"), self.word("places", "times")
        glue = self.chance.choice(("，", " ", "·", "，", "  "))
        return self.chance.choice(
            (
                later,
                later,
                later,
                when,
                when,
                year,
                place,
                place + glue + year,
                place + glue + when,
                year + glue + place,
            )
        )

    def title(self) -> Phrase:
        """Text on the screen with its introduction and its items marked."""
        start = self.lexicon.title("introducers") + self.chance.choice(("：", "：", ":", ":", "： ", "——", " "))
        items = [self.lexicon.title("items") if self.maybe(0.8) else self.place_time() for _ in range(self.count())]
        pairs = (("【", "】"), ("《", "》"), ("“", "”"), ("「", "」"), ("", ""), ("", ""), ("[", "]"), ('"', '"'))
        a, b = self.chance.choice(pairs)
        glue = self.chance.choice(("|", "、", " | ", "｜", "/", "", " ") if a else (" | ", "/", "｜", "|", " / "))
        parts: list[str | tuple[str, str]] = [start]
        for number, words in enumerate(items):
            parts += [glue if number else "", a, (words, "item"), b]
        return phrase(*parts)

    def count(self) -> int:
        """How many items a title has."""
        return self.chance.choices((1, 2, 3, 4), (70, 14, 12, 4))[0]

    def fill(self, line: str) -> str:
        """One of our own lines with its places filled."""
        values = {
            "n": str(self.chance.choice((2, 3, 5, 7, 12, 30, 99, 100, 300))),
            "name": self.word("speaker", "nick"),
        }
        values |= {name: self.chance.choice(self.lexicon.words["fill"][name]) for name in ("place", "product", "book")}
        return line.format(**values)
