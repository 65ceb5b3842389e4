"""
Audio to chunks of recognised words, as the audio comes.

Blocks -> voice activity -> spans (``spans``) -> language of each span -> groups of at most 30 s -> the engine -> guards
(``guards``) and wording (``wording``) -> ``protocol.Chunk``. Memory holds only audio that is still open: a few chunks.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from plugin_core import guards, wording
from plugin_core.document import Word
from plugin_core.engines.drafts import Heard, Listening
from plugin_core.engines.speech import Audio, SpeechEngine
from plugin_core.engines.voice import FRAME_MS, VoiceActivity
from plugin_core.errors import SettingsError
from plugin_core.modelstore import Pack
from plugin_core.protocol import Chunk, Note, Progress
from plugin_core.spans import PAD_MS, PER_MS, ClipMap, Merger, Span, SpanFinder, Tape, pieces

STAGE = "listen"
PROMPTS = {"zh": "以下是普通话的句子。"}  # makes Whisper write Simplified Chinese with punctuation
SHORT_MS = 700  # too short to tell a language by; such a span takes its neighbour's
CALM_SPANS = 16  # in one language in a row; from then on the longest of every TOGETHER spans is looked at
TOGETHER = 8
SURE = 0.6  # less, and the language stays what it was
UNHEARD_MS = 1000  # speech left after the recogniser stopped that is worth another look
STARTER_SECONDS = 3.0  # a starter pack knows single sentences: on chunks of 6 s and more its error rates doubled
RUNNING_SECONDS = 12.0  # speech without a pause is not cut before this, whatever suits the pack
PATIENCE_MS = 120_000  # speech does not wait longer than this for a full batch, nor is more audio kept
QUIET_MS = 30_000  # progress without speech is told this often


@dataclass(frozen=True, slots=True)
class SpeechOptions:
    """
    How to recognise. *language* is a code or "auto"; "auto" listens for all of *languages* (empty: the pack's).

    With *per_chunk_language*, "auto" decides for every span of speech, so that Chinese and English sentences may
    alternate (less often once a file has kept to one language for long); otherwise once per file. *hotwords* are terms
    of the glossary.
    """

    language: str = "auto"
    languages: tuple[str, ...] = ()
    per_chunk_language: bool = True
    batch_size: int = 8  # 1: one chunk after the other
    beam_size: int = 5
    temperatures: tuple[float, ...] = (
        0.0,
        0.2,
        0.4,
        0.6,
        0.8,
        1.0,
    )  # a starter pack is unsure of all it hears: only the first
    hotwords: tuple[str, ...] = ()
    prompt: str = ""
    vad: bool = True  # False: everything is speech
    vad_threshold: float = 0.5
    chunk_seconds: float = 30.0
    simplified: bool = True
    punctuation: bool = True  # full-width beside Chinese, and asked for by a prompt

    def __post_init__(self) -> None:
        bad = [
            *([] if 1 <= self.batch_size <= 256 else ["batch_size (1 to 256)"]),
            *([] if 1 <= self.beam_size <= 64 else ["beam_size (1 to 64)"]),
            *([] if 1 <= self.chunk_seconds <= 30 else ["chunk_seconds (1 to 30)"]),
            *([] if 0 < self.vad_threshold < 1 else ["vad_threshold (between 0 and 1)"]),
            *([] if self.temperatures and min(self.temperatures) >= 0 else ["temperatures (0 or more)"]),
        ]
        if bad:
            raise SettingsError("settings.value", f"Not a possible speech option: {', '.join(bad)}.")

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> SpeechOptions:
        """The options of plain JSON values; unknown keys are errors."""
        known = {field.name for field in fields(SpeechOptions)}
        if unknown := set(value) - known:
            raise SettingsError("settings.unknown", f"Speech has no option {', '.join(sorted(unknown))}.")
        plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in value.items()}
        return SpeechOptions(**plain)


def transcribe(
    blocks: Iterable[Audio],
    engine: SpeechEngine,
    options: SpeechOptions = SpeechOptions(),
    *,
    duration_ms: int,
    done: Sequence[Chunk] = (),
) -> Iterator[Progress | Note | Chunk]:
    """
    Recognise float32 mono 16 kHz *blocks*, contiguous from media time 0; yield each chunk as soon as it is finished.

    A chunk without words was speech that gave no text: it is yielded too, so that a journal knows it is done. Chunks in
    *done* are not heard again and not yielded again. Chunks come nearly, not strictly, in order of time.
    """
    listener = _Listener(engine, options, duration_ms, done)
    yield from listener.introduce()
    for block in blocks:
        yield from listener.feed(np.asarray(block, np.float32))
    yield from listener.finish()


class _Listener:
    """What is open between two blocks."""

    def __init__(self, engine: SpeechEngine, options: SpeechOptions, duration: int, done: Sequence[Chunk]) -> None:
        self.engine, self.options, self.duration = engine, options, duration
        self.done = sorted((chunk.start, chunk.end) for chunk in done)
        suits = chunk_seconds(engine.pack)
        self.longest = round(1000 * min(options.chunk_seconds, max(suits, RUNNING_SECONDS)))
        self.tape = Tape()
        self._at = 0  # without voice activity: where the next span starts
        self.voice = VoiceActivity() if options.vad else None
        self.finder = SpanFinder(FRAME_MS, self.longest - 2 * PAD_MS, options.vad_threshold)
        self.merger = Merger(round(1000 * min(options.chunk_seconds, suits)))
        self.languages = _Languages(engine, options)
        self.unlabelled: list[Span] = []
        self.groups: list[tuple[Span, ...]] = []
        self.spoken = bool(done)
        self.pace = _Pace(duration)

    def introduce(self) -> Iterator[Note]:
        yield Note(STAGE, f"Speech is recognised by {self.engine.pack.name} on {self.engine.choice.reason}.")
        if self.engine.pack.tier == "starter":
            limits = self.engine.pack.limits or "It understands only simple sentences in clear synthetic voices."
            yield Note(STAGE, f"{self.engine.pack.name} is a starter pack. {limits}", "warning")
        if self.options.hotwords and not _takes_prompt(self.engine):
            yield Note(STAGE, f"{self.engine.pack.name} cannot be told the glossary's terms.", "warning")

    def feed(self, block: Audio) -> Iterator[Progress | Note | Chunk]:
        self.tape.append(block)
        voice = self.voice
        found = self.finder.feed(voice.feed(block)) if voice else self._everything(final=False)
        yield from self._take(found, final=False)
        self.tape.forget(self._needed())
        if not self.groups and self.tape.end - self.pace.told >= QUIET_MS:
            yield self.pace.quiet(self._needed())

    def finish(self) -> Iterator[Progress | Note | Chunk]:
        if self.voice is None:
            found = self._everything(final=True)
        else:
            found = [*self.finder.feed(self.voice.finish()), *self.finder.finish()]
        yield from self._take(found, final=True)
        if not self.spoken:
            yield Note(STAGE, "No speech was found in the audio.", "warning")
        yield Progress(STAGE, self.duration, self.duration, 0)

    def _everything(self, *, final: bool) -> list[Span]:
        """Without voice activity: back to back spans of the longest length."""
        found: list[Span] = []
        while self.tape.end - self._at >= self.longest or (final and self.tape.end > self._at):
            found.append(Span(self._at, min(self._at + self.longest, self.tape.end), before=0, after=0))
            self._at = found[-1].end
        return found

    def _needed(self) -> int:
        """Audio before this time (ms) is heard or silent."""
        starts = [span.start for span in (*self.unlabelled, *self.merger.held, *(g[0] for g in self.groups))]
        opened = self.finder.open_since
        now = self._at if self.voice is None else self.tape.end
        return max(0, min([now, *starts, *([] if opened is None else [opened])]) - 1000)

    def _take(self, spans: Sequence[Span], *, final: bool) -> Iterator[Progress | Note | Chunk]:
        self.unlabelled += [span for span in spans if not self._is_done(span)]
        late = final or self.tape.end - self._needed() > PATIENCE_MS
        if self.unlabelled and (late or len(self.unlabelled) >= self.languages.at_once):
            self.spoken = True
            labelled = self.languages.label(self.unlabelled, self.tape)
            self.unlabelled = []
            self.groups += [group for span in labelled for group in self.merger.feed(span)]
        if final or (late and self.merger.is_over(self.tape.end)):
            self.groups += self.merger.finish()
        while self.groups and (late or len(self.groups) >= self.options.batch_size):
            batch, self.groups = self.groups[: self.options.batch_size], self.groups[self.options.batch_size :]
            yield from self._hear(batch)

    def _is_done(self, span: Span) -> bool:
        middle = (span.start + span.end) // 2
        return any(start <= middle < end for start, end in self.done)

    def _hear(self, batch: Sequence[tuple[Span, ...]]) -> Iterator[Progress | Note | Chunk]:
        self.pace.begin(batch[0][0].start)
        told: list[tuple[Chunk, list[Note]]] = []
        for language in sorted({group[0].language for group in batch}):
            same = [group for group in batch if group[0].language == language]
            told += hear(same, self.tape, self.engine, self.options)
        while self.engine.notes:
            yield Note(STAGE, self.engine.notes.pop(0), "warning")
        for chunk, notes in sorted(told, key=lambda pair: pair[0].start):
            yield from notes
            yield chunk
        yield self.pace.tell(max(chunk.end for chunk, _ in told))


def chunk_seconds(pack: Pack) -> float:
    """How much speech with pauses in it suits a pack at once."""
    return float(pack.options.get("chunk_seconds", STARTER_SECONDS if pack.tier == "starter" else 30))


def hear(
    groups: Sequence[tuple[Span, ...]], tape: Tape, engine: SpeechEngine, options: SpeechOptions
) -> list[tuple[Chunk, list[Note]]]:
    """Recognise groups of spans of one language as one batch: their chunks, and what there is to say about each."""
    language = groups[0][0].language
    listening = _listening(engine, options, language)
    clips = [np.concatenate([tape.cut(*piece) for piece in pieces(group)]) for group in groups]
    result: list[tuple[Chunk, list[Note]]] = []
    for group, clip, first in zip(groups, clips, engine.hear(clips, language, listening), strict=True):
        heard = _hear_the_rest(first, clip, group, engine, listening)
        result.append(_chunk(group, heard, listening, options, tape.end))
    return result


def _listening(engine: SpeechEngine, options: SpeechOptions, language: str) -> Listening:
    takes = _takes_prompt(engine)
    prompt = options.prompt or (PROMPTS.get(language, "") if options.punctuation else "")
    return Listening(
        beam_size=options.beam_size,
        temperatures=options.temperatures[:1] if engine.pack.tier == "starter" else options.temperatures,
        prompt=prompt if takes else "",
        hotwords=options.hotwords if takes else (),
    )


def _takes_prompt(engine: SpeechEngine) -> bool:
    """Starter packs were never shown a prompt in training, unless they say so."""
    return bool(engine.pack.options.get("prompt", engine.pack.tier != "starter"))


def _hear_the_rest(
    heard: Heard, clip: Audio, group: Sequence[Span], engine: SpeechEngine, listening: Listening
) -> list[Heard]:
    """The recogniser may stop before the clip does; what is left is heard again, as Whisper's own loop does."""
    where = ClipMap(pieces(group))
    found, offset = [heard], 0
    for _ in range(4):
        last = found[-1]
        at = last.until
        left = sum(max(0, span.end - max(span.start, where.word(at, at)[0])) for span in group)
        guessed = not last.words or last.log_probability < listening.log_probability
        if guessed or at - offset < UNHEARD_MS // 2 or left < UNHEARD_MS:
            break
        offset = at
        again = engine.hear([clip[at * PER_MS :]], heard.language, listening)[0]
        moved = tuple(replace(word, start=word.start + at, end=word.end + at) for word in again.words)
        found.append(replace(again, words=moved, until=again.until + at))
    return found


def _chunk(
    group: Sequence[Span], heard: Sequence[Heard], listening: Listening, options: SpeechOptions, audio_end: int
) -> tuple[Chunk, list[Note]]:
    """The guarded, written words of one group, in media time."""
    parts = pieces(group)
    start, end = parts[0][0], max(parts[0][0] + 1, min(parts[-1][1], audio_end))
    where = ClipMap(parts)
    words: list[Word] = []
    for one in heard:
        if guards.is_silence(one.no_speech, one.log_probability):
            continue
        for word in one.words:
            first, last = where.word(word.start, word.end)
            words.append(replace(word, start=first, end=last, probability=round(word.probability, 4)))
    words = wording.clean(words)
    words = guards.drop_outside(words, [(span.start, span.end) for span in group])
    words, looped = guards.collapse_loops(words)
    words, leaked = guards.drop_leaks(words, listening.hotwords, listening.prompt)
    language = group[0].language
    words = wording.written(words, language, simplified=options.simplified, punctuation=options.punctuation)
    notes = []
    if looped:
        notes.append(_at(start, f"the recogniser repeated itself; {looped} words were left out"))
    if leaked:
        notes.append(_at(start, f"{leaked} words that only repeat the glossary or the prompt were left out"))
    return Chunk(start, end, language, tuple(guards.repair_times(words, start, end))), notes


def _at(ms: int, what: str) -> Note:
    seconds = ms // 1000
    return Note(STAGE, f"At {seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02} {what}.", "warning")


class _Languages:
    """Which language a span is in: given, found once, or found span by span."""

    def __init__(self, engine: SpeechEngine, options: SpeechOptions) -> None:
        self.engine, self.options = engine, options
        self.known = tuple(code for code in options.languages if code in engine.languages) or engine.languages
        wanted = options.language
        if wanted != "auto":
            engine.require(wanted)
        self.current = wanted if wanted != "auto" else (self.known[0] if len(self.known) == 1 else "")
        self.fixed = bool(self.current)
        self._agreed = 0  # spans in a row that were in the current language

    def label(self, spans: Sequence[Span], tape: Tape) -> list[Span]:
        """The spans, each with its language."""
        if self.fixed:
            return [replace(span, language=self.current) for span in spans]
        clips = [tape.cut(max(0, span.start - span.before), span.end + span.after) for span in spans]
        if self._is_calm and self._still_the_same(spans, clips):
            return [replace(span, language=self.current) for span in spans]
        found = self.engine.detect(clips, self.known)
        if not self.current:
            self._begin(spans, found)
        if not self.options.per_chunk_language:
            self.fixed = True
            return [replace(span, language=self.current) for span in spans]
        return self._each(spans, found)

    @property
    def at_once(self) -> int:
        """How many spans to label together."""
        return 1 if self.fixed else TOGETHER if self._is_calm else min(self.options.batch_size, TOGETHER)

    @property
    def _is_calm(self) -> bool:
        """After many spans in one language only samples are looked at: each look costs a pass of the encoder."""
        return self._agreed >= CALM_SPANS and self.engine.pack.tier != "starter"

    def _still_the_same(self, spans: Sequence[Span], clips: Sequence[Audio]) -> bool:
        longest = max(range(len(spans)), key=lambda number: spans[number].duration)
        (found,) = self.engine.detect([clips[longest]], self.known)
        return max(found, key=lambda language: found[language]) == self.current

    def _begin(self, spans: Sequence[Span], found: Sequence[Mapping[str, float]]) -> None:
        """The language most of the first speech is in. A pack of many languages then listens for it, zh and en only."""
        total = dict.fromkeys(self.known, 0.0)
        for span, probabilities in zip(spans, found, strict=True):
            for language in self.known:
                total[language] += span.duration * probabilities.get(language, 0.0)
        self.current = max(total, key=lambda language: total[language])
        if len(self.known) > 4 and not self.options.languages:
            self.known = tuple(code for code in self.known if code in {"zh", "en", self.current})

    def _each(self, spans: Sequence[Span], found: Sequence[Mapping[str, float]]) -> list[Span]:
        chosen: list[str] = []
        for span, probabilities in zip(spans, found, strict=True):
            best = max(self.known, key=lambda language: probabilities.get(language, 0.0))
            total = sum(probabilities.get(language, 0.0) for language in self.known) or 1.0
            sure = probabilities.get(best, 0.0) / total >= SURE
            chosen.append(best if sure and span.duration >= SHORT_MS else "")
        labelled: list[Span] = []
        for number, span in enumerate(spans):
            language = chosen[number] or self._neighbour(number, spans, chosen)
            self._agreed = self._agreed + 1 if language == self.current else 0
            self.current = language
            labelled.append(replace(span, language=language))
        return labelled

    def _neighbour(self, number: int, spans: Sequence[Span], chosen: Sequence[str]) -> str:
        """The language of the nearer neighbour: the span before, or the next one if it is closer and certain."""
        if number + 1 < len(spans) and chosen[number + 1]:
            after = spans[number + 1].start - spans[number].end
            before = spans[number].start - spans[number - 1].end if number else 2 * after
            if after < before:
                return chosen[number + 1]
        return self.current


class _Pace:
    """The remaining time, from the pace of the last chunks only; None before there are two batches."""

    def __init__(self, duration: int) -> None:
        self.duration = duration
        self.told = 0
        self._marks: deque[tuple[float, int]] = deque(maxlen=9)

    def begin(self, start: int) -> None:
        if not self._marks:
            self._marks.append((time.monotonic(), start))

    def tell(self, done: int) -> Progress:
        self.told = done = min(max(done, self.told), self.duration)
        self._marks.append((time.monotonic(), done))
        return Progress(STAGE, done, self.duration, self._remaining(done))

    def quiet(self, done: int) -> Progress:
        self.told = done = min(max(done, self.told), self.duration)
        return Progress(STAGE, done, self.duration, self._remaining(done))

    def _remaining(self, done: int) -> float | None:
        (began, first), (now, last) = (self._marks[0], self._marks[-1]) if self._marks else ((0.0, 0), (0.0, 0))
        if len(self._marks) < 3 or last <= first:
            return None
        return round((self.duration - done) * (now - began) / (last - first), 1)
