"""The mess of subtitles around a sentence: time codes, speakers, brackets, symbols, spellings. Spans survive it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from models.tagger.label_values import FIRST, GIVEN, LAST, SURNAMES


class Piece(NamedTuple):
    """A stretch of text; *kind* is what it is, or "" (a piece of a kind is a span, whatever happens around it)."""

    text: str
    kind: str


_TIMES = (
    "[00:{m}:{s}] ",
    "[{h}:{m}:{s}]",
    "({m}:{s}) ",
    "00:{m}:{s},{f} ",
    "【{m}:{s}】",
    "{h}:{m}:{s} ",
    "[{m}'{s}\"] ",
)
_ZH_STATES = ("（画外音）", "(OS)", "（对白）", "（低声）", "[VO]", "(电话里)", "（颤抖）")
_EN_STATES = (" (V.O.)", " (O.S.)", " [whispering]", " (on phone)", " (laughing)")
_ZH_HEARD = (
    *(("[", "掌声", "]", "sound"), ("（", "门铃响", "）", "sound"), ("[", "轻快钢琴曲", "]", "music")),
    *(("【", "玻璃碎裂声", "】", "sound"), ("♪ ", "啦啦啦", " ♪", "music"), ("[", "警笛由远及近", "]", "sound")),
    *(("（", "叹气", "）", "sound"), ("[", "BGM起", "]", "music"), ("(", "海浪声", ")", "sound")),
)
_EN_HEARD = (
    *(("[", "MUSIC", "]", "music"), ("(", "door slams", ")", "sound"), ("[", "applause", "]", "sound")),
    *(("♪ ", "la la la", " ♪", "music"), ("[", "glass shatters", "]", "sound"), ("(", "sighs", ")", "sound")),
    *(("[", "upbeat music", "]", "music"), ("[", "LAUGHTER", "]", "sound")),
)
_ZH_ROLES = ("旁白", "主持人", "女主", "男主", "路人甲", "助理", "主讲人", "记者甲", "众人", "画外音")
_EN_ROLES = ("NARRATOR", "HOST", "MAN 1", "WOMAN", "BOTH", "ANNOUNCER", "CROWD", "VOICE")
_EMOJI = ("😂", "🔥", "❤️", "👍", "✨", "🎉", "😭")
_ENDS = ("", "", "", "…", "……", "!!", "～", "。", ".", "！")
_FULL = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


class Mess:
    """Draws the mess from *r*; each text has one manner (cues, a stream, plain) throughout."""

    def __init__(self, r: random.Random) -> None:
        self.r = r
        self.manner = "plain"

    def before(self, index: int, language: str) -> list[Piece]:
        """What stands before the sentence *index* of a text."""
        r = self.r
        if index == 0:
            self.manner = r.choices(("plain", "stream", "lines", "cues", "script"), (40, 20, 18, 10, 12))[0]
        made: list[Piece] = []
        if index:
            made.append(Piece(self._glue(language), ""))
        if self.manner == "cues":
            made.append(Piece(f"{index + 1}\n{self._clock()} --> {self._clock()}\n", ""))
        elif self.manner == "stream" or (self.manner == "lines" and r.random() < 0.4):
            made.append(Piece(self._time(), ""))
        if r.random() < (0.3 if self.manner != "plain" else 0.06):
            left, heard, right, kind = r.choice(_ZH_HEARD if language == "zh" else _EN_HEARD)
            made += [Piece(left, ""), Piece(heard, kind), Piece(right + r.choice(("", " ")), "")]
        if r.random() < {"script": 0.9, "plain": 0.05}.get(self.manner, 0.35):
            made += self._speaker(language)
        return made

    def worn(self, pieces: Sequence[Piece]) -> list[Piece]:
        """A sentence with odd spellings here and there."""
        r = self.r
        made = list(pieces)
        if r.random() < 0.08:
            made.insert(r.randint(0, len(made)), Piece(r.choice(_EMOJI), ""))
        if r.random() < 0.15:
            made.append(Piece(r.choice(_ENDS), ""))
        if r.random() < 0.05:
            made = [
                piece if piece.kind else Piece(piece.text.replace("，", ",").replace(" ", "  "), "") for piece in made
            ]
        if r.random() < 0.04 and (asked := [i for i, piece in enumerate(made) if piece.kind]):
            at = r.choice(asked)  # repeated, as people do
            made[at : at + 1] = [made[at], Piece(r.choice(("，", "、", "... ", ", ")), ""), made[at]]
        return made

    def finish(self, pieces: Sequence[Piece]) -> list[Piece]:
        """The whole text: its case and width changed together."""
        chance = self.r.random()
        if chance < 0.05:
            return [Piece(piece.text.lower(), piece.kind) for piece in pieces]
        if chance < 0.09 and all(piece.text.isascii() for piece in pieces):
            return [Piece(piece.text.upper(), piece.kind) for piece in pieces]
        if chance < 0.11:
            return [Piece(piece.text.translate(_FULL), piece.kind) for piece in pieces]
        return list(pieces)

    def _glue(self, language: str) -> str:
        if self.manner == "cues":
            return "\n\n"
        if self.manner in ("lines", "script"):
            return "\n"
        return self.r.choice((" ", " ", "" if language == "zh" else " ", "\n"))

    def _numbers(self) -> dict[str, str]:
        r = self.r
        return {
            "h": f"{r.randint(0, 2):02d}",
            "m": f"{r.randint(0, 59):02d}",
            "s": f"{r.randint(0, 59):02d}",
            "f": "500",
        }

    def _time(self) -> str:
        return self.r.choice(_TIMES).format(**self._numbers())

    def _clock(self) -> str:
        return "{h}:{m}:{s},{f}".format(**self._numbers())

    def _speaker(self, language: str) -> list[Piece]:
        r = self.r
        zh = language == "zh"
        if r.random() < 0.25:
            name = Piece(r.choice(_ZH_ROLES if zh else _EN_ROLES), "role")
        else:
            name = Piece(self._name(zh), "speaker")
        state = r.choice(_ZH_STATES if zh else _EN_STATES) if r.random() < 0.4 else ""
        return [name, Piece(state + (r.choice(("：", ":", "： ")) if zh else ": "), "")]

    def _name(self, zh: bool) -> str:
        r = self.r
        if zh:
            return r.choice(
                ("小" + r.choice(GIVEN), r.choice(SURNAMES) + "".join(r.sample(GIVEN, 2)), r.choice(SURNAMES) + "哥")
            )
        name = r.choice((r.choice(FIRST), r.choice(FIRST) + " " + r.choice(LAST), "Mr. " + r.choice(LAST)))
        return name.upper() if r.random() < 0.5 else name
