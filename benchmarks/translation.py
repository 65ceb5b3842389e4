"""
How fast and how good the starter translation is: INT8 against float32, and against transformers' generate.

    python benchmarks/translation.py CORPUS --float32 work/ct2 --hf work/hf

CORPUS is the Tatoeba export; the held-out pairs of its split are translated both ways with the same beam, on the same
number of threads, one sentence at a time and in batches. CTranslate2 runs inside Zimu's own engine (with attention and
scores, as the program needs them). ``--float32`` and ``--hf`` are folders that models.translation.export wrote from the
same weights; without them their rows are left out. Every row is measured in a fresh process. Tokens are those of the
output, per second of processor time when there is one thread (so that other work on the machine does not count); memory
is the growth of the peak resident size from just before the model is loaded. Results go to
benchmarks/results/translation.json.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results" / "translation.json"
PACK = Path(__file__).parents[1] / "models" / "starter" / "translation-zh-en"
BATCH = 32  # sentences, for transformers; the engine makes its own batches
Translate = Callable[[Sequence[str]], tuple[list[str], int]]  # texts -> translations, output tokens


@dataclass(frozen=True)
class Case:
    """One row: who translates, from which folder, in which direction."""

    system: str  # zimu int8 | zimu float32 | transformers float32
    folder: str
    batched: bool
    direction: str
    threads: int


@dataclass(frozen=True)
class Measured:
    """What came out of it."""

    tokens_per_second: float  # of processor time: with one thread the same as of wall clock on an idle machine
    seconds: float  # wall clock
    cpu_seconds: float
    bleu: float
    chrf: float
    memory_mb: float


def zimu(case: Case) -> Translate:
    from plugin_core.engines.translation import open_translation
    from plugin_core.modelstore import read_pack

    opened = open_translation(
        read_pack(Path(case.folder)), device="cpu", compute=case.system.split()[1], threads=case.threads
    )
    engine = opened.__enter__()  # closed with the process
    source, target = case.direction.split("-")

    def translate(texts: Sequence[str]) -> tuple[list[str], int]:
        done = engine.translate(list(texts), source, target)
        return [one.text for one in done], sum(len(one.pieces) for one in done)

    translate.keep = opened  # type: ignore[attr-defined]
    return translate


def peer(case: Case) -> Translate:
    import torch
    from transformers import M2M100ForConditionalGeneration

    from models.translation.data import EOS, PAD, TAGS, load_tokenizer

    torch.set_num_threads(case.threads)
    pieces = load_tokenizer(Path(case.folder) / "shared.spm")
    model = M2M100ForConditionalGeneration.from_pretrained(case.folder, attn_implementation="sdpa").eval()
    tag = pieces.piece_to_id(TAGS[case.direction.split("-")[1]])

    def one_batch(texts: Sequence[str]) -> tuple[list[str], int]:
        ids = [[tag, *pieces.encode(text), EOS] for text in texts]
        width = max(map(len, ids))
        source = torch.tensor([row + [PAD] * (width - len(row)) for row in ids])
        with torch.inference_mode():
            made = model.generate(
                input_ids=source, attention_mask=(source != PAD).long(), num_beams=4, max_new_tokens=3 * width + 12
            )
        kept = [[token for token in row[1:] if token not in {EOS, PAD}] for row in made.tolist()]
        return [pieces.decode(row) for row in kept], sum(map(len, kept))

    def translate(texts: Sequence[str]) -> tuple[list[str], int]:
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        outputs, tokens = [""] * len(texts), 0
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            found, count = one_batch([texts[index] for index in chosen])
            tokens += count
            for index, text in zip(chosen, found, strict=True):
                outputs[index] = text
        return outputs, tokens

    return translate


def peak_mb() -> float:
    """Highest resident size of this process; what getrusage reports is inherited from the parent on Linux."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return float(status.read_text().split("VmHWM:")[1].split()[0]) / 1024


