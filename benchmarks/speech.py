"""
INT8 against float32: same pack, threads and batch; sentences and voices no starter pack was trained on.

    python -m benchmarks.speech [--pack FOLDER] [--reference FOLDER] [--count 150] [--threads 2]

``--reference`` is the same model with float32 weights, if there is one; otherwise the pack's own weights are computed
with in float32. Every setting runs in a process of its own; memory is the peak above what Python and the audio need.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.spoken import CORPUS, RATE, STARTER, error_rate, machine, samples, save, table


def measure(pack: Path, audio: Path, compute: str, batch: int, threads: int) -> dict[str, Any]:
    """Texts, seconds and memory of one setting; runs in a process of its own."""
    import ctranslate2  # noqa: F401 - loaded before the memory is looked at
    import faster_whisper  # noqa: F401

    from plugin_core.engines.drafts import Listening
    from plugin_core.engines.speech import open_speech
    from plugin_core.modelstore import read_pack

    stored = np.load(audio)
    clips = [(stored[f"a{n}"], str(language)) for n, language in enumerate(stored["languages"])]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    listening = Listening(beam_size=5, temperatures=(0.0,))
    texts: dict[int, str] = {}
    with open_speech(read_pack(pack), device="cpu", compute=compute, threads=threads) as engine:
        engine.hear([clips[0][0]], clips[0][1], listening)
        began = time.perf_counter()
        for language in ("en", "zh"):
            numbers = [n for n, (_, spoken) in enumerate(clips) if spoken == language]
            for at in range(0, len(numbers), batch):
                part = numbers[at : at + batch]
                heard = engine.hear([clips[n][0] for n in part], language, listening)
                texts |= {n: "".join(w.text for w in h.words) for n, h in zip(part, heard, strict=True)}
        seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"texts": [texts[n] for n in range(len(clips))], "seconds": seconds, "memory_mb": (peak - before) / 1024}


def in_process(pack: Path, audio: Path, compute: str, batch: int, threads: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.speech", "--one", f"{pack}|{audio}|{compute}|{batch}|{threads}"]
    environment = os.environ | {"OMP_NUM_THREADS": str(threads)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        sys.exit(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, default=STARTER)
    parser.add_argument("--reference", type=Path)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--count", type=int, default=150, help="sentences of each language")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--name", default="speech")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        pack, audio, compute, batch, threads = options.one.split("|")
        print(json.dumps(measure(Path(pack), Path(audio), compute, int(batch), int(threads))))
        return
    said = samples(options.count, options.corpus)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "audio.npz"
        arrays = {f"a{n}": sample.audio for n, sample in enumerate(said)}
        np.savez(path, languages=[sample.language for sample in said], **arrays)
        rows = []
        for batch in (1, options.batch):
            for compute, pack in (("float32", options.reference or options.pack), ("int8", options.pack)):
                rows.append(
                    {"compute": compute, "batch": batch, **in_process(pack, path, compute, batch, options.threads)}
                )
    result = judged(rows, said) | {"pack": options.pack.name, "threads": options.threads, **machine()}
    result["reference"] = "float32 weights" if options.reference else "the pack's weights computed with in float32"
    save(options.name, result)
    report(result)


def judged(rows: list[dict[str, Any]], said: list[Any]) -> dict[str, Any]:
    """Error rates of every row, and what INT8 keeps of float32 for each batch size."""
    seconds = sum(len(sample.audio) for sample in said) / RATE
    for row in rows:
        texts = row.pop("texts")
        for language in ("en", "zh"):
            pairs = [(s.text, t) for s, t in zip(said, texts, strict=True) if s.language == language]
            row[language] = round(error_rate([a for a, _ in pairs], [b for _, b in pairs], language), 4)
        row["times_real_time"] = round(seconds / row["seconds"], 1)
        row["seconds"], row["memory_mb"] = round(row["seconds"], 2), round(row["memory_mb"], 1)
    kept = []
    for whole, small in zip(rows[::2], rows[1::2], strict=True):
        kept.append(
            {
                "batch": whole["batch"],
                "kept_en": round((1 - small["en"]) / (1 - whole["en"]), 4) if whole["en"] < 1 else None,
                "kept_zh": round((1 - small["zh"]) / (1 - whole["zh"]), 4) if whole["zh"] < 1 else None,
                "speed": round(whole["seconds"] / small["seconds"], 2),
                "memory": round(small["memory_mb"] / whole["memory_mb"], 2),
            }
        )
    return {"audio_seconds": round(seconds), "sentences": len(said), "rows": rows, "int8_against_float32": kept}


def report(result: dict[str, Any]) -> None:
    print(
        f"{result['pack']}, {result['sentences']} sentences ({result['audio_seconds']} s), beam 5, "
        f"{result['threads']} threads, {result['machine']}, {result['date']}; float32: {result['reference']}\n"
    )
    head = ("compute", "batch", "WER en", "CER zh", "seconds", "x real time", "memory MB")
    keys = ("compute", "batch", "en", "zh", "seconds", "times_real_time", "memory_mb")
    print(table(head, [[row[key] for key in keys] for row in result["rows"]]), "\n")
    keys = ("batch", "kept_en", "kept_zh", "speed", "memory")
    head = ("batch", "accuracy kept en", "accuracy kept zh", "int8 speed / float32", "int8 memory / float32")
    print(table(head, [[row[key] for key in keys] for row in result["int8_against_float32"]]))


if __name__ == "__main__":
    main()
