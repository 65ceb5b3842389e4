"""
``python -m gui.gallery_process FILE``: pictures of a film, in a process of its own: decoding never holds the window up.

It reads times (ms of media time, one a line) and answers each with the time, a tab and the path of a JPEG file. They
lie in Zimu's cache by the content of the film, so a film that is renamed or opened again has them at once. An error is
one line of JSON on stderr (``ZimuError.to_json``) and its exit status.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from plugin_core import audio, frames, settings, storage
from plugin_core.errors import ZimuError
from plugin_core.shots.thumbnails import WIDTH, jpeg

FILMS = 40  # whose pictures are kept; a film of 3,000 shots has some 40 MB


def main(arguments: list[str]) -> int:
    """Answer until stdin ends; the exit status."""
    try:
        serve(Path(arguments[0]), sys.stdin)
    except ZimuError as error:
        sys.stderr.write(json.dumps(error.to_json()) + "\n")
        return error.exit_code
    except BrokenPipeError:
        sys.stdout = None
        return 1
    return 0


def serve(path: Path, asked: Iterator[str]) -> None:
    """Answer every time in *asked* on stdout. Errors as ``frames.look``."""
    folder = shelf(path)
    now: list[Path] = []
    for frame in frames.at(path, _missing(folder, asked, now)):
        storage.write_atomic(now[-1], jpeg(frame.rgb(*frame.fitting(WIDTH))))
        _say(now.pop())


def shelf(path: Path) -> Path:
    """The folder for the pictures of the film *path*; those of films not looked at for long make room."""
    folder = settings.cache() / "thumbnails" / audio.fingerprint(path)[:32]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.touch()
        for old in sorted(folder.parent.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)[FILMS:]:
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise ZimuError("gallery.disk", f"Pictures cannot be kept: {error.strerror or error}.") from error
    return folder


def _missing(folder: Path, asked: Iterator[str], now: list[Path]) -> Iterator[int]:
    """Answer what is there; the times of what is not, each with its file at the end of *now*."""
    for line in asked:
        ms = int(line)
        file = folder / f"{ms}.jpg"
        if file.is_file():
            _say(file)
        else:
            now.append(file)
            yield ms


def _say(file: Path) -> None:
    sys.stdout.write(f"{file.stem}\t{file}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
