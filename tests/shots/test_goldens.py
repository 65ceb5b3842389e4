"""
PySceneDetect's own films: its detectors, fed with our frames, find what they find; we find that, or what it really is.

The goldens are what each detector gives with a setting, not what is there. Of the seven detectors and settings over
four films, all but five agree to the frame; those five decide on noise in black, or on a histogram at its edge.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import av
import cv2
import pytest

from plugin_core import shots
from plugin_core.engines.bench import Bench
from plugin_core.frames import look
from plugin_core.shots.stage import chosen
from plugin_core.shots.values import Found, ShotOptions, Shots, at

pytestmark = pytest.mark.shared
FILMS = ("counter", "fades", "goldeneye-vfr-drop3", "testvideo")
IN_BLACK = {
    ("fades", "HistogramDetector.default"),
    ("testvideo", "AdaptiveDetector.default"),
    ("testvideo", "AdaptiveDetector.t5"),
    ("testvideo", "HashDetector.default"),
    ("testvideo", "HistogramDetector.default"),
    ("testvideo", "ThresholdDetector.default"),
}


def _detectors() -> dict[str, Callable[[], Any]]:
    from scenedetect import detectors as d

    return {
        "AdaptiveDetector.default": d.AdaptiveDetector,
        "AdaptiveDetector.t5": lambda: d.AdaptiveDetector(adaptive_threshold=5),
        "ContentDetector.default": d.ContentDetector,
        "ContentDetector.t30": lambda: d.ContentDetector(threshold=30),
        "HashDetector.default": d.HashDetector,
        "HistogramDetector.default": d.HistogramDetector,
        "ThresholdDetector.default": d.ThresholdDetector,
    }


def _golden(folder: Path, film: str, detector: str) -> list[int]:
    cuts: list[int] = json.loads((folder / "goldens" / f"{film}.mp4.{detector}.json").read_text())["cuts"]
    return cuts


@pytest.mark.parametrize("film", FILMS)
def test_their_detectors_find_the_same_in_our_frames(shared: Path, film: str) -> None:
    from scenedetect import FrameTimecode
    from scenedetect.common import Timecode

    folder = shared / "video_scenes" / "pyscenedetect"
    path = folder / f"{film}.mp4"
    with av.open(str(path)) as container:
        rate, tick = container.streams.video[0].guessed_rate, container.streams.video[0].time_base
    names = [name for name in _detectors() if (film, name) not in IN_BLACK]
    detectors = {name: _detectors()[name]() for name in names}
    found: dict[str, list[int]] = {name: [] for name in names}
    for frame in look(path):
        picture = cv2.cvtColor(frame.small, cv2.COLOR_RGB2BGR)
        place = FrameTimecode(Timecode(pts=int(frame.time / tick), time_base=tick), fps=rate)
        for name, detector in detectors.items():
            found[name] += [cut.frame_num for cut in detector.process_frame(place, picture)]
    assert {name: sorted(cuts) for name, cuts in found.items()} == {name: _golden(folder, film, name) for name in names}


@pytest.fixture(params=["none", "starter"], scope="module")
def find(request: pytest.FixtureRequest) -> Iterator[Callable[[Path], Shots]]:
    """What finds the shots of a film: the detectors alone, and with the embedded pack; each film once."""
    with Bench() as bench:
        pack, _ = chosen(request.param, bench)
        engine = bench.shots(pack, "cpu", "auto", 1) if pack else None
        yield cache(lambda path: next(one.shots for one in shots.find(path, engine) if isinstance(one, Found)))


def _numbers(path: Path, found: Shots) -> list[tuple[str, int, int]]:
    """Kinds, and first and last frame as PySceneDetect counts them: by the time, at the film's rate."""
    from plugin_core.media import probe

    rate = probe(path).frame_rate
    assert rate is not None
    return [(one.kind, rate.frame_at(one.start), rate.frame_at(one.end)) for one in found.transitions]


@pytest.mark.parametrize(("film", "frames"), [("counter", 15), ("goldeneye-vfr-drop3", 15), ("testvideo", 15)])
def test_every_cut_of_the_adaptive_detector_is_a_change_of_ours(
    shared: Path, film: str, frames: int, find: Callable[[Path], Shots]
) -> None:
    """With its least length of a shot; a cut of ours is on its frame, a fade's end is one."""
    folder = shared / "video_scenes" / "pyscenedetect"
    path = folder / f"{film}.mp4"
    curve = find(path).curve
    shortest = round(frames * curve.end / len(curve.starts)) if film == "counter" else ShotOptions().shortest
    found = _numbers(path, at(curve, shortest=shortest))
    golden = _golden(folder, film, "AdaptiveDetector.default")
    hits = [[one for one in found if one[1] - (one[0] != "cut") * 2 <= frame <= one[2]] for frame in golden]
    assert all(len(one) == 1 for one in hits)
    assert [one[1] for one in found if one[0] == "cut"] == [one[0][1] for one in hits if one[0][0] == "cut"]


def test_the_fades_of_their_film_are_whole(shared: Path, find: Callable[[Path], Shots]) -> None:
    folder = shared / "video_scenes" / "pyscenedetect"
    path = folder / "fades.mp4"
    middles = [(one[1] + one[2]) / 2 for one in _numbers(path, find(path)) if one[1] > 0 and one[2] < 249]
    assert middles == [pytest.approx(frame, abs=2) for frame in _golden(folder, "fades", "ThresholdDetector.default")]


@pytest.mark.parametrize(
    ("film", "cuts"),
    [
        ("issue-134-rotate.mp4", [90, 210]),
        ("issue-195-aspect-ratio.mp4", [70, 170, 301, 421, 484]),
        ("delayed_start.mp4", []),
    ],
)
def test_turned_stretched_and_late_films(
    shared: Path, film: str, cuts: list[int], find: Callable[[Path], Shots]
) -> None:
    found = find(shared / "video_scenes" / "pyscenedetect" / film)
    assert [one.first for one in found.transitions if one.kind == "cut"] == cuts
