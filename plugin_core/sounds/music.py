"""
What is known of the music in a stream beside that it is there: tempo, beats, mood; heard along with the sounds.

    music = Music()
    events = sounds.tag(music.hearing(audio.blocks(path)), engine)   # read to the end
    music.tempo(start, end), music.attributes(start, end)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plugin_core.sounds.mood import Mood, Moods
from plugin_core.sounds.rhythm import FASTEST, SLOWEST, Samples
from plugin_core.sounds.tempo import Tempo, Tracker


class Music:
    """The tempo and the moods of a stream that begins at *start* (ms); ask for stretches once it is over."""

    def __init__(self, start: int = 0, *, between: tuple[float, float] = (SLOWEST, FASTEST)) -> None:
        self._tracker = Tracker(start, between)
        self._moods = Moods(start)
        self.tempos: list[Tempo] = []

    def hearing(self, blocks: Iterable[Samples]) -> Iterator[Samples]:
        """The same *blocks*, heard on their way."""
        for block in blocks:
            self.tempos += self._tracker.push(block)
            self._moods.push(block)
            yield block
        self.finish()

    def finish(self) -> None:
        """The end of the sound."""
        self.tempos += self._tracker.finish()
        self._moods.finish()

    def tempo(self, start: int, end: int) -> Tempo | None:
        """The tempo of most of *start* to *end* (ms); None if less than a third of it has one."""
        shares = [(min(end, tempo.end) - max(start, tempo.start), tempo) for tempo in self.tempos]
        overlap, best = max(shares, key=lambda share: share[0], default=(0, None))
        return best if overlap * 3 >= end - start else None

    def mood(self, start: int, end: int) -> Mood | None:
        """The mood of *start* to *end* (ms)."""
        return self._moods.of(start, end)

    def attributes(self, start: int, end: int) -> tuple[tuple[str, str], ...]:
        """What a music mark from *start* to *end* is told: ``bpm`` and ``mood`` (an id of the ontology), if clear."""
        tempo, mood = self.tempo(start, end), self.mood(start, end)
        found = [("bpm", f"{tempo.bpm:.1f}")] if tempo is not None else []
        return (*found, ("mood", mood.name)) if mood is not None and mood.name else tuple(found)
