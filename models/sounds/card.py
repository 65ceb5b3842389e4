"""Write the figures of results.json into the model card.

python -m models.sounds.card models/sounds/results.json models/sounds/README.md
"""

from __future__ import annotations

from typing import Any

from models.training.card import main

GROUPS = {
    "recorded": "classes learned from recordings (recordings of the fold left out)",
    "synthetic": "classes learned from synthesis (a synthesiser never trained on)",
    "all": "all",
}


def table(results: dict[str, Any]) -> str:
    """The figures as Markdown."""
    esc, scenes, truth, people = (results[name] for name in ("esc10", "scenes", "truth", "recordings"))
    lines = [f"* ESC-10, five folds, {esc['clips']} clips: **{esc['accuracy']:.1%}**"]
    lines[0] += f" ({', '.join(f'{fold:.1%}' for fold in esc['folds'])}); {verdict(esc['accuracy'] >= 0.9, '90 %')}."
    worst = sorted(esc["classes"].items(), key=lambda item: item[1])[:3]
    lines[0] += f" Weakest: {', '.join(f'{name} {value:.0%}' for name, value in worst)}."
    onset = scenes["events"]["all"]["onset_ms_median"]
    lines.append(f"* Onset of events, median error: **{onset:.0f} ms**; {verdict(onset <= 100, '100 ms')}.")
    frames = ", ".join(f"{name} {value:.3f}" for name, value in scenes["frames"].items())
    lines.append(f"* Frames of 10 ms in held-out scenes, F1: {frames}.")
    published = ", ".join(f"{name[3:]} {value:.3f}" for name, value in truth.items() if name.startswith("f1_"))
    lines.append(f"* inaSpeechSegmenter's file with published truth ({truth['seconds']:.0f} s), F1: {published}.")
    lines.append(
        f"* Recordings of people reading ({people['files']} files, {people['seconds']:.0f} s without pauses): "
        f"{people['as_speech']:.1%} heard as speech, {people['as_music']:.1%} wrongly as music."
    )
    speed, pack = results["speed"], results["pack"]
    lines.append(
        f"* {speed['times_real_time']:.0f} times real time on one core (processor time, features included); "
        f"{verdict(speed['times_real_time'] >= 50, '50 times')}."
    )
    lines.append(f"* {pack['parameters']:,} parameters, {pack['bytes'] / 1e6:.2f} MB.")
    lines += ["", *_events(scenes), "", *_classes(scenes, esc), "", _conditions(results)]
    return "\n".join(lines)


def verdict(met: bool, bar: str) -> str:
    """Whether a bar is met."""
    return f"bar {bar}: {'met' if met else 'missed'}"


def _events(scenes: dict[str, Any]) -> list[str]:
    lines = [
        f"Events in {scenes['scenes']} scenes of {scenes['seconds']:.0f} s, over speech, music and noise:",
        "",
        "| | events | recall | precision | F1, onset within 200 ms | onset, median | 90 % within |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for group, row in scenes["events"].items():
        lines.append(
            f"| {GROUPS[group]} | {row['events']} | {row['recall']:.1%} | {row['precision']:.1%} "
            f"| {row['f1_onset_200ms']:.3f} | {row['onset_ms_median']:.0f} ms | {row['onset_ms_p90']:.0f} ms |"
        )
    return lines


def _classes(scenes: dict[str, Any], esc: dict[str, Any]) -> list[str]:
    lines = ["| class | learned from | recall | precision | onset, median |", "| --- | --- | --- | --- | --- |"]
    for name, row in sorted(scenes["classes"].items(), key=lambda item: -item[1]["recall"]):
        source = "recordings" if name in esc["classes"] else "synthesis"
        onset = f"{row['onset_ms_median']:.0f} ms" if row["onset_ms_median"] is not None else "–"
        lines.append(f"| {name} | {source} | {row['recall']:.0%} | {row['precision']:.0%} | {onset} |")
    return lines


def _conditions(results: dict[str, Any]) -> str:
    return f"Measured {results['date']} on {results['machine']}, by `python -m models.sounds.evaluate`."


if __name__ == "__main__":
    main(table, __doc__)
