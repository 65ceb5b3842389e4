"""Which editing program a caller means, and its bridge, which does one thing at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from plugin_core.bridge import Bridge, Channel
from plugin_core.errors import HostError
from plugin_core.serving.panels import Hub, Panel, PanelChannel, gone
from plugin_core.serving.rates import Limits

BridgeOf = Callable[[str, Channel], Bridge]
_MOST = 64  # bridges of panels that are remembered
_HELD = 10.0  # seconds, at most, that is waited for a turn of another process: it may be long


class Hosts:
    """Bridges on the server's side (*bridges*, by host), and those over panels, made by *make*."""

    def __init__(self, hub: Hub, bridges: Mapping[str, Bridge], make: BridgeOf, limits: Limits) -> None:
        self._hub, self._make, self._limits = hub, make, limits
        self._own = {name: (bridge, threading.Lock()) for name, bridge in bridges.items()}
        self._panels: dict[str, tuple[Bridge, threading.Lock]] = {}
        self._held: dict[Panel, tuple[str, threading.Lock]] = {}
        self._lock = threading.Lock()

    @contextmanager
    def using(self, key: str, wait: float) -> Iterator[Bridge]:
        """The bridge of :meth:`key_of`, for this thread alone; HostError "host.busy" after *wait* seconds."""
        bridge, lock = self._bridge(key)
        self._take(key, lock, wait)
        try:
            yield bridge
        finally:
            lock.release()

    def hold(self, panel: Panel, wait: float) -> None:
        """Let nobody but *panel* use its host until it releases it or leaves; "host.busy" after *wait* seconds."""
        key = self.key_of(panel)
        _, lock = self._bridge(key)
        self._take(key, lock, wait)
        with self._lock:
            if panel in self._hub.panels:
                self._held[panel] = key, lock
                return
        lock.release()
        raise gone()  # it left meanwhile

    def release(self, panel: Panel) -> None:
        """*panel* needs its host no longer for itself."""
        with self._lock:
            _, lock = self._held.pop(panel, ("", None))
        if lock is not None:
            lock.release()

    @contextmanager
    def lent(self, panel: Panel, host: str, wait: float) -> Iterator[Panel]:
        """The panel in *host* through which *panel*, of another process, reaches it: in its turn, or for one call."""
        key = self._held.get(panel, ("", None))[0]
        if key:
            yield self._other(key, host)
            return
        key = self.key_of(panel)
        with self.using(key, wait):
            yield self._other(key, host)

    def _other(self, key: str, host: str) -> Panel:
        place, _, panel = key.removeprefix("panel:").partition(":")
        if place != host or not panel:
            raise _none(f"Only {host.title()} can be reached through this server.")
        return self._hub.find(panel, self._limits.grace)

    def _take(self, key: str, lock: threading.Lock, wait: float) -> None:
        held = any(key == other for other, _ in list(self._held.values()))
        if not lock.acquire(timeout=min(wait, _HELD) if held else wait):
            raise HostError("host.busy", "Zimu is at work in the editing program.", "Wait for the job, or cancel it.")

    def key_of(self, panel: Panel | None) -> str:
        """
        The host that *panel* means: the one it reaches itself, else that of its name (of several the one that came
        last), else the only one there is; else HostError "host.none".
        """
        if panel is not None and panel.answers:
            return _key(panel)
        if panel is not None and panel.host:
            if panel.host in self._own:
                return panel.host
            lent = [_key(other) for other in self._hub.hosts() if other.host == panel.host]
            if not lent:
                raise _none(f"No panel of Zimu is open in {panel.host.title()}.")
            return lent[-1]
        candidates = [*self._own, *map(_key, self._hub.hosts())]
        if len(candidates) != 1:
            raise _none("No editing program is connected." if not candidates else "Several programs are connected.")
        return candidates[0]

    def _bridge(self, key: str) -> tuple[Bridge, threading.Lock]:
        if key in self._own:
            return self._own[key]
        with self._lock:
            if key not in self._panels:
                for other in list(self._panels)[: max(0, len(self._panels) - _MOST + 1)]:
                    del self._panels[other]
                host, panel = key.removeprefix("panel:").split(":", 1)
                channel = PanelChannel(self._hub, panel, self._limits.grace)
                self._panels[key] = (self._make(host, channel), threading.Lock())
            return self._panels[key]


def _key(panel: Panel) -> str:
    return f"panel:{panel.host}:{panel.id}"


def _none(message: str) -> HostError:
    return HostError("host.none", message, "Open the Zimu panel in the program whose timeline is meant.")
