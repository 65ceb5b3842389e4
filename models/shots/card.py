"""Write the figures of results.json into the model card.

python -m models.shots.card models/shots/results.json models/shots/README.md
"""

from __future__ import annotations

from typing import Any

from models.training.card import main

NAMES = {
    "cut": "cuts", "dissolve": "dissolves, 2 to 70 frames", "fade": "fades through black, white or a colour",
    "wipe": "wipes", "real cut": "real shots: cuts", "real dissolve": "real shots: dissolves",
    "real fade": "real shots: fades", "real wipe": "real shots: wipes", "against": "cuts, every shot disturbed",
}  # fmt: skip


def found(results: dict[str, Any]) -> list[str]:
    """F1 of every detector on every kind of film."""
    detectors = results["detectors"]
    ours = detectors["starter-shots"]["kinds"]
    others = [name for name in detectors if name != "starter-shots"]
    head = [
        "films with",
        "changes",
        "F1",
        "within 1",
        "same frame",
        "precision",
        "recall",
        *(f"{n}: F1" for n in others),
    ]
    lines = [f"| {' | '.join(head)} |", "| --- " * len(head) + "|"]
    for name, row in ours.items():
        cells = [NAMES.get(name, name), str(row["right"] + row["missed"])]
        cells += [f"{row[key]:.3f}" for key in ("f1", "f1_1", "f1_0", "precision", "recall")]
        cells += [f"{detectors[other]['kinds'][name]['f1']:.3f}" for other in others]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def alarms(results: dict[str, Any]) -> list[str]:
    """False changes a minute for every disturbance."""
    detectors = results["detectors"]
    lines = [f"| disturbance | {' | '.join(detectors)} |", "| --- " * (len(detectors) + 1) + "|"]
    for name in detectors["starter-shots"]["false_alarms_per_minute"]:
        cells = [f"{table['false_alarms_per_minute'][name]:.1f}" for table in detectors.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def kinds(results: dict[str, Any]) -> list[str]:
    """What is said of a change that was found."""
    lines = ["| found change | kind right | both ends within 2 frames | within 5 |", "| --- | --- | --- | --- |"]
    for name, row in results["typed"].items():
        lines.append(f"| {name} | {row['kind_right']:.1%} | {row['ends_within_2']:.1%} | {row['ends_within_5']:.1%} |")
    return lines


def variants(results: dict[str, Any]) -> list[str]:
    """The same network with other numbers."""
    rows = results.get("variants", {})
    if not rows:
        return []
    lines = ["| numbers | bytes | frames a second, one thread | F1 of the four kinds |", "| --- | --- | --- | --- |"]
    for name, row in rows.items():
        lines.append(f"| {name} | {row['bytes']:,} | {row['frames_a_second']:,} | {row['f1']:.4f} |")
    return [*lines, ""]


def table(results: dict[str, Any]) -> str:
    """Everything as Markdown."""
    thresholds = ", ".join(f"{name} {value}" for name, value in results["tuned"].items())
    said = (
        f"{results['minutes']:.0f} minutes of film. Speed of the network alone: {results['frames_a_second']:,} frames "
        f"a second of processor time on one thread ({results['bytes']:,} bytes). Thresholds, from other films: "
        f"{thresholds}. "
        f"Measured {results['date']} on {results['machine']}, by `python -m models.shots.evaluate`."
    )
    parts = [*found(results), "", *kinds(results), ""]
    return "\n".join([*parts, "False alarms a minute:", "", *alarms(results), "", *variants(results), said])


if __name__ == "__main__":
    main(table, __doc__)
