"""
What is wrong with a cue: sentences for the person who corrects it. Nothing here changes a document.

================ ====================================================== ========================== ====================
code             the cue ...                                            value                      limit
================ ====================================================== ========================== ====================
reading-speed    has a text nobody can read in its time                 characters a second        the profile's
line-length      has a line wider than the profile allows               width of the line          the profile's
lines            has more lines than the profile allows                 lines                      the profile's
too-short        vanishes too soon                                      ms                         the profile's
too-long         stays too long                                         ms                         the profile's
gap              follows the cue before it too closely                  ms                         the profile's
overlap          begins before the cue before it has ended              ms of overlap              0
crosses-cut      stays over a shot cut without need, or flashes at one  ms from the cut            ms
empty            has no text in any language                            0                          1
untranslated     has no translation, or one that repeats the source     part that is the same      0.9
wrong-script     is written in another script than its language's       part in the other script   0.5
glossary         lacks a term of the glossary in its translation        terms missing              0
low-confidence   has words the recogniser was not sure of               least probability          0.5
repeated         says what the cue before it says                       times in a row             1
hallucination    looks invented by the recogniser                       times or characters/s      times or characters/s
anticipates      captions a sound before it is heard (BBC)              ms too early               80
brackets         has a bracket, quote or tag that is not closed         count                      0
punctuation      ends a line with a full stop or comma (Chinese)        count                      0
================ ====================================================== ========================== ====================
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from plugin_core import timing, typography
from plugin_core.clock import FrameRate
from plugin_core.document import LANGUAGE_TAG, Cue, Document
from plugin_core.profiles import Profile

SURE = 0.5  # a word below this probability is worth a look
SAME = 0.9
FASTEST = 2.5  # times the reading limit: no one speaks that fast
EARLY = 80  # ms a caption may stand before its sound: two frames at 25
CAPTION_TAG = "sdh:"  # with a mark's id, on a cue that captions it
LOOP = 4  # a phrase said this often in a row

# What Whisper-like models write over silence and music: they learnt it from the ends of videos.
_INVENTED = re.compile(
    r"thanks? (?:you )?for watching|(?:please )?(?:like and )?subscribe (?:to|and)|subtitles by|amara\.org|"
    r"transcription by|translated by|caption(?:s|ed) by|see you (?:in the )?next (?:time|video)|www\.\S+\.(?:com|org)|"
    r"请不吝点赞|點贊|订阅.{0,6}转发|打赏支持|明镜(?:需要您|与点点)|字幕(?:由|by|志愿者|组|製作|制作)|"
    r"谢谢(?:大家)?(?:的)?(?:观看|收看)|感谢(?:您的)?(?:观看|收看)|下期(?:再见|节目)|优优独播剧场|中文字幕志愿者",
    re.IGNORECASE,
)
_LOOP = re.compile(rf"(\S.{{0,40}}?)(?:[\s,，.。!！、]*\1){{{LOOP - 1},}}", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-z]+)(?:[ .][^<>]*)?>", re.IGNORECASE)
_PAIRS = {"(": ")", "[": "]", "（": "）", "《": "》", "「": "」", "『": "』", "【": "】", "“": "”", "〈": "〉"}
_STOP_AT_END = re.compile(r"[，。,][”’）」』]*$")
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one cue. *message* is a sentence with its numbers; *language* is empty for the whole cue."""

    cue_id: str
    code: str
    message: str
    value: float = 0.0
    limit: float = 0.0
    language: str = ""


class Terms(Protocol):
    """What checks need of a glossary: the terms a translation lacks."""

    def missing(
        self, source_text: str, target_text: str, source_language: str, target_language: str
    ) -> Sequence[object]: ...


