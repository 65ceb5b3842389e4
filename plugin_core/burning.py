"""
A preview with burned-in subtitles: the picture drawn anew with the document's ASS styles by libass, the sound kept.

Two ways, tried in this order: PyAV's filter graph, where its FFmpeg was built with libass (the wheels are not), and
the ``ffmpeg`` program where one is installed. Without either there is a MediaError that says what to install. Times
count from the media's first frame; a cue is there from the frame nearest to its start until that nearest to its end,
as in the editing programs.

Chinese needs a font with Chinese letters: ``font_note`` says if none is found, and what to install.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Literal

from plugin_core.clock import FrameRate
from plugin_core.document import Cue, Document
from plugin_core.errors import DocumentError, MediaError, SettingsError
from plugin_core.formats import Layout, to_text
from plugin_core.muxing import unfinished
from plugin_core.protocol import Note, Progress
from plugin_core.typography import has_han

if TYPE_CHECKING:
    from av.container import OutputContainer

STAGE = "burn"
HEIGHT = 720  # pixels of a preview
LOWEST, HIGHEST = 64, 4320
STILL_TIMEOUT = 60.0  # s
QUALITY = 23  # x264's constant rate factor: its own default
ENDINGS = (".mp4", ".mov", ".mkv")
Engine = Literal["pyav", "ffmpeg"]
_HINT = (
    "Install FFmpeg (https://ffmpeg.org; Debian and Ubuntu: apt install ffmpeg; macOS: brew install ffmpeg; Windows: "
    "winget install ffmpeg), then try again, or put the subtitles into the file as tracks instead."
)
_FONT_HINT = (
    "Install Noto Sans CJK (Debian and Ubuntu: apt install fonts-noto-cjk) or another font with Chinese letters."
)
_CJK_FILES = re.compile(
    r"noto.*(cjk|sc|tc|jp|kr)|sourcehan|wqy|wenquan|droidsansfallback|msyh|simsun|simhei|pingfang|heiti|songti|hiragino"
    r"|arialuni|uming|ukai",
    re.I,
)
_TIME = re.compile(r"out_time_us=(-?\d+)")


def engines() -> tuple[Engine, ...]:
    """What can draw subtitles on this machine, the better first."""
    found: list[Engine] = []
    if _pyav_has_libass():
        found.append("pyav")
    if _program():
        found.append("ffmpeg")
    return tuple(found)


def burn(
    media_path: Path,
    document: Document,
    out_path: Path,
    *,
    height: int = HEIGHT,
    layout: Layout = Layout(),  # noqa: B008 - frozen
    engine: Engine | None = None,
    quality: int = QUALITY,
) -> Iterator[Progress | Note]:
    """
    Write *out_path* (.mp4, .mov or .mkv): the picture at *height* (never larger than it is) with the subtitles in it.

    H.264 of *quality* (x264's rate factor, 0 to 51) and the first sound track (AAC; PyAV copies it as it is).
    The file appears when it is whole; leaving the loop stops at once and leaves nothing. MediaError
    "media.no-libass" if nothing here can draw, "media.no-picture" if there is none; SettingsError for a wrong option.
    """
    _check(media_path, out_path, height, quality)
    chosen = _engine(engine)
    from plugin_core.media import origin, probe

    media = probe(media_path)
    if not media.width:
        raise MediaError("media.no-picture", f"{media_path.name} has no picture to draw on.", "Give it a video file.")
    size = _size(media.width, media.height, height)
    if note := font_note(document, layout):
        yield Note(STAGE, note, "warning")
    zero = origin(media_path)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zimu-burn-")))
        _write_ass(replace(document, media=media), layout, size, folder / "subtitles.ass")
        part = stack.enter_context(unfinished(out_path, out_path.suffix))
        run = _with_pyav if chosen == "pyav" else _with_program
        yield from run(media_path, folder / "subtitles.ass", part, size, zero, quality, max(1, media.duration))


def still(
    picture: bytes,
    at: int,
    document: Document,
    *,
    layout: Layout = Layout(),  # noqa: B008 - frozen
    engine: Engine | None = None,
) -> bytes:
    """
    *picture*, the PNG of the frame shown at *at* ms of media time, with the subtitles as ``burn`` would draw them.

    As it is if no cue is shown then. MediaError as of ``burn``.
    """
    chosen = _engine(engine)
    rate = document.media.frame_rate
    shown = tuple(cue for cue in (_on_frames(cue, rate) for cue in document.cues) if cue.start <= at < cue.end)
    if not shown:
        return picture
    with tempfile.TemporaryDirectory(prefix="zimu-still-") as folder:
        subtitles = Path(folder) / "subtitles.ass"
        ordered = tuple(sorted(shown, key=lambda cue: (cue.start, cue.end, cue.id)))
        _write_ass(replace(document, cues=ordered), layout, _png_size(picture), subtitles)
        return (
            _still_with_pyav(picture, at, subtitles)
            if chosen == "pyav"
            else _still_with_program(picture, at, subtitles)
        )


def font_note(document: Document, layout: Layout = Layout()) -> str:  # noqa: B008 - frozen
    """A sentence if the texts shown hold Chinese and no font with Chinese letters is found, else ""."""
    columns = [document.column(language) for language in layout.shown(document)]
    if not any(has_han(cue.texts[column]) for cue in document.cues for column in columns) or _has_cjk_font():
        return ""
    return f"No font with Chinese letters was found: they will be drawn as boxes. {_FONT_HINT}"


def _check(media_path: Path, out_path: Path, height: int, quality: int) -> None:
    if out_path.suffix.lower() not in ENDINGS:
        raise SettingsError("settings.output", f"{out_path.name} is no film file.", f"Use: {', '.join(ENDINGS)}.")
    if not LOWEST <= height <= HIGHEST:
        raise SettingsError("settings.height", f"A height of {height} is not possible.", f"{LOWEST} to {HIGHEST}.")
    if not 0 <= quality <= 51:
        raise SettingsError("settings.quality", f"There is no quality {quality}.", "Use 0 (best) to 51.")
    if out_path.exists() and media_path.exists() and out_path.samefile(media_path):
        raise SettingsError("settings.output", "The preview cannot take the place of the media.", "Name another.")


def _engine(asked: Engine | None) -> Engine:
    known = engines()
    if not known:
        raise MediaError("media.no-libass", "Nothing on this machine can draw subtitles into a picture.", _HINT)
    if asked is not None and asked not in known:
        message = f"{asked} cannot draw subtitles on this machine."
        raise MediaError("media.no-libass", message, f"Leave the choice open, or use {known[0]}.")
    return asked or known[0]


def _pyav_has_libass() -> bool:
    import av.filter

    return "ass" in av.filter.filters_available or "subtitles" in av.filter.filters_available


def _program() -> str | None:
    """The ffmpeg program, if it has libass."""
    path = shutil.which("ffmpeg")
    if path is None:
        return None
    try:
        listed = subprocess.run([path, "-hide_banner", "-filters"], capture_output=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return path if re.search(rb"^\s*\S+\s+(?:ass|subtitles)\s", listed.stdout, re.M) else None


def _has_cjk_font() -> bool:
    return any(_CJK_FILES.search(path.name) for folder in _font_folders() for path in folder.rglob("*.[tTo][tT]*"))


def _font_folders() -> Iterator[Path]:
    home = Path.home()
    names = (
        Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".fonts", home / ".local/share/fonts",
        Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts",
        Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
    )  # fmt: skip
    yield from (folder for folder in names if folder.is_dir())


def _size(width: int, height: int, wanted: int) -> tuple[int, int]:
    """Width and height in even pixels, in proportion, never larger than the picture."""
    wanted = min(wanted, height) // 2 * 2
    return max(2, round(Fraction(width * wanted, height) / 2) * 2), max(2, wanted)


def _write_ass(document: Document, layout: Layout, size: tuple[int, int], path: Path) -> None:
    """The styles for a picture of *size*, and the cues with times that give each the frames it has in an editor."""
    media = replace(document.media, width=size[0], height=size[1])
    rate = document.media.frame_rate
    cues = tuple(sorted((_on_frames(cue, rate) for cue in document.cues), key=lambda cue: (cue.start, cue.end, cue.id)))
    if not cues:
        raise DocumentError("document.no-cues", "The document has no subtitles to draw.", "Recognise the speech first.")
    path.write_text(to_text(replace(document, media=media, cues=cues), "ass", layout), encoding="utf-8")


def _png_size(picture: bytes) -> tuple[int, int]:
    """Width and height, which every PNG says at one place (W3C PNG, 11.2.1)."""
    return int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")


def _on_frames(cue: Cue, rate: FrameRate | None) -> Cue:
    """*cue* on its nearest frames, then down to ASS's hundredths: so libass finds it from its first frame on."""
    start, end = (rate.snap(ms) if rate else ms for ms in (cue.start, cue.end))
    start = start // 10 * 10
    return replace(cue, start=start, end=max(end // 10 * 10, start + 10))


# -- the program --


def _with_program(  # noqa: PLR0917 - private; both engines take the same
    media: Path, subtitles: Path, out: Path, size: tuple[int, int], zero: Fraction, quality: int, length: int
) -> Iterator[Progress | Note]:
    """Run ffmpeg; its progress lines tell how far it is. Leaving the loop ends it."""
    program = _program()
    if program is None:
        raise MediaError("media.no-libass", "The ffmpeg program is gone.", _HINT)
    shift = f"setpts=PTS-({float(zero):.9f})/TB" if zero else "null"
    back = f"setpts=PTS+({float(zero):.9f})/TB" if zero else "null"
    graph = f"scale={size[0]}:{size[1]},{shift},ass=subtitles.ass,{back},format=yuv420p"
    command = [
        program, "-hide_banner", "-nostdin", "-v", "error", "-y", "-copyts", "-protocol_whitelist", "file",
        "-i", str(media.resolve()), "-map", "0:V:0", "-map", "0:a:0?", "-sn", "-dn", "-vf", graph,
        "-c:v", "libx264", "-preset", "veryfast", "-crf", str(quality), "-c:a", "aac", "-map_metadata", "0",
        "-progress", "pipe:1", str(out.resolve()),
    ]  # fmt: skip
    with subprocess.Popen(
        command, cwd=subtitles.parent, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        told: deque[bytes] = deque(maxlen=20)
        reader = Thread(target=lambda: told.extend(process.stderr or ()), daemon=True)
        reader.start()
        try:
            for line in process.stdout or ():
                if match := _TIME.match(line.decode("ascii", "replace")):
                    yield Progress(STAGE, min(max(0, int(match[1]) // 1000 - round(zero * 1000)), length), length)
            process.wait()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            reader.join(5)
    if process.returncode:
        cause = b" ".join(told).decode("utf-8", "replace").strip()[-300:] or f"it ended with {process.returncode}"
        raise MediaError("media.cannot-burn", f"ffmpeg could not draw on {media.name}: {cause}", "Try another file.")
    yield Progress(STAGE, length, length, 0)


def _still_with_program(picture: bytes, at: int, subtitles: Path) -> bytes:
    command = [
        _program() or "ffmpeg", "-hide_banner", "-v", "error", "-f", "png_pipe", "-i", "pipe:0",
        "-vf", f"setpts={at / 1000:.3f}/TB,ass={subtitles.name},format=rgb24", "-frames:v", "1",
        "-f", "image2pipe", "-c:v", "png", "pipe:1",
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, cwd=subtitles.parent, input=picture, capture_output=True, check=False, timeout=STILL_TIMEOUT
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MediaError("media.cannot-burn", f"ffmpeg could not draw the picture: {error}", "Try again.") from error
    if done.returncode or not done.stdout:
        cause = done.stderr.decode("utf-8", "replace").strip()[-300:] or f"it ended with {done.returncode}"
        raise MediaError("media.cannot-burn", f"ffmpeg could not draw the picture: {cause}", "Try again.")
    return done.stdout


# -- PyAV --


def _still_with_pyav(picture: bytes, at: int, subtitles: Path) -> bytes:
    import av
    import av.filter

    with av.open(io.BytesIO(picture), "r", format="png_pipe") as source:
        frame = next(source.decode(video=0))
    graph = av.filter.Graph()
    unit = Fraction(1, 1000)
    nodes = [
        graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=unit),
        graph.add("format", "yuv444p"),
        graph.add(*_drawing(subtitles)),
        graph.add("format", "rgb24"),
        graph.add("buffersink"),
    ]
    graph.link_nodes(*nodes).configure()
    frame.pts, frame.time_base = at, unit
    graph.push(frame)
    drawn: Any = graph.pull()
    encoder: Any = av.CodecContext.create("png", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = drawn.width, drawn.height, "rgb24", unit
    return b"".join(bytes(packet) for packet in (*encoder.encode(drawn), *encoder.encode(None)))


def _with_pyav(  # noqa: PLR0917
    media: Path, subtitles: Path, out: Path, size: tuple[int, int], zero: Fraction, quality: int, length: int
) -> Iterator[Progress | Note]:
    """Decode, draw with PyAV's own FFmpeg, encode; the sound's packets are copied."""
    import av

    from plugin_core.media import opened, packets, picture

    with opened(media) as source, av.open(str(out), "w") as target:
        video = picture(source)
        if video is None or video.time_base is None:
            raise MediaError("media.no-picture", f"{media.name} has no picture to draw on.", "Give it a video file.")
        audio = next(iter(source.streams.audio), None)
        graph = _graph(video, subtitles, size)
        encoder: Any = target.add_stream("libx264", rate=video.average_rate or 25, options={"crf": str(quality)})
        encoder.width, encoder.height, encoder.pix_fmt = *size, "yuv420p"
        encoder.codec_context.time_base = video.time_base
        try:
            copied: Any = target.add_stream_from_template(audio) if audio is not None else None
            for packet in packets(source, video, *([audio] if audio is not None else [])):
                if packet.stream.type == "audio":
                    if packet.dts is not None:
                        packet.stream = copied
                        target.mux(packet)
                    continue
                for frame in packet.decode():
                    _draw(graph, frame, encoder, target, zero)
                if packet.pts is not None:
                    done = float((packet.pts * video.time_base - zero) * 1000)
                    yield Progress(STAGE, min(max(0.0, done), length), length)
            target.mux(encoder.encode(None))
        except (av.FFmpegError, ValueError) as error:
            cause = getattr(error, "strerror", None) or str(error)
            raise MediaError("media.cannot-burn", f"{media.name} cannot be drawn on: {cause}.", _HINT) from error
    yield Progress(STAGE, length, length, 0)


def _graph(video: Any, subtitles: Path, size: tuple[int, int]) -> Any:
    import av.filter

    graph = av.filter.Graph()
    nodes = [
        graph.add_buffer(template=video),
        graph.add("scale", f"{size[0]}:{size[1]}"),
        graph.add(*_drawing(subtitles)),
        graph.add("format", "yuv420p"),
        graph.add("buffersink"),
    ]
    graph.link_nodes(*nodes).configure()
    return graph


def _drawing(subtitles: Path) -> tuple[str, str]:
    """The filter that draws, and its argument, in which what an option string takes for marks is escaped."""
    import av.filter

    name = "ass" if "ass" in av.filter.filters_available else "subtitles"
    return name, "filename=" + re.sub(r"([\\':])", r"\\\1", str(subtitles))


def _draw(graph: Any, frame: Any, encoder: Any, target: OutputContainer, zero: Fraction) -> None:
    """One frame through the graph, at its place of media time while libass looks at it."""
    shift = round(zero / frame.time_base)
    frame.pts -= shift
    graph.push(frame)
    drawn = graph.pull()
    drawn.pts += shift
    drawn.pict_type = 0
    target.mux(encoder.encode(drawn))
