"""Formats Zimu only reads: MicroDVD, SAMI, MPL2, TMPlayer, Whisper JSON (through pysubs2) and YouTube's SBV."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable

from plugin_core.errors import DocumentError
from plugin_core.formats.base import Parsed, RawCue, parse_time
from plugin_core.formats.srt import plain

FILM = 23.976  # frames a second of a MicroDVD file that does not say; pysubs2 wants the nominal number

_SBV = re.compile(r"\s*(\d{1,3}:\d\d:\d\d\.\d{1,3})\s*,\s*(\d{1,3}:\d\d:\d\d\.\d{1,3})\s*")
_MICRODVD = re.compile(r"^\s*\{(\d+)\}\{(\d+)\}([\d.]*)", re.MULTILINE)


def sniff_microdvd(text: str) -> bool:
    """``{10}{40}text``."""
    return _MICRODVD.match(text) is not None


def sniff_mpl2(text: str) -> bool:
    """``[10][40]text``."""
    return re.match(r"\s*\[\d+\]\s*\[\d+\]", text) is not None


def sniff_tmp(text: str) -> bool:
    """``00:00:12:text``."""
    return re.match(r"\s*\d{1,2}:\d\d:\d\d[:=]\S", text) is not None


def sniff_sami(text: str) -> bool:
    """``<sami>``."""
    return re.match(r"\s*<sami\b", text, re.IGNORECASE) is not None


def sniff_sbv(text: str) -> bool:
    """``0:00:01.000,0:00:02.000`` on the first line."""
    return _SBV.fullmatch(text.lstrip().partition("\n")[0]) is not None


def sniff_whisper(text: str) -> bool:
    """A JSON object with ``segments``."""
    return text.lstrip().startswith("{") and '"segments"' in text


def read_microdvd(text: str) -> Parsed:
    """Frames at the rate the first line names, or film's."""
    first = _MICRODVD.match(text)
    rate = float(first[3]) if first and first[1] in "01" and re.fullmatch(r"\d+(?:\.\d+)?", first[3]) else 0.0
    body = text[first.end() :] if first and rate else text
    parsed = _through_pysubs2("microdvd", body, fps=rate or FILM)
    if not rate:
        parsed.repairs.append(f"The file does not say its frame rate: {FILM} was taken.")
    return parsed


def reader(kind: str) -> Callable[[str], Parsed]:
    """The reader of a format whose times need no help."""
    return lambda text: _through_pysubs2(kind, text)


def read_sbv(text: str) -> Parsed:
    """Times on a line, text below until the next times."""
    cues: list[RawCue] = []
    for line in text.splitlines():
        if match := _SBV.fullmatch(line):
            cues.append(RawCue(parse_time(match[1]) or 0, parse_time(match[2]) or 0, ("",)))
        elif cues:
            cues[-1].texts = (f"{cues[-1].texts[0]}\n{line}".replace("[br]", "\n"),)
    return Parsed(cues)


def read_whisper(text: str) -> Parsed:
    """The segments of an OpenAI Whisper JSON file; times in seconds."""
    try:
        data = json.loads(text)
        segments = [(part["start"], part["end"], str(part["text"])) for part in data["segments"]]
        cues = [RawCue(round(start * 1000), round(end * 1000), (words,)) for start, end, words in segments]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise DocumentError("document.broken", "The JSON file does not hold Whisper segments.") from error
    language = data.get("language")
    return Parsed(cues, (language,) if isinstance(language, str) and language else ())


def _through_pysubs2(kind: str, text: str, fps: float | None = None) -> Parsed:
    from pysubs2 import SSAFile

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            subs = SSAFile.from_string(text, format_=kind, fps=fps)
        except Exception as error:  # pysubs2 raises whatever a damaged field makes it raise
            raise DocumentError("document.broken", f"The {kind} file cannot be read: {error}.") from error
    return Parsed([RawCue(e.start, e.end, (plain(_lines(e.text)),)) for e in subs.events if e.type == "Dialogue"])


def _lines(text: str) -> str:
    return re.sub(r"\{[^{}]*\}", "", text).replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