def check(
    document: Document,
    profile: Profile,
    *,
    glossary: Terms | None = None,
    cuts: Sequence[int] = (),
    frame_rate: FrameRate | None = None,
) -> tuple[Problem, ...]:
    """
    The problems of every cue, in the order of the cues.

    *cuts* are shot cuts in ms; with a *frame_rate* times are judged in frames, as they will be shown.
    """
    rules = timing.Rules.of(profile, frame_rate, cuts)
    problems: list[Problem] = []
    heard = {mark.id: mark.start for mark in document.marks}
    said, says = 1, ""
    for index, cue in enumerate(document.cues):
        before = document.cues[index - 1] if index else None
        earlier, says = says, _says(cue)
        said = said + 1 if before and says and says == earlier else 1
        problems += _times(cue, before, rules)
        problems += _sounds(cue, heard)
        problems += _texts(cue, document, profile)
        problems += _translations(cue, document, glossary)
        problems += _recognition(cue, document, profile, said)
    return tuple(problems)


def _says(cue: Cue) -> str:
    return typography.joined(cue.texts[0]).casefold() if cue.texts else ""


# --- times ----------------------------------------------------------------------------------------------------------


def _times(cue: Cue, before: Cue | None, rules: timing.Rules) -> Iterator[Problem]:
    tick = rules.grid.tick
    start, end = tick(cue.start), tick(cue.end)
    shortest, longest = rules.grid.ms(rules.shortest), rules.grid.ms(rules.longest)
    if end - start < rules.shortest:
        message = f"Shown for {_s(cue.duration)}; at least {_s(shortest)} is needed to notice it."
        yield Problem(cue.id, "too-short", message, cue.duration, shortest)
    if end - start > rules.longest:
        message = f"Shown for {_s(cue.duration)}; at most {_s(longest)} is allowed."
        yield Problem(cue.id, "too-long", message, cue.duration, longest)
    if before is not None:
        yield from _gap(cue, start - tick(before.end), cue.start - before.end, rules)
    yield from _cuts(cue, start, end, rules)


def _gap(cue: Cue, ticks: int, ms: int, rules: timing.Rules) -> Iterator[Problem]:
    if ticks < 0:
        message = f"Begins {-ms} ms before the cue before it has ended."
        yield Problem(cue.id, "overlap", message, -ms, 0)
    elif ticks < rules.gap:
        least = rules.grid.ms(rules.gap)
        message = f"Follows the cue before it after {ms} ms; at least {least} ms let the eye see the change."
        yield Problem(cue.id, "gap", message, ms, least)


def _cuts(cue: Cue, start: int, end: int, rules: timing.Rules) -> Iterator[Problem]:
    """A cue that speech does not carry over a cut, or that begins or ends in the cut's zone on the far side."""
    cut = rules.cut_between(start, end - 1)
    spoken = rules.grid.tick(max((word.end for word in cue.words), default=cue.end))
    while cut is not None:
        at, zone = rules.grid.ms(cut), rules.grid.ms(rules.clear)
        if spoken <= cut:
            message = f"Stays {cue.end - at} ms after a shot cut although nobody speaks there any more."
            yield Problem(cue.id, "crosses-cut", message, cue.end - at, 0)
        elif min(cut - start, end - cut) < rules.clear:
            side, away = ("Begins", at - cue.start) if cut - start < end - cut else ("Ends", cue.end - at)
            place = "before" if side == "Begins" else "after"
            message = f"{side} {away} ms {place} a shot cut; it should be on the cut or {zone} ms away."
            yield Problem(cue.id, "crosses-cut", message, away, zone)
        cut = rules.cut_between(cut, end - 1)


def _s(ms: int) -> str:
    return f"{ms / 1000:.2f} s"


def _sounds(cue: Cue, heard: Mapping[str, int]) -> Iterator[Problem]:
    """A caption never anticipates its sound (BBC Subtitle Guidelines)."""
    marks = (tag.removeprefix(CAPTION_TAG) for tag in cue.tags if tag.startswith(CAPTION_TAG))
    late = max((heard[mark] - cue.start for mark in marks if mark in heard), default=0)
    if late > EARLY:
        message = f"Captions a sound {late} ms before it is heard."
        yield Problem(cue.id, "anticipates", message, late, EARLY)


# --- texts ----------------------------------------------------------------------------------------------------------


def _texts(cue: Cue, document: Document, profile: Profile) -> Iterator[Problem]:
    if not any(text.strip() for text in cue.texts):
        yield Problem(cue.id, "empty", "Has no text.", 0, 1)
        return
    spoken, tagged = _spoken(cue, document)
    for index, (text, column) in enumerate(zip(cue.texts, document.languages, strict=True)):
        if text.strip():
            language = tagged if index == spoken else column
            yield from _layout(cue, text, language, profile)
            yield from _pairs(cue, text, language)
            yield from _stops(cue, text, language, profile)


