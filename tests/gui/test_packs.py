"""Packs: what is here and what can be had is listed as it is, and nothing is installed or removed unasked."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui import packs
from gui.packs import PacksDialog
from plugin_core import download, modelstore
from plugin_core.catalog import Entry
from plugin_core.errors import ModelError
from plugin_core.protocol import Note, Progress

SAYS = (sys.executable, "-c", 'print(\'{"device": "cpu int8: no CUDA device was found", "cores": "2"}\')')


@pytest.fixture
def dialog(qtbot: QtBot) -> PacksDialog:
    made = PacksDialog(doctor=SAYS)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def own_pack(starter: Path, tmp_path: Path) -> Path:
    """A pack to bring along: the starter sounds under another name."""
    folder = tmp_path / "mine"
    shutil.copytree(starter / "sounds", folder)
    table = (folder / "pack.toml").read_text("utf-8")
    table = table.replace('id = "starter-sounds"', 'id = "my-sounds"').replace('"starter"', '"production"')
    (folder / "pack.toml").write_text(table, "utf-8")
    return folder


def ids(dialog: PacksDialog, *, installed: bool) -> set[str]:
    return {row.pack.id for row in packs.rows() if row.installed is installed}


def test_every_pack_that_is_here_or_can_be_had_is_listed(dialog: PacksDialog) -> None:
    assert dialog.list.topLevelItemCount() == len(packs.rows())
    assert "starter-speech-zh-en" in ids(dialog, installed=True)
    assert "whisper-small" in ids(dialog, installed=False)


def test_the_licence_is_shown_before_a_download_can_begin(dialog: PacksDialog) -> None:
    dialog.choose("whisper-small")
    assert dialog.chosen is not None
    assert f"Licence: {dialog.chosen.pack.licence}" in dialog.details.text()
    assert dialog.pull.isEnabled()
    assert not dialog.drop.isEnabled()


def test_a_starter_pack_can_be_neither_pulled_nor_removed(dialog: PacksDialog) -> None:
    dialog.choose("starter-speech-zh-en")
    assert not dialog.pull.isEnabled()
    assert not dialog.drop.isEnabled()


def test_a_pack_is_brought_from_a_folder_checked_and_removed_again(
    dialog: PacksDialog, own_pack: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(dialog.changed):
        dialog.bring_in(own_pack)
    assert "my-sounds" in ids(dialog, installed=True)
    assert "is installed" in dialog.banner.text
    with qtbot.waitSignal(dialog.changed):
        dialog.verify()
    assert dialog.banner.text == "Every file of every pack is as it should be."
    dialog.choose("my-sounds")
    with qtbot.waitSignal(dialog.changed):
        dialog.remove_chosen()
    assert "my-sounds" not in ids(dialog, installed=True)


def test_a_damaged_pack_is_named_when_it_is_verified(dialog: PacksDialog, own_pack: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.changed):
        dialog.bring_in(own_pack)
    model = next(path for path in modelstore.find("my-sounds").folder.iterdir() if path.suffix == ".onnx")
    model.write_bytes(b"broken")
    with qtbot.waitSignal(dialog.changed):
        dialog.verify()
    assert model.name in dialog.banner.text


def test_a_file_that_is_no_pack_is_refused_with_a_sentence(dialog: PacksDialog, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "notes.zip").write_text("no zip")
    before = ids(dialog, installed=True)
    with qtbot.waitSignal(dialog._work.failed):
        dialog.bring_in(tmp_path / "notes.zip")
    assert "is not a pack" in dialog.banner.text
    assert ids(dialog, installed=True) == before


def test_a_download_shows_its_progress_and_asks_the_server_that_is_preferred(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str, str]] = []

    def pull(wanted: Entry, *, endpoint: str = "", source: str = "") -> Iterator[Progress | Note]:
        asked.append((wanted.id, endpoint, source))
        yield Progress("pull", 5, 10, 61)
        yield Note("pull", "installed")

    monkeypatch.setattr(download, "pull", pull)
    dialog = PacksDialog(source="modelscope", mirror="https://mirror.example", doctor=SAYS)
    qtbot.addWidget(dialog)
    dialog.choose("whisper-small")
    shown: list[int] = []
    dialog.progress.valueChanged.connect(shown.append)
    with qtbot.waitSignal(dialog.changed):
        dialog.pull_chosen()
    assert asked == [("whisper-small", "https://mirror.example", "modelscope")]
    assert 500 in shown


def test_strict_offline_is_said_instead_of_a_download(dialog: PacksDialog, qtbot: QtBot) -> None:
    dialog.choose("whisper-small")
    with qtbot.waitSignal(dialog._work.failed) as failed:
        dialog.pull_chosen()
    assert isinstance(failed.args[0], ModelError)
    assert dialog.banner.text


def test_which_device_is_used_and_why_is_told_by_another_process(dialog: PacksDialog, qtbot: QtBot) -> None:
    dialog.open()
    qtbot.waitUntil(lambda: "no CUDA device was found" in dialog.device.text())
    assert "cores: 2" in dialog.device.text()


def test_a_doctor_that_fails_is_no_failure_of_the_dialog(qtbot: QtBot) -> None:
    dialog = PacksDialog(doctor=(sys.executable, "-c", "print(1)"))
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitUntil(lambda: "could not be found out" in dialog.device.text())
