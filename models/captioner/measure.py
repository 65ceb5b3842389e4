"""How good the starter is, and from which confidence on it may be believed: figures for its card.

    python -m models.captioner.measure --run RUN --films FILMS --captions FOLDER --media MEDIA --out results.json

FILMS holds dev and test of ``models.scenes.prepare``, FOLDER dev.jsonl and test.jsonl of ``models.captioner.films``,
MEDIA any films of cameras. All goes through the engine of the product. On development films a confidence is made the
probability that a caption is right: that it tells what is done and by how many, and the place where it tells one
(``reading``). ``sure`` is the confidence that one shot in ten of MEDIA reaches, and at least one half.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.captioner import export, metrics
from models.captioner.films import LANGUAGES
from models.captioner.reading import right, wholly
from models.captioner.starter import TOKENS, Told, load
from models.captioner.vocabulary import Vocabulary
from models.training.card import machine
from plugin_core import shots
from plugin_core.captioning.sampling import Samples
from plugin_core.engines import open_captioner
from plugin_core.engines.captioner import Caption, CaptionEngine, Captioner, logit_of
from plugin_core.errors import MediaError

CHOSEN = "INT8 weights"
EVERY = 5  # of the test shots that the other ways and the beam are measured on
SHOWN = 0.1  # of the shots of cameras that may pass for sure
BEAM = 3
SUFFIXES = (".mp4", ".webm", ".mkv")
Shown = list[npt.NDArray[np.uint8]]
Said = dict[str, list[Caption]]
Calibration = tuple[float, float, float]  # as pack.toml has it


def described(engine: CaptionEngine, seen: Sequence[Any], beam: int = 1) -> tuple[Said, list[float]]:
    """Every shot in every language, and how certain the encoder is of it."""
    found: Said = {language: [] for language in LANGUAGES}
    certain: list[float] = []
    for first in range(0, len(seen), 16):
        part = seen[first : first + 16]
        for language in LANGUAGES:
            found[language] += engine.describe(part, language, beam=beam)
        certain += engine.certainty(part)
    return found, certain


def scored(said: Said, rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """The metrics of both languages, Chinese by words and by characters."""
    found = {}
    for name, language, cut in (
        ("zh_words", "zh", metrics.words), ("zh_characters", "zh", metrics.characters), ("en_words", "en", str.split),
    ):  # fmt: skip
        hypotheses = {str(place): cut(one.text) for place, one in enumerate(said[language])}
        references = {str(place): [cut(text) for text in row[language]] for place, row in enumerate(rows)}
        found[name] = {key: round(value, 4) for key, value in metrics.score(hypotheses, references).corpus.items()}
    return found


def shares(said: Said, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many of the Chinese captions are right, in all and part by part; how many name the part."""
    texts = [one.text for one in said["zh"]]
    parts = [right(text, row) for text, row in zip(texts, rows, strict=True)]
    found: dict[str, Any] = {"all": round(float(np.mean([wholly(*pair) for pair in zip(texts, rows, strict=True)])), 4)}
    for name in ("doing", "who", "place", "time"):
        told = [part[name] for part in parts if name in part]
        found[name] = {"named": len(told), "right": round(float(np.mean(told)), 4) if told else 0.0}
    return found


def tuned(confidences: Sequence[float], certain: Sequence[float], correct: Sequence[bool]) -> Calibration:
    """Scale, shift and weight that make of both logits that of the probability of being right (Platt)."""
    y, weights = np.array(correct, float), np.zeros(3)
    design = np.array([[logit_of(one), 1.0, logit_of(other)] for one, other in zip(confidences, certain, strict=True)])
    for _ in range(50):  # Newton's method, held back a little
        chance = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (chance - y) + 1e-3 * weights
        bend = (design * (chance * (1 - chance))[:, None]).T @ design + 1e-3 * np.eye(3)
        weights -= np.linalg.solve(bend, slope)
    scale, shift, weight = (round(float(one), 4) for one in weights)
    return scale, shift, weight


def filmed(engine: Captioner, media: Path) -> Iterator[tuple[str, int, npt.NDArray[np.uint8]]]:
    """The film, the start (ms) and the frames of every shot of the films of a folder."""
    for path in sorted(path for path in media.rglob("*") if path.suffix in SUFFIXES):
        kept = Samples(engine.size)
        try:
            events = list(shots.find(path, watchers=(kept,)))
        except MediaError:
            continue
        for shot in next(event.shots.shots for event in events if isinstance(event, shots.Found)):
            frames = kept.of(shot.start, shot.end, engine.frames)
            if frames is not None:
                yield path.name, shot.start, frames


def quick(engine: Captioner, seen: Sequence[Any], count: int = 24) -> dict[str, float]:
    """Milliseconds a shot in one language, one at a time and sixteen together, and shots a second of these."""
    alone, language = [], LANGUAGES[0]
    for shot in seen[:count]:
        began = time.perf_counter()
        engine.describe([shot], language)
        alone.append(time.perf_counter() - began)
    began, used = time.perf_counter(), time.process_time()
    engine.describe(seen[-count:], language)
    clock, cpu = time.perf_counter() - began, time.process_time() - used
    return {
        "ms": round(1000 * float(np.median(alone)), 1), "batch_ms": round(1000 * clock / count, 1),
        "batch_cpu_ms": round(1000 * cpu / count, 1), "shots_a_second": round(count / clock, 1),
    }  # fmt: skip


class Test:
    """Prepared films of a pool with their captions, and frames."""

    def __init__(self, films: Path, captions: Path, tokens: Vocabulary, every: int = 1) -> None:
        told = Told(films, captions, tokens)
        self.rows = told.rows[::every]
        pictures = (told.pictures(place) for place in range(0, len(told), every))
        self.seen = [frames[mask > 0] for frames, mask in pictures]


