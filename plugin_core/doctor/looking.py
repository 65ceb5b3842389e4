"""The page: every look there is, what they found without what is private, the problems first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from plugin_core import __version__, settings
from plugin_core.doctor import connecting, device, keeping, logs, program, reading
from plugin_core.doctor.findings import Finding, of_hosts
from plugin_core.doctor.page import ORDER, Page
from plugin_core.doctor.privacy import Person, private, without
from plugin_core.processor import cores


def page(*, thorough: bool = False, more: Iterable[Finding] = (), person: Person | None = None) -> Page:
    """
    Look at this machine. A *thorough* look also reads every pack and asks the editing programs that run.

    *more* was found elsewhere. *person* is who is not to be known (default: whoever is at work).
    """
    person = person or Person.here()
    seen = (private(one, person) for one in (*_looks(thorough=thorough), *more))
    found = sorted(seen, key=lambda one: ORDER.index(one.state))
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
    yield "runs", program.how()[0]
    try:
        yield "device", device.reason()
    except Exception as error:
        yield "device", f"? ({type(error).__name__})"
    yield "cores", str(cores())
    yield "home", str(settings.home())
    yield from program.versions().items()
