"""
Searching shots: how fast, and is a shot found again?  python -m benchmarks.search [--films N] [--dry]

Speed: an index of 100,000 shots of noise, as wide as those of the starter pack and of CLIP; the best of several
searches, in time by the clock and of the processor (one thread). Recall: films drawn by models/scenes/films (and the
real ones of the shared folder, where it is there) are indexed; copies of them are made with libav (ATTACKS), their
shots are found anew, and each is looked for. It counts as found again if the very shot of the original that shows the
middle of the copy's is the first, among the first 5, the first 10. ``prints``: by prints alone; ``all``: as
``zimu search --like`` ranks them. Results go to benchmarks/results/search.json,
and as tables into docs/search.md and docs/search.zh.md.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.spoken import machine, save, table
from plugin_core.engines.bench import Bench
from plugin_core.scenes import copies
from plugin_core.scenes import index_searching as searching
from plugin_core.scenes.index import Column, Film, Form, Index, Told
from plugin_core.scenes.index_adding import PRINTS, THUMBS, add, packs
from tests.conftest import SHARED

SHOTS = 100_000
RANKS = (1, 5, 10)
DOCS = Path(__file__).parent.parent / "docs"
BLOCK = re.compile(r"<!-- search -->.*?<!-- /search -->", re.DOTALL)
REAL = ("chaplin.mp4", "tears-of-steel-battle-clip.webm", "big_buck_bunny_0_30.webm", "imageio_cockatoo.mp4")


@dataclass(frozen=True)
class Attack:
    """*filters* of libav, the *rate* of x264 (higher is worse), and how many times as *fast* the copy is."""

    filters: str = "null"
    rate: int = 23
    fast: Fraction = Fraction(1)


ATTACKS = {
    "re-encoded, 160 pixels wide": Attack("scale=160:-2", 38),
    "cropped to 85 %": Attack("crop=iw*0.85:ih*0.85:iw*0.04:ih*0.1"),
    "cropped to 70 %": Attack("crop=iw*0.7:ih*0.7"),
    "mirrored": Attack("hflip"),
    "25 % faster": Attack(fast=Fraction(5, 4)),
    "20 % slower, 25 to the second": Attack("fps=25", fast=Fraction(4, 5)),
    "letterboxed, graded, grey": Attack(
        "pad=iw:ih*1.3:0:(oh-ih)/2,lutyuv=y=val*1.15+8,format=gray,format=yuv420p"
    ),
    "mirrored, cropped to 80 %, worse": Attack("hflip,crop=iw*0.8:ih*0.8,scale=240:-2", 34),
}  # fmt: skip


def copy(source: Path, target: Path, attack: Attack) -> Path:
    """*source* without sound, attacked."""
    import av

    with av.open(str(source)) as film, av.open(str(target), "w") as out:
        stream = film.streams.video[0]
        rate = stream.average_rate or Fraction(25)
        graph = av.filter.Graph()
        first = last = graph.add_buffer(template=stream)
        timing = f"setpts=PTS/({attack.fast})"
        for part in (*attack.filters.split(","), timing, f"fps={rate}", "crop=trunc(iw/2)*2:trunc(ih/2)*2"):
            name, _, arguments = part.partition("=")
            step = graph.add(name, arguments)
            last.link_to(step)
            last = step
        sink = graph.add("buffersink")
        last.link_to(sink)
        graph.configure()
        video: Any = None
        for picture in filtered(film.decode(stream), first, sink):
            if video is None:
                video = out.add_stream("libx264", rate=rate, options={"crf": str(attack.rate), "preset": "veryfast"})
                video.width, video.height, video.pix_fmt = picture.width, picture.height, "yuv420p"
            picture.pict_type = 0
            out.mux(video.encode(picture))
        out.mux(video.encode(None))
    return target


def filtered(pictures: Iterator[Any], first: Any, sink: Any) -> Iterator[Any]:
    """What comes out of a graph from *first* to *sink*."""
    import av

    for picture in (*pictures, None):
        first.push(picture)
        while True:
            try:
                yield sink.pull()
            except (av.BlockingIOError, av.EOFError):
                break


def drawn(folder: Path, count: int) -> list[Path]:
    """Films of the recipe's test pool, without sound."""
    from models.scenes.films.files import Format, save
    from models.scenes.films.script import write

    found = []
    for seed in range(count):
        path = folder / f"drawn-{seed}.mp4"
        found.append(path)
        if path.exists():
            continue
        save(write(7000 + seed, "test", scenes=6), path, None, Format(320, 180, hold=2))
        for extra in folder.glob(f"drawn-{seed}.*"):
            if extra != path:
                extra.unlink()
    return found


