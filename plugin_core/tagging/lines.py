"""
Lines that hold no words of anybody: cue numbers and timing lines, the headers, notes and styles of subtitle files, the
headings and transitions of scripts.
"""

from __future__ import annotations

import re

_TIMING = re.compile(r"\s*[\d:.,;]{4,16}\s*-{1,2}>")
_NUMBER = re.compile(r"\s*\d{1,7}\s*\Z")
_BLOCK = re.compile(r"(?:WEBVTT(?:[ \t].*)?|(?:STYLE|REGION)\s*|NOTE(?:[ \t].*)?)\Z")
_BLOCKS = frozenset(("WEBVTT", "STYLE", "REGION", "NOTE"))
_SECTION = re.compile(r"\s*\[(?P<name>Script Info|V4\+? Styles|Fonts|Graphics|Events|Aegisub [\w ]{1,40})\]\s*\Z", re.I)
_ASS = re.compile(r"\s*(?P<name>Format|Style|Comment):", re.IGNORECASE)
_RATE = re.compile(r"\{[01]\}\{[01]\}\d{1,3}(?:\.\d{1,5})?\s*\Z")
_META = re.compile(r"\s*\[(?:ar|ti|al|by|offset|length|re|ve|au|la|id):[^\]\n]{0,200}\]\s*\Z", re.IGNORECASE)
_SCENE = re.compile(
    r"""\s*(?:\d{1,4}[A-Z]?[.\s]\s*)?(?:
      (?:INT|EXT|I/E|INT\.?/EXT|EXT\.?/INT)[./ ].{1,100}
     |第\s?[\d一二三四五六七八九十百零两]{1,5}\s?[场幕集镜](?:[\s:,、.·\-—].{0,60})?
     |(?:场景|场次|镜头)\s?[\d一二三四五六七八九十]{0,4}[\s:].{0,60}
     |(?:内景|外景|内外景)[\s.:,、·\-—].{0,60}
    )\Z""",
    re.VERBOSE,
)
_TRANSITION = re.compile(
    r"""\s*[(\[]?(?:
      (?:(?:SMASH\ |MATCH\ |JUMP\ |HARD\ )?CUT|DISSOLVE|FADE|WIPE|BACK|CROSSFADE|INTERCUT)
      \ (?:BACK\ )?(?:TO|WITH)\b[A-Z0-9 .'\-]{0,40}
     |FADE\ (?:IN|OUT)|THE\ END|(?:SMASH\ |MATCH\ |JUMP\ )CUT
     |切至|切到|切回|叠化|叠化至|淡入|淡出|淡入淡出|黑场|(?:切至|切到|切回|叠化至|闪回|转场)\s?:.{1,40}
    )[.:]?[)\]]?\s*\Z""",
    re.VERBOSE,
)
_LONGEST = 400  # characters of such a line


class Lines:
    """Reads the lines of a text in order and remembers the WebVTT block or ASS section they are in."""

    def __init__(self, folded: str) -> None:
        self._folded = folded
        self.vtt = folded.lstrip("\u200b").startswith("WEBVTT")
        self._block = ""
        self._fields = 10  # of an ASS dialogue, its text among them

    def shape(self, start: int, end: int, timed: int) -> str:
        """
        "blank", "header" (of a cue), "heading" (of a file or scene), or "" for a line of content.

        *timed* is where a time code at the beginning of the line ends.
        """
        if end - start > _LONGEST:
            return ""
        line = self._folded[start:end]
        if not line.strip(" \u200b"):
            self._block = "" if self._block in _BLOCKS else self._block
            return "blank"
        if self._is_cue_header(line, start, end, timed):
            return "header"
        return "heading" if self._is_heading(line) else ""

    def dialogue(self, start: int, end: int) -> tuple[int, tuple[int, int] | None]:
        """Where the text of an ASS dialogue begins and where its name stands; (start, None) for another line."""
        if not self._folded.startswith("Dialogue:", start):
            return start, None
        commas = [start + len("Dialogue:") - 1]
        while len(commas) < self._fields:
            found = self._folded.find(",", commas[-1] + 1, end)
            if found < 0:
                return start, None
            commas.append(found)
        return commas[-1] + 1, (commas[4] + 1, commas[5]) if self._fields == 10 else None

    def _is_cue_header(self, line: str, start: int, end: int, timed: int) -> bool:
        if is_timing(line):
            return True
        if timed > start and not line[timed - start :].strip():
            return "," in line and line.count(":") > 2  # SubViewer's two times
        if not _TIMING.match(self._folded, end + 1):
            return False
        before = self._folded[max(0, start - 6) : start].replace(" ", "").replace("\u200b", "")
        return bool(_NUMBER.match(line)) or (self.vtt and (before.endswith("\n\n") or not before))

    def _is_heading(self, line: str) -> bool:
        if section := _SECTION.match(line):
            self._block = section["name"].lower()
            return True
        if self.vtt and (block := _BLOCK.match(line.strip(" \u200b"))):
            self._block = block[0].split(" ")[0].split("\t")[0]
            return True
        if self._block in _BLOCKS:
            return True
        if self._block and self._block != "events":
            return not line.lstrip().startswith("Dialogue:")
        if ass := _ASS.match(line):
            return self._is_style(ass["name"].lower(), line)
        scene = _SCENE.match(line) and not line.rstrip().endswith(":")
        return bool(scene or _META.match(line) or _RATE.match(line) or _TRANSITION.match(line))

    def _is_style(self, name: str, line: str) -> bool:
        if name == "format":
            self._fields = max(1, line.count(",") + 1)
        return line.count(",") > {"format": 3, "style": 3, "comment": 8}.get(name, 1000)


def is_timing(line: str) -> bool:
    """Whether *line* begins as a timing line does: a time and an arrow."""
    return _TIMING.match(line) is not None
