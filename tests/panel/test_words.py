"""Words, syntax and files of the panel: what can be said without running it."""

from __future__ import annotations

import ast
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.panel.conftest import PANEL

if TYPE_CHECKING:
    from playwright.sync_api import Page

UXP = PANEL.parent / "uxp"
SCRIPTS = sorted([*PANEL.rglob("*.js"), *UXP.rglob("*.js")])
SIGNS = {"zh": re.compile("[一-鿿]"), "en": re.compile("[A-Za-z]")}
NAMES = {"other", "host.premiere", "host.resolve", "comma", "check.numbers"}


@pytest.fixture
def words(page: Page) -> dict[str, dict[str, str]]:
    page.goto("about:blank")
    page.add_script_tag(path=PANEL / "i18n.js")
    found: dict[str, dict[str, str]] = page.evaluate("zimu.i18n.all")
    return found


def test_both_languages_say_the_same_things(words: dict[str, dict[str, str]]) -> None:
    assert set(words["en"]) == set(words["zh"])
    for key, english in words["en"].items():
        holes = re.compile(r"\{(\w+)\}")
        assert sorted(holes.findall(english)) == sorted(holes.findall(words["zh"][key])), key


def test_every_sentence_is_in_its_own_language(words: dict[str, dict[str, str]]) -> None:
    for key in set(words["en"]) - NAMES:
        if key.startswith("key.") and not key.endswith(".does"):
            continue  # what stands on a keyboard
        assert SIGNS["zh"].search(re.sub(r"\{\w+\}", "", words["zh"][key])), key
        assert not SIGNS["zh"].search(words["en"][key]), key


def test_every_word_that_is_asked_for_is_there(words: dict[str, dict[str, str]]) -> None:
    asked = {key for path in SCRIPTS for key in re.findall(r'tr\("([^"]+)"[,)]', path.read_text("utf-8"))}
    assert len(asked) > 100
    assert asked - set(words["en"]) == set()


@pytest.fixture
def errors(page: Page) -> Page:
    page.goto("about:blank")
    for name in ("i18n.js", "errors.js"):
        page.add_script_tag(path=PANEL / name)
    return page


def _codes(*paths: str) -> set[str]:
    """The codes of errors that are raised in these files of the repository."""
    raised = re.compile(
        r"""(?:Error|Refusal|refusal|fail|gone)\(\s*["']((?:host|edit|folder|job|worker|document)\.[a-z-]+)["'],"""
    )
    files = (path for name in paths for path in PANEL.parents[1].glob(name))
    return {code for path in files for code in raised.findall(path.read_text("utf-8"))}


def test_what_a_panel_can_be_told_to_be_wrong_has_chinese_words(errors: Page) -> None:
    known = set(errors.evaluate("zimu.errors.codes"))
    told = _codes(
        "plugin_core/serving/*.py", "plugin_core/bridge.py", "plugin_core/pushing.py", "plugin_core/worker.py",
        "premiere_cep/*.py", "premiere_cep/host.jsx", "premiere_cep/uxp/*.js", "resolve_bridge/agent.py",
        "resolve_bridge/host.py", "resolve_bridge/values.py",
    )  # fmt: skip
    by_command = {"host.template", "host.text-refused", "host.server-busy", "host.panel", "host.version"}
    assert len(told) > 50
    assert told - by_command - known == set()
    named = re.compile(r"""["']([a-z]+\.[a-z-]+)["']""")
    sources = ("plugin_core/**/*.py", "resolve_bridge/*.py", "premiere_cep/*.jsx")
    files = (path for name in sources for path in PANEL.parents[1].glob(name))
    everything = {code for path in files for code in named.findall(path.read_text("utf-8"))}
    assert known - everything - told == set()


def test_errors_are_said_in_the_language_of_the_panel(errors: Page) -> None:
    def said(language: str, code: str, message: str, hint: str = "Do so.") -> tuple[str, str]:
        errors.evaluate("language => zimu.i18n.use(language)", language)
        found = errors.evaluate("error => zimu.errors.said(error)", {"code": code, "message": message, "hint": hint})
        return found["message"], found["hint"]

    gone = "The marker “门 <b>” is no longer there."
    assert said("en", "host.marker-gone", gone) == (gone, "Do so.")
    assert said("zh", "host.marker-gone", gone) == ("标记“门 <b>”已不在时间线上。", "请再放置一次。")
    assert said("zh", "host.marker-gone", "No name.") == ("No name.", "Do so.")
    assert said("zh", "host.not-imported", "No.", "Import /a.srt.") == ("Premiere 没有导入字幕文件。", "Import /a.srt.")
    assert said("zh", "host.script", "Premiere said: no.")[0] == "Premiere 的脚本出错（Premiere said: no.）"
    assert said("zh", "never.heard-of", "What?") == ("What?", "Do so.")
    assert said("zh", "constructor", "What?") == ("What?", "Do so.")


