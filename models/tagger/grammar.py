"""
Turns and cues: how speech, its speakers and states, sounds, music, deeds and titles are put side by side in one text.

A :class:`Writer` draws the habits of one document (brackets, colons, case, times) once and then writes its parts; the
layouts of whole documents are in styles.py. What is an item follows guideline.md to the letter.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from models.tagger.chinese import Chinese
from models.tagger.drafts import Draft, Phrase, phrase
from models.tagger.english import English
from models.tagger.lexicons import layouts, lyrics
from models.tagger.source import Source

PAIRS = {
    "zh": ("[]", "[]", "[]", "【】", "【】", "（）", "（）", "（）", "()", "()", "〔〕", "**", "{}", "〈〉", "［］"),
    "en": ("[]", "[]", "[]", "[]", "()", "()", "()", "**", "{}", "（）"),
}
JOINS = {"zh": ("+", "+", "＋", "、", "/", " + ", "，", "；"), "en": (" + ", "+", "/", ", ", ", ", "; ", " / ")}
EMOJI = "😂🤣😭🔥✨❤️👍🎉😱🙏💕🌟😅🤔👏💯🥺😍🎬🐶"
GENERIC = {
    "zh": ("音乐", "BGM", "音效", "歌声", "掌声", "笑声"),
    "en": ("MUSIC", "Music", "music", "applause", "laughter", "MUSIC PLAYING"),
}
LABELS: dict[str, dict[str, list[str]]] = layouts()["labels"]


@dataclass
class Habits:
    """What stays the same in one document."""

    language: str
    mixed: bool
    cue: str  # bracket pair of sounds and music
    state: str  # bracket pair of states
    colon: str
    case: Callable[[str], str]  # of cues
    names: Callable[[str], str]  # of speakers
    plain: str  # how speech is written: "", "bare" (no marks), "lower"
    join: str
    loose: float  # chance that one cue breaks the habit
    padded: str = ""  # a space inside brackets
    after: str = ""  # between prefix or bracket and words


def sentence_case(text: str) -> str:
    """First letter large."""
    return text[:1].upper() + text[1:]


@dataclass
class Writer:
    """Writes the parts of one document into *draft*."""

    source: Source
    chance: random.Random
    habits: Habits
    draft: Draft = field(default_factory=Draft)
    cast: list[str] = field(default_factory=list)
    inline: bool = False  # parts follow one another on a line: each needs a mark that says where it begins

    @classmethod
    def new(cls, source: Source, chance: random.Random, language: str, mixed: bool = False) -> Writer:
        """A writer with habits drawn anew."""
        zh = language == "zh"
        habits = Habits(
            language=language,
            mixed=mixed,
            cue=chance.choice(PAIRS[language]),
            state=chance.choice(("（）", "（）", "()", "()", "[]", "【】") if zh else ("()", "()", "()", "[]")),
            colon=chance.choice(("：", "：", "：", ":", ":", ": ", " ：") if zh else (": ", ": ", ": ", ":", " : ")),
            case=str if zh else chance.choice((str, str, str.upper, str.upper, sentence_case, str.title)),
            names=str if zh else chance.choice((str.upper, str.upper, str.upper, str, str, str.lower)),
            plain=chance.choices(("", "bare", "lower"), (80, 12, 8))[0],
            join=chance.choice(JOINS[language]),
            loose=0.08,
            padded=" " if chance.random() < 0.05 else "",
            after=chance.choice(("", "", " ") if zh else (" ", " ", " ", " ", "")),
        )
        return cls(source, chance, habits)

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def language(self) -> str:
        """That of the next part: the document's, unless it mixes."""
        if self.habits.mixed and self.maybe(0.5):
            return self.chance.choice(("zh", "en"))
        return self.habits.language

    @property
    def grammar(self) -> Chinese | English:
        return self.source.grammars[self.language()]

    def put(self, text: str) -> Writer:
        """Append what is no item."""
        self.draft.put(text)
        return self

    # Speech

    def name(self) -> str:
        """A speaker, of a small cast that comes back."""
        if not self.cast or (len(self.cast) < 4 and self.maybe(0.4)):
            name = self.grammar.speaker()
            name = self.habits.names(name) if name.isascii() else name
            self.cast.append(name)
        return self.chance.choice(self.cast)

    def sentence(self, most: int = 2) -> str:
        """One or more sentences in the document's spelling."""
        language = self.language()
        parts = [self.source.sentence(language)]
        while len(parts) < most and self.maybe(0.22):
            parts.append(self.source.sentence(language))
        text = ("" if language == "zh" else " ").join(parts)
        if self.habits.plain == "bare":
            text = re.sub(r"[，。！？；、]+", " " if self.maybe(0.5) else "", text) if language == "zh" else text
            text = re.sub(r"[.,!?;]+(?=\s|$)", "", text)
        if self.habits.plain in ("bare", "lower") and self.maybe(0.8):
            text = text.lower()
        return text.strip() or ("好" if language == "zh" else "yes")

    def words(self, wrap: str = "") -> Writer:
        """Speech: one item, sometimes cut in two or three by a bracket that is an item, sometimes quoted."""
        text = self.sentence()
        if wrap and len(text) > 8 and self.maybe(0.4):
            text = self.broken(text, wrap)
        if self.maybe(0.025):
            a, b = self.chance.choice(("“”", '""', "「」", "『』"))
            if a not in text and b not in text:
                self.put(a).draft.item("speech", text)
                return self.put(b)
        at = self.middle(text)
        if at and self.maybe(0.1):
            self.draft.item("speech", text[:at].rstrip())
            self.put(self.gap(text[at - 1 : at]))
            self.inner_bracket()
            self.put(self.gap(text[at : at + 1]))
            self.draft.item("speech", text[at:].lstrip())
        else:
            self.draft.item("speech", text)
        return self

    def gap(self, beside: str) -> str:
        """Between words and a bracket inside them."""
        if beside == " " or beside.isascii():
            return " " if self.maybe(0.9) else ""
        return "" if self.maybe(0.75) else " "

    def inner_bracket(self) -> None:
        """What may stand between the words of one turn."""
        shape = self.chance.random()
        if shape < 0.12:
            self.state_bracket(self.grammar.state())
        elif shape < 0.4:
            self.bracket("action", self.grammar.action(), pair=self.habits.state)
        elif shape < 0.55:
            self.bracket("sound", Phrase(self.grammar.sounding()), pair=self.habits.state)
        else:
            self.cue()

    def middle(self, text: str) -> int:
        """A place where speech may be cut: between words, or after a mark in Chinese."""
        places = [
            m.end()
            for m in re.finditer(r"[，。！？…,.!?]\s?|(?<=[a-z]) (?=[A-Za-z])", text)
            if 3 < m.end() < len(text) - 3
        ]
        return self.chance.choice(places) if places else 0

    def broken(self, text: str, by: str) -> str:
        """A line break about the middle."""
        half = len(text) // 2
        spaces = [m.start() for m in re.finditer(" ", text)]
        if spaces and text.isascii():
            at = min(spaces, key=lambda place: abs(place - half))
            return text[:at] + by + text[at + 1 :]
        return text[:half] + by + text[half:] if not text.isascii() else text

    # Prefixes

    def prefix(self) -> Writer:
        """Who speaks and how, in one of the ways documents write it."""
        shape = self.chance.random()
        name = self.name()
        zh = not name.isascii()
        if shape < 0.36:
            self.speaker(name).put(self.colon(zh))
        elif shape < 0.62:
            self.speaker(name).put(" " if not zh or self.maybe(0.06) else "")
            self.beside_name(name)
            self.put(self.colon(zh))
        elif shape < 0.72:
            pair = self.chance.choice(("[]", "【】", "[]", "（）") if zh else ("[]", "[]", "()"))
            inside = ":" if self.maybe(0.05) else ""
            self.put(pair[0]).speaker(name).put(
                inside + pair[1] + (self.colon(zh) if self.maybe(0.12) else self.habits.after)
            )
        elif shape < 0.8:
            self.speaker(name).put(self.colon(zh))
            self.after_name()
            if self.maybe(0.08):
                return self
        elif shape < 0.83 and zh:
            self.speaker(name).draft.item(
                "state", self.chance.choice(("OS", "VO", "画外音", "旁白", "os", "O.S", "（OS）"[1:3], "V.O."))
            )
            self.put(self.colon(zh))
        elif shape < 0.86 and zh:
            a, b = self.chance.choice(("「」", "“”", "『』"))
            self.speaker(name).put(self.chance.choice(("", "：", " ")) + a)
            self.draft.item("speech", self.sentence(1).replace(a, "").replace(b, ""))
            self.put(b)
            return self
        elif shape < 0.94:
            self.state_bracket(self.grammar.state())
            self.put(self.habits.after)
        elif shape < 0.97:
            self.after_name()
        else:
            who = self.chance.choice(
                ("画外音", "OS", "VO", "旁白", "问", "答", "Q", "A")
                if zh
                else ("V.O.", "VO", "Q", "A", "NARRATOR", "VOICEOVER")
            )
            self.speaker(who).put(self.colon(zh))
        return self.words()

    def colon(self, zh: bool) -> str:
        """The document's colon; Chinese ones stay with Chinese names."""
        if zh or self.habits.language == "en":
            return self.habits.colon
        return self.chance.choice((":", ": ", "："))

    def speaker(self, name: str) -> Writer:
        self.draft.item("speaker", name)
        return self

    def beside_name(self, name: str) -> None:
        """The bracket between a name and its colon: a state, a deed, both, or nothing that counts."""
        a, b = self.habits.state if self.maybe(0.92) else self.chance.choice(PAIRS[self.habits.language][:9])
        grammar = self.source.grammars["en" if name.isascii() and not self.habits.mixed else self.habits.language]
        shape = self.chance.random()
        self.put(a)
        if shape < 0.62:
            self.draft.item("state", self.stated(grammar.state()))
        elif shape < 0.68:
            self.draft.item("state", self.stated(grammar.face()))
        elif shape < 0.78:
            self.draft.item("state", self.stated(grammar.sounding()))
        elif shape < 0.93:
            self.draft.item("action", self.cased(grammar.action()))
        elif shape < 0.97:
            both = [("action", grammar.action().text), ("state", grammar.state())]
            self.chance.shuffle(both)
            self.draft.item(*both[0]).put("，" if not name.isascii() else ", ").item(*both[1])
        else:
            self.put(
                self.chance.choice(
                    ("CONT'D", "cont'd", "CONTINUED", "续") if name.isascii() else ("续", "续", "CONT'D")
                )
            )
        self.put(b)

    def after_name(self) -> None:
        """A bracket between the colon and the words, or before words without a name."""
        pair = self.habits.state
        shape = self.chance.random()
        if shape < 0.5:
            self.state_bracket(self.grammar.state())
        elif shape < 0.7:
            self.bracket("sound", Phrase(self.grammar.sounding()), pair=pair)
        elif shape < 0.75:
            self.bracket("sound", Phrase(self.grammar.word("sound", "silence.words")), pair=pair)
        elif shape < 0.88:
            self.bracket("action", Phrase(self.grammar.face()) if self.maybe(0.2) else self.grammar.action(), pair=pair)
        else:
            self.bracket("sound", self.grammar.sound(), pair=pair)
        self.put(self.habits.after)

    def stated(self, state: str) -> str:
        """A state in the case of the document's names."""
        return state.upper() if state.isascii() and self.habits.names is str.upper and self.maybe(0.4) else state

    def state_bracket(self, state: str) -> None:
        a, b = self.habits.state if self.maybe(0.7) else self.habits.cue
        self.put(a).draft.item("state", self.stated(state))
        self.put(b)

    # Cues

    def cased(self, words: Phrase) -> Phrase:
        """A cue in the document's case, where that keeps its length."""
        case = self.habits.case if self.maybe(1 - self.habits.loose) else str
        text = case(words.text)
        return Phrase(text, words.marks, words.kind) if len(text) == len(words.text) else words

    def event(self, only: str = "") -> Phrase:
        """A sound, music or a deed."""
        kind = only or self.chance.choices(("sound", "music", "action"), (54, 33, 13))[0]
        grammar = self.grammar
        if kind != "action" and self.maybe(0.02):
            words = self.chance.choice(GENERIC[self.habits.language])
            music = words.lower().startswith(("music", "bgm", "音乐", "歌"))
            return Phrase(words, (), "music" if music else "sound")
        made = grammar.sound() if kind == "sound" else grammar.music() if kind == "music" else grammar.action()
        return self.cased(made).of(kind)

    def bracket(self, kind: str, words: Phrase, pair: str = "") -> Writer:
        """One item in brackets."""
        a, b = self.pair(pair)
        self.put(a + self.habits.padded).draft.item(kind, self.decorated(words))
        return self.put(self.habits.padded + b)

    def decorated(self, words: Phrase) -> Phrase:
        """Sometimes a stop, an ellipsis or an emoji that ends the words in their bracket."""
        if self.maybe(0.06):
            return phrase(words, self.chance.choice((".", "…", "...", "。", "！", "!", self.chance.choice(EMOJI))))
        return words

    def pair(self, pair: str = "") -> tuple[str, str]:
        pair = pair or self.habits.cue
        if self.maybe(self.habits.loose):
            pair = self.chance.choice(PAIRS[self.habits.language])
        return pair[0], pair[1]

    def cue(self, kind: str = "") -> Writer:
        """A bracket with one event or several."""
        a, b = self.pair()
        first = self.event(kind)
        self.put(a + self.habits.padded)
        if self.maybe(0.07) and first.kind in LABELS[self.habits.language]:
            self.put(
                self.chance.choice(LABELS[self.habits.language][first.kind]) + self.chance.choice(("：", ":", ": "))
            )
        self.draft.item(first.kind, self.decorated(first))
        while self.maybe(0.13):
            other = self.event(self.chance.choice(("sound", "sound", "music")))
            self.put(self.habits.join if self.maybe(0.8) else self.chance.choice(JOINS[self.habits.language]))
            self.draft.item(other.kind, other)
        return self.put(self.habits.padded + b)

    def notes(self, wrap: str = "\n") -> Writer:
        """Sung words or a description of music between notes."""
        a = self.chance.choice(("♪", "♪", "♪", "♫", "♪♪", "🎵", "#", "♬", "🎶"))
        space = " " if self.maybe(0.8) or a == "#" else ""
        shape = self.chance.random()
        if shape < 0.06 and a != "#":
            run = a * self.chance.choice((1, 2, 3)) if self.maybe(0.7) else f"{a} {a}"
            self.draft.item("music", run)
            return self
        self.put(a + space)
        if shape < 0.3:
            pair = self.chance.choice(("()", "[]", "", "（）"))
            self.put(pair[:1]).draft.item("music", self.cased(self.grammar.music()))
            self.put(pair[1:])
        else:
            text = self.chance.choice(lyrics(self.language())) if self.maybe(0.4) else self.sentence(1)
            text = text.rstrip("。.") if self.maybe(0.7) else text
            text = (
                self.chance.choice(("la la la", "oh oh oh", "啦啦啦", "na na na", "哦哦哦", "ooh"))
                if self.maybe(0.08)
                else text
            )
            self.draft.item("music", self.broken(text, wrap) if wrap and len(text) > 16 and self.maybe(0.3) else text)
        return self.put(space + a if self.maybe(0.85) else "")

    def title(self) -> Writer:
        """Text on the screen, bare or in brackets; or the bare words of a card in brackets."""
        if self.maybe(0.2):
            a, b = self.pair()
            words = self.grammar.place_time()
            self.put(a).draft.item("title", Phrase(words, ((0, len(words), "item"),)))
            return self.put(b)
        enclosed = self.inline or self.maybe(0.4)
        a, b = self.pair() if enclosed else ("", "")
        words = self.grammar.title()
        self.put(a).draft.item("title", words)
        return self.put(b)

    def labelled(self) -> Writer:
        """A line whose label only names the kind: 音效：…, MUSIC: …"""
        event = self.event()
        label = self.chance.choice(LABELS[self.habits.language][event.kind])
        self.put(label + self.chance.choice(("：", ":", ": ") if self.habits.language == "zh" else (": ", ":")))
        if self.maybe(0.15):
            return self.bracket(event.kind, event)
        self.draft.item(event.kind, event)
        return self
