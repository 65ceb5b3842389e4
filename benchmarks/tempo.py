"""
Tempo and beats on music of known beats, composed and played by models/sounds/music.py; librosa beside it.

    python -m benchmarks.tempo [--pieces 60]

Needs fluidsynth and its sound font. Half of the pieces are on instruments kept from training and tuning; the seeds are
none that a threshold was chosen on. ``tempo`` is the share within 4 % of the truth, ``tempo_octave`` the same if half,
double, a third or three times count too (MIREX), ``beats_f1`` the F-measure with 70 ms, ``median_ms`` the distance of
beats that were found, ``silent`` the share of pieces for which no tempo is claimed (they count as wrong). librosa is
used where it is installed; it always answers. Written to benchmarks/results/tempo.json.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.sounds.music import MOODS, Piece, Player, compose
from plugin_core.sounds.tempo import find

RATE = 16_000
SECONDS = 30.0
SEED = 900_000
RESULTS = Path(__file__).parent / "results" / "tempo.json"
Answer = tuple[float, list[float]]  # beats a minute (0: none), times of the beats in seconds
Tracker = Callable[[np.ndarray], Answer]


def ours(sound: np.ndarray) -> Answer:
    stretches = list(find([sound]))
    if not stretches:
        return 0.0, []
    longest = max(stretches, key=lambda tempo: tempo.end - tempo.start)
    return longest.bpm, [beat / 1000 for tempo in stretches for beat in tempo.beats]


def librosas() -> Tracker | None:
    try:
        import librosa
    except ImportError:
        return None

    def track(sound: np.ndarray) -> Answer:
        bpm, frames = librosa.beat.beat_track(y=sound, sr=RATE, hop_length=160)
        return float(np.atleast_1d(bpm)[0]), [float(t) for t in librosa.frames_to_time(frames, sr=RATE, hop_length=160)]

    track(np.zeros(RATE, np.float32))  # it compiles on first use
    return track


def scores(found: Sequence[float], wanted: Sequence[float]) -> tuple[float, list[float]]:
    """F-measure with 70 ms, and the distances (ms) of the beats that were found."""
    left, apart = list(found), []
    for beat in wanted:
        near = min(left, key=lambda time: abs(time - beat), default=None)
        if near is not None and abs(near - beat) <= 0.07:
            left.remove(near)
            apart.append(1000 * abs(near - beat))
    return 2 * len(apart) / max(1, len(found) + len(wanted)), apart


def measure(track: Tracker, music: Sequence[tuple[str, Piece, np.ndarray]]) -> dict[str, Any]:
    groups: dict[str, list[tuple[bool, bool, float, bool]]] = {}
    apart: list[float] = []
    began = time.perf_counter()
    for name, piece, sound in music:
        bpm, beats = track(sound)
        ratios = (1, 2, 0.5, 3, 1 / 3)
        fits = [bpm > 0 and abs(bpm / (piece.tempo * ratio) - 1) <= 0.04 for ratio in ratios]
        f1, distances = scores(beats, piece.beats)
        apart += distances
        for group in ("all", name):
            groups.setdefault(group, []).append((fits[0], any(fits), f1, bpm == 0))
    took = time.perf_counter() - began
    table: dict[str, Any] = {
        group: {
            "pieces": len(rows),
            "tempo": round(float(np.mean([row[0] for row in rows])), 4),
            "tempo_octave": round(float(np.mean([row[1] for row in rows])), 4),
            "beats_f1": round(float(np.mean([row[2] for row in rows])), 4),
            "silent": round(float(np.mean([row[3] for row in rows])), 4),
        }
        for group, rows in sorted(groups.items())
    }
    table["median_ms"] = round(float(np.median(apart)), 1) if apart else None
    table["times_real_time"] = round(sum(len(sound) for *_, sound in music) / RATE / took, 1)
    return table


def composed(count: int) -> list[tuple[str, Piece, np.ndarray]]:
    music = []
    with Player() as player:
        for number in range(count):
            piece = compose(
                random.Random(SEED + number), SECONDS, mood=MOODS[number % 4], held_out=number // 4 % 2 == 1
            )
            drums = any(note.channel == 9 for note in piece.notes)
            music.append(("with drums" if drums else "without drums", piece, player.play(piece)))
    return music


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, default=60)
    options = parser.parse_args(arguments)
    music = composed(options.pieces)
    table: dict[str, Any] = {"zimu": measure(ours, music)}
    if (other := librosas()) is not None:
        import librosa

        table[f"librosa {librosa.__version__}"] = measure(other, music)
    table |= {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, one thread",
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"),
    }
    RESULTS.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(table, indent=1))


if __name__ == "__main__":
    main()
