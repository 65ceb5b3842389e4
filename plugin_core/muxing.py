"""
Soft subtitles: a copy of the media with a subtitle track for each language, and one with both, that players offer.

Sound and picture are not encoded again: their packets are copied as they are. MP4 and MOV get tracks of timed text
(tx3g, 3GPP TS 26.245: PyAV's ``mov_text``), which hold one text at a time, so cues that overlap are shown together
while they do. Matroska gets SRT tracks, or ASS with our styles. Times are the cues' ms, counted from the media's first
frame as everywhere (``media``). MP4 names languages by ISO 639-2/T ("zho"), Matroska and MOV by 639-2/B ("chi").
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from plugin_core.document import Document
from plugin_core.errors import DocumentError, MediaError, SettingsError
from plugin_core.formats import layouts_for
from plugin_core.formats.layout import Layout, stacked
from plugin_core.languages import bibliographic, own_name, terminological
from plugin_core.protocol import Note, Progress

if TYPE_CHECKING:
    from av import Packet
    from av.container import InputContainer, OutputContainer
    from av.stream import Stream

STAGE = "mux"
Codec = Literal["mov_text", "srt", "ass"]
CONTAINERS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}
_KEPT = {  # the subtitle streams that a container can hold as they are
    "mp4": {"mov_text"}, "mov": {"mov_text"},
    "matroska": {"subrip", "ass", "webvtt", "hdmv_pgs_subtitle", "dvd_subtitle", "text"},
}  # fmt: skip
_HEADER = (  # what PyAV's mov_text encoder makes its sample description of
    b"[Script Info]\nScriptType: v4.00+\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour, "
    b"SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, "
    b"BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\nStyle: Default,Arial,16,&Hffffff,"
    b"&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1\n[Events]\nFormat: Layer, Start, End, Style, Name, "
    b"MarginL, MarginR, MarginV, Effect, Text\n"
)
_LONGEST_TEXT = 65_535  # bytes of a tx3g sample's text


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a subtitle track: ms of media time, and what a packet holds."""

    start: int
    end: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Track:
    """A subtitle track: the languages it shows from top to bottom, its title, its texts by start."""

    languages: tuple[str, ...]
    title: str
    texts: tuple[Text, ...]
    header: bytes = b""

    @property
    def key(self) -> str:
        return "-".join(self.languages)


def mux(
    media_path: Path,
    document: Document,
    out_path: Path,
    layouts: Sequence[Layout] | None = None,
    *,
    codec: Codec | None = None,
    default: str | None = None,
) -> Iterator[Progress | Note]:
    """
    Write *out_path* (.mp4, .mov or .mkv): the media's streams as they are and a track for each of *layouts*.

    *layouts* are one for each language and both languages; *codec* is mov_text in MP4 and MOV, srt or ass in Matroska.
    *default* is the key of the track that players show unasked ("zh", "zh-en"), by default the first; "" is none,
    but MP4 and MOV always show one.
    The file appears when it is whole; leaving the loop leaves nothing. MediaError if the media cannot be read or its
    streams cannot lie in such a file, SettingsError for a wrong option, DocumentError if nothing is said.
    """
    kind = container_of(out_path)
    codec = _codec_for(kind, codec)
    if out_path.exists() and media_path.exists() and out_path.samefile(media_path):
        raise SettingsError("settings.output", "The copy cannot take the place of the media itself.", "Name another.")
    tracks = tracks_of(document, codec, layouts)
    chosen = tracks[0].key if default is None else default
    if chosen and all(track.key != chosen for track in tracks):
        known = ", ".join(track.key for track in tracks)
        raise SettingsError("settings.default", f"There is no subtitle track {chosen!r}.", f"There are: {known}.")
    with unfinished(out_path) as path, ExitStack() as stack:
        yield from _copy(media_path, path, kind, codec, tracks, chosen, stack)


def container_of(path: Path) -> str:
    """The container that a name ends in; SettingsError if it is none of ours."""
    kind = CONTAINERS.get(path.suffix.lower())
    if kind is None:
        known = ", ".join(CONTAINERS)
        raise SettingsError("settings.output", f"{path.name} cannot hold subtitle tracks.", f"Use: {known}.")
    return kind


