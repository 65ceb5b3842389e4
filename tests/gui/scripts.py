"""Random edits of a session, for the laws that hold whatever is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from gui.session import Session
from plugin_core import edits
from plugin_core.document import Cue, Document, Mark, new_id
from plugin_core.errors import DocumentError

Verb = Callable[[Document, int, int], Document]


def _pick(document: Document, which: int) -> Cue:
    return document.cues[which % len(document.cues)]


def _join(document: Document, which: int, amount: int) -> Document:
    first = which % len(document.cues)
    return edits.join(document, [cue.id for cue in document.cues[first : first + 2 + amount % 2]])


def _retime(document: Document, which: int, amount: int) -> Document:
    cue = _pick(document, which)
    return edits.retime(document, cue.id, start=amount * 40, end=amount * 40 + cue.duration)


def _insert(document: Document, which: int, amount: int) -> Document:
    return edits.add_cues(document, [Cue(new_id(), amount * 100, amount * 100 + 500, ("",) * len(document.languages))])


def _mark(document: Document, which: int, amount: int) -> Document:
    if which % 3 == 0 and document.marks:
        return edits.delete(document, [document.marks[which % len(document.marks)].id])
    return edits.add_marks(document, [Mark(new_id(), "note", amount, amount + which, str(which))])


VERBS: tuple[Verb, ...] = (
    lambda document, which, amount: edits.set_text(document, _pick(document, which).id, "en", f"Typed {amount}"),
    lambda document, which, amount: edits.split(document, (cue := _pick(document, which)).id, cue.start + 1 + amount),
    _join,
    _retime,
    _insert,
    _mark,
    lambda document, which, amount: edits.delete(document, [_pick(document, which).id]),
    lambda document, which, amount: edits.shift(document, amount),
    lambda document, which, amount: edits.replace_all(document, "e", "ee")[0],
    lambda document, which, amount: edits.add_language(document, "de") if amount % 5 == 0 else document,
    lambda document, which, amount: replace(document, made_by=str(amount)),
)

steps = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 50), st.integers(0, 200), st.booleans()), max_size=25)


def play(session: Session, script: list[tuple[Verb, int, int, bool]]) -> list[Document]:
    """Do the edits of *script*; the documents there were, one per undo step. Edits that cannot be done are left out."""
    seen = [session.document]
    for verb, which, amount, choose in script:
        before = session.document
        if choose and before.cues:
            session.select([_pick(before, amount).id, _pick(before, which).id])
        try:
            after = verb(before, which, amount)
        except (DocumentError, ZeroDivisionError):
            continue
        session.edit("step", after)
        if after != before:
            seen.append(after)
    return seen
