"""
The paper's checks of captions: five of each sentence and one against the other captions of its video.

* length       5 to 25 Chinese characters
* script       Simplified Chinese and its punctuation only; Traditional characters and half-width marks are mended
* verb         something is done
* name         nobody and no place, organisation or work is named: a caption says what anybody can see
* typing       characters typed for others that sound or look like them; mended
* consistency  equation (19): a caption says what the others of its video say

The first five are of Chinese; captions in other languages are checked for consistency only, on words.
"""

from __future__ import annotations

import re
from collections.abc import Collection as Container
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from plugin_core.captioning.quality import consistency, grammar, typing_errors
from plugin_core.captioning.quality.consistency import Values
from plugin_core.captioning.quality.reading import Caption, Collection
from plugin_core.captioning.quality.values import CHECKS, Checked, Finding
from plugin_core.errors import SettingsError
from plugin_core.wording import full_width, to_simplified

if TYPE_CHECKING:
    from plugin_core.engines.typos import TypoEngine
    from plugin_core.tagging.known import Known

SHORTEST, LONGEST = 5, 25  # Chinese characters
THRESHOLDS = {"characters": 0.02, "words": 0.002}  # of consistency: benchmarks.caption_quality says what they find
FEWEST_VIDEOS = 20  # with fewer, every word is in many of them and no score says anything
NO_PACK = ("Typing errors were not looked for: no pack is there.", "没有检查错别字：缺少模型包。")
FEW = (
    f"Consistency was not judged: that needs captions of {FEWEST_VIDEOS} videos.",
    f"没有判断一致性：需要至少 {FEWEST_VIDEOS} 个视频的字幕。",
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_ALLOWED = re.compile(r"[\u3400-\u9fff\u3007，。、！？；：“”‘’（）《》…—]")
_WORD = re.compile(r"\w")


def check(
    collection: Collection,
    *,
    checks: Container[str] = CHECKS,
    unit: str = "characters",
    threshold: float | None = None,
    engine: TypoEngine | None = None,
    known: Known | None = None,
) -> Checked:
    """
    What the checks say of every caption of *collection*, in the order of CHECKS and of the file.

    *unit*: what n-grams of Chinese are made of; *threshold*: of its scores, usual for the unit. *engine* finds typing
    errors; without one that check does not run. *known*: the lexicons of a tagging pack, for names. SettingsError if a
    check, unit or threshold is none.
    """
    _valid(checks, unit, threshold)
    chinese = [caption for caption in collection.captions if caption.language.startswith("zh")]
    findings: list[Finding] = []
    if "length" in checks:
        findings += _length(collection.captions)
    if "script" in checks:
        findings += _script(chinese)
    simple = _mended(chinese, findings)
    if {"verb", "name"} & set(checks):
        findings += _grammar(simple, chinese, checks, known)
    if "typing" in checks and engine:
        findings += _typing(simple, chinese, engine)
    scores = _scores(collection, unit)
    notes = {}
    if "typing" in checks and not engine:
        notes["typing"] = NO_PACK
    if "consistency" in checks and len(collection.videos) < FEWEST_VIDEOS:
        notes["consistency"] = FEW
    elif "consistency" in checks:
        findings += _inconsistent(collection, scores, unit, THRESHOLDS[unit] if threshold is None else threshold)
    done = tuple(one for one in CHECKS if one in checks and one not in notes)
    return Checked(collection, tuple(findings), scores, done, tuple(notes.values()))


def _valid(checks: Container[str], unit: str, threshold: float | None) -> None:
    strange = [one for one in checks if one not in CHECKS]
    if strange or not checks:
        what = f"There is no check {strange[0]!r}." if strange else "No check is named."
        raise SettingsError("captions.check", what, f"Use some of: {', '.join(CHECKS)}.")
    if unit not in THRESHOLDS:
        raise SettingsError("captions.unit", f"{unit!r} is no unit.", f"Use {' or '.join(THRESHOLDS)}.")
    if threshold is not None and not 0 <= threshold <= 1:
        raise SettingsError("captions.threshold", f"{threshold} is no threshold.", "Use 0 to 1; 0.02 is usual.")


def _length(captions: Sequence[Caption]) -> Iterator[Finding]:
    """Of other languages only what says nothing."""
    for caption in captions:
        number = len((_HAN if caption.language.startswith("zh") else _WORD).findall(caption.text))
        if not number or (caption.language.startswith("zh") and not SHORTEST <= number <= LONGEST):
            yield Finding(caption, "length", str(number))


def _script(captions: Sequence[Caption]) -> Iterator[Finding]:
    simple = dict(zip(captions, simplified([caption.text for caption in captions]), strict=True))
    for caption in captions:
        text = full_width(re.sub(r"\s+", "", simple[caption]))
        strange = "".join(dict.fromkeys(one for one in text if not _ALLOWED.match(one)))
        other = strange or _different(caption.text, text)
        if other:
            yield Finding(caption, "script", other, "" if strange else text)


def simplified(texts: Sequence[str]) -> list[str]:
    """Each text in Simplified Chinese; only those with a Traditional character are converted."""
    traditional = {one for one in set("".join(texts)) if to_simplified(one) != one}
    return [to_simplified(text) if traditional.intersection(text) else text for text in texts]


def _different(text: str, new: str) -> str:
    """What of *text* is not in *new*; spaces as ␣."""
    return "".join(dict.fromkeys("␣" if one.isspace() else one for one in text if one not in new))


def _mended(captions: Sequence[Caption], findings: Sequence[Finding]) -> list[Caption]:
    """The captions as earlier checks mended them: a later one shall not trip over the same."""
    texts = {finding.caption.place: finding.mended for finding in findings if finding.mended}
    return [replace(one, text=texts[one.place]) if one.place in texts else one for one in captions]


def _grammar(
    simple: Sequence[Caption], captions: Sequence[Caption], checks: Container[str], known: Known | None
) -> Iterator[Finding]:
    words = grammar.tagged(caption.text for caption in simple)
    lexicon = grammar.lexicon(known)
    frequent = grammar.often(zip((caption.video for caption in captions), words, strict=True))
    if "verb" in checks:
        for caption, row in zip(captions, words, strict=True):
            if not grammar.has_verb(row, lexicon):
                yield Finding(caption, "verb", "")
    if "name" in checks:
        for caption, one, row in zip(captions, simple, words, strict=True):
            found = grammar.names(one.text, row, lexicon, frequent)
            if found:
                yield Finding(caption, "name", " ".join(found))


def _typing(simple: Sequence[Caption], captions: Sequence[Caption], engine: TypoEngine) -> Iterator[Finding]:
    for caption, one, found in zip(captions, simple, typing_errors.typos(simple, engine), strict=True):
        if found:
            detail = " ".join(f"{typo.typed}→{typo.meant}" for typo in found)
            yield Finding(caption, "typing", detail, typing_errors.mended(one.text, found))


def tokens(text: str, unit: str) -> list[str]:
    """What n-grams are made of: characters, or jieba's words; punctuation counts for nothing."""
    from plugin_core.typography import chinese_words

    pieces = text if unit == "characters" else chinese_words(text.lower())
    return [piece for piece in pieces if _WORD.search(piece)]


def _scores(collection: Collection, unit: str) -> Values:
    """Equation (19), each language for itself; other languages than Chinese have words."""
    scores = np.full(len(collection.captions), np.nan)
    for language in dict.fromkeys(caption.language for caption in collection.captions):
        places = [at for at, caption in enumerate(collection.captions) if caption.language == language]
        some = [collection.captions[at] for at in places]
        by = unit if language.startswith("zh") else "words"
        scores[places] = consistency.scores([tokens(one.text, by) for one in some], [one.video for one in some])
    return scores


def _inconsistent(collection: Collection, scores: Values, unit: str, threshold: float) -> Iterator[Finding]:
    for caption, score in zip(collection.captions, scores, strict=True):
        if score < (threshold if unit == "words" or caption.language.startswith("zh") else THRESHOLDS["words"]):
            yield Finding(caption, "consistency", f"{score:.4f}")
