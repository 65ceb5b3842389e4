"""
FireRedVAD's tagger of speech, singing and music as a production pack.

    python -m models.sounds.firered fireredvad_aed.onnx cmvn.ark FOLDER

The network is taken as it is (Apache-2.0, FireRedTeam/FireRedVAD); the Kaldi statistics become the mean and the scale
of every band, so that no reader of Kaldi archives is needed at run time.
"""

from __future__ import annotations

import argparse
import json
import shutil
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from plugin_core.modelstore import Pack, write_pack_toml

Array = npt.NDArray[Any]
ABOUT = {
    "id": "fireredvad-aed",
    "kind": "sounds",
    "tier": "production",
    "name": "FireRedVAD, speech, singing and music",
    "languages": [],
    "licence": "Apache-2.0",
    "attribution": "FireRedVAD by Xiaohongshu (FireRedTeam, Apache-2.0)",
    "source": "models/sounds/firered.py",
    "revision": "1",
    "limits": "Tells speech, singing and music apart, every 10 ms; it names no other sounds.",
    "memory_mb": 80,
    "compute_types": ["float32"],
    "sounds": {
        "backend": "fireredvad-aed",
        "network": "fireredvad_aed.onnx",
        "cmvn": "cmvn.json",
        "classes": ["speech", "singing", "music"],
    },
}
LEAST_VARIANCE = 1e-20


def statistics(ark: bytes) -> Array:
    """The matrix of a binary Kaldi archive with one: sums over squares, the count at the end of the first row."""
    start = ark.find(b"\0B") + 2
    kind = ark[start : start + 3]
    size = {b"DM ": 8, b"FM ": 4}.get(kind)
    if start < 2 or size is None:
        raise ValueError("this is no binary Kaldi matrix")
    rows, columns = struct.unpack_from("<i", ark, start + 4)[0], struct.unpack_from("<i", ark, start + 9)[0]
    found = np.frombuffer(ark, f"<f{size}", rows * columns, start + 13).reshape(rows, columns)
    if rows != 2 or found[0, -1] <= 0:
        raise ValueError("this matrix holds no statistics")
    return found


def normalisation(found: Array) -> dict[str, list[float]]:
    """Mean and 1 / standard deviation of every band."""
    count = found[0, -1]
    mean = found[0, :-1] / count
    variance = np.maximum(found[1, :-1] / count - np.square(mean), LEAST_VARIANCE)
    return {"mean": [float(value) for value in mean], "scale": [float(value) for value in 1 / np.sqrt(variance)]}


def make(network: Path, ark: Path, folder: Path) -> Pack:
    """The pack in *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(network, folder / "fireredvad_aed.onnx")
    (folder / "cmvn.json").write_text(json.dumps(normalisation(statistics(ark.read_bytes()))), encoding="utf-8")
    return write_pack_toml(folder, ABOUT)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", type=Path, help="fireredvad_aed.onnx")
    parser.add_argument("cmvn", type=Path, help="cmvn.ark")
    parser.add_argument("folder", type=Path, help="the pack to make; bring it in with `zimu models import FOLDER`")
    options = parser.parse_args(arguments)
    pack = make(options.network, options.cmvn, options.folder)
    print(f"{pack.folder}: {pack.id}, {pack.size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
