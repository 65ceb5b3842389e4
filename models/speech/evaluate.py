"""Measure a pack through plain faster-whisper, on sentences and voices that no training shard holds.

    python -m models.speech.evaluate corpora/cmn_2023.txt --pack models/starter/speech-zh-en --out results.json

Normaliser: NFKC, case folded; for English everything but letters, digits and spaces is deleted, for Chinese everything
but letters and digits (traditional characters count as simplified ones). WER over words, CER over characters, pooled.
Word times are compared where the recogniser's word is the spoken one, start and end alike.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import random
import re
import statistics
import time
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from models.speech.data import ACCENT_HELD_OUT, FLITE_HELD_OUT, HELD_OUT, MANDARIN, Sentence, corpus, sentences
from models.speech.voices import RATE, Clip, Espeak, Flite
from models.training.card import machine

NORMALISER = "NFKC, casefold, punctuation deleted, zh as t2s"


@dataclass
class Score:
    """Edits over reference units, and the errors of word times in milliseconds."""

    name: str
    edits: int = 0
    units: int = 0
    clips: int = 0
    empty: int = 0
    seconds: float = 0.0
    spent: float = 0.0
    errors: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """WER or CER."""
        return self.edits / max(1, self.units)

    def row(self) -> dict[str, float]:
        """For JSON and the table."""
        numbers = {"rate": round(self.rate, 4), "clips": self.clips, "units": self.units, "empty": self.empty,
                   "seconds": round(self.seconds, 1),
                   "real_time_factor": round(self.spent / max(0.1, self.seconds), 4)}  # fmt: skip
        if self.errors:
            numbers |= {"word_time_ms_median": round(statistics.median(self.errors), 1),
                        "word_time_ms_p90": round(float(np.percentile(self.errors, 90)), 1)}  # fmt: skip
        return numbers


def units_of(text: str, language: str) -> list[str]:
    """Normalised words (en) or characters (zh)."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if language == "en":
        return re.sub(r"[^\w\s]|_", "", text.replace("-", " ")).split()
    from opencc import OpenCC

    return [character for character in OpenCC("t2s").convert(text) if character.isalnum()]


def aligned(wanted: Sequence[str], heard: Sequence[str]) -> tuple[int, list[tuple[int, int]]]:
    """Levenshtein distance and the pairs of equal units (index wanted, index heard) on a best path."""
    table = np.zeros((len(wanted) + 1, len(heard) + 1), int)
    table[:, 0], table[0] = np.arange(len(wanted) + 1), np.arange(len(heard) + 1)
    for i, one in enumerate(wanted, 1):
        for j, other in enumerate(heard, 1):
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (one != other))
    pairs, i, j = [], len(wanted), len(heard)
    while i and j:
        if wanted[i - 1] == heard[j - 1] and table[i, j] == table[i - 1, j - 1]:
            pairs.append((i - 1, j - 1))
            i, j = i - 1, j - 1
        elif table[i, j] == table[i - 1, j - 1] + 1:
            i, j = i - 1, j - 1
        else:
            i, j = (i - 1, j) if table[i, j] == table[i - 1, j] + 1 else (i, j - 1)
    return int(table[-1, -1]), pairs[::-1]


def timed(words: Iterable[tuple[str, float, float]], language: str) -> list[tuple[str, float, float]]:
    """Normalised units with times in milliseconds; a word that splits into several keeps its time for each."""
    return [(unit, start, end) for word, start, end in words for unit in units_of(word, language)]


