"""One training loop for every recipe: it ends when its minutes or its steps are over, and can be resumed.

A recipe gives a module, an endless iterator of batches and a function ``loss(module, batch) -> (loss, numbers to
log)``. The learning rate follows the share of the *time* that has passed (warm-up, then linear or along a cosine to
zero), so a run on a busy machine still ends with a finished schedule. A run of so many *steps* follows the share of
these; each of its steps begins from a random state of its own, so that a run that was killed goes on as if it had not
been. The exponential moving average of the weights is what should be
exported.
"""

from __future__ import annotations

import dataclasses
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

Batch = dict[str, Any]
WEIGHTS = "weights.safetensors"
Loss = Callable[[nn.Module, Batch], tuple[Tensor, dict[str, float]]]


@dataclasses.dataclass(frozen=True)
class LoopConfig:
    """How long and how fast. Times are minutes of wall clock."""

    minutes: float = 60.0
    steps: int = 0  # ends after these and not by the clock
    learning_rate: float = 1e-3
    warmup: float = 0.05  # share of the time
    schedule: str = "linear"  # or "cosine"
    weight_decay: float = 0.01
    betas: tuple[float, float] = (0.9, 0.98)
    clip: float = 1.0
    average: float = 0.999  # decay of the moving average of the weights; 0 keeps none
    threads: int = 1
    bf16: bool = True
    log_every: int = 50  # steps
    save_every: float = 5.0  # minutes
    save_steps: int = 0  # a checkpoint after every so many steps too
    tensorboard: bool = False  # what is logged, for TensorBoard too
    seed: int = 0


@dataclasses.dataclass
class State:
    """Where a run stands: what a checkpoint keeps beside the tensors."""

    step: int = 0
    elapsed: float = 0.0  # seconds, over all resumed runs


def rate(share: float, config: LoopConfig) -> float:
    """Learning rate when ``share`` (0 to 1) of the time or the steps has passed."""
    if share < config.warmup:
        return config.learning_rate * max(share / config.warmup, 0.01)
    left = max(0.0, (1 - share) / (1 - config.warmup))
    return config.learning_rate * (left if config.schedule == "linear" else (1 - math.cos(math.pi * left)) / 2)


def train(
    model: nn.Module,
    batches: Iterator[Batch] | Callable[[int], Iterator[Batch]],
    loss_of: Loss,
    config: LoopConfig,
    folder: Path,
    *,
    check: Callable[[nn.Module], dict[str, float]] | None = None,
    progress: Callable[[float], None] | None = None,
    optimizer: Callable[[nn.Module], torch.optim.Optimizer] | None = None,
) -> Path:
    """Train until the time is over and return the path of the averaged weights (safetensors).

    ``folder`` receives ``checkpoint.pt`` (resumed from when it is there), ``weights.safetensors`` at every save, and
    ``log.jsonl``. ``check(model)`` is called with the averaged weights in place at every save; its numbers are logged.
    ``progress`` is told the share of the time that has passed, for recipes whose batches grow harder. ``optimizer``
    makes another one than AdamW of the configuration; the loop sets the learning rate of all its groups. *batches* may
    be a function of the first step's number: a run that is resumed then goes on where it was.

    Started by ``torchrun``, every process trains on its own batches and gradients are averaged; the first process keeps
    the clock, so that all stop at the same step.
    """
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    folder.mkdir(parents=True, exist_ok=True)
    accelerator = Accelerator(mixed_precision="bf16" if config.bf16 else "no", cpu=not torch.cuda.is_available())
    model, stepper = accelerator.prepare(model, optimizer(model) if optimizer else _adam(model, config))
    plain = accelerator.unwrap_model(model)
    average = {name: value.detach().clone() for name, value in plain.state_dict().items() if value.is_floating_point()}
    state = _resume(folder, plain, stepper, average)
    source = batches(state.step) if callable(batches) else batches
    before, last_save, sums, count = state.elapsed, time.monotonic(), {}, 0
    began = time.monotonic()
    model.train()
    while (share := _share(state, config)) < 1:
        for group in stepper.param_groups:
            group["lr"] = rate(share, config)
        if progress is not None:
            progress(share)
        if config.steps:
            torch.manual_seed(config.seed + 1_000_003 * accelerator.process_index + state.step)
        loss, numbers = loss_of(model, next(source))
        accelerator.backward(loss)
        norm = accelerator.clip_grad_norm_(model.parameters(), config.clip)
        if torch.isfinite(norm):
            stepper.step()
        stepper.zero_grad(set_to_none=True)
        state.step += 1
        state.elapsed = _same_for_all(accelerator, before + time.monotonic() - began)
        _update(average, plain, config.average, state.step)
        for name, value in {"loss": float(loss.detach()), **numbers}.items():
            sums[name] = sums.get(name, 0.0) + value
        count += 1
        if state.step % config.log_every == 0 and accelerator.is_main_process:
            _log(folder, state, {name: value / count for name, value in sums.items()} | {"lr": group["lr"]}, config)
            sums, count = {}, 0
        due = config.save_steps and state.step % config.save_steps == 0
        if due or time.monotonic() - last_save > config.save_every * 60:
            if accelerator.is_main_process:
                _save(folder, plain, stepper, average, state, config=config, check=check)
            last_save = time.monotonic()
    if accelerator.is_main_process:
        _save(folder, plain, stepper, average, state, config=config, check=check)
    return folder / WEIGHTS


