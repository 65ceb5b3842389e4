"""
How cues are spoken: excited, subdued or whispered, against the same speaker's own way of speaking.

Without a pack this is prosody alone: pitch (YIN, de Cheveigné and Kawahara 2002), its range, loudness and syllables a
second, each as its distance from the speaker's median in the speaker's own spread. It is an approximation, and silent
unless a cue is clearly away from the baseline: a voice raised over traffic looks excited, an excited and an angry voice
look alike ("excited" stands for both), a microphone that moves changes the loudness, and a speaker with fewer than
``LEAST_CUES`` cues has no baseline. With a pack (a network over the waveform) the pack's classes are used instead.

Names become tags of a cue (``emotion:excited``) and are shown as ``[兴奋]`` / ``[excited]`` by ``label``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from plugin_core import modelstore
from plugin_core.document import Cue
from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack
from plugin_core.networks import session

Samples = npt.NDArray[np.float32]  # (samples,) at 16 kHz
Vector = npt.NDArray[np.float64]
Feel = Callable[[Samples], Mapping[str, float]]  # the sound of a cue to probabilities by name

RATE = 16_000
TAG = "emotion:"  # with a name of NAMES, on a cue
NAMES = {  # 中文, English
    "excited": ("兴奋", "excited"),
    "subdued": ("低落", "subdued"),
    "whispering": ("低语", "whispering"),
    "happy": ("开心", "happy"),
    "angry": ("愤怒", "angry"),
    "sad": ("悲伤", "sad"),
    "fearful": ("恐惧", "fearful"),
    "surprised": ("惊讶", "surprised"),
    "disgusted": ("厌恶", "disgusted"),
}
NEUTRAL = ("neutral", "calm", "other", "unknown", "")  # a pack's names for nothing to say
FRAME, STEP = 1024, 320  # samples: 64 ms, every 20 ms
LOWEST, HIGHEST = 60.0, 500.0  # Hz a voice may have
APERIODIC = 0.2  # YIN's threshold
LEAST_CUES, LEAST_MS = 5, 600  # of a baseline; of a cue that is judged
CLEAR = 1.35  # spreads from the baseline, on the weighted mean of the four measures, that make a tag
WEIGHTS = {"pitch": 0.3, "range": 0.15, "level": 0.3, "rate": 0.25}
SURE = 0.6  # a pack's probability that makes a tag
FLOORS = {"pitch": 1.2, "range": 1.5, "level": 2.5, "rate": 0.18}  # least spread: semitones, dB, natural log


@dataclass(frozen=True, slots=True)
class Prosody:
    """
    How a cue sounds: *pitch* (median) and *range* (10 to 90 %) in semitones, *level* in dB, *rate* as the natural log
    of syllables a second, *voiced* as the share of loud frames that have a pitch.
    """

    pitch: float
    range: float
    level: float
    rate: float
    voiced: float


@dataclass(frozen=True, slots=True)
class Emotion:
    """A name of ``NAMES`` and how sure it is."""

    name: str
    confidence: float


def tag(cues: Sequence[Cue], blocks: Iterable[Samples], *, start: int = 0, pack: Feel | None = None) -> list[Cue]:
    """
    The cues with an emotion among their tags where one is clear, in place of one they had.

    *blocks* is the sound they are of, from *start* (ms of media time); only the cue being heard is held in memory.
    """
    felt: dict[str, Emotion] = {}
    heard: dict[str, Prosody] = {}
    for cue, sound in cut(blocks, cues, start):
        if pack is not None:
            emotion = _strongest(pack(sound)) if len(sound) * 1000 >= LEAST_MS * RATE else None
            felt |= {cue.id: emotion} if emotion else {}
        elif (prosody := measure(sound, syllables(cue))) is not None:
            heard[cue.id] = prosody
    if pack is None:
        felt = against_baselines(cues, heard)
    return [_tagged(cue, felt.get(cue.id)) for cue in cues]


def label(name: str, language: str) -> str:
    """What a viewer reads: ``[兴奋]`` in Chinese, ``[excited]`` else; "" for a name that is not known."""
    if name not in NAMES:
        return ""
    chinese, english = NAMES[name]
    return f"[{chinese if language == 'zh' else english}]"


def of(cue: Cue) -> str:
    """The name of a cue's emotion, "" if it has none."""
    return next((text[len(TAG) :] for text in cue.tags if text.startswith(TAG)), "")


