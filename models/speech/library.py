"""The rendered clips on disk, and banks of noise and music to lay under them: all as log10 mel power."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from models.speech.tokenizer import Codes

Mel = npt.NDArray[np.float32]
IGNORE = -100
SKIPPED = ("en-029", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-us-nyc")  # accents the small model has no room for


class Library:
    """The clips of a folder of shards. Features stay on disk (memory maps)."""

    def __init__(self, folder: Path, tokenizer: Tokenizer, phones: Sequence[str]) -> None:
        self.folder, self.tokenizer, self.codes = folder, tokenizer, Codes.of(tokenizer)
        self.phones = {name: number + 1 for number, name in enumerate(phones)}  # 0 is silence
        self.shards: dict[str, npt.NDArray[np.float16]] = {}
        self.rows: dict[str, list[dict[str, Any]]] = {"en": [], "zh": []}
        self.refresh()

    def refresh(self) -> None:
        """Take in shards written since the last look."""
        for path in sorted(self.folder.glob("*.json")):
            if path.stem in self.shards:
                continue
            self.shards[path.stem] = np.load(path.with_suffix(".npy"), mmap_mode="r")
            for row in json.loads(path.read_text()):
                if row["voice"].startswith(SKIPPED):
                    continue
                table = [(self.phones.get(name, IGNORE), start, end) for name, start, end in row["phones"]]
                row |= {
                    "shard": path.stem,
                    "phones": np.array(table, np.int32),
                    "words": np.array(row["words"], np.int32),
                }
                self.rows[row["language"]].append(row)

    def mel(self, row: dict[str, Any]) -> Mel:
        """(frames, 80) log10 mel power of a clip."""
        return np.asarray(self.shards[row["shard"]][row["frame"] : row["frame"] + row["frames"]], np.float32)


def phone_table(folder: Path) -> list[str]:
    """Every phone that occurs at least 20 times in the first shards."""
    counts: dict[str, int] = {}
    for path in sorted(folder.glob("*.json"))[:30]:
        for row in json.loads(path.read_text()):
            for name, _, _ in row["phones"]:
                counts[name] = counts.get(name, 0) + 1
    return sorted(name for name, count in counts.items() if count >= 20)


def stretched(mel: Mel, time: float, pitch: float) -> Mel:
    """Resample both axes linearly: ``time`` > 1 is slower, ``pitch`` > 1 moves formants up."""
    rows = np.arange(0, len(mel) - 1, 1 / time)
    low = rows.astype(int)
    part = (rows - low)[:, None].astype(np.float32)
    mel = mel[low] * (1 - part) + mel[low + 1] * part
    columns = np.clip(np.arange(80) / pitch, 0, 78.999)
    left = columns.astype(int)
    share = (columns - left).astype(np.float32)
    return mel[:, left] * (1 - share) + mel[:, left + 1] * share


@dataclass
class Sounds:
    """Banks of noise and music to cut from: (frames, 80) log10 mel power, loudest frame near 0."""

    noise: Mel
    music: Mel

    @staticmethod
    def make(seed: int) -> Sounds:
        """Noise is gamma distributed power; music is chords of decaying harmonics, rendered and analysed."""
        from models.speech.data import Mel as Analyse

        chance = np.random.default_rng(seed)
        noise = np.log10(chance.gamma(2.5, 0.4, (20_000, 80)) + 1e-3).astype(np.float32)
        at = np.arange(16_000 * 60) / 16_000
        music = np.zeros_like(at)
        for start in np.arange(0, 59.5, 0.25):
            root = 55 * 2 ** (chance.integers(0, 36) / 12)
            first = int(start * 16_000)
            tail = at[: len(at) - first]
            for step in (0, 4, 7):
                tone = root * 2 ** (step / 12) * chance.integers(1, 4)
                decay = np.exp(-tail[:32_000] * chance.uniform(1, 6)) * chance.uniform(0.1, 0.5)
                music[first : first + 32_000] += decay * np.sin(2 * np.pi * tone * tail[:32_000])
        mel = Analyse()((music / np.abs(music).max()).astype(np.float32)).astype(np.float32)
        return Sounds(noise, mel - np.percentile(mel.max(1), 95))
