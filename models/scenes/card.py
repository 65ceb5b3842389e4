"""Write the figures of results.json into the model card.

python -m models.scenes.card models/scenes/results.json models/scenes/README.md
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.training.card import main

GROUPS = {
    "scene_type": "scene type (10)",
    "place": "place (2)",
    "setting": "setting (8)",
    "time": "time of day (3)",
    "activity": "activity (5)",
    "motion": "motion (3)",
    "emotion": "emotion of the sound (5)",
    "mood": "mood (many of 5)",
}


def table(results: Mapping[str, Any]) -> str:
    """The figures as Markdown."""
    pack = results["pack"]
    lines = [*_first(results), "", *_groups(pack["labels"]), "", *_missing(pack)]
    for part, shown in (("fusions", _fusions), ("compression", _compression), ("real", _real)):
        if part in results:
            lines += ["", *shown(results[part])]
    return "\n".join([*lines, "", f"Measured {results['date']} on {results['machine']}."])


def _first(results: Mapping[str, Any]) -> list[str]:
    pack = results["pack"]
    f1, fast, scenes = pack["labels"]["scene_type"]["f1"], pack["speed"]["times_real_time"], pack["scenes"]
    of = f"{results['shots']} shots of {results['films']} drawn films of the test pool"
    near = ", ".join(f"F1 within {n} shots {scenes[f'f1_within_{n}']:.3f}" for n in (0, 1, 2))
    return [
        f"* Scene type, macro-F1 over {of}: **{f1:.3f}**; {verdict(f1 >= 0.95, '0.95')}.",
        f"* Boundaries of scenes: AP **{scenes['ap']:.3f}**, mIoU {scenes['miou']:.3f}, {near}.",
        f"* {fast:.0f} times real time (networks only, one thread); {verdict(fast >= 20, '20 times')}.",
        f"* {results['bytes'] / 1e6:.2f} MB.",
    ]


def verdict(met: bool, bar: str) -> str:
    """Whether a bar is met."""
    return f"bar {bar}: {'met' if met else 'missed'}"


def _groups(labels: Mapping[str, Any]) -> list[str]:
    lines = ["| group | macro-F1 | right | calibration error (ECE) |", "| --- | --- | --- | --- |"]
    for name, shown in GROUPS.items():
        row = labels[name]
        lines.append(f"| {shown} | {row['f1']:.3f} | {row['accuracy']:.1%} | {row['ece']:.3f} |")
    return lines


def _missing(pack: Mapping[str, Any]) -> list[str]:
    whole = {"scene_type": pack["labels"]["scene_type"]["f1"], "mean": pack["labels"]["mean"]["f1"]}
    rows = {"nothing": whole | {"ap": pack["scenes"]["ap"]}, **pack["missing"]}
    lines = ["What is lost where something is missing (macro-F1):", ""]
    lines += ["| without | scene type | mean of all groups | boundary AP |", "| --- | --- | --- | --- |"]
    return lines + [
        f"| {name} | {row['scene_type']:.3f} | {row['mean']:.3f} | {row['ap']:.3f} |" for name, row in rows.items()
    ]


def _fusions(found: Mapping[str, Any]) -> list[str]:
    lines = ["Fusions and single branches on the same vectors (float32, macro-F1). The margin is over the best single"]
    lines += [f"branch, {found['best_single']}, with the 95 % interval of a bootstrap over films:", ""]
    lines += ["| | scene type | mean of all groups | boundary AP | margin |", "| --- | --- | --- | --- | --- |"]
    for name, row in found["table"].items():
        one, more = row["labels"], ""
        if name in found["margins"]:
            low, high = found["margins"][name]["interval"]
            more = f"{found['margins'][name]['margin']:+.3f} ({low:+.3f} to {high:+.3f})"
        scores = f"{one['scene_type']['f1']:.3f} | {one['mean']['f1']:.3f} | {row['scenes']['ap']:.3f}"
        lines.append(f"| {name} | {scores} | {more} |")
    return lines


def _compression(found: Mapping[str, Any]) -> list[str]:
    lines = [
        f"Compression of {found['parameters']:,} parameters, each through the engine on {found['films']} test films.",
        "INT8 passes with 98 % of the float score and twice the speed or half the size:",
        "",
    ]
    lines += ["| | MB | times real time | scene type | mean of all groups | boundary AP | kept | faster | size | |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    for name, row in found["ways"].items():
        shown = f"{name} ({row['minutes']:.0f} min)" if row.get("minutes") else name
        scores = f"{row['scene_type']:.3f} | {row['mean_f1']:.3f} | {row['boundary_ap']:.3f}"
        judged = _judged(name, found["against_float32"].get(name))
        lines.append(f"| {shown} | {row['bytes'] / 1e6:.2f} | {row['times_real_time']:.0f} | {scores} | {judged} |")
    return lines


def _judged(name: str, gate: Mapping[str, Any] | None) -> str:
    if gate is None:
        return " | | | "
    passed = ("passed" if gate["passed"] else "not passed") if name.startswith("INT8") else ""
    return f"{gate['kept']:.1%} | {gate['faster']:.2f} | {gate['smaller']:.2f} | {passed}"


def _real(found: Mapping[str, Any]) -> list[str]:
    shares = ", ".join(f"{name} {row['right']} of {row['seconds']}" for name, row in found["groups"].items())
    return [
        f"Real footage, {found['films']} films, seconds that were annotated by eye and told right: {shares}.",
        "That is a look whether nothing is absurd, not a measure of accuracy.",
    ]


if __name__ == "__main__":
    main(table, __doc__)
