"""
Asking a text for kinds named in plain words: 品牌名, prices, "every location and prop" (zero-shot).

One interface for two kinds of pack. A tagging pack has a list of what is known by heart (``known``) and a reader of
labels (``engines.labelling``) or a head that reads the label before the text; a generative pack (SeqGPT, Qwen) writes
what it finds. Whatever a model says, an answer is a span of the input: what does not stand in it is left out and
counted. A string that a decoder names is an answer wherever it stands as a word.

    ask(text, "请提取【品牌名】【价格】", engine)
    for some in ask_each(text, ["location", "prop"], engine): ...  # leaving the loop cancels
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from plugin_core.errors import ModelError
from plugin_core.tagging import windows
from plugin_core.tagging.anchors import NAME, SILENT, Anchors, read
from plugin_core.tagging.characters import fold
from plugin_core.tagging.known import Known, open_known
from plugin_core.tagging.labels import checked, labels_of
from plugin_core.tagging.tags import Asked, Tags

if TYPE_CHECKING:
    from plugin_core.clock import FrameRate
    from plugin_core.engines.generation import Answer, GenerationEngine
    from plugin_core.engines.labelling import LabelReader
    from plugin_core.engines.tagging import TaggingEngine
    from plugin_core.modelstore import Pack
    from plugin_core.tagging.decoding import Matrix

    Engine = TaggingEngine | GenerationEngine
    Parts = Iterator[dict[str, list["Found"]]]

ROWS = 64  # of a label and a window, scored together
LEAST = 0.7  # what a reader or head is less sure of does not count; chosen on the dev part of models/tagger/labels.py
PERSON = "person"  # the kind whose words may be parts of names
HEART = 0.9  # how sure we are of what is known by heart; see models/tagger/labels.results.json
LONGEST_SPAN = 400  # characters; a longer string is no name of anything
_SPLIT = re.compile(r"[,，、;；/|]|\s+(?:and|和|与)\s+")
_RIM = " \t\n\u3000\"'“”‘’「」『』【】[]()（）《》<>.,，。;；:：!！?？、*`"


class Found(NamedTuple):
    """A span of one label, and how sure its finder is."""

    start: int
    end: int
    confidence: float


@dataclass(slots=True)
class Odd:
    """What is odd about the answers so far; *notes* says it to the user."""

    labels: tuple[str, ...] = ()
    absent: int = 0
    strays: int = 0
    cut: int = 0

    def notes(self) -> tuple[str, ...]:
        said = list(self.labels)
        if self.absent:
            said.append(f"{self.absent} answers of the model do not stand in the text; they were left out.")
        if self.strays:
            said.append(f"{self.strays} answers of the model were about nothing that was asked; they were left out.")
        if self.cut:
            said.append(f"{self.cut} passages were too long for the model; it read their ends only.")
        return tuple(said)


def ask(
    text: str,
    labels: str | Sequence[str],
    engine: Engine,
    *,
    least: float = 0.0,
    frame_rate: FrameRate | None = None,
) -> tuple[Asked, ...]:
    """What of *labels* (or of a request in plain words) stands in *text*, in its order; see :func:`answer`."""
    return answer(text, labels, engine, least=least, frame_rate=frame_rate).asked


def answer(
    text: str,
    labels: str | Sequence[str],
    engine: Engine,
    *,
    least: float = 0.0,
    frame_rate: FrameRate | None = None,
) -> Tags:
    """
    The answers with notes on what was odd: labels asked twice, strings that do not stand in the text.

    Spans of one label never overlap, those of two labels may. Answers less sure than *least* are left out.
    SettingsError if *labels* names nothing, or too much; ModelError if the pack of *engine* cannot be asked.
    """
    odd = Odd()
    asked = [
        one for some in ask_each(text, labels, engine, least=least, frame_rate=frame_rate, odd=odd) for one in some
    ]
    return Tags(asked=tuple(asked), notes=odd.notes())


def with_asked(
    tags: Tags, text: str, labels: str | Sequence[str], engine: object, *, frame_rate: FrameRate | None = None
) -> Tags:
    """*tags* of *text* with the answers for *labels* added."""
    found = answer(text, labels, cast("Engine", engine), frame_rate=frame_rate)
    return replace(tags, asked=found.asked, notes=tuple(dict.fromkeys((*tags.notes, *found.notes))))


def ask_each(
    text: str,
    labels: str | Sequence[str],
    engine: Engine,
    *,
    least: float = 0.0,
    frame_rate: FrameRate | None = None,
    odd: Odd | None = None,
) -> Iterator[tuple[Asked, ...]]:
    """:func:`answer` part by part, in the order of the text. *odd* is filled on the way."""
    odd = odd if odd is not None else Odd()
    wanted, odd.labels = checked(labels_of(labels) if isinstance(labels, str) else labels)
    anchors = read(text, frame_rate)
    starts = [code.outer[0] for code in anchors.codes]
    last = dict.fromkeys(wanted, 0)
    for found in _parts(anchors, wanted, engine, odd):
        asked: list[Asked] = []
        for label, spans in found.items():
            for span in _settled(spans, last[label]):
                last[label] = span.end
                if span.confidence >= least:
                    asked.append(_bound(anchors, starts, label, span))
        yield tuple(sorted(asked, key=lambda one: (one.span, wanted.index(one.label))))


@contextmanager
def open_asking(pack: Pack, *, device: str = "auto", compute: str = "auto", threads: int = 0) -> Iterator[Engine]:
    """Open *pack* with the backend it names; ModelError if it cannot be asked."""
    if pack.options.get("backend") == "generation":
        from plugin_core.engines.generation import open_generation

        with open_generation(pack, device=device, compute=compute, threads=threads) as decoder:
            yield decoder
        return
    from plugin_core.engines.tagging import open_tagging

    with open_tagging(pack, device=device, compute=compute, threads=threads) as engine:
        if not (engine.answers or _reader(engine) or _known(engine)):
            raise _cannot_be_asked(pack.id)
        yield engine


def _parts(anchors: Anchors, labels: Sequence[str], engine: object, odd: Odd) -> Parts:
    """What the engine's backend finds, window by window."""
    if hasattr(engine, "extract"):
        return _by_words(anchors, labels, cast("GenerationEngine", engine), odd)
    reader, known = _reader(engine), _known(engine)
    head = cast("TaggingEngine", engine) if getattr(engine, "answers", False) and not reader else None
    if not (reader or known or head):
        raise _cannot_be_asked(getattr(getattr(engine, "pack", None), "id", "in use"))
    least = float(getattr(getattr(engine, "pack", None), "options", {}).get("least_asked", LEAST))
    return _by_pack(anchors, labels, Finders(known, reader, head, least))


