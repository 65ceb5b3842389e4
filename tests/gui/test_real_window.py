"""The whole app in a real window on a real X server, from opening the sample to the timeline of a host."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def display() -> Iterator[str]:
    """An X server of our own; the display's name."""
    server = shutil.which("Xvfb")
    if server is None:
        pytest.skip("there is no Xvfb on this machine")
    reading, writing = os.pipe()
    command = [server, "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            yield f":{pipe.readline().strip()}"
    finally:
        process.terminate()
        process.wait()


@pytest.mark.slow
def test_a_person_gets_from_the_sample_to_the_timeline(display: str, home: Path, tmp_path: Path) -> None:
    shots = Path(os.environ.get("ZIMU_SCREENSHOTS", str(tmp_path / "shots")))
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "ZIMU_HOME": str(home)}
    environment.pop("QT_SCALE_FACTOR", None)
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "tests.gui.real_window", str(tmp_path), str(shots)],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    taken = {file.stem for file in shots.glob("*.png")}
    wanted = {
        "start",
        "begin",
        "streaming",
        "correcting",
        "palette",
        "playing",
        "gallery",
        "glossary",
        "plan",
        "pushed",
        "turned",
    }
    assert wanted <= taken
