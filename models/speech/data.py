"""Render the sentences of a corpus with many voices into shards of mel features with the truth about their times.

    python -m models.speech.data corpora/cmn_2023.txt --out /somewhere/speech --passes 2 --workers 2

A shard is ``NNNN.npy``: float16 (frames, 80), log10 mel power at 100 frames a second, all clips behind one another;
and ``NNNN.json``: for every clip its language, text, voice, first frame, frames, phones and words (milliseconds).
Keeping features instead of samples halves the disk and leaves the trainer nothing to compute but the augmentation.
Sentences of dev and test, and the held-out voices and accent, never enter a training shard.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.speech.voices import RATE, Audio, Clip, Espeak, Flite, festival
from models.training.corpus import Split, read_pairs, split

ACCENTS = ("en-us", "en", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029", "en-us-nyc")
MANDARIN = "cmn-latn-pinyin"
COMMON = (
    "",
    *(f"+m{n}" for n in (1, 2, 3, 4, 6, 7, 8)),
    *(f"+f{n}" for n in (1, 2, 4, 5)),
    "+klatt",
    "+klatt2",
    "+klatt3",
)
_NAMED = """adam Alex Alicia Andrea Andy Annie antonio aunty belinda benjamin boris caleb david Diogo ed edward2 Gene
Henrique Hugo Jacky Lee linda marcelo Marco Mario Michael miguel Mike norbert pablo paul quincy rob robert sandro shelby
steph steph2 travis victor zac anika grandma grandpa Nguyen Denis"""
OTHERS = tuple(f"+{name}" for name in _NAMED.split())
HELD_OUT = ("en-us+m5", "en-us+f3", "en+m5", "en+f3", f"{MANDARIN}+m5", f"{MANDARIN}+f3")
ACCENT_HELD_OUT = ("en-gb-scotland+m5", "en-gb-scotland+f3")
FLITE, FLITE_HELD_OUT = ("slt", "awb", "kal16"), "rms"
FESTIVAL = ("kal_diphone", "ked_diphone")


@dataclass(frozen=True)
class Sentence:
    """What one voice is asked to read."""

    language: str
    text: str


def usable(sentence: Sentence) -> bool:
    """Ordinary sentences: no letters of the other script, no symbols that voices read in their own way."""
    if not 1 <= len(sentence.text) <= (120 if sentence.language == "en" else 40):
        return False
    if sentence.language == "en":
        return re.fullmatch(r"[A-Za-z0-9 ,.?!'\"\-:;$%éï]+", sentence.text) is not None
    return re.fullmatch(r"[一-鿿0-9，。？！、：；“”‘’《》…%·]+", sentence.text) is not None


def sentences(part: Sequence[tuple[str, str, str]]) -> list[Sentence]:
    """The distinct usable sentences of both languages, in corpus order."""
    both = (Sentence(language, text) for pair in part for language, text in (("en", pair[0]), ("zh", pair[1])))
    return [sentence for sentence in dict.fromkeys(both) if usable(sentence)]


def corpus(path: str | Path) -> Split:
    """The split shared with the translation recipe."""
    return split(read_pairs(path), held_out=1000, seed=0)


class Mel:
    """log10 mel power, exactly faster-whisper's features before the clamp: 25 ms windows, 10 ms hop, 80 bands."""

    def __init__(self) -> None:
        from faster_whisper.feature_extractor import FeatureExtractor

        self.extractor = FeatureExtractor()
        self.filters = self.extractor.mel_filters.astype(np.float32)
        self.window = np.hanning(401)[:-1].astype(np.float32)

    def __call__(self, audio: Audio) -> npt.NDArray[np.float16]:
        """(samples,) to (samples // 160, 80); ends are padded with silence, since clips stand among silence."""
        count = len(audio) // 160
        padded = np.pad(audio, (200, 400))
        frames = np.lib.stride_tricks.sliding_window_view(padded, 400)[::160][:count] * self.window
        power = np.abs(np.fft.rfft(frames, axis=1)).astype(np.float32) ** 2
        return np.log10(np.maximum(power @ self.filters.T, 1e-10)).astype(np.float16)


