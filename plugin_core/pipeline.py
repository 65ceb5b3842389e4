"""
The main job: a media or subtitle file in, a bilingual document and its files out.

Each stage is a generator of ``protocol`` events; :func:`run` chains them. Finished pieces are journalled, so a killed
job resumes where it was, and a finished stage is never computed twice for the same content, pack and settings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plugin_core import __version__, storage
from plugin_core.delivery import put_in_place, staging
from plugin_core.document import Cue, Document, Media
from plugin_core.errors import MediaError, SettingsError
from plugin_core.journal import Journal, journal_key
from plugin_core.modelstore import Pack
from plugin_core.protocol import Chunk, Event, Finished, Marked, Note, Progress, from_json, to_json

if TYPE_CHECKING:
    from plugin_core.captioning.stage import Described, Describing
    from plugin_core.engines.bench import Bench
    from plugin_core.formats import Layout
    from plugin_core.glossary import Glossary
    from plugin_core.profiles import Profile
    from plugin_core.scenes.stage import Watched
    from plugin_core.shots import Shots
    from plugin_core.shots.stage import Request

SUBTITLE_SUFFIXES = (".srt", ".vtt", ".ass", ".ssa", ".ttml", ".dfxp", ".xml", ".csv", ".jsonl", ".sub", ".smi", ".txt")
DOCUMENT_SUFFIX = ".zimu"


@dataclass(frozen=True, slots=True)
class Job:
    """What to make of one file. Every field is a plain value, so that a job crosses process borders as JSON."""

    source: str
    out: str = ""  # folder; empty: beside the source
    languages: tuple[str, ...] = ("zh", "en")  # wanted; a language that is not spoken is translated into
    spoken: str = "auto"  # a language code, or auto: detected in every stretch of speech
    profile: str = "netflix"
    children: bool = False
    punctuation: str = ""  # "full" or "spaces" (Netflix's Chinese convention); empty: the profile's own
    formats: tuple[str, ...] = ("srt",)
    order: str = "source-over-target"
    highlight: bool = False
    report: bool = False
    speech_pack: str = ""  # an id, a folder, "starter", or empty: the best production pack installed
    translation_pack: str = ""
    glossary: str = ""
    memory: bool = True
    cuts: tuple[int, ...] = ()  # shot cuts, ms
    shots: bool = False  # find the shots: their cuts join *cuts*, and they become marks
    scenes: bool = False  # the same, and tell what is in them: scenes, places, times, moods become marks
    captions: bool = False  # find the shots and describe each of them in a sentence
    events: tuple[str, ...] = ()  # of events.EVENTS: what to mark beside what is said
    beats: str = "none"  # or bar, beat: marks to cut music by
    speakers: str = "auto"  # how many people speak, or auto
    sdh: str = ""  # netflix, bbc or fcc: sounds, music and speakers are written into the subtitles
    tagging_pack: str = ""  # this and the next two: an id, a folder, "starter", or empty: the best there is
    sounds_pack: str = ""
    voices_pack: str = ""
    shots_pack: str = ""  # likewise; "none": the detectors alone
    scenes_pack: str = ""
    captions_pack: str = ""
    device: str = "auto"
    compute: str = "auto"
    threads: int = 0
    batch_size: int = 8
    beam_size: int = 5
    vad: bool = True
    audio_stream: int | None = None
    channel: int | None = None
    encoding: str = ""  # of a subtitle source; empty: detected
    fresh: bool = False  # ignore what earlier runs left in the journal

    @staticmethod
    def from_json(value: dict[str, Any]) -> Job:
        """The job of plain JSON values; unknown keys are errors."""
        known = {f.name for f in fields(Job)}
        if unknown := set(value) - known:
            raise SettingsError("settings.unknown", f"A job has no option {', '.join(sorted(unknown))}.")
        plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in value.items()}
        return Job(**plain)

    def to_json(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(Job)}


@dataclass(slots=True)
class _Work:
    """What a running job has found out so far."""

    job: Job
    bench: Bench
    profile: Profile
    glossary: Glossary | None
    media: Media = field(default_factory=Media)
    chunks: list[Chunk] = field(default_factory=list)
    document: Document = field(default_factory=Document)
    packs: list[Pack] = field(default_factory=list)
    shots: Shots | None = None
    scenes: Watched | None = None
    captions: Described | None = None


def run(job: Job, bench: Bench) -> Generator[Event]:
    """
    Do *job* with the engines kept warm on *bench*; the last event is Finished.

    Leaving the loop cancels: what was finished stays in the journal. Errors are ZimuErrors; nothing half-written stays.
    """
    work = _prepare(job, bench)
    source = Path(job.source)
    if _is_text(job.source):
        yield from _read(work, source)
    else:
        yield from _listen(work, source)
        yield from _find_shots(work, source)
        yield from _cue(work)
    yield from _tell_scenes(work)
    yield from _find_events(work, source)
    yield from _translate(work)
    _lay_out(work)
    yield from _caption(work)
    yield from _write(work)


def _is_text(source: str) -> bool:
    return Path(source).suffix.lower() in (DOCUMENT_SUFFIX, *SUBTITLE_SUFFIXES)


def _prepare(job: Job, bench: Bench) -> _Work:
    from plugin_core import events
    from plugin_core.glossary import Glossary
    from plugin_core.profiles import find

    events.check(job)
    if len(set(job.languages)) != len(job.languages):
        raise SettingsError("settings.languages", "A wanted language is named twice.", "For example --to zh,en.")
    profile = find(job.profile, children=job.children, punctuation=job.punctuation)
    glossary = Glossary.load(Path(job.glossary)) if job.glossary else None
    return _Work(job, bench, profile, glossary)


def open_document(source: Path, *, encoding: str = "", language: str = "") -> tuple[Document, tuple[str, ...]]:
    """A .zimu document or any subtitle file, and what there is to say about how it was read."""
    from plugin_core import formats

    if not source.is_file():
        raise MediaError("media.missing", f"{source} does not exist.", "Check the path.")
    if source.suffix.lower() == DOCUMENT_SUFFIX:
        return storage.load(source), ()
    opened = formats.open_file(source, encoding=encoding or None, language=language)
    document, notes = _with_language(opened.document)
    return document, (f"{source.name} was read as {opened.format}, {opened.encoding}.", *opened.repairs, *notes)


def _with_language(document: Document) -> tuple[Document, tuple[str, ...]]:
    """A subtitle file that does not say its language is Chinese if it is written in Chinese, else taken for English."""
    from plugin_core.typography import has_han

    if document.languages != ("und",):
        return document, ()
    chinese = sum(has_han(cue.texts[0]) for cue in document.cues) * 2 > len(document.cues)
    language = "zh" if chinese else "en"
    note = f"The file does not say its language; it was taken for {language} (say it with --from or --language)."
    return replace(document, languages=(language,)), (note,)


def _read(work: _Work, source: Path) -> Iterator[Event]:
    """A subtitle file or a document instead of media: nothing to hear, only to translate."""
    language = "" if work.job.spoken == "auto" else work.job.spoken
    work.document, notes = open_document(source, encoding=work.job.encoding, language=language)
    yield from (Note("read", note) for note in notes)
    work.media = work.document.media
    yield Progress("read", len(work.document.cues), len(work.document.cues), 0)


def _listen(work: _Work, source: Path) -> Iterator[Event]:
    """Probe, decode and recognise; chunks come from the journal as far as it reaches."""
    from plugin_core import audio, media, speech

    job = work.job
    work.media = media.probe(source)
    pack = work.bench.pack("speech", job.speech_pack, _spoken(job))
    work.packs.append(pack)
    options = _speech_options(work, pack)
    key = journal_key(audio.fingerprint(source), pack.key, options, job.audio_stream, job.channel)
    journal = Journal.opened("speech", key, fresh=job.fresh)
    work.chunks = [chunk for record in journal.records if isinstance(chunk := from_json(record), Chunk)]
    if journal.complete:
        yield Note("listen", "The speech of this file was recognised before with the same pack and settings.")
        yield Progress("listen", work.media.duration, work.media.duration, 0)
        yield from work.chunks
        return
    if work.chunks:
        yield Note("listen", f"Resuming after {work.chunks[-1].end / 1000:.0f} s that an earlier run had finished.")
        yield from work.chunks
    engine = work.bench.speech(pack, job.device, job.compute, job.threads)
    damage = audio.Damage()
    language = "" if job.spoken == "auto" else job.spoken
    blocks = audio.blocks(source, stream=job.audio_stream, channel=job.channel, language=language, damage=damage)
    found = speech.transcribe(blocks, engine, options, duration_ms=work.media.duration, done=tuple(work.chunks))
    for event in found:
        if isinstance(event, Chunk):
            work.chunks.append(event)
            journal.append(to_json(event))
        yield event
    journal.finish()
    if damage.packets:
        yield Note("listen", f"{damage.packets} damaged pieces of the audio were heard as silence.", "warning")


def _spoken(job: Job) -> tuple[str, ...]:
    """The languages a speech pack must know; any will do when nothing is said."""
    return () if job.spoken == "auto" else (job.spoken,)


def _speech_options(work: _Work, pack: Pack) -> Any:
    from plugin_core.speech import SpeechOptions

    job = work.job
    terms: tuple[str, ...] = ()
    if work.glossary is not None:
        terms = tuple(term for language in _spoken(job) or pack.languages for term in work.glossary.hotwords(language))
    return SpeechOptions(
        language=job.spoken, batch_size=job.batch_size, beam_size=job.beam_size, hotwords=terms, vad=job.vad
    )


def _find_shots(work: _Work, source: Path) -> Iterator[Event]:
    """The cuts of the film beside those that were given, for the cues to keep to."""
    if not (work.job.shots or work.job.scenes or work.job.captions):
        return
    if not work.media.width:
        yield Note("shots", "The file has no picture, so there are no shots to find.", "warning")
        return
    from plugin_core.shots.stage import Request, found_in

    job = work.job
    request = Request(job.shots_pack, device=job.device, threads=job.threads, fresh=job.fresh)
    describing = (yield from _described_by(work, source, request)) if job.captions else None
    watchers = describing.watchers if describing else ()
    if job.scenes:
        from plugin_core.scenes.request import watched_by

        work.scenes = yield from watched_by(job, source, request, work.bench, work.packs, watchers=watchers)
    found = work.scenes or (yield from found_in(source, request, work.bench, watchers))
    work.shots = found.shots
    work.captions = (yield from describing.of(work.shots, work.media.duration)) if describing else None
    work.job = replace(job, cuts=tuple(sorted({*job.cuts, *work.shots.cuts})))


def _described_by(work: _Work, source: Path, request: Request) -> Generator[Event, None, Describing | None]:
    from plugin_core.captioning.request import describing

    return (yield from describing(work.job, source, request, work.bench, work.packs))


def _tell_scenes(work: _Work) -> Iterator[Event]:
    """Scenes, the labels of shots, with what is said in them, and captions as marks."""
    for command in ("scenes", "captions") if _is_text(work.job.source) else ():
        if getattr(work.job, command):
            use = f"zimu {'describe' if command == 'captions' else command} FILM --text TEXT"
            yield Note(command, f"There is no film beside the text to look at: use `{use}`.", "warning")
    before = set(work.document.marks)
    if work.scenes:
        from plugin_core.scenes.marking import with_scenes

        done = work.scenes.recognised(work.document.cues)
        work.document = with_scenes(work.document, done, (work.job.languages or work.document.languages)[0])
        yield Marked("scenes", tuple(mark for mark in work.document.marks if mark not in before))
    if work.captions:
        from plugin_core.captioning.marking import KIND, with_captions

        work.document = with_captions(work.document, work.captions)
        yield Marked("captions", tuple(mark for mark in work.document.marks if mark.kind == KIND))


def _cue(work: _Work) -> Iterator[Event]:
    """Chunks to cues; a column for every language that was heard, the one spoken most first."""
    from plugin_core import cueing

    chunks = sorted(work.chunks, key=lambda chunk: chunk.start)
    yield Progress("cue", 0, len(chunks))
    languages = _heard(chunks, work.job)
    cues = cueing.build_chunks(
        chunks, work.profile, languages=languages, frame_rate=work.media.frame_rate, cuts=work.job.cuts
    )
    cues = tuple(replace(cue, id=_stable_id(cue)) for cue in cues)
    work.document = Document(work.media, languages, cues, made_by=_made_by(work))
    if work.shots:
        from plugin_core.shots.listing import with_shots

        work.document = with_shots(work.document, work.shots)
    if not cues:
        yield Note("cue", "No speech was found, so there are no subtitles to write.", "warning")
    yield Progress("cue", len(chunks), len(chunks), 0)


def _stable_id(cue: Cue) -> str:
    """The same footage, pack and settings give the same ids, so a second run and a second push change nothing."""
    return journal_key(cue.start, cue.end, *cue.texts)[:12]


def _heard(chunks: Sequence[Chunk], job: Job) -> tuple[str, ...]:
    heard: Counter[str] = Counter()
    for chunk in chunks:
        heard[chunk.language] += chunk.end - chunk.start
    default = job.spoken if job.spoken != "auto" else (*job.languages, "en")[0]
    return tuple(language for language, _ in heard.most_common()) or (default,)


def _made_by(work: _Work) -> str:
    return "; ".join([f"Zimu {__version__}", *(f"{pack.id} {pack.revision}".strip() for pack in work.packs)])


def _find_events(work: _Work, source: Path) -> Iterator[Event]:
    from plugin_core import events

    if not work.job.events:
        return
    media = events.media_of(source, work.document, is_text=_is_text(work.job.source))
    target = _folder(work.job) / f"{source.stem}{DOCUMENT_SUFFIX}"
    work.document = yield from events.found(
        work.document, events.Ground(work.job, work.bench, media, target, work.packs)
    )


def _translate(work: _Work) -> Iterator[Event]:
    """Fill a column for every wanted language, from whatever language each cue is in."""
    from plugin_core import columns

    work.document = yield from columns.filled(
        work.document, columns.Ground(work.job, work.bench, work.glossary, work.packs)
    )
    work.document = replace(work.document, made_by=_made_by(work) if work.packs else work.document.made_by)


def _lay_out(work: _Work) -> None:
    """Break the texts into lines as the profile asks; a subtitle file's own lines stay as its author broke them."""
    from plugin_core.cueing import restyle

    before, after = work.document, restyle(work.document, work.profile)
    if _is_text(work.job.source):
        own = {cue.id: cue.texts[0] for cue in before.cues}
        after = replace(after, cues=tuple(cue.with_text(0, own[cue.id]) for cue in after.cues))
    work.document = after