def indexed(films: list[Path], folder: Path, bench: Bench) -> Index:
    """An index of them, without subtitles."""
    index = Index(folder)
    for event in add(index, films, bench, packs(bench, "starter", "none", threads=1)):
        if isinstance(event, Exception):
            raise event
    return index


def recall(index: Index, other: Index, attack: Attack) -> dict[str, float]:
    """Of the shots of *other*, made of the films of *index* by *attack*."""
    ranks: dict[str, list[int]] = {"prints": [], "all": []}
    names = {Path(film.path).stem: film for film in index.films()}
    taken, sure = 0, 0
    for film in other.films():
        original = names[Path(film.path).stem]
        for shot in other.shots(range(film.first, film.first + film.count)):
            middle = round((shot.start + shot.end) / 2 * attack.fast)
            wanted = searching.row_at(index, original.fingerprint, middle)
            thumbs = np.array(other.bytes_of("thumbs")[shot.row]).reshape(-1, copies.ROWS, copies.COLUMNS)
            close = index.nearest("prints", copies.every_way(thumbs))
            ranks["prints"].append(int((close > close[wanted]).sum()) + 1)
            vectors, lengths = other.vectors("scene")
            hits = searching.like(index, thumbs, 10, scene=vectors[shot.row, 0] / max(lengths[shot.row, 0], 1e-6))
            ranks["all"].append(next((n for n, hit in enumerate(hits, 1) if hit.shot.row == wanted), 999))
            taken += bool(hits) and "copy" in hits[0].how
            sure += bool(hits) and "copy" in hits[0].how and hits[0].shot.row == wanted
    count = len(ranks["all"])
    told = {
        f"{name} @{most}": round(sum(rank <= most for rank in some) / count, 4)
        for name, some in ranks.items()
        for most in RANKS
    }
    return {
        "shots": count,
        **told,
        "said to be copies": round(taken / count, 4),
        "of those right": round(sure / max(1, taken), 4),
    }


def retrieval(count: int, kept: Path | None) -> Iterator[dict[str, Any]]:
    """Recall of every attack, over all films; what is known by then, after each."""
    with tempfile.TemporaryDirectory() as name, Bench() as bench:
        folder = Path(name)
        real = [SHARED / "video_scenes" / one for one in REAL]
        films = [*drawn(kept or folder, count), *(path for path in real if path.exists())]
        index = indexed(films, folder / "index", bench)
        found: dict[str, Any] = {"films": len(films), "shots": int(index.live().sum())}
        for number, (title, attack) in enumerate(ATTACKS.items()):
            place = folder / str(number)
            place.mkdir()
            made = [copy(film, place / f"{film.stem}.mp4", attack) for film in films]
            other = indexed(made, place / "index", bench)
            found[title] = recall(index, other, attack)
            print(title, found[title], flush=True)
            other.close()
            yield found
        index.close()


