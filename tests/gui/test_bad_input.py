"""What a person meets who opens the wrong thing: a sentence, and everything that can still be done can be done."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app import Parts, build
from gui.jobs import State
from gui.player import Player
from gui.sound import Clock
from plugin_core import modelstore, storage
from plugin_core.document import Document
from tests.gui.test_jobs import SCRIPT
from tests.media_fixtures import AudioTrack, Recipe, VideoTrack, bursts, make


@dataclass(frozen=True)
class Acting:
    """A job for ``worker_script`` on *source*."""

    act: str
    source: str = ""
    device: str = "auto"

    def to_json(self) -> dict[str, Any]:
        return {"act": self.act}


@pytest.fixture
def parts(qapp: QApplication, qtbot: QtBot) -> Iterator[Parts]:
    made = build(qapp, worker=(sys.executable, "-X", "utf8", str(SCRIPT)), player=Player(output=lambda _: Clock()))
    qtbot.addWidget(made.window)
    made.window.show()
    yield made
    made.session.undo.setClean()
    made.window.close()


def opened(parts: Parts, path: Path, qtbot: QtBot) -> None:
    """Open *path* and let the film be looked at."""
    with qtbot.waitSignals([parts.player.media_changed, parts.player.media_changed], timeout=20_000):
        parts.window.open((path,))


def can_be_corrected(parts: Parts) -> None:
    """A cue can be put in where the film stands, written and undone."""
    parts.player.seek(500)
    parts.actions["cue.insert-after"].trigger()
    (cue,) = parts.session.document.cues
    assert cue.start <= parts.player.position < cue.end
    parts.session.undo.undo()
    assert parts.session.document.cues == ()


def test_sound_without_a_picture_has_its_waveform_and_says_why_it_is_dark(
    parts: Parts, qtbot: QtBot, tmp_path: Path
) -> None:
    sound = make(tmp_path / "radio.wav", Recipe([AudioTrack(bursts(3, [1]))]))
    opened(parts, sound, qtbot)
    panel = parts.window.panel
    qtbot.waitUntil(lambda: "has no picture" in panel.video._trouble, timeout=20_000)
    qtbot.waitUntil(lambda: not panel.waveform.source.busy, timeout=20_000)
    assert panel.waveform.source.peaks.duration >= 2900
    can_be_corrected(parts)


def test_a_picture_without_sound_is_shown_and_says_that_it_is_silent(
    parts: Parts, qtbot: QtBot, tmp_path: Path
) -> None:
    film = make(tmp_path / "silent.mp4", Recipe([], VideoTrack(50, size=(160, 90))))
    opened(parts, film, qtbot)
    panel = parts.window.panel
    qtbot.waitUntil(lambda: not panel.video.image.isNull(), timeout=20_000)
    qtbot.waitUntil(lambda: "no sound" in panel.waveform._trouble, timeout=20_000)
    can_be_corrected(parts)


def test_a_picture_nobody_can_decode_leaves_the_sound_to_work_with(parts: Parts, qtbot: QtBot, tmp_path: Path) -> None:
    film = make(tmp_path / "odd.mkv", Recipe([AudioTrack(bursts(2, [1]), codec="aac")], VideoTrack(50, size=(160, 90))))
    film.write_bytes(film.read_bytes().replace(b"V_MPEG4", b"V_ODDER"))  # a codec nobody knows
    opened(parts, film, qtbot)
    panel = parts.window.panel
    qtbot.waitUntil(lambda: bool(panel.video._trouble), timeout=20_000)
    assert film.name in panel.video._trouble
    qtbot.waitUntil(lambda: not panel.waveform.source.busy, timeout=20_000)
    assert panel.waveform.source.peaks.duration >= 1900
    can_be_corrected(parts)


def test_a_document_newer_than_the_program_is_refused_and_what_is_open_stays(
    parts: Parts, document: Document, tmp_path: Path
) -> None:
    old, new = tmp_path / "old.zimu", tmp_path / "new.zimu"
    storage.save(document, old)
    table = json.loads(old.read_text("utf-8"))
    new.write_text(json.dumps({**table, "zimu": table["zimu"] + 1}), "utf-8")
    parts.window.open((old,))
    parts.window.open((new,))
    assert "newer" in parts.window.panel.banner.text
    assert parts.session.path == old
    assert parts.session.document.cues == document.cues


def test_a_folder_that_cannot_be_written_loses_nothing_and_another_one_will_do(
    parts: Parts, document: Document, tmp_path: Path
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    parts.session.load(document, fresh=True)
    parts.window.stack.setCurrentWidget(parts.window.panel)
    parts.window.files.save_to(blocked / "film.zimu")
    assert "film.zimu" in parts.window.panel.banner.text
    assert not parts.session.clean
    assert parts.session.document.cues == document.cues
    parts.window.files.save_to(tmp_path / "film.zimu")
    assert parts.session.clean
    assert storage.load(tmp_path / "film.zimu").cues == document.cues


def test_a_pack_that_was_removed_is_named_and_the_person_stays_in_control(
    parts: Parts, qtbot: QtBot, tmp_path: Path
) -> None:
    film = make(tmp_path / "film.mp4", Recipe([AudioTrack(bursts(2, [1]), codec="aac")]))
    parts.store.change(speech_pack="whisper-small")
    opened(parts, film, qtbot)
    begin = parts.window.panel.begin
    assert "whisper-small" in begin.banner.text
    assert not begin.make.isEnabled()
    begin.form.pack.setCurrentIndex(begin.form.pack.findData("starter"))
    assert begin.make.isEnabled()


def test_a_pack_in_use_is_not_half_removed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = modelstore.packs_folder() / "small"
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"weights")
    pack = replace(modelstore.installed()[0], id="small", folder=folder)
    monkeypatch.setattr(modelstore, "find", lambda _: pack)

    def refused(self: Path, target: Path) -> Path:
        raise PermissionError(32, "It is used by another process")

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(PermissionError):
        modelstore.remove("small")
    assert (folder / "model.bin").read_bytes() == b"weights"


def test_a_worker_that_dies_three_times_keeps_the_cues_and_offers_the_processor(
    parts: Parts, qtbot: QtBot, tmp_path: Path
) -> None:
    film = make(tmp_path / "film.mp4", Recipe([AudioTrack(bursts(2, [1]), codec="aac")]))
    opened(parts, film, qtbot)
    panel = parts.window.panel
    job = panel.run(Acting("find-and-die", str(film)))
    qtbot.waitUntil(lambda: parts.jobs[job].state is State.FAILED, timeout=30_000)
    qtbot.waitUntil(lambda: len(parts.session.document.cues) == 1, timeout=20_000)
    assert "ended its worker process 3 times" in panel.banner.text
    assert not panel.on_cpu.isHidden()
    panel.on_cpu.click()
    assert parts.jobs[job].job.device == "cpu"
    qtbot.waitUntil(lambda: parts.jobs[job].state is State.FAILED, timeout=30_000)
    assert panel.on_cpu.isHidden()  # it was tried
    assert [cue.texts[0] for cue in parts.session.document.cues] == ["Hello"]
