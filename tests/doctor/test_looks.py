"""Each look sees what it is there to see; every problem is made here."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import sys
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plugin_core import __version__, modelstore, server
from plugin_core.doctor import connecting, device, keeping, logs, program, reading
from plugin_core.doctor.findings import Finding
from plugin_core.engines import devices
from plugin_core.errors import SettingsError


def seen(found: Iterator[Finding]) -> dict[str, Finding]:
    return {one.name: one for one in found}


# -- the program -----------------------------------------------------------------------------------


def test_a_whole_program_is_in_order() -> None:
    found = seen(program.look())
    assert set(found) == {"program.version"}
    assert f"Zimu {__version__} runs with Python" in found["program.version"].message


def test_a_part_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = {"ctranslate2", "PySide6"}
    monkeypatch.setattr(program, "find_spec", lambda name: None if name in absent else object())
    found = seen(program.look())
    assert found["program.parts"].message == "Parts that Zimu needs are missing: ctranslate2."
    assert found["program.desktop"].state == "note"


def test_a_frozen_build_is_no_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert "as a build of its own" in program.how()[0]


def test_a_locale_without_chinese_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "ascii")
    assert "ascii" in seen(program.look())["program.encoding"].message


# -- the device ------------------------------------------------------------------------------------


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """CTranslate2 finds a graphics card."""
    monkeypatch.setattr(devices, "supported_types", lambda name: frozenset({"int8", "int8_float16", "float32"}))
    monkeypatch.setattr(devices, "gpu_name", lambda: "Card 5")


def test_without_a_card_it_says_why_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "graphics_card", lambda: "")
    monkeypatch.setattr(devices, "supported_types", lambda name: frozenset({"int8"}) if name == "cpu" else frozenset())
    found = seen(device.look())
    assert set(found) == {"device.cpu"}
    assert "no CUDA device was found" in found["device.cpu"].message


def test_a_card_that_cannot_be_used_is_a_problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 'GPU 0: Card 5 (UUID: GPU-1)'\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(devices, "supported_types", lambda name: frozenset({"int8"}) if name == "cpu" else frozenset())
    found = seen(device.look())
    assert found["device.driver"].state == "problem"
    assert "(Card 5)" in found["device.driver"].message


def test_a_card_with_cublas_is_in_order(gpu: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "loaded", lambda: "/usr/lib/libcublas.so.12")
    found = seen(device.look())
    assert {one.state for one in found.values()} == {"ok"}
    assert "Card 5" in found["device.cuda"].message
    assert "/usr/lib/libcublas.so.12" in found["device.cublas"].message


def test_cublas_that_pip_put_aside_is_found_there(gpu: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    library = tmp_path / "nvidia/cublas/lib" / device.LIBRARY
    library.parent.mkdir(parents=True)
    library.touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(device, "LIBRARY", library.name)
    monkeypatch.setattr(ctypes, "CDLL", refuse)
    assert str(library.parent) in seen(device.look())["device.cublas-aside"].message


def test_cublas_that_is_nowhere_is_a_problem(gpu: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", refuse)
    monkeypatch.setattr(device, "installed_aside", lambda: "")
    assert seen(device.look())["device.cublas-missing"].state == "problem"


def refuse(name: str) -> None:
    raise OSError(f"{name}: cannot open shared object file")


def test_a_library_that_loads_is_found_where_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux tells")
    monkeypatch.setattr(device, "LIBRARY", "libm.so.6")
    assert Path(device.loaded()).name == "libm.so.6"
    assert Path(device.loaded()).is_absolute()


# -- what can be read ------------------------------------------------------------------------------


def test_every_usual_kind_can_be_read_and_one_that_cannot_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(seen(reading.look())) == {"media.codecs"}
    monkeypatch.setitem(reading.DECODERS, "no-such-decoder", "Odd One")
    assert seen(reading.look())["media.lacking"].message == "This build of PyAV cannot read Odd One."


# -- folders, disk, settings, packs ----------------------------------------------------------------


def test_a_home_that_is_not_there_yet_is_in_order_and_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZIMU_HOME", str(tmp_path / "a/b"))
    assert set(seen(keeping.folders())) == {"folders.writable"}
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_is_named(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    def only_here(**where: Path) -> Any:
        if where["dir"] == home:
            raise PermissionError(errno.EACCES, "Permission denied")
        return open(os.devnull)  # noqa: PTH123

    monkeypatch.setattr(keeping.tempfile, "TemporaryFile", only_here)
    found = seen(keeping.folders())["folders.refused"]
    assert str(home) in found.message
    assert "Permission denied" in found.message_zh


@pytest.mark.parametrize(("free", "name"), [(1e11, "disk.room"), (3e9, "disk.little"), (1e8, "disk.full")])
def test_the_room_on_the_disk_is_told(monkeypatch: pytest.MonkeyPatch, free: float, name: str) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(0, 0, free))
    assert set(seen(keeping.disk())) == {name}


@pytest.mark.parametrize(("text", "damaged"), [("{}", False), ("{", True), ("[]", True)])
def test_settings_that_cannot_be_read_are_told(home: Path, text: str, damaged: bool) -> None:
    assert seen(keeping.app_settings()) == {}
    (home / "preferences.json").write_text(text)
    assert ("settings.damaged" in seen(keeping.app_settings())) is damaged


@pytest.fixture
def own_pack(starter: Path, home: Path) -> Path:
    """A pack of this user's: the starter sounds under another name."""
    folder = home / "packs" / "my-sounds"
    shutil.copytree(starter / "sounds", folder)
    text = (folder / "pack.toml").read_text("utf-8").replace('id = "starter-sounds"', 'id = "my-sounds"')
    (folder / "pack.toml").write_text(text, "utf-8")
    return folder


