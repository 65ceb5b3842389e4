"""
What a doctor found: one sentence about the state of a thing, and what to do about it, in English and in Chinese.

A host adds its own findings to `zimu doctor` by an entry point of the group ``zimu.doctor``, which names a function
that takes *thorough* (whether the look may take its time) and gives an iterable of :class:`Finding`; the core knows
none of the hosts. The core's own sentences are in ``findings.toml``.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from plugin_core.errors import ZimuError

GROUP = "zimu.doctor"
_SIGNS: dict[str, str] = {"ok": "+", "note": "-", "problem": "!"}
_COMMAND = re.compile(r"zimu ((?:hosts|models) [a-z]+(?: (?:--)?[a-z][a-z-]*)*)")
State = Literal["ok", "note", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that was looked at. *name* is stable ("premiere.debug-mode"), *message* a sentence that says how it is,
    *fix* one that says what to do (empty if nothing has to be done). A "note" is good to know, or cannot be seen from
    here, and keeps nothing from working.
    """

    name: str
    state: State
    message: str
    fix: str = ""
    message_zh: str = ""
    fix_zh: str = ""

    @property
    def command(self) -> str:
        """The command of ours that the fix names, without ``zimu``: "hosts install resolve"; "" if there is none."""
        found = _COMMAND.search(self.fix)
        return found[1] if found else ""

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


@cache
def table() -> dict[str, dict[str, str]]:
    """The core's findings, by name: state and sentences with places for facts."""
    text = (Path(__file__).parent / "findings.toml").read_text("utf-8")
    return {f"{group}.{name}": row for group, rows in tomllib.loads(text).items() for name, row in rows.items()}


def found(name: str, **facts: object) -> Finding:
    """The core's finding called *name*, with *facts* in its sentences."""
    row = table()[name]
    state: State = "problem" if row["state"] == "problem" else "note" if row["state"] == "note" else "ok"
    said = (row.get(key, "").format(**facts) for key in ("message", "fix", "message_zh", "fix_zh"))
    return Finding(name, state, *said)


def problems(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that something has to be done about."""
    return tuple(finding for finding in findings if finding.state == "problem")


def of_hosts(*, thorough: bool) -> Iterator[Finding]:
    """The findings of every host that is installed; one whose own look fails is a finding too."""
    from importlib.metadata import entry_points

    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        yield from _of(entry, thorough=thorough)


def _of(entry: Any, *, thorough: bool) -> Iterator[Finding]:
    try:
        yield from entry.load()(thorough)
    except ZimuError as error:
        yield Finding(f"{entry.name}.doctor", "problem", error.message, error.hint)
    except Exception as error:  # a doctor that falls ill still tells of the others
        what = f"{type(error).__name__}: {error}"
        yield Finding(
            f"{entry.name}.doctor", "note",
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
