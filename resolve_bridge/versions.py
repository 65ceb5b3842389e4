"""Versions and editions of DaVinci Resolve, and what each lets a script do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Edition = Literal["free", "studio", ""]  # "" is not known
_NUMBERS = re.compile(
    r"(?P<major>\d+)(?:\.(?P<minor>\d+))?(?:\.(?P<patch>\d+))?(?P<suffix>[a-z]+\d*)?(?:\.(?P<build>\d+))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """As Resolve says it: ``major.minor.patch[suffix].build``. The *suffix* of a beta plays no part in comparing."""

    major: int = 0
    minor: int = 0
    patch: int = 0
    build: int = 0
    suffix: str = field(default="", compare=False)

    @staticmethod
    def of(value: object) -> Version | None:
        """
        The version in "21.0.4.5", "20.0.0b2.19", "Studio 19.1" or ``[21, 0, 4, 5, ""]``; None if there is none.

        ``GetVersion`` gives the list, ``GetVersionString`` the text, and both may give None while Resolve starts.
        """
        if isinstance(value, Sequence) and not isinstance(value, str):
            major, minor, patch, build, suffix = (*value, *("", 0, 0, 0, "")[len(value) :])[:5]
            value = f"{major}.{minor}.{patch}{suffix or ''}.{build}" if value else ""
        found = _NUMBERS.search(value) if isinstance(value, str) else None
        if found is None:
            return None
        numbers = {name: int(found[name] or 0) for name in ("major", "minor", "patch", "build")}
        return Version(**numbers, suffix=found["suffix"] or "")

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}{self.suffix}" + (f".{self.build}" if self.build else "")


def edition_of(name: object) -> Edition:
    """The edition by the product's name: of ``GetProductName``, or of the properties of a Windows program."""
    if not isinstance(name, str) or "resolve" not in name.lower():
        return ""
    return "studio" if "studio" in name.lower() else "free"


@dataclass(frozen=True, slots=True)
class Product:
    """
    A Resolve, as far as it is known from its files or by its own words; what is not known is allowed.

    What each version brought is from the scripting README of 8 May 2026, from the projects that measured it, and for
    21.1 from the release notes of 8 September 2026.
    """

    version: Version | None = None
    edition: Edition = ""

    def __str__(self) -> str:
        name = "DaVinci Resolve" + (" Studio" if self.edition == "studio" else "")
        return f"{name} {self.version}" if self.version else name

    def _from(self, major: int, minor: int = 0) -> bool:
        return self.version is None or self.version >= Version(major, minor)

    @property
    def external(self) -> bool:
        """Whether programs outside of it may be let in: Studio only, in every version."""
        return self.edition != "free"

    @property
    def menu_python(self) -> bool:
        """Whether Workspace ▸ Scripts runs Python: of the free edition only up to 21.0."""
        return self.edition != "free" or self.version is None or not self._from(21, 1)

    @property
    def mark_in_out(self) -> bool:
        """Whether a script can read the in/out range (``GetMarkInOut``)."""
        return self._from(20)

    @property
    def custom_data(self) -> bool:
        """Whether a marker can carry our id; the agent also tries without, because old builds refuse it silently."""
        return self._from(17)

    @property
    def otio_export(self) -> bool:
        """Whether a script can export OTIO (``Timeline.Export``); the program's own dialogs read it since 18.5."""
        return self._from(19, 5)
