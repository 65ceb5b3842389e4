"""Every shot has a picture of its own."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from plugin_core import shots
from plugin_core.errors import DocumentError
from plugin_core.shots.thumbnails import Thumbnails, write
from plugin_core.shots.values import Found
from tests.films import Change, Film, encode

GREYS = (40, 200, 90)


def flat(grey: int):  # type: ignore[no-untyped-def]
    def draw(frame: int) -> np.ndarray:  # type: ignore[type-arg]
        picture = np.full((90, 160, 3), grey, np.uint8)
        picture[10:40, 20:70] = 255 - grey
        return picture

    return draw


def _film(tmp_path: Path, lengths: tuple[int, ...]) -> Path:
    drawn = Film(tuple(flat(grey) for grey in GREYS), lengths, (Change(), Change()))
    return encode(tmp_path / "film.mp4", drawn.pictures())


def _greys(pictures: list[bytes]) -> list[int]:
    decoded = [cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) for data in pictures]
    assert all(picture.shape == (90, 160, 3) for picture in decoded)
    return [round(float(np.median(picture))) for picture in decoded]


@pytest.mark.parametrize("lengths", [(60, 60, 60), (60, 8, 60)], ids=["kept", "sought"])
def test_every_shot_has_its_picture(tmp_path: Path, lengths: tuple[int, ...]) -> None:
    path, watcher = _film(tmp_path, lengths), Thumbnails()
    found = next(event for event in shots.find(path, watchers=(watcher,)) if isinstance(event, Found)).shots
    assert _greys(list(watcher.of(found, path))) == [pytest.approx(grey, abs=6) for grey in GREYS]


def test_memory_stays_bounded(tmp_path: Path) -> None:
    path, watcher = _film(tmp_path, (60, 60, 60)), Thumbnails(memory=4000)
    found = next(event for event in shots.find(path, watchers=(watcher,)) if isinstance(event, Found)).shots
    assert sum(len(kept.jpeg) for kept in watcher._kept) <= 4000
    assert _greys(list(watcher.of(found, path))) == [pytest.approx(grey, abs=6) for grey in GREYS]


def test_pictures_are_numbered_files(tmp_path: Path) -> None:
    written = write(iter([b"one", b"two"]), tmp_path / "pictures")
    assert [path.name for path in written] == ["shot-0001.jpg", "shot-0002.jpg"]
    assert written[1].read_bytes() == b"two"


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DocumentError, match="cannot be written"):
        write(iter([b"one"]), tmp_path / "file")
