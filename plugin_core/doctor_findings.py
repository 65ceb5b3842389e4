"""
What ``zimu doctor`` finds out about the programs Zimu works with: the value, where it comes from, how it is shown.

A host adds its own findings by an entry point of the group ``zimu.doctor``, which names a function that takes nothing
and gives an iterable of :class:`Finding`; the core knows none of the hosts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from plugin_core.errors import ZimuError

GROUP = "zimu.doctor"
State = Literal["ok", "problem", "unknown"]
_MARKS: dict[str, str] = {"ok": "+", "problem": "!", "unknown": "?"}


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that was looked at: its *name* ("resolve.not-running") never changes, *state* says how it is.

    *sentence* says what is so and *fix* exactly what to do, each in English and (``_zh``) in Simplified Chinese. What
    is "ok" needs no fix; "unknown" is what could not be looked at, and its fix says how the user can see it.
    """

    name: str
    state: State
    sentence: str
    sentence_zh: str
    fix: str = ""
    fix_zh: str = ""

    def said(self, language: str) -> tuple[str, str]:
        """Sentence and fix in *language*: "zh", or English."""
        return (self.sentence_zh, self.fix_zh) if language == "zh" else (self.sentence, self.fix)

    def to_json(self) -> dict[str, str]:
        return asdict(self)


def findings() -> Iterator[Finding]:
    """Those of every host that is installed; one whose own look fails is a finding too."""
    from importlib.metadata import entry_points

    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        yield from _of(entry)


def _of(entry: Any) -> Iterator[Finding]:
    try:
        yield from entry.load()()
    except ZimuError as error:
        yield Finding(f"{entry.name}.doctor", "problem", error.message, error.message, error.hint, error.hint)
    except Exception as error:  # a doctor that falls ill still tells of the others
        what = f"{type(error).__name__}: {error}"
        yield Finding(
            f"{entry.name}.doctor", "unknown",
            f"What there is of {entry.name} could not be looked at ({what}).", f"无法检查 {entry.name}（{what}）。",
            "Please report this.", "请报告这个问题。",
        )  # fmt: skip


def lines(found: Iterable[Finding], language: str) -> Iterator[str]:
    """*found* as lines of text in *language*; a fix stands on the line below its finding."""
    for finding in found:
        sentence, fix = finding.said(language)
        yield f"{_MARKS[finding.state]} {finding.name}  {sentence}"
        if fix:
            yield f"    {fix}"


def language_here() -> str:
    """The language this user reads, by the settings of the system: "zh" or "en"."""
    import locale

    asked = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    said = asked or locale.getlocale()[0] or ""
    return "zh" if said.lower().startswith(("zh", "chinese")) else "en"


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
