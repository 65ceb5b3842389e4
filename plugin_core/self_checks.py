"""What ``self_test`` does of the core: each check gets an empty folder and returns a sentence; see there."""

from __future__ import annotations

import json
import pkgutil
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from plugin_core import processes
from plugin_core.self_test import Absent, Check, Failed

LIBRARIES = (
    "av", "charset_normalizer", "ctranslate2", "cv2", "fastapi", "faster_whisper", "filelock", "h11",
    "huggingface_hub", "jieba", "numpy", "onnxruntime", "opencc", "opentimelineio", "platformdirs", "pysubs2",
    "rapidfuzz", "rich", "sentencepiece", "tokenizers", "ttconv", "typer", "uvicorn", "websockets",
)  # fmt: skip
"""What the base install depends on, by the name it is imported by."""
EXTRAS = ("PySide6", "spylls", "regex", "ray", "prometheus_client", "multipart", "python_multipart")
"""What extras bring: without them the modules that need them may be left out. A frozen build holds what it needs."""
MARKS = ("music", "sound", "shot", "scene")
"""The kinds of marks that the sample's truth has and the starter packs find."""
LIKENESS = 60.0  # percent of letters; what the starter packs hear and translate of the sample is far above
_START = 60.0  # seconds a server may take to listen


def libraries(_folder: Path) -> str:
    """Every library of the base install can be loaded: nothing native is missing or does not fit this machine."""
    for name in LIBRARIES:
        import_module(name)
    return f"{len(LIBRARIES)} libraries on Python {sys.version.split()[0]}."


def modules(_folder: Path) -> str:
    """Every module of Zimu is there and can be loaded, and so can whatever it asks for."""
    groups = entry_points()
    roots = {entry.module.split(".")[0] for group in groups.groups if group.startswith("zimu.")
             for entry in groups.select(group=group)}  # fmt: skip
    loaded, left = 0, []
    for root in sorted({"plugin_core"} | roots):
        for name in _modules(root):
            try:
                import_module(name)
            except ModuleNotFoundError as error:
                if getattr(sys, "frozen", False) or (error.name or "").split(".")[0] not in EXTRAS:
                    raise Failed(f"{name}: {error}") from error
                left.append(name)
            loaded += 1
    without = f" {len(left)} of them need an extra that is not installed." if left else ""
    return f"{loaded} modules.{without}"


def _modules(root: str) -> list[str]:
    """The names of the modules of package *root*; its ``__main__`` ones would start something."""
    walked = pkgutil.walk_packages(import_module(root).__path__, f"{root}.", onerror=lambda _name: None)
    return [root, *(module.name for module in walked if not module.name.endswith(".__main__"))]


def packs(_folder: Path) -> str:
    """The embedded packs are whole."""
    from plugin_core import modelstore

    found = modelstore.installed()
    if not found:
        raise Failed("The starter packs are missing.")
    for pack in found:
        modelstore.verify(pack)
    if broken := modelstore.broken():
        raise Failed(str(broken[0]))
    return f"{len(found)} packs, {sum(pack.size for pack in found) / 1e6:.0f} MB."


def subtitles(folder: Path) -> str:
    """The worker makes subtitles in two languages, and finds what the sample's truth says, with the starter packs."""
    from plugin_core.pipeline import Job
    from plugin_core.protocol import Finished
    from plugin_core.worker import Worker

    film, truth = _sample(folder)
    job = Job(
        str(film), out=str(folder / "out"), languages=("zh", "en"), formats=("srt", "ass"), speech_pack="starter",
        translation_pack="starter", memory=False, scenes=True, shots=True, events=("text", "sounds", "speakers"),
    )  # fmt: skip
    with Worker() as worker:
        document = next(event.document for event in worker.run(job) if isinstance(event, Finished))
    like = {language: _likeness(document, language, truth) for language in document.languages}
    if poor := [language for language, value in like.items() if value < LIKENESS]:
        raise Failed(f"What was heard is not what is said ({poor[0]}: {like[poor[0]]:.0f} % alike).")
    kinds = {mark.kind for mark in document.marks}
    if missing := [kind for kind in MARKS if kind not in kinds]:
        raise Failed(f"No mark of the kind {missing[0]} was found.")
    for suffix in (".srt", ".ass"):
        if not any((folder / "out").glob(f"*{suffix}")):
            raise Failed(f"No {suffix} file was written.")
    said = ", ".join(f"{language} {value:.0f} %" for language, value in like.items())
    return f"{len(document.cues)} cues (alike: {said}), {len(document.marks)} marks."


