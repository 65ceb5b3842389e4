"""``zimu doctor``: why something does not work, on one page that may be shown to others. See ``cli``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plugin_core.errors import SettingsError

if TYPE_CHECKING:
    from plugin_core.doctor.page import Page

Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]
Thorough = Annotated[
    bool, typer.Option("--thorough", help="Also check every pack's checksums and ask the editing programs that run.")
]
Copy = Annotated[bool, typer.Option("--copy", help="Put the page on the clipboard, to paste it into a report.")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Write the page to this file.")]
Updates = Annotated[bool, typer.Option("--updates", help="Ask whether there is a newer Zimu: uses the network.")]

CLIPBOARDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "win32": (("clip",),),
    "darwin": (("pbcopy",),),
    "linux": (("wl-copy",), ("xclip", "-selection", "clipboard"), ("xsel", "--clipboard", "--input")),
}
"""Programs that put their input on the clipboard; on Linux that of the desktop that runs."""


def doctor(
    as_json: Json = False, thorough: Thorough = False, copy: Copy = False, out: Out = None, updates: Updates = False
) -> None:
    """
    Why does it not work: device and why, packs, folders, editing programs, server, last errors, each with the fix.

    The page names no home folder, user, machine or film, so that it can be shown to others. Nothing is changed.
    """
    from plugin_core.doctor import updating
    from plugin_core.doctor.findings import language_here
    from plugin_core.doctor.looking import page
    from plugin_core.protocol import to_line

    seen = page(thorough=thorough, more=updating.look() if updates else ())
    text = to_line(seen.to_json()) if as_json else seen.to_text(language_here())
    sys.stdout.write(text)
    if out is not None:
        _write(out, seen, as_json=as_json)
    if copy:
        to_clipboard(seen.to_text(language_here()))
        sys.stderr.write("The page is on the clipboard.\n")


def _write(out: Path, page: Page, *, as_json: bool) -> None:
    from plugin_core.doctor.findings import language_here
    from plugin_core.protocol import to_line
    from plugin_core.storage import write_atomic

    text = to_line(page.to_json()) if as_json else page.to_text(language_here())
    write_atomic(out, text.encode("utf-8"))


def to_clipboard(text: str) -> None:
    """Put *text* on the clipboard by the system's own program; SettingsError says which is missing."""
    import shutil
    import subprocess

    programs = CLIPBOARDS.get(sys.platform, CLIPBOARDS["linux"])
    data = text.encode("utf-16" if sys.platform == "win32" else "utf-8")
    for program in programs:
        if shutil.which(program[0]) is None:
            continue
        try:
            done = subprocess.run(program, input=data, timeout=10, check=False, stderr=subprocess.DEVNULL)
        except (OSError, subprocess.SubprocessError):
            continue
        if done.returncode == 0:
            return
    names = ", ".join(program[0] for program in programs)
    raise SettingsError(
        "settings.clipboard", f"There is no way to the clipboard here ({names}).", "Use --out FILE instead."
    )
