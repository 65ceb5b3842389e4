"""
What Final Cut Pro calls things: FCPXML versions, caption roles and their languages, formats, effects.

The names of effects, formats and roles are those in Final Cut Pro's own exports. A caption's role names its format and
language, "iTT?captionFormat=ITT.cmn-Hans"; Final Cut Pro reads a language it does not know as English, and knows
Chinese as ``cmn-Hans`` and ``cmn-Hant`` only (its exports; Apple's "Roles Attribute": RFC 5646 tags, a subset).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from plugin_core.clock import FrameRate

_CONFORM = ("23.98", "24", "25", "29.97", "30", "60", "47.95", "48", "50", "59.94")
CONFORM_RATES = {  # the values of conform-rate's srcFrameRate, by version of the DTD: its only change that we use
    "1.9": _CONFORM,
    "1.10": _CONFORM,
    "1.11": _CONFORM,
    "1.12": _CONFORM,
    "1.13": (*_CONFORM, "90", "100", "119.88", "120"),
}
VERSIONS = tuple(CONFORM_RATES)

TITLE = (
    "Basic Title",
    ".../Titles.localized/Bumper:Opener.localized/Basic Title.localized/Basic Title.moti",
)
PLACEHOLDER = (
    "Placeholder",
    ".../Generators.localized/Elements.localized/Placeholder.localized/Placeholder.motn",
)
DISSOLVE = ("Cross Dissolve", "FxPlug:4731E73A-8DAC-4113-9A30-AE85B1761265")

TITLE_ROLE = "Subtitles"
CAPTION_ROLES = {"ITT": "iTT", "SRT": "SRT"}

_CAPTION_ROLE = re.compile(r"(?:.*\?)?captionFormat=([^.]+)\.(.+)", re.S)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_TO_TAG = {
    "zh": "cmn-Hans", "zh-hans": "cmn-Hans", "zh-cn": "cmn-Hans", "zh-sg": "cmn-Hans", "zh-hans-cn": "cmn-Hans",
    "zh-hant": "cmn-Hant", "zh-tw": "cmn-Hant", "zh-hk": "cmn-Hant", "zh-mo": "cmn-Hant", "zh-hant-tw": "cmn-Hant",
}  # fmt: skip
_FROM_TAG = {"cmn": "zh", "cmn-hans": "zh", "zh-hans": "zh", "zh-cn": "zh", "cmn-hant": "zh-Hant", "zh-tw": "zh-Hant"}


def tags_of(languages: Sequence[str]) -> tuple[str, ...]:
    """What stands for each of a document's languages in a role; two never share one: the later keeps its own name."""
    tags: list[str] = []
    for number, language in enumerate(languages):
        own = language if _LANGUAGE.fullmatch(language) else "und"
        tag = _TO_TAG.get(own.lower(), own)
        tag = own if tag in tags else tag
        tags.append(tag if tag not in tags else f"{tag}-x-{number}")
    return tuple(tags)


def language_of(tag: str) -> str:
    """Our language of a role's tag: "zh" for "cmn-Hans", "en-US" as it is."""
    return _FROM_TAG.get(tag.lower(), tag)


def caption_role(caption_format: str, tag: str) -> str:
    """The role of a caption of "ITT" or "SRT" in the language *tag*."""
    return f"{CAPTION_ROLES[caption_format]}?captionFormat={caption_format}.{tag}"


def tag_in_role(role: str) -> str:
    """The language tag in a caption's or one of our titles' roles, "" if it names none."""
    if found := _CAPTION_ROLE.fullmatch(role):
        return found[2].strip()
    main, _, tag = role.partition(".")
    return tag if main == TITLE_ROLE and _LANGUAGE.fullmatch(tag) and tag != f"{TITLE_ROLE}-1" else ""


def format_name(width: int, height: int, rate: FrameRate) -> str:
    """The name of one of Final Cut Pro's own formats, "" for a custom one."""
    number = _SHORT_RATES.get(rate.fps)
    size = _SIZES.get((width, height))
    return f"FFVideoFormat{size}p{number}" if number and size else ""


_SHORT_RATES = {
    Fraction(24000, 1001): "2398", Fraction(24): "24", Fraction(25): "25", Fraction(30000, 1001): "2997",
    Fraction(30): "30", Fraction(50): "50", Fraction(60000, 1001): "5994", Fraction(60): "60",
}  # fmt: skip
_SIZES = {
    (1280, 720): "720", (1920, 1080): "1080", (2048, 1080): "2048x1080", (3840, 2160): "3840x2160",
    (4096, 2160): "4096x2160",
}  # fmt: skip


def conform_name(fps: Fraction) -> str:
    """How conform-rate names a rate: "23.98", "47.95", "25"."""
    name = FrameRate(fps).name
    return {"23.976": "23.98", "47.952": "47.95"}.get(name, name)
