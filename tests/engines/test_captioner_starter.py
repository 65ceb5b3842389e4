"""The embedded captioner on drawn films of the test pool: it looks, and its confidence says when it is right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.captioner.films import seen
from models.captioner.reading import wholly
from models.scenes.films.render import Renderer
from models.scenes.films.script import write
from plugin_core.engines import open_captioner
from plugin_core.engines.captioner import CaptionEngine, chosen
from plugin_core.modelstore import read_pack, verify

SHOTS, PICTURES = 40, 4


def test_it_is_small_and_whole(starter: Path) -> None:
    pack = read_pack(starter / "captioner")
    verify(pack)
    assert (pack.id, pack.languages) == ("starter-captioner", ("zh", "en"))
    assert pack.size < 10_000_000
    assert "drawn films only" in pack.limits
    assert 0.5 <= pack.options["sure"] < 1


@pytest.fixture(scope="module")
def drawn() -> tuple[list[np.ndarray], list[dict[str, str]]]:
    """Shots of films that no training film shares a set, a colour or a person with, and what they show."""
    shots, truth = [], []
    for number in range(2):
        film = write(8000 + number, "test", scenes=8)
        renderer = Renderer(film)
        for shot in film.shots:
            places = shot.first + chosen(shot.last - shot.first + 1, PICTURES)
            shots.append(np.stack([renderer.frame(int(place), 112, 64) for place in places]))
            what = seen(film, shot)
            truth.append({"doing": what.doing, "who": what.who, "place": what.place, "time": what.time})
    return shots[:SHOTS], truth[:SHOTS]


def test_it_tells_much_of_what_is_seen(starter: Path, drawn: tuple[list[np.ndarray], list[dict[str, str]]]) -> None:
    shots, truth = drawn
    with open_captioner(read_pack(starter / "captioner")) as engine:
        found = engine.describe(shots, "zh")
        correct = np.array([wholly(one.text, row) for one, row in zip(found, truth, strict=True)])
        shuffled = [wholly(one.text, truth[n - SHOTS // 2]) for n, one in enumerate(found)]
        assert correct.mean() > 0.2
        assert correct.mean() > np.mean(shuffled) + 0.1  # it looks: it does not say what is always likely
        sure = np.array([one.confidence for one in found])
        assert sure[correct].mean() > sure[~correct].mean()


def test_both_languages_tell_and_end(starter: Path, drawn: tuple[list[np.ndarray], list[dict[str, str]]]) -> None:
    with open_captioner(read_pack(starter / "captioner")) as engine:
        zh, en = (engine.describe(drawn[0][:12], language) for language in ("zh", "en"))
        assert all(5 <= len(one.text) <= 25 and not one.text.isascii() for one in zh)
        assert all(3 <= len(one.text.split()) <= 18 and one.text.isascii() for one in en)
        assert alone(engine, drawn[0][:3]) == [one.text for one in zh[:3]]


def alone(engine: CaptionEngine, shots: list[np.ndarray]) -> list[str]:
    return [engine.describe([shot], "zh")[0].text for shot in shots]
