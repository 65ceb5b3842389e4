"""
Make the pictures of the documents: ``python -m docs.screenshots [gui cli pages ...]`` (by default all of them).

Nothing is drawn: the desktop app is driven in a window on a virtual screen, the commands are run, the pages and the
panel are opened in Chromium; in English and in 中文, in a light theme. The pictures of Chinese are ``NAME.zh.png``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from textwrap import wrap
from unittest.mock import patch

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from rich.cells import cell_len

from plugin_core.host import PREMIERE, RESOLVE, HostTraits, TimelineInfo
from plugin_core.plan.pushed import Where
from tests.hosts.model_bridge import ModelBridge
from tests.hosts.model_host import ModelHost
from tests.panel.conftest import opened, serving

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "img"
SAMPLE = ROOT / "models" / "starter" / "sample"
LANGUAGES = {"en": "", "zh": ".zh"}
APP = ("start", "begin", "streaming", "correcting", "palette", "gallery", "glossary", "plan", "pushed")
COMMANDS = {
    "run": "zimu run film.mp4 --to zh,en --pack starter",
    "tag": "zimu tag script.txt",
    "shots": "zimu shots film.mp4",
    "scenes": "zimu scenes film.mp4",
    "models": "zimu models list --all",
}
COLUMNS = 118
CELL, LINE = 8.5, 20  # units of a terminal's cell
FONTS = "Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans CJK SC', monospace"
WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60"
RUNS = re.compile(f"(?P<wide>[{WIDE}]+)|[^{WIDE} ]+(?: [^{WIDE} ]+)*|(?P<blank> +)")


def app(work: Path) -> None:
    """The desktop app, from the sample to the timeline."""
    for language, ending in LANGUAGES.items():
        shots = work / f"app-{language}"
        shots.mkdir()
        command = [sys.executable, "-X", "utf8", "-m", "tests.gui.real_window", str(shots), str(shots), language]
        screen = ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24"]
        environment = os.environ | {"QT_QPA_PLATFORM": "xcb", "ZIMU_HOME": str(work / f"home-{language}")}
        subprocess.run([*screen, *command], cwd=ROOT, env=environment, check=True)
        for name in APP:
            _small(shots / f"{name}.png", PICTURES / f"gui-{name}{ending}.png")


def commands(work: Path) -> None:
    """What commands say, as a terminal shows it."""
    for name, command in COMMANDS.items():
        (PICTURES / f"cli-{name}.svg").write_text(_terminal(command, _said(command, work)), "utf-8")


def pages(work: Path) -> None:
    """The report, the page of a bundle, the contact sheet, and the panel."""
    _said("zimu run film.mp4 --to zh,en --pack starter --report", work)
    for target in ("resolve", "fcp"):
        _said(f"zimu export film.zimu --bundle {target} --out for-{target}", work)
    _said("zimu scenes film.mp4 --sheet sheet.html", work)
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for target in ("resolve", "fcp"):
            _page(browser, work / f"for-{target}" / "film-exchange" / "import.html", f"bundle-{target}")
        _page(browser, work / "film.report.html", "report")
        _page(browser, work / "sheet.html", "sheet")
        for language, ending in LANGUAGES.items():
            for traits in (RESOLVE, PREMIERE):
                _panel(browser, work / "film.zimu", traits, language, f"panel-{traits.name}{ending}")
        browser.close()


def _page(browser: Browser, path: Path, name: str) -> None:
    """A page that says everything in both languages."""
    with _tab(browser, "en", 1120, 900) as tab:
        tab.goto(path.as_uri())
        tab.screenshot(path=PICTURES / f"{name}.png")
    _small(PICTURES / f"{name}.png", PICTURES / f"{name}.png")


def _panel(browser: Browser, document: Path, traits: HostTraits, language: str, name: str) -> None:
    """The panel of an editing program, with the document open."""
    info = TimelineInfo(name="Film 影片", start=90_000, duration=1500)
    host = ModelBridge(ModelHost(traits), info, place=Where(traits.name, "p", "t"))
    with serving(document, None, bridges={traits.name: host}) as world, _tab(browser, language, 460, 720) as tab:
        opened(tab, world, "字幕" if language == "zh" else "Cues")
        tab.screenshot(path=PICTURES / f"{name}.png")
    _small(PICTURES / f"{name}.png", PICTURES / f"{name}.png")


@contextmanager
def _tab(browser: Browser, language: str, width: int, height: int) -> Iterator[Page]:
    locale = {"en": "en-GB", "zh": "zh-CN"}[language]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=locale, color_scheme="light", device_scale_factor=1.25
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def _said(command: str, work: Path) -> str:
    """What *command* says when it is run in *work*, with its colours."""
    program = [sys.executable, "-m", "plugin_core.cli", *command.split()[1:]]
    environment = os.environ | {"ZIMU_HOME": str(work / "home"), "COLUMNS": str(COLUMNS), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        program, cwd=work, env=environment, check=True, text=True, encoding="utf-8", stdout=-1, stderr=subprocess.STDOUT
    )
    return done.stdout


def _terminal(command: str, said: str) -> str:
    """A terminal with *command* and what it *said*, as SVG; each run of letters stands in its cells."""
    lines = [f"$ {command}"]
    for line in said.rstrip().splitlines():
        fits = cell_len(line.rstrip()) <= COLUMNS
        lines += [line.rstrip()] if fits else wrap(line, COLUMNS, subsequent_indent="  ")
    columns = max(map(cell_len, lines)) + 4
    size = f"0 0 {columns * CELL} {(len(lines) + 2) * LINE}"
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" font-family="{FONTS}" font-size="14">',
        '<rect width="100%" height="100%" rx="8" fill="#f6f8fa"/>',
    ]
    for row, line in enumerate(lines, 2):
        at = 2
        for run in RUNS.finditer(line):
            width = cell_len(run[0])
            look = ' font-weight="bold"' if row == 2 else ' font-size="16"' if run["wide"] else ""
            if not run["blank"]:
                place = f'x="{at * CELL}" y="{row * LINE}" textLength="{width * CELL}"'
                drawn.append(f"<text {place}{look}>{escape(run[0])}</text>")
            at += width
    return "\n".join((*drawn, "</svg>", ""))


def _small(source: Path, target: Path) -> None:
    """Write *source* as a PNG of at most 256 colours, which nobody sees and is a third of the size."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(source) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)


PARTS: dict[str, Callable[[Path], None]] = {"gui": app, "cli": commands, "pages": pages}


def main(wanted: Sequence[str]) -> None:
    """Make the parts *wanted* of the pictures, or all."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copyfile(SAMPLE / "sample.mp4", work / "film.mp4")
        shutil.copyfile(SAMPLE / "events.txt", work / "script.txt")
        with patch.dict(os.environ, {"ZIMU_OFFLINE": "1"}):
            for part in wanted or PARTS:
                PARTS[part](work)


if __name__ == "__main__":
    main(sys.argv[1:])
