"""How a translated text is written: spacing and punctuation of the language, and what stands around the words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plugin_core.sentences import Fragment
from plugin_core.typography import HAN, atoms, character_based, has_han
from plugin_core.wording import full_width, to_simplified

if TYPE_CHECKING:
    from plugin_core.glossary import Glossary

_WIDE = rf"[{HAN}，。！？、；：…“”‘’（）《》【】—]"
_SOUNDS = """
music 音乐|music playing 音乐|applause 掌声|laughter 笑声|laughs 笑|laughing 笑|laughter and applause 笑声和掌声
cheering 欢呼声|cheers 欢呼|crying 哭声|sobbing 抽泣|sighs 叹气|sigh 叹气|gasps 倒吸一口气|cough 咳嗽|coughs 咳嗽
coughing 咳嗽|screaming 尖叫|scream 尖叫|silence 寂静|inaudible 听不清|noise 噪声|footsteps 脚步声|doorbell 门铃声
door closes 关门声|door opens 开门声|phone ringing 电话铃声|gunshot 枪声|thunder 雷声|rain 雨声|wind 风声
dog barking 狗叫声|bird singing 鸟鸣声|engine 引擎声|siren 警笛声|explosion 爆炸声|whistling 口哨声|singing 歌声
speaking chinese 说中文|speaking english 说英语
"""  # the labels captioners use most
_EN_ZH = dict(entry.rsplit(" ", 1) for entry in re.split(r"[|\n]", _SOUNDS.strip()))
_ZH_EN = {zh: en for en, zh in reversed(_EN_ZH.items())}
_LABELS = {
    "旁白": "NARRATOR", "解说": "NARRATOR", "主持人": "HOST", "记者": "REPORTER", "画外音": "VOICE-OVER",
    "男": "MAN", "女": "WOMAN", "男声": "MAN", "男人": "MAN", "女声": "WOMAN", "女人": "WOMAN", "众人": "ALL",
    "合唱": "CHOIR",
}  # fmt: skip
_ZH_LABELS = {en: zh for zh, en in reversed(_LABELS.items())}
_SOUND = re.compile(r"\[([^\[\]\n]*)\]|【([^【】\n]*)】")
_LABEL = re.compile(r"([A-Z][A-Z0-9.'’& -]*[A-Z0-9.]|[\u4e00-\u9fff]{1,4})(\s?)([:：])(\s*)")
_TO_NARROW = str.maketrans("，。？！；：（）、“”‘’", ",.?!;:(),\"\"''")


def tidy(text: str, language: str) -> str:
    """*text* with the spaces, the punctuation and (in Simplified Chinese) the characters of *language*; one line."""
    text = re.sub(r"\s+", " ", text.replace("▁", " ")).strip()
    base = language.split("-", maxsplit=1)[0]
    if base == "zh":
        return _chinese(text if language.lower() in {"zh-hant", "zh-tw", "zh-hk"} else to_simplified(text))
    if character_based(language):
        return text
    if not has_han(text) and re.search(r"[，。？！；：（）、]", text):
        text = re.sub(r"(?<=[,;:?!])(?=[A-Za-z])", " ", text.translate(_TO_NARROW))
    return re.sub(r"\s+([,.?!;:%)\]])(?!\d)", r"\1", text)


def _chinese(text: str) -> str:
    before = ""
    while before != text:  # a mark made full-width has no blank beside it, which may bring it beside another
        before = text
        text = re.sub(r"(?<=[，。！？、；：“‘（《【])\s+|\s+(?=[，。！？、；：”’）》】])", "", text)
        text = full_width(re.sub(rf"(?<={_WIDE})\s+(?={_WIDE}|[,.?!;:])", "", text))
    return text


def decoration(text: str, source: str, target: str, glossary: Glossary | None) -> str:
    """
    What stands around the words of a cue, for the other language: bracketed sounds and usual labels are translated.

    Terms of the glossary come first; markup, music notes, dashes and names stay as they are.
    """
    if not text.strip():
        return text

    def term(word: str) -> str:
        found = glossary.terms_in(word, source, target) if glossary is not None else []
        return next((t.preferred for t in found if t.source.casefold() == word.casefold()), "")

    def sound(match: re.Match[str]) -> str:
        word = (match.group(1) or match.group(2) or "").strip()
        known = _EN_ZH if character_based(target) else _ZH_EN
        new = term(match.group()) or term(word) or known.get(word.casefold(), word)
        new = new.upper() if word.isupper() and new.isascii() else new
        return new if new[:1] in "[【" else f"[{new}]"

    def label(match: re.Match[str]) -> str:
        name = match.group(1)
        known = _ZH_LABELS if character_based(target) else _LABELS
        new = term(name) or known.get(name, name)
        return f"{new}：" if character_based(target) else f"{new}: "

    return _LABEL.sub(label, _SOUND.sub(sound, text))


def with_marks(text: str, fragment: Fragment, language: str) -> str:
    """*text* with the markup of *fragment* put back at words as far along as it was, in its order."""
    if not fragment.marks:
        return text
    words, places, position = atoms(text), [0], 0
    for word in words:
        position += len(word)
        places.append(position)
    if character_based(language) and len(words) < 2:
        places = list(range(len(text) + 1))
    size = max(len(fragment.text), 1)
    result, last = "", 0
    for offset, mark in fragment.marks:
        wanted = offset / size * len(text)
        place = max(min(places, key=lambda p: abs(p - wanted)), last)
        closing = mark.startswith("</")
        end = len(text[:place].rstrip()) if closing and len(text[:place].rstrip()) >= last else place
        result += text[last:end] + mark
        last = end
    return result + text[last:]
