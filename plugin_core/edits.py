"""
Pure editing verbs: Document -> Document. A verb that changes nothing returns the very same object.

Whole-document snapshots are the undo, so a verb never has side effects. Ids are stable: a split keeps the id on its
left part, a join keeps that of its first cue. A verb that names a cue or language that is not there raises
DocumentError.
"""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import accumulate, compress, count
from operator import attrgetter

from plugin_core.clock import FrameRate
from plugin_core.document import MARK_KINDS, Cue, Document, Mark, Word, new_id
from plugin_core.errors import DocumentError
from plugin_core.realign import realign
from plugin_core.typography import atoms, has_han, joined
from plugin_core.typography import length as _length

_SENTENCE = ".!?…。！？"
_CLAUSE = ",;:，、；："
FEW = 20  # cues that are put in their places one by one; more are sorted with all the others
_ID, _PLACE = attrgetter("id"), attrgetter("start", "end", "id")
MARK_TAG = "mark:"  # with a kind, on a cue that was made of a mark


def add_cues(document: Document, cues: Iterable[Cue]) -> Document:
    """*document* with *cues* among its own."""
    added, everything = list(cues), list(document.cues)
    if len(added) > FEW:
        return _with(document, (*everything, *added))
    for cue in added:
        insort(everything, cue, key=_PLACE)
    return document if not added else replace(document, cues=tuple(everything))


def add_marks(document: Document, marks: Iterable[Mark]) -> Document:
    """*document* with *marks* among its own, by time."""
    everything = sorted((*document.marks, *marks), key=lambda mark: (mark.start, mark.end, mark.id))
    return document if tuple(everything) == document.marks else replace(document, marks=tuple(everything))


def delete(document: Document, ids: Iterable[str]) -> Document:
    """*document* without the cues and marks of *ids*."""
    gone = set(ids)
    if not gone:
        return document
    if unknown := gone - {item.id for item in _items(document)}:
        raise _no_cue(min(unknown))
    cues = tuple(cue for cue in document.cues if cue.id not in gone)
    return replace(document, cues=cues, marks=tuple(mark for mark in document.marks if mark.id not in gone))


def set_text(document: Document, cue_id: str, language: str, text: str) -> Document:
    """*document* with *text* as the *language* text of one cue; its words follow if that is the language spoken."""
    return set_texts(document, language, {cue_id: text})


def set_texts(
    document: Document, language: str, texts: Mapping[str, str], row_of: Callable[[str], int] | None = None
) -> Document:
    """
    *document* with the *language* texts of the cues in *texts* (by id); the words of the language spoken follow.

    *row_of* tells where a cue stands (-1: nowhere), if somebody knows; else all cues are looked at.
    """
    column = document.column(language)
    return _change(document, texts, lambda cue: _with_text(cue, column, texts[cue.id]), row_of)


def add_language(document: Document, language: str, texts: Mapping[str, str] | None = None) -> Document:
    """*document* with a column for *language*, filled from *texts* (by cue id), else empty."""
    if language not in document.languages:
        cues = tuple(replace(cue, texts=(*cue.texts, "")) for cue in document.cues)
        document = replace(document, languages=(*document.languages, language), cues=cues)
    return set_texts(document, language, texts or {})


def remove_language(document: Document, language: str) -> Document:
    """*document* without the column of *language*; without the first one, no recognised words are left either."""
    column = document.column(language)
    cues = tuple(
        replace(cue, texts=_without(cue.texts, column), words=cue.words if column else ()) for cue in document.cues
    )
    return replace(document, languages=_without(document.languages, column), cues=cues)


def split(document: Document, cue_id: str, at: int, *, right_id: str = "") -> Document:
    """
    Cut a cue at *at* ms; the right part gets *right_id* or a fresh id.

    Words go to the side where their middle is. The spoken text is cut where its words are; every other text after the
    same share of its characters, at the nearest place where a line may end, rather after punctuation.
    """
    cue = _find(document, cue_id)
    first = _first_after(cue, at)
    share = _share(cue.texts[0], first) if first else (at - cue.start) / max(1, cue.duration)
    cuts = [first or near(text, share) if not column else near(text, share) for column, text in enumerate(cue.texts)]
    return _split(document, cue, at, cuts, right_id)


