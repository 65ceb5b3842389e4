"""The checks of an open document, done again only where an edit can have changed them."""

from __future__ import annotations

from dataclasses import replace

from plugin_core.checks import Problem, check
from plugin_core.document import Cue, Document
from plugin_core.profiles import Profile
from plugin_core.typography import joined

Problems = dict[str, list[Problem]]


def checked(document: Document, profile: Profile) -> Problems:
    """The problems of every cue that has some, by its id."""
    found: Problems = {}
    for problem in check(document, profile, frame_rate=document.media.frame_rate):
        found.setdefault(problem.cue_id, []).append(problem)
    return found


def rechecked(document: Document, before: Document, known: Problems, profile: Profile) -> Problems:
    """
    The same as :func:`checked`, given what was *known* of the document *before*.

    A cue is judged by itself, the one before it, and how often that which it says was said in a row: so what lies
    between the cues that are alike at both ends is judged again, with one more at each end, and rows are not cut.
    """
    if (document.languages, document.media, document.marks) != (before.languages, before.media, before.marks):
        return checked(document, profile)
    start, end = _changed(before.cues, document.cues)
    first = max(0, start - 1)
    while first and _says(document.cues[first - 1]) == _says(document.cues[first]):
        first -= 1
    last = min(len(document.cues), end + 1)
    while last < len(document.cues) and _says(document.cues[last - 1]) == _says(document.cues[last]):
        last += 1
    first = max(0, first - 1)
    part = document.cues[first:last]
    found = checked(replace(document, cues=part), profile)
    if first:
        found.pop(part[0].id, None)  # it was judged without the one before it
        part = part[1:]
    again = {cue.id for cue in part}
    kept = {cue.id: known[cue.id] for cue in document.cues if cue.id in known and cue.id not in again}
    return kept | found


def _changed(before: tuple[Cue, ...], after: tuple[Cue, ...]) -> tuple[int, int]:
    """The places [start, end) of *after* that are not as they were at one of the ends of *before*."""
    shorter = min(len(before), len(after))
    start = 0
    while start < shorter and before[start] == after[start]:
        start += 1
    same = 0
    while same < shorter - start and before[-1 - same] == after[-1 - same]:
        same += 1
    return start, len(after) - same


def _says(cue: Cue) -> str:
    return joined(cue.texts[0]).casefold() if cue.texts else ""
