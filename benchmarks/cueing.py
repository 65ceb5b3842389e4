"""
How cueing does on captions that people wrote: python benchmarks/cueing.py DATA

DATA is the folder of test data. The people's words are put in one stream (their times spread evenly over each cue), cut
into cues again, and compared: are all limits kept or reported, do the cues end where the people's end, and how does a
naive greedy cutter do on the same words? Nothing but the words and their times is taken over: where cues follow each
other without a gap, their boundaries leave no trace. The weights of cueing were tuned on these same captions, for want
of others. Also measured: how well clause ends are found in Chinese without punctuation (FLORES), and the time for three
hours of speech. Results go to benchmarks/results/cueing.json.
"""

from __future__ import annotations

import json
import platform
import re
import sys
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from pathlib import Path

from plugin_core import checks, cueing, phrases, profiles, typography
from plugin_core.document import Cue, Document, Word
from plugin_core.profiles import Profile

CAPTIONS = (
    ("speech/ableplayer/itaccess_captions_en.vtt", "en"),
    ("subs/elephantsdream/captions.en.vtt", "en"),
    ("speech/ableplayer/itaccess_subtitles_zh-cn.vtt", "zh"),
    ("speech/ableplayer/itaccess_subtitles_es.vtt", "es"),
    ("subs/webvtt-py/tests/subtitles/netflix_chicas_del_cable.vtt", "es"),
    ("subs/elephantsdream/captions.sv.vtt", "sv"),
    ("subs/subtitleedit/tests/libse/Files/auto_detect_Danish.srt", "da"),
    ("subs/subtitleedit/tests/libse/Files/auto_detect_Russian.srt", "ru"),
)
RESULTS = Path(__file__).parent / "results" / "cueing.json"
CLAUSES = "corpora/mozilla_eval/en-zh/flores-dev.zh"
THREE_HOURS = 25_000  # words

_TIMES = re.compile(r"((?:\d+:)?\d+:\d+[.,]\d+) --> ((?:\d+:)?\d+:\d+[.,]\d+)")
_MARKUP = re.compile(r"<[^<>]*>|\{[^{}]*\}|^[-–] ?|\[[^\]]*\]", re.MULTILINE)
_ZH_PIECE = re.compile(r"[A-Za-z0-9]+[^\w\s]*|\S[，。！？、：；”》）]*")


@dataclass(frozen=True)
class Human:
    """One cue as its author wrote it, on one line."""

    start: int
    end: int
    text: str


def read(path: Path, language: str) -> list[Human]:
    blocks = re.split(r"\n[ \t]*\n", path.read_text("utf-8-sig").replace("\r\n", "\n"))
    found = [cue for block in blocks if (cue := _human(block, language))]
    return sorted(found, key=lambda cue: (cue.start, cue.end))


def _human(block: str, language: str) -> Human | None:
    match = _TIMES.search(block)
    if not match:
        return None
    text = block[match.end() :].split("\n", 1)[-1]
    text = typography.joined(_MARKUP.sub("", text)) if "\n" in block[match.end() :] else ""
    if language == "zh":
        text = re.sub(r"（[^）]*）", "", text)  # the zh-CN captions name speakers in a second row
    return Human(_ms(match[1]), _ms(match[2]), text.strip()) if text.strip() else None


def _ms(text: str) -> int:
    seconds = 0.0
    for part in text.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return round(seconds * 1000)


