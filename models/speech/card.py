"""Write the figures of results.json into the model card.

python -m models.speech.card models/speech/results.json models/speech/README.md
"""

from __future__ import annotations

from typing import Any

from models.training.card import main

BARS = {"en": 0.10, "zh": 0.10}
NAMES = {
    "en": "English, new sentences, new espeak-ng voices", "zh": "Chinese, new sentences, new espeak-ng voices",
    "en_flite": "English, new sentences, flite's rms (a voice recorded from a person)",
    "en_accent": "English, new sentences, an accent not trained on (en-gb-scotland)",
    "en_windows": "English, six new sentences in one window", "zh_windows": "Chinese, six new sentences in one window",
    "people_en": "English, recordings of people", "people_zh": "Chinese, recordings of people",
}  # fmt: skip


def table(results: dict[str, Any]) -> str:
    """The figures as Markdown."""
    lines = [
        "| what is read to it | measure | INT8 | float32 | word times, median | clips |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for part, row in results["int8"].items():
        full = results.get("float32", {}).get(part)
        times = f"{row['word_time_ms_median']:.0f} ms" if "word_time_ms_median" in row else "not known"
        measure = "CER" if "zh" in part else "WER"
        other = f"{full['rate']:.1%}" if full else "–"
        lines.append(
            f"| {NAMES.get(part, part)} | {measure} | {row['rate']:.1%} | {other} | {times} | {row['clips']} |"
        )
    return "\n".join([*lines, "", *verdicts(results), "", _conditions(results)])


def verdicts(results: dict[str, Any]) -> list[str]:
    """Each bar, and by how much it is met or missed."""
    said = []
    for part, bar in BARS.items():
        rate, name = results["int8"][part]["rate"], "WER (en)" if part == "en" else "CER (zh)"
        how = "met" if rate <= bar else f"missed by {100 * (rate - bar):.1f} points"
        said.append(f"* {name} at most {bar:.0%}: {rate:.1%}, {how}.")
    median = results["quality"]["word_time_ms_median"]
    said.append(f"* Word times within 100 ms (median): {median:.0f} ms, {'met' if median <= 100 else 'missed'}.")
    for part, kept in results.get("accuracy_kept", {}).items():
        said.append(f"* INT8 keeps {kept:.1%} of float32's accuracy ({part}; bar 98%).")
    return said


def _conditions(results: dict[str, Any]) -> str:
    return (
        f"Measured {results['date']} on {results['machine']}, {results['threads']} thread(s), by "
        f"`python -m models.speech.evaluate` ({results['decoder']}; normaliser: {results['normaliser']})."
    )


if __name__ == "__main__":
    main(table, __doc__)
