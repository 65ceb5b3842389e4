"""Write the figures of results.json into the starter's card.

python -m models.captioner.card models/captioner/results.json models/captioner/README.md
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.training.card import main

LEVELS = {"zh_words": "Chinese, words", "zh_characters": "Chinese, characters", "en_words": "English, words"}
COLUMNS = {
    "bleu1": "BLEU-1", "bleu2": "BLEU-2", "bleu3": "BLEU-3", "bleu4": "BLEU-4", "meteor_exact": "METEOR-exact",
    "rouge_l": "ROUGE-L", "cider_d": "CIDEr-D",
}  # fmt: skip
PARTS = {"doing": "what is done", "who": "who, and how many", "place": "where", "time": "when"}
KEPT, QUICK = 0.98, 150.0  # of the float CIDEr-D; ms a shot
READ = 12  # captions of films of cameras that are shown


def table(results: Mapping[str, Any]) -> str:
    """The figures as Markdown."""
    parts = [_first(results), _scores(results), _right(results), _ways(results["ways"]), _real(results)]
    return "\n\n".join([*("\n".join(part) for part in parts), f"Measured {results['date']} on {results['machine']}."])


def verdict(met: bool, bar: str) -> str:
    """Whether a bar is met."""
    return f"bar {bar}: {'met' if met else 'missed'}"


def _first(results: Mapping[str, Any]) -> list[str]:
    ways, known = results["ways"], results["calibration"]
    whole, pack = ways["float32"]["cider_d"], ways["INT8 weights"]
    kept = {name: pack["cider_d"][name] / max(whole[name], 1e-9) for name in ("zh_words", "en_words")}
    size = f"{pack['bytes'] / 1e6:.2f} MB, {results['parameters']:,} parameters"
    shots = f"{results['shots']} shots of {results['films']} drawn films of the test pool"
    said = f"{kept['zh_words']:.1%} (Chinese) and {kept['en_words']:.1%} (English)"
    together = f"Sixteen together: {pack['shots_a_second']:.0f} shots a second."
    return [
        f"* {shots}, greedy search; {size}.",
        f"* INT8 weights keep {said} of float32's CIDEr-D; {verdict(min(kept.values()) >= KEPT, '98 %')}.",
        f"* A shot takes {pack['ms']:.0f} ms on two threads; {verdict(pack['ms'] < QUICK, '150 ms')}. {together}",
        f"* Confidence is calibrated on development films: {known['ece']:.3f} off on test films (ECE).",
    ]


def _scores(results: Mapping[str, Any]) -> list[str]:
    lines = [f"| | {' | '.join(COLUMNS.values())} |", "| --- " * (1 + len(COLUMNS)) + "|"]
    for name, shown in LEVELS.items():
        values = " | ".join(f"{100 * results['scores'][name][column]:.1f}" for column in COLUMNS)
        lines.append(f"| {shown} | {values} |")
    beam = results["beam"]
    whole = results["ways"]["INT8 weights"]["cider_d"]["zh_words"]
    lines += ["", f"A beam of {beam['width']} gives a CIDEr-D of {100 * beam['cider_d']:.1f} where greedy search gives"]
    lines += [f"{100 * whole:.1f} (Chinese words, a part of the shots)."]
    return lines


def _right(results: Mapping[str, Any]) -> list[str]:
    told = results["right"]
    lines = [
        f"What the Chinese captions say is right in {told['all']:.1%} of the shots; part by part, where it is said:"
    ]
    lines += ["", "| | said | right |", "| --- | --- | --- |"]
    return lines + [f"| {shown} | {told[name]['named']} | {told[name]['right']:.1%} |" for name, shown in PARTS.items()]


def _ways(ways: Mapping[str, Any]) -> list[str]:
    shots = next(iter(ways.values()))["shots"]
    lines = [f"Ways to keep the weights, on {shots} of the shots (CIDEr-D, words):", ""]
    lines += ["| | MB | Chinese | English | ms a shot | shots a second |", "| --- | --- | --- | --- | --- | --- |"]
    for name, row in ways.items():
        scores = f"{100 * row['cider_d']['zh_words']:.1f} | {100 * row['cider_d']['en_words']:.1f}"
        speed = f"{row['ms']:.0f} | {row['shots_a_second']:.0f}"
        lines.append(f"| {name} | {row['bytes'] / 1e6:.2f} | {scores} | {speed} |")
    return lines


def _real(results: Mapping[str, Any]) -> list[str]:
    real, known, sure = results["real"], results["calibration"], results["tuned"]["sure"]
    lines = [f"Confidence from which on a caption is shown: {sure:.2f}. Of the drawn test films it shows"]
    lines += [f"{known['shown']:.1%} of the shots, and {known['right_of_shown']:.1%} of these are right (of all shots"]
    lines += [f"{known['right']:.1%}; mean confidence {known['confidence']:.2f})."]
    if not real["shots"]:
        return lines
    lines += [f"Of {real['shots']} shots of {real['films']} films of cameras it shows {real['shown']:.1%} (mean"]
    lines += [f"confidence {real['confidence']:.2f}). What it says of them, the surest first:", ""]
    lines += ["| film | second | confidence | Chinese | English |", "| --- | --- | --- | --- | --- |"]
    for line in sorted(real["captions"], key=lambda one: -float(one["confidence"]))[:READ]:
        place = f"{line['film']} | {line['start'] / 1000:.0f} | {line['confidence']:.2f}"
        lines.append(f"| {place} | {line['zh']} | {line['en']} |")
    return lines


if __name__ == "__main__":
    main(table, __doc__)
