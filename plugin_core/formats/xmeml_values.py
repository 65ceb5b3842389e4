"""
What xmeml (the XML of Final Cut Pro 7) writes as text: rates, timecode, media locations, colours, speeds.

Premiere writes locations as ``file://localhost/C%3a/...`` and marker colours as one number; Resolve finds media by a
bare path with forward slashes (as auto-editor writes it, issue 448 there) and shows every XML marker in blue.
"""

from __future__ import annotations

import re
from fractions import Fraction
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from plugin_core.clock import FrameRate
from plugin_core.errors import DocumentError, SettingsError
from plugin_core.formats.marking import LARGEST
from plugin_core.formats.safe_xml import clean

DIALECTS = ("premiere", "resolve")
REMAP = "timeremap"  # the effect that changes speed, and the name of ours for a changing one in OTIO
TICKS = 254_016_000_000  # per second, Premiere's own clock; every frame rate divides it

# <pproColor>, 0xAABBGGRR, as Premiere exported one marker of each colour on 2026-09-27 (a public storyboard
# exporter's table; two review tools write the same numbers). Green is its default and is exported without a number.
PPRO = {
    "Green": 0xFF378671, "Red": 0xFF362CD2, "Purple": 0xFFB18BAF, "Orange": 0xFF246FE9, "Yellow": 0xFF2BA1D0,
    "White": 0xFFFFFFFF, "Blue": 0xFFFC8D42, "Cyan": 0xFFD6F419,
}  # fmt: skip

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_DRIVE_IN_URL = re.compile(r"/[A-Za-z]:/")


def text(value: str) -> str:
    """*value* as the content of an element; line breaks as ``&#13;``, which Premiere writes and Resolve keeps."""
    return escape(clean(value)).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "&#13;")


def rate_xml(rate: FrameRate) -> str:
    """``<rate>``: a whole timebase, and whether it runs 1000/1001 of it. SettingsError for a rate it cannot say."""
    fps = rate.fps
    if fps.denominator not in (1, 1001):
        raise SettingsError(
            "settings.rate", f"XML for Premiere and Resolve cannot hold {rate} frames per second.",
            "Use a whole rate or 23.976, 29.97, 59.94.",
        )  # fmt: skip
    return (
        f"<rate><timebase>{rate.nominal}</timebase><ntsc>{'TRUE' if fps.denominator == 1001 else 'FALSE'}</ntsc></rate>"
    )


def timecode_xml(rate: FrameRate, frame: int) -> str:
    """``<timecode>`` of *frame*; drop-frame is written with semicolons throughout."""
    label = rate.timecode(frame)
    label = label.replace(":", ";") if rate.drop else label
    form = "DF" if rate.drop else "NDF"
    return (
        f"<timecode>{rate_xml(rate)}<string>{label}</string><frame>{frame}</frame>"
        f"<displayformat>{form}</displayformat></timecode>"
    )


def rate_in(element: Element | None) -> FrameRate | None:
    """The rate of a ``<rate>`` below *element*; None if it has none that can be."""
    found = element.find("rate") if element is not None else None
    base = number(found, "timebase")
    if found is None or base is None or not 1 <= base <= 1000:
        return None
    ntsc = (found.findtext("ntsc") or "").strip().upper() == "TRUE"
    return FrameRate(base * Fraction(1000, 1001)) if ntsc else FrameRate(base)


def drops(element: Element | None, rate: FrameRate) -> bool:
    """Whether the ``<timecode>`` *element* counts drop-frame."""
    if element is None or rate.fps.denominator != 1001 or rate.fps.numerator % 30_000:
        return False
    shown = (element.findtext("displayformat") or "").strip().upper()
    return shown == "DF" if shown in {"DF", "NDF"} else ";" in (element.findtext("string") or "")


def number(element: Element | None, tag: str) -> Fraction | None:
    """The number in child *tag*, None if there is none; DocumentError "xmeml.number" if no time can be so large."""
    value = (element.findtext(tag) or "").strip() if element is not None else ""
    return fraction(value) if value else None


def ticks(element: Element, tag: str) -> Fraction | None:
    """The seconds that Premiere's ticks in child *tag* are, None if there are none."""
    value = (element.findtext(tag) or "").strip()
    return Fraction(int(value), TICKS) if re.fullmatch(r"-?\d{1,18}", value) else None


def fraction(value: str) -> Fraction | None:
    """The number *value* says, None if it says none; DocumentError "xmeml.number" if no time can be so large."""
    if not re.fullmatch(r"[-+]?\d{1,30}(?:\.\d{0,30})?(?:[eE][-+]?\d{1,2})?", value.strip()):
        return None
    found = Fraction(value.strip())
    if abs(found) > LARGEST:
        raise DocumentError(
            "xmeml.number", f"The XML file has a time that cannot be: {value[:40]}.", "Export it again."
        )
    return found


def path_url(target: str, dialect: str) -> str:
    """Where the media is, as *dialect* finds it; *target* is a path of any system or a URL."""
    path = path_of(target)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", path) and not _DRIVE.match(path):
        return path  # http and the like
    path = path.replace("\\", "/") if _DRIVE.match(path) or path.startswith("\\\\") else path
    if dialect == "resolve":
        return path
    if path.startswith("//"):  # \\server\share
        return f"file:{quote(path, safe='/')}"
    if not path.startswith("/") and not _DRIVE.match(path):
        return quote(path, safe="/")
    return "file://localhost/" + quote(path.lstrip("/"), safe="/").replace("%3A", "%3a")


def path_of(url: str) -> str:
    """The path that a location names: of any dialect, a file URL or a path already."""
    if not url.lower().startswith("file:"):
        return url
    rest = url[5:]
    host, rest = (rest[2:].partition("/")[0], "/" + rest[2:].partition("/")[2]) if rest.startswith("//") else ("", rest)
    path = unquote(rest)
    if _DRIVE_IN_URL.match(path):
        return path[1:]
    return path if host in {"", "localhost"} else f"//{unquote(host)}{path}"


def marker_colour(element: Element, *, premiere: bool) -> str:
    """The Premiere colour of a ``<marker>``, the nearest for another number; "" if the file does not say."""
    value = number(element, "pproColor")
    if value is not None:
        code = int(value) & 0xFFFFFFFF
        return _nearest(code & 0xFF, code >> 8 & 0xFF, code >> 16 & 0xFF)
    colour = element.find("color")
    parts = [number(colour, name) for name in ("red", "green", "blue")]
    if colour is not None and all(part is not None and part >= 0 for part in parts):
        red, green, blue = (int(part or 0) for part in parts)
        scale = 257 if max(red, green, blue) > 255 else 1  # Final Cut Pro counts to 255, some programs to 65535
        return _nearest(red // scale, green // scale, blue // scale)
    return "Green" if premiere else ""


def _nearest(red: int, green: int, blue: int) -> str:
    def far(name: str) -> int:
        code = PPRO[name]
        return (red - (code & 0xFF)) ** 2 + (green - (code >> 8 & 0xFF)) ** 2 + (blue - (code >> 16 & 0xFF)) ** 2

    return min(PPRO, key=far)
