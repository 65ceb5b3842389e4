"""Train and measure everything of the paper's Table 1 on the captions that are given: one command.

    python -m models.captioner.harness --msvd MSVD_CN --english MSVD_EN --parser RUN --out OUT
    python -m models.captioner.harness --captions CAPTIONS.json --features FEATURES.npz --parser RUN --out OUT

The second form is for footage of one's own: captions in both languages, and features as ``models.captioner.pictures``
makes them.

The teacher; five students, each alone (``nic``) and guided (``nic-kd``); and, for each, an English student whose
captions our translation pack puts into Chinese (``nic-t``). Every run has its folder in OUT and a ``result.json`` when
it is done; the command goes on with what is missing, however often it is killed, and prints the paper's figures beside
ours. Without ``--features`` the students see simulated features, and the table says so.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from accelerate import PartialState
from torch import nn

from models.captioner import data, metrics, students, table, train, triples
from models.captioner.captioner import Captioner, Tensors
from models.captioner.distillation import Schedule
from models.captioner.examples import English, Features, Soft, Video, captions
from models.captioner.simulated import simulate
from models.captioner.students import STUDENTS
from models.captioner.table import RESULT
from models.captioner.teacher import Config as TeacherConfig
from models.captioner.teacher import Teacher
from models.captioner.train import Training
from models.captioner.trees import Tree
from models.captioner.vocabulary import Vocabulary
from plugin_core.errors import DocumentError

PARTS = ("train", "dev", "test")
SOFT = "soft.npz"
TEACHER = Training(epochs=13, learning_rate=1.5e-3, smoothing=0.1, average=0.995, bf16=True)
STUDENT = Training(epochs=8, learning_rate=1e-3, smoothing=0.0, average=0.99, bf16=True)
HIDDEN = 256  # of a student on simulated features: 512 says the same and takes three times as long
SIZE = 64


class Corpus(NamedTuple):
    """Captions by video, in both languages, and the videos of each part."""

    chinese: dict[str, list[str]]
    english: dict[str, list[str]]
    parts: dict[str, list[str]]


def msvd(chinese: Path, english: Path) -> Corpus:
    """MSVD-CN's release and the English captions in their standard split of 1200, 100 and 670 videos."""
    zh: dict[str, list[str]] = {}
    with next(chinese.glob("*captions*.csv")).open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            zh.setdefault(row["video_id"].removesuffix(".mp4"), []).append(row["sentence"])
    en: dict[str, list[str]] = {}
    parts: dict[str, list[str]] = {}
    for part, name in zip(PARTS, ("train", "val", "test"), strict=True):
        said: dict[str, list[str]] = {}
        for line in (english / f"sents_{name}_lc_nopunc.txt").read_text(encoding="utf-8").splitlines():
            video, text = line.split("\t", 1)
            said.setdefault(video, []).append(text)
        en |= said
        parts[part] = [video for video in said if video in zh]
    return Corpus(zh, en, parts)


def own(path: Path, seed: int = 0) -> Corpus:
    """
    The captions of a file of one's own (``data.read``): videos with captions in both languages, a tenth of them each
    for development and test, drawn by *seed*.
    """  # fmt: skip
    found = data.read(path)
    zh, en = found.texts("zh"), found.texts("en")
    videos = sorted(zh.keys() & en.keys())
    if len(videos) < 10:
        message = f"{path.name} has captions in both languages of {len(videos)} videos; ten are needed."
        raise DocumentError("captions.few", message, "Caption the same videos in Chinese and in English.")
    random.Random(seed).shuffle(videos)
    tenth = len(videos) // 10
    parts = {"dev": videos[:tenth], "test": videos[tenth : 2 * tenth], "train": videos[2 * tenth :]}
    return Corpus({video: zh[video] for video in videos}, {video: en[video] for video in videos}, parts)


