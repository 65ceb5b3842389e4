"""Scenes over the local server: a job as the others, its report is the list, a document gets the marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin_core import storage
from plugin_core.server import Address
from tests.scenes.films import film_of
from tests.scenes.packs import make_scenes_pack
from tests.serving.clients import Panel, post


@pytest.fixture(scope="module")
def pack(folder: Path) -> str:
    return str(make_scenes_pack(folder / "pack"))


@pytest.fixture(scope="module")
def film(folder: Path) -> str:
    return str(film_of(folder / "film.mp4", [20, 230], loud=[1]))


def test_a_film_is_recognised_and_its_document_marked(address: Address, film: str, pack: str, path: Path) -> None:
    with Panel(address) as panel:
        ended = panel.follow("scenes", source=film, pack=pack, shots_pack="none", into=str(path))
    shots = [shot for scene in ended["report"]["scenes"] for shot in scene["shots"]]
    assert ended["event"] == "reported"
    assert [shot["labels"]["place"]["labels"] for shot in shots] == [["indoor"], ["outdoor"]]
    document = storage.load(path)
    assert [mark.start for mark in document.marks if mark.kind == "shot"] == [0, 2000]
    assert len(document.cues) == 5


def test_it_is_found_under_v1(address: Address, film: str, pack: str) -> None:
    status, answer, _ = post(address, "/v1/scenes", {"source": film, "pack": pack, "shots_pack": "none"})
    assert status == 200, answer
    with Panel(address) as panel:
        panel.result("watch", job=answer["job"])
        assert panel.ended(answer["job"])["event"] == "reported"


@pytest.mark.parametrize("name", ["source", "text", "into", "pack"])
def test_nothing_outside_the_folders_is_touched(address: Address, film: str, name: str, tmp_path: Path) -> None:
    status, answer, _ = post(address, "/v1/scenes", {"source": film, name: str(tmp_path / "x.zimu")})
    assert (status, answer["error"]["code"]) == (403, "folder.outside")
