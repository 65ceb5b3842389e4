"""A captioner made by hand: it says how bright a shot is, in Chinese and English, the surer the brighter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np

from plugin_core.engines.bench import Bench, choose_pack
from plugin_core.engines.captioner import Caption, Shot
from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack

WORDS = {
    "zh": ("黑夜里的一条街", "一片灰色的天空", "雪地上的阳光"),
    "en": ("A dark street", "A grey sky", "Sun on the snow"),
}


def pack_of(
    languages: tuple[str, ...] = ("zh", "en"), tier: str = "production", name: str = "captioner-by-hand"
) -> Pack:
    return Pack(Path("nowhere"), name, "captioner", tier, "By hand", languages, "Apache-2.0", revision="1")


class ByHand:
    """A ``Captioner``. *seen* are the shapes of what it was asked to describe."""

    size, frames = (112, 64), 10

    def __init__(self, pack: Pack, sure: float = 0.0) -> None:
        self.pack, self.languages, self.sure = pack, pack.languages, sure
        self.seen: list[tuple[int, ...]] = []

    def describe(self, shots: Sequence[Shot], language: str, *, beam: int = 1) -> list[Caption]:
        if language not in self.languages:
            raise ModelError("captioner.language", "no")
        self.seen += [shot.shape for shot in shots]
        levels = [float(shot.mean()) for shot in shots]
        return [Caption(WORDS[language][int(level // 86)], level / 255) for level in levels]


class BenchByHand(Bench):
    """A bench on which the only captioner is made by hand; None: there is none."""

    def __init__(self, engine: ByHand | None) -> None:
        super().__init__()
        self.engine = engine

    def pack(self, kind: str, wanted: str, languages: Sequence[str]) -> Pack:
        if kind != "captioner":
            return choose_pack(kind, wanted, languages)
        if self.engine is None or wanted not in {"", self.engine.pack.id}:
            raise ModelError("model.not-installed", "No captioner pack is installed.", "See `zimu models list --all`.")
        if not set(languages) <= set(self.engine.languages):
            raise ModelError("model.languages", "It does not know them.")
        return self.engine.pack

    def captioner(self, pack: Pack, device: str, compute: str, threads: int) -> ByHand:  # type: ignore[override]
        assert self.engine is not None
        return self.engine


def film_of(path: Path, levels: Sequence[int | tuple[int, int, int]], *, stripes: int = 12, frames: int = 50) -> Path:
    """A shot of *frames* at 25 a second for each level of grey, or colour; *stripes*: how strong its pattern is."""
    columns = np.where(np.arange(112) // 8 % 2, stripes, -stripes)
    with av.open(str(path), "w") as out:
        video = out.add_stream("mpeg4", rate=25, options={"qscale": "3"})
        video.width, video.height, video.pix_fmt = 112, 64, "yuv420p"
        for level in levels:
            picture = np.zeros((64, 112, 3)) + np.clip(columns[None, :, None] + level, 0, 255)
            for _ in range(frames):
                out.mux(video.encode(av.VideoFrame.from_ndarray(picture.astype(np.uint8), format="rgb24")))
        out.mux(video.encode(None))
    return path
