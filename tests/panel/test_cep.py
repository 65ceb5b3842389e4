"""The panel as Premiere shows it: from a file, with the script in a real ES3 engine over a fake Premiere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from plugin_core import server
from tests.hosts.premiere_engine import FakePremiere
from tests.panel.conftest import CONTRAST, PANEL, World, serving, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

STATE = "zimu.app.store.state"
SKIN = {
    "baseFontFamily": "Adobe Clean", "baseFontSize": 14,
    "panelBackgroundColor": {"color": {"red": 29, "green": 29, "blue": 29, "alpha": 255}},
}  # fmt: skip
SHIM = """(() => {
    const given = %s;
    const missing = path => { const error = new Error("ENOENT: " + path); error.code = "ENOENT"; throw error; };
    window.given = given;
    window.spawned = [];
    window.__adobe_cep__ = {
        evalScript: (script, done) => window.zimuEval(script).then(done),
        getSystemPath: name => "file:///Users/x/CEP/" + name,
        getHostEnvironment: () => JSON.stringify({appUILocale: given.locale, appSkinInfo: given.skin}),
        addEventListener: (type, listener) => { if (/ThemeColorChanged$/.test(type)) window.themed = listener; },
        registerKeyEventsInterest: keys => { window.interest = JSON.parse(keys); },
    };
    window.cep = { fs: { showOpenDialogEx: () => ({err: 0, data: [given.picked]}) }, util: {
        openURLInDefaultBrowser: url => { window.browsed = url; } } };
    window.cep_node = { require: name => ({
        fs: { readFileSync: path => path in given.files ? given.files[path] : missing(path) },
        process: { env: {HOME: "/Users/x"}, kill: pid => { if (given.dead) missing("process " + pid); } },
        child_process: { spawn: (program, words, options) => {
            window.spawned.push([program].concat(words));
            if (given.starts) given.files[given.home + "/server.json"] = given.starts;
            return { on() {}, unref() {} };
        } },
    })[name] };
})()"""


@pytest.fixture
def premiere() -> FakePremiere:
    fake = FakePremiere(frames=15_000, zero=3600 * 254_016_000_000)
    fake.add_track("Dialogue")
    fake.add_track("Music", muted=True)
    return fake


@pytest.fixture
def served(film: Path) -> Iterator[World]:
    """The server as `zimu serve` starts it: the host is behind the panel."""
    with serving(film, None) as world:
        yield world


def shown(page: Page, fake: FakePremiere, world: World | None, **given: Any) -> Page:
    """The panel from its file, as Premiere shows it; *given* is what the machine is like."""
    home = str(server.discovery_file().parent)
    config = {"zimu": ["/opt/zimu"], "home": home, "app": [], "environment": {}}
    files = {"/Users/x/CEP/extension/panel/config.json": json.dumps(config)}
    if world is not None and "starts" not in given:
        files[f"{home}/server.json"] = server.discovery_file().read_text()
    values = {"files": files, "home": home, "locale": "en_US", "skin": SKIN, **given}
    page.expose_function("zimuEval", lambda script: str(fake.evaluate(script)))
    page.add_init_script(SHIM % json.dumps(values))
    page.goto(f"{PANEL.as_uri()}/index.html")
    return page


def connected(page: Page) -> Page:
    until(page, f"window.zimu && zimu.app && {STATE}.connection === 'open' && {STATE}.timeline")
    return page


def pushed(page: Page, world: World) -> str:
    page.evaluate("path => zimu.app.open(path, true)", str(world.path))
    until(page, f"{STATE}.document")
    count = page.evaluate(f"Object.keys({STATE}.jobs).length")
    page.get_by_role("tab", name="Timeline").click()
    page.get_by_role("button", name="Put", exact=True).click()
    until(
        page, f"n => Object.keys({STATE}.jobs).length > n && {STATE}.jobs[{STATE}.current].state === 'finished'", count
    )
    return page.locator(".report h2").inner_text()


def test_the_panel_reads_and_fills_premieres_timeline(page: Page, premiere: FakePremiere, served: World) -> None:
    connected(shown(page, premiere, served))
    assert page.locator(".state").inner_text() == "Premiere Pro"
    assert page.evaluate(f"{STATE}.timeline.start") == "01:00:00:00"
    assert [track["name"] for track in page.evaluate(f"{STATE}.timeline.audio_tracks")] == ["Dialogue", "Music"]
    assert page.get_by_label("A2 · Music (switched off)").is_checked() is False

    assert pushed(page, served) == "It is on the timeline."
    state = premiere.state
    assert sorted(marker["name"] for marker in state["markers"]) == ["Applause", "Chapter one", "欢快的音乐"]
    assert len(state["captions"]) == 3
    unverified = page.locator(".report .card", has_text="Could not be checked")
    assert "caption" in unverified.inner_text().lower()

    assert pushed(page, served) == "Nothing had to be done."
    assert len(premiere.state["captions"]) == 3


def test_a_name_with_every_awkward_character_arrives_whole(page: Page, premiere: FakePremiere, served: World) -> None:
    """U+2028 and U+2029 end a line of ES3 even inside a string; quotes and backslashes must not end it either."""
    connected(shown(page, premiere, served))
    text = "a\u2028b\u2029c\"d'e\\f\ng</script>字幕😀"
    said = page.evaluate("""text => new Promise(done => zimu.app.adapter.call("goto", {ticks: text}, done))""", text)
    assert set(said) & {"result", "error"}
    quoted = page.evaluate("text => zimu.adapters.quoted(JSON.stringify({do: text}))", text)
    assert "\u2028" not in quoted
    assert json.loads(json.loads(quoted)) == {"do": text}
    assert (
        premiere.evaluate(f"({quoted}).length")
        == len(json.dumps({"do": text}, ensure_ascii=False, separators=(",", ":")).encode("utf-16-le")) // 2
    )


@pytest.mark.parametrize("answer", ["EvalScript error.", "undefined", "", "{}", "[]", "null", '{"x":1}'])
def test_a_script_that_fails_is_an_error_that_says_what_to_do(
    page: Page, premiere: FakePremiere, served: World, answer: str
) -> None:
    connected(shown(page, premiere, served))
    page.evaluate("answer => { window.__adobe_cep__.evalScript = (script, done) => done(answer); }", answer)
    said = page.evaluate("""new Promise(done => zimu.app.adapter.call("timeline", {}, done))""")
    assert said["error"]["code"] == "host.script"
    assert said["error"]["hint"]


def test_a_server_that_does_not_run_is_started(page: Page, premiere: FakePremiere, served: World) -> None:
    shown(page, premiere, served, starts=server.discovery_file().read_text())
    connected(page)
    assert page.evaluate("window.spawned") == [["/opt/zimu", "serve", "--idle", "600"]]


def test_a_server_whose_process_is_gone_is_started_anew(page: Page, premiere: FakePremiere, served: World) -> None:
    shown(page, premiere, served, dead=True)
    until(page, "window.spawned && window.spawned.length === 1")


@pytest.mark.parametrize(
    ("said", "folder"),
    [
        ("file:///C:/Users/A%20%26%20B/ext", "C:/Users/A & B/ext"),
        ("file:///Users/%E5%AD%97/ext", "/Users/字/ext"),
        ("/Users/x/ext", "/Users/x/ext"),
    ],
)
def test_the_folder_of_the_panel_is_read_on_each_system(
    page: Page, premiere: FakePremiere, said: str, folder: str
) -> None:
    shown(page, premiere, None, files={})
    until(page, "window.zimu && zimu.app")
    page.evaluate("said => { window.__adobe_cep__.getSystemPath = () => said; }", said)
    assert page.evaluate("zimu.app.adapter._folder()") == folder


def test_a_panel_without_a_configuration_says_what_to_do(page: Page, premiere: FakePremiere) -> None:
    shown(page, premiere, None, files={})
    page.get_by_text("zimu hosts install premiere").wait_for()


def test_a_zimu_that_cannot_be_started_names_the_doctor(page: Page, premiere: FakePremiere) -> None:
    shown(page, premiere, None)
    until(page, "window.zimu && zimu.app")
    page.evaluate("zimu.app.adapter._spawn = () => false")
    page.evaluate("zimu.app.adapter._started = 0")
    said = page.evaluate("new Promise(done => zimu.app.adapter._start(done))")
    assert said["code"] == "panel.start"
    assert "zimu doctor" in said["hint"]
    assert "/opt/zimu serve" in said["hint"]


def test_after_the_server_was_started_anew_the_panel_finds_it(page: Page, premiere: FakePremiere, film: Path) -> None:
    with serving(film, None) as first:
        connected(shown(page, premiere, first))
    until(page, f"{STATE}.connection === 'lost'")
    with serving(film, None):
        values = [f"{server.discovery_file().parent}/server.json", server.discovery_file().read_text()]
        page.evaluate("([path, text]) => { window.given.files[path] = text; }", values)
        connected(page)


def test_the_panel_looks_as_premiere_does_now_and_later(page: Page, premiere: FakePremiere, served: World) -> None:
    connected(shown(page, premiere, served))
    root = "document.documentElement"
    assert page.evaluate(f"{root}.getAttribute('data-theme')") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(29, 29, 29)"
    assert page.evaluate(f"getComputedStyle({root}).fontSize") == "16px"
    assert "Adobe Clean" in page.evaluate("getComputedStyle(document.body).fontFamily")
    light = {**SKIN, "baseFontSize": 10, "panelBackgroundColor": {"color": {"red": 240, "green": 240, "blue": 240}}}
    page.evaluate("skin => { window.given.skin = skin; window.themed(); }", light)
    assert page.evaluate(f"{root}.getAttribute('data-theme')") == "light"
    assert page.evaluate(f"getComputedStyle({root}).fontSize") == "12px"


def test_texts_are_legible_on_every_grey_that_premiere_may_have(
    page: Page, premiere: FakePremiere, served: World
) -> None:
    connected(shown(page, premiere, served))
    page.evaluate("path => zimu.app.open(path, true)", str(served.path))
    page.locator(".cue").first.wait_for()
    for grey in (0, 29, 50, 83, 105, 117, 119, 140, 184, 214, 240, 255):
        ground = {"color": {"red": grey, "green": grey, "blue": grey}}
        page.evaluate(
            "skin => { window.given.skin = skin; window.themed(); }", {**SKIN, "panelBackgroundColor": ground}
        )
        assert page.evaluate(CONTRAST) == [], grey


def test_the_panel_speaks_the_language_of_premiere(page: Page, premiere: FakePremiere, served: World) -> None:
    connected(shown(page, premiere, served, locale="zh_CN"))
    assert page.get_by_role("tab", name="时间线").is_visible()


def test_the_keys_of_the_list_do_not_go_to_premiere(page: Page, premiere: FakePremiere, served: World) -> None:
    connected(shown(page, premiere, served))
    keys = page.evaluate("window.interest")
    assert {13, 27, 38, 40, 46, 74, 83} <= {key["keyCode"] for key in keys}
    assert {"keyCode": 90, "ctrlKey": True} in keys


def test_a_file_is_chosen_in_the_programs_own_dialog(page: Page, premiere: FakePremiere, served: World) -> None:
    file = served.path.parent / "out.srt"
    file.write_text("1\n00:00:01,000 --> 00:00:03,000\nFrom Premiere.\n", "utf-8")
    connected(shown(page, premiere, served, picked=str(file)))
    page.evaluate("path => zimu.app.open(path, true)", str(served.path))
    page.get_by_role("button", name="Import captions").click()
    page.get_by_role("button", name="Choose").click()
    page.get_by_label("Language of the captions").select_option("en")
    page.get_by_role("button", name="Import", exact=True).click()
    until(page, f"{STATE}.document.cues[0].texts[1] === 'From Premiere.'")


def test_open_in_zimu_shows_the_document_where_there_is_room(page: Page, premiere: FakePremiere, served: World) -> None:
    connected(shown(page, premiere, served))
    page.evaluate("path => zimu.app.open(path, true)", str(served.path))
    page.get_by_role("button", name="Open in Zimu").click()
    until(page, "window.browsed")
    assert page.evaluate("window.browsed").startswith(f"{served.address.url}/panel/#token=")
    page.evaluate("() => { zimu.app.adapter.config().app = ['/opt/zimu-app']; }")
    page.get_by_role("button", name="Open in Zimu").click()
    until(page, "window.spawned.length === 1")
    assert page.evaluate("window.spawned") == [["/opt/zimu-app", str(served.path)]]
