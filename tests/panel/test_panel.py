"""The panel in a tab of Chromium, on the real server with a host at its side."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from unittest.mock import patch

import pytest

from plugin_core import storage
from plugin_core.errors import HostError
from plugin_core.host import RESOLVE, Marker, Operation, PutMarker, TimelineInfo
from plugin_core.plan.pushed import Where
from plugin_core.timelines import place_of
from tests.hosts.model_host import ModelHost
from tests.panel.conftest import CONTRAST, World, bridge, document, opened, serving, until
from tests.serving.clients import Panel

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

STATE = "zimu.app.store.state"


def text_of(world: World, cue: str, column: int) -> str:
    return next(one.texts[column] for one in world.document.cues if one.id == cue)


def pushed(page: Page) -> None:
    """Push and wait for the report."""
    before = page.evaluate(f"{STATE}.jobs && Object.keys({STATE}.jobs).length")
    page.get_by_role("button", name="Put", exact=True).click()
    until(
        page,
        f"n => Object.keys({STATE}.jobs).length > n && {STATE}.jobs[{STATE}.current].state === 'finished'",
        arg=before,
    )


def headline(page: Page) -> str:
    return page.locator(".report h2").inner_text()


# -- push, correct, push again ---------------------------------------------------------------------


def test_push_correct_push_again(page: Page, world: World) -> None:
    opened(page, world, "Timeline")
    pushed(page)
    assert headline(page) == "It is on the timeline."
    assert len(world.bridge.host.markers) == 3
    assert sorted(track.key for track in world.bridge.host.tracks) == ["en", "zh", "zh-en"]

    pushed(page)
    assert headline(page) == "Nothing had to be done."

    page.get_by_role("tab", name="Cues").click()
    page.locator("[data-id=c00001]").dblclick()
    page.get_by_role("textbox", name="English").fill("Corrected by hand.")
    page.get_by_role("button", name="Save", exact=True).click()
    until(page, f"{STATE}.document.can_undo")
    assert text_of(world, "c00001", 1) == "Corrected by hand."

    page.get_by_role("tab", name="Timeline").click()
    pushed(page)
    assert headline(page) == "It is on the timeline."
    shown = {track.key: [caption.text for caption in track.captions] for track in world.bridge.host.tracks}
    assert "Corrected by hand." in shown["en"]


def test_a_correction_is_saved_before_it_is_put(page: Page, world: World) -> None:
    opened(page, world)
    page.locator("[data-id=c00000]").dblclick()
    page.get_by_role("textbox", name="English").fill("Still being written")
    page.get_by_role("tab", name="Timeline").click()
    pushed(page)
    assert text_of(world, "c00000", 1) == "Still being written"
    assert any(
        "Still being written" in caption.text for track in world.bridge.host.tracks for caption in track.captions
    )


def test_what_both_sides_changed_is_asked_about_and_done_as_answered(page: Page, world: World) -> None:
    opened(page, world, "Timeline")
    pushed(page)
    host = world.bridge.host
    host.markers = [
        Marker(m.key, m.frame, m.frames, "Their name", m.note, m.colour) if m.key == "m2" else m for m in host.markers
    ]
    changed = storage.load(world.path)
    marks = tuple(type(m)(m.id, m.kind, m.start, m.end, "Our name") if m.id == "m2" else m for m in changed.marks)
    storage.save(type(changed)(changed.media, changed.languages, changed.cues, marks), world.path)

    pushed(page)
    assert headline(page) == "Some things were changed on both sides."
    apply = page.get_by_role("button", name="Do it so")
    assert apply.is_disabled()
    page.get_by_label("Zimu's: Our name").check()
    apply.click()
    until(page, f"{STATE}.report.conflicts.length === 0")
    assert "Our name" in {marker.name for marker in host.markers}
    assert "Their name" not in {marker.name for marker in host.markers}


def test_the_users_own_items_stay_and_are_counted(page: Page, world: World) -> None:
    world.bridge.host.markers.append(Marker("", 14_000, 1, "Mine"))
    opened(page, world, "Timeline")
    pushed(page)
    page.get_by_role("button", name="Remove ours").click()
    page.get_by_role("button", name="Cancel").click()
    assert len(world.bridge.host.markers) == 4
    page.get_by_role("button", name="Remove ours").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    until(page, f"{STATE}.report.verb === 'unpush'")
    assert [marker.name for marker in world.bridge.host.markers] == ["Mine"]
    assert world.bridge.host.tracks == []


def test_of_two_programs_the_page_works_on_the_one_that_it_was_opened_for(page: Page, world: World) -> None:
    with Panel(world.address, host="premiere", panel="p"):
        page.goto(world.url)
        until(page, f"window.zimu && zimu.app && {STATE}.document && !{STATE}.busy")
        assert page.evaluate(f"{STATE}.timeline") is None
        page.goto(f"{world.url}&host=resolve")
        page.reload()
        until(page, f"window.zimu && zimu.app && {STATE}.timeline")
        assert page.evaluate(f"{STATE}.timeline.name") == "Film 影片"
        assert page.evaluate(f"{STATE}.host") == "resolve"


# -- which timeline --------------------------------------------------------------------------------


def more(world: World, *names: str) -> None:
    """More timelines of the project, with the ids t2, t3, ..."""
    for name in names:
        key = f"t{len(world.bridge.project) + 1}"
        world.bridge.project[key] = ModelHost(RESOLVE), TimelineInfo(name=name, duration=250)


def which(page: Page) -> tuple[str, list[str]]:
    """What the list of timelines shows as chosen, and all of it."""
    select = page.get_by_label("Of this project")
    return select.evaluate("e => e.selectedOptions[0].textContent"), select.locator("option").all_inner_texts()


def shows(page: Page, key: str) -> None:
    """Wait until the timeline of this id is shown as the open one."""
    until(page, f"key => {STATE}.timeline && {STATE}.timeline.id === key && !{STATE}.busy", key)


def test_the_timelines_of_the_project_are_listed_and_another_one_is_opened(page: Page, world: World) -> None:
    more(world, "第二集", "Cut", "Cut")
    opened(page, world, "Make")
    assert which(page) == ("Film 影片 · open", ["Film 影片 · open", "第二集", "Cut (1)", "Cut (2)"])
    page.get_by_label("Of this project").select_option("第二集")
    shows(page, "t2")
    assert world.bridge.where().timeline == "t2"
    assert which(page) == ("第二集 · open", ["Film 影片", "第二集 · open", "Cut (1)", "Cut (2)"])
    page.get_by_role("tab", name="Timeline").click()
    assert page.get_by_text("Timeline: 第二集").is_visible()
    pushed(page)
    assert [len(host.markers) for host, _ in world.bridge.project.values()] == [0, 3, 0, 0]


def test_a_timeline_is_chosen_with_the_keys_and_only_where_one_stays(page: Page, world: World) -> None:
    more(world, "B", "C")
    seen: list[str] = []
    open_timeline = world.bridge.open_timeline
    world.bridge.open_timeline = lambda key: (seen.append(key), open_timeline(key))[1]  # type: ignore[method-assign]
    page.clock.install()
    opened(page, world, "Make")
    page.clock.pause_at(page.evaluate("Date.now()") + 5000)
    page.get_by_label("Of this project").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.evaluate("zimu.app.timelines._list()")  # what comes in meanwhile takes nothing back
    page.clock.run_for(700)
    assert seen == []
    page.clock.run_for(200)
    shows(page, "t3")
    assert seen == ["t3"]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    shows(page, "t2")
    assert seen == ["t3", "t2"]
    assert page.evaluate("document.activeElement.tagName") == "SELECT"


def test_a_timeline_that_does_not_open_is_said_and_the_open_one_stays_chosen(page: Page, world: World) -> None:
    more(world, "B", "C")
    world.bridge.held.add("t2")
    opened(page, world, "Make")
    page.get_by_label("Of this project").select_option("B")
    page.get_by_text("Somebody else has this timeline.").wait_for()
    assert which(page)[0] == "Film 影片 · open"
    del world.bridge.project["t3"]
    page.get_by_label("Of this project").select_option("C")
    page.get_by_text("There is no such timeline.").wait_for()
    assert which(page) == ("Film 影片 · open", ["Film 影片 · open", "B"])


def test_what_was_opened_in_the_program_is_shown_when_the_panel_is_looked_at_again(page: Page, world: World) -> None:
    more(world, "B")
    opened(page, world, "Make")
    world.bridge.open_timeline("t2")
    more(world, "New")
    page.evaluate("zimu.app.timelines._looked = 0; window.dispatchEvent(new Event('focus'))")
    shows(page, "t2")
    assert which(page)[1] == ["Film 影片", "B · open", "New"]


def test_nothing_is_put_on_a_timeline_that_the_panel_does_not_show(page: Page, world: World) -> None:
    more(world, "B")
    opened(page, world, "Timeline")
    world.bridge.open_timeline("t2")  # by hand, in the program
    page.get_by_role("button", name="Put", exact=True).click()
    page.get_by_text("Another timeline is open in the editing program").wait_for()
    assert [len(host.markers) for host, _ in world.bridge.project.values()] == [0, 0]
    shows(page, "t2")  # and now it is shown
    pushed(page)
    assert [len(host.markers) for host, _ in world.bridge.project.values()] == [0, 3]


def test_what_is_wrong_is_said_in_chinese_too(page: Page, world: World) -> None:
    more(world, "B")
    opened(page, world, "Timeline")
    page.get_by_role("button", name="中文").click()
    world.bridge.open_timeline("t2")
    page.get_by_role("button", name="放置", exact=True).click()
    page.get_by_text("剪辑软件中打开了另一条时间线，Zimu 没有继续。").wait_for()
    page.get_by_role("button", name="English").click()
    page.get_by_text("Another timeline is open in the editing program").wait_for()


def test_what_was_not_done_is_said_in_chinese_too(page: Page, world: World) -> None:
    def refuse(operation: Operation) -> None:
        if isinstance(operation, PutMarker):
            raise HostError("host.marker-refused", f"Not put: “{operation.marker.name}”.", "Close the dialog.")

    opened(page, world, "Timeline")
    page.get_by_role("button", name="中文").click()
    with patch.object(world.bridge, "before", refuse):
        page.get_by_role("button", name="放置", exact=True).click()
        rows = page.locator(".report li").filter(has_text="没有放置标记")
        rows.first.wait_for()
    assert rows.count() == 3
    assert all(text.startswith("放置标记“") and "请关闭" in text for text in rows.all_inner_texts())


def test_the_document_of_the_timeline_before_makes_room_for_that_of_this_one(page: Page, world: World) -> None:
    more(world, "B")
    own = place_of(world.bridge).document
    own.parent.mkdir(parents=True)
    storage.save(document(3), own)
    page.goto(world.address.panel_url)
    until(page, f"window.zimu && zimu.app && {STATE}.document && {STATE}.timeline")
    assert page.evaluate(f"{STATE}.document.cues.length") == 3
    page.get_by_label("Of this project").select_option("B")
    shows(page, "t2")
    assert page.evaluate(f"{STATE}.document") is None
    page.get_by_label("Of this project").select_option("Film 影片")
    until(page, f"{STATE}.document && {STATE}.document.cues.length === 3")


def test_while_nothing_is_open_one_can_be_chosen(page: Page, world: World) -> None:
    def where() -> Where:
        if not world.bridge.place.timeline:
            raise HostError("host.no-timeline", "No timeline is open.", "Open one.")
        return world.bridge.place

    world.bridge.place = world.bridge.place._replace(timeline="")
    listed = world.bridge.timelines()
    world.bridge.timelines = lambda: listed  # type: ignore[method-assign]
    with patch.object(type(world.bridge), "where", lambda _: where()):
        page.goto(world.url)
        until(page, f"window.zimu && zimu.app && {STATE}.document && {STATE}.view === 'cues'")
        page.get_by_role("tab", name="Make").click()
        page.get_by_text("No timeline of this project is open").wait_for()
        assert which(page) == ("None is open", ["None is open", "Film 影片"])
        world.bridge.place = world.bridge.place._replace(timeline="t")
        page.get_by_label("Of this project").select_option("Film 影片")
        shows(page, "t")


# -- jobs and connections --------------------------------------------------------------------------


@pytest.fixture
def slow(film: Path) -> Iterator[tuple[World, threading.Event, threading.Event]]:
    """A host that waits before its third operation until it is let go."""
    reached, go = threading.Event(), threading.Event()
    host, count = bridge(), [0]

    def before(operation: Operation) -> None:
        count[0] += 1
        if count[0] == 3:
            reached.set()
            assert go.wait(30)

    host.before = before
    with serving(film, host) as world:
        yield world, reached, go
        go.set()


def test_while_a_push_is_at_work_no_other_timeline_can_be_chosen(
    page: Page, slow: tuple[World, threading.Event, threading.Event]
) -> None:
    world, reached, go = slow
    more(world, "B")
    opened(page, world, "Timeline")
    page.get_by_role("button", name="Put", exact=True).click()
    until(page, f"Object.keys({STATE}.jobs).length")
    assert reached.wait(20)
    page.get_by_role("tab", name="Make").click()
    assert page.get_by_label("Of this project").is_disabled()
    go.set()
    until(page, f"{STATE}.report")
    until(page, "!document.querySelector('#page-make select').disabled")


def test_a_panel_that_loses_its_connection_finds_its_job_again(
    page: Page, slow: tuple[World, threading.Event, threading.Event]
) -> None:
    world, reached, go = slow
    opened(page, world, "Timeline")
    page.get_by_role("button", name="Put", exact=True).click()
    assert reached.wait(10)
    until(page, f"{STATE}.jobs[{STATE}.current].seq > 0")
    page.evaluate("zimu.app.client._socket.close()")
    until(page, f"{STATE}.connection === 'lost'")
    until(page, f"{STATE}.connection === 'open'")
    go.set()
    until(page, f"{STATE}.report")
    assert headline(page) == "It is on the timeline."
    assert page.evaluate(f"Object.keys({STATE}.jobs).length") == 1


def test_a_panel_that_is_opened_anew_shows_the_job_that_runs(
    page: Page, slow: tuple[World, threading.Event, threading.Event]
) -> None:
    world, reached, go = slow
    opened(page, world, "Timeline")
    page.get_by_role("button", name="Put", exact=True).click()
    assert reached.wait(10)
    page.reload()
    page.get_by_role("button", name="Stop").wait_for()
    go.set()
    until(page, f"{STATE}.report && {STATE}.report.good")
    assert page.get_by_role("button", name="Stop").is_hidden()


def test_a_job_can_be_stopped(page: Page, slow: tuple[World, threading.Event, threading.Event]) -> None:
    world, reached, go = slow
    opened(page, world, "Timeline")
    page.get_by_role("button", name="Put", exact=True).click()
    assert reached.wait(10)
    page.get_by_role("button", name="Stop").click()
    go.set()
    until(page, f"{STATE}.jobs[{STATE}.current].state === 'cancelled'")
    assert page.locator(".said").inner_text() == "Stopped."
    assert page.locator(".job").is_hidden()


def test_two_panels_see_each_others_corrections(context: BrowserContext, world: World) -> None:
    first, second = opened(context.new_page(), world), opened(context.new_page(), world)
    first.locator("[data-id=c00002]").dblclick()
    first.get_by_role("textbox", name="English").fill("Seen everywhere")
    first.get_by_role("button", name="Save", exact=True).click()
    second.get_by_text("Seen everywhere").wait_for()


def test_a_wrong_token_is_said_and_shows_nothing(page: Page, world: World) -> None:
    page.goto(world.url.replace(world.address.token, "x" * 43))
    page.get_by_text("Zimu did not accept this panel's key.").wait_for()
    page.wait_for_timeout(1500)  # longer than the first wait for another try
    assert page.get_by_text("Zimu did not accept this panel's key.").is_visible()
    assert page.evaluate(f"{STATE}.connection") == "refused"
    assert page.evaluate(f"{STATE}.document") is None


def test_the_token_leaves_the_address_at_once(page: Page, world: World) -> None:
    opened(page, world)
    assert world.address.token not in page.url
    page.reload()
    until(page, f"{STATE}.connection === 'open'")


def test_a_page_on_another_origin_gets_in_nowhere(browser: Browser, world: World, tmp_path: Path) -> None:
    """A hostile page that even knows port and token: no WebSocket, no reading, no frame; a plain file has no token."""
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return

    (tmp_path / "index.html").write_text("<title>bad</title>")
    with ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: Quiet(*a, directory=str(tmp_path))) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{other.server_port}/")
        attack = """([url, token]) => Promise.all([
            new Promise(done => {
                const socket = new WebSocket(url.replace("http", "ws") + "/ws");
                socket.onopen = () => done("open"); socket.onerror = () => done("closed");
            }),
            fetch(url + "/api/jobs", {method: "POST", body: "{}", headers: {
                "Content-Type": "application/json", "Authorization": "Bearer " + token,
            }}).then(() => "read", () => "refused"),
            fetch(url + "/api/jobs", {method: "POST", body: "{}", mode: "no-cors"}).then(a => a.type, () => "refused"),
            new Promise(done => {
                const frame = document.createElement("iframe");
                frame.src = url + "/panel/"; frame.onload = () => {
                    try { done(frame.contentDocument ? "seen" : "blank"); } catch (e) { done("blank"); } };
                document.body.append(frame);
            }),
        ])"""
        said = page.evaluate(attack, [world.address.url, world.address.token])
        assert said[:2] == ["closed", "refused"]
        assert said[3] == "blank"
        context.close()
        other.shutdown()


STALE = "zimu.app.store.state.document.revision = 999999"  # as if another program had written the document meanwhile


def test_a_correction_of_a_document_that_changed_meanwhile_is_not_lost(page: Page, world: World) -> None:
    opened(page, world)
    page.evaluate(STALE)
    page.locator("[data-id=c00000]").dblclick()
    page.get_by_role("textbox", name="English").fill("Mine all the same")
    page.get_by_role("button", name="Save", exact=True).click()
    until(page, f"{STATE}.document.can_undo")
    assert text_of(world, "c00000", 1) == "Mine all the same"
    assert page.locator(".problem").is_hidden()


def test_a_cut_in_a_document_that_changed_meanwhile_is_asked_for_anew(page: Page, world: World) -> None:
    opened(page, world)
    page.evaluate(STALE)
    page.locator("[data-id=c00000]").click()
    page.keyboard.press("s")
    page.locator(".problem").wait_for()
    assert len(world.document.cues) == 12
    page.locator("[data-id=c00000]").click()
    page.keyboard.press("s")
    until(page, f"{STATE}.document.cues.length === 13")


# -- the list --------------------------------------------------------------------------------------


@pytest.fixture
def long(tmp_path: Path) -> Iterator[World]:
    path = tmp_path / "long.zimu"
    storage.save(document(5000), path)
    with serving(path, bridge()) as made:
        yield made


def test_of_five_thousand_cues_only_those_in_sight_exist(page: Page, long: World) -> None:
    opened(page, long)
    assert page.locator(".cue").count() < 60
    assert page.get_by_role("grid").get_attribute("aria-rowcount") == "5000"
    page.locator("[data-id=c00000]").click()
    page.keyboard.press("End")
    last = page.locator("[data-id=c04999]")
    last.wait_for()
    assert last.evaluate("row => row === document.activeElement")
    assert last.get_attribute("aria-rowindex") == "5000"
    assert page.locator(".cue").count() < 60
    page.keyboard.press("Home")
    page.locator("[data-id=c00000]").wait_for()
    assert page.locator("[data-id=c04999]").count() == 0


def test_rows_never_cover_each_other_wherever_one_scrolls(page: Page, long: World) -> None:
    opened(page, long)
    for share in (0.13, 0.5, 0.77, 1.0, 0.3):
        page.locator(".list").evaluate("(box, share) => { box.scrollTop = box.scrollHeight * share; }", share)
        page.wait_for_timeout(60)
        boxes = page.locator(".cue").evaluate_all(
            """rows => rows.map(row => {
                const box = row.getBoundingClientRect();
                return [Number(row.getAttribute("aria-rowindex")), box.top, box.bottom];
            })"""
        )
        boxes.sort()
        assert len(boxes) > 5
        for (one, _, bottom), (two, top, _) in pairwise(boxes):
            assert two != one + 1 or abs(top - bottom) < 1.5


def test_what_is_written_survives_scrolling_away(page: Page, long: World) -> None:
    opened(page, long)
    page.locator("[data-id=c00003]").dblclick()
    page.get_by_role("textbox", name="English").fill("Half a sente")
    page.locator(".list").evaluate("box => { box.scrollTop = 100000; }")
    page.wait_for_timeout(100)
    page.locator(".list").evaluate("box => { box.scrollTop = 0; }")
    assert page.get_by_role("textbox", name="English").input_value() == "Half a sente"


def test_the_list_is_reached_with_tab_wherever_it_was_scrolled_and_whatever_is_found(page: Page, long: World) -> None:
    opened(page, long)
    page.locator("[data-id=c00002]").click()
    page.locator(".list").evaluate("box => { box.scrollTop = 200000; }")
    page.wait_for_timeout(100)
    assert page.locator(".cue[tabindex='0']").get_attribute("data-id") == "c00002"
    page.get_by_label("Find").fill("line 77:")
    until(page, f"{STATE}.selected === 'c00076'")
    assert page.locator(".cue[tabindex='0']").get_attribute("data-id") == "c00076"


def test_find_shows_only_what_was_looked_for(page: Page, long: World) -> None:
    opened(page, long)
    page.get_by_label("Find").fill("line 4321:")
    page.locator("[data-id=c04320]").wait_for()
    assert page.locator(".cue").count() == 1
    assert "1 of 5000 cues" in page.locator(".count").inner_text()


# -- keyboard --------------------------------------------------------------------------------------


def test_everything_about_cues_can_be_done_with_keys(page: Page, world: World) -> None:
    opened(page, world)
    page.locator("#tab-cues").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('cue')"):
            break
    assert page.evaluate("document.activeElement.dataset.id") == "c00000"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("新的第二句。")
    page.keyboard.press("Control+Enter")
    until(page, f"{STATE}.editing && {STATE}.editing.id === 'c00002'")
    page.keyboard.press("Escape")
    until(page, f"!{STATE}.editing && document.activeElement.dataset.id === 'c00002'")
    until(page, f"{STATE}.document.can_undo")
    assert text_of(world, "c00001", 0) == "新的第二句。"

    page.keyboard.press("Delete")
    until(page, f"{STATE}.document.cues.length === 11")
    assert page.evaluate(f"{STATE}.selected") == "c00003"
    page.keyboard.press("j")
    until(page, f"{STATE}.document.cues.length === 10")
    page.keyboard.press("s")
    until(page, f"{STATE}.document.cues.length === 11")
    for count in (10, 11, 12):
        page.keyboard.press("Control+z")
        until(page, f"{STATE}.document.cues.length === {count}")
    page.keyboard.press("Control+z")
    until(page, f"!{STATE}.document.can_undo")
    assert world.document.cues == document().cues
    page.keyboard.press("Control+y")
    until(page, f"{STATE}.document.can_undo")
    assert text_of(world, "c00001", 0) == "新的第二句。"


def test_a_cue_is_cut_where_the_cursor_stands(page: Page, world: World) -> None:
    opened(page, world)
    page.locator("[data-id=c00000]").dblclick()
    page.get_by_role("textbox", name="Chinese").evaluate("area => area.setSelectionRange(5, 5)")
    page.keyboard.press("Control+Shift+Enter")
    until(page, f"{STATE}.document.cues.length === 13")
    assert [cue.texts[0] for cue in world.document.cues[:2]] == ["第1句话：", "今天天气很好。"]


def test_times_and_speaker_are_corrected_and_a_wrong_time_is_refused(page: Page, world: World) -> None:
    opened(page, world)
    page.locator("[data-id=c00000]").dblclick()
    page.get_by_label("Start", exact=True).fill("0:00.500")
    page.get_by_label("Speaker", exact=True).fill("韩梅梅")
    page.get_by_role("button", name="Save", exact=True).click()
    until(page, f"{STATE}.document.cues[0].speaker === '韩梅梅'")
    assert world.document.cues[0].start == 500
    page.locator("[data-id=c00001]").dblclick()
    page.get_by_label("End", exact=True).fill("yesterday")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("The times were not saved").wait_for()
    assert world.document.cues[1].end == document().cues[1].end


def test_choosing_a_cue_goes_to_its_place(page: Page, world: World) -> None:
    opened(page, world)
    page.locator("[data-id=c00003]").click()
    for _ in range(100):
        if world.bridge.playhead:
            break
        page.wait_for_timeout(20)
    assert world.bridge.playhead == world.document.cues[3].start


def test_corrected_captions_come_back_from_a_file(page: Page, world: World) -> None:
    file = world.path.parent / "corrected.srt"
    file.write_text("1\n00:00:01,000 --> 00:00:03,000\nCorrected in the program.\n", "utf-8")
    opened(page, world)
    page.get_by_role("button", name="Import captions").click()
    page.get_by_role("textbox", name="File").fill(str(file))
    page.get_by_label("Language of the captions").select_option("en")
    page.get_by_role("button", name="Import", exact=True).click()
    until(page, f"{STATE}.document.cues[0].texts[1] === 'Corrected in the program.'")


# -- how it looks ----------------------------------------------------------------------------------


def test_the_interface_changes_its_language_and_remembers_it(page: Page, world: World) -> None:
    opened(page, world)
    page.get_by_role("button", name="中文").click()
    page.get_by_role("tab", name="时间线").click()
    page.get_by_role("button", name="放置", exact=True).wait_for()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.reload()
    page.get_by_role("tab", name="时间线").wait_for()


CUT_OFF = """() => "button label legend h2 h3 p li .time".split(" ")
    .reduce((all, name) => all.concat([...document.querySelectorAll("#zimu " + name)]), [])
    .filter(e => e.getClientRects().length)
    .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline"
        || e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(e => [e.tagName, e.className, e.textContent.slice(0, 40)])"""


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("width", [300, 1100])
def test_every_text_is_legible_and_whole(browser: Browser, world: World, scheme: str, locale: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 760}, locale=locale, color_scheme=scheme)
    page = context.new_page()
    page.goto(world.url)
    until(page, f"{STATE}.document && {STATE}.timeline && {STATE}.choices")
    for tab in ("make", "cues", "deliver"):
        page.click(f"#tab-{tab}")
        if tab == "make":
            page.click("summary >> visible=true")
        elif tab == "cues":
            page.locator("[data-id=c00004]").dblclick()
        else:
            page.locator("#page-deliver button.primary").click()
            until(page, f"{STATE}.report")
            page.locator("#page-deliver button.danger").first.click()
        assert page.evaluate(CONTRAST) == [], tab
        assert page.evaluate(CUT_OFF) == [], tab
    context.close()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_where_the_keyboard_is_can_be_seen(page: Page, world: World, scheme: Literal["dark", "light"]) -> None:
    page.emulate_media(color_scheme=scheme)
    opened(page, world, "Make")
    page.get_by_role("button", name="中文").focus()
    seen = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        tag, width, style = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
                return [e.tagName, parseFloat(s.outlineWidth), s.outlineStyle]; }"""
        )
        seen.add(tag)
        assert (width >= 2, style) == (True, "solid"), tag
    assert seen >= {"BUTTON", "SELECT", "INPUT"}


def test_every_control_has_a_name_and_can_be_reached(page: Page, world: World) -> None:
    opened(page, world)
    page.locator("[data-id=c00004]").dblclick()
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea")].filter(e =>
            !(e.textContent.trim() || e.getAttribute("aria-label") || (e.labels && e.labels.length)))
            .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert nameless == []
    unreachable = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea")].filter(e =>
            e.tabIndex < 0 && e.getAttribute("role") !== "tab").length"""
    )
    assert unreachable == 0
