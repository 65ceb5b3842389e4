r"""How well the pack finds changes in films that nobody trained on, beside PySceneDetect's detectors.

    python -m models.shots.evaluate --pack models/starter/shots --work build/films --tune \
        --out models/shots/results.json

The films are rendered from places that never enter a shard (with ``--footage`` also cut from real shots held out), have
one kind of change each so that detectors that know no kinds can be judged by them, hold disturbances, are encoded as
H.264 and decoded again. Thresholds come from other films (development). A change counts as found if it lies at most so
many frames from the true one.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from models.shots import disturbances, score
from models.shots.clips import HELD_OUT, TEST, Clip, filmed, rendered
from models.shots.films import Editor, Film, Recipe
from models.shots.scenery import Pixels
from models.training.card import machine
from plugin_core.engines.shots import ShotEngine, open_shots
from plugin_core.modelstore import read_pack
from plugin_core.shots.decoding import KINDS, Change, Rule, Values, changes
from plugin_core.shots.network import Judgement

WIDTH, HEIGHT, RATE = 96, 54, 24
FRAMES = 1500  # of a film
PLACES = {"development": 20, "test": 40}
EACH = {"development": 2, "test": 4}  # films of each kind
Scores = tuple[Values, Values, Values]


@dataclass(frozen=True)
class Known:
    """A film on disk and its truth."""

    path: Path
    name: str
    truth: tuple[tuple[str, int, int], ...]
    disturbed: tuple[tuple[str, int, int], ...]


def written(film: Film, path: Path, name: str) -> Known:
    """Encode it; what leaves the film unfinished is not asked for."""
    import av

    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=RATE, options={"crf": "24", "preset": "veryfast", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = film.pixels.shape[2], film.pixels.shape[1], "yuv420p"
        for picture in film.pixels:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")))
        out.mux(stream.encode())
    truth = tuple((c.kind, c.first, c.last) for c in film.changes)
    path.with_suffix(".json").write_text(json.dumps({"name": name, "truth": truth, "disturbed": film.disturbed}))
    return known(path)


def known(path: Path) -> Known:
    """A film written before."""
    table = json.loads(path.with_suffix(".json").read_text())
    return Known(
        path, table["name"],
        tuple((k, a, b) for k, a, b in table["truth"]), tuple((n, a, b) for n, a, b in table["disturbed"]),
    )  # fmt: skip


def films(part: str, work: Path, footage: Path | None) -> list[Known]:
    """All films of a part, made once and kept."""
    folder = work / part
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        first = TEST + (500_000 if part == "test" else 0)
        numbers = range(first, first + PLACES[part])
        clips = [clip for number in numbers for clip in rendered(number, WIDTH, HEIGHT)]
        for number, (name, film) in enumerate(_films(part, clips, first)):
            written(film, folder / f"{number:03}.mp4", name)
        if footage and part == "test":
            real = list(filmed(footage, HELD_OUT, first=0, stills=3, width=WIDTH, height=HEIGHT))
            for number, kind in enumerate(KINDS):
                film = Editor(real, 900 + number, _recipe(kind, 0.3)).film(FRAMES)
                written(film, folder / f"9{number:02}.mp4", f"real {kind}")
        (folder / "done").touch()
    return [known(path) for path in sorted(folder.glob("*.mp4"))]


def _recipe(kind: str, disturbed: float, only: Sequence[str] = tuple(disturbances.ALL)) -> Recipe:
    return Recipe(WIDTH, HEIGHT, {kind: 1.0}, disturbed, tuple(only), shortest=(16,))


def _films(part: str, clips: Sequence[Clip], seed: int) -> Iterator[tuple[str, Film]]:
    for kind in KINDS:
        for number in range(EACH[part]):
            yield kind, Editor(clips, seed + number, _recipe(kind, 0.3)).film(FRAMES)
    for number, name in enumerate(disturbances.ALL):
        recipe = Recipe(WIDTH, HEIGHT, {"cut": 1.0}, 1.0, (name,), shortest=(40,))
        yield f"against {name}", Editor(clips, seed + 100 + number, recipe).film(FRAMES // 2)


def decoded(path: Path) -> Iterator[Pixels]:
    """Every frame as RGB."""
    import av

    with av.open(str(path)) as film:
        for frame in film.decode(video=0):
            yield frame.to_ndarray(format="rgb24")


@dataclass
class Clock:
    """Processor seconds that the network took for how many frames."""

    seconds: float = 0.0
    frames: int = 0


def said(engine: ShotEngine, path: Path, clock: Clock | None = None) -> Scores:
    """What the network says of every frame of a film: single (frames,), many (frames,), kind (frames, 4)."""
    pictures, judgement = small(path), Judgement(engine)
    began = time.process_time()
    for picture in pictures:
        judgement.see(picture)
    judgement.finish()
    if clock:
        clock.seconds, clock.frames = clock.seconds + time.process_time() - began, clock.frames + len(pictures)
    return judgement.between(0, len(pictures))


def small(path: Path) -> Pixels:
    """A film as the network sees it; kept beside the film."""
    kept = path.with_suffix(".npy")
    if not kept.exists():
        look(path, ())
    return np.asarray(np.load(kept))


def look(path: Path, names: Sequence[str]) -> None:
    """Decode a film once, keep its small pictures and the cuts of PySceneDetect's detectors of these *names*."""
    from scenedetect import FrameTimecode

    made = {name: detectors()[name]() for name in names}
    cuts: dict[str, set[int]] = {name: set() for name in names}
    rows, at = [], FrameTimecode(0, Fraction(RATE))
    for number, picture in enumerate(decoded(path)):
        at, turned = FrameTimecode(number, Fraction(RATE)), np.ascontiguousarray(picture[..., ::-1])
        for name in names:
            cuts[name] |= {cut.frame_num for cut in made[name].process_frame(at, turned)}
        rows.append(cv2.resize(picture, (48, 27), interpolation=cv2.INTER_AREA))
    for name in names:
        cuts[name] |= {cut.frame_num for cut in made[name].post_process(at)}
        path.with_suffix(f".{name}.cuts").write_text(json.dumps(sorted(cuts[name])))
    np.save(path.with_suffix(".npy"), np.stack(rows).astype(np.uint8))


