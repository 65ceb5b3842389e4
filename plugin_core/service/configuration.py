"""What the service is told by its environment (``ZIMU_SERVICE_...``), checked before it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plugin_core.errors import SettingsError

PREFIX = "ZIMU_SERVICE_"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Configuration:
    """
    *pack* and *shots_pack*: an id, a folder, "starter", or "" (the best there is). *reference*: a file of
    ``zimu monitor reference``, against which drift is told ("": the one of the pack, if it has one). *workers*
    recognise at once and *queue* may wait for them; more get 429. *largest*: bytes of a request; *upload* and
    *seconds*: how long its body and its recognition may take.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    token: str = ""
    pack: str = ""
    shots_pack: str = ""
    reference: str = ""
    workers: int = 1
    threads: int = 1
    queue: int = 8
    largest: int = 2 << 30
    upload: float = 120.0
    seconds: float = 900.0
    grace: int = 60  # seconds a request may go on after the service was asked to end

    def __post_init__(self) -> None:
        for name, least in (("workers", 1), ("threads", 1), ("queue", 0), ("largest", 1), ("port", 0), ("grace", 0)):
            if getattr(self, name) < least:
                raise _wrong(name, getattr(self, name), f"a whole number from {least} on")
        for name in ("upload", "seconds"):
            if not 0 < getattr(self, name) < 1e6:
                raise _wrong(name, getattr(self, name), "seconds, more than 0")
        if not self.token and self.host not in LOOPBACK:
            raise SettingsError(
                "service.token",
                f"The service would listen at {self.host} without a token.",
                f"Set {PREFIX}TOKEN, or {PREFIX}TOKEN_FILE to a file that holds it.",
            )


def from_environment(environment: Mapping[str, str]) -> Configuration:
    """SettingsError names the variable that is wrong; one that there is not is an error, too."""
    given = {name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if name.startswith(PREFIX)}
    if "token_file" in given:
        given["token"] = _token(Path(given.pop("token_file")))
    values: dict[str, str | int | float] = {}
    for name, text in given.items():
        kind = _KINDS.get(name)
        if kind is None:
            raise SettingsError("service.unknown", f"There is no setting {PREFIX}{name.upper()}.", _known())
        try:
            values[name] = kind(text)
        except ValueError:
            raise _wrong(name, text, "a number") from None
    return Configuration(**values)  # type: ignore[arg-type]


_KINDS: dict[str, type[str] | type[int] | type[float]] = {
    "host": str, "port": int, "token": str, "pack": str, "shots_pack": str, "reference": str, "workers": int,
    "threads": int, "queue": int, "largest": int, "upload": float, "seconds": float, "grace": int,
}  # fmt: skip


def _token(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("service.token", f"The file of the token cannot be read: {error}.", "") from error


def _wrong(name: str, value: object, wanted: str) -> SettingsError:
    return SettingsError("service.setting", f"{PREFIX}{name.upper()} is {value!r}, not {wanted}.", "")


def _known() -> str:
    return "There are " + ", ".join(PREFIX + name.upper() for name in (*_KINDS, "token_file")) + "."
