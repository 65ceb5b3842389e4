"""
Words to cues, by optimisation: the cheapest way to cut the speech as a subtitler would.

Every boundary between words has a cost (punctuation, phrase structure, pause: ``phrases``), every possible cue has one
(reading speed, duration, line layout, completeness, shot cuts), and dynamic programming over the boundaries finds the
set of cues with the least sum. A cue is at most as wide and as long as the profile allows, so only a few dozen
boundaries are looked at from each: time is linear in the number of words. Limits yield only where no cue can keep them
(one word wider than a cue, speech nobody can read in time); ``checks`` then says so on the cue. No word is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

from plugin_core import phrases, timing, typography
from plugin_core.clock import FrameRate
from plugin_core.document import LANGUAGE_TAG, Cue, Document, Word, new_id
from plugin_core.profiles import Limits, Profile
from plugin_core.protocol import Chunk

# The exchange rates of the optimisation. A phrase cost runs from 0 (full stop) to 10 (never), so 1.0 is a tenth of the
# difference between the best and the worst break. Tuned by hand on the human captions of benchmarks/cueing.py.
CUE = 1.5  # having one more cue
BOUNDARY = 2.0  # a cue boundary, times its phrase cost
LINE = 0.7  # a line break, times its layout cost
SECOND_LINE = {True: 3.5, False: 0.5}  # Chinese subtitlers keep to one line where they can
INNER_SENTENCE = 5.0  # a sentence that ends inside a cue
INNER_PAUSE = 8.0  # a second of silence inside a cue
PAUSE_RELIEF = 700.0  # ms of silence that make any boundary a good one
BREATH = 200  # ms of silence that say nothing
HURRY = 12.0  # reading time missing, as a part of the time there is
SHORT = 14.0  # display time missing, as a part of the shortest
BRIEF, COMFORT = 8.0, 2000  # a cue gone before one has settled on it, in ms
SLIVER = 2.5  # a cue that is a small piece of a sentence
INNER_CUT = 4.0  # a shot cut inside a cue
MOST = 2  # units in a cue, times its capacity: words without any width must not make the search quadratic
SILENCE = 10_000  # ms assumed after the last word
IMPOSSIBLE = 1000.0  # a cue outside the hard limits


@dataclass(frozen=True, slots=True)
class _Spoken:
    """Words of one language and the column and tags of their cues."""

    language: str
    words: Sequence[Word]
    column: int = 0
    tags: tuple[str, ...] = ()


def build(
    words: Sequence[Word],
    language: str,
    profile: Profile,
    *,
    frame_rate: FrameRate | None = None,
    cuts: Sequence[int] = (),
    column: int = 0,
    n_columns: int = 1,
) -> tuple[Cue, ...]:
    """
    Cues of *words* (one language, in the order spoken), with their text in *column* of *n_columns*.

    Every word is in exactly one cue, in order. *cuts* are shot cuts in ms. With a *frame_rate* times are frame times.
    """
    return _cues([_Spoken(language, words, column)], profile, frame_rate, cuts, n_columns)


def build_chunks(
    chunks: Iterable[Chunk],
    profile: Profile,
    *,
    main_language: str = "",
    languages: Sequence[str] = (),
    frame_rate: FrameRate | None = None,
    cuts: Sequence[int] = (),
) -> tuple[Cue, ...]:
    """
    Cues of recognised speech that may change language; none spans a change or a long pause.

    *languages* are the document's, by default *main_language* alone. A text stands in the column of its language; if
    the document has no such column, in the first one. A cue in another language than the first is tagged ``lang:en``.
    Chunks may meet in mid-sentence: neighbours of one language are cued as one.
    """
    columns = tuple(languages) or (main_language,)
    ordered = sorted((chunk for chunk in chunks if chunk.words), key=lambda chunk: (chunk.start, chunk.end))
    speech = [
        _Spoken(language, _joined([chunk.words for chunk in group], language), *_place(language, columns))
        for language, group in groupby(ordered, key=lambda chunk: chunk.language)
    ]
    return _cues(speech, profile, frame_rate, cuts, len(columns))


def build_runs(
    runs: Iterable[tuple[str, Sequence[Word], int, tuple[str, ...]]],
    profile: Profile,
    *,
    n_columns: int,
    frame_rate: FrameRate | None = None,
    cuts: Sequence[int] = (),
) -> tuple[Cue, ...]:
    """
    Cues of speech that is known already: runs of (language, words, column, tags), none of which shares a cue.

    Every word is in exactly one cue, in order.
    """
    speech = [_Spoken(language, words, column, tags) for language, words, column, tags in runs if words]
    return _cues(speech, profile, frame_rate, cuts, n_columns)


def _joined(parts: Iterable[Sequence[Word]], language: str) -> list[Word]:
    """The words of several chunks, with the space between chunks that a recogniser strips."""
    words: list[Word] = []
    for first, *rest in parts:
        apart = words and not typography.character_based(language) and first.text[:1].strip()
        words += [replace(first, text=f" {first.text}") if apart else first, *rest]
    return words


def _place(language: str, columns: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    tags = (f"{LANGUAGE_TAG}{language}",) if columns[0] and language != columns[0] else ()
    return (columns.index(language) if language in columns else 0), tags


def break_lines(text: str, language: str, profile: Profile) -> str:
    """
    *text* in the best lines for *profile*, without a change of its words; existing breaks are dissolved first.

    A dialogue (every line begins with a dash) keeps its lines. A profile whose punctuation is "spaces" also has Chinese
    full stops and commas replaced.
    """
    rows = [row.strip() for row in text.strip().split("\n") if row.strip()]
    if len(rows) > 1 and all(row[0] in "-–—" for row in rows):
        return "\n".join(_styled(row, language, profile) for row in rows)
    whole = typography.joined("\n".join(rows), " " if _spaced(language, profile) else "")
    atoms = typography.atoms(whole)
    texts = [_styled_atom(atom, language, profile) for atom in atoms]
    return _styled(
        typography.lines(texts, phrases.costs(atoms, language), language, profile.limits(language)), language, profile
    )


def restyle(document: Document, profile: Profile) -> Document:
    """
    *document* with the lines of every text broken anew and the profile's punctuation applied: the last step of a job.

    It comes after translation, which finds sentences by the punctuation that this may remove.
    """
    cues = []
    for cue in document.cues:
        pairs = zip(cue.texts, document.languages, strict=True)
        texts = tuple(break_lines(text, language, profile) for text, language in pairs)
        cues.append(cue if texts == cue.texts else replace(cue, texts=texts))
    return replace(document, cues=tuple(cues))


def _spaced(language: str, profile: Profile) -> bool:
    return profile.punctuation == "spaces" and language.lower().startswith(("zh", "yue", "cmn"))


def _styled(text: str, language: str, profile: Profile) -> str:
    return typography.spaced(text) if _spaced(language, profile) else text


def _styled_atom(atom: str, language: str, profile: Profile) -> str:
    """*atom* as it will look inside a line; at its end the space goes."""
    if not _spaced(language, profile):
        return atom
    return typography.spaced(atom) + (" " if re.search(r"[，。\s]$", atom) else "")


# --- words to units -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Unit:
    """The words between two places where a cue may end, with times made monotone."""

    words: tuple[Word, ...]
    text: str
    start: int
    end: int
    cost: float  # of a line break or cue boundary after it
    closes: bool  # a sentence ends here


def _units(words: Sequence[Word], language: str, now: int = 0) -> list[_Unit]:
    """*words* grouped so that each group ends where an atom of the text ends; none starts before *now*."""
    atoms = typography.atoms("".join(word.text for word in words))
    ends = list(accumulate(typography.length(atom) for atom in atoms))
    rated = dict(zip(ends, zip(phrases.costs(atoms, language), atoms, strict=True), strict=True))
    units: list[_Unit] = []
    group: list[Word] = []
    offset = 0
    for word in words:
        group.append(word)
        offset += typography.length(word.text)
        if offset in rated and typography.length(word.text):
            units.append(_unit(group, *rated[offset], now))
            now, group = units[-1].end, []
    if group and units:  # white space at the end
        units[-1] = replace(units[-1], words=(*units[-1].words, *group), text=units[-1].text + _text(group))
    elif group:
        units.append(_unit(group, 0.0, "", now))
    return units


def _text(words: Iterable[Word]) -> str:
    return "".join(word.text for word in words)


def _unit(words: Sequence[Word], cost: float, atom: str, now: int) -> _Unit:
    """A unit that starts no earlier than *now* (recognisers give overlapping and reversed times)."""
    start = max(now, 0, min(word.start for word in words))
    end = max(start, *(word.end for word in words))
    return _Unit(tuple(words), _text(words), start, end, cost, phrases.ends_sentence(atom))


def _runs(units: Sequence[_Unit], long_pause: int) -> Iterator[list[_Unit]]:
    """*units* cut at every long pause."""
    run: list[_Unit] = []
    for unit in units:
        if run and unit.start - run[-1].end >= long_pause:
            yield run
            run = []
        run.append(unit)
    if run:
        yield run


# --- the optimisation -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Task:
    """One run of speech with everything the cost of a cue is made of, as sums from the start of the run."""

    units: Sequence[_Unit]
    texts: Sequence[str]  # of the units, white space moved to the end of each
    run: typography.Run
    limits: Limits
    profile: Profile
    chinese: bool
    pauses: Sequence[int]  # after each unit
    inner: Sequence[float]  # cost of what lies before unit k, if inside a cue
    cuts: Sequence[int]  # shot cuts up to the start of unit k
    gap: int

    @staticmethod
    def of(units: Sequence[_Unit], following: int, language: str, profile: Profile, rules: timing.Rules) -> _Task:
        starts = [unit.start for unit in units[1:]] + [following]
        pauses = [max(0, start - unit.end) for unit, start in zip(units, starts, strict=True)]
        inner = [
            (INNER_SENTENCE if unit.closes else 0.0) + INNER_PAUSE * max(0, pause - BREATH) / 1000
            for unit, pause in zip(units, pauses, strict=True)
        ]
        texts = _shifted([unit.text for unit in units])
        return _Task(
            units=units,
            texts=texts,
            run=typography.Run.of(texts, [unit.cost for unit in units], language),
            limits=profile.limits(language),
            profile=profile,
            chinese=typography.character_based(language),
            pauses=pauses,
            inner=(0.0, *accumulate(inner)),
            cuts=[rules.cuts_until(rules.grid.tick(unit.start)) for unit in units],
            gap=rules.grid.ms(rules.gap),
        )

    def cue(self, first: int, end: int) -> float | None:
        """The cost of a cue of units *first* to *end* (exclusive), or None outside the hard limits."""
        start, spoken = self.units[first].start, self.units[end - 1].end
        if spoken - start > self.profile.max_duration:
            return None
        layout = self.run.layout(first, end, self.limits.characters, self.limits.lines)
        if layout is None:
            return None
        cost = CUE + self.inner[end - 1] - self.inner[first] + INNER_CUT * (self.cuts[end - 1] - self.cuts[first])
        if layout[1]:
            cost += LINE * layout[0] + SECOND_LINE[self.chinese] * len(layout[1])
        return cost + self._time(first, end, spoken - start) + self._sliver(first, end)

    def _time(self, first: int, end: int, spoken: int) -> float:
        """What is missing in reading time and in display time."""
        after = max(0, self.pauses[end - 1] - self.gap)
        shown = max(1, spoken + min(after, self.profile.linger))
        needed = 1000 * self.run.width(first, end) / self.limits.cps
        cost = HURRY * min(3.0, needed / shown - 1) if needed > shown else 0.0
        if shown < COMFORT:
            cost += BRIEF * (1 - shown / COMFORT)
        shortest = self.profile.min_duration
        longest_shown = spoken + after
        return cost + (SHORT * (1 - longest_shown / shortest) if longest_shown < shortest else 0.0)

    def _sliver(self, first: int, end: int) -> float:
        """The cost of a cue that holds little of a sentence begun or continued in another cue."""
        begins = first == 0 or self.units[first - 1].closes
        closes = end == len(self.units) or self.units[end - 1].closes
        if begins and closes:
            return 0.0
        fill = self.run.width(first, end) / (self.limits.characters * 0.8)
        return SLIVER * (1 - fill) ** 2 * (0.5 if begins or closes else 1.0) if fill < 1 else 0.0

    def boundary(self, end: int) -> float:
        """The cost of ending a cue before unit *end*: its phrase cost, less the pause that is heard there."""
        if end == len(self.units):
            return 0.0
        relief = min(1.0, max(0, self.pauses[end - 1] - 50) / PAUSE_RELIEF)
        return BOUNDARY * self.units[end - 1].cost * (1 - relief)


def _shifted(texts: Sequence[str]) -> list[str]:
    """*texts* with the space before a word moved to the end of the text before it, where a line break swallows it."""
    result: list[str] = []
    for text in texts:
        bare = text.lstrip()
        if result:
            result[-1] += text[: len(text) - len(bare)]
        result.append(bare)
    return result


def _segment(task: _Task) -> list[tuple[int, int]]:
    """The cheapest cues of a run, as (first, end) of their units."""
    count = len(task.units)
    best, origin = [0.0] + [0.0] * count, [0] * (count + 1)
    for end in range(1, count + 1):
        boundary = task.boundary(end)
        alone = task.cue(end - 1, end)
        best[end], origin[end] = best[end - 1] + boundary + (IMPOSSIBLE if alone is None else alone), end - 1
        for first in range(end - 2, max(-1, end - 1 - MOST * task.limits.capacity), -1):
            cost = task.cue(first, end)
            if cost is None:
                break
            if best[first] + cost + boundary < best[end]:
                best[end], origin[end] = best[first] + cost + boundary, first
    spans: list[tuple[int, int]] = []
    while count:
        spans.append((origin[count], count))
        count = origin[count]
    return spans[::-1]


# --- units to cues --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Draft:
    """A cue before its times are placed."""

    spoken: _Spoken
    units: Sequence[_Unit]
    text: str
    speech: timing.Speech


def _cues(
    speech: Sequence[_Spoken],
    profile: Profile,
    frame_rate: FrameRate | None,
    cuts: Sequence[int],
    n_columns: int,
) -> tuple[Cue, ...]:
    rules = timing.Rules.of(profile, frame_rate, cuts)
    runs: list[tuple[_Spoken, list[_Unit]]] = []
    for spoken in speech:
        units = _units(spoken.words, spoken.language, runs[-1][1][-1].end if runs else 0)
        runs += [(spoken, run) for run in _runs(units, profile.long_pause)]
    starts = [run[0].start for _, run in runs[1:]] + [run[-1].end + SILENCE for _, run in runs[-1:]]
    drafts = [
        draft
        for (spoken, run), following in zip(runs, starts, strict=True)
        for draft in _drafts(spoken, _Task.of(run, following, spoken.language, profile, rules))
    ]
    times = timing.place([draft.speech for draft in drafts], rules)
    return tuple(_cue(draft, *pair, n_columns) for draft, pair in zip(drafts, times, strict=True))


def _drafts(spoken: _Spoken, task: _Task) -> Iterator[_Draft]:
    for first, end in _segment(task):
        units = task.units[first:end]
        text = task.run.text(task.texts, first, end, task.limits)
        reading = round(typography.width(text, spoken.language) * 1000 / task.limits.cps)
        yield _Draft(spoken, units, text, timing.Speech(units[0].start, units[-1].end, reading))


def _cue(draft: _Draft, start: int, end: int, n_columns: int) -> Cue:
    texts = tuple(draft.text if index == draft.spoken.column else "" for index in range(n_columns))
    words = tuple(word for unit in draft.units for word in unit.words)
    return Cue(new_id(), start, end, texts, words, tags=draft.spoken.tags)
