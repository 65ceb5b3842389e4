"""The Deliver page of the fake Resolve: settings that stay, presets, a queue, a file at the end."""

from __future__ import annotations

import struct
import wave
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.hosts.fake_remote import World
from tests.hosts.fake_timeline import FakeTimeline

RATE = 8000  # samples per second; each holds which audio tracks are heard, bit 0 for track 1
_DONE = {"en": "Complete", "zh": "已完成", "de": "Abgeschlossen"}
_FAILED = {"en": "Failed", "zh": "失败", "de": "Fehlgeschlagen"}


@dataclass
class Chosen:
    """What the Deliver page holds."""

    form: str = "mov"
    codec: str = "ProRes422"
    mode: int = 0
    settings: dict[str, Any] = field(default_factory=lambda: {"TargetDir": "/films", "ExportVideo": True})


class Deliver:
    def __init__(self, world: World, timeline: FakeTimeline) -> None:
        self._world, self._timeline = world, timeline
        self.now = Chosen()
        self.presets = {"H.264 Master": Chosen("mp4", "H264", 1)}
        if world.quirks.audio_preset:
            self.presets[world.quirks.audio_preset] = Chosen("wav", "", 0, {"ExportVideo": False})
        self.jobs: dict[str, dict[str, Any]] = {"user-job": {"JobId": "user-job", "OutputFilename": "film.mov"}}
        self.running = ""
        self.percent: dict[str, float] = {}

    def add(self) -> str | None:
        if self._world.page != "deliver" or not self._world.quirks.queue:
            return None
        job = f"job-{len(self.jobs)}-{self._world.new_id()}"
        settings = self.now.settings
        name = f"{settings.get('CustomName', 'film')}.{self.now.form}"
        self.jobs[job] = {
            "JobId": job,
            "OutputFilename": name,
            "TargetDir": settings["TargetDir"],
            "_": deepcopy(self.now),
        }
        return job

    def start(self, jobs: list[str]) -> bool:
        self.running = jobs[0]
        self.percent[jobs[0]] = 0.0
        if self._world.quirks.render == "silent":
            self._end(jobs[0])
        return True

    def advance(self) -> bool:
        """Whether something renders; time passes with each question."""
        if self.running and self._world.quirks.render != "stuck":
            self.percent[self.running] += 40
            if self.percent[self.running] >= 100:
                self.percent[self.running] = 100
                self._end(self.running)
        return bool(self.running)

    def status(self, job: str) -> dict[str, Any]:
        render, language = self._world.quirks.render, self._world.quirks.language
        if render == "fails" and not self.running:
            return {"JobStatus": _FAILED[language], "CompletionPercentage": 40, "Error": "Disk full"}
        percent = 0 if render == "silent" else int(self.percent.get(job, 0))
        return {"JobStatus": _DONE[language] if percent == 100 else "", "CompletionPercentage": percent}

    def load(self, name: str) -> bool:
        if name not in self.presets:
            return False
        preset = deepcopy(self.presets[name])
        preset.settings = {**self.now.settings, **preset.settings}  # what a preset does not say stays
        self.now = preset
        return True

    def save(self, name: str) -> bool:
        self.presets[name] = deepcopy(self.now)
        return True

    def _end(self, job: str) -> None:
        self.running = ""
        render = self._world.quirks.render
        if render not in {"fails", "no-file"}:
            self._write(self.jobs[job], "")
        if render == "two-files" or self.jobs[job]["_"].mode == 0:  # a file for each clip
            self._write(self.jobs[job], "_2")

    def _write(self, job: dict[str, Any], ending: str) -> None:
        chosen: Chosen = job["_"]
        first, last = self._timeline.start_, self._timeline.start_ + self._world.quirks.length - 1
        if not chosen.settings.get("SelectAllFrames", True):
            first, last = chosen.settings["MarkIn"], chosen.settings["MarkOut"]
        heard = sum(1 << at for at, track in enumerate(self._timeline.tracks_["audio"]) if track.enabled)
        count = round((last - first + 1) / self._world.rate.fps * RATE)
        name = Path(job["OutputFilename"])
        with wave.open(str(Path(job["TargetDir"]) / f"{name.stem}{ending}{name.suffix}"), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(struct.pack("<h", heard) * count)
