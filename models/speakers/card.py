"""Write the figures of results.json into the model card.

python -m models.speakers.card models/speakers/results.json models/speakers/README.md
"""

from __future__ import annotations

from typing import Any

from models.training.card import main

NAMES = {
    "synthetic": "people who do not exist, none of them trained on; a fifth of the turns overlap",
    "synthetic_no_overlap": "the same, nobody interrupts",
    "people": "recordings of people; a fifth of the turns overlap",
    "sample": "the sample film: a woman and a man, each in two languages, with music and effects",
}
PAIRS = {"synthetic": "people who do not exist, none of them trained on", "people": "recordings of people"}


def pairs(results: dict[str, Any]) -> list[str]:
    """The equal error rates."""
    lines = ["| whose windows | length | EER | speakers | pairs same / other |", "| --- | --- | --- | --- | --- |"]
    for name, row in results["eer"].items():
        part, _, length = name.rpartition("_")
        lines.append(
            f"| {PAIRS.get(part, part)} | {length.replace('s', ' s')} | {row['eer']:.1%} | {row['speakers']} | "
            f"{row['same_pairs']} / {row['other_pairs']} |"
        )
    return lines


def dialogues(results: dict[str, Any]) -> list[str]:
    """The diarisation error rates."""
    head = (
        *("dialogues of 2 to 4", "number of speakers", "DER, collar 0.25 s", "DER, no collar"),
        *("missed", "false", "confused", "overlap found", "overlap right"),
    )
    lines = [f"| {' | '.join(head)} |", "| --- " * len(head) + "|"]
    for name, row in results["der"].items():
        for how in ("found", "given"):
            one = row[how]
            near, exact, over = one["collar_250"], one["collar_0"], one["overlap"]
            count = f"found (right in {one['count_right']:.0%})" if how == "found" else "given"
            lines.append(
                f"| {NAMES.get(name, name)} | {count} | {near['der']:.1%} | {exact['der']:.1%} | "
                f"{near['missed']:.1%} | {near['false_alarm']:.1%} | {near['confusion']:.1%} | "
                f"{_share(over['recall'])} | {_share(over['precision'])} |"
            )
    return lines


def _share(value: float) -> str:
    """A dash where nothing overlaps, or nothing of it was found."""
    return f"{value:.0%}" if value else "–"


def stereo(results: dict[str, Any]) -> list[str]:
    """The interview clip."""
    clip = results.get("stereo_clip")
    if not clip or not clip["separate"]:
        return []
    found, given = clip["mixed_to_mono"]["found"], clip["mixed_to_mono"]["given"]
    said = (
        f"The stereo clip with one person a side (5 s): {clip['speakers_by_channel']} speakers by channel, at once "
        f"for {clip['overlapped']:.0%} of the time. Mixed to mono and told apart by voice, against that: DER "
        f"{found['der']:.0%} with {found['speakers']} found, {given['der']:.0%} with the number given."
    )
    return [said, ""]


def table(results: dict[str, Any]) -> str:
    """Everything as Markdown."""
    speed = min(row["times_real_time"] for row in results["der"].values())
    lengths = ", ".join(f"{row['minutes']:.0f}" for row in results["der"].values())
    tuned = ", ".join(f"{name} {value}" for name, value in results["tuned"].items())
    said = (
        f"Speed: at least {speed:.0f} times real time on one thread (processor time, voice activity included). "
        f"Minutes of dialogue: {lengths}. Measured {results['date']} on {results['machine']}, "
        f"by `python -m models.speakers.evaluate`; thresholds: {tuned}."
    )
    return "\n".join([*pairs(results), "", *dialogues(results), "", *stereo(results), said])


if __name__ == "__main__":
    main(table, __doc__)