def _folder(engine: object) -> Path | None:
    folder = getattr(getattr(engine, "pack", None), "folder", None)
    return folder if isinstance(folder, Path) else None


def _known(engine: object) -> Known | None:
    """What the pack of a tagging engine knows by heart, if anything."""
    folder = _folder(engine)
    return open_known(folder) if folder else None


def _reader(engine: object) -> LabelReader | None:
    """The reader of labels that lies in the pack of a tagging engine, if there is one."""
    from plugin_core.engines.labelling import has_reader, open_reader

    folder = _folder(engine)
    return open_reader(folder) if folder and has_reader(folder) else None


def _cannot_be_asked(pack_id: str) -> ModelError:
    return ModelError(
        "model.not-asked",
        f"The pack {pack_id} finds only its own kinds.",
        "Use a pack that can be asked: the embedded tagger, or one of `zimu models list`.",
    )


# A tagging pack: what it knows by heart, and what its reader or head sees besides


class Finders(NamedTuple):
    """What a pack finds labels with; spans of the reader or head less sure than *least* do not count."""

    known: Known | None
    reader: LabelReader | None
    head: TaggingEngine | None
    least: float


def _by_pack(anchors: Anchors, labels: Sequence[str], finders: Finders) -> Parts:
    cuts = windows.cut(anchors, max(16, finders.head.window if finders.head else windows.SIZE))
    kinds = {label: finders.known.kinds_of(label) for label in labels} if finders.known else {}
    while some := list(islice(cuts, max(1, ROWS // len(labels)))):
        found: dict[str, list[Found]] = {label: [] for label in labels}
        for label, window, spans in _seen(anchors, some, labels, finders):
            heard = _by_heart(anchors, window, finders.known, kinds.get(label, ()))
            clear = (span for span in spans if span.confidence >= finders.least and not _touches(span, heard))
            found[label] += (span for span in (*heard, *clear) if window.keep <= span.start < window.stop)
        yield found


def _by_heart(anchors: Anchors, window: windows.Window, known: Known | None, kinds: Sequence[str]) -> list[Found]:
    """Words and patterns of *kinds* in a window, but not in time codes and cue headers."""
    if known is None or not kinds:
        return []
    found = known.find(anchors.folded[window.start : window.end], kinds)
    spans = [Found(window.start + start, window.start + end, HEART) for start, end in found]
    if kinds[0] == PERSON:
        spans = [_whole_name(anchors, span) for span in spans]
    return [span for span in spans if not SILENT.intersection(anchors.kinds[span.start : span.end])]


def _whole_name(anchors: Anchors, span: Found) -> Found:
    """*span*, or all of the speaker's name before a colon that it stands in: 李佳琦, not 李佳."""
    start, end = span.start, span.end
    if any(kind != NAME for kind in anchors.kinds[start:end]):
        return span
    while start and anchors.kinds[start - 1] == NAME:
        start -= 1
    while end < len(anchors.kinds) and anchors.kinds[end] == NAME:
        end += 1
    return Found(*_trimmed(anchors.folded, start, end), span.confidence)


def _touches(span: Found, others: Iterable[Found]) -> bool:
    """Whether *span* overlaps one of *others* that it does not hold whole."""
    return any(
        span.start < other.end and other.start < span.end and not (span.start <= other.start and other.end <= span.end)
        for other in others
    )


def _seen(
    anchors: Anchors, some: Sequence[windows.Window], labels: Sequence[str], finders: Finders
) -> Iterator[tuple[str, windows.Window, list[Found]]]:
    """What the reader or the head sees of every label in every window."""
    texts = [anchors.folded[window.start : window.end] for window in some]
    kinds = [anchors.kinds[window.start : window.end] for window in some]
    if finders.head:
        from plugin_core.engines.tagging import Row

        for label in labels:
            rows = [Row(text, kind, label) for text, kind in zip(texts, kinds, strict=True)]
            for window, vectors in zip(some, finders.head.read(rows), strict=True):
                yield label, window, list(_spans(anchors, window, finders.head.asked(vectors)))
        return
    if finders.reader is None:
        yield from ((label, window, []) for label in labels for window in some)
        return
    for window, vectors in zip(some, finders.reader.read(texts, kinds), strict=True):
        for label in labels:
            yield label, window, list(_spans(anchors, window, finders.reader.scores(vectors, label)))


def _spans(anchors: Anchors, window: windows.Window, scores: Matrix) -> Iterator[Found]:
    """The spans that *scores* [characters, O B I] name in a window."""
    from plugin_core.tagging import decoding

    folded, kinds = anchors.folded[window.start : window.end], anchors.kinds[window.start : window.end]
    scores = decoding.allow(scores, *decoding.shape(folded, kinds))
    labels = decoding.decode(scores, (0,))
    for run in decoding.runs(labels, decoding.chances(scores, labels), window.start):
        start, end = _trimmed(anchors.folded, run.start, run.end)
        if start < end:
            yield Found(start, end, math.exp(min(0.0, run.score)))


# A decoder: it names strings, and the text says where they stand


def _by_words(anchors: Anchors, labels: Sequence[str], engine: GenerationEngine, odd: Odd) -> Parts:
    for window in windows.cut(anchors, max(16, engine.window)):
        text = anchors.text[window.start : window.end]
        if not text.strip():
            continue
        said = next(engine.extract([text], labels))
        odd.strays += said.strays
        odd.cut += said.cut
        yield {label: list(_standing(anchors, window, said, label, odd)) for label in labels}


def _standing(anchors: Anchors, window: windows.Window, said: Answer, label: str, odd: Odd) -> Iterator[Found]:
    """The spans of the strings *said* for *label*: those that begin in the part of the text the window keeps."""
    for value in said.values.get(label, ()):
        places = _places(anchors, window, value) or [
            place for part in _SPLIT.split(value) for place in _places(anchors, window, part)
        ]
        odd.absent += not places
        yield from (Found(*place, said.confidence) for place in places if window.keep <= place[0] < window.stop)


def _places(anchors: Anchors, window: windows.Window, value: str) -> list[tuple[int, int]]:
    """
    Where *value* stands in the window, as it is spelled, else in other widths and scripts, else in another case.

    Time codes and cue headers count only where it stands nowhere else; a word is not found inside another word.
    """
    for wanted in dict.fromkeys((value.strip(), value.strip(_RIM))):
        if not wanted or len(wanted) > LONGEST_SPAN:
            continue
        for text, needle in _spellings(anchors, window, wanted):
            found = re.finditer(_before(needle[0]) + re.escape(needle) + _after(needle[-1]), text)
            places = [(window.start + match.start(), window.start + match.end()) for match in found]
            seen = [place for place in places if not SILENT.intersection(anchors.kinds[place[0] : place[1]])]
            if seen or places:
                return seen or places
    return []


def _spellings(anchors: Anchors, window: windows.Window, wanted: str) -> Iterator[tuple[str, str]]:
    folded, needle = anchors.folded[window.start : window.end], fold(wanted)
    yield anchors.text[window.start : window.end], wanted
    yield folded, needle
    if folded.isascii() or len(folded.lower()) == len(folded):
        yield folded.lower(), needle.lower()


def _before(mark: str) -> str:
    """A word of letters or digits begins where they begin (299 not in 1,299); a Chinese character stands for itself."""
    if not (mark.isascii() and mark.isalnum()):
        return ""
    return r"(?<![A-Za-z0-9])" + (r"(?<![0-9][,.，])" if mark.isdigit() else "")


def _after(mark: str) -> str:
    """And ends where they end."""
    if not (mark.isascii() and mark.isalnum()):
        return ""
    return r"(?![A-Za-z0-9])" + (r"(?![,.，][0-9])" if mark.isdigit() else "")


def _settled(spans: Iterable[Found], last: int) -> list[Found]:
    """*spans* without overlaps, longer before surer ones, none before *last*; in order."""
    kept: list[Found] = []  # always in order, so only the neighbours can overlap
    for span in sorted(set(spans), key=lambda one: (one.start - one.end, -one.confidence, one.start)):
        at = bisect_left(kept, span.start, key=lambda one: one.start)
        clear = (at == 0 or kept[at - 1].end <= span.start) and (at == len(kept) or span.end <= kept[at].start)
        if clear and span.start >= last:
            kept.insert(at, span)
    return kept


def _trimmed(folded: str, start: int, end: int) -> tuple[int, int]:
    """Without white space and characters nobody sees at the edges."""
    while start < end and folded[start] in " \n\u200b":
        start += 1
    while start < end and folded[end - 1] in " \n\u200b":
        end -= 1
    return start, end


def _bound(anchors: Anchors, starts: Sequence[int], label: str, span: Found) -> Asked:
    """The answer with the last time code before it."""
    at = bisect_right(starts, span.start) - 1
    code = anchors.codes[at] if at >= 0 else None
    timecode = anchors.text[code.start : code.end] if code else ""
    words = anchors.text[span.start : span.end]
    return Asked(label, words, (span.start, span.end), code.ms if code else None, timecode, span.confidence)
