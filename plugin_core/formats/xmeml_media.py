"""The media tracks of an xmeml sequence, written: clips, nested sequences, transitions, speeds, links, files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from plugin_core.clock import FrameRate
from plugin_core.colours import from_host, to_host
from plugin_core.errors import ZimuError
from plugin_core.formats.layout import one_line
from plugin_core.formats.placed import (
    Fade,
    Placed,
    media_span,
    placed,
    seconds,
    source_start,
    to_frame,
    url_of,
)
from plugin_core.formats.xmeml_speed import points
from plugin_core.formats.xmeml_values import PPRO, TICKS, path_url, rate_xml, text, timecode_xml
from plugin_core.timeline import exact_rate

if TYPE_CHECKING:
    from plugin_core.timeline import Programme

PICTURE = (1920, 1080)  # where neither the timeline nor the media says
SAMPLES = 48_000


@dataclass(slots=True)
class _File:
    """One media file: when it begins and how long it is, in seconds of its own timecode; *written* once."""

    number: int
    name: str
    url: str
    generator: str
    rate: FrameRate
    start: Fraction
    length: Fraction
    video: bool = False
    audio: bool = False
    channels: int = 0
    written: bool = False


@dataclass(slots=True)
class _Shot:
    """A clip item to be written: its id, and where it stands for links to it."""

    placed: Placed
    id: str
    kind: str
    track: int
    index: int
    links: list[_Shot] = field(default_factory=list)


@dataclass(slots=True)
class _Writing:
    programme: Programme
    dialect: str
    files: dict[tuple[str, str], _File] = field(default_factory=dict)
    items: int = 0
    sequences: int = 1

    @property
    def rate(self) -> FrameRate:
        return self.programme.info.rate


def media_xml(programme: Programme, dialect: str, texts: list[str]) -> Iterator[str]:
    """``<media>`` with the tracks of *programme*; the tracks *texts* lie above its pictures."""
    writing = _Writing(programme, dialect)
    tracks = list(programme.media.tracks)
    for track in tracks:
        _gather(track, writing)
    yield from _media(tracks, writing, texts)


def _media(tracks: list[Any], writing: _Writing, texts: list[str]) -> Iterator[str]:
    pictures = _planned([track for track in tracks if track.kind != "Audio"], "video", writing)
    sounds = _planned([track for track in tracks if track.kind == "Audio"], "audio", writing)
    _link([shot for _, shots, _ in (*pictures, *sounds) for shot in shots])
    yield "<media>"
    yield f"<video><format>{_picture(writing)}</format>"
    for track, shots, _ in pictures:
        yield from _track(track, shots, writing, "")
    yield from texts
    yield "</video>"
    yield (
        "<audio><numOutputChannels>2</numOutputChannels><format><samplecharacteristics><depth>16</depth>"
        f"<samplerate>{SAMPLES}</samplerate></samplecharacteristics></format>"
    )
    for track, shots, channel in sounds:
        yield from _track(track, shots, writing, channel)
    yield "</audio>"
    yield "</media>"


def _picture(writing: _Writing) -> str:
    """Resolve refuses a sequence without these."""
    info, media = writing.programme.info, writing.programme.document.media
    width, height = (info.width or media.width, info.height or media.height)
    width, height = (width, height) if width and height else PICTURE
    return (
        f"<samplecharacteristics>{rate_xml(writing.rate)}<width>{width}</width><height>{height}</height>"
        "<anamorphic>FALSE</anamorphic><pixelaspectratio>square</pixelaspectratio>"
        "<fielddominance>none</fielddominance></samplecharacteristics>"
    )


def _gather(track: Any, writing: _Writing) -> None:
    """Note the media of every clip, nested ones too, before the first is written."""
    for clip in track.find_clips():
        try:
            span = clip.trimmed_range()
            whole = media_span(clip)
            start = whole[0] if whole else Fraction(0)
            length = whole[1] if whole else seconds(span.end_time_exclusive())
            rate = exact_rate(clip.media_reference.available_range.duration if whole else span.start_time)
        except (ZimuError, ValueError, RuntimeError, NotImplementedError):
            continue  # without length; ``placed`` leaves it out too
        found = writing.files.setdefault(
            _key(clip), _File(len(writing.files) + 1, _name(clip), url_of(clip), _generator(clip), rate, start, length)
        )
        found.length = max(found.length, length)
        found.audio |= track.kind == "Audio"
        found.video |= track.kind != "Audio"
        found.channels = _channels(found.url, writing)


def _key(clip: Any) -> tuple[str, str]:
    return (url_of(clip), "" if url_of(clip) else f"{clip.name} {_generator(clip)}")


def _generator(clip: Any) -> str:
    from opentimelineio import schema

    reference = clip.media_reference
    return str(reference.generator_kind) if isinstance(reference, schema.GeneratorReference) else ""


def _name(item: Any) -> str:
    return one_line(item.name) or url_of(item).replace("\\", "/").rsplit("/", 1)[-1] or "Clip"


def _channels(url: str, writing: _Writing) -> int:
    """The channels of the document's own media; 0 for media nobody has looked at."""
    media = writing.programme.document.media
    return media.audio[0].channels if url and url == media.path and media.audio else 0