def measured(run: Path, films: Path, captions: Path, media: Path | None) -> dict[str, Any]:
    """Everything."""
    model, tokens = load(run)
    made = export.graphs(model)
    dev, test = (Test(films / pool, captions / f"{pool}.jsonl", tokens) for pool in ("dev", "test"))
    with tempfile.TemporaryDirectory() as folder:
        ways = dict(ways_of(made, run, Path(folder), test.rows[::EVERY], test.seen[::EVERY]))
        pack = export.write(export.WAYS[CHOSEN](made), run / TOKENS, Path(folder) / "pack", tuned={}, quality={})
        with open_captioner(pack, threads=2) as engine:
            learned, certain = described(engine, dev.seen)
            correct = [wholly(one.text, row) for one, row in zip(learned["zh"], dev.rows, strict=True)]
            calibration = tuned([one.confidence for one in learned["zh"]], certain, correct)
            said = calibrated(*described(engine, test.seen), calibration)
            beam, _ = described(engine, test.seen[::EVERY], BEAM)
            real = list(filmed(engine, media)) if media else []
            seen = calibrated(*described(engine, [frames for _, _, frames in real]), calibration)
    sure = threshold([one.confidence for one in seen["zh"]])
    return {
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"), "machine": machine(), "shots": len(test.rows),
        "films": len({row["film"] for row in test.rows}), "parameters": sum(one.numel() for one in model.parameters()),
        "scores": scored(said, test.rows), "right": shares(said, test.rows), "ways": ways,
        "beam": {"width": BEAM, **scored(beam, test.rows[::EVERY])["zh_words"]},
        "calibration": reliability(said["zh"], test.rows, sure), "real": looked(real, seen, sure),
        "tuned": {"calibration": list(calibration), "sure": sure},
        "quality": quality(said, test.rows),
    }  # fmt: skip


def ways_of(
    made: export.Graphs, run: Path, folder: Path, rows: Sequence[Mapping[str, Any]], seen: Sequence[Any]
) -> Iterable[tuple[str, dict[str, Any]]]:
    """Bytes, scores and speed of every way to keep the weights, on the same shots."""
    for name, way in export.WAYS.items():
        pack = export.write(way(made), run / TOKENS, folder / name.replace(" ", "-"), tuned={}, quality={})
        with open_captioner(pack, threads=2) as engine:
            said, _ = described(engine, seen)
            figures = {key: value["cider_d"] for key, value in scored(said, rows).items()}
            yield name, {"bytes": pack.size, "shots": len(rows), "cider_d": figures, **quick(engine, seen)}


def calibrated(said: Said, certain: Sequence[float], calibration: Calibration) -> Said:
    """With the confidence that an engine with this calibration gives."""
    scale, shift, weight = calibration

    def chance(one: Caption, certainty: float) -> float:
        return 1 / (1 + math.exp(-(scale * logit_of(one.confidence) + shift + weight * logit_of(certainty))))

    return {
        language: [Caption(one.text, chance(one, other)) for one, other in zip(texts, certain, strict=True)]
        for language, texts in said.items()
    }


def threshold(real: Sequence[float]) -> float:
    """The confidence that a tenth of the shots of cameras reach, and at least one half."""
    return round(max(0.5, float(np.quantile(real, 1 - SHOWN)) if real else 0.5), 3)


def reliability(said: Sequence[Caption], rows: Sequence[Mapping[str, Any]], sure: float) -> dict[str, float]:
    """Of the test films: the mean confidence, how many are right, the error of calibration, and what is shown."""
    chance = np.array([one.confidence for one in said])
    correct = np.array([wholly(one.text, row) for one, row in zip(said, rows, strict=True)], float)
    bins = np.minimum((chance * 10).astype(int), 9)
    error = sum(abs(chance[bins == n].mean() - correct[bins == n].mean()) * (bins == n).mean() for n in set(bins))
    shown = chance >= sure
    return {
        "confidence": round(float(chance.mean()), 4), "right": round(float(correct.mean()), 4),
        "ece": round(float(error), 4), "shown": round(float(shown.mean()), 4),
        "right_of_shown": round(float(correct[shown].mean()), 4) if shown.any() else 0.0,
    }  # fmt: skip


def looked(real: Sequence[tuple[str, int, Any]], seen: Said, sure: float) -> dict[str, Any]:
    """What is said of films of cameras, in full: somebody has to read it."""
    lines = [
        {"film": film, "start": start, "zh": zh.text, "en": en.text,
         "confidence": round(zh.confidence, 3)}
        for (film, start, _), zh, en in zip(real, seen["zh"], seen["en"], strict=True)
    ]  # fmt: skip
    chance = [float(line["confidence"]) for line in lines]
    found: dict[str, Any] = {"films": len({film for film, _, _ in real}), "shots": len(real), "captions": lines}
    if chance:
        found["confidence"] = round(float(np.mean(chance)), 4)
        found["shown"] = round(float(np.mean([one >= sure for one in chance])), 4)
    return found


def quality(said: Said, rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """What pack.toml quotes."""
    scores, told = scored(said, rows), shares(said, rows)
    return {
        "cider_d_zh": scores["zh_words"]["cider_d"], "bleu4_zh": scores["zh_words"]["bleu4"],
        "cider_d_en": scores["en_words"]["cider_d"], "right": told["all"],
    }  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--run", "--films", "--captions", "--out"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--media", type=Path, help="a folder with films of cameras, anywhere in it")
    options = parser.parse_args(arguments)
    found = measured(options.run, options.films, options.captions, options.media)
    options.out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print({name: found[name] for name in ("scores", "right", "calibration", "tuned")})


if __name__ == "__main__":
    main()