def words(humans: Sequence[Human], language: str) -> list[Word]:
    """The people's words, each as long as its share of the letters of its cue."""
    result: list[Word] = []
    for human in humans:
        pieces = _ZH_PIECE.findall(human.text) if language == "zh" else human.text.split()
        edges = [0, *accumulate(map(len, pieces))]
        for piece, begin, end in zip(pieces, edges, edges[1:], strict=False):
            times = [human.start + (human.end - human.start) * edge // edges[-1] for edge in (begin, end)]
            result.append(Word(times[0], times[1], piece if language == "zh" or not result else f" {piece}"))
    return result


def ends(texts: Sequence[str]) -> set[int]:
    """Where texts end in the stream, but for the last: no one can miss that."""
    return set(accumulate(typography.length(text) for text in texts[:-1]))


def greedy(spoken: Sequence[Word], language: str, profile: Profile, *, sentences: bool) -> list[str]:
    """Words are added while they fit in width and duration; a pause of a second (and a sentence's end) ends a cue."""
    limits, texts = profile.limits(language), [""]
    start = spoken[0].start
    for before, word in zip((None, *spoken), spoken, strict=False):
        wide = typography.width((texts[-1] + word.text).strip(), language) > limits.capacity
        full = wide or word.end - start > profile.max_duration
        pause = before is not None and word.start - before.end >= 1000
        over = sentences and phrases.ends_sentence(texts[-1])
        if texts[-1] and (full or pause or over):
            texts.append("")
            start = word.start
        texts[-1] += word.text
    return texts


def f1(found: set[int], wanted: set[int]) -> float:
    return round(2 * len(found & wanted) / max(1, len(found) + len(wanted)), 3)


def outside(cue: Cue, before: Cue | None, language: str, profile: Profile) -> Iterator[str]:
    """The limits *cue* breaks, worked out here once more, apart from ``checks``."""
    limits, text = profile.limits(language), cue.texts[0]
    rows = [typography.width(row, language) for row in text.split("\n")]
    if max(rows) > limits.characters:
        yield "line-length"
    if len(rows) > limits.lines:
        yield "lines"
    if sum(rows) * 1000 > limits.cps * (cue.end - cue.start) + 1e-3:
        yield "reading-speed"
    if cue.end - cue.start < profile.min_duration:
        yield "too-short"
    if cue.end - cue.start > profile.max_duration:
        yield "too-long"
    if before is not None and cue.start - before.end < profile.gap_frames * 1000 // 24:
        yield "gap"


def measure(path: Path, language: str, profile: Profile) -> dict[str, object]:
    humans = read(path, language)
    spoken = words(humans, language)
    cues = cueing.build(spoken, language, profile)
    problems = {(problem.cue_id, problem.code) for problem in checks.check(_document(cues, language), profile)}
    broken = [
        [(cue.id, code) for code in outside(cue, cues[index - 1] if index else None, language, profile)]
        for index, cue in enumerate(cues)
    ]
    wanted = ends([human.text for human in humans])
    originals = tuple(Cue(str(n), human.start, human.end, (human.text,)) for n, human in enumerate(humans))
    return {
        "language": language,
        "human_cues": len(humans),
        "cues": len(cues),
        "within_limits": round(sum(not codes for codes in broken) / len(cues), 4),
        "within_limits_or_reported": round(sum(set(codes) <= problems for codes in broken) / len(cues), 4),
        "human_too_fast": sum("reading-speed" in outside(cue, None, language, profile) for cue in originals),
        "too_fast": sum((cue.id, "reading-speed") in problems for cue in cues),
        "f1": f1(ends([cue.texts[0] for cue in cues]), wanted),
        "f1_greedy": f1(ends(greedy(spoken, language, profile, sentences=False)), wanted),
        "f1_greedy_sentences": f1(ends(greedy(spoken, language, profile, sentences=True)), wanted),
    }


def _document(cues: Sequence[Cue], language: str) -> Document:
    return Document(languages=(language,), cues=tuple(cues))


def three_hours(path: Path, language: str, profile: Profile) -> dict[str, object]:
    """The processor time it takes to cue three hours of speech: the words of *path* over and over."""
    spoken = words(read(path, language), language)
    length = spoken[-1].end + 3000
    rounds = -(-THREE_HOURS // len(spoken))
    many = [
        Word(word.start + n * length, word.end + n * length, word.text if n or k else f" {word.text}")
        for n in range(rounds)
        for k, word in enumerate(spoken)
    ][:THREE_HOURS]
    cueing.build(spoken, language, profile)  # dictionaries are loaded once
    begun = time.process_time()  # one thread; the machine may be busy with other things
    cues = cueing.build(many, language, profile)
    seconds = round(time.process_time() - begun, 2)
    return {"language": language, "words": len(many), "cues": len(cues), "cpu_seconds": seconds}


def clause_ends(path: Path) -> dict[str, float]:
    """How often a clause's end costs less than another break, by the rules alone and with ``clauses.toml``."""
    ranks: dict[str, tuple[list[float], list[float]]] = {"rules": ([], []), "rules_and_clauses": ([], [])}
    for line in path.read_text("utf-8").splitlines():
        clauses = [clause for clause in re.split(r"[，。！？；：,.!?;:“”‘’\"'（）()\s]+", line) if clause]
        atoms = [word for clause in clauses for word in typography.atoms(clause)]
        closing = set(accumulate(len(typography.atoms(clause)) for clause in clauses))
        cores = [atom.strip() for atom in atoms]
        rules = [phrases._pair(atoms, cores, index, "zh") for index in range(len(atoms) - 1)]
        both = [phrases._by_clauses(rule, *pair) for rule, pair in zip(rules, pairwise(cores), strict=True)]
        for name, costs in (("rules", rules), ("rules_and_clauses", both)):
            for index, cost in enumerate(costs):
                if typography.has_han(atoms[index][-1]) and typography.has_han(atoms[index + 1][0]):
                    ranks[name][index + 1 in closing].append(cost)
    return {name: _ranked(*found) for name, found in ranks.items()}


def _ranked(others: list[float], closing: list[float]) -> float:
    """The part of pairs in which the clause's end costs less (ties count half): the area under the ROC curve."""
    others.sort()
    above = [len(others) - (bisect_left(others, cost) + bisect_right(others, cost)) / 2 for cost in closing]
    return round(sum(above) / len(closing) / len(others), 3)


def main(data: Path) -> None:
    profile = profiles.find("netflix")
    measured = {name: measure(data / name, language, profile) for name, language in CAPTIONS if (data / name).is_file()}
    speed = [three_hours(data / name, language, profile) for name, language in (CAPTIONS[0], CAPTIONS[2])]
    for name, row in measured.items():
        print(f"{Path(name).stem:28}", *(f"{key} {value}" for key, value in row.items()), sep="  ")
    print(*speed, sep="\n")
    ranks = clause_ends(data / CLAUSES) if (data / CLAUSES).is_file() else {}
    print("clause ends ranked first", ranks)
    machine = {"machine": platform.machine(), "processor": _processor(), "python": platform.python_version()}
    date = datetime.now(UTC).date().isoformat()
    report = {
        "profile": profile.id,
        "date": date,
        **machine,
        "captions": measured,
        "three_hours": speed,
        "clause_ends": ranks,
    }
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else platform.processor()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python benchmarks/cueing.py DATA   (the folder of test data)")
    main(Path(sys.argv[1]))
