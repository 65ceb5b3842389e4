"""
The remedy for one problem of one cue, where a rule knows it: everything else is for a person or a model.

A remedy never makes another cue worse, and never changes what is said; where there is no room, nothing happens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from plugin_core import cueing, edits, timing, typography
from plugin_core.checks import CAPTION_TAG, Problem
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document
from plugin_core.profiles import Profile

SEEN = 500  # ms that a cue keeps at least when it gives time to its neighbour


def mend(
    document: Document,
    problem: Problem,
    profile: Profile,
    *,
    frame_rate: FrameRate | None = None,
    cuts: Sequence[int] = (),
) -> Document:
    """*document* without *problem*, or with less of it; the very same document if no rule can help."""
    place = next((k for k, cue in enumerate(document.cues) if cue.id == problem.cue_id), -1)
    remedy = _REMEDIES.get(problem.code)
    if place < 0 or remedy is None:
        return document
    after = remedy(_Place(document, place, profile, timing.Rules.of(profile, frame_rate, cuts)), problem)
    return document if after == document else after


def can_mend(code: str) -> bool:
    """Whether there is a rule for this kind of problem."""
    return code in _REMEDIES


@dataclass(frozen=True, slots=True)
class _Place:
    """A cue among its neighbours, and the rules it is under."""

    document: Document
    index: int
    profile: Profile
    rules: timing.Rules

    @property
    def cue(self) -> Cue:
        return self.document.cues[self.index]

    @property
    def before(self) -> Cue | None:
        return self.document.cues[self.index - 1] if self.index else None

    @property
    def room(self) -> int:
        """The latest time (ms) at which the cue may end: before the next one and the next shot cut, and in time."""
        cue, grid, rules = self.cue, self.rules.grid, self.rules
        latest = grid.tick(cue.start) + rules.longest
        if self.index + 1 < len(self.document.cues):
            latest = min(latest, grid.tick(self.document.cues[self.index + 1].start) - rules.gap)
        cut = rules.cut_between(grid.tick(cue.end), latest + rules.gap)
        if cut is not None:
            latest = min(latest, cut - rules.gap)
        return grid.ms(max(latest, grid.tick(cue.end)))


def _apart(place: _Place, _problem: Problem) -> Document:
    """The cue before ends earlier; if that leaves too little of it, this one begins later."""
    cue, before, grid = place.cue, place.before, place.rules.grid
    if before is None:
        return place.document
    end = grid.ms(max(0, grid.tick(cue.start) - place.rules.gap))
    if end - before.start >= min(SEEN, place.profile.min_duration):
        return edits.retime(place.document, before.id, end=end)
    start = grid.ms(grid.tick(before.end) + place.rules.gap)
    if cue.end - start >= min(SEEN, place.profile.min_duration):
        return edits.retime(place.document, cue.id, start=start)
    return place.document


def _longer(place: _Place, problem: Problem) -> Document:
    """The cue stays until it can be read, or as long as there is room."""
    cue, grid = place.cue, place.rules.grid
    wanted = grid.ms(grid.tick(cue.start) + place.rules.shortest)
    if problem.code == "reading-speed":
        pairs = zip(cue.texts, place.document.languages, strict=True)
        needed = max(typography.width(text, one) / place.profile.limits(one).cps for text, one in pairs)
        wanted = grid.ms(grid.tick(cue.start) + grid.at_least(round(1000 * needed) + 1))
    end = min(max(wanted, cue.end), place.room)
    return edits.retime(place.document, cue.id, end=end) if end > cue.end else place.document


def _shorter(place: _Place, _problem: Problem) -> Document:
    """The cue goes after its last word has been read, at the latest when the profile says so."""
    cue, grid = place.cue, place.rules.grid
    return edits.retime(place.document, cue.id, end=grid.ms(grid.tick(cue.start) + place.rules.longest))


def _in_lines(place: _Place, problem: Problem) -> Document:
    cue, language = place.cue, problem.language
    if language not in place.document.languages:
        return place.document
    text = cueing.break_lines(cue.texts[place.document.column(language)], language, place.profile)
    return edits.set_text(place.document, cue.id, language, text)


def _off_the_cut(place: _Place, _problem: Problem) -> Document:
    """In and out go where the profile wants them near cuts, if no neighbour is in the way."""
    cue, rules, grid = place.cue, place.rules, place.rules.grid
    start, end = rules.snapped_in(grid.tick(cue.start)), rules.snapped_out(grid.tick(cue.end))
    spoken = grid.tick(max((word.end for word in cue.words), default=cue.end))
    if (cut := rules.cut_between(start, end)) is not None and spoken <= cut:
        end = cut - rules.gap
    earliest = grid.tick(place.before.end) + rules.gap if place.before else 0
    following = place.document.cues[place.index + 1 : place.index + 2]
    latest = min((grid.tick(other.start) - rules.gap for other in following), default=end)
    start, end = max(start, min(earliest, grid.tick(cue.start))), min(end, max(latest, grid.tick(cue.end)))
    if end - start < rules.shortest:
        return place.document
    return edits.retime(place.document, cue.id, grid.ms(start), grid.ms(end))


def _gone(place: _Place, _problem: Problem) -> Document:
    return edits.delete(place.document, [place.cue.id])


def _when_heard(place: _Place, _problem: Problem) -> Document:
    """A caption waits for its sound."""
    cue = place.cue
    marks = {tag.removeprefix(CAPTION_TAG) for tag in cue.tags if tag.startswith(CAPTION_TAG)}
    start = max((mark.start for mark in place.document.marks if mark.id in marks), default=cue.start)
    if start >= cue.end:
        return place.document
    cues = [replace(cue, start=start) if one.id == cue.id else one for one in place.document.cues]
    return edits.add_cues(replace(place.document, cues=()), cues)


_REMEDIES: Mapping[str, Callable[[_Place, Problem], Document]] = {
    "overlap": _apart,
    "gap": _apart,
    "reading-speed": _longer,
    "too-short": _longer,
    "too-long": _shorter,
    "line-length": _in_lines,
    "lines": _in_lines,
    "punctuation": _in_lines,
    "crosses-cut": _off_the_cut,
    "empty": _gone,
    "hallucination": _gone,
    "repeated": _gone,
    "anticipates": _when_heard,
}
