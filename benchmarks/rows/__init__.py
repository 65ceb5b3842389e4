"""The lines of the table of measured figures, by what measures them."""

from __future__ import annotations

from benchmarks.rows import pictures, sounds, timelines, words

PARTS = {
    "models.speech.evaluate": words.speech,
    "models.translation.evaluate": words.translation,
    "benchmarks.speech": words.int8,
    "benchmarks.pipeline_overhead": words.overhead,
    "benchmarks.translation": words.translation_speed,
    "benchmarks.startup": words.startup,
    "benchmarks.fresh_clone": words.fresh_clone,
    "benchmarks.pipeline_overhead --hours 3": words.long_file,
    "benchmarks.cueing": words.captions,
    "models.tagger.evaluate": words.tagging,
    "benchmarks.tagging": words.tagging_speed,
    "models.sounds.evaluate": sounds.sounds,
    "models.sounds.head": sounds.production_sounds,
    "models.speakers.evaluate": sounds.voices,
    "benchmarks.shots": pictures.shots_found,
    "models.scenes.evaluate": pictures.scenes,
    "benchmarks.scenes": pictures.scenes_speed,
    "models.captioner.harness": pictures.taught,
    "models.captioner.table": pictures.distilled,
    "benchmarks.caption_quality": pictures.checked,
    "benchmarks.captions": pictures.described,
    "benchmarks.exchange": timelines.exchange_files,
    "benchmarks.plan": timelines.plans,
    "benchmarks.conform": timelines.new_cuts,
    "benchmarks.push": timelines.hosts,
    "benchmarks.gui": timelines.desktop,
    "benchmarks.waveform": timelines.waveform,
}
