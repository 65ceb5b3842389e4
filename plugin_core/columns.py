"""
The columns of a document as a stage of a job: a text of every cue in every wanted language.

What a pack says is journalled, so that the same texts are translated once by the same pack and settings.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plugin_core.document import Document
from plugin_core.errors import ModelError
from plugin_core.journal import Journal, journal_key
from plugin_core.protocol import Event, Note, Translated

if TYPE_CHECKING:
    from plugin_core.engines.bench import Bench
    from plugin_core.glossary import Glossary
    from plugin_core.modelstore import Pack
    from plugin_core.pipeline import Job

Step = Generator[Event, None, Document]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a job's columns are filled with; *packs* gets those that were used."""

    job: Job
    bench: Bench
    glossary: Glossary | None
    packs: list[Pack]


def filled(document: Document, ground: Ground) -> Step:
    """*document* with a column for every wanted language, filled from whatever language each cue is in."""
    from plugin_core.edits import add_language
    from plugin_core.translation import spread

    job = ground.job
    for target in job.languages:
        if target not in document.languages:
            document = add_language(document, target, {})
    document = spread(document)  # mixed footage: what was said goes to the column of its language
    for target in job.languages:
        for source in _sources(document, target):
            try:
                pack = ground.bench.pack("translation", job.translation_pack, (source, target))
            except ModelError as error:
                if source == document.languages[0]:
                    raise
                yield Note("translate", f"What is spoken in {source} stays untranslated. {error}", "warning")
                continue
            document = yield from _translated(document, ground, pack, (source, target))
    return document


def _sources(document: Document, target: str) -> tuple[str, ...]:
    """The languages that have cues still without a text in *target*."""
    from plugin_core.translation import language_of

    column = document.column(target)
    missing = (language_of(cue, document) for cue in document.cues if not cue.texts[column].strip())
    return tuple(sorted({language for language in missing if language != target}))


def _translated(document: Document, ground: Ground, pack: Pack, pair: tuple[str, str]) -> Step:
    """What is spoken in the first language of *pair*, said in the second."""
    from plugin_core.edits import set_texts
    from plugin_core.memory import Memory
    from plugin_core.translation import translate

    job, before, (source, target) = ground.job, document, pair
    if pack not in ground.packs:
        ground.packs.append(pack)
    journal = _journal(document, job, pack, pair)
    ids = [cue.id for cue in document.cues]
    done = tuple(_from_journal(record, ids) for record in journal.records)
    for finished in done:
        document = set_texts(document, target, dict(finished.texts))
    if journal.complete:
        yield Note("translate", f"{source} to {target}: translated before with the same pack and settings.")
        return document
    engine = ground.bench.translation(pack, job.device, job.compute, job.threads)
    places = {cue_id: place for place, cue_id in enumerate(ids)}
    with Memory.open() if job.memory else nullcontext() as memory:
        for event in translate(before, source, target, engine, glossary=ground.glossary, memory=memory, done=done):
            if isinstance(event, Translated):
                document = set_texts(document, target, dict(event.texts))
                journal.append({"language": target, "texts": [[places[cue_id], text] for cue_id, text in event.texts]})
            yield event
    journal.finish()
    return document


def _journal(document: Document, job: Job, pack: Pack, pair: tuple[str, str]) -> Journal:
    from plugin_core.translation import language_of, spoken_text

    content = [(cue.start, cue.end, language_of(cue, document), spoken_text(cue, document)) for cue in document.cues]
    terms = Path(job.glossary).read_bytes() if job.glossary else b""
    key = journal_key(content, document.languages[0], *pair, pack.key, terms, job.memory)
    journal = Journal.opened("translation", key, fresh=job.fresh)
    if journal.complete and job.memory:
        journal.forget()  # what was confirmed since outranks what the machine said; the memory knows the rest
    return journal


def _from_journal(record: dict[str, Any], ids: Sequence[str]) -> Translated:
    """Journals hold places instead of ids, which differ from run to run."""
    return Translated(record["language"], tuple((ids[int(place)], str(text)) for place, text in record["texts"]))
