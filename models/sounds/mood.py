"""
The recipe of ``plugin_core/sounds/mood.toml``: compose music of known mood, play it, hear its features, fit them.

    python -m models.sounds.mood make --out /somewhere/mood --pieces 800
    python -m models.sounds.mood fit --out /somewhere/mood

``make`` writes the features of every piece (models/sounds/music.py composes and plays) and may be stopped and run
again. One piece in four is a test: its melody and chords come from instruments that no training piece uses; of the
others two in three are played on instruments drawn for no mood in particular. ``fit`` writes the table the program
reads, with what it reached on those, and ``mood.results.json``.

What is learned is what the composer's rules hold to be calm, tense, cheerful or sad: tempo, mode, register,
articulation, dissonance. Real music follows these rules often, not always; nobody has measured how often for this
table.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.sounds.music import MOODS, PROGRAMS_HELD_OUT, STYLES, Player, compose
from plugin_core.sounds import mood

Array = npt.NDArray[np.float64]

PROGRAMS = sorted({*(p for s in STYLES.values() for p in (*s.melody, *s.chords))} - set(PROGRAMS_HELD_OUT))
SECONDS = 16.5  # two windows and a bit
HELD_OUT_EVERY = 4
NAMES = {"calm": "calm", "tense": "tense", "happy": "cheerful", "sad": "sad"}  # the composer's words to the ontology's
HIDDEN, DECAY, STEPS, RATE = 8, 2e-2, 800, 0.02
TABLE = Path(__file__).parents[2] / "plugin_core" / "sounds" / "mood.toml"
RESULTS = Path(__file__).with_name("mood.results.json")


# -- hearing --


def rows(number: int, player: Player) -> tuple[list[Array], int, bool]:
    """The windows' features of piece *number*, the index of its mood, whether it is a test."""
    chance = random.Random(number)
    label = number % len(MOODS)
    held_out = number // len(MOODS) % HELD_OUT_EVERY == 0
    piece = compose(chance, SECONDS, mood=MOODS[label], held_out=held_out)
    if not held_out and number % 3:  # no mood may be told by its instruments alone
        piece.programs |= {channel: chance.choice(PROGRAMS) for channel in (0, 1)}
    sound = worn(player.play(piece), np.random.default_rng(number))
    size = mood.WINDOW_MS * mood.RATE // 1000
    found = [mood.heard(sound[k * size : (k + 1) * size]) for k in range(len(sound) // size)]
    return [window for window in found if window is not None], label, held_out


def worn(sound: npt.NDArray[np.float32], chance: np.random.Generator) -> npt.NDArray[np.float32]:
    """As it may come out of a film: another equaliser, another level, some noise under it."""
    spectrum = np.fft.rfft(sound)
    octaves = np.log2(np.fft.rfftfreq(len(sound), 1 / mood.RATE) / 1000 + 1e-3)
    spectrum *= 10 ** (np.clip(chance.normal(0, 2.0) * octaves, -18, 18) / 20)
    changed = np.fft.irfft(spectrum, len(sound))
    changed /= np.abs(changed).max() + 1e-9
    floor = 10 ** (chance.uniform(-65, -35) / 20)
    return ((changed + floor * chance.normal(size=len(sound))) * 10 ** (chance.uniform(-30, -3) / 20)).astype(
        np.float32
    )


def make(out: Path, pieces: int) -> None:
    """One line of JSON a piece in ``pieces.jsonl``."""
    out.mkdir(parents=True, exist_ok=True)
    file = out / "pieces.jsonl"
    done = len(file.read_text().splitlines()) if file.exists() else 0
    with Player() as player, file.open("a") as target:
        for number in range(done, pieces):
            windows, label, held_out = rows(number, player)
            listed = [np.round(window, 5).tolist() for window in windows]
            target.write(json.dumps({"windows": listed, "mood": label, "test": held_out}) + "\n")
            target.flush()


# -- fitting --


def fit(inputs: Array, labels: npt.NDArray[np.int64], seed: int = 0) -> dict[str, Array]:
    """A network of one hidden layer by Adam on the whole set; inputs are standardised and clipped."""
    chance = np.random.default_rng(seed)
    mean, scale = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
    value = np.clip((inputs - mean) / scale, -4, 4)
    wanted = np.eye(len(MOODS))[labels]
    layers = {
        "inner": chance.normal(0, 0.4, (inputs.shape[1], HIDDEN)), "inner_bias": np.zeros(HIDDEN),
        "outer": chance.normal(0, 0.4, (HIDDEN, len(MOODS))), "outer_bias": np.zeros(len(MOODS)),
    }  # fmt: skip
    first = {name: np.zeros_like(array) for name, array in layers.items()}
    second = {name: np.zeros_like(array) for name, array in layers.items()}
    for step in range(1, STEPS + 1):
        noisy = value + chance.normal(0, 0.15, value.shape)
        hidden = np.tanh(noisy @ layers["inner"] + layers["inner_bias"])
        shares = softmax(hidden @ layers["outer"] + layers["outer_bias"])
        error = (shares - wanted) / len(value)
        inward = (error @ layers["outer"].T) * (1 - np.square(hidden))
        slopes = {
            "outer": hidden.T @ error + DECAY * layers["outer"], "outer_bias": error.sum(axis=0),
            "inner": noisy.T @ inward + DECAY * layers["inner"], "inner_bias": inward.sum(axis=0),
        }  # fmt: skip
        rate = RATE * (1 - step / STEPS) + 1e-4
        for name, slope in slopes.items():
            first[name] = 0.9 * first[name] + 0.1 * slope
            second[name] = 0.999 * second[name] + 0.001 * np.square(slope)
            moved = (first[name] / (1 - 0.9**step)) / (np.sqrt(second[name] / (1 - 0.999**step)) + 1e-8)
            layers[name] = layers[name] - rate * moved
    return {"mean": mean, "scale": scale, **layers}


def logits(layers: dict[str, Array], inputs: Array) -> Array:
    """What ``mood.judge`` computes before the softmax."""
    value = np.clip((inputs - layers["mean"]) / layers["scale"], -4, 4)
    return np.tanh(value @ layers["inner"] + layers["inner_bias"]) @ layers["outer"] + layers["outer_bias"]


def softmax(values: Array) -> Array:
    """Along the last axis."""
    shares = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True))


