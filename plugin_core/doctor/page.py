"""The page as a value: made by ``looking``, shown by the command line and the desktop app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plugin_core.doctor.findings import Finding, lines

ORDER = ("problem", "note", "ok")


@dataclass(frozen=True, slots=True)
class Page:
    """What is so (*facts*, in their order) and what was found, the problems first. Holds nothing private."""

    facts: dict[str, str]
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Any]:
        """The page as plain JSON values."""
        return {**self.facts, "findings": [finding.to_json() for finding in self.findings]}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Page:
        """The page of plain JSON values; KeyError or TypeError if they are not a page's."""
        facts = {name: str(fact) for name, fact in value.items() if name != "findings"}
        return Page(facts, tuple(Finding(**row) for row in value["findings"]))

    def to_text(self, language: str) -> str:
        """The page for people, in *language*."""
        count = {state: sum(one.state == state for one in self.findings) for state in ORDER}
        if language.startswith("zh"):
            head = f"{count['problem']} 个问题，{count['note']} 条提示，{count['ok']} 项正常。"
        else:
            head = f"Problems: {count['problem']}. Notes: {count['note']}. In order: {count['ok']}."
        width = max(map(len, self.facts), default=0)
        facts = (f"{name:<{width}}  {value}" for name, value in self.facts.items())
        return "\n".join((head, "", *lines(self.findings, language), "", *facts)) + "\n"
