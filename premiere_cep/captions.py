"""
The subtitle files that Premiere makes caption tracks of, and how they are known again.

No script sees a caption track. What can be seen is the clip of its file in our bin: the file's name says which track
of which sequence it became. The files stay, as Premiere looks for the media of its clips.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote, unquote

from plugin_core.document import Cue
from plugin_core.errors import HostError
from plugin_core.formats.base import clock
from plugin_core.formats.srt import payload
from plugin_core.host import CaptionTrack, track_name
from plugin_core.storage import write_atomic
from premiere_cep.ticks import ms_of

_NAME = re.compile(r"Zimu (.+)\.([0-9a-f]{8})\.([0-9]{1,6})\.srt")


def srt_of(track: CaptionTrack, timebase: int) -> str:
    """*track* as SubRip, its times from the sequence's first frame."""
    blocks = []
    for number, caption in enumerate(track.captions, 1):
        start, end = (ms_of(frame, timebase) for frame in (caption.frame, caption.frame + caption.frames))
        text = payload(Cue("caption", start, end, ()), (("", caption.text),))
        blocks.append(f"{number}\n{clock(start, ',')} --> {clock(end, ',')}\n{text}\n")
    return "\n".join(blocks)


def write_srt(track: CaptionTrack, timebase: int, sequence: str, folder: Path) -> Path:
    """
    A new file in *folder* for *track* of *sequence*, in UTF-8 without a byte order mark, as the plug-ins write that are
    used with Premiere's import today.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stem = f"Zimu {quote(track.key, safe='')}.{_mark(sequence)}"
        used = [int(found[3]) for path in folder.iterdir() if (found := _NAME.fullmatch(path.name))]
        path = folder / f"{stem}.{max(used, default=0) + 1}.srt"
    except OSError as error:
        hint = "Check the disk, or set ZIMU_HOME to another folder."
        raise HostError("host.folder", f"{folder} cannot be used: {error.strerror}.", hint) from error
    write_atomic(path, srt_of(track, timebase).encode("utf-8", "replace"))
    return path


def tracks_of(paths: Iterable[str], sequence: str) -> tuple[CaptionTrack, ...]:
    """
    Our tracks of *sequence*, by the *paths* of the clips in our bin; captions are never told. Of several clips of one
    track the newest counts: whether the track of an older one was deleted by hand cannot be seen.
    """
    newest: dict[str, int] = {}
    for path in paths:
        key, number = known(path, sequence)
        if key:
            newest[key] = max(newest.get(key, 0), number)
    return tuple(CaptionTrack(key, track_name(key)) for key in sorted(newest, key=lambda key: newest[key]))


def known(path: str, sequence: str) -> tuple[str, int]:
    """The key and the number of our track of *sequence* that a clip of the file *path* became; "" for no such clip."""
    found = _NAME.fullmatch(path.replace("\\", "/").rsplit("/", 1)[-1])
    return (unquote(found[1]), int(found[3])) if found and found[2] == _mark(sequence) else ("", 0)


def _mark(sequence: str) -> str:
    return blake2b(sequence.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
