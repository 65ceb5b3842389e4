"""What a doctor found: one sentence about the state of a thing, and what to do about it, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "problem", "unknown"]


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that was looked at. *name* is stable ("premiere.debug-mode"), *message* a sentence that says how it is,
    *fix* one that says what to do (empty if nothing has to be done). "unknown" is what cannot be seen from here.
    """

    name: str
    state: State
    message: str
    fix: str = ""
    message_zh: str = ""
    fix_zh: str = ""

    def said(self, language: str) -> tuple[str, str]:
        """Message and fix in *language* ("zh..." is Chinese), in English where there is no Chinese."""
        if language.lower().startswith("zh"):
            return self.message_zh or self.message, self.fix_zh or self.fix
        return self.message, self.fix

    def to_json(self) -> dict[str, str]:
        """The finding as plain JSON values."""
        return {
            "name": self.name,
            "state": self.state,
            "message": self.message,
            "fix": self.fix,
            "message_zh": self.message_zh,
            "fix_zh": self.fix_zh,
        }


def problems(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that something has to be done about."""
    return tuple(finding for finding in findings if finding.state == "problem")
