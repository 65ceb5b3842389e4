"""
What a doctor found: one sentence about the state of a thing, and what to do about it, in English and in Chinese.

A host adds its own findings to `zimu doctor` by an entry point of the group ``zimu.doctor``, which names a function
that takes nothing and gives an iterable of :class:`Finding`; the core knows none of the hosts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from plugin_core.errors import ZimuError

GROUP = "zimu.doctor"
_SIGNS: dict[str, str] = {"ok": "+", "problem": "!", "unknown": "?"}
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


def of_hosts() -> Iterator[Finding]:
    """The findings of every host that is installed; one whose own look fails is a finding too."""
    from importlib.metadata import entry_points

    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        yield from _of(entry)


def _of(entry: Any) -> Iterator[Finding]:
    try:
        yield from entry.load()()
    except ZimuError as error:
        yield Finding(f"{entry.name}.doctor", "problem", error.message, error.hint)
    except Exception as error:  # a doctor that falls ill still tells of the others
        what = f"{type(error).__name__}: {error}"
        yield Finding(
            f"{entry.name}.doctor", "unknown",
            f"What there is of {entry.name} could not be looked at ({what}).", "Please report this.",
            f"无法检查 {entry.name}（{what}）。", "请报告这个问题。",
        )  # fmt: skip


def lines(findings: Iterable[Finding], language: str) -> Iterator[str]:
    """*findings* as lines of text in *language*; a fix stands on the line below its finding."""
    for finding in findings:
        message, fix = finding.said(language)
        yield f"{_SIGNS[finding.state]} {finding.name}  {message}"
        if fix:
            yield f"    {fix}"


def language_here() -> str:
    """The language this user reads, by the settings of the system: "zh" or "en"."""
    import locale

    asked = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    said = asked or locale.getlocale()[0] or ""
    return "zh" if said.lower().startswith(("zh", "chinese")) else "en"