def _tagged(cue: Cue, emotion: Emotion | None) -> Cue:
    others = tuple(text for text in cue.tags if not text.startswith(TAG))
    return replace(cue, tags=(*others, TAG + emotion.name) if emotion else others)


def _strongest(shares: Mapping[str, float]) -> Emotion | None:
    name = max(shares, key=lambda name: shares[name], default="")
    return Emotion(name, round(shares[name], 4)) if name in NAMES and shares[name] >= SURE else None


def cut(blocks: Iterable[Samples], cues: Sequence[Cue], start: int = 0) -> Iterator[tuple[Cue, Samples]]:
    """The sound of every cue, in the order of their starts; a cue past the end of the sound gets what there is."""
    waiting = sorted(cues, key=lambda cue: cue.start)
    kept, at = np.zeros(0, np.float32), start * RATE // 1000  # the place of kept[0]
    for block in blocks:
        kept = np.concatenate([kept, block])
        while waiting and waiting[0].end * RATE // 1000 <= at + len(kept):
            cue = waiting.pop(0)
            yield cue, _between(kept, at, cue)
        needed = waiting[0].start * RATE // 1000 - at if waiting else len(kept)
        drop = max(0, min(needed, len(kept)))
        kept, at = kept[drop:], at + drop
    for cue in waiting:
        yield cue, _between(kept, at, cue)