def colour(audio: Audio, chance: random.Random) -> Audio:
    """A quarter of the clips get a room (random decaying response), a sixth a narrow band, as recordings have."""
    length = (len(audio) + RATE // 2) // 2 * 2
    response = np.ones(length // 2 + 1, np.complex128)
    if chance.random() < 0.25:
        decay = chance.uniform(0.02, 0.12)
        noise = np.random.default_rng(chance.getrandbits(32)).standard_normal(int(decay * 4 * RATE))
        room = noise * np.exp(-np.arange(len(noise)) / (decay * RATE)) * chance.uniform(0.01, 0.06)
        room[0] = 1.0
        response *= np.fft.rfft(room, length)
    if chance.random() < 0.17:
        low, high = chance.uniform(50, 300), chance.uniform(3000, 7000)
        axis = np.linspace(1e-3, RATE / 2, len(response))
        response /= np.sqrt((1 + (low / axis) ** 4) * (1 + (axis / high) ** 4))  # Butterworth, second order
    return np.asarray(np.fft.irfft(np.fft.rfft(audio, length) * response, length)[: len(audio)], np.float32)


def read(sentence: Sentence, espeak: Espeak, flite: Flite | None, chance: random.Random) -> Clip | None:
    """One sentence with a random training voice."""
    if sentence.language == "en" and flite and chance.random() < 0.25:
        clip = flite.say(sentence.text, chance.choice(FLITE), chance.uniform(0.8, 1.35))
        if clip:
            return clip
    variant = chance.choice(COMMON) if chance.random() < 0.6 else chance.choice(OTHERS)
    voice = chance.choices(ACCENTS, (5, 3, 2, 1, 1, 1, 2))[0] if sentence.language == "en" else MANDARIN
    rate, pitch, spread = chance.randint(120, 215), chance.randint(20, 80), chance.randint(25, 75)
    return espeak.say(sentence.text, sentence.language, voice + variant, rate=rate, pitch=pitch, spread=spread)


def trimmed(clip: Clip, margin: int = 60) -> Clip | None:
    """Cut the silence around the sentence to ``margin`` milliseconds; drop what is empty or endless."""
    if not clip.phones or not clip.words:
        return None
    start = max(0, clip.phones[0][1] - margin) // 10 * 10
    end = min(clip.phones[-1][2] + margin, len(clip.audio) * 1000 // RATE)
    if not 200 <= end - start <= 12_000 or clip.words[-1][3] > end + 100:
        return None
    clip.audio = clip.audio[start * 16 : end * 16]
    clip.phones = [(name, a - start, b - start) for name, a, b in clip.phones]
    clip.words = [(first, past, max(0, a - start), b - start) for first, past, a, b in clip.words]
    return clip


def write_shard(path: Path, chosen: Sequence[Sentence], seed: int) -> tuple[int, float]:
    """Render the sentences; returns clips and hours written. An existing shard is left as it is."""
    if path.with_suffix(".json").exists():
        return 0, 0.0
    chance, espeak, mel = random.Random(seed), Espeak(), Mel()
    flite = Flite()
    share = [s for s in chosen if s.language == "en" and s.text.isascii() and chance.random() < 0.08]
    spoken = festival([s.text for s in share], FESTIVAL[seed % 2])
    done = {Sentence("en", clip.text) for clip in spoken}
    clips = [*spoken, *filter(None, (read(s, espeak, flite, chance) for s in chosen if s not in done))]
    features: list[npt.NDArray[np.float16]] = []
    rows: list[dict[str, object]] = []
    frame = 0
    for clip in filter(None, map(trimmed, clips)):
        features.append(mel(colour(clip.audio, chance)))
        count = len(features[-1])
        rows.append({"language": clip.language, "text": clip.text, "voice": clip.voice, "frame": frame, "frames": count,
                     "phones": clip.phones, "words": clip.words})  # fmt: skip
        frame += count
    np.save(path.with_suffix(".npy"), np.concatenate(features))
    path.with_suffix(".json").write_text(json.dumps(rows, ensure_ascii=False))
    return len(rows), frame / 360_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", help="Tatoeba pairs, tab separated: English, Chinese, attribution")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--passes", type=int, default=2, help="how often every sentence is read, each time by another voice"
    )
    parser.add_argument("--shard", type=int, default=1500, help="sentences in a shard")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    known, jobs = sentences(corpus(options.corpus).train), []
    for turn in range(options.passes):
        random.Random(turn).shuffle(known)
        for first in range(0, len(known), options.shard):
            number = len(jobs)
            jobs.append((options.out / f"{number:04d}", known[first : first + options.shard], 1000 + number))
    began, clips, hours = time.monotonic(), 0, 0.0
    with get_context("spawn").Pool(options.workers, maxtasksperchild=1) as pool:
        for result in [pool.apply_async(write_shard, job) for job in jobs]:
            made, length = result.get()
            clips, hours = clips + made, hours + length
            print(f"{clips} clips, {hours:.1f} h, {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
