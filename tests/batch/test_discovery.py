from __future__ import annotations

import os
from pathlib import Path

import pytest

from plugin_core.batch import library
from plugin_core.errors import MediaError


def films(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return root


def test_films_are_found_at_any_depth_in_a_stable_order(tmp_path: Path) -> None:
    films(tmp_path, "b.mov", "a/夜 night.MXF", "a/deep/er/c.wav", "notes.txt", "b.srt")
    assert [film.name for film in library(tmp_path).films] == ["a/deep/er/c.wav", "a/夜 night.MXF", "b.mov"]


def test_hidden_files_and_folders_are_left_alone(tmp_path: Path) -> None:
    films(tmp_path, "a.mov", "._a.mov", ".cache/b.mov")
    assert [film.name for film in library(tmp_path).films] == ["a.mov"]


def test_results_go_beside_the_film_or_mirror_the_tree(tmp_path: Path) -> None:
    root = films(tmp_path / "in", "day 1/a.mov")
    assert library(root).films[0].out == root / "day 1"
    assert library(root, tmp_path / "out").films[0].out == tmp_path / "out" / "day 1"


def test_the_folder_of_the_results_is_not_searched(tmp_path: Path) -> None:
    films(tmp_path, "a.mov", "out/a.subtitled.mp4")
    assert [film.name for film in library(tmp_path, tmp_path / "out").films] == ["a.mov"]


def test_films_that_would_write_the_same_files_get_folders_of_their_own(tmp_path: Path) -> None:
    films(tmp_path, "a.mov", "A.wav", "b.mov")
    found = {film.name: film.out for film in library(tmp_path).films}
    assert found == {"a.mov": tmp_path / "a.mov results", "A.wav": tmp_path / "A.wav results", "b.mov": tmp_path}


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_to_a_folder_above_is_no_endless_tree_and_a_dead_link_no_film(tmp_path: Path) -> None:
    films(tmp_path, "a.mov")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "dead.mov").symlink_to(tmp_path / "nothing.mov")
    assert [film.name for film in library(tmp_path).films] == ["a.mov"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nobody can be kept out")
def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    films(tmp_path, "a.mov", "closed/b.mov")
    (tmp_path / "closed").chmod(0)
    try:
        assert library(tmp_path).unread == (str(tmp_path / "closed"),)
    finally:
        (tmp_path / "closed").chmod(0o700)


@pytest.mark.parametrize(("name", "said"), [("nothing", "does not exist"), ("a.txt", "not a folder"), ("", "no films")])
def test_what_is_no_library_gets_a_sentence(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(MediaError, match=said):
        library(tmp_path / name)
