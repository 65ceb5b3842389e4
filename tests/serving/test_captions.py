"""Captions over the local server: a job as the others, its report is the list, a document gets the marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugin_core import storage
from plugin_core.captioning.marking import texts_of
from plugin_core.server import Address
from tests.caption_packs import make_caption_pack
from tests.captioning.fakes import film_of
from tests.serving.clients import Panel, post

RED, BLUE = (200, 30, 30), (30, 30, 200)


@pytest.fixture(scope="module")
def pack(folder: Path) -> str:
    return str(make_caption_pack(folder / "pack"))


@pytest.fixture(scope="module")
def film(folder: Path) -> str:
    return str(film_of(folder / "film.mp4", [RED, BLUE]))


def test_the_shots_of_a_film_are_described_and_its_document_marked(
    address: Address, film: str, pack: str, path: Path
) -> None:
    with Panel(address) as panel:
        ended = panel.follow("captions", source=film, pack=pack, shots_pack="none", into=str(path))
    shots = [shot for scene in ended["report"]["scenes"] for shot in scene["shots"]]
    assert [shot["captions"]["en"]["text"] for shot in shots] == ["red light", "blue light"]
    document = storage.load(path)
    assert [texts_of(mark)["zh"] for mark in document.marks if mark.kind == "caption"] == ["红光", "蓝光"]
    assert [mark.start for mark in document.marks if mark.kind == "shot"] == [0, 2000]
    assert len(document.cues) == 5


def test_it_is_found_under_v1_and_describes_the_shots_it_is_given(address: Address, film: str, pack: str) -> None:
    status, answer, _ = post(
        address, "/v1/captions", {"source": film, "pack": pack, "languages": ["en"], "shots": [[0, 4000]]}
    )
    assert status == 200, answer
    with Panel(address) as panel:
        panel.result("watch", job=answer["job"])
        ended = panel.ended(answer["job"])
    assert ended["event"] == "reported", ended


@pytest.mark.parametrize("name", ["source", "text", "into", "pack"])
def test_nothing_outside_the_folders_is_touched(address: Address, film: str, name: str, tmp_path: Path) -> None:
    status, answer, _ = post(address, "/v1/captions", {"source": film, name: str(tmp_path / "x.zimu")})
    assert (status, answer["error"]["code"]) == (403, "folder.outside")