class Study:
    """A corpus made ready once, and the runs upon it in one folder."""

    def __init__(self, corpus: Corpus, parser: Path, out: Path, *, seed: int = 0) -> None:
        """The seed draws the one English caption of each video that the teacher is measured on."""
        self.corpus, self.out = corpus, out
        out.mkdir(parents=True, exist_ok=True)
        self.chinese = {video: [metrics.words(text) for text in said] for video, said in corpus.chinese.items()}
        self.english = {video: [triples.english(text) for text in said] for video, said in corpus.english.items()}
        self.tokens = Vocabulary.of([text for video in corpus.parts["train"] for text in self.chinese[video]], least=2)
        self._parser, self._trees = parser, dict[str, list[Tree]]()
        chance = random.Random(seed)
        self.drawn = {video: chance.randrange(len(said)) for video, said in sorted(corpus.english.items())}

    @property
    def trees(self) -> dict[str, list[Tree]]:
        """The trees of all English captions, by video."""
        if not self._trees:
            every = [text for said in self.corpus.english.values() for text in said]
            with processes().main_process_first():
                found = triples.parsed(every, self._parser, self.out / "parses.jsonl")
            self._trees = {video: [found[text] for text in said] for video, said in self.corpus.english.items()}
        return self._trees

    def said(self, part: str) -> dict[str, list[list[str]]]:
        """The Chinese captions of the videos of a part."""
        return {video: self.chinese[video] for video in self.corpus.parts[part]}

    def measured(self, name: str, part: str, texts: Sequence[Sequence[str]], more: Mapping[str, Any]) -> dict[str, Any]:
        """Write the result of a run: its captions of a part and their scores on words and on characters."""
        result = {"run": name, **more, **scores(self, part, texts), "captions": dict(self._named(part, texts))}
        if processes().is_main_process:
            text = json.dumps(result, ensure_ascii=False, indent=1)
            (self.out / name / RESULT).write_text(text + "\n", encoding="utf-8")
        return result

    def _named(self, part: str, texts: Sequence[Sequence[str]]) -> zip[tuple[str, str]]:
        return zip(self.corpus.parts[part], ("".join(text) for text in texts), strict=True)


def processes() -> PartialState:
    """This process among those that torchrun started."""
    return PartialState(cpu=not torch.cuda.is_available())


def scored(study: Study, part: str, texts: Sequence[str], cut: Callable[[str], list[str]]) -> metrics.Scores:
    """One caption for each video of a part against all of the video's."""
    videos = study.corpus.parts[part]
    references = {video: [cut(text) for text in study.corpus.chinese[video]] for video in videos}
    return metrics.score({video: cut(text) for video, text in zip(videos, texts, strict=True)}, references)


def scores(study: Study, part: str, texts: Sequence[Sequence[str]]) -> dict[str, Any]:
    """The figures of one caption (tokens) for each video of a part, on words and on characters, in percent."""
    found: dict[str, Any] = {}
    for unit, cut in (("words", metrics.words), ("characters", metrics.characters)):
        corpus = scored(study, part, ["".join(text) for text in texts], cut).corpus
        found[unit] = {name: round(100 * value, 2) for name, value in corpus.items()}
    return found


def gained(study: Study, plain: Path, texts: Sequence[Sequence[str]]) -> dict[str, Any]:
    """What these captions of the test videos have over those of another result: difference, 95 %, p (bootstrap)."""
    other = list(json.loads(plain.read_text(encoding="utf-8"))["captions"].values())
    pair = [scored(study, "test", said, metrics.words) for said in (other, ["".join(text) for text in texts])]
    found = metrics.compare(*pair)
    return {name: dataclasses.asdict(found[name]) for name in ("bleu4", "cider_d")}