def complete(found: Sequence[Change], frames: int) -> list[Change]:
    """Without what touches the ends of the film: it leads from or to nothing."""
    return [one for one in found if one.confidence >= 0.5 and one.first > 0 and one.last < frames - 1]


def asked(film: Known, frames: int = FRAMES) -> list[tuple[str, int, int]]:
    """The truth without what the end of the film cuts off."""
    return [one for one in film.truth if one[2] < frames - 1]


def spans(found: Sequence[Change]) -> list[score.Span]:
    """Only where."""
    return [(one.first, one.last) for one in found]


def tuned(known_films: Sequence[Known], judged: Sequence[Scores]) -> dict[str, float]:
    """The thresholds with the best mean of the F1 of each kind, false alarms of the hard films counted with cuts."""
    best: tuple[float, dict[str, float]] = (-1.0, {})
    for cut in (0.5, 0.6, 0.65, 0.7, 0.75, 0.8):
        for slow in (0.5, 0.6, 0.7, 0.75, 0.8, 0.85):
            rule = Rule(cut, slow, 0.5)
            table = by_kind(known_films, [changes(*one, rule) for one in judged], 2)
            value = float(np.mean([table[name].f1 for name in (*KINDS, "against")]))
            best = max(best, (value, {"cut": cut, "slow": slow, "extent": 0.5}), key=lambda one: one[0])
    extents = {
        extent: _nearness(known_films, judged, Rule(**{**best[1], "extent": extent})) for extent in (0.35, 0.5, 0.65)
    }
    return {**best[1], "extent": max(extents, key=lambda extent: extents[extent])}


def _nearness(known_films: Sequence[Known], judged: Sequence[Scores], rule: Rule) -> float:
    offs: list[tuple[int, int]] = []
    for film, one in zip(known_films, judged, strict=True):
        found = complete(changes(*one, rule), len(one[0]))
        offs += score.offsets(spans(found), [t[1:] for t in asked(film, len(one[0])) if t[0] != "cut"], 2)
    return score.near(offs, 2)


def by_kind(known_films: Sequence[Known], found: Sequence[Sequence[Change]], tolerance: int) -> dict[str, score.Counts]:
    """Counts for each kind of film; the films against disturbances together as ``against``."""
    table: dict[str, score.Counts] = {}
    for film, one in zip(known_films, found, strict=True):
        name = "against" if film.name.startswith("against") else film.name
        frames = FRAMES // 2 if name == "against" else FRAMES
        mine = score.counts(spans(complete(one, frames)), [t[1:] for t in asked(film, frames)], tolerance)
        table.setdefault(name, score.Counts()).add(mine)
    return table


