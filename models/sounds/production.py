"""Write the figures of the production packs, tempo, mood and emotion into their card.

python -m models.sounds.production
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
BENCHMARKS = HERE.parents[1] / "benchmarks" / "results"
CARD = HERE / "production.md"
BEGIN, END = "<!-- figures: written by `python -m models.sounds.production` -->", "<!-- end of figures -->"


def head(found: dict[str, Any]) -> list[str]:
    """YAMNet on ESC-10."""
    few = ", ".join(f"{each} clip{'s' * (each != '1')}: {share:.1%}" for each, share in found["head_few"].items())
    return [
        f"**YAMNet on {found['data']}** (`python -m models.sounds.head evaluate`, {found['date']})", "",
        f"* choosing among the ten classes by name, nothing taught: {found['by_name']:.1%} (bar 96.0%)",
        f"* a head taught on four folds, asked of the fifth: {found['head']['accuracy']:.1%}",
        f"* a head taught on a few clips a class of one fold, asked of the other four: {few}",
    ]  # fmt: skip


def segmentation(found: dict[str, Any]) -> list[str]:
    """Frame F1."""
    title = (
        f"**Segmentation, {found['data']}** (`python -m benchmarks.segmentation`, {found['date']}; the truth is the "
        "output of inaSpeechSegmenter; frame F1, without 200 ms around boundaries / with them)"
    )
    lines = [
        title, "",
        "| pack | speech | music | noise |", "| --- | --- | --- | --- |",
    ]  # fmt: skip
    for name, row in found["packs"].items():
        cells = [
            f"{row[k]['f1']:.3f} / {row[k]['f1_exact']:.3f}" if k in row else "–" for k in ("speech", "music", "noise")
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def tempo(found: dict[str, Any]) -> list[str]:
    """Beside librosa."""
    title = (
        f"**Tempo and beats on composed music** (`python -m benchmarks.tempo`, {found['date']}; half of the pieces on "
        "held-out instruments; several have no drums, one voice, or both)"
    )
    lines = [
        title, "",
        "| | pieces | tempo within 4% | or an octave off | beats F (70 ms) | no tempo claimed | median error |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for name, table in found.items():
        if isinstance(table, dict):
            for group, row in table.items():
                if isinstance(row, dict):
                    last = f"{table['median_ms']} ms" if group == "all" else ""
                    shares = [f"{row[key]:.1%}" for key in ("tempo", "tempo_octave", "beats_f1", "silent")]
                    lines.append(f"| {name}, {group} | {row['pieces']} | {' | '.join(shares)} | {last} |")
    return lines


def mood(found: dict[str, Any]) -> list[str]:
    """Held-out instruments."""
    test = found["test"]
    command = "`python -m models.sounds.mood fit`"
    said = (
        f"**Mood** ({command}, {found['date']}): {test['pieces']} composed pieces on instruments kept from training: "
        f"{test['accuracy']:.1%} right (chance 25%); a mood is named for {test['named']:.1%}, and right for "
        f"{test['accuracy_where_named']:.1%} of those."
    )
    return [said]


def emotion(found: dict[str, Any]) -> list[str]:
    """Synthetic voices, and people who read plainly."""
    made = found["synthetic"]
    parts = ", ".join(f"{name} {share:.0%}" for name, share in made["found"].items())
    read = found.get("plain_reading_by_people", {})
    cues = sum(row["cues"] for row in read.values())
    wrong = sum(sum(row["tagged"].values()) for row in read.values())
    said = (
        f"**Emotion** (`python -m benchmarks.emotion`, {found['date']}), {made['voices']} synthetic voices: "
        f"found {parts}; plain cues tagged: {made['false_on_plain']:.1%}."
    )
    return [said, f"Plain reading by people: {wrong} of {cues} cues tagged, all wrongly."] if cues else [said]


def figures() -> str:
    """All that has been measured."""
    sources = (
        (head, HERE / "yamnet.results.json"), (segmentation, BENCHMARKS / "segmentation.json"),
        (tempo, BENCHMARKS / "tempo.json"), (mood, HERE / "mood.results.json"), (emotion, BENCHMARKS / "emotion.json"),
    )  # fmt: skip
    parts = ["\n".join(write(json.loads(path.read_text("utf-8")))) for write, path in sources if path.is_file()]
    return "\n\n".join(parts)


def main() -> None:
    """Command line."""
    before, rest = CARD.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    CARD.write_text(f"{before}{BEGIN}\n\n{figures()}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
