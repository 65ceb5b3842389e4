"""The scripts of the folder installer, which is no package: loaded by path. And a build that is none."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from tests.conftest import ROOT

INSTALLER = ROOT / "installer"


def load(name: str) -> ModuleType:
    """The script ``installer/NAME.py`` as a module."""
    spec = importlib.util.spec_from_file_location(f"installer_{name.replace('/', '_')}", INSTALLER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


def toy_build(folder: Path, version: str = "1.2.3") -> Path:
    """A folder like a frozen build, whose program only tells its version."""
    (folder / "_internal" / "models" / "starter").mkdir(parents=True)
    (folder / "_internal" / "models" / "starter" / "model.bin").write_bytes(b"0" * 3_000_000)
    (folder / "_internal" / f"only-in-{version}").write_bytes(b"1" * 1_000_000)
    for name in ("zimu", "zimu-desktop"):
        (folder / name).write_text(f"#!/bin/sh\necho zimu {version}\n", "utf-8")
        (folder / name).chmod(0o755)
    return folder
