"""Measure the starter: five folds of ESC-10, onsets in scenes of held-out sounds, published truth files, recordings.

    python -m models.sounds.evaluate --banks BANKS --runs RUN --tuning tuning.json --pack models/starter/sounds \\
        --shared SHARED --out models/sounds/results.json

* ``esc10``      the network of fold k on the 80 recordings it never heard: the loudest of ten pooled logits
* ``scenes``     new scenes of 30 s through the whole runtime: recordings of the left-out fold, synthesisers, voices and
                 instruments that no training scene holds
* ``truth``      inaSpeechSegmenter's test file with music, silence and noise, frame by frame of 10 ms
* ``recordings`` people who speak: how much of what is loud enough is heard as speech, and as music
* ``speed``      seconds of sound for each second of one core, features and all
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import platform
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from models.sounds.acoustics import RATE, Audio
from models.sounds.banks import ESC10, Bank
from models.sounds.data import logmel
from models.sounds.export import NAMES, export, load
from models.sounds.mixtures import CLASSES, Mixer, Mixture
from models.sounds.model import parameters, pooled
from models.sounds.synthesis import SYNTHESISERS
from plugin_core.engines import open_sounds
from plugin_core.modelstore import Pack, read_pack
from plugin_core.sounds import Found, Sound, tag

SCENE = 30.0  # s
COLLAR = 200  # ms within which an onset counts as found
FRAME = 10  # ms
QUIET = -45.0  # dB under the loudest frame: pauses are not asked about


def heard(engine: Any, audio: Audio) -> list[Sound]:
    """Everything the runtime finds in a clip."""
    blocks = [audio[at : at + 10 * RATE] for at in range(0, len(audio), 10 * RATE)]
    return [sound for event in tag(blocks, engine) if isinstance(event, Found) for sound in event.sounds]


def esc10(banks: Path, runs: Path) -> dict[str, Any]:
    """Five-fold accuracy and the confusions."""
    bank = Bank(banks, "esc10")
    confusion = np.zeros((10, 10), int)
    folds = []
    first = CLASSES.index(ESC10[0])
    for fold in range(1, 6):
        model, _ = load(runs / f"fold{fold}")
        right = 0
        rows = [row for row in bank.rows if row.fold == fold]
        for row in rows:
            with torch.no_grad():
                whole = pooled(*model(torch.from_numpy(logmel(bank.audio(row)))[None]))[0, first : first + 10]
            said, truth = int(whole.argmax()), ESC10.index(row.name)
            confusion[truth, said] += 1
            right += said == truth
        folds.append(round(right / len(rows), 4))
    return {
        "accuracy": round(float(np.trace(confusion) / confusion.sum()), 4),
        "folds": folds,
        "clips": int(confusion.sum()),
        "classes": {
            name: round(float(confusion[place, place] / confusion[place].sum()), 3) for place, name in enumerate(ESC10)
        },
        "confusion": confusion.tolist(),
    }


def matched(truth: list[tuple[float, float]], found: list[Sound]) -> list[tuple[float, float]]:
    """For every true event the (error, tail) in ms of the nearest found one that overlaps it, each taken once."""
    errors, free = [], list(found)
    for begin, end in truth:
        near = [one for one in free if one.start < 1000 * end and one.end > 1000 * begin]
        if near:
            best = min(near, key=lambda one: abs(one.start - 1000 * begin))
            free.remove(best)
            errors.append((best.start - 1000 * begin, best.end - 1000 * end))
    return errors


def scenes(banks: Path, runs: Path, pack: Path, tuning: dict[str, Any], count: int) -> dict[str, Any]:
    """
    Onsets and F1 of events, and F1 of frames of the four kinds, in held-out scenes through the runtime.

    Recordings are judged by the networks that never heard them, everything synthetic by the pack itself.
    """
    mixer = Mixer(banks, held_out=True)
    tallies: dict[str, Any] = {
        name: {"true": 0, "found": 0, "overlap": 0, "collar": 0, "errors": []} for name in CLASSES[4:]
    }
    frames = {name: [0, 0, 0] for name in CLASSES[:4]}
    for fold in range(1, 6):
        with tempfile.TemporaryDirectory() as folder:
            export(runs / f"fold{fold}", Path(folder), tuning)
            recorded = {name: tallies[name] for name in ESC10}
            _judged(mixer, read_pack(Path(folder)), (fold, count), recorded, {})
    _judged(mixer, read_pack(pack), (0, 3 * count), {name: tallies[name] for name in SYNTHESISERS}, frames)
    events = {name: _row(tally) for name, tally in tallies.items() if tally["true"]}
    whole = {}
    for group, names in {"recorded": ESC10, "synthetic": tuple(SYNTHESISERS), "all": CLASSES[4:]}.items():
        sums = {key: sum(tallies[name][key] for name in names) for key in ("true", "found", "overlap", "collar")}
        whole[group] = _row({**sums, "errors": [error for name in names for error in tallies[name]["errors"]]})
    kinds = {name: round(2 * both / max(1, one + other), 4) for name, (both, one, other) in frames.items()}
    return {
        "scenes": 8 * count, "seconds": SCENE, "collar_ms": COLLAR, "events": whole, "classes": events, "frames": kinds,
    }  # fmt: skip


def _judged(mixer: Mixer, pack: Pack, scenes_: tuple[int, int], tallies: Any, frames: Any) -> None:
    """(fold, number) of scenes through one pack, into the tallies given."""
    fold, count = scenes_
    chance = np.random.default_rng(90_000 + fold)
    with open_sounds(pack, threads=1) as engine:
        for _ in range(count):
            _judge([mixer.scene(chance, fold) for _ in range(round(SCENE / 6))], engine, tallies, frames)


def _judge(parts: list[Mixture], engine: Any, tallies: Any, frames: Any) -> None:
    """One long scene, of several that follow one another."""
    sounds = heard(engine, np.concatenate([part.audio for part in parts]))
    shifts = np.cumsum([0.0, *(len(part.audio) / RATE for part in parts)])
    truth: dict[str, list[tuple[float, float]]] = {}
    for shift, part in zip(shifts, parts, strict=False):
        for name, begin, end in part.events:
            truth.setdefault(name, []).append((begin + shift, end + shift))
    for name in tallies:
        real, said = sorted(truth.get(name, [])), [one for one in sounds if one.name == NAMES[name][0]]
        tally, errors = tallies[name], matched(real, said)
        tally["true"] += len(real)
        tally["found"] += len(said)
        tally["overlap"] += len(errors)
        tally["collar"] += sum(abs(error) <= COLLAR for error, _ in errors)
        tally["errors"] += [abs(error) for error, _ in errors]
    real_rows, known = np.concatenate([part.heard for part in parts]), np.concatenate([part.known for part in parts])
    for name in frames:
        place = CLASSES.index(name)
        wanted, sure = real_rows[:, place], known[:, place]
        if name == "noise":  # the runtime calls noise what is neither speech nor music
            wanted = wanted & ~real_rows[:, :3].any(1)
        said = painted(sounds, name, len(wanted))
        frames[name][0] += int((wanted & said & sure).sum())
        frames[name][1] += int((wanted & sure).sum())
        frames[name][2] += int((said & sure).sum())


def _row(tally: dict[str, Any]) -> dict[str, float | None]:
    errors = tally["errors"]
    return {
        "events": tally["true"],
        "recall": round(tally["overlap"] / max(1, tally["true"]), 3),
        "precision": round(tally["overlap"] / max(1, tally["found"]), 3),
        "f1_onset_200ms": round(2 * tally["collar"] / max(1, tally["true"] + tally["found"]), 3),
        "onset_ms_median": round(statistics.median(errors), 1) if errors else None,
        "onset_ms_p90": round(float(np.percentile(errors, 90)), 1) if errors else None,
    }


def painted(sounds: Sequence[Sound], name: str, frames: int) -> npt.NDArray[np.bool_]:
    """Frames of 10 ms where a kind was found."""
    mask = np.zeros(frames, np.bool_)
    for sound in sounds:
        if sound.kind == name:
            mask[round(sound.start / FRAME) : round(sound.end / FRAME)] = True
    return mask


def published(pack: Path, shared: Path) -> dict[str, Any]:
    """Frame F1 on the file with published truth (speech, music, noise, no energy)."""
    audio = sound_of(shared / "ina_musanmix.mp3")
    frames = len(audio) // (RATE * FRAME // 1000)
    truth = {name: np.zeros(frames, np.bool_) for name in ("speech", "music", "noise", "noEnergy")}
    with (shared / "ina_truth" / "musanmix-smn-gender.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            name = {"male": "speech", "female": "speech"}.get(row["labels"], row["labels"])
            truth[name][round(float(row["start"]) * 100) : round(float(row["stop"]) * 100)] = True
    with open_sounds(read_pack(pack), threads=1) as engine:
        sounds = heard(engine, audio)
    result: dict[str, Any] = {"seconds": round(len(audio) / RATE, 1)}
    said = {name: painted(sounds, name, frames) for name in ("speech", "music", "noise")}
    said["noEnergy"] = ~(
        said["speech"]
        | said["music"]
        | said["noise"]
        | painted(sounds, "singing", frames)
        | painted(sounds, "sound", frames)
    )
    for name, wanted in truth.items():
        both = int((wanted & said[name]).sum())
        if wanted.any():
            result[f"f1_{name}"] = round(2 * both / max(1, int(wanted.sum() + said[name].sum())), 4)
        else:
            result[f"wrongly_{name}_s"] = round(float(said[name].sum()) / 100, 2)
    result["found"] = [one.to_json() for one in sounds]
    return result


def recordings(pack: Path, folder: Path) -> dict[str, Any]:
    """Sentences that people read: nothing in them is music, and what is not a pause is speech."""
    asked = spoken = played = 0
    with open_sounds(read_pack(pack), threads=1) as engine:
        names = sorted(
            path
            for language in ("en", "zh")
            for path in (folder / language).glob("*")
            if path.suffix in {".wav", ".flac", ".mp3"}
        )
        for path in names:
            audio = sound_of(path)
            rows = len(audio) // 160
            level = 10 * np.log10(np.mean(np.square(audio[: rows * 160].reshape(rows, 160)), 1) + 1e-12)
            loud = level > level.max() - 25
            sounds = heard(engine, audio)
            asked += int(loud.sum())
            spoken += int((painted(sounds, "speech", rows) & loud).sum())
            played += int((painted(sounds, "music", rows) & loud).sum())
    return {
        "files": len(names),
        "seconds": round(asked / 100, 1),
        "as_speech": round(spoken / max(1, asked), 4),
        "as_music": round(played / max(1, asked), 4),
    }


def sound_of(path: Path) -> Audio:
    """A file as the core hears it."""
    from plugin_core import audio

    return audio.read(path)


def speed(pack: Path) -> dict[str, float]:
    """Five minutes of noise through the runtime on one core, best of three, in processor time: others may be busy."""
    chance = np.random.default_rng(5)
    audio = (0.1 * chance.standard_normal(300 * RATE)).astype(np.float32)
    spent = []
    with open_sounds(read_pack(pack), threads=1) as engine:
        for _ in range(3):
            began = time.process_time()
            heard(engine, audio)
            spent.append(time.process_time() - began)
    return {"threads": 1, "times_real_time": round(300 / min(spent), 1)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--banks", type=Path, required=True)
    parser.add_argument("--runs", type=Path, required=True, help="folder with fold1 to fold5")
    parser.add_argument("--tuning", type=Path, required=True)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--shared", type=Path, required=True, help="folder with sound_events and speech (tests only)")
    parser.add_argument("--scenes", type=int, default=40, help="for each fold")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    tuning = json.loads(options.tuning.read_text("utf-8"))
    result: dict[str, Any] = {
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"),
        "machine": f"{platform.processor() or platform.machine()}, 1 thread",
    }
    result["esc10"] = esc10(options.banks, options.runs)
    print(json.dumps(result["esc10"]["folds"]), flush=True)
    result["scenes"] = scenes(options.banks, options.runs, options.pack, tuning, options.scenes)
    print(json.dumps(result["scenes"]["events"]), json.dumps(result["scenes"]["frames"]), flush=True)
    result["truth"] = published(options.pack, options.shared / "sound_events")
    result["recordings"] = recordings(options.pack, options.shared / "speech")
    result["speed"] = speed(options.pack)
    pack = read_pack(options.pack)
    result["pack"] = {"bytes": pack.size, "parameters": parameters(load(options.runs / "all")[0])}
    whole = result["scenes"]["events"]["all"]
    result["quality"] = {
        "esc10_five_fold_accuracy": result["esc10"]["accuracy"],
        "onset_ms_median": whole["onset_ms_median"],
        "truth_f1_music": result["truth"].get("f1_music", 0.0),
        "truth_f1_noise": result["truth"].get("f1_noise", 0.0),
        "times_real_time": result["speed"]["times_real_time"],
    }
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result["quality"]))


if __name__ == "__main__":
    main()
