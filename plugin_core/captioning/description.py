"""
A draft of an audio description: the captions of shots in the pauses between cues that are long enough to speak them.

A description begins while its shot is on, keeps clear of every cue, and has the time that reading it takes:

* English: 160 words a minute, the lower end of the rate of speech that the BBC's subtitle guidelines count with
* Chinese: 240 syllables a minute, the usual rate of the Putonghua Proficiency Test (普通话水平测试实施纲要)

It is written as WebVTT for a ``<track kind="descriptions">``, which players give to a voice (HTML Standard, 4.8.11).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from plugin_core.captioning import marking
from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError, SettingsError
from plugin_core.formats import vtt
from plugin_core.formats.layout import Layout

RATES: Mapping[str, int] = {"zh": 240, "en": 160}  # characters or words a minute
SLOWEST, FASTEST = 60, 600
LEAST = 1_000  # ms that even a word takes to be understood
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """
    How captions are read. *rates*: Chinese characters and words of other languages a minute. *clear*: ms that are kept
    free before and after a cue; *apart*: between two descriptions; *late*: how long after its shot one may end.
    """

    rates: Mapping[str, int] = field(default_factory=lambda: dict(RATES))
    clear: int = 250
    apart: int = 500
    late: int = 2_000

    def __post_init__(self) -> None:
        if wrong := [rate for rate in self.rates.values() if not SLOWEST <= rate <= FASTEST]:
            what = f"Nobody reads {wrong[0]} words or characters a minute."
            raise SettingsError("captions.rate", what, f"Use {SLOWEST} to {FASTEST}.")

    def ms(self, text: str) -> int:
        """How long *text* takes to be read aloud, whatever scripts it mixes."""
        words = len(_WORD.findall(_HAN.sub(" ", text)))
        spoken = 60_000 * (len(_HAN.findall(text)) / self.rates["zh"] + words / self.rates["en"])
        return max(LEAST, round(spoken))


@dataclass(frozen=True, slots=True)
class Draft:
    """The *cues* of an audio description, and how many captions were *left* out because no pause was long enough."""

    cues: tuple[Cue, ...]
    left: int


USUAL = Reading()


def drafted(document: Document, language: str, reading: Reading = USUAL) -> Draft:
    """The audio description of *document* in *language*. DocumentError if it has no captions in it."""
    captions = sorted((mark for mark in document.marks if mark.kind == marking.KIND), key=lambda mark: mark.start)
    told = [(mark.start, mark.end, marking.texts_of(mark).get(language, "")) for mark in captions]
    if not any(text for _, _, text in told):
        there = ", ".join(marking.languages_in(document))
        hint = f"There are some in {there}." if there else "Run `zimu describe` on its film."
        raise DocumentError("captions.none", f"The document has no captions in {language}.", hint)
    spoken = [(cue.start, cue.end) for cue in document.cues]
    return placed([one for one in told if one[2]], spoken, reading, document.media.duration)


def placed(told: Sequence[tuple[int, int, str]], spoken: Iterable[Span], reading: Reading, duration: int = 0) -> Draft:
    """
    *told* (start, end of a shot in ms, its caption; in order of time) in the pauses between what is *spoken*.

    A caption that says the same as the one before it is not said again.
    """
    busy = _merged((start - reading.clear, end + reading.clear) for start, end in spoken)
    cues: list[Cue] = []
    at, left, before = 0, 0, ""
    for start, end, text in told:
        if text == before:
            continue
        need = reading.ms(text)
        last = min(end + reading.late, duration) if duration else end + reading.late
        begin = _free(busy, max(start, at), need)
        if begin >= end or begin + need > last:
            left += 1
            continue
        cues.append(Cue(str(len(cues) + 1), begin, begin + need, (text,)))
        at, before = begin + need + reading.apart, text
    return Draft(tuple(cues), left)


def webvtt(draft: Draft, language: str) -> str:
    """*draft* as a file for ``<track kind="descriptions">``, which its first line says, too."""
    text = vtt.write(Document(languages=(language,), cues=draft.cues), Layout("single", (language,)))
    return text.replace("WEBVTT", f"WEBVTT Kind: descriptions; Language: {language}", 1)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The same time in spans that do not touch."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def _free(busy: Sequence[Span], start: int, need: int) -> int:
    """The first ms from *start* on at which *need* ms are free."""
    place = bisect_left(busy, start, key=lambda span: span[1] - 1)
    for first, end in busy[place:]:
        if start + need <= first:
            break
        start = max(start, end)
    return start
