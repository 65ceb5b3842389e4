"""
The exchange bundle: for each editing program a folder with the right files in the right dialects, a page with pictures
that says what to click, and the loss report. The route for editors whose program allows no scripting.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from plugin_core.delivery import put_in_place, staging
from plugin_core.document import Cue, Document, Media
from plugin_core.errors import SettingsError
from plugin_core.exchange import named
from plugin_core.formats import layouts_for, to_text
from plugin_core.formats.layout import Layout
from plugin_core.losses import TARGETS, Loss, losses
from plugin_core.timeline import Programme

PAGE, REPORT = "import.html", "losses.json"
_FILES: Mapping[str, Sequence[str]] = {  # exchange formats beside the subtitle files
    "resolve": ("marker-edl", "otio-resolve", "otio-resolve-18.5", "xmeml-resolve"),
    "premiere": ("xmeml", "otio-premiere", "premiere-markers"),
    "fcp": ("fcpxml",),
    "avid": ("avid-markers", "edl"),
}


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
    made: dict[str, bytes] = {}
    framed = on_frames(programme, overlaps=target == "fcp")
    for layout in layouts_for(framed.document):
        shown = "-".join(layout.shown(framed.document))
        for ending, write in _captions(target).items():
            made[f"{stem}.{shown}{ending}"] = write(framed, layout)
    for name in _FILES[target]:
        entry = named(name)
        made[stem + entry.ending] = entry.write(programme)
    if target == "premiere":
        made |= _transcripts(programme, stem)
    return made


def _captions(target: str) -> Mapping[str, Callable[[Programme, Layout], bytes]]:
    return {".subcap.txt": _subcap} if target == "avid" else {".srt": _srt}


def _srt(programme: Programme, layout: Layout) -> bytes:
    return to_text(programme.document, "srt", replace(layout, speakers=False)).encode()


def _subcap(programme: Programme, layout: Layout) -> bytes:
    from plugin_core.formats import subcap

    return subcap.write(programme, layout=layout).encode("utf-8-sig")


def _transcripts(programme: Programme, stem: str) -> dict[str, bytes]:
    """One transcript for each language: Premiere's holds one."""
    from plugin_core.formats import premiere_transcript

    return {
        f"{stem}.{language}.transcript.json": premiere_transcript.write(programme, language=language).encode()
        for language in programme.document.languages
        if any(cue.texts[programme.document.column(language)] for cue in programme.document.cues)
    }


def on_frames(programme: Programme, *, overlaps: bool = False) -> Programme:
    """
    The programme with its subtitles as a host will show them: counted from the timeline's first frame, on whole
    frames, at least one frame long and, unless *overlaps*, each ending where the next begins at the latest.
    """
    info, document = programme.info, programme.document
    rows = [(*info.span(cue.start, cue.end), cue) for cue in document.cues]
    rows = [(max(0, frame), frame + frames, cue) for frame, frames, cue in rows if frame + frames > 0]
    rows.sort(key=lambda row: (row[0], row[1], row[2].id))
    if not overlaps:
        rows = [
            (frame, min(end, max(frame + 1, rows[number + 1][0])) if number + 1 < len(rows) else end, cue)
            for number, (frame, end, cue) in enumerate(rows)
        ]
    cues = [replace(cue, start=info.rate.ms_at(frame), end=info.rate.ms_at(end)) for frame, end, cue in rows]
    return replace(programme, document=_with(document, cues), info=replace(info, offset=0))


def _with(document: Document, cues: Iterable[Cue]) -> Document:
    kept = tuple(sorted(cues, key=lambda cue: (cue.start, cue.end, cue.id)))
    return Document(Media(), document.languages, kept, (), document.made_by)


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