def speed() -> dict[str, Any]:
    """Milliseconds of a search among ``SHOTS``."""
    widths = {"scene": (1, 128), "vision": (1, 512), "prints": (PRINTS, copies.WIDTH)}
    columns = (
        *(Column(key, width, parts) for key, (parts, width) in widths.items()),
        Column("thumbs", THUMBS),
        Column("labels", 2),
    )
    chance = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as name, Index(Path(name)) as index:
        step = 10_000
        for number in range(SHOTS // step):
            rows: dict[str, Any] = {
                key: chance.standard_normal((step, *size), np.float32) for key, size in widths.items()
            }
            rows |= {
                key: chance.integers(0, 256, (step, size), np.uint8)
                for key, size in (("thumbs", THUMBS), ("labels", 2))
            }
            film = Film(str(number), f"/{number}.mp4", step * 1000, 0, 0)
            index.add(
                Form({}, ("mood.tense", "mood.sad"), columns),
                film,
                rows,
                [Told(k * 1000, k * 1000 + 1000, "") for k in range(step)],
            )
        thumbs = np.array(index.bytes_of("thumbs")[777]).reshape(-1, copies.ROWS, copies.COLUMNS)
        asked = {
            "scene, 128 numbers": lambda: index.nearest("scene", unit(chance, 128)),
            "vision, 512 numbers": lambda: index.nearest("vision", unit(chance, 512)),
            "prints of a picture": lambda: index.nearest("prints", copies.every_way(thumbs[:1])),
            "a mood": lambda: searching.by_labels(index, ["mood.tense"], 10),
            "like a picture, all of it": lambda: searching.like(index, thumbs[:1], 10),
        }
        return {"shots": SHOTS, "megabytes": round(index.size / 1e6), **{key: timed(one) for key, one in asked.items()}}


def unit(chance: np.random.Generator, width: int) -> Any:
    """One vector of unit length."""
    vector = chance.standard_normal((1, width), np.float32)
    return vector / np.linalg.norm(vector)


def timed(question: Any, rounds: int = 7) -> dict[str, float]:
    """The best of several, in ms."""
    clock, processor = [], []
    for _ in range(rounds):
        begun, worked = time.perf_counter(), time.process_time()
        question()
        clock.append(time.perf_counter() - begun)
        processor.append(time.process_time() - worked)
    return {"ms by the clock": round(1000 * min(clock), 1), "ms of the processor": round(1000 * min(processor), 1)}


def told(results: dict[str, Any]) -> str:
    """The tables."""
    fast, found = results["speed"], results["recall"]
    rows = [(key, *value.values()) for key, value in fast.items() if isinstance(value, dict)]
    lines = [table([f"Among {fast['shots']:,} shots", "ms by the clock", "ms of the processor"], rows), ""]
    head = [f"{found['films']} films, {found['shots']} shots", "copies", "@1", "@5", "@10", "prints alone @1", "@10"]
    names = ("all @1", "all @5", "all @10", "prints @1", "prints @10")
    lines.append(
        table(
            head,
            [
                (key, value["shots"], *(f"{value[name]:.3f}" for name in names))
                for key, value in found.items()
                if isinstance(value, dict)
            ],
        )
    )
    where = results["machine"]
    return "\n".join(["<!-- search -->", *lines, "", f"{where['machine']}, {where['date']}.", "<!-- /search -->"])


def keep(results: dict[str, Any]) -> None:
    """Write them down."""
    save("search", results)
    for name in ("search.md", "search.zh.md"):
        path = DOCS / name
        path.write_text(BLOCK.sub(lambda _: told(results), path.read_text("utf-8")), "utf-8")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=6)
    parser.add_argument("--folder", type=Path, help="where drawn films are kept between runs")
    parser.add_argument("--dry", action="store_true", help="write no results")
    asked = parser.parse_args()
    results: dict[str, Any] = {"machine": machine(), "speed": speed()}
    print(results["speed"], flush=True)
    for results["recall"] in retrieval(asked.films, asked.folder):
        if not asked.dry:
            keep(results)


if __name__ == "__main__":
    main()
