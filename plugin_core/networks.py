"""Networks of packs in onnxruntime, opened on the CPU and refused alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from plugin_core.errors import ModelError
from plugin_core.modelstore import Pack


def session(path: Path, threads: int) -> Any:
    """The network of a file, computed by so many *threads* (0: one for each core). Whatever onnxruntime raises."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # a film's decoder needs the cores
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def opened(pack: Pack, option: str, threads: int, usual: str = "") -> Any:
    """``session`` of the file that an *option* of the pack names. ModelError if there is none, or it cannot be used."""
    path = pack.folder / listed(pack, option, usual)
    try:
        return session(path, threads)
    except Exception as error:
        raise broken(pack, error) from error


def listed(pack: Pack, option: str, usual: str = "") -> str:
    """The file that an *option* of the pack names. ModelError if it is none of the pack's."""
    wanted = str(pack.options.get(option, usual))
    if not any(file.path == wanted for file in pack.files):
        cause = f"The {pack.kind} pack {pack.id} lacks {wanted or option}."
        raise ModelError("model.incomplete", cause, "Pull or import it again.")
    return wanted


def broken(pack: Pack, error: Exception | str) -> ModelError:
    """What is said of a pack that cannot be used, and the first line of why."""
    cause = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
    return ModelError(
        "model.broken", f"The {pack.kind} pack {pack.id} cannot be used: {cause}.", "Pull or import it again."
    )
