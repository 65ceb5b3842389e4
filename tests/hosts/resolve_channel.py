"""The way to a fake Resolve: its agent in this process, with everything as JSON in between."""

from __future__ import annotations

import json
from typing import Any

from plugin_core.bridge import answer_of
from plugin_core.errors import HostError
from resolve_bridge.agent import Agent, answer
from resolve_bridge.host import ResolveBridge
from tests.hosts.fake_resolve import FakeResolve, Killed, Quirks


class FakeChannel:
    """An agent that can be killed (``FakeResolve.world_.kill_at``); the next call starts another one."""

    def __init__(self, resolve: FakeResolve) -> None:
        self.resolve = resolve
        self.agent = self._started()
        self.verbs: list[str] = []
        self.count = 0
        self.closed = False

    def _started(self) -> Agent:
        return Agent(self.resolve, pause=lambda _: None)

    def call(self, verb: str, timeout: float = 30.0, **arguments: Any) -> Any:
        self.count += 1
        self.verbs.append(verb)
        request = json.dumps({"id": self.count, "do": verb, "arguments": arguments}, allow_nan=False)
        try:
            said = json.dumps(answer(self.agent, request), allow_nan=False)
        except Killed as error:
            self.resolve.world_.kill_at = 0
            self.agent = self._started()
            raise HostError("host.crashed", "The agent was killed.") from error
        return answer_of(json.loads(said))

    def close(self) -> None:
        self.closed = True


def open_fake(**quirks: Any) -> tuple[ResolveBridge, FakeResolve]:
    """A bridge to a fake Resolve with *quirks* (the fields of ``Quirks``), and that Resolve."""
    resolve = FakeResolve(Quirks(**quirks))
    return ResolveBridge(FakeChannel(resolve), pause=lambda _: None), resolve
