"""
Cues to the sentences a translator reads: one sentence may run over several cues, one cue may hold several sentences.

A cue first falls into fragments: its lines if two people speak in it, else the whole. What is no speech (markup, music
notes, dashes, labels, bracketed sounds at the edges) is taken off a fragment and kept. Fragments that follow each other
without a full stop, a pause or a change of speaker make a passage; cues that share a passage make a unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from plugin_core.document import Cue
from plugin_core.phrases import ends_sentence
from plugin_core.typography import character_based, has_han

TAG = re.compile(r"</?[A-Za-z][^<>\n]*>|<\d[\d:.]*>|\{\\[^{}\n]*\}")
_MUSIC = r"[♪♫♬♩]+"
_SOUND = r"\[[^\[\]\n]{1,60}\]|【[^【】\n]{1,30}】"
_DASH = r"(?:[-–—‐−](?![-–—\d])|>>+)"
_ZH_LABELS = "旁白|解说|主持人|记者|画外音|男声?|女声?|男人|女人|众人|合唱|字幕|同期声"
_LABEL = rf"(?:[A-Z][A-Z0-9.'’& -]{{1,24}}|(?:{_ZH_LABELS})\d?)\s?[:：](?!\d)"
_BEFORE = re.compile(rf"\s+|{TAG.pattern}|{_MUSIC}|{_SOUND}|{_DASH}|{_LABEL}")
_AFTER = re.compile(rf"(?:\s+|{TAG.pattern}|{_MUSIC}|{_SOUND})$")
_SPEAKS = re.compile(rf"{_DASH}|{_LABEL}")
_DIALOGUE = re.compile(rf"^\s*(?:{TAG.pattern})*\s*(?:{_DASH}|{_LABEL})")
_STOP = re.compile(r"""[.!?。！？…⋯]+["'”’»)\]）」』】》]*""")
_CLAUSE = re.compile(r"""[,;:，；：、]["'”’»)\]）」』】》]*$""")
PUNCTUATED = 0.1  # share of cues that end a sentence; below it every cue is read as a sentence of its own
MOST_CUES = 8
MOST_CHARACTERS = {True: 120, False: 360}  # of a passage, character-based or not; longer ones are cut between cues