def split_text(document: Document, cue_id: str, language: str, offset: int, *, right_id: str = "") -> Document:
    """Cut a cue where the cursor stands, *offset* characters into its *language* text; the time follows the words."""
    cue, column = _find(document, cue_id), document.column(language)
    offset = min(max(0, offset), len(cue.texts[column]))
    share = _share(cue.texts[column], offset)
    cuts = [offset if place == column else near(text, share) for place, text in enumerate(cue.texts)]
    at = round(cue.start + share * cue.duration)
    spoken = realign(cue.words, cue.texts[0])
    if spoken and (count := _length(cue.texts[0][: cuts[0]])):
        index = sum(1 for length in accumulate(_length(word.text) for word in spoken) if length <= count)
        at = (spoken[index - 1].end + spoken[index].start) // 2 if 0 < index < len(spoken) else at
    at = min(max(cue.start + 1, at), cue.end - 1)
    return _split(document, cue, at, cuts, right_id)


def join(document: Document, ids: Iterable[str]) -> Document:
    """
    One cue of those with *ids*, in time order: the first's id, all the time from first start to last end.

    Texts come to stand on one line, with a space between them unless they are Chinese. The speaker stays if it is one.
    """
    wanted = set(ids)
    cues = [cue for cue in document.cues if cue.id in wanted]
    if unknown := wanted - {cue.id for cue in cues}:
        raise _no_cue(min(unknown))
    if len(cues) < 2:
        return document
    first = cues[0]
    speakers = {cue.speaker for cue in cues}
    whole = replace(
        first,
        end=max(cue.end for cue in cues),
        texts=tuple(glued(column) for column in zip(*(cue.texts for cue in cues), strict=True)),
        words=_glue_words(cues),
        speaker=first.speaker if len(speakers) == 1 else "",
        tags=tuple(dict.fromkeys(tag for cue in cues for tag in cue.tags)),
    )
    return _with(document, (whole, *(cue for cue in document.cues if cue.id not in wanted)))


def retime(document: Document, cue_id: str, start: int | None = None, end: int | None = None) -> Document:
    """Move the *start* and/or *end* (ms) of a cue; its words keep their times, for they were spoken then."""
    cue = _find(document, cue_id)
    start, end = cue.start if start is None else start, cue.end if end is None else end
    if not 0 <= start <= end:
        raise DocumentError("edit.times", "A cue cannot begin before 0 or end before it begins.", "Choose other times.")
    return _change(document, {cue_id}, lambda _: replace(cue, start=start, end=end))


def set_speaker(document: Document, ids: Iterable[str], speaker: str) -> Document:
    """*document* with *speaker* for the cues of *ids*; "" for nobody known."""
    return _change(document, ids, lambda cue: replace(cue, speaker=speaker) if cue.speaker != speaker else cue)


def shift(document: Document, ms: int, ids: Iterable[str] | None = None) -> Document:
    """Move the cues and marks of *ids*, by default all, *ms* later (or earlier), with their words."""
    wanted = {item.id for item in _items(document)} if ids is None else set(ids)
    moving = [item for item in _items(document) if item.id in wanted]
    if unknown := wanted - {item.id for item in moving}:
        raise _no_cue(min(unknown))
    if not ms or not moving:
        return document
    if (earliest := min(item.start for item in moving)) + ms < 0:
        hint = f"Move by at most {earliest} ms, or leave the earliest cues out."
        raise DocumentError("edit.times", "That would move a cue to before the media begins.", hint)
    marks = (
        replace(mark, start=mark.start + ms, end=mark.end + ms) if mark.id in wanted else mark
        for mark in document.marks
    )
    document = replace(document, marks=tuple(sorted(marks, key=lambda mark: (mark.start, mark.end, mark.id))))
    return _with(document, (_moved(cue, ms) if cue.id in wanted else cue for cue in document.cues))


def snap(document: Document, rate: FrameRate, ids: Iterable[str] | None = None) -> Document:
    """Move the ends of the cues of *ids*, by default all, to the nearest frame; none becomes shorter than one frame."""

    def snapped(cue: Cue) -> Cue:
        start = rate.frame_at(cue.start)
        end = max(rate.frame_at(cue.end), start + (cue.end > cue.start))
        return replace(cue, start=max(0, rate.ms_at(start)), end=rate.ms_at(end))

    return _change(document, {cue.id for cue in document.cues} if ids is None else set(ids), snapped)


def replace_all(
    document: Document, find: str, new: str, *, language: str = "", match_case: bool = True, regex: bool = False
) -> tuple[Document, int]:
    """*document* with every *find* in its texts (only those of *language*, if given) made *new*, and how many."""
    try:
        pattern = re.compile(find if regex else re.escape(find), 0 if match_case else re.IGNORECASE)
        if pattern.fullmatch(""):
            raise DocumentError("edit.find", "Nothing to look for was given.", "Write the text to be found.")
        columns = [document.column(language)] if language else list(range(len(document.languages)))
        counted = 0
        changed: dict[str, Cue] = {}
        for cue in document.cues:
            for column in columns:
                old = changed.get(cue.id, cue)
                text, count = pattern.subn(new if regex else lambda _: new, old.texts[column])
                if count:
                    counted += count
                    changed[cue.id] = _with_text(old, column, text)
    except (re.error, IndexError) as error:
        raise DocumentError("edit.find", f"{find!r} cannot be looked for: {error}.", "Correct the pattern.") from error
    return _change(document, changed, lambda cue: changed[cue.id]), counted


