"""The resources of an FCPXML file that is read: formats, files, effects and compound clips, by id."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree import ElementTree as ET

from plugin_core.clock import FrameRate
from plugin_core.formats.fcpxml_time import parse_time, rate_of


@dataclass(frozen=True, slots=True)
class Source:
    """
    A file, or a generator (an effect, *uid*). *start* and *duration* are seconds of its own time; *rate* is None for
    sound and stills.
    """

    name: str
    address: str = ""
    start: Fraction = Fraction(0)
    duration: Fraction = Fraction(0)
    rate: FrameRate | None = None
    size: tuple[int, int] = (0, 0)
    video: bool = True
    audio: bool = False
    channels: int = 0
    sample_rate: int = 0
    uid: str = ""


@dataclass(slots=True)
class Library:
    """What the file declares. *count* is how many items were placed so far, for a limit."""

    formats: dict[str, ET.Element] = field(default_factory=dict)
    files: dict[str, Source] = field(default_factory=dict)
    media: dict[str, ET.Element] = field(default_factory=dict)
    count: int = 0

    @staticmethod
    def of(root: ET.Element) -> Library:
        """The library of an ``fcpxml`` element."""
        library = Library()
        declared = [child for resources in root.findall("resources") for child in resources]
        library.formats = {child.get("id", ""): child for child in declared if child.tag == "format"}
        library.media = {child.get("id", ""): child for child in declared if child.tag == "media"}
        for child in declared:
            if child.tag == "asset":
                library.files[child.get("id", "")] = library._asset(child)
            elif child.tag == "effect":
                name, uid = child.get("name", ""), child.get("uid", "")
                library.files[child.get("id", "")] = Source(name, uid=uid or name or "generator")
        return library

    def _asset(self, asset: ET.Element) -> Source:
        original = [part for part in asset.findall("media-rep") if part.get("kind", "original-media") != "proxy-media"]
        found = original or asset.findall("media-rep")
        form = asset.get("format", "")
        has_video = asset.get("hasVideo") == "1"
        return Source(
            asset.get("name", ""),
            found[0].get("src", "") if found else asset.get("src", ""),  # before 1.9 the asset itself says where
            _seconds(asset, "start"),
            max(Fraction(0), _seconds(asset, "duration")),
            self.rate(form) if has_video else None,
            self.size(form),
            has_video,
            asset.get("hasAudio") == "1",
            _number(asset, "audioChannels"),
            _number(asset, "audioRate"),
        )

    def rate(self, ident: str, drop: bool = False) -> FrameRate | None:
        """The frame rate of the format *ident*, None if it has none (sound, stills) or is not declared."""
        found = self.formats.get(ident)
        return rate_of(found.get("frameDuration", ""), found.get("name", ""), drop) if found is not None else None

    def size(self, ident: str) -> tuple[int, int]:
        """Width and height of the format *ident*, 0 where it does not say."""
        found = self.formats.get(ident)
        return (_number(found, "width"), _number(found, "height")) if found is not None else (0, 0)

    def source(self, ident: str) -> Source | None:
        """The file or generator *ident*."""
        return self.files.get(ident)

    def span(self, element: ET.Element) -> tuple[Fraction, Fraction]:
        """
        The first second of an item's local time, and its length on the timeline.

        An item of a file that does not say them has the file's own.
        """
        source = self.files.get(element.get("ref", "")) if element.tag in {"asset-clip", "video", "audio"} else None
        whole = source.duration if source else self._length(element)
        begin = source.start if source else Fraction(0)
        start = _seconds(element, "start") if element.get("start") else begin
        return start, max(Fraction(0), _seconds(element, "duration") if element.get("duration") else whole)

    def _length(self, element: ET.Element) -> Fraction:
        media = self.media.get(element.get("ref", "")) if element.tag in {"ref-clip", "mc-clip"} else None
        inner = next(iter(media), None) if media is not None else None
        return _seconds(inner, "duration") if inner is not None else Fraction(0)


def _seconds(element: ET.Element, name: str) -> Fraction:
    text = element.get(name)
    return parse_time(text, name) if text else Fraction(0)


def _number(element: ET.Element, name: str) -> int:
    text = element.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
