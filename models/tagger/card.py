"""The figures of results.json as tables in the card."""

from __future__ import annotations

from typing import Any


def table(found: dict[str, Any]) -> str:
    """The tables of figures."""
    made, hand = found["generated"], found["hand"]
    lines = [
        f"| strict span and kind, INT8 | generated test ({made['texts']}) | hand-written set ({hand['texts']}) |",
        "|---|---:|---:|",
        f"| **F1, all kinds** | **{made['items']['f1']:.3f}** | **{hand['items']['f1']:.3f}** |",
        f"| precision | {made['items']['precision']:.3f} | {hand['items']['precision']:.3f} |",
        f"| recall | {made['items']['recall']:.3f} | {hand['items']['recall']:.3f} |",
    ]
    for kind, value in made["kinds"].items():
        other = hand["kinds"][kind]
        lines.append(f"| {kind} ({value['expected']}; {other['expected']}) | {value['f1']:.3f} | {other['f1']:.3f} |")
    for name, value in made["parts"].items():
        lines.append(f"| {name} | {value['f1']:.3f} | {hand['types'][name]['f1']:.3f} |")
    for name in ("zh", "en"):
        shown = hand["languages"].get(name)
        lines.append(
            f"| {name} | {made['languages'].get(name, 0):.3f} | {'-' if shown is None else format(shown, '.3f')} |"
        )
    shares = (made["verbatim"]["accuracy"], hand["verbatim"]["accuracy"])
    lines.append(f"| items that stand verbatim in the input | {shares[0]:.1%} | {shares[1]:.1%} |")
    trust = (made["reliability"], hand["reliability"])
    lines.append(f"| calibration error of the confidence | {trust[0]['error']:.3f} | {trust[1]['error']:.3f} |")
    lines.append(
        "| right of the items with a confidence of 0.9 or more | "
        + " | ".join(f"{one['right']:.1%} (of {one['sure']:.0%})" for one in trust)
        + " |"
    )
    if "retention" in found:
        lines.append(
            f"| F1 of INT8 over float32 | {found['retention']['generated']:.1%} | {found['retention']['hand']:.1%} |"
        )
    lines += [""]
    lines += [
        f"Speed: {found['speed']['per_processor_second']:.0f} texts of about 150 characters per second of one core."
    ]
    lines += [
        "",
        f"CTranslate2 {found['ctranslate2']}; {found['machine']}, {found['threads']} thread; {found['date']}.",
    ]
    return "\n".join(lines)
