"""
What pycocoevalcap says of the captions that tests/models/captioner/test_metrics.py is held to.

    python -m benchmarks.caption_metrics METEOR-1.5.JAR

Needs pycocoevalcap (1.2), which brings the jar, and Java. Writes tests/golden/captions/metrics.json: the sentences
below, which are ours, in words, and the figures of BLEU, ROUGE-L and CIDEr for all and for each. METEOR is that of the
jar with exact matches alone and the parameters of models.captioner.metrics; each caption is taken against the reference
that it says most of, as METEOR itself does with several.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.captioner import metrics

GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "captions" / "metrics.json"
CASES = (  # a caption and its references
    ("一个男人在弹吉他", ("一个男人在弹吉他", "男人坐在台上弹琴")),
    ("一只猫在桌子上睡觉", ("桌子上睡着一只猫", "一只白猫在木桌上睡觉", "猫睡着了")),
    ("两个女孩在雨里跑步", ("雨里有两个女孩跑过去", "两个孩子在跑")),
    ("狗在跑在跑在跑", ("一条狗在草地上跑", "狗跑来跑去")),
    ("厨师", ("厨师把洋葱切成小块", "有人在切菜")),
    ("", ("一辆红色的车开过桥", "汽车在桥上")),
    ("火车进站了人们在月台上等着上车", ("火车进站",)),
    ("the woman slices an onion", ("a woman is slicing an onion", "someone cuts an onion")),
    ("a boy rides a bike on the road", ("a boy rides a bike on the road", "a child is cycling", "boy on a bicycle")),
    ("a dog and a dog and a dog", ("a dog and a cat", "the dog follows a dog")),
    ("rain falls", ("it rains on the street at night", "rain falls on a street")),
    ("night street the on rain", ("rain on the street at night",)),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("meteor", type=Path, help="meteor-1.5.jar")
    arguments = parser.parse_args()
    hypotheses = {str(place): metrics.words(case[0]) for place, case in enumerate(CASES)}
    references = {str(place): [metrics.words(one) for one in case[1]] for place, case in enumerate(CASES)}
    corpus, items = coco(hypotheses, references)
    corpus["meteor_exact"], items["meteor_exact"] = meteor(arguments.meteor, hypotheses, references)
    found = {"hypotheses": hypotheses, "references": references, "corpus": corpus, "items": items}
    GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    GOLDEN.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(corpus, indent=1))


def coco(hypotheses: dict[str, Any], references: dict[str, Any]) -> tuple[dict[str, float], dict[str, list[float]]]:
    """BLEU, ROUGE-L and CIDEr of all and of each."""
    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.rouge.rouge import Rouge

    said = {one: [" ".join(tokens)] for one, tokens in hypotheses.items()}
    wanted = {one: [" ".join(tokens) for tokens in given] for one, given in references.items()}
    bleu, each = Bleu(4).compute_score(wanted, said, verbose=0)
    corpus = {f"bleu{n}": value for n, value in enumerate(bleu, 1)}
    items = {f"bleu{n}": list(values) for n, values in enumerate(each, 1)}
    for name, judge in (("rouge_l", Rouge()), ("cider_d", Cider())):
        value, values = judge.compute_score(wanted, said)
        corpus[name], items[name] = float(value), [float(one) for one in values]
    return corpus, items


def meteor(jar: Path, hypotheses: dict[str, Any], references: dict[str, Any]) -> tuple[float, list[float]]:
    """METEOR-exact of all and of each; twice through the jar, the second time with the best reference of each."""
    pairs = [(hypotheses[one], given) for one in hypotheses for given in references[one]]
    values = iter(_java(jar, pairs)[1])
    best = [
        (hypotheses[one], max(((next(values), given) for given in references[one]), key=lambda pair: pair[0])[1])
        for one in hypotheses
    ]
    return _java(jar, best)


def _java(jar: Path, pairs: Sequence[tuple[Any, Any]]) -> tuple[float, list[float]]:
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / "said", Path(folder) / "wanted"]
        for place, path in enumerate(files):
            path.write_text("".join(" ".join(pair[place]) + "\n" for pair in pairs), encoding="utf-8")
        parameters = f"{metrics.ALPHA} {metrics.BETA} {metrics.GAMMA} 0.5"
        options = ["-l", "other", "-m", "exact", "-w", "1.0", "-p", parameters]
        command = ["java", "-jar", str(jar), *map(str, files), *options]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    values = [float(line.split("\t")[1]) for line in out if line.startswith("Segment")]
    return float(out[-1].split(":")[1]), values


if __name__ == "__main__":
    main()