def taught(study: Study, training: Training = TEACHER) -> tuple[Teacher, English]:
    """The trained teacher, trained now if it is not yet, and its source."""
    folder, parts = study.out / "teacher", study.corpus.parts
    said = captions(study.said("train"), study.tokens)
    trees = [tree for video in parts["train"] for tree in study.trees[video]]
    words = Vocabulary.of([tree.words for tree in trees], least=2)
    relations = Vocabulary.of([tree.relations for tree in trees])
    source = English(said, study.trees, words, relations)
    config = TeacherConfig(words=len(words), relations=len(relations), tokens=len(study.tokens))
    if not (folder / RESULT).exists():
        torch.manual_seed(training.seed)
        model = Teacher(config)
        train.keep(folder, config, study.tokens)
        dev = read(study, source, "dev")

        def check(module: nn.Module) -> dict[str, float]:
            assert isinstance(module, Captioner)
            corpus = scores(study, "dev", train.described(module, study.tokens, dev))["words"]
            return {f"dev_{name}": corpus[name] for name in ("bleu4", "rouge_l", "cider_d")}

        train.run(model, source, training, folder, check=check)
        model.load_state_dict(train.load(folder)[0].state_dict())
        told = {"kind": "teacher", "seed": training.seed, "training": dataclasses.asdict(training)}
        texts = train.described(model, study.tokens, read(study, source, "test"))
        study.measured("teacher", "test", texts, told)
    loaded, _ = train.load(folder)
    assert isinstance(loaded, Teacher)
    return loaded, source


def read(study: Study, source: English, part: str) -> list[Tensors]:
    """The graphs of the one drawn English caption of each video of a part."""
    drawn = [study.trees[video][study.drawn[video]] for video in study.corpus.parts[part]]
    return [source.of(drawn[i : i + SIZE]) for i in range(0, len(drawn), SIZE)]


def soft_targets(study: Study, schedule: Schedule) -> Soft:
    """What the teacher thinks of the training captions, computed once at each temperature."""
    path = study.out / "teacher" / SOFT
    with processes().main_process_first():
        if not path.exists() or Soft.load(path).temperature != schedule.temperature:
            train.teach(*taught(study), schedule.temperature).save(path)
    return Soft.load(path)


@dataclasses.dataclass(frozen=True)
class Run:
    """One student: its kind, how it learns ("", "kd" or "t") and its seed."""

    kind: str
    way: str
    seed: int

    @property
    def name(self) -> str:
        """As in Table 1, with the seed."""
        return "-".join(filter(None, (self.kind, self.way, str(self.seed))))


def runs(kinds: Sequence[str], seeds: int) -> list[Run]:
    """What there is to do, in an order in which a part of it says most."""
    pairs = [Run(kind, way, seed) for seed in range(seeds) for kind in kinds for way in ("", "kd")]
    return pairs[: 2 * len(kinds)] + [Run(kind, "t", 0) for kind in kinds] + pairs[2 * len(kinds) :]


def studied(study: Study, run: Run, features: Features, training: Training, schedule: Schedule) -> dict[str, Any]:
    """Train one student, if it is not done yet, and measure it."""
    path, parts = study.out / run.name / RESULT, study.corpus.parts
    if path.exists():
        return dict(json.loads(path.read_text(encoding="utf-8")))
    english, guided, grid = run.way == "t", run.way == "kd", run.kind == "topdown"
    texts = {video: study.english[video] for video in parts["train"]} if english else study.said("train")
    tokens = Vocabulary.of([text for said in texts.values() for text in said], least=3) if english else study.tokens
    source = Video(captions(texts, tokens), features, grid=grid, soft=soft_targets(study, schedule) if guided else None)
    share = sum(len(said) for said in study.said("train").values()) / len(source)  # as many steps in either language
    training = dataclasses.replace(training, seed=run.seed, epochs=training.epochs * share)
    model, _ = learned(run, source, tokens, training, path.parent, schedule=schedule if guided else None)
    seen = [features.of(parts["test"][i : i + SIZE], grid=grid) for i in range(0, len(parts["test"]), SIZE)]
    found = train.described(model, tokens, seen)
    told: dict[str, Any] = dataclasses.asdict(run) | {"training": dataclasses.asdict(training)}
    if english:
        told["english"] = dict(zip(parts["test"], map(" ".join, found), strict=True))
        found = translated(found)
    if guided:
        told["schedule"] = dataclasses.asdict(schedule)
        plain = study.out / dataclasses.replace(run, way="").name / RESULT
        told |= {"gain": gained(study, plain, found)} if plain.exists() else {}
    return study.measured(run.name, "test", found, told)


