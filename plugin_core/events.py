"""
The events of a programme as stages of a job: what its texts say, what its sound holds, who speaks.

``found`` adds them to a document: marks for music, sounds, actions and titles, speakers for the cues. What the sound
holds and who speaks is journalled, so that the same footage and packs are heard once.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plugin_core.document import Document, Mark
from plugin_core.errors import MediaError, ModelError, SettingsError
from plugin_core.journal import Journal, journal_key
from plugin_core.protocol import Event, Marked, Note, Progress

if TYPE_CHECKING:
    from plugin_core.engines.bench import Bench
    from plugin_core.modelstore import Pack
    from plugin_core.pipeline import Job
    from plugin_core.placing import Samples
    from plugin_core.sounds import Sound
    from plugin_core.speakers import Turns

EVENTS = ("text", "sounds", "speakers", "emotion")
PULSE = 0.5  # confidence from which a tempo is told
_MUSIC = ("music", "singing")
Step = Generator[Event, None, Document]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a job's events are looked for in: *media* is None without sound, *target* the document to be written."""

    job: Job
    bench: Bench
    media: Path | None
    target: Path
    packs: list[Pack]

    @property
    def language(self) -> str:
        """The language in which sounds and unnamed speakers are called: the first that is wanted."""
        return self.job.languages[0] if self.job.languages else ""


def found(document: Document, ground: Ground) -> Step:
    """*document* with the events that the job asks for. A kind whose pack is missing is left out, with a note."""
    wanted = ground.job.events
    if unknown := set(wanted) - set(EVENTS):
        raise SettingsError(
            "settings.events", f"There is no kind of event {min(unknown)!r}.", f"Use: {', '.join(EVENTS)}, or none."
        )
    if "text" in wanted and document.cues:
        document = yield from _told(document, ground)
    if ground.media is not None and "speakers" in wanted and document.cues:
        document = yield from _spoken(document, ground, ground.media)
    if ground.media is not None and "sounds" in wanted:
        document = yield from _heard(document, ground, ground.media)
    if ground.media is not None and "emotion" in wanted and document.cues:
        document = yield from _felt(document, ground.media)
    return document


def _pack(ground: Ground, kind: str, wanted: str) -> Pack | None:
    """The pack asked for; else the best production pack, else the embedded one; None if there is none of these."""
    for choice in (wanted,) if wanted else ("", "starter"):
        try:
            pack = ground.bench.pack(kind, choice, ())
            break
        except ModelError:
            if choice not in {"", "starter"}:
                raise
    else:
        return None
    if pack not in ground.packs:
        ground.packs.append(pack)
    return pack


def _without(stage: str, kind: str) -> Note:
    return Note(stage, f"No {kind} pack is installed, so this step is left out. See `zimu models list`.", "warning")


def _limits(stage: str, pack: Pack) -> Iterator[Note]:
    if pack.tier == "starter" and pack.limits:
        yield Note(stage, f"{pack.name} is a starter pack. {pack.limits}", "warning")


# -- in the text -----------------------------------------------------------------------------------


def _told(document: Document, ground: Ground) -> Step:
    """Marks, speakers and states that the texts of the cues say."""
    from plugin_core.tagging import Tags, tag_stream
    from plugin_core.tagging.marking import mark_cues, stream_of

    job = ground.job
    pack = _pack(ground, "tagging", job.tagging_pack)
    if pack is None:
        yield _without("tagging", "tagging")
        return document
    engine = ground.bench.tagging(pack, job.device, job.compute, job.threads)
    stream = stream_of(document)
    tags = Tags()
    for event in tag_stream(stream.text, engine, frame_rate=document.media.frame_rate):
        if isinstance(event, Tags):
            tags = event
        else:
            yield event
    marked = mark_cues(document, stream, tags)
    yield Marked("tagging", tuple(mark for mark in marked.marks if mark not in set(document.marks)))
    return marked


# -- in the sound ----------------------------------------------------------------------------------