def _split(document: Document, cue: Cue, at: int, cuts: Sequence[int], right_id: str) -> Document:
    if not cue.start < at < cue.end:
        raise DocumentError("edit.split", "A cue can only be cut between its start and its end.", "Move it.")
    parts = list(zip(cue.texts, cuts, strict=True))
    words = _split_words(cue, at, cuts[0]) if cuts else ((), ())
    left = replace(cue, end=at, texts=tuple(text[:cut].rstrip() for text, cut in parts), words=words[0])
    texts = tuple(text[cut:].lstrip() for text, cut in parts)
    right = replace(cue, id=right_id or new_id(), start=at, texts=texts, words=words[1])
    return _with(document, (left, right, *(other for other in document.cues if other.id != cue.id)))


def _split_words(cue: Cue, at: int, cut: int) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """The words of both parts: they go with the spoken text, and one that it is cut within is cut too."""
    text, words = cue.texts[0], cue.words
    if not text.strip():
        index = sum(1 for word in words if word.start + word.end < 2 * at)
        return words[:index], words[index:]
    if (
        "".join("".join(word.text.split()) for word in words) != "".join(text.split())
        or _ends_at(words, text, cut) is None
    ):
        words = realign(words, f"{text[:cut]} {text[cut:]}")
    index = _ends_at(words, text, cut) or 0
    return words[:index], words[index:]


def _ends_at(words: Sequence[Word], text: str, cut: int) -> int | None:
    """How many of the words come before *cut*; None if it is within one."""
    ends = [0, *accumulate(_length(word.text) for word in words)]
    return ends.index(_length(text[:cut])) if _length(text[:cut]) in ends else None


def _first_after(cue: Cue, at: int) -> int:
    """Where in the spoken text the first word after *at* begins; 0 if the words do not tell."""
    words = realign(cue.words, cue.texts[0]) if cue.texts else ()
    if len(words) < 2:
        return 0
    count = sum(1 for word in words if word.start + word.end < 2 * at)
    count = min(max(1, count), len(words) - 1)
    return _place(cue.texts[0], sum(_length(word.text) for word in words[:count]))


def _place(text: str, count: int) -> int:
    """The place in *text* after *count* characters that are not white space."""
    for place, character in enumerate(text):
        if not count:
            return place
        count -= not character.isspace()
    return len(text)


def _share(text: str, place: int) -> float:
    return _length(text[:place]) / max(1, _length(text))


def near(text: str, share: float) -> int:
    """The place where a line of *text* may end that is nearest to *share* of it, rather after punctuation."""
    places = list(accumulate(len(atom) for atom in atoms(text)))[:-1]
    if not places:
        return len(text) if share >= 0.5 else 0
    return min(places, key=lambda place: abs(place / len(text) - share) - _welcome(text[:place]))


def _welcome(left: str) -> float:
    """How far a cut may move to come after *left*, as a share of the text."""
    last = left.rstrip()[-1:]
    if left.endswith("\n") or last in _SENTENCE:
        return 0.2
    return 0.1 if last in _CLAUSE else 0.0


def glued(texts: Sequence[str]) -> str:
    """*texts* on one line, with a space between them unless they are Chinese."""
    return joined("\n".join(text for text in texts if text.strip()))


def _glue_words(cues: Sequence[Cue]) -> tuple[Word, ...]:
    """
    All words; the first of a part gets the space that separates it, unless it is Chinese.

    If only some of the cues have words, the text of the others is spread over their time.
    """
    result: list[Word] = []
    if any(cue.words for cue in cues):
        for cue in cues:
            words = cue.words or realign([Word(cue.start, cue.end, cue.texts[0])], cue.texts[0])
            apart = result and words and not words[0].text[:1].isspace()
            if apart and not has_han(result[-1].text[-1:] + words[0].text[:1]):
                words = (replace(words[0], text=f" {words[0].text}"), *words[1:])
            result += words
    return tuple(result)


def _with_text(cue: Cue, column: int, text: str) -> Cue:
    if cue.texts[column] == text:
        return cue
    changed = cue.with_text(column, text)
    return changed if column else replace(changed, words=realign(cue.words, text))


def _moved(cue: Cue, ms: int) -> Cue:
    words = tuple(replace(word, start=word.start + ms, end=word.end + ms) for word in cue.words)
    return replace(cue, start=cue.start + ms, end=cue.end + ms, words=words)


