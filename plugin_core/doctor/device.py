"""Where models run, and why not on the graphics card: the driver, and cuBLAS, which CTranslate2 loads by its name."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from plugin_core.doctor.findings import Finding, found
from plugin_core.processor import cores

LIBRARY = "cublas64_12.dll" if sys.platform == "win32" else "libcublas.so.12"
_WHERE = {"win32": "PATH", "darwin": "DYLD_LIBRARY_PATH"}  # where a system is told of more folders; else:
_VARIABLE = _WHERE.get(sys.platform, "LD_LIBRARY_PATH")


def reason() -> str:
    """Where a job would run, and why: "cpu int8: no CUDA device was found"."""
    from plugin_core.engines.devices import choose

    return choose(("int8", "float32"), device="auto", compute="auto").reason


def look() -> Iterator[Finding]:
    """Findings on the devices. Imports CTranslate2, which takes a moment."""
    chosen = reason()
    if not chosen.startswith("cuda"):
        if card := graphics_card():
            yield found("device.driver", card=card)
        zh = chosen.replace("no CUDA device was found", "没有找到 CUDA 设备")
        yield found("device.cpu", cores=cores(), reason=chosen, reason_zh=zh)
        return
    yield found("device.cuda", reason=chosen)
    if path := loaded():
        yield found("device.cublas", path=path)
    elif beside := installed_aside():
        yield found("device.cublas-aside", path=beside, variable=_VARIABLE)
    else:
        yield found("device.cublas-missing", library=LIBRARY)


def graphics_card() -> str:
    """What NVIDIA's own tool calls the card, or that the system knows of one; "" if there is none."""
    tool = shutil.which("nvidia-smi")
    if tool:
        with suppress(OSError, subprocess.SubprocessError):
            done = subprocess.run([tool, "-L"], capture_output=True, text=True, timeout=5, check=False)
            first = next(iter(done.stdout.splitlines()), "")
            if done.returncode == 0 and first.startswith("GPU "):
                return first.partition(":")[2].partition("(")[0].strip()
    return "NVIDIA" if any(Path("/proc/driver/nvidia/gpus").glob("*")) else ""


def loaded() -> str:
    """The file that the system loads as cuBLAS 12; "" if it finds none."""
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        return ""
    with suppress(OSError):  # Linux tells which file it took
        for line in Path("/proc/self/maps").read_text("utf-8", "replace").splitlines():
            if LIBRARY in line and "/" in line:
                return line[line.index("/") :]
    return shutil.which(LIBRARY) or str(library._name)


def installed_aside() -> str:
    """The folder in which pip put cuBLAS 12, whether or not the system looks there; "" if it did not."""
    with suppress(ImportError, ValueError):
        spec = find_spec("nvidia.cublas")
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            for file in sorted(Path(folder).glob(f"*/{LIBRARY}")):
                return str(file.parent)
    return ""
