"""What a Whisper decoder wrote, judged and cut into timed parts, before it becomes words."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from plugin_core.document import Word


@dataclass(frozen=True, slots=True)
class Listening:
    """How to decode. The thresholds are Whisper's own (openai/whisper, transcribe.py)."""

    beam_size: int = 5
    temperatures: tuple[float, ...] = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    prompt: str = ""
    hotwords: tuple[str, ...] = ()
    compression_ratio: float = 2.4  # more is a loop
    log_probability: float = -1.0  # less is a guess
    no_speech: float = 0.6  # more, and a guess, is silence


@dataclass(frozen=True, slots=True)
class Heard:
    """What was understood of one clip. Word times are ms of the clip; *until* is where the recogniser stopped (ms)."""

    language: str
    words: tuple[Word, ...]
    until: int
    log_probability: float  # mean of the tokens
    no_speech: float
    compression_ratio: float
    temperature: float = 0.0


@dataclass(frozen=True, slots=True)
class Draft:
    """One decoded hypothesis, before alignment."""

    tokens: list[int]
    text: str
    log_probability: float
    no_speech: float
    compression_ratio: float
    temperature: float


def draft_of(result: Any, tokenizer: Any, temperature: float) -> Draft:
    """A CTranslate2 ``WhisperGenerationResult`` as a draft."""
    tokens = list(result.sequences_ids[0])
    text = tokenizer.decode(tokens).strip()
    mean = float(result.scores[0]) * len(tokens) / (len(tokens) + 1)  # the end token counts too
    return Draft(tokens, text, mean, float(result.no_speech_prob), compression_ratio(text), temperature)


def compression_ratio(text: str) -> float:
    """How far zlib shrinks the text; a loop shrinks well (openai/whisper, utils.py)."""
    data = text.encode("utf-8")
    return len(data) / len(zlib.compress(data)) if data else 0.0


def is_weak(draft: Draft, listening: Listening) -> bool:
    """Whether to try again at a higher temperature: a guess (unless it is silence) or a loop."""
    if draft.log_probability < listening.log_probability:
        return draft.no_speech <= listening.no_speech  # else it is silence, not a failure
    return draft.compression_ratio > listening.compression_ratio


def better(old: Draft, new: Draft, listening: Listening) -> Draft:
    """What does not loop before what does; then the more probable."""

    def rank(draft: Draft) -> tuple[bool, float]:
        return draft.compression_ratio <= listening.compression_ratio, draft.log_probability

    return replace(max(old, new, key=rank), temperature=new.temperature)


def parts_of(tokens: Sequence[int], tokenizer: Any, duration: float) -> list[tuple[float, float, list[int]]]:
    """
    The decoded tokens between timestamps: (start, end, text tokens) in seconds of the clip.

    Nothing is lost: text after the last timestamp runs to the end of the clip (faster-whisper's batch drops it).
    """
    found: list[tuple[float, float, list[int]]] = []
    start, text = 0.0, list[int]()
    for token in tokens:
        if token < tokenizer.timestamp_begin:
            text.append(token)
            continue
        time = min((token - tokenizer.timestamp_begin) * 0.02, duration)
        if text:
            found.append((start, max(start, time), text))
            text = []
        start = time
    if any(token < tokenizer.eot for token in text):
        found.append((start, duration, text))
    return found or [(0.0, duration, [])]


def heard_of(draft: Draft, parts: list[dict[str, Any]], language: str, duration: int) -> Heard:
    """The draft with the words that alignment added to its *parts*; times in ms of a clip of *duration* ms."""
    words = [
        Word(round(1000 * w["start"]), round(1000 * w["end"]), str(w["word"]), float(w["probability"]))
        for part in parts
        for w in part.get("words", ())
    ]
    until = max([0, *(round(1000 * part["end"]) for part in parts if part["tokens"])])
    return Heard(
        language,
        tuple(words),
        min(until, duration),
        draft.log_probability,
        draft.no_speech,
        draft.compression_ratio,
        draft.temperature,
    )
