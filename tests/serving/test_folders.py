"""The allowed folders: kept, shared with other servers, and not to be escaped by any way of writing a path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_core.errors import SettingsError
from plugin_core.serving.folders import Folders, choices_file, is_device, timelines


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZIMU_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_what_the_user_chose_is_kept_and_what_a_server_was_given_is_not(tmp_path: Path) -> None:
    chosen, given_ = tmp_path / "片子", tmp_path / "given"
    chosen.mkdir()
    given_.mkdir()
    folders = Folders([given_])
    folders.allow(str(chosen))
    folders.allow(str(chosen))
    assert json.loads(choices_file().read_text(encoding="utf-8")) == [str(chosen.resolve())]
    assert set(folders.chosen) == {str(chosen.resolve()), str(given_.resolve())}
    assert Folders().chosen == (str(chosen.resolve()),)
    assert Folders().inside(str(chosen / "new" / "film.zimu")) == (chosen / "new" / "film.zimu").resolve()
    with pytest.raises(SettingsError, match="outside"):
        Folders().inside(str(given_ / "film.zimu"))


def test_the_timelines_own_folder_is_always_allowed() -> None:
    assert Folders().inside(str(timelines() / "premiere" / "x" / "y.zimu")).name == "y.zimu"


@pytest.mark.parametrize("content", ["", "{", "{}", '[1, null, "relative"]', "\ufeff[]"])
def test_a_damaged_list_allows_nothing(content: str, home: Path) -> None:
    home.mkdir()
    choices_file().write_text(content, encoding="utf-8")
    assert Folders().chosen == ()


@given(
    parts=st.lists(st.sampled_from(["a", "..", ".", "", "link", "/", "\\", "b.zimu", "...", "~", "%2e%2e"]), max_size=8)
)
def test_whatever_is_let_in_lies_inside(tmp_path_factory: pytest.TempPathFactory, parts: list[str]) -> None:
    base = tmp_path_factory.mktemp("base").resolve()
    inside, outside = base / "in", base / "out"
    (inside / "a").mkdir(parents=True)
    outside.mkdir()
    (inside / "link").symlink_to(outside)
    folders = Folders([inside])
    try:
        found = folders.inside(f"{inside}/{'/'.join(parts)}")
    except SettingsError:
        return
    assert found == inside or inside in found.parents
    assert outside not in found.parents


@pytest.mark.parametrize(
    "name", ["NUL", "nul.zimu", "con", "COM1.txt", "LPT9", "aux .zimu", "film.zimu:stream", "COM¹"]
)
def test_windows_names_of_devices_and_streams_are_known(name: str) -> None:
    assert is_device(name)


@pytest.mark.parametrize("name", ["film.zimu", "console", "nullify.zimu", "COM10.txt", "片子", "a.nul", ""])
def test_ordinary_names_are_none(name: str) -> None:
    assert not is_device(name)
