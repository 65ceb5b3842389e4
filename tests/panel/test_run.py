"""A job from the panel: what is chosen is what is asked for, its progress is shown, its document is opened."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plugin_core import storage
from plugin_core.bridge import AudioRequest, AudioTrack, Sound
from plugin_core.document import Word
from plugin_core.pipeline import Job
from plugin_core.protocol import Chunk, Event, Finished, Note, Progress
from tests.panel.conftest import World, bridge, document, serving, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

STATE = "zimu.app.store.state"


class Worker:
    """A worker whose job waits to be let go in its middle."""

    def __init__(self) -> None:
        self.asked: list[Job] = []
        self.go = threading.Event()
        self.left = False

    def run(self, job: Job, verb: str = "run") -> Iterator[Event]:
        assert verb == "run"
        self.asked.append(job)
        try:
            yield Note("listen", "A starter pack is used.", "warning")
            yield Chunk(0, 900, "zh", (Word(0, 900, "你好"),))
            yield Progress("listen", 250, 1000, 95.0)
            while not self.go.wait(0.02):
                yield Progress("listen", 250, 1000, 95.0)
            path = Path(job.out) / f"{Path(job.source).stem}.zimu"
            storage.save(document(), path)
            yield Finished(document(), (str(path),))
        finally:
            self.left = True

    def close(self) -> None:
        self.go.set()


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    made = Worker()
    monkeypatch.setattr("plugin_core.serving.service.Worker", lambda patience: made)
    return made


@pytest.fixture
def world(film: Path, worker: Worker) -> Iterator[World]:
    """A timeline with in and out points and two audio tracks, the second switched off."""
    host = bridge()
    host.info = replace(host.info, mark_in=100, mark_out=2100)
    host.heard = Sound((AudioTrack(1, "Dialogue"), AudioTrack(2, "Music", enabled=False)))
    host.asked = []  # type: ignore[attr-defined]
    render = host.render_audio

    def rendered(request: AudioRequest, folder: Path):  # type: ignore[no-untyped-def]
        host.asked.append(request)  # type: ignore[attr-defined]
        return render(request, folder)

    host.render_audio = rendered  # type: ignore[method-assign]
    with serving(film, host) as made:
        yield made
        worker.go.set()


def ready(page: Page, world: World) -> Page:
    page.goto(world.address.panel_url)
    until(page, f"window.zimu && zimu.app && {STATE}.timeline && {STATE}.choices")
    return page


def begin(page: Page) -> None:
    """With the starter packs, the only ones that a test has."""
    page.evaluate("zimu.app.pages.make.packs.open = true")
    page.get_by_label("For speech").select_option(index=1)
    page.get_by_label("For translation").select_option(index=1)
    page.get_by_role("button", name="Make subtitles").click()


def test_what_is_chosen_is_what_is_asked_for(page: Page, world: World, worker: Worker) -> None:
    ready(page, world)
    assert not page.get_by_label("A2 · Music (switched off)").is_checked()
    page.get_by_label("From in to out: 00:04.0 – 01:24.0").check()
    page.get_by_label("A2 · Music (switched off)").check()
    page.get_by_label("Spoken language").select_option("zh")
    page.get_by_label("First language").select_option("en")
    page.get_by_label("Second language").select_option("zh")
    page.get_by_label("Rules").select_option("bbc")
    page.get_by_label("For children").check()
    page.get_by_label("Music and sounds").check()
    begin(page)
    until(page, f"{STATE}.current")
    worker.go.set()
    until(page, f"{STATE}.document")
    assert world.bridge.asked == [AudioRequest(100, 2100, (1, 2))]  # type: ignore[attr-defined]
    job = worker.asked[0]
    assert (job.languages, job.spoken, job.profile, job.children, job.events) == (
        ("en", "zh"), "zh", "bbc", True, ("sounds",),
    )  # fmt: skip
    assert job.speech_pack
    assert job.translation_pack


def test_a_cue_of_a_part_is_found_at_its_place_on_the_whole_timeline(page: Page, world: World, worker: Worker) -> None:
    ready(page, world)
    page.get_by_label("From in to out: 00:04.0 – 01:24.0").check()
    worker.go.set()
    begin(page)
    until(page, f"{STATE}.timeline.offset_ms === 4000")
    page.locator("[data-id=c00002]").click()
    for _ in range(100):
        if world.bridge.playhead:
            break
        page.wait_for_timeout(20)
    assert world.bridge.playhead == 4000 + document().cues[2].start


def test_progress_is_shown_and_the_document_opened_at_the_end(page: Page, world: World, worker: Worker) -> None:
    ready(page, world)
    begin(page)
    bar = page.get_by_role("progressbar")
    until(page, "document.querySelector('.meter').getAttribute('aria-valuenow') === '25'")
    assert bar.get_attribute("aria-valuetext") == "25 %, 1 min 35 s left, pieces heard: 1"
    assert page.get_by_text("A starter pack is used.").is_visible()
    assert page.get_by_role("button", name="Make subtitles").is_disabled()
    worker.go.set()
    page.locator(".cue").first.wait_for()
    assert page.get_by_role("tab", name="Cues").get_attribute("aria-selected") == "true"
    assert page.get_by_text("A starter pack is used.").is_visible()  # a warning stays until it is read
    page.get_by_role("button", name="Close").click()
    assert page.locator(".job").is_hidden()


def test_a_job_that_is_stopped_stops(page: Page, world: World, worker: Worker) -> None:
    ready(page, world)
    begin(page)
    until(page, f"{STATE}.current && {STATE}.jobs[{STATE}.current].heard")
    page.get_by_role("button", name="Stop").click()
    until(page, f"{STATE}.jobs[{STATE}.current].state === 'cancelled'")
    until(page, "document.querySelector('.said').textContent === 'Stopped.'")
    assert worker.left
    assert page.get_by_role("button", name="Make subtitles").is_enabled()


def test_without_a_track_nothing_is_begun(page: Page, world: World, worker: Worker) -> None:
    ready(page, world)
    page.get_by_label("A1 · Dialogue").uncheck()
    begin(page)
    page.get_by_text("Choose at least one audio track.").wait_for()
    assert worker.asked == []


def test_nobody_gets_a_starter_pack_without_choosing_it(page: Page, world: World, worker: Worker) -> None:
    ready(page, world)
    page.get_by_role("button", name="Make subtitles").click()
    page.get_by_text("Only starter models are installed.").wait_for()
    assert page.get_by_label("For speech").evaluate("select => select === document.activeElement")
    assert worker.asked == []


def test_the_panel_remembers_the_languages(page: Page, world: World, worker: Worker) -> None:
    ready(page, world)
    page.get_by_label("First language").select_option("en")
    page.get_by_label("Second language").select_option("")
    page.reload()
    until(page, f"window.zimu && zimu.app && {STATE}.choices")
    assert page.get_by_label("First language").input_value() == "en"
    assert page.get_by_label("Second language").input_value() == ""