def test_whole_packs_are_counted_and_what_is_missing_is_a_note(own_pack: Path) -> None:
    found = seen(keeping.packs(thorough=False))
    assert str(len(modelstore.installed())) in found["packs.whole"].message
    assert {name: one.state for name, one in found.items() if name != "packs.whole"} == {
        "packs.speech": "note", "packs.translation": "note",
    }  # fmt: skip


def test_a_quick_look_weighs_a_pack_and_a_thorough_one_reads_it(own_pack: Path) -> None:
    model = next(path for path in own_pack.iterdir() if path.suffix == ".onnx")
    data = model.read_bytes()
    model.write_bytes(bytes(len(data)))
    assert "packs.damaged" not in seen(keeping.packs(thorough=False))
    assert model.name in seen(keeping.packs(thorough=True))["packs.damaged"].message
    model.write_bytes(data[:-1])
    assert model.name in seen(keeping.packs(thorough=False))["packs.damaged"].message
    (own_pack / "pack.toml").write_text("schema = 99")
    assert "not written for this Zimu" in seen(keeping.packs(thorough=False))["packs.damaged"].message


# -- connections -----------------------------------------------------------------------------------


def test_the_network_is_told_as_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "network.offline" in seen(connecting.look())
    monkeypatch.delenv("HF_HUB_OFFLINE")
    assert "network.quiet" in seen(connecting.look())


def test_a_server_that_runs_is_told_and_one_of_another_version_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    for version, names in ((__version__, {"server.running"}), ("0.0.1", {"server.running", "server.version"})):
        address = server.Address(4321, "secret-token", 99, version)
        monkeypatch.setattr(server, "running", lambda address=address: address)
        found = seen(connecting.server())
        assert set(found) == names
        assert "4321" in found["server.running"].message
        assert "secret-token" not in str(found)


def test_a_server_that_was_killed_is_a_problem_and_so_is_a_key_that_others_can_read(home: Path) -> None:
    assert set(seen(connecting.server())) == {"server.idle"}
    file = server.discovery_file()
    file.write_text(json.dumps({"port": 1, "token": "t", "pid": 999_999_999, "zimu": "0"}))
    file.chmod(0o600)
    assert set(seen(connecting.server())) == {"server.left-behind"}
    file.chmod(0o644)
    assert "server.token" in seen(connecting.server())


def test_a_machine_that_lets_nothing_listen_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> None:
        raise SettingsError("server.port", "No port of this machine can be used: not permitted.", "")

    monkeypatch.setattr(server, "_listening", refused)
    assert "not permitted" in seen(connecting.server())["server.port"].message


# -- the log ---------------------------------------------------------------------------------------

LOG = """something was said
Traceback (most recent call last):
  File "/home/anna/zimu/plugin_core/engines/speech.py", line 120, in transcribe
    segments = model(audio)
  File "/usr/lib/python3/site-packages/ctranslate2/models.py", line 5, in generate
RuntimeError: CUDA failed with error out of memory
Traceback (most recent call last):
  File "C:\\Users\\anna\\zimu\\plugin_core\\media.py", line 7, in probe
av.error.InvalidDataError: [Errno 1] Invalid data found: '/home/anna/Secret film.mp4'
plugin_core.errors.ModelError: The pack Annas voice.toml is not here
"""


def test_the_last_errors_are_told_by_kind_and_place_and_name_no_file() -> None:
    assert list(logs.errors_in(LOG)) == [
        "RuntimeError: CUDA failed with error out of memory (plugin_core/engines/speech.py:120)",
        "InvalidDataError (plugin_core/media.py:7)",
        "ModelError",
    ]


def test_only_the_end_of_the_log_is_read(home: Path) -> None:
    assert seen(logs.look()) == {}
    (home / "logs").mkdir()
    file = home / "logs/worker.log"
    file.write_text("all is well\n")
    assert set(seen(logs.look())) == {"log.clean"}
    file.write_text("OldError: long ago\n" + "x" * logs.TAIL + "\n" + "".join(f"NewError: {n}\n" for n in range(9)))
    said = seen(logs.look())["log.errors"].message
    assert "OldError" not in said
    assert said.count("NewError") == logs.MOST