def judge(model: Any, clip: Clip, score: Score, lead: int = 300) -> str:
    """Transcribe one clip with a little silence around it and add it to the score."""
    silence = np.zeros(lead * RATE // 1000, np.float32)
    began = time.perf_counter()
    segments, _ = model.transcribe(
        np.concatenate([silence, clip.audio, silence]), language=clip.language, beam_size=5, word_timestamps=True,
        condition_on_previous_text=False, temperature=0.0,
    )  # fmt: skip
    segments = list(segments)
    score.spent += time.perf_counter() - began
    found = [(w.word, 1000 * float(w.start), 1000 * float(w.end)) for s in segments for w in s.words or ()]
    heard = timed(found, clip.language)
    truth = timed(((clip.text[a:b], s + lead, e + lead) for a, b, s, e in clip.words), clip.language)
    truth = truth or [(unit, 0.0, 0.0) for unit in units_of(clip.text, clip.language)]
    edits, pairs = aligned([one[0] for one in truth], [one[0] for one in heard])
    if clip.words:
        score.errors += [abs(truth[i][n] - heard[j][n]) for i, j in pairs for n in (1, 2)]
    score.edits, score.units, score.clips = score.edits + edits, score.units + len(truth), score.clips + 1
    score.seconds, score.empty = score.seconds + len(clip.audio) / RATE, score.empty + (not heard)
    return "".join(segment.text for segment in segments).strip()


def spoken(pairs: str, count: int, seed: int = 7) -> dict[str, list[Clip]]:
    """Held-out sentences in held-out voices: espeak-ng in both languages; a new accent and flite's rms in English."""
    chance, espeak, flite = random.Random(seed), Espeak(), Flite()
    known = sentences(corpus(pairs).test)
    parts: dict[str, list[Clip]] = {"en": [], "zh": [], "en_accent": [], "en_flite": []}
    for name, part in parts.items():
        chosen: list[Sentence] = [one for one in known if one.language == name[:2]]
        chance.shuffle(chosen)
        for one in chosen:
            if name == "en_flite":
                clip = flite.say(one.text, FLITE_HELD_OUT, chance.uniform(0.9, 1.2))
            else:
                voices = [voice for voice in HELD_OUT if voice.startswith(MANDARIN) == (name == "zh")]
                voices = list(ACCENT_HELD_OUT) if name == "en_accent" else voices
                clip = espeak.say(
                    one.text,
                    name[:2],
                    chance.choice(voices),
                    rate=chance.randint(130, 200),
                    pitch=chance.randint(30, 70),
                )
            if clip and len(part) < count:
                part.append(clip)
    for name in ("en", "zh"):
        parts[f"{name}_windows"] = [joined(parts[name][at : at + 6]) for at in range(0, count // 2, 6)]
    return parts


def joined(clips: Sequence[Clip], pause: int = 400) -> Clip:
    """Several clips as one, with pauses in milliseconds: what a window of running speech is like."""
    whole = Clip(clips[0].language, "", "several", np.zeros(0, np.float32))
    for clip in clips:
        whole.text += " " if whole.language == "en" and whole.text else ""
        at, first = 1000 * len(whole.audio) // RATE, len(whole.text)
        whole.text += clip.text
        whole.words += [(a + first, b + first, start + at, end + at) for a, b, start, end in clip.words]
        whole.audio = np.concatenate([whole.audio, clip.audio, np.zeros(pause * RATE // 1000, np.float32)])
    return whole


def people(folder: Path) -> dict[str, list[Clip]]:
    """Recordings of people: ``manifest.tsv`` (file, ..., truth) and the files beside it; plain transcripts count."""
    from faster_whisper import decode_audio

    parts: dict[str, list[Clip]] = {"people_en": [], "people_zh": []}
    seen: set[str] = set()
    with (folder / "manifest.tsv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            path, truth = row["file"], (row["truth"] or "").strip()
            language = "en" if "/en/" in path else "zh" if "/zh/" in path else ""
            plain = truth and not re.match(r"[(\[\"]|see |[LR]: |.*(transcript|times|text)", truth)
            known = path.endswith((".wav", ".flac", ".mp3")) and (folder / path).exists()
            if language and plain and known and truth not in seen:
                seen.add(truth)
                truth = re.sub(r"^CMU ARCTIC \w+: ", "", truth)
                audio = decode_audio(str(folder / path), RATE)
                parts[f"people_{language}"].append(
                    Clip(language, truth, Path(path).name, np.asarray(audio, np.float32))
                )
    return parts


def measure(pack: Path, parts: dict[str, list[Clip]], compute: str, threads: int, show: int = 3) -> dict[str, Score]:
    """Every part through one model."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(pack), device="cpu", compute_type=compute, cpu_threads=threads, local_files_only=True)
    scores: dict[str, Score] = {}
    for name, clips in parts.items():
        scores[name] = Score(name)
        for number, clip in enumerate(clips):
            heard = judge(model, clip, scores[name])
            if number < show:
                print(f"  [{name}] {clip.voice}: {clip.text!r} -> {heard!r}")
        print(compute, name, scores[name].row(), flush=True)
    return scores


def quality(int8: dict[str, Score]) -> dict[str, float]:
    """What pack.toml quotes."""
    errors = [value for name in ("en", "zh") for value in int8[name].errors]
    figures = {
        "wer_en": int8["en"].rate,
        "cer_zh": int8["zh"].rate,
        "wer_en_accent": int8["en_accent"].rate,
        "wer_en_flite_rms": int8["en_flite"].rate,
        "wer_en_windows": int8["en_windows"].rate,
        "cer_zh_windows": int8["zh_windows"].rate,
    }
    if "people_en" in int8:
        figures |= {"wer_en_people": int8["people_en"].rate, "cer_zh_people": int8["people_zh"].rate}
    median = statistics.median(errors) if errors else 0.0
    return {name: round(value, 4) for name, value in figures.items()} | {"word_time_ms_median": round(median, 1)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", help="the Tatoeba pairs the model was trained on; their test part is read")
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--float32", type=Path, help="the unquantised model, to compare")
    parser.add_argument("--people", type=Path, help="folder with manifest.tsv and recordings of people")
    parser.add_argument("--count", type=int, default=300, help="sentences in each part")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, help="results as JSON")
    options = parser.parse_args(arguments)
    parts = spoken(options.corpus, options.count)
    if options.people:
        parts |= people(options.people)
    int8 = measure(options.pack, parts, "int8", options.threads)
    results: dict[str, Any] = {
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"), "machine": machine(),
        "threads": options.threads,
        "decoder": "faster-whisper, sequential, beam 5, temperature 0, one sentence in a window of 30 s",
        "normaliser": NORMALISER, "quality": quality(int8), "int8": {name: score.row() for name, score in int8.items()},
    }  # fmt: skip
    if options.float32:
        full = measure(options.float32, {name: parts[name] for name in ("en", "zh")}, "float32", options.threads, 0)
        results["float32"] = {name: score.row() for name, score in full.items()}
        results["accuracy_kept"] = {n: round((1 - int8[n].rate) / (1 - full[n].rate), 4) for n in full}
    print(json.dumps(results["quality"], indent=1))
    if options.out:
        options.out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