def _layout(cue: Cue, text: str, language: str, profile: Profile) -> Iterator[Problem]:
    limits = profile.limits(language)
    lines = text.split("\n")
    cps = typography.speed(text, language, cue.duration)
    if cps > limits.cps + 1e-6:
        message = f"Must be read at {cps:.1f} characters a second; the limit is {limits.cps:g}."
        yield Problem(cue.id, "reading-speed", message, round(cps, 2), limits.cps, language)
    widest = max(typography.width(line, language) for line in lines)
    if widest > limits.characters:
        message = f"Has a line of {widest:g} characters; the limit is {limits.characters}."
        yield Problem(cue.id, "line-length", message, widest, limits.characters, language)
    if len(lines) > limits.lines:
        message = f"Has {len(lines)} lines; the limit is {limits.lines}."
        yield Problem(cue.id, "lines", message, len(lines), limits.lines, language)


def _pairs(cue: Cue, text: str, language: str) -> Iterator[Problem]:
    bare = typography.plain(text)
    open_ones = sum(abs(bare.count(a) - bare.count(b)) for a, b in _PAIRS.items()) + bare.count('"') % 2
    tags = [
        (slash, name.lower()) for slash, name in _TAG.findall(text) if name.lower() in {"b", "i", "u", "font", "c", "v"}
    ]
    names = {name for _, name in tags} - {"v"}  # a WebVTT voice may stay open
    open_tags = sum(abs(tags.count(("", name)) - tags.count(("/", name))) for name in names)
    if open_ones or open_tags:
        what = "tag" if open_tags else "bracket or quote"
        count = open_ones + open_tags
        yield Problem(
            cue.id, "brackets", f"Has {count} {what}{'s'[: count > 1]} without a partner.", count, 0, language
        )


def _stops(cue: Cue, text: str, language: str, profile: Profile) -> Iterator[Problem]:
    if profile.punctuation != "spaces" or not language.lower().startswith("zh"):
        return
    count = sum(_STOP_AT_END.search(line) is not None for line in text.split("\n"))
    if count:
        message = "Ends a line with a full stop or comma, which this profile leaves out."
        yield Problem(cue.id, "punctuation", message, count, 0, language)


# --- translations ---------------------------------------------------------------------------------------------------


def _translations(cue: Cue, document: Document, glossary: Terms | None) -> Iterator[Problem]:
    spoken, source_language = _spoken(cue, document)
    if spoken is None:
        return
    for index, (text, language) in enumerate(zip(cue.texts, document.languages, strict=True)):
        if not text.strip() or (index == spoken and language != source_language and len(cue.texts) > 1):
            yield Problem(cue.id, "untranslated", "Has no translation.", 1, SAME, language)
            continue
        yield from _script(cue, text, source_language if index == spoken else language)
        if index != spoken:
            yield from _same(cue, cue.texts[spoken], text, language)
            if glossary is not None:
                lost = list(glossary.missing(cue.texts[spoken], text, source_language, language))
                yield from _terms(cue, lost, language)


def _spoken(cue: Cue, document: Document) -> tuple[int | None, str]:
    """The column of the text that was spoken, and its language: the tagged one, else that of the first text."""
    tagged = next((tag.removeprefix(LANGUAGE_TAG) for tag in cue.tags if tag.startswith(LANGUAGE_TAG)), "")
    if tagged in document.languages and cue.texts[document.column(tagged)].strip():
        return document.column(tagged), tagged
    column = next((index for index, text in enumerate(cue.texts) if text.strip()), None)
    return column, tagged or (document.languages[column] if column is not None else "")


