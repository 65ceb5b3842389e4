"""The demo's sample is what its truth says: length, cuts, voices, sounds."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.sample.script import SHOTS, Line
from plugin_core import audio, media
from plugin_core.clock import FrameRate
from tests.conftest import ROOT

MADE_WITH = "1.51"  # another espeak-ng speaks with other lengths


@pytest.fixture(scope="module")
def folder() -> Path:
    return Path(__file__).parent.parent / "models" / "starter" / "sample"


@pytest.fixture(scope="module")
def truth(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sound(folder: Path) -> audio.Samples:
    return audio.read(folder / "sample.mp4")


def level(sound: audio.Samples, start: int, end: int) -> float:
    return 20 * float(np.log10(np.sqrt(np.mean(sound[start * 16 : end * 16] ** 2)) + 1e-9))


def test_it_is_small_and_about_a_minute(folder: Path, truth: dict[str, Any]) -> None:
    found = media.probe(folder / "sample.mp4")
    assert (folder / "sample.mp4").stat().st_size < 2_000_000
    assert 40_000 <= found.duration <= 60_000
    assert found.duration == pytest.approx(truth["duration"], abs=40)
    assert found.frame_rate is not None
    assert found.frame_rate == FrameRate.parse(truth["frame_rate"])
    assert (found.width, found.height, found.audio[0].start) == (1280, 720, 0)


def test_it_says_the_script_in_order_without_overlap(truth: dict[str, Any]) -> None:
    lines = [item for shot in SHOTS for item in shot.sounds if isinstance(item, Line)]
    said = truth["sentences"]
    assert [(s["text"], s["translation"], s["voice"]) for s in said] == [
        (x.text, x.translation, x.voice) for x in lines
    ]
    assert {s["language"] for s in said} == {"en", "zh"}
    assert len({s["voice"] for s in said}) == 4
    assert all(a["end"] + 500 <= b["start"] for a, b in pairwise(said))


def test_words_lie_within_their_sentence(truth: dict[str, Any]) -> None:
    for sentence in truth["sentences"]:
        times = [time for _, start, end in sentence["words"] for time in (start, end)]
        assert times == sorted(times)
        assert sentence["start"] <= times[0]
        assert times[-1] <= sentence["end"]
        spaced = " " if sentence["language"] == "en" else ""
        joined = spaced.join(word for word, _, _ in sentence["words"])
        assert joined == "".join(c for c in sentence["text"] if spaced or c.isalnum())


def test_speech_is_heard_when_the_truth_says_and_at_one_level(truth: dict[str, Any], sound: audio.Samples) -> None:
    for sentence in truth["sentences"]:
        assert -26 < level(sound, sentence["start"], sentence["end"]) < -17
        assert level(sound, sentence["end"] + 150, sentence["end"] + 450) < -30


def test_sounds_and_music_are_heard_when_the_truth_says(truth: dict[str, Any], sound: audio.Samples) -> None:
    assert [mark["name"] for mark in truth["marks"]] == ["piano", "doorbell", "glass", "piano"]
    for mark in truth["marks"]:
        limit = -30 if mark["kind"] == "sound" else -50
        assert level(sound, mark["start"], mark["start"] + 700) > limit
    assert np.abs(sound).max() <= 1


def test_the_picture_cuts_where_the_truth_says(folder: Path, truth: dict[str, Any]) -> None:
    import av

    keys = {}
    with av.open(str(folder / "sample.mp4")) as container:
        container.streams.video[0].codec_context.skip_frame = "NONINTRA"  # there is one at every cut
        for frame in container.decode(video=0):
            keys[round(frame.time * 1000)] = frame.reformat(64, 36, "gray").to_ndarray().astype(np.float32)
    changes = [after for before, after in pairwise(sorted(keys)) if np.abs(keys[after] - keys[before]).mean() > 20]
    assert changes == truth["cuts"]


def test_the_recipe_still_makes_the_committed_truth(folder: Path) -> None:
    found = shutil.which("espeak-ng")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout if found else ""
    if f" {MADE_WITH} " not in version:
        pytest.skip(f"espeak-ng {MADE_WITH} is not on this machine")
    # In a process of its own: the synthesiser's library keeps settings that another test may have made.
    code = "from models.sample.make import *; print(as_text(film_truth(lay_out())), end='')"
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, check=True, cwd=ROOT)
    assert done.stdout.decode() == (folder / "truth.json").read_text(encoding="utf-8")
