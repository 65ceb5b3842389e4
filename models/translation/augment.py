"""What a training sentence may turn into: joined with others, numbers changed, names masked, source made rough.

Subtitles are not proof-read prose: a unit of translation may hold two sentences, lack its last stop or its capitals,
and contain words that the translation stage has masked by placeholders. Each change here is a case of that.
"""

from __future__ import annotations

import random
import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.training.corpus import Pair

# Names that are written one way in both languages of the corpus. English word -> Chinese word.
NAMES = {
    "Tom": "汤姆", "Mary": "玛丽", "John": "约翰", "Boston": "波士顿", "Japan": "日本", "Tokyo": "东京",
    "Australia": "澳大利亚", "America": "美国", "London": "伦敦", "Europe": "欧洲", "Canada": "加拿大",
    "France": "法国", "Paris": "巴黎", "China": "中国", "Italy": "意大利", "Africa": "非洲", "Harvard": "哈佛",
    "India": "印度", "England": "英国", "Germany": "德国", "Chicago": "芝加哥", "Kyoto": "京都", "Osaka": "大阪",
    "Hawaii": "夏威夷", "Asia": "亚洲", "Bob": "鲍勃", "Jim": "吉姆", "Bill": "比尔", "Mike": "迈克",
    "Jack": "杰克", "Ken": "肯", "Jane": "简", "Nancy": "南希", "Peter": "彼得", "New York": "纽约",
    "Singapore": "新加坡", "Rome": "罗马", "Switzerland": "瑞士", "Korea": "韩国", "Shanghai": "上海",
    "Beijing": "北京", "Brazil": "巴西", "Mexico": "墨西哥", "Facebook": "脸书", "Smith": "史密斯",
}  # fmt: skip
COUNTS = {"two": "两", "three": "三", "four": "四", "five": "五", "six": "六", "seven": "七", "eight": "八",
          "ten": "十", "twenty": "二十", "thirty": "三十"}  # fmt: skip
MASKED, CHANGED = 0.35, 0.5  # shares, of the sentences where it is possible
NO_STOP, LOWER, HALF_WIDTH, BLANK = 0.12, 0.06, 0.05, 0.06  # shares, of all sources


class Linked(NamedTuple):
    """A pair with links between units of its two sides; a unit is a range of characters."""

    en: str
    zh: str
    en_units: NDArray[np.int16]  # [len(en)] unit of each character, -1 for none
    zh_units: NDArray[np.int16]  # [len(zh)]
    links: NDArray[np.float32]  # [units of en, units of zh]


def replace(text: str, units: NDArray[np.int16], start: int, end: int, new: str) -> tuple[str, NDArray[np.int16]]:
    """Put ``new`` in place of text[start:end]; its characters belong to the unit of the first one replaced."""
    unit = units[start] if start < end else -1
    middle = np.full(len(new), unit, np.int16)
    return text[:start] + new + text[end:], np.concatenate([units[:start], middle, units[end:]])


def join(pairs: list[Linked], chance: random.Random) -> Linked:
    """Several pairs as one: English joined by blanks, Chinese by nothing."""
    chance.shuffle(pairs)
    en, zh, en_units, zh_units, blocks = "", "", [], [], []
    for pair in pairs:
        if en:
            en, en_units = en + " ", [*en_units, np.array([-1], np.int16)]
        rows, columns = sum(block.shape[0] for block in blocks), sum(block.shape[1] for block in blocks)
        en, zh = en + pair.en, zh + pair.zh
        en_units.append(np.where(pair.en_units >= 0, pair.en_units + rows, -1).astype(np.int16))
        zh_units.append(np.where(pair.zh_units >= 0, pair.zh_units + columns, -1).astype(np.int16))
        blocks.append(pair.links)
    links = np.zeros((sum(block.shape[0] for block in blocks), sum(block.shape[1] for block in blocks)), np.float32)
    row = column = 0
    for block in blocks:
        links[row : row + block.shape[0], column : column + block.shape[1]] = block
        row, column = row + block.shape[0], column + block.shape[1]
    return Linked(en, zh, np.concatenate(en_units), np.concatenate(zh_units), links)


