"""
Every error Zimu shows a user, by the question it answers:

* ZimuError            something is wrong; code, cause and hint are ready to show
  x MediaError         can this file be read?
  x ModelError         can this pack be used?
  x DocumentError      can this subtitle or .zimu file be read or written?
  x HostError          can the editing program be reached?
  x SettingsError      is this option or setting valid?
  x Cancelled          did the user stop it?

Errors cross process borders: they survive pickle and JSON (``to_json`` / ``from_json``).
"""

from __future__ import annotations

from typing import Any


class ZimuError(Exception):
    """An error with a stable *code* ("media.no-audio"), a sentence and a *hint* that says what to do."""

    exit_code = 1

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(code, message, hint)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def to_json(self) -> dict[str, str]:
        return {"type": type(self).__name__, "code": self.code, "message": self.message, "hint": self.hint}

    @staticmethod
    def from_json(value: dict[str, Any]) -> ZimuError:
        kind = _BY_NAME.get(str(value.get("type")), ZimuError)
        return kind(str(value["code"]), str(value["message"]), str(value.get("hint", "")))


class MediaError(ZimuError):
    """The media file cannot be read or has nothing to work on."""

    exit_code = 3


class ModelError(ZimuError):
    """A pack is missing, damaged, hostile or cannot run on this machine."""

    exit_code = 4


class DocumentError(ZimuError):
    """A subtitle, document or output file cannot be read or written."""

    exit_code = 5


class HostError(ZimuError):
    """The editing program cannot be reached or refused."""

    exit_code = 6


class SettingsError(ZimuError):
    """An option or setting is not valid."""

    exit_code = 2


class Cancelled(ZimuError):
    """The user stopped the job; not a failure, but not a result either."""

    exit_code = 130

    def __init__(self, code: str = "cancelled", message: str = "Stopped.", hint: str = "") -> None:
        super().__init__(code, message, hint)


_BY_NAME: dict[str, type[ZimuError]] = {
    kind.__name__: kind
    for kind in (ZimuError, MediaError, ModelError, DocumentError, HostError, SettingsError, Cancelled)
}
