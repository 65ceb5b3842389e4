"""
What ``speech.transcribe`` costs over bare faster-whisper: same pack, audio and settings; and long files.

    python -m benchmarks.pipeline_overhead [--pack FOLDER] [--minutes 5] [--threads 2] [--repeat 3]
    python -m benchmarks.pipeline_overhead --hours 3

The audio is running speech of one language (pauses of 0.2 to 0.8 s), decoded before the clock starts. Both sides find
speech with Silero at the same settings, join it to chunks of the same length, decode them in the same batches with
beam 5 at temperature 0, and align words. Times are the best of ``--repeat`` runs; CPU seconds are compared too, since
they do not depend on what else the machine does.
``--hours`` feeds sparse speech (one sentence every half minute) without ever holding it, and compares lengths.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.spoken import CORPUS, RATE, STARTER, Audio, error_rate, machine, samples, save, table
from plugin_core.engines.speech import SpeechEngine, open_speech
from plugin_core.modelstore import read_pack
from plugin_core.protocol import Chunk
from plugin_core.spans import PAD_MS, PAUSE_MS
from plugin_core.speech import SpeechOptions, chunk_seconds, transcribe

BLOCK = RATE * 10


def running_speech(language: str, minutes: float, corpus: Path) -> tuple[Audio, str]:
    """Sentences of one language one after the other, and their text."""
    chance, parts, said, seconds = random.Random(1), [], [], 0.0
    rows = [row for row in samples(150, corpus) if row.language == language]
    while seconds < minutes * 60:
        row = rows[len(said) % len(rows)]
        parts += [row.audio, np.zeros(int(chance.uniform(0.2, 0.8) * RATE), np.float32)]
        said.append(row.text)
        seconds += (len(parts[-1]) + len(parts[-2])) / RATE
    return np.concatenate(parts), " ".join(said)


def ours(engine: SpeechEngine, audio: Audio, language: str, batch: int) -> str:
    """Text by the whole stage: voice activity, chunks, engine, guards, wording."""
    options = SpeechOptions(language=language, batch_size=batch, temperatures=(0.0,))
    blocks = (audio[at : at + BLOCK] for at in range(0, len(audio), BLOCK))
    events = transcribe(blocks, engine, options, duration_ms=len(audio) * 1000 // RATE)
    return " ".join("".join(w.text for w in event.words) for event in events if isinstance(event, Chunk))


def bare(engine: SpeechEngine, audio: Audio, language: str, batch: int) -> str:
    """Text by faster-whisper alone: its own voice activity detection, its batched pipeline, the same loaded model."""
    from faster_whisper import BatchedInferencePipeline

    found, _ = BatchedInferencePipeline(engine._model).transcribe(
        audio, language=language, beam_size=5, temperature=0.0, word_timestamps=True, without_timestamps=False,
        batch_size=batch, clip_timestamps=stretches(audio, chunk_seconds(engine.pack)),
    )  # fmt: skip
    return " ".join("".join(word.word for word in one.words or ()) for one in found)


def stretches(audio: Audio, longest: float) -> list[dict[str, float]]:
    """Speech as ours finds it (pauses of 0.3 s, pads of 0.15 s), neighbours joined up to *longest* seconds."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(min_silence_duration_ms=PAUSE_MS, speech_pad_ms=PAD_MS, max_speech_duration_s=30)
    joined: list[dict[str, float]] = []
    for span in get_speech_timestamps(audio, options):
        start, end = span["start"] / RATE, span["end"] / RATE
        if joined and end - joined[-1]["start"] <= longest:
            joined[-1]["end"] = end
        else:
            joined.append({"start": start, "end": end})
    return joined


def compare(engine: SpeechEngine, options: argparse.Namespace) -> list[dict[str, Any]]:
    rows = []
    for language in ("en", "zh"):
        audio, truth = running_speech(language, options.minutes, options.corpus)
        for batch in (1, options.batch):
            times: dict[str, list[float]] = {"ours": [], "bare": []}
            work: dict[str, list[float]] = {"ours": [], "bare": []}
            errors: dict[str, float] = {}
            sides: dict[str, Callable[..., str]] = {"bare": bare, "ours": ours}
            for _ in range(options.repeat):
                for name, side in sides.items():
                    began, worked = time.perf_counter(), time.process_time()
                    text = side(engine, audio, language, batch)
                    times[name].append(time.perf_counter() - began)
                    work[name].append(time.process_time() - worked)
                    errors[name] = error_rate([truth], [text], language)
            fast, least = ({name: min(values) for name, values in table.items()} for table in (times, work))
            rows.append(
                {
                    "language": language,
                    "batch": batch,
                    "audio_seconds": round(len(audio) / RATE),
                    "bare_seconds": round(fast["bare"], 2),
                    "ours_seconds": round(fast["ours"], 2),
                    "overhead": round(fast["ours"] / fast["bare"] - 1, 4),
                    "cpu_overhead": round(least["ours"] / least["bare"] - 1, 4),
                    "bare_error": round(errors["bare"], 4),
                    "ours_error": round(errors["ours"], 4),
                }
            )
    return rows


def sparse(sentence: Audio, hours: float) -> Iterator[Audio]:
    """Blocks of 10 s; every third begins with the sentence. Never held as a whole."""
    for number in range(round(hours * 360)):
        block = np.zeros(BLOCK, np.float32)
        if number % 3 == 0:
            block[: len(sentence)] = sentence[:BLOCK]
        yield block


def long_files(engine: SpeechEngine, options: argparse.Namespace) -> list[dict[str, Any]]:
    """A third of the length first, then the whole: time must triple, memory must not."""
    sentence = next(
        row.audio for row in samples(20, options.corpus) if row.language == "en" and len(row.audio) > 2 * RATE
    )
    settings = SpeechOptions(language="en", temperatures=(0.0,))
    list(transcribe(sparse(sentence, 0.1), engine, settings, duration_ms=360_000))
    before, rows = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, []
    for hours in (options.hours / 3, options.hours):
        began, worked, chunks = time.perf_counter(), time.process_time(), 0
        for event in transcribe(sparse(sentence, hours), engine, settings, duration_ms=round(hours * 3_600_000)):
            chunks += isinstance(event, Chunk)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        seconds, cpu = time.perf_counter() - began, time.process_time() - worked
        rows.append(
            {
                "hours": round(hours, 2),
                "chunks": chunks,
                "seconds": round(seconds, 1),
                "seconds_per_hour": round(seconds / hours, 1),
                "cpu_seconds_per_hour": round(cpu / hours, 1),
                "growth_mb": round((peak - before) / 1024, 1),
                "peak_mb": round(peak / 1024),
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, default=STARTER)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--hours", type=float, default=0)
    options = parser.parse_args()
    with open_speech(read_pack(options.pack), device="cpu", threads=options.threads) as engine:
        name = "long_file" if options.hours else "pipeline_overhead"
        rows = long_files(engine, options) if options.hours else compare(engine, options)
        about = {"pack": options.pack.name, "compute": engine.choice.compute_type, "threads": options.threads}
    result = {**about, **machine(), "rows": rows}
    save(name, result)
    print(f"{about['pack']}, {about['compute']}, {about['threads']} threads, {result['machine']}, {result['date']}\n")
    print(table(list(rows[0]), [list(row.values()) for row in rows]))


if __name__ == "__main__":
    main()