def twins(pair: Linked) -> list[tuple[str, str]]:
    """Texts that stand once on each side and mean the same: numbers in digits, known names, small counts."""
    found = [(number, number) for number in set(re.findall(r"\d+", pair.en)) & set(re.findall(r"\d+", pair.zh))]
    found += [(en, zh) for en, zh in NAMES.items() if en in pair.en and zh in pair.zh]
    found += [(en, zh) for en, zh in COUNTS.items() if en in pair.en and zh in pair.zh and f"期{zh}" not in pair.zh]
    return [(en, zh) for en, zh in found if len(re.findall(rf"\b{en}\b", pair.en)) == 1 and pair.zh.count(zh) == 1]


def swap(pair: Linked, en: str, zh: str, new: str) -> Linked:
    """The same pair with ``new`` on both sides in place of a twin."""
    found = re.search(rf"\b{en}\b", pair.en)
    if found is None or zh not in pair.zh:
        return pair
    en_text, en_units = replace(pair.en, pair.en_units, *found.span(), new)
    at = pair.zh.index(zh)
    zh_text, zh_units = replace(pair.zh, pair.zh_units, at, at + len(zh), new)
    links = pair.links.copy()
    row, column = pair.en_units[found.start()], pair.zh_units[at]
    if row >= 0 and column >= 0:
        links[row], links[:, column] = 0, 0
        links[row, column] = 1
    return Linked(en_text, zh_text, en_units, zh_units, links)


def mask(pair: Linked, chance: random.Random) -> Linked:
    """Replace twins by placeholders, or numbers by other numbers, in a share of the pairs that have any."""
    candidates = twins(pair)
    if not candidates:
        return pair
    free = [f"⟦{index}⟧" for index in range(10)]
    chance.shuffle(free)
    masked = chance.random() < MASKED
    for en, zh in candidates[:6]:
        if masked and chance.random() < 0.8:
            pair = swap(pair, en, zh, free.pop())
        elif en.isdigit() and chance.random() < CHANGED:
            pair = swap(pair, en, zh, str(chance.randrange(10 ** (len(en) - 1), 10 ** len(en))))
    return pair


def roughen(text: str, units: NDArray[np.int16], language: str, chance: random.Random) -> tuple[str, NDArray[np.int16]]:
    """A source as recognisers and subtitles have it: no last stop, lower case, half-width marks, a blank inside."""
    if chance.random() < NO_STOP and text[-1] in ".。!！":
        text, units = text[:-1], units[:-1]
    if language == "en" and chance.random() < LOWER:
        text = text.lower()
    if language == "zh" and chance.random() < HALF_WIDTH:
        text = text.translate(str.maketrans("，？！：；", ",?!:;"))
    if language == "zh" and len(text) > 6 and chance.random() < BLANK:
        at = chance.randrange(2, len(text) - 2)
        if not text[max(at - 3, 0) : at + 3].count("⟦"):
            text, units = replace(text, units, at, at, " ")
    return text, units


def augment(pair: Linked, to: str, chance: random.Random) -> Linked:
    """One random variant of a pair, for translation into ``to``."""
    pair = mask(pair, chance)
    if to == "zh":
        en, en_units = roughen(pair.en, pair.en_units, "en", chance)
        return pair._replace(en=en, en_units=en_units) if en.strip() else pair
    zh, zh_units = roughen(pair.zh, pair.zh_units, "zh", chance)
    return pair._replace(zh=zh, zh_units=zh_units) if zh.strip() else pair


def mask_all(pair: Pair, chance: random.Random) -> Pair | None:
    """The pair with all its twins masked, or None where it has none: for measuring what comes out again."""
    units = (np.zeros(len(pair.en), np.int16), np.zeros(len(pair.zh), np.int16))
    linked = Linked(pair.en, pair.zh, *units, np.zeros((1, 1), np.float32))
    candidates = twins(linked)[:6]
    marks = [f"⟦{index}⟧" for index in chance.sample(range(10), len(candidates))]
    for (en, zh), mark in zip(candidates, marks, strict=True):
        linked = swap(linked, en, zh, mark)
    return Pair(linked.en, linked.zh) if candidates else None


def without_stop(pair: Pair, direction: str) -> Pair:
    """The pair whose source has lost its last full stop."""
    if direction.startswith("zh"):
        return pair._replace(zh=pair.zh.rstrip("。"))
    return pair._replace(en=pair.en.rstrip(".") or pair.en)