@dataclass(frozen=True, slots=True)
class Fragment:
    """
    A part of a cue that one person says: *text* without markup, between *prefix* and *suffix*.

    *marks* are the (offset in *text*, markup) taken out of the middle. *line* counts the fragments of the cue.
    """

    cue: Cue
    line: int
    text: str
    prefix: str = ""
    suffix: str = ""
    marks: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence, or what must be taken for one. *parts* are (fragment's place in the unit, start, end in *text*)."""

    text: str
    parts: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """Whole cues that share sentences with each other and with no other cue: what is translated at once."""

    cues: tuple[Cue, ...]
    fragments: tuple[Fragment, ...]
    passages: tuple[Passage, ...]


def units(cues: Sequence[tuple[int, Cue, str]], language: str, gap: int) -> list[Unit]:
    """
    Units of *cues*: (place in the document, cue, its text in *language*). A longer pause than *gap* ms ends a sentence.

    Cues that do not follow each other in the document never share a sentence.
    """
    fragments = [(place, fragment) for place, cue, text in cues for fragment in fragments_of(cue, text)]
    if not fragments:
        return []
    punctuated = _punctuated([fragment for _, fragment in fragments])
    runs: list[list[Fragment]] = [[fragments[0][1]]]
    for (place_a, a), (place_b, b) in pairwise(fragments):
        if place_b - place_a > 1 or _parted(a, b, gap) or (not punctuated and a.cue is not b.cue):
            runs.append([])
        runs[-1].append(b)
    return _grouped([(run, _passages(run, language)) for run in runs])


def fragments_of(cue: Cue, text: str) -> list[Fragment]:
    """The fragments of a cue that reads *text*: its lines if each belongs to another speaker, else one."""
    lines = [line for line in re.split(r"\\N|\n|\r", text) if line.strip()]
    if len(lines) > 1 and sum(bool(_DIALOGUE.match(line)) for line in lines) == len(lines):
        return [_fragment(cue, number, line) for number, line in enumerate(lines)]
    return [_fragment(cue, 0, _one_line(lines))]


def _one_line(lines: Sequence[str]) -> str:
    joined = ""
    for line in (line.strip() for line in lines):
        wide = joined and (has_han(joined[-1]) or joined[-1] in "，。！？、；：…") and not line[0].isascii()
        joined += line if not joined or wide else f" {line}"
    return joined


def _fragment(cue: Cue, line: int, text: str) -> Fragment:
    start, end = 0, len(text)
    while start < end and (found := _BEFORE.match(text, start, end)):
        start = found.end()
    while start < end and (found := _AFTER.search(text, start, end)):
        end = found.start()
    core, marks, position = "", list[tuple[int, str]](), start
    for found in TAG.finditer(text, start, end):
        core += text[position : found.start()]
        marks.append((len(core), found.group()))
        position = found.end()
    core += text[position:end]
    return Fragment(cue, line, core, text[:start], text[end:], tuple(marks))


def _punctuated(fragments: Sequence[Fragment]) -> bool:
    """Whether sentence ends can be read from the punctuation at all; some subtitles have none."""
    ended = sum(bool(fragment.text) and ends_sentence(fragment.text) for fragment in fragments)
    return ended >= PUNCTUATED * len(fragments)


def _parted(a: Fragment, b: Fragment, gap: int) -> bool:
    """Whether nothing said in *a* can go on in *b*."""
    return (
        not a.text
        or not b.text
        or (a.cue is b.cue and a.line != b.line)
        or b.cue.start - a.cue.end > gap
        or a.cue.speaker != b.cue.speaker
        or a.cue.role != b.cue.role
        or _SPEAKS.search(b.prefix) is not None
        or bool(re.search(_MUSIC, a.prefix)) != bool(re.search(_MUSIC, b.prefix))
    )


def _passages(run: Sequence[Fragment], language: str) -> list[Passage]:
    """The sentences of fragments that follow each other; parts count fragments from the first of the run."""
    text, spans = "", list[tuple[int, int]]()
    for fragment in run:
        text += _glue(text, fragment.text) if text else ""
        spans.append((len(text), len(text) + len(fragment.text)))
        text += fragment.text
    starts = [0, *sentence_starts(text), len(text)]
    found: list[Passage] = []
    for start, end in pairwise(starts):
        parts = [(index, max(a, start), min(b, end)) for index, (a, b) in enumerate(spans) if a < end and b > start]
        parts = [(index, a, b) for index, a, b in parts if text[a:b].strip()]
        for group in _limited(parts, text, MOST_CHARACTERS[character_based(language)]):
            first, last = group[0][1], group[-1][2]
            core = text[first:last].rstrip()
            first += len(core) - len(core.lstrip())
            inside = tuple((i, max(a - first, 0), max(min(b - first, last - first), 0)) for i, a, b in group)
            found.append(Passage(core.lstrip(), inside))
    return found


def _glue(before: str, after: str) -> str:
    """What stands between two cues' texts read on: nothing beside Chinese, else a blank."""
    wide = "，。！？、；：…”’）》"
    return "" if before[-1] in wide or has_han(before[-1]) or after[:1] in wide or has_han(after[:1]) else " "


def sentence_starts(text: str) -> list[int]:
    """Where sentences begin in *text*, except the first."""
    starts = []
    for found in _STOP.finditer(text):
        rest = text[found.end() :].lstrip()
        if not rest or not re.search(r"\w", text[: found.start()]):
            continue
        spaced = len(rest) < len(text) - found.end()
        ascii_stop = found.group()[0] in ".!?"
        first = re.search(r"\w", rest)
        if (ascii_stop and not spaced and not has_han(rest[0])) or (first and first.group().islower()):
            continue
        if ends_sentence(text[: found.end()].rsplit(maxsplit=1)[-1]):
            starts.append(len(text) - len(rest))
    return starts


def _limited(parts: list[tuple[int, int, int]], text: str, most: int) -> Iterable[list[tuple[int, int, int]]]:
    """A sentence that is too long, cut between cues, after a comma if there is one."""
    while parts:
        fitting = [k for k in range(1, len(parts) + 1) if k <= MOST_CUES and parts[k - 1][2] - parts[0][1] <= most]
        end = max(fitting, default=1)
        if end < len(parts):
            end = max((k for k in fitting if k > end // 2 and _CLAUSE.search(text[: parts[k - 1][2]])), default=end)
        yield parts[:end]
        parts = parts[end:]


def _grouped(runs: Sequence[tuple[list[Fragment], list[Passage]]]) -> list[Unit]:
    """Units: cut between two cues wherever no passage runs over both."""
    fragments: list[Fragment] = []
    passages: list[Passage] = []
    for run, found in runs:
        shift = len(fragments)
        fragments += run
        passages += [Passage(p.text, tuple((i + shift, a, b) for i, a, b in p.parts)) for p in found]
    tied = {i for p in passages for i in range(p.parts[0][0] + 1, p.parts[-1][0] + 1)}
    tied |= {i for i in range(1, len(fragments)) if fragments[i].cue is fragments[i - 1].cue}
    cuts = [0, *(i for i in range(1, len(fragments)) if i not in tied), len(fragments)]
    result, rest = list[Unit](), iter([*passages, None])
    passage = next(rest)
    for start, end in pairwise(cuts):
        mine: list[Passage] = []
        while passage is not None and passage.parts[0][0] < end:
            mine.append(Passage(passage.text, tuple((i - start, a, b) for i, a, b in passage.parts)))
            passage = next(rest)
        chosen = tuple(fragments[start:end])
        result.append(Unit(tuple(dict.fromkeys(f.cue for f in chosen)), chosen, tuple(mine)))
    return result
