"""
How often the prosody of a cue is told right, on synthetic voices, and how often plain reading is called anything.

    python -m benchmarks.emotion [--reading MEDIA ...]

espeak-ng reads sentences in several voices: twelve plainly, then three excited (higher, faster, louder, livelier),
three subdued (lower, slower, softer) and three whispered. What it measures is whether such changes are found against
a speaker's baseline (the thresholds were chosen on them), not whether people are understood: no recording of felt
emotion is used, and acted or real emotion is far less regular. ``--reading`` takes recordings of people who read
plainly, in cues of 2.5 s: every tag on them is false. Written to benchmarks/results/emotion.json.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from plugin_core import audio
from plugin_core.document import Cue
from plugin_core.sounds import emotion

VOICES = ("en-us", "en-gb", "en-us+f3", "en-gb+f2", "en-us+m3", "cmn", "cmn+f2")
SENTENCES = {
    "en": (
        "The train leaves from platform four in the morning.", "She put the letter back into the drawer.",
        "We could not find the road that led to the village.", "There is enough bread for all of us today.",
        "He told me the shop would close at seven.", "The children are waiting in front of the school.",
        "Nobody had seen the old man since last summer.", "You should have told me before we came here.",
        "The water was colder than I thought it would be.", "They bought a small house near the river.",
        "I left my keys on the kitchen table again.", "Everything we need is already in the car.",
    ),
    "cmn": (
        "明天早上我们在车站见面。", "她把信放回了抽屉里。", "我们找不到去村子的路。", "今天的面包够我们大家吃。",
        "他告诉我商店七点关门。", "孩子们在学校门口等着。", "去年夏天以后没有人见过他。", "你应该早一点告诉我。",
        "水比我想的要冷得多。", "他们在河边买了一座小房子。", "我又把钥匙忘在桌子上了。", "我们需要的东西都在车上。",
    ),
}  # fmt: skip
# espeak-ng's options: pitch (0 to 99, 50 is usual), words a minute, amplitude (0 to 200), and the truth
WAYS = {
    "": (50, 170, 80),
    "excited": (80, 205, 150),
    "subdued": (28, 130, 40),
    "whispering": (50, 160, 50),
}
RESULTS = Path(__file__).parent / "results" / "emotion.json"


def said(text: str, voice: str, way: str, chance: random.Random) -> np.ndarray:
    """The sentence at 16 kHz, with half a second of silence."""
    pitch, rate, loud = (value * chance.uniform(0.94, 1.06) for value in WAYS[way])
    voice = f"{voice.partition('+')[0]}+whisper" if way == "whispering" else voice
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        command = ["espeak-ng", "-v", voice, "-p", f"{pitch:.0f}", "-s", f"{rate:.0f}", "-a", f"{loud:.0f}"]
        subprocess.run([*command, "-w", str(path), text], check=True, capture_output=True)
        return np.concatenate([audio.read(path), np.zeros(8000, np.float32)])


def dialogue(voice: str, chance: random.Random) -> tuple[list[Cue], np.ndarray, dict[str, str]]:
    """Cues, their sound and what is true of each."""
    texts = SENTENCES["cmn" if voice.startswith("cmn") else "en"]
    ways = [""] * 12 + [way for way in WAYS if way for _ in range(3)]
    chance.shuffle(ways)
    cues, parts, truth, at = [], [], {}, 0
    for number, way in enumerate(ways):
        text = texts[number % len(texts)]
        sound = said(text, voice, way, chance)
        end = at + (len(sound) - 8000) * 1000 // audio.RATE
        cues.append(Cue(f"c{number}", at, end, (text,), speaker=voice))
        truth[f"c{number}"] = way
        parts.append(sound)
        at += len(sound) * 1000 // audio.RATE
    return cues, np.concatenate(parts), truth


def synthetic() -> dict[str, Any]:
    table: dict[str, Counter[str]] = {way or "plain": Counter() for way in WAYS}
    chance = random.Random(7)
    for voice in VOICES:
        cues, sound, truth = dialogue(voice, chance)
        for cue in emotion.tag(cues, [sound]):
            table[truth[cue.id] or "plain"][emotion.of(cue) or "plain"] += 1
    return {
        "voices": len(VOICES),
        "said_as": {way: dict(sorted(found.items())) for way, found in table.items()},
        "found": {way: round(table[way][way] / table[way].total(), 4) for way in WAYS if way},
        "false_on_plain": round(1 - table["plain"]["plain"] / table["plain"].total(), 4),
    }


def reading(path: Path) -> dict[str, Any]:
    """How many cues there are, and the tags on them. What is said is not known, so neither is the rate."""
    sound = audio.read(path)
    length = len(sound) * 1000 // audio.RATE
    cues = [Cue(f"c{at}", at, at + 2500, ("a b c d e f g h",)) for at in range(0, length - 2500, 2500)]
    found = Counter(emotion.of(cue) for cue in emotion.tag(cues, [sound]))
    return {"cues": len(cues), "tagged": {name: count for name, count in found.items() if name}}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reading", nargs="+", type=Path, default=[], metavar="MEDIA")
    options = parser.parse_args(arguments)
    table: dict[str, Any] = {"synthetic": synthetic()}
    if options.reading:
        table["plain_reading_by_people"] = {path.name: reading(path) for path in options.reading}
    table["date"] = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d")
    RESULTS.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(table, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
