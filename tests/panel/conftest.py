"""Chromium, the real server in a thread, a document of two languages, and the panel in a page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from plugin_core import server, storage
from plugin_core.document import Cue, Document, Mark
from plugin_core.host import RESOLVE, TimelineInfo
from plugin_core.plan.pushed import Where
from tests.hosts.model_bridge import ModelBridge
from tests.hosts.model_host import ModelHost

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PANEL = Path(__file__).parents[2] / "premiere_cep" / "panel"
CHROMIUM = os.environ.get("ZIMU_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")

# Texts of less contrast to what is behind them than WCAG 2.1 asks for (1.4.3: 4.5).
CONTRAST = """() => {
    const channel = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); };
    const parse = c => c.match(/[\\d.]+/g).map(Number);
    const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
    const ground = e => { for (; e; e = e.parentElement) {
        const c = parse(getComputedStyle(e).backgroundColor);
        if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
    const found = [];
    for (const e of document.querySelectorAll("#zimu *")) {
        const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
        const input = /^(INPUT|SELECT|TEXTAREA)$/.test(e.tagName) && !/checkbox|radio/.test(e.type);
        if (!(own || input) || !e.getClientRects().length) continue;
        const a = light(parse(getComputedStyle(e).color)), b = light(ground(e));
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 4.5) found.push([e.tagName, e.className, e.textContent.slice(0, 30), ratio.toFixed(2)]);
    }
    return found;
}"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without cookies or memories, as wide as a docked panel."""
    made = browser.new_context(viewport={"width": 420, "height": 760}, locale="en-GB", color_scheme="dark")
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose scripts may not fail: an error in one fails the test."""
    made = context.new_page()
    errors: list[str] = []
    made.on("pageerror", lambda error: errors.append(str(error)))
    yield made
    assert errors == []


def document(count: int = 12) -> Document:
    """*count* cues in zh and en, two seconds each, every fifth too fast to read; three marks."""
    cues = []
    for index in range(count):
        chinese, english = f"第{index + 1}句话：今天天气很好。", f"Line {index + 1}: the weather is fine today."
        if index % 5 == 4:
            english = f"Line {index + 1}: " + "this one is much too long to be read in the time that it is there, " * 2
        start = 1000 + index * 2500
        speaker = "李雷" if index % 2 else ""
        cues.append(Cue(f"c{index:05}", start, start + 2000, (chinese, english.strip()), speaker=speaker))
    marks = (
        Mark("m1", "music", 500, 4500, "欢快的音乐", (("mood", "cheerful"),)),
        Mark("m2", "sound", 6000, 6500, "Applause"),
        Mark("m3", "title", 9000, 9500, "Chapter one"),
    )
    return Document(languages=("zh", "en"), cues=tuple(cues), marks=marks)


@dataclass
class World:
    """A running server with a host at its side, and a document."""

    address: server.Address
    path: Path
    bridge: ModelBridge

    @property
    def document(self) -> Document:
        return storage.load(self.path)

    @property
    def url(self) -> str:
        return f"{self.address.panel_url}&document={self.path}"


def bridge() -> ModelBridge:
    """A timeline of ten minutes at 25 frames a second that starts at one hour."""
    info = TimelineInfo(name="Film 影片", start=90_000, duration=15_000)
    return ModelBridge(ModelHost(RESOLVE), info, place=Where("resolve", "p", "t"))


@contextmanager
def serving(path: Path, host: ModelBridge | None, **options: object) -> Iterator[World]:
    """The real server in a thread, until the block ends."""
    guard = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    there = threading.Event()
    told: list[server.Address] = []

    def ready(address: server.Address) -> None:
        told.append(address)
        there.set()

    bridges = {} if host is None else {"resolve": host}
    thread = threading.Thread(
        target=server.serve,
        kwargs={
            "bridges": bridges,
            "panel": PANEL,
            "folders": [path.parent],
            "parent": guard.pid,
            "ready": ready,
            **options,
        },
        daemon=True,
    )
    with patch.object(server, "_TICK", 0.05):  # how often it looks whether that process is alive
        thread.start()
        try:
            assert there.wait(20), "the server did not start"
            yield World(told[0], path, host or bridge())
        finally:
            guard.communicate(b"\n")  # the server ends with this process
            thread.join(20)
        assert not thread.is_alive(), "the server did not end"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """The document of a film."""
    path = tmp_path / "film.zimu"
    storage.save(document(), path)
    return path


@pytest.fixture
def world(film: Path) -> Iterator[World]:
    """The server with a model host."""
    with serving(film, bridge()) as made:
        yield made


def until(page: Page, truth: str, arg: object = None) -> None:
    """Wait until *truth* (an expression, or a function of *arg*) holds. Playwright's own way needs eval in the page."""
    for _ in range(600):
        if page.evaluate(truth, arg):
            return
        page.wait_for_timeout(20)
    pytest.fail(f"it never came about that {truth}")


def opened(page: Page, world: World, tab: str = "Cues") -> Page:
    """The panel with the document open, on *tab*."""
    page.goto(world.url)
    until(page, "window.zimu && zimu.app && zimu.app.store.state.document && zimu.app.store.state.timeline")
    page.get_by_role("tab", name=tab).click()
    return page