def _between(sound: Samples, at: int, cue: Cue) -> Samples:
    return sound[max(0, cue.start * RATE // 1000 - at) : max(0, cue.end * RATE // 1000 - at)]


# -- what is measured --


def syllables(cue: Cue) -> float:
    """Syllables a second of the words of a cue (over its time, if it has no words); 0 if there are none."""
    text = "".join(word.text for word in cue.words) or (cue.texts[0] if cue.texts else "")
    spoken = sum(word.end - word.start for word in cue.words) or cue.duration
    chinese = len(re.findall(r"[\u3400-\u9fff]", text))
    spoken_letters = re.sub(
        r"([aeiouy][^aeiouy\s]*[^aeiouyl\s])e\b", r"\1", text.lower()
    )  # came, change; not we, little
    vowels = len(re.findall(r"[aeiouy]+", spoken_letters))
    return (chinese + vowels) * 1000 / spoken if spoken > 0 else 0.0


def measure(sound: Samples, rate: float) -> Prosody | None:
    """The prosody of a cue's sound, given its syllables a second; None if it is too short or too quiet to judge."""
    if len(sound) * 1000 < LEAST_MS * RATE or rate <= 0:
        return None
    frames = np.lib.stride_tricks.sliding_window_view(np.asarray(sound, np.float64), FRAME)[::STEP]
    level = 10 * np.log10(np.mean(np.square(frames), axis=1) + 1e-10)
    loud = level > max(level.max() - 25.0, -65.0)
    if loud.sum() < 10:
        return None
    hertz = pitch(frames[loud])
    voiced = hertz > 0
    tones = 12 * np.log2(hertz[voiced] / 55.0) if voiced.sum() >= 5 else np.zeros(1)
    low, middle, high = np.percentile(tones, (10, 50, 90))
    return Prosody(
        float(middle), float(high - low), float(level[loud].mean()), float(np.log(rate)), float(voiced.mean())
    )


def pitch(frames: npt.NDArray[np.float64]) -> Vector:
    """The pitch of frames (n, 1024) in Hz, 0 where they have none: YIN with its six steps but the last."""
    shortest, longest = int(RATE / HIGHEST), int(RATE / LOWEST)
    frames = frames - frames.mean(axis=1, keepdims=True)
    length = FRAME - longest - 1
    spectrum = np.fft.rfft(frames, 2 * FRAME)
    head = np.fft.rfft(frames[:, :length], 2 * FRAME)
    product = np.fft.irfft(spectrum * np.conj(head))[:, : longest + 2]
    total = np.concatenate([np.zeros((len(frames), 1)), np.cumsum(np.square(frames), axis=1)], axis=1)
    lags = np.arange(longest + 2)
    energy = total[:, lags + length] - total[:, lags]
    difference = np.maximum(0.0, energy[:, :1] + energy - 2 * product)
    running = np.cumsum(difference[:, 1:], axis=1) / np.arange(1, longest + 2)
    normal = np.concatenate([np.ones((len(frames), 1)), difference[:, 1:] / (running + 1e-12)], axis=1)
    return np.array([_period(row, shortest, longest) for row in normal])


def _period(row: Vector, shortest: int, longest: int) -> float:
    """The first dip below the threshold, followed to its bottom, between samples."""
    below = np.flatnonzero(row[shortest : longest + 1] < APERIODIC)
    if not len(below):
        return 0.0
    lag = shortest + int(below[0])
    while lag < longest and row[lag + 1] < row[lag]:
        lag += 1
    left, bottom, right = row[lag - 1 : lag + 2]
    bend = left - 2 * bottom + right
    return RATE / (lag + (float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend > 0 else 0.0))


# -- what it says --


def against_baselines(cues: Sequence[Cue], heard: Mapping[str, Prosody]) -> dict[str, Emotion]:
    """The clear emotions among *heard* (by a cue's id), every speaker against the own baseline."""
    voices: dict[str, list[str]] = defaultdict(list)
    for cue in cues:
        if cue.id in heard:
            voices[cue.speaker].append(cue.id)
    found = {}
    for ids in voices.values():
        if len(ids) >= LEAST_CUES:
            group = [heard[name] for name in ids]
            for name in ids:
                if (emotion := feel(heard[name], group)) is not None:
                    found[name] = emotion
    return found


def feel(prosody: Prosody, group: Sequence[Prosody]) -> Emotion | None:
    """What one cue says against all of its speaker's."""
    away = {name: _away(getattr(prosody, name), [getattr(one, name) for one in group], FLOORS[name]) for name in FLOORS}
    usual = float(np.median([one.voiced for one in group]))
    if prosody.voiced < 0.25 * usual and usual > 0.3 and away["level"] < -1:
        return Emotion("whispering", round(1.0 - prosody.voiced / usual, 4))
    arousal = sum(WEIGHTS[name] * float(np.clip(value, -4, 4)) for name, value in away.items())
    confidence = round(float(1 / (1 + np.exp(-2.0 * (abs(arousal) - CLEAR)))), 4)
    if arousal >= CLEAR and away["pitch"] > 1 and away["level"] > 0.5:
        return Emotion("excited", confidence)
    if arousal <= -CLEAR and away["pitch"] < -0.5 and away["level"] < -0.5:
        return Emotion("subdued", confidence)
    return None


def _away(value: float, values: Sequence[float], floor: float) -> float:
    middle = float(np.median(values))
    spread = 1.4826 * float(np.median(np.abs(np.array(values) - middle)))
    return (value - middle) / max(spread, floor)


# -- packs --


def open_pack(pack: Pack, *, threads: int = 0) -> Feel:
    """
    A network over the waveform (wav2vec2 and its kin): (1, samples) at 16 kHz in, (1, classes) out, before softmax.

    ``[sounds]`` of the pack: ``backend = "emotion-waveform"``, ``network``, ``classes`` (names of ``NAMES`` or of
    ``NEUTRAL`` in the order of the outputs), ``normalise`` (zero mean and unit variance first; true by default).
    """
    classes = [str(name) for name in pack.options.get("classes", ())]
    if pack.options.get("backend") != "emotion-waveform" or not set(classes) <= {*NAMES, *NEUTRAL}:
        raise ModelError("model.backend", f"{pack.id} is no emotion pack this Zimu can run.", "Choose another pack.")
    modelstore.verify(pack)
    opened = session(pack.folder / str(pack.options["network"]), threads)
    name, normalise = opened.get_inputs()[0].name, bool(pack.options.get("normalise", True))

    def shares(sound: Samples) -> dict[str, float]:
        heard = (sound - sound.mean()) / (sound.std() + 1e-7) if normalise else sound
        logits = np.asarray(opened.run(None, {name: heard[None].astype(np.float32)})[0][0], np.float64)
        raised = np.exp(logits - logits.max())
        return {label: float(share) for label, share in zip(classes, raised / raised.sum(), strict=True)}

    return shares
