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
    from plugin_core.sounds import Sound
    from plugin_core.speakers import Turns
    from plugin_core.speakers.voiceprints import Prints

EVENTS = ("text", "sounds", "speakers", "emotion")
BEATS = ("none", "bar", "beat")
_MUSIC = ("music", "singing")
Attributes = tuple[tuple[str, str], ...]
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


def check(job: Job) -> None:
    """SettingsError if *job* asks for events in a way that nothing knows: to be said before an hour of listening."""
    from plugin_core.speakers.diarising import speaker_count
    from plugin_core.tagging import sdh

    if unknown := set(job.events) - set(EVENTS):
        raise SettingsError(
            "settings.events", f"There is no kind of event {min(unknown)!r}.", f"Use: {', '.join(EVENTS)}, or none."
        )
    if job.beats not in BEATS:
        raise SettingsError("settings.beats", f"Beats cannot be {job.beats!r}.", f"Use: {', '.join(BEATS)}.")
    speaker_count(job.speakers)
    if job.sdh:
        sdh.style_of(job.sdh)


def found(document: Document, ground: Ground) -> Step:
    """*document* with the events that the job asks for. A kind whose pack is missing is left out, with a note."""
    wanted = ground.job.events
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
    """The pack asked for; None if the best one is to be taken and there is none at all."""
    try:
        pack = ground.bench.pack(kind, wanted, ())
    except ModelError:
        if wanted not in {"", "starter"}:
            raise
        return None
    if pack not in ground.packs:
        ground.packs.append(pack)
    return pack


def _without(stage: str, kind: str) -> Note:
    return Note(stage, f"No {kind} pack is installed, so this step is left out. See `zimu models list`.", "warning")


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
    heard = yield from _listened(document, ground, media, pack)
    from_text = [mark for mark in document.marks if marking.is_ours(mark)]
    agreed = agreement.agree(from_text, heard.sounds, language=ground.language)
    marks = [_described(mark, heard, ground.language) for mark in agreed]
    marks += _beats(heard, ground.job.beats) if ground.job.beats != "none" else []
    yield Marked("sounds", tuple(mark for mark in marks if mark not in set(from_text)))
    return marking.put(document, marks)


@dataclass(slots=True)
class _Heard:
    """*sounds*; for every stretch of music its times and attributes; the beats as (ms, whether a bar begins)."""

    sounds: list[Sound]
    music: list[tuple[int, int, Attributes]]
    beats: list[tuple[int, bool]]

    def records(self) -> Iterator[dict[str, Any]]:
        """For the journal."""
        yield from ({"sound": sound.to_json()} for sound in self.sounds)
        yield from ({"music": [start, end, [list(pair) for pair in known]]} for start, end, known in self.music)
        yield {"beats": [list(beat) for beat in self.beats]}

    @staticmethod
    def of(records: Iterable[dict[str, Any]]) -> _Heard:
        from plugin_core.sounds import Sound

        heard = _Heard([], [], [])
        for record in records:
            if "sound" in record:
                heard.sounds.append(Sound.from_json(record["sound"]))
            elif "music" in record:
                start, end, known = record["music"]
                heard.music.append((int(start), int(end), tuple((str(a), str(b)) for a, b in known)))
            else:
                heard.beats += [(int(time), bool(bar)) for time, bar in record["beats"]]
        return heard


def _listened(document: Document, ground: Ground, media: Path, pack: Pack) -> Generator[Event, None, _Heard]:
    from plugin_core import audio, sounds
    from plugin_core.sounds.music import Music

    job = ground.job
    journal = Journal("sounds", journal_key(audio.fingerprint(media), pack.key, job.audio_stream, job.channel, 2))
    if journal.complete and not job.fresh:
        yield Note("sounds", "The sounds of this file were found before with the same pack.")
        return _Heard.of(journal.records)
    journal.forget()
    engine = ground.bench.sounds(pack, job.device, job.compute, job.threads)
    music, heard = Music(), _Heard([], [], [])
    blocks = audio.blocks(media, stream=job.audio_stream, channel=job.channel, seconds=10.0)
    for event in sounds.tag(music.hearing(blocks), engine, total=document.media.duration):
        if isinstance(event, sounds.Found):
            heard.sounds += event.sounds
        else:
            yield event
    spans = [(sound.start, sound.end) for sound in heard.sounds if sound.kind in _MUSIC]
    heard.music = [(start, end, known) for start, end in spans if (known := music.attributes(start, end))]
    heard.beats = [
        (time, time in tempo.bars)
        for tempo in music.tempos
        for time in tempo.beats
        if any(start <= time < end for start, end in spans)
    ]
    for record in heard.records():
        journal.append(record)
    journal.finish()
    return heard


