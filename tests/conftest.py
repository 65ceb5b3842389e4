"""Shared fixtures. Media and packs are synthesised here; the shared data folder is optional."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# No test fails because a machine is busy or because of its seed: red means a change. ZIMU_EXPLORE=1 looks further.
settings.register_profile("zimu", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=400)
settings.load_profile("explore" if os.environ.get("ZIMU_EXPLORE") else "zimu")

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("ZIMU_SHARED", ROOT.parent / "shared")) / "data"


@pytest.fixture
def shared() -> Path:
    """The shared test data; a test that uses it is marked ``shared``."""
    if not SHARED.is_dir():
        pytest.skip("the shared test data is not on this machine")
    return SHARED


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh home: no test reads or writes the user's own packs, caches, memory or settings."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("ZIMU_HOME", str(folder))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return folder


@pytest.fixture
def starter() -> Path:
    """The folder of the embedded packs."""
    return ROOT / "models" / "starter"


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The index of every frame that the decoder of films gave."""
    from plugin_core import frames

    counted: list[int] = []
    real = frames._decoded

    def counting(*arguments: Any) -> Iterator[object]:
        for picture in real(*arguments):
            counted.append(len(counted))
            yield picture

    monkeypatch.setattr(frames, "_decoded", counting)
    return counted
