"""
Rule profiles: what a subtitle may be, as data.

To add a profile: 1 write a table like those of ``profiles.toml`` into a file of your own (keys at the top level,
``base = "netflix"`` to start from another profile); 2 pass the file's path where a profile's name is asked for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from plugin_core.errors import SettingsError

CHILDREN = "-children"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one language may show: widths in characters (see ``typography.width``), *cps* in characters a second."""

    characters: int
    lines: int
    cps: float
    children_cps: float

    @property
    def capacity(self) -> int:
        """The width of a full cue."""
        return self.characters * self.lines


@dataclass(frozen=True, slots=True)
class Zones:
    """
    Frames (at 24 a second) around a shot cut.

    In-times less than *clear* after or up to *in_snap* before a cut go on it; out-times less than *clear* before or up
    to *out_snap* after it end just before it; everything else keeps *clear* away.
    """

    clear: int = 0
    in_snap: int = 0
    out_snap: int = 0


@dataclass(frozen=True, slots=True)
class Profile:
    """The rules of one house. Times are ms; *gap_frames* are frames at any rate, *chain_frames* at 24 a second."""

    id: str
    name: str
    min_duration: int
    max_duration: int
    gap_frames: int
    chain_frames: int
    linger: int  # how long a cue may stay after its last word
    long_pause: int  # a cue never spans a pause of this length
    zones: Zones = Zones()
    languages: Mapping[str, Limits] = field(default_factory=dict, hash=False)
    source: str = ""
    children: bool = False
    # "spaces": Chinese full stops and commas become spaces and vanish at line ends, ellipses become ⋯ (Netflix's
    # convention). "full" by default, because translation reads sentences from the punctuation: see cueing.restyle.
    punctuation: str = "full"

    def limits(self, language: str) -> Limits:
        """The limits of *language* (``zh-Hans`` falls back to ``zh``, then to the default), for the chosen audience."""
        tag = language.replace("_", "-")
        names = (tag, tag.split("-")[0].lower(), "default")
        limits = next(self.languages[name] for name in names if name in self.languages)
        return replace(limits, cps=limits.children_cps) if self.children else limits


def names() -> tuple[str, ...]:
    """The profiles that come with the program."""
    return tuple(_builtin())


def find(name: str | Path, *, children: bool = False, punctuation: str = "") -> Profile:
    """
    The profile called *name* (``netflix``, ``netflix-children``, ...) or written in the TOML file *name*.

    *children* chooses the slower reading speeds; *punctuation* ("full" or "spaces") overrides the profile's.
    """
    text = str(name)
    if text.endswith(".toml"):
        profile = _read(Path(text))
    else:
        children = children or text.endswith(CHILDREN)
        profile = _named(text.removesuffix(CHILDREN))
    if children:
        profile = replace(profile, id=profile.id + CHILDREN, name=f"{profile.name}, children", children=True)
    return _checked(replace(profile, punctuation=punctuation)) if punctuation else profile


def parse(table: Mapping[str, Any], id: str) -> Profile:  # noqa: A002 - the field's own name
    """A profile from its TOML table; an unknown, missing or mistyped key is a SettingsError."""
    if "base" in table:
        table = _merge(_table(_named(str(table["base"]))), {key: table[key] for key in table if key != "base"})
    values = {"name": id, **table, "id": id}
    _expect_keys(values, Profile, f"Profile {id}")
    zones = _record(Zones, values.get("zones", {}), f"zones of profile {id}")
    languages = values.get("languages", {})
    if not isinstance(languages, Mapping) or "default" not in languages:
        raise _wrong(f"Profile {id} has no limits for the default language.", "Add [languages] with a default.")
    limits = {key: _record(Limits, languages[key], f"language {key} of profile {id}") for key in languages}
    return _checked(_record(Profile, {**values, "zones": zones, "languages": limits}, f"profile {id}"))


def _named(name: str) -> Profile:
    try:
        return _builtin()[name.lower()]
    except KeyError:
        known = ", ".join(_builtin())
        raise _wrong(
            f"There is no profile called {name!r}.", f"Choose {known}, or give the path of a .toml file."
        ) from None


@cache
def _builtin() -> dict[str, Profile]:
    text = resources.files("plugin_core").joinpath("profiles.toml").read_text("utf-8")
    return {key: parse(table, key) for key, table in tomllib.loads(text).items()}


def _read(path: Path) -> Profile:
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise _wrong(f"The profile {path} cannot be read: {error.strerror or error}.", "Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(f"The profile {path} is not a TOML file: {error}.", "Correct the place it names.") from error
    return parse(table, path.stem)


def _table(profile: Profile) -> dict[str, Any]:
    table: dict[str, Any] = {item.name: getattr(profile, item.name) for item in fields(Profile)}
    table["zones"] = {item.name: getattr(profile.zones, item.name) for item in fields(Zones)}
    table["languages"] = {
        key: {item.name: getattr(limits, item.name) for item in fields(Limits)}
        for key, limits in profile.languages.items()
    }
    return table


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """*over* laid on *base*, tables within tables."""
    result = dict(base)
    for key, value in over.items():
        old = result.get(key)
        result[key] = _merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return result


def _record(kind: type[Any], values: Any, where: str) -> Any:
    """A *kind* from a TOML table whose keys and types are checked."""
    if not isinstance(values, Mapping):
        raise _wrong(f"The {where} must be a table.")
    _expect_keys(values, kind, where)
    types = {"int": (int,), "float": (int, float), "str": (str,), "bool": (bool,)}
    for item in fields(kind):
        value, allowed = values.get(item.name), types.get(str(item.type))
        if item.name not in values or allowed is None:
            continue
        if not isinstance(value, allowed) or (bool not in allowed and isinstance(value, bool)):
            raise _wrong(f"{item.name} in the {where} must be of type {item.type}, not {value!r}.")
    try:
        return kind(**values)
    except TypeError as error:
        raise _wrong(f"The {where} is not complete: {error}.") from error


def _expect_keys(values: Mapping[str, Any], kind: type[Any], where: str) -> None:
    known = [item.name for item in fields(kind)]
    for key in values:
        if key not in known:
            raise _wrong(
                f"{where[:1].upper()}{where[1:]} has an unknown key {key!r}.", f"Known keys: {', '.join(known)}."
            )


def _checked(profile: Profile) -> Profile:
    if profile.punctuation not in {"full", "spaces"}:
        raise _wrong(f"Punctuation is 'full' or 'spaces', not {profile.punctuation!r}.")
    zones = profile.zones
    frames = (profile.gap_frames, profile.chain_frames, zones.clear, zones.in_snap, zones.out_snap, profile.linger)
    if min(frames) < 0 or not 0 < profile.min_duration <= profile.max_duration or profile.long_pause <= 0:
        raise _wrong(f"Profile {profile.id} has a negative time, or a shortest duration above the longest.")
    if zones.clear and max(zones.in_snap, zones.out_snap) >= zones.clear:
        raise _wrong(
            f"Profile {profile.id} snaps from further away than its clear zone.", "Make zones.clear the largest."
        )
    for key, limits in profile.languages.items():
        if min(limits.characters, limits.lines, limits.cps, limits.children_cps) <= 0:
            raise _wrong(f"Profile {profile.id} has a limit of 0 or less for {key}.")
    return profile


def _wrong(message: str, hint: str = "") -> SettingsError:
    return SettingsError("settings.profile", message, hint)
