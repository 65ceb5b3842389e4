"""Train the starter voices pack.

    python -m models.speakers.train --shards build/voices --out build/run --minutes 25

Three losses: which of the other crops in the batch is of the same person (angular prototypes: it learns soonest); which
of all persons in training speaks (additive angular margin: it learns farthest); and, for the crops into which a second
person was mixed, in which frames two speak at once. A person whose mel axis is stretched is another person:
another throat, another pitch. Mixing, noise, filters and narrow bands are made on the features as the batch is built.
"""

from __future__ import annotations

import argparse
import json
import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.speakers.model import Size, Voices, margin_logits, prototypical
from models.training.loop import LoopConfig, train

Mel = npt.NDArray[np.float32]
STRETCHES = (1.0, 0.87, 1.15)  # each makes another person of a person
RECORDED = ("flite-slt", "flite-awb", "flite-kal16", "festival-kal_diphone", "festival-ked_diphone")
RECORDED_STRETCHES = (1.0, 0.82, 0.91, 1.1, 1.21)
FLOOR = 4.5  # log10 of power: 45 dB under the loudest band of a window
SCALE, MARGIN = 20.0, 0.1
LENGTHS = (150, 150, 120, 100, 200)  # frames of a crop


@dataclass
class Library:
    """The clips of every person in training, (shard, first frame, frames), and the stretch that makes the person."""

    shards: list[npt.NDArray[np.float16]] = field(default_factory=list)
    clips: list[list[tuple[int, int, int]]] = field(default_factory=list)
    stretch: list[float] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(
        self, folder: Path, key: str, stretches: Sequence[float], only: Sequence[str] = (), weight: float = 1.0
    ) -> None:
        """All persons of a folder of shards; *key* names them in its rows, *only* some of them."""
        known: dict[str, list[tuple[int, int, int]]] = {}
        for path in sorted(folder.glob("*.json")):
            rows = json.loads(path.read_text())
            number = len(self.shards)
            self.shards.append(np.load(path.with_suffix(".npy"), mmap_mode="r"))
            for row in rows:
                if (not only or row[key] in only) and row["frames"] >= 80:
                    known.setdefault(str(row[key]), []).append((number, row["frame"], row["frames"]))
        for name in sorted(known):
            for stretch in stretches:
                self.clips.append(known[name])
                self.stretch.append(stretch)
                self.weights.append(weight)

    def shares(self) -> npt.NDArray[np.float64]:
        """How often each person is drawn: voices recorded from people are few and worth more."""
        table = np.array(self.weights)
        return table / table.sum()

    def crop(self, person: int, frames: int, chance: np.random.Generator) -> Mel:
        """*frames* of a person's speech, from one sentence or two."""
        parts: list[Mel] = []
        pitch = float(chance.uniform(0.985, 1.015))  # nobody sounds the same all day
        while sum(map(len, parts)) < frames:
            shard, first, length = self.clips[person][int(chance.integers(len(self.clips[person])))]
            mel = np.asarray(self.shards[shard][first : first + length], np.float32)
            parts.append(stretched(mel, self.stretch[person] * pitch, float(chance.uniform(0.92, 1.08))))
        mel = np.concatenate(parts)
        start = int(chance.integers(0, len(mel) - frames + 1))
        return mel[start : start + frames]


def stretched(mel: Mel, pitch: float, time: float) -> Mel:
    """Both axes resampled; what has no source above is silence."""
    if time != 1.0:
        rows = np.arange(0, len(mel) - 1, time)
        low = rows.astype(int)
        part = (rows - low)[:, None].astype(np.float32)
        mel = mel[low] * (1 - part) + mel[low + 1] * part
    if pitch == 1.0:
        return mel
    columns = np.clip(np.arange(80) / pitch, 0, 78.999)
    left = columns.astype(int)
    share = (columns - left).astype(np.float32)
    return mel[:, left] * (1 - share) + mel[:, left + 1] * share