def _patterns(path: Path) -> set[str]:
    """The texts of a module, with {} for what fills them."""
    found = set[str]()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            found.add("".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values))
    return found


def test_what_a_report_says_has_chinese_words(errors: Page) -> None:
    known = set(errors.evaluate("zimu.errors.sentences"))
    root = PANEL.parents[1]
    sources = [*(root / "plugin_core" / "plan").glob("*.py"), root / "plugin_core/pushing.py", PANEL.parent / "host.py"]
    said = set[str]().union(*map(_patterns, sources))
    assert known - said == set()
    asked = re.compile(r"notes\.append\(")
    assert sum(len(asked.findall(path.read_text("utf-8"))) for path in sources[:-1]) == 8  # each has its words above


def test_sentences_of_reports_are_said_in_the_language_of_the_panel(errors: Page) -> None:
    def said(language: str, text: str) -> str:
        errors.evaluate("language => zimu.i18n.use(language)", language)
        return str(errors.evaluate("text => zimu.errors.sentence(text)", text))

    text = "put the marker “门 (a) “b” $1” at 01:00:00:00"
    assert said("en", text) == text
    assert said("zh", text) == "放置标记“门 (a) “b” $1”（01:00:00:00）"
    assert said("zh", "What?") == "What?"


def test_every_kind_of_remark_has_chinese_words(words: dict[str, dict[str, str]]) -> None:
    from plugin_core import checks

    table = (checks.__doc__ or "").split("\n")
    codes = [line.split()[0] for line in table if re.match(r"[a-z-]+ {2,}\S", line) and not line.startswith("code")]
    assert len(codes) == 18
    assert {f"check.{code}" for code in codes} <= set(words["zh"])


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_the_scripts_are_for_a_chromium_of_2017(path: Path) -> None:
    """Chromium 61 is Premiere 2020's; esprima knows ECMAScript 2017, and refuses what is newer."""
    esprima = pytest.importorskip("esprima")
    text = path.read_text("utf-8")
    esprima.parseScript(text)
    methods = "flat flatMap finally replaceAll matchAll at fromEntries trimStart trimEnd".replace(" ", "|")
    assert re.findall(rf"\.(?:{methods})\(|ResizeObserver|AbortController", text) == []
    assert re.findall(r"innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text) == []


def test_the_style_is_for_a_chromium_of_2017() -> None:
    text = re.sub(r"/\*.*?\*/", "", (PANEL / "style.css").read_text("utf-8"), flags=re.S)
    properties = r"(?<![\w-])(?:gap|row-gap|inset|aspect-ratio|accent-color)\s*:"
    assert re.findall(rf"{properties}|:focus-visible|:is\(|:where\(|clamp\(|min\(|@layer", text) == []


class _Linked(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.files: list[str] = []
        self.bare = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.files += [value for name in ("src", "href") if (value := given.get(name))]
        self.bare += tag == "script" and "src" not in given
        self.bare += any(name.startswith("on") for name in given)


def test_the_page_holds_every_script_once_and_none_of_its_own() -> None:
    page = _Linked()
    page.feed((PANEL / "index.html").read_text("utf-8"))
    assert page.bare == 0
    assert sorted(name for name in page.files if name.endswith(".js")) == sorted(
        path.relative_to(PANEL).as_posix() for path in PANEL.rglob("*.js")
    )
    assert all((PANEL / name).is_file() for name in page.files)


def test_the_plugin_holds_the_panels_scripts_in_the_panels_order() -> None:
    panel, plugin = _Linked(), _Linked()
    panel.feed((PANEL / "index.html").read_text("utf-8"))
    plugin.feed((UXP / "index.html").read_text("utf-8"))
    shared = [f"panel/{name}" for name in panel.files if name.endswith(".js") and "adapters/" not in name]
    assert [name for name in plugin.files if name.startswith("panel/") and name.endswith(".js")] == shared
    assert plugin.bare == 0


def test_no_configuration_lies_beside_the_panel() -> None:
    assert not (PANEL / "config.json").exists()


def test_times_are_read_as_they_are_written(page: Page) -> None:
    page.goto("about:blank")
    for name in ("i18n.js", "views/words.js"):
        page.add_script_tag(path=PANEL / name)
    times = [0, 5, 50, 999, 1000, 61_001, 3_599_999, 3_600_000, 86_399_999]
    assert page.evaluate("times => times.map(ms => zimu.words.parse(zimu.words.exact(ms)))", times) == times
    assert page.evaluate("['2:03.4', '3,25', '1:00:00', ' 7 '].map(zimu.words.parse)") == [
        123_400,
        3250,
        3_600_000,
        7000,
    ]
    assert page.evaluate("['', 'x', '1:2:3:4', '-1', '1.2345'].map(zimu.words.parse)") == [None] * 5
    assert json.loads(page.evaluate("JSON.stringify([zimu.words.clock(3723456), zimu.words.span(72.5)])")) == [
        "1:02:03.4",
        "1 min 13 s",
    ]