def _heard(document: Document, ground: Ground, media: Path) -> Step:
    """Sounds and music, made one with what the text says of them."""
    from plugin_core.tagging import agreement, marking

    pack = _pack(ground, "sounds", ground.job.sounds_pack)
    if pack is None:
        yield _without("sounds", "sounds")
        return document
    sounds, music = yield from _listened(document, ground, media, pack)
    from_text = [mark for mark in document.marks if marking.is_ours(mark)]
    marks = agreement.agree(from_text, sounds, language=ground.language)
    marks = tuple(_described(mark, music, ground.language) for mark in marks)
    yield Marked("sounds", tuple(mark for mark in marks if mark not in set(from_text)))
    return marking.put(document, marks)


Music = list[dict[str, Any]]  # of stretches: start, end and mood or bpm, each with its confidence


def _listened(
    document: Document, ground: Ground, media: Path, pack: Pack
) -> Generator[Event, None, tuple[list[Sound], Music]]:
    from plugin_core import audio, sounds
    from plugin_core.sounds import Sound

    job = ground.job
    journal = Journal("sounds", journal_key(audio.fingerprint(media), pack.key, job.audio_stream, job.channel, 1))
    if journal.complete and not job.fresh:
        yield Note("sounds", "The sounds of this file were found before with the same pack.")
        records = list(journal.records)
    else:
        journal.forget()
        yield from _limits("sounds", pack)
        engine = ground.bench.sounds(pack, job.device, job.compute, job.threads)
        overheard = _Overheard()
        blocks = overheard.pass_on(audio.blocks(media, stream=job.audio_stream, channel=job.channel, seconds=10.0))
        records = []
        for event in sounds.tag(blocks, engine, total=document.media.duration):
            if isinstance(event, sounds.Found):
                records += [{"sound": sound.to_json()} for sound in event.sounds]
            else:
                yield event
        stretches = [(r["sound"]["start"], r["sound"]["end"]) for r in records if r["sound"]["kind"] in _MUSIC]
        records += [{"music": one} for one in overheard.music(stretches)]
        for record in records:
            journal.append(record)
        journal.finish()
    return (
        [Sound.from_json(record["sound"]) for record in records if "sound" in record],
        [record["music"] for record in records if "music" in record],
    )


class _Overheard:
    """Listens to the blocks that pass by for mood and tempo: one decoding for everything."""

    def __init__(self) -> None:
        from plugin_core.sounds.mood import Moods
        from plugin_core.sounds.tempo import Tracker

        self._moods, self._tracker = Moods(), Tracker()
        self._tempos: list[Any] = []

    def pass_on(self, blocks: Iterable[Samples]) -> Iterator[Samples]:
        for block in blocks:
            self._moods.push(block)
            self._tempos += self._tracker.push(block)
            yield block
        self._moods.finish()
        self._tempos += self._tracker.finish()

    def music(self, stretches: Iterable[tuple[int, int]]) -> Music:
        """What is known of each stretch of music (ms)."""
        known: Music = []
        for start, end in stretches:
            mood = self._moods.of(start, end)
            if mood and mood.name:
                known.append({"start": start, "end": end, "mood": mood.name, "confidence": mood.confidence})
            tempos = [one for one in self._tempos if one.confidence >= PULSE and one.start < end and start < one.end]
            if tempos:
                best = max(tempos, key=lambda one: min(one.end, end) - max(one.start, start))
                known.append({"start": start, "end": end, "bpm": round(best.bpm, 1), "confidence": best.confidence})
        return known


def _described(mark: Mark, music: Music, language: str) -> Mark:
    """A music mark that was heard, with mood and tempo of the stretch it lies in; what the text says outranks them."""
    from plugin_core.tagging import marking
    from plugin_core.tagging.ontology import language_of, name_of

    attributes = dict(mark.attributes)
    if mark.kind != "music" or attributes.get(marking.SOURCE) == marking.TEXT:
        return mark
    for one in music:
        if one["start"] <= mark.start and mark.end <= one["end"]:
            if "bpm" in one:
                attributes.setdefault("bpm", f"{one['bpm']:.0f}")
            elif "mood" in one:
                name = name_of("moods", one["mood"], language or language_of(mark.text))
                attributes.setdefault("mood", name or one["mood"])
    bare = replace(mark, attributes=tuple(attributes.items()))
    return mark if bare == mark else replace(bare, id=marking.digest(bare))


# -- who speaks ------------------------------------------------------------------------------------


