"""
Does a Chinese caption have a verb, and does it name somebody or some place?

jieba tags the words. Its dictionary was made of newspapers: it calls 弹 a noun, 西瓜 a place and 小狗 a person. So a
word is an action too when it begins like one (``words.toml``), and it is a name when the lexicons of the tagging pack
say so, or when the dictionary does and the word is neither in the lexicons of things nor in many videos.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from plugin_core.tagging.known import Known

OFTEN = 4  # videos from which on a word is ordinary: a name is that of one
_TITLE = re.compile(r"《[^》]*》")
_NAMES = ("nr", "ns", "nt")
_BEFORE = "小老大"
_NOW = ("在", "正在", "正")  # what follows goes on
_THINGS = "画录鼓织锤拖练"  # what ends so is a thing
_ENDS = "里上下中内外前后旁边子狗猫马的地着了"  # no guessed name ends so
_PREDICATES = ("v", "i", "l", "uz", "ul", "ug", "ud")  # verbs, set phrases, and what stands behind verbs only
_SMALL = ("c", "d", "f", "m", "p", "q", "r", "t", "u")  # words of place, number and the like
Word = tuple[str, str]


@dataclass(frozen=True)
class Lexicon:
    """``words.toml`` with the words of the kinds that it names."""

    actions: frozenset[str]
    surnames: frozenset[str]
    also: frozenset[str]
    foreign: frozenset[str]
    ends: tuple[str, ...]
    names: frozenset[str]
    acts: frozenset[str]
    things: frozenset[str]


@cache
def lexicon(known: Known | None) -> Lexicon:
    """What is known by heart, with the lists of a tagging pack if there is one."""
    table: dict[str, Any] = tomllib.loads((files(__package__) / "words.toml").read_text("utf-8"))

    def listed(name: str) -> frozenset[str]:
        return frozenset(word for kind in table[name] for word in known.words(kind)) if known else frozenset()

    acts, things = (
        listed(kind) | frozenset(table[more].split()) for kind, more in (("acts", "done"), ("things", "common"))
    )
    sets = {name: frozenset("".join(table[name].split())) for name in ("actions", "surnames", "also", "foreign")}
    return Lexicon(
        **sets, ends=tuple(table["ends"].split()), names=listed("names") - acts - things, acts=acts, things=things
    )


def tagged(texts: Iterable[str]) -> list[list[Word]]:
    """The words of each text with jieba's tags."""
    import jieba
    import jieba.posseg

    jieba.setLogLevel(60)
    return [[(pair.word, pair.flag) for pair in jieba.posseg.cut(text)] for text in texts]


def has_verb(words: Sequence[Word], known: Lexicon) -> bool:
    """Whether something is done: a verb, or what is no thing and begins like an action."""
    edged = (("", ""), *words)
    return any(
        tag.startswith(_PREDICATES) or _is_act(word, tag, before, known) for (before, _), (word, tag) in pairwise(edged)
    )


def _is_act(word: str, tag: str, before: str, known: Lexicon) -> bool:
    if word in known.acts or (before == "和" and word[0] == "面"):
        return True
    if before in _NOW and word[0] in known.actions:
        return True  # 在用叉子
    if len(word) == 1 and tag.startswith(_SMALL):
        return False  # 桌子上
    ends = len(word) == 2 and word[1] in known.actions and word[1] not in _THINGS  # 刀切, 边弹
    ends = ends and not tag.startswith(_SMALL)  # 一顶
    return (word[:1] in known.actions or ends) and word not in known.things


def often(captions: Iterable[tuple[str, Sequence[Word]]]) -> frozenset[str]:
    """The words that are in the captions of OFTEN videos or more; *captions*: the video and the words of each."""
    videos: defaultdict[str, set[str]] = defaultdict(set)
    for video, words in captions:
        for word, _ in words:
            videos[word].add(video)
    return frozenset(word for word, seen in videos.items() if len(seen) >= OFTEN)


def names(text: str, words: Sequence[Word], known: Lexicon, frequent: frozenset[str] = frozenset()) -> list[str]:
    """What in *text* names a person, a place, an organisation or a work, in its order."""
    found = {match[0]: match.start() for match in _TITLE.finditer(text)}
    found |= {word: text.find(word) for word, tag in words if _is_name(word, tag, known, frequent)}
    return sorted(found, key=lambda name: found[name])


def _is_name(word: str, tag: str, known: Lexicon, frequent: frozenset[str]) -> bool:
    if word in known.names:
        return True
    if not tag.startswith(_NAMES) or len(word) < 2 or word in frequent or word in known.acts:
        return False
    if any(part in known.things for part in {word, word[:2], word[-2:], word[:-1], word[1:]}):
        return False  # 小白狗
    if word[0] in _BEFORE:
        return len(word) == 2 and word[1] in known.surnames  # 老王
    foreign = all(character in known.foreign for character in word)  # 约翰
    return foreign or (_is_person(word, known) if tag.startswith("nr") else _is_place(word, tag, known))


def _is_person(word: str, known: Lexicon) -> bool:
    if word[0] not in known.surnames or len(word) > 3 or word[-1] in _ENDS:
        return False
    return not (word[0] in known.also and _in_dictionary(word[1:]))  # 黄衣服


def _is_place(word: str, tag: str, known: Lexicon) -> bool:
    """Or an organisation."""
    if word.endswith(known.ends) and len(word) > 2:
        return True
    acting = word[:1] if len(word) > 2 else word
    return tag == "ns" and _in_dictionary(word) and not known.actions.intersection(acting)


def _in_dictionary(word: str) -> bool:
    import jieba

    return bool(jieba.dt.FREQ.get(word))
