"""The paper's Table 1 beside our rows, from the results of the harness; and our rows on drawn films.

python -m models.captioner.table OUT models/captioner/table.json models/captioner/method.md --drawn DRAWN
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models.training import card

RESULT = "result.json"
KINDS = ("nic", "s2vt", "convcap", "topdown", "transformer")
WAYS = ("", "t", "kd")
METRICS = {
    "bleu1": "B@1", "bleu2": "B@2", "bleu3": "B@3", "bleu4": "B@4", "meteor_exact": "METEOR (ours: exact)",
    "rouge_l": "ROUGE-L", "cider_d": "CIDEr",
}  # fmt: skip
TITLES = {"nic": "NIC", "s2vt": "S2VT", "convcap": "ConvCap", "topdown": "TopDown", "transformer": "Transformer"}
PAPER = {
    "nic": (50.9, 37.3, 28.3, 18.8, 21.0, 46.5, 40.1),
    "nic-t": (44.4, 29.6, 20.4, 11.1, 17.7, 41.7, 16.4),
    "nic-kd": (51.2, 38.9, 30.5, 21.3, 21.6, 47.6, 42.1),
    "s2vt": (51.5, 38.4, 29.6, 20.6, 21.3, 47.3, 46.3),
    "s2vt-t": (41.8, 26.8, 17.4, 9.3, 16.4, 39.2, 18.9),
    "s2vt-kd": (52.1, 39.5, 30.7, 21.1, 21.6, 48.0, 46.8),
    "convcap": (49.8, 35.7, 26.3, 16.8, 21.1, 46.3, 40.3),
    "convcap-t": (41.9, 25.5, 16.0, 7.1, 16.4, 39.0, 18.3),
    "convcap-kd": (50.8, 37.4, 28.3, 19.1, 21.5, 47.0, 42.2),
    "topdown": (51.7, 38.4, 29.2, 19.7, 22.2, 48.2, 55.2),
    "topdown-t": (42.3, 27.5, 18.2, 9.7, 17.0, 39.6, 23.0),
    "topdown-kd": (52.9, 39.8, 30.4, 21.1, 22.9, 49.4, 57.4),
}  # per cent; the stored text has lost the decimal points of the KD rows: each has three digits and one decimal


def collected(out: Path) -> dict[str, Any]:
    """Every result under *out* without its captions, by name: the teacher, and each student and way with its seeds."""
    rows: dict[str, list[dict[str, Any]]] = {}
    teacher = None
    for path in sorted(out.glob(f"*/{RESULT}")):
        result = json.loads(path.read_text(encoding="utf-8"))
        kept = {
            name: result[name]
            for name in ("seed", "training", "schedule", "gain", "words", "characters")
            if name in result
        }
        if result["kind"] == "teacher":
            teacher = kept
        else:
            rows.setdefault("-".join(filter(None, (result["kind"], result["way"]))), []).append(kept)
    return {"teacher": teacher, "students": rows}


def markdown(found: dict[str, Any]) -> str:
    """All tables: mean over the seeds, and the deviation where there are several; what is missing says so."""
    lines = ["Simulated features:", "", *rows(found, PAPER), "", *gains(found)]
    if "drawn" in found:
        lines += ["", "Drawn films:", "", *rows(found["drawn"], {}), "", *gains(found["drawn"])]
    return "\n".join([*lines, *parsing(found)])


def rows(found: dict[str, Any], paper: Mapping[str, Sequence[float]]) -> list[str]:
    """Our rows, each below that of the *paper*; where the paper is not compared with, only those that were run."""
    names = list(METRICS.values())
    lines = ["| Row | " + " | ".join(names) + " | seeds |", "|---|" + "---:|" * (len(names) + 1)]
    if found["teacher"]:
        lines.append(_row("teacher (ours)", [found["teacher"]]))
        lines.append(_row("teacher (ours), on characters", [found["teacher"]], "characters"))
    for kind in KINDS:
        for way in WAYS:
            name = "-".join(filter(None, (kind, way)))
            title = "-".join(filter(None, (TITLES[kind], way.upper())))
            if name in paper:
                lines.append(f"| {title} (paper) | " + " | ".join(f"{value:.1f}" for value in paper[name]) + " | |")
            if results := found["students"].get(name, []):
                lines.append(_row(f"{title} (ours)", results))
            elif paper:
                lines.append(f"| {title} (ours) |" + " |" * 7 + " not run yet |")
    return lines


def parsing(found: dict[str, Any]) -> list[str]:
    """How well the parser attaches, where that was measured."""
    if "parser" not in found:
        return []
    lines = ["", "| Parser, test trees of UD English EWT | UAS | LAS | words |", "|---|---:|---:|---:|"]
    for form, title in (("written", "as written"), ("plain", "lower case, no punctuation")):
        values = found["parser"][form]
        lines.append(f"| {title} | {values['uas']:.1f} | {values['las']:.1f} | {values['words']:,} |")
    return lines


def _row(title: str, results: Sequence[dict[str, Any]], unit: str = "words") -> str:
    cells = [_cell([result[unit][name] for result in results]) for name in METRICS]
    return f"| {title} | " + " | ".join(cells) + f" | {len(results)} |"


def _cell(values: Sequence[float]) -> str:
    spread = f" ± {statistics.stdev(values):.1f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.1f}{spread}"


def gains(found: dict[str, Any]) -> list[str]:
    """What distillation changes for each student, seed by seed."""
    lines = ["| Distillation | B@4 | CIDEr | seeds |", "|---|---:|---:|---:|"]
    for kind in KINDS:
        changes = [changed(found, kind, name) for name in ("bleu4", "cider_d")]
        if changes[0]:
            cells = " | ".join(map(_signed, changes))
            lines.append(f"| {TITLES[kind]} | {cells} | {len(changes[0])} |")
        else:
            lines.append(f"| {TITLES[kind]} | | | not run yet |")
    return lines


def changed(found: dict[str, Any], kind: str, metric: str) -> list[float]:
    """By how much distillation changes a metric of a student, for each seed that both were run with."""
    plain, guided = (
        {result["seed"]: result["words"][metric] for result in found["students"].get(name, [])}
        for name in (kind, f"{kind}-kd")
    )
    return [guided[seed] - plain[seed] for seed in sorted(plain.keys() & guided.keys())]


def _signed(values: Sequence[float]) -> str:
    spread = f" ({', '.join(f'{value:+.1f}' for value in values)})" if len(values) > 1 else ""
    return f"{statistics.mean(values):+.1f}{spread}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="the folder of the harness")
    parser.add_argument("results", type=Path)
    parser.add_argument("card", type=Path)
    parser.add_argument("--drawn", type=Path, help="the folder of the harness for drawn films")
    parser.add_argument("--attachment", type=Path, help="what the parser's recipe measured")
    options = parser.parse_args(arguments)
    found = collected(options.out)
    if options.drawn:
        found["drawn"] = collected(options.drawn)
    if options.attachment:
        found["parser"] = json.loads(options.attachment.read_text(encoding="utf-8"))
    options.results.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    card.fill(options.card, markdown(found))


if __name__ == "__main__":
    main()