class Crops:
    """Batches of crops. Not thread-safe."""

    def __init__(self, library: Library, seed: int, *, pairs: int = 28, mixed: int = 12, mean: str = "level") -> None:
        self.library, self.pairs, self.more, self.mean = library, pairs, mixed, mean
        self.chance = np.random.default_rng(seed)
        noise = self.chance.gamma(2.5, 0.4, (20_000, 80)) + 1e-3
        self.noise = np.log10(noise).astype(np.float32)

    def batch(self) -> dict[str, Tensor]:
        """
        Two crops of each of *pairs* persons, first all ones, then all others; then *mixed* crops with two people.

        mel (n, frames, 80); labels (n,), -1 where two speak; both (n, frames / 2): where two speak at once.
        """
        chance = self.chance
        frames = int(chance.choice(LENGTHS))
        pairs = chance.choice(
            len(self.library.clips), min(self.pairs, len(self.library.clips)), replace=False, p=self.library.shares()
        )
        more = chance.integers(0, len(self.library.clips), self.more)
        people = np.concatenate([pairs, pairs, more])
        labels = people.astype(np.int64)
        both = np.zeros((len(people), (frames + 1) // 2), np.float32)
        mels = []
        for number, person in enumerate(people):
            mel = self.library.crop(int(person), frames, chance)
            if number >= 2 * len(pairs):
                mel, together, second = self.mixed(mel)
                both[number] = together[::2]
                labels[number] = person if second < 0.3 else -1
            mels.append(self.heard(mel))
        return {
            "mel": torch.from_numpy(np.stack(mels)), "labels": torch.from_numpy(labels), "both": torch.from_numpy(both),
            "pairs": torch.tensor(len(pairs)),
        }  # fmt: skip

    def mixed(self, mel: Mel) -> tuple[Mel, Mel, float]:
        """With somebody else over a part of it (or taking over); where both speak (frames,); the other's share."""
        chance, frames = self.chance, len(mel)
        other = self.library.crop(int(chance.integers(0, len(self.library.clips))), frames, chance)
        start = int(chance.integers(0, frames - 30))
        end = frames if chance.random() < 0.5 else int(chance.integers(start + 25, frames + 1))
        ends = end if chance.random() < 0.5 else frames  # the first speaker goes on, or falls silent
        level = _level(mel) - _level(other) + chance.uniform(-0.6, 0.6)
        both = np.full((frames, 80), -9.0, np.float32)
        both[start:end] = other[start:end] + level
        mel = mel.copy()
        if chance.random() < 0.4:
            mel[min(ends, start + int(chance.integers(20, 80))) :] = -9.0
        together = (_active(mel) & _active(both)).astype(np.float32)
        summed = np.logaddexp(mel * 2.3026, both * 2.3026).astype(np.float32) / np.float32(2.3026)
        return summed, together, float(_active(both).mean())

    def heard(self, mel: Mel) -> Mel:
        """Through a microphone, with noise, as the engine then gives it to the network: floor and level taken off."""
        chance, axis = self.chance, np.linspace(-1, 1, 80, dtype=np.float32)
        top = float(mel.max())
        if chance.random() < 0.6:
            start = int(chance.integers(0, len(self.noise) - len(mel)))
            tilt = chance.uniform(-1.2, 0.4) * axis + chance.uniform(-0.4, 0.4) * np.cos(chance.uniform(1, 6) * axis)
            noise = self.noise[start : start + len(mel)] + tilt + top - chance.uniform(1.8, 5.0)
            mel = np.logaddexp(mel * 2.3026, noise * 2.3026) / 2.3026
        mel = mel + chance.uniform(-0.6, 0.6) * axis + chance.uniform(-0.4, 0.4) * np.cos(chance.uniform(1, 6) * axis)
        if chance.random() < 0.15:
            mel[:, int(chance.integers(58, 78)) :] = -9.0  # a telephone, or 8 kHz sound
        if chance.random() < 0.4:
            first, band = int(chance.integers(0, 70)), int(chance.integers(1, 10))
            mel[:, first : first + band] = mel.mean()
        mel = np.maximum(mel, mel.max() - FLOOR)
        return np.asarray(mel - (mel.mean(0) if self.mean == "band" else mel.mean()), np.float32)


def _level(mel: Mel) -> float:
    return float(np.percentile(mel.max(1), 90))


def _active(mel: Mel) -> npt.NDArray[np.bool_]:
    """Frames that are heard, with the gaps of a syllable closed."""
    loud = mel.max(1) > mel.max() - 2.5
    wide = np.convolve(loud, np.ones(15), "same") > 0
    return np.asarray(wide & (mel.max(1) > -8), bool)


def batches(library: Library, seed: int, mean: str, ahead: int = 4) -> Iterator[dict[str, Tensor]]:
    """Endless batches, built by a thread while the last one is trained on."""
    made: queue.Queue[dict[str, Tensor]] = queue.Queue(ahead)

    def work() -> None:
        crops = Crops(library, seed, mean=mean)
        while True:
            made.put(crops.batch())

    threading.Thread(target=work, daemon=True).start()
    while True:
        yield made.get()


def losses(model: nn.Module, batch: dict[str, Tensor], share: float) -> tuple[Tensor, dict[str, float]]:
    """The sum of the three, and what there is to log. The margin grows once the persons are found without one."""
    vectors, logits = model(batch["mel"])
    plain: Any = getattr(model, "module", model)
    pairs = int(batch["pairs"])
    found = prototypical(vectors[:pairs], vectors[pairs : 2 * pairs], plain.sharpness)
    near = F.cross_entropy(found, torch.arange(pairs))
    known = batch["labels"] >= 0
    margin = MARGIN * min(1.0, max(0.0, 2.5 * share - 1.5))
    scores = margin_logits(vectors[known], plain.persons, batch["labels"][known], margin, SCALE)
    who = F.cross_entropy(scores, batch["labels"][known])
    target = batch["both"][:, : logits.shape[1]]
    both = F.binary_cross_entropy_with_logits(logits.float(), target, pos_weight=torch.tensor(5.0))
    with torch.no_grad():
        right = float((scores.argmax(1) == batch["labels"][known]).float().mean())
        paired = float((found.argmax(1) == torch.arange(pairs)).float().mean())
        asked, said = target > 0.5, logits > 0
        hit = float((asked & said).sum()) / max(1, int(asked.sum()))
        numbers = {n: float(v.detach()) for n, v in (("near", near), ("who", who), ("both", both))}
    return near + 0.3 * who + both, numbers | {"right": right, "paired": paired, "overlap_found": hit}


def library_of(shards: Path, recorded: Path | None) -> Library:
    """The persons of our own shards and, from the speech recipe's shards, the voices recorded from people."""
    library = Library()
    library.add(shards, "person", STRETCHES)
    if recorded:
        library.add(recorded, "voice", RECORDED_STRETCHES, RECORDED, 25.0)
    return library


def run(library: Library, out: Path, loop: LoopConfig, size: Size, mean: str = "level") -> Path:
    """Train until the time is over; the path of the averaged weights."""
    out.mkdir(parents=True, exist_ok=True)
    full = Size(**{**size.as_dict(), "classes": len(library.clips)})  # type: ignore[arg-type]
    (out / "size.json").write_text(json.dumps(full.as_dict() | {"mean": mean}))
    torch.manual_seed(loop.seed)
    passed = {"share": 0.0}

    def loss_of(module: nn.Module, batch: dict[str, Tensor]) -> tuple[Tensor, dict[str, float]]:
        return losses(module, batch, passed["share"])

    def progress(share: float) -> None:
        passed["share"] = share

    return train(Voices(full), batches(library, loop.seed, mean), loss_of, loop, out, progress=progress)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=Path, required=True, help="what models.speakers.data wrote")
    parser.add_argument("--recorded", type=Path, help="shards of models.speech.data, for flite's and festival's voices")
    parser.add_argument("--out", type=Path, required=True, help="checkpoints, log and weights; a run there is resumed")
    parser.add_argument("--minutes", type=float, default=25.0)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mean", choices=("level", "band"), default="level", help="what is taken off a window")
    parser.add_argument("--float32", action="store_true", help="no bf16: faster on processors without it")
    options = parser.parse_args(arguments)
    loop = LoopConfig(
        minutes=options.minutes, learning_rate=options.learning_rate, threads=options.threads, weight_decay=0.02,
        betas=(0.9, 0.99), average=0.998, save_every=4.0, seed=options.seed, bf16=not options.float32,
    )  # fmt: skip
    library = library_of(options.shards, options.recorded)
    print(f"{len(library.clips)} persons")
    run(library, options.out, loop, Size(), options.mean)


if __name__ == "__main__":
    main()
