"""The panel as a UXP plugin, over a fake of Adobe's UXP; that the names are Adobe's is checked in tests/hosts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from plugin_core import server
from premiere_cep.package import package, uxp_contents
from tests.panel.conftest import World, serving, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

STATE = "zimu.app.store.state"
FAKE = (Path(__file__).parent / "fake_uxp.js").read_text("utf-8")


@pytest.fixture
def served(film: Path) -> Iterator[World]:
    with serving(film, None) as world:
        yield world


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    return package(tmp_path / "packages")[1]


def shown(page: Page, plugin: Path, **given: Any) -> Page:
    files = {}
    if server.discovery_file().exists():
        files["/Users/x/Library/Application Support/zimu/server.json"] = server.discovery_file().read_text()
    values = {"guid": True, "locale": "en_US", "files": files, **given}
    page.add_init_script(f"window.given = {json.dumps(values)};\n{FAKE}")
    page.goto(f"{plugin.as_uri()}/index.html")
    return page


def put(page: Page, world: World) -> dict[str, Any]:
    until(page, f"window.zimu && zimu.app && {STATE}.timeline")
    page.evaluate("path => zimu.app.open(path, true)", str(world.path))
    until(page, f"{STATE}.document")
    count = page.evaluate(f"Object.keys({STATE}.jobs).length")
    page.get_by_role("tab", name="Timeline").click()
    page.get_by_role("button", name="Put", exact=True).click()
    until(
        page, f"n => Object.keys({STATE}.jobs).length > n && {STATE}.jobs[{STATE}.current].state === 'finished'", count
    )
    report: dict[str, Any] = page.evaluate(f"{STATE}.report")
    return report


MARKERS = "fake.list.map(m => [m.own.name, Math.round(m.own.start.seconds * 25), m.own.colour])"


@pytest.mark.parametrize("guid", [True, False], ids=["26.3", "25.6"])
def test_markers_are_put_and_captions_refused_with_what_to_do(
    page: Page, plugin: Path, served: World, guid: bool
) -> None:
    shown(page, plugin, guid=guid)
    report = put(page, served)
    assert sorted(name for name, _, _ in page.evaluate(MARKERS)) == ["Applause", "Chapter one", "欢快的音乐"]
    assert sorted(frame for _, frame, _ in page.evaluate(MARKERS)) == [13, 150, 225]
    assert len(report["failed"]) == 3
    assert all("UXP" in failure["why"] and ".srt" in failure["why"] for failure in report["failed"])
    assert page.evaluate("fake.undo.length") >= 3


@pytest.mark.parametrize("guid", [True, False], ids=["26.3", "25.6"])
def test_a_second_push_changes_no_marker(page: Page, plugin: Path, served: World, guid: bool) -> None:
    shown(page, plugin, guid=guid)
    put(page, served)
    before, steps = page.evaluate(MARKERS), page.evaluate("fake.undo.length")
    put(page, served)
    assert (page.evaluate(MARKERS), page.evaluate("fake.undo.length")) == (before, steps)


@pytest.mark.parametrize("guid", [True, False], ids=["26.3", "25.6"])
def test_a_marker_that_moved_in_the_document_moves_on_the_timeline(
    page: Page, plugin: Path, served: World, guid: bool
) -> None:
    from dataclasses import replace

    from plugin_core import storage

    shown(page, plugin, guid=guid)
    put(page, served)
    document = served.document
    marks = tuple(
        replace(mark, start=20_000, end=20_500, text="Later") if mark.id == "m2" else mark for mark in document.marks
    )
    storage.save(replace(document, marks=tuple(sorted(marks, key=lambda mark: mark.start))), served.path)
    put(page, served)
    assert ["Later", 500] in [row[:2] for row in page.evaluate(MARKERS)]
    assert page.evaluate("fake.list.length") == 3


def test_a_refused_transaction_is_an_error(page: Page, plugin: Path, served: World) -> None:
    shown(page, plugin, refuses=True)
    report = put(page, served)
    assert len(report["failed"]) == 6
    assert page.evaluate("fake.list.length") == 0


def test_a_transcript_goes_to_the_clip_of_its_media(page: Page, plugin: Path, served: World) -> None:
    shown(page, plugin)
    until(page, f"window.zimu && zimu.app && {STATE}.timeline")
    page.evaluate("given.files['/t.json'] = JSON.stringify({language: 'en-us', segments: [], speakers: []})")
    call = "values => new Promise(done => zimu.app.adapter.call('put_transcript', values, done))"
    assert page.evaluate(call, {"path": "/t.json", "media": "/films/film.mp4"}) == {"result": {}}
    assert page.evaluate("fake.transcripts['/films/film.mp4'].language") == "en-us"
    said = page.evaluate(call, {"path": "/t.json", "media": "/films/other.mp4"})
    assert said["error"]["code"] == "host.no-clip"


def test_a_transcript_file_is_chosen_and_imported_with_one_button(page: Page, plugin: Path, served: World) -> None:
    shown(page, plugin, picked="/t.json")
    until(page, f"window.zimu && zimu.app && {STATE}.timeline")
    page.evaluate("given.files['/t.json'] = JSON.stringify({language: 'cmn-hans', segments: [], speakers: []})")
    page.get_by_role("tab", name="Timeline").click()
    page.get_by_role("button", name="Import a transcript").click()
    until(page, "fake.transcripts['/films/film.mp4']")


def test_the_timeline_and_its_sound_are_read(page: Page, plugin: Path, served: World) -> None:
    shown(page, plugin)
    until(page, f"window.zimu && zimu.app && {STATE}.timeline")
    timeline = page.evaluate(f"{STATE}.timeline")
    assert (timeline["start"], timeline["duration_ms"], timeline["mark_in_ms"]) == ("01:00:00:00", 600_000, None)
    assert [track["enabled"] for track in timeline["audio_tracks"]] == [True, False]
    page.evaluate("zimu.app.goto(2000, true)")
    until(page, "fake.player !== '0'")
    assert int(page.evaluate("fake.player")) == 2 * 254_016_000_000


def test_the_sequences_are_told_and_one_is_opened(page: Page, plugin: Path, served: World) -> None:
    shown(page, plugin)
    until(page, f"window.zimu && zimu.app && {STATE}.timeline")
    call = "([verb, values]) => new Promise(done => zimu.app.adapter.call(verb, values, done))"
    said = page.evaluate(call, ["timelines", {}])["result"]
    assert (said["open"], [one["name"] for one in said["timelines"]]) == ("seq-1", ["UXP film", "第二集"])
    assert page.evaluate(call, ["open_timeline", {"timeline": "seq-2"}]) == {"result": {"name": "第二集"}}
    assert page.evaluate(call, ["where", {}])["result"]["sequence"] == "seq-2"
    assert page.evaluate(call, ["open_timeline", {"timeline": "x"}])["error"]["code"] == "host.unknown-timeline"


def test_what_is_not_there_is_said(page: Page, plugin: Path, served: World) -> None:
    shown(page, plugin, closed=True)
    page.get_by_text("No timeline of this project is open").wait_for()
    assert page.evaluate(f"{STATE}.problem") is None
    call = "verb => new Promise(done => zimu.app.adapter.call(verb, {}, done))"
    assert page.evaluate(call, "constructor")["error"]["code"] == "host.request"
    assert page.evaluate(call, "export_audio")["error"]["hint"]


def test_without_a_server_the_plugin_says_how_to_start_it(page: Page, plugin: Path) -> None:
    shown(page, plugin, locale="zh_CN")
    page.get_by_text("请在终端运行：zimu serve").wait_for()


def test_the_manifest_asks_for_loopback_only_and_names_files_that_are_there() -> None:
    files = uxp_contents()
    manifest = json.loads(files["manifest.json"])
    assert (manifest["manifestVersion"], manifest["host"]) == (5, {"app": "premierepro", "minVersion": "25.6.0"})
    assert manifest["requiredPermissions"]["network"]["domains"] == ["ws://localhost", "ws://127.0.0.1"]
    icons = [icon["path"] for entry in manifest["entrypoints"] for icon in entry["icons"]]
    assert {manifest["main"], *icons} <= set(files)
