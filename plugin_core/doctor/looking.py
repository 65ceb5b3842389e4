"""The page: every look there is, what they found without what is private, the problems first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from plugin_core import __version__, settings
from plugin_core.doctor import connecting, device, keeping, logs, program, reading
from plugin_core.doctor.findings import Finding, lines, of_hosts
from plugin_core.doctor.privacy import Person, private, without

_ORDER = ("problem", "note", "ok")


@dataclass(frozen=True, slots=True)
class Page:
    """What is so (*facts*, in their order) and what was found, the problems first. Holds nothing private."""

    facts: dict[str, str]
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Any]:
        """The page as plain JSON values."""
        return {**self.facts, "findings": [finding.to_json() for finding in self.findings]}

    def to_text(self, language: str) -> str:
        """The page for people, in *language*."""
        count = {state: sum(one.state == state for one in self.findings) for state in _ORDER}
        if language.startswith("zh"):
            head = f"{count['problem']} 个问题，{count['note']} 条提示，{count['ok']} 项正常。"
        else:
            head = f"Problems: {count['problem']}. Notes: {count['note']}. In order: {count['ok']}."
        width = max(map(len, self.facts))
        facts = (f"{name:<{width}}  {value}" for name, value in self.facts.items())
        return "\n".join((head, "", *lines(self.findings, language), "", *facts)) + "\n"


def page(*, thorough: bool = False, more: Iterable[Finding] = (), person: Person | None = None) -> Page:
    """
    Look at this machine. A *thorough* look also reads every pack and asks the editing programs that run.

    *more* was found elsewhere. *person* is who is not to be known (default: whoever is at work).
    """
    person = person or Person.here()
    seen = (private(one, person) for one in (*_looks(thorough=thorough), *more))
    found = sorted(seen, key=lambda one: _ORDER.index(one.state))
    facts = {name: without(value, person) for name, value in _facts()}
    return Page(facts, tuple(found))


def _looks(*, thorough: bool) -> Iterator[Finding]:
    looks: tuple[Callable[[], Iterator[Finding]], ...] = (
        program.look,
        device.look,
        reading.look,
        lambda: keeping.look(thorough=thorough),
        connecting.look,
        lambda: of_hosts(thorough=thorough),
        logs.look,
    )
    for look in looks:
        try:
            yield from look()
        except Exception as error:  # a doctor that falls ill still tells of the rest
            yield Finding(
                "program.look", "problem", f"A look failed: {type(error).__name__}: {error}.", "Please report this.",
                f"检查失败：{type(error).__name__}：{error}。", "请报告这个问题。",
            )  # fmt: skip


def _facts() -> Iterator[tuple[str, str]]:
    yield "zimu", __version__
    yield "runs", program.how()
    try:
        yield "device", device.reason()
    except Exception as error:
        yield "device", f"? ({type(error).__name__})"
    yield "cores", str(device.cores())
    yield "home", str(settings.home())
    yield from program.versions().items()
