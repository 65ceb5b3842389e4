"""What a person prefers survives the program, and no file can break it."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.preferences import GROUPS, Preferences, PreferenceStore
from plugin_core.errors import DocumentError


def test_what_was_set_is_there_the_next_time(qtbot: QtBot, home: Path) -> None:
    store = PreferenceStore()
    with qtbot.waitSignal(store.changed) as heard:
        store.change(language="zh_CN", languages=("en", "zh"), threads=3, keys=(("cue.join", "Ctrl+J"),))
    assert heard.args == [Preferences(), store.value]
    assert PreferenceStore().value == store.value
    assert store.path == home / "preferences.json"


def test_the_same_again_is_no_change(qtbot: QtBot) -> None:
    store = PreferenceStore()
    with qtbot.assertNotEmitted(store.changed):
        store.set(Preferences())
    assert not store.path.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '"x"', "\x00"])
def test_a_damaged_file_is_kept_aside_and_the_defaults_hold(text: str, home: Path) -> None:
    (home / "preferences.json").write_text(text)
    store = PreferenceStore()
    assert store.value == Preferences()
    assert store.ignored == ("preferences.json",)
    assert (home / "preferences.damaged.json").read_text() == text


def test_only_what_cannot_be_used_is_left_out(home: Path) -> None:
    table = {"threads": 2, "children": "yes", "tomorrow": 1, "languages": ["zh"]}
    (home / "preferences.json").write_text(json.dumps(table))
    store = PreferenceStore()
    assert store.value == Preferences(threads=2, languages=("zh",))
    assert store.ignored == ("children", "tomorrow")


def test_a_folder_that_cannot_be_written_is_said_and_the_change_still_holds(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = PreferenceStore(tmp_path / "file" / "preferences.json")
    with pytest.raises(DocumentError, match="could not be written"):
        store.change(threads=2)
    assert store.value.threads == 2


def test_a_job_starts_with_what_is_preferred(tmp_path: Path) -> None:
    preferred = Preferences(profile="bbc", languages=("en",), threads=2, language="zh_CN", source="modelscope")
    job = preferred.job(tmp_path / "film.mp4", threads=4)
    assert (job.source, job.profile, job.languages, job.threads) == (str(tmp_path / "film.mp4"), "bbc", ("en",), 4)


def test_every_preference_with_a_label_is_in_a_group_that_exists() -> None:
    groups = {one.metadata["group"] for one in fields(Preferences) if one.metadata}
    assert groups == set(GROUPS)