def _sample(folder: Path) -> tuple[Path, dict[str, Any]]:
    """A copy of the sample in *folder*, and its truth."""
    from plugin_core import modelstore

    embedded = modelstore.embedded()
    if embedded is None or not (embedded / "sample" / "sample.mp4").is_file():
        raise Failed("The sample is missing.")
    film = Path(shutil.copy(embedded / "sample" / "sample.mp4", folder / "样片 sample.mp4"))
    return film, json.loads((embedded / "sample" / "truth.json").read_text("utf-8"))


def _likeness(document: Any, language: str, truth: Mapping[str, Any]) -> float:
    """How much of what stands in *language* is as the truth has it, in percent of letters."""
    from rapidfuzz.fuzz import ratio

    column = document.languages.index(language)
    wanted = "".join(one["text" if one["language"] == language else "translation"] for one in truth["sentences"])
    return ratio(_letters("".join(cue.texts[column] for cue in document.cues)), _letters(wanted))


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def timelines(folder: Path) -> str:
    """OpenTimelineIO finds Zimu's adapters, and a document goes through each of them."""
    import opentimelineio as otio

    from plugin_core.clock import FrameRate
    from plugin_core.document import Cue, Document, Media
    from plugin_core.host import TimelineInfo
    from plugin_core.otio_read import from_otio
    from plugin_core.otio_write import to_otio
    from plugin_core.timeline import programme_of

    rate = FrameRate.parse("25")
    cues = (Cue("a", 1000, 2000, ("Good morning.", "早上好。")),)
    programme = programme_of(Document(Media(duration=4000, frame_rate=rate), ("en", "zh"), cues), TimelineInfo(rate))
    timeline = to_otio(programme)
    found = [name for name in otio.adapters.available_adapter_names() if name.startswith("zimu")]
    for name, ending in (("zimu", "zimu"), ("zimu_fcpxml", "fcpxml"), ("zimu_xmeml", "xml")):
        if name not in found:
            raise Failed(f"OpenTimelineIO does not find the adapter {name}.")
        file = folder / f"时间线.{ending}"
        otio.adapters.write_to_file(timeline, str(file), adapter_name=name)
        back = from_otio(otio.adapters.read_from_file(str(file), adapter_name=name)).document
        if [cue.texts[0] for cue in back.cues] != ["Good morning."]:
            raise Failed(f"The adapter {name} does not give back what it wrote.")
    return f"{len(found)} adapters."


def server(_folder: Path) -> str:
    """The local server starts, answers with its token, has the panel's files, and ends."""
    from plugin_core.cli_serve import panel_folder
    from plugin_core.server import running

    if panel_folder() is None:
        raise Absent("There is no panel to serve.")
    process = subprocess.Popen(
        [*processes.command("plugin_core.cli"), "serve"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + _START
        while (address := running()) is None:
            if process.poll() is not None:
                raise Failed(f"The server ended with status {process.returncode}.")
            if time.monotonic() > end:
                raise Failed("The server does not answer.")
            time.sleep(0.1)
        return f"It answered at {address.url}."
    finally:
        process.terminate()
        process.wait()


def hosts(folder: Path) -> str:
    """What goes into editing programs is whole: the menu script of Resolve, the panel of Premiere."""
    groups = {entry.name for entry in entry_points(group="zimu.commands")}
    if not {"resolve", "premiere"} <= groups:
        raise Absent("The bridges to editing programs are not installed.")
    _command("hosts", "install", "--dry-run", "resolve")
    _command("premiere", "package", str(folder / "panel"))
    files = sum(path.is_file() for path in (folder / "panel").rglob("*"))
    if not files:
        raise Failed("The panel for Premiere is empty.")
    return f"Resolve's menu script and {files} files of Premiere's panel."


def _command(*arguments: str) -> None:
    done = subprocess.run(
        [*processes.command("plugin_core.cli"), *arguments], capture_output=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Failed(f"zimu {' '.join(arguments[:2])} ended with status {done.returncode}. {' '.join(said[-2:])}")


CHECKS: Mapping[str, Check] = {
    "libraries": libraries,
    "modules": modules,
    "packs": packs,
    "subtitles": subtitles,
    "timelines": timelines,
    "server": server,
    "hosts": hosts,
}
