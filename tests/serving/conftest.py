"""A server in a thread for each module, over a home of its own: starting one for every test would take minutes."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from plugin_core import server, storage
from plugin_core.bridge import Bridge
from plugin_core.document import Cue, Document
from plugin_core.serving.rates import Limits
from tests.serving.clients import PATIENCE

QUICK = Limits(keep=0.2, grace=0.2, patience=0.5, burst=5000, rate=5000)


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """As in the tests' root, but one for each module."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZIMU_HOME", str(folder))
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield folder


@contextmanager
def served(
    *, bridges: Mapping[str, Bridge] | None = None, limits: Limits = QUICK, home: Path | None = None, **more: Any
) -> Iterator[server.Address]:
    """A server in a thread, in a *home* of its own if that of the module is taken; ended at the end."""
    with pytest.MonkeyPatch.context() as patch:
        if home is not None:
            patch.setenv("ZIMU_HOME", str(home))
        with _served(dict(bridges or {}), limits, more) as address:
            yield address


@contextmanager
def _served(bridges: dict[str, Bridge], limits: Limits, more: dict[str, Any]) -> Iterator[server.Address]:
    found: list[server.Address] = []
    failed: list[BaseException] = []
    ready, stop = threading.Event(), threading.Event()

    def tell(address: server.Address) -> None:
        found.append(address)
        ready.set()

    def run() -> None:
        try:
            server.serve(bridges=bridges, limits=limits, ready=tell, stop=stop, **more)
        except BaseException as error:
            failed.append(error)
            ready.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    if failed:
        raise failed[0]
    try:
        yield found[0]
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()
    if failed:
        raise failed[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the user allowed."""
    return tmp_path_factory.mktemp("project").resolve()


@pytest.fixture(scope="module")
def address(home: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Address]:
    """A server with a panel and no host."""
    panel = tmp_path_factory.mktemp("panel")
    (panel / "index.html").write_text("<!doctype html><title>Zimu</title>", encoding="utf-8")
    with served(panel=panel, folders=[folder]) as found:
        yield found


@pytest.fixture
def document() -> Document:
    """Five cues in two languages."""
    cues = tuple(
        Cue(f"c{place}", place * 4000, place * 4000 + 2500, (f"Good morning {place}", f"早上好{place}"))
        for place in range(5)
    )
    return Document(languages=("en", "zh"), cues=cues)


@pytest.fixture
def path(folder: Path, document: Document, request: pytest.FixtureRequest) -> Path:
    """A document on disk in the allowed folder, one for each test."""
    found = folder / f"{abs(hash(request.node.nodeid)):x}.zimu"
    storage.save(document, found)
    return found
