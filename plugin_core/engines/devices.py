"""Which device and compute type a pack runs on, found by probing, with a sentence that says why."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack

DEVICES = ("auto", "cpu", "cuda")
PREFERRED = {
    "cuda": ("int8_float16", "int8_bfloat16", "float16", "bfloat16", "int8_float32", "int8", "float32"),
    "cpu": ("int8", "int8_float32", "int16", "float32"),
}
COMPUTE_TYPES = (
    *("auto", "int8", "int8_float32", "int8_float16", "int8_bfloat16"),
    *("int16", "float16", "bfloat16", "float32"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Where an engine runs. *reason* is for users: ``cpu int8: no CUDA device was found``."""

    device: str
    compute_type: str
    reason: str


def choose(pack: Pack | Sequence[str], device: str = "auto", compute: str = "auto") -> Choice:
    """
    The device and compute type for *pack* (or for a list of compute types it may run in; empty means any).

    "auto" never fails: it ends on ``cpu``. What is asked for by name and is not there raises ModelError with a hint.
    """
    allowed = pack.compute_types if isinstance(pack, Pack) else tuple(pack)
    if device not in DEVICES:
        raise ModelError("model.device", f"There is no device {device!r}.", f"Choose one of {', '.join(DEVICES)}.")
    if compute not in COMPUTE_TYPES:
        raise ModelError(
            "model.compute", f"There is no compute type {compute!r}.", f"Choose one of {', '.join(COMPUTE_TYPES)}."
        )
    supported = supported_types("cuda") if device != "cpu" else frozenset()
    if device == "cuda" and not supported:
        raise ModelError(
            "model.no-cuda",
            "No CUDA device was found.",
            "Check the NVIDIA driver with `nvidia-smi`, or run with --device cpu.",
        )
    if supported and (found := _pick("cuda", supported, allowed, compute)):
        return Choice("cuda", found, f"cuda {found}: {gpu_name()}{_asked(device, compute)}")
    if device == "cuda":
        raise _unsupported("cuda", compute, supported)
    return _on_cpu(allowed, device, compute, bool(supported))


def on_cpu(pack: Pack, compute: str, because: str) -> Choice:
    """The CPU instead of a GPU that failed; a compute type the CPU lacks becomes its best one."""
    supported = supported_types("cpu")
    found = _pick("cpu", supported, pack.compute_types, compute) or _pick("cpu", supported, (), "auto") or "float32"
    return Choice("cpu", found, f"cpu {found}: {because}")


@cache
def supported_types(device: str) -> frozenset[str]:
    """Compute types CTranslate2 supports on *device* ("cpu" or "cuda"); empty where there is no such device."""
    import ctranslate2

    try:
        if device == "cuda" and ctranslate2.get_cuda_device_count() == 0:
            return frozenset()
        return frozenset(ctranslate2.get_supported_compute_types(device))
    except (RuntimeError, ValueError):  # a driver without a device, or a build without CUDA
        return frozenset()


@cache
def gpu_name() -> str:
    """What the driver calls the first GPU; "an NVIDIA GPU" if it does not say."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return "an NVIDIA GPU"
    command = [tool, "--query-gpu=name", "--format=csv,noheader"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return "an NVIDIA GPU"
    return next(iter(answer.splitlines()), "").strip() or "an NVIDIA GPU"


def _on_cpu(allowed: Sequence[str], device: str, compute: str, gpu: bool) -> Choice:
    supported = supported_types("cpu")
    found = _pick("cpu", supported, allowed, compute)
    if found is None:
        raise _unsupported("cpu", compute, supported)
    if device == "cpu":
        why = "as asked"
    elif gpu:
        why = f"the GPU does not support {compute}"
    else:
        why = "no CUDA device was found"
    return Choice("cpu", found, f"cpu {found}: {why}{_asked('auto', compute)}")


def _pick(device: str, supported: frozenset[str], allowed: Sequence[str], compute: str) -> str | None:
    """An explicit compute type if supported; otherwise the best supported one of the pack's, or of all."""
    if compute != "auto":
        return compute if compute in supported else None
    order = [kind for kind in PREFERRED[device] if kind in supported]
    fitting = [kind for kind in order if _allows(allowed, kind)]
    return next(iter(fitting or order), None)


def _allows(allowed: Sequence[str], kind: str) -> bool:
    """A pack that runs in int8 runs in its mixed forms too: the weights are the same, only activations differ."""
    return not allowed or kind in allowed or kind.split("_", maxsplit=1)[0] in allowed


def _asked(device: str, compute: str) -> str:
    if device != "auto" and compute != "auto":
        return ", as asked"
    return f", {compute} as asked" if compute != "auto" else ""


def _unsupported(device: str, compute: str, supported: frozenset[str]) -> ModelError:
    return ModelError(
        "model.compute",
        f"This machine's {device} cannot compute in {compute}.",
        f"It supports {', '.join(sorted(supported)) or 'nothing'}; --compute auto chooses the best.",
    )
