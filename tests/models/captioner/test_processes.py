"""Two processes of torchrun train what one trains, and one of them writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.train, pytest.mark.slow]
torch = pytest.importorskip("torch")
torch.set_num_threads(1)

from models.captioner import train  # noqa: E402
from tests.models.captioner.test_harness import given  # noqa: E402, F401 - the fixture


def test_two_processes_learn_the_same_and_one_writes(given: list[str], tmp_path: Path) -> None:  # noqa: F811
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}
    root = Path(__file__).parents[3]
    arguments = ["-m", "models.captioner.harness", *given, "--teacher-only"]
    subprocess.run([*command, *arguments], check=True, cwd=root, env=environment, timeout=240)
    out = tmp_path / "out"
    result = json.loads((out / "teacher" / "result.json").read_text(encoding="utf-8"))
    assert sorted(result["captions"]) == ["vid3", "vid4"]
    lines = (out / "parses.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(set(lines)) == 5
    model, _ = train.load(out / "teacher")
    assert all(value.isfinite().all() for value in model.state_dict().values())