def _described(mark: Mark, heard: _Heard, language: str) -> Mark:
    """A music mark that was heard, with mood and tempo of the stretch it lies in; what the text says outranks them."""
    from plugin_core.tagging import marking
    from plugin_core.tagging.ontology import language_of, name_of

    attributes = dict(mark.attributes)
    if mark.kind != "music" or attributes.get(marking.SOURCE) == marking.TEXT:
        return mark
    for start, end, known in heard.music:
        for name, value in known if start <= mark.start and mark.end <= end else ():
            named = name_of("moods", value, language or language_of(mark.text)) if name == "mood" else ""
            attributes.setdefault(name, named or value)
    bare = replace(mark, attributes=tuple(attributes.items()))
    return mark if bare == mark else replace(bare, id=marking.digest(bare))


def _beats(heard: _Heard, wanted: str) -> list[Mark]:
    """A note at every bar or beat of the music, to cut by."""
    from plugin_core.tagging import marking

    marks = []
    for time, bar in heard.beats:
        if bar or wanted == "beat":
            name = "bar" if bar else "beat"
            bare = Mark("", "note", time, time, name, ((marking.SOURCE, marking.SOUND), ("beat", name)))
            marks.append(replace(bare, id=marking.digest(bare)))
    return marks


# -- who speaks ------------------------------------------------------------------------------------


def _spoken(document: Document, ground: Ground, media: Path) -> Step:
    """The speaker of every cue, by voice or microphone, under the names that the text or an earlier run gives."""
    from plugin_core.speakers import voiceprints
    from plugin_core.speakers.assigning import assigned

    pack = _pack(ground, "voices", ground.job.voices_pack)
    if pack is None:
        yield _without("speakers", "voices")
        return document
    prints = voiceprints.path_for(ground.target)
    known = voiceprints.load(prints)
    result = assigned(document, (yield from _turns(document, ground, media, pack, known)))
    for clash in result.contradictions[:5]:
        yield Note("speakers", f"{clash.named} at {clash.start / 1000:.1f} s sounds like {clash.heard}.", "warning")
    if result.shared:
        count = len(result.shared)
        where = "In 1 cue" if count == 1 else f"In {count} cues"
        yield Note("speakers", f"{where} two people speak; the one who speaks longer is named.")
    remembered = voiceprints.remember(result.turns, known)
    if remembered.voices and remembered != known:
        ground.target.parent.mkdir(parents=True, exist_ok=True)
        voiceprints.save(remembered, prints)
    return result.document


def _turns(document: Document, ground: Ground, media: Path, pack: Pack, known: Prints) -> Generator[Event, None, Turns]:
    from plugin_core import audio
    from plugin_core.speakers import SpeakerOptions, Turns
    from plugin_core.speakers.diarising import speaker_count
    from plugin_core.speakers.hearing import hear

    job = ground.job
    options = SpeakerOptions(
        count=speaker_count(job.speakers),
        language=ground.language or document.languages[0],
        within=tuple((cue.start, cue.end) for cue in document.cues if cue.end > cue.start),
    )
    key = journal_key(audio.fingerprint(media), pack.key, options, job.audio_stream, job.channel, known, 1)
    journal = Journal("speakers", key)
    if journal.complete and not job.fresh:
        yield Note("speakers", "The speakers of this file were found before with the same pack.")
        return Turns.from_json(journal.records[0])
    journal.forget()
    engine = ground.bench.voices(pack, job.device, job.compute, job.threads)
    turns = Turns()
    for event in hear(media, engine, options, stream=job.audio_stream, channel=job.channel, known=known):
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
