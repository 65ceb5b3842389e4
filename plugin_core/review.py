"""
The review: which cues deserve a look, in what order, and what a person has already accepted.

What was accepted is a tag on the cue, ``accepted:CODE:LANGUAGE:DIGEST``, so it is saved, undone and carried along with
the cue. The digest is of what was looked at: a cue that is edited afterwards, or whose problem gets worse, comes again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from plugin_core.checks import Problem
from plugin_core.document import Cue, Document

ACCEPTED_TAG = "accepted:"
WORST_FIRST = (
    "hallucination",
    "empty",
    "untranslated",
    "wrong-script",
    "glossary",
    "overlap",
    "low-confidence",
    "repeated",
    "reading-speed",
    "too-short",
    "too-long",
    "line-length",
    "lines",
    "crosses-cut",
    "gap",
    "anticipates",
    "brackets",
    "punctuation",
)
# What a person has to decide; the other checks are of layout and timing, which a rule can mend.
ASKED = ("low-confidence", "glossary", "reading-speed", "overlap", "hallucination", "untranslated", "wrong-script")
_PLACES = {code: place for place, code in enumerate(WORST_FIRST)}


@dataclass(frozen=True, slots=True)
class Look:
    """A cue that deserves a look, and why: its open problems, worst first."""

    cue_id: str
    start: int
    problems: tuple[Problem, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(problem.code for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a review is: *done* of *total* cues that had a problem of the kinds asked for."""

    done: int
    total: int


def queue(
    document: Document, problems: Iterable[Problem], codes: Collection[str] = ASKED, *, worst_first: bool = False
) -> tuple[Look, ...]:
    """
    The cues of *document* with an open problem of one of *codes*: in the order of time, or the worst first.

    *problems* are those of ``checks.check`` for this document. An accepted problem is not open.
    """
    by_cue = _by_cue(problems, codes)
    opened = (
        (cue, [problem for problem in by_cue.get(cue.id, ()) if not is_accepted(cue, problem)]) for cue in document.cues
    )
    looks = [Look(cue.id, cue.start, tuple(sorted(found, key=_place))) for cue, found in opened if found]
    if worst_first:
        looks.sort(key=lambda look: (_place(look.problems[0]), look.start))
    return tuple(looks)


def accepted(document: Document, problems: Iterable[Problem], codes: Collection[str] = ASKED) -> tuple[str, ...]:
    """The ids of the cues of which every problem of one of *codes* was accepted."""
    by_cue = _by_cue(problems, codes)
    return tuple(
        cue.id
        for cue in document.cues
        if cue.id in by_cue and all(is_accepted(cue, problem) for problem in by_cue[cue.id])
    )


def accept(document: Document, problems: Iterable[Problem]) -> Document:
    """*document* with all of *problems* accepted; of an earlier acceptance only what still holds is kept."""
    wanted: dict[str, list[Problem]] = {}
    for problem in problems:
        wanted.setdefault(problem.cue_id, []).append(problem)
    cues = list(document.cues)
    changed = False
    for place, cue in enumerate(document.cues):
        if cue.id in wanted:
            cues[place] = _with_tags(cue, [_tag(cue, problem) for problem in wanted[cue.id]])
            changed = changed or cues[place] is not cue
    return replace(document, cues=tuple(cues)) if changed else document


def reopen(document: Document, ids: Iterable[str]) -> Document:
    """*document* without any acceptance on the cues of *ids*."""
    wanted = set(ids)
    cues = tuple(_bare(cue) if cue.id in wanted else cue for cue in document.cues)
    unchanged = all(a is b for a, b in zip(cues, document.cues, strict=True))
    return document if unchanged else replace(document, cues=cues)


def is_accepted(cue: Cue, problem: Problem) -> bool:
    """Whether a person has accepted *problem* on *cue* as it is now."""
    return any(tag.startswith(ACCEPTED_TAG) for tag in cue.tags) and _tag(cue, problem) in cue.tags


def following(looks: Sequence[Look], document: Document, cue_id: str, skipped: Collection[str] = ()) -> str:
    """The cue to look at after *cue_id*, leaving out *skipped* ones while there are others; "" if none is left."""
    left = [look for look in looks if look.cue_id not in skipped] or list(looks)
    if not left:
        return ""
    places = {look.cue_id: place for place, look in enumerate(left)}
    if cue_id in places:
        return left[(places[cue_id] + 1) % len(left)].cue_id
    start = next((cue.start for cue in document.cues if cue.id == cue_id), -1)
    return next((look.cue_id for look in left if look.start >= start), left[0].cue_id)


def _by_cue(problems: Iterable[Problem], codes: Collection[str]) -> dict[str, list[Problem]]:
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.code in codes:
            found.setdefault(problem.cue_id, []).append(problem)
    return found


def _place(problem: Problem) -> int:
    return _PLACES.get(problem.code, len(_PLACES))


def _tag(cue: Cue, problem: Problem) -> str:
    seen = (cue.start, cue.end, cue.texts, problem.code, problem.language, round(problem.value, 2))
    digest = blake2b(repr(seen).encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return f"{ACCEPTED_TAG}{problem.code}:{problem.language or '-'}:{digest}"


def _with_tags(cue: Cue, tags: Sequence[str]) -> Cue:
    same = {tag.rpartition(":")[0] for tag in tags}
    kept = [tag for tag in cue.tags if tag.rpartition(":")[0] not in same]
    after = (*kept, *dict.fromkeys(tags))
    return cue if set(after) == set(cue.tags) else replace(cue, tags=after)


def _bare(cue: Cue) -> Cue:
    kept = tuple(tag for tag in cue.tags if not tag.startswith(ACCEPTED_TAG))
    return cue if kept == cue.tags else replace(cue, tags=kept)
