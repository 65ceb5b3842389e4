"""A verified sounds pack as an engine: what it can hear, and streams that hear it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack
from plugin_core.processor import cores
from plugin_core.sounds.events import Rule

if TYPE_CHECKING:
    from plugin_core.sounds.packs import Network, SoundClass, Stream

MOST_THREADS = 4  # the networks are small: more threads only wait for each other
RULES = {
    "speech": Rule(0.5, 0.35, 250, 350),
    "music": Rule(0.5, 0.35, 1000, 1000),
    "singing": Rule(0.5, 0.35, 700, 800),
    "noise": Rule(0.5, 0.35, 1000, 700),
    "sound": Rule(0.5, 0.3, 60, 300),
}


@dataclass(frozen=True)
class SoundEngine:
    """
    An open sounds pack. Made by :func:`open_sounds`; several sounds may be heard at a time, one stream each.

    *rules* has one rule for each column of what a stream gives, in the order of ``classes``.
    """

    pack: Pack
    network: Network
    rules: tuple[Rule, ...]
    reason: str

    @property
    def classes(self) -> tuple[SoundClass, ...]:
        """What it hears: a name, a kind and an AudioSet class for each column."""
        return self.network.classes

    @property
    def hop(self) -> int:
        """Milliseconds from one row to the next."""
        return self.network.hop

    @property
    def span(self) -> int:
        """Milliseconds that a row stands for."""
        return self.network.span

    def stream(self) -> Stream:
        """A stream that begins at its first sample."""
        return self.network.stream()


@contextmanager
def open_sounds(pack: Pack, *, device: str = "auto", compute: str = "auto", threads: int = 0) -> Iterator[SoundEngine]:
    """
    Verify *pack* and open it in onnxruntime with *threads* (0: as many as help).

    These networks are small and always run on the CPU in float32: *device* and *compute* are taken for the sake of the
    other engines' interface, and *reason* says so. ModelError as ``packs.open_network``.
    """
    from plugin_core.sounds.packs import open_network

    number = threads or min(MOST_THREADS, cores())
    network = open_network(pack, threads=number)
    asked = "" if {device, compute} <= {"auto", "cpu", "float32"} else f" ({device} {compute} was asked for)"
    reason = f"cpu float32: sound networks are too small for a GPU to help{asked}"
    yield SoundEngine(pack, network, _rules(pack, network.classes), reason)


def _rules(pack: Pack, classes: tuple[SoundClass, ...]) -> tuple[Rule, ...]:
    """The pack's rule for a class, else for its kind, else ours."""
    tables: Mapping[str, Any] = pack.options.get("rules", {})
    made = []
    for one in classes:
        usual = RULES.get(one.kind, RULES["sound"])
        table = {**tables.get(one.kind, {}), **tables.get(one.name, {})}
        try:
            made.append(
                Rule(
                    float(table.get("on", usual.on)),
                    float(table.get("off", usual.off)),
                    int(table.get("shortest", usual.shortest)),
                    int(table.get("pause", usual.pause)),
                )
            )
        except (TypeError, ValueError) as error:
            raise ModelError(
                "model.broken", f"{pack.id} has a senseless rule for {one.name!r} ({error}).", "Install it again."
            ) from error
    return tuple(made)