def _script(cue: Cue, text: str, language: str) -> Iterator[Problem]:
    """Chinese without Chinese characters, or a Latin-script language with mostly Chinese characters."""
    letters = _LETTERS.findall(typography.plain(text))
    han = sum(map(typography.has_han, letters))
    if len(letters) < 2:
        return
    if language.lower().startswith("zh"):
        words = len(re.findall(r"[A-Za-z]{2,}", text))
        if not han and words > 2 and any(word.islower() for word in re.findall(r"[A-Za-z]{2,}", text)):
            message = "Has no Chinese character although it should be Chinese."
            yield Problem(cue.id, "wrong-script", message, 1, 0.5, language)
    elif not typography.character_based(language) and han > len(letters) / 2:
        message = f"Has {han} Chinese characters although it should not be Chinese."
        yield Problem(cue.id, "wrong-script", message, round(han / len(letters), 2), 0.5, language)


def _same(cue: Cue, source: str, text: str, language: str) -> Iterator[Problem]:
    """A translation that is its source. Names, numbers and single words may well be the same."""
    from rapidfuzz.distance import Levenshtein

    a, b = (typography.joined(typography.plain(value)).casefold() for value in (source, text))
    words = len(re.findall(r"[^\W\d_]{2,}", a)) if not typography.has_han(a) else typography.length(a)
    if words < 3:
        return
    same = Levenshtein.normalized_similarity(a, b)
    if same >= SAME:
        message = f"The translation is the source text again ({same:.0%} the same)."
        yield Problem(cue.id, "untranslated", message, round(same, 3), SAME, language)


def _terms(cue: Cue, lost: Sequence[object], language: str) -> Iterator[Problem]:
    if lost:
        named = ", ".join(map(_term, lost))
        message = f"The translation lacks {len(lost)} term{'s'[: len(lost) > 1]} of the glossary: {named}."
        yield Problem(cue.id, "glossary", message, len(lost), 0, language)


def _term(term: object) -> str:
    """How a glossary's term is shown: "source = target" if it has these, else as it prints itself."""
    source, target = getattr(term, "source", None), getattr(term, "target", None)
    return f"{source} = {target}" if isinstance(source, str) and isinstance(target, str) else str(term)


# --- recognition ----------------------------------------------------------------------------------------------------


def _recognition(cue: Cue, document: Document, profile: Profile, said: int) -> Iterator[Problem]:
    yield from _unsure(cue)
    if said > 1 and typography.length(_says(cue)) > 2:
        yield Problem(cue.id, "repeated", f"Says the same as the cue before it, {said} times in a row.", said, 1)
    yield from _invented(cue, document, profile)


def _unsure(cue: Cue) -> Iterator[Problem]:
    unsure = [word for word in cue.words if word.probability < SURE and word.text.strip()]
    if unsure:
        named = ", ".join(f"{word.text.strip()} ({word.probability:.0%})" for word in unsure[:4])
        more = f" and {len(unsure) - 4} more" if len(unsure) > 4 else ""
        least = min(word.probability for word in unsure)
        message = f"The recogniser was not sure of {len(unsure)} of {len(cue.words)} words: {named}{more}."
        yield Problem(cue.id, "low-confidence", message, round(least, 3), SURE)


def _invented(cue: Cue, document: Document, profile: Profile) -> Iterator[Problem]:
    """Only recognised speech can be invented: a cue without words was written by a person."""
    if not cue.words:
        return
    column, language = _spoken(cue, document)
    text = cue.texts[column] if column is not None else ""
    phrase = _INVENTED.search(typography.joined(text))
    loop = _LOOP.search(typography.joined(text))
    spoken = max(1, cue.words[-1].end - cue.words[0].start)
    cps, limit = typography.speed(text, language, spoken), FASTEST * profile.limits(language).cps
    message = ""
    value, most = 0.0, 0.0
    if phrase:
        message = f"“{phrase.group()}” is often written by recognisers where nobody speaks."
    elif loop and typography.length(loop.group()) >= 8:
        value, most = loop.group().count(loop.group(1)), LOOP - 1
        message = f"“{loop.group(1).strip()}” is said {value:g} times in a row, as recognisers do that are stuck."
    elif cps > limit and typography.length(text) > 6:
        value, most = round(cps, 1), limit
        message = f"Spoken at {cps:.0f} characters a second; nobody speaks that fast."
    if message:
        yield Problem(cue.id, "hallucination", message, value, most, language)