def _caption(work: _Work) -> Iterator[Event]:
    """What is heard and who speaks, written into the subtitles for people who do not hear it."""
    if not work.job.sdh:
        return
    from plugin_core.tagging import sdh

    written = sdh.write(work.document, style=work.job.sdh, profile=work.profile)
    work.document = written.document
    yield from (Note("caption", note) for note in written.notes)


def _folder(job: Job) -> Path:
    """Where the results go."""
    return Path(job.out) if job.out else Path(job.source).parent


def _write(work: _Work) -> Iterator[Event]:
    """The .zimu document (it holds everything), the files editors use, the report; older, other versions are kept."""
    job, source = work.job, Path(work.job.source)
    folder = _folder(job)
    yield Progress("write", 0, 1)
    with staging(folder) as staged:
        _write_files(work, staged, source)
        files, kept = put_in_place(staged, folder)
    for path in kept:
        yield Note("write", f"An earlier, different version was kept as {path.name}.")
    if work.packs:
        from plugin_core import originals

        originals.keep(work.document)  # so that corrections can be compared with it
    yield Progress("write", 1, 1, 0)
    yield Finished(work.document, tuple(str(file) for file in files))


def _write_files(work: _Work, folder: Path, source: Path) -> None:
    from plugin_core import formats

    job = work.job
    storage.save(work.document, folder / f"{source.stem}{DOCUMENT_SUFFIX}")
    formats.write_all(work.document, folder, source.stem, job.formats, _layouts(work))
    if job.report:
        from plugin_core.report import write_report

        write_report(work.document, source, folder / f"{source.stem}.report.html", work.profile, job.cuts)


def _layouts(work: _Work) -> tuple[Layout, ...]:
    """One file per wanted language, then the bilingual one in the order the user named them."""
    from plugin_core.formats import Layout

    job = work.job
    languages = job.languages or work.document.languages
    single = tuple(Layout("single", (language,), job.highlight) for language in languages)
    if len(languages) < 2 or job.order == "single":
        return single
    return (*single, Layout(job.order, languages, job.highlight))
