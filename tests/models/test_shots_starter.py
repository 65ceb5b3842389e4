"""The starter shots pack: what it promises, on small films that nobody trained on."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from models.shots.clips import TEST, Clip, rendered
from models.shots.films import Editor, Film, Recipe
from plugin_core.engines.shots import ShotEngine, open_shots
from plugin_core.modelstore import Pack, read_pack, verify
from plugin_core.shots.decoding import KINDS, Change, Rule, changes
from plugin_core.shots.network import Judgement


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(Path(__file__).parents[2] / "models" / "starter" / "shots")


@pytest.fixture(scope="module")
def engine(pack: Pack) -> Iterator[ShotEngine]:
    with open_shots(pack, threads=1) as opened:
        yield opened


@pytest.fixture(scope="module")
def clips() -> list[Clip]:
    """Shots of places that never enter a shard."""
    return [clip for number in range(TEST + 900, TEST + 906) for clip in rendered(number, 48, 27)]


def film(clips: list[Clip], kind: str, only: tuple[str, ...] = ()) -> Film:
    return Editor(clips, 5, Recipe(mix={kind: 1.0}, disturbed=1.0, only=only, shortest=(25,))).film(300)


def found(engine: ShotEngine, pack: Pack, pixels: np.ndarray) -> list[Change]:
    judgement = Judgement(engine)
    for picture in pixels:
        judgement.see(picture)
    judgement.finish()
    every = changes(*judgement.between(0, len(pixels)), Rule.of(pack.options))
    return [one for one in every if one.confidence >= 0.5 and one.first > 0 and one.last < len(pixels) - 1]


def test_it_is_whole_small_and_says_what_it_is(pack: Pack) -> None:
    verify(pack)
    assert (pack.id, pack.kind, pack.tier) == ("starter-shots", "shots", "starter")
    assert pack.size < 2_000_000
    assert tuple(pack.options["kinds"]) == KINDS
    assert "Blender Foundation" in pack.attribution
    assert pack.quality["f1_cut"] > 0.9


def test_it_finds_every_cut_at_its_frame(engine: ShotEngine, pack: Pack, clips: list[Clip]) -> None:
    made = film(clips, "cut")
    truth = [one.first for one in made.changes if one.last < 299]
    assert len(truth) >= 3
    assert [one.first for one in found(engine, pack, made.pixels)] == truth


@pytest.mark.parametrize("kind", ["dissolve", "fade", "wipe"])
def test_what_it_finds_of_slow_changes_touches_them(
    engine: ShotEngine, pack: Pack, clips: list[Clip], kind: str
) -> None:
    made = film(clips, kind)
    truth = [one for one in made.changes if one.last < 299]
    near = [
        one
        for one in found(engine, pack, made.pixels)
        if any(one.first <= other.last and other.first <= one.last for other in truth)
    ]
    assert len(near) >= len(truth) - 1 >= 1


def test_a_flash_is_no_change(engine: ShotEngine, pack: Pack, clips: list[Clip]) -> None:
    pixels = clips[0].pixels[:110].copy()
    for first, frames in ((30, 1), (60, 2), (85, 3)):
        pixels[first : first + frames] = 200 + pixels[first : first + frames] // 5
    assert found(engine, pack, pixels) == []


def test_the_order_of_the_colours_does_not_matter(engine: ShotEngine, pack: Pack, clips: list[Clip]) -> None:
    made = film(clips, "cut")
    turned = found(engine, pack, np.ascontiguousarray(made.pixels[..., ::-1]))
    assert [one.first for one in turned] == [one.first for one in found(engine, pack, made.pixels)]


def test_pyscenedetects_own_detector_takes_the_file(pack: Pack, clips: list[Clip]) -> None:
    pytest.importorskip("scenedetect")
    from scenedetect import FrameTimecode
    from scenedetect.detectors.transnet_v2 import TransnetV2Detector

    made = film(clips, "cut")
    detector = TransnetV2Detector(pack.folder / str(pack.options["network"]), ["CPUExecutionProvider"])
    cuts, place = [], FrameTimecode(0, Fraction(25))
    for number, picture in enumerate(made.pixels):
        place = FrameTimecode(number, Fraction(25))
        cuts += detector.process_frame(place, np.ascontiguousarray(picture[..., ::-1]))
    cuts += detector.post_process(place)
    truth = [one.first for one in made.changes if one.last < 299]
    assert all(after - before > 15 for before, after in pairwise(truth))
    assert {cut.frame_num for cut in cuts} >= set(truth[1:])  # its filter of short scenes drops the first
