"""Node for the tests: the one on PATH, or the wheel's in the virtual environment; the packages of package-lock.json."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def node_output(script: str, *arguments: str, code: int = 0) -> str:
    """
    What *script* (in this folder) prints; skips without Node or its packages. Another exit status than *code* fails.
    """
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    if node is None or not (HERE / "node_modules" / ".package-lock.json").is_file():
        pytest.skip("Node or its packages are not there (make test)")
    done = subprocess.run(
        [node, script, *arguments], cwd=HERE, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout
