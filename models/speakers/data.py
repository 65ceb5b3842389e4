"""Let people who do not exist read sentences, and keep what a voice pack hears of them.

    python -m models.speakers.data cmn.txt --out build/voices --people 1200

A shard is ``NNNN.npy``: float16 (frames, 80), log10 mel power at 100 frames a second (``speakers.features.whisper``),
all clips behind one another; and ``NNNN.json``: for every clip its person, language, first frame and frames. Sentences
are those of the training part of the corpus; persons from ``people.TEST`` up never enter a shard.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from models.speakers.people import TEST, People, person
from models.speech.data import Sentence, corpus, sentences
from models.speech.voices import RATE, Audio
from plugin_core.speakers.features import whisper

CLIPS = 8  # of each person
SHARD = 100  # persons


def placed(audio: Audio, chance: random.Random) -> Audio:
    """As a microphone in some room has it: half the clips get echoes, a quarter a narrow band."""
    length = (len(audio) + RATE) // 2 * 2
    response = np.ones(length // 2 + 1, np.complex128)
    if chance.random() < 0.5:
        decay = chance.uniform(0.02, 0.15)
        noise = np.random.default_rng(chance.getrandbits(32)).standard_normal(int(min(decay * 5, 0.9) * RATE))
        room = noise * np.exp(-np.arange(len(noise)) / (decay * RATE)) * chance.uniform(0.01, 0.05)
        room[0] = 1.0
        response *= np.fft.rfft(room, length)
    if chance.random() < 0.25:
        low, high = chance.uniform(50, 300), chance.uniform(3000, 7000)
        axis = np.linspace(1e-3, RATE / 2, len(response))
        response /= np.sqrt((1 + (low / axis) ** 4) * (1 + (axis / high) ** 4))
    return np.asarray(np.fft.irfft(np.fft.rfft(audio, length) * response, length)[: len(audio)], np.float32)


def spoken(audio: Audio) -> Audio:
    """Without the silence around it."""
    loud = np.flatnonzero(np.abs(audio) > 0.02 * max(float(np.abs(audio).max()), 1e-6))
    return audio[max(0, loud[0] - 400) : loud[-1] + 800] if len(loud) else audio[:0]


def sentence_for(known: Sequence[Sentence], language: str, chance: random.Random) -> Sentence:
    """One of some length: a word or two says little about a voice."""
    least = 20 if language == "en" else 6
    while True:
        one = chance.choice(known)
        if one.language == language and len(one.text) >= least:
            return one


def write_shard(index: int, first: int, people: int, path: str, out: Path) -> tuple[int, float]:
    """Persons *first* to *first* + *people*; clips and hours."""
    known = sentences(corpus(path).train)
    rows, parts, at = [], [], 0
    with People() as speakers:
        for number in range(first, first + people):
            who, chance = person(number), random.Random(f"clips of {number}")
            for turn in range(CLIPS):
                language = "zh" if turn % 2 else "en"
                clip = speakers.say(who, sentence_for(known, language, chance).text, language, chance)
                audio = spoken(clip.audio) if clip else np.zeros(0, np.float32)
                mel = whisper(placed(audio, chance))[:400].astype(np.float16)
                if len(mel) >= 80:
                    rows.append({"person": number, "language": language, "frame": at, "frames": len(mel)})
                    parts.append(mel)
                    at += len(mel)
    np.save(out / f"{index:04}.npy", np.concatenate(parts))
    (out / f"{index:04}.json").write_text(json.dumps(rows))
    return len(rows), at / 360_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", help="Tatoeba pairs (a TSV whose first two columns are English and Chinese)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--people", type=int, default=1200)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args(arguments)
    if options.people > TEST:
        parser.error(f"persons from {TEST} up are for tests")
    options.out.mkdir(parents=True, exist_ok=True)
    jobs = [
        (n, n * SHARD, SHARD, options.corpus, options.out)
        for n in range(options.people // SHARD)
        if not (options.out / f"{n:04}.json").exists()
    ]
    began = time.monotonic()
    with get_context("spawn").Pool(options.workers, maxtasksperchild=1) as pool:
        for job in [pool.apply_async(write_shard, job) for job in jobs]:
            clips, hours = job.get()
            print(f"{clips} clips, {hours:.2f} h, {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
