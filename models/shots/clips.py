"""The shots that films are cut from: rendered ones, and the few real ones whose licence lets a pack be passed on.

    python -m models.shots.clips --out build/clips --places 600 --footage FOLDER

A shard is ``NNNN.npy``, uint8 (clips, FRAMES, HEIGHT, WIDTH, 3), and ``NNNN.json``: for every clip its place and frames
(a shorter clip is filled with its last frame). Places from ``TEST`` up, and ``HELD_OUT``, never enter a shard.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.shots.scenery import TILE, Chance, Layer, Pixels, Place, place, shot

FRAMES, HEIGHT, WIDTH = 112, 36, 64
TEST = 1_000_000
SHARD = 100
# Shots of real films, by their first and last frame; looked for and looked at by us.
FOOTAGE: dict[str, tuple[tuple[int, int], ...]] = {
    "tears-of-steel-battle-clip.webm": (
        (0, 50), (54, 120), (160, 219), (223, 307), (311, 420), (520, 620), (640, 713), (717, 786), (990, 1125),
        (1172, 1201), (1205, 1232), (1248, 1282), (1286, 1343), (1347, 1376), (1398, 1428), (1580, 1614),
    ),
    "big_buck_bunny_0_30.webm": ((60, 170), (171, 281), (285, 374), (378, 480), (490, 549), (556, 604)),
    "imageio_cockatoo.mp4": ((0, 110), (160, 279)),
}  # fmt: skip
HELD_OUT: dict[str, tuple[tuple[int, int], ...]] = {
    "chaplin.mp4": ((0, 110), (120, 230)),
    "mdn_crystal.mp4": ((0, 110), (120, 230), (240, 350)),
}
ATTRIBUTION = (
    "Tears of Steel and Big Buck Bunny (c) Blender Foundation, CC BY 3.0 (mango.blender.org, peach.blender.org); "
    "cockatoo by the imageio project, CC0"
)


@dataclass(frozen=True)
class Clip:
    """Pixels (frames, height, width, 3) of one shot, and a number that only shots of the same place share."""

    pixels: Pixels
    place: int


def rendered(number: int, width: int = WIDTH, height: int = HEIGHT, frames: int = FRAMES) -> Iterator[Clip]:
    """One to four shots of the place with this number."""
    chance = np.random.default_rng([number, 7])
    where = place(chance)
    for _ in range(int(chance.integers(1, 5))):
        yield Clip(shot(where, chance, frames, width, height), number)


def decoded(path: Path, ranges: Sequence[tuple[int, int]], width: int, height: int) -> list[Pixels]:
    """The frames of every range, scaled down."""
    import av

    parts: list[list[Pixels]] = [[] for _ in ranges]
    with av.open(str(path)) as film:
        for number, frame in enumerate(film.decode(video=0)):
            for part, (first, last) in zip(parts, ranges, strict=True):
                if first <= number <= last:
                    picture = frame.to_ndarray(format="rgb24")
                    part.append(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8))
    return [np.stack(part) for part in parts]


def still(picture: Pixels, chance: Chance) -> Place:
    """A photograph to move a camera over."""
    sheet = cv2.resize(picture, (TILE, TILE), interpolation=cv2.INTER_AREA).astype(np.uint8)
    return Place((Layer(sheet, None, 1.0, float(chance.uniform(0.3, 0.8))),), 0.0)


def filmed(
    folder: Path, names: dict[str, tuple[tuple[int, int], ...]], *, first: int, stills: int,
    width: int = WIDTH, height: int = HEIGHT,
) -> Iterator[Clip]:  # fmt: skip
    """Every shot of the real films, and *stills* camera moves over pictures of each."""
    chance = np.random.default_rng(first)
    for name, ranges in names.items():
        small = decoded(folder / name, ranges, width, height)
        large = decoded(folder / name, [(a + 10, a + 10) for a, _ in ranges], TILE, TILE)
        for number, (pixels, picture) in enumerate(zip(small, large, strict=True)):
            yield Clip(pixels, first + number)
            for _ in range(stills):
                yield Clip(shot(still(picture[0], chance), chance, FRAMES, width, height), first + number)
        first += len(ranges)


def shards(clips: Iterator[Clip], out: Path, label: str) -> int:
    """Write them; the number of clips."""
    total, part = 0, list[Clip]()
    for clip in clips:
        part.append(clip)
        if len(part) == SHARD:
            total += _write(part, out / f"{label}{total // SHARD:04}")
            part = []
    return total + (_write(part, out / f"{label}{total // SHARD:04}") if part else 0)


def _write(clips: Sequence[Clip], path: Path) -> int:
    full = np.empty((len(clips), FRAMES, HEIGHT, WIDTH, 3), np.uint8)
    for row, clip in zip(full, clips, strict=True):
        length = min(FRAMES, len(clip.pixels))
        row[:length], row[length:] = clip.pixels[:length], clip.pixels[length - 1]
    np.save(path.with_suffix(".npy"), full)
    rows = [{"place": clip.place, "frames": min(FRAMES, len(clip.pixels))} for clip in clips]
    path.with_suffix(".json").write_text(json.dumps(rows))
    return len(clips)


def library(folder: Path) -> list[Clip]:
    """All clips of a folder of shards, mapped, not read."""
    found = []
    for path in sorted(folder.glob("*.json")):
        pixels = np.load(path.with_suffix(".npy"), mmap_mode="r")
        rows = json.loads(path.read_text())
        found += [Clip(one[: row["frames"]], row["place"]) for one, row in zip(pixels, rows, strict=True)]
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--places", type=int, default=600)
    parser.add_argument("--footage", type=Path, help="folder with the files of FOOTAGE")
    parser.add_argument("--stills", type=int, default=4, help="camera moves over a picture of every real shot")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    if options.footage:
        print(shards(filmed(options.footage, FOOTAGE, first=TEST - 1000, stills=options.stills), options.out, "real"))
    print(shards((clip for number in range(options.places) for clip in rendered(number)), options.out, "made"))


if __name__ == "__main__":
    main()
