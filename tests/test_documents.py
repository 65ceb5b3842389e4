"""The documents are true: every command in them runs or says why not, in both languages, and every picture is there."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import av
import pytest
import yaml
from filelock import FileLock

from tests.conftest import ROOT
from tests.documents import DOCS, REASONS, blocks, exists, run

PAGES = sorted(path for path in DOCS.glob("*.md") if not path.name.endswith(".zh.md"))
RUN = [page for page in PAGES if any(not block.need for block in blocks(page))]
SCRIPT = "LIN (whispers): Who is there? [door creaks]\n♪ soft piano ♪\n[00:00:09] [汽车关门声]\n"


def chinese(page: Path) -> Path:
    return page.with_name(page.name.replace(".md", ".zh.md"))


def named(page: Path) -> str:
    return page.stem


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_both_languages_list_the_same_commands_and_pictures(page: Path) -> None:
    other = chinese(page)
    assert [block.commands for block in blocks(page)] == [block.commands for block in blocks(other)]
    assert [REASONS.get(block.need, block.need) for block in blocks(page)] == [block.need for block in blocks(other)]
    pictures = [re.findall(r"!\[[^\]]*\]\(([^)]+)\)", path.read_text("utf-8")) for path in (page, other)]
    assert pictures[0] == [picture.replace(".zh.", ".") for picture in pictures[1]]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_what_is_not_run_says_why_and_exists(page: Path) -> None:
    for block in blocks(page):
        if block.need:
            assert block.need in REASONS
            for command in block.commands:
                exists(command)


def test_every_module_that_a_document_or_a_card_calls_exists() -> None:
    for path in (*DOCS.glob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("models/*/README.md")):
        for module in set(
            re.findall(r"python -m ((?:benchmarks|docs|models|plugin_core|tests)[\w.]*)", path.read_text("utf-8"))
        ):
            name = module.rstrip(".")
            assert (ROOT / name.replace(".", "/")).is_dir() or (ROOT / f"{name.replace('.', '/')}.py").is_file(), path


def test_no_command_stands_outside_of_a_block_that_is_tried() -> None:
    for page in (*PAGES, *map(chinese, PAGES)):
        languages = re.findall(r"^```(\S*).*?^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
        bodies = re.findall(r"^```\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
        assert {"bash", "shell", "console"}.isdisjoint(languages), page.name
        assert not any(re.search(r"^(zimu|make|pip|docker) [^─]*$", body, re.MULTILINE) for body in bodies), page.name


def test_the_site_has_a_place_for_every_page_and_a_name_in_chinese_for_every_place() -> None:
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    places = re.findall(r"^\s+- (?:([^:\n]+): )?(\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)
    files = [file for _, file in places if "/" not in file]
    assert sorted(files) == sorted({*(page.name for page in PAGES), "contributing.md", "changelog.md"})
    (languages,) = (plugin["i18n"]["languages"] for plugin in site["plugins"] if "i18n" in plugin)
    said = languages[1]["nav_translations"]
    assert set(said) == {name for name, _ in places if name} | set(
        re.findall(r"^\s+- ([^:\n]+):$", _nav(), re.MULTILINE)
    )


def _nav() -> str:
    return (ROOT / "mkdocs.yml").read_text("utf-8").split("\nnav:\n")[1]


def test_every_picture_is_shown_somewhere_and_every_shown_one_is_there() -> None:
    texts = {path: path.read_text("utf-8") for path in (*DOCS.glob("*.md"), *ROOT.glob("README*.md"))}
    shown = {
        (path.parent / picture).resolve()
        for path, text in texts.items()
        for picture in re.findall(r"!\[[^\]]*\]\(([^)#]+)\)", text)
    }
    assert shown == {path.resolve() for path in (DOCS / "img").iterdir()}


def test_links_to_elsewhere_are_whole_and_encrypted() -> None:
    for path in (*DOCS.glob("*.md"), *ROOT.glob("*.md")):
        for link in re.findall(r"\]\((\w+:[^)]*)\)", path.read_text("utf-8")):
            assert re.fullmatch(r"https://[\w.-]+\.[a-z]+(/[\w./~%?=&#+-]*)?", link), f"{path.name}: {link}"


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A folder with a film, what ``zimu run`` makes of it and a home that knows it: made once for all workers.

    In that home the starter packs stand where production packs would, so that commands need no ``--pack starter``.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "documents"
    with FileLock(f"{folder}.lock"):
        if not (folder / "film.zimu").exists():
            _prepare(folder)
    return folder


def _prepare(folder: Path) -> None:
    for part in ("speech-zh-en", "translation-zh-en"):
        _production(part, folder / "home" / "packs" / part, part)
    _production("speech-zh-en", folder / "whisper-small", "whisper-small")
    _beginning(ROOT / "models" / "starter" / "sample" / "sample.mp4", folder / "film.mp4", seconds=14)
    (folder / "films").mkdir()
    shutil.copyfile(folder / "film.mp4", folder / "films" / "film.mp4")
    (folder / "script.txt").write_text(SCRIPT, "utf-8")
    (folder / "glossary.csv").write_text("source,target\ncoffee,咖啡\n", "utf-8")
    english, chinese = "A brown dog runs across the wet grass of a park.", "一只棕色的狗在公园的草地上快速奔跑"
    (folder / "captions.csv").write_text(f"video_id,sentence\nv1,{chinese}\n", "utf-8")
    listed = [{"id": "v1", "video": "v1.mp4", "captions": {"zh": [chinese], "en": [english]}}]
    (folder / "captions.json").write_text(json.dumps(listed, ensure_ascii=False), "utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ZIMU_HOME", str(folder / "home"))
        run("zimu run film.mp4 --to zh,en", folder, patched)


def _beginning(source: Path, target: Path, seconds: float) -> None:
    """The first two shots, so that every command is quick."""
    with av.open(source) as film, av.open(target, "w") as copy:
        streams = {stream.index: copy.add_stream_from_template(stream) for stream in film.streams}
        for packet in film.demux():
            if packet.dts is not None and packet.dts * packet.time_base < seconds:
                packet.stream = streams[packet.stream.index]
                copy.mux(packet)


def _production(part: str, target: Path, name: str) -> None:
    shutil.copytree(ROOT / "models" / "starter" / part, target)
    card = target / "pack.toml"
    text = re.sub(r'(?m)^id = ".*"$', f'id = "{name}"', card.read_text("utf-8"))
    card.write_text(text.replace('tier = "starter"', 'tier = "production"'), "utf-8")


@pytest.mark.slow
@pytest.mark.timeout(900)  # many commands, and the machine may be busy
@pytest.mark.parametrize("page", RUN, ids=named)
def test_every_command_runs(page: Path, done: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "place"
    shutil.copytree(done, place)
    monkeypatch.setenv("ZIMU_HOME", str(place / "home"))
    monkeypatch.setenv("HOME", str(place / "user"))  # where editing programs look
    for block in blocks(page):
        for command in block.commands if not block.need else ():
            run(command, place, monkeypatch)