def _spoken(document: Document, ground: Ground, media: Path) -> Step:
    """The speaker of every cue, by voice or microphone, under the names that the text gives."""
    from plugin_core.speakers import channels, voiceprints
    from plugin_core.speakers.assigning import assigned

    job = ground.job
    microphones = channels.microphones(media, document.media) if job.audio_stream is job.channel is None else ()
    pack = None if microphones else _pack(ground, "voices", job.voices_pack)
    if not microphones and pack is None:
        yield _without("speakers", "voices")
        return document
    turns = yield from _turns(document, ground, media, pack, microphones)
    prints = voiceprints.path_for(ground.target)
    known = voiceprints.load(prints)
    if pack is not None:
        engine = ground.bench.voices(pack, job.device, job.compute, job.threads) if known.voices else None
        turns = voiceprints.recognise(turns, known, same=engine.same) if engine else turns
    result = assigned(document, turns)
    for clash in result.contradictions[:5]:
        yield Note("speakers", f"{clash.named} at {clash.start / 1000:.1f} s sounds like {clash.heard}.", "warning")
    remembered = voiceprints.remember(result.turns, known)
    if remembered.voices and remembered != known:
        ground.target.parent.mkdir(parents=True, exist_ok=True)
        voiceprints.save(remembered, prints)
    count = len({cue.speaker for cue in result.document.cues if cue.speaker})
    yield Note("speakers", f"{count} {'person speaks' if count == 1 else 'people speak'}.")
    if result.shared:
        yield Note("speakers", f"In {len(result.shared)} cues two people speak; the longer one is named.")
    return result.document


def _turns(
    document: Document, ground: Ground, media: Path, pack: Pack | None, microphones: tuple[Any, ...]
) -> Generator[Event, None, Turns]:
    from plugin_core import audio, speakers
    from plugin_core.speakers import Turns, channels
    from plugin_core.speakers.diarising import speaker_count

    job = ground.job
    language = ground.language or document.languages[0]
    spans = tuple((cue.start, cue.end) for cue in document.cues if cue.end > cue.start)
    count = speaker_count(job.speakers)
    made_with = pack.key if pack else "microphones"
    key = journal_key(audio.fingerprint(media), made_with, count, language, spans, job.audio_stream, job.channel, 1)
    journal = Journal("speakers", key)
    if journal.complete and not job.fresh:
        yield Note("speakers", "The speakers of this file were found before with the same pack.")
        return Turns.from_json(journal.records[0])
    journal.forget()
    duration = document.media.duration
    if pack is None:
        titles = [one.title for one in microphones]
        sounds = channels.read(media, microphones)
        events = channels.diarise(sounds, duration_ms=duration, language=language, titles=titles)
    else:
        engine = ground.bench.voices(pack, job.device, job.compute, job.threads)
        options = speakers.SpeakerOptions(count=count, language=language, within=spans)
        blocks = audio.blocks(media, stream=job.audio_stream, channel=job.channel, seconds=10.0)
        events = speakers.diarise(blocks, engine, options, duration_ms=duration)
    turns = Turns()
    for event in events:
        if isinstance(event, Turns):
            turns = event
        else:
            yield event
    journal.append(turns.to_json())
    journal.finish()
    return turns


def _felt(document: Document, media: Path) -> Step:
    """An emotion among the tags of the cues where one is clear."""
    from plugin_core import audio
    from plugin_core.sounds import emotion

    yield Progress("emotion", 0, 1)
    cues = tuple(emotion.tag(document.cues, audio.blocks(media, seconds=10.0)))
    yield Progress("emotion", 1, 1, 0)
    yield Note("emotion", "Emotions are told from how a voice departs from its own way; take them as a hint.")
    return replace(document, cues=cues)


def media_of(source: Path, document: Document, *, is_text: bool) -> Path | None:
    """The file whose sound belongs to *document* made from *source*; None if there is none that can be heard."""
    from plugin_core import audio

    path = Path(document.media.path)
    places = [path, source.with_name(path.name)] if is_text and document.media.path else [] if is_text else [source]
    for place in places:
        try:
            audio.track(place)
        except (MediaError, OSError):
            continue
        return place
    return None