def learned(
    run: Run, source: Video, tokens: Vocabulary, training: Training, folder: Path, *, schedule: Schedule | None
) -> tuple[Captioner, Vocabulary]:
    """The student of a run, trained."""
    _, frames, size = source.features.frames.shape
    config = students.Config(kind=run.kind, tokens=len(tokens), features=size, hidden=HIDDEN, frames=frames)
    torch.manual_seed(run.seed)
    train.keep(folder, config, tokens)
    train.run(students.student(config), source, training, folder, schedule=schedule)
    return train.load(folder)


def translated(texts: Sequence[Sequence[str]]) -> list[list[str]]:
    """English captions (words) put into Chinese by the starter pack of translation, as words."""
    from plugin_core.engines import open_translation
    from plugin_core.modelstore import read_pack

    pack = read_pack(Path(__file__).parent.parent / "starter" / "translation-zh-en")
    sentences = [" ".join(text).capitalize() + "." for text in texts]
    with open_translation(pack, threads=1) as engine:
        return [metrics.words(sentence.text) for sentence in engine.translate(sentences, "en", "zh")]


def features_of(study: Study, given: Path | None) -> Features:
    """The features of a file (``videos``, ``frames`` and perhaps ``grid``), or simulated ones."""
    if given is None:
        return simulate(study.english, study.corpus.parts["train"])
    with np.load(given) as stored:
        found = Features([str(video) for video in stored["videos"]], stored["frames"], stored.get("grid"))
    unseen = sorted({video for part in study.corpus.parts.values() for video in part} - found.places.keys())
    if unseen:
        message = f"{given.name} has no features of {len(unseen)} videos that have captions, such as {unseen[0]!r}."
        raise DocumentError("captions.no-video", message, "Name videos and captions alike, or leave these out.")
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--captions", type=Path, help="captions of one's own in both languages: JSON, JSONL or CSV")
    given.add_argument("--msvd", type=Path, help="a folder with Chinese captions in MSVD-CN's form")
    parser.add_argument("--english", type=Path, help="with --msvd: the folder of the English captions")
    parser.add_argument("--parser", type=Path, required=True, help="a run of models.captioner.parser")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--features", type=Path, help="an .npz with videos, frames and perhaps grid; else simulated")
    parser.add_argument("--kinds", default=",".join(STUDENTS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=float, default=STUDENT.epochs, help="of a student")
    parser.add_argument("--teacher-only", action="store_true")
    for field in dataclasses.fields(Schedule):
        parser.add_argument(f"--{field.name}", type=float, default=field.default, help="of distillation.Schedule")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--float32", action="store_true", help="no mixed precision")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    corpus = own(options.captions) if options.captions else msvd(options.msvd, options.english or options.msvd)
    study = Study(corpus, options.parser, options.out)
    machine = {"threads": options.threads, "bf16": not options.float32}
    taught(study, dataclasses.replace(TEACHER, **machine))
    if options.teacher_only:
        return
    features = features_of(study, options.features)
    schedule = Schedule(**{field.name: getattr(options, field.name) for field in dataclasses.fields(Schedule)})
    training = dataclasses.replace(STUDENT, epochs=options.epochs, **machine)
    for run in runs(options.kinds.split(","), options.seeds):
        studied(study, run, features, training, schedule)
        print("\n".join(table.rows(table.collected(options.out), table.PAPER)), flush=True)


if __name__ == "__main__":
    main()
