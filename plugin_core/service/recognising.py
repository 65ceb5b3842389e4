"""What the service says of a film, or of a picture, a sound and a text that belong together. See ``scenes.stage``."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plugin_core import settings
from plugin_core.document import Cue
from plugin_core.engines.bench import Bench
from plugin_core.errors import MediaError, ZimuError
from plugin_core.scenes.labels import Group
from plugin_core.scenes.recognising import ShotLabels, Watcher

if TYPE_CHECKING:
    from plugin_core.engines.scenes import SceneEngine

PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"<MPD", b"<CompositionPlaylist", b"v=0")
MOMENT = 1000  # ms that a picture without a sound stands for


@dataclass(frozen=True, slots=True)
class Sent:
    """What a client sent: a *film*, or any of *image*, *audio* and *text* (what is missing is missing)."""

    film: Path | None = None
    image: Path | None = None
    audio: Path | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """*content* for the client; *labels* (what was told of each shot) for the monitoring."""

    content: dict[str, Any]
    labels: tuple[ShotLabels, ...]
    groups: Mapping[str, Group] = field(default_factory=dict)


class Recogniser:
    """Keeps the packs loaded; ``answer`` may be called from several threads. Close it."""

    def __init__(self, pack: str = "", shots_pack: str = "", threads: int = 1) -> None:
        """ModelError if there is no such pack."""
        from plugin_core.shots.stage import chosen

        self._bench = Bench()
        self._shots_pack, self._threads = shots_pack, threads
        self.pack = self._bench.pack("scenes", pack, ())
        self._engine: SceneEngine = self._bench.scenes(self.pack, "cpu", "auto", threads)
        found, self.notes = chosen(shots_pack, self._bench)
        if found:
            self._bench.shots(found, "cpu", "auto", threads)

    def close(self) -> None:
        self._bench.__exit__(None, None, None)

    @property
    def reference(self) -> Path | None:
        """The pack's own file of what is normal (``reference`` of its table), if it brings one."""
        name = self.pack.options.get("reference")
        listed = isinstance(name, str) and any(file.path == name for file in self.pack.files)
        return self.pack.folder / str(name) if listed else None

    @property
    def groups(self) -> Mapping[str, Group]:
        return self._engine.groups

    def answer(self, sent: Sent, seconds: float) -> Answer:
        """MediaError for what cannot be read; ZimuError "service.too-long" after so many *seconds*."""
        limit = time.monotonic() + seconds
        for path in filter(None, (sent.film, sent.image, sent.audio)):
            refuse_playlist(path)
        try:
            return self._film(sent.film, sent.text, limit) if sent.film else self._parts(sent)
        finally:
            forget()

    def _film(self, film: Path, text: str, limit: float) -> Answer:
        from plugin_core.scenes.stage import Request, recognised_in
        from plugin_core.shots.stage import Request as ShotRequest

        request = Request(str(self.pack.folder), ShotRequest(self._shots_pack, device="cpu", threads=self._threads),
                          device="cpu", threads=self._threads, fresh=True)  # fmt: skip
        cues = [Cue("text", 0, 1 << 40, (text,))] if text else []
        notes: list[str] = []
        with closing(recognised_in(film, request, self._bench, cues=cues)) as steps:
            while True:
                try:
                    event = next(steps)
                except StopIteration as stop:
                    found = stop.value
                    break
                if time.monotonic() > limit:
                    raise ZimuError("service.too-long", "The recognition took too long.", "Send a shorter film.")
                notes += [message for message in [getattr(event, "message", "")] if message]
        shots = [
            {"start": shot.start, "end": shot.end, **told(labels, found.groups)}
            for shot, labels in zip(found.shots.shots, found.labels, strict=True)
        ]
        scenes = [
            {"first": scene.first, "last": scene.last, "start": scene.start, "end": scene.end,
             **told(scene.labels, found.groups)}
            for scene in found.scenes
        ]  # fmt: skip
        content = {"pack": self._named(), "shots": shots, "scenes": scenes, "notes": notes}
        return Answer(content, found.labels, found.groups)

    def _parts(self, sent: Sent) -> Answer:
        """One shot of what was sent."""
        from plugin_core.shots import Shot

        watcher = Watcher(self._engine)
        last, end = -1, MOMENT
        if sent.image:
            for frame in _frames(sent.image):
                watcher.see(frame)
                last = frame.index
        if sent.audio:
            end = max(end, _hear(watcher, sent.audio))
        cues = [Cue("text", 0, end, (sent.text,))] if sent.text else []
        labels = watcher.recognise([Shot(0, last, 0, end)], cues)
        shots = [{"start": 0, "end": end, **told(labels[0], self.groups)}]
        return Answer({"pack": self._named(), "shots": shots, "scenes": [], "notes": []}, labels, self.groups)

    def _named(self) -> dict[str, str]:
        return {"id": self.pack.id, "revision": self.pack.revision}


def told(labels: ShotLabels, groups: Mapping[str, Group]) -> dict[str, Any]:
    """The labels of a shot or scene: of every group the most probable, or those that hold; what they come from."""
    found: dict[str, Any] = {}
    for name, group in groups.items():
        names = labels.likely(name) if group.many else (labels.best(name)[0],)
        found[name] = [{"label": one, "confidence": round(labels.probabilities[name][one], 4)} for one in names]
    return {"labels": found, "begins": round(labels.begins, 4), "from": list(labels.from_)}


def refuse_playlist(path: Path) -> None:
    """MediaError for a file that makes libav open other files: a stranger must not choose what is read here."""
    with path.open("rb") as file:
        start = file.read(4096)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(PLAYLISTS) or any(word in start for word in PLAYLISTS if word.startswith(b"<")):
        raise MediaError("media.playlist", "This is a list of other files, not a film.", "Send the film itself.")


def forget() -> None:
    """Nothing of what was sent is kept: not even the vectors in the journal that jobs on a desktop resume from."""
    with suppress(OSError):
        shutil.rmtree(settings.cache() / "journal")


def _frames(path: Path) -> Iterator[Any]:
    from plugin_core import frames

    try:
        yield from frames.look(path)
    except MediaError as error:
        raise MediaError(error.code, "The image cannot be read.", "Send a JPEG or PNG.") from error


def _hear(watcher: Watcher, path: Path) -> int:
    """How many ms were heard."""
    from plugin_core import audio

    samples = 0
    try:
        for block in audio.blocks(path):
            watcher.hear(block)
            samples += len(block)
    except MediaError as error:
        raise MediaError(error.code, "The audio cannot be read.", "Send a WAV, FLAC, MP3 or M4A.") from error
    return samples * 1000 // audio.RATE
