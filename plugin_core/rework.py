"""
What models do again for one place of a document, while a person corrects it: the worker's verbs beside ``run``.

========== ============= ==========================================================================================
verb       request       answer, before Finished
========== ============= ==========================================================================================
translate  Retranslate   Translated: new texts of the cues asked for and of those that share a sentence with them
suggest    Suggest       Suggested: other translations of one text, or ways to go on from what was typed
listen     Relisten      Chunk; Finished holds a document of nothing but the new cues, for :func:`put_heard`
========== ============= ==========================================================================================

The document may be edited meanwhile: answers name cues by id, and what is gone is left out when they are put in.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plugin_core import edits
from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document
from plugin_core.errors import ModelError, SettingsError
from plugin_core.protocol import Chunk, Event, Finished, Note, Suggested, Translated

if TYPE_CHECKING:
    from plugin_core.engines.bench import Bench
    from plugin_core.glossary import Glossary
    from plugin_core.profiles import Profile

AROUND = 24  # cues on either side that go along: sentences begin and end in them


@dataclass(frozen=True, slots=True)
class Retranslate:
    """Translate the cues *only* (ids) of *document* again, each from the language it is in to those of *targets*."""

    document: Document
    targets: tuple[str, ...]
    only: tuple[str, ...]
    profile: str = "netflix"
    punctuation: str = ""
    translation_pack: str = ""
    glossary: str = ""
    memory: bool = True
    device: str = "auto"
    compute: str = "auto"
    threads: int = 0

    def to_json(self) -> dict[str, Any]:
        from plugin_core.storage import to_json

        return _plain(self) | {"document": to_json(window(self.document, self.only))}


@dataclass(frozen=True, slots=True)
class Suggest:
    """*count* translations of *text*; with a *prefix*, such as begin with it."""

    text: str
    source: str
    target: str
    prefix: str = ""
    count: int = 5
    translation_pack: str = ""
    glossary: str = ""
    device: str = "auto"
    compute: str = "auto"
    threads: int = 0

    def to_json(self) -> dict[str, Any]:
        return _plain(self)


@dataclass(frozen=True, slots=True)
class Relisten:
    """Recognise *source* from *start* to *end* (ms) again; *languages* are the columns, *language* the one spoken."""

    source: str
    start: int
    end: int
    languages: tuple[str, ...]
    language: str = "auto"
    profile: str = "netflix"
    punctuation: str = ""
    frame_rate: str = ""
    cuts: tuple[int, ...] = ()
    speech_pack: str = ""
    glossary: str = ""
    device: str = "auto"
    compute: str = "auto"
    threads: int = 0
    beam_size: int = 5
    audio_stream: int | None = None
    channel: int | None = None

    def to_json(self) -> dict[str, Any]:
        return _plain(self)


def run(verb: str, options: Mapping[str, Any], bench: Bench) -> Generator[Event]:
    """Do what *verb* asks for; the last event is Finished. SettingsError for options the request does not have."""
    kind, work = _VERBS[verb]
    if unknown := set(options) - {one.name for one in fields(kind)}:
        raise SettingsError("settings.unknown", f"{verb} has no option {', '.join(sorted(unknown))}.")
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in options.items()}
    if "document" in plain:
        from plugin_core.storage import from_json

        plain["document"] = from_json(plain["document"])
    try:
        task = kind(**plain)
    except TypeError as error:
        raise SettingsError("settings.missing", f"{verb} lacks an option: {error}.") from error
    return work(task, bench)


def window(document: Document, ids: Iterable[str]) -> Document:
    """The cues of *ids* with those around them: all that a sentence of theirs can reach, and no more to send."""
    wanted = set(ids)
    near: set[int] = set()
    for place, cue in enumerate(document.cues):
        if cue.id in wanted:
            near.update(range(max(0, place - AROUND), min(len(document.cues), place + AROUND + 1)))
    return replace(document, cues=tuple(document.cues[place] for place in sorted(near)), marks=())


def put_translated(document: Document, translated: Iterable[Translated]) -> Document:
    """*document* with the texts of all *translated*, as far as their cues are still there."""
    there = {cue.id for cue in document.cues}
    for event in translated:
        texts = {key: text for key, text in event.texts if key in there}
        document = edits.add_language(document, event.language, texts)
    return document


def put_heard(document: Document, start: int, end: int, heard: Sequence[Cue]) -> Document:
    """
    *document* with the cues *heard* from *start* to *end* (ms) in place of those that are mostly there.

    A new cue takes over the id, speaker and role of the old one it shares most time with, and its translations if it
    says the same; the others are empty then, to be translated. Cues that reach into the range keep their time.
    """
    old = [cue for cue in document.cues if start <= (cue.start + cue.end) / 2 < end]
    gone = {cue.id for cue in old}
    kept = [cue for cue in document.cues if cue.id not in gone]
    before = max((cue.end for cue in kept if cue.start < start < cue.end), default=0)
    after = min((cue.start for cue in kept if start <= cue.start), default=None)
    fitted = [_between(cue, before, after) for cue in heard]
    adopted = _adopted([cue for cue in fitted if cue.end > cue.start], old)
    there = {cue.id for cue in kept}
    made = [cue for cue in adopted if cue.id not in there]
    return edits.add_cues(replace(document, cues=tuple(kept)), made)


def _between(cue: Cue, before: int, after: int | None) -> Cue:
    start, end = max(cue.start, before), cue.end if after is None else min(cue.end, after)
    return cue if (start, end) == (cue.start, cue.end) else replace(cue, start=start, end=max(start, end))


def _adopted(heard: Sequence[Cue], old: Sequence[Cue]) -> list[Cue]:
    """*heard* with what they take over of the *old* cues; every id once."""
    pairs = sorted(
        ((_shared(cue, other), place, other) for place, cue in enumerate(heard) for other in old),
        key=lambda pair: -pair[0],
    )
    result, taken = list(heard), set[str]()
    for shared, place, other in pairs:
        if shared > 0 and result[place] is heard[place] and other.id not in taken:
            taken.add(other.id)
            result[place] = _like(heard[place], other)
    return result


def _shared(a: Cue, b: Cue) -> int:
    return min(a.end, b.end) - max(a.start, b.start)


def _like(cue: Cue, other: Cue) -> Cue:
    pairs = list(zip(cue.texts, other.texts, strict=True))
    same = any(a.strip() for a, _ in pairs) and all(a.split() == b.split() for a, b in pairs if a.strip())
    texts = tuple(a if a.strip() else b for a, b in pairs) if same else cue.texts
    return replace(cue, id=other.id, texts=texts, speaker=other.speaker, role=other.role)


# -- the verbs -------------------------------------------------------------------------------------


def _translate(task: Retranslate, bench: Bench) -> Generator[Event]:
    from plugin_core.memory import Memory
    from plugin_core.profiles import find
    from plugin_core.translation import TranslationOptions, language_of, translate

    profile, glossary = find(task.profile, punctuation=task.punctuation), _glossary(task.glossary)
    document = task.document
    spoken = {language_of(cue, document) for cue in document.cues if cue.id in set(task.only)}
    done = 0
    with Memory.open() if task.memory else nullcontext() as memory:
        for source, target in ((a, b) for b in task.targets for a in sorted(spoken) if a != b):
            pack = bench.pack("translation", task.translation_pack, (source, target))
            engine = bench.translation(pack, task.device, task.compute, task.threads)
            options = TranslationOptions(only=task.only)
            for event in translate(document, source, target, engine, options, glossary=glossary, memory=memory):
                if isinstance(event, Translated):
                    event = _laid_out(event, profile)  # noqa: PLW2901
                    document = put_translated(document, [event])
                    done += len(event.texts)
                yield event
    if not done:
        raise ModelError(
            "translate.nothing", "There is nothing to translate in these cues.", "Write what is said in them first."
        )
    yield Finished(document)


def _laid_out(event: Translated, profile: Profile) -> Translated:
    from plugin_core.cueing import break_lines

    texts = tuple((key, break_lines(text, event.language, profile)) for key, text in event.texts)
    return Translated(event.language, texts)


def _suggest(task: Suggest, bench: Bench) -> Generator[Event]:
    from plugin_core.translation import alternatives, completions

    glossary = _glossary(task.glossary)
    pack = bench.pack("translation", task.translation_pack, (task.source, task.target))
    engine = bench.translation(pack, task.device, task.compute, task.threads)
    pair, text = (task.source, task.target), " ".join(task.text.split())
    found = [] if task.prefix.strip() else alternatives(text, *pair, engine, task.count, glossary=glossary)
    if len(found) < task.count:
        found += completions(text, *pair, engine, prefix=task.prefix, n=task.count, glossary=glossary)
    yield Suggested(task.target, tuple(dict.fromkeys(found))[: task.count])
    yield Finished(Document())


def _listen(task: Relisten, bench: Bench) -> Generator[Event]:
    from plugin_core import cueing
    from plugin_core.profiles import find

    chunks: list[Chunk] = []
    for vad in (True, False):  # a person who points at a place hears speech there, whatever the detector thinks
        with closing(_heard(task, bench, vad=vad)) as events:
            for event in events:
                if isinstance(event, Chunk):
                    chunks.append(event)
                yield event
        if any(chunk.words for chunk in chunks):
            break
    cues = cueing.build_chunks(
        [_inside(chunk, task) for chunk in chunks],
        find(task.profile, punctuation=task.punctuation),
        languages=task.languages,
        frame_rate=FrameRate.parse(task.frame_rate) if task.frame_rate else None,
        cuts=task.cuts,
    )
    if not cues:
        yield Note("listen", "Nothing was recognised there.", "warning")
    yield Finished(Document(languages=task.languages, cues=cues))


def _heard(task: Relisten, bench: Bench, *, vad: bool) -> Generator[Event]:
    """Speech of the range, its times in media ms."""
    from plugin_core import audio, speech

    language = "" if task.language == "auto" else task.language
    pack = bench.pack("speech", task.speech_pack, (language,) if language else ())
    engine = bench.speech(pack, task.device, task.compute, task.threads)
    glossary = _glossary(task.glossary)
    known = (language,) if language else pack.languages
    terms = tuple(term for one in known for term in glossary.hotwords(one)) if glossary is not None else ()
    options = speech.SpeechOptions(language=task.language, beam_size=task.beam_size, hotwords=terms, vad=vad)
    blocks = audio.blocks(
        Path(task.source), stream=task.audio_stream, channel=task.channel, start=task.start, end=task.end
    )
    for event in speech.transcribe(blocks, engine, options, duration_ms=max(1, task.end - task.start)):
        yield _moved(event, task.start) if isinstance(event, Chunk) else event


def _moved(chunk: Chunk, ms: int) -> Chunk:
    words = tuple(replace(word, start=word.start + ms, end=word.end + ms) for word in chunk.words)
    return replace(chunk, start=chunk.start + ms, end=chunk.end + ms, words=words)


def _inside(chunk: Chunk, task: Relisten) -> Chunk:
    """The words of *chunk* that begin inside the range, ending in it."""
    words = (replace(word, end=max(word.start, min(word.end, task.end))) for word in chunk.words)
    return replace(chunk, words=tuple(word for word in words if task.start <= word.start < task.end))


def _glossary(path: str) -> Glossary | None:
    from plugin_core.glossary import Glossary

    return Glossary.load(Path(path)) if path else None


def _plain(task: Any) -> dict[str, Any]:
    return {one.name: getattr(task, one.name) for one in fields(task) if one.name != "document"}


_VERBS: Mapping[str, tuple[Any, Callable[[Any, Any], Generator[Event]]]] = {
    "translate": (Retranslate, _translate),
    "suggest": (Suggest, _suggest),
    "listen": (Relisten, _listen),
}
