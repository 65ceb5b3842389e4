"""All locks name the same versions: what is tested is what is frozen, and what runs in containers."""

from __future__ import annotations

import re

import pytest

from tests.installer.scripts import INSTALLER


def pins(name: str) -> dict[str, str]:
    text = (INSTALLER / "locks" / f"{name}.txt").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9][\w.-]*)==([^\s;]+)", text, re.M))


@pytest.mark.parametrize("name", ["installer", "cuda"])
def test_a_lock_holds_what_the_base_install_needs_in_the_same_version(name: str) -> None:
    base, found = pins("run"), pins(name)
    assert base.keys() <= found.keys()
    assert {key: found[key] for key in base} == base


def test_what_is_frozen_was_tested() -> None:
    tested, frozen = pins("test"), pins("installer")
    common = tested.keys() & frozen.keys()
    assert {"pyside6", "ctranslate2", "av", "onnxruntime"} <= common
    assert {key: frozen[key] for key in common} == {key: tested[key] for key in common}


def test_only_the_lock_for_gpus_brings_cublas() -> None:
    assert [name for name in ("run", "test", "installer", "cuda") if "nvidia-cublas-cu12" in pins(name)] == ["cuda"]