def measure(case: Case, sources: list[str], references: list[str]) -> Measured:
    """In a process of its own: load, warm up, translate, score."""
    from models.translation.evaluate import score

    if case.system.startswith("transformers"):
        import torch  # its own size is not the model's
        import transformers  # noqa: F401

        assert torch.get_num_threads() > 0
    else:
        import ctranslate2  # noqa: F401
    before = peak_mb()
    translate = (peer if case.system.startswith("transformers") else zimu)(case)
    translate(sources[:4])
    began, began_cpu = time.perf_counter(), time.process_time()
    if case.batched:
        outputs, tokens = translate(sources)
    else:
        single = [translate([source]) for source in sources]
        outputs, tokens = [text for found, _ in single for text in found], sum(count for _, count in single)
    seconds, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    memory = peak_mb() - before
    quality = score(outputs, references, case.direction)
    rate = tokens / (cpu if case.threads == 1 else seconds)  # other work on the machine does not count
    return Measured(
        round(rate, 1), round(seconds, 2), round(cpu, 2), quality["bleu"], quality["chrf"], round(memory, 1)
    )


def apart(case: Case, sources: list[str], references: list[str]) -> Measured:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, (case, sources, references))


def table(rows: Sequence[tuple[Case, Measured]]) -> str:
    lines = ["| direction | mode | system | tokens/s | BLEU | chrF | memory MB |", "|---|---|---|---:|---:|---:|---:|"]
    for case, found in rows:
        mode = "batched" if case.batched else "one by one"
        figures = f"{found.tokens_per_second:.0f} | {found.bleu:.1f} | {found.chrf:.1f} | {found.memory_mb:.0f}"
        lines.append(f"| {case.direction} | {mode} | {case.system} | {figures} |")
    return "\n".join(lines)


def ratios(rows: Sequence[tuple[Case, Measured]]) -> dict[str, dict[str, float]]:
    """INT8 in Zimu over each other system, for the same direction and mode."""
    found: dict[str, dict[str, float]] = {}
    for case, ours in rows:
        if case.system != "zimu int8":
            continue
        for other, theirs in rows:
            if other.system != case.system and (other.direction, other.batched) == (case.direction, case.batched):
                name = f"{case.direction} {'batched' if case.batched else 'one by one'} over {other.system}"
                found[name] = {
                    "speed": round(ours.tokens_per_second / theirs.tokens_per_second, 2),
                    "memory": round(ours.memory_mb / theirs.memory_mb, 2),
                    "bleu_kept": round(ours.bleu / theirs.bleu, 4),
                    "chrf_kept": round(ours.chrf / theirs.chrf, 4),
                }
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the starter translation.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--pack", type=Path, default=PACK)
    parser.add_argument("--float32", type=Path, help="the unquantised CTranslate2 form of the same weights")
    parser.add_argument("--hf", type=Path, help="the transformers form of the same weights (needs the train extra)")
    parser.add_argument("--sentences", type=int, default=1000, help="held-out pairs in each direction")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(arguments.threads)

    from models.training.card import machine
    from models.training.corpus import read_pairs, split
    from models.translation.evaluate import sides

    pairs = split(read_pairs(arguments.corpus)).test[: arguments.sentences]
    systems = {"zimu int8": arguments.pack, "zimu float32": arguments.float32, "transformers float32": arguments.hf}
    rows = []
    for direction in ("zh-en", "en-zh"):
        sources, references = sides(pairs, direction)
        for batched in (False, True):
            for system, folder in systems.items():
                if folder is not None:
                    case = Case(system, str(folder), batched, direction, arguments.threads)
                    rows.append((case, apart(case, sources, references)))
                    print(case.system, direction, "batched" if batched else "one by one", rows[-1][1], flush=True)
    found = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "threads": arguments.threads,
        "sentences": len(pairs),
        "beam_size": 4,
        "load_average_at_the_end": round(os.getloadavg()[0], 1),
        "rows": [
            {key: value for key, value in asdict(case).items() if key not in {"folder", "threads"}} | asdict(one)
            for case, one in rows
        ],
        "ratios": ratios(rows),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"\n{table(rows)}\n\n{json.dumps(found['ratios'], indent=1)}")
    print(f"{found['machine']}, {arguments.threads} thread(s), {len(pairs)} sentences each way, {found['date']}")


if __name__ == "__main__":
    main()