def _planned(tracks: list[Any], kind: str, writing: _Writing) -> list[tuple[Any, list[_Shot], str]]:
    """The tracks with their items. Premiere wants a stereo track as two, one for each channel."""
    planned: list[tuple[Any, list[_Shot], str]] = []
    for track in tracks:
        for channel in ("1", "2") if kind == "audio" and _is_stereo(track, writing) else ("",):
            shots: list[_Shot] = []
            for item in placed(track, writing.rate):
                if not item.is_gap and item.end > item.start:
                    writing.items += 1
                    name = f"clipitem-{writing.items}"
                    shots.append(_Shot(item, name, kind, len(planned) + 1, len(shots) + 1))
            planned.append((track, shots, channel))
    return planned


def _is_stereo(track: Any, writing: _Writing) -> bool:
    channels = [writing.files[_key(clip)].channels for clip in track.find_clips() if _key(clip) in writing.files]
    return writing.dialect == "premiere" and bool(channels) and min(channels) > 1


def _link(shots: list[_Shot]) -> None:
    """Picture and sound of one media in one place belong together."""
    groups: dict[tuple[Any, ...], list[_Shot]] = {}
    for shot in shots:
        if type(shot.placed.item).__name__ == "Clip":
            place = (_key(shot.placed.item), shot.placed.start, shot.placed.end, source_start(shot.placed.item))
            groups.setdefault(place, []).append(shot)
    for group in groups.values():
        if len({shot.kind for shot in group}) > 1:
            for shot in group:
                shot.links = group


def _track(track: Any, shots: list[_Shot], writing: _Writing, channel: str) -> Iterator[str]:
    name = quoteattr(one_line(track.name))
    stereo = (
        f' currentExplodedTrackIndex="{int(channel) - 1}" totalExplodedTrackCount="2" premiereTrackType="Stereo"'
        if channel
        else ""
    )
    yield f"<track MZ.TrackName={name}{stereo}>"
    edges = ({shot.placed.start for shot in shots}, {shot.placed.end for shot in shots})
    done: Fade | None = None
    for shot in shots:
        if shot.placed.before is not None and shot.placed.before != done:
            yield _transition(shot.placed.before, shot.kind, edges, writing)
        yield from _item(shot, writing, channel)
        if shot.placed.after is not None:
            yield _transition(shot.placed.after, shot.kind, edges, writing)
        done = shot.placed.after
    enabled = "TRUE" if getattr(track, "enabled", True) else "FALSE"
    output = f"<outputchannelindex>{channel}</outputchannelindex>" if channel else ""
    yield f"<enabled>{enabled}</enabled><locked>FALSE</locked>{output}</track>"


def _transition(fade: Fade, kind: str, edges: tuple[set[int], set[int]], writing: _Writing) -> str:
    """Between two clips it is centred (the ticks say where the cut is), beside a gap it begins or ends in black."""
    starts, ends = edges
    black = "end-black" if fade.cut in ends else "start-black"
    alignment = "center" if fade.cut in starts and fade.cut in ends else black
    name = "Cross Fade (+3dB)" if kind == "audio" else fade.name if fade.kind != "SMPTE_Dissolve" else "Cross Dissolve"
    ident = "KGAudioTransCrossFade3dB" if kind == "audio" else name
    ticks = round((fade.cut - fade.start) * TICKS / writing.rate.fps)
    return (
        f"<transitionitem><start>{fade.start}</start><end>{fade.end}</end><alignment>{alignment}</alignment>"
        f"<cutPointTicks>{ticks}</cutPointTicks>{rate_xml(writing.rate)}<effect><name>{text(name)}</name>"
        f"<effectid>{text(ident)}</effectid><effectcategory>Dissolve</effectcategory>"
        f"<effecttype>transition</effecttype><mediatype>{kind}</mediatype><wipecode>0</wipecode>"
        "<wipeaccuracy>100</wipeaccuracy><startratio>0</startratio><endratio>1</endratio><reverse>FALSE</reverse>"
        "</effect></transitionitem>"
    )


