"""Key frames to features: the paper's ResNet-152, smaller ones for laptops, and the starter's own small network.

    python -m models.captioner.pictures FILM... --weights RESNET --grid --out features.npz

writes ``videos`` (file names without suffix), ``frames`` [videos, 10, size] and, with ``--grid``, ``grid`` [videos, 10,
regions, size], as ``models.captioner.harness --features`` reads them. RESNET is a folder of transformers (config.json,
model.safetensors, preprocessor_config.json) with a ResNet of any depth: ResNet-152 gives the paper's 2,048 numbers.
A video has 10 key frames from the middles of equal parts; one with fewer frames is filled up with zeros.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.scenes.branches import STAGES, Convolved, Residual
from plugin_core.engines.captioner import FRAMES, chosen
from plugin_core.engines.vision import cropped, resized
from plugin_core.frames import look

DEPTHS = {18: (2, 2, 2, 2), 50: (3, 4, 6, 3), 152: (3, 8, 36, 3)}
MEAN, SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # ImageNet's, of pixels from 0 to 1
SIDE, SHORTER = 224, 256  # what is cut out of pictures of that shorter side
LONGER = 456  # of the pictures of a file, 16 by 9
AT_ONCE = 32
REGIONS = 8  # of a frame, 2 by 4, as the starter's network leaves it
SIZE = 128  # numbers of each
PREFIX = "branches.pictures.net.net."  # of the same layers in a run of models.scenes
Pictures = npt.NDArray[np.uint8]


def key_frames(pictures: Pictures, count: int = FRAMES) -> tuple[Pictures, npt.NDArray[np.float32]]:
    """*count* of the pictures [n, height, width, 3], zeros where there are fewer, and which of them are there."""
    if pictures.ndim != 4 or pictures.shape[3] != 3 or not len(pictures):
        raise ValueError(f"pictures have the shape {pictures.shape}, not (1 or more, height, width, 3)")
    kept = pictures[chosen(len(pictures), count)]
    frames = np.zeros((count, *pictures.shape[1:]), np.uint8)
    frames[: len(kept)] = kept
    return frames, (np.arange(count) < len(kept)).astype(np.float32)


class ResNet(nn.Module):
    """Frames to pooled features and to the grid they are the means of."""

    def __init__(self, folder: Path | None = None, *, depth: int = 152, width: float = 1.0) -> None:
        """The weights of *folder*, or random ones of that *depth* (*width* makes a narrow one for tests)."""
        super().__init__()
        from transformers import ResNetConfig, ResNetModel

        if folder is not None:
            self.net = ResNetModel.from_pretrained(folder, local_files_only=True)
        else:
            sizes = [max(8, int(size * width * (1 if depth < 50 else 4))) for size in (64, 128, 256, 512)]
            kind = "basic" if depth < 50 else "bottleneck"
            shape = {"embedding_size": max(8, int(64 * width)), "hidden_sizes": sizes, "depths": list(DEPTHS[depth])}
            self.net = ResNetModel(ResNetConfig(**shape, layer_type=kind))
        self.size = int(self.net.config.hidden_sizes[-1])
        self.mean, self.spread = _looks(folder)
        self.eval()

    @torch.no_grad()
    def forward(self, pictures: Pictures) -> tuple[Tensor, Tensor]:
        """[n, size] and [n, 49, size] of pictures [n, height, width, 3] of any size."""
        if pictures.ndim != 4 or pictures.shape[3] != 3 or pictures.dtype != np.uint8:
            raise ValueError(f"pictures are {pictures.dtype} {pictures.shape}, not uint8 (n, height, width, 3)")
        made = np.stack([_cut(one) for one in pictures]).astype(np.float32) / 255
        pixels = torch.from_numpy((made - np.float32(self.mean)) / np.float32(self.spread)).permute(0, 3, 1, 2)
        grid = self.net(pixel_values=pixels.float()).last_hidden_state.flatten(2).transpose(1, 2)
        return grid.mean(1), grid

    def videos(self, videos: Sequence[Pictures], *, grid: bool = False) -> dict[str, npt.NDArray[np.float16]]:
        """``frames`` and perhaps ``grid`` of the key frames of each video."""
        found: dict[str, list[npt.NDArray[Any]]] = {"frames": [], "grid": []}
        for pictures in videos:
            frames, mask = key_frames(pictures)
            pooled, regions = self(frames[mask > 0])
            for name, values in (("frames", pooled), ("grid", regions)):
                whole = np.zeros((FRAMES, *values.shape[1:]), np.float16)
                whole[: len(values)] = values.numpy()
                found[name].append(whole)
        return {name: np.stack(values) for name, values in found.items() if name == "frames" or grid}


class Small(nn.Module):
    """
    The starter's: frames of 112x64 [n, frames, 3, 64, 112] to tokens [n, frames, regions, SIZE], zeros for a filling.

    Beside the pixels it sees how they differ from the mean of the shot: what moves stands out, however far apart in
    time the frames are. Its layers are those of ``models.scenes``, whose weights it may begin from, and two more.
    """

    def __init__(self) -> None:
        super().__init__()
        inside, made = 24, [Convolved(6, 24, 5, stride=4)]
        for outside, stride in STAGES:
            made.append(Residual(inside, outside, stride))
            inside = outside
        self.net = nn.Sequential(*made, Convolved(inside, SIZE, 1))
        self.more = nn.Sequential(Residual(SIZE, SIZE, 1, 2 * SIZE), Residual(SIZE, SIZE, 1, 2 * SIZE))
        self.places = nn.Parameter(torch.randn(REGIONS, SIZE) * 0.02)

    def forward(self, frames: Tensor, mask: Tensor) -> Tensor:
        there = mask[:, :, None, None, None]
        mean = (frames * there).sum(1, keepdim=True) / there.sum(1, keepdim=True).clamp(min=1)
        x = torch.cat([frames, frames - mean], 2)
        if self.training:  # no work for what is a filling, and no part of the statistics
            known = mask.flatten() > 0
            tokens = self._tokens(x.flatten(0, 1)[known])
            found = tokens.new_zeros(mask.numel(), *tokens.shape[1:]).index_put((known.nonzero()[:, 0],), tokens)
            return found.unflatten(0, mask.shape)
        return self._tokens(x.flatten(0, 1)).unflatten(0, (-1, frames.shape[1])) * there[..., 0]

    def _tokens(self, x: Tensor) -> Tensor:
        y = self.more(self.net(x.contiguous(memory_format=torch.channels_last)))  # [n, SIZE, 4, 7]
        y = functional.avg_pool2d(functional.pad(y, (0, 1, 0, 0), mode="replicate"), 2)
        return y.flatten(2).transpose(1, 2) + self.places

    def begin_from(self, run: Path) -> int:
        """Take what layers there are from the weights of a run of ``models.scenes``; how many tensors."""
        from safetensors.torch import load_file

        known = {name.removeprefix(PREFIX): value for name, value in load_file(run / "weights.safetensors").items()
                 if name.startswith(PREFIX)}  # fmt: skip
        own = self.net.state_dict()
        for name, given in known.items():
            value = given
            if name not in own or own[name].shape[:1] != value.shape[:1]:
                raise ValueError(f"{run} has {name} {tuple(value.shape)}, which this network cannot take")
            if own[name].shape != value.shape:  # the first layer: what differs from the mean counts for nothing yet
                value = torch.cat([value[:, :3], torch.zeros_like(own[name][:, 3:])], 1)
            own[name] = value
        self.net.load_state_dict(own)
        return len(known)


def _looks(folder: Path | None) -> tuple[tuple[float, ...], tuple[float, ...]]:
    path = folder / "preprocessor_config.json" if folder else None
    table = json.loads(path.read_text("utf-8")) if path and path.exists() else {}
    return tuple(table.get("image_mean", MEAN)), tuple(table.get("image_std", SPREAD))


def _cut(picture: Pictures) -> Pictures:
    """The middle of a picture, as ImageNet's are cut."""
    height, width = picture.shape[:2]
    scale = SHORTER / min(height, width)
    return cropped(resized(picture, round(height * scale), round(width * scale), 2), SIDE, SIDE)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("films", type=Path, nargs="+")
    parser.add_argument("--weights", type=Path, help="a folder of transformers; without it random weights, for a trial")
    parser.add_argument("--depth", type=int, choices=DEPTHS, default=152, help="of random weights")
    parser.add_argument("--grid", action="store_true")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    net = ResNet(options.weights, depth=options.depth)
    found = net.videos([read(film) for film in options.films], grid=options.grid)
    np.savez(options.out, videos=np.array([film.stem for film in options.films]), **found)  # type: ignore[arg-type]


def read(film: Path, count: int = FRAMES) -> Pictures:
    """The key frames of a file, small."""
    total = sum(1 for _ in look(film))
    wanted = set(chosen(total, count).tolist())
    return np.stack([one.rgb(*one.fitting(LONGER)) for one in look(film) if one.index in wanted])


if __name__ == "__main__":
    main()