def _items(document: Document) -> tuple[Cue | Mark, ...]:
    return (*document.cues, *document.marks)


def _find(document: Document, cue_id: str) -> Cue:
    for cue in document.cues:
        if cue.id == cue_id:
            return cue
    raise _no_cue(cue_id)


def _change(
    document: Document,
    ids: Iterable[str],
    change: Callable[[Cue], Cue],
    row_of: Callable[[str], int] | None = None,
) -> Document:
    wanted, cues = set(ids), list(document.cues)
    if row_of is not None:
        rows = [row for row in sorted(map(row_of, wanted)) if 0 <= row < len(cues) and cues[row].id in wanted]
    else:
        rows = list(compress(count(), map(wanted.__contains__, map(_ID, cues))))
    if len(rows) < len(wanted):
        raise _no_cue(min(wanted - {cue.id for cue in cues}))
    for row in rows:
        cues[row] = change(cues[row])
    before = document.cues
    if all(_shape(cues[row]) == _shape(before[row]) for row in rows):
        same = all(cues[row] == before[row] for row in rows)
        return document if same else document.with_cues(tuple(cues))
    return _with(document, cues)


def _shape(cue: Cue) -> tuple[str, int, int, int]:
    """What of a cue a document's order and columns depend on."""
    return cue.id, cue.start, cue.end, len(cue.texts)


def _with(document: Document, cues: Iterable[Cue]) -> Document:
    ordered = tuple(sorted(cues, key=_PLACE))
    return document if ordered == document.cues else replace(document, cues=ordered)


def _without(values: tuple[str, ...], index: int) -> tuple[str, ...]:
    return (*values[:index], *values[index + 1 :])


def _no_cue(cue_id: str) -> DocumentError:
    return DocumentError("edit.no-cue", f"The document has no cue {cue_id!r}.", "It may have been deleted or joined.")


# -- marks and cues --------------------------------------------------------------------------------


def marks_to_cues(
    document: Document, kinds: Collection[str], language: str, template: str = "[{text}]", *, shortest: int = 1000
) -> Document:
    """
    *document* with a cue for each mark of *kinds*: subtitles for those who cannot hear.

    The text is *template* in *language*, in which {text}, {kind} and the names of the mark's attributes stand for what
    the mark says; nothing else is in braces. A cue lasts at least *shortest* ms. Its id comes of the mark's, so that a
    mark whose cue is there already (even reworded since) is left out; the marks stay.
    """
    column = document.column(language)
    there = {cue.id for cue in document.cues}
    empty = ("",) * len(document.languages)
    made = []
    for mark in document.marks:
        key = _derived(mark.id, "cue")
        if mark.kind not in kinds or key in there:
            continue
        text = _filled(template, {**dict(mark.attributes), "kind": mark.kind, "text": mark.text})
        if text.strip():
            texts = (*empty[:column], text, *empty[column + 1 :])
            end = max(mark.end, mark.start + shortest)
            made.append(Cue(key, mark.start, end, texts, tags=(f"{MARK_TAG}{mark.kind}",)))
    return add_cues(document, made) if made else document


def cues_to_marks(document: Document, language: str, kind: str = "caption") -> Document:
    """
    *document* with a mark of *kind* for each cue that has a text in *language*; its text is on one line.

    A mark's id comes of the cue's, so that a cue whose mark is there already is left out; the cues stay.
    """
    column = document.column(language)
    if kind not in MARK_KINDS:
        raise DocumentError("edit.mark-kind", f"{kind!r} is no kind of mark.", f"Use: {', '.join(MARK_KINDS)}.")
    there = {mark.id for mark in document.marks}
    made = []
    for cue in document.cues:
        key, text = _derived(cue.id, "mark"), joined(cue.texts[column]).strip()
        if text and key not in there:
            speaker = (("speaker", cue.speaker),) if cue.speaker else ()
            made.append(Mark(key, kind, cue.start, cue.end, text, speaker))
    return add_marks(document, made) if made else document


def _filled(template: str, values: Mapping[str, str]) -> str:
    """*template* with its {names} replaced; DocumentError for a name that no mark can have."""
    if wrong := re.search(r"\{[^{}]*[^\w {}-][^{}]*\}|\{\}", template):
        raise DocumentError(
            "edit.template", f"{wrong[0]} cannot stand in the text of a mark.", "Use {text}, {kind} or an attribute."
        )
    return re.sub(r"\{([\w -]+)\}", lambda found: values.get(found[1], ""), template)


def _derived(key: str, what: str) -> str:
    """An id that depends on another: the same each time."""
    return blake2b(f"{what} {key}".encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