def _item(shot: _Shot, writing: _Writing, channel: str) -> Iterator[str]:
    """A clip item. An end inside a transition is -1, and in and out then reach to the transition's ends."""
    item, where = shot.placed.item, shot.placed
    file = writing.files[_key(item)] if type(item).__name__ == "Clip" else None
    span = points(where, writing.rate, (file.start, file.length) if file else None)
    stereo = ' premiereChannelType="stereo"' if channel else ""
    yield (
        f'<clipitem id="{shot.id}"{stereo}><name>{text(_name(item))}</name>'
        f"<enabled>{'TRUE' if item.enabled else 'FALSE'}</enabled><duration>{span.duration}</duration>"
        f"{rate_xml(writing.rate)}<start>{-1 if where.before else where.start}</start>"
        f"<end>{-1 if where.after else where.end}</end><in>{span.first}</in><out>{span.last}</out>{span.ticks}"
    )
    if file is not None:
        yield _file(file, writing)
        yield from _clip_markers(item, writing)
    else:
        yield from _nested(item, writing)
    if span.remap:
        yield span.remap
    if shot.kind == "audio":
        yield f"<sourcetrack><mediatype>audio</mediatype><trackindex>{channel or 1}</trackindex></sourcetrack>"
    yield from (_linked(other) for other in shot.links)
    yield "</clipitem>"


def _linked(shot: _Shot) -> str:
    group = "<groupindex>1</groupindex>" if shot.kind == "audio" else ""
    return (
        f"<link><linkclipref>{shot.id}</linkclipref><mediatype>{shot.kind}</mediatype>"
        f"<trackindex>{shot.track}</trackindex><clipindex>{shot.index}</clipindex>{group}</link>"
    )


def _file(file: _File, writing: _Writing) -> str:
    """The file in full the first time, by its id later."""
    if file.written:
        return f'<file id="file-{file.number}"/>'
    file.written = True
    rate = _labelled(file, writing)
    where = f"<pathurl>{text(path_url(file.url, writing.dialect))}</pathurl>" if file.url else ""
    where = f"<mediaSource>{text(file.generator)}</mediaSource>" if file.generator else where
    video = f"<video><samplecharacteristics>{rate_xml(rate)}</samplecharacteristics></video>" if file.video else ""
    count = f"<channelcount>{file.channels}</channelcount>" if file.channels else ""
    audio = (
        f"<audio><samplecharacteristics><depth>16</depth><samplerate>{SAMPLES}</samplerate></samplecharacteristics>"
        f"{count}</audio>"
    )
    return (
        f'<file id="file-{file.number}"><name>{text(_basename(file))}</name>{where}{rate_xml(rate)}'
        f"<duration>{to_frame(file.length, rate)}</duration>{timecode_xml(rate, to_frame(file.start, rate))}"
        f"<media>{video}{audio if file.audio else ''}</media></file>"
    )


def _basename(file: _File) -> str:
    return file.url.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1] or file.name


def _labelled(file: _File, writing: _Writing) -> FrameRate:
    """The file's rate, as its timecode counts; a rate xmeml cannot say (variable ones) becomes the sequence's."""
    media = writing.programme.document.media
    for known in (media.frame_rate if file.url == media.path else None, writing.rate):
        if known is not None and known.fps == file.rate.fps:
            return known
    return file.rate if file.rate.fps.denominator in (1, 1001) else writing.rate


def _clip_markers(clip: Any, writing: _Writing) -> Iterator[str]:
    """Markers on a clip count in frames of its media."""
    file = writing.files[_key(clip)]
    for marker in clip.markers:
        span = marker.marked_range
        first = to_frame(seconds(span.start_time) - file.start, writing.rate)
        last = to_frame(seconds(span.end_time_exclusive()) - file.start, writing.rate)
        colour = to_host(from_host(str(marker.color or ""), "otio") or "Green", "premiere")
        number = "" if colour == "Green" else f"<pproColor>{PPRO[colour]}</pproColor>"
        yield (
            f"<marker><comment>{text(marker.comment)}</comment><name>{text(marker.name)}</name><in>{first}</in>"
            f"<out>{last if last > first + 1 else -1}</out>{number}</marker>"
        )


def _nested(item: Any, writing: _Writing) -> Iterator[str]:
    """A stack (or a lone track) inside a track is a sequence inside a clip item."""
    tracks = list(item) if type(item).__name__ == "Stack" else [item]
    writing.sequences += 1
    yield f'<sequence id="sequence-{writing.sequences}"><name>{text(_name(item))}</name>'
    yield f"<duration>{max(1, to_frame(seconds(item.available_range().duration), writing.rate))}</duration>"
    yield f"{rate_xml(writing.rate)}{timecode_xml(writing.rate, 0)}"
    yield from _media([_as_track(track) for track in tracks], writing, [])
    yield "</sequence>"


def _as_track(child: Any) -> Any:
    """A stack may hold clips beside tracks: each is a layer of its own."""
    from opentimelineio import schema

    return child if isinstance(child, schema.Track) else schema.Track(children=[child.deepcopy()], kind="Video")