def warmth(values: Array, labels: npt.NDArray[np.int64]) -> float:
    """The temperature that makes the probabilities of held-back pieces true on the average (least cross-entropy)."""
    grid = np.geomspace(0.5, 6, 60)
    losses = [-np.log(softmax(values / t)[np.arange(len(labels)), labels] + 1e-9).mean() for t in grid]
    return float(grid[int(np.argmin(losses))])


def report(
    layers: dict[str, Array], temperature: float, inputs: Array, labels: npt.NDArray[np.int64]
) -> dict[str, Any]:
    """Accuracy, by mood, what is named at all, and how true the probabilities are."""
    shares = softmax(logits(layers, inputs) / temperature)
    said, sure = shares.argmax(axis=1), shares.max(axis=1)
    right = said == labels
    named = sure >= mood.UNSURE
    table = [[int(((labels == a) & (said == b)).sum()) for b in range(len(MOODS))] for a in range(len(MOODS))]
    return {
        "pieces": len(labels),
        "accuracy": round(float(right.mean()), 4),
        "named": round(float(named.mean()), 4),
        "accuracy_where_named": round(float(right[named].mean()), 4),
        "mean_confidence": round(float(sure.mean()), 4),
        "confusion": {NAMES[name]: row for name, row in zip(MOODS, table, strict=True)},
    }


def samples(pieces: Sequence[dict[str, Any]]) -> tuple[Array, npt.NDArray[np.int64]]:
    """What is learned from: every piece as a whole, and every window of it."""
    rows = [mood.summary(group) for piece in pieces for group in (piece["windows"], *([w] for w in piece["windows"]))]
    labels = [piece["mood"] for piece in pieces for _ in range(1 + len(piece["windows"]))]
    return np.array(rows), np.array(labels)


def whole(pieces: Sequence[dict[str, Any]]) -> Array:
    """The features of every piece."""
    return np.array([mood.summary(piece["windows"]) for piece in pieces])


def learn(out: Path) -> dict[str, Any]:
    """Fit, write the table and the results."""
    pieces = [json.loads(line) for line in (out / "pieces.jsonl").read_text().splitlines()]
    pieces = [piece for piece in pieces if piece["windows"]]
    taught = [piece for piece in pieces if not piece["test"]]
    asked = [piece for piece in pieces if piece["test"]]
    held = taught[::5]
    first = fit(*samples([piece for number, piece in enumerate(taught) if number % 5]))
    temperature = warmth(logits(first, whole(held)), np.array([piece["mood"] for piece in held]))
    layers = fit(*samples(taught))
    results = {
        "data": "music composed and played by models/sounds/music.py; the test's melodies and chords are played by "
        "instruments that no training piece uses",
        "training_pieces": len(taught),
        "test": report(layers, temperature, whole(asked), np.array([piece["mood"] for piece in asked])),
        "chance": 1 / len(MOODS),
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"),
    }
    write(layers, temperature, results)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return results


def write(layers: dict[str, Array], temperature: float, results: dict[str, Any]) -> None:
    """The table as TOML."""
    lines = [
        "# The network of plugin_core/sounds/mood.py; written by models/sounds/mood.py, not by hand.",
        f"# Trained on {results['training_pieces']} synthetic pieces. Of {results['test']['pieces']} on instruments",
        f"# it never heard it places {results['test']['accuracy']:.1%}. Not measured on recordings.",
        f"moods = {json.dumps([NAMES[name] for name in MOODS])}",
        f"features = {json.dumps(list(mood.FEATURES))}",
        f"temperature = {temperature:.4f}",
        "",
        "[layers]",
    ]
    lines += [f"{name} = {json.dumps(np.round(array, 4).tolist())}" for name, array in layers.items()]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", choices=("make", "fit"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pieces", type=int, default=800)
    options = parser.parse_args(arguments)
    if options.work == "make":
        make(options.out, options.pieces)
    else:
        print(json.dumps(learn(options.out), indent=1))


if __name__ == "__main__":
    main()