def _share(state: State, config: LoopConfig) -> float:
    """How much of the run is over."""
    return state.step / config.steps if config.steps else state.elapsed / max(config.minutes * 60, 1e-9)


def _adam(model: nn.Module, config: LoopConfig) -> torch.optim.Optimizer:
    return torch.optim.AdamW(
        _groups(model, config.weight_decay), lr=config.learning_rate, betas=config.betas, eps=1e-8, foreach=True
    )


def _same_for_all(accelerator: Accelerator, seconds: float) -> float:
    """The first process's clock."""
    if accelerator.num_processes == 1:
        return seconds
    told = torch.tensor([seconds], dtype=torch.float64)
    torch.distributed.broadcast(told, 0)
    return float(told)


def _groups(model: nn.Module, decay: float) -> list[dict[str, Any]]:
    matrices = [value for value in model.parameters() if value.requires_grad and value.ndim > 1]
    others = [value for value in model.parameters() if value.requires_grad and value.ndim <= 1]
    return [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


@torch.no_grad()
def _update(average: dict[str, Tensor], model: nn.Module, decay: float, step: int) -> None:
    decay = min(decay, (1 + step) / (10 + step))  # follow quickly at first
    values = model.state_dict()
    names = list(average)
    torch._foreach_lerp_([average[name] for name in names], [values[name].float() for name in names], 1 - decay)


def _resume(folder: Path, model: nn.Module, optimizer: Any, average: dict[str, Tensor]) -> State:
    path = folder / "checkpoint.pt"
    if not path.exists():
        return State()
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    average.update(saved["average"])
    return State(saved["step"], saved["elapsed"])


def _save(
    folder: Path,
    model: nn.Module,
    optimizer: Any,
    average: dict[str, Tensor],
    state: State,
    *,
    config: LoopConfig,
    check: Callable[[nn.Module], dict[str, float]] | None,
) -> Path:
    saved = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "average": average}
    torch.save(saved | dataclasses.asdict(state), folder / "checkpoint.tmp")
    (folder / "checkpoint.tmp").replace(folder / "checkpoint.pt")
    target = folder / WEIGHTS
    save_file({name: value.clone().contiguous() for name, value in average.items()}, folder / "weights.tmp")
    (folder / "weights.tmp").replace(target)
    if check is not None:
        current = {name: value.clone() for name, value in model.state_dict().items()}
        model.load_state_dict(current | average)
        model.eval()
        with torch.no_grad():
            _log(folder, state, check(model), config)
        model.load_state_dict(current)
        model.train()
    return target


def load_weights(model: nn.Module, path: Path) -> None:
    """Put averaged weights into a model built from the same configuration."""
    missing, unexpected = model.load_state_dict(load_file(path), strict=False)
    floating = {name for name, value in model.state_dict().items() if value.is_floating_point()}
    if unexpected or set(missing) & floating:
        raise ValueError(f"{path} is not for this model: missing {missing}, unexpected {unexpected}")


def _log(folder: Path, state: State, numbers: Mapping[str, float], config: LoopConfig) -> None:
    line = {"step": state.step, "minutes": round(state.elapsed / 60, 2)} | {k: round(v, 5) for k, v in numbers.items()}
    print(json.dumps(line), flush=True)
    with (folder / "log.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")
    if config.tensorboard:
        from torch.utils.tensorboard import SummaryWriter

        with SummaryWriter(str(folder / "tensorboard")) as writer:
            for name, value in numbers.items():
                writer.add_scalar(name, value, state.step)
