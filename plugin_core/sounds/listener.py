"""
Our own networks as streams of probabilities: the packs that models/sounds makes ("zimu-listener").

The network maps log mel rows (1, rows, 64) to logits and weights (1, ceil(rows / 4), classes); a row of the output
looks ``context`` rows of the input to either side, so that pieces which overlap by this give what the whole would give.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack
from plugin_core.networks import session
from plugin_core.sounds.features import LogMel, Matrix, Samples
from plugin_core.sounds.packs import Network, SoundClass
from plugin_core.sounds.values import KINDS

STEP = 4  # rows of 10 ms in a row of the output
PIECE = 4000  # rows run at once, beside the context: what a stream lags behind, and the memory it takes

Run = Callable[[Matrix], tuple[Matrix, Matrix]]  # rows to (logits, weights)


class Listening:
    """One sound being heard; see ``packs.Stream``."""

    def __init__(self, run: Run, context: int, scale: Samples, shift: Samples) -> None:
        self._run = run
        self._context = -(-context // STEP) * STEP
        self._scale, self._shift = scale, shift
        self._features = LogMel()
        self._rows = np.zeros((0, LogMel.bands), np.float32)
        self._before = 0  # rows at the beginning of _rows that are only context

    def push(self, samples: Samples) -> Matrix:
        """The rows that *samples* completes."""
        self._rows = np.concatenate([self._rows, self._features.push(samples)])
        found = [np.zeros((0, len(self._scale)), np.float32)]
        while len(self._rows) >= self._before + PIECE + self._context:
            found.append(self._piece(PIECE))
        return np.concatenate(found)

    def finish(self) -> Matrix:
        """The remaining rows."""
        self._rows = np.concatenate([self._rows, self._features.finish()])
        left = len(self._rows) - self._before
        return self._piece(left) if left else np.zeros((0, len(self._scale)), np.float32)

    def _piece(self, count: int) -> Matrix:
        end = self._before + count
        logits, _ = self._run(self._rows[: end + self._context])
        found = logits[self._before // STEP : -(-end // STEP)]
        self._before = min(end, self._context)
        self._rows = self._rows[end - self._before :]
        return probabilities(found, self._scale, self._shift)


def probabilities(logits: Matrix, scale: Samples, shift: Samples) -> Matrix:
    """Calibrated: the logistic of ``scale * logits + shift``, one pair for each class."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits * scale + shift, -30, 30))), np.float32)


def pooled(logits: Matrix, weights: Matrix) -> Samples:
    """One logit for each class over a whole clip: every class weighs the rows in its own way."""
    shares = np.exp(weights - weights.max(0))
    return np.asarray((logits * shares).sum(0) / shares.sum(0), np.float32)


def open_listener(pack: Pack, threads: int) -> Network:
    """The network of a verified pack; ModelError if its table does not fit."""
    try:
        named = tuple(SoundClass(str(name), str(kind), str(of)) for name, kind, of in pack.options["classes"])
        numbers = pack.options.get("calibration", [[1.0, 0.0]] * len(named))
        scale, shift = np.asarray(numbers, np.float32).reshape(len(named), 2).T.copy()
        context = int(pack.options["context"])
    except (KeyError, TypeError, ValueError) as error:
        raise _bad(pack, f"its table does not fit ({error})") from error
    if not {one.kind for one in named} <= {*KINDS, ""}:
        raise _bad(pack, "it names kinds of sound that are unknown")
    run = runner(pack, threads)
    if run(np.zeros((STEP, LogMel.bands), np.float32))[0].shape != (1, len(named)):
        raise _bad(pack, "its network has other classes than its table")
    return Network(pack, named, 10 * STEP, 10 * STEP, lambda: Listening(run, context, scale, shift))


def runner(pack: Pack, threads: int) -> Run:
    """What runs the network on rows [n, 64]: (logits, weights), each [ceil(n / 4), classes]."""
    opened = session(pack.folder / str(pack.options["network"]), threads)
    feed = opened.get_inputs()[0].name

    def run(rows: Matrix) -> tuple[Matrix, Matrix]:
        logits, weights = opened.run(None, {feed: rows[None]})
        return logits[0], weights[0]

    return run


def _bad(pack: Pack, why: str) -> ModelError:
    return ModelError("model.broken", f"{pack.id} cannot be opened: {why}.", "Install it again.")
