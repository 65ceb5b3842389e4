"""Mixtures to train on, as shards of log mel rows with their truth and a teacher's view of them.

    python -m models.sounds.data --banks /somewhere/banks --out /somewhere/pool --teacher /somewhere/yamnet

Shard ``NNNN.npz`` holds ``ITEMS`` scenes of 6 s: ``mel`` (items, 600, 64) float16; ``heard`` and ``known``
(items, 150 rows of 40 ms, classes) as packed bits; ``fold`` and ``clip`` as in ``Mixture``; ``view``, YAMNet's
embeddings (items, 11 patches, 1024) float16, of those that ``viewed`` says. Every scene holds recordings of one fold of
ESC-10 at most, so that five trainings can share one pool and each leave its fold out. A shard's number decides its
content and kind: of every five, two are single recordings, two scenes without recordings, one scenes with them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.sounds.mixtures import CLASSES, Mixer, Mixture
from plugin_core.sounds.fbank import audioset
from plugin_core.sounds.features import LogMel, Samples

ITEMS = 160
ROWS, STEP = 600, 4  # rows of 10 ms a scene, rows of a label
PATCH, PATCH_STEP = 96, 48  # the teacher's rows
SEED = 20_000


class Teacher:
    """YAMNet's embeddings of a scene: what a network that heard two million clips makes of it."""

    def __init__(self, pack: Path) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = ort.InferenceSession(str(pack / "yamnet.onnx"), options, providers=["CPUExecutionProvider"])

    def __call__(self, audio: Samples) -> npt.NDArray[np.float16]:
        """(patches, 1024)."""
        rows = audioset(audio)
        rows = np.pad(rows, ((0, max(0, ROWS - len(rows))), (0, 0)), "edge")
        patches = np.stack([rows[at : at + PATCH] for at in range(0, ROWS - PATCH + 1, PATCH_STEP)])
        found = self._session.run(["embeddings"], {"patches": patches.astype(np.float32)})[0]
        return np.asarray(found, np.float16)


def logmel(audio: Samples) -> npt.NDArray[np.float32]:
    """The rows of a whole clip."""
    stream = LogMel()
    return np.concatenate([stream.push(audio), stream.finish()])


def labelled(mixture: Mixture) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Truth in rows of 40 ms: heard in at least half of it, known if all of it is and says the same."""
    heard = mixture.heard[: len(mixture.heard) // STEP * STEP].reshape(-1, STEP, len(CLASSES))
    known = mixture.known[: len(mixture.known) // STEP * STEP].reshape(-1, STEP, len(CLASSES))
    return heard.mean(1) >= 0.5, known.mean(1) > 0.7


def scenes(mixer: Mixer, number: int, count: int = ITEMS) -> Iterator[tuple[Mixture, bool]]:
    """The mixtures of shard *number*, and whether the teacher is asked about them."""
    chance = np.random.default_rng(SEED + number)
    rows = mixer.banks["esc10"].rows
    order = np.random.default_rng(SEED + number // 5).permutation(len(rows))
    kind = number % 5
    for index in range(count):
        if kind < 2:
            row = rows[order[(kind * count + index) % len(rows)]]
            others = [other for other in rows if other.fold == row.fold and other.name != row.name]
            yield mixer.clip(chance, row, others), True
        elif kind < 4:
            yield mixer.scene(chance), True
        else:
            yield mixer.scene(chance, fold=1 + index % 5), False


def shard(mixer: Mixer, number: int, teacher: Teacher | None) -> dict[str, npt.NDArray[Any]]:
    """The arrays of one shard."""
    items = list(scenes(mixer, number))
    truth = [labelled(mixture) for mixture, _ in items]
    patches = (ROWS - PATCH) // PATCH_STEP + 1
    view = np.zeros((len(items), patches, 1024), np.float16)
    viewed = np.zeros(len(items), np.bool_)
    for index, (mixture, asked) in enumerate(items):
        if teacher is not None and asked:
            view[index], viewed[index] = teacher(mixture.audio), True
    return {
        "mel": np.stack([logmel(mixture.audio).astype(np.float16) for mixture, _ in items]),
        "heard": np.packbits(np.stack([heard for heard, _ in truth]), axis=-1),
        "known": np.packbits(np.stack([known for _, known in truth]), axis=-1),
        "fold": np.array([mixture.fold for mixture, _ in items], np.int8),
        "clip": np.array([mixture.clip for mixture, _ in items], np.int8),
        "view": view if viewed.any() else np.zeros((0,), np.float16),
        "viewed": viewed,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--banks", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, help="the pack of models.sounds.yamnet")
    parser.add_argument("--shards", type=int, nargs="+", default=[0, 85], help="first, past-last, step")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    mixer = Mixer(options.banks)
    teacher = Teacher(options.teacher) if options.teacher else None
    for number in range(*options.shards):
        path = options.out / f"{number:04d}.npz"
        if not path.exists():
            with (options.out / f"{number:04d}.tmp").open("wb") as file:
                np.savez(file, allow_pickle=False, **shard(mixer, number, teacher))
            (options.out / f"{number:04d}.tmp").replace(path)
            print(path.name, flush=True)


if __name__ == "__main__":
    main()
