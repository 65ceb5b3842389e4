"""What a page may be shown to others with: no home folder, no names of the user and of the machine, no titles."""

from __future__ import annotations

import getpass
import platform
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from plugin_core.doctor.findings import Finding

EVERYBODY = frozenset({
    "admin", "administrator", "debian", "linux", "localhost", "mac", "premiere", "python", "resolve", "root", "ubuntu",
    "user", "windows", "zimu",
})  # fmt: skip
"""Names that tell of nobody, and that our own sentences need."""
_FOOTAGE = re.compile(
    r"""[^\n"“”'‘’<>|]*?[^\s/\\"“”'‘’<>|]\.(?P<ending>mp4|mov|mxf|mkv|avi|webm|m4v|mts|m2ts|r3d|braw|wav|mp3|m4a|aac|flac|ogg|aif|aiff"""
    r"""|srt|vtt|ass|ttml|scc|stl|zimu|otio|fcpxml|prproj|drp|edl|aaf)(?![A-Za-z0-9/\\])""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is not to be known: the *home* folder and the names of *user* and *machine*, "" where there is none."""

    home: str = ""
    user: str = ""
    machine: str = ""

    @staticmethod
    def here() -> Person:
        """The one at work."""
        user, home = "", ""
        with suppress(OSError, KeyError, ImportError):  # a user without an entry in the system's table
            user = getpass.getuser()
        with suppress(RuntimeError):
            home = str(Path.home())
        return Person(home, user, platform.node())

    def names(self) -> Iterator[tuple[str, str]]:
        """Every name that must not be told, with what stands in its place; long ones first."""
        owner = re.split(r"[/\\]", self.home.rstrip("/\\"))[-1]
        parts = (self.machine, self.machine.partition(".")[0], self.user, owner)
        said = dict(zip(parts, ("MACHINE", "MACHINE", "USER", "USER"), strict=True))
        for name in sorted(said, key=len, reverse=True):
            if name and name.lower() not in EVERYBODY:
                yield name, said[name]


def without(text: str, person: Person) -> str:
    """*text* without the home folder of *person* (``~``), the names of user and machine, and the names of footage."""
    for form in _forms(person.home):
        text = re.sub(re.escape(form) + r"(?![A-Za-z0-9_-])", "~", text, flags=re.IGNORECASE)
    for name, instead in person.names():
        edges = name.isascii()  # letters of other scripts stand without blanks between
        pattern = rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])" if edges else re.escape(name)
        text = re.sub(pattern, instead, text, flags=re.IGNORECASE)
    return _FOOTAGE.sub(_footage, text)


def _footage(match: re.Match[str]) -> str:
    return f"FILE.{match['ending'].lower()}"


def _forms(home: str) -> Iterator[str]:
    """How a home folder may be written: as it is, with other slashes, doubled, in an address; long forms first."""
    plain = home.rstrip("/\\")
    if not plain:
        return
    ways = {plain, plain.replace("\\", "/"), plain.replace("/", "\\"), plain.replace("\\", "\\\\")}
    with suppress(OSError, RuntimeError):
        ways.add(str(Path(plain).resolve()))
    ways |= {quote(way.replace("\\", "/"), safe="/:") for way in ways}
    yield from sorted(ways, key=len, reverse=True)


def private(finding: Finding, person: Person) -> Finding:
    """*finding* without what tells of *person*."""
    return replace(
        finding,
        message=without(finding.message, person),
        fix=without(finding.fix, person),
        message_zh=without(finding.message_zh, person),
        fix_zh=without(finding.fix_zh, person),
    )