def _codec_for(kind: str, codec: Codec | None) -> Codec:
    possible: tuple[Codec, ...] = ("srt", "ass") if kind == "matroska" else ("mov_text",)
    if codec is None:
        return possible[0]
    if codec not in possible:
        hint = f"Use: {', '.join(possible)}."
        raise SettingsError("settings.codec", f"A {kind} file cannot hold {codec} subtitles.", hint)
    return codec


# -- texts --


def tracks_of(document: Document, codec: Codec, layouts: Sequence[Layout] | None = None) -> tuple[Track, ...]:
    """The tracks that show *document*; those without any text are left out, DocumentError if all are."""
    tracks = []
    for layout in layouts_for(document) if layouts is None else layouts:
        shown = layout.shown(document)
        texts, header = _ass(document, layout) if codec == "ass" else (_plain(document, layout, codec), b"")
        if texts:
            tracks.append(Track(shown, " + ".join(map(own_name, shown)), texts, header))
    if not tracks:
        raise DocumentError("document.no-cues", "The document has no subtitles to put in.", "Recognise speech first.")
    return tuple(tracks)


def _plain(document: Document, layout: Layout, codec: Codec) -> tuple[Text, ...]:
    from plugin_core.formats.broadcast import Notes, one_at_a_time
    from plugin_core.formats.srt import payload

    rows = list(stacked(document, layout))
    if codec == "srt":
        return tuple(Text(cue.start, max(cue.end, cue.start + 1), payload(cue, parts).encode()) for cue, parts in rows)
    said = {cue.id: "\n".join(text for _, text in parts) for cue, parts in rows}
    spans = ((cue.start, max(cue.end, cue.start + 1), cue) for cue, _ in rows)
    return tuple(
        Text(start, end, _sample("\n".join(said[cue.id] for cue in cues)))
        for start, end, cues in one_at_a_time(spans, Notes())
    )


def _sample(text: str) -> bytes:
    """A tx3g sample: two bytes of length and the text."""
    data = text.encode()[:_LONGEST_TEXT].decode("utf-8", "ignore").encode()
    return len(data).to_bytes(2, "big") + data


def _ass(document: Document, layout: Layout) -> tuple[tuple[Text, ...], bytes]:
    """The events of the ASS file as Matroska holds them (a number, no times), and all that stands before them."""
    from plugin_core.formats.ass import write

    head, _, body = write(document, layout).partition("\nDialogue: ")
    events = f"Dialogue: {body}".splitlines() if body else []
    texts = []
    for number, ((cue, _), line) in enumerate(zip(stacked(document, layout), events, strict=True)):
        layer, _, _, rest = line.removeprefix("Dialogue: ").split(",", 3)
        texts.append(Text(cue.start, max(cue.end, cue.start + 1), f"{number},{layer},{rest}".encode()))
    return tuple(texts), f"{head}\n".encode()


# -- copying --


