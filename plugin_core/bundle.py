"""
The exchange bundle: for each editing program a folder with the right files in the right dialects, a page with pictures
that says what to click, and the loss report. The route for editors whose program allows no scripting.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from plugin_core.delivery import put_in_place, staging
from plugin_core.document import Cue, Document, Media
from plugin_core.errors import SettingsError
from plugin_core.exchange import named
from plugin_core.formats import to_text
from plugin_core.losses import TARGETS, Loss, losses
from plugin_core.plan.layout import CaptionLayout, track_keys
from plugin_core.timeline import Programme

PAGE, REPORT = "import.html", "losses.json"
SHORTEST = 3  # frames of a subtitle; Resolve drops shorter ones
_FILES: Mapping[str, Sequence[str]] = {  # exchange formats beside the subtitle files
    "resolve": ("marker-edl", "otio-resolve", "otio-resolve-18.5", "xmeml-resolve"),
    "premiere": ("xmeml", "otio-premiere", "premiere-markers", "premiere-transcript"),
    "fcp": ("fcpxml",),
    "avid": ("avid-markers", "edl"),
}
_ONLY_MARKS = {"marker-edl", "premiere-markers", "avid-markers"}


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was written: the folder or zip, the files in it by target, what travels, and sentences for the user."""

    path: Path
    files: Mapping[str, tuple[str, ...]]
    losses: Mapping[str, tuple[Loss, ...]]
    notes: tuple[str, ...] = ()


def write_bundle(programme: Programme, targets: Iterable[str], path: Path) -> Bundle:
    """
    Write the bundle for *targets* ("resolve", "premiere", "fcp", "avid") to the folder *path*, or into one file if it
    ends in ``.zip``. A file already there that differs is kept under a numbered name.
    """
    chosen = tuple(dict.fromkeys(targets))
    if unknown := [target for target in chosen if target not in TARGETS]:
        raise SettingsError("settings.bundle", f"There is no bundle for {unknown[0]!r}.", f"Use: {', '.join(TARGETS)}.")
    made = {target: _made(programme, target) for target in chosen}
    report = {target: losses(programme, target) for target in chosen}
    files = {target: tuple(content) for target, content in made.items()}
    contents = {f"{target}/{name}": data for target, table in made.items() for name, data in table.items()}
    contents[PAGE] = _page(programme, files, report)
    contents[REPORT] = _report(report)
    notes = _put(contents, path)
    return Bundle(path, files, report, notes)


def _page(programme: Programme, files: Mapping[str, tuple[str, ...]], report: Mapping[str, tuple[Loss, ...]]) -> bytes:
    from plugin_core.sheet import page

    return page(programme, files, report).encode()


def _report(report: Mapping[str, tuple[Loss, ...]]) -> bytes:
    table = {target: [loss.to_json() for loss in found] for target, found in report.items()}
    return (json.dumps(table, ensure_ascii=False, indent=1) + "\n").encode()


def _made(programme: Programme, target: str) -> dict[str, bytes]:
    """Name and content of every file for *target*."""
    stem = safe_name(programme.info.name)
    ending, write = (".subcap.txt", _subcap) if target == "avid" else (".srt", _srt)
    layout = CaptionLayout(programme.document, programme.info, SHORTEST)
    made = {f"{stem}.{key}{ending}": write(track(programme, layout, key)) for key in track_keys(programme.document)}
    for name in _FILES[target]:
        if programme.document.marks or name not in _ONLY_MARKS:
            made |= named(name).files(programme, stem)
    return made


def track(programme: Programme, layout: CaptionLayout, key: str) -> Programme:
    """The subtitles of one track ("zh", "zh-en") as a host will show them, counted from the timeline's first frame."""
    at = programme.info.rate.ms_at
    cues = tuple(
        Cue(f"{number:06d}", at(row.frame), at(row.frame + row.frames), (row.text,))
        for number, row in enumerate(layout.rows(key))
    )
    document = Document(Media(), (key,), cues, (), programme.document.made_by)
    return replace(programme, document=document, info=replace(programme.info, offset=0))


def _srt(programme: Programme) -> bytes:
    return to_text(programme.document, "srt").encode()


def _subcap(programme: Programme) -> bytes:
    from plugin_core.formats import subcap

    return subcap.write(programme).encode("utf-8-sig")


def safe_name(name: str) -> str:
    """*name* as every file system takes it."""
    plain = "".join("_" if character in '<>:"/\\|?*' or ord(character) < 32 else character for character in name)
    return plain.strip(" .")[:80] or "Zimu"


def _put(contents: Mapping[str, bytes], path: Path) -> tuple[str, ...]:
    """Write all of it aside, then move it into place; sentences about what was kept."""
    if path.suffix.lower() == ".zip":
        _zip(contents, path)
        return ()
    kept: list[Path] = []
    for folder in sorted({str(Path(name).parent) for name in contents}):
        target = path if folder == "." else path / folder
        with staging(target) as staged:
            for name, data in contents.items():
                if str(Path(name).parent) == folder:
                    (staged / Path(name).name).write_bytes(data)
            kept += put_in_place(staged, target)[1]
    return tuple(f"An earlier version was kept as {old.name}." for old in kept)


def _zip(contents: Mapping[str, bytes], path: Path) -> None:
    """A zip whose bytes depend on the contents alone."""
    from plugin_core.storage import write_atomic

    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in contents.items():
                entry = zipfile.ZipInfo(f"{path.stem}/{name}", (1980, 1, 1, 0, 0, 0))
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                archive.writestr(entry, data)
        file.seek(0)
        write_atomic(path, file.read())