def false_alarms(known_films: Sequence[Known], found: Sequence[Sequence[Change]]) -> dict[str, float]:
    """False changes per minute of the films against each disturbance."""
    table = {}
    for film, one in zip(known_films, found, strict=True):
        if film.name.startswith("against "):
            mine = score.counts(spans(complete(one, FRAMES // 2)), [t[1:] for t in asked(film, FRAMES // 2)], 2)
            table[film.name.removeprefix("against ")] = round(mine.false / (FRAMES / 2 / RATE / 60), 2)
    return table


def detectors() -> dict[str, Callable[[], Any]]:
    """PySceneDetect's, as they come."""
    from scenedetect import detectors as known_detectors

    return {
        "Adaptive": known_detectors.AdaptiveDetector, "Content": known_detectors.ContentDetector,
        "Histogram": known_detectors.HistogramDetector,
    }  # fmt: skip


def theirs(name: str, path: Path) -> list[Change]:
    """The cuts of a PySceneDetect detector; looked for once."""
    kept = path.with_suffix(f".{name}.cuts")
    if not kept.exists():
        look(path, tuple(detectors()))
    return [Change("cut", cut, cut, 1.0) for cut in json.loads(kept.read_text())]


def table_of(known_films: Sequence[Known], found: Sequence[Sequence[Change]]) -> dict[str, Any]:
    """What the card says of one detector."""
    by = {tolerance: by_kind(known_films, found, tolerance) for tolerance in (0, 1, 2)}
    rows = {name: by[2][name].as_dict() | {f"f1_{t}": round(by[t][name].f1, 4) for t in by} for name in by[2]}
    return {"kinds": rows, "false_alarms_per_minute": false_alarms(known_films, found)}


def typed(known_films: Sequence[Known], found: Sequence[Sequence[Change]]) -> dict[str, Any]:
    """How often the kind of a found change is right, and how far its ends are off."""
    table: dict[str, Any] = {}
    for name in KINDS:
        right, offs = [], []
        for film, one in zip(known_films, found, strict=True):
            if film.name != name:
                continue
            mine, truth = complete(one, FRAMES), asked(film)
            for i, j in score.pairs(spans(mine), [t[1:] for t in truth], 2):
                right.append(mine[i].kind == truth[j][0])
                offs.append((mine[i].first - truth[j][1], mine[i].last - truth[j][2]))
        table[name] = {"kind_right": round(float(np.mean(right)), 4), "ends_within_2": round(score.near(offs, 2), 4),
                       "ends_within_5": round(score.near(offs, 5), 4)}  # fmt: skip
    return table


def evaluate(pack: Path, work: Path, footage: Path | None, *, tune: bool) -> dict[str, Any]:
    """Everything."""
    opened = read_pack(pack)
    options = {name: opened.options[name] for name in ("cut", "slow", "extent") if name in opened.options}
    test, clock = films("test", work, footage), Clock()
    others = {name: [theirs(name, film.path) for film in test] for name in detectors()}
    with open_shots(opened, threads=1) as engine:
        if tune:
            development = films("development", work, footage)
            options = tuned(development, [said(engine, film.path) for film in development])
        ours = [changes(*said(engine, film.path, clock), Rule.of(options)) for film in test]
    found = {"starter-shots": table_of(test, ours)} | {name: table_of(test, cuts) for name, cuts in others.items()}
    speed, kinds = round(clock.frames / clock.seconds), found["starter-shots"]["kinds"]
    quality = {f"f1_{name.replace(' ', '_')}": kinds[name]["f1"] for name in kinds}
    return {
        "date": dt.date.today().isoformat(), "machine": machine(), "tuned": options, "typed": typed(test, ours),
        "detectors": found, "minutes": round(clock.frames / RATE / 60, 1),
        "frames_a_second": speed, "bytes": opened.size, "quality": quality | {"frames_a_second": speed},
    }  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="where the films are kept")
    parser.add_argument("--footage", type=Path, help="folder with the files of clips.HELD_OUT")
    parser.add_argument("--tune", action="store_true", help="find the thresholds on the development films first")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    results = evaluate(options.pack, options.work, options.footage, tune=options.tune)
    text = json.dumps(results, indent=1) + "\n"
    if options.out:
        options.out.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
