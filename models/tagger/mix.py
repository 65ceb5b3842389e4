"""
Weights between those of two runs: ``python -m models.tagger.mix --before RUN --after RUN --share 0.6 --out MIXED``.

A run that began from another learns new words and forgets a little of what it was not shown. Somewhere on the straight
line between the two, both are kept (WiSE-FT, Wortsman et al. 2022). Characters that only the later run knows keep its
vectors.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import Tensor

from models.tagger.train import CLASSES, VOCABULARY
from models.training.loop import WEIGHTS


def mixed(before: Mapping[str, Tensor], after: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """The weights at *share* of the way from *before* (0) to *after* (1)."""
    found = {}
    for name, value in after.items():
        found[name] = value.clone()
        known = slice(0, len(before[name])) if value.ndim else ...  # the rows both have
        found[name][known] = before[name].lerp(value[known], share)
    return found


def mix(before: Path, after: Path, out: Path, share: float) -> Path:
    """Write a run with the weights between those of two, the second begun from the first; its weights' path."""
    out.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", CLASSES, VOCABULARY):
        shutil.copy(after / name, out / name)
    save_file(mixed(load_file(before / WEIGHTS), load_file(after / WEIGHTS), share), out / WEIGHTS)
    return out / WEIGHTS


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Mix the weights of a run and of the one it began from.")
    for name in ("before", "after", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--share", type=float, default=0.6, help="0: as before, 1: as after")
    arguments = parser.parse_args()
    print(mix(arguments.before, arguments.after, arguments.out, arguments.share))


if __name__ == "__main__":
    main()
