"""The machine's version is kept, found by its corrections, and never confused with another's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from plugin_core import edits, originals
from plugin_core.document import Cue, Document, Media
from plugin_core.engines.bench import Bench
from plugin_core.pipeline import Job, run

DOCUMENT = Document(
    Media("/films/one.mov", 60_000),
    ("en",),
    tuple(Cue(f"c{k}", 1000 * k, 1000 * k + 900, (f"Number {k}.",)) for k in range(10)),
    made_by="Zimu; whisper 1",
)


def test_a_corrected_document_finds_what_the_machine_made() -> None:
    originals.keep(DOCUMENT)
    corrected = edits.join(edits.set_text(DOCUMENT, "c1", "en", "One."), ["c4", "c5"])
    moved = replace(corrected, media=replace(DOCUMENT.media, path="D:\\elsewhere\\one.mov"))
    assert originals.find(corrected) == DOCUMENT
    assert originals.find(moved) == DOCUMENT


def test_the_version_that_shares_most_cues_is_found() -> None:
    other = replace(DOCUMENT, cues=tuple(replace(cue, id=f"x{cue.id}") for cue in DOCUMENT.cues))
    originals.keep(other)
    originals.keep(DOCUMENT)
    assert originals.find(other) == other


def test_another_document_is_not_found() -> None:
    originals.keep(DOCUMENT)
    strange = replace(DOCUMENT, cues=tuple(replace(cue, id=f"x{cue.id}") for cue in DOCUMENT.cues))
    assert originals.find(strange) is None
    assert originals.find(replace(DOCUMENT, made_by="somebody")) is None
    assert originals.find(Document()) is None


def test_a_damaged_version_is_passed_over_and_old_ones_go(home: Path) -> None:
    for count in range(originals.MOST + 3):
        kept = originals.keep(edits.shift(DOCUMENT, count))
    assert kept is not None
    assert len(list(kept.parent.iterdir())) == originals.MOST
    kept.write_text("nonsense")
    assert originals.find(DOCUMENT) is not None


def test_keeping_never_fails(home: Path) -> None:
    (home / "originals").write_text("a file in the way")
    assert originals.keep(DOCUMENT) is None
    assert originals.keep(Document()) is None


def test_a_job_that_a_model_worked_on_keeps_its_result(tmp_path: Path) -> None:
    from tests.packs import make_translation_pack

    source = tmp_path / "talk.srt"
    source.write_text("1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n", encoding="utf-8")
    pack = make_translation_pack(tmp_path / "pack")
    job = Job(str(source), str(tmp_path / "out"), ("en", "zh"), "en", translation_pack=str(pack), memory=False)
    with Bench() as bench:
        *_, last = run(job, bench)
    assert originals.find(last.document) == last.document
