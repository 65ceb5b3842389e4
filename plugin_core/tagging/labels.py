"""
Labels out of a request in plain words: 请提取【品牌名】【价格】, "find every location and prop", 品牌名,价格.

What stands in 【】 or quotation marks is the labels; else the request is cut at commas and "and", and what only asks
(请帮我找出所有 …, find every … in the text) is left out. A label that holds an "and" of its own goes in 【】 or quotes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from plugin_core.errors import SettingsError

LONGEST = 48  # characters of a label
MOST = 64  # labels in one request

_BRACKETS = (r"【([^【】]*)】", r"「([^「」]*)」|『([^『』]*)』|“([^“”]*)”|\"([^\"]*)\"", r"\[([^\[\]]*)\]")
_AND = re.compile(
    r"""[,，、;；/|+＋\n。!！?？] | \.(?=\s|$) | \s(?:and|&|or|plus|as\ well\ as)\s
     | 以及|还有|或者|(?<!参)与(?!会)|(?<![普涉危])及(?!格)""",
    re.VERBOSE | re.IGNORECASE,
)
_HE = re.compile(r"(?<![饱温总缓柔平祥谐随附])和(?![服平尚弦谐解睦音声])")  # 和 joins, but not in 和服 or 平和
_ASKS = re.compile(
    r"""\s*(?:
      请|麻烦(?:你)?|劳驾|帮我|帮忙|替我|给我|我想?要|我需要|能不能|能否|可以|你能|告诉我|分别|依次|逐一
     |(?:从|在)[^,，、。【]{0,14}?(?:里面|当中|之中|中|里|内)|把|将
     |(?:提取|抽取|查找|抓取|找|圈|挑|标|列|写)(?:出来|出|到)|提取|抽取|查找|抓取|找(?=所有|全部|每|一下|[^零茬])|标注|标记|圈点
     |(?:识别|显示|输出|给)(?=出|所有|全部|每|一下|这|文|字)|一下|出(?=所有|全部|每)
     |(?:这段|这些|这个|以下|下面|下列)?(?:文本|字幕|文字|台词|文章|视频|片子|剧本|内容)(?:里面|中|里)?的?(?=\S)
     |(?:其中|里面|文中|出现|提到|涉及|包含|用到)过?的?(?=.)|所有的?|全部的?|全体|每一?个|各个|各种|任何|一切|它的|他们的|其
     |(?:please|kindly|can\ you|could\ you|would\ you|will\ you|help\ me(?:\ to)?|i\ want(?:\ to)?|i\ need(?:\ to)?
       |i'd\ like(?:\ to)?|let\ me|give\ me|tell\ me|show\ me|look\ for|search\ for|pick\ out|find|extract|identify
       |highlight|locate|detect|annotate|spot
       |(?:list|mark|tag|show|label|name|get|see)(?=\ (?:me|out|all|every|each|any|the)\b)
       |me|out|all(?:\ of)?|every\ single|every|each|any|the|some|an?|also|which)\b
     |[:：\-*•]
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_TAIL = re.compile(
    r"""\s*(?:
      (?:都|全部|一起|分别|统统)?(?:提取|抽取|找|标|标注|标记|列|识别|圈|挑|写)(?:出来|出|一下|下来)|都有哪些|有哪些|是哪些|是什么|有什么
     |吗|呢|吧|谢谢|就行|即可|[:：.?？!！。]
     |\b(?:mentioned|please|thanks|thank\ you|for\ me|there\ (?:is|are)|that\ appears?|you\ (?:can\ )?(?:find|see))
     |\b(?:in|from|within|inside)\ (?:the|this|these|that|those|my|our|following)(?:\ \w+){0,3}
     |\b(?:mentioned|found|seen|said|named)\ in\b.*
    )\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_EDGES = " \t\n\r\u3000【】[]「」『』“”\"'‘’`,，、;；:：。.!！?？*•·-–—"


def labels_of(request: str) -> tuple[str, ...]:
    """The labels that *request* names, in its order, each once. SettingsError if it names none."""
    labels, _ = checked(_named(request))
    return labels


def checked(labels: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    *labels* tidied (white space, brackets around them), each once, and notes on those left out.

    SettingsError if none is left, one is longer than ``LONGEST`` characters, or there are more than ``MOST``.
    """
    kept: dict[str, str] = {}
    notes: list[str] = []
    for given in labels:
        label = tidy(given)
        key = _key(label)
        if not label:
            notes.append("An empty label was left out.")
        elif key in kept:
            notes.append(f"The label {label} was asked twice; it is answered once.")
        elif len(label) > LONGEST:
            shown = label[:20]
            raise SettingsError(
                "label.long",
                f"The label {shown}… is {len(label)} characters long.",
                f"Use at most {LONGEST}: a few words.",
            )
        else:
            kept[key] = label
    if not kept:
        raise SettingsError(
            "label.none",
            "The request names nothing to look for.",
            "Say what you want, as in: 品牌名，价格 or location, prop.",
        )
    if len(kept) > MOST:
        raise SettingsError("label.many", f"{len(kept)} labels were asked.", f"Ask for at most {MOST} at a time.")
    return tuple(kept.values()), tuple(dict.fromkeys(notes))


def tidy(label: str) -> str:
    """*label* on one line, without brackets, quotes and punctuation around it, and without characters nobody sees."""
    seen = "".join(" " if mark.isspace() else mark for mark in label if mark.isspace() or _seen(mark))
    return " ".join(seen.split()).strip(_EDGES)


def _seen(mark: str) -> bool:
    return unicodedata.category(mark) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _named(request: str) -> list[str]:
    for pattern in _BRACKETS:
        found = ["".join(match.groups(default="")) for match in re.finditer(pattern, request[: 100 * MOST])]
        if any(tidy(one) for one in found):
            return [part for one in found for part in re.split(r"[,，、;；|\n]", one) if tidy(part)]
    parts = [piece for part in _AND.split(request[: 100 * MOST]) for piece in _HE.split(part)]
    return [label for part in parts if (label := _bare(tidy(part)))]


def _bare(part: str) -> str:
    """*part* of a request without the words that only ask; as it stands if nothing would be left."""
    kept = part
    while (found := _ASKS.match(kept)) and found.end():
        kept = kept[found.end() :]
    while (tail := _TAIL.search(kept)) and tail.start():
        kept = kept[: tail.start()]
    return tidy(kept) or ("" if _ASKS.match(part) else part)


def _key(label: str) -> str:
    return "".join(unicodedata.normalize("NFKC", label).casefold().split())
