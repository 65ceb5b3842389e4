"""Look at the few real films at hand with a pack, through the product's own pass.

    python -m models.scenes.real --pack models/starter/scenes --media FOLDER --out real.json

Every second that was annotated (``data.real``) is compared with what is said of the shot it is in.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from models.scenes.data import real
from models.scenes.data.annotations import Annotation
from plugin_core import audio, shots
from plugin_core.engines import open_scenes
from plugin_core.engines.scenes import SceneEngine
from plugin_core.errors import MediaError
from plugin_core.modelstore import read_pack
from plugin_core.scenes import ShotLabels, Watcher


def told(engine: SceneEngine, path: Path) -> list[tuple[shots.Shot, ShotLabels]]:
    """The shots of a film and what the pack says of them."""
    watcher, found = Watcher(engine), []
    for event in shots.find(path, watchers=(watcher,)):
        if isinstance(event, shots.Found):
            found = list(event.shots.shots)
    with suppress(MediaError):  # without sound it is seen only
        for block in audio.blocks(path):
            watcher.hear(block)
    return list(zip(found, watcher.recognise(found), strict=True))


def compared(known: Sequence[tuple[shots.Shot, ShotLabels]], truth: Sequence[Annotation]) -> list[tuple[str, str, str]]:
    """(group, what is to be seen, what was said) of every annotated second."""
    found = []
    for one in truth:
        middle = one.number * 1000 + 500
        labels = next((labels for shot, labels in known if shot.start <= middle < shot.end), None)
        for group, label in one.labels.items():
            if labels is not None and isinstance(label, str):
                found.append((group, label, labels.best(group)[0]))
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--media", type=Path, required=True, help="a folder with the films, anywhere in it")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    truth, rows = real.truth(), []
    with open_scenes(read_pack(options.pack)) as engine:
        for name, file in real.FILES.items():
            path = next(options.media.rglob(file))
            rows += compared(told(engine, path), [one for one in truth if one.film == name])
    groups = {}
    for group in sorted({row[0] for row in rows}):
        right = [said == seen for name, seen, said in rows if name == group]
        groups[group] = {"seconds": len(right), "right": sum(right)}
    result = {"real": {"films": len(real.FILES), "groups": groups}}
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(groups)


if __name__ == "__main__":
    main()