@contextmanager
def unfinished(path: Path, ending: str = ".part") -> Iterator[Path]:
    """A name beside *path* to write to, with *ending*; it takes the name *path* only if the block ends well."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=ending)
    except OSError as error:
        raise _cannot_write(path, error) from error
    os.close(handle)
    part = Path(name)
    try:
        yield part
        mask = os.umask(0)
        os.umask(mask)
        part.chmod(0o666 & ~mask)
        part.replace(path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        part.unlink(missing_ok=True)


def _copy(  # noqa: PLR0917 - private
    media_path: Path,
    path: Path,
    kind: str,
    codec: Codec,
    tracks: Sequence[Track],
    default: str,
    stack: ExitStack,
) -> Iterator[Progress | Note]:
    """Demux, add the subtitle packets in the order of their times, and mux."""
    import av

    from plugin_core.media import opened, origin, packets, probe

    zero, length = origin(media_path), max(1, probe(media_path).duration)
    source = stack.enter_context(opened(media_path))
    target = stack.enter_context(av.open(str(path), "w", format=kind, options=_options(kind)))
    copied, dropped = _copied(source, target, kind, media_path)
    yield from (Note(STAGE, sentence, "warning") for sentence in dropped)
    waiting = _subtitle_packets(target, tracks, codec, default, zero)
    _copy_tags(source, target)
    try:
        shown = Fraction(0)
        for packet in packets(source, *(stream for stream, _ in copied)):
            if packet.dts is None or not packet.time_base:
                continue
            now = packet.dts * packet.time_base - zero
            while waiting and waiting[-1][0] <= now:
                target.mux(waiting.pop()[1])
            packet.stream = next(out for stream, out in copied if stream.index == packet.stream.index)
            target.mux(packet)
            if now >= shown:
                shown = now + 1
                yield Progress(STAGE, min(max(0.0, float(now * 1000)), length), length)
        while waiting:
            target.mux(waiting.pop()[1])
        target.close()
    except av.FFmpegError as error:
        raise _cannot_mux(media_path, kind, error) from error
    yield Progress(STAGE, length, length, 0)


def _options(kind: str) -> dict[str, str]:
    return {} if kind == "matroska" else {"movflags": "+faststart"}


def _copied(
    source: InputContainer, target: OutputContainer, kind: str, path: Path
) -> tuple[list[tuple[Stream, Stream]], list[str]]:
    """(stream, its copy) of all that the container can hold, and what it cannot, as sentences."""
    pairs: list[tuple[Stream, Stream]] = []
    dropped = []
    for stream in source.streams:
        name = stream.codec_context.codec.canonical_name if stream.codec_context else ""
        if stream.type not in {"video", "audio"} and name not in _KEPT[kind]:
            if stream.type == "subtitle":
                dropped.append(f"The subtitles in stream {stream.index} ({name or 'unknown'}) cannot lie in {kind}.")
            continue
        try:
            copy: Any = target.add_stream_from_template(stream)
        except (ValueError, RuntimeError) as error:
            raise _cannot_mux(path, kind, error) from error
        copy.metadata.update(stream.metadata)
        copy.disposition = stream.disposition
        if stream.time_base:
            copy.time_base = stream.time_base
        pairs.append((stream, copy))
    return pairs, dropped


def _copy_tags(source: InputContainer, target: OutputContainer) -> None:
    skipped = {"major_brand", "minor_version", "compatible_brands", "encoder"}
    target.metadata.update({key: value for key, value in source.metadata.items() if key.lower() not in skipped})
    if hasattr(source, "chapters") and hasattr(target, "set_chapters"):  # from PyAV 15 on
        target.set_chapters(source.chapters())


def _subtitle_packets(
    target: OutputContainer, tracks: Sequence[Track], codec: Codec, default: str, zero: Fraction
) -> list[tuple[Fraction, Packet[Any]]]:
    """(media time in s, packet) of every text, the last first; a stream is added for each track."""
    import av
    from av.stream import Disposition

    found: list[tuple[Fraction, int, Packet[Any]]] = []
    letters = terminological if target.format.name == "mp4" else bibliographic  # QuickTime's own list has "chi"
    for number, track in enumerate(tracks):
        stream: Any = target.add_stream("subrip" if codec == "srt" else codec)
        stream.codec_context.subtitle_header = track.header or _HEADER
        stream.time_base = Fraction(1, 1000)
        stream.metadata.update({"language": letters(track.languages[0]), "title": track.title})
        if target.format.name != "matroska":
            stream.metadata["handler_name"] = track.title
        stream.disposition = Disposition.default if track.key == default else Disposition(0)
        for text in track.texts:
            packet: Any = av.Packet(text.data)
            packet.stream, packet.time_base = stream, Fraction(1, 1000)
            packet.pts = packet.dts = text.start + round(zero * 1000)
            packet.duration = text.end - text.start
            found.append((Fraction(text.start, 1000), number, packet))
    found.sort(key=lambda item: (-item[0], -item[1]))
    return [(time, packet) for time, _, packet in found]


def _cannot_mux(path: Path, kind: str, error: Exception) -> MediaError:
    cause = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return MediaError(
        "media.cannot-mux",
        f"The streams of {path.name} cannot be copied into a {kind} file: {cause}.",
        "Write .mkv, which holds nearly everything, or convert the media first.",
    )


def _cannot_write(path: Path, error: OSError) -> MediaError:
    return MediaError(
        "media.cannot-write",
        f"{path} cannot be written: {error.strerror or error}.",
        "Nothing was changed. Free some space or choose another folder.",
    )
