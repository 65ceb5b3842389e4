"""Speech to measure on: held-out sentences read by held-out espeak-ng voices; error rates; the machine's name."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import random
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
CORPUS = Path(os.environ.get("ZIMU_SHARED", ROOT.parent / "shared")) / "data" / "corpora" / "cmn_2023.txt"
STARTER = ROOT / "models" / "starter" / "speech-zh-en"
RATE = 16_000
Audio = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Sample:
    """One sentence and its sound."""

    language: str
    text: str
    voice: str
    audio: Audio


def samples(count: int, corpus: Path = CORPUS, seed: int = 7) -> list[Sample]:
    """*count* sentences of each language from the test split, by voices no starter pack was trained on."""
    from models.speech.data import HELD_OUT, sentences
    from models.speech.data import corpus as split_corpus

    chance = random.Random(seed)
    rows = sentences(split_corpus(corpus).test)
    found: list[Sample] = []
    for language in ("en", "zh"):
        voices = [voice for voice in HELD_OUT if voice.startswith("en") == (language == "en")]
        chosen = chance.sample([row for row in rows if row.language == language], count)
        for row in chosen:
            voice = chance.choice(voices)
            found.append(Sample(language, row.text, voice, say(row.text, voice, chance.randint(140, 190))))
    return found


def say(text: str, voice: str, speed: int = 165) -> Audio:
    """*text* by espeak-ng, 16 kHz mono."""
    from faster_whisper.audio import decode_audio

    command = ["espeak-ng", "-v", voice, "-s", str(speed), "--stdout", "--", text]
    done = subprocess.run(command, capture_output=True, check=True)
    return np.asarray(decode_audio(BytesIO(done.stdout)), np.float32)


def error_rate(truths: Sequence[str], heard: Sequence[str], language: str) -> float:
    """WER (en) or CER (zh) over all sentences together, by jiwer, on the units ``models.speech.evaluate`` counts."""
    import jiwer

    from models.speech.evaluate import units_of

    pairs = [
        (" ".join(units_of(a, language)), " ".join(units_of(b, language))) for a, b in zip(truths, heard, strict=True)
    ]
    pairs = [(a, b) for a, b in pairs if a]
    return float(jiwer.wer([a for a, _ in pairs], [b for _, b in pairs]))


def machine() -> dict[str, Any]:
    """Where and when: what every figure has to say."""
    name = next(
        (line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")), platform.processor()
    )
    return {
        "machine": f"{name or platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
    }


def _cpuinfo() -> list[str]:
    try:
        return Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return []


def save(name: str, result: dict[str, Any]) -> None:
    """``results/NAME.json``."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
